"""The results of a report as rows on the report's own page. FHIR R4 DiagnosticReport.result."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from records.fetching.read_along import read_along
from records.fetching.source import Source
from records.fhir.compartment import is_of, local
from records.fhir.elements import Observation
from records.fhir.reading import NotReadable, read
from records.kinds import KINDS, inside, observed
from records.kinds.base import AnyKind, never
from records.reading.addresses import Addresses
from records.reading.entry import Entry
from records.reading.rows import Found, row_of, unreadable_row
from records.words.rows import Row, replace
from records.words.sections import RowGroup

SECTIONS = {observed.OTHER: "other-results"}
"""Slugs of sections of Observations that `observed.section_of` calls otherwise."""


def results_of(kind: AnyKind, entry: Entry, source: Source, addresses: Addresses) -> RowGroup | None:
    """The results that an entry of another type names, as far as they could be read along; None without any.

    Each leads to its own entry in the section where it stands. Nothing is asked of the server for them: they were
    read along for the entry. A set of results tells those in it among its facts.
    """
    if kind.resource_type == "Observation" or entry.found is None or entry.known is None:
        return None
    rows = tuple(_rows(kind, entry, source, addresses))
    if not rows:
        return None
    return RowGroup(slug="results", title=_("Results"), rows=rows, total=len(rows), are_results=True)


def _rows(kind: AnyKind, entry: Entry, source: Source, addresses: Addresses) -> Iterator[Row]:
    if entry.found is None or entry.known is None:
        return
    yield from _inside(kind, entry, source, addresses)
    named = kind.members(entry.found.model)
    targets = [local(one, base=source.base) for one in named if observed.has_row(one, entry.known)]
    wanted = list(dict.fromkeys(target for target in targets if target is not None))
    raws = read_along(wanted, source)
    for target in wanted:
        if target not in raws:
            continue
        raw = raws[target]
        model, set_aside = read(raw, Observation)
        section = observed.section_of(read(raw, observed.ObservedHead)[0])
        # In a table of results each row has its value, whichever section it is from.
        its_kind = dataclasses.replace(KINDS[SECTIONS.get(section, section)], to_row=observed.to_row)
        known = dataclasses.replace(entry.known, whole=False)
        row = row_of(its_kind, Found(raw=raw, model=model, set_aside=set_aside), known, addresses)
        yield _dated(row, entry.row)


def _inside(kind: AnyKind, entry: Entry, source: Source, addresses: Addresses) -> Iterator[Row]:
    """The results that stand inside the report itself, each with a page of its own as well."""
    if kind.contains is never or entry.found is None or entry.known is None:
        return
    known = dataclasses.replace(entry.known, whole=False)
    for one in inside.inside(entry.found.raw, entry.found.model.id or ""):
        if one.head.is_entered_in_error or not is_of(one.head, patient=source.patient, base=source.base):
            continue
        try:
            model, set_aside = read(one.raw, Observation)
        except NotReadable:
            yield unreadable_row(one.sent)
            continue
        its_kind = KINDS[SECTIONS.get(one.section, one.section)]
        yield _dated(row_of(its_kind, Found(one.raw, model, set_aside), known, addresses), entry.row)


def _dated(row: Row, report: Row) -> Row:
    """A result without the date that its report has already."""
    same = row.when is not None and report.when is not None and str(row.when.words) == str(report.when.words)
    return replace(row, when=None) if same else row
