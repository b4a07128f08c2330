"""Whether a value is out of the ordinary, and what is usual. FHIR R4 Observation.interpretation and referenceRange.

A value is never judged here: a flag is the record's own interpretation, or said to be worked out from its range. What
is said of a part reaches the whole (`whole_flag`), by one rule for row, list, overview and filter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.elements import CodeableConcept, Observation, Valued
from records.words import wording
from records.words.called import part_name
from records.words.interpretations import FLAGS as FLAGS
from records.words.interpretations import IN_ORDER as IN_ORDER
from records.words.interpretations import joined, marked, nothing_words, told
from records.words.rows import Fact, Flag, Number, Words, replace
from records.words.usual import bounds, is_above, is_below, why_not_compared
from records.words.usual import usual_range as usual_range


def flag(valued: Valued) -> Flag | None:
    """Out of the ordinary or not, of a value alone: what the record says, else worked out from its one usual range.

    Both are said apart (`Flag.computed`). Several interpretations are all told, and the gravest marks. One that is
    known to nobody here is shown by its own words; a NullFlavor is none.
    """
    said = told(valued.interpretation) if valued.interpretation else None
    return marked(said) if said else computed_flag(valued)


def whole_flag(observation: Observation) -> Flag | None:
    """The flag of an entry: its own and those of its parts, each told with the part's name; the gravest marks."""
    own = flag(observation)
    if not observation.component:
        return own
    parts = [(part_name(part.code), found) for part in observation.component if (found := flag(part))]
    if not parts:
        return own
    gravest = max([*([own] if own else []), *(found for _name, found in parts)], key=_gravity)
    same = {str(found.words) for _name, found in parts}
    if len(same) == 1 and (len(parts) == len(observation.component) or (own and str(own.words) in same)):
        words = list(same)
    else:
        words = [_of_part(name, found) for name, found in sorted(parts, key=lambda one: -_gravity(one[1]))]
    if own is not None and str(own.words) not in words:
        words.insert(0, str(own.words))
    elif own is None:
        words += [str(one.words) for one in told(observation.interpretation)]
    computed = all(found.computed for _name, found in parts) and (own is None or own.computed)
    return replace(gravest, words=", ".join(words), computed=computed)


def _gravity(found: Flag) -> int:
    return 2 * found.critical + (not found.computed)


def _of_part(name: str, found: Flag) -> str:
    said = _now("%(label)s: %(value)s") % {"label": name, "value": found.words} if name else str(found.words)
    return said


def interpretation_words(concepts: Sequence[CodeableConcept]) -> Words:
    """All that the record says of a value, in words, in order or not."""
    return joined(told(concepts))


def computed_flag(valued: Valued) -> Flag | None:
    """Above or below the range given, where there is one usual range in the value's own unit, also with one bound."""
    quantity, given = valued.valueQuantity, bounds(valued)
    if quantity is None or quantity.value is None or given is None:
        return None
    if is_below(quantity, given.low):
        at_it = given.low is not None and given.low.value == quantity.value and not quantity.comparator
        return Flag(words=_AT_THE_BOUND if at_it else _("Below the range given"), arrow="down", computed=True)
    if is_above(quantity, given.high):
        at_it = given.high is not None and given.high.value == quantity.value and not quantity.comparator
        return Flag(words=_AT_THE_BOUND if at_it else _("Above the range given"), arrow="up", computed=True)
    return None


_AT_THE_BOUND = _("At the bound, not within the range given")


def exact(valued: Valued | None, is_flagged: bool = False) -> Number:
    """A value's number as recorded, with the bounds of its one usual range, for drawing.

    `is_flagged`: something else than this value says that it is out of the ordinary. An empty Number where there is
    none.
    """
    quantity = valued.valueQuantity if valued is not None else None
    if valued is None or quantity is None:
        return Number()
    given = bounds(valued)
    return Number(
        value=quantity.value,
        comparator=wording.comparator(quantity).strip(),
        low=given.low.value if given and given.low else None,
        high=given.high.value if given and given.high else None,
        flagged=is_flagged or flag(valued) is not None,
    )


def in_words(valued: Valued, shown: Flag | None) -> Words:
    """What the record says of a value that it does not flag; else that it lies within the one usual range given."""
    if shown is not None:
        return ""
    if said := interpretation_words(valued.interpretation):
        return said
    return _("Within the range given") if _is_within(valued) else ""


def _is_within(valued: Valued) -> bool:
    quantity, given = valued.valueQuantity, bounds(valued)
    if quantity is None or quantity.value is None or quantity.comparator or given is None:
        return False
    return is_below(quantity, given.low) is False and is_above(quantity, given.high) is False


def flag_facts(valued: Valued) -> Iterable[Fact | None]:
    """What the record says of a value, and what this page worked out, told apart."""
    said = interpretation_words(valued.interpretation)
    yield wording.maybe(_("What the record says of it"), said or nothing_words(valued.interpretation))
    found = None if said else computed_flag(valued)
    if found is not None:
        compared = _("%(words)s. This page compared the two; the record does not say it.") % {
            "words": found.words
        }
        yield Fact(label=_("Compared with the range"), value=compared)
    elif not said and (why := why_not_compared(valued)):
        yield Fact(label=_("Compared with the range"), value=why)


def is_marked(observation: Observation) -> bool | None:
    """Whether a result or a part of it is out of the ordinary, as `whole_flag` says; None where nothing tells.

    Nothing tells where there is neither an interpretation nor a range that the value can be held against.
    """
    parts: list[Valued] = [observation, *observation.component]
    if any(flag(part) is not None for part in parts):
        return True
    return False if any(map(_is_told, parts)) else None


def _is_told(valued: Valued) -> bool:
    return bool(told(valued.interpretation)) or _is_within(valued)
