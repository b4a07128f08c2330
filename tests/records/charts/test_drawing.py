"""Where things stand in a drawing, read back from its SVG: every point where its axis says, bands where their bounds
are, all inside; a long series as its middles between its lowest and highest."""

from __future__ import annotations

import random
import re
import statistics
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.utils import translation

from records.charts import Around, Chart, CutMark, NamedRange, Score, series_charts
from records.words.points import CHANGED, UNSURE, Point
from records.words.rows import Number
from tests.records.charts.reading_back import read_back

START = datetime.fromisoformat("1996-02-03T09:30:00")


def point(day: str, value: str, unit: str = "kg", **odd: Any) -> Point:
    number = {name: odd.pop(name) for name in ("comparator", "low", "high", "flagged") if name in odd}
    return Point(iso=day, numbers=(Number(Decimal(value), **number),), unit=unit, **odd)


def series(many: int, days: int = 11_000, seed: int = 1) -> list[Point]:
    """So many readings of 40.0 to 99.9 over so many days, unevenly."""
    dice = random.Random(seed)
    moments = sorted(START + timedelta(minutes=dice.randrange(days * 1440)) for _ in range(many))
    return [point(f"{one:%Y-%m-%dT%H:%M:00}", f"{dice.randrange(400, 1000) / 10}") for one in moments]


def pressures(many: int) -> list[Point]:
    both = zip(series(many, seed=1), series(many, seed=2), strict=True)
    return [Point(iso=one.iso, numbers=(one.numbers[0], two.numbers[0]), unit="mmHg") for one, two in both]


def only(points: list[Point], **how: Any) -> Chart:
    (chart,) = series_charts(points, **how)
    return chart


@pytest.mark.parametrize("many", [2, 12, 300])
def test_every_reading_stands_where_both_axes_say(many: int) -> None:
    points = series(many)
    drawn = read_back(only(points))

    placed = list(drawn.points.values())  # drawn by date
    assert len(placed) == many == len(set(drawn.points))
    moments = [datetime.fromisoformat(one.iso) for one in points]
    (x0, _), (x1, _) = placed[0], placed[-1]
    span = (moments[-1] - moments[0]).total_seconds()
    for one, moment, (x, y) in zip(points, moments, placed, strict=True):
        assert x == pytest.approx(x0 + (x1 - x0) * (moment - moments[0]).total_seconds() / span, abs=0.11)
        assert drawn.value_at(y) == pytest.approx(float(one.numbers[0].value or 0), abs=0.06 * 60 / 20)


@pytest.mark.parametrize(
    "points", [series(2), series(12), series(300), series(5_000), pressures(12), pressures(5_000)]
)
def test_all_of_it_lies_inside_the_drawing(points: list[Point]) -> None:
    drawn = read_back(only(points))

    left, right, bottom = drawn.axis
    assert drawn.everything()
    for x, y in drawn.everything():
        assert left - 0.1 <= x <= right + 0.1
        assert 0 <= y <= bottom + 0.1
    assert 0 <= left < right <= drawn.size[0]
    assert bottom < drawn.size[1]
    assert all(left <= x <= right for x in drawn.times)


def test_bands_stand_where_their_bounds_are() -> None:
    bounds = {"low": Decimal(60), "high": Decimal("82.5")}
    drawn = read_back(only([point("2026-03-01", "84.5", **bounds), point("2026-06-01", "61", **bounds)]))

    ((_x, y, _w, height),) = drawn.bands
    assert drawn.value_at(y) == pytest.approx(82.5, abs=0.1)
    assert drawn.value_at(y + height) == pytest.approx(60, abs=0.1)
    assert sorted(drawn.value_at(edge) for edge in drawn.edges) == pytest.approx([60, 82.5], abs=0.1)


def test_published_ranges_of_a_score_stand_where_the_score_says_and_its_axis_holds_every_total() -> None:
    score = Score(
        27,
        (NamedRange(0, 4, "minimal"), NamedRange(5, 9, "mild"), NamedRange(10, 27, "more")),
        (CutMark(12, "a mark"),),
    )
    chart = only([point("2026-03-01", "21", "of 27"), point("2026-06-01", "9", "of 27")], score=score)
    drawn = read_back(chart)

    (top, bottom) = 20.0, 236.0
    assert [27 * (bottom - y) / (bottom - top) for _x, y in drawn.points.values()] == pytest.approx(
        [21, 9], abs=0.05
    )
    assert sorted(27 * (bottom - y) / (bottom - top) for y in drawn.edges) == pytest.approx(
        [5, 10, 12], abs=0.05
    )
    assert "From 12 on: a mark" in [item.words for item in chart.key]


