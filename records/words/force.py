"""Whether a period is in force today, and whether a date is past or still to come. FHIR R4 Period.

An end that stands for none (9999-12-31) is no end, and one in the future is not over; a beginning in the future has not
begun. "inclusive" says the standard of an end that is a day: that day still belongs to it.
"""

from __future__ import annotations

from django.utils import timezone

from records.fhir.elements import Period
from records.words.instants import (
    LAWFUL,
    is_midnight_in_utc,
    is_no_date,
    shown_day,
    sort_key,
    understood,
)


def is_over(period: Period | None) -> bool:
    """Whether a period has ended: its last day is before today, its last moment is past."""
    return period is not None and is_past(period.end)


def is_to_come(period: Period | None) -> bool:
    """Whether a period has not begun."""
    return period is not None and is_future(period.start)


def in_force(period: Period | None) -> bool:
    """Whether today lies within a period, as far as the record says: what has no bounds is in force."""
    return not is_over(period) and not is_to_come(period)


def is_past(recorded: str | None) -> bool:
    """Whether a recorded day, month or year is over, or a time is past; what is no date is not."""
    own, now = _beside_now(recorded)
    return bool(own) and own < now


def is_future(recorded: str | None) -> bool:
    """Whether a recorded day, month, year or time has not come yet; what is no date is not said to be to come."""
    own, now = _beside_now(recorded)
    return bool(own) and own > now


def _beside_now(recorded: str | None) -> tuple[str, str]:
    """A recorded date and the present with the same precision and by the same clock, as texts that compare."""
    known = understood(recorded)
    if not known or is_no_date(known):
        return "", ""
    match = LAWFUL.match(known)
    if match is None or not match["time"] or is_midnight_in_utc(known):
        own = shown_day(known)
        return own, timezone.localdate().isoformat()[: len(own)]
    now = timezone.now() if match["zone"] else timezone.localtime()
    return sort_key(known)[:19], now.isoformat()[:19]


def bounded(period: Period | None) -> Period:
    """A period without the ends that stand for none."""
    if period is None:
        return Period()
    start, end = (None if is_no_date(one) else one for one in (period.start, period.end))
    return Period(start=start, end=end)
