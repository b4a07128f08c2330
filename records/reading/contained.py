"""Results that stand inside their report, among those that came by themselves. FHIR R4 DomainResource.contained."""

from __future__ import annotations

import logging
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from typing import NamedTuple

import msgspec

from records.fetching import collected as collecting
from records.fetching.collected import Collected, Gone
from records.fetching.source import Source
from records.fetching.under_way import Late, answer_in_full
from records.fhir import errors
from records.fhir.compartment import is_of
from records.fhir.elements import Observation
from records.fhir.reading import NotReadable, read
from records.kinds import inside
from records.kinds.base import AnyKind, Panels
from records.kinds.inside import Inside
from records.kinds.observed import report_date
from records.reading.places import Sifted, Spot
from records.reading.sifting import add, sift
from records.words.observing import value_words

log = logging.getLogger("records.reading.contained")

MOST_SECONDS = 8
"""How long results wait for their reports, without which they can be read as well. Reports that come later are kept."""


class SiftedReports(NamedTuple):
    """The reports that hold a kind's entries together, and where each of them stands."""

    collected: Collected
    sifted: Sifted


def come(
    panels: Panels, asked: Future[Collected] | None, source: Source, *, brief: bool
) -> SiftedReports | None:
    """The reports as far as they can be had; None where they cannot, or are not shared.

    Args:
        asked: the reports, on their way; None where they are not shared.
        brief: for the overview the first answer is enough.

    Raises:
        errors.SignInExpired: the sign-in ended meanwhile.
    """
    if asked is None:
        return None
    try:
        soon = source.within(min(MOST_SECONDS, source.client.deadline.left))
        collected = asked.result(soon.client.deadline.left)
        # An entry must not be said to have no report only because that one is not there yet.
        collected = answer_in_full(panels.kind, soon) if collected.open and not brief else collected
        # Not as kept: a report whose page is gone would be missed only when its heading is made.
        pages = collecting.pages_of(collected, panels.kind, source)
        return SiftedReports(collected, sift(panels.kind, pages, patient=source.patient, base=source.base))
    except errors.SignInExpired:
        raise
    except Gone:
        collecting.forget(panels.kind, source)  # so that the next look asks for them again
    except (errors.UpstreamError, NotInTime, Late) as error:
        log.info("reports for results: %s", type(error).__name__)
    return None


def with_inside(
    kind: AnyKind, found: Sifted, collected: Collected, reports: SiftedReports | None, source: Source
) -> tuple[Collected, SiftedReports | None]:
    """Puts results that stand inside their reports among those that came by themselves, each once.

    Args:
        found: the entries of the collected in their places, which is added to.
        reports: the entries that hold those of this kind together (`Kind.panels`); None where they cannot be had.

    Returns:
        the same collected, in which they are found; and the reports, if they are still kept.
    """
    if kind.panels is None or reports is None:
        return collected, None
    try:
        return _with_inside(kind.panels, kind, source, found, collected, reports), reports
    except Gone:
        collecting.forget(kind.panels.kind, source)
        return collected, None


def _with_inside(
    panels: Panels, kind: AnyKind, source: Source, found: Sifted, collected: Collected, holding: SiftedReports
) -> Collected:
    reports, containing = holding.collected, holding.sifted.containing
    if not containing:
        return collected
    collected = msgspec.structs.replace(collected, beside=reports)
    # The newest report first: of a result that stands in two, that one has it.
    shown = {(spot.page, spot.entry): spot for spot in containing}
    every: list[tuple[Spot, Spot, Inside]] = []
    for number in {spot.page for spot in containing}:
        listed = inside.listed(collecting.page_at(reports, number, panels.kind, source), number)
        for index, (one, owner) in enumerate(zip(listed.results, listed.owners, strict=True)):
            if (number, owner) in shown and kind.place(one.head) is not None:
                _day, when = inside.dated(one.head)
                every.append((shown[number, owner], Spot(when, 0, -number - 1, index), one))
    every.sort(key=lambda item: item[0].when, reverse=True)
    for _report, spot, one in every:
        _place_inside(kind, source, found, collected, spot, one)
    return collected


def _place_inside(
    kind: AnyKind, source: Source, found: Sifted, collected: Collected, spot: Spot, one: Inside
) -> None:
    if not is_of(one.head, patient=source.patient, base=source.base):
        found.tally.received += 1
        found.tally.another_patient += 1
        return
    within = one.id.partition("#")[0]
    twin = None if one.head.is_entered_in_error else _twin(kind, source, found, collected, spot, one)
    if twin is not None:
        found.by_id[one.id] = twin
        return
    found.tally.received += 1
    if one.head.is_entered_in_error:
        found.tally.entered_in_error += 1
        return
    add(kind, one.head, spot, inside.dated(one.head)[0], found)
    found.inside.setdefault(within, []).append(spot)


def _twin(
    kind: AnyKind, source: Source, found: Sifted, collected: Collected, spot: Spot, one: Inside
) -> Spot | None:
    """The same result where it has a place already: it came by itself too, or stands inside another report."""
    name = kind.series(one.head) if kind.series is not None else None
    if name is None:
        return None
    same_day = [other for other in found.series.get(name, ()) if other.when[:10] == spot.when[:10]]
    if not same_day:
        return None
    for other in same_day:
        raw = collecting.page_at(collected, other.page, kind, source).entries[other.entry].raw
        try:
            mine, theirs = read(one.raw, Observation)[0], read(raw, Observation)[0]
        except NotReadable:
            continue
        if _are_one(mine, theirs, is_same_moment=_is_same_moment(spot, other, mine)):
            return other
    return None


def _is_same_moment(spot: Spot, other: Spot, mine: Observation) -> bool:
    """Whether two of one day may be of one moment: at one time, or one has no time of its own."""
    if other.page < 0:
        return spot.when == other.when and len(spot.when) > len("2026-01-01")
    return spot.when == other.when or min(len(spot.when), len(other.when)) <= 10 or bool(report_date(mine))


def _are_one(mine: Observation, theirs: Observation, *, is_same_moment: bool) -> bool:
    """Whether two results of one test and day are one: by their numbers where both have some, else by their value."""
    ours, others = (
        {(one.system, one.value) for one in result.identifier if one.value} for result in (mine, theirs)
    )
    if ours and others:
        return bool(ours & others)
    return is_same_moment and bool(value_words(mine)) and value_words(mine) == value_words(theirs)
