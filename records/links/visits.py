"""Where a condition was diagnosed, where only the visit says so. FHIR R4 Encounter.diagnosis.condition."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from records.fetching.collected import Gone
from records.fetching.source import Sharing, Source
from records.fhir.compartment import local
from records.kinds import KINDS
from records.kinds.base import AnyKind, Known
from records.lists.whole import Part, load_kept, mentioning
from records.reading.addresses import Addresses
from records.reading.rows import read_all, row_of
from records.words.rows import Fact

VISITS = KINDS["visits"]


def diagnosed_at(kind: AnyKind, model: Any, source: Source, addresses: Addresses) -> tuple[Fact, ...]:
    """The visits that name a condition as diagnosed there, each leading to its page; but for the one that the
    condition itself names.

    Only what is kept is looked at, so that it costs no request: a visit that is not found may be there.
    """
    if kind.resource_type != "Condition" or not model.id or source.shares("Encounter") is Sharing.NONE:
        return ()
    [part] = load_kept((VISITS,), source).parts
    try:
        return tuple(_naming(part, model, source, addresses))
    except Gone:
        return ()


def _naming(part: Part, model: Any, source: Source, addresses: Addresses) -> Iterator[Fact]:
    own = local(model.encounter, base=source.base)
    raws = mentioning(part, model.id, source)
    known = Known(patient=source.patient, base=source.base, whole=False)
    found = read_all(VISITS, raws)
    for spot in sorted(raws, reverse=True):
        one = found[spot]
        if one is None or ("Encounter", one.model.id) == own:
            continue
        named = {local(diagnosis.condition, base=source.base) for diagnosis in one.model.diagnosis}
        if ("Condition", model.id) in named:
            row = row_of(VISITS, one, known, addresses)
            said = (row.title, row.when.words if row.when else "")
            yield Fact(
                label=_("Diagnosed at"),
                value=", ".join(str(words) for words in said if words),
                href=row.href,
            )
