"""Dates and times in words, as precise as recorded and with their own offset."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache

from django.utils import dateformat, formats, timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _now

from records.words.instants import (
    LAWFUL,
    given,
    here,
    is_in_utc,
    is_midnight_in_utc,
    is_no_date,
    shown_day,
    sort_key,
    understood,
)
from records.words.rows import When, Words


def day(recorded: str | None) -> str:
    """A date in words as precise as recorded, without the time: "2019", "March 2019", "March 9, 2019".

    A time in UTC is told as the agency's day. What cannot be read as a date is given back as it was written; a day that
    stands for none (`instants.is_no_date`) is told as no date.
    """
    return _day(recorded, get_language() or "", timezone.get_current_timezone()) if recorded else ""


@lru_cache(maxsize=2000)
def _day(recorded: str, _language: str, _zone: tzinfo) -> str:
    """A page says the same few days again and again. The dates alone are kept, of nobody in particular."""
    known = understood(recorded)
    if is_no_date(known):
        return _now("No date given")
    return plain_day(shown_day(known)) or recorded


def plain_day(recorded: str | None) -> str:
    """A day, month or year in words, also one that stands for none; empty where there is no such day."""
    known = (recorded or "")[:10]
    if len(known) == 4:
        return known
    try:
        value = date.fromisoformat(known if len(known) == 10 else f"{known}-01")
    except ValueError:
        return ""
    if len(known) != 10:
        return formats.date_format(value, "YEAR_MONTH_FORMAT")
    # Django's own format abbreviates some months in English ("Nov. 20"), which reads as two kinds of date.
    return dateformat.format(value, pgettext("a day, a Django date format", "F j, Y"))


def moment(recorded: str | None) -> str:
    """A date or time in words, with its own offset where the agency's clock has another: "March 9, 2019, 2:30 PM
    (UTC−08:00)".

    A time without an offset is shown without one: which zone it was is not recorded. A time in UTC is told by the
    agency's clock and as recorded; exactly midnight there, which many servers write for a day, as that day and as the
    time that it may have been. A day that stands for none is told as written.
    """
    if not recorded:
        return ""
    known = understood(recorded)
    if is_no_date(known):
        return _now("No date given (written as %s)") % recorded
    own = own_moment(known)
    if not own:
        return day(recorded) if "T" not in known else recorded
    here = here_moment(known)
    return both_clocks(day(known) if is_midnight_in_utc(known) else "", here, own)


def both_clocks(of_day: str, here: str, own: str) -> str:
    """What is recorded in UTC, by the agency's clock and as recorded; `of_day`, where it may have stood for a day."""
    if not here or here == own:
        return own
    if of_day:
        return _now(
            "%(day)s; recorded as %(recorded)s, which as a time of day would be %(here)s, agency time"
        ) % {"day": of_day, "recorded": own, "here": here}
    return _now("%(here)s, agency time; recorded as %(recorded)s") % {"here": here, "recorded": own}


def own_moment(known: str) -> str:
    """A lawful time as it stands, with its offset; empty where it has none, or is none."""
    match = LAWFUL.match(known)
    if not match or not match["time"]:
        return ""
    words = clock(match["time"][1:])
    if not words:
        return ""
    of_day = _day(known[:10], get_language() or "", timezone.get_current_timezone())
    return _now("%(day)s, %(time)s") % {"day": of_day, "time": words + in_zone(match["zone"], known)}


def here_moment(known: str) -> str:
    """A lawful time in UTC by the agency's clock; empty where it has an offset of its own, and where that clock is in
    UTC."""
    local = here(known) if is_in_utc(known) else ""
    if not local or local.endswith("+00:00"):
        return ""
    return own_moment(local[:19])


def by_two_clocks(recorded: str) -> bool:
    """Whether a time is told by the agency's clock and as recorded."""
    known = understood(recorded)
    return bool(here_moment(known)) and here_moment(known) != own_moment(known)


def clock(recorded: str) -> str:
    """A time of day in words, without its seconds: "2:30 PM"; empty where it is none."""
    if recorded[:5] == "24:00":
        return _now("12:00 AM at the end of the day")
    try:
        value = datetime(2000, 1, 1, int(recorded[:2]), int(recorded[3:5]))  # noqa: DTZ001 (only the clock of it is shown)
    except ValueError:
        return ""
    return dateformat.format(value, pgettext("clock time, a Django date format", "g:i A"))


def in_zone(zone: str | None, known: str) -> str:
    """The offset of a lawful time as it stands behind it: " (UTC−05:00)"; nothing where the agency's clock says the
    same, which nobody need be told."""
    if not zone or (zone != "Z" and _is_by_the_agencys_clock(known)):
        return ""
    return " (UTC)" if zone in {"Z", "+00:00", "-00:00"} else f" (UTC{zone.replace('-', '−')})"


def _is_by_the_agencys_clock(known: str) -> bool:
    try:
        recorded = datetime.fromisoformat(known)
        agency = recorded.astimezone(timezone.get_current_timezone())
    except (ValueError, OverflowError):
        return False
    return bool(recorded.utcoffset()) and recorded.utcoffset() == agency.utcoffset()


def machine(recorded: str | None) -> str:
    """A recorded date as it is shown, where it can stand in `<time datetime>`, else empty.

    A time in UTC is written by the agency's clock, with its offset, and midnight in UTC as the day: what counts days or
    places times reads the day that is shown.
    """
    known = understood(recorded)
    if not known or is_no_date(known):
        return ""
    if is_midnight_in_utc(known) or known[11:13] == "24" or known[17:19] == "60":
        return known[:10]  # HTML knows neither 24:00 nor a leap second
    if len(known) <= 10 or not is_in_utc(known):
        return known
    local = here(known)
    return known if local.endswith("+00:00") else local or known


def is_after(recorded: str | None, moment: datetime) -> bool:
    """Whether a recorded instant is later than an aware moment; what has no offset is not said to be."""
    try:
        found = datetime.fromisoformat(understood(recorded))
    except ValueError:
        return False
    return found.tzinfo is not None and found > moment


def when(recorded: str | None, label: Words = "") -> When | None:
    """A recorded date for a list; None where there is none. What stands for no date says so, and sorts nowhere."""
    if not recorded:
        return None
    if is_no_date(recorded):
        return no_date(label)
    return When(words=day(recorded), iso=machine(recorded), sort_key=sort_key(recorded), label=before(label))


def first_when(*dated: tuple[str | None, Words]) -> When | None:
    """Of several recorded dates with their labels the first that is one; else the first, said to be none."""
    chosen = given(*(recorded for recorded, _label in dated))
    return next((when(recorded, label) for recorded, label in dated if recorded == chosen), None)


def no_date(label: Words = "") -> When:
    """In the place of a date that stands for none: "Prescribed: no date given"."""
    if not label:
        return When(words=_now("No date given"))
    return When(words=_now("%(label)s: no date given") % {"label": label})


def before(label: Words) -> str:
    """What stands before a date and says which one it is: "Started". Spanish parts the two by a colon."""
    return _before(str(label), get_language() or "") if label else ""


@lru_cache(maxsize=200)
def _before(label: str, _language: str) -> str:
    return (_now("%(label)s %(date)s") % {"label": label, "date": ""}).rstrip()
