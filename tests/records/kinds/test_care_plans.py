"""Care plans: the text as written, what is to be done, and never as more decided than recorded."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.care_plans import ACTIVITY_STATUS, INTENT, KIND, STATUS
from records.words.rows import Telling
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import asides_of, facts_of, place_of, row_of
from tests.resources import SUBJECT, bundle, care_plan

ABSENT = {
    "extension": [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    ]
}
ASSESS_PLAN = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category|assess-plan"


def test_a_plan_says_its_title_state_time_author_and_text() -> None:
    row = row_of(KIND, care_plan(author={"display": "Tomas Okafor"}))

    assert row.title == "Plan of treatment"
    assert row.status is not None
    assert row.status.words == "Current"
    assert row.who == "Tomas Okafor"
    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Since", "March 1, 2024")
    assert asides_of(row) == ["Until March 1, 2095"]
    assert row.verbatim == "Therapy every week.\nWalks."


@pytest.mark.parametrize(
    ("period", "heading", "words"),
    [
        (
            {"start": "2019-02-01", "end": "2020-02-01"},
            "Other",
            "Its time is over; the record still says “current”",
        ),
        ({"start": "2090-02-01"}, "Being prepared", "Not begun yet; the record says “current” already"),
        ({"start": "2019-02-01", "end": "9999-12-31"}, "Current", "Current"),
        ({"start": "1900-01-01", "end": "2090"}, "Current", "Current"),
    ],
)
def test_a_plan_is_the_present_one_only_while_its_time_lasts(
    period: dict[str, str], heading: str, words: str
) -> None:
    row = row_of(KIND, care_plan(period=period))

    assert place_of(KIND, care_plan(period=period)) == heading
    assert row.status is not None
    assert row.status.words == words


def test_a_plan_without_an_end_is_not_told_until_the_year_9999() -> None:
    row = row_of(KIND, care_plan(period={"start": "1900-01-01", "end": "9999-12-31"}, created="2022-04-05"))

    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Written", "April 5, 2022")
    assert asides_of(row) == []


def test_a_narrative_is_text_and_none_of_its_markup_reaches_the_page() -> None:
    div = "<div><p>Plan with <b>marks</b><script>alert(1)</script><img src='https://x.example/'> &amp; more</p></div>"
    row = row_of(KIND, care_plan(text={"status": "additional", "div": div}))

    assert row.verbatim == "Plan with marks & more"
    assert facts_of(row)["About the text"] == "Says more than the rest of the entry"


def test_a_plan_without_text_says_so() -> None:
    row = row_of(KIND, care_plan(text=None))
    empty = row_of(KIND, care_plan(text={"status": "empty", "div": "<div> </div>"}))

    assert facts_of(row)["Text of the plan"] == "Not recorded"
    assert facts_of(empty)["Text of the plan"] == "Not recorded"
    assert facts_of(empty)["About the text"] == "The agency’s system marked it as empty"


@pytest.mark.parametrize(
    ("odd", "heading", "words"),
    [
        ({}, "Current", "Current"),
        ({"status": "draft"}, "Being prepared", "Being prepared"),
        ({"status": "on-hold"}, "Paused", "Paused"),
        ({"status": "completed"}, "Ended", "Ended"),
        ({"status": "revoked"}, "Ended", "Withdrawn"),
        ({"status": "unknown"}, "Other", "Status not known"),
        ({"status": "dreaming"}, "Other", "dreaming (status not known to this page)"),
        ({"status": None}, "Other", "Status not recorded"),
        ({"status": None, "_status": ABSENT}, "Other", "Not known"),
        ({"intent": "order"}, "Current", "Current"),
        ({"intent": "option"}, "Being prepared", "Suggested, not decided"),
        ({"intent": "proposal"}, "Being prepared", "Suggested, not decided"),
        ({"intent": "proposal", "status": "completed"}, "Ended", "Ended"),
    ],
)
def test_a_plan_stands_where_its_state_puts_it(odd: dict[str, Any], heading: str, words: str) -> None:
    row = row_of(KIND, care_plan(**odd))

    assert place_of(KIND, care_plan(**odd)) == heading
    assert row.status is not None
    assert row.status.words == words
    assert row.status.now == (words == "Current")


@pytest.mark.parametrize(("code", "words"), INTENT.items())
def test_every_intent_has_words(code: str, words: str) -> None:
    assert facts_of(row_of(KIND, care_plan(intent=code)))["Kind of entry"] == words
    assert "entered-in-error" not in STATUS


def test_an_unknown_intent_stands_as_it_is_and_a_missing_one_is_said_to_be_missing() -> None:
    assert facts_of(row_of(KIND, care_plan(intent="wish")))["Kind of entry"] == "wish"
    assert facts_of(row_of(KIND, care_plan(intent=None)))["Kind of entry"] == "Not recorded"


@pytest.mark.parametrize(
    ("odd", "title", "missing"),
    [
        ({"title": None}, "Assessment and plan", False),
        ({"title": None, "category": [{"text": "Asthma plan"}]}, "Asthma plan", False),
        ({"title": None, "category": None}, "Unnamed care plan", True),
    ],
)
def test_a_plan_without_a_title_goes_by_its_category(odd: dict[str, Any], title: str, missing: bool) -> None:
    row = row_of(KIND, care_plan(**odd))

    assert (row.title, row.title_missing) == (title, missing)


def activity(**odd: Any) -> dict[str, Any]:
    """A plan with one activity of this detail."""
    return care_plan(activity=[{"detail": {"description": "Blood draw", "status": "scheduled"} | odd}])


def test_what_is_to_be_done_is_told_with_its_state_and_everything_else_of_it() -> None:
    facts = facts_of(
        row_of(
            KIND,
            activity(
                code={"text": "Metabolic panel"},
                scheduledTiming={"repeat": {"frequency": 1, "period": 3, "periodUnit": "mo"}},
                performer=[{"display": "Hannah Lindqvist, RN"}, SUBJECT],
                location={"display": "Main clinic"},
                reasonCode=[{"text": "Lithium"}],
                statusReason={"text": "Fasting needed"},
                goal=[{"reference": "Goal/g1", "display": "Kidneys"}],
            ),
        )
    )

    assert facts["To be done"].splitlines() == [
        "Blood draw",
        "What it is: Metabolic panel",
        "State: Scheduled",
        "Why its state changed: Fasting needed",
        "When: 1 time every 3 months",
        "By: Hannah Lindqvist, RN; The patient",
        "Where: Main clinic",
        "What it is for: Lithium",
        "Goal: Kidneys",
    ]


@pytest.mark.parametrize(("code", "words"), ACTIVITY_STATUS.items())
def test_every_state_of_an_activity_has_words(code: str, words: str) -> None:
    assert facts_of(row_of(KIND, activity(status=code)))["To be done"].splitlines()[1] == f"State: {words}"


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"scheduledPeriod": {"start": "2024-05", "end": "2024-06"}}, "When: May 2024 to June 2024"),
        ({"scheduledString": "before the next visit"}, "When: before the next visit"),
    ],
)
def test_every_way_to_say_when_is_told(odd: dict[str, Any], said: str) -> None:
    assert said in facts_of(row_of(KIND, activity(**odd)))["To be done"].splitlines()


def test_what_must_not_be_done_is_never_told_as_something_to_do() -> None:
    facts = facts_of(row_of(KIND, activity(description="Grapefruit juice", doNotPerform=True)))

    assert "To be done" not in facts
    assert facts["Not to be done"].splitlines()[:2] == ["Grapefruit juice", "Do not do this"]


def test_an_activity_that_only_points_elsewhere_shows_what_is_known_of_it() -> None:
    row = row_of(
        KIND,
        care_plan(
            activity=[
                {"reference": {"reference": "ServiceRequest/s1", "display": "Referral to a dietitian"}},
                {"reference": {"reference": "ServiceRequest/s2"}},
                {"outcomeCodeableConcept": [{"text": "Went well"}], "progress": [{"text": "Came on time"}]},
            ]
        ),
    )
    todo = [f for f in row.facts if f.label == "To be done"]

    assert [str(f.value) for f in todo] == [
        "Referral to a dietitian",
        "Recorded, details not available",
        "Not said what\nWhat came of it: Went well",
    ]
    assert [f.telling for f in todo] == [Telling.SAID, Telling.ABSENT, Telling.ABSENT]
    assert [note.text for note in row.notes] == ["Came on time"]


def test_goals_reasons_team_and_helpers_are_called_by_their_names() -> None:
    row = row_of(
        KIND,
        care_plan(
            goal=[{"reference": "Goal/g1"}, {"reference": "Goal/g2"}],
            addresses=[{"reference": "Condition/c1", "display": "Depression"}],
            careTeam=[{"reference": "CareTeam/t1"}],
            contributor=[{"display": "Ida Berg"}],
            created="2024-02-20",
            description="First plan",
            note=[{"text": "Reviewed together"}],
        ),
        {
            ("Goal", "g1"): {"resourceType": "Goal", "id": "g1", "description": {"text": "Sleep"}},
            ("CareTeam", "t1"): {"resourceType": "CareTeam", "id": "t1", "name": "The team"},
        },
    )
    facts = facts_of(row)

    assert facts["Description"] == "First plan"
    assert facts["Goal"] == "Sleep | Recorded, details not available"
    assert facts["What it is for"] == "Depression"
    assert facts["Care team"] == "The team"
    assert facts["With the help of"] == "Ida Berg"
    assert facts["Written on"] == "February 20, 2024"
    assert facts["Time"] == "March 1, 2024 to March 1, 2095"
    assert row.notes[0].text == "Reviewed together"


@pytest.mark.parametrize(
    ("odd", "line"),
    [
        ({"description": "First plan"}, "First plan"),
        ({"goal": [{"display": "Sleep"}, {"display": "Walk"}]}, "Goals: Sleep; Walk"),
        ({}, ""),
    ],
)
def test_a_list_says_what_a_plan_is_about_and_its_own_page_says_it_once(
    odd: dict[str, Any], line: str
) -> None:
    assert row_of(KIND, care_plan(**odd), whole=False).line == line
    assert row_of(KIND, care_plan(**odd)).line == ""


def test_the_list_leaves_the_text_to_the_entrys_own_page(reader: Person, server: RecordServer) -> None:
    server.arrange("CarePlan", bundle(care_plan()))

    page = reader.read("care-plans/")

    assert "Plan of treatment" in page
    assert "Therapy every week." not in page


def test_plans_of_every_category_are_asked_for_and_by_category_where_that_is_refused(
    reader: Person, server: RecordServer
) -> None:
    server.by("CarePlan", lambda query: bundle(care_plan()) if "category" in query else 400)

    page = reader.read("care-plans/")

    assert "Plan of treatment" in page
    assert "category" not in server.queries("CarePlan")[0]
    assert server.queries("CarePlan")[-1]["category"] == ASSESS_PLAN
