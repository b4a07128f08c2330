"""A range of dates as a person types it, and which recorded dates it touches.

A day, a month or a year may be typed, and any of them may be recorded: an entry of "2019" belongs to each range that
touches 2019. Compared is the day that is shown, so that a list and its filter say the same.
"""

from __future__ import annotations

import re
from datetime import date

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from records.words import wording
from records.words.rows import Words

LONGEST = 40
"""Signs of what was typed that are kept, and shown again."""

_YEAR_FIRST = re.compile(r"(?P<year>\d{4})(?:[-/.](?P<month>\d\d?)(?:[-/.](?P<day>\d\d?))?)?", re.ASCII)
_YEAR_LAST = re.compile(r"(?P<month>\d\d?)[-/.](?:(?P<day>\d\d?)[-/.])?(?P<year>\d{4})", re.ASCII)
_WORD = re.compile(r"\w+")
_LEFT_OUT = frozenset({"de", "del", "of", "the"})
_FIRST, _LAST = "0000-01-01", "0000-12-31"


def understood(typed: str) -> str:
    """What was typed as a date of FHIR with the precision typed: "2019", "2019-03", "2019-03-09"; empty if it is none.

    Understood are a year; year and month; year, month and day; the same in the order of the United States ("3/9/2019");
    and with the month in words ("March 9, 2019"), in the reader's language or in English.
    """
    text = typed.strip()
    found = _YEAR_FIRST.fullmatch(text) or _YEAR_LAST.fullmatch(text)
    parts = found.groupdict() if found is not None else _in_words(text)
    if parts is None:
        return ""
    year, month, day = parts["year"], parts["month"], parts["day"]
    try:
        date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return ""
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])


def _in_words(text: str) -> dict[str, str] | None:
    words = [word for word in _WORD.findall(text.casefold()) if word not in _LEFT_OUT]
    numbers = [word for word in words if word.isascii() and word.isdigit()]
    names = [word for word in words if word not in numbers]
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    month = _month(names[0]) if len(names) == 1 else ""
    if not month or len(years) != 1 or len(days) > 1 or len(years) + len(days) != len(numbers):
        return None
    return {"year": years[0], "month": month, "day": days[0] if days else ""}


def _month(word: str) -> str:
    """The number of a month that is named in full, or by three letters or more."""
    here = {number: str(name).casefold() for number, name in MONTHS.items()}
    with override("en"):
        english = {number: str(name).casefold() for number, name in MONTHS.items()}
    for names in (here, english):
        for number, name in names.items():
            if len(word) >= 3 and name.startswith(word):
                return str(number)
    return ""


def wrong(typed_since: str, typed_until: str) -> tuple[bool, bool]:
    """Which of the two ends of a range cannot be used; both where the first is after the last."""
    since, until = understood(typed_since), understood(typed_until)
    unread = bool(typed_since and not since), bool(typed_until and not until)
    if not any(unread) and since and until and since + _FIRST[len(since) :] > until + _LAST[len(until) :]:
        return True, True
    return unread


def problem(typed_since: str, typed_until: str) -> Words:
    """Why a range cannot be used, in a sentence that quotes what was typed; empty where it can."""
    for typed in (typed_since, typed_until):
        if typed and not understood(typed):
            return _now("“%s” was not understood as a date, so this list is not narrowed by date.") % typed
    if any(wrong(typed_since, typed_until)):
        return _("The first date is after the last one, so this list is not narrowed by date.")
    return ""


def touches(recorded: str, since: str, until: str) -> bool:
    """Whether a recorded day, month or year has a day in common with a range; what has no date is in none.

    Args:
        recorded: a date of FHIR; a time of day behind it does not matter.
        since, until: as `understood`; empty for a range that is open at that end.
    """
    own = recorded[:10]
    if not own:
        return False
    size = len(own)
    after_begin = not since or (since + _FIRST[len(since) :])[:size] <= own
    return after_begin and (not until or own <= (until + _LAST[len(until) :])[:size])


def range_words(since: str, until: str) -> str:
    """A range in words, so that a reader sees how it was understood; empty where there is none."""
    first, last = wording.day(since), wording.day(until)
    if first and last:
        return (
            first if since == until else _now("From %(first)s to %(last)s") % {"first": first, "last": last}
        )
    if first:
        return _now("From %s on") % first
    return _now("Up to %s") % last if last else ""
