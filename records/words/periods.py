"""Periods in words, as precise as recorded. FHIR R4 Period. An end that stands for none (9999-12-31) is no end."""

from __future__ import annotations

from django.utils.translation import gettext as _now
from django.utils.translation import pgettext

from records.fhir.elements import Period, Quantity, Range
from records.words.amounts import comparator, duration, number, time_code
from records.words.dates import both_clocks, clock, day, here_moment, in_zone, moment, own_moment
from records.words.instants import (
    LAWFUL,
    here,
    is_in_utc,
    is_midnight_in_utc,
    is_no_date,
    shown_day,
    understood,
)


def span(period: Period | None, words: bool = True) -> str:
    """A period in words: "2019 to March 2021", "since 2019", "until March 2021"; empty where there is none.

    Args:
        words: by days alone, as lists have it; else with the times, those in UTC by both clocks.
    """
    if period is None or not (period.start or period.end):
        return ""
    start, end = ("" if is_no_date(one) else one or "" for one in (period.start, period.end))
    if not start and not end:
        return "" if words else moment(period.start or period.end)
    if not start or not end:
        return _open(start, end, (day if words else moment)(start or end))
    return _days(start, end) if words else _times(start, end)


def _open(start: str, end: str, said: str) -> str:
    """Of one end alone. Spanish says "desde el 9 de marzo", but "desde marzo"."""
    match = LAWFUL.match(understood(start or end))
    if match is not None and match["day"] is not None:
        return (pgettext("a day", "since %s") if start else pgettext("a day", "until %s")) % said
    return (_now("since %s") if start else _now("until %s")) % said


def _days(start: str, end: str) -> str:
    first, last = understood(start), understood(end)
    if _is_utc_clock(first) and is_midnight_in_utc(last):
        end = here(last)[:10] or end  # beside a clock, midnight is one too
    elif is_midnight_in_utc(first) and _is_utc_clock(last) and shown_day(last) < shown_day(first):
        end = start
    return _from_to(day(start), day(end))


def _is_utc_clock(known: str) -> bool:
    return len(known) > 10 and is_in_utc(known) and not is_midnight_in_utc(known)


def _times(start: str, end: str) -> str:
    first, last = understood(start), understood(end)
    own = _within_a_day(first, last) or _from_to(
        own_moment(first) or day(start), own_moment(last) or day(end)
    )
    if not (is_in_utc(first) or is_in_utc(last)) or not (here_moment(first) or here_moment(last)):
        return own
    local = tuple(here(one)[:19] if is_in_utc(one) else one for one in (first, last))
    here_words = _within_a_day(*local) or _from_to(*(own_moment(one) or day(one) for one in local))
    of_day = is_midnight_in_utc(first) or is_midnight_in_utc(last)
    return both_clocks(_days(start, end) if of_day else "", here_words, own)


def _from_to(start: str, end: str) -> str:
    return start if start == end else _now("%(start)s to %(end)s") % {"start": start, "end": end}


def _within_a_day(start: str, end: str) -> str:
    """Two times of one day and one offset: "March 9, 2019, 2:30 PM to 3:15 PM (UTC−05:00)"; else empty."""
    first, last = LAWFUL.match(start), LAWFUL.match(end)
    if not first or not last or not first["time"] or not last["time"] or start == end:
        return ""
    clocks = clock(first["time"][1:]), clock(last["time"][1:])
    if start[:10] != end[:10] or first["zone"] != last["zone"] or not all(clocks):
        return ""
    return _now("%(day)s, %(start)s to %(end)s") % {
        "day": day(start[:10]),
        "start": clocks[0],
        "end": clocks[1] + in_zone(last["zone"], end),
    }


def beginning(
    recorded: str | None, period: Period | None, age: Quantity | None, ages: Range | None, text: str | None
) -> str:
    """onset[x] or abatement[x] in words, whichever way it was recorded: a date, a span, an age, a sentence."""
    said = [moment(recorded), span(period)]
    if age is not None and duration(age):
        said.append(_now("at age %s") % duration(age))
    if ages is not None:
        low, high = duration(ages.low), duration(ages.high)
        if low and high:
            if ages.low and ages.high and (time_code(ages.low) or "") == time_code(ages.high):
                low = comparator(ages.low) + number(ages.low.value)
            said.append(_now("at age %(low)s to %(high)s") % {"low": low, "high": high})
        elif low or high:
            said.append(_now("at age %s or later") % low if low else _now("up to age %s") % high)
    said.append((text or "").strip())
    return "; ".join(filter(None, said))
