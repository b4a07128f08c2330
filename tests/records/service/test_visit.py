"""What belongs to a visit: on its page by section, and from every entry back to it."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from datetime import date
from html import unescape

import pytest

from demo_server.people import resources as demo_resources
from records.kinds import KINDS
from tests.people import BASE, Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import says_no, words
from tests.resources import (
    Json,
    allergy,
    bundle,
    care_plan,
    care_team,
    condition,
    diagnostic_report,
    document_reference,
    immunization,
    laboratory_result,
    medication_request,
    observation,
    procedure,
    visit,
)

HERE = {"reference": "Encounter/visit-1"}


def record(server: RecordServer, *entries: Json) -> None:
    """A visit, and entries."""
    by_type: dict[str, list[Json]] = {}
    for entry in (visit(), *entries):
        by_type.setdefault(entry["resourceType"], []).append(entry)
        server.arrange(f"{entry['resourceType']}/{entry['id']}", entry)
    server.whole_record(**by_type)


def link(page: str, said: str) -> str:
    """Where a link of these words leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>\s*(?:<[^>]+>\s*)*{re.escape(said)}', page)
    assert found is not None, said
    return unescape(found[1])


def visit_page(reader: Person) -> str:
    """The page of the visit."""
    return reader.read(link(reader.read("visits/"), "Psychotherapy, 45 minutes"))


def part(reader: Person) -> str:
    """What comes late to the page of the visit."""
    late = re.search(r'hx-get="([^"]+/entries/)"', visit_page(reader))
    assert late is not None
    return reader.part(late[1])


EVERYTHING = (
    allergy(id="a", code={"text": "Tied allergy"}, encounter=HERE),
    condition(id="c", code={"text": "Tied problem"}, encounter=HERE),
    medication_request(id="m", medicationCodeableConcept={"text": "Tied medicine"}, encounter=HERE),
    immunization(id="i", vaccineCode={"text": "Tied vaccine"}, encounter=HERE),
    observation(id="o", code={"text": "Tied reading"}, encounter=HERE),
    laboratory_result(id="l", code={"text": "Tied result"}, encounter=HERE),
    diagnostic_report(id="r", code={"text": "Tied report"}, encounter=HERE),
    document_reference(id="d", type={"text": "Tied note"}, context={"encounter": [HERE]}),
    procedure(id="p", code={"text": "Tied procedure"}, encounter=HERE),
    care_plan(id="cp", title="Tied plan", encounter=HERE),
    care_team(id="ct", name="Tied team", encounter=HERE),
    visit(id="within", type=[{"text": "Tied visit"}], partOf=HERE),
)


def test_a_visits_page_has_what_names_it_by_section_in_the_menus_order(
    reader: Person, server: RecordServer
) -> None:
    record(server, *EVERYTHING)

    page = part(reader)

    assert len(set(re.findall(r"Tied \w+", page))) == len(EVERYTHING)
    headings = [unescape(one) for one in re.findall(r"<h3>([^<]+?)<?\s*</h3>", page)]
    titles = [str(kind.title) for kind in KINDS.values()]
    assert len(headings) == len(EVERYTHING)
    assert headings == sorted(headings, key=titles.index)
    assert f"{len(EVERYTHING)} entries" in words(page)


@pytest.mark.parametrize("entry", EVERYTHING, ids=lambda entry: str(entry["resourceType"]))
def test_an_entry_leads_to_its_visit_and_the_visit_to_the_entry(
    reader: Person, server: RecordServer, entry: Json
) -> None:
    record(server, entry)
    name = re.search(r"Tied \w+", str(entry))
    assert name is not None

    of_entry = reader.read(link(part(reader), name[0]))

    assert name[0] in words(of_entry)
    assert "Psychotherapy, 45 minutes" in words(reader.read(link(of_entry, "Psychotherapy, 45 minutes")))


