"""The care team: who, as what, how to reach them, and since when."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.template.loader import render_to_string

from records.fhir.reading import read
from records.kinds.care_team import KIND, STATUS
from records.words.rows import Telling
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import asides_of, facts_of, place_of, row_of
from tests.resources import SUBJECT, bundle, care_team, practitioner

THERAPIST = {
    "resourceType": "Practitioner",
    "id": "dr1",
    "name": [{"family": "Flores", "given": ["Ana"]}],
    "telecom": [
        {"system": "email", "value": "ana.flores@agency.example", "use": "work"},
        {"system": "phone", "value": "804-555-0111", "use": "work", "rank": 1},
    ],
}
ALONG = {("Practitioner", "dr1"): THERAPIST}


def test_a_team_says_its_name_members_roles_and_since_when() -> None:
    row = row_of(KIND, care_team(managingOrganization=[{"display": "Harbor Lane"}]), whole=False)

    assert row.title == "Maja's team"
    assert row.status is not None
    assert row.status.words == "Current"
    assert row.line == "Dr. Ana Flores (Therapist)"
    assert row.who == "Harbor Lane"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Since", "January 15, 2024")


@pytest.mark.parametrize(
    ("period", "heading", "words"),
    [
        ({"end": "2020-02-01"}, "Other", "Its time is over; the record still says “current”"),
        ({"start": "2090-02-01"}, "Being prepared", "Not begun yet; the record says “current” already"),
        ({"start": "2019-02-01", "end": "9999-12-31"}, "Current", "Current"),
    ],
)
def test_a_team_is_the_present_one_only_while_its_time_lasts(
    period: dict[str, str], heading: str, words: str
) -> None:
    row = row_of(KIND, care_team(period=period))

    assert place_of(KIND, care_team(period=period)) == heading
    assert row.status is not None
    assert row.status.words == words


def test_who_has_left_the_team_is_told_so_and_is_nobodys_first_contact() -> None:
    left = {
        "member": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"},
        "period": {"end": "2021-06"},
    }
    here = {"member": {"display": "Tomas Okafor"}, "period": {"end": "9999-12-31"}}

    row = row_of(KIND, care_team(participant=[left, here]), ALONG, whole=False)

    assert row.line == "Dr. Ana Flores (until June 2021); Tomas Okafor"


def test_the_entrys_own_page_tells_the_members_one_by_one_and_only_there() -> None:
    assert row_of(KIND, care_team()).line == ""
    assert row_of(KIND, care_team(), whole=False).facts == ()


def test_a_member_is_told_with_every_way_to_reach_them_the_preferred_one_first() -> None:
    facts = facts_of(row_of(KIND, care_team(), ALONG))

    assert facts["Therapist"].splitlines() == [
        "Dr. Ana Flores",
        "Phone: 804-555-0111 (work)",
        "Email: ana.flores@agency.example (work)",
    ]


def test_a_member_whose_name_is_written_is_read_all_the_same_for_how_to_reach_them() -> None:
    team, _ = read(json.dumps(care_team()).encode(), KIND.model)

    assert [(r.reference, r.display) for r in KIND.details(team)] == [("Practitioner/dr1", None)]


@pytest.mark.parametrize(
    ("member", "value", "telling"),
    [
        ({"reference": "Practitioner/dr1"}, "Ana Flores", Telling.SAID),
        ({"reference": "PractitionerRole/r1", "display": "Night nurse"}, "Night nurse", Telling.SAID),
        ({"reference": "PractitionerRole/r1"}, "Recorded, details not available", Telling.ABSENT),
        ({"reference": "RelatedPerson/d1", "display": "Her daughter"}, "Her daughter", Telling.SAID),
        (SUBJECT, "The patient", Telling.SAID),
        ({"display": "Sam from the pier"}, "Sam from the pier", Telling.SAID),
        (None, "Name not recorded", Telling.ABSENT),
    ],
)
def test_every_kind_of_member_is_told_by_what_is_known(member: Any, value: str, telling: Telling) -> None:
    participant = {"role": [{"text": "Somebody"}]} | ({"member": member} if member else {})
    row = row_of(KIND, care_team(participant=[participant]), ALONG)

    fact = row.facts[0]
    assert (fact.label, str(fact.value).splitlines()[0], fact.telling) == ("Somebody", value, telling)


def test_a_member_without_a_role_is_called_a_member_and_one_with_two_roles_says_both() -> None:
    member = {"display": "Ida Berg"}
    both = [{"text": "Nurse"}, {"text": "Friend"}]
    facts = facts_of(
        row_of(KIND, care_team(participant=[{"member": member}, {"member": member, "role": both}]))
    )

    assert facts["Member of the team"] == "Ida Berg"
    assert facts["Nurse, Friend"] == "Ida Berg"


def test_a_members_organization_and_time_are_told() -> None:
    participant = {
        "role": [{"text": "Nurse"}],
        "member": {"display": "Ida Berg"},
        "onBehalfOf": {"display": "Bayview Hospital"},
        "period": {"start": "2021", "end": "2022-05"},
    }
    facts = facts_of(row_of(KIND, care_team(participant=[participant])))

    assert facts["Nurse"].splitlines() == ["Ida Berg", "for Bayview Hospital", "2021 to May 2022"]


@pytest.mark.parametrize(
    ("code", "heading", "words"),
    [
        ("active", "Current", "Current"),
        ("proposed", "Being prepared", "Being prepared"),
        ("suspended", "Paused", "Paused"),
        ("inactive", "Ended", "Ended"),
        ("dreaming", "Other", "dreaming (status not known to this page)"),
        (None, "Other", "Status not recorded"),
    ],
)
def test_a_team_stands_where_its_status_puts_it(code: str | None, heading: str, words: str) -> None:
    row = row_of(KIND, care_team(status=code))

    assert place_of(KIND, care_team(status=code)) == heading
    assert row.status is not None
    assert row.status.words == words
    assert row.status.now == (code == "active")


def test_a_team_that_ended_says_both_its_dates() -> None:
    row = row_of(KIND, care_team(period={"start": "2021-02", "end": "2022"}))

    assert row.when is not None
    assert row.when.words == "February 2021"
    assert asides_of(row) == ["Until 2022"]
    assert facts_of(row)["Time"] == "February 2021 to 2022"


def test_what_is_missing_is_said_to_be_missing() -> None:
    row = row_of(KIND, care_team(name=None, participant=None, period=None))

    assert row.title == "Unnamed care team"
    assert row.title_missing
    assert row.line == "Members not recorded"
    assert row.line_telling is Telling.ABSENT
    assert facts_of(row)["Members"] == "Not recorded"


def test_reasons_organization_telephone_and_notes_of_a_team_are_told() -> None:
    row = row_of(
        KIND,
        care_team(
            reasonCode=[{"text": "Depression"}],
            reasonReference=[{"reference": "Condition/c1", "display": "Poor sleep"}],
            managingOrganization=[{"reference": "Organization/o1"}],
            telecom=[{"system": "phone", "value": "804-555-0100"}],
            category=[{"text": "Longitudinal care"}],
            note=[{"text": "Meets on Mondays", "time": "2024-02-01"}],
        ),
        {
            ("Organization", "o1"): {
                "resourceType": "Organization",
                "id": "o1",
                "name": "Harbor Lane",
                "telecom": [{"value": "804-555-0101"}],
            }
        },
    )
    facts = facts_of(row)

    assert facts["What it is for"] == "Depression, Poor sleep"
    assert facts["Organization in charge"] == "Harbor Lane\n804-555-0101"
    assert facts["How to reach the team"] == "Phone: 804-555-0100"
    assert facts["Kind of team"] == "Longitudinal care"
    assert row.notes[0].text == "Meets on Mondays"


def test_the_numbers_of_a_team_can_be_called_from_its_page() -> None:
    row = row_of(
        KIND,
        care_team(
            managingOrganization=[{"reference": "Organization/o1"}],
            telecom=[
                {"system": "phone", "value": "804-555-0100", "use": "work"},
                {"system": "phone", "value": "804-555-0109", "use": "old"},
                {"system": "fax", "value": "804-555-0199"},
                {"system": "phone", "value": "804-555-0100 ext. 12"},
            ],
        ),
        {
            ("Organization", "o1"): {
                "resourceType": "Organization",
                "id": "o1",
                "name": "Harbor & Lane",
                "telecom": [{"system": "phone", "value": "(804) 555-0101"}],
            }
        },
    )
    facts = {str(fact.label): fact for fact in row.facts}
    shown = render_to_string("components/facts.html", {"facts": row.facts})

    assert facts["How to reach the team"].phones == ("804-555-0100",)
    assert '<a href="tel:8045550100">804-555-0100</a> (work)<br>' in shown
    assert 'Harbor &amp; Lane<br>Phone: <a href="tel:8045550101">(804) 555-0101</a>' in shown
    assert "804-555-0199" in shown
    assert "0199</a>" not in shown
    assert "0109</a>" not in shown


def _missing(query: dict[str, str]) -> bool:
    return "status:missing" in query


@pytest.mark.parametrize(
    ("answered", "asked"),
    [
        (lambda q: True, ["active,proposed,suspended,inactive", "missing"]),
        (lambda q: not _missing(q), ["active,proposed,suspended,inactive"]),
        (lambda q: "," not in q.get("status", ",") and not _missing(q), list(STATUS)),
        (lambda q: not _missing(q) and "status" not in q, [""]),
        (lambda q: q.get("status") == "active", ["active"]),
    ],
)
def test_every_status_is_asked_for_as_widely_as_the_server_answers(
    reader: Person, server: RecordServer, answered: Any, asked: list[str]
) -> None:
    given: list[str] = []

    def answer(query: dict[str, str]) -> Any:
        if not answered(query):
            return 400
        given.append("missing" if _missing(query) else query.get("status", ""))
        return bundle(care_team())

    server.by("CareTeam", answer)

    page = reader.read("care-team/")

    assert "Maja&#x27;s team" in page
    # Before a form is given up, a part of it may have been answered.
    assert sorted(given[-len(asked) :]) == sorted(asked)


def test_a_list_says_how_to_reach_the_team_itself_or_the_first_who_can_be_reached() -> None:
    own = care_team(telecom=[{"system": "phone", "value": "804-555-0100"}])
    reached = {("Practitioner", "dr1"): practitioner(telecom=[{"system": "phone", "value": "804-555-0111"}])}

    def line(team: Any, along: Any = None) -> str:
        return str(row_of(KIND, team, along, whole=False).line)

    assert line(own) == "Dr. Ana Flores (Therapist). First contact: Phone: 804-555-0100"
    reachable = "Dr. Ana Flores (Therapist). First contact: Dr. Ana Flores, Phone: 804-555-0111"
    assert line(care_team(), reached) == reachable
    assert line(care_team()) == "Dr. Ana Flores (Therapist)"
