"""From places in a list to finished rows: the entries of one page read in full, with what they point to."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from typing import Any, Protocol

import msgspec
from django.utils.translation import gettext_lazy as _

from records import labels, protection, reasons, units, wording
from records.fhir import additions, errors, gaps
from records.fhir.absence import coded
from records.fhir.bundle import NOT_OF_ONE_PATIENT, Page, is_id, is_of, local
from records.fhir.elements import Head, Meta, Named, Observation, Reference
from records.fhir.reading import NotReadable, read, tree
from records.kinds import claims, inside
from records.kinds.base import AnyKind, Known
from records.rows import Fact, Row, replace
from records.sifting import Sifted, Spot
from records.source import THREADS, Sharing, Source
from records.wording.tongues import reading_in, told, told_as_sent

log = logging.getLogger("records.presenting")

MOST_READ_ALONG = 24
NAMES_SECONDS = 6
"""How long a list waits for names that are no titles. It stands without them, and its next look has them."""

READ_ALONG = frozenset(
    {
        "CareTeam",
        "Condition",
        "Encounter",
        "Goal",
        "Location",
        "Medication",
        "Observation",
        "Organization",
        "Practitioner",
        "Procedure",
    }
)
"""Types that InSync serves and whose names rows speak of. Others are shown by what the reference says itself."""

TITLES = frozenset({"Medication"})
"""Types whose name is the title of an entry that points to them."""

SOURCE_SHOWN = 4000

NEW = _("New")
NEW_OR_CHANGED = _("New or changed")
"""FHIR does not say whether an entry came or changed, but for a first version, and what that is a server decides."""


class Addresses(Protocol):
    """Where things stand. The views know; nothing here does."""

    def section(self, kind: AnyKind, **query: str) -> str:
        """A section's page."""

    def rest(self, kind: AnyKind, **query: str) -> str:
        """Where the rest of a long list is loaded from."""

    def block(self, kind: AnyKind, **query: str) -> str:
        """Where a late block of the overview is loaded from."""

    def series(self, kind: AnyKind, name: str, **query: str) -> str:
        """The page of one measure."""

    def entry(self, kind: AnyKind, resource_type: str, logical_id: str) -> str:
        """An entry's page."""


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
    return reasons.settled(row, plain, filled.gaps, whole=known.whole)


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


def known_for(
    references: Iterable[Reference],
    source: Source,
    included: Mapping[tuple[str, str], Named] | None = None,
    *,
    whole: bool = False,
    titles_only: bool = False,
) -> Known:
    """What the mapping may know: included resources, and those that references lead to.

    Each is read once and kept; one that cannot be had is simply not there, and the row says the name as written.
    With `titles_only`, for the overview, no more is asked than what a row has no title without: every request that
    follows an answer doubles the wait.
    """
    resources = dict(included or {})
    observations: dict[tuple[str, str], Observation] = {}
    wanted: dict[tuple[str, str], None] = {}
    for reference in references:
        target = _target(reference, source, whole)
        if target is not None and target not in resources and (not titles_only or target[0] in TITLES):
            wanted[target] = None
    if wanted:
        asked = list(wanted)[:MOST_READ_ALONG]
        waits = whole or any(resource_type in TITLES for resource_type, _id in asked)
        raws = read_along(asked, source, patience=None if waits else NAMES_SECONDS)
        resources.update((target, coded(raw, Named)) for target, raw in raws.items())
        if whole:
            observations.update(
                (target, coded(raw, Observation))
                for target, raw in raws.items()
                if target[0] == "Observation"
            )
    return Known(
        patient=source.patient,
        base=source.base,
        resources=resources,
        observations=observations,
        whole=whole,
        since=source.since,
        units=source.units,
    )


def _target(reference: Reference, source: Source, whole: bool) -> tuple[str, str] | None:
    """What to read along: what a reference does not name itself, and for an entry's own page other results."""
    target = local(reference, base=source.base)
    if wording.reference_display(reference) and not (whole and target and target[0] == "Observation"):
        return None
    if target is None or target[0] not in READ_ALONG or source.shares(target[0]) is Sharing.NONE:
        return None
    return target


def read_along(
    targets: Sequence[tuple[str, str]], source: Source, *, patience: float | None = None
) -> dict[tuple[str, str], bytes]:
    """Resources by type and id as they were sent: each read once and kept; what cannot be had is not there.

    `patience`: seconds after which what is late is left out; it is kept when it comes.
    """
    found: dict[tuple[str, str], bytes] = {}
    missing: list[tuple[str, str]] = []
    for target in targets:
        kept = source.keep.load(source.keep.name("along", *target))
        if kept is None:
            missing.append(target)
        elif kept:
            found[target] = kept
    futures = {THREADS.requests.submit(_read_checked, target, source): target for target in missing}
    left = source.client.deadline.left
    done, _late = wait(futures, timeout=left if patience is None else min(patience, left))
    for future in done:
        raw = future.result()
        if raw is not None:
            found[futures[future]] = raw
    return found


def is_outstanding(target: tuple[str, str], source: Source) -> bool:
    """Whether what was to be read along has not come, and has not been said to be out of reach either."""
    return source.keep.load(source.keep.name("along", *target)) is None


def _read_checked(target: tuple[str, str], source: Source) -> bytes | None:
    """One resource, if it can be had, be read, and be shown to this reader."""
    name = source.keep.name("along", *target)
    try:
        raw = source.client.as_ours(source.client.read(*target))
        first = read(raw, Head)[0]
        if target[0] not in NOT_OF_ONE_PATIENT and not is_of(first, patient=source.patient, base=source.base):
            log.warning(
                "security: a %s that was pointed to is not this patient's and was withheld", target[0]
            )
            return None
        read(raw, Named)
        if target[0] == "Observation":
            read(raw, Observation)
    except (errors.NotThere, errors.NotShared, NotReadable):
        source.keep.store(name, b"")  # it will not be there in a minute either
        return None
    except errors.UpstreamError as error:
        log.info("read along: %s", error)
        return None
    source.keep.store(name, raw)
    return raw
