"""Readings of one measure as a drawing that says what the table beside it says.

Truth before beauty: one drawing for each unit and each way of measuring, nothing converted; a line only through numbers
that are known; dashes where a reading between two others has none; an open arrow where only a bound is known; a date
stands no more exactly than it was recorded. Everything that is not drawn is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from operator import attrgetter

from django.utils.translation import gettext as _now

from records.charts import keys, stretches
from records.charts import words as wordings
from records.charts.axes import Axis, time_axis
from records.charts.panels import PanelMaker, Place
from records.charts.readings import Reading, reading_of
from records.charts.scores import NO_SCORE, Score
from records.charts.shapes import Chart, Event, at
from records.words.points import Point

TOP, BOTTOM, HEIGHT, RIGHT = 24.0, 206.0, 254.0, 386.0
UPPER, LOWER = (40.0, 176.0), (236.0, 340.0)
"""Where the two numbers of a blood pressure stand: one above the other, or each would cross the other's range."""

MOST_DRAWINGS = 4
"""Ways of measuring beyond these are told in words."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a drawing has in common with others: the time that it spans, what else happened then. `at_left` and
    `at_right`: where its time begins and ends in the drawing."""

    first: datetime | None = None
    last: datetime | None = None
    events: tuple[tuple[datetime, str], ...] = ()
    at_left: float = 0.0
    at_right: float = RIGHT


ALONE = Around()


def series_charts(
    points: Iterable[Point], *, score: Score = NO_SCORE, around: Around = ALONE
) -> tuple[Chart, ...]:
    """A drawing for each unit and way of measuring in which at least two readings have a number and a date.

    Args:
        points: all readings of one measure, in any order, whatever page of a table they stand on.
        score: published ranges of a questionnaire's totals.
        around: what it has in common with drawings above and below it.

    Returns:
        the one with the newest reading first; none where there is nothing to draw.
    """
    readings = [reading_of(point) for point in points]
    groups: dict[tuple[str, str], list[Reading]] = {}
    for reading in readings:
        if reading.has_number:
            groups.setdefault((reading.point.unit, reading.point.how), []).append(reading)
    enough = [name for name, own in groups.items() if len({r.at for r in own if r.is_placed}) >= 2]
    enough.sort(key=lambda name: max(r.at for r in groups[name] if r.is_placed), reverse=True)
    enough = enough[:MOST_DRAWINGS]
    alone = [r for name, own in groups.items() if name not in enough for r in own]
    without = [r for r in readings if not r.has_number]
    return tuple(
        _Drawing(
            name=name,
            readings=[*groups[name], *(r for r in without if len(groups) == 1 or r.point.how == name[1])],
            alone=alone,
            others=[other for other in enough if other != name],
            score=score,
            around=around,
        ).chart()
        for name in enough
    )


_at = attrgetter("at")


@dataclass(slots=True)
class _Drawing:
    """The readings of one unit and one way of measuring on their way to a `Chart`. `alone`: those that have no drawing.
    `others`: what has one besides."""

    name: tuple[str, str]
    readings: list[Reading]
    alone: list[Reading]
    others: list[tuple[str, str]]
    score: Score
    around: Around
    placed: list[Reading] = field(init=False)
    drawn: list[Reading] = field(init=False)
    spans: list[stretches.Span] = field(init=False)

    def __post_init__(self) -> None:
        self.placed = sorted((r for r in self.readings if r.is_placed), key=_at)
        self.drawn = [r for r in self.placed if r.has_number]
        is_long = len(self.drawn) > stretches.MOST_READINGS
        self.spans = stretches.spans(self.drawn) if is_long else []

    @property
    def unit(self) -> str:
        return self.name[0]

    @property
    def is_pressure(self) -> bool:
        """Whether there are two numbers to a reading."""
        return any(len(r.point.numbers) == 2 for r in self.drawn)

    @property
    def lines(self) -> tuple[int, ...]:
        """The places of the numbers in a reading, each of which is a line."""
        return tuple(line for line in (0, 1) if any(r.drawn[line] for r in self.drawn))

    def chart(self) -> Chart:
        """The whole drawing."""
        makers = [
            PanelMaker(line, place, self.drawn, self.placed, self.spans, self.score)
            for line, place in zip(self.lines, self._places(), strict=False)
        ]
        left = max(self.around.at_left, *(maker.left for maker in makers))
        right = min(self.around.at_right, *(maker.right for maker in makers))
        axis = time_axis(
            self.around.first or self.drawn[0].at,
            self.around.last or self.drawn[-1].at,
            left=left + 12,
            right=right - 12,
        )
        panels = tuple(maker.panel(axis, left, right) for maker in makers)
        bottom = panels[-1].bottom + (18 if len(panels) > 1 else 0)
        facts = wordings.Facts(
            drawn=self.drawn,
            readings=self.readings,
            alone=self.alone,
            others=self.others,
            spans=self.spans,
            unit=self.unit,
            lines=self.lines,
            ranges=[maker.ranges for maker in makers],
            scales=[maker.scale for maker in makers],
            score=self.score,
            years=tuple(stretches.years(self.drawn, lines=self.lines)) if self.spans else (),
        )
        sentence = wordings.sentence(facts)
        return Chart(
            label=_now("%(sentence)s The table below says the same.") % {"sentence": sentence},
            sentence=sentence,
            direction=wordings.direction(facts),
            unit=self.unit,
            left=left,
            right=right,
            axis_y=bottom,
            height=bottom + 48,
            panels=panels,
            times=axis.ticks,
            key=tuple(keys.key(panels, facts)),
            notes=tuple(wordings.notes(facts)),
            years=tuple(facts.years),
            title=self.name[1] or (_now("Where the record does not say how") if self.others else ""),
            events=tuple(self._events(axis)),
            readings=self.drawn,
        )

    def _places(self) -> Sequence[Place]:
        if len(self.lines) == 2:
            return (
                Place(*UPPER, _now("Upper number (systolic)")),
                Place(*LOWER, _now("Lower number (diastolic)")),
            )
        if self.score.most:
            return (Place(20.0, 236.0),)
        return (Place(TOP, BOTTOM),)

    def _events(self, axis: Axis) -> Iterator[Event]:
        for moment, words in self.around.events:
            if axis.first <= moment <= axis.last:
                yield Event(at(axis.x(moment)), words)