def test_an_entry_of_another_visit_or_of_none_does_not_stand_on_it(
    reader: Person, server: RecordServer
) -> None:
    record(
        server,
        condition(id="c1", code={"text": "This one"}, encounter=HERE),
        condition(id="c2", code={"text": "Of another"}, encounter={"reference": "Encounter/visit-12"}),
        condition(id="c3", code={"text": "Of no visit"}, note=[{"text": "Encounter/visit-1"}]),
        condition(
            id="c4",
            code={"text": "Elsewhere"},
            encounter={"reference": "https://x.example/Encounter/visit-1"},
        ),
    )

    page = words(part(reader))

    assert "This one" in page
    assert not any(name in page for name in ("Of another", "Of no visit", "Elsewhere"))
    assert "1 entry" in page


@pytest.mark.parametrize(
    "odd",
    [{"subject": {"reference": "Patient/p2"}}, {"status": "entered-in-error"}],
    ids=["foreign", "error"],
)
def test_what_is_another_patients_or_was_taken_back_never_stands_on_a_visit(
    reader: Person, server: RecordServer, odd: Json
) -> None:
    record(
        server,
        procedure(id="p1", code={"text": "This one"}, encounter=HERE),
        procedure(id="p2", code={"text": "Not this"}, encounter=HERE, **odd),
    )

    page = words(part(reader))

    assert "This one" in page
    assert "Not this" not in page


def test_what_the_visit_names_as_diagnosed_stands_on_it_too(reader: Person, server: RecordServer) -> None:
    record(server, condition(id="c1", code={"text": "Diagnosed"}), condition(id="c2", code={"text": "Apart"}))
    named = visit(diagnosis=[{"condition": {"reference": "Condition/c1"}}])
    server.arrange("Encounter/visit-1", named)
    server.arrange("Encounter", bundle(named))

    page = words(part(reader))

    assert "Diagnosed" in page
    assert "Apart" not in page


@pytest.mark.parametrize(
    ("named", "own", "is_told"),
    [
        ("Condition/c1", None, True),
        (f"{BASE}Condition/c1", None, True),
        ("Condition/c1", HERE, False),  # it stands there already
        ("Condition/c11", None, False),
        ("Procedure/c1", None, False),
    ],
)
def test_a_condition_that_only_the_visit_names_leads_to_its_visit(
    reader: Person, server: RecordServer, named: str, own: Json | None, is_told: bool
) -> None:
    at = visit(diagnosis=[{"condition": {"reference": named}}])
    record(server, condition(id="c1", code={"text": "Diagnosed"}, encounter=own))
    server.arrange("Encounter/visit-1", at)
    server.arrange("Encounter", bundle(at))
    reader.read("visits/")
    asked = len(server.asked("Encounter"))

    page = reader.read(link(reader.read("conditions/"), "Diagnosed"))

    assert "Diagnosed" in page
    assert ("Diagnosed at Psychotherapy, 45 minutes, March 9, 2024" in words(page)) == is_told
    assert len(server.asked("Encounter")) == asked
    if is_told:
        assert "From this visit" in reader.read(link(page, "Psychotherapy, 45 minutes"))


def test_a_reference_by_the_servers_whole_address_counts(reader: Person, server: RecordServer) -> None:
    whole = {"reference": "https://fhir.example/fhir-request/Encounter/visit-1/_history/2"}
    record(server, procedure(code={"text": "By address"}, encounter=whole))

    assert "By address" in part(reader)


def test_a_visit_that_nothing_names_says_so_and_not_that_nothing_happened(
    reader: Person, server: RecordServer
) -> None:
    record(server, procedure(code={"text": "Apart"}))

    page = words(part(reader))

    assert "Nothing in this record names this visit. That does not always mean" in page
    assert "Apart" not in page


def test_the_visits_own_page_asks_for_nothing_else(reader: Person, server: RecordServer) -> None:
    record(server, *EVERYTHING)

    page = visit_page(reader)

    assert "still loading" in page
    assert server.asked("Observation") == server.asked("Procedure") == []


def test_without_script_a_link_leads_to_all_of_it_on_a_page_of_its_own(
    reader: Person, server: RecordServer
) -> None:
    record(server, *EVERYTHING)

    page = reader.read(link(visit_page(reader), "Open it on a page of its own"))

    assert len(set(re.findall(r"Tied \w+", page))) == len(EVERYTHING)
    assert "<title>From this visit" in page
    assert "Psychotherapy, 45 minutes" in words(page)


