"""Too many readings to draw each: stretches of time, each with its middle, its lowest and its highest reading.

The middle of an even number is the lower of the two, so that it is a reading that was taken.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from operator import attrgetter

from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.charts.axes import months_on
from records.charts.readings import Reading
from records.charts.shapes import Year
from records.words import wording
from records.words.points import UNSURE

MOST_READINGS = 350
"""As many readings as the drawing is wide; more would lie on one another."""

MOST_STRETCHES = 72
DAYS = (1, 7)
MONTHS = (1, 3, 6, 12, 24, 60, 120, 600)

_at = attrgetter("at")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time with its readings, oldest first; the end is not in it."""

    first: datetime
    end: datetime
    readings: Sequence[Reading]

    @property
    def words(self) -> str:
        """When it is, no more exactly than it is parted: "2019", "January 2019 to June 2019"."""
        last = self.end - timedelta(days=1)
        if self.end - self.first <= timedelta(days=1):
            return wording.day(f"{self.first:%Y-%m-%d}")
        if self.first.day != 1 or self.end.day != 1:
            ends = [f"{one:%Y-%m-%d}" for one in (self.first, last)]
        elif self.first.month == self.end.month == 1:
            ends = [f"{self.first:%Y}", f"{last:%Y}"]
        else:
            ends = [f"{self.first:%Y-%m}", f"{last:%Y-%m}"]
        if ends[0] == ends[1]:
            return wording.day(ends[0])
        if len(ends[0]) == 7 and ends[0][:4] == ends[1][:4]:
            first = dateformat.format(self.first, "F")
            return _now("%(first)s to %(last)s") % {"first": first, "last": wording.day(ends[1])}
        return _now("%(first)s to %(last)s") % {
            "first": wording.day(ends[0]),
            "last": wording.day(ends[1]),
        }


def spans(placed: Sequence[Reading]) -> list[Span]:
    """Readings, oldest first, in calendar stretches of one length, without those that have none."""
    first, last = placed[0].at, placed[-1].at
    bounds = next(bounds for bounds in _partings(first, last) if len(bounds) - 1 <= MOST_STRETCHES)
    ends = [0, *(bisect_left(placed, bound, key=_at) for bound in bounds[1:-1]), len(placed)]
    return [
        Span(start, end, placed[begin:until])
        for (start, end), (begin, until) in zip(pairwise(bounds), pairwise(ends), strict=True)
        if begin < until
    ]


def _partings(first: datetime, last: datetime) -> Iterator[list[datetime]]:
    """Bounds of ever longer stretches, the first at or before the first reading, the last one behind the last."""
    day = first.replace(hour=0, minute=0, second=0, microsecond=0)
    for days in DAYS:
        count = (last - day).days // days + 1
        if count <= MOST_STRETCHES:
            yield [day + timedelta(days=days * number) for number in range(count + 1)]
    for months in MONTHS:
        start = months_on(day, -((day.year * 12 + day.month - 1) % months))
        bounds = [start]
        while bounds[-1] <= last and bounds[-1].year < 9999 and len(bounds) <= MOST_STRETCHES + 1:
            bounds.append(months_on(bounds[-1], months))
        yield bounds
    yield [day, datetime(9999, 12, 31)]  # noqa: DTZ001 (a place on paper)


def middle(values: Sequence[Decimal]) -> Decimal:
    """The reading with as many above as below it; the lower of two."""
    return sorted(values)[(len(values) - 1) // 2]


def known(readings: Sequence[Reading], line: int) -> list[Decimal]:
    """The exact numbers of a line."""
    return [
        number.value or _ZERO
        for reading in readings
        if reading.drawn[line]
        and reading.point.state != UNSURE
        and not (number := reading.point.numbers[line]).comparator
    ]


def words(span: Span, values: Sequence[Decimal], unit: str) -> str:
    """A stretch in words."""
    said = {
        "when": span.words,
        "middle": wording.number(middle(values)),
        "low": wording.number(min(values)),
        "high": wording.beside(wording.number(max(values)), unit),
        "count": counted(len(values)),
    }
    return _now("%(when)s: middle %(middle)s, from %(low)s to %(high)s, %(count)s") % said


def counted(count: int) -> str:
    """ "12 readings"."""
    return ngettext("%(count)s reading", "%(count)s readings", count) % {
        "count": number_format(count, use_l10n=True, force_grouping=True)
    }


def years(placed: Sequence[Reading], *, lines: Sequence[int]) -> Iterator[Year]:
    """Every year that has exact readings, newest first."""
    bounds = sorted({reading.at.year for reading in placed}, reverse=True)
    starts = [bisect_left(placed, datetime(year, 1, 1), key=_at) for year in bounds]  # noqa: DTZ001
    end = len(placed)
    for year, start in zip(bounds, starts, strict=True):
        here, end = placed[start:end], start
        values = [found for line in lines if (found := known(here, line))]
        if not values:
            continue
        yield Year(
            name=str(year),
            middle="/".join(wording.number(middle(one)) for one in values),
            lowest_to_highest=_over([_span(one) for one in values]),
            count=counted(len(here)),
        )


def _span(values: Sequence[Decimal]) -> str:
    low, high = wording.number(min(values)), wording.number(max(values))
    return low if low == high else _now("%(low)s to %(high)s") % {"low": low, "high": high}


def _over(spans: Sequence[str]) -> str:
    if len(spans) == 1:
        return spans[0]
    return _now("%(upper)s over %(lower)s") % {"upper": spans[0], "lower": spans[1]}
