"""What an answer or a goal belongs to, where only the other says so: its questionnaire, its care plan. FHIR R4
Observation.hasMember, CarePlan.goal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from records.fetching.collected import Gone
from records.fetching.source import Source
from records.fhir.compartment import local
from records.fhir.elements import Reference
from records.kinds import KINDS, observed
from records.kinds.base import AnyKind, Known
from records.kinds.care_plans import CarePlan
from records.lists.whole import load_kept, mentioning, pages_of
from records.reading.addresses import Addresses
from records.reading.rows import Found, entries_at, read_all, row_of
from records.words.rows import Fact, Words

PLANS = KINDS["care-plans"]


def belongs_to(kind: AnyKind, model: Any, source: Source, addresses: Addresses) -> tuple[Fact, ...]:
    """The questionnaires that tell an answer, or the care plans that name a goal, each leading to its page.

    Only what is kept is looked at, so that it costs no request: what is not found may be there.
    """
    if not model.id:
        return ()
    try:
        if kind.folds is not None:
            return tuple(_questionnaires(kind, model.id, source, addresses))
        if kind.resource_type == "Goal":
            return tuple(_plans(model.id, source, addresses))
    except Gone:
        pass
    return ()


def _questionnaires(kind: AnyKind, answer: str, source: Source, addresses: Addresses) -> Iterator[Fact]:
    [part] = load_kept((kind,), source).parts
    spot = part.sifted.by_id.get(answer) if part.sifted is not None else None
    if part.sifted is None or spot is None:
        return
    holders = sorted((one for one, held in part.sifted.held.items() if spot in held), reverse=True)
    found = read_all(kind, entries_at(holders, pages_of(part, source))) if holders else {}
    label = _("Part of the questionnaire") if kind.slug == observed.QUESTIONNAIRES else _("Belongs to")
    yield from _facts(label, kind, found.values(), source, addresses)


def _plans(goal: str, source: Source, addresses: Addresses) -> Iterator[Fact]:
    [part] = load_kept((PLANS,), source).parts
    raws = mentioning(part, goal, source)
    found = read_all(PLANS, {spot: raws[spot] for spot in sorted(raws, reverse=True)})
    naming = (
        one
        for one in found.values()
        if one is not None
        and any(local(named, base=source.base) == ("Goal", goal) for named in _goals(one.model))
    )
    yield from _facts(_("Part of the care plan"), PLANS, naming, source, addresses)


def _goals(plan: CarePlan) -> Iterator[Reference]:
    """The goals of a plan, and of each thing to be done."""
    yield from plan.goal
    for activity in plan.activity:
        yield from activity.detail.goal if activity.detail is not None else ()


def _facts(
    label: Words, kind: AnyKind, found: Iterable[Found | None], source: Source, addresses: Addresses
) -> Iterator[Fact]:
    known = Known(patient=source.patient, base=source.base, whole=False)
    for one in found:
        if one is not None:
            row = row_of(kind, one, known, addresses)
            said = (row.title, row.when.words if row.when else "")
            yield Fact(label=label, value=", ".join(str(words) for words in said if words), href=row.href)