def test_what_is_kept_already_stands_on_the_page_at_once_and_is_not_asked_again(
    reader: Person, server: RecordServer
) -> None:
    record(server, *EVERYTHING)
    reader.read("timeline/")
    asked = len(server.asked("Procedure"))

    page = visit_page(reader)

    assert "Tied procedure" in page
    assert "hx-get" not in words(page)
    assert "still loading" not in page
    assert len(server.asked("Procedure")) == asked == 1


def test_names_that_the_visits_page_has_no_room_for_are_not_asked_for(
    reader: Person, server: RecordServer
) -> None:
    doctor = {"resourceType": "Practitioner", "id": "dr", "name": [{"text": "Canary Prescriber"}]}
    pill = {"resourceType": "Medication", "id": "pill", "code": {"text": "Tied medicine"}}
    record(
        server,
        medication_request(
            encounter=HERE,
            requester={"reference": "Practitioner/dr"},
            medicationCodeableConcept=None,
            medicationReference={"reference": "Medication/pill"},
        ),
    )
    server.arrange("Practitioner/dr", doctor)
    server.arrange("Medication/pill", pill)

    address = link(visit_page(reader), "Open it on a page of its own")
    brief, asked = reader.part(address), len(server.asked("Practitioner/dr"))
    whole = reader.read(address)

    assert ("Tied medicine" in brief, asked) == (True, 0)
    assert "Canary Prescriber" in whole


def test_what_could_not_be_loaded_is_said_and_the_rest_stands(reader: Person, server: RecordServer) -> None:
    record(server, *EVERYTHING)
    server.arrange("Procedure", status=500)

    page = words(part(reader))

    assert "Could not be loaded, or not all of it: Procedures." in page
    assert "Tied note" in page
    assert "Tied procedure" not in page
    assert "11 entries in what has been loaded" in page
    assert "Try again" in page


def test_where_nothing_could_be_loaded_it_does_not_say_that_there_is_nothing(
    reader: Person, server: RecordServer
) -> None:
    record(server)
    for resource_type in {kind.resource_type for kind in KINDS.values()}:
        server.arrange(resource_type, status=503)
    server.arrange("Encounter", bundle(visit()))

    page = words(part(reader))

    assert "Nothing in what has been loaded names this visit." in page
    assert "Could not be loaded, or not all of it: Allergies" in page
    assert not says_no(page)


def test_what_is_not_shared_is_said(db: None, server: RecordServer) -> None:
    some = sign_in(scope="patient/Encounter.rs patient/Procedure.rs patient/Patient.rs")
    record(server, *EVERYTHING)

    page = words(part(some))

    assert "Not shared with this app: Allergies" in page
    assert "Tied procedure" in page
    assert "Tied note" not in page
    assert "Try again" not in page


def test_an_entry_that_cannot_be_read_may_belong_to_the_visit(reader: Person, server: RecordServer) -> None:
    broken = procedure(id="p2", encounter=HERE, meta={"profile": [1] * 200})
    record(server, procedure(id="p1", code={"text": "This one"}, encounter=HERE))
    server.arrange("Procedure", bundle(procedure(id="p1", code={"text": "This one"}, encounter=HERE), broken))

    page = words(part(reader))

    assert "This one" in page
    assert "Some entries could not be read, and may belong to this visit: Procedures." in page


def test_of_many_entries_the_visits_page_shows_the_newest_and_leads_to_all(
    reader: Person, server: RecordServer
) -> None:
    many = [procedure(id=f"p{n}", code={"text": f"Step {n:02}"}, encounter=HERE) for n in range(30)]
    record(server, *many)

    page = part(reader)
    whole = reader.read(link(page, "All of Procedures from this visit"))

    assert len(re.findall(r"Step \d\d", page)) == 12
    assert "30 entries" in words(page)
    assert len(set(re.findall(r"Step \d\d", whole))) == 30


def test_a_visit_that_was_taken_back_shows_nothing_of_it(reader: Person, server: RecordServer) -> None:
    record(server, *EVERYTHING)
    address = link(visit_page(reader), "Open it on a page of its own")
    reader.get(re.sub(r"entries/$", "?refresh=yes", address))
    server.arrange("Encounter/visit-1", visit(status="entered-in-error"))

    page = reader.read(address)

    assert "Tied" not in page
    assert "taken back" in words(page) or "mistake" in words(page)


