"""What a benchmark hands back, and the small tools that all of them measure with."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured thing beside its floor.

    `figure` and `floor` are in `unit`; without a floor (None) the figure itself is held against the limit. `at_least`
    turns the limit round: the ratio must reach it. `floor_name` says what the floor is. `best` is the lowest ratio of
    any single run: far below the median, it tells of a busy machine rather than of slow code.
    """

    name: str
    figure: float
    unit: str
    limit: float
    floor: float | None = None
    floor_name: str = ""
    at_least: bool = False
    best: float | None = None

    @property
    def ratio(self) -> float:
        """The figure in units of its floor."""
        if self.floor is None:
            return self.figure
        return self.figure / self.floor if self.floor else float("inf")

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.ratio >= self.limit if self.at_least else self.ratio <= self.limit


@dataclass(frozen=True, kw_only=True)
class Benchmark:
    """A question and how it is answered.

    Args:
        name: for `--only`.
        says: the promise, as a sentence.
        limits: every limit that its figures are held against, by a word of its own.
        run: measures; with True quickly, with fewer repetitions. It may set the process up as it likes, for it
            has one of its own.
    """

    name: str
    says: str
    limits: dict[str, float]
    run: Callable[[bool], list[Figure]]


Pairs = Sequence[tuple[float, float]]
"""Figure and floor, in seconds, measured together in one run after the other."""


def middle(pairs: Pairs) -> tuple[float, float]:
    """The pair whose ratio is the median."""
    ordered = sorted(pairs, key=lambda pair: pair[0] / pair[1])
    return ordered[len(ordered) // 2]


def timed(name: str, pairs: Pairs, *, beside: str, limit: float) -> Figure:
    """The figure of a thing that was timed beside its floor, in milliseconds."""
    figure, floor = middle(pairs)
    return Figure(
        name=name,
        figure=figure * 1000,
        floor=floor * 1000,
        floor_name=beside,
        unit="ms",
        limit=limit,
        best=min(one / other for one, other in pairs),
    )


def settle() -> None:
    """The garbage collector as `gunicorn.conf.py` sets it once everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
