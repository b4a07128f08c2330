"""Words that two kinds share: dates, names, values, absent reasons, statuses. No more certain than the record.

Everything here is called while a page is being made, so the language is the reader's. A kind's own sentences
stand beside its mapping. `facts/pages-and-words.md` is where the words were settled.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import dateformat, formats
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import DATA_ABSENT_EXTENSION, DATA_ABSENT_REASON, SNOMED_CT, UCUM, system_name
from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    Coding,
    Extension,
    HumanName,
    Period,
    PrimitiveElement,
    Quantity,
    Range,
    Ratio,
    Reference,
)
from records.rows import Fact, Status, Telling, When, Words
from records.snomed import without_tag
from records.ucum import unit_words

NOT_RECORDED = _("Not recorded")
NOT_READABLE = _("Could not be read")

ABSENT: dict[str, Words] = {
    "unknown": _("Not known"),
    "asked-unknown": _("Not known: the question was asked, the answer was not known"),
    "temp-unknown": _("Not known yet"),
    "not-asked": _("Not asked"),
    "asked-declined": _("Asked, and not answered by choice"),
    "masked": _("Hidden by the clinic"),
    "not-applicable": _("Does not apply"),
    "unsupported": _("The agency’s system cannot hold this"),
    "as-text": _("Only written in the text of the entry"),
    "error": _("Could not be measured"),
    "not-a-number": _("The result is not a number"),
    "negative-infinity": _("Below anything that can be measured"),
    "positive-infinity": _("Above anything that can be measured"),
    "not-performed": _("Was not done"),
    "not-permitted": _("Not allowed to be shared"),
}
"""Every code of the FHIR data-absent-reason system."""


# ---------------------------------------------------------------- dates

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
    clock = match["time"][1:]
    try:
        value = datetime(2000, 1, 1, int(clock[:2]), int(clock[3:5]))  # noqa: DTZ001 (only the clock of it is shown)
    except ValueError:
        return recorded
    words = dateformat.format(value, pgettext("clock time, a Django date format", "g:i A"))
    zone = match["zone"]
    if zone:
        words += " (UTC)" if zone in {"Z", "+00:00", "-00:00"} else f" (UTC{zone.replace('-', '−')})"
    return _now("%(day)s, %(time)s") % {"day": day(recorded), "time": words}


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
    words = str(label) if label else ""  # put in words once: a page shows it in several places
    return When(words=day(recorded), iso=machine(recorded), sort_key=sort_key(recorded), label=words)


def span(period: Period | None, words: bool = True) -> str:
    """A period in words: "2019 to March 2021", "since 2019", "until March 2021"; empty where there is none."""
    if period is None or not (period.start or period.end):
        return ""
    put = day if words else moment
    start, end = put(period.start), put(period.end)
    if start and end:
        return start if start == end else _now("%(start)s to %(end)s") % {"start": start, "end": end}
    return _now("since %s") % start if start else _now("until %s") % end


TIME_UNITS = {
    "min": lambda n: ngettext("%(number)s minute", "%(number)s minutes", n),
    "h": lambda n: ngettext("%(number)s hour", "%(number)s hours", n),
    "d": lambda n: ngettext("%(number)s day", "%(number)s days", n),
    "wk": lambda n: ngettext("%(number)s week", "%(number)s weeks", n),
    "mo": lambda n: ngettext("%(number)s month", "%(number)s months", n),
    "a": lambda n: ngettext("%(number)s year", "%(number)s years", n),
}
"""UCUM's units of time as one says them."""


def duration(value: Quantity | None) -> str:
    """An amount of time in words: "5 years" of UCUM's "a"; an unknown unit as recorded."""
    if value is None or value.value is None:
        return ""
    if value.code not in TIME_UNITS:
        return quantity(value)
    words = TIME_UNITS[value.code](1 if value.value == 1 else 2)
    return comparator(value) + words % {"number": number(value.value)}


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
            if ages.low and ages.high and ages.low.code == ages.high.code and ages.low.code in TIME_UNITS:
                low = comparator(ages.low) + number(ages.low.value)
            said.append(_now("at age %(low)s to %(high)s") % {"low": low, "high": high})
        elif low or high:
            said.append(_now("at age %s or later") % low if low else _now("up to age %s") % high)
    said.append((text or "").strip())
    return "; ".join(filter(None, said))