def test_where_visits_are_not_shared_an_entry_names_its_visit_without_a_link(
    db: None, server: RecordServer
) -> None:
    some = sign_in(scope="patient/Procedure.rs patient/Patient.rs")
    record(server, procedure(encounter={**HERE, "display": "Office visit"}, code={"text": "Tied procedure"}))

    page = some.read(link(some.read("procedures/"), "Tied procedure"))

    assert "Visit Office visit" in words(page)
    assert re.search(r"<a[^>]*>\s*<bdi>Office visit", page) is None


def test_an_answer_on_self_harm_never_stands_as_a_bare_number_on_a_visit(
    reader: Person, server: RecordServer
) -> None:
    question = {
        "coding": [{"system": "http://loinc.org", "code": "44260-8"}],
        "text": "Thoughts of self-harm",
    }
    survey = [{"coding": [{"code": "survey"}]}]
    record(
        server,
        observation(id="q", code=question, category=survey, encounter=HERE, valueQuantity={"value": 3371}),
    )

    page = part(reader)

    assert "Thoughts" in page
    assert "3371" not in page


# --- The demo people
def names(entry: Json, visit_id: str) -> bool:
    """Whether an entry says that it is of this visit, read as plainly as can be."""
    said = [entry.get("encounter"), *entry.get("context", {}).get("encounter", [])]
    said += [entry.get("partOf")] if entry["resourceType"] == "Encounter" else []
    return any(one and one.get("reference") == f"Encounter/{visit_id}" for one in said)


def looked_through(reader: Person, address: str) -> str:
    """What belongs to a visit, asked for until everything was looked through, however busy the machine is."""
    for _again in range(20):
        page = reader.part(address)
        if '/entries/" hx-trigger' not in page and "Could not be loaded" not in page:
            return page
    raise AssertionError("not everything was looked through")


@pytest.mark.parametrize("who", ["daniel-whitaker", "walter-adeyemi"])
def test_a_demo_persons_visits_have_all_that_names_them_and_every_entry_leads_back(
    db: None, server: RecordServer, who: str
) -> None:
    reader, by_type, by_id = sign_in(patient=who), defaultdict(list), {}
    for one in demo_resources(date(2026, 11, 24)):
        subject = one.get("subject") or one.get("patient") or {}
        by_id[f"{one['resourceType']}/{one['id']}"] = one
        if subject.get("reference") == f"Patient/{who}" or one["id"] == who:
            by_type[one["resourceType"]].append(one)
    newest = sorted(by_type["Encounter"], key=lambda one: str(one["period"]["start"]), reverse=True)
    visits = newest[:40]
    kept = {
        resource_type: [one for one in several if any(names(one, v["id"]) for v in visits)] + several[:40]
        for resource_type, several in by_type.items()
        if resource_type != "Encounter"
    }
    server.whole_record(**kept, Encounter=visits)
    server.mock.add_callback(
        "GET",
        re.compile(rf"{BASE}\w+/[^/?]+$"),
        lambda request: (200, {}, json.dumps(by_id[(request.url or "").removeprefix(BASE)], default=float)),
    )
    answers = {ref["reference"] for one in by_type["Observation"] for ref in one.get("hasMember", [])}
    found = 0

    for address in re.findall(r'<h3><a href="([^"]+)"', reader.read("visits/"))[:: len(visits) // 8]:
        of_visit = looked_through(reader, f"{address}entries/")
        visit_id = re.search(r"<dt>Id in the agency’s system</dt>\s*<dd[^>]*>([^<]+)", reader.read(address))
        assert visit_id is not None
        listed = re.findall(r'<li>\s*<a href="([^"]+)"', of_visit)
        expected = {
            (one["resourceType"], one["id"])
            for several in by_type.values()
            for one in several
            if names(one, visit_id[1]) and f"{one['resourceType']}/{one['id']}" not in answers
        }
        assert len(listed) == len(set(listed)) == len(expected)
        assert all(f'href="{address}"' in reader.read(one) for one in listed[:2])
        found += len(listed)

    assert found > 5
