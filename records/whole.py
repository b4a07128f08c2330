"""The whole record at once: every section's question followed to its end, side by side, as far as a deadline allows.

For what walks over all of it: the timeline, the search, the receipt. What was fetched for a section is not fetched
again, and what this fetches the sections find.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from operator import attrgetter

import msgspec

from records import gathering, standing
from records import harvest as harvesting
from records.answers import with_answers
from records.fhir import errors
from records.flights import FLIGHTS
from records.harvest import Gone, Harvest
from records.kinds.base import AnyKind
from records.presenting import (
    Addresses,
    PageAt,
    entries_at,
    id_of,
    known_for,
    read_all,
    row_of,
    unreadable_row,
)
from records.rows import Row, replace
from records.sifting import Sifted, Spot
from records.source import AccessOver, Sharing, Source

log = logging.getLogger("records.whole")

_page = attrgetter("page")

JUST_NOW = 60
"""Seconds in which no answer is too old to be kept: where one is gone sooner, asking again would lose it again."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the whole.

    `sharing` NONE: it was not asked. `error`: why nothing came, or why it stopped. `is_lost`: it came, and the cache
    did not keep it. `sifted` and `harvest` are None where nothing came, or nothing is left of it.
    """

    kind: AnyKind
    sharing: Sharing
    harvest: Harvest | None = None
    sifted: Sifted | None = None
    error: errors.UpstreamError | None = None
    is_lost: bool = False

    @property
    def has_failed(self) -> bool:
        """Whether something of it did not come, or did not stay, and will not by itself."""
        return self.error is not None or self.is_lost

    @property
    def is_open(self) -> bool:
        """Whether more will come if it is asked again."""
        if self.sharing is Sharing.NONE or self.has_failed:
            return False
        return self.harvest is None or bool(self.harvest.open)

    @property
    def is_whole(self) -> bool:
        """Whether everything that the server has of it was asked for and came."""
        return (
            self.sharing is Sharing.FULL
            and not self.has_failed
            and self.harvest is not None
            and self.harvest.is_complete
        )

    @property
    def as_of(self) -> datetime | None:
        """When the server answered."""
        return datetime.fromtimestamp(self.harvest.asked_at, UTC) if self.harvest else None


@dataclass(frozen=True, slots=True)
class Whole:
    """Every section, in the menu's order."""

    parts: tuple[Part, ...]

    @property
    def is_open(self) -> bool:
        """Whether something is still on its way."""
        return any(part.is_open for part in self.parts)

    @property
    def is_complete(self) -> bool:
        """Whether everything that the server has for this sign-in was asked for and came."""
        return all(part.is_whole for part in self.parts)

    @property
    def as_of(self) -> datetime | None:
        """The oldest answer's time."""
        return min((part.as_of for part in self.parts if part.as_of is not None), default=None)


def load_whole(kinds: Iterable[AnyKind], *, source: Source, patience: float) -> Whole:
    """Asks every section's question to its end.

    Args:
        patience: seconds after which what has come is given; the rest comes at the next call.

    Raises:
        AccessOver: the sign-in ended.
    """
    every = list(kinds)
    asked = source.within(patience)
    by_question = {
        harvesting.question(kind): kind
        for kind in every
        if source.shares(kind.resource_type) is not Sharing.NONE
    }
    flying = _flying(by_question, source, asked)
    return Whole(tuple(_part(kind, source, flying) for kind in every))


def _flying(by_question: Mapping[str, AnyKind], source: Source, asked: Source) -> dict[str, Future[Harvest]]:
    """What has come of each question, or is on its way: its end where that is there, else its first answer.

    What another page asks for at this moment is waited for. Nothing is waited for in the pools themselves, where what
    waits could take the place of what it waits for.

    Args:
        source: for first answers, which are worth having after the patience is over: the next look finds them.
        asked: with a deadline that is the patience.
    """
    begun, ends, joined = dict[str, Future[Harvest]](), dict[str, Future[Harvest]](), set[str]()

    def begin(question: str) -> Future[Harvest]:
        kind = by_question[question]
        begun[question], is_anothers = FLIGHTS.start_or_join(kind, source, size=gathering.PAGE_SIZE)
        (joined.add if is_anothers else joined.discard)(question)
        return begun[question]

    waiting = {begin(question): question for question in by_question}
    while waiting and asked.client.deadline.left:
        come, _ = wait(waiting, timeout=asked.client.deadline.left, return_when=FIRST_COMPLETED)
        for first in come:
            question = waiting.pop(first)
            error = first.exception()
            if isinstance(error, errors.NoAnswerInTime) and question in joined:
                waiting[begin(question)] = question  # it was the other page's time that was over
            elif error is None and first.result().open:
                ends[question] = FLIGHTS.finish(by_question[question], asked)
    wait(ends.values(), timeout=asked.client.deadline.left + 1)
    return begun | {question: end for question, end in ends.items() if end.done()}


def load_kept(kinds: Iterable[AnyKind], source: Source) -> Whole:
    """What is kept of the record already. Nothing is asked of the server."""
    return Whole(tuple(_kept(kind, source) for kind in kinds))


def _kept(kind: AnyKind, source: Source) -> Part:
    flying: dict[str, Future[Harvest]] = {}
    for one in (kind, *((kind.panels.kind,) if kind.panels is not None else ())):
        harvest = harvesting.load(one, source)
        if harvest is not None:
            flying[harvesting.question(one)] = Future()
            flying[harvesting.question(one)].set_result(harvest)
        elif one is kind:
            return Part(kind, source.shares(kind.resource_type))
    return _part(kind, source, flying)


