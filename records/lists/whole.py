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

from records.fetching import asking
from records.fetching import collected as collecting
from records.fetching.collected import Collected, Gone
from records.fetching.source import AccessOver, Sharing, Source
from records.fetching.under_way import FLIGHTS
from records.fhir import errors
from records.kinds.base import AnyKind
from records.lists.answers import with_answers
from records.lists.entries import Entries, Wanted
from records.reading import contained, kept
from records.reading.addresses import Addresses
from records.reading.known import known_for
from records.reading.places import Sifted, Spot
from records.reading.rows import PageAt, entries_at, id_of, read_all, row_of, unreadable_row
from records.words.rows import Row, replace

log = logging.getLogger("records.lists.whole")

_page = attrgetter("page")

JUST_NOW = 60
"""Seconds in which no answer is too old to be kept: where one is gone sooner, asking again would lose it again."""


@dataclass(frozen=True, slots=True)
class Part:
    """One section of the whole.

    `sharing` NONE: it was not asked. `error`: why nothing came, or why it stopped. `is_lost`: it came, and the cache
    did not keep it. `sifted` and `collected` are None where nothing came, or nothing is left of it.
    """

    kind: AnyKind
    sharing: Sharing
    collected: Collected | None = None
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
        if self.sharing.is_closed or self.has_failed:
            return False
        return self.collected is None or bool(self.collected.open)

    @property
    def is_whole(self) -> bool:
        """Whether everything that the server has of it was asked for and came."""
        return (
            self.sharing is Sharing.FULL
            and not self.has_failed
            and self.collected is not None
            and self.collected.is_complete
        )

    @property
    def as_of(self) -> datetime | None:
        """When the server answered."""
        return datetime.fromtimestamp(self.collected.asked_at, UTC) if self.collected else None


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
    asked = source.within(min(patience, source.client.deadline.left))
    by_question = {collecting.question(kind): kind for kind in every if not source.shared(kind).is_closed}
    flying = _flying(by_question, asked)
    return Whole(tuple(_part(kind, source, flying) for kind in every))


def _flying(by_question: Mapping[str, AnyKind], asked: Source) -> dict[str, Future[Collected]]:
    """What has come of each question, or is on its way: its end where that is there, else its first answer.

    What another page asks for at this moment is waited for. Nothing is waited for in the pools themselves, where what
    waits could take the place of what it waits for.

    Args:
        asked: with a deadline that is the patience. What comes after it, the next look finds.
    """
    begun = {
        question: FLIGHTS.start_or_join(kind, asked, size=asking.PAGE_SIZE)[0]
        for question, kind in by_question.items()
    }
    waiting = {first: question for question, first in begun.items()}
    ends: dict[str, Future[Collected]] = {}
    while waiting and asked.client.deadline.left:
        come, _ = wait(waiting, timeout=asked.client.deadline.left, return_when=FIRST_COMPLETED)
        for first in come:
            question = waiting.pop(first)
            if first.exception() is None and first.result().open:
                ends[question] = FLIGHTS.finish(by_question[question], asked)
    wait(ends.values(), timeout=asked.client.deadline.left)
    return begun | {question: end for question, end in ends.items() if end.done()}


def load_kept(kinds: Iterable[AnyKind], source: Source) -> Whole:
    """What is kept of the record already. Nothing is asked of the server."""
    return Whole(tuple(_kept(kind, source) for kind in kinds))


def _kept(kind: AnyKind, source: Source) -> Part:
    flying: dict[str, Future[Collected]] = {}
    for one in (kind, *((kind.panels.kind,) if kind.panels is not None else ())):
        collected = collecting.load(one, source)
        if collected is not None:
            flying[collecting.question(one)] = Future()
            flying[collecting.question(one)].set_result(collected)
        elif one is kind:
            return Part(kind, source.shared(kind))
    return _part(kind, source, flying)


