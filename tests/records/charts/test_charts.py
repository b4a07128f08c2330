"""What a drawing of readings shows: its table's numbers, no line through what is not known, nothing left unsaid."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from records.charts import Chart, sparkline
from records.charts import series_charts as charts_of
from records.charts.drawing import BOTTOM, TOP
from records.charts.shapes import Band, Mark
from records.words.points import point_of
from records.words.rows import Flag, Measure, Number, Row, Spark, Telling, When, replace
from records.words.sections import RowGroup
from records.words.wording import when

KILOGRAMS = "kg"


def reading(day: str | None, value: str, unit: str = KILOGRAMS, **number: Any) -> Row:
    """A reading of one number, on a day as recorded ("2026", "2026-11", "2026-11-12", with a time)."""
    exact = Number(Decimal(value), **number)
    said = f"{exact.comparator} {value}".strip()
    flag = Flag("High", "up") if exact.flagged else None
    return Row(title="Weight", measure=Measure(said, unit, flag, numbers=(exact,)), when=when(day))


def pressure(day: str, upper: str | None, lower: str | None) -> Row:
    numbers = tuple(Number(Decimal(n) if n else None) for n in (upper, lower))
    value = f"{upper or 'not measured'}/{lower or 'not measured'}"
    return Row(title="Blood pressure", measure=Measure(value, "mmHg", numbers=numbers), when=when(day))


def without_number(day: str) -> Row:
    absent = Measure("Was not done", is_words=True, telling=Telling.ABSENT)
    return Row(title="Weight", measure=absent, when=when(day))


def series_charts(rows: Iterable[Row]) -> tuple[Chart, ...]:
    return charts_of(map(point_of, rows))


def small_line(rows: list[Row]) -> Spark | None:
    return sparkline([point_of(row) for row in rows])


def the_band(chart: Chart) -> Band:
    (band,) = chart.panels[0].bands
    return band


def the_chart(*rows: Row) -> Chart:
    (chart,) = series_charts(rows)
    return chart


def drawn(chart: Chart) -> str:
    return render_to_string("components/chart.html", {"chart": chart})


def table(*rows: Row) -> str:
    group = RowGroup("all", "Every reading", rows=rows, total=len(rows))
    return render_to_string("components/readings.html", {"group": group, "one_measure": True})


def words(markup: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]*>", " ", markup).split()))


def mark(chart: Chart, day: str) -> Mark:
    """The reading of a day in a drawing."""
    return next(m for m in chart.marks if m.words.startswith(day))


MARCH, JUNE, AUGUST, NOVEMBER = "2026-03-10", "2026-06-02", "2026-08-20", "2026-11-12"


# --- The same as the table


def test_every_number_of_the_drawing_stands_in_the_table_with_its_date() -> None:
    rows = [reading(MARCH, "94.20"), reading(JUNE, "92.0"), reading(NOVEMBER, "91.1")]

    chart = the_chart(*rows)
    said = words(table(*rows))

    assert [m.words for m in chart.marks] == [
        "March 10, 2026: 94.20 kg",
        "June 2, 2026: 92.0 kg",
        "November 12, 2026: 91.1 kg",
    ]
    for m in chart.marks:
        day, value = m.words.split(": ")
        assert f"{day} {value}" in said
    assert {label.words for label in chart.panels[0].labels} <= {"94.20", "92.0", "91.1"}


def test_the_sentence_says_how_many_since_when_the_extremes_and_the_latest() -> None:
    chart = the_chart(reading(JUNE, "92.0"), reading(NOVEMBER, "91.5"), reading(MARCH, "91.1"))

    assert chart.sentence == (
        "3 readings, March 10, 2026 to November 12, 2026; lowest 91.1, highest 92.0; latest 91.5 kg."
    )
    assert chart.label == f"{chart.sentence} The table below says the same."


def test_who_cannot_see_the_drawing_hears_the_same() -> None:
    chart = the_chart(reading(MARCH, "91.1"), reading(JUNE, "92.0"))

    markup = drawn(chart)

    assert re.search(
        r'<svg [^>]*role="img" aria-label="2 readings, .*? The table below says the same\."', markup
    )
    assert chart.sentence in words(markup)


def test_later_stands_to_the_right_and_more_stands_higher() -> None:
    chart = the_chart(reading(NOVEMBER, "91.1"), reading(MARCH, "94.2"))

    early, late = mark(chart, "March"), mark(chart, "November")

    assert float(early.x) < float(late.x)
    assert float(early.y) < float(late.y)


def test_time_runs_evenly_however_the_readings_cluster() -> None:
    chart = the_chart(reading("2026-01-01", "1"), reading("2026-01-11", "2"), reading("2026-01-31", "3"))

    first, second, third = (float(m.x) for m in chart.marks)

    assert (third - second) / (second - first) == pytest.approx(2, abs=0.01)


def test_coordinates_keep_their_decimal_point_in_every_language() -> None:
    chart = the_chart(reading(MARCH, "94.2"), reading(JUNE, "92.0"), reading(NOVEMBER, "91.1"))

    with translation.override("es"):
        markup = drawn(chart)

    assert re.search(r'points="(?:\d+(?:\.\d)?,\d+(?:\.\d)? ?)+"', markup)
    assert not re.search(r'(?:x|y|cx|cy)="\d+,', markup)


# --- Units


def test_two_units_give_two_drawings_and_nothing_is_converted() -> None:
    kilograms = [reading(MARCH, "94.2"), reading(JUNE, "92.0")]
    pounds = [reading(AUGUST, "201", "lb"), reading(NOVEMBER, "199", "lb")]

    charts = series_charts([*kilograms, *pounds])

    assert [chart.unit for chart in charts] == ["lb", "kg"]  # the newest first
    assert [len(chart.marks) for chart in charts] == [2, 2]
    assert all("nothing was converted" in " ".join(chart.notes) for chart in charts)


def test_a_unit_with_one_reading_is_not_drawn_and_the_other_one_says_so() -> None:
    chart = the_chart(reading(MARCH, "94.2"), reading(JUNE, "92.0"), reading(AUGUST, "201", "lb"))

    assert chart.unit == "kg"
    assert "201 lb" in " ".join(chart.notes)


# --- Values that a drawing could get wrong


def test_zero_is_drawn_as_zero() -> None:
    chart = the_chart(reading(MARCH, "0"), reading(JUNE, "3"))

    assert mark(chart, "March").words == "March 10, 2026: 0 kg"
    assert "lowest 0, highest 3" in chart.sentence
    assert chart.panels[0].values[0].words == "0"


def test_readings_that_never_change_are_a_level_line() -> None:
    chart = the_chart(reading(MARCH, "178"), reading(JUNE, "178"))

    assert "always 178" in chart.sentence
    assert len({m.y for m in chart.marks}) == 1


def test_a_bound_is_an_open_arrow_and_no_part_of_the_line() -> None:
    rows = [reading(MARCH, "5"), reading(JUNE, "2", comparator="<"), reading(NOVEMBER, "6")]

    chart = the_chart(*rows)

    assert mark(chart, "June").shape == "down"
    assert mark(chart, "June").words == "June 2, 2026: < 2 kg"
    assert chart.panels[0].solid == ()
    assert len(chart.panels[0].dashed) == 1
    assert "lowest < 2, highest 6" in chart.sentence
    assert "1 reading is known only to be above or below a number" in " ".join(chart.notes)
    assert "< 2" in words(table(*rows))


def test_more_than_is_an_arrow_upwards() -> None:
    chart = the_chart(reading(MARCH, "5"), reading(JUNE, "9", comparator="≥"))

    assert mark(chart, "June").shape == "up"
    assert "More than the number where it begins" in words(drawn(chart))


def test_the_line_is_dashed_across_a_reading_without_a_number() -> None:
    chart = the_chart(
        reading(MARCH, "94.2"), reading(JUNE, "93.0"), without_number(AUGUST), reading(NOVEMBER, "91.1")
    )

    assert len(chart.panels[0].solid) == 1
    assert len(chart.panels[0].dashed) == 1
    assert chart.panels[0].dashed[0].split()[0] == chart.panels[0].solid[0].split()[-1]
    assert "1 entry has no number to draw" in " ".join(chart.notes)


def test_a_marked_reading_is_a_diamond_and_its_neighbours_are_dots() -> None:
    chart = the_chart(reading(MARCH, "94.2"), reading(JUNE, "112.0", flagged=True))

    assert (mark(chart, "March").shape, mark(chart, "June").shape) == ("dot", "diamond")
    assert "Marked; the table says how" in words(drawn(chart))


@pytest.mark.parametrize("huge", ["1E+999999", "NaN", "Infinity", "1E-999999"])
def test_a_number_that_no_axis_holds_is_left_to_the_table(huge: str) -> None:
    chart = the_chart(reading(MARCH, "94.2"), reading(JUNE, huge), reading(NOVEMBER, "91.1"))

    assert len(chart.marks) == 2
    assert "1 entry has no number to draw" in " ".join(chart.notes)


def test_one_number_is_no_drawing() -> None:
    assert series_charts([reading(MARCH, "94.2"), without_number(JUNE)]) == ()
    assert len(series_charts([reading(MARCH, "94.2"), reading(JUNE, "93.0")])) == 1


# --- The usual range


def test_the_band_is_the_range_that_every_reading_came_with() -> None:
    given: dict[str, Any] = {"low": Decimal(60), "high": Decimal(110)}

    chart = the_chart(reading(MARCH, "84", **given), reading(JUNE, "112", flagged=True, **given))

    assert float(mark(chart, "June").y) < float(the_band(chart).y)
    assert [label.words for label in chart.panels[0].beside] == ["110", "60"]
    assert "Usual range, 60 to 110" in words(drawn(chart))


def test_a_range_that_changed_is_drawn_over_the_time_for_which_it_was_recorded() -> None:
    old: dict[str, Any] = {"low": Decimal(60), "high": Decimal(110)}
    new: dict[str, Any] = {"low": Decimal(70), "high": Decimal(110)}
    chart = the_chart(
        reading(MARCH, "84", **old),
        reading(JUNE, "80", **old),
        reading(AUGUST, "90", **new),
        reading(NOVEMBER, "91", **new),
    )

    before, since = chart.panels[0].bands
    june, august = mark(chart, "June"), mark(chart, "August")
    end = float(before.x) + float(before.width)
    assert float(june.x) < end == pytest.approx(float(since.x)) == pytest.approx(float(august.x))
    assert float(before.y) + float(before.height) > float(since.y) + float(since.height)
    assert {label.words for label in chart.panels[0].beside} == {"110", "60", "70"}
    assert (
        "The usual range was recorded as 60 to 110 from March 10, 2026 to June 2, 2026; 70 to 110 from August"
        in (words(drawn(chart)))
    )


def test_a_range_does_not_reach_to_readings_that_came_without_one() -> None:
    given: dict[str, Any] = {"low": Decimal(60), "high": Decimal(110)}
    chart = the_chart(reading(MARCH, "84", **given), reading(JUNE, "80", **given), reading(NOVEMBER, "90"))

    end = float(the_band(chart).x) + float(the_band(chart).width)
    assert float(mark(chart, "June").x) <= end < float(mark(chart, "November").x)
    assert "1 reading came without a usual range." in words(drawn(chart))


def test_a_range_that_changes_from_reading_to_reading_is_left_to_the_table() -> None:
    chart = the_chart(*(reading(f"2026-03-{n:02}", "84", low=Decimal(50 + n)) for n in range(1, 10)))

    assert chart.panels[0].bands == ()
    assert "The usual range changes from reading to reading; the table has each." in words(drawn(chart))


def test_a_range_with_one_bound_reaches_the_edge() -> None:
    chart = the_chart(reading(MARCH, "4", high=Decimal(5)), reading(JUNE, "7", high=Decimal(5)))

    band = the_band(chart)
    assert "Usual range, 5 or less" in words(drawn(chart))
    assert len(band.edges) == 1
    assert float(band.y) + float(band.height) == pytest.approx(chart.axis_y, abs=0.1)


# --- Dates as exact as recorded


def test_a_month_stands_in_its_middle_and_is_said_to_be_one() -> None:
    chart = the_chart(
        reading("2026-03", "94.2"), reading("2026-03-15", "93.0"), reading("2026-11-12", "91.1")
    )

    assert mark(chart, "March 2026").x == mark(chart, "March 15, 2026").x
    assert "1 reading is dated to the month only" in " ".join(chart.notes)


@pytest.mark.parametrize("day", ["2019", None, "in spring"])
def test_a_reading_without_an_exact_date_is_said_and_not_drawn(day: str | None) -> None:
    chart = the_chart(reading(day, "99.9"), reading(MARCH, "94.2"), reading(NOVEMBER, "91.1"))

    assert len(chart.marks) == 2
    note = next(note for note in chart.notes if "not drawn" in note)
    assert "99.9 kg" in note


def test_readings_of_one_day_stand_apart_by_their_clock() -> None:
    chart = the_chart(
        reading("2026-11-12T08:00:00-05:00", "94.2"), reading("2026-11-12T20:00:00-05:00", "93.0")
    )

    assert len({m.x for m in chart.marks}) == 2
    assert chart.times


@pytest.mark.parametrize(
    "last", ["2026-03-11", "2026-03-25", "2026-04-30", "2026-12-01", "2029-05-05", "2056-01-01", "9998-12-31"]
)
def test_an_axis_never_has_more_moments_than_a_phone_holds(last: str) -> None:
    chart = the_chart(reading(MARCH, "1"), reading(last, "2"))

    places = [float(tick.at) for tick in chart.times]

    assert 1 <= len(places) <= 5
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("low", "high"),
    [("0", "1"), ("91.1", "94.9"), ("-5", "5"), ("0.001", "0.002"), ("3", "100000"), ("7", "7")],
)
def test_an_axis_has_few_round_steps_that_hold_every_value(low: str, high: str) -> None:
    chart = the_chart(reading(MARCH, low), reading(JUNE, high))

    steps = [Decimal(tick.words) for tick in chart.panels[0].values]

    assert 2 <= len(steps) <= 7
    assert steps[0] <= Decimal(low)
    assert Decimal(high) <= steps[-1]


# --- Blood pressure


def test_a_blood_pressure_is_two_drawings_over_one_time_each_with_its_own_range() -> None:
    both = (
        Number(Decimal(138), low=Decimal(90), high=Decimal(129)),
        Number(Decimal(84), low=Decimal(60), high=Decimal(79)),
    )
    rows = [
        Row(title="Blood pressure", measure=Measure("138/84", "mmHg", numbers=both), when=when(day))
        for day in (MARCH, JUNE)
    ]
    chart = the_chart(*rows, pressure(NOVEMBER, "124", "80"))

    upper, lower = chart.panels
    assert [m.x for m in upper.marks] == [m.x for m in lower.marks]
    assert upper.bottom < lower.top
    assert [len(panel.bands) for panel in chart.panels] == [1, 1]
    assert [len(panel.solid) for panel in chart.panels] == [1, 1]
    assert {label.words for label in upper.beside} == {"129", "90"}
    assert {label.words for label in lower.beside} == {"79", "60"}
    said = words(drawn(chart))
    assert "Upper number (systolic)" in said
    assert "Lower number (diastolic)" in said
    assert "upper number 124 to 138; lower number 80 to 84; latest 124/80 mmHg." in chart.sentence


def test_half_a_blood_pressure_is_drawn_and_only_its_other_half_is_a_gap() -> None:
    chart = the_chart(
        pressure(MARCH, "138", "84"), pressure(JUNE, "131", None), pressure(NOVEMBER, "124", "80")
    )

    upper, lower = chart.panels
    assert [len(upper.marks), len(lower.marks)] == [3, 2]
    assert [len(upper.solid), len(lower.solid)] == [1, 0]
    assert [len(upper.dashed), len(lower.dashed)] == [0, 1]
    assert mark(chart, "June").words == "June 2, 2026: 131/not measured mmHg"


# --- The small line


def test_the_small_line_says_from_where_to_where_it_runs() -> None:
    spark = small_line([reading(MARCH, "94.20"), reading(JUNE, "92.0"), reading(NOVEMBER, "91.1")])

    assert spark is not None
    assert spark.words == "Last 3 readings: 94.20 to 91.1 kg"
    assert len(spark.points.split()) == 3
    assert spark.points.split()[-1] == f"{spark.last_x},{spark.last_y}"


def test_the_small_line_of_a_blood_pressure_is_its_upper_number() -> None:
    spark = small_line([pressure(MARCH, "138", "84"), pressure(JUNE, "124", "80")])

    assert spark is not None
    assert spark.words == "Upper number, last 2 readings: 138 to 124 mmHg"


def test_the_small_line_never_mixes_units_nor_ends_before_the_newest_reading() -> None:
    kilograms = [reading(MARCH, "94.2"), reading(JUNE, "92.0")]

    assert small_line(kilograms) is not None
    assert small_line([*kilograms, reading(NOVEMBER, "199", "lb")]) is None
    assert small_line([*kilograms, reading(NOVEMBER, "92.0", comparator="<")]) is None
    assert small_line([replace(kilograms[0], when=When("2026")), kilograms[1]]) is not None


def test_the_small_line_says_how_many_of_the_last_readings_it_leaves_out() -> None:
    spark = small_line(
        [pressure(MARCH, "138", "84"), pressure(JUNE, None, "80"), pressure(NOVEMBER, "131", None)]
    )

    assert spark is not None
    assert spark.words == "Upper number, 2 of the last 3 readings: 138 to 131 mmHg"


# --- Bounds, ranges and the foot of the axis


def test_less_than_a_number_never_stands_above_the_lowest_and_shows_where_it_begins() -> None:
    chart = the_chart(
        reading(MARCH, "31"),
        reading(JUNE, "40", comparator="<"),
        reading(AUGUST, "55"),
        reading(NOVEMBER, "48"),
    )

    bound = mark(chart, "June")

    assert float(bound.y) >= float(mark(chart, "March").y)
    begins = float(bound.y) + float(bound.stem)
    assert float(mark(chart, "November").y) < begins < float(bound.y)
    assert f'<path class="stem" d="M0 {bound.stem}V0"/>' in drawn(chart)
    assert "lowest exact number 31, highest exact number 55" in chart.sentence


def test_more_than_a_number_never_stands_below_the_highest() -> None:
    chart = the_chart(
        reading(MARCH, "610"), reading(JUNE, "500", comparator=">"), reading(NOVEMBER, "300", comparator="≥")
    )

    highest = float(mark(chart, "March").y)

    assert float(mark(chart, "June").y) <= highest
    assert float(mark(chart, "November").y) <= highest


def test_a_bound_beyond_all_numbers_is_the_lowest_or_the_highest() -> None:
    chart = the_chart(
        reading(MARCH, "7"), reading(JUNE, "3", comparator="≤"), reading(NOVEMBER, "9", comparator=">")
    )

    assert "lowest ≤ 3, highest > 9" in chart.sentence


DRAWABLE = st.decimals(min_value=-500, max_value=500, places=1)


@given(
    values=st.lists(DRAWABLE, min_size=2, max_size=6),
    range_given=st.tuples(st.none() | DRAWABLE, st.none() | DRAWABLE).filter(any),
)
def test_a_usual_range_is_drawn_within_the_axis_wherever_the_readings_lie(
    values: list[Decimal], range_given: tuple[Decimal | None, Decimal | None]
) -> None:
    low, high = range_given
    if low is not None and high is not None:
        low, high = min(low, high), max(low, high)
    chart = the_chart(
        *(reading(f"2026-03-{n + 1:02}", str(value), low=low, high=high) for n, value in enumerate(values))
    )

    band = the_band(chart)
    top, height = float(band.y), float(band.height)
    assert height > 0 or low == high
    assert top >= TOP
    assert top + height <= BOTTOM + 0.1
    ticks = [(Decimal(tick.words), float(tick.at)) for tick in chart.panels[0].values]
    (first, at_first), (last, at_last) = ticks[0], ticks[-1]
    for bound, edge in zip((b for b in (low, high) if b is not None), band.edges, strict=True):
        place = at_first + (at_last - at_first) * float((bound - first) / (last - first))
        assert float(edge) == pytest.approx(place, abs=0.2)
        assert TOP <= float(edge) <= BOTTOM


def test_a_thin_range_is_drawn_too() -> None:
    chart = the_chart(
        reading(MARCH, "1", low=Decimal("7.35"), high=Decimal("7.45")),
        reading(NOVEMBER, "480", low=Decimal("7.35"), high=Decimal("7.45")),
    )

    assert the_band(chart)
    assert "Usual range, 7.35 to 7.45" in words(drawn(chart))


@pytest.mark.parametrize(
    ("value", "bounds"),
    [("300", {"high": Decimal(100)}), ("12", {"low": Decimal(60)}), ("-3", {"high": Decimal(-20)})],
)
def test_a_range_of_one_bound_is_drawn_also_where_no_reading_lies_within_it(
    value: str, bounds: dict[str, Decimal]
) -> None:
    chart = the_chart(
        reading(MARCH, value, **bounds), reading(NOVEMBER, str(next(iter(bounds.values()))), **bounds)
    )

    assert float(the_band(chart).height) > 5


def test_a_scale_that_does_not_begin_at_zero_says_so_and_shows_a_break() -> None:
    cut = the_chart(reading(MARCH, "91.1"), reading(NOVEMBER, "94.2"))
    whole = the_chart(reading(MARCH, "0"), reading(NOVEMBER, "4"))

    assert "The scale runs from 91 to 95 and does not begin at zero." in words(drawn(cut))
    assert cut.panels[0].is_cut
    assert drawn(cut).count("v-4l-4-3 8-4-4-3v-4") == 1
    assert "zero" not in words(drawn(whole))
    assert "v-4l-4-3 8-4-4-3v-4" not in drawn(whole)


def test_the_range_is_as_wide_as_the_axis_and_no_wider() -> None:
    bounds = {"low": Decimal(60), "high": Decimal(110)}
    markup = drawn(the_chart(reading(MARCH, "84", **bounds), reading(JUNE, "112", **bounds)))

    axis = re.search(r'<path class="axis" d="M([\d.]+) [\d.]+H([\d.]+)"', markup)
    rect = re.search(r'<rect class="within" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', markup)

    assert axis
    assert rect
    assert float(rect[1]) == float(axis[1])
    assert float(rect[1]) + float(rect[2]) == pytest.approx(float(axis[2]), abs=0.2)
    assert float(axis[2]) < 400
