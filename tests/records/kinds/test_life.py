"""Life and habits: what is recorded of daily life, and one answer that stands behind a tap."""

from __future__ import annotations

import re
from typing import Any

from records.kinds.life import KIND
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import facts_of, head_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, coded, observation

LOINC = "http://loinc.org"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
TAGS = "http://hl7.org/fhir/us/core/CodeSystem/us-core-tags"


def social(**odd: Any) -> Json:
    odd.setdefault("valueQuantity", None)
    return observation(
        **{
            "id": "social-1",
            "category": [coded(CATEGORY, "social-history", "Social History")],
            "code": coded(LOINC, "72166-2", "Tobacco smoking status"),
            "valueCodeableConcept": coded("http://snomed.info/sct", "8517006", "Former smoker"),
            **odd,
        }
    )


def orientation(**odd: Any) -> Json:
    said = {"text": "Canary orientation"}
    return social(
        id="orientation-1",
        category=[],
        code=coded(LOINC, "76690-7", "Sexual orientation"),
        valueCodeableConcept=said,
        **odd,
    )


def test_smoking_status_says_its_value_and_when_it_was_recorded() -> None:
    row = row_of(KIND, social(performer=[{"display": "Nurse Ada"}]))

    assert row.measure is not None
    assert row.measure.value == "Former smoker"
    assert facts_of(row)["Done by"] == "Nurse Ada"
    assert facts_of(row)["Taken"] == "October 5, 2024, 2:30 PM (UTC−05:00)"
    assert facts_of(row)["Kind of result"] == "Social History"


def test_the_answer_on_sexual_orientation_is_there_and_closed_until_asked_for(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Observation", bundle(orientation(), social()))
    server.arrange("Observation/orientation-1", orientation())

    listed = reader.read("life/")
    href = re.search(r'<a href="([^"]+)"[^>]*><bdi>Sexual orientation<', listed)
    assert href
    page = reader.read(href[1])

    assert "Former smoker" in listed
    for text in (listed, page.split('id="everything"')[0]):
        open_text = re.sub(r"<details.*?</details>", "", text, flags=re.DOTALL)
        assert "Show the answer" in text
        assert "Canary orientation" in text
        assert "Canary orientation" not in open_text
        assert "on-request" in text  # and not printed unless it is open


def test_the_answer_is_never_what_a_search_shows(reader: Person, server: RecordServer) -> None:
    row = row_of(KIND, orientation())

    assert row.covered == "Canary orientation"
    assert row.measure is None
    assert "Canary orientation" not in str((row.line, row.verbatim, row.facts, row.asides))


def test_an_orientation_that_was_not_asked_says_so_behind_the_same_tap() -> None:
    row = row_of(
        KIND,
        {
            **{key: value for key, value in orientation().items() if key != "valueCodeableConcept"},
            "dataAbsentReason": {"coding": [{"code": "not-asked"}]},
        },
    )

    assert str(row.covered) == "Not asked"


def test_every_way_in_which_it_may_be_filed_is_asked_for(reader: Person, server: RecordServer) -> None:
    server.arrange("Observation", bundle())

    reader.read("life/")

    asked = server.queries("Observation")
    assert {"social-history", "sdoh"} == {query["category"] for query in asked if "category" in query}
    assert {f"{LOINC}|76690-7", f"{LOINC}|72166-2"} == {query["code"] for query in asked if "code" in query}


def test_what_comes_by_several_questions_stands_once(reader: Person, server: RecordServer) -> None:
    server.arrange("Observation", bundle(social()))

    page = reader.read("life/")

    assert page.count("<bdi>Tobacco smoking status</bdi>") == 1


def test_a_social_form_stands_under_questionnaires_and_a_social_finding_here() -> None:
    survey, sdoh = coded(CATEGORY, "survey"), coded(TAGS, "sdoh")

    assert KIND.place(head_of(KIND, social(code={"text": "x"}, category=[survey, sdoh]))) is None
    assert KIND.place(head_of(KIND, social(code={"text": "x"}, category=[sdoh]))) == "all"


def test_a_set_of_social_answers_is_one_row_with_its_answers(reader: Person, server: RecordServer) -> None:
    sdoh = [coded(TAGS, "sdoh", "SDOH")]
    item = social(id="item", category=sdoh, code={"text": "Housing"}, valueCodeableConcept={"text": "Safe"})
    whole = social(
        id="whole",
        category=sdoh,
        code={"text": "Home and work"},
        valueCodeableConcept=None,
        hasMember=[{"reference": "Observation/item"}],
    )
    server.arrange("Observation", bundle(item, whole))
    server.arrange("Observation/whole", whole)

    listed = reader.read("life/")
    href = re.search(r'<a href="([^"]+)"[^>]*><bdi>Home and work<', listed)
    assert href

    assert "<bdi>Housing</bdi>" not in listed
    assert "Housing Safe" in words(reader.read(href[1]))


def test_a_category_that_came_without_words_is_told_in_ours() -> None:
    bare = coded("http://terminology.hl7.org/CodeSystem/observation-category", "social-history")

    again = coded(
        "http://terminology.hl7.org/CodeSystem/observation-category", "social-history", "social-history"
    )

    for category in (bare, again):
        assert facts_of(row_of(KIND, social(category=[category])))["Kind of result"] == "Life and habits"
