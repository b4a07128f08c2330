"""Records by others go through the real reading and mapping code: nothing raises, nothing is lost in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from records.fhir.reading import read, tree
from records.kinds import KINDS
from records.kinds.base import AnyKind, Known
from records.reading.everything import everything
from records.reading.places import Sifted
from records.reading.rows import worded
from records.reading.sifting import sift
from records.words.rows import Row
from records.words.sections import Tally
from tests.peers.records_by_others import (
    BASE,
    FIRST_TYPES,
    FOLDERS,
    Records,
    Resource,
    encode,
    records_in,
    searchset,
)

LEFT_OVERS = ("None", "{'", "Words(", "<records.", "Patient/")
"""What would stand in a sentence that is not one."""


@pytest.fixture(params=FOLDERS)
def records(request: pytest.FixtureRequest, shared: Path) -> Records:
    """One folder after the other."""
    folder = shared / "data" / str(request.param)
    if not folder.is_dir():
        pytest.skip(f"the shared data holds no {request.param}")
    return records_in(folder)


def sifted(records: Records) -> Iterator[tuple[str, AnyKind, list[Resource], Sifted]]:
    """Every kind of every patient: what was sent, and where each entry was put."""
    for patient in list(records.of_patient):
        for kind in KINDS.values():
            sent = records.of_kind(kind, patient)
            if sent:
                yield patient, kind, sent, sift(kind, [(0, searchset(sent))], patient=patient, base=BASE)


def rows(records: Records) -> Iterator[tuple[AnyKind, Resource, Row]]:
    """Every entry that a section shows, as its row."""
    named = records.named
    for patient, kind, sent, found in sifted(records):
        known = Known(patient=patient, base=BASE, resources=named)
        for spot in [*found.statements, *(spot for group in found.groups.values() for spot in group)]:
            raw = encode(sent[spot.entry])
            model, set_aside = read(raw, kind.model)
            assert set_aside == (), f"{kind.slug}: {sent[spot.entry]['id']}"
            yield kind, sent[spot.entry], worded(kind.to_row, raw, model, known)


def test_every_entry_is_listed_or_counted_as_set_aside(records: Records) -> None:
    counted: Counter[str] = Counter()
    for _, kind, sent, found in sifted(records):
        tally = found.tally
        assert tally.adds_up, kind.slug
        assert tally.received == len(sent), kind.slug
        listed = len(found.statements) + sum(map(len, found.groups.values()))
        # An answer that is told within its questionnaire is shown there, and has no row of its own.
        assert tally.shown == listed + len(found.folded), kind.slug
        set_aside_without_need = Tally(
            unreadable=tally.unreadable,
            another_patient=tally.another_patient,
            duplicate=tally.duplicate,
            other_type=tally.other_type,
        )
        assert set_aside_without_need == Tally(), kind.slug
        counted.update(
            {
                f"{kind.slug}, {name}": getattr(tally, name)
                for name in ("shown", "elsewhere", "entered_in_error")
            }
        )
    assert counted
    print("\n" + "\n".join(f"  {name}: {count}" for name, count in sorted(counted.items()) if count))


def test_every_entry_stands_in_one_section(records: Records) -> None:
    places: Counter[tuple[str, str]] = Counter()
    expected: set[tuple[str, str]] = set()
    for _, kind, sent, found in sifted(records):
        spots = [*found.statements, *(spot for group in found.groups.values() for spot in group)]
        places.update((kind.resource_type, sent[spot.entry]["id"]) for spot in spots)
        expected |= {
            (kind.resource_type, one["id"])
            for one in sent
            if kind.resource_type in FIRST_TYPES or is_vital_sign(one)
            if not is_entered_in_error(one)
        }

    assert expected or not any(one["resourceType"] in FIRST_TYPES for one in records.resources)
    assert expected <= set(places)
    assert [one for one in expected if places[one] != 1] == []


def test_every_row_has_a_title_and_whatever_it_says_is_said(records: Records) -> None:
    number = 0
    for kind, resource, row in rows(records):
        number += 1
        where = f"{kind.slug}: {resource['resourceType']}/{resource['id']}"
        assert str(row.title).strip(), where
        for fact in row.facts:
            assert str(fact.label).strip(), where
            assert str(fact.value).strip(), f"{where}: {fact.label}"
        if row.measure:
            assert str(row.measure.value).strip(), where
        if row.when:
            assert str(row.when.words).strip(), where
        told = (row.title, row.line, row.who, *row.asides)
        assert [words for words in told if "urn:uuid" in str(words)] == [], where
        for words in (*told, *(fact.value for fact in row.facts)):
            assert [code for code in LEFT_OVERS if code in str(words)] == [], f"{where}: {words}"
    assert number > 0
    print(f"\n  rows: {number}")


def test_every_element_of_every_entry_has_a_label_and_a_value(records: Records) -> None:
    number = 0
    for resources in records.of_patient.values():
        for resource in resources:
            for line in everything(tree(encode(resource))):
                number += 1
                where = f"{resource['resourceType']}/{resource['id']}: {line.label}"
                assert str(line.label).strip(), where
                assert line.is_heading or line.value.strip(), where
    assert number > 0
    print(f"\n  elements: {number}")


def test_what_names_no_patient_is_withheld(records: Records) -> None:
    for kind in KINDS.values():
        nobodys = [one for one in records.of_nobody if one["resourceType"] == kind.resource_type]
        found = sift(kind, [(0, searchset(nobodys))], patient="somebody", base=BASE)
        assert found.tally.another_patient == found.tally.received == len(nobodys), kind.slug


def is_vital_sign(resource: Resource) -> bool:
    """Whether an Observation calls itself a vital sign."""
    if resource["resourceType"] != "Observation":
        return False
    codings = [coding for one in resource.get("category", ()) for coding in one.get("coding", ())]
    return any(coding.get("code") == "vital-signs" for coding in codings)


def is_entered_in_error(resource: Resource) -> bool:
    """Whether the record takes an entry back."""
    codings = resource.get("verificationStatus", {}).get("coding", ())
    return "entered-in-error" in {resource.get("status"), *(c.get("code") for c in codings)}
