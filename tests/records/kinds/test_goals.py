"""Goals: what is to be reached, by when, and how far it is."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.goals import ACHIEVEMENT, KIND, LIFECYCLE
from records.words.rows import Telling
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import asides_of, facts_of, place_of, row_of
from tests.resources import SUBJECT, TERMINOLOGY, bundle, coded, goal

ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
    ]
}
UCUM = "http://unitsofmeasure.org"


def test_a_goal_says_what_is_wanted_the_target_its_state_and_since_when() -> None:
    row = row_of(KIND, goal(expressedBy={"display": "Dr. Ana Flores"}))

    assert row.title == "Sleep through the night"
    assert row.status is not None
    assert row.status.words == "Working on it"
    assert row.line == "Target: five nights a week, by September 1, 2024"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Since", "March 1, 2024")
    assert row.who == "Wished by Dr. Ana Flores"


@pytest.mark.parametrize(
    ("code", "heading", "words"),
    [
        ("active", "Working on it", "Working on it"),
        ("accepted", "Agreed", "Agreed"),
        ("planned", "Agreed", "Agreed"),
        ("on-hold", "Paused", "Paused"),
        ("completed", "Ended", "No longer being worked on"),
        ("cancelled", "Ended", "Dropped"),
        ("rejected", "Ended", "Not wanted"),
        ("proposed", "Other", "Suggested"),
        ("dreaming", "Other", "dreaming (status not known to this page)"),
        (None, "Other", "Status not recorded"),
    ],
)
def test_a_goal_stands_where_its_lifecycle_puts_it(code: str | None, heading: str, words: str) -> None:
    row = row_of(KIND, goal(lifecycleStatus=code))

    assert place_of(KIND, goal(lifecycleStatus=code)) == heading
    assert row.status is not None
    assert row.status.words == words
    assert row.status.now == (code == "active")


def test_a_state_that_is_absent_for_a_reason_gives_the_reason() -> None:
    row = row_of(KIND, goal(lifecycleStatus=None, _lifecycleStatus=ABSENT))

    assert row.status is not None
    assert row.status.words == "Hidden by the clinic"
    assert "entered-in-error" not in LIFECYCLE


@pytest.mark.parametrize(("code", "words"), ACHIEVEMENT.items())
def test_every_achievement_has_words_that_stand_beside_the_state(code: str, words: str) -> None:
    row = row_of(KIND, goal(achievementStatus=coded(f"{TERMINOLOGY}goal-achievement", code)))

    assert asides_of(row) == [str(words)]
    assert facts_of(row)["How far it is"] == words


@pytest.mark.parametrize(
    ("achieved", "words"),
    [
        (
            {**coded(f"{TERMINOLOGY}goal-achievement", "improving", "Improving"), "text": "Improving"},
            "Improving",
        ),
        (
            {**coded(f"{TERMINOLOGY}goal-achievement", "improving"), "text": "Better since May"},
            "Improving: Better since May",
        ),
        ({"text": "Half way"}, "Half way"),
        (coded("https://agency.example/achieved", "42"), "achieved code 42, without a name"),
        (None, "Not recorded"),
    ],
)
def test_what_a_person_wrote_of_it_is_kept_and_a_strange_code_is_said_to_be_one(
    achieved: Any, words: str
) -> None:
    assert facts_of(row_of(KIND, goal(achievementStatus=achieved)))["How far it is"] == words


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"detailQuantity": {"value": 7, "comparator": "<", "unit": "%"}}, "< 7%"),
        ({"detailQuantity": {"value": 0, "unit": "drinks"}}, "0 drinks"),
        ({"detailRange": {"low": {"value": 3, "unit": "songs"}}}, "3 songs or more"),
        ({"detailCodeableConcept": {"text": "Never smoked"}}, "Never smoked"),
        ({"detailString": "most days"}, "most days"),
        ({"detailBoolean": False}, "No"),
        ({"detailInteger": 0}, "0"),
        ({"detailRatio": {"numerator": {"value": 1}, "denominator": {"value": 4}}}, "1 : 4"),
    ],
)
def test_every_way_to_say_a_target_is_told(detail: dict[str, Any], words: str) -> None:
    row = row_of(KIND, goal(target=[detail]))

    assert row.line == f"Target: {words}"
    assert facts_of(row)["What is to be reached"] == words


def test_a_target_says_what_is_measured_and_by_when_or_within_how_long() -> None:
    measure = {"measure": {"text": "Hemoglobin A1c"}, "detailQuantity": {"value": 7, "unit": "%"}}
    by = facts_of(row_of(KIND, goal(target=[measure | {"dueDate": "2024-12"}])))
    within_weeks = goal(
        target=[measure | {"dueDuration": {"value": 6, "unit": "wk", "system": UCUM, "code": "wk"}}]
    )

    assert by["What is measured"] == "Hemoglobin A1c"
    assert by["By when"] == "December 2024"
    assert row_of(KIND, within_weeks).line == "Target: Hemoglobin A1c: 7%, within 6 weeks"
    assert facts_of(row_of(KIND, within_weeks))["By when"] == "within 6 weeks"


def test_several_targets_are_told_one_by_one() -> None:
    facts = facts_of(
        row_of(KIND, goal(target=[{"detailString": "a"}, {"detailString": "b", "_dueDate": ABSENT}]))
    )

    assert facts["What is to be reached (target 1)"] == "a"
    assert facts["What is to be reached (target 2)"] == "b"
    assert facts["By when (target 1)"] == "Not recorded"
    assert facts["By when (target 2)"] == "Hidden by the clinic"


def test_a_goal_of_the_patient_is_said_to_be_the_patients_wish() -> None:
    row = row_of(KIND, goal(expressedBy=SUBJECT | {"display": "Maja Lindqvist"}))

    assert row.who == "Wished by the patient"
    assert facts_of(row)["Whose wish it is"] == "The patient"


def test_what_is_missing_is_said_to_be_missing() -> None:
    row = row_of(KIND, goal(description=None, target=None, startDate=None))
    facts = facts_of(row)

    assert row.title == "Unnamed goal"
    assert row.title_missing
    assert row.line == "Target not recorded"
    assert row.line_telling is Telling.ABSENT
    assert row.when is None
    assert facts["What is to be reached"] == "Not recorded"
    assert facts["Started"] == "Not recorded"
    assert facts["Whose wish it is"] == "Not recorded"


def test_all_that_belongs_to_a_goal_is_told() -> None:
    row = row_of(
        KIND,
        goal(
            priority=coded(f"{TERMINOLOGY}goal-priority", "high-priority"),
            category=[{"text": "Behavioral"}],
            startDate=None,
            startCodeableConcept={"text": "At admission"},
            statusDate="2024-05-02",
            statusReason="Moved away",
            addresses=[{"reference": "Condition/c1"}, {"reference": "Condition/c2"}],
            outcomeCode=[{"text": "Sleeps six hours"}],
            note=[{"text": "Four nights last week."}],
        ),
        {("Condition", "c1"): {"resourceType": "Condition", "id": "c1", "code": {"text": "Insomnia"}}},
    )
    facts = facts_of(row)

    assert facts["How important it is"] == "High"
    assert facts["Kind of goal"] == "Behavioral"
    assert facts["Started"] == "At admission"
    assert facts["State changed"] == "May 2, 2024"
    assert facts["Why its state changed"] == "Moved away"
    assert facts["What it is for"] == "Insomnia | Recorded, details not available"
    assert facts["What came of it"] == "Sleeps six hours"
    assert row.notes[0].text == "Four nights last week."


def test_a_goal_that_was_taken_back_is_left_out_and_counted(reader: Person, server: RecordServer) -> None:
    wrong = goal(id="goal-2", lifecycleStatus="entered-in-error", description={"text": "Run a marathon"})
    server.arrange("Goal", bundle(goal(), wrong))
    server.arrange("Goal/goal-2", wrong)

    page = reader.read("goals/")

    assert "Sleep through the night" in page
    assert "Run a marathon" not in page
    assert "1 entry was removed by the clinic as a mistake" in page


def test_what_is_measured_has_its_plain_name_where_the_record_gives_only_that_of_loinc() -> None:
    measure = coded("http://loinc.org", "4548-4", "Hemoglobin A1c/Hemoglobin.total in Blood")
    row = row_of(KIND, goal(target=[{"measure": measure, "detailQuantity": {"value": 7, "unit": "%"}}]))
    facts = facts_of(row)

    assert row.line == "Target: Hemoglobin A1c: 7%"
    assert facts["What is measured"] == "Hemoglobin A1c"
    assert facts["Name in the record"] == "Hemoglobin A1c/Hemoglobin.total in Blood"
