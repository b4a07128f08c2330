"""Names that stand in no entry: many only point to a practitioner or a medication, which is read along for their rows.
Search looks for those names too. FHIR R4 Reference: `reference` without `display`.

Which entries point to whom is worked out once for a list and kept beside its pages, as `records.reading.kept` keeps
places.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from records.fetching import collected as collecting
from records.fetching.cache import SECONDS_KEPT
from records.fetching.collected import Gone
from records.fetching.read_along import is_outstanding, read_along
from records.fetching.source import Sharing, Source
from records.fhir.absence import coded
from records.fhir.compartment import local
from records.fhir.elements import Named, Reference
from records.lists.whole import Part

TYPES = frozenset({"Location", "Medication", "Organization", "Practitioner"})
"""What rows call by a name that may stand with it alone."""

MOST_NAMES = 100
"""How many are read for one search, those that most entries point to first."""

SECONDS = 5
"""How long a search waits for names."""

Target = tuple[str, str]
Place = tuple[int, int]
"""The number of a page, and of an entry on it."""

# The group is atomic: what was found is not given up to be looked for again further on in a long reference.
# A display mostly follows at once; where it stands elsewhere, the name is looked for here too, which does no harm.
_UNNAMED = re.compile(
    rb'"reference"\s*:\s*"(?>([^"]*?\b(?:'
    + "|".join(sorted(TYPES)).encode()
    + rb')\\?/[^"]*)")(?!\s*,\s*"display")'
)

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(dict[str, list[Place]]).decode


@dataclass(frozen=True, slots=True)
class Pointed:
    """Who is pointed to. `places`: for each part of the record, by target, the entries that point there; `names`: what
    is known of each target. `is_whole`: nobody was left out for want of time or because there are too many."""

    places: tuple[Mapping[Target, list[Place]], ...] = ()
    names: Mapping[Target, Named] = field(default_factory=dict)
    is_whole: bool = True


def pointed_by(parts: Iterable[Part], source: Source) -> Pointed:
    """Who is pointed to without a name in these parts of the record, with their names as far as they can be had.

    Args:
        parts: of the record, as `records.lists.whole` loads them; one that has not come has nobody in it.
        source: is asked for the names that are not at hand, for `SECONDS` seconds and `MOST_NAMES` of them at most.

    Raises:
        Gone: a page is no longer kept.
        AccessOver: the sign-in ended meanwhile.
    """
    places: list[Mapping[Target, list[Place]]] = []
    names: dict[Target, Named] = {}
    entries: Counter[Target] = Counter()
    known: dict[str, Mapping[Target, list[Place]]] = {}
    for part in parts:
        if part.collected is None or part.sifted is None:
            places.append({})
            continue
        question = collecting.question(part.kind)
        if question not in known:
            known[question] = _places(part, source)
            entries.update({target: len(here) for target, here in known[question].items()})
        places.append(known[question])
        names.update(part.sifted.included)
    wanted = [
        target
        for target, _count in entries.most_common()
        if target not in names and source.shares(target[0]) is not Sharing.NONE
    ]
    asked = wanted[:MOST_NAMES]
    found = read_along(asked, source.within(min(SECONDS, source.client.deadline.left)))
    names.update((target, coded(raw, Named)) for target, raw in found.items())
    late = any(target not in found and is_outstanding(target, source) for target in asked)
    return Pointed(tuple(places), names, is_whole=len(asked) == len(wanted) and not late)


def _places(part: Part, source: Source) -> Mapping[Target, list[Place]]:
    collected = part.collected
    if collected is None:
        raise Gone
    name = source.keep.name("pointing", *collected.pages)
    kept = source.keep.load(name)
    if kept is not None:
        found = _decode(kept)
    else:
        found = {}
        for number in range(len(collected.pages)):
            entries = collecting.page_at(collected, number, part.kind, source).entries
            for index, entry in enumerate(entries):
                for said in set(_UNNAMED.findall(entry.raw)):
                    found.setdefault(said.decode("utf-8", "replace"), []).append((number, index))
        left = SECONDS_KEPT - (time.time() - collected.asked_at)
        source.keep.store(name, _encode(found), left)
    places: dict[Target, list[Place]] = {}
    for said, here in found.items():
        target = local(Reference(reference=said.replace("\\/", "/")), base=source.base)
        if target is not None and target[0] in TYPES:
            places.setdefault(target, []).extend(here)
    return places
