"""An answer leads back to its questionnaire and a goal to its care plan, by what is kept alone."""

from __future__ import annotations

import re
from html import unescape

import pytest

from tests.people import BASE, Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import TERMINOLOGY, Json, bundle, care_plan, coded, goal, observation


def link(page: str, said: str) -> str:
    """Where a link of these words leads."""
    found = re.search(rf'href="([^"]+)"[^>]*>\s*(?:<[^>]+>\s*)*{re.escape(said)}', page)
    assert found is not None, said
    return unescape(found[1])


def survey(id_: str, name: str, **odd: Json | list[Json] | str | None) -> Json:
    """One answer of a form, or the form."""
    category = [coded(f"{TERMINOLOGY}observation-category", "survey", "Survey")]
    code = {"text": name}
    return observation(
        id=id_, category=category, code=code, valueQuantity=None, **{"valueString": "Yes", **odd}
    )


def arrange(server: RecordServer, *entries: Json) -> None:
    """Entries of one type, as a list and each by itself."""
    server.arrange(entries[0]["resourceType"], bundle(*entries))
    for entry in entries:
        server.arrange(f"{entry['resourceType']}/{entry['id']}", entry)


def test_an_answer_leads_back_to_its_questionnaire(reader: Person, server: RecordServer) -> None:
    form = survey("form", "Sleep form", valueString=None, hasMember=[{"reference": "Observation/answer"}])
    arrange(server, form, survey("answer", "Sleeps well"), survey("other", "Another answer"))
    listed = reader.read("questionnaires/")
    whole = reader.read(link(listed, "Sleep form"))

    page = reader.read(link(whole, "Sleeps well"))

    assert "Part of the questionnaire Sleep form, October 5, 2024" in words(page)
    assert len([one for one in server.asked("Observation") if "category=" in str(one.url)]) == 1
    assert "Sleeps well" in reader.read(link(page, "Sleep form, October 5, 2024"))
    other = words(reader.read(link(listed, "Another answer")))
    assert "Another answer" in other
    assert "Part of the questionnaire" not in other


@pytest.mark.parametrize(
    ("plan", "is_told"),
    [
        (care_plan(goal=[{"reference": "Goal/goal-1"}]), True),
        (care_plan(goal=[{"reference": f"{BASE}Goal/goal-1"}]), True),
        (
            care_plan(activity=[{"detail": {"status": "scheduled", "goal": [{"reference": "Goal/goal-1"}]}}]),
            True,
        ),
        (care_plan(goal=[{"reference": "Goal/goal-11"}]), False),
        (care_plan(goal=[{"reference": "https://x.example/Goal/goal-1"}]), False),
        (care_plan(goal=[{"reference": "Goal/goal-1"}], status="entered-in-error"), False),
        (care_plan(goal=[{"reference": "Goal/goal-1"}], subject={"reference": "Patient/p2"}), False),
    ],
    ids=["plan", "address", "activity", "other", "elsewhere", "error", "foreign"],
)
def test_a_goal_leads_back_to_the_care_plan_that_names_it(
    reader: Person, server: RecordServer, plan: Json, is_told: bool
) -> None:
    arrange(server, goal())
    arrange(server, plan)
    reader.read("care-plans/")
    asked = len(server.asked("CarePlan"))

    page = reader.read(link(reader.read("goals/"), "Sleep through the night"))

    assert "Sleep through the night" in page
    assert ("Part of the care plan Plan of treatment, March 1, 2024" in words(page)) == is_told
    assert ("Part of the care plan" in page) == is_told
    assert len(server.asked("CarePlan")) == asked
    if is_told:
        assert "Therapy every week" in reader.read(link(page, "Plan of treatment, March 1, 2024"))