def test_a_long_series_is_its_middle_between_its_lowest_and_highest_stretch_by_stretch() -> None:
    points = series(5_000)
    chart = only(points)
    drawn = read_back(chart)

    assert not drawn.points
    assert 20 < len(drawn.stretches) <= 72
    by_half: dict[tuple[int, int], list[float]] = {}
    for one in points:
        half = int(one.iso[:4]), (int(one.iso[5:7]) - 1) // 6
        by_half.setdefault(half, []).append(float(one.numbers[0].value or 0))
    assert len(by_half) == len(drawn.stretches)
    (line,) = drawn.lines
    for values, (x, y, width, height), (middle_x, middle_y) in zip(
        by_half.values(), drawn.stretches.values(), line, strict=True
    ):
        assert drawn.value_at(y) == pytest.approx(max(values), abs=0.2)
        assert drawn.value_at(y + height) == pytest.approx(min(values), abs=0.2)
        assert drawn.value_at(middle_y) == pytest.approx(statistics.median_low(values), abs=0.2)
        assert x < middle_x < x + width
    assert all(
        one[0] + one[2] == pytest.approx(two[0], abs=0.2) for one, two in pairwise(drawn.stretches.values())
    )
    words, values = next(iter(drawn.stretches)), next(iter(by_half.values()))
    said = f"middle {statistics.median_low(values)}, from {min(values)} to {max(values)} kg"
    assert words == f"January to June 1996: {said}, {len(values)} readings"
    assert any("more readings than can be drawn one by one" in note for note in chart.notes)


def test_the_middle_is_a_reading_that_was_taken_and_the_years_say_the_same() -> None:
    points = series(400, days=900)
    chart = only(points)

    of_1997 = [float(one.numbers[0].value or 0) for one in points if one.iso.startswith("1997")]
    year = next(one for one in chart.years if one.name == "1997")
    assert year.middle == str(statistics.median_low(of_1997))
    assert year.lowest_to_highest == f"{min(of_1997)} to {max(of_1997)}"
    assert year.count == f"{len(of_1997)} readings"
    assert [one.name for one in chart.years] == sorted((one.name for one in chart.years), reverse=True)


def test_the_line_is_dashed_across_years_without_readings() -> None:
    points = [one for one in series(2_000) if not "2004" <= one.iso[:4] <= "2007"]
    drawn = read_back(only(points))

    assert len(drawn.lines) == 2
    assert drawn.dashed == [[drawn.lines[0][-1], drawn.lines[1][0]]]
    few = read_back(only([point(f"{year}-05-0{n}", "70") for year in (1996, 2009) for n in range(1, 6)]))
    assert len(few.lines) == 2
    assert len(few.dashed) == 1


def test_bounds_are_no_part_of_a_middle_and_stay_arrows() -> None:
    points = series(400, days=900)
    points[7] = point(points[7].iso, "1", comparator="<")
    drawn = read_back(only(points))

    assert len(drawn.points) == 1
    assert "from 1 " not in " ".join(drawn.stretches)


def test_readings_that_may_change_are_hollow_off_the_line_and_out_of_every_middle() -> None:
    few = [point("2026-03-01", "84"), point("2026-04-01", "40", state=UNSURE), point("2026-06-01", "82")]
    chart = only(few)
    assert [mark.shape for mark in chart.marks] == ["dot", "unsure", "dot"]
    assert chart.panels[0].solid == ()
    assert len(chart.panels[0].dashed) == 1
    assert "May still change, or its status is not known" in [item.words for item in chart.key]
    many = [*series(400, days=900), point("1996-05-01", "1", state=UNSURE)]
    long = only(many)
    assert "from 1 " not in " ".join(one.words for one in long.panels[0].stretches)
    assert "1 reading may still change and is not in the steps." in long.notes


