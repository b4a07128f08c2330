"""Procedures: only what was completed reads as done."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.procedures import KIND, STATUS
from records.words.rows import Telling
from tests.records.kinds.reading import facts_of, head_of, place_of, row_of
from tests.resources import SUBJECT, coded, procedure

MASKED = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    ]
}


def test_a_procedure_says_its_name_that_it_was_done_when_and_by_whom() -> None:
    row = row_of(KIND, procedure())

    assert row.title == "Electrocardiogram"
    assert row.status is not None
    assert row.status.words == "Done"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("", "June 1, 2022")
    assert row.who == "Dr. Ana Flores"


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        ("preparation", "Under way or planned"),
        ("in-progress", "Under way or planned"),
        ("on-hold", "Under way or planned"),
        ("completed", "Done"),
        ("not-done", "Not done"),
        ("stopped", "Other"),
        ("unknown", "Other"),
        ("dreamt", "Other"),
        (None, "Other"),
    ],
)
def test_only_completed_stands_under_done(status: str | None, heading: str) -> None:
    assert place_of(KIND, procedure(status=status)) == heading


@pytest.mark.parametrize(("code", "status"), STATUS.items())
def test_every_status_has_words(code: str, status: Any) -> None:
    shown = row_of(KIND, procedure(status=code)).status

    assert shown is not None
    assert shown.words == status.words


@pytest.mark.parametrize("status", [code for code in STATUS if code != "completed"])
def test_nothing_but_completed_is_labelled_as_done(status: str) -> None:
    row = row_of(KIND, procedure(status=status))

    assert row.status is not None
    assert row.status.words != "Done"
    assert row.when is not None
    assert row.when.label != "Done"
    assert "Done" not in facts_of(row)


def test_an_unknown_or_absent_status_is_said_to_be_so() -> None:
    unknown = row_of(KIND, procedure(status="dreamt")).status
    masked = row_of(KIND, procedure(status=None, _status=MASKED)).status

    assert unknown is not None
    assert unknown.words == "dreamt (status not known to this page)"
    assert masked is not None
    assert masked.words == "Hidden by the clinic"


def test_what_was_not_done_says_why_or_that_the_reason_is_not_recorded() -> None:
    row = row_of(KIND, procedure(status="not-done", statusReason={"text": "Changed his mind"}))
    silent = row_of(KIND, procedure(status="not-done"))

    assert row.line == "Changed his mind"
    assert facts_of(row)["Why it was not done"] == "Changed his mind"
    assert silent.line == "Reason not recorded"
    assert silent.line_telling is Telling.ABSENT
    assert facts_of(silent)["Why it was not done"] == "Not recorded"


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"performedDateTime": "2019"}, "2019"),
        ({"performedDateTime": "2019-03-09T14:30:00-05:00"}, "March 9, 2019, 2:30 PM"),
        (
            {"performedPeriod": {"start": "2019-03-09T14:30:00-05:00", "end": "2019-03-10"}},
            "March 9, 2019, 2:30 PM to March 10, 2019",
        ),
        ({"performedString": "before school"}, "before school"),
        ({"performedAge": {"value": 7, "unit": "years", "code": "a"}}, "at age 7 years"),
        (
            {"performedRange": {"low": {"value": 5, "code": "a"}, "high": {"value": 7, "code": "a"}}},
            "at age 5 to 7 years",
        ),
        ({}, "Not recorded"),
        ({"_performedDateTime": MASKED}, "Hidden by the clinic"),
    ],
)
def test_every_way_of_saying_when_it_was_done_is_told(odd: dict[str, Any], words: str) -> None:
    assert facts_of(row_of(KIND, procedure(performedDateTime=None) | odd))["Done"] == words


@pytest.mark.parametrize(
    ("odd", "words", "date"),
    [
        (
            {"performedPeriod": {"start": "2019-03-09T14:30:00-05:00"}},
            "March 9, 2019",
            "2019-03-09T14:30:00-05:00",
        ),
        ({"performedPeriod": {"end": "2019-03"}}, "until March 2019", "2019-03"),
        ({"performedString": "before school"}, "before school", None),
        ({"performedAge": {"value": 7, "code": "a"}}, "at age 7 years", None),
    ],
)
def test_a_list_tells_a_span_an_age_and_a_sentence_and_dates_by_dates_alone(
    odd: dict[str, Any], words: str, date: str | None
) -> None:
    resource = procedure(performedDateTime=None) | odd
    row = row_of(KIND, resource)

    assert row.when is not None
    assert row.when.words == words
    assert KIND.date_of(head_of(KIND, resource)) == date
    assert bool(row.when.sort_key) == (date is not None)


@pytest.mark.parametrize(
    ("status", "label", "words", "fact"),
    [
        ("in-progress", "", "since March 9, 2019", "since March 9, 2019"),
        ("on-hold", "", "since March 9, 2019", "since March 9, 2019"),
        ("preparation", "Planned for", "March 9, 2019", "March 9, 2019"),
        ("completed", "", "March 9, 2019", "March 9, 2019; its end is not recorded"),
    ],
)
def test_since_is_said_only_of_what_goes_on(status: str, label: str, words: str, fact: str) -> None:
    row = row_of(
        KIND, procedure(status=status, performedDateTime=None) | {"performedPeriod": {"start": "2019-03-09"}}
    )

    assert row.when is not None
    assert (row.when.label, row.when.words) == (label, words)
    assert fact in facts_of(row).values()


def test_why_and_where_on_the_body_stand_under_the_name() -> None:
    row = row_of(
        KIND,
        procedure(
            reasonCode=[{"text": "Chest pain"}],
            reasonReference=[{"display": "Atrial fibrillation"}, {"reference": "Condition/c1"}],
            bodySite=[{"text": "Chest"}],
        ),
    )

    assert row.line == "For: Chest pain, Atrial fibrillation, another, details not available; Chest"
    assert facts_of(row)["What it was for"] == (
        "Chest pain, Atrial fibrillation, another, details not available"
    )


def test_everything_that_was_recorded_of_it_stands_on_its_page() -> None:
    facts = facts_of(
        row_of(
            KIND,
            procedure(
                status="stopped",
                statusReason={"text": "Machine failed"},
                category={"text": "Diagnostic"},
                outcome={"text": "Partly successful"},
                complication=[{"text": "Bruise"}],
                complicationDetail=[{"display": "Bleeding"}],
                followUp=[{"text": "Check in a week"}],
                performer=[
                    {
                        "function": {"text": "Cardiologist"},
                        "actor": {"display": "Dr. Ben Osei"},
                        "onBehalfOf": {"display": "Tidewater Hospital"},
                    },
                    {"onBehalfOf": {"display": "Harbor Lane"}},
                ],
                location={"display": "Room 4"},
                report=[{"display": "ECG report"}],
                partOf=[{"display": "Heart check"}],
                basedOn=[{"display": "Referral"}],
                usedCode=[{"text": "12-lead device"}],
                usedReference=[{"display": "Gel"}],
                focalDevice=[{"action": {"text": "Implanted"}, "manipulated": {"display": "Pacemaker"}}],
                encounter={"display": "Office visit"},
                recorder={"display": "Nurse Kim"},
                asserter=SUBJECT,
            ),
        )
    )

    assert facts["Why it has this status"] == "Machine failed"
    assert facts["Kind of procedure"] == "Diagnostic"
    assert facts["Outcome"] == "Partly successful"
    assert facts["Complications"] == "Bruise, Bleeding"
    assert facts["What was to follow"] == "Check in a week"
    assert facts["Who"] == "Dr. Ben Osei (Cardiologist), for Tidewater Hospital | Harbor Lane"
    assert facts["Where"] == "Room 4"
    assert facts["Report"] == "ECG report"
    assert facts["Part of"] == "Heart check"
    assert facts["Planned or ordered by"] == "Referral"
    assert facts["What was used"] == "12-lead device, Gel"
    assert facts["Device"] == "Pacemaker (Implanted)"
    assert facts["Visit"] == "Office visit"
    assert facts["Recorded by"] == "Nurse Kim"
    assert facts["Source of the information"] == "Told by the patient"


def test_who_did_it_and_why_are_said_to_be_missing_where_they_are() -> None:
    facts = facts_of(row_of(KIND, procedure(performer=None)))

    assert facts["Who"] == "Not recorded"
    assert facts["What it was for"] == "Not recorded"
    assert "Recorded by" not in facts


def test_a_reason_without_words_is_named_by_what_was_read_along() -> None:
    entry = procedure(reasonReference=[{"reference": "Condition/c1"}])
    condition = {"resourceType": "Condition", "id": "c1", "code": {"text": "Atrial fibrillation"}}

    assert row_of(KIND, entry).line == "For: Recorded, details not available"
    assert row_of(KIND, entry, along={("Condition", "c1"): condition}).line == "For: Atrial fibrillation"


def test_a_missing_name_is_said_to_be_missing_with_its_reason() -> None:
    reason = coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "masked", "Masked")

    assert row_of(KIND, procedure(code=None)).title == "Unnamed procedure entry"
    absent = row_of(KIND, procedure(code=reason))
    assert absent.title_missing
    assert absent.title == "Name: hidden by the clinic"


def test_notes_are_told_as_written() -> None:
    [note] = row_of(KIND, procedure(note=[{"text": "Went well."}])).notes

    assert note.text == "Went well."


def test_an_empty_list_never_says_that_there_were_none() -> None:
    assert "does not always mean" in str(KIND.nothing_came_back)
