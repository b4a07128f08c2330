"""People and places: whom the opened sections name, without asking for any section."""

from __future__ import annotations

import re
from typing import Any

import pytest

from records.service.people import _named_in
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.resources import (
    SUBJECT,
    bundle,
    care_team,
    coded,
    location,
    medication_request,
    observation,
    organization,
    patient,
    practitioner,
)


@pytest.fixture
def served(server: RecordServer) -> RecordServer:
    """A server that knows one of each."""
    for one in (practitioner(), organization(), location()):
        server.arrange(f"{one['resourceType']}/{one['id']}", one)
    server.arrange("MedicationRequest", bundle(medication_request()))
    server.arrange("CareTeam", bundle(care_team()))
    return server


def team(*members: dict[str, Any]) -> dict[str, Any]:
    """A team of these references."""
    return care_team(participant=[{"member": member} for member in members])


def rows(page: str) -> list[str]:
    """The text of each row of the list."""
    found = re.findall(r'<li class="row".*?</li>', page, re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def test_before_any_section_was_opened_the_page_says_so_and_asks_for_none(
    reader: Person, server: RecordServer
) -> None:
    page = reader.read("people/")

    assert "loaded in the last minutes, and none was" in page
    assert {request.url for request in server.asked()} == {server.url("Patient/p1")}


def test_whom_two_sections_name_stands_once_with_both_and_how_to_reach_them(
    reader: Person, served: RecordServer
) -> None:
    reader.read("medications/")
    reader.read("care-team/")
    asked = len(served.asked("MedicationRequest"))

    page = reader.read("people/")

    assert rows(page) == [
        "Ana Flores, MD Phone: 804-555-0111 (work) Named in: Medications, Care team Psychiatrist"
    ]
    assert "Looked through: Medications, Care team." in page
    assert len(served.asked("MedicationRequest")) == asked


def test_whom_only_an_answer_inside_a_questionnaire_names_is_listed(
    reader: Person, served: RecordServer
) -> None:
    survey = {"category": [coded("http://terminology.hl7.org/CodeSystem/observation-category", "survey")]}
    answer = observation(id="a", performer=[{"reference": f"Practitioner/{practitioner()['id']}"}], **survey)
    whole = observation(id="q", performer=[], hasMember=[{"reference": "Observation/a"}], **survey)
    served.arrange("Observation", bundle(whole, answer))
    reader.read("questionnaires/")

    assert [row.split(",")[0] for row in rows(reader.read("people/"))] == ["Ana Flores"]


def test_a_section_of_which_only_a_part_was_loaded_is_said_to_be_so(
    reader: Person, served: RecordServer
) -> None:
    following = served.url("MedicationRequest?page=2")
    served.arrange("MedicationRequest", bundle(medication_request(), next=following))
    reader.read("medications/")
    reader.read("care-team/")

    page = reader.read("people/")

    assert "Looked through: Medications (what has been loaded of it), Care team." in page


def test_once_the_whole_record_was_loaded_the_page_names_no_section_that_was_looked_through(
    reader: Person, served: RecordServer
) -> None:
    served.whole_record(CareTeam=[care_team()])
    reader.read("receipt/")

    page = reader.read("people/")

    assert "Every section was looked through. Whom none of them names is not listed." in page
    assert "Looked through:" not in page
    assert "Named in: Care team" in page


def test_who_is_named_in_many_sections_has_the_first_of_them_by_name() -> None:
    titles = ["Medications", "Vaccines", "Visits", "Goals"]

    assert _named_in([*titles]) == "Named in: Medications, Vaccines, Visits, Goals"
    assert _named_in([*titles, "Care team"]) == "Named in: Medications, Vaccines, Visits and 2 more sections"


def test_people_organizations_and_places_stand_apart_and_by_name(
    reader: Person, served: RecordServer
) -> None:
    members = (
        {"reference": "Location/l1"},
        {"reference": "PractitionerRole/r1", "display": "Night nurse"},
        {"reference": "RelatedPerson/d1", "display": "Her daughter"},
        {"reference": "Practitioner/dr1"},
    )
    served.arrange("CareTeam", bundle(team(*members)))
    reader.read("care-team/")

    page = reader.read("people/")

    assert [row.split(" Phone")[0].split(" Named")[0] for row in rows(page)] == [
        "Ana Flores, MD",
        "Her daughter",
        "Night nurse",
        "Harbor Lane",
        "Main clinic",
    ]
    assert page.index("People</h2>") < page.index("Organizations</h2>") < page.index("Places</h2>")


def test_an_organization_that_only_a_place_names_is_listed_too(reader: Person, served: RecordServer) -> None:
    served.arrange("CareTeam", bundle(team({"reference": "Location/l1", "display": "Main clinic"})))
    reader.read("care-team/")

    found = rows(reader.read("people/"))

    assert any(row.startswith("Harbor Lane Phone: 804-555-0100 (work) Named in: Care team") for row in found)


@pytest.mark.parametrize("status", [403, 404, 500])
def test_one_who_cannot_be_read_stands_by_the_name_as_written(
    reader: Person, served: RecordServer, status: int
) -> None:
    served.arrange("Practitioner/dr1", status=status)
    reader.read("care-team/")

    assert rows(reader.read("people/")) == ["Dr. Ana Flores Named in: Care team"]


def test_nobody_is_listed_from_an_entry_of_another_patient_or_one_taken_back(
    reader: Person, served: RecordServer
) -> None:
    theirs = team({"reference": "Practitioner/dr8", "display": "Dr. Theirs"}) | {
        "id": "team-2",
        "subject": {"reference": "Patient/p2"},
    }
    wrong = team({"reference": "Practitioner/dr9", "display": "Dr. Wrong"}) | {
        "id": "team-3",
        "status": "entered-in-error",
    }
    served.arrange("MedicationRequest", bundle(medication_request(), theirs))
    served.arrange("CareTeam", bundle(care_team(), wrong))
    reader.read("care-team/")

    page = reader.read("people/")

    assert "Ana Flores" in page
    assert "Dr. Theirs" not in page
    assert "Dr. Wrong" not in page


def test_somebody_of_another_server_and_the_patient_are_not_listed(
    reader: Person, served: RecordServer
) -> None:
    members = (
        {"reference": "https://elsewhere.example/Practitioner/x1", "display": "Dr. Elsewhere"},
        SUBJECT | {"display": "Maja Lindqvist"},
        {"reference": served.url("Practitioner/dr1"), "display": "Dr. Ana Flores"},
    )
    served.arrange("CareTeam", bundle(team(*members)))
    reader.read("care-team/")

    assert [row.split(" Phone")[0] for row in rows(reader.read("people/"))] == ["Ana Flores, MD"]


def test_a_server_that_writes_slashes_with_a_backslash_is_understood(
    reader: Person, served: RecordServer
) -> None:
    import json

    served.arrange("CareTeam", json.dumps(bundle(care_team())).replace("/", "\\/").encode())
    reader.read("care-team/")

    assert len(rows(reader.read("people/"))) == 1


def test_each_has_a_page_of_their_own_with_everything_and_no_name_or_id_in_its_address(
    reader: Person, served: RecordServer
) -> None:
    reader.read("care-team/")
    href = re.findall(r'href="([^"]*/people/[^"]+)"', reader.read("people/"))[0]

    page = reader.read(href)

    assert "dr1" not in href
    for words in ("Ana Flores, MD", "1555501001", "410 Harbor Lane", "Everything in this entry"):
        assert words in page


def test_a_page_that_cannot_be_had_says_so_and_one_of_another_session_leads_to_the_list(
    reader: Person, served: RecordServer
) -> None:
    served.arrange("Practitioner/dr1", status=404)
    reader.read("care-team/")
    href = re.findall(r'href="([^"]*/people/[^"]+)"', reader.read("people/"))[0]

    assert "The details are not available" in reader.read(href)
    answer = reader.get("people/" + "A" * 40 + "/")
    assert (answer.status_code, answer["Location"]) == (302, reader.at("people/"))


def test_a_key_of_an_entry_opens_no_entry_as_a_person(reader: Person, served: RecordServer) -> None:
    served.arrange("Patient", bundle(patient()))
    key = re.findall(r'href="[^"]*/about/([^"/]+)/"', reader.read("about/"))[0]

    page = reader.read(f"people/{key}/")

    assert "The details are not available" in page
    assert "4711" not in page


def test_the_menu_leads_there(reader: Person, served: RecordServer) -> None:
    assert f'href="{reader.at("people/")}"' in reader.read("care-team/")
