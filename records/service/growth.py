"""How a child grows: its weight, height, body mass index and head among those of other children of its age and sex.

What the record says stands first; where a measure stands among others is worked out here, and says against what.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.charts import Chart
from records.charts.growth import Aged, Reference, Said, growth_chart, span_of
from records.charts.panels import shape_of
from records.charts.readings import reading_of
from records.lists.drawn import every_point
from records.lists.entries import Entries
from records.words import growth, wording
from records.words.ages import age_at
from records.words.points import Point
from records.words.rows import Words

GROWN_UP = 20
"""Years from which on nothing is published."""

LYING = "http://loinc.org|8306-3"
"""The series of lengths taken lying, by LOINC's own code."""

SERIES: dict[str, tuple[str, ...]] = {
    growth.WEIGHT: ("weight",),
    growth.HEIGHT: ("height", LYING),
    growth.BMI: ("bmi",),
    growth.HEAD: ("head-size",),
}
"""Which series of the vital signs are which measure."""

RECORDED = {growth.BMI: "bmi-percentile", growth.HEAD: "head-percentile"}


@dataclass(frozen=True, slots=True)
class Grown:
    """One reading of one measure in a table: the value, where it stands by this page, and by the record."""

    value: str
    place: str = ""
    recorded: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure: its chart, and its newest reading in words."""

    title: Words
    chart: Chart
    newest: Grown
    when: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """All that was measured on one day, measure after measure, as the columns stand."""

    words: str
    iso: str
    age: str
    cells: tuple[Grown | None, ...]


@dataclass(frozen=True, slots=True)
class Growth:
    """The page. `girls`: whether the child is held against girls. `at_birth`: its sex is the one recorded at birth."""

    measures: tuple[Measured, ...] = ()
    days: tuple[Day, ...] = ()
    columns: tuple[Words, ...] = ()
    sex: str = ""
    at_birth: bool = False
    has_who: bool = False
    has_cdc: bool = False
    at_least: bool = False


@dataclass(slots=True)
class _Child:
    """Whose growth it is."""

    born: date
    sex: str
    readings: dict[str, list[tuple[date, Point]]] = field(default_factory=dict)


def load_growth(entries: Entries, *, born: date, sex: str, at_birth: bool) -> Growth:
    """The growth of a child, of all vital signs that have come.

    Args:
        sex: "female" or "male"; empty where it is not known, and then nothing is held against anything.

    Raises:
        Gone: a page is no longer kept.
    """
    child = _Child(born, sex)
    for measure, names in SERIES.items():
        found = [point for name in names for point in every_point(entries, name).values()]
        dated = [(day, point) for point in found if (day := _day(point)) is not None and day >= born]
        child.readings[measure] = sorted(dated, key=lambda one: one[0])
    of_record = {
        measure: {day: point for point in every_point(entries, name).values() if (day := _day(point))}
        for measure, name in RECORDED.items()
    }
    measures = tuple(_measures(child, of_record))
    shown = [measure for measure in SERIES if child.readings[measure]]
    days = sorted({day for measure in shown for day, _point in child.readings[measure]}, reverse=True)
    return Growth(
        measures=measures,
        days=tuple(_row(day, child, shown, of_record) for day in days),
        columns=tuple(_titles()[measure] for measure in shown),
        sex=sex,
        at_birth=at_birth,
        has_who=any(growth.reference_of(born, day) == growth.WHO for day in days),
        has_cdc=any(growth.reference_of(born, day) == growth.CDC for day in days),
        at_least=not entries.is_complete,
    )


def _titles() -> dict[str, str]:
    return {
        growth.WEIGHT: _now("Weight"),
        growth.HEIGHT: _now("Length and height"),
        growth.BMI: _now("Body mass index"),
        growth.HEAD: _now("Head size"),
    }


def _day(point: Point) -> date | None:
    try:
        return date.fromisoformat(point.iso[:10])
    except ValueError:
        return None


def _place(measure: str, child: _Child, day: date, point: Point) -> float | None:
    """The percentile of a reading; None where it is no exact number, or nothing is published for its age and unit."""
    factor = growth.METRIC.get(point.unit)
    if not child.sex or factor is None or len(point.numbers) != 1 or point.numbers[0].comparator:
        return None
    value = point.numbers[0].value
    if value is None:
        return None
    return growth.percentile(measure, child.sex, child.born, day, float(value) * factor)


def _grown(
    measure: str, child: _Child, day: date, point: Point, of_record: Mapping[str, Mapping[date, Point]]
) -> Grown:
    found = _place(measure, child, day, point)
    recorded = of_record.get(measure, {}).get(day)
    return Grown(
        value=wording.beside(point.said, point.unit) if point.numbers else _now("Value not recorded"),
        place=growth.place_words(found) if found is not None else "",
        recorded=_now("recorded: %s") % recorded.said if recorded is not None and recorded.numbers else "",
    )


def _row(
    day: date, child: _Child, shown: Sequence[str], of_record: Mapping[str, Mapping[date, Point]]
) -> Day:
    cells: list[Grown | None] = []
    for measure in shown:
        point = next((one for when, one in reversed(child.readings[measure]) if when == day), None)
        cells.append(_grown(measure, child, day, point, of_record) if point is not None else None)
    iso = day.isoformat()
    return Day(wording.day(iso), iso, age_at(child.born.isoformat(), iso), tuple(cells))


# ---------------------------------------------------------------- charts


def _measures(child: _Child, of_record: Mapping[str, Mapping[date, Point]]) -> Iterator[Measured]:
    for measure, readings in child.readings.items():
        numbered = [(day, point) for day, point in readings if reading_of(point).drawn[0]]
        if not numbered:
            continue
        unit = numbered[-1][1].unit
        here = [(day, point) for day, point in numbered if point.unit == unit]
        day, point = here[-1]
        found = _place(measure, child, day, point)
        yield Measured(
            title=_titles()[measure],
            chart=_chart(measure, child, here, len(numbered) - len(here)),
            newest=_grown(measure, child, day, point, of_record),
            when=wording.day(day.isoformat()),
            meaning=growth.meaning(measure, child.sex, found) if found is not None else "",
        )


def _chart(measure: str, child: _Child, readings: Sequence[tuple[date, Point]], others: int) -> Chart:
    unit = readings[0][1].unit
    aged = [
        Aged(
            (day - child.born).days / 365.25,
            _value(point),
            _words(child, day, point),
            shape_of(reading_of(point), 0),
        )
        for day, point in readings
    ]
    first, last = span_of([one.age for one in aged])
    factor = growth.METRIC.get(unit)
    curves = [
        Reference(
            str(of),
            [
                [(age, value / factor) for age, value in part]
                for part in growth.curve(measure, child.sex, of, first=first, last=last)
            ],
            is_middle=of == 50,
        )
        for of in growth.CURVES
        if child.sex and factor is not None
    ]
    notes = []
    if others:
        notes.append(
            ngettext(
                "%d reading in another unit is in the table alone.",
                "%d readings in other units are in the table alone.",
                others,
            )
            % others
        )
    return growth_chart(
        aged, [curve for curve in curves if curve.parts], unit, _said(measure, child, readings, notes)
    )


def _value(point: Point) -> Decimal:
    return point.numbers[0].value or Decimal(0)


def _words(child: _Child, day: date, point: Point) -> str:
    iso = day.isoformat()
    age = age_at(child.born.isoformat(), iso)
    when = f"{wording.day(iso)}, {age}" if age else wording.day(iso)
    return f"{when}: {wording.beside(point.said, point.unit)}"


def _said(measure: str, child: _Child, readings: Sequence[tuple[date, Point]], notes: Sequence[str]) -> Said:
    (then, first), (now, last) = readings[0], readings[-1]
    values = {
        "first": wording.beside(first.said, first.unit),
        "then": wording.day(then.isoformat()[:7]),
        "last": wording.beside(last.said, last.unit),
        "now": wording.day(now.isoformat()[:7]),
        "title": _titles()[measure],
    }
    sentence = _now("%(title)s: %(last)s in %(now)s.") % values
    if len(readings) > 1:
        sentence = _now("%(title)s from %(first)s in %(then)s to %(last)s in %(now)s.") % values
    places = [_place(measure, child, day, point) for day, point in (readings[0], readings[-1])]
    direction = ""
    if len(readings) > 1 and places[0] is not None and places[1] is not None:
        values |= {"before": growth.place_words(places[0]), "since": growth.place_words(places[1])}
        direction = _now("%(title)s: %(before)s in %(then)s, %(since)s in %(now)s.") % values
    return Said(
        sentence=sentence,
        direction=direction,
        child=_now("The child"),
        curves=_now("5, 25, 50, 75 and 95 of 100 children have less"),
        notes=tuple(notes),
    )
