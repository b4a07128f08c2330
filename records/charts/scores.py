"""Published ranges of a questionnaire's totals, as a drawing shows them: quiet bands with names, or marks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NamedRange:
    """One range of totals, both ends included."""

    low: int
    high: int
    words: str


@dataclass(frozen=True, slots=True)
class CutMark:
    """A total from which on the authors see more, and what they call it."""

    value: int
    words: str


@dataclass(frozen=True, slots=True)
class Score:
    """What is published of totals: the highest there can be (the lowest is 0), ranges, marks, and where."""

    most: int = 0
    ranges: tuple[NamedRange, ...] = ()
    marks: tuple[CutMark, ...] = ()
    published: str = ""


NO_SCORE = Score()
