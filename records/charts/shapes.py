"""What a drawing is made of. Coordinates are text, so that no language changes their decimal point."""

from __future__ import annotations

from dataclasses import dataclass

WIDTH, HEIGHT = 400, 254
TOP, BOTTOM, RIGHT = 24.0, 206.0, 386.0
DIGIT, LETTER = 11.0, 9.5
"""How wide a digit is at most, and a letter, in the drawing's own units: on a phone its words are set larger."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One mark of an axis: its place, its words, and a second line of them where it has one."""

    at: str
    words: str
    below: str = ""
    words_at: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One reading in the drawing, with its words.

    `shape`: dot, ring (the lower of two), diamond (marked in the record), up or down (only a bound is known).
    `stem`: how far away, downwards, the number stands that an arrow begins at, where the two are not in one place.
    """

    x: str
    y: str
    shape: str
    words: str
    stem: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """A number written into the drawing, at the reading that it belongs to. `anchor` is SVG's text-anchor."""

    x: str
    y: str
    words: str
    anchor: str = "middle"


@dataclass(frozen=True, slots=True)
class Band:
    """The usual range, where every reading has the same one. `edges` are the y of its bounds."""

    y: str
    height: str
    words: str
    words_y: str
    edges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that `components/chart.html` needs. `label` is read out in the drawing's place.

    `solid` and `dashed` are points for `polyline`. `key` names the shapes that occur. `notes` say what is not drawn.
    `is_cut`: the axis of values does not begin at zero.
    """

    label: str
    sentence: str
    unit: str
    left: str
    right: str
    width: str
    axis_y: str
    band: Band | None
    values: tuple[Tick, ...]
    times: tuple[Tick, ...]
    solid: tuple[str, ...]
    dashed: tuple[str, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]
    key: frozenset[str]
    notes: tuple[str, ...] = ()
    is_pressure: bool = False
    is_cut: bool = False
