"""A whole record without a server: every section's entries as one answer each, kept as a section finds them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from records.fetching import collected as collecting
from records.fetching.collected import Collected
from records.fetching.source import Sharing, Source
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists.whole import Part, Whole
from records.reading import kept as standing
from tests.peers.records_by_others import body_of
from tests.resources import Json


def whole_of(resources: Sequence[Json], source: Source, kinds: Iterable[AnyKind] | None = None) -> Whole:
    """What `load_whole` gives where the server answers every question about a type with all of that type."""
    parts, kept = [], {}
    for kind in kinds or KINDS.values():
        name = source.keep.name("page", kind.resource_type)
        if name not in kept:
            kept[name] = body_of([one for one in resources if one["resourceType"] == kind.resource_type])
            source.keep.store(name, kept[name])
        collected = Collected(asked_at=time.time(), pages=[name])
        sifted = standing.sifted(kind, source, collected)
        parts.append(Part(kind, Sharing.FULL, collected=collected, sifted=sifted))
    return Whole(tuple(parts))


def still_open(part: Part) -> Part:
    """The same part with more of it on its way."""
    assert part.collected is not None
    part.collected.open.append(collecting.Chain(next="https://fhir.example/fhir-request/?page=2"))
    return part
