"""Where every entry of a long list stands, kept beside its pages: sifting 10,000 heads costs more than a page of fifty.

What is kept is the whole of `Sifted`, whatever it comes to hold, encrypted like the pages and no longer than they. It
belongs to exactly those pages: another answer, another kind that asks the same, or a newer harvest has another name.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from typing import NamedTuple

import msgspec

from records import harvest as harvesting
from records.cache import SECONDS_KEPT
from records.fhir import errors
from records.fhir.bundle import is_of
from records.fhir.elements import Observation
from records.fhir.reading import NotReadable, read
from records.flights import answer_in_full
from records.harvest import Gone, Harvest
from records.kinds import inside
from records.kinds.base import AnyKind, Panels
from records.kinds.inside import Inside
from records.kinds.observed import report_date
from records.observing import value_words
from records.sifting import Sifted, Spot, add, sift
from records.source import Source

log = logging.getLogger("records.standing")

MOST_SECONDS = 8
"""How long results wait for their reports, without which they can be read as well. Reports that come later are kept."""

FEWEST_PAGES = 2
"""A list of one page is sifted as quickly as it would be looked up."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Sifted).decode


def sifted(kind: AnyKind, source: Source, harvest: Harvest) -> Sifted:
    """All entries of a harvest in their places, as `sifting.sift` finds them; a copy of the caller's own.

    Raises:
        harvest.Gone: a page is no longer kept.
    """
    is_long = len(harvest.pages) >= FEWEST_PAGES
    name = source.keep.name("sifted", kind.slug, *harvest.pages)
    kept = source.keep.load(name) if is_long else None
    if kept is not None:
        return _decode(kept)
    found = sift(kind, harvesting.pages_of(harvest, kind, source), patient=source.patient, base=source.base)
    # What came of another patient is told again at every look, and its pages are forgotten.
    if is_long and not found.tally.another_patient:
        left = SECONDS_KEPT - (time.time() - harvest.asked_at)
        source.keep.store(name, _encode(found), left)
    return found


# ---------------------------------------------------------------- what stands inside other entries


class Reports(NamedTuple):
    """The reports that hold a kind's entries together, and where each of them stands."""

    harvest: Harvest
    sifted: Sifted


def come(panels: Panels, asked: Future[Harvest] | None, source: Source, *, brief: bool) -> Reports | None:
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
        harvest = asked.result(soon.client.deadline.left)
        # An entry must not be said to have no report only because that one is not there yet.
        harvest = answer_in_full(panels.kind, soon) if harvest.open and not brief else harvest
        # Not as kept: a report whose page is gone would be missed only when its heading is made.
        pages = harvesting.pages_of(harvest, panels.kind, source)
        return Reports(harvest, sift(panels.kind, pages, patient=source.patient, base=source.base))
    except errors.SignInExpired:
        raise
    except Gone:
        harvesting.forget(panels.kind, source)  # so that the next look asks for them again
    except (errors.UpstreamError, NotInTime) as error:
        log.info("reports for results: %s", type(error).__name__)
    return None


def with_inside(
    kind: AnyKind, found: Sifted, harvest: Harvest, reports: Reports | None, source: Source
) -> tuple[Harvest, Reports | None]:
    """Puts results that stand inside their reports among those that came by themselves, each once.

    Args:
        found: the entries of the harvest in their places, which is added to.
        reports: the entries that hold those of this kind together (`Kind.panels`); None where they cannot be had.

    Returns:
        the same harvest, in which they are found; and the reports, if they are still kept.
    """
    if kind.panels is None or reports is None:
        return harvest, None
    try:
        return _with_inside(kind.panels, kind, source, found, harvest, reports), reports
    except Gone:
        harvesting.forget(kind.panels.kind, source)
        return harvest, None


def _with_inside(
    panels: Panels, kind: AnyKind, source: Source, found: Sifted, harvest: Harvest, holding: Reports
) -> Harvest:
    reports, containing = holding.harvest, holding.sifted.containing
    if not containing:
        return harvest
    harvest = msgspec.structs.replace(harvest, beside=reports)
    # The newest report first: of a result that stands in two, that one has it.
    shown = {(spot.page, spot.entry): spot for spot in containing}
    every: list[tuple[Spot, Spot, Inside]] = []
    for number in {spot.page for spot in containing}:
        listed = inside.listed(harvesting.page_at(reports, number, panels.kind, source), number)
        for index, (one, owner) in enumerate(zip(listed.results, listed.owners, strict=True)):
            if (number, owner) in shown and kind.place(one.head) is not None:
                _day, when = inside.dated(one.head)
                every.append((shown[number, owner], Spot(when, 0, -number - 1, index), one))
    every.sort(key=lambda item: item[0].when, reverse=True)
    for _report, spot, one in every:
        _place_inside(kind, source, found, harvest, spot, one)
    return harvest


def _place_inside(
    kind: AnyKind, source: Source, found: Sifted, harvest: Harvest, spot: Spot, one: Inside
) -> None:
    if not is_of(one.head, patient=source.patient, base=source.base):
        found.tally.received += 1
        found.tally.another_patient += 1
        return
    within = one.id.partition("#")[0]
    twin = None if one.head.is_entered_in_error else _twin(kind, source, found, harvest, spot, one)
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
    kind: AnyKind, source: Source, found: Sifted, harvest: Harvest, spot: Spot, one: Inside
) -> Spot | None:
    """The same result where it has a place already: it came by itself too, or stands inside another report."""
    name = kind.series(one.head) if kind.series is not None else None
    if name is None:
        return None
    same_day = [other for other in found.series.get(name, ()) if other.when[:10] == spot.when[:10]]
    if not same_day:
        return None
    for other in same_day:
        raw = harvesting.page_at(harvest, other.page, kind, source).entries[other.entry].raw
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
