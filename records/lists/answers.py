"""What questionnaires hold, for their rows: the answers, and the time before, from what has come or is read along.

An entry's mapping is pure; here is where it is told what else there is. For kinds that fold (`Kind.folds`) alone.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from records.fetching import asking
from records.fetching.collected import Gone
from records.fetching.source import AccessOver, Source
from records.fhir import errors
from records.fhir.absence import coded
from records.fhir.codes import ENTERED_IN_ERROR
from records.fhir.compartment import local
from records.fhir.elements import Observation, Reference
from records.kinds.base import AnyKind, Known
from records.lists.entries import Entries, Place, Wanted
from records.lists.headings import Headings
from records.reading import kept
from records.reading.addresses import Addresses
from records.reading.known import known_for
from records.reading.places import Sifted, Spot
from records.reading.rows import Found, read_all
from records.words.rows import Row, Words
from records.words.rows import replace as replace_row
from records.words.sections import RowGroup

log = logging.getLogger("records.lists.answers")

STILL_LOADING = _("Still loading")
NOT_ALL_LOADED = _("Not all of its answers are loaded here")


@dataclass(frozen=True, slots=True)
class Answers(Headings):
    """A list of questionnaires under the headings of its kind, each with the answers that it holds."""

    def known(self, known: Known, spots: Iterable[Spot]) -> Known:
        return with_answers(known, spots, self.entries)

    def groups(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        if self.entries.look.series is not None:
            return Headings.groups(self, chosen, rows)
        # In a list the total stands in the line: long names of questionnaires leave a large number no room.
        named = {spot for spots in self.entries.sifted.alike.values() for spot in spots}
        in_lines = {
            spot: replace_row(row, measure=None) if spot in named else row for spot, row in rows.items()
        }
        return Headings.groups(self, chosen, in_lines)


def with_answers(known: Known, spots: Iterable[Spot], entries: Entries) -> Known:
    """What is known, with the answers that the entries at these spots hold, as far as they have come.

    Raises:
        Gone: a page is no longer kept.
    """
    kind, sifted = entries.kind, entries.sifted
    if kind.folds is None:
        return known
    shown = [spot for spot in spots if spot in sifted.held or spot in sifted.before]
    wanted = {one for spot in shown for one in _around(spot, sifted)}
    raws = entries.raws(wanted)
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
    return replace(known, held=held, earlier=earlier, awaited=_awaited(entries))


def _awaited(entries: Entries) -> Words:
    """What is said where answers may be missing. The overview does not load the rest of a list by itself."""
    if entries.is_complete:
        return ""
    goes_on = not entries.look.only_now and entries.collected.open and entries.collected.problem is None
    return STILL_LOADING if goes_on else NOT_ALL_LOADED


def _around(spot: Spot, sifted: Sifted) -> Iterator[Spot]:
    before = sifted.before.get(spot)
    for one in filter(None, (spot, before)):
        yield one
        yield from sifted.held.get(one, ())


def _model(found: Found | None) -> Observation | None:
    return coded(found.raw, Observation) if found is not None else None


def with_own_answers(known: Known, kind: AnyKind, model: Any, source: Source, addresses: Addresses) -> Known:
    """What is known, with the answers of one questionnaire, for its own page.

    They are taken from the section's first answer, which is one question; those that are not in it are read by id.

    Raises:
        AccessOver: the sign-in ended.
    """
    if kind.folds is None or not isinstance(model, Observation) or not model.id:
        return known
    try:
        known = _from_section(known, kind, model.id, source, addresses)
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


def _from_section(
    known: Known, kind: AnyKind, logical_id: str, source: Source, addresses: Addresses
) -> Known:
    collected = asking.first(kind, source)
    sifted = kept.sifted(kind, source, collected)
    spot = sifted.by_id.get(logical_id)
    if spot is None:
        return known
    return with_answers(known, [spot], Entries.of(Wanted(kind, source, addresses), collected, sifted))


def _id_of(reference: Reference, base: str) -> str | None:
    target = local(reference, base=base)
    return target[1] if target and target[0] == "Observation" else None
