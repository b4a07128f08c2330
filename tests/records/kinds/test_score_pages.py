"""The page of one questionnaire: its course, its newest total, its questions over time, its authors' words."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from records.kinds.scores import score_of
from records.words.instruments import AUDIT_C, GAD_7, INSTRUMENTS, PHQ_9, Instrument
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.test_questionnaires import answered, panel, survey, total
from tests.records.test_failure_matrix import words
from tests.resources import Json

DAYS = ("2024-11-14", "2025-11-20", "2026-11-12")


def time(instrument: Instrument, day: str, worth: int, number: int, **odd: Any) -> list[Json]:
    """One time that it was filled in: the panel, its answers and the total."""
    stem, when = f"{instrument.panel}-{day}", {"effectiveDateTime": f"{day}T10:00:00-05:00"}
    held = [{**one, **when, "id": f"{stem}-{n}"} for n, one in enumerate(answered(instrument, worth))]
    whole = {**total(instrument, number), **when, "id": f"{stem}-total"}
    return [{**panel(instrument, *held, whole), "id": stem, **when, **odd}, *held, whole]


def the_page(reader: Person, server: RecordServer, *resources: Json, named: str = "PHQ-9") -> str:
    """The page of a questionnaire, by the link from its section."""
    server.whole_record(Observation=list(resources))
    page = reader.read("questionnaires/")
    place = next(
        href
        for href, name in re.findall(r'<h3[^>]*><a href="([^"]*/measure/[^"]*)"[^>]*><bdi>([^<]*)', page)
        if named in html.unescape(name)
    )
    return reader.read(place)


def three(**odd: Any) -> list[Json]:
    return [
        *time(PHQ_9, DAYS[0], 2, 21),
        *time(PHQ_9, DAYS[1], 2, 18),
        *time(PHQ_9, DAYS[2], 1, 9, **odd),
    ]


def test_a_questionnaire_has_a_page_with_its_course_its_newest_total_and_every_time(
    reader: Person, server: RecordServer
) -> None:
    page = the_page(reader, server, *three(), *time(GAD_7, DAYS[0], 1, 7), *time(GAD_7, DAYS[1], 1, 7))
    said = words(page)

    assert "From 21 of 27 in November 2024 to 9 of 27 in November 2026." in said
    assert re.search(r"Newest 9 of 27 mild November 12, 2026", said)
    assert "The time before, November 20, 2025: 18 of 27" in said
    assert page.count('<circle class="point"') == 4  # three, and the one of the key
    assert all(f">{name}</text>" in page for name in ("Mild", "Moderate", "Severe"))
    assert "Kroenke K" in said
    assert "GAD" not in said


def test_no_name_and_no_number_of_it_stands_in_its_address(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=three())

    (place,) = set(re.findall(r'href="([^"]*/measure/[^"]*)"', reader.read("questionnaires/")))
    assert not re.search(r"phq|44249|/\d+/", place, re.IGNORECASE)


def test_its_questions_stand_side_by_side_and_the_one_on_self_harm_apart_with_the_way_to_help(
    reader: Person, server: RecordServer
) -> None:
    page = the_page(reader, server, *three())

    questions, _, apart = page.partition('id="self-harm"')
    table = words(questions[questions.index('id="questions"') :])
    assert "Question November 14, 2024 November 20, 2025 November 12, 2026 Question 1 2 2 1" in table
    assert "Question 9" not in table
    assert "Question 9 2 2 1" in words(apart)
    assert "call or text 988" in words(apart[: apart.index("</section>")])
    assert page.count("near-help") == 1  # and not in every row of the table again


def test_the_way_to_help_stands_beside_the_question_on_self_harm_whatever_was_answered(
    reader: Person, server: RecordServer
) -> None:
    page = the_page(reader, server, *time(PHQ_9, DAYS[0], 0, 0), *time(PHQ_9, DAYS[1], 0, 0))

    apart = page.partition('id="self-harm"')[2]
    assert "call or text 988" in words(apart[: apart.index("</section>")])


def test_a_total_that_its_answers_do_not_add_up_to_says_so_in_the_table(
    reader: Person, server: RecordServer
) -> None:
    page = words(the_page(reader, server, *time(PHQ_9, DAYS[0], 2, 18), *time(PHQ_9, DAYS[1], 2, 17)))

    assert "17 of 27 moderately severe; its answers add up to 18" in page


def test_a_half_answered_one_is_told_and_not_drawn(reader: Person, server: RecordServer) -> None:
    whole = three()
    half = [one for one in time(PHQ_9, "2026-06-01", 1, 0) if not one["id"].endswith(("-total", "-0", "-1"))]
    half[0]["hasMember"] = half[0]["hasMember"][2:-1]
    page = the_page(reader, server, *whole, *half)

    assert "7 questions" in words(page)
    assert page.count('<circle class="point"') == 4
    assert "1 entry has no number to draw; the table shows it." in words(page)
    assert 'class="missing"' in page


def test_a_corrected_one_and_two_of_one_day_are_drawn_as_what_they_are(
    reader: Person, server: RecordServer
) -> None:
    twice = [{**one, "id": f"again-{one['id']}"} for one in time(PHQ_9, DAYS[2], 1, 9)[:1]]
    twice[0] |= {"hasMember": [], "valueInteger": 11}
    page = the_page(reader, server, *three(status="corrected"), *twice)

    assert "Corrected later" in words(page)
    assert page.count("<title>November 12, 2026: ") == 2


def test_a_questionnaire_that_is_not_known_here_is_drawn_without_ranges(
    reader: Person, server: RecordServer
) -> None:
    times = [
        {
            **survey(f"x-{n}", "1", "House scale", valueQuantity={"value": 10 + n, "unit": "points"}),
            "code": {"text": "House scale", "coding": [{"system": "https://house.example", "code": "hs"}]},
            "effectiveDateTime": f"{day}T10:00:00-05:00",
        }
        for n, day in enumerate(DAYS)
    ]
    server.whole_record(Observation=times)
    page = reader.read("questionnaires/")
    href = re.search(r'href="([^"]*/measure/[^"]*)"', page)
    assert href
    drawn = reader.read(html.unescape(href[1]))

    assert drawn.count('<circle class="point"') == 4
    assert "authors" not in words(drawn)


def test_both_marks_of_a_score_that_differs_by_sex_are_named(reader: Person, server: RecordServer) -> None:
    said = words(
        the_page(
            reader, server, *time(AUDIT_C, DAYS[0], 1, 5), *time(AUDIT_C, DAYS[1], 1, 3), named="AUDIT-C"
        )
    )

    assert "From 3 on: the authors’ mark for women" in said
    assert "From 4 on: the authors’ mark for men" in said


@pytest.mark.parametrize("instrument", [one for one in INSTRUMENTS if one.most], ids=lambda one: one.name)
def test_every_known_score_has_an_axis_ranges_or_marks_and_a_source(instrument: Instrument) -> None:
    score = score_of(instrument.panel)

    assert score.most == instrument.most
    assert score.published
    assert score.ranges or score.marks
    assert all(0 < mark.value < score.most for mark in score.marks)
    if score.ranges:
        assert (score.ranges[0].low, score.ranges[-1].high) == (0, score.most)
