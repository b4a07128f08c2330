"""What a row may know beyond its own resource: what it points to, included or read along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from records.fetching.read_along import MOST_READ_ALONG, NAMES_SECONDS, READ_ALONG, TITLES, read_along
from records.fetching.source import Sharing, Source
from records.fhir.absence import coded
from records.fhir.compartment import local
from records.fhir.elements import Named, Observation, Reference
from records.kinds.base import Known
from records.words import wording


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
