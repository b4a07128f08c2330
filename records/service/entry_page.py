"""One entry's own page: its row, where it comes from, and every element of it. FHIR R4 Provenance; US Core 5.0.1."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fetching.source import AccessOver, Sharing, Source
from records.fetching.under_way import FLIGHTS
from records.fhir import errors
from records.fhir.bundle import Mode, Page, head, page
from records.fhir.codes import system_name
from records.fhir.compartment import NOT_OF_ONE_PATIENT, is_of, points_to
from records.fhir.elements import CodeableConcept, Element, Head, Reference, Resource
from records.fhir.reading import NotReadable, read, tree
from records.kinds import KINDS, inside
from records.kinds.base import AnyKind, Known
from records.links.part_of import belongs_to
from records.links.reports import part_of
from records.links.results import results_of
from records.links.same_file import also_in
from records.links.visits import diagnosed_at
from records.lists.grouping import ask_beside
from records.reading.addresses import Addresses
from records.reading.everything import Line, everything
from records.reading.judge import departures
from records.reading.known import known_for
from records.reading.rows import worded
from records.service.entry import load_entry
from records.words import protection, wording
from records.words.labels import label as element_label
from records.words.rows import Fact, Row, Telling, Words, replace
from records.words.sections import RowGroup

log = logging.getLogger("records.service.entry_page")

PROVENANCE_PATIENCE = 6
"""Seconds that an entry's page waits for who recorded it; the entry itself does not wait."""


class Agent(Element, frozen=True, kw_only=True):
    """FHIR R4 Provenance.agent."""

    type: CodeableConcept | None = None
    role: list[CodeableConcept] = []
    who: Reference | None = None
    onBehalfOf: Reference | None = None


class Provenance(Resource, frozen=True, kw_only=True):
    """The elements of a Provenance that we show."""

    target: list[Reference] = []
    recorded: str | None = None
    activity: CodeableConcept | None = None
    agent: list[Agent] = []


AGENTS: dict[str, Words] = {
    "author": _("Written by"),
    "transmitter": _("Sent by"),
    "enterer": _("Entered by"),
    "performer": _("Done by"),
    "verifier": _("Checked by"),
    "attester": _("Signed by"),
    "informant": _("Told by"),
    "custodian": _("Kept by"),
    "assembler": _("Put together by"),
    "composer": _("Put together by"),
}
"""Codes of the FHIR provenance participant types, and US Core's transmitter."""


@dataclass(frozen=True, slots=True)
class EntryPage:
    """All that an entry's page shows. `tree` is the whole resource as sent, None where it is no JSON.

    `results` are those that a report names. `as_of`: when it was asked for (aware), where that is known.
    """

    row: Row
    tree: Any
    everything: list[Line] = field(default_factory=list)
    departures: list[Words] = field(default_factory=list)
    technical: tuple[Fact, ...] = ()
    provenance: tuple[Fact, ...] = ()
    protection: tuple[Fact, ...] = ()
    results: RowGroup | None = None
    model: Any = None
    as_of: datetime | None = None


def load_entry_page(
    kind: AnyKind,
    logical_id: str,
    *,
    source: Source,
    addresses: Addresses,
) -> EntryPage:
    """One entry by its id, with who recorded it where the server says so.

    Raises:
        NotHere: with the notice to show instead.
        AccessOver: the sign-in ended.
    """
    asked = _ask_provenance(kind, logical_id, source)
    reports = ask_beside(kind, source)
    entry = load_entry(kind, logical_id, source=source, addresses=addresses)
    try:
        whole = tree(entry.raw)
    except NotReadable:
        return EntryPage(row=entry.row, tree=None)
    meta = getattr(entry.found.model, "meta", None) if entry.found else None
    row = entry.row
    if entry.found is not None:
        try:
            row = replace(
                row,
                facts=(
                    *row.facts,
                    *diagnosed_at(kind, entry.found.model, source, addresses),
                    *belongs_to(kind, entry.found.model, source, addresses),
                    *part_of(kind, logical_id, reports, source, addresses),
                    *also_in(kind, entry.found.model, source, addresses),
                ),
            )
        except errors.SignInExpired:
            raise AccessOver from None
    return EntryPage(
        row=replace(row, facts=tuple(_linked(row.facts, source, addresses))),
        tree=whole,
        everything=everything(whole),
        departures=departures(entry.raw),
        technical=tuple(technical(whole)),
        provenance=_told(kind, asked, source),
        protection=tuple(protection.facts(meta.security)) if meta is not None else (),
        results=results_of(kind, entry, source, addresses),
        model=entry.found.model if entry.found else None,
        as_of=entry.as_of,
    )


def _linked(facts: Iterable[Fact], source: Source, addresses: Addresses) -> Iterator[Fact]:
    """Facts that speak of a visit lead to its page, where visits are shared."""
    visits = KINDS["visits"]
    is_shared = not source.shared(visits).is_closed
    for fact in facts:
        if fact.target is not None and fact.target[0] == visits.resource_type and is_shared:
            yield replace(fact, href=addresses.entry(visits, *fact.target))
        else:
            yield fact


# ---------------------------------------------------------------- who recorded it


