"""Conditions: what is now, what is past, what was a diagnosis of one visit, and never more certain than recorded."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.conditions import CLINICAL, CONDITIONS, VERIFICATION, VISIT_DIAGNOSES
from tests.records.kinds.reading import asides_of, facts_of, head_of, place_of, row_of
from tests.resources import (
    SUBJECT,
    coded,
    condition,
    condition_category,
    condition_clinical,
    condition_verification,
)

AT_A_VISIT = [condition_category("encounter-diagnosis")]


def test_a_condition_says_its_name_state_and_dates_apart() -> None:
    row = row_of(CONDITIONS, condition())

    assert row.title == "Major depression"
    assert row.status is not None
    assert row.status.words == "Current"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Since", "March 2019")
    assert asides_of(row) == ["Recorded April 2, 2019"]
    assert row.who == "Recorded by Dr. Ana Flores"


def test_started_ended_recorded_and_first_stated_are_four_labelled_dates() -> None:
    row = row_of(
        CONDITIONS,
        condition(
            clinicalStatus=condition_clinical("resolved"),
            onsetDateTime="2001",
            abatementDateTime="2003-11-20",
            recordedDate="2002-01-15",
            extension=[
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/condition-assertedDate",
                    "valueDateTime": "2001-12-30",
                }
            ],
        ),
    )
    facts = facts_of(row)

    assert facts["Started"] == "2001"
    assert facts["Ended"] == "November 20, 2003"
    assert facts["Recorded"] == "January 15, 2002"
    assert facts["First stated"] == "December 30, 2001"
    assert row.when is not None
    assert row.when.label == "Started"
    assert "Ended November 20, 2003" in asides_of(row)


@pytest.mark.parametrize("ending", ["onset", "abatement"])
@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"Age": {"value": 34, "unit": "years", "code": "a"}}, "at age 34 years"),
        ({"Period": {"start": "2010-01", "end": "2012"}}, "January 2010 to 2012"),
        ({"Period": {"start": "2010"}}, "since 2010"),
        ({"Range": {"low": {"value": 40, "code": "a"}}}, "at age 40 years or later"),
        ({"Range": {"high": {"value": 12, "code": "a"}}}, "up to age 12 years"),
        ({"String": "after the move"}, "after the move"),
        ({"DateTime": "2019-03"}, "March 2019"),
    ],
)
def test_every_way_of_saying_when_is_told(ending: str, odd: dict[str, Any], words: str) -> None:
    entry = condition(**{"onsetDateTime": None} | {f"{ending}{name}": value for name, value in odd.items()})

    facts = facts_of(row_of(CONDITIONS, entry))

    assert facts["Started" if ending == "onset" else "Ended"] == words


def test_a_current_condition_is_not_asked_when_it_ended() -> None:
    assert "Ended" not in facts_of(row_of(CONDITIONS, condition()))
    resolved = row_of(CONDITIONS, condition(clinicalStatus=condition_clinical("resolved")))
    assert facts_of(resolved)["Ended"] == "Not recorded"


@pytest.mark.parametrize(
    ("odd", "heading"),
    [
        ({}, "Current"),
        ({"clinicalStatus": condition_clinical("recurrence")}, "Current"),
        ({"clinicalStatus": condition_clinical("relapse")}, "Current"),
        ({"clinicalStatus": condition_clinical("remission")}, "In remission"),
        ({"clinicalStatus": condition_clinical("inactive")}, "Past"),
        ({"clinicalStatus": condition_clinical("resolved")}, "Past"),
        ({"clinicalStatus": None}, "Other"),
        ({"clinicalStatus": condition_clinical("sleeping")}, "Other"),
        ({"verificationStatus": condition_verification("refuted")}, "Checked and ruled out"),
        ({"verificationStatus": condition_verification("provisional")}, "Current"),
        ({"category": None}, "Current"),
        ({"category": [{"text": "Something of the agency's own"}]}, "Current"),
        ({"category": [condition_category("health-concern")]}, "Current"),
        ({"category": [*AT_A_VISIT, condition_category("problem-list-item")]}, "Current"),
        ({"category": AT_A_VISIT}, None),
        (
            {"code": coded("http://snomed.info/sct", "160245001", "No current problems or disability")},
            "Recorded as none",
        ),
    ],
)
def test_a_condition_stands_where_its_states_put_it(odd: dict[str, Any], heading: str | None) -> None:
    assert place_of(CONDITIONS, condition(**odd)) == heading


@pytest.mark.parametrize(
    ("odd", "heading"),
    [
        ({"category": AT_A_VISIT}, ""),
        ({"category": AT_A_VISIT, "verificationStatus": condition_verification("refuted")}, "Checked and ruled out"),
        ({"category": AT_A_VISIT, "clinicalStatus": None}, ""),
        ({"category": [*AT_A_VISIT, condition_category("problem-list-item")]}, None),
        ({"category": [*AT_A_VISIT, condition_category("health-concern")]}, None),
        ({"category": None}, None),
    ],
)  # fmt: skip
def test_diagnoses_of_one_visit_stand_by_themselves(odd: dict[str, Any], heading: str | None) -> None:
    assert place_of(VISIT_DIAGNOSES, condition(**odd)) == heading


@pytest.mark.parametrize(
    "category",
    [
        None,
        [],
        [{}],
        [{"text": "Free text"}],
        AT_A_VISIT,
        [condition_category("problem-list-item")],
        [condition_category("health-concern")],
        [*AT_A_VISIT, condition_category("health-concern")],
        [coded("urn:oid:1.2.3", "encounter-diagnosis")],
        [{"coding": [{"code": "encounter-diagnosis"}, {"code": "problem-list-item"}]}],
    ],
)
@pytest.mark.parametrize("verification", ["confirmed", "refuted"])
@pytest.mark.parametrize("clinical", [*CLINICAL, "sleeping"])
def test_every_condition_stands_in_exactly_one_of_the_two_sections(
    category: Any, verification: str, clinical: str
) -> None:
    entry = condition(
        category=category,
        verificationStatus=condition_verification(verification),
        clinicalStatus=condition_clinical(clinical),
    )

    places = [place_of(kind, entry) for kind in (CONDITIONS, VISIT_DIAGNOSES)]

    assert places.count(None) == 1


def test_both_sections_ask_the_server_the_same_question_once() -> None:
    assert CONDITIONS.resource_type == VISIT_DIAGNOSES.resource_type == "Condition"
    assert CONDITIONS.searches == VISIT_DIAGNOSES.searches
    assert CONDITIONS.sort == VISIT_DIAGNOSES.sort


@pytest.mark.parametrize(("code", "status"), CLINICAL.items())
def test_every_clinical_status_has_words(code: str, status: Any) -> None:
    shown = row_of(CONDITIONS, condition(clinicalStatus=condition_clinical(code))).status

    assert shown is not None
    assert shown.words == status.words
    assert "not known" not in str(shown.words)


@pytest.mark.parametrize(("code", "words"), VERIFICATION.items())
def test_every_verification_status_has_words(code: str, words: Any) -> None:
    row = row_of(CONDITIONS, condition(verificationStatus=condition_verification(code)))

    assert facts_of(row)["How sure it is"] == words


def test_a_first_impression_is_never_shown_as_certain() -> None:
    provisional = row_of(CONDITIONS, condition(verificationStatus=condition_verification("provisional")))
    unknown = row_of(CONDITIONS, condition(verificationStatus=condition_verification("rumoured")))

    assert "First impression, being checked" in asides_of(provisional)
    assert "rumoured" in asides_of(unknown)
    assert provisional.caveats == ("First impression, being checked",)
    assert "Confirmed" not in asides_of(row_of(CONDITIONS, condition()))
    assert row_of(CONDITIONS, condition()).caveats == ()


def test_severity_place_stage_signs_and_visit_are_told() -> None:
    row = row_of(
        CONDITIONS,
        condition(
            severity={"text": "Moderate"},
            bodySite=[{"text": "Left knee"}],
            stage=[{"summary": {"text": "Stage II"}, "type": {"text": "Clinical staging"}}],
            evidence=[{"code": [{"text": "Low mood"}], "detail": [{"display": "PHQ-9 of March 2019"}]}],
            encounter={"reference": "Encounter/e1"},
        ),
    )
    facts = facts_of(row)

    assert row.line == "Moderate · Left knee"
    assert facts["How severe"] == "Moderate"
    assert facts["Where in the body"] == "Left knee"
    assert facts["Stage"] == "Stage II"
    assert facts["Signs of it"] == "Low mood"
    assert facts["Seen in"] == "PHQ-9 of March 2019"
    assert facts["Visit"] == "Recorded, details not available"


def test_health_concerns_and_social_matters_are_told_apart() -> None:
    concern = condition(
        category=[
            condition_category("health-concern"),
            coded("http://hl7.org/fhir/us/core/CodeSystem/us-core-tags", "sdoh", "SDOH"),
        ]
    )
    row = row_of(CONDITIONS, concern)

    assert asides_of(row)[:2] == ["Health concern", "Social or living situation"]
    assert facts_of(row)["Kind of entry"] == "Health concern, Social or living situation"
    assert facts_of(row_of(CONDITIONS, condition()))["Kind of entry"] == "On the problem list"


def test_what_the_patient_told_is_said_to_be_told_by_the_patient() -> None:
    row = row_of(CONDITIONS, condition(asserter=SUBJECT))

    assert row.who == "Told by the patient"
    assert facts_of(row)["Recorded by"] == "Dr. Ana Flores"


def test_a_condition_without_a_name_is_said_to_have_none() -> None:
    row = row_of(CONDITIONS, condition(code=None))

    assert row.title == "Unnamed condition entry"
    assert row.title_missing


def test_lists_go_by_when_it_was_recorded_and_else_by_when_it_started() -> None:
    recorded = head_of(CONDITIONS, condition())
    started = head_of(CONDITIONS, condition(recordedDate=None))
    since = head_of(
        CONDITIONS, condition(recordedDate=None, onsetDateTime=None, onsetPeriod={"start": "2018"})
    )
    undated = head_of(CONDITIONS, condition(recordedDate=None, onsetDateTime=None))

    assert [CONDITIONS.date_of(h) for h in (recorded, started, since, undated)] == [
        "2019-04-02",
        "2019-03",
        "2018",
        None,
    ]


def test_an_entry_taken_back_by_the_agency_is_known_by_its_verification() -> None:
    assert head_of(
        CONDITIONS, condition(verificationStatus=condition_verification("entered-in-error"))
    ).is_entered_in_error
    assert not head_of(CONDITIONS, condition()).is_entered_in_error


@pytest.mark.parametrize(
    ("abatement", "label", "aside", "fact"),
    [
        ("2090-05-06", "Since", "To end May 6, 2090", ("To end", "May 6, 2090")),
        ("9999-12-31", "Since", None, ("To end", "No date given (written as 9999-12-31)")),
        ("2021-05-06", "Started", "Ended May 6, 2021", ("Ended", "May 6, 2021")),
    ],
)
def test_an_end_to_come_or_one_that_stands_for_none_is_not_over(
    abatement: str, label: str, aside: str | None, fact: tuple[str, str]
) -> None:
    row = row_of(CONDITIONS, condition(abatementDateTime=abatement, onsetDateTime="2019-02-03"))

    assert row.when is not None
    assert row.when.label == label
    assert [words for words in asides_of(row) if "nd" in words] == ([aside] if aside else [])
    assert facts_of(row)[fact[0]] == fact[1]


def test_a_beginning_that_stands_for_none_leaves_the_day_of_recording_on_the_list() -> None:
    row = row_of(CONDITIONS, condition(onsetDateTime="1900-01-01", recordedDate="2020-03-04"))

    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Recorded", "March 4, 2020")
    assert facts_of(row)["Started"] == "No date given (written as 1900-01-01)"
