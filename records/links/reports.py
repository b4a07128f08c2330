"""The reports that name a result, on the result's own page: what it belongs to. FHIR R4 DiagnosticReport.result."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from functools import partial

from django.utils.translation import gettext_lazy as _

from records.fetching import collected as collecting
from records.fetching.collected import Collected, Gone
from records.fetching.source import Source
from records.fhir import errors
from records.fhir.compartment import local
from records.kinds import inside
from records.kinds.base import AnyKind, Known
from records.reading.addresses import Addresses
from records.reading.kept import sifted
from records.reading.rows import entries_at, read_all, row_of
from records.words.rows import Fact

log = logging.getLogger("records.links.reports")

PATIENCE = 3
"""Seconds that a result's page waits for its reports; they are asked for beside it, and mostly kept from its list."""


def part_of(
    kind: AnyKind,
    logical_id: str,
    asked: Future[Collected] | None,
    source: Source,
    addresses: Addresses,
) -> tuple[Fact, ...]:
    """The reports that name an entry, newest first, each leading to its page.

    Only what is kept or came with one answer is looked at: a result of which no report is found may still have one,
    so nothing is said of it.

    Raises:
        errors.SignInExpired: the sign-in ended meanwhile.
    """
    if kind.panels is None or asked is None:
        return ()
    try:
        collected = asked.result(min(PATIENCE, source.client.deadline.left))
        target = (kind.resource_type, logical_id)
        return tuple(_naming(target, kind.panels.kind, collected, source, addresses))
    except errors.SignInExpired:
        raise
    except (errors.UpstreamError, NotInTime, Gone) as error:
        log.info("reports of a result: %s", type(error).__name__)
        return ()


def _naming(
    target: tuple[str, str], reports: AnyKind, collected: Collected, source: Source, addresses: Addresses
) -> Iterator[Fact]:
    found = sifted(reports, source, collected)
    within = inside.parted(target[1])
    if within is not None:
        spots = [found.by_id[within[0]]] if within[0] in found.by_id else []
    else:
        spots = [
            spot
            for spot, named in found.members.items()
            if any(local(reference, base=source.base) == target for reference in named)
        ]
    spots.sort(reverse=True)
    raws = entries_at(spots, partial(collecting.page_at, collected, kind=reports, source=source))
    known = Known(patient=source.patient, base=source.base, whole=False)
    for one in read_all(reports, raws).values():
        if one is None:
            continue
        row = row_of(reports, one, known, addresses)
        said = [str(words) for words in (row.title, row.when.words if row.when else "") if words]
        yield Fact(label=_("Part of the report"), value=", ".join(said), href=row.href)
