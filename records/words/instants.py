"""Recorded dates and times as they are read: what stands for a date, which day it names, where it stands in an order.

Three things are decided here and nowhere else:

- What is written against FHIR's form, but can be read in one way only, is read (`understood`).
- Days that systems write where they have no date are no date (`is_no_date`).
- A time in UTC (`Z`) says nothing of where it was, so that its day is the agency's (`shown_day`). One with an offset
  of its own keeps it, `+00:00` too; `-00:00` says what `Z` says (RFC 9557, section 2.2). Exactly midnight in UTC is
  what many servers write for a day: it stays that day.

FHIR R4 date, dateTime, instant. Every entry of a long record is dated here: what is lawful takes the quick way.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from django.utils import timezone

LAWFUL = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)(?P<time>T\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:\d\d)?)?)?\Z",
    re.ASCII,
)
"""As FHIR writes dates, and what of them has always been read: a time without seconds, or without an offset."""

_lawful = LAWFUL.match

_WRITTEN = re.compile(
    r"(?P<year>\d{4})\s*(?P<parting>[-/.]?)\s*(?P<month>\d\d?)\s*(?P=parting)\s*(?P<day>\d\d?)"
    r"(?:\s*[T\s]\s*(?P<hour>\d\d?)\s*:\s*(?P<minute>\d\d)(?:\s*:\s*(?P<second>\d\d)(?:\s*[.,]\s*(?P<part>\d+))?)?"
    r"|T?(?P<clock>\d{4}(?:\d\d)?)(?:[.,](?P<clock_part>\d+))?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\s*\d\d?(?:\s*:?\s*\d\d)?)?",
    re.ASCII | re.IGNORECASE,
)
"""A year first, then month and day: nobody reads that in another order. HL7 v2 writes it without any parting."""

_NO_YEARS = frozenset({"9999", "0001", "0000"})
_FIRST_DAY = "1900-01-01"
_SUSPECT = _NO_YEARS | {"1899", "1900"}
_MARGIN = timedelta(hours=1)
_DAY = timedelta(days=1)


def understood(recorded: str | None) -> str:
    """A recorded date in FHIR's form; empty where it is none, or could be read in several ways ("03/05/2026").

    Read are offsets without a colon, blanks about colons, a blank for the T, a month of one digit, a comma before
    fractions, and dates without any parting, as HL7 v2 has them.
    """
    if not recorded:
        return ""
    return recorded if _lawful(recorded) else _tidied(recorded)


@lru_cache(maxsize=2000)
def _tidied(recorded: str) -> str:
    written = recorded.strip().replace("\u2212", "-")
    found = _WRITTEN.fullmatch(written) if len(written) <= 60 else None
    if found is None or (found["clock"] and found["parting"]) or not _has_both_digits(found):
        return written if _lawful(written) else ""
    clock = found["clock"] or ""
    hour, minute = found["hour"] or clock[:2], found["minute"] or clock[2:4]
    second, part = found["second"] or clock[4:6], found["part"] or found["clock_part"] or ""
    zone = _offset(found["zone"] or "")
    day = f"{found['year']}-{found['month']:0>2}-{found['day']:0>2}"
    try:
        date.fromisoformat(day)
    except ValueError:
        return ""
    if not hour:
        return "" if zone else day
    time = f"T{hour:0>2}:{minute}" + (f":{second}" if second else ":00" if zone else "")
    return f"{day}{time}{f'.{part}' if part and second else ''}{zone}"


def _has_both_digits(found: re.Match[str]) -> bool:
    """Whether a date without any parting is of eight digits: "2026315" could be two days."""
    return bool(found["parting"]) or len(found["month"]) == len(found["day"]) == 2


def _offset(written: str) -> str:
    """An offset in FHIR's form: "-5", "-0500" and "- 05:00" are "-05:00"."""
    if not written or written.upper() in {"Z", "UTC", "GMT"}:
        return "Z" if written else ""
    digits = "".join(filter(str.isdigit, written))
    hours = digits if len(digits) <= 2 else digits[:-2]
    return f"{written[0]}{hours:0>2}:{digits[-2:] if len(digits) > 2 else '00'}"