def _reports(kind: AnyKind, flying: Mapping[str, Future[Harvest]], source: Source) -> standing.Reports | None:
    """The reports that hold a kind's entries together, where they have come, for what stands inside them."""
    asked = flying.get(harvesting.question(kind.panels.kind)) if kind.panels is not None else None
    if kind.panels is None or asked is None or not asked.done() or asked.exception() is not None:
        return None
    try:
        return standing.Reports(asked.result(), standing.sifted(kind.panels.kind, source, asked.result()))
    except Gone:
        return None  # their own part of the record tells it


def _part(kind: AnyKind, source: Source, asked: Mapping[str, Future[Harvest]]) -> Part:
    flying = asked.get(harvesting.question(kind))
    sharing = source.shares(kind.resource_type)
    if flying is None or sharing is Sharing.NONE:
        return Part(kind, Sharing.NONE)
    harvest = None
    try:
        if not flying.done():
            return Part(kind, sharing)
        harvest = flying.result()
        sifted = standing.sifted(kind, source, harvest)
        reports = _reports(kind, asked, source)
        harvest, _reports_kept = standing.with_inside(kind, sifted, harvest, reports, source)
    except errors.SignInExpired:
        raise AccessOver from None
    except Gone:
        harvest = harvest or harvesting.load(kind, source)
        harvesting.forget(kind, source)
        if harvest is not None and time.time() - harvest.asked_at > JUST_NOW:
            return Part(kind, sharing)  # its time was over: the next look asks again
        return _lost(kind, sharing)
    except errors.UpstreamError as error:
        log.warning("whole record, %s: %s", kind.slug, error)
        return Part(kind, sharing, error=error)
    problem = harvest.problem.as_error(kind.resource_type) if harvest.problem else None
    return Part(kind, sharing, harvest=harvest, sifted=sifted, error=problem)


def _lost(kind: AnyKind, sharing: Sharing) -> Part:
    log.error("whole record, %s: the cache does not keep what it is given", kind.slug)
    return Part(kind, sharing, is_lost=True)


def forget_withheld(whole: Whole, source: Source) -> None:
    """Keeps no answer in which something of another patient came. Only after the whole was looked at."""
    for part in whole.parts:
        if part.sifted is not None and part.sifted.tally.another_patient:
            harvesting.forget(part.kind, source)


def forget_gone(whole: Whole, source: Source) -> None:
    """Keeps no answer of which a page has left the cache, so that the next look asks for it again."""
    for part in whole.parts:
        if part.harvest is not None and not harvesting.is_kept(part.harvest, source):
            harvesting.forget(part.kind, source)


def without_gone(whole: Whole, source: Source) -> Whole:
    """The same without the parts of which a page has left the cache: they are told as lost."""
    return Whole(
        tuple(
            part
            if part.harvest is None or harvesting.is_kept(part.harvest, source)
            else _lost(part.kind, part.sharing)
            for part in whole.parts
        )
    )


def pages_of(part: Part, source: Source) -> PageAt:
    """Gives a page of a part by its number; of a part that has not come there are none."""
    if part.harvest is None:
        raise Gone
    return partial(harvesting.page_at, part.harvest, kind=part.kind, source=source)


def mentioning(part: Part, logical_id: str, source: Source) -> dict[Spot, msgspec.Raw]:
    """The entries of a part in whose bytes an id stands, so that few need to be read for what they point to.

    Raises:
        Gone: a page is no longer kept.
    """
    if part.sifted is None:
        return {}
    listed = sorted((spot for spots in part.sifted.groups.values() for spot in spots), key=_page)
    page_at, wanted = pages_of(part, source), logical_id.encode()
    raws: dict[Spot, msgspec.Raw] = {}
    for number, spots in groupby(listed, key=_page):
        entries = page_at(number).entries
        for spot in spots:
            entry = entries[spot.entry]
            # Another server's entry of this id is another one.
            if wanted in bytes(entry.raw) and not entry.is_foreign:
                raws[spot] = entry.raw
    return raws


def rows_at(
    part: Part,
    spots: Iterable[Spot],
    source: Source,
    addresses: Addresses,
    *,
    titles_only: bool = False,
) -> dict[Spot, Row]:
    """The finished rows of these entries of a part that has come, with what they point to; `titles_only` as in
    `known_for`.

    Raises:
        Gone: a page is no longer kept.
    """
    here = list(spots)
    raws = entries_at(here, pages_of(part, source))
    found = read_all(part.kind, raws)
    references = (r for one in found.values() if one for r in part.kind.references(one.model))
    included = part.sifted.included if part.sifted else None
    known = known_for(references, source, included, titles_only=titles_only)
    if part.sifted is not None and part.harvest is not None:
        known = with_answers(known, part.kind, here, part.sifted, part.harvest, source)
    return {
        spot: row_of(part.kind, one, known, addresses) if one else _unreadable(part, raws[spot], addresses)
        for spot, one in found.items()
    }


def _unreadable(part: Part, raw: msgspec.Raw, addresses: Addresses) -> Row:
    logical_id = id_of(raw)
    href = addresses.entry(part.kind, part.kind.resource_type, logical_id) if logical_id else ""
    return replace(unreadable_row(raw), href=href)
