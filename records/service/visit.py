"""What the record ties to one visit: every entry that names it in `encounter`, and what the visit names as diagnosed.

FHIR R4 Encounter; `encounter` of AllergyIntolerance, CarePlan, CareTeam, Condition, DiagnosticReport, Immunization,
MedicationRequest, Observation and Procedure, `context.encounter` of DocumentReference, `partOf` of Encounter. An entry
that names no visit belongs to none here: neither its day nor its author ties it to one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from records.fetching import forms
from records.fetching.collected import Gone
from records.fetching.source import Sharing, Source
from records.fhir.compartment import local, points_to
from records.fhir.elements import Element, Reference
from records.fhir.reading import NotReadable, read
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists.whole import Part, Whole, load_kept, pages_of, rows_at
from records.reading.addresses import Addresses
from records.reading.places import Sifted, Spot
from records.words.rows import Row, Words, replace

VISITS = KINDS["visits"]

NAMING = frozenset(
    {
        "AllergyIntolerance",
        "CarePlan",
        "CareTeam",
        "Condition",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "Immunization",
        "MedicationRequest",
        "Observation",
        "Procedure",
    }
)
"""Types whose entries may name a visit. A Goal, a Device and a Patient cannot."""

LOOKED_THROUGH: tuple[AnyKind, ...] = tuple(kind for kind in KINDS.values() if kind.resource_type in NAMING)

FEW = 12
"""Entries of a section that the visit's own page shows; the rest stands on a page of its own."""

MOST = 300
"""Entries of a section on that page: a long stay has thousands of readings, and they have their section."""


class Context(Element, frozen=True, kw_only=True):
    """FHIR R4 DocumentReference.context, as far as it names visits."""

    encounter: list[Reference] = []


class Naming(Element, frozen=True, kw_only=True):
    """An entry of any type, as far as it names visits."""

    resourceType: str = ""
    encounter: Reference | None = None
    context: Context | None = None


class Within(Element, frozen=True, kw_only=True):
    """A visit, as far as it is a part of another. Elsewhere `partOf` has other forms and other meanings."""

    partOf: Reference | None = None


@dataclass(frozen=True, slots=True)
class Tied:
    """The entries of one section that belong to a visit: those shown, and how many there are."""

    kind: AnyKind
    title: Words
    href: str
    rows: tuple[Row, ...]
    total: int


@dataclass(frozen=True, slots=True)
class FromVisit:
    """What belongs to a visit, by section, and what is not known of it. `gaps`: each a sentence. `is_open`: more is on
    its way. `has_failed`: something did not come, so that it is worth trying again."""

    tied: tuple[Tied, ...]
    gaps: tuple[Words, ...]
    is_open: bool
    has_failed: bool

    @property
    def total(self) -> int:
        """All that has been found."""
        return sum(tied.total for tied in self.tied)


def at_hand(visit: Any, source: Source, addresses: Addresses) -> FromVisit | None:
    """What belongs to a visit, where all that may belong to it is kept; None where the server has to be asked."""
    whole = load_kept(LOOKED_THROUGH, source)
    if whole.is_open or any(part.has_failed for part in whole.parts):
        return None
    try:
        return from_visit(whole, visit, source=source, addresses=addresses)
    except Gone:
        return None


def from_visit(
    whole: Whole, visit: Any, *, source: Source, addresses: Addresses, brief: bool = True
) -> FromVisit:
    """What belongs to a visit, of as much of the record as has come.

    Args:
        whole: of the kinds that are `LOOKED_THROUGH`.
        visit: the Encounter.
        brief: for the visit's own page, where a few entries of each section stand on one line each, so that nothing
            is read along but what they have no name without.

    Returns:
        the sections that have something of it, in the order of the menu, each with its newest entries; and what was
        not looked through.

    Raises:
        Gone: a page is no longer kept.
    """
    diagnosed = {local(one.condition, base=source.base) for one in visit.diagnosis}
    found, most = [], FEW if brief else MOST
    for part in whole.parts:
        if part.sifted is None or not visit.id:
            continue
        spots = _newest_first(_spots(part, part.sifted, visit.id, diagnosed, source))
        if spots:
            rows = rows_at(part, spots[:most], source, addresses, titles_only=brief)
            shown = tuple(map(_bare, map(rows.__getitem__, spots[:most])))
            found.append(Tied(part.kind, part.kind.title, addresses.section(part.kind), shown, len(spots)))
    has_failed = any(part.has_failed for part in whole.parts)
    return FromVisit(tuple(found), tuple(_gaps(whole)), whole.is_open, has_failed)


