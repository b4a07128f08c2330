"""Medications: what was prescribed or reported, how to take it, and never as more certain than recorded."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.medications import INTENT, INTENTS, KIND, PLANNED, STATUS
from records.words.rows import Telling
from tests.records.kinds.reading import asides_of, facts_of, place_of, row_of
from tests.resources import SUBJECT, Json, coded, medication_request

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def test_a_medication_says_its_name_dose_prescriber_and_date() -> None:
    row = row_of(KIND, medication_request())

    assert row.title == "Sertraline 50 MG Oral Tablet"
    assert row.status is not None
    assert row.status.words == "Prescribed now"
    assert row.line == "Take 1 tablet every morning"
    assert row.who == "Dr. Ana Flores"
    assert row.when is not None
    assert row.when.words == "February 11, 2024"


@pytest.mark.parametrize(
    ("odd", "heading"),
    [
        ({}, "Taking now"),
        ({"status": "on-hold"}, "On hold"),
        ({"status": "completed"}, "Past"),
        ({"status": "stopped"}, "Past"),
        ({"status": "cancelled"}, "Past"),
        ({"status": "draft"}, "Other"),
        ({"status": "unknown"}, "Other"),
        ({"status": "resting"}, "Other"),
        ({"status": None}, "Other"),
        ({"intent": "plan"}, "Taking now"),
        ({"intent": "proposal"}, "Other"),
        ({"intent": "plan", "reportedBoolean": True}, "Taking now"),
        ({"intent": "plan", "reportedReference": SUBJECT}, "Taking now"),
        ({"doNotPerform": True}, "Do not take"),
        ({"doNotPerform": True, "status": "completed"}, "Past"),
    ],
)
def test_an_entry_stands_where_its_state_puts_it(odd: dict[str, Any], heading: str) -> None:
    assert place_of(KIND, medication_request(**odd)) == heading


@pytest.mark.parametrize(("code", "status"), STATUS.items())
def test_every_status_has_words(code: str, status: Any) -> None:
    row = row_of(KIND, medication_request(status=code))

    assert row.status is not None
    assert row.status.words == status.words
    assert "not known to this page" not in str(row.status.words)


@pytest.mark.parametrize(
    ("dosage", "line", "told"),
    [
        ({"text": "1 po qam"}, "1 po qam", {}),
        ({"text": "1 po qam", "patientInstruction": "1 po qam"}, "1 po qam", {}),
        (
            {"text": "1 po qam", "patientInstruction": "One in the morning"},
            "1 po qam; said to the patient: One in the morning",
            {"Instruction": "1 po qam", "Instruction to the patient": "One in the morning"},
        ),
    ],
)
def test_an_instruction_is_told_once(dosage: dict[str, Any], line: str, told: dict[str, str]) -> None:
    row = row_of(KIND, medication_request(dosageInstruction=[dosage]))

    facts = facts_of(row)
    assert row.line == line
    assert {label: said for label, said in facts.items() if label.startswith("Instruction")} == told
    assert facts["Prescribed by"] == "Dr. Ana Flores"


def test_an_unknown_status_stands_as_it_is_and_is_said_to_be_unknown() -> None:
    row = row_of(KIND, medication_request(status="resting"))

    assert row.status is not None
    assert row.status.words == "resting (status not known to this page)"


def test_a_status_that_is_absent_for_a_reason_gives_the_reason() -> None:
    extension = {
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
        "valueCode": "masked",
    }
    row = row_of(KIND, medication_request(status=None, _status={"extension": [extension]}))

    assert row.status is not None
    assert row.status.words == "Hidden by the clinic"


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_is_asked_for_and_has_words(intent: str) -> None:
    asked = dict(KIND.searches[0].parameters)["intent"].split(",")
    shown = facts_of(row_of(KIND, medication_request(intent=intent)))["Kind of entry"]

    assert intent in asked
    assert shown == (PLANNED.words if intent == "plan" else INTENT[intent])


def test_what_is_only_suggested_is_never_called_prescribed() -> None:
    row = row_of(KIND, medication_request(intent="proposal"))

    assert row.status is not None
    assert row.status.words == "Suggested, not prescribed"
    assert not row.status.now


def test_an_active_plan_is_in_use_and_said_to_be_no_prescription() -> None:
    planned, ended = medication_request(intent="plan"), medication_request(intent="plan", status="completed")
    row = row_of(KIND, planned)

    assert place_of(KIND, planned) == "Taking now"
    assert row.status is not None
    assert row.status.words == "Noted as a plan, not prescribed here"
    assert row.status.now
    assert not row.status.plain
    assert facts_of(row_of(KIND, ended))["Kind of entry"] == "Suggested, not prescribed"
    assert row.when is not None
    assert row.when.label == "Recorded"
    assert "Prescribed by" not in facts_of(row)
    assert row_of(KIND, medication_request(intent="plan", requester=None)).who == ""


@pytest.mark.parametrize(
    ("odd", "teller"),
    [
        ({"reportedBoolean": True}, "Reported; by whom is not recorded"),
        ({"reportedReference": SUBJECT}, "The patient"),
        ({"reportedReference": {"display": "Ida Lindqvist"}}, "Ida Lindqvist"),
        ({"reportedReference": {"reference": "RelatedPerson/r1"}}, "Recorded, details not available"),
    ],
)
def test_what_was_reported_is_told_from_what_was_prescribed(odd: dict[str, Any], teller: str) -> None:
    row = row_of(KIND, medication_request(requester=None, **odd))

    assert row.status is not None
    assert row.status.words == "Reported, not prescribed here"
    assert facts_of(row)["Reported by"] == teller


def test_what_was_reported_is_never_called_prescribed_whoever_asked_for_it() -> None:
    own = medication_request(reportedBoolean=True, requester={"display": "Ida Lindqvist"})
    facts = facts_of(row_of(KIND, own))

    assert facts["Kind of entry"] == "Reported, not prescribed here"
    assert facts["Asked for by"] == "Ida Lindqvist"
    assert facts["Entered in the system as"] == "Prescribed"
    assert "Prescribed by" not in facts


def test_a_reported_medicine_of_the_past_still_says_that_it_was_reported() -> None:
    past = row_of(KIND, medication_request(status="completed", reportedBoolean=True))

    assert past.status is not None
    assert past.status.words == "Finished"
    assert "Reported, not prescribed here" in asides_of(past)
    assert "Reported, not prescribed here" not in asides_of(
        row_of(KIND, medication_request(status="completed"))
    )


def days(count: int) -> Json:
    """A length of time."""
    return {"value": count, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}


@pytest.mark.parametrize(
    ("dosage", "line"),
    [
        ([], ""),
        ([{"text": "Do not take"}], ""),
        ([{"text": "Hard on the kidneys"}], "Hard on the kidneys"),
    ],
)
def test_what_is_not_to_be_taken_says_so_once_and_misses_no_dose(
    dosage: list[dict[str, str]], line: str
) -> None:
    row = row_of(KIND, medication_request(doNotPerform=True, dosageInstruction=dosage))

    assert row.danger == "Do not take"
    assert row.line == line


def test_where_it_is_taken_is_said_in_words_unless_somebody_wrote_their_own() -> None:
    system = "http://terminology.hl7.org/CodeSystem/medicationrequest-category"
    coded = {"coding": [{"system": system, "code": "community", "display": "Community"}]}

    def taken(**category: Any) -> str:
        return facts_of(row_of(KIND, medication_request(category=[coded | category])))["Where it is taken"]

    assert taken() == "Where the patient lives"
    assert taken(text="Community") == "Where the patient lives"
    assert taken(text="At the day center") == "At the day center"


def test_do_not_take_is_said_first_in_words() -> None:
    row = row_of(KIND, medication_request(doNotPerform=True))

    assert row.danger == "Do not take"
    assert place_of(KIND, medication_request(doNotPerform=True)) == KIND.headings[0].title
    assert row_of(KIND, medication_request()).danger == ""


def test_a_medication_that_is_contained_or_read_along_is_named() -> None:
    contained = medication_request(
        medicationCodeableConcept=None,
        medicationReference={"reference": "#m1"},
        contained=[{"resourceType": "Medication", "id": "m1", "code": {"text": "Lithium carbonate"}}],
    )
    referenced = medication_request(
        medicationCodeableConcept=None, medicationReference={"reference": "Medication/m2"}
    )
    along = {("Medication", "m2"): {"resourceType": "Medication", "id": "m2", "code": {"text": "Melatonin"}}}

    assert row_of(KIND, contained).title == "Lithium carbonate"
    assert row_of(KIND, referenced, along=along).title == "Melatonin"
    assert row_of(KIND, referenced).title == "Unnamed medication entry"


def test_a_code_without_a_name_is_said_to_be_a_code_and_never_guessed() -> None:
    row = row_of(KIND, medication_request(medicationCodeableConcept=coded(RXNORM, "312941")))

    assert row.title == "RxNorm code 312941, without a name"


def test_a_prescriber_who_is_recorded_without_a_name_is_not_said_to_be_missing() -> None:
    nameless = row_of(KIND, medication_request(requester={"reference": "Practitioner/dr9"}))
    missing = row_of(KIND, medication_request(requester=None))

    assert nameless.who == "Recorded, details not available"
    assert facts_of(nameless)["Prescribed by"] == "Recorded, details not available"
    assert missing.who == "Prescriber not recorded"
    assert facts_of(missing)["Prescribed by"] == "Not recorded"


@pytest.mark.parametrize(
    ("dosage", "line"),
    [
        ({"patientInstruction": "One in the morning"}, "One in the morning"),
        ({"text": "1 po qam"}, "1 po qam"),
        (
            {
                "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tablet"}}],
                "route": {"text": "by mouth"},
                "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
                "asNeededBoolean": True,
            },
            "2 tablets, by mouth, 2 times every day, if needed",
        ),
        ({"timing": {"repeat": {"frequency": 1, "period": 6, "periodUnit": "h"}}}, "1 time every 6 hours"),
        ({"timing": {"repeat": {"frequency": 1, "frequencyMax": 3}}}, "1 to 3 times"),
        ({"timing": {"repeat": {"period": 4, "periodMax": 6, "periodUnit": "h"}}}, "every 4–6 hours"),
        ({"timing": {"repeat": {"period": 1.5, "periodUnit": "d"}}}, "every 1.5 days"),
        ({"timing": {"code": {"text": "at bedtime"}}}, "at bedtime"),
        (
            {"timing": {"code": {"text": "twice a day"}, "repeat": {"frequency": 2, "boundsDuration": days(10)}}},
            "twice a day, for 10 days",
        ),
        ({"timing": {"repeat": {"when": ["ACM", "CV"], "offset": 30}}}, "30 minutes before breakfast, at dinner"),
        ({"timing": {"repeat": {"when": ["ODD"]}}}, "ODD"),
        (
            {"timing": {"repeat": {"frequency": 1, "dayOfWeek": ["mon", "thu"], "timeOfDay": ["08:00:00"]}}},
            "1 time, on Monday, Thursday, at 8:00 AM",
        ),
        (
            {"timing": {"repeat": {"boundsRange": {"low": days(5), "high": days(7)}, "count": 10, "countMax": 14}}},
            "for 5 to 7 days, 10 to 14 times in all",
        ),
        ({"timing": {"repeat": {"boundsPeriod": {"end": "2026-03"}, "count": 1}}}, "until March 2026, 1 time in all"),
        (
            {"timing": {"repeat": {"duration": 30, "durationUnit": "min", "period": 1, "periodUnit": "d"}}},
            "every day, each time for 30 minutes",
        ),
        ({"timing": {"repeat": {"duration": "Infinity", "durationUnit": "h"}}}, "each time for Infinity h"),
        ({"timing": {"event": ["2026-03-01", "2026-03-08"]}}, "March 1, 2026, March 8, 2026"),
        ({"asNeededCodeableConcept": {"text": "panic"}}, "if needed for panic"),
        (
            {"doseAndRate": [{"doseRange": {"low": {"value": 1, "unit": "mL"}, "high": {"value": 2, "unit": "mL"}}}]},
            "1 to 2 mL",
        ),
    ],
)  # fmt: skip
def test_how_to_take_it_is_the_instruction_or_else_its_parts(dosage: dict[str, Any], line: str) -> None:
    assert row_of(KIND, medication_request(dosageInstruction=[dosage])).line == line


@pytest.mark.parametrize(
    ("period", "line"),
    [
        ("sNaN", "every sNaN d"),
        ("Infinity", "every Infinity d"),
        ("1E+999999999", "every 1E+999999999 d"),
        (0, "every 0 d"),
    ],
)
def test_a_number_that_makes_no_sense_is_shown_as_it_is(period: Any, line: str) -> None:
    dosage = {"timing": {"repeat": {"period": period, "periodUnit": "d"}}}

    assert row_of(KIND, medication_request(dosageInstruction=[dosage])).line == line


def test_a_dose_that_changes_is_told_step_by_step() -> None:
    row = row_of(KIND, medication_request(dosageInstruction=[{"text": "Week 1: one"}, {"text": "Then: two"}]))

    assert row.line == "Week 1: one; Then: two"


def test_a_dose_without_a_unit_is_not_taken_for_a_number_of_times() -> None:
    twice = {"frequency": 2, "period": 1, "periodUnit": "d"}
    bare = {"timing": {"repeat": twice}, "doseAndRate": [{"doseQuantity": {"value": 1}}]}

    assert row_of(KIND, medication_request(dosageInstruction=[bare])).line == "1 at a time, 2 times every day"


def test_a_missing_dose_is_said_to_be_missing() -> None:
    row = row_of(KIND, medication_request(dosageInstruction=None))

    assert row.line == "Dose not recorded"
    assert row.line_telling is Telling.ABSENT
    assert facts_of(row)["How to take it"] == "Not recorded"


def test_what_it_is_for_and_why_it_ended_are_told() -> None:
    row = row_of(
        KIND,
        medication_request(
            status="stopped",
            statusReason={"text": "Headaches"},
            reasonCode=[{"text": "Panic disorder"}],
            reasonReference=[{"reference": "Condition/c1", "display": "Low mood"}],
        ),
    )
    facts = facts_of(row)

    assert facts["What it is for"] == "Panic disorder, Low mood"
    assert facts["Why its state changed"] == "Headaches"
    assert asides_of(row) == ["Headaches"]
    assert facts_of(row_of(KIND, medication_request()))["What it is for"] == "Not recorded"


def test_amount_refills_and_supply_keep_the_digits_of_the_record() -> None:
    facts = facts_of(
        row_of(
            KIND,
            medication_request(
                dispenseRequest={
                    "quantity": {"value": 30, "unit": "tablet"},
                    "numberOfRepeatsAllowed": 0,
                    "expectedSupplyDuration": {"value": 30, "unit": "days"},
                    "validityPeriod": {"start": "2024-02-11", "end": "2025-02-11"},
                }
            ),
        )
    )

    assert facts["Amount given out"] == "30 tablet"
    assert facts["Refills allowed"] == "0"
    assert facts["Lasts for"] == "30 days"
    assert facts["May be filled"] == "February 11, 2024 to February 11, 2025"


def test_an_undated_entry_says_that_no_date_is_recorded() -> None:
    row = row_of(KIND, medication_request(authoredOn=None))

    assert row.when is None
    assert facts_of(row)["Written on"] == "Not recorded"
