"""Vaccines: what was not given never reads as given, and what was given says which dose, when and by whom."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.immunizations import (
    ELIGIBILITY,
    FUNDING,
    KIND,
    ORIGIN,
    STATUS,
    STATUS_REASON,
    SUBPOTENT,
)
from records.words.rows import Telling
from tests.records.kinds.reading import asides_of, facts_of, head_of, place_of, row_of
from tests.resources import coded, immunization

SYSTEM = "http://terminology.hl7.org/CodeSystem/"
DECLINED = {"text": "Patient declined"}
MASKED = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    ]
}


def test_a_vaccine_says_its_name_that_it_was_given_when_and_by_whom() -> None:
    row = row_of(KIND, immunization())

    assert row.title == "Influenza, seasonal"
    assert row.status is not None
    assert row.status.words == "Given"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("", "October 12, 2023")
    assert row.who == "Dr. Ana Flores"


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        ("completed", "Given"),
        ("not-done", "Not given"),
        ("in-progress", "Other"),
        (None, "Other"),
    ],
)
def test_only_completed_stands_under_given(status: str | None, heading: str) -> None:
    assert place_of(KIND, immunization(status=status)) == heading


def test_what_was_not_given_nowhere_says_that_it_was_and_says_why() -> None:
    row = row_of(KIND, immunization(status="not-done", statusReason=DECLINED))
    facts = facts_of(row)

    assert row.status is not None
    assert row.status.words == "Not given"
    assert not row.status.now
    assert row.line == "Patient declined"
    assert row.when is not None
    assert row.when.label == ""
    assert facts["Why it was not given"] == "Patient declined"
    assert facts["Not given"] == "October 12, 2023"
    assert "Given" not in facts
    assert facts["Who"] == "Dr. Ana Flores"
    assert "Given by" not in facts


def test_what_was_not_given_without_a_reason_says_that_the_reason_is_not_recorded() -> None:
    row = row_of(KIND, immunization(status="not-done"))

    assert row.line == "Reason not recorded"
    assert row.line_telling is Telling.ABSENT
    assert facts_of(row)["Why it was not given"] == "Not recorded"


@pytest.mark.parametrize(("code", "status"), STATUS.items())
def test_every_status_has_words(code: str, status: Any) -> None:
    shown = row_of(KIND, immunization(status=code)).status

    assert shown is not None
    assert shown.words == status.words


def test_an_unknown_or_absent_status_is_said_to_be_so() -> None:
    unknown = row_of(KIND, immunization(status="half-done")).status
    masked = row_of(KIND, immunization(status=None, _status=MASKED)).status
    missing = row_of(KIND, immunization(status=None)).status

    assert unknown is not None
    assert unknown.words == "half-done (status not known to this page)"
    assert masked is not None
    assert masked.words == "Hidden by the clinic"
    assert missing is not None
    assert missing.words == "Status not recorded"


@pytest.mark.parametrize(("code", "words"), STATUS_REASON.items())
def test_every_reason_that_comes_as_a_code_has_words(code: str, words: Any) -> None:
    row = row_of(KIND, immunization(status="not-done", statusReason=coded(f"{SYSTEM}v3-ActReason", code)))

    assert row.line == words


def test_a_reason_in_the_records_words_stays_as_it_is_and_an_unknown_code_is_said_to_be_one() -> None:
    own = coded(f"{SYSTEM}v3-ActReason", "PATOBJ", "patient objection")
    odd = coded(f"{SYSTEM}v3-ActReason", "MOON")

    assert row_of(KIND, immunization(status="not-done", statusReason=own)).line == "patient objection"
    assert (
        row_of(KIND, immunization(status="not-done", statusReason=odd)).line
        == "v3-ActReason code MOON, without a name"
    )


def test_a_dose_that_does_not_count_is_never_just_given() -> None:
    row = row_of(
        KIND,
        immunization(
            isSubpotent=True,
            subpotentReason=[coded(f"{SYSTEM}immunization-subpotent-reason", "coldchainbreak")],
        ),
    )
    facts = facts_of(row)

    assert row.status is not None
    assert row.status.words == "Given, but does not count"
    assert not row.status.now
    assert row.line == "It had not been kept cold enough"
    assert facts["Does this dose count?"] == "No, it was not strong enough"
    assert facts["Why it does not count"] == "It had not been kept cold enough"
    assert facts_of(row_of(KIND, immunization(isSubpotent=False)))["Does this dose count?"] == "Yes"


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"occurrenceDateTime": "2019"}, "2019"),
        ({"occurrenceDateTime": "2019-03-09T14:30:00-05:00"}, "March 9, 2019, 2:30 PM"),
        ({"occurrenceDateTime": None, "occurrenceString": "as a baby, abroad"}, "as a baby, abroad"),
        ({"occurrenceDateTime": None}, "Not recorded"),
        ({"occurrenceDateTime": None, "_occurrenceDateTime": MASKED}, "Hidden by the clinic"),
    ],
)
def test_when_it_was_given_is_told_however_it_was_recorded(odd: dict[str, Any], words: str) -> None:
    assert facts_of(row_of(KIND, immunization(**odd)))["Given"] == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ({"value": 999}, "Not known (recorded as 999)"),
        ({"value": 999.0, "unit": "mL"}, "Not known (recorded as 999.0 mL)"),
        ({"value": 0.5, "unit": "mL"}, "0.5 mL"),
        ({"value": 99, "unit": "mcg"}, "99 mcg"),
    ],
)
def test_an_amount_that_stands_for_one_that_is_not_known_is_told_so(
    amount: dict[str, Any], words: str
) -> None:
    assert facts_of(row_of(KIND, immunization(doseQuantity=amount)))["Amount"] == words


def test_where_the_day_stands_for_none_the_day_of_recording_stands_in() -> None:
    odd = immunization(occurrenceDateTime="1900-01-01", recorded="2020-01-05")
    row = row_of(KIND, odd)

    assert KIND.date_of(head_of(KIND, odd)) == "2020-01-05"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Recorded", "January 5, 2020")
    assert facts_of(row)["Given"] == "No date given (written as 1900-01-01)"


def test_the_day_of_recording_stands_in_only_where_nothing_is_said_of_the_day_it_was_given() -> None:
    sentence = immunization(occurrenceDateTime=None, occurrenceString="as a baby", recorded="2020-01-05")
    neither = immunization(occurrenceDateTime=None, recorded="2020-01-05")

    assert KIND.date_of(head_of(KIND, sentence)) is None
    assert KIND.date_of(head_of(KIND, neither)) == "2020-01-05"
    row = row_of(KIND, neither)
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Recorded", "January 5, 2020")
    told = row_of(KIND, sentence)
    assert told.when is not None
    assert (told.when.words, told.when.sort_key) == ("as a baby", "")


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({}, "From whoever gave it"),
        ({"primarySource": False}, "Told by the patient or another record"),
        (
            {"primarySource": False, "reportOrigin": {"text": "Yellow card"}},
            "Told by the patient or another record: Yellow card",
        ),
        ({"primarySource": None, "reportOrigin": {"text": "Yellow card"}}, "Yellow card"),
        ({"reportOrigin": {"text": "Yellow card"}}, "From whoever gave it; also recorded: Yellow card"),
        ({"primarySource": None}, "Not recorded"),
        ({"primarySource": None, "_primarySource": MASKED}, "Hidden by the clinic"),
    ],
)
def test_where_the_information_comes_from_is_told(odd: dict[str, Any], words: str) -> None:
    assert facts_of(row_of(KIND, immunization(**odd)))["Where this information comes from"] == words


def test_a_list_says_which_vaccines_were_only_told_of() -> None:
    assert asides_of(row_of(KIND, immunization(primarySource=False))) == [
        "Told by the patient or another record"
    ]
    assert asides_of(row_of(KIND, immunization())) == []


@pytest.mark.parametrize(("code", "words"), ORIGIN.items())
def test_every_origin_that_comes_as_a_code_has_words(code: str, words: Any) -> None:
    origin = coded(f"{SYSTEM}immunization-origin", code)
    row = row_of(KIND, immunization(primarySource=None, reportOrigin=origin))

    assert facts_of(row)["Where this information comes from"] == words


@pytest.mark.parametrize(
    ("element", "label", "table"),
    [
        ("subpotentReason", "Why it does not count", SUBPOTENT),
        ("programEligibility", "Program that paid", ELIGIBILITY),
    ],
)
def test_every_code_that_comes_without_words_gets_some(element: str, label: str, table: Any) -> None:
    for code, words in table.items():
        row = row_of(KIND, immunization(**{element: [coded(f"{SYSTEM}some", code)]}))
        assert facts_of(row)[label] == words


def test_who_paid_is_told_in_words() -> None:
    for code, words in FUNDING.items():
        row = row_of(KIND, immunization(fundingSource=coded(f"{SYSTEM}immunization-funding-source", code)))
        assert facts_of(row)["Paid with"] == words


@pytest.mark.parametrize(
    ("protocol", "words"),
    [
        ({"doseNumberPositiveInt": 2, "seriesDosesPositiveInt": 3}, "Dose 2 of 3"),
        ({"doseNumberPositiveInt": 2}, "Dose 2"),
        ({"doseNumberString": "booster", "seriesDosesString": "two"}, "Dose booster of two"),
        ({"seriesDosesPositiveInt": 3}, "One of 3 doses"),
        ({"doseNumberPositiveInt": 0}, "Dose 0"),
    ],
)
def test_which_dose_of_how_many_is_told(protocol: dict[str, Any], words: str) -> None:
    row = row_of(KIND, immunization(protocolApplied=[protocol]))

    assert facts_of(row)["Dose"] == words
    assert row.line == words


def test_a_list_shows_the_dose_and_the_series_under_the_name() -> None:
    protocol = {
        "series": "Hepatitis B, 3 doses",
        "authority": {"display": "CDC"},
        "targetDisease": [{"text": "Hepatitis B"}],
        "doseNumberPositiveInt": 1,
        "seriesDosesPositiveInt": 3,
    }
    row = row_of(KIND, immunization(protocolApplied=[protocol]))
    facts = facts_of(row)

    assert row.line == "Dose 1 of 3, Hepatitis B, 3 doses"
    assert facts["Series"] == "Hepatitis B, 3 doses"
    assert facts["Protects against"] == "Hepatitis B"
    assert facts["Schedule published by"] == "CDC"


def test_everything_that_was_recorded_of_the_shot_stands_on_its_page() -> None:
    facts = facts_of(
        row_of(
            KIND,
            immunization(
                lotNumber="L-77",
                expirationDate="2025-02-28",
                manufacturer={"display": "Example Vaccines"},
                site={"text": "Left upper arm"},
                route={"text": "Into the muscle"},
                doseQuantity={"value": 0.50, "unit": "mL"},
                location={"display": "Harbor Lane, main house"},
                encounter={"display": "Office visit"},
                recorded="2023-10-13",
                reasonCode=[{"text": "Routine"}],
                reasonReference=[{"display": "Asthma"}],
                performer=[
                    {"function": coded(f"{SYSTEM}v2-0443", "AP"), "actor": {"display": "Nurse Kim"}},
                    {"function": coded(f"{SYSTEM}v2-0443", "OP"), "actor": {"display": "Dr. Ana Flores"}},
                    {"actor": {"reference": "PractitionerRole/x"}},
                ],
                reaction=[{"date": "2023-10-13", "detail": {"display": "Sore arm"}, "reported": True}],
                education=[
                    {
                        "documentType": "Flu leaflet",
                        "publicationDate": "2021-08",
                        "presentationDate": "2023-10-12",
                    }
                ],
            ),
        )
    )

    assert facts["Lot number"] == "L-77"
    assert facts["Use-by date of the vaccine"] == "February 28, 2025"
    assert facts["Made by"] == "Example Vaccines"
    assert facts["Part of the body"] == "Left upper arm"
    assert facts["How it was given"] == "Into the muscle"
    assert facts["Amount"] == "0.5 mL"
    assert facts["Where"] == "Harbor Lane, main house"
    assert facts["Visit"] == "Office visit"
    assert facts["Recorded"] == "October 13, 2023"
    assert facts["Why"] == "Routine, Asthma"
    assert facts["Who"] == "Nurse Kim (gave it) | Dr. Ana Flores (ordered it)"
    assert facts["Given by"] == "Recorded, details not available"
    assert facts["Reaction afterwards"] == "Sore arm, October 13, 2023, told by the patient"
    assert facts["Information handed out"] == (
        "Flu leaflet, published August 2021, handed out October 12, 2023"
    )


def test_a_performer_without_a_name_is_not_dropped_beside_one_that_has_one() -> None:
    row = row_of(
        KIND,
        immunization(
            performer=[{"actor": {"display": "Nurse Kim"}}, {"actor": {"reference": "PractitionerRole/x"}}]
        ),
    )

    assert row.who == "Nurse Kim, another, details not available"


def test_a_missing_name_is_said_to_be_missing_with_its_reason() -> None:
    reason = coded(f"{SYSTEM}data-absent-reason", "unknown", "Unknown")

    assert row_of(KIND, immunization(vaccineCode=None)).title == "Unnamed vaccine entry"
    absent = row_of(KIND, immunization(vaccineCode=reason))
    assert absent.title_missing
    assert "Not known" in asides_of(absent)


def test_notes_are_told_as_written() -> None:
    [note] = row_of(KIND, immunization(note=[{"text": "Fainted once before."}])).notes

    assert note.text == "Fainted once before."


def test_an_empty_list_never_says_that_there_are_none() -> None:
    assert "does not always mean" in str(KIND.nothing_came_back)