def test_a_corrected_reading_counts_and_is_told_apart() -> None:
    chart = only(
        [point("2026-03-01", "84"), point("2026-04-01", "83", state=CHANGED), point("2026-06-01", "82")]
    )

    assert [mark.shape for mark in chart.marks] == ["dot", "changed", "dot"]
    assert len(chart.panels[0].solid[0].split()) == 3
    assert "Corrected later" in [item.words for item in chart.key]


def test_no_line_runs_across_ways_of_measuring() -> None:
    standing = [point(f"2026-0{n}-01", f"{80 + n}", how="Standing") for n in (1, 3, 5)]
    lying = [point(f"2026-0{n}-01", f"{60 + n}", how="Lying down") for n in (2, 4)]
    once = [point("2026-05-20", "71", how="Sitting")]
    first, second = series_charts([*standing, *lying, *once])

    assert [first.title, second.title] == ["Standing", "Lying down"]
    assert [len(first.marks), len(second.marks)] == [3, 2]
    assert "71 kg (May 20, 2026, Sitting)" in " ".join(first.notes)
    assert any("taken in another way, have a drawing of their own" in note for note in first.notes)


def test_no_number_lies_on_a_line_or_a_point() -> None:
    for seed in range(30):
        drawn = read_back(only(series(12, seed=seed)))
        for x, y, words in drawn.labels:
            box = x - 11 * len(words) / 2, y - 16, x + 11 * len(words) / 2, y + 2
            for px, py in drawn.points.values():
                assert not (box[0] < px < box[2] and box[1] < py < box[3])
            for line in drawn.lines:
                for (x1, y1), (x2, y2) in pairwise(line):
                    for step in range(41):
                        px, py = x1 + (x2 - x1) * step / 40, y1 + (y2 - y1) * step / 40
                        assert not (box[0] < px < box[2] and box[1] < py < box[3]), (seed, words)


def test_direction_is_told_and_never_judged() -> None:
    assert only([point("2026-03-01", "84"), point("2026-06-01", "82")]).direction == (
        "From 84 kg in March 2026 to 82 kg in June 2026."
    )
    below = only([point("2025-03-01", "5"), point("2026-06-01", "2", comparator="<")])
    assert below.direction == "From 5 kg in March 2025 to < 2 kg in June 2026."
    unsure = only(
        [point("2025-03-01", "5"), point("2026-06-01", "6"), point("2026-07-01", "9", state=UNSURE)]
    )
    assert unsure.direction == "From 5 kg in March 2025 to 6 kg in June 2026."
    same = only([point("2025-03-01", "5"), point("2026-06-01", "5")])
    assert same.direction == "5 kg in March 2025 and in June 2026."
    assert re.fullmatch(
        r"Middle reading [\d.]+/[\d.]+ in 1996, [\d.]+/[\d.]+ in 2026 \(mmHg\)\.",
        only(pressures(2_000)).direction,
    )


def test_a_drawing_of_five_thousand_readings_is_small_in_both_languages() -> None:
    for language in ("en", "es"):
        with translation.override(language):
            for points in (series(5_000), pressures(5_000)):
                assert len(str(only(points).svg).encode()) <= 25_000


def test_words_of_the_record_cannot_leave_their_place() -> None:
    evil = '"><script>x</script>'
    chart = only([point("2026-03-01", "84", evil, how=evil), point("2026-06-01", "82", evil, how=evil)])

    assert "<script" not in str(chart.svg)
    assert read_back(chart).points


def test_drawings_of_one_time_stand_under_one_another_with_what_else_happened() -> None:
    first, may, last, before = map(
        datetime.fromisoformat, ("2026-01-01", "2026-05-01", "2026-12-31", "2024-05-01")
    )
    around = Around(first, last, ((may, "Prescribed"), (before, "Too early")), 60, 370)
    charts = [
        only([point("2026-03-01", "84"), point("2026-06-01", "82")], around=around),
        only([point("2026-03-01", "1384"), point("2026-09-01", "1282")], around=around),
    ]

    assert [one.words for one in charts[0].events] == ["Prescribed"]
    assert len({mark.x for chart in charts for mark in chart.marks if mark.words.startswith("March")}) == 1


def test_on_paper_it_needs_no_style_sheet() -> None:
    chart = only(series(12))

    assert 'class="' not in chart.for_paper
    assert 'xmlns="http://www.w3.org/2000/svg"' in chart.for_paper
    assert chart.for_paper.count("<circle") == 12
    assert len(chart.table) == 12
    assert chart.table[0][0] > ""
