"""How often and for how long something is to be taken or done. FHIR R4 Timing.

Whatever is recorded of it is told: "2 times every day" alone is another order than the same for ten days.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from records import wording
from records.fhir.elements import CodeableConcept, Element, Period, Quantity, Range
from records.rows import Words


class Repeat(Element, frozen=True, kw_only=True):
    """FHIR R4 Timing.repeat."""

    boundsDuration: Quantity | None = None
    boundsPeriod: Period | None = None
    boundsRange: Range | None = None
    count: int | None = None
    countMax: int | None = None
    duration: Decimal | None = None
    durationUnit: str | None = None
    frequency: int | None = None
    frequencyMax: int | None = None
    period: Decimal | None = None
    periodMax: Decimal | None = None
    periodUnit: str | None = None
    dayOfWeek: list[str] = []
    timeOfDay: list[str] = []
    when: list[str] = []
    offset: int | None = None


class Timing(Element, frozen=True, kw_only=True):
    """FHIR R4 Timing."""

    event: list[str] = []
    code: CodeableConcept | None = None
    repeat: Repeat | None = None


_UNITS = {
    "s": lambda n: ngettext("second", "%d seconds", n),
    "min": lambda n: ngettext("minute", "%d minutes", n),
    "h": lambda n: ngettext("hour", "%d hours", n),
    "d": lambda n: ngettext("day", "%d days", n),
    "wk": lambda n: ngettext("week", "%d weeks", n),
    "mo": lambda n: ngettext("month", "%d months", n),
    "a": lambda n: ngettext("year", "%d years", n),
}


DAYS = {
    code: WEEKDAYS[number] for number, code in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
}

WHEN: dict[str, Words] = {
    "MORN": _("in the morning"),
    "MORN.early": _("early in the morning"),
    "MORN.late": _("late in the morning"),
    "NOON": _("at noon"),
    "AFT": _("in the afternoon"),
    "AFT.early": _("early in the afternoon"),
    "AFT.late": _("late in the afternoon"),
    "EVE": _("in the evening"),
    "EVE.early": _("early in the evening"),
    "EVE.late": _("late in the evening"),
    "NIGHT": _("at night"),
    "PHS": _("after going to sleep"),
    "HS": _("before going to sleep"),
    "WAKE": _("after waking up"),
    "C": _("at a meal"),
    "CM": _("at breakfast"),
    "CD": _("at lunch"),
    "CV": _("at dinner"),
    "AC": _("before a meal"),
    "ACM": _("before breakfast"),
    "ACD": _("before lunch"),
    "ACV": _("before dinner"),
    "PC": _("after a meal"),
    "PCM": _("after breakfast"),
    "PCD": _("after lunch"),
    "PCV": _("after dinner"),
}
"""HL7 event-timing and v3 TimingEvent, all that FHIR R4 Timing.repeat.when may hold."""

_WHOLE = range(1, 1_000)


def how_often(timing: Timing | None) -> str:
    """A timing in words: its own text, else each of its parts; how long it goes on is told beside either."""
    if timing is None:
        return ""
    said, repeat = wording.words_of(timing.code), timing.repeat
    parts = [said] if said else [", ".join(map(wording.moment, timing.event))]
    if repeat is not None:
        parts += [] if said else _parts(repeat)
        parts += _bounds(repeat)
    return ", ".join(filter(None, parts))


def _parts(repeat: Repeat) -> Iterator[str]:
    base: list[str] = []
    if repeat.frequency:
        base.append(_times(repeat.frequency, repeat.frequencyMax))
    if repeat.period is not None and repeat.periodUnit:
        base.append(_every(repeat.period, repeat.periodMax, repeat.periodUnit))
    yield " ".join(base)
    if repeat.dayOfWeek:
        yield pgettext("days of the week", "on %s") % ", ".join(
            str(DAYS.get(day, day)) for day in repeat.dayOfWeek
        )
    if repeat.timeOfDay:
        yield pgettext("times of day", "at %s") % ", ".join(
            wording.clock(one) or one for one in repeat.timeOfDay
        )
    for code in repeat.when:
        words = str(WHEN.get(code, code))
        if repeat.offset and code.startswith(("AC", "PC", "HS")):
            words = f"{_length(Decimal(repeat.offset), 'min')} {words}"
        yield words
    if repeat.duration is not None:
        yield _now("each time for %s") % _length(repeat.duration, repeat.durationUnit or "")


def _length(value: Decimal, unit: str) -> str:
    if not value.is_finite():  # shown as it is, like any number that makes no sense
        return f"{value} {unit}"
    return wording.duration(Quantity(value=value, code=unit))


def _bounds(repeat: Repeat) -> Iterator[str]:
    """How long it goes on, which holds also where a code says how often. FHIR R4 Timing.code."""
    lasts = wording.duration(repeat.boundsDuration)
    if not lasts and repeat.boundsRange is not None:
        lasts = wording.age_range_words(repeat.boundsRange)
    if lasts:
        yield pgettext("a length of time", "for %s") % lasts
    yield wording.span(repeat.boundsPeriod)
    if repeat.count:
        yield _now("%s in all") % _times(repeat.count, repeat.countMax)


def _times(least: int, most: int | None) -> str:
    if most and most != least:
        return _now("%(least)d to %(most)d times") % {"least": least, "most": most}
    return ngettext("%d time", "%d times", least) % least


def _every(period: Decimal, most: Decimal | None, unit: str) -> str:
    if most is None and unit in _UNITS and period.is_finite() and period in _WHOLE:
        words = _UNITS[unit](int(period))
        return _now("every %s") % (words % int(period) if "%d" in words else words)
    span = wording.number(period) + (f"–{wording.number(most)}" if most is not None else "")
    if unit in wording.TIME_UNITS and period.is_finite() and 0 < period < len(_WHOLE):
        return _now("every %s") % (wording.TIME_UNITS[unit](2) % {"number": span})
    return _now("every %(number)s %(unit)s") % {"number": span, "unit": unit}