def _reports(
    kind: AnyKind, flying: Mapping[str, Future[Collected]], source: Source
) -> contained.SiftedReports | None:
    """The reports that hold a kind's entries together, where they have come, for what stands inside them."""
    asked = flying.get(collecting.question(kind.panels.kind)) if kind.panels is not None else None
    if kind.panels is None or asked is None or not asked.done() or asked.exception() is not None:
        return None
    try:
        return contained.SiftedReports(asked.result(), kept.sifted(kind.panels.kind, source, asked.result()))
    except Gone:
        return None  # their own part of the record tells it


def _part(kind: AnyKind, source: Source, asked: Mapping[str, Future[Collected]]) -> Part:
    flying = asked.get(collecting.question(kind))
    sharing = source.shared(kind)
    if flying is None or sharing.is_closed:
        return Part(kind, sharing if sharing.is_closed else Sharing.NONE)
    collected = None
    try:
        if not flying.done():
            return Part(kind, sharing)
        collected = flying.result()
        source.made_of.note(collecting.question(kind), collecting.told(collected))
        sifted = kept.sifted(kind, source, collected)
        reports = _reports(kind, asked, source)
        collected, _reports_kept = contained.with_inside(kind, sifted, collected, reports, source)
    except errors.SignInExpired:
        raise AccessOver from None
    except Gone:
        collected = collected or collecting.load(kind, source)
        collecting.forget(kind, source)
        if collected is not None and time.time() - collected.asked_at > JUST_NOW:
            return Part(kind, sharing)  # its time was over: the next look asks again
        return _lost(kind, sharing)
    except errors.UpstreamError as error:
        log.warning("whole record, %s: %s", kind.slug, error)
        return Part(kind, sharing, error=error)
    problem = collected.problem.as_error(kind.resource_type) if collected.problem else None
    return Part(kind, sharing, collected=collected, sifted=sifted, error=problem)


def _lost(kind: AnyKind, sharing: Sharing) -> Part:
    log.error("whole record, %s: the cache does not keep what it is given", kind.slug)
    return Part(kind, sharing, is_lost=True)


def forget_withheld(whole: Whole, source: Source) -> None:
    """Keeps no answer in which something of another patient came. Only after the whole was looked at."""
    for part in whole.parts:
        if part.sifted is not None and part.sifted.tally.another_patient:
            collecting.forget(part.kind, source)


def forget_gone(whole: Whole, source: Source) -> None:
    """Keeps no answer of which a page has left the cache, so that the next look asks for it again."""
    for part in whole.parts:
        if part.collected is not None and not collecting.is_kept(part.collected, source):
            collecting.forget(part.kind, source)


def without_gone(whole: Whole, source: Source) -> Whole:
    """The same without the parts of which a page has left the cache: they are told as lost."""
    return Whole(
        tuple(
            part
            if part.collected is None or collecting.is_kept(part.collected, source)
            else _lost(part.kind, part.sharing)
            for part in whole.parts
        )
    )


def entries_of(part: Part, source: Source, addresses: Addresses) -> Entries | None:
    """The entries of a part as those of a list; None where it has not come."""
    if part.sifted is None or part.collected is None:
        return None
    return Entries.of(Wanted(part.kind, source, addresses), part.collected, part.sifted)


def pages_of(part: Part, source: Source) -> PageAt:
    """Gives a page of a part by its number; of a part that has not come there are none."""
    if part.collected is None:
        raise Gone
    return partial(collecting.page_at, part.collected, kind=part.kind, source=source)


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
    entries = entries_of(part, source, addresses)
    if entries is not None:
        known = with_answers(known, here, entries)
    return {
        spot: row_of(part.kind, one, known, addresses) if one else _unreadable(part, raws[spot], addresses)
        for spot, one in found.items()
    }


def _unreadable(part: Part, raw: msgspec.Raw, addresses: Addresses) -> Row:
    logical_id = id_of(raw)
    href = addresses.entry(part.kind, part.kind.resource_type, logical_id) if logical_id else ""
    return replace(unreadable_row(raw), href=href)
