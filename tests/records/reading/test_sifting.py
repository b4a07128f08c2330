"""Every entry that arrives has one place: shown, or set aside for one reason; the sum is always right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.fhir.bundle import page
from records.kinds import KINDS
from records.reading.places import Sifted
from records.reading.sifting import sift
from tests.people import BASE
from tests.records.kinds.reading import head_of
from tests.resources import (
    Json,
    allergy,
    allergy_clinical,
    allergy_verification,
    bundle,
    coded,
    condition,
    condition_category,
    observation,
)

THEIRS = {"reference": "Patient/p2"}
NONE = coded("http://snomed.info/sct", "716186003", "No known allergy")


def sifted(slug: str, *pages: Json) -> Sifted:
    bodies = (json.dumps(one).encode() for one in pages)
    answers = (page(body, resource_type=KINDS[slug].resource_type, base=BASE) for body in bodies)
    return sift(KINDS[slug], enumerate(answers), patient="p1", base=BASE)


def answer(*entries: tuple[Any, str | None]) -> Json:
    found = [
        {"resource": resource, **({"search": {"mode": mode}} if mode else {})} for resource, mode in entries
    ]
    return {"resourceType": "Bundle", "entry": found}


@pytest.mark.parametrize(
    ("entry", "counted"),
    [
        (allergy(), "shown"),
        (allergy(code=NONE), "shown"),
        (allergy(patient=THEIRS), "another_patient"),
        (allergy(patient=None), "another_patient"),
        (
            allergy(clinicalStatus=None, verificationStatus=allergy_verification("entered-in-error")),
            "entered_in_error",
        ),
        (condition(), "other_type"),
        ({}, "unreadable"),
        ({"resourceType": "Basic"}, "other_type"),
        (5, "unreadable"),
        ([], "unreadable"),
        (None, "unreadable"),
        ("text", "unreadable"),
    ],
)
def test_each_entry_is_counted_for_one_reason(entry: Any, counted: str) -> None:
    tally = sifted("allergies", answer((entry, "match"))).tally

    assert getattr(tally, counted) == 1
    assert tally.received == 1
    assert tally.adds_up


def test_another_patients_entry_is_that_before_it_is_anything_else() -> None:
    taken_back = allergy(patient=THEIRS, verificationStatus=allergy_verification("entered-in-error"))

    assert sifted("allergies", bundle(taken_back)).tally.another_patient == 1


def test_what_comes_twice_counts_once_on_whichever_page() -> None:
    found = sifted("allergies", bundle(allergy(), allergy()), bundle(allergy()))

    assert (found.tally.shown, found.tally.duplicate, found.tally.pages) == (1, 2, 2)


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"versionId": "9"}, {"versionId": "10"}),
        ({"versionId": "1", "lastUpdated": "2026-02-02T10:00:00Z"}, {"versionId": "2"}),
        (
            {"versionId": "a7", "lastUpdated": "2026-02-02T10:00:00+05:30"},
            {"versionId": "a2", "lastUpdated": "2026-02-02T04:30:01-0000"},
        ),
        ({"lastUpdated": "2026-02-02T10:00:00.100Z"}, {"lastUpdated": "2026-02-02T05:00:00.9-05:00"}),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_of_two_versions_of_one_id_the_newest_counts_in_whichever_order_they_come(
    older: Json, newer: Json, at_once: bool
) -> None:
    before = allergy(meta=older, code={"text": "Before"})
    after = allergy(meta=newer, clinicalStatus=allergy_clinical("resolved"))
    for first, second in ((before, after), (after, before)):
        pages = [bundle(first, second)] if at_once else [bundle(first), bundle(second)]

        found = sifted("allergies", *pages)

        assert list(found.groups) == [KINDS["allergies"].place(head_of(KINDS["allergies"], after))]
        assert (found.tally.shown, found.tally.duplicate) == (1, 1)
        assert found.tally.adds_up


def test_a_newer_version_that_was_taken_back_takes_the_older_one_along() -> None:
    shown = allergy(meta={"versionId": "2"})
    error = allergy(meta={"versionId": "3"}, verificationStatus=allergy_verification("entered-in-error"))
    none = allergy(meta={"versionId": "4"}, code=NONE)

    assert sifted("allergies", bundle(shown, error)).groups == {}
    assert sifted("allergies", bundle(error, shown)).groups == {}
    for pages in ([shown, error, none], [error, none, shown], [none, shown, error]):
        found = sifted("allergies", bundle(*pages))
        assert (len(found.statements), found.tally.shown, found.tally.duplicate) == (1, 1, 2)
        assert found.tally.adds_up


@pytest.mark.parametrize("meta", [None, {}, {"versionId": "x"}, {"lastUpdated": "lately"}])
def test_where_neither_is_known_to_be_newer_the_first_counts(meta: Json | None) -> None:
    first, second = allergy(meta=meta), allergy(meta=meta, clinicalStatus=allergy_clinical("resolved"))

    assert list(sifted("allergies", bundle(first, second)).groups) == ["current"]


def test_entries_without_an_id_are_not_taken_for_each_other() -> None:
    found = sifted("allergies", bundle(allergy(id=None), allergy(id=None, code={"text": "Latex"})))

    assert found.tally.shown == 2


def test_what_the_other_list_shows_is_counted_as_elsewhere() -> None:
    at_a_visit = condition(category=[condition_category("encounter-diagnosis")])

    here, there = (sifted(slug, bundle(at_a_visit)) for slug in ("conditions", "conditions/visit-diagnoses"))

    assert (here.tally.elsewhere, here.tally.shown) == (1, 0)
    assert (there.tally.elsewhere, there.tally.shown) == (0, 1)


def test_the_newest_stands_first_and_the_undated_last() -> None:
    dates = ["2019", "2021-05-04T10:00:00+05:00", None, "2021-05-04T06:00:00Z", "2020-12", "no date"]
    entries = [observation(id=f"o{n}", effectiveDateTime=when) for n, when in enumerate(dates)]

    found = sifted("vitals", bundle(*entries))

    assert [spot.entry for spot in found.ordered("all")][:4] == [3, 1, 4, 0]
    assert {spot.entry for spot in found.ordered("all")[4:]} == {2, 5}


def test_what_could_be_life_threatening_stands_before_what_is_newer() -> None:
    new = allergy(id="new", recordedDate="2024-01-01")
    grave = allergy(id="grave", recordedDate="1999-01-01", criticality="high")

    found = sifted("allergies", bundle(new, grave))

    assert [spot.entry for spot in found.ordered("current")] == [1, 0]


def test_warnings_and_included_resources_are_no_entries() -> None:
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "warning"}]}
    practitioner = {"resourceType": "Practitioner", "id": "dr1", "name": [{"family": "Flores"}]}

    found = sifted(
        "allergies",
        answer((allergy(), "match"), (outcome, "outcome"), (outcome, "match"), (practitioner, "include")),
    )

    assert found.tally.received == 1
    assert found.has_warning
    assert set(found.included) == {("Practitioner", "dr1")}
    assert found.tally.adds_up


@pytest.mark.parametrize("subject", [THEIRS, None, {"display": "p1"}])
def test_what_is_included_of_another_patient_is_withheld(subject: Json | None) -> None:
    theirs = condition(id="c1", subject=subject)

    found = sifted("allergies", answer((allergy(), "match"), (theirs, "include")))

    assert found.tally.another_patient == 1
    assert found.included == {}
    assert found.tally.adds_up


def test_what_cannot_be_read_is_kept_for_showing_only_where_it_names_the_patient() -> None:
    ours, theirs = (
        allergy(patient=p) | {"meta": {"security": [5] * 80}} for p in ({"reference": "Patient/p1"}, THEIRS)
    )

    found = sifted("allergies", bundle(ours, theirs))

    assert found.tally.unreadable == 2
    assert [spot.entry for spot in found.unreadable] == [0]


ENTRIES: st.SearchStrategy[Any] = st.sampled_from(
    [
        allergy(),
        allergy(id="a2"),
        allergy(meta={"versionId": "2"}, verificationStatus=allergy_verification("entered-in-error")),
        allergy(meta={"versionId": "3"}, clinicalStatus=allergy_clinical("resolved")),
        allergy(meta={"versionId": "4"}, code=NONE),
        allergy(id=None),
        allergy(id="a3", patient=THEIRS),
        allergy(id="a4", patient=None),
        allergy(id="a5", code=NONE),
        allergy(id="a6", clinicalStatus=allergy_clinical("resolved")),
        allergy(id="a7", verificationStatus=allergy_verification("entered-in-error")),
        allergy(id="a8", verificationStatus=allergy_verification("refuted")),
        allergy(id="a9") | {"patient": 5},
        condition(),
        {"resourceType": "OperationOutcome"},
        {},
        [],
        None,
        5,
    ]
)


@given(
    pages=st.lists(
        st.lists(st.tuples(ENTRIES, st.sampled_from(["match", "include", "outcome", None])), max_size=8),
        max_size=4,
    )
)
def test_the_sum_is_right_for_whatever_arrives(pages: list[list[tuple[Any, str | None]]]) -> None:
    found = sifted("allergies", *(answer(*page) for page in pages))

    assert found.tally.adds_up
    placed = sum(map(len, found.groups.values())) + len(found.statements)
    assert placed == found.tally.shown
