"""What goes into a file: as chosen, as it stands on the pages, and what is protected or not the patient's stays out."""

from __future__ import annotations

from typing import Any

import pytest

from records.takeaway import text
from records.takeaway.taken import Outcome
from tests.records.conftest import RecordServer
from tests.records.sources import a_source
from tests.records.taking import COVER, record_of, taken, written
from tests.resources import (
    Json,
    allergy,
    condition,
    condition_clinical,
    diagnostic_report,
    document_reference,
    immunization,
    laboratory_result,
)

PART_2 = {"security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "42CFRPart2"}]}
RESTRICTED = {
    "security": [{"system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R"}]
}


def made(monkeypatch: pytest.MonkeyPatch, *resources: Json, **order: Any) -> tuple[str, dict[str, Outcome]]:
    """The words of a file, and what became of each section."""
    source, _whole = record_of(resources, "p1", monkeypatch)
    found = taken(source, **order)
    words = written(text.write(found)).decode("utf-8-sig")
    return words, {one.slug: one for one in found.outcomes}


def test_only_the_chosen_sections_go_in(monkeypatch: pytest.MonkeyPatch) -> None:
    words, outcomes = made(monkeypatch, allergy(), immunization(), sections=("immunizations",))

    assert "Influenza" in words
    assert "Penicillin" not in words
    assert list(outcomes) == ["immunizations"]


def test_dates_leave_out_what_lies_outside_them_and_the_last_page_counts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words, outcomes = made(
        monkeypatch,
        immunization(id="old", occurrenceDateTime="2011-03", vaccineCode={"text": "Tetanus"}),
        immunization(id="new", occurrenceDateTime="2025", vaccineCode={"text": "Influenza"}),
        immunization(id="undated", occurrenceDateTime=None, vaccineCode={"text": "Mumps"}),
        sections=("immunizations",),
        since="2020",
    )

    assert "Tetanus" not in words
    assert "Influenza" in words
    assert "Mumps" in words
    assert (outcomes["immunizations"].count, outcomes["immunizations"].total) == (2, 3)
    assert "1 outside the chosen dates" in words


def test_what_is_current_goes_in_whatever_its_date(monkeypatch: pytest.MonkeyPatch) -> None:
    words, _outcomes = made(
        monkeypatch,
        condition(id="now", code={"text": "Asthma"}, recordedDate="1999-01-01", onsetDateTime="1999"),
        condition(
            id="then",
            code={"text": "Chickenpox"},
            recordedDate="1998-01-01",
            onsetDateTime="1998",
            clinicalStatus=condition_clinical("resolved"),
        ),
        since="2020",
    )

    assert "Asthma" in words
    assert "Chickenpox" not in words


@pytest.mark.parametrize("labels", [PART_2, RESTRICTED], ids=["42 CFR Part 2", "restricted"])
def test_what_carries_extra_protection_stays_out_for_others_and_nothing_tells_that_there_was_any(
    labels: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    for_other = {"is_for_other": True, "with_protected": False}
    plain, _outcomes = made(monkeypatch, allergy(), **for_other)
    words, outcomes = made(
        monkeypatch, allergy(), allergy(id="a2", code={"text": "Naltrexone"}, meta=labels), **for_other
    )

    assert "Naltrexone" not in words
    assert words == plain
    assert (outcomes["allergies"].count, outcomes["allergies"].total) == (1, 1)


def test_what_carries_extra_protection_is_marked_where_it_goes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    words, outcomes = made(monkeypatch, allergy(code={"text": "Naltrexone"}, meta=PART_2))

    assert "Naltrexone" in words
    assert "42 CFR Part 2" in words.split("Naltrexone")[1].split("VISITS")[0]
    assert outcomes["allergies"].count == 1


def test_left_out_for_oneself_it_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    words, outcomes = made(
        monkeypatch,
        allergy(),
        allergy(id="a2", code={"text": "Naltrexone"}, meta=PART_2),
        with_protected=False,
    )

    assert "Naltrexone" not in words
    assert "1 with extra protection" in words
    assert (outcomes["allergies"].count, outcomes["allergies"].total) == (1, 2)


def test_a_label_on_the_document_itself_protects_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    words, _outcomes = made(
        monkeypatch,
        document_reference(description="Canary letter", securityLabel=[{"coding": PART_2["security"]}]),
        is_for_other=True,
        with_protected=False,
    )

    assert "Canary letter" not in words


def test_the_results_of_a_protected_report_stay_out_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    result = laboratory_result(id="r1", code={"text": "Canary screen"})
    words, _outcomes = made(
        monkeypatch,
        result,
        laboratory_result(id="r2", code={"text": "Glucose"}),
        diagnostic_report(id="d1", meta=PART_2, result=[{"reference": "Observation/r1"}]),
        is_for_other=True,
        with_protected=False,
    )

    assert "Glucose" in words
    assert "Canary screen" not in words


def test_another_patients_entry_is_withheld_there_too(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = allergy(id="theirs", code={"text": "Rabies"}, patient={"reference": "Patient/p2"})
    words, outcomes = made(monkeypatch, allergy(), theirs)

    assert "Penicillin" in words
    assert "Rabies" not in words
    assert outcomes["allergies"].count == 1
    assert "1 not clearly about this patient" in words


def test_what_was_entered_in_error_is_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = immunization(id="i2", status="entered-in-error", vaccineCode={"text": "Rabies"})
    words, _outcomes = made(monkeypatch, immunization(), wrong)

    assert "Rabies" not in words
    assert "1 removed by the clinic as a mistake" in words


def test_a_section_that_fails_does_not_fail_the_file_and_its_last_page_says_so(server: RecordServer) -> None:
    server.whole_record(Immunization=[immunization()])
    server.arrange("AllergyIntolerance", status=503)

    found = taken(a_source(), sections=("allergies", "immunizations"))
    words = written(text.write(found)).decode()

    assert "Influenza" in words
    allergies = next(one for one in found.outcomes if one.slug == "allergies")
    assert allergies.is_missing
    assert allergies.reasons
    assert allergies.reasons[0] in words
    assert "not in this file" in words


def test_the_file_says_who_took_it_and_for_whom(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    source, _whole = record_of([allergy()], "p1", monkeypatch)
    cover = dataclasses.replace(COVER, for_whom="Amara Osei, MD", is_for_other=True)

    words = written(text.write(taken(source, cover))).decode()

    assert "For: Amara Osei, MD" in words
    assert "Taken by: Ada Lovelace, the patient" in words
    assert "988" in words
