"""From places in a list to finished rows: the entries of one page read in full, with what they point to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from django.utils.translation import gettext_lazy as _

from records.fhir import additions, gaps
from records.fhir.bundle import Page
from records.fhir.compartment import is_id
from records.fhir.elements import Meta
from records.fhir.reading import NotReadable, read, tree
from records.kinds import claims, inside
from records.kinds.base import AnyKind, Known
from records.reading.addresses import Addresses
from records.reading.places import Sifted, Spot
from records.words import absent_reasons, labels, protection, units, wording
from records.words.rows import Fact, Row, replace
from records.words.tongues import reading_in, told, told_as_sent

log = logging.getLogger("records.reading.rows")


SOURCE_SHOWN = 4000

NEW = _("New")
NEW_OR_CHANGED = _("New or changed")
"""FHIR does not say whether an entry came or changed, but for a first version, and what that is a server decides."""


@dataclass(frozen=True, slots=True)
class Found:
    """One entry in full: its own bytes, the typed view of it, and what was set aside while reading."""

    raw: bytes
    model: Any
    set_aside: tuple[str, ...]


PageAt = Callable[[int], Page]


def entries_at(spots: Iterable[Spot], page_at: PageAt) -> dict[Spot, msgspec.Raw]:
    """The bytes of the entries at these spots; each page is asked for once."""
    found: dict[Spot, msgspec.Raw] = {}
    by_page: dict[int, list[Spot]] = {}
    for spot in spots:
        by_page.setdefault(spot.page, []).append(spot)
    for number, here in by_page.items():
        entries = page_at(number).entries
        for spot in here:
            found[spot] = entries[spot.entry].raw
    return found


def read_all(kind: AnyKind, raws: Mapping[Spot, msgspec.Raw | bytes]) -> dict[Spot, Found | None]:
    """Each entry as the kind's own struct; None where nothing of it can be read."""
    found: dict[Spot, Found | None] = {}
    for spot, raw in raws.items():
        try:
            model, set_aside = read(raw, kind.model)
        except NotReadable:
            found[spot] = None
            continue
        if set_aside:
            # The places only: the message of a ValidationError quotes the patient's values.
            log.warning("set aside in %s: %s", kind.resource_type, ", ".join(set_aside))
        found[spot] = Found(raw=bytes(raw), model=model, set_aside=set_aside)
    return found


def row_of(kind: AnyKind, found: Found, known: Known, addresses: Addresses) -> Row:
    """One finished row with its address and what could not be read; never raises for what a record holds."""
    logical_id = getattr(found.model, "id", None)
    has_page = logical_id and (is_id(logical_id) or inside.parted(logical_id))
    href = addresses.entry(kind, kind.resource_type, logical_id) if logical_id and has_page else ""
    try:
        with reading_in(getattr(found.model, "language", None)):
            row = worded(kind.to_row, found.raw, found.model, known)
            row = replace(row, verbatim=told(row.verbatim), line=told_as_sent(row.line, found.raw))
    except Exception as error:  # a mistake of ours must not hide the other entries
        log.error("row of %s failed: %s", kind.slug, type(error).__name__)
        return replace(unreadable_row(found.raw), href=href)
    added = additions.places(found.raw)
    if added:
        row = _as_sent(row, added)
    elif known.units and kind.in_chosen_units and row.measure is not None:
        row = replace(row, measure=units.shown(row.measure, found.model.valueQuantity, known.units))
    answers = tuple(
        replace(one, href=addresses.entry(kind, kind.resource_type, one.id)) if is_id(one.id) else one
        for one in row.answers
    )
    unread = tuple(map(labels.element_words, found.set_aside))
    meta: Meta | None = getattr(found.model, "meta", None)
    if meta is not None and meta.security and protection.is_extra(meta.security):
        row = replace(row, asides=(*row.asides, protection.EXTRA))
    if meta is not None and known.since is not None and wording.is_after(meta.lastUpdated, known.since):
        row = replace(row, new=NEW if meta.versionId == "1" else NEW_OR_CHANGED)
    return replace(row, href=href, answers=answers, unread=unread)


def worded(to_row: Callable[[Any, Known], Row], raw: bytes, model: Any, known: Known) -> Row:
    """An entry as its kind puts it in words, with the reasons that it gives for what is not there."""
    filled = gaps.filled(raw, type(model))
    if filled is None:
        return to_row(model, known)
    plain = to_row(model, known)
    try:
        row = to_row(filled.model, known)
    except Exception as error:  # a mark is in nobody's text, and nothing but the reasons may be lost by it
        log.error("reasons of %s failed: %s", type(model).__name__, type(error).__name__)
        row = plain
    return absent_reasons.settled(row, plain, filled.gaps, whole=known.whole)


def _as_sent(row: Row, added: Iterable[str]) -> Row:
    """An entry with additions that may change what it means: it says so, and nothing is worked out from it."""
    measure = row.measure
    if measure is not None:
        flag = None if measure.flag is not None and measure.flag.computed else measure.flag
        measure = replace(measure, numbers=(), flag=flag)
    told: tuple[Fact, ...] = ()
    if row.facts:
        told = wording.addition_facts(map(labels.element_words, added), row.facts[0].group)
    return replace(row, addition=wording.MAY_MEAN_OTHER, measure=measure, facts=(*told, *row.facts))


def at_odds(row: Row, keys: Sequence[str]) -> Row:
    """A row that says that the record has the same thing in another way too."""
    words = tuple(claims.WORDS[key] for key in keys)
    return replace(row, caveats=(*row.caveats, *words), asides=(*words, *row.asides))


def stated_rows(rows: Mapping[Spot, Row], sifted: Sifted, *, each_once: bool) -> tuple[Row, ...]:
    """What is stated in the place of entries, the word on the whole list first; with `each_once` the newest of each."""
    found = [rows[spot] for spot in sifted.ordered_statements() if spot in rows]
    if not each_once:
        return tuple(found)
    return tuple({str(row.title).casefold(): row for row in reversed(found)}.values())[::-1]


def unreadable_row(raw: bytes | msgspec.Raw) -> Row:
    """An entry that this page does not understand, shown as it was sent."""
    return Row(
        title=_("An entry that could not be read"),
        title_missing=True,
        line=_("It is in the record, but in a form that this page does not understand. As it was sent:"),
        verbatim=bytes(raw)[:SOURCE_SHOWN].decode("utf-8", "replace"),
    )


def id_of(raw: bytes | msgspec.Raw) -> str | None:
    """The logical id of whatever this is, if it has one."""
    try:
        found = tree(raw)
    except NotReadable:
        return None
    logical_id = found.get("id") if isinstance(found, dict) else None
    return logical_id if isinstance(logical_id, str) and is_id(logical_id) else None
