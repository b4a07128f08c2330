"""One panel of a drawing: a number over time between its two axes. Geometry; `svg` writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from records.charts import stretches
from records.charts.axes import Axis, Scale, value_scale
from records.charts.labels import Labels
from records.charts.ranges import Ranges, ranges_of
from records.charts.readings import Reading
from records.charts.scores import Score
from records.charts.shapes import DIGIT, WIDTH, Band, BandName, Label, Mark, Panel, Stretch, Tick, at
from records.words import wording
from records.words.points import CHANGED, UNSURE
from records.words.rows import Number

NAMES_END = 100.0
"""Where the column ends in which the names of published ranges stand."""

LONGEST_NAME = 20
LINE_HEIGHT = 17.0
"""How far apart two numbers beside the axis must stand, on a phone."""

LONG_WAIT = timedelta(days=366)
"""No reading for longer than this, and for far longer than is usual here, is a gap."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a panel stands, and what stands above it."""

    top: float
    bottom: float
    title: str = ""


@dataclass(slots=True)
class PanelMaker:
    """One line of readings on its way to a `Panel`.

    `drawn`: readings with a number, oldest first; `placed`: those without one too. `spans`: stretches of them, where
    there are too many to draw each.
    """

    line: int
    place: Place
    drawn: Sequence[Reading]
    placed: Sequence[Reading]
    spans: Sequence[stretches.Span]
    score: Score
    exact: list[tuple[stretches.Span, list[Decimal]]] = field(init=False)
    ranges: Ranges = field(init=False)
    scale: Scale = field(init=False)

    def __post_init__(self) -> None:
        self.exact = [(span, stretches.known(span.readings, self.line)) for span in self.spans]
        self.ranges = ranges_of(self.drawn, self.line)
        self.scale = self._score_scale() if self.score.most else self._value_scale()

    def _value_scale(self) -> Scale:
        values = [reading.value(self.line) for reading in self.drawn if reading.drawn[self.line]]
        runs = self.ranges.runs
        return value_scale(
            [*values, *self.ranges.bounds],
            top=self.place.top,
            bottom=self.place.bottom,
            # A range that is open to one side needs room there, also where no reading lies within it.
            below=min((run.high for run in runs if run.low is None and run.high is not None), default=None),
            above=max((run.low for run in runs if run.high is None and run.low is not None), default=None),
            most=4 if self.place.bottom - self.place.top > 150 else 3,
        )

    def _score_scale(self) -> Scale:
        """A score's axis holds all totals that there can be, whatever was reached; a recorded one beyond them too."""
        values = [reading.value(self.line) for reading in self.drawn if reading.drawn[self.line]]
        low, high = min([Decimal(0), *values]), max([Decimal(self.score.most), *values])
        return Scale(low, high, self.place.top, self.place.bottom)

    # -- how much room the words beside it take

    @property
    def has_names(self) -> bool:
        """Whether the published ranges have names that are short enough to stand beside them."""
        return bool(self.score.ranges) and all(len(one.words) <= LONGEST_NAME for one in self.score.ranges)

    @property
    def left(self) -> float:
        if self.has_names:
            return NAMES_END
        words = [tick.words for tick in self.scale.ticks]
        words += [label.words for label in self._bounds_of(0)] if len(self.ranges.runs) > 1 else []
        return max(36.0, 10 + DIGIT * max(map(len, words), default=0))

    @property
    def right(self) -> float:
        words = [label.words for label in self._bounds_of(-1)]
        if self.score.most:
            words = [str(self.score.most)]
        longest = max(map(len, words), default=0)
        return WIDTH - 8 - DIGIT * longest if longest else WIDTH - 14.0

    def _bounds_of(self, run: int) -> list[Label]:
        """The bounds of the first range or the last, as words beside the axis at their height."""
        if not self.ranges.runs:
            return []
        bounds = (self.ranges.runs[run].high, self.ranges.runs[run].low)
        found = [(self.scale.y(one), wording.number(one)) for one in bounds if one is not None]
        if len(found) == 2 and found[1][0] - found[0][0] < LINE_HEIGHT:
            middle = (found[0][0] + found[1][0]) / 2
            found = [(middle - LINE_HEIGHT / 2, found[0][1]), (middle + LINE_HEIGHT / 2, found[1][1])]
        return [Label("", at(y), words) for y, words in found]

    # -- the whole of it

    def panel(self, axis: Axis, left: float, right: float) -> Panel:
        """The panel with everything in its place."""
        runs = self._segments()
        solid = tuple(self._points(run, axis) for run in runs if len(run) > 1)
        dashed = tuple(self._points((before[-1], after[0]), axis) for before, after in pairwise(runs))
        marks = tuple(self._marks(axis))
        if self.spans:
            solid, dashed = self._medians(axis)
        beside, values = self._beside(left, right)
        return Panel(
            top=self.place.top,
            bottom=self.place.bottom,
            title=self.place.title,
            bands=tuple(
                self._score_bands(left, right) if self.score.most else self._bands(axis, left, right)
            ),
            names=tuple(self._names()),
            values=values,
            beside=beside,
            solid=solid,
            dashed=dashed,
            marks=marks,
            stretches=tuple(self._stretches(axis)),
            labels=() if self.spans else Labels(self, axis, left, right, solid + dashed).labels(marks),
            is_cut=self.scale.is_cut,
        )

    def xy(self, reading: Reading, axis: Axis) -> tuple[float, float]:
        """Where a reading stands."""
        return axis.x(reading.at), self.scale.y(reading.value(self.line))

    def _points(self, readings: Sequence[Reading], axis: Axis) -> str:
        return " ".join(f"{at(x)},{at(y)}" for x, y in (self.xy(r, axis) for r in readings))

    def _segments(self) -> list[list[Reading]]:
        """The readings of a line, parted where one between them has no exact number, or there is none for long."""
        if self.spans:
            return []
        runs: list[list[Reading]] = [[]]
        known = [reading for reading in self.placed if reading.is_known(self.line)]
        waits = [after.at - before.at for before, after in pairwise(known)]
        longest = max(LONG_WAIT, 5 * sorted(waits)[len(waits) // 2]) if waits else LONG_WAIT
        for reading in self.placed:
            if not reading.is_known(self.line):
                if runs[-1]:
                    runs.append([])
                continue
            if runs[-1] and reading.at - runs[-1][-1].at > longest:
                runs.append([])
            runs[-1].append(reading)
        return [run for run in runs if run]

    # -- readings

    def _marks(self, axis: Axis) -> Iterator[Mark]:
        drawn = [reading for reading in self.drawn if reading.drawn[self.line]]
        if self.spans:
            drawn = [r for r in drawn if r.point.numbers[self.line].comparator]
            if len(drawn) > stretches.MOST_STRETCHES:
                return
        if not drawn:
            return
        values = [r.value(self.line) for r in self.drawn if r.drawn[self.line]]
        heights = [self.scale.y(min(values)), self.scale.y(max(values))]
        for reading in drawn:
            x, begins = self.xy(reading, axis)
            shape = shape_of(reading, self.line)
            # "< 40" may be less than anything: it never stands above the lowest, nor "> 300" below the highest.
            y = {"down": max(heights), "up": min(heights)}.get(shape, begins)
            stem = at(begins - y) if y != begins else ""
            yield Mark(at(x), at(y), shape, reading.words, stem)

    def _stretches(self, axis: Axis) -> Iterator[Stretch]:
        for span, values in self.exact:
            if not values:
                continue
            first, end = axis.x(span.first), axis.x(span.end)
            top, bottom = self.scale.y(max(values)), self.scale.y(min(values))
            words = stretches.words(span, values, self.drawn[0].point.unit)
            yield Stretch(at(first), at(top), at(end - first), at(max(bottom - top, 0.8)), words)

    def _medians(self, axis: Axis) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The line through the middles of the stretches, parted where a stretch has no exact number."""
        runs: list[list[str]] = [[]]
        before = None
        for span, values in self.exact:
            if not values:
                continue
            if before is not None and span.first > before:
                runs.append([])
            x = (axis.x(span.first) + axis.x(span.end)) / 2
            runs[-1].append(f"{at(x)},{at(self.scale.y(stretches.middle(values)))}")
            before = span.end
        solid = tuple(" ".join(run) for run in runs if len(run) > 1)
        return solid, tuple(f"{one[-1]} {other[0]}" for one, other in pairwise(runs) if one and other)

    # -- ranges

    def _bands(self, axis: Axis, left: float, right: float) -> Iterator[Band]:
        runs = self.ranges.runs
        for place, run in enumerate(runs):
            first = left if place == 0 and self.ranges.is_one else axis.x(run.first.at)
            end = right if self.ranges.is_one else axis.x(run.last.at)
            if place + 1 < len(runs):
                end = axis.x(runs[place + 1].first.at)
            if end - first < 8:
                first, end = max(first - 4, left), min(end + 4, right)
            top = self.scale.y(run.high) if run.high is not None else self.place.top
            bottom = self.scale.y(run.low) if run.low is not None else self.place.bottom
            edges = tuple(at(self.scale.y(one)) for one in (run.low, run.high) if one is not None)
            yield Band(at(first), at(top), at(end - first), at(max(bottom - top, 0.1)), edges)

    def _score_bands(self, left: float, right: float) -> Iterator[Band]:
        start = 0.0 if self.has_names else left
        for number, one in enumerate(self.score.ranges):
            top = self.scale.y(Decimal(one.high + 1)) if one.high < self.score.most else self.place.top
            bottom = self.scale.y(Decimal(one.low))
            edges = (at(bottom),) if one.low else ()
            yield Band(at(start), at(top), at(right - start), at(bottom - top), edges, bool(number % 2))
        for mark in self.score.marks:
            y = at(self.scale.y(Decimal(mark.value)))
            yield Band(at(start), y, at(right - start), "0", (y,), is_tinted=False)

    def _names(self) -> Iterator[BandName]:
        for one in self.score.ranges if self.has_names else ():
            high = one.high + 1 if one.high < self.score.most else one.high
            y = (self.scale.y(Decimal(one.low)) + self.scale.y(Decimal(high))) / 2
            words = one.words[:1].upper() + one.words[1:]
            parts = words.split(" ")
            lines = (words,) if len(words) <= 10 else (" ".join(parts[:-1]), parts[-1])
            yield BandName(at(y), words, tuple(filter(None, lines)))

    def _beside(self, left: float, right: float) -> tuple[tuple[Label, ...], tuple[Tick, ...]]:
        """The numbers beside the panel: bounds of ranges, and the round ones of the axis where they leave room."""
        if self.score.most:
            edges = {0, self.score.most, *(one.low for one in self.score.ranges)}
            edges |= {mark.value for mark in self.score.marks}
            numbers = [(self.scale.y(Decimal(edge)), str(edge)) for edge in sorted(edges)]
            room = [one for one, other in pairwise([*numbers, (-99.0, "")]) if one[0] - other[0] >= 12]
            return tuple(Label(at(right + 7), at(y), words, "start") for y, words in room), ()
        newest = [Label(at(right + 6), one.y, one.words, "start") for one in self._bounds_of(-1)]
        before = self._bounds_of(0) if len(self.ranges.runs) > 1 else []
        oldest = [Label(at(left - 7), one.y, one.words, "end") for one in before]
        values = [
            tick
            if all(abs(float(tick.at) - float(one.y)) >= LINE_HEIGHT for one in oldest)
            else Tick(tick.at, "")
            for tick in self.scale.ticks
        ]
        return (*newest, *oldest), tuple(values)


def shape_of(reading: Reading, line: int) -> str:
    """The shape of a reading: what is known of its number comes first."""
    number: Number = reading.point.numbers[line]
    if number.comparator:
        return "up" if number.comparator in {">", "≥"} else "down"
    if reading.point.state == UNSURE:
        return "unsure"
    if number.flagged:
        return "diamond"
    return "changed" if reading.point.state == CHANGED else "dot"
