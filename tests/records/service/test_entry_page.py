"""One entry's own page: its facts, where it comes from, and nothing of anybody else."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.people import BASE, Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.pages.test_pages import entry_href
from tests.records.test_failure_matrix import words
from tests.resources import PATIENT, Json, allergy, bundle, coded, procedure

PARTICIPANT = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"


def provenance(**odd: Any) -> Json:
    """Who recorded allergy-1."""
    return {
        "resourceType": "Provenance",
        "id": "v1",
        "target": [{"reference": "AllergyIntolerance/allergy-1"}],
        "recorded": "2021-05-04T10:00:00Z",
        "agent": [
            {
                "type": coded(PARTICIPANT, "author", "Author"),
                "who": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"},
                "onBehalfOf": {"reference": "Organization/o1", "display": "Harbor Lane"},
            }
        ],
    } | odd


@pytest.fixture
def entry(server: RecordServer) -> RecordServer:
    """A record with one allergy that can be read by its id."""
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange(
        "AllergyIntolerance/allergy-1",
        allergy(meta={"versionId": "3", "lastUpdated": "2021-05-05T08:00:00Z"}),
    )
    return server


def with_provenance(server: RecordServer, *found: Any) -> None:
    """Answers `_revinclude` with these, and everything else as before."""

    def reply(query: dict[str, str]) -> Json:
        answer = bundle(allergy())
        if "_revinclude" in query:
            answer["entry"] += [{"resource": one, "search": {"mode": "include"}} for one in found]
        return answer

    server.by("AllergyIntolerance", reply)


def read(reader: Person) -> str:
    return words(reader.read(entry_href(reader, "allergies/")))


def test_an_entry_says_its_facts_and_every_part_of_it(reader: Person, entry: RecordServer) -> None:
    page = read(reader)

    assert "Penicillin" in page
    assert "Everything in this entry" in page
    assert "allergy-1" in page
    assert "Version 3" in page


def test_what_a_reference_is_called_stands_as_sent_under_everything_and_without_its_tag_above(
    reader: Person, server: RecordServer
) -> None:
    reason = {"reference": "Condition/c1", "display": "Acute bronchitis (disorder)"}
    done = procedure(reasonReference=[reason])
    server.arrange("Procedure", bundle(done))
    server.arrange("Procedure/procedure-1", done)

    above, everything = words(reader.read(entry_href(reader, "procedures/"))).split(
        "Everything in this entry", 1
    )

    assert "Acute bronchitis" in above
    assert "(disorder)" not in above
    assert "Acute bronchitis (disorder)" in everything


def test_who_wrote_a_note_is_read_along_and_named(reader: Person, server: RecordServer) -> None:
    noted = allergy(
        note=[
            {"text": "Carries a card.", "authorReference": {"reference": "Practitioner/dr1"}},
            {"text": "Says it was hives.", "authorReference": {"reference": f"Patient/{PATIENT}"}},
        ]
    )
    server.arrange("AllergyIntolerance", bundle(noted))
    server.arrange("AllergyIntolerance/allergy-1", noted)
    doctor = {"resourceType": "Practitioner", "id": "dr1", "name": [{"text": "Dr. Ana Flores"}]}
    server.arrange("Practitioner/dr1", doctor)

    page = read(reader)

    assert "Carries a card. Dr. Ana Flores" in page
    assert "Says it was hives. The patient" in page


def test_who_recorded_it_is_told_where_the_server_says_so(reader: Person, entry: RecordServer) -> None:
    with_provenance(entry, provenance())

    page = read(reader)

    assert "Written by Dr. Ana Flores, for Harbor Lane" in page
    assert "Put into the record May 4, 2021" in page


@pytest.mark.parametrize(
    "odd",
    [
        {"target": [{"reference": "AllergyIntolerance/allergy-2"}]},
        {"target": [{"reference": "https://evil.example/AllergyIntolerance/allergy-1"}]},
        {"target": []},
        {"resourceType": "Basic"},
    ],
)
def test_provenance_of_something_else_is_not_told(reader: Person, entry: RecordServer, odd: Json) -> None:
    with_provenance(
        entry, provenance(), provenance(id="v2", agent=[{"who": {"display": "Foreign Canary"}}], **odd)
    )

    page = read(reader)

    assert "Dr. Ana Flores, for Harbor Lane" in page
    assert "Foreign Canary" not in page


@pytest.mark.parametrize("odd", [5, None, {"resourceType": "Provenance"}, provenance(agent="x", recorded=5)])
def test_odd_provenance_leaves_the_entry_standing(reader: Person, entry: RecordServer, odd: Any) -> None:
    with_provenance(entry, odd)

    assert "Penicillin" in read(reader)


def test_a_server_that_does_not_take_revinclude_is_not_asked_again(
    reader: Person, entry: RecordServer
) -> None:
    entry.by("AllergyIntolerance", lambda query: 400 if "_revinclude" in query else bundle(allergy()))

    read(reader)
    read(sign_in())

    asked = [query for query in entry.queries("AllergyIntolerance") if "_revinclude" in query]
    assert len(asked) == 1


def test_provenance_that_was_not_granted_is_not_asked_for(db: None, entry: RecordServer) -> None:
    reader = sign_in(scope="launch/patient patient/Patient.read patient/AllergyIntolerance.read")

    assert "Penicillin" in read(reader)
    assert not any("_revinclude" in query for query in entry.queries("AllergyIntolerance"))


def test_a_provenance_answer_with_another_patients_entry_is_not_kept(
    reader: Person, entry: RecordServer
) -> None:
    theirs = allergy(id="theirs", code={"text": "Foreign Canary"}, patient={"reference": "Patient/p2"})

    def reply(query: dict[str, str]) -> Json:
        return bundle(allergy(), theirs) if "_revinclude" in query else bundle(allergy())

    entry.by("AllergyIntolerance", reply)

    assert "Foreign Canary" not in read(reader)
    read(reader)
    asked = [query for query in entry.queries("AllergyIntolerance") if "_revinclude" in query]
    assert len(asked) == 2


def test_a_name_behind_a_reference_is_read_along_once(reader: Person, entry: RecordServer) -> None:
    bare = allergy(recorder={"reference": f"{BASE}Practitioner/dr9"})
    entry.arrange("AllergyIntolerance", bundle(bare))
    entry.arrange("AllergyIntolerance/allergy-1", bare)
    entry.arrange(
        "Practitioner/dr9",
        {"resourceType": "Practitioner", "id": "dr9", "name": [{"text": "Dr. Read Along"}]},
    )

    assert "Dr. Read Along" in read(reader)
    assert "Dr. Read Along" in read(reader)
    assert len(entry.asked("Practitioner/dr9")) == 1


@pytest.mark.parametrize("status", [403, 404, 500, 401])
def test_a_name_that_cannot_be_had_leaves_the_entry_standing(
    reader: Person, entry: RecordServer, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smart_auth.renewal.SessionTokens.renew", lambda *_seen: "access-canary-2")
    bare = allergy(recorder={"reference": "Practitioner/dr9"})
    entry.arrange("AllergyIntolerance", bundle(bare))
    entry.arrange("AllergyIntolerance/allergy-1", bare)
    entry.arrange("Practitioner/dr9", status=status)

    assert "Penicillin" in read(reader)


def test_another_patients_resource_behind_a_reference_names_nothing(
    reader: Person, entry: RecordServer
) -> None:
    bare = allergy(encounter={"reference": "Encounter/e9"})
    entry.arrange("AllergyIntolerance", bundle(bare))
    entry.arrange("AllergyIntolerance/allergy-1", bare)
    theirs = {
        "resourceType": "Encounter",
        "id": "e9",
        "subject": {"reference": "Patient/p2"},
        "type": [{"text": "Foreign Canary"}],
    }
    entry.arrange("Encounter/e9", theirs)

    page = read(reader)

    assert "Penicillin" in page
    assert "Foreign Canary" not in page


def test_an_entry_that_departs_from_the_standard_says_so_quietly(reader: Person, entry: RecordServer) -> None:
    entry.arrange("AllergyIntolerance/allergy-1", allergy(criticality=5, madeUp="x"))

    page = read(reader)

    assert "Penicillin" in page
    assert re.search("departs from the standard|Could not be read", page)
