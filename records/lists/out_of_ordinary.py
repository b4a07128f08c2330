"""Which entries of a list are marked as out of the ordinary: all are read for it, only where a reader asks for
those."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from records.fhir.elements import Observation
from records.fhir.reading import NotReadable, read
from records.lists.entries import Entries
from records.reading.places import Spot
from records.words import flags

_encode = msgspec.msgpack.Encoder().encode
_decode_marks = msgspec.msgpack.Decoder(dict[Spot, bool | None]).decode


def marks_of(entries: Entries, spots: Iterable[Spot]) -> dict[Spot, bool | None]:
    """Whether each entry is marked, by the record or by its range; None where nothing tells, or it cannot be read.

    Raises:
        Gone: a page is no longer kept.

    FHIR R4 Observation.interpretation and referenceRange, as `records.words.flags` reads them.
    """
    wanted, name = list(spots), entries.name("marks")
    kept = entries.source.keep.load(name)
    found: dict[Spot, bool | None] = _decode_marks(kept) if kept is not None else {}
    if kept is not None and found.keys() >= set(wanted):
        return found
    raws = entries.raws(wanted)
    found = {}
    for spot, raw in raws.items():
        said = bytes(raw)
        # Most of what has neither need not be read to know that. A name may also be written with escapes.
        if b'"interpretation"' not in said and b'"referenceRange"' not in said and b"\\u" not in said:
            found[spot] = None
            continue
        try:
            found[spot] = flags.is_marked(read(raw, Observation)[0])
        except NotReadable:
            found[spot] = None
    entries.store(name, _encode(found))
    return found
