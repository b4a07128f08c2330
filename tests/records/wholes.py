"""A whole record without a server: every section's entries as one answer each, kept as a section finds them."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from records import harvest as harvesting
from records import standing
from records.harvest import Harvest
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.source import Sharing, Source
from records.whole import Part, Whole
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
        harvest = Harvest(asked_at=time.time(), pages=[name])
        sifted = standing.sifted(kind, source, harvest)
        parts.append(Part(kind, Sharing.FULL, harvest=harvest, sifted=sifted))
    return Whole(tuple(parts))


def still_open(part: Part) -> Part:
    """The same part with more of it on its way."""
    assert part.harvest is not None
    part.harvest.open.append(harvesting.Chain(next="https://fhir.example/fhir-request/?page=2"))
    return part
