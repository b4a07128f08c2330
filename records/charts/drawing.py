"""Readings of one measure as a drawing that says what the table beside it says. Geometry; a template makes the SVG.

Truth before beauty: one chart for each unit, nothing converted; a line only through numbers that are known; dashes
where a reading between two others has none; an open arrow where only a bound is known; a date stands no more exactly
than it was recorded. Everything that is not drawn is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _now

from records.charts import words as wordings
from records.charts.axes import Axis, Scale, time_axis, value_scale
from records.charts.readings import Reading, is_drawable, reading_of
from records.charts.shapes import BOTTOM, DIGIT, LETTER, RIGHT, TOP, WIDTH, Band, Chart, Label, Mark
from records.words import wording
from records.words.rows import Number, Row


def series_charts(rows: Iterable[Row]) -> tuple[Chart, ...]:
    """One chart for each unit in which at least two readings have a number and a date.

    Args:
        rows: the readings of one measure that the table shows, in any order.
    """
    readings = [reading_of(row, row.measure) for row in rows if row.measure is not None]
    by_unit: dict[str, list[Reading]] = {}
    for reading in readings:
        if reading.has_number:
            by_unit.setdefault(reading.measure.unit, []).append(reading)
    enough = [unit for unit, own in by_unit.items() if len({r.at for r in own if r.is_placed}) >= 2]
    alone = [r for unit, own in by_unit.items() if unit not in enough for r in own]
    return tuple(
        _Drawing(
            unit=unit,
            readings=[r for r in readings if r.measure.unit == unit or not r.has_number],
            alone=alone,
            several=len(enough) > 1,
        ).chart()
        for unit in enough
    )


@dataclass(slots=True)
class _Drawing:
    """The readings of one unit on their way to a `Chart`. `alone`: those of units that get no drawing."""

    unit: str
    readings: list[Reading]
    alone: list[Reading]
    several: bool
    placed: list[Reading] = field(init=False)
    scale: Scale = field(init=False)
    axis: Axis = field(init=False)
    left: float = field(init=False)

    def __post_init__(self) -> None:
        self.placed = sorted((r for r in self.readings if r.is_placed), key=lambda r: r.at)
        drawn = [r for r in self.placed if r.has_number]
        values = [r.value(line) for r in drawn for line in (0, 1) if r.can_draw(line)]
        low, high = self._range()
        bounds = [bound for bound in (low, high) if bound is not None]
        self.scale = value_scale(
            [*values, *bounds],
            top=TOP,
            bottom=BOTTOM,
            # A range that is open to one side needs room there, also where no reading lies within it.
            below=high if low is None else None,
            above=low if high is None else None,
        )
        self.left = max(36.0, 10 + DIGIT * max(len(tick.words) for tick in self.scale.ticks))
        self.axis = time_axis(drawn[0].at, drawn[-1].at, left=self.left + 12, right=RIGHT - 18)

    @property
    def is_pressure(self) -> bool:
        """Whether there are two numbers to a reading."""
        return any(len(r.measure.numbers) == 2 for r in self.readings)

    @property
    def lines(self) -> tuple[int, ...]:
        """The places of the numbers in a reading, each of which is a line."""
        return (0, 1) if self.is_pressure else (0,)

    def chart(self) -> Chart:
        """The whole drawing."""
        marks = tuple(mark for line in self.lines for mark in self._marks(line))
        dashed = tuple(points for line in self.lines for points in self._gaps(line))
        sentence = wordings.sentence(self.placed, self.unit, is_pressure=self.is_pressure)
        return Chart(
            label=_now("%(sentence)s The table below says the same.") % {"sentence": sentence},
            sentence=sentence,
            unit=self.unit,
            left=f"{self.left:.1f}",
            right=f"{RIGHT:.1f}",
            width=f"{RIGHT - self.left:.1f}",
            axis_y=f"{BOTTOM:.1f}",
            band=self._band(),
            values=self.scale.ticks,
            times=self.axis.ticks,
            solid=tuple(points for line in self.lines for points in self._runs(line)),
            dashed=dashed,
            marks=marks,
            labels=tuple(self._labels()),
            key=frozenset(mark.shape for mark in marks) | ({"gap"} if dashed else set()),
            notes=(
                *wordings.cut(self.scale),
                *wordings.notes(self.readings, self.alone, several=self.several),
            ),
            is_pressure=self.is_pressure,
            is_cut=self.scale.is_cut,
        )

    # -- where things stand

    def _place(self, reading: Reading, line: int) -> tuple[float, float]:
        return self.axis.x(reading.at), self.scale.y(reading.value(line))

    def _segments(self, line: int) -> list[list[Reading]]:
        """The readings of a line, parted where one between them has no number or only a bound."""
        runs: list[list[Reading]] = [[]]
        for reading in self.placed:
            if reading.is_known(line):
                runs[-1].append(reading)
            elif runs[-1]:
                runs.append([])
        return [run for run in runs if run]

    def _runs(self, line: int) -> Iterator[str]:
        for run in self._segments(line):
            if len(run) > 1:
                yield " ".join("{:.1f},{:.1f}".format(*self._place(r, line)) for r in run)

    def _gaps(self, line: int) -> Iterator[str]:
        runs = self._segments(line)
        for before, after in pairwise(runs):
            ends = (self._place(before[-1], line), self._place(after[0], line))
            yield " ".join(f"{x:.1f},{y:.1f}" for x, y in ends)

    def _marks(self, line: int) -> Iterator[Mark]:
        drawn = [reading for reading in self.placed if reading.can_draw(line)]
        heights = [self._place(reading, line)[1] for reading in drawn]
        for reading in drawn:
            x, begins = self._place(reading, line)
            shape = _shape(reading.measure.numbers[line], line)
            # "< 40" may be less than anything: it never stands above the lowest, nor "> 300" below the highest.
            y = {"down": max(heights), "up": min(heights)}.get(shape, begins)
            said = f"{reading.day}: {reading.measure.value} {self.unit}".strip()
            stem = f"{begins - y:.1f}" if y != begins else ""
            yield Mark(f"{x:.1f}", f"{y:.1f}", shape, said, stem)

    def _labels(self) -> Iterator[Label]:
        """The newest number of each line, its highest and its lowest, as far as they do not cover one another."""
        taken = list(self._band_name())
        for line in self.lines:
            known = [r for r in self.placed if r.is_known(line)]
            if not known:
                continue
            values = [r.value(line) for r in known]
            highest, lowest = known[values.index(max(values))], known[values.index(min(values))]
            wanted = [(known[-1], line == 0 and known[-1] is not lowest), (highest, True), (lowest, False)]
            for reading, above in wanted:
                x, y = self._place(reading, line)
                words = wording.number(reading.value(line))
                half = DIGIT * len(words) / 2
                middle = min(max(x, self.left + half), WIDTH - half - 2)
                over, under = y - 11, y + 25
                sides = [over, under] if above else [under, over]
                for baseline in (side for side in sides if side <= BOTTOM - 2):
                    box = (middle - half - 2, baseline - 16, middle + half + 2, baseline + 3)
                    if not any(_overlap(box, other) for other in taken):
                        taken.append(box)
                        yield Label(f"{middle:.1f}", f"{baseline:.1f}", words)
                        break

    def _band_name(self) -> Iterator[tuple[float, float, float, float]]:
        """Where the name of the usual range stands, at its largest, which is on a phone."""
        band = self._band()
        if band is not None:
            baseline = float(band.words_y)
            yield (self.left + 5, baseline - 15, self.left + 9 + LETTER * len(band.words), baseline + 4)

    def _range(self) -> tuple[Decimal | None, Decimal | None]:
        """The one usual range that every drawn reading has; two Nones where there is none."""
        given = {(r.measure.numbers[0].low, r.measure.numbers[0].high) for r in self.placed if r.can_draw(0)}
        if self.is_pressure or len(given) != 1:
            return (None, None)
        low, high = given.pop()
        if any(bound is not None and not is_drawable(Number(bound)) for bound in (low, high)):
            return (None, None)
        return low, high

    def _band(self) -> Band | None:
        low, high = self._range()
        if low is None and high is None:
            return None
        top = self.scale.y(high) if high is not None else TOP
        bottom = self.scale.y(low) if low is not None else BOTTOM
        if bottom < top:
            return None
        said = {"low": wording.number(low), "high": wording.number(high)}
        if low is not None and high is not None:
            words = _now("Usual range, %(low)s to %(high)s") % said
        elif high is not None:
            words = _now("Usual range, %(high)s or less") % said
        else:
            words = _now("Usual range, %(low)s or more") % said
        edges = tuple(f"{self.scale.y(bound):.1f}" for bound in (low, high) if bound is not None)
        return Band(f"{top:.1f}", f"{max(bottom - top, 0.1):.1f}", words, f"{bottom - 7:.1f}", edges)


def _shape(number: Number, line: int) -> str:
    if number.comparator:
        return "up" if number.comparator in {">", "≥"} else "down"
    if number.flagged:
        return "diamond"
    return "ring" if line else "dot"


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
