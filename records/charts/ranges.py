"""The usual ranges that readings came with, each over the time for which it was recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from records.charts.readings import Reading, is_drawable
from records.words.rows import Number

MOST = 6
"""Ranges beyond these change from reading to reading: the table has each."""

Bounds = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class Run:
    """One range, from the first reading that came with it to the last, of those that follow one another."""

    first: Reading
    last: Reading
    low: Decimal | None
    high: Decimal | None


@dataclass(frozen=True, slots=True)
class Ranges:
    """The ranges of one line over time, oldest first; `without`: how many readings came with none. `are_many`: they
    change too often to be drawn."""

    runs: tuple[Run, ...] = ()
    without: int = 0
    are_many: bool = False

    @property
    def bounds(self) -> list[Decimal]:
        """Every bound of what is drawn."""
        return [one for run in self.runs for one in (run.low, run.high) if one is not None]

    @property
    def is_one(self) -> bool:
        """Whether there is but one, and every reading came with it."""
        return len(self.runs) == 1 and not self.without


def ranges_of(readings: Sequence[Reading], line: int) -> Ranges:
    """The ranges of readings, oldest first, that can draw this line."""
    runs: list[Run] = []
    without = 0
    for reading in readings:
        if not reading.drawn[line]:
            continue
        low, high = _bounds(reading.point.numbers[line])
        if low is None and high is None:
            without += 1
        elif runs and (runs[-1].low, runs[-1].high) == (low, high):
            runs[-1] = Run(runs[-1].first, reading, low, high)
        else:
            runs.append(Run(reading, reading, low, high))
    if len(runs) > MOST:
        return Ranges(without=without, are_many=True)
    return Ranges(tuple(runs), without)


def _bounds(number: Number) -> Bounds:
    low, high = number.low, number.high
    if (low is None and high is None) or (low is not None and high is not None and high < low):
        return None, None
    if any(one is not None and not is_drawable(Number(one)) for one in (low, high)):
        return None, None
    return low, high
