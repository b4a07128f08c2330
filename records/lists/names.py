"""What each entry of a list is called, as it sorts: only where a reader wishes a list by name are all its entries
read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence

import msgspec
from django.utils.translation import get_language

from records.fetching.read_along import MOST_READ_ALONG, TITLES, is_outstanding
from records.fhir.compartment import local
from records.fhir.elements import Reference
from records.kinds.base import Known
from records.lists.choosing import BY_NAME, OLDEST
from records.lists.entries import Entries
from records.reading.known import known_for
from records.reading.places import Spot
from records.reading.rows import read_all, row_of

MOST_ROUNDS = 4
"""How often entries are read along for the names of a whole list; a name that is still missing stands at the end."""

_encode = msgspec.msgpack.Encoder().encode
_decode_names = msgspec.msgpack.Decoder(dict[Spot, tuple[bool, str]]).decode

_NUMBER = re.compile(r"\d{1,12}", re.ASCII)


def in_order(spots: Sequence[Spot], names: Mapping[Spot, tuple[bool, str]], order: str) -> list[Spot]:
    """Newest first, oldest first or by name, those of one name newest first; undated and unnamed ones last."""
    if order == OLDEST:
        return sorted(spots, key=lambda spot: (not spot.when, spot.when))
    newest = sorted(spots, key=lambda spot: spot.when, reverse=True)
    return sorted(newest, key=lambda spot: names[spot]) if order == BY_NAME else newest


def names_of(entries: Entries, spots: Sequence[Spot]) -> dict[Spot, tuple[bool, str]]:
    """What each entry is called, as it sorts, and before it whether it has no name."""
    kind, name = entries.kind, entries.name("names", get_language() or "")
    kept = entries.source.keep.load(name)
    names: dict[Spot, tuple[bool, str]] = _decode_names(kept) if kept is not None else {}
    if kept is not None and names.keys() >= set(spots):
        return names
    found = read_all(kind, entries.raws(spots))
    references = [r for one in found.values() if one is not None for r in kind.references(one.model)]
    known, is_late = _known(references, entries)
    names = {}
    for spot in spots:
        one = found[spot]
        row = row_of(kind, one, known, entries.addresses) if one is not None else None
        names[spot] = (True, "") if row is None else (row.title_missing, sortable(str(row.title)))
    if not is_late:
        entries.store(name, _encode(names))
    return names


def _known(references: Sequence[Reference], entries: Entries) -> tuple[Known, bool]:
    """What titles need of what entries point to: each once, in rounds of as many as a page reads along; and whether
    some of it may still come."""
    source = entries.source
    once = list({reference.reference: reference for reference in references if reference.reference}.values())
    known = known_for((), source, dict(entries.sifted.included))
    is_late = False
    for start in range(0, min(len(once), MOST_READ_ALONG * MOST_ROUNDS), MOST_READ_ALONG):
        batch = once[start : start + MOST_READ_ALONG]
        known = known_for(batch, source, known.resources, titles_only=True)
        targets = {local(reference, base=source.base) for reference in batch} - known.resources.keys()
        is_late |= any(t is not None and t[0] in TITLES and is_outstanding(t, source) for t in targets)
    return known, is_late


def sortable(name: str) -> str:
    """A name as it sorts: without case and diacritics, numbers by their size; in Spanish ñ stands behind n."""
    folded = name.strip().casefold()
    if not folded.isascii():
        if (get_language() or "").startswith("es"):
            folded = unicodedata.normalize("NFC", folded).replace("ñ", "n\N{LATIN SMALL LETTER EZH}")
        apart = unicodedata.normalize("NFKD", folded)
        folded = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return _NUMBER.sub(lambda number: number[0].zfill(12), folded)