# ---------------------------------------------------------------- what is no date


def is_no_date(recorded: str | None) -> bool:
    """Whether it is a day that systems write for want of a date: 9999-12-31, 0001-01-01 and 1900-01-01.

    So are all days of the years 9999 and 1, and a time that is on 1900-01-01 here or in UTC. Of a birth date
    1900-01-01 may be true: `records.service.patient` says so.
    """
    if not recorded:
        return False
    known = understood(recorded)
    return known[:4] in _SUSPECT and _is_no_date(known)


def _is_no_date(known: str) -> bool:
    if known[:4] in _NO_YEARS or known[:10] == _FIRST_DAY:
        return True
    return len(known) > 10 and _FIRST_DAY in (
        _key(known)[:10],
        _shown(known, timezone.get_current_timezone()),
    )


def given(*recorded: str | None) -> str | None:
    """The first of several dates that is one; else the first that was recorded at all."""
    for one in recorded:
        if one and not (one[:4] in _SUSPECT and is_no_date(one)):
            return one
    return next(filter(None, recorded), None)


# ---------------------------------------------------------------- an order


def sort_key(recorded: str | None) -> str:
    """A recorded date as text that compares: later is greater; undated, or no date, is empty.

    A time with an offset is put at its own moment; a less precise date sorts before everything within it.
    """
    if not recorded:
        return ""  # what is no date would compare as later than every date
    if not _lawful(recorded):
        recorded = _tidied(recorded)
        if not recorded:
            return ""
    if recorded[:4] in _SUSPECT and _is_no_date(recorded):
        return ""
    return recorded if len(recorded) <= 10 else _key(recorded)


def _key(known: str) -> str:
    """The moment of a lawful time, in UTC where it has an offset."""
    try:
        moment = datetime.fromisoformat(known)
        if known[16:17] != ":":  # without seconds
            return (moment.astimezone(UTC) if moment.tzinfo else moment).isoformat()[:19]
        # The same by hand, three times as quick: a long record has thousands of dates.
        offset = moment.utcoffset()
        key = (
            (datetime.fromisoformat(known[:19]) - offset).isoformat()
            if offset
            else f"{known[:10]}T{known[11:19]}"
        )
    except (ValueError, OverflowError):
        return _odd_key(known)
    return key if known[19:20] != "." else key + _fraction(known)


def _fraction(known: str) -> str:
    """The fraction of a second as text that compares: ".5", and nothing for ".000"."""
    digits = known[20:].rstrip("Z").partition("+")[0].partition("-")[0].rstrip("0")
    return f".{digits}" if digits else ""


def _odd_key(known: str) -> str:
    """Of a leap second, and of 24:00, which is the next day's midnight; of what has no such time its day alone."""
    if known[10:16] == "T24:00" and known[17:19].strip("0") == "" and not known[19:].startswith("."):
        key = _key(f"{known[:10]}T00:00:00{known[19:] if known[16:17] == ':' else known[16:]}")
        try:
            return (datetime.fromisoformat(key) + _DAY).isoformat()
        except (ValueError, OverflowError):
            return known[:10]
    if known[16:19] == ":60":
        key = _key(f"{known[:16]}:59{known[19:]}")
        return f"{key[:16]}:60{key[19:]}" if key[17:19] == "59" else key
    return known[:10]


# ---------------------------------------------------------------- a day


def is_in_utc(known: str) -> bool:
    """Whether a lawful time is in UTC and so says nothing of where it was."""
    return known[-1:] == "Z" or (known[-6:] == "-00:00" and len(known) > 10)


