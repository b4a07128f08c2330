"""Questionnaires: one row each, every answer in words, totals as recorded, and help near where it may be needed."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from records.kinds.questionnaires import KIND
from records.words.instruments import (
    AUDIT_C,
    DAST_10,
    GAD_7,
    INSTRUMENTS,
    PHQ_2,
    PHQ_9,
    SELF_HARM_OF_PHQ,
    Instrument,
)
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, coded, observation

LOINC = "http://loinc.org"
ORDINAL = "http://hl7.org/fhir/StructureDefinition/ordinalValue"
SCORED = [one for one in INSTRUMENTS if one.items]
EVERY_SCORED = pytest.mark.parametrize("instrument", SCORED, ids=lambda one: one.name)
EVERY_BANDED = pytest.mark.parametrize(
    "instrument", [PHQ_9, PHQ_2, GAD_7, AUDIT_C, DAST_10], ids=lambda o: o.name
)
HELP = "Help is there at any hour"


def survey(logical_id: str, code: str, name: str, **odd: Any) -> Json:
    odd.setdefault("valueQuantity", None)
    return observation(
        id=logical_id,
        category=[coded("http://terminology.hl7.org/CodeSystem/observation-category", "survey", "Survey")],
        code=coded(LOINC, code, f"LOINC's name of {name}") | {"text": name},
        **odd,
    )


def refer(*ids: str) -> list[Json]:
    return [{"reference": f"Observation/{one}"} for one in ids]


def answered(instrument: Instrument, worth: int, **odd: Any) -> list[Json]:
    """An answer of so many points to every question, in the order of the instrument."""
    found = []
    for number, (question, points) in enumerate(instrument.items.items(), start=1):
        code = next(answer for answer, counted in points.items() if counted == worth)
        value = coded(LOINC, code, f"Answer worth {worth}")
        found.append(
            survey(f"item-{number}", question, f"Question {number}", valueCodeableConcept=value, **odd)
        )
    return found


def total(instrument: Instrument, value: Any, **odd: Any) -> Json:
    return survey(
        "total", instrument.total, "The total", valueQuantity={"value": value, "unit": "{score}"}, **odd
    )


def panel(instrument: Instrument, *held: Json, **odd: Any) -> Json:
    return survey(
        "panel",
        instrument.panel,
        f"The {instrument.name}",
        hasMember=refer(*(one["id"] for one in held)),
        **odd,
    )


def section(reader: Person, server: RecordServer, *resources: Json) -> str:
    server.arrange("Observation", bundle(*resources))
    return reader.read("questionnaires/")


def titles(page: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r"<h3[^>]*><a[^>]*><bdi>([^<]*)", page)]


def entry(reader: Person, server: RecordServer, opened: Json, *others: Json) -> str:
    """The page of the first of these, opened from the section's page."""
    page = section(reader, server, opened, *others)
    for one in (opened, *others):
        server.arrange(f"Observation/{one['id']}", one)
    name = opened["code"]["text"]
    href = re.search(rf'<h3[^>]*><a href="([^"]+)"[^>]*><bdi>{re.escape(html.escape(name))}<', page)
    assert href, titles(page)
    return reader.read(href[1])


# --- One row each
@pytest.mark.parametrize("by", ["hasMember", "derivedFrom"])
def test_answers_that_a_questionnaire_names_have_no_row_of_their_own(
    by: str, reader: Person, server: RecordServer
) -> None:
    items = answered(PHQ_9, 1)
    whole = survey("panel", PHQ_9.panel, "The PHQ-9", **{by: refer(*(one["id"] for one in items))})

    page = section(reader, server, *items, whole)

    assert titles(page) == ["The PHQ-9"]


def test_answers_that_come_as_components_are_told_on_the_questionnaires_page(
    reader: Person, server: RecordServer
) -> None:
    parts = [
        {
            "code": coded(LOINC, q, f"Question {n}"),
            "valueCodeableConcept": coded(LOINC, "LA6569-3", "Several days"),
        }
        for n, q in enumerate(PHQ_9.items)
    ]

    page = words(entry(reader, server, survey("panel", PHQ_9.panel, "The PHQ-9", component=parts)))

    assert page.count("Several days") >= 9
    assert "The answers add up to 9; no total is recorded." in page


def test_an_answer_whose_questionnaire_did_not_come_stands_by_itself(
    reader: Person, server: RecordServer
) -> None:
    alone, *held = answered(PHQ_9, 1)

    page = section(reader, server, alone, *held, panel(PHQ_9, *held))

    assert sorted(titles(page)) == ["Question 1", "The PHQ-9"]


