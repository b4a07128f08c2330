"""The reference ranges of a value: as given, and as bounds that it can be held against.

Nothing is worked out where bounds, comparators, text and modifier extensions do not agree: all of it is told. FHIR R4
Observation.referenceRange.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.elements import Quantity, Range, ReferenceRange, Valued
from records.words.amounts import age_range_words, range_words, unit
from records.words.names import words_of
from records.words.rows import Words

USUAL = frozenset({"normal", "normal range", "usual range", "reference range"})
"""What a range for the usual is called where it has no code. HL7 referencerange-meaning has "Normal Range"."""

PLAIN_WORDS = frozenset(
    {"a", "and", "at", "between", "equal", "from", "of", "or", "than", "the", "to", "up"}
    | {"above", "below", "greater", "higher", "least", "less", "lower", "more", "most", "over", "under"}
    | {"normal", "range", "reference", "usual"}
)
"""Words of a range's text that its bounds say just as well."""

BELOW, ABOVE = frozenset({"<", "<="}), frozenset({">", ">="})
_WORD = re.compile(r"[^\W\d_]+")
_SIGNS = {
    **dict.fromkeys(("<", "less than", "lower than", "below", "under", "menor de", "menor que"), "<"),
    **dict.fromkeys(("menos de", "inferior a"), "<"),
    **dict.fromkeys((">", "more than", "greater than", "higher than", "above", "over", "mayor de"), ">"),
    **dict.fromkeys(("mayor que", "más de", "superior a"), ">"),
    **dict.fromkeys(("<=", "=<", "≤", "up to", "at most", "hasta"), "<="),
    **dict.fromkeys((">=", "=>", "≥", "at least", "desde"), ">="),
}
_AFTER = {
    **dict.fromkeys(("or less", "or lower", "or below", "and below", "o menos"), "<="),
    **dict.fromkeys(("or more", "or higher", "or above", "and above", "o más", "+"), ">="),
}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_NAMED = re.compile(
    rf"(?P<sign>{_any_of(_SIGNS)})?\s*(?P<number>\d+(?:[.,]\d+)*)(?:\s*(?P<after>{_any_of(_AFTER)}))?",
    re.IGNORECASE,
)
_OF_UNITS = re.compile(r"(?:\bx\s*)?\b10\s*(?:\*|\^|E|exp)\s*-?\d+|\b1\.73\s*\[?m\]?[2²]?", re.IGNORECASE)
"""Numbers that belong to a unit: 10*3/uL, mL/min/1.73 m2."""


class Edge(NamedTuple):
    """One bound. `within`: whether the bound itself is in the range; None where the record says both."""

    value: Decimal
    within: bool | None = True


class Bounds(NamedTuple):
    """The one usual range of a value, in its own unit; at least one edge is there."""

    low: Edge | None
    high: Edge | None


def usual_range(ranges: Sequence[ReferenceRange]) -> Words:
    """The reference ranges as given, each with what it is for; empty where none is given.

    One that is not of the usual, such as a critical or a recommended one, is called what the record calls it.
    """
    usual = [words for one in ranges if is_usual(one) and (words := _one_range(one))]
    others = [words for one in ranges if not is_usual(one) and (words := _one_range(one))]
    return "; ".join((*([_now("Usual range: %s") % "; ".join(usual)] if usual else ()), *others))


def is_usual(given: ReferenceRange) -> bool:
    """Whether a range is of the usual, and not a critical or a recommended one."""
    said = words_of(given.type)
    return not said or (given.type is not None and given.type_is_normal) or said.casefold() in USUAL


def _one_range(given: ReferenceRange) -> str:
    text = (given.text or "").strip()
    bounds = range_words(Range(low=given.low, high=given.high)) or text
    purpose = [text] if text and text != bounds and _says_more(text, given) else []
    purpose += [words_of(group) for group in given.appliesTo]
    if given.age is not None:
        purpose.append(_now("age %s") % age_range_words(given.age))
    purpose = [words for words in purpose if words]
    said = f"{bounds} ({', '.join(purpose)})" if bounds and purpose else bounds
    if given.modifierExtension and said:
        said = _now("%s, with an addition in the record that may change what it means") % said
    if not said or is_usual(given):
        return said
    return _now("%(label)s: %(value)s") % {"label": words_of(given.type), "value": said}


def _says_more(text: str, given: ReferenceRange) -> bool:
    """Whether a range's text says what its bounds do not: "Above 6.0: call the lab", other numbers; not "3.5 - 5.1"."""
    said = {word for name in _units(given) for word in _WORD.findall(name.casefold())}
    if not said.union(PLAIN_WORDS).issuperset(_WORD.findall(text.casefold())):
        return True
    read = _as_text_says(given)
    return read is None or any(edge is not None and edge.within is None for edge in read)


def _units(given: ReferenceRange) -> list[str]:
    return [name for one in (given.low, given.high) if one for name in (one.unit, one.code) if name]


# ---------------------------------------------------------------- bounds


