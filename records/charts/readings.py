"""Readings with their numbers and their places in time, as exact as recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _now

from records.charts.axes import months_middle
from records.words.rows import Measure, Number, Row

LARGEST_PLACES = 12
"""Numbers beyond a million million, or as near to zero, are left to the table."""

NOWHERE = datetime(1, 1, 1)  # noqa: DTZ001 (no moment)


@dataclass(frozen=True, slots=True)
class Reading:
    """A row with its place in time; `at` means nothing where `is_placed` is not so: its date is not exact enough."""

    row: Row
    measure: Measure
    at: datetime = NOWHERE
    is_placed: bool = False
    is_month: bool = False

    @property
    def day(self) -> str:
        """The date as recorded, in words."""
        return str(self.row.when.words) if self.row.when is not None else _now("without a date")

    @property
    def has_number(self) -> bool:
        """Whether there is anything to draw."""
        return self.can_draw(0) or self.can_draw(1)

    def is_known(self, line: int) -> bool:
        """Whether its number for this line is known exactly, not only a bound."""
        return self.can_draw(line) and not self.measure.numbers[line].comparator

    def value(self, line: int) -> Decimal:
        """Its number for a line that it can draw."""
        return self.measure.numbers[line].value or Decimal(0)

    def can_draw(self, line: int) -> bool:
        """Whether it has a number for this line (0 is the only or upper one)."""
        return line < len(self.measure.numbers) and is_drawable(self.measure.numbers[line])


def is_drawable(number: Number) -> bool:
    value = number.value
    return value is not None and value.is_finite() and abs(value.adjusted()) <= LARGEST_PLACES


def reading_of(row: Row, measure: Measure) -> Reading:
    """A row with its place in time, no more exact than recorded: a day is its noon, a month its middle."""
    recorded = row.when.iso if row.when is not None else ""
    at = months_middle(recorded) if len(recorded) == 7 else _moment(recorded)
    if at is None:
        return Reading(row, measure)
    return Reading(row, measure, at, is_placed=True, is_month=len(recorded) == 7)


def _moment(recorded: str) -> datetime | None:
    """A recorded day (its noon) or time (by its own clock); None for a year, for nothing, for what is no date."""
    if len(recorded) < 10:
        return None
    try:
        at = datetime.fromisoformat(recorded).replace(tzinfo=None)
    except ValueError:
        return None
    return at.replace(hour=12) if len(recorded) == 10 else at
