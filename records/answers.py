"""What questionnaires hold, for their rows: the answers, and the time before, from what has come or is read along.

An entry's mapping is pure; here is where it is told what else there is. For kinds that fold (`Kind.folds`) alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy as _

from records import gathering, standing
from records import harvest as harvesting
from records.fhir import errors
from records.fhir.absence import coded
from records.fhir.bundle import local
from records.fhir.codes import ENTERED_IN_ERROR
from records.fhir.elements import Observation, Reference
from records.harvest import Gone, Harvest
from records.kinds.base import AnyKind, Known
from records.presenting import Found, entries_at, known_for, read_all
from records.rows import Words
from records.sifting import Sifted, Spot
from records.source import AccessOver, Source

log = logging.getLogger("records.answers")

STILL_LOADING = _("Still loading")
NOT_ALL_LOADED = _("Not all of its answers are loaded here")


def with_answers(
    known: Known,
    kind: AnyKind,
    spots: Iterable[Spot],
    sifted: Sifted,
    harvest: Harvest,
    source: Source,
    *,
    goes_on: bool = True,
) -> Known:
    """What is known, with the answers that the entries at these spots hold, as far as they have come.

    Args:
        goes_on: whether the page loads the rest of the list by itself; the overview does not.

    Raises:
        Gone: a page is no longer kept.
    """
    if kind.folds is None:
        return known
    shown = [spot for spot in spots if spot in sifted.held or spot in sifted.before]
    wanted = {one for spot in shown for one in _around(spot, sifted)}
    raws = entries_at(wanted, partial(harvesting.page_at, harvest, kind=kind, source=source))
    found = read_all(kind, raws)
    held: dict[str, Sequence[Observation]] = {}
    earlier: dict[str, Observation] = {}
    for spot in shown:
        before = sifted.before.get(spot)
        for one in filter(None, (spot, before)):
            model = _model(found[one])
            if model is not None and model.id:
                held[model.id] = list(filter(None, (_model(found[s]) for s in sifted.held.get(one, ()))))
        this, last = _model(found[spot]), _model(found[before]) if before is not None else None
        if this is not None and this.id and last is not None:
            earlier[this.id] = last
    return replace(known, held=held, earlier=earlier, awaited=_awaited(harvest, goes_on=goes_on))


def _awaited(harvest: Harvest, *, goes_on: bool) -> Words:
    if harvest.is_complete:
        return ""
    return STILL_LOADING if goes_on and harvest.open and harvest.problem is None else NOT_ALL_LOADED


def _around(spot: Spot, sifted: Sifted) -> Iterator[Spot]:
    before = sifted.before.get(spot)
    for one in filter(None, (spot, before)):
        yield one
        yield from sifted.held.get(one, ())


def _model(found: Found | None) -> Observation | None:
    return coded(found.raw, Observation) if found is not None else None


def with_own_answers(known: Known, kind: AnyKind, model: Any, source: Source) -> Known:
    """What is known, with the answers of one questionnaire, for its own page.

    They are taken from the section's first answer, which is one question; those that are not in it are read by id.

    Raises:
        AccessOver: the sign-in ended.
    """
    if kind.folds is None or not isinstance(model, Observation) or not model.id:
        return known
    try:
        known = _from_section(known, kind, model.id, source)
    except (errors.SignInExpired, AccessOver):
        raise AccessOver from None
    except (errors.UpstreamError, Gone) as error:
        log.info("answers of %s: %s", kind.slug, type(error).__name__)
    held = list(known.held.get(model.id, ()))
    seen = {model.id, *(one.id for one in held)}
    # The answers may stand behind a total, which the questionnaire names: two rounds.
    ask = [*model.hasMember, *model.derivedFrom]
    for _round in range(2):
        missing = [reference for reference in ask if _id_of(reference, source.base) not in {*seen, None}]
        if not missing:
            break
        along = known_for(missing, source, whole=True).observations
        ask = []
        for reference in missing:
            target = local(reference, base=source.base)
            one = along.get(target) if target else None
            if one is not None and one.id not in seen and one.status != ENTERED_IN_ERROR:
                seen.add(one.id)
                held.append(one)
                ask += [*one.hasMember, *one.derivedFrom]
    return replace(known, held={**known.held, model.id: held}, awaited="")


def _from_section(known: Known, kind: AnyKind, logical_id: str, source: Source) -> Known:
    harvest = gathering.first(kind, source)
    sifted = standing.sifted(kind, source, harvest)
    spot = sifted.by_id.get(logical_id)
    return with_answers(known, kind, [spot], sifted, harvest, source) if spot is not None else known


def _id_of(reference: Reference, base: str) -> str | None:
    target = local(reference, base=base)
    return target[1] if target and target[0] == "Observation" else None
