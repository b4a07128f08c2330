"""What a drawing is made of. Coordinates are text, so that no language changes their decimal point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from django.utils.safestring import SafeString

WIDTH = 400
DIGIT, LETTER = 11.0, 9.5
"""How wide a digit is at most, and a letter, in the drawing's own units: on a phone its words are set larger."""


def at(place: float) -> str:
    """A coordinate, to a tenth of a unit, as short as it can be."""
    return f"{place:.1f}".removesuffix(".0")


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis: its place, its words, and a second line of them where it has one."""

    at: str
    words: str
    below: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One reading in the drawing, with its words.

    `shape`: dot, diamond (marked in the record), changed (corrected), unsure (may change), up or down (only a bound is
    known). `stem`: how far away, downwards, the number stands that an arrow begins at, where the two are not in one
    place.
    """

    x: str
    y: str
    shape: str
    words: str
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """All readings of a stretch of time: from the lowest to the highest, with its words."""

    x: str
    y: str
    width: str
    height: str
    words: str


@dataclass(frozen=True, slots=True)
class Label:
    """A number written into the drawing. `anchor` is SVG's text-anchor."""

    x: str
    y: str
    words: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Band:
    """A range behind the readings, from `x` on. `edges` are the y of its bounds, `lows` and `highs` their words."""

    x: str
    y: str
    width: str
    height: str
    edges: tuple[str, ...]
    is_tinted: bool = True


@dataclass(frozen=True, slots=True)
class BandName:
    """The name of a range beside it, in one line, and in two for a phone."""

    y: str
    words: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve of reference behind the readings. `words`: what it is called at its end, at `y`."""

    points: str
    words: str = ""
    x: str = ""
    y: str = ""
    is_middle: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """Readings of one number over time. Of a blood pressure there are two, one above the other.

    `title`: what stands above it, where there are two. `solid` and `dashed` are points for `polyline`. `stretches`
    stand in the place of `marks` where there are too many readings to draw each. `is_cut`: its axis does not begin at
    zero. `beside`: bounds of ranges, right of the drawing, and left of it where they were others before.
    """

    top: float
    bottom: float
    title: str = ""
    bands: tuple[Band, ...] = ()
    names: tuple[BandName, ...] = ()
    curves: tuple[Curve, ...] = ()
    values: tuple[Tick, ...] = ()
    beside: tuple[Label, ...] = ()
    solid: tuple[str, ...] = ()
    dashed: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    labels: tuple[Label, ...] = ()
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class KeyItem:
    """What a shape of the drawing means."""

    shape: str
    words: str


@dataclass(frozen=True, slots=True)
class Year:
    """All readings of one year in words: the middle one, the lowest and the highest, how many."""

    name: str
    middle: str
    lowest_to_highest: str
    count: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something beside the readings on a day: a prescription, a visit. A tick, and words; it claims no cause."""

    x: str
    words: str


class Told(Protocol):
    """A reading in words."""

    @property
    def day(self) -> str:
        """Its date."""

    @property
    def said(self) -> str:
        """Its value with the unit."""


@dataclass(frozen=True)
class Chart:
    """Everything that `components/chart.html` needs. `label` is read out in the drawing's place.

    `direction`: from where to where, in one sentence; empty where two ends cannot be told. `sentence`: how many
    readings, since when, lowest, highest. `title`: how its readings were taken, where there are several drawings.
    `key` says what the shapes mean, `notes` what is drawn otherwise than one thinks, or not at all. `years`: where
    there are too many readings to draw each. `readings`: what is drawn, oldest first.
    """

    label: str
    sentence: str
    unit: str
    left: float
    right: float
    axis_y: float
    height: float
    panels: tuple[Panel, ...]
    times: tuple[Tick, ...]
    key: tuple[KeyItem, ...] = ()
    notes: tuple[str, ...] = ()
    years: tuple[Year, ...] = ()
    title: str = ""
    direction: str = ""
    rules: tuple[Tick, ...] = ()
    events: tuple[Event, ...] = ()
    readings: Sequence[Told] = field(default=(), repr=False)

    @cached_property
    def table(self) -> tuple[tuple[str, str], ...]:
        """Every reading that is drawn, newest first, as date and value."""
        return tuple((one.day, one.said) for one in reversed(self.readings))

    @cached_property
    def svg(self) -> SafeString:
        """The drawing, for a page."""
        from records.charts.svg import svg

        return svg(self)

    @cached_property
    def for_paper(self) -> SafeString:
        """The drawing as a file of its own, in black on white, which needs no style sheet."""
        from records.charts.svg import on_paper

        return on_paper(self)

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Every reading that is drawn by itself, panel after panel."""
        return tuple(mark for panel in self.panels for mark in panel.marks)