# ---------------------------------------------------------------- names and codes


def best(codings: Iterable[Coding]) -> Coding | None:
    """The coding to speak of: the one a person chose, else the first with a display, else the first with a code."""
    ranked = [c for c in codings if c.display or c.code]
    return min(ranked, key=lambda c: (not c.display, not c.userSelected), default=None)


def words_of(concept: CodeableConcept | None) -> str:
    """A concept as recorded: its text, else its best display, else the code, said to be a code; else empty."""
    if concept is None:
        return ""
    if concept.text and concept.text.strip():
        return concept.text.strip()
    return coding_words(best(c for c in concept.coding if c.system != DATA_ABSENT_REASON))


def coding_words(coding: Coding | None) -> str:
    """A coding's display, else its code with the name of its system, said to be a code."""
    if coding is None:
        return ""
    if coding.display and coding.display.strip():
        said = coding.display.strip()
        return without_tag(said) if coding.system == SNOMED_CT else said
    if not coding.code:
        return ""
    system = system_name(coding.system)
    if system:
        return _now("%(system)s code %(code)s, without a name") % {"system": system, "code": coding.code}
    return _now("Code %s, without a name") % coding.code


def all_words_of(concepts: Iterable[CodeableConcept]) -> str:
    """Several concepts, parted by commas."""
    return ", ".join(filter(None, map(words_of, concepts)))


def named_or(table: Mapping[str, Words], concept: CodeableConcept | None) -> Words:
    """A concept as recorded; where it has codes alone, our own words for one of them, if `table` has some."""
    if concept is None:
        return ""
    if not (concept.text and concept.text.strip()) and not any(c.display for c in concept.coding):
        for coding in concept.coding:
            if coding.code is not None and coding.code in table:
                return table[coding.code]
    return words_of(concept)


def code_facts(concept: CodeableConcept | None, label: Words) -> tuple[Fact, ...]:
    """The codings of a concept for the technical part of a page: "4548-4 (LOINC)"."""
    if concept is None:
        return ()
    return tuple(
        Fact(label=label, value=f"{c.code} ({system_name(c.system)})" if c.system else c.code)
        for c in concept.coding
        if c.code
    )


def absent_words(concept: CodeableConcept | None) -> Words:
    """A dataAbsentReason in words: its own text, else ours for its code, else the code itself."""
    if concept is None:
        return ""
    for coding in concept.coding:
        if coding.code in ABSENT:
            return ABSENT[coding.code]
    return words_of(concept)


def absent_reason(*extended: PrimitiveElement | Iterable[Extension] | CodeableConcept | None) -> Words:
    """Why a value is not there, from the data-absent-reason extension or code; empty where none is given."""
    for holder in extended:
        if holder is None:
            continue
        if isinstance(holder, CodeableConcept):
            for coding in holder.coding:
                if coding.system == DATA_ABSENT_REASON and coding.code in ABSENT:
                    return ABSENT[coding.code]
            continue
        extensions = holder.extension if isinstance(holder, PrimitiveElement) else holder
        for extension in extensions:
            if extension.url == DATA_ABSENT_EXTENSION and extension.valueCode:
                return ABSENT.get(extension.valueCode, extension.valueCode)
    return ""


def human_name(name: HumanName | None) -> str:
    """A person's name as one says it: its text, else prefix, given, family, suffix."""
    if name is None:
        return ""
    if name.text and name.text.strip():
        return name.text.strip()
    front = [*name.prefix, *name.given, name.family]
    said = " ".join(part.strip() for part in front if part and part.strip())
    suffix = " ".join(part.strip() for part in name.suffix if part and part.strip())
    return f"{said}, {suffix}" if said and suffix else said or suffix


def best_name(names: Iterable[HumanName]) -> str:
    """Of several names the one in use: official, usual, any without a use, the rest; ended ones last."""
    order = {
        "official": 0,
        "usual": 1,
        None: 2,
        "nickname": 4,
        "anonymous": 5,
        "maiden": 6,
        "old": 7,
        "temp": 3,
    }
    ranked = sorted(names, key=lambda n: (bool(n.period and n.period.end), order.get(n.use, 3)))
    return next(filter(None, map(human_name, ranked)), "")


