"""People and places: the practitioners, organizations and locations that entries of the opened sections point to.

InSync lets nobody ask for all of them, so they are collected from what this session has loaded already: nothing more is
asked for to find them. Those that the server serves are read once each, for how to reach them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import msgspec
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fetching import collected as collecting
from records.fetching.collected import Gone
from records.fetching.read_along import read_along
from records.fetching.source import Sharing, Source
from records.fhir.compartment import local
from records.fhir.elements import Reference, Resource
from records.fhir.reading import NotReadable, read, tree
from records.kinds import people
from records.kinds.base import AnyKind, Known
from records.reading.everything import everything
from records.reading.judge import departures
from records.reading.kept import sifted
from records.reading.known import known_for
from records.reading.rows import entries_at, worded
from records.service.entry_page import EntryPage, technical
from records.words import labels, wording
from records.words.rows import Row, Words, replace
from records.words.sections import RowGroup, Section, State

TITLE = _("People and places")
SLUG = "people"
PLAIN = _("Practitioners, organizations and places that the record names.")
NOTHING_OPENED = _(
    "Practitioners, organizations and places that the record names. They are collected from the sections that"
    " were loaded in the last minutes, and none was."
)

Target = tuple[str, str]

GROUPS: tuple[tuple[str, Words, frozenset[str]], ...] = (
    ("persons", _("People"), frozenset({"Practitioner", "PractitionerRole", "RelatedPerson"})),
    ("organizations", _("Organizations"), frozenset({"Organization"})),
    ("places", _("Places"), frozenset({"Location"})),
)
LISTED = frozenset().union(*(types for _slug, _title, types in GROUPS))

FEW = 3
"""How many sections are named in which somebody was met."""

MOST_READ = 60
"""How many are read for how to reach them; the others stand by their names, and their own pages read them."""

# Found in the bytes first: an entry is taken apart only where it names somebody new. Some servers write "/" as "\/".
_NAMED = re.compile(rb'"reference"\s*:\s*"([^"]*?(?:' + "|".join(sorted(LISTED)).encode() + rb')\\?/[^"]*)"')


class PeopleAddresses(Protocol):
    """Where the page of one of them stands."""

    def met(self, resource_type: str, logical_id: str) -> str:
        """The page of one person, organization or place."""


@dataclass(slots=True)
class Met:
    """Whom the loaded sections name: by target the name as written, and the titles of those sections. `opened`: every
    section that was looked through, and whether only a part of it was there. `is_whole`: none was left out."""

    is_whole: bool = True
    opened: list[Words] = field(default_factory=list)
    names: dict[Target, str] = field(default_factory=dict)
    sections: dict[Target, list[Words]] = field(default_factory=dict)

    def add(self, target: Target, name: str, sections: Iterable[Words]) -> None:
        """Notes one of them."""
        if not self.names.get(target):
            self.names[target] = name
        known = self.sections.setdefault(target, [])
        known += [title for title in sections if title not in known]


# ---------------------------------------------------------------- collecting


def collect(kinds: Iterable[AnyKind], source: Source) -> Met:
    """Everybody that entries shown in the opened sections point to. Nothing is asked of the server."""
    found = Met()
    for kind in kinds:
        collected = collecting.load(kind, source)
        if collected is None or not collected.is_complete:
            found.is_whole = False
        if collected is None or not collected.pages:
            continue
        try:
            places = sifted(kind, source, collected)
            # Answers that are told in a questionnaire's entry name people, too.
            told = (*places.groups.values(), places.statements, places.folded)
            spots = [spot for here in told for spot in here]
            raws = entries_at(spots, partial(collecting.page_at, collected, kind=kind, source=source))
        except Gone:
            found.is_whole = False
            continue
        part = _now("%(section)s (what has been loaded of it)") % {"section": kind.title}
        found.opened.append(kind.title if collected.is_complete else part)
        _collect_from(raws.values(), kind, source, found)
    return found


def _collect_from(raws: Iterable[msgspec.Raw], kind: AnyKind, source: Source, found: Met) -> None:
    seen: set[bytes] = set()
    for raw in raws:
        new = {match[1] for match in _NAMED.finditer(raw)} - seen
        if not new:
            continue
        seen |= new
        for reference in _references(raw):
            target = local(reference, base=source.base)
            if target is not None and target[0] in LISTED:
                found.add(target, wording.reference_words(reference), (kind.title,))


def _references(raw: msgspec.Raw) -> Iterator[Reference]:
    try:
        todo: list[Any] = [tree(raw)]
    except NotReadable:
        return
    while todo:
        one = todo.pop()
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            todo += one.values()
            if isinstance(one.get("reference"), str):
                display = one.get("display")
                yield Reference(
                    reference=one["reference"], display=display if isinstance(display, str) else None
                )


# ---------------------------------------------------------------- the list


def load_people(
    kinds: Iterable[AnyKind], *, source: Source, addresses: PeopleAddresses, href: str
) -> Section:
    """The page as a section: people, organizations and places by name, with where they were met."""
    found = collect(kinds, source)
    models = _read(list(found.names), source)
    for target, model in list(models.items()):
        for reference in people.references(model):
            pointed = local(reference, base=source.base)
            if pointed is not None and pointed[0] in LISTED:
                found.add(pointed, wording.reference_words(reference), found.sections[target])
    models |= _read([target for target in found.names if target not in models], source)
    known = Known(patient=source.patient, base=source.base, whole=False)
    rows = {
        target: _row(target, found, models.get(target), known, source, addresses) for target in found.names
    }
    groups = tuple(
        RowGroup(slug=slug, title=title, rows=here, total=len(here))
        for slug, title, types in GROUPS
        if (here := _by_name(row for target, row in rows.items() if target[0] in types))
    )
    return Section(
        slug=SLUG,
        title=TITLE,
        plain=PLAIN if found.opened else NOTHING_OPENED,
        state=State.LOADED,
        groups=groups,
        set_aside=_looked_through(found),
        href=href,
    )


def _looked_through(found: Met) -> tuple[Words, ...]:
    """Why somebody may not be listed, and where they were looked for."""
    if not found.opened:
        return ()
    if found.is_whole:
        return (_now("Every section was looked through. Whom none of them names is not listed."),)
    sections = ", ".join(map(str, dict.fromkeys(found.opened)))
    return (
        _now(
            "Only what was loaded in the last minutes is looked through, and there may be more in the rest."
            " Looked through: %(sections)s."
        )
        % {"sections": sections},
    )


def _by_name(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: (row.title_missing, str(row.title).casefold())))


def _row(
    target: Target,
    found: Met,
    model: Resource | None,
    known: Known,
    source: Source,
    addresses: PeopleAddresses,
) -> Row:
    written = found.names[target]
    row = people.to_row(model, known) if model is not None else Row(title=people.UNNAMED, title_missing=True)
    if row.title_missing and written:
        row = replace(row, title=written, title_missing=False)
    is_served = target[0] in people.MODELS and source.shares(target[0]) is not Sharing.NONE
    return replace(
        row,
        href=addresses.met(*target) if is_served else "",
        asides=(_named_in(found.sections[target]),),
    )


def _named_in(titles: list[Words]) -> str:
    """Where somebody is named, the first sections by name: who is in all of them is found by any of them."""
    first, more = ", ".join(map(str, titles[:FEW])), len(titles) - FEW
    if more <= 1:
        return _now("Named in: %s") % ", ".join(map(str, titles))
    return ngettext(
        "Named in: %(sections)s and %(count)d more section",
        "Named in: %(sections)s and %(count)d more sections",
        more,
    ) % {"sections": first, "count": more}


def _read(targets: list[Target], source: Source) -> dict[Target, Resource]:
    served = [t for t in targets if t[0] in people.MODELS and source.shares(t[0]) is not Sharing.NONE]
    models: dict[Target, Resource] = {}
    for target, raw in read_along(served[:MOST_READ], source).items():
        try:
            models[target] = read(raw, people.MODELS[target[0]])[0]
        except NotReadable:
            continue
    return models


# ---------------------------------------------------------------- one of them


def load_person(resource_type: str, logical_id: str, *, source: Source) -> EntryPage | None:
    """The page of one of them with everything that the server says of it; None where it cannot be had."""
    model_type = people.MODELS.get(resource_type)
    if model_type is None or source.shares(resource_type) is Sharing.NONE:
        return None
    raw = read_along([(resource_type, logical_id)], source).get((resource_type, logical_id))
    if raw is None:
        return None
    try:
        model, set_aside = read(raw, model_type)
        whole = tree(raw)
    except NotReadable:
        return None
    if model.resourceType != resource_type:
        return None
    known = known_for(people.references(model), source, whole=True)
    row = replace(
        worded(people.to_row, raw, model, known), unread=tuple(map(labels.element_words, set_aside))
    )
    return EntryPage(
        row=row,
        tree=whole,
        everything=everything(whole),
        departures=departures(raw),
        technical=tuple(technical(whole)),
        model=model,
    )