@pytest.mark.parametrize(
    ("place", "said"), [("questionnaires/", "Still loading"), ("", "Not all of its answers are loaded here")]
)
def test_a_questionnaire_of_which_more_is_to_come_is_not_shown_as_a_whole_one(
    place: str, said: str, reader: Person, server: RecordServer
) -> None:
    *first, last = [*answered(PHQ_9, 1), total(PHQ_9, 9)]
    whole = panel(PHQ_9, *first, last)
    server.arrange("Observation", bundle(whole, *first[:7], next=server.url("Observation?page=2")))

    page = words(reader.read(place))

    assert f"The PHQ-9 {said}" in page
    assert "7 questions" not in page
    assert "of 27" not in page


def test_a_questionnaire_that_has_all_come_is_whole_however_much_of_the_list_is_not(
    reader: Person, server: RecordServer
) -> None:
    items = [*answered(PHQ_9, 1), total(PHQ_9, 9)]
    server.arrange("Observation", bundle(panel(PHQ_9, *items), *items, next=server.url("Observation?page=2")))

    page = words(reader.read("questionnaires/"))

    assert "9 of 27, mild" in page
    assert "Still loading" not in page


def test_a_questionnaires_own_page_reads_what_the_list_still_awaits(
    reader: Person, server: RecordServer
) -> None:
    items = [*answered(PHQ_9, 1), total(PHQ_9, 9)]
    whole = panel(PHQ_9, *items)
    server.arrange("Observation", bundle(whole, *items[:7], next=server.url("Observation?page=2")))
    for one in (whole, *items):
        server.arrange(f"Observation/{one['id']}", one)
    href = re.search(r'<h3[^>]*><a href="([^"]+)"[^>]*><bdi>The PHQ-9<', reader.read("questionnaires/"))
    assert href

    page = words(reader.read(href[1]))

    assert "The answers add up to 9, as the recorded total says." in page
    assert "Still loading" not in page


def test_a_questionnaire_whose_answers_point_back_to_it_is_one_row(
    reader: Person, server: RecordServer
) -> None:
    items = answered(PHQ_9, 1, derivedFrom=refer("panel"))

    page = section(reader, server, *items, panel(PHQ_9, *items))

    assert titles(page) == ["The PHQ-9"]


def test_a_total_worked_out_from_the_answers_belongs_to_the_questionnaire_that_does_not_name_it(
    reader: Person, server: RecordServer
) -> None:
    items = answered(PHQ_9, 1)
    whole, sum_ = panel(PHQ_9, *items), total(PHQ_9, 9, derivedFrom=refer(*(one["id"] for one in items)))

    page = section(reader, server, *items, sum_, whole)

    assert titles(page) == ["The PHQ-9"]
    assert "9 of 27, mild" in words(page)


def test_a_total_without_a_questionnaire_is_shown_with_its_range(
    reader: Person, server: RecordServer
) -> None:
    page = words(section(reader, server, total(PHQ_9, 17)))

    assert "17 of 27, moderately severe" in page


def test_a_total_that_was_written_as_text_is_a_total(reader: Person, server: RecordServer) -> None:
    items = answered(PHQ_9, 1)
    written = total(PHQ_9, 9) | {"valueString": "9"}
    del written["valueQuantity"]

    page = words(entry(reader, server, panel(PHQ_9, *items, written), *items, written))

    assert "9 of 27 5 to 9 of 27: mild" in page
    assert "The answers add up to 9, as the recorded total says." in page


def test_what_is_told_in_a_questionnaire_is_counted_as_shown(reader: Person, server: RecordServer) -> None:
    items = answered(PHQ_9, 1)
    server.whole_record(Observation=[*items, panel(PHQ_9, *items)])
    reader.read("questionnaires/")

    receipt = words(reader.read("receipt/"))

    assert re.search(r"Questionnaires and screenings.*?\b10\b", receipt)


def test_the_time_before_is_told_where_it_is_loaded(reader: Person, server: RecordServer) -> None:
    now = total(PHQ_9, 17)
    before = {**total(PHQ_9, 14), "id": "before", "effectiveDateTime": "2024-08-01"}

    page = words(section(reader, server, now, before))

    assert "Last time: 14 (August 1, 2024)" in page
    assert page.count("Last time") == 1


# --- Sums
@EVERY_SCORED
def test_a_complete_questionnaire_says_that_its_answers_add_up(
    instrument: Instrument, reader: Person, server: RecordServer
) -> None:
    items, count = answered(instrument, 1), len(instrument.items)
    sum_ = total(instrument, count)

    page = words(entry(reader, server, panel(instrument, *items, sum_), *items, sum_))

    assert f"The answers add up to {count}, as the recorded total says." in page
    assert "A score is not a diagnosis." in page
    assert "Question 1" in page
    assert "Answer worth 1 1 point" in page