def bounds(valued: Valued) -> Bounds | None:
    """What a value can be held against: its one usual range, for everybody, in its own unit, where all agrees.

    None where there is none, or several; where the lower bound lies above the upper one; where text or comparators say
    otherwise than the bounds; where the range or what bears it has a modifier extension, which may reverse it.
    """
    quantity = valued.valueQuantity
    if quantity is None or not valued.referenceRange or valued.modifierExtension:
        return None
    usual = [one for one in valued.referenceRange if is_usual(one)]
    if len(usual) != 1 or usual[0].appliesTo or usual[0].age or usual[0].modifierExtension:
        return None
    given = usual[0]
    if not all(_same_unit(one, quantity) for one in (given.low, given.high) if _is_there(one)):
        return None
    read = _as_text_says(given)
    return None if read is None or is_reversed(given) or (read.low is None and read.high is None) else read


def why_not_compared(valued: Valued) -> Words:
    """Why a value was not held against its range, where that needs a word; empty where there is nothing to say."""
    usual = [one for one in valued.referenceRange if is_usual(one)]
    if any(map(is_reversed, valued.referenceRange)):
        return _("Not compared: in the record the lower end of the range lies above the upper end.")
    if any(one.modifierExtension for one in usual) or (usual and valued.modifierExtension):
        return _("Not compared: the record adds something to the range that may change what it means.")
    if any(_as_text_says(one) is None for one in usual):
        return _("Not compared: the numbers of the range and the words beside it do not say the same.")
    return ""


def is_reversed(given: ReferenceRange) -> bool:
    """Whether the lower bound lies above the upper one: a mistake in the record, which nothing can be held against."""
    low, high = (one.value if one is not None else None for one in (given.low, given.high))
    return low is not None and high is not None and low > high


def _is_there(bound: Quantity | None) -> bool:
    return bound is not None and bound.value is not None


def _same_unit(bound: Quantity | None, value: Quantity) -> bool:
    return bound is not None and (
        not unit(bound)
        or unit(bound) == unit(value)
        or (bound.unit is not None and bound.unit == value.unit)
        or (bound.code is not None and bound.code == value.code)
    )


def _as_text_says(given: ReferenceRange) -> Bounds | None:
    """The edges by bounds, comparators and text together; None where they contradict each other.

    A bound is within its range, as FHIR says, unless it has a comparator of its own, which a SimpleQuantity has not.
    """
    low, high = _edge(given.low, ABOVE), _edge(given.high, BELOW)
    if (low is None and _is_there(given.low)) or (high is None and _is_there(given.high)):
        return None
    text = given.text or ""
    if not text or (low is None and high is None) or not any(map(str.isdigit, text)):
        return Bounds(low, high)
    for name in sorted(_units(given), key=len, reverse=True):
        text = text.replace(name, " ")
    text = _OF_UNITS.sub(" ", text)
    unnamed = {edge.value.copy_abs() for edge in (low, high) if edge is not None and edge.value}
    for found in _NAMED.finditer(text):
        sign = _sign(found)
        numbers = _numbers(found["number"])
        is_low = low is not None and low.value.copy_abs() in numbers and sign not in BELOW
        is_high = high is not None and high.value.copy_abs() in numbers and sign not in ABOVE
        if not (is_low or is_high):
            return None
        unnamed -= numbers
        if sign and low is not None and is_low:
            low = Edge(low.value, _both(low.within, sign == ">="))
        if sign and high is not None and is_high:
            high = Edge(high.value, _both(high.within, sign == "<="))
    return None if unnamed else Bounds(low, high)


def _sign(found: re.Match[str]) -> str:
    before, after = found["sign"], found["after"]
    return _SIGNS[before.lower()] if before else _AFTER[after.lower()] if after else ""


def _numbers(written: str) -> set[Decimal]:
    """What a number may be: "1,000" is a thousand to one writer and one to another."""
    both = (written.replace(",", ""), written.replace(",", "."))
    return {Decimal(one) for one in both if one.count(".") <= 1}


def _both(one: bool | None, other: bool) -> bool | None:
    return one if one == other else None


def _edge(bound: Quantity | None, signs: frozenset[str]) -> Edge | None:
    if bound is None or bound.value is None or (bound.comparator and bound.comparator not in signs):
        return None
    return Edge(bound.value, within=bound.comparator not in {"<", ">"})


# ---------------------------------------------------------------- a value and its bounds


def is_below(quantity: Quantity, edge: Edge | None) -> bool | None:
    """Whether a number lies below a lower bound; None where the record does not settle it."""
    return _is_beyond(quantity, edge, BELOW, 1)


def is_above(quantity: Quantity, edge: Edge | None) -> bool | None:
    """Whether a number lies above an upper bound; None where the record does not settle it."""
    return _is_beyond(quantity, edge, ABOVE, -1)


def _is_beyond(quantity: Quantity, edge: Edge | None, outwards: frozenset[str], way: int) -> bool | None:
    if edge is None or quantity.value is None:
        return False
    if quantity.comparator and quantity.comparator not in outwards:
        return None
    distance = (edge.value - quantity.value) * way
    if distance or quantity.comparator in {"<", ">"}:
        return distance >= 0
    return None if edge.within is None else not edge.within
