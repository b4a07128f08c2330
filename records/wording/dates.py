"""Dates and times in words, as precise as recorded and with their own offset; and as text that compares."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache

from django.utils import dateformat, formats
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _now

from records.fhir.elements import Period, Quantity, Range
from records.rows import When, Words
from records.wording.amounts import comparator, duration, number, time_code

_RECORDED = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?P<time>[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?\Z",
    re.ASCII,
)


def sort_key(recorded: str | None) -> str:
    """A recorded date as text that compares: later is greater; undated, or no date, is empty.

    A time with an offset is put at its own moment; a less precise date sorts before everything within it.
    """
    if not recorded or not _RECORDED.match(recorded):
        return ""  # what is no date would compare as later than every date
    if len(recorded) <= 10:
        return recorded
    try:
        moment = datetime.fromisoformat(recorded)
        if recorded[16:17] != ":":  # without seconds
            return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()[:19]
        # The same by hand, three times as quick: a long record has thousands of dates.
        offset = moment.utcoffset()
        if not offset:
            return f"{recorded[:10]}T{recorded[11:19]}"
        return (datetime.fromisoformat(recorded[:19]) - offset).isoformat()
    except (ValueError, OverflowError):
        return recorded[:10]


def day(recorded: str | None) -> str:
    """A date in words as precise as recorded, without the time: "2019", "March 2019", "March 9, 2019".

    What is not a FHIR date is given back as it was written.
    """
    return _day(recorded, get_language() or "") if recorded else ""


@lru_cache(maxsize=2000)
def _day(recorded: str, _language: str) -> str:
    """A page says the same few days again and again. The dates alone are kept, of nobody in particular."""
    match = _RECORDED.match(recorded)
    if not match:
        return recorded
    year, month, day_of_month = match["year"], match["month"], match["day"]
    if not month:
        return year
    try:
        value = date(int(year), int(month), int(day_of_month or 1))
    except ValueError:
        return recorded
    if not day_of_month:
        return formats.date_format(value, "YEAR_MONTH_FORMAT")
    # Django's own format abbreviates some months in English ("Nov. 20"), which reads as two kinds of date.
    return dateformat.format(value, pgettext("a day, a Django date format", "F j, Y"))


def moment(recorded: str | None) -> str:
    """A date or time in words with its own offset: "March 9, 2019, 2:30 PM (UTC−05:00)".

    A time without an offset is shown without one: which zone it was is not recorded.
    """
    if not recorded:
        return ""
    match = _RECORDED.match(recorded)
    if not match or not match["time"]:
        return day(recorded)
    words = clock(match["time"][1:])
    if not words:
        return recorded
    return _now("%(day)s, %(time)s") % {"day": day(recorded), "time": words + _zone(match)}


def clock(recorded: str) -> str:
    """A time of day in words, without its seconds: "2:30 PM"; empty where it is none."""
    try:
        value = datetime(2000, 1, 1, int(recorded[:2]), int(recorded[3:5]))  # noqa: DTZ001 (only the clock of it is shown)
    except ValueError:
        return ""
    return dateformat.format(value, pgettext("clock time, a Django date format", "g:i A"))


def _zone(match: re.Match[str]) -> str:
    zone = match["zone"]
    if not zone:
        return ""
    return " (UTC)" if zone in {"Z", "+00:00", "-00:00"} else f" (UTC{zone.replace('-', '−')})"


def machine(recorded: str | None) -> str:
    """A recorded date where it can stand in `<time datetime>`, else empty."""
    return recorded if recorded and _RECORDED.match(recorded) and " " not in recorded else ""


def is_after(recorded: str | None, moment: datetime) -> bool:
    """Whether a recorded instant is later than an aware moment; what has no offset is not said to be."""
    if not recorded:
        return False
    try:
        found = datetime.fromisoformat(recorded)
    except ValueError:
        return False
    return found.tzinfo is not None and found > moment


def when(recorded: str | None, label: Words = "") -> When | None:
    """A recorded date for a list; None where there is none."""
    if not recorded:
        return None
    return When(words=day(recorded), iso=machine(recorded), sort_key=sort_key(recorded), label=before(label))


def before(label: Words) -> str:
    """What stands before a date and says which one it is: "Started". Spanish parts the two by a colon."""
    return _before(str(label), get_language() or "") if label else ""


@lru_cache(maxsize=200)
def _before(label: str, _language: str) -> str:
    return (_now("%(label)s %(date)s") % {"label": label, "date": ""}).rstrip()


def _within_a_day(start: str, end: str) -> str:
    """Two times of one day and one offset: "March 9, 2019, 2:30 PM to 3:15 PM (UTC−05:00)"; else empty."""
    first, last = _RECORDED.match(start), _RECORDED.match(end)
    if not first or not last or not first["time"] or not last["time"] or start == end:
        return ""
    clocks = clock(first["time"][1:]), clock(last["time"][1:])
    if start[:10] != end[:10] or first["zone"] != last["zone"] or not all(clocks):
        return ""
    return _now("%(day)s, %(start)s to %(end)s") % {
        "day": day(start),
        "start": clocks[0],
        "end": clocks[1] + _zone(last),
    }


def span(period: Period | None, words: bool = True) -> str:
    """A period in words: "2019 to March 2021", "since 2019", "until March 2021"; empty where there is none."""
    if period is None or not (period.start or period.end):
        return ""
    within = "" if words else _within_a_day(period.start or "", period.end or "")
    if within:
        return within
    put = day if words else moment
    start, end = put(period.start), put(period.end)
    if start and end:
        return start if start == end else _now("%(start)s to %(end)s") % {"start": start, "end": end}
    if start:
        return (pgettext("a day", "since %s") if _is_day(period.start) else _now("since %s")) % start
    return (pgettext("a day", "until %s") if _is_day(period.end) else _now("until %s")) % end


def _is_day(recorded: str | None) -> bool:
    """Whether a date is known to the day or better: Spanish says "desde el 9 de marzo", but "desde marzo"."""
    match = _RECORDED.match(recorded or "")
    return match is not None and match["day"] is not None


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
