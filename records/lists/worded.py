"""The entries of one page read in full and put in words, each a row. See `records.kinds` for the words."""

from __future__ import annotations

import msgspec

from records.lists.entries import Entries
from records.lists.paging import ListPage
from records.reading.known import known_for
from records.reading.places import Spot
from records.reading.rows import at_odds, id_of, read_all, row_of, unreadable_row
from records.words.rows import Row, replace


def word(page: ListPage) -> dict[Spot, Row]:
    """The rows of a page, of statements and of what cannot be read.

    Raises:
        Gone: a page of the answer is no longer kept.
        AccessOver: the sign-in ended.
    """
    grouped, entries, spots = page.grouped, page.grouped.entries, page.spots
    kind, source = entries.kind, entries.source
    raws = entries.raws(spots)
    found = read_all(kind, raws)
    references = (r for entry in found.values() if entry is not None for r in kind.references(entry.model))
    known = known_for(references, source, entries.sifted.included, titles_only=_is_brief(entries))
    known = grouped.known(known, spots)
    rows = grouped.counted(found)
    for spot in spots:
        if spot not in rows:
            entry = found[spot]
            rows[spot] = (
                row_of(kind, entry, known, entries.addresses)
                if entry is not None
                else _unreadable(spot, raws[spot], entries)
            )
    for spot, keys in entries.sifted.at_odds.items():
        if spot in rows:
            rows[spot] = at_odds(rows[spot], keys)
    return grouped.finished(rows)


def _is_brief(entries: Entries) -> bool:
    """Whether rows wait for no names: those of the overview do not, but for blocks that come after it."""
    overview = entries.kind.overview
    return entries.look.only_now and not (overview is not None and overview.afterwards)


def _unreadable(spot: Spot, raw: msgspec.Raw, entries: Entries) -> Row:
    tally = entries.sifted.tally
    if spot not in entries.sifted.unreadable:  # its head could be read, the rest could not
        tally.shown -= 1
        tally.unreadable += 1
    row, logical_id = unreadable_row(raw), id_of(raw)
    if logical_id is None:
        return row
    return replace(row, href=entries.addresses.entry(entries.kind, entries.kind.resource_type, logical_id))
