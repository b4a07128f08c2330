"""A long list as its reader wishes it: narrowed, sorted, and what there is to choose from.

By status, year and date a list is narrowed and sorted by its heads alone. Only for marks and names are all its entries
read, and only where that is asked for. What was found is kept beside the pages, as their places are (`standing`).
"""

from __future__ import annotations

import itertools
import re
import time
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec
from django.utils.translation import get_language

from records.fetching import collected as collecting
from records.fetching.cache import SECONDS_KEPT
from records.fetching.collected import Collected
from records.fetching.read_along import MOST_READ_ALONG, TITLES, is_outstanding
from records.fetching.source import Source
from records.fhir.bundle import Page, local
from records.fhir.elements import Observation, Reference
from records.fhir.reading import NotReadable, read
from records.kinds.base import AnyKind, Known
from records.lists import reports as panels
from records.lists.choosing import BY_NAME, OLDEST, Chooser, Wish
from records.lists.reports import Held, Panel, Place
from records.reading.addresses import Addresses
from records.reading.kept import FEWEST_PAGES
from records.reading.known import known_for
from records.reading.rows import entries_at, read_all, row_of
from records.reading.sifting import Sifted, Spot
from records.words import flags
from records.words.rows import Choices

MOST_ROUNDS = 4
"""How often entries are read along for the names of a whole list; a name that is still missing stands at the end."""

_encode = msgspec.msgpack.Encoder().encode
_decode_marks = msgspec.msgpack.Decoder(dict[Spot, bool | None]).decode
_decode_names = msgspec.msgpack.Decoder(dict[Spot, tuple[bool, str]]).decode

_NUMBER = re.compile(r"\d{1,12}", re.ASCII)


class Arranged(NamedTuple):
    """The places of a list in their order, what holds them together, and the choices; None for a short list."""

    places: list[Place]
    held: Held | None
    choices: Choices | None


@dataclass(frozen=True, slots=True)
class Entries:
    """The entries of a list and how to read them in full. `one_measure`: they are all of one, and of one name."""

    kind: AnyKind
    source: Source
    sifted: Sifted
    collected: Collected
    addresses: Addresses
    one_measure: bool = False

    def page_at(self, number: int) -> Page:
        """The page of this number. Raises Gone where it is no longer kept."""
        return collecting.page_at(self.collected, number, self.kind, self.source)

    def name(self, *what: str) -> str:
        """The name under which something that was found in all of them is kept."""
        return self.source.keep.name(*what, self.kind.slug, *self.collected.pages)

    def store(self, name: str, found: bytes) -> None:
        """Keeps it as long as the pages are kept; not for a short list, where it is found anew as quickly."""
        if len(self.collected.pages) >= FEWEST_PAGES:
            self.source.keep.store(name, found, SECONDS_KEPT - (time.time() - self.collected.asked_at))


def arrange(
    entries: Entries, places: Sequence[Place], held: Held | None, wish: Wish, *, at_least: bool
) -> Arranged:
    """The list as wished.

    Args:
        places: all of it, in the order of the kind.
        held: what holds it together, if anything does.
        wish: what its reader asks of it.
        at_least: whether more may still arrive.

    Raises:
        Gone: a page is no longer kept.
    """
    marks = marks_of(entries, [spot for _slug, spot in places if spot is not None]) if wish.marked else {}
    if wish.order:
        places, held = _in_order(entries, places, held, wish.order)
    chooser = Chooser(entries.kind, places, entries.sifted, held, marks)
    part = chooser.part(wish) if wish.is_part else list(places)
    return Arranged(part, held, chooser.choices(wish, at_least=at_least, one_measure=entries.one_measure))


# ---------------------------------------------------------------- marks


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
    raws = entries_at(wanted, entries.page_at)
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


# ---------------------------------------------------------------- order


def _in_order(
    entries: Entries, places: Sequence[Place], held: Held | None, order: str
) -> tuple[list[Place], Held | None]:
    """Places in another order: each heading's own ones; of results under reports the reports, each kept as it is."""
    if held is not None:
        held = _held_in_order(entries, held, order)
        return held.places(), held
    names = _names(entries, [spot for _slug, spot in places if spot is not None]) if order == BY_NAME else {}
    found: list[Place] = []
    for slug, group in itertools.groupby(places, key=lambda place: place[0]):
        spots = _sorted([spot for _slug, spot in group if spot is not None], names, order)
        found += [(slug, spot) for spot in spots]
    return found, held


def _held_in_order(entries: Entries, held: Held, order: str) -> Held:
    if order != BY_NAME:
        dated = sorted(held.panels, key=lambda panel: panel.when, reverse=order != OLDEST)
        dated.sort(key=lambda panel: not panel.when)
        return replace(held, panels=tuple(dated), loose=tuple(_sorted(held.loose, {}, order)))
    heads = [panel.spots[0] for panel in held.panels if panel.report is None]
    names = _names(entries, [*heads, *held.loose])
    reports = panels.report_rows(held, held.panels, entries.source, entries.addresses, titles_only=True)

    def name(panel: Panel) -> tuple[bool, str]:
        row = reports.get(panel.slug)
        if row is None:
            return names[panel.spots[0]]
        return row.title_missing, sortable(str(row.title))

    newest = sorted(held.panels, key=lambda panel: panel.when, reverse=True)
    return replace(
        held,
        panels=tuple(sorted(newest, key=name)),
        loose=tuple(_sorted(held.loose, names, order)),
    )


def _sorted(spots: Sequence[Spot], names: Mapping[Spot, tuple[bool, str]], order: str) -> list[Spot]:
    """Newest first, oldest first or by name, those of one name newest first; undated and unnamed ones last."""
    if order == OLDEST:
        return sorted(spots, key=lambda spot: (not spot.when, spot.when))
    newest = sorted(spots, key=lambda spot: spot.when, reverse=True)
    return sorted(newest, key=lambda spot: names[spot]) if order == BY_NAME else newest


def _names(entries: Entries, spots: Sequence[Spot]) -> dict[Spot, tuple[bool, str]]:
    """What each entry is called, as it sorts, and before it whether it has no name."""
    kind, name = entries.kind, entries.name("names", get_language() or "")
    kept = entries.source.keep.load(name)
    names: dict[Spot, tuple[bool, str]] = _decode_names(kept) if kept is not None else {}
    if kept is not None and names.keys() >= set(spots):
        return names
    found = read_all(kind, entries_at(spots, entries.page_at))
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
