"""Whether a value is out of the ordinary, and what is usual. FHIR R4 Observation.interpretation and referenceRange.

A value is never judged here: a flag is the record's own interpretation, or said to be worked out from its range.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records import wording
from records.fhir.elements import CodeableConcept, Observation, Quantity, Range, ReferenceRange, Valued
from records.rows import Fact, Flag, Number, Words

FLAGS: dict[str, Flag] = {
    "H": Flag(words=_("High"), arrow="up"),
    "H>": Flag(words=_("Much higher than usual"), arrow="up"),
    "HU": Flag(words=_("Much higher than usual"), arrow="up"),
    "HH": Flag(words=_("Very high (critical)"), arrow="up", critical=True),
    "HX": Flag(words=_("Above what the method can measure"), arrow="up"),
    ">": Flag(words=_("Above what the method can measure"), arrow="up"),
    "L": Flag(words=_("Low"), arrow="down"),
    "L<": Flag(words=_("Much lower than usual"), arrow="down"),
    "LU": Flag(words=_("Much lower than usual"), arrow="down"),
    "LL": Flag(words=_("Very low (critical)"), arrow="down", critical=True),
    "LX": Flag(words=_("Below what the method can measure"), arrow="down"),
    "<": Flag(words=_("Below what the method can measure"), arrow="down"),
    "A": Flag(words=_("Not in the usual range")),
    "AA": Flag(words=_("Far outside the usual range (critical)"), critical=True),
    "U": Flag(words=_("Much changed, upwards"), arrow="up"),
    "D": Flag(words=_("Much changed, downwards"), arrow="down"),
    "B": Flag(words=_("Better than before")),
    "W": Flag(words=_("Worse than before")),
    "POS": Flag(words=_("Positive")),
    "DET": Flag(words=_("Found")),
    "RR": Flag(words=_("Reactive")),
    "WR": Flag(words=_("Weakly reactive")),
    "IND": Flag(words=_("Unclear")),
    "E": Flag(words=_("Unclear")),
    "R": Flag(words=_("Does not work against this germ")),
    "I": Flag(words=_("May work against this germ")),
    "NS": Flag(words=_("Does not work well against this germ")),
    "SYN-R": Flag(words=_("Does not work against this germ together with another medicine")),
    "SDD": Flag(words=_("Works against this germ only in a higher dose")),
    "NCL": Flag(words=_("No limits are set to judge it by")),
    "CAR": Flag(words=_("Carrier of a gene variant")),
    "EX": Flag(words=_("Outside a limit that was set")),
    "HM": Flag(words=_("Held for a doctor’s review")),
    "IE": Flag(words=_("Not enough evidence")),
    "QCF": Flag(words=_("The quality check of the test failed")),
    "TOX": Flag(words=_("Poisonous to the test’s cells, not readable")),
    "AC": Flag(words=_("Disturbed by substances in the sample, not readable")),
    "OBX": Flag(words=_("Explained in other results")),
    "UNE": Flag(words=_("Not expected")),
}
"""Interpretation codes that say that something is out of the ordinary. HL7 v3 ObservationInterpretation."""

IN_ORDER: dict[str, Words] = {
    "N": _("In the usual range"),
    "NEG": _("Negative"),
    "ND": _("Not found"),
    "NR": _("Not reactive"),
    "S": _("Works against this germ"),
    "MS": _("Works fairly well against this germ"),
    "VS": _("Works very well against this germ"),
    "SYN-S": _("Works against this germ together with another medicine"),
    "EXP": _("As expected"),
}
"""Interpretation codes that say that nothing is: words, never a flag."""

IN_ORDER_AS_WRITTEN = frozenset(
    {
        "normal",
        "wnl",
        "within normal limits",
        "within normal range",
        "within range",
        "within reference range",
        "in range",
        "negative",
        "not detected",
        "none detected",
        "non-reactive",
        "nonreactive",
        "susceptible",
        "expected",
    }
)
"""The same where a system writes it without a code. It is shown as written."""


_WORD = re.compile(r"[^\W\d_]+")
PLAIN_WORDS = frozenset(
    {"a", "and", "at", "between", "equal", "from", "of", "or", "than", "the", "to", "up"}
    | {"above", "below", "greater", "higher", "least", "less", "lower", "more", "most", "over", "under"}
    | {"normal", "range", "reference", "usual"}
)
"""Words of a range's text that its bounds say just as well."""

