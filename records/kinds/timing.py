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

from records.fhir.elements import CodeableConcept, Element, Period, Quantity, Range
from records.kinds.timing_codes import code_words
from records.words import wording
from records.words.rows import Words
from records.words.wording import Part


class Repeat(Element, frozen=True, kw_only=True):
    """FHIR R4 Timing.repeat."""

    boundsDuration: Quantity | None = None
    boundsPeriod: Period | None = None
    boundsRange: Range | None = None
    count: int | None = None
    countMax: int | None = None
    duration: Decimal | None = None
    durationMax: Decimal | None = None
    durationUnit: str | None = None
    frequency: int | None = None
    frequencyMax: int | None = None
    period: Decimal | None = None
    periodMax: Decimal | None = None
    periodUnit: str | None = None
    dayOfWeek: list[str | None] = []
    timeOfDay: list[str | None] = []
    when: list[str | None] = []
    offset: int | None = None


class Timing(Element, frozen=True, kw_only=True):
    """FHIR R4 Timing."""

    event: list[str | None] = []
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
_FROM_AN_EVENT = ("AC", "PC", "HS", "PHS", "WAKE")
"""How the codes begin whose words say already whether it is before or after something."""


def how_often(timing: Timing | None) -> str:
    """A timing in words, whole: each of its parts, and a code that says something else than they do."""
    parts, others = timing_parts(timing)
    said = ", ".join(part.words for part in parts)
    if not others:
        return said
    return _now("%(line)s; also recorded: %(others)s") % {
        "line": said,
        "others": ", ".join(part.words for part in others),
    }


def timing_parts(timing: Timing | None) -> tuple[list[Part], list[Part]]:
    """The parts of a timing, and those that contradict the ones before them.

    `code` is either a code of its own, which `repeat` may say better, or somebody's words, which come first; neither
    hides the other. FHIR R4 Timing.code.
    """
    if timing is None:
        return [], []
    on_days = ", ".join(wording.moment(one) for one in timing.event if one)
    parts = [Part(on_days, is_sentence=True)]
    if timing.repeat is not None:
        parts += [Part(said, is_common=True) for said in _parts(timing.repeat)]
        parts += _bounds(timing.repeat)
    parts = [part for part in parts if part.words]
    said, is_ours = code_words(timing.code)
    if not said:
        return parts, []
    code = Part(said)
    if is_ours and parts:
        added, others = wording.parted(wording.said_in(", ".join(part.words for part in parts)), [code])
        return [*added, *parts], others
    added, others = wording.parted(wording.said_in(said), parts)
    return [code, *added], others


def _parts(repeat: Repeat) -> Iterator[str]:
    yield " ".join(filter(None, (_times(repeat.frequency, repeat.frequencyMax), _period(repeat))))
    days = [str(DAYS.get(day, day)) for day in repeat.dayOfWeek if day]
    if days:
        yield pgettext("days of the week", "on %s") % ", ".join(days)
    clocks = [wording.clock(one) or one for one in repeat.timeOfDay if one]
    if clocks:
        yield pgettext("times of day", "at %s") % ", ".join(clocks)
    yield from _when(repeat)
    lasts = _from_to(repeat.duration, repeat.durationMax, repeat.durationUnit)
    if lasts:
        yield _now("each time for %s") % lasts


def _when(repeat: Repeat) -> Iterator[str]:
    """At which moments of the day, and how far from them. FHIR R4 Timing.repeat.offset counts minutes."""
    away = _length(Decimal(repeat.offset), "min") if repeat.offset is not None else ""
    codes = [code for code in repeat.when if code]
    from_an_event = [code for code in codes if code.startswith(_FROM_AN_EVENT)]
    for code in codes:
        words = str(WHEN.get(code, code))
        if away and code in from_an_event:
            words = f"{away} {words}"
        elif away and not from_an_event:
            words = _now("%(when)s and %(minutes)s later") % {"when": words, "minutes": away}
        yield words
    if away and not codes:
        yield _now("%s away from a time that is not recorded") % away


def _length(value: Decimal, unit: str) -> str:
    if not unit:
        return _now("%s, in which unit is not recorded") % wording.number(value)
    if not value.is_finite():  # shown as it is, like any number that makes no sense
        return f"{value} {unit}"
    return wording.duration(Quantity(value=value, code=unit))


def _from_to(least: Decimal | None, most: Decimal | None, unit: str | None) -> str:
    """A length of time of which either end may be missing: "10 to 20 minutes", "up to 20 minutes"."""
    if least is None and most is None:
        return _now("%s, how many is not recorded") % wording.time_unit(unit, "…") if unit else ""
    if least is None or most is None or least == most:
        one = least if least is not None else most
        said = _length(one, unit or "") if one is not None else ""
        return said if least is not None else _now("up to %s") % said
    return _now("%(low)s to %(high)s") % {"low": wording.number(least), "high": _length(most, unit or "")}


def _bounds(repeat: Repeat) -> Iterator[Part]:
    """How long it goes on, which holds also where a code says how often. FHIR R4 Timing.code."""
    lengths = [wording.duration(repeat.boundsDuration)]
    if repeat.boundsRange is not None:
        lengths.append(wording.age_range_words(repeat.boundsRange))
    for lasts in filter(None, lengths):
        yield Part(pgettext("a length of time", "for %s") % lasts, is_common=True)
    period = repeat.boundsPeriod
    if period is not None:
        start, end = wording.day(period.start), wording.day(period.end)
        both = start and end and start != end
        from_to = _now("from %(start)s to %(end)s") % {"start": start, "end": end}
        yield Part(from_to if both else wording.span(period), is_sentence=True)
    in_all = _times(repeat.count, repeat.countMax)
    if in_all:
        yield Part(_now("%s in all") % in_all)


def _times(least: int | None, most: int | None) -> str:
    if least is None:
        return ngettext("up to %d time", "up to %d times", most) % most if most is not None else ""
    if most is not None and most != least:
        return _now("%(least)d to %(most)d times") % {"least": least, "most": most}
    return ngettext("%d time", "%d times", least) % least


def _period(repeat: Repeat) -> str:
    """Within which time, also where half of it is missing: never as if it were not recorded at all."""
    period, most, unit = repeat.period, repeat.periodMax, repeat.periodUnit or ""
    if period is not None and unit:
        return _every(period, most, unit)
    if period is not None:
        return _now("every %s") % _from_to(period, most, "")
    if most is not None:
        return _now("at most %s apart") % _length(most, unit)
    return _now("every %s, how many is not recorded") % wording.time_unit(unit, "…") if unit else ""


def _every(period: Decimal, most: Decimal | None, unit: str) -> str:
    if most is None and unit in _UNITS and period.is_finite() and period in _WHOLE:
        words = _UNITS[unit](int(period))
        return _now("every %s") % (words % int(period) if "%d" in words else words)
    span = wording.number(period) + (f"–{wording.number(most)}" if most is not None else "")
    if unit in wording.TIME_UNITS and period.is_finite() and 0 < period < len(_WHOLE):
        return _now("every %s") % (wording.TIME_UNITS[unit](2) % {"number": span})
    return _now("every %(number)s %(unit)s") % {"number": span, "unit": unit}