def is_midnight_in_utc(known: str) -> bool:
    """Whether a lawful time is exactly midnight in UTC, as many servers write a day: "2026-03-02T00:00:00.000Z"."""
    return (
        known[10:16] in {"T00:00", "T24:00"} and is_in_utc(known) and not known[16:].strip(":0.Z-")
    )  # all that is left are zeros


def shown_day(recorded: str | None) -> str:
    """The day, month or year that a recorded date is shown as: "2019", "2019-03", "2019-03-09"; empty where undated."""
    known = understood(recorded)
    if not known or (known[:4] in _SUSPECT and _is_no_date(known)):
        return ""
    return _shown(known, timezone.get_current_timezone())


def placed(recorded: str, zone: tzinfo) -> tuple[str, str]:
    """The day that a date is shown as (`shown_day`) and its place in an order (`sort_key`), in one look.

    Args:
        zone: the agency's.
    """
    if len(recorded) <= 10 and recorded[:4] not in _SUSPECT and _lawful(recorded):
        return recorded, recorded
    shape = recorded[4:20:3]
    if shape == "--T::." and recorded[20:23] == "000" and not recorded[23:24].isdigit():
        recorded = recorded[:19] + recorded[23:]
        shape = recorded[4:20:3]
    if shape not in _QUICK or len(recorded) != _QUICK[shape] or recorded[:4] in _SUSPECT:
        return _placed(recorded, zone)
    try:
        moment = datetime.fromisoformat(recorded)
    except ValueError:
        return _placed(recorded, zone)
    if shape != "--T::Z":
        if recorded[22] != ":" or recorded[19:] == "-00:00":
            return _placed(recorded, zone)
        # By hand, three times as quick as `astimezone`: a long record has thousands of dates.
        key = datetime.fromisoformat(recorded[:19]) - (moment.utcoffset() or timedelta())
        return recorded[:10], key.isoformat()
    begin, end = _same_day(zone)
    if begin <= recorded[11:16] < end or recorded[11:19] == "00:00:00":
        return recorded[:10], recorded[:19]
    return moment.astimezone(zone).date().isoformat(), recorded[:19]


_QUICK = {"--T::Z": 20, "--T::-": 25, "--T::+": 25}
"""Every third sign of a time as nearly all are written, from the fifth on, and how long it is as a whole."""


def _placed(recorded: str, zone: tzinfo) -> tuple[str, str]:
    known = understood(recorded)
    if not known or (known[:4] in _SUSPECT and _is_no_date(known)):
        return "", ""
    return _shown(known, zone), known if len(known) <= 10 else _key(known)


def _shown(known: str, zone: tzinfo) -> str:
    if len(known) <= 10 or not is_in_utc(known) or is_midnight_in_utc(known):
        return known[:10]
    return here(known, zone)[:10] or known[:10]


def here(known: str, zone: tzinfo | None = None) -> str:
    """A lawful time with an offset as the agency's clock has it, in FHIR's form; empty where that cannot be told."""
    try:
        moment = datetime.fromisoformat(_key(known)[:19]).replace(tzinfo=UTC)
        return moment.astimezone(zone or timezone.get_current_timezone()).isoformat()
    except (ValueError, OverflowError):
        return ""


@lru_cache(maxsize=16)
def _same_day(zone: tzinfo) -> tuple[str, str]:
    """Two clocks in UTC between which it is the same day there, whatever the time of the year: from, and before.

    An hour is left at both ends for what the months since 1900 do not show.
    """
    first, last = timedelta(), timedelta()
    for months in range(1900 * 12, 2040 * 12):
        at = (
            datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()
        )
        first, last = min(first, at), max(last, at)
    begin, end = -first + _MARGIN, _DAY - last - _MARGIN
    return _clock(begin), _clock(end)


def _clock(of_day: timedelta) -> str:
    minutes = int(of_day.total_seconds()) // 60
    return f"{minutes // 60:02}:{minutes % 60:02}"
