"""One thing that a record has in two ways: an allergy as serious and as harmless, a condition as current and as over.

Neither is chosen and neither is hidden; each of the entries says that there is the other. What ended before it began
again is a relapse and no contradiction. FHIR R4 AllergyIntolerance, Condition, MedicationRequest.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from enum import Enum
from itertools import combinations
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext_lazy as _

from records.fhir.codes import SNOMED_CT, UNSAID
from records.fhir.elements import CodeableConcept
from records.words.rows import Words

Place = TypeVar("Place", bound=Hashable)


class Way(Enum):
    """How an entry has what it is of."""

    NOW = "now"
    AGAIN = "again"
    PAST = "past"
    RULED_OUT = "ruled out"
    AVOID = "avoid"


class Claim(NamedTuple):
    """What an entry claims of one thing.

    Attributes:
        name: of the thing; entries of the same share it. Empty where it is not known to be the same as any other.
        way: how it is.
        since, until: the days between which it is so, as sorted; empty where that is not recorded.
        is_grave: True and False are at odds; None says nothing of it.
        sorts: codes of the sorts that it is of, and its name in small letters, for a statement that there is none.
    """

    name: str
    way: Way
    since: str = ""
    until: str = ""
    is_grave: bool | None = None
    sorts: tuple[str, ...] = ()


WORDS: dict[str, Words] = {
    "past": _("Recorded in two ways: as current and as over. The agency can say which holds."),
    "ruled out": _("Recorded in two ways: as current and as ruled out. The agency can say which holds."),
    "avoid": _(
        "Recorded in two ways: as to be taken and as not to be taken. Ask the agency before taking it."
    ),
    "grave": _(
        "Recorded in two ways: as possibly serious and as unlikely to be. The agency can say which holds."
    ),
}
"""What each of two entries says that are at odds."""

MOST = 200
"""Of entries of one thing so many are held against each other."""

_CURRENT = frozenset({Way.NOW, Way.AGAIN})


def thing(concept: CodeableConcept | None) -> str:
    """What a concept is of, by one name: its code in SNOMED CT, else its first code, else its text.

    Where several entries have a code of SNOMED CT, that of a coarser system says nothing of their being the same.
    """
    if concept is None:
        return ""
    codings = [one for one in concept.coding if one.system and one.code and one.system not in UNSAID]
    if codings:
        best = min(codings, key=lambda one: one.system != SNOMED_CT)
        return f"{best.system}|{best.code}"
    said = " ".join((concept.text or "").split()).casefold()
    return f"|{said}" if said else ""


def at_odds(claims: Iterable[tuple[Place, Claim]]) -> dict[Place, list[str]]:
    """Of entries that are at odds with another one of the same thing, the keys of `WORDS`."""
    by_name: dict[str, list[tuple[Place, Claim]]] = {}
    for place, claim in claims:
        if claim.name:
            by_name.setdefault(claim.name, []).append((place, claim))
    found: dict[Place, list[str]] = {}
    for same in by_name.values():
        for (one, first), (other, second) in combinations(same[:MOST], 2):
            for key in _between(first, second):
                for place in (one, other):
                    if key not in found.setdefault(place, []):
                        found[place].append(key)
    return found


def _between(one: Claim, other: Claim) -> Iterator[str]:
    if {one.is_grave, other.is_grave} == {True, False} and {one.way, other.way} <= _CURRENT:
        yield "grave"
    if one.way is not Way.NOW:
        one, other = other, one
    if one.way is not Way.NOW or other.way in _CURRENT:
        return
    if other.way is Way.PAST and _ended_before(other, one):
        return
    yield other.way.value


def _ended_before(past: Claim, now: Claim) -> bool:
    """Whether what is over was over when what is current began, as far as both days are as precise."""
    precise = min(len(past.until), len(now.since))
    return bool(precise) and past.until[:precise] <= now.since[:precise]


def gainsays(claim: Claim, sort: str) -> bool:
    """Whether something current is of the sort of which the record states that there is none."""
    if claim.way not in _CURRENT or not sort:
        return False
    *codes, name = claim.sorts or ("",)
    return sort in codes or (len(sort) >= SHORTEST and sort in name)


SHORTEST = 4
"""Letters of a sort that is looked for in a name: "latex" stands in "latex gloves"."""
