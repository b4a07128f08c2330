"""Numbers written into a drawing: the newest, the highest, the lowest, where they lie on no line and on one another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from records.charts.axes import Axis
from records.charts.shapes import DIGIT, Label, Mark, at
from records.words import wording

if TYPE_CHECKING:
    from records.charts.panels import PanelMaker
    from records.charts.readings import Reading

Box = tuple[float, float, float, float]
Segment = tuple[tuple[float, float], tuple[float, float]]
HEIGHT = 16.0
"""How high a number is, on a phone."""


class Labels:
    """Finds the places for the numbers of one panel."""

    def __init__(
        self, maker: PanelMaker, axis: Axis, left: float, right: float, lines: Sequence[str]
    ) -> None:
        self._maker, self._axis, self._left, self._right = maker, axis, left, right
        self._grid = [float(tick.at) for tick in maker.scale.ticks]
        self._segments = [segment for points in lines for segment in _segments_of(points)]

    def labels(self, marks: Iterable[Mark]) -> tuple[Label, ...]:
        """Those numbers that have room."""
        taken = [_around(float(mark.x), float(mark.y), 6.0, 6.0) for mark in marks]
        found: list[Label] = []
        for reading, above in self._wanted():
            placed = self._place(reading, above, taken)
            if placed is not None:
                label, box = placed
                taken.append(box)
                found.append(label)
        return tuple(found)

    def _wanted(self) -> Iterator[tuple[Reading, bool]]:
        line = self._maker.line
        known = [reading for reading in self._maker.placed if reading.is_known(line)]
        if not known:
            return
        values = [reading.value(line) for reading in known]
        highest, lowest = known[values.index(max(values))], known[values.index(min(values))]
        seen: list[Reading] = []
        for reading, above in ((known[-1], known[-1] is not lowest), (highest, True), (lowest, False)):
            if not any(reading is one for one in seen):
                seen.append(reading)
                yield reading, above

    def _place(self, reading: Reading, above: bool, taken: Sequence[Box]) -> tuple[Label, Box] | None:
        x, y = self._maker.xy(reading, self._axis)
        words = wording.number(reading.value(self._maker.line))
        half = DIGIT * len(words) / 2
        middle = min(max(x, self._left + half + 2), self._right - half)
        over, under = y - 10, y + 10 + HEIGHT
        place = self._maker.place
        sides = (over, under) if above else (under, over)
        # Off the grid too, where that can be had.
        for baseline, off_grid in ((side, off) for off in (True, False) for side in sides):
            box = (middle - half, baseline - HEIGHT, middle + half, baseline + 2)
            if box[3] > place.bottom or box[1] < place.top - 22:
                continue
            if any(_overlap(box, other) for other in taken):
                continue
            if any(_crosses(box, segment) for segment in self._segments):
                continue
            if off_grid and any(box[1] < y < box[3] for y in self._grid):
                continue
            return Label(at(middle), at(baseline), words), box
        return None


def _around(x: float, y: float, wide: float, high: float) -> Box:
    return x - wide, y - high, x + wide, y + high


def _segments_of(points: str) -> Iterator[Segment]:
    places = [tuple(map(float, one.split(","))) for one in points.split()]
    for one, other in pairwise(places):
        yield (one[0], one[1]), (other[0], other[1])


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _crosses(box: Box, segment: Segment) -> bool:
    """Whether a line goes through a box: it is cut down to the box's width, and then held against its height."""
    (x1, y1), (x2, y2) = sorted(segment)
    if x2 < box[0] or x1 > box[2]:
        return False
    if x1 == x2:
        low, high = min(y1, y2), max(y1, y2)
    else:
        ends = [y1 + (y2 - y1) * (min(max(x, x1), x2) - x1) / (x2 - x1) for x in (box[0], box[2])]
        low, high = min(ends), max(ends)
    return low < box[3] and high > box[1]
