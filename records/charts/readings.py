"""Readings with their numbers and their places in time, as exact as recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _now

from records.charts.axes import months_middle
from records.words import wording
from records.words.points import UNSURE, Point
from records.words.rows import Number

LARGEST_PLACES = 12
"""Numbers beyond a million million, or as near to zero, are left to the table."""

NOWHERE = datetime(1, 1, 1)  # noqa: DTZ001 (no moment)


@dataclass(slots=True)
class Reading:
    """A point with its place in time; `at` means nothing where `is_placed` is not so: its date is not exact enough."""

    point: Point
    at: datetime
    is_placed: bool
    is_month: bool
    drawn: tuple[bool, bool]

    @property
    def day(self) -> str:
        """The date as recorded, in words."""
        return wording.day(self.point.iso) if self.point.iso else _now("without a date")

    @property
    def has_number(self) -> bool:
        """Whether there is anything to draw."""
        return self.drawn[0] or self.drawn[1]

    def can_draw(self, line: int) -> bool:
        """Whether it has a number for this line (0 is the only or upper one)."""
        return self.drawn[line]

    def is_known(self, line: int) -> bool:
        """Whether its number for this line is known exactly, not only a bound, and will not change."""
        return self.drawn[line] and not self.point.numbers[line].comparator and self.point.state != UNSURE

    def value(self, line: int) -> Decimal:
        """Its number for a line that it can draw."""
        return self.point.numbers[line].value or _ZERO

    @property
    def said(self) -> str:
        """Its value with the unit."""
        return wording.beside(self.point.said, self.point.unit)

    @property
    def words(self) -> str:
        """Its date and its value."""
        return f"{self.day}: {self.said}".strip()


_ZERO = Decimal(0)


def is_drawable(number: Number) -> bool:
    value = number.value
    return value is not None and value.is_finite() and abs(value.adjusted()) <= LARGEST_PLACES


def reading_of(point: Point) -> Reading:
    """A point with its place in time, no more exact than recorded: a day is its noon, a month its middle."""
    recorded, numbers = point.iso, point.numbers
    is_month = len(recorded) == 7
    at = months_middle(recorded) if is_month else _moment(recorded)
    upper = bool(numbers) and is_drawable(numbers[0])
    lower = len(numbers) == 2 and is_drawable(numbers[1])
    return Reading(point, at or NOWHERE, at is not None, is_month and at is not None, (upper, lower))


def _moment(recorded: str) -> datetime | None:
    """A recorded day (its noon) or time (by its own clock); None for a year, for nothing, for what is no date."""
    if len(recorded) < 10:
        return None
    try:
        at = datetime.fromisoformat(recorded)
    except ValueError:
        return None
    return at.replace(hour=12) if len(recorded) == 10 else at.replace(tzinfo=None)