def _ask_provenance(kind: AnyKind, logical_id: str, source: Source) -> Future[list[bytes]] | None:
    refused = f"revinclude {kind.resource_type}"
    if source.shares("Provenance") is Sharing.NONE or source.memory.get(refused) or inside.parted(logical_id):
        return None

    def ask(source: Source) -> list[bytes]:
        name = source.keep.name("provenance", kind.resource_type, logical_id)
        body = source.keep.load(name)
        if body is None:
            # Of a Patient the two are one.
            narrowed = {"_id": logical_id, kind.patient_parameter: source.patient}
            question = [*narrowed.items(), ("_revinclude", "Provenance:target")]
            try:
                body, answer = source.client.search(kind.resource_type, question)
            except errors.NotUnderstood:
                source.memory.set(refused, 1)
                return []
            if _is_this_patients(answer, source):
                source.keep.store(name, body)
        return list(_provenances(body, kind, logical_id, source))

    return FLIGHTS.single(source.keep.name("provenance", kind.resource_type, logical_id), ask, source)


def _is_this_patients(answer: Page, source: Source) -> bool:
    """Whether nothing in an answer is another patient's, so that it may be kept."""
    for entry in answer.entries:
        try:
            first = head(entry, Head)
        except NotReadable:
            return False
        if first.resourceType not in NOT_OF_ONE_PATIENT and not is_of(
            first, patient=source.patient, base=source.base, is_foreign=entry.is_foreign
        ):
            log.warning("security: a %s beside an entry is not this patient's", first.resourceType)
            return False
    return True


def _provenances(body: bytes, kind: AnyKind, logical_id: str, source: Source) -> Iterator[bytes]:
    answer = page(body, resource_type=kind.resource_type, base=source.base)
    for entry in answer.entries:
        if entry.mode is not Mode.INCLUDE or entry.is_foreign:
            continue
        try:
            if head(entry, Head).resourceType != "Provenance":
                continue
            found, _set_aside = read(entry.raw, Provenance)
        except NotReadable:
            continue
        if any(points_to(t, kind.resource_type, logical_id, base=source.base) for t in found.target):
            yield bytes(entry.raw)


def _told(kind: AnyKind, asked: Future[list[bytes]] | None, source: Source) -> tuple[Fact, ...]:
    if asked is None:
        return ()
    try:
        raws = asked.result(min(PROVENANCE_PATIENCE, source.client.deadline.left))
    except AccessOver:
        raise
    except (errors.UpstreamError, NotInTime) as error:
        log.info("provenance of %s: %s", kind.slug, type(error).__name__)
        return (
            Fact(
                label=_("Recorded by"),
                value=_("Could not be loaded just now"),
                telling=Telling.UNREAD,
            ),
        )
    found = [read(raw, Provenance)[0] for raw in raws]
    known = known_for((reference for one in found for reference in _agents(one)), source)
    rows = (worded(_to_row, raw, one, known) for raw, one in zip(raws, found, strict=True))
    return tuple(fact for row in rows for fact in row.facts)


def _to_row(provenance: Provenance, known: Known) -> Row:
    return Row(title="", facts=tuple(_facts(provenance, known)))


def _agents(provenance: Provenance) -> Iterator[Reference]:
    """Who acted, and for whom."""
    for agent in provenance.agent:
        for reference in (agent.who, agent.onBehalfOf):
            if reference is not None:
                yield reference


def _facts(provenance: Provenance, known: Any) -> Iterator[Fact]:
    for agent in provenance.agent:
        code = next((c.code for c in agent.type.coding if c.code in AGENTS), None) if agent.type else None
        label = AGENTS[code] if code else wording.words_of(agent.type) or _("Taken part in by")
        who, behalf = (str(known.names((one,))) for one in (agent.who, agent.onBehalfOf))
        if who and behalf and who != behalf:
            who = _now("%(who)s, for %(organization)s") % {"who": who, "organization": behalf}
        yield wording.fact(label, who or behalf, absent=_("Name not recorded"))
    recorded = wording.dated(_("Put into the record"), provenance.recorded)
    if recorded is not None:
        yield recorded
    activity = wording.words_of(provenance.activity)
    if activity:
        yield Fact(label=_("What was done"), value=activity)


# ---------------------------------------------------------------- technical details


def technical(whole: Any) -> Iterator[Fact]:
    """Codes, ids and versions of a resource, whatever its type: second, but there."""
    if not isinstance(whole, dict):
        return
    for name, value in whole.items():
        for concept in value if isinstance(value, list) else [value]:
            yield from _codes(name, concept)
    status = whole.get("status")
    if isinstance(status, str):
        yield Fact(label=_("Status code"), value=status)
    for label, value in (
        (_("Kind of resource"), whole.get("resourceType")),
        (_("Id in the agency’s system"), whole.get("id")),
    ):
        if isinstance(value, str):
            yield Fact(label=label, value=value)
    meta = whole.get("meta")
    if isinstance(meta, dict):
        if isinstance(meta.get("versionId"), str):
            yield Fact(label=_("Version"), value=meta["versionId"])
        if isinstance(meta.get("lastUpdated"), str):
            updated = meta["lastUpdated"]
            yield Fact(label=_("Last changed"), value=wording.moment(updated), iso=wording.machine(updated))


def _codes(name: str, concept: Any) -> Iterator[Fact]:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict) and isinstance(coding.get("code"), str):
            system = coding.get("system")
            known = system_name(system) if isinstance(system, str) else ""
            label = _now("%s (code)") % element_label(name)
            yield Fact(label=label, value=f"{coding['code']} ({known})" if known else coding["code"])
