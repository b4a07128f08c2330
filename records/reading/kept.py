"""Where every entry of a long list stands, kept beside its pages: sifting 10,000 heads costs more than a page of fifty.

What is kept is the whole of `Sifted`, whatever it comes to hold, encrypted like the pages and no longer than they. It
belongs to exactly those pages: another answer, another kind that asks the same, or a newer collection has another name.
"""

from __future__ import annotations

import time

import msgspec

from records.fetching import collected as collecting
from records.fetching.cache import SECONDS_KEPT
from records.fetching.collected import Collected
from records.fetching.source import Source
from records.kinds.base import AnyKind
from records.reading.places import Sifted
from records.reading.sifting import sift

FEWEST_PAGES = 2
FEWEST_ENTRIES = 40
"""A shorter list of one page is sifted as quickly as it would be looked up."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Sifted).decode


def sifted(kind: AnyKind, source: Source, collected: Collected) -> Sifted:
    """All entries that were collected in their places, as `sifting.sift` finds them; a copy of the caller's own.

    Raises:
        collected.Gone: a page is no longer kept.
    """
    name = source.keep.name("sifted", kind.slug, *collected.pages)
    kept = source.keep.load(name)
    if kept is not None:
        return _decode(kept)
    found = sift(kind, collecting.pages_of(collected, kind, source), patient=source.patient, base=source.base)
    # What came of another patient is told again at every look, and its pages are forgotten.
    is_long = len(collected.pages) >= FEWEST_PAGES or len(found.by_id) >= FEWEST_ENTRIES
    if is_long and not found.tally.another_patient:
        left = SECONDS_KEPT - (time.time() - collected.asked_at)
        source.keep.store(name, _encode(found), left)
    return found
