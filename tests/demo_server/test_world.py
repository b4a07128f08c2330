"""What the world holds, whose it is, and what it makes of anybody's bundles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from demo_server.folder import people_among, resources_in
from demo_server.world import World

BASE = "http://127.0.0.1:8001/fhir-request/"
SHARED = Path(__file__).parents[3] / "shared"


def world(*resources: dict[str, Any]) -> World:
    return World((), resources, base=BASE)


def condition(id: str, subject: Any) -> dict[str, Any]:  # noqa: A002  # FHIR's own word
    return {"resourceType": "Condition", "id": id, "subject": subject}


@pytest.mark.parametrize("reference", ["Patient/a", "Patient/a/_history/3", f"{BASE}Patient/a"])
def test_a_resource_belongs_to_the_patient_that_it_names(reference: str) -> None:
    one = world(condition("c", {"reference": reference})).get("Condition", "c")

    assert one is not None
    assert one.patients == {"a"}


@pytest.mark.parametrize(
    "subject",
    [
        {"reference": "https://elsewhere.example/fhir/Patient/a"},
        {"reference": "Group/a"},
        {"reference": "#a"},
        {"identifier": {"value": "a"}},
        {"display": "Patient/a"},
        "Patient/a",
        None,
    ],
)
def test_a_resource_that_names_no_patient_of_ours_belongs_to_nobody(subject: Any) -> None:
    one = world(condition("c", subject)).get("Condition", "c")

    assert one is not None
    assert one.patients == frozenset()


def test_provenance_belongs_to_whom_its_targets_belong_to_wherever_it_stands() -> None:
    provenance = {"resourceType": "Provenance", "id": "p", "target": [{"reference": "Condition/c"}]}

    known = world(provenance, condition("c", {"reference": "Patient/a"}))

    assert [one.patients for one in known.provenance_of("Condition/c")] == [{"a"}]


def test_a_file_is_known_by_who_points_at_it() -> None:
    document = {
        "resourceType": "DocumentReference",
        "id": "d",
        "subject": {"reference": "Patient/a"},
        "content": [{"attachment": {"url": "Binary/b"}}, {"attachment": {"url": f"{BASE}Binary/c"}}],
    }
    report = {
        "resourceType": "DiagnosticReport",
        "id": "r",
        "subject": {"reference": "Patient/z"},
        "presentedForm": [{"url": "Binary/b"}],
    }

    known = world(document, report)

    assert known.pointed_at("b") == {("a", "DocumentReference"), ("z", "DiagnosticReport")}
    assert known.pointed_at("c") == {("a", "DocumentReference")}
    assert known.pointed_at("d") == frozenset()


def test_of_two_with_the_same_address_the_first_one_stands() -> None:
    first, second = ({**condition("c", {"reference": "Patient/a"}), "language": one} for one in ("en", "es"))

    known = world(first, second)

    assert [one.resource["language"] for one in known.of_patient("Condition", "a")] == ["en"]


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_a_transactions_references_lead_to_the_resources_own_addresses(tmp_path: Path) -> None:
    entries = [
        {"fullUrl": "urn:uuid:1", "resource": {"resourceType": "Patient", "id": "a"}},
        {"fullUrl": "urn:uuid:2", "resource": condition("c", {"reference": "urn:uuid:1"})},
        {
            "fullUrl": "https://other.example/Practitioner/9",
            "resource": {
                "resourceType": "Practitioner",
                "id": "9",
                "identifier": [{"system": "s", "value": "v"}],
            },
        },
        {
            "fullUrl": "urn:uuid:3",
            "resource": {
                "resourceType": "Encounter",
                "subject": {"reference": "urn:uuid:1"},
                "participant": [
                    {"individual": {"reference": "https://other.example/Practitioner/9"}},
                    {"individual": {"reference": "Practitioner?identifier=s|v"}},
                    {"individual": {"reference": "urn:uuid:nowhere"}},
                ],
            },
        },
    ]
    write(
        tmp_path,
        "deep/bundle.json",
        json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries}),
    )

    known = world(*resources_in(tmp_path))

    (found,) = known.of_patient("Condition", "a")
    assert found.resource["subject"] == {"reference": "Patient/a"}
    (encounter,) = known.of_patient("Encounter", "a")
    assert encounter.id == "3"
    assert [one["individual"]["reference"] for one in encounter.resource["participant"]] == [
        "Practitioner/9",
        "Practitioner/9",
        "urn:uuid:nowhere",
    ]


def test_numbers_keep_the_digits_of_the_file(tmp_path: Path) -> None:
    write(
        tmp_path,
        "o.json",
        '{"resourceType":"Observation","id":"o","subject":{"reference":"Patient/a"},"valueQuantity":{"value":7.20}}',
    )

    one = world(*resources_in(tmp_path)).get("Observation", "o")

    assert one is not None
    assert b'"value":7.20' in one.body


def test_files_that_are_no_fhir_are_passed_over(tmp_path: Path) -> None:
    write(tmp_path, "a.json", "{")
    write(tmp_path, "b.json", "[1, 2]")
    write(tmp_path, "c.json", '{"resourceType": "Bundle", "entry": [null, {}, {"resource": 7}]}')
    write(tmp_path, "d.json", '{"resourceType": "Patient", "id": "d"}')

    assert [one["id"] for one in resources_in(tmp_path)] == ["d"]


def test_each_patient_of_a_folder_becomes_a_person_who_reads_their_own_record(tmp_path: Path) -> None:
    write(
        tmp_path,
        "p.json",
        '{"resourceType": "Patient", "id": "p1", "name": [{"family": "Reed", "given": ["Ann", "B."]}]}',
    )
    write(tmp_path, "q.json", '{"resourceType": "Patient", "id": "p2"}')

    first, second = people_among(resources_in(tmp_path))

    assert (first.slug, first.name, first.fhir_user, first.patients) == (
        "p1",
        "Ann B. Reed",
        "Patient/p1",
        ("p1",),
    )
    assert second.name == "p2"


@pytest.mark.skipif(not (SHARED / "data").is_dir(), reason="../shared/data is not here")
def test_records_by_others_are_served_with_nothing_left_unresolved() -> None:
    resources = resources_in(SHARED / "data")
    known = World(people_among(resources), resources, base=BASE)

    referring = [one for kind in ("Condition", "Observation", "Encounter") for one in known.every(kind)]

    assert len(known.people) >= 10
    assert len(referring) >= 1000
    assert not [one.address for one in referring if b'"reference":"urn:uuid:' in one.body]
    assert all(known.get("Patient", patient) for one in known.people for patient in one.patients)