def _newest_first(spots: set[Spot]) -> list[Spot]:
    """Newest first; those of one moment as the server sent them."""
    as_sent = sorted(spots, key=lambda spot: (spot.page, spot.entry))
    return sorted(as_sent, key=lambda spot: spot.when, reverse=True)


def _spots(
    part: Part, sifted: Sifted, visit: str, diagnosed: set[tuple[str, str] | None], source: Source
) -> set[Spot]:
    """The places of the entries that name the visit, or that it names; an answer counts for its questionnaire."""
    listed = {spot for spots in sifted.groups.values() for spot in spots}.union(sifted.statements)
    inner = set(sifted.folded)
    named = set(_naming(part, listed | inner, visit, source))
    named.update(spot for id_, spot in sifted.by_id.items() if (part.kind.resource_type, id_) in diagnosed)
    holding = {spot for spot, others in sifted.held.items() if named.intersection(inner, others)}
    return (named | holding) & listed


def _naming(part: Part, spots: set[Spot], visit: str, source: Source) -> Iterator[Spot]:
    by_page: dict[int, list[Spot]] = {}
    for spot in spots:
        by_page.setdefault(spot.page, []).append(spot)
    page_at, wanted = pages_of(part, source), visit.encode()
    for number, here in by_page.items():
        entries = page_at(number).entries
        for spot in here:
            raw, is_foreign = bytes(entries[spot.entry].raw), entries[spot.entry].is_foreign
            # Found in the bytes first, which is quick. Nothing in an id needs an escape, but a server may write one.
            if (wanted in raw or b"\\u" in raw) and any(
                points_to(reference, VISITS.resource_type, visit, base=source.base)
                for reference in _named(raw, part.kind)
                if not is_foreign or (reference.reference or "").startswith(source.base)
            ):
                yield spot


def _named(raw: bytes, kind: AnyKind) -> Iterable[Reference]:
    """The visits that an entry names."""
    try:
        if kind is VISITS:
            within = read(raw, Within)[0].partOf
            return () if within is None else (within,)
        found = read(raw, Naming)[0]
    except NotReadable:
        return ()
    named = () if found.encounter is None else (found.encounter,)
    return (*named, *(found.context.encounter if found.context is not None else ()))


def _bare(row: Row) -> Row:
    """A row without a value that is not to stand bare among others: its own page tells it with what belongs to it."""
    if not (row.crisis or row.covered):
        return row
    return replace(row, measure=None, files=tuple(replace(file, start="") for file in row.files))


# ---------------------------------------------------------------- what is not known


def _gaps(whole: Whole) -> Iterator[Words]:
    """What was not looked through, or not whole, and why; never silence."""
    open_, failed, partly, unread = [], [], [], []
    closed: list[str] = []
    off: list[str] = []
    for part in whole.parts:
        title = str(part.kind.title)
        if part.sharing.is_closed:
            (off if part.sharing is Sharing.OFF else closed).append(title)
            continue
        if part.is_open:
            open_.append(title)
        if part.has_failed or (part.collected is not None and part.collected.short):
            failed.append(title)
        if part.sharing is Sharing.PARTIAL or _is_narrower(part):
            partly.append(title)
        if part.sifted is not None and part.sifted.unreadable:
            unread.append(title)
    for sentence, titles in (
        (_("Still on its way: %(sections)s."), open_),
        (_("Could not be loaded, or not all of it: %(sections)s."), failed),
        (_("Only a part could be asked for: %(sections)s."), partly),
        (_("Some entries could not be read, and may belong to this visit: %(sections)s."), unread),
        (_("Not shared with this app: %(sections)s."), closed),
        (_("The agency does not give this here: %(sections)s."), off),
    ):
        if titles:
            yield str(sentence) % {"sections": ", ".join(titles)}


def _is_narrower(part: Part) -> bool:
    collected = part.collected
    return collected is not None and bool(collected.form) and forms.is_narrower(part.kind, collected.form)