def reference_words(reference: Reference | None) -> str:
    """What a reference says by itself: its display, else its identifier's value; else empty."""
    if reference is None:
        return ""
    if reference.display and reference.display.strip():
        return reference.display.strip()
    if reference.identifier is not None and reference.identifier.value:
        return _now("Number %s, without a name") % reference.identifier.value
    return ""


# ---------------------------------------------------------------- values

MOST_PLACES = 30
"""A number of more places keeps its exponent: 1E+999999999 written out would fill the memory."""


def number(value: Decimal | None) -> str:
    """A number with the digits of the record: 7.20 stays 7.20. Exponents are written out, if they are not huge."""
    if value is None:
        return ""
    return format(value, "f") if abs(value.adjusted()) <= MOST_PLACES else str(value)


def unit(quantity: Quantity) -> str:
    """The unit as recorded; where that is a UCUM code, as one reads it. UCUM's "1" means no unit."""
    code = quantity.code
    if code and quantity.system == UCUM and quantity.unit in {None, "", code}:
        return unit_words(code)
    return quantity.unit or (code if code and code != "1" else "") or ""


def comparator(quantity: Quantity) -> str:
    """The comparator as a sign with a space, empty without one. FHIR R4 quantity-comparator."""
    signs = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
    return f"{signs.get(quantity.comparator, quantity.comparator)} " if quantity.comparator else ""


def quantity(value: Quantity | None) -> str:
    """A quantity in words: "< 5 mg/dL"; empty where it has no value."""
    if value is None or value.value is None:
        return ""
    said = comparator(value) + number(value.value)
    name = unit(value)
    return f"{said}{'' if name in {'%', '°'} else ' '}{name}".strip() if name else said


def range_words(value: Range | None) -> str:
    """A range in words with the bounds that are there: "4.0 to 5.6 %", "5.6 % or less"."""
    if value is None:
        return ""
    low, high = quantity(value.low), quantity(value.high)
    if low and high and value.low is not None and value.high is not None:
        if unit(value.low) == unit(value.high):
            low = comparator(value.low) + number(value.low.value)
        return _now("%(low)s to %(high)s") % {"low": low, "high": high}
    if high:
        return _now("%s or less") % high
    return _now("%s or more") % low if low else ""


def ratio_words(value: Ratio | None) -> str:
    """A ratio: "1 : 128"."""
    if value is None:
        return ""
    parts = [quantity(value.numerator), quantity(value.denominator)]
    return " : ".join(part or str(NOT_RECORDED) for part in parts) if any(parts) else ""


# ---------------------------------------------------------------- states and facts


def status(
    table: Mapping[str, Status], code: str | None, *, absent: Words = "", known: bool = True
) -> Status:
    """A status code in words. An unknown code stands as it is, and is said to be unknown to this page."""
    if not code:
        return Status(words=absent or _("Status not recorded"), icon="circle-dashed")
    if code in table:
        return table[code]
    return Status(words=_now("%s (status not known to this page)") % code, icon="circle-dashed")


def concept_code(concept: CodeableConcept | None, system: str) -> str | None:
    """The code of a concept in one system; of any system where that one is missing; else its text."""
    if concept is None:
        return None
    codes = [c.code for c in concept.coding if c.code and c.system == system]
    codes += [c.code for c in concept.coding if c.code and c.system != DATA_ABSENT_REASON]
    return codes[0] if codes else concept.text


def fact(
    label: Words, value: Words | None, *, absent: Words = "", iso: str = "", verbatim: bool = False
) -> Fact:
    """A fact that is always told: what the record says, or why not, or that it is not recorded."""
    if value:
        return Fact(label=label, value=value, iso=machine(iso), verbatim=verbatim)
    return Fact(label=label, value=absent or NOT_RECORDED, telling=Telling.ABSENT)


def facts(*found: Fact | None) -> tuple[Fact, ...]:
    """Those facts that are there."""
    return tuple(f for f in found if f is not None)


def maybe(label: Words, value: Words | None, *, iso: str = "", verbatim: bool = False) -> Fact | None:
    """A fact only where the record says something."""
    return Fact(label=label, value=value, iso=iso, verbatim=verbatim) if value else None


def dated(label: Words, recorded: str | None) -> Fact | None:
    """A date as a fact, with its time and offset."""
    return Fact(label=label, value=moment(recorded), iso=machine(recorded)) if recorded else None


def annotation_text(note: Annotation) -> str:
    """A note's text as written."""
    return (note.text or "").strip()