@EVERY_SCORED
def test_a_total_that_the_answers_do_not_add_up_to_is_said_plainly(
    instrument: Instrument, reader: Person, server: RecordServer
) -> None:
    items, count = answered(instrument, 1), len(instrument.items)
    sum_ = total(instrument, count + 1)

    page = words(entry(reader, server, panel(instrument, *items, sum_), *items, sum_))

    assert f"The parts add up to {count}; the recorded total is {count + 1}." in page


@EVERY_SCORED
def test_a_questionnaire_with_a_question_unanswered_is_not_added_up(
    instrument: Instrument, reader: Person, server: RecordServer
) -> None:
    first, *rest = answered(instrument, 1)
    declined = {
        **{key: value for key, value in first.items() if key != "valueCodeableConcept"},
        "dataAbsentReason": {"coding": [{"code": "asked-declined"}]},
    }

    page = words(entry(reader, server, panel(instrument, declined, *rest), declined, *rest))

    assert "1 question of this questionnaire has no answer here" in page
    assert "Asked, and not answered by choice" in page
    assert "add up to" not in page


@EVERY_SCORED
def test_answers_without_points_are_shown_and_not_added_up(
    instrument: Instrument, reader: Person, server: RecordServer
) -> None:
    items = answered(instrument, 1)
    for one in items:
        one["valueCodeableConcept"] = {"text": "Now and then"}

    page = words(entry(reader, server, panel(instrument, *items), *items))

    assert "Now and then" in page
    assert "came without points, so this page cannot add them up" in page
    assert " 1 point" not in page


def test_a_question_that_a_published_form_asks_instead_is_no_missing_answer(
    reader: Person, server: RecordServer
) -> None:
    _first, *others = answered(AUDIT_C, 1)
    times = survey("times", "68517-2", "How many times", valueQuantity={"value": 3, "unit": "{#}"})
    items = [times, *others]

    page = words(entry(reader, server, panel(AUDIT_C, *items), *items))

    assert "1 answer came without points, so this page cannot add them up." in page
    assert "has no answer here" not in page


@EVERY_SCORED
def test_answers_of_nothing_add_up_to_nothing_which_is_a_number(
    instrument: Instrument, reader: Person, server: RecordServer
) -> None:
    items, sum_ = answered(instrument, 0), total(instrument, 0)

    page = words(entry(reader, server, panel(instrument, *items, sum_), *items, sum_))

    assert "The answers add up to 0, as the recorded total says." in page
    assert "0 points" in page
    assert f"0 of {instrument.most}" in page


def test_points_that_the_record_gives_go_before_the_published_ones(
    reader: Person, server: RecordServer
) -> None:
    items = answered(PHQ_2, 1)
    for one in items:
        one["valueCodeableConcept"] = {
            "coding": [{"code": "x", "extension": [{"url": ORDINAL, "valueDecimal": 3}]}],
            "text": "Always",
        }

    page = words(entry(reader, server, panel(PHQ_2, *items), *items))

    assert "The answers add up to 6; no total is recorded." in page
    assert "3 points" in page


def test_a_plain_number_as_an_answer_is_no_points(reader: Person, server: RecordServer) -> None:
    items = answered(PHQ_2, 1)
    for one in items:
        del one["valueCodeableConcept"]
        one["valueInteger"] = 2

    page = words(entry(reader, server, panel(PHQ_2, *items), *items))

    assert "came without points" in page


@pytest.mark.parametrize(
    ("unit", "said"), [("{score}", "The answers add up to 4"), ("{#}/a", "came without points")]
)
def test_a_quantity_is_points_only_where_its_unit_is_a_score(
    unit: str, said: str, reader: Person, server: RecordServer
) -> None:
    items = answered(PHQ_2, 1)
    for one in items:
        del one["valueCodeableConcept"]
        one["valueQuantity"] = {"value": 2, "unit": unit}

    assert said in words(entry(reader, server, panel(PHQ_2, *items), *items))


def test_an_answer_that_could_not_be_had_is_said_to_be_missing(reader: Person, server: RecordServer) -> None:
    items = answered(PHQ_2, 1)
    whole = panel(PHQ_2, *items)
    whole["hasMember"].append({"reference": "Observation/gone", "display": "A third question"})
    server.arrange("Observation/gone", status=404)

    page = words(entry(reader, server, whole, *items))

    assert "A third question Its answer could not be had here" in page


