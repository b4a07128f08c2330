"""Which entries are told in another: a questionnaire holds its answers, a score is worked out from them.

Only the shape matters here, for whatever names what. FHIR R4 Observation.hasMember, Observation.derivedFrom.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import TypeVar

Place = TypeVar("Place", bound=Hashable)


def fold(named: Mapping[Place, Sequence[Place]]) -> dict[Place, list[Place]]:
    """Which entries stand for themselves, and what each of them holds, also through others, in the order named.

    Args:
        named: what each entry names directly; only entries that name something.

    Returns:
        Every entry of `named` is a key, or is held by one. Of entries that name each other, a questionnaire whose
        answers point back to it, the one that names most is the key. An entry may be held by several.
    """
    inner = {one for holder, others in named.items() for one in others if one != holder}
    outer_first = sorted(named, key=lambda one: (one in inner, -len(named[one])))
    held: dict[Place, list[Place]] = {}
    reached: set[Place] = set()
    for one in outer_first:
        if one in inner and one in reached:
            continue
        held[one] = list(_below(one, named, {one}))
        reached.update(held[one])
    return held


def _below(holder: Place, named: Mapping[Place, Sequence[Place]], seen: set[Place]) -> Iterator[Place]:
    levels = [
        iter(named.get(holder, ()))
    ]  # not by calling itself: a chain may be longer than calls may be deep
    while levels:
        for one in levels[-1]:
            if one not in seen:
                seen.add(one)
                yield one
                levels.append(iter(named.get(one, ())))
                break
        else:
            levels.pop()