USUAL = frozenset({"normal", "normal range", "usual range", "reference range"})
"""What a range for the usual is called where it has no code. HL7 referencerange-meaning has "Normal Range"."""


def usual_range(ranges: Sequence[ReferenceRange]) -> Words:
    """The reference ranges as given, each with what it is for; empty where none is given.

    One that is not of the usual, such as a critical or a recommended one, is called what the record calls it.
    """
    usual = [words for one in ranges if _is_usual(one) and (words := _one_range(one))]
    others = [words for one in ranges if not _is_usual(one) and (words := _one_range(one))]
    return "; ".join((*([_now("Usual range: %s") % "; ".join(usual)] if usual else ()), *others))


def _is_usual(given: ReferenceRange) -> bool:
    said = wording.words_of(given.type)
    return not said or (given.type is not None and given.type_is_normal) or said.casefold() in USUAL


def _one_range(given: ReferenceRange) -> str:
    bounds = _bounds(given) or (given.text or "").strip()
    text = (given.text or "").strip()
    purpose = [text] if text and text != bounds and _says_more(text, given) else []
    purpose += [wording.words_of(group) for group in given.appliesTo]
    if given.age is not None:
        purpose.append(_now("age %s") % wording.age_range_words(given.age))
    purpose = [words for words in purpose if words]
    said = f"{bounds} ({', '.join(purpose)})" if bounds and purpose else bounds
    if not said or _is_usual(given):
        return said
    return _now("%(label)s: %(value)s") % {"label": wording.words_of(given.type), "value": said}


def _says_more(text: str, given: ReferenceRange) -> bool:
    """Whether a range's text has words that its bounds do not say: "Above 6.0: call the lab", not "3.5 - 5.1"."""
    units = (name for one in (given.low, given.high) if one for name in (one.unit, one.code) if name)
    said = {word for name in units for word in _WORD.findall(name.casefold())}
    return not said.union(PLAIN_WORDS).issuperset(_WORD.findall(text.casefold()))


def _bounds(given: ReferenceRange) -> str:
    return wording.range_words(Range(low=given.low, high=given.high))


def flag(valued: Valued) -> Flag | None:
    """Out of the ordinary or not: the record's interpretation, else worked out from its one usual range.

    Both are said apart (`Flag.computed`). An interpretation with an unknown code is shown by its own text.
    """
    codes = [c.code for concept in valued.interpretation for c in concept.coding if c.code]
    known = [FLAGS[code] for code in codes if code in FLAGS]
    if known:
        return next((found for found in known if found.critical), known[0])
    if valued.interpretation:
        if any(code in IN_ORDER for code in codes):
            return None
        said = [text for text in map(wording.words_of, valued.interpretation) if text]
        in_order = all(text.casefold().rstrip(".") in IN_ORDER_AS_WRITTEN for text in said)
        return None if in_order else Flag(words=", ".join(said))
    return computed_flag(valued)


def interpretation_words(concepts: Sequence[CodeableConcept]) -> Words:
    """What the record says of a value, in words, in order or not."""
    for concept in concepts:
        for coding in concept.coding:
            if coding.code in FLAGS:
                return FLAGS[coding.code].words
            if coding.code in IN_ORDER:
                return IN_ORDER[coding.code]
    return wording.all_words_of(concepts)


