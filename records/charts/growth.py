"""A child's measures over its age, in front of the curves of reference. The child is drawn as any reading is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.charts.axes import Scale, value_scale
from records.charts.shapes import Chart, Curve, KeyItem, Mark, Panel, Tick, at

TOP, BOTTOM, LEFT, RIGHT, HEIGHT = 32.0, 216.0, 46.0, 366.0, 284.0
CHANGE = 2.0
"""Years from which on CDC's charts hold."""

NEAREST = 14.0
"""How far apart the names of two curves must stand."""


@dataclass(frozen=True, slots=True)
class Aged:
    """One measure at an age in years. `words`: its date, age and value. `shape`: as of any reading."""

    age: float
    value: Decimal
    words: str
    shape: str = "dot"
    day: str = ""

    @property
    def said(self) -> str:
        """Its date, age and value."""
        return self.words


@dataclass(frozen=True, slots=True)
class Reference:
    """One curve, in parts: its name and its points by age, in the unit of the readings."""

    name: str
    parts: Sequence[Sequence[tuple[float, float]]]
    is_middle: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """The words of a chart of growth."""

    sentence: str
    direction: str
    child: str
    curves: str
    notes: tuple[str, ...] = ()


def span_of(ages: Sequence[float]) -> tuple[float, float]:
    """The ages that a chart spans: from birth for small children, from a whole year before the first one else."""
    first, last = min(ages), max(ages)
    begin = 0.0 if first < CHANGE + 1 else float(int(first) - 1)
    return begin, min(20.0, max(last * 1.04, last + 0.1, begin + 1))


def growth_chart(readings: Sequence[Aged], curves: Sequence[Reference], unit: str, said: Said) -> Chart:
    """A chart of at least one reading."""
    first, last = span_of([one.age for one in readings])
    heights = [Decimal(f"{value:.3f}") for one in curves for part in one.parts for _age, value in part]
    scale = value_scale([*(one.value for one in readings), *heights], top=TOP, bottom=BOTTOM)

    def x(age: float) -> float:
        return LEFT + (RIGHT - LEFT) * (age - first) / (last - first)

    marks = tuple(Mark(at(x(one.age)), at(scale.y(one.value)), one.shape, one.words) for one in readings)
    line = [mark for mark in marks if mark.shape not in {"up", "down", "unsure"}]
    panel = Panel(
        top=TOP,
        bottom=BOTTOM,
        curves=tuple(_curves(curves, scale, x)),
        values=scale.ticks,
        solid=(" ".join(f"{mark.x},{mark.y}" for mark in line),) if len(line) > 1 else (),
        marks=marks,
        is_cut=scale.is_cut,
    )
    notes = list(said.notes)
    if scale.is_cut:
        ends = {"low": scale.ticks[0].words, "high": scale.ticks[-1].words}
        notes.append(_now("The scale runs from %(low)s to %(high)s and does not begin at zero.") % ends)
    return Chart(
        label=_now("%(sentence)s The table below says the same.") % {"sentence": said.sentence},
        sentence=said.sentence,
        direction=said.direction,
        unit=unit,
        left=LEFT,
        right=RIGHT,
        axis_y=BOTTOM,
        height=HEIGHT,
        panels=(panel,),
        times=tuple(_ages(first, last, x)),
        key=tuple(_key(marks, said)),
        notes=tuple(notes),
        rules=(Tick(at(x(CHANGE)), _now("WHO"), "CDC"),) if first < CHANGE < last else (),
        readings=readings,
    )


def _key(marks: Sequence[Mark], said: Said) -> Iterator[KeyItem]:
    from records.charts.keys import SHAPES

    shapes = {mark.shape for mark in marks}
    if "dot" in shapes:
        yield KeyItem("dot", said.child)
    for shape, words in SHAPES.items():
        if shape in shapes:
            yield KeyItem(shape, str(words))
    yield KeyItem("curve", said.curves)


def _curves(curves: Sequence[Reference], scale: Scale, x: object) -> Iterator[Curve]:
    assert callable(x)  # noqa: S101
    ends: list[float] = []
    for curve in sorted(curves, key=lambda one: (not one.is_middle, -abs(int(one.name) - 50))):
        for number, part in enumerate(curve.parts):
            places = [(x(age), scale.y(Decimal(f"{value:.3f}"))) for age, value in part]
            end_x, end_y = places[-1]
            is_last = number == len(curve.parts) - 1
            has_room = is_last and all(abs(end_y - other) >= NEAREST for other in ends)
            if has_room:
                ends.append(end_y)
            yield Curve(
                points=" ".join(f"{at(px)},{at(py)}" for px, py in places),
                words=curve.name if has_room else "",
                x=at(end_x),
                y=at(end_y),
                is_middle=curve.is_middle,
            )


def _ages(first: float, last: float, x: object) -> Iterator[Tick]:
    assert callable(x)  # noqa: S101
    if last <= 2.5:
        for months in range(0, int(last * 12) + 1, 6 if last > 1 else 3):
            if months / 12 >= first:
                words = ngettext("%d month", "%d months", months) % months if months else _now("Birth")
                yield Tick(at(x(months / 12)), words)
        return
    step = 1 if last - first <= 5 else 2 if last - first <= 10 else 5
    for year in range(int(first), int(last) + 1):
        if year >= first and year % step == 0:
            is_first = not year
            words = _now("Birth") if is_first else str(year)
            yield Tick(at(x(year)), words, _now("years old") if year and year + step > last else "")