# --- Ranges
@EVERY_BANDED
def test_published_ranges_leave_no_total_out_and_none_twice(instrument: Instrument) -> None:
    covered = [number for band in instrument.bands for number in range(band.low, band.high + 1)]

    assert covered == list(range(instrument.most + 1))
    assert instrument.published


@EVERY_SCORED
def test_the_highest_total_is_what_the_highest_answers_add_up_to(instrument: Instrument) -> None:
    assert sum(max(points.values()) for points in instrument.items.values()) == instrument.most


def test_a_total_that_cannot_be_is_given_no_range(reader: Person, server: RecordServer) -> None:
    page = words(section(reader, server, total(PHQ_9, 31)))

    assert "31 of 27, beyond the totals of this questionnaire, 0 to 27" in page
    assert "severe" not in page


def test_a_total_of_which_only_a_bound_is_known_is_given_no_range(
    reader: Person, server: RecordServer
) -> None:
    at_least = total(PHQ_9, 15)
    at_least["valueQuantity"]["comparator"] = ">="

    page = words(section(reader, server, at_least))

    assert "≥ 15" in page
    assert "moderately severe" not in page


def test_a_questionnaire_that_is_not_known_here_is_shown_without_a_range(
    reader: Person, server: RecordServer
) -> None:
    item = survey("item", "99999-9", "A question", valueString="An answer")
    whole = survey("panel", "99998-1", "A form of our own", hasMember=refer("item"), valueInteger=4)

    page = words(entry(reader, server, whole, item))

    assert "A question An answer" in page
    assert "4" in page
    assert "published" not in page


# --- Self-harm
def harmed(**value: Any) -> list[Json]:
    *items, _last = answered(PHQ_9, 0)
    return [*items, survey("item-9", SELF_HARM_OF_PHQ, "Question 9", **value)]


@pytest.mark.parametrize(
    "value",
    [
        {"valueCodeableConcept": coded(LOINC, "LA6569-3", "Several days")},
        {"valueCodeableConcept": {"text": "Sometimes"}},
        {"valueInteger": 2},
        {"valueString": "Yes"},
    ],
    ids=["coded", "in words", "a number", "a text"],
)
def test_help_stands_once_beside_an_answer_that_speaks_of_self_harm(
    value: Json, reader: Person, server: RecordServer
) -> None:
    items = harmed(**value)

    listed = section(reader, server, *items, panel(PHQ_9, *items))
    page = entry(reader, server, panel(PHQ_9, *items), *items)

    assert listed.count(HELP) == 1
    assert page.count(HELP) == 1
    assert page.index(HELP) < page.index('id="answers"')
    assert 'class="danger"' not in page
    assert "tel:988" in page[page.index(HELP) :][:200]


@pytest.mark.parametrize(
    "value",
    [
        {"valueCodeableConcept": coded(LOINC, "LA6568-5", "Not at all")},
        {"valueCodeableConcept": {"text": "Not at all"}},
        {"valueInteger": 0},
        {"valueBoolean": False},
        {"dataAbsentReason": {"coding": [{"code": "not-asked"}]}},
    ],
    ids=["coded", "in words", "zero", "no", "not asked"],
)
def test_an_answer_of_no_brings_no_line_of_help(value: Json, reader: Person, server: RecordServer) -> None:
    items = harmed(**value)

    page = section(reader, server, *items, panel(PHQ_9, *items))

    assert "The PHQ-9" in page
    assert HELP not in page


def test_a_question_on_self_harm_without_a_code_is_known_by_what_it_says(
    reader: Person, server: RecordServer
) -> None:
    item = survey("item", "0", "Have you thought of hurting yourself?", valueBoolean=True)
    item["code"] = {"text": "Have you thought of hurting yourself?"}

    assert HELP in section(reader, server, item)


# --- Everything that is recorded
def test_the_circumstances_of_a_questionnaire_are_told(reader: Person, server: RecordServer) -> None:
    items = answered(PHQ_2, 1)
    whole = panel(
        PHQ_2,
        *items,
        performer=[{"display": "Nurse Ada"}],
        note=[{"text": "Filled in at home"}],
        derivedFrom=[{"reference": "QuestionnaireResponse/q", "display": "The form itself"}],
    )

    page = words(entry(reader, server, whole, *items))

    for said in (
        "Done by Nurse Ada",
        "Filled in at home",
        "Worked out from The form itself",
        "Kind of result Survey",
        "Taken October 5, 2024, 2:30 PM (UTC−05:00)",
        "Published in Kroenke",
    ):
        assert said in page


def test_the_section_asks_for_surveys(reader: Person, server: RecordServer) -> None:
    section(reader, server)

    assert server.queries("Observation")[0]["category"] == "survey"
    assert KIND.overview is not None
