"""The two axes of a chart: round numbers upwards, round moments along, each with its place in the drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from django.utils import dateformat
from django.utils.translation import pgettext

from records.charts.shapes import Tick, at

MOST_STEPS = 4
"""Lines across at most, but for the lowest: more would crowd a phone."""

MOST_MOMENTS = 4
HOURS = (1, 2, 3, 6, 12)
DAYS = (1, 2, 4, 7, 14)
MONTHS = (1, 2, 3, 6)
YEARS = (1, 2, 5, 10, 20, 50, 100, 500)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values upwards. `low` and `high` are its ends, `top` and `bottom` where these stand."""

    low: Decimal
    high: Decimal
    top: float
    bottom: float
    ticks: tuple[Tick, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Whether zero is not on it, so that twice as high is not twice as much."""
        return self.low > 0 or self.high < 0

    def y(self, value: Decimal) -> float:
        """Where a value stands; one beyond the ends stands at the end."""
        part = (value - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * float(min(max(part, Decimal(0)), Decimal(1)))


def value_scale(
    values: Sequence[Decimal],
    *,
    top: float,
    bottom: float,
    below: Decimal | None = None,
    above: Decimal | None = None,
    most: int = MOST_STEPS,
) -> Scale:
    """A scale that holds all these finite values, with round steps of 1, 2 or 5.

    Args:
        below, above: one of the values, beside which there is to be room in this direction.
        most: how many steps there may be, but for one or two more that round numbers need.
    """
    low, high = min(values), max(values)
    spread = high - low or max(abs(high) / 10, Decimal(1))
    step = _round_step(spread / most)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    if first == last:
        first, last = first - 1, last + 1
    if below is not None and first * step >= below:
        first -= 1
    if above is not None and last * step <= above:
        last += 1
    scale = Scale(first * step, last * step, top, bottom)
    ticks = []
    for count in range(int(last - first) + 1):
        value = (first + count) * step
        ticks.append(Tick(at(scale.y(value)), _plain(value, step)))
    return Scale(scale.low, scale.high, top, bottom, tuple(ticks))


def _round_step(at_least: Decimal) -> Decimal:
    power = Decimal(1).scaleb(at_least.adjusted())
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= at_least)


def _plain(value: Decimal, step: Decimal) -> str:
    places = max(0, -step.normalize().as_tuple().exponent)  # type: ignore[operator]  # finite: an int
    return format(value.quantize(Decimal(1).scaleb(-places)) + 0, "f")


@dataclass(frozen=True, slots=True)
class Axis:
    """Moments along, from `first` to `last`."""

    first: datetime
    last: datetime
    left: float
    right: float
    ticks: tuple[Tick, ...] = ()

    def x(self, moment: datetime) -> float:
        """Where a moment stands; one beyond the ends stands at the end."""
        if self.last == self.first:
            return (self.left + self.right) / 2
        part = (moment - self.first) / (self.last - self.first)
        return self.left + (self.right - self.left) * min(max(part, 0.0), 1.0)


def time_axis(first: datetime, last: datetime, *, left: float, right: float) -> Axis:
    """An axis from one moment to a later one, with at most five round moments on it."""
    axis = Axis(first, last, left, right)
    moments, form, form_below = _moments(first, last)
    ticks: list[Tick] = []
    said = ""
    for moment in moments:
        below = dateformat.format(moment, form_below) if form_below else ""
        ticks.append(
            Tick(at(axis.x(moment)), dateformat.format(moment, form), "" if below == said else below)
        )
        said = below
    return Axis(first, last, left, right, tuple(ticks))


def _moments(first: datetime, last: datetime) -> tuple[list[datetime], str, str]:
    """Round moments within, and how to put them in words: a Django date format, and one for the line below."""
    month_form = pgettext("a month on a chart, a Django date format", "M")
    day_form = pgettext("a day on a chart, a Django date format", "M j")
    hour_form = pgettext("an hour on a chart, a Django date format", "g A")
    span = last - first
    if span <= timedelta(days=2):
        for step in HOURS:
            moments = list(_every(first, last, timedelta(hours=step)))
            if len(moments) <= MOST_MOMENTS:
                return moments or [first], hour_form, day_form
    if span <= timedelta(days=60):
        for step in DAYS:
            moments = list(_every(first, last, timedelta(days=step)))
            if len(moments) <= MOST_MOMENTS:
                return moments or [first], day_form, "Y"
    for step in MONTHS if span <= timedelta(days=3700) else ():
        moments = list(_months(first, last, step))
        if len(moments) <= MOST_MOMENTS:
            return moments or [first], month_form, "Y"
    for step in YEARS:
        moments = list(_months(first, last, 12 * step))
        if len(moments) <= MOST_MOMENTS + 1:
            return moments or [first], "Y", ""
    return [first, last], "Y", ""


def months_on(day: datetime, months: int) -> datetime:
    """The first of a month, so many months after the one that a day is in."""
    count = day.year * 12 + day.month - 1 + months
    return datetime(min(count // 12, 9999), count % 12 + 1, 1)  # noqa: DTZ001 (a place on paper)


def _every(first: datetime, last: datetime, step: timedelta) -> Iterator[datetime]:
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    moment = day
    while moment <= last:
        if moment >= first:
            yield moment
        moment += step


def _months(first: datetime, last: datetime, step: int) -> Iterator[datetime]:
    months = -(-(first.year * 12 + first.month - 1) // step) * step
    while months // 12 <= last.year and months // 12 < 9999:
        moment = datetime(months // 12, months % 12 + 1, 1)  # noqa: DTZ001 (a place on paper)
        if first <= moment <= last:
            yield moment
        months += step


def months_middle(recorded: str) -> datetime | None:
    """The middle of a recorded month ("2024-10"); None where it is none."""
    try:
        return datetime(int(recorded[:4]), int(recorded[5:7]), 15, 12)  # noqa: DTZ001 (a place on paper)
    except ValueError:
        return None