def computed_flag(valued: Valued) -> Flag | None:
    """Above or below the range given, where there is one usual range in the value's own unit, also with one bound."""
    quantity = valued.valueQuantity
    given = _one_usual_range(valued)
    if quantity is None or quantity.value is None or given is None:
        return None
    low, high = _bound(given.low, quantity), _bound(given.high, quantity)
    if low is not None and quantity.value < low and quantity.comparator not in {">", ">="}:
        return Flag(words=_("Below the range given"), arrow="down", computed=True)
    if high is not None and quantity.value > high and quantity.comparator not in {"<", "<="}:
        return Flag(words=_("Above the range given"), arrow="up", computed=True)
    return None


def exact(valued: Valued | None, marked: bool = False) -> Number:
    """A value's number as recorded, with the bounds of its one usual range, for drawing.

    `marked`: something else than this value says that it is out of the ordinary. An empty Number where there is none.
    """
    quantity = valued.valueQuantity if valued is not None else None
    if valued is None or quantity is None:
        return Number()
    given = _one_usual_range(valued)
    return Number(
        value=quantity.value,
        comparator=wording.comparator(quantity).strip(),
        low=_bound(given.low, quantity) if given else None,
        high=_bound(given.high, quantity) if given else None,
        flagged=marked or flag(valued) is not None,
    )


def in_words(valued: Valued, shown: Flag | None) -> Words:
    """What the record says of a value that it does not flag; else that it lies within the one usual range given."""
    if shown is not None:
        return ""
    if valued.interpretation:
        return interpretation_words(valued.interpretation)
    number = exact(valued)
    if number.value is None or number.comparator or (number.low is None and number.high is None):
        return ""
    return _("Within the range given")


def flag_facts(valued: Valued) -> Iterable[Fact | None]:
    """What the record says of a value, and what this page worked out, told apart."""
    yield wording.maybe(_("What the record says of it"), interpretation_words(valued.interpretation))
    found = flag(valued)
    if found is not None and found.computed:
        said = _("%(words)s. This page compared the two; the record does not say it.") % {
            "words": found.words
        }
        yield Fact(label=_("Compared with the range"), value=said)
    elif not valued.interpretation and any(map(_is_reversed, valued.referenceRange)):
        yield Fact(
            label=_("Compared with the range"),
            value=_("Not compared: in the record the lower end of the range lies above the upper end."),
        )


def is_marked(observation: Observation) -> bool | None:
    """Whether a result or a part of it is out of the ordinary, as `flag` says; None where nothing tells.

    Nothing tells where there is neither an interpretation nor a range that the value can be held against.
    """
    parts: list[Valued] = [observation, *observation.component]
    if any(flag(part) is not None for part in parts):
        return True
    return False if any(map(_is_told, parts)) else None


def _is_told(valued: Valued) -> bool:
    if valued.interpretation:
        return bool(interpretation_words(valued.interpretation))
    number = exact(valued)
    return number.value is not None and (number.low is not None or number.high is not None)


def _one_usual_range(valued: Valued) -> ReferenceRange | None:
    """The usual range, where exactly one is given, it is for everybody, and its bounds leave anything between them."""
    normal = [one for one in valued.referenceRange if _is_usual(one)]
    given = normal[0] if len(normal) == 1 and not (normal[0].appliesTo or normal[0].age) else None
    return None if given is None or _is_reversed(given) else given


def _is_reversed(given: ReferenceRange) -> bool:
    """Whether the lower bound lies above the upper one: a mistake in the record, which nothing can be held against."""
    low, high = (one.value if one is not None else None for one in (given.low, given.high))
    return low is not None and high is not None and low > high


def _bound(bound: Quantity | None, value: Quantity) -> Decimal | None:
    if bound is None or bound.value is None:
        return None
    same = (
        not wording.unit(bound)
        or wording.unit(bound) == wording.unit(value)
        or (bound.unit is not None and bound.unit == value.unit)
        or (bound.code is not None and bound.code == value.code)
    )
    return bound.value if same else None
