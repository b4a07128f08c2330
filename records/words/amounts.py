"""Numbers, quantities, ranges and lengths of time, with the digits and the unit of the record."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fhir.codes import UCUM
from records.fhir.elements import Quantity, Range, Ratio
from records.fhir.gaps import is_mark
from records.words.absent import NOT_RECORDED
from records.words.rows import Words
from records.words.ucum import unit_words

LETTERS = {"Cel": "C", "[degF]": "F"}
"""What some records write as the unit of a temperature, by its UCUM code: it is read as a degree sign and all."""

COUNTED: dict[str | None, Words] = {
    "beats/minute": _("beats/minute"),
    "breaths/minute": _("breaths/minute"),
}
"""Units that are words, as records write them, for readers of another language."""

CLOSE = {"%", "°"}
"""Units that follow their number without a space. Templates know the first of them."""

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
    if code and quantity.system == UCUM and quantity.unit in {None, "", code, LETTERS.get(code)}:
        return unit_words(code, 1 if quantity.value == 1 else 2)
    if quantity.unit in COUNTED:
        return str(COUNTED[quantity.unit])
    return quantity.unit or (code if code and code != "1" else "") or ""


def comparator(quantity: Quantity) -> str:
    """The comparator as a sign with a space, empty without one. FHIR R4 quantity-comparator."""
    signs = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
    return f"{signs.get(quantity.comparator, quantity.comparator)} " if quantity.comparator else ""


def quantity(value: Quantity | None) -> str:
    """A quantity in words: "< 5 mg/dL"; empty where it has no value."""
    if value is None:
        return ""
    if value.value is None:
        return value.unit or "" if is_mark(value.unit) else ""
    said = comparator(value) + number(value.value)
    return beside(said, unit(value))


def beside(said: Words, name: str) -> str:
    """A value and its unit: "5 mg/dL", "5.6%"."""
    return f"{said}{'' if name in CLOSE else ' '}{name}".strip() if name else str(said)


def range_words(value: Range | None) -> str:
    """A range in words with the bounds that are there: "4.0 to 5.6%", "5.6% or less"."""
    if value is None:
        return ""
    low, high = quantity(value.low), quantity(value.high)
    if low and high and value.low is not None and value.high is not None:
        if unit(value.low) == unit(value.high):
            low = comparator(value.low) + number(value.low.value)
        return _now("%(low)s to %(high)s") % {"low": low, "high": high}
    return _one_bound(value, low, high)


def _one_bound(value: Range, low: str, high: str) -> str:
    """A range of one bound, which is within it: "5.6% or less". A comparator says itself what is: "< 5.7%"."""
    if high:
        return high if value.high and value.high.comparator else _now("%s or less") % high
    if low:
        return low if value.low and value.low.comparator else _now("%s or more") % low
    return ""


def ratio_words(value: Ratio | None) -> str:
    """A ratio: "1 : 128"."""
    if value is None:
        return ""
    parts = [quantity(value.numerator), quantity(value.denominator)]
    return " : ".join(part or str(NOT_RECORDED) for part in parts) if any(parts) else ""


TIME_UNITS = {
    "min": lambda n: ngettext("%(number)s minute", "%(number)s minutes", n),
    "h": lambda n: ngettext("%(number)s hour", "%(number)s hours", n),
    "d": lambda n: ngettext("%(number)s day", "%(number)s days", n),
    "wk": lambda n: ngettext("%(number)s week", "%(number)s weeks", n),
    "mo": lambda n: ngettext("%(number)s month", "%(number)s months", n),
    "a": lambda n: ngettext("%(number)s year", "%(number)s years", n),
}
"""UCUM's units of time as one says them."""


def time_unit(code: str, number: Words) -> str:
    """A UCUM unit of time beside a number in words: "so many hours"; an unknown unit as recorded."""
    words = TIME_UNITS.get(code)
    return words(2) % {"number": number} if words else f"{number} {code}"


TIME_WORDS = {
    **dict.fromkeys(("minute", "minutes"), "min"),
    **dict.fromkeys(("hour", "hours", "hr", "hrs"), "h"),
    **dict.fromkeys(("day", "days"), "d"),
    **dict.fromkeys(("week", "weeks"), "wk"),
    **dict.fromkeys(("month", "months"), "mo"),
    **dict.fromkeys(("year", "years", "yr", "yrs"), "a"),
}
"""Units of time that records write without a code."""


def time_code(value: Quantity) -> str | None:
    """UCUM's code of a unit of time, also where the record only has a word for it; None for any other unit."""
    if value.code in TIME_UNITS:
        return value.code
    return TIME_WORDS.get((value.unit or value.code or "").strip().lower())


def duration(value: Quantity | None) -> str:
    """An amount of time in words: "5 years" of UCUM's "a"; an unknown unit as recorded."""
    if value is None or value.value is None:
        return quantity(value)
    code = time_code(value)
    if code is None:
        return quantity(value)
    words = TIME_UNITS[code](1 if value.value == 1 else 2)
    return comparator(value) + words % {"number": number(value.value)}


def age_range_words(value: Range) -> str:
    """A range of ages in words with the bounds that are there: "10 to 15 years", "18 years or more"."""
    low, high = duration(value.low), duration(value.high)
    if low and high and value.low is not None and value.high is not None:
        if (time_code(value.low) or "") == time_code(value.high):
            low = comparator(value.low) + number(value.low.value)
        return _now("%(low)s to %(high)s") % {"low": low, "high": high}
    return _one_bound(value, low, high)
