"""What a reader takes along: which sections, dates and entries an order asks for, walked as they stand on the pages."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.documents.whose import Whose
from records.fetching.collected import Gone
from records.fetching.source import Sharing, Source
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists import date_range
from records.lists.choosing import Look
from records.lists.entries import Entries, Place, Wanted
from records.lists.grouping import Grouped, ask_beside, group
from records.lists.paging import ListPage
from records.lists.whole import Part as Loaded
from records.lists.whole import Whole, forget_gone, load_whole
from records.reading.places import Spot
from records.service.receipt import cause_of, reasons_of
from records.service.section import Asked, sifted
from records.service.take_entries import Elsewhere, Worded, documents_of, entry_of, worded
from records.service.take_protected import Protected
from records.takeaway.taken import Cover, Document, Entry, Group, Outcome, Part, Taken
from records.words import notices
from records.words.rows import Row, replace
from records.words.sections import RowGroup

LONGEST = 240
"""Seconds that a record is asked for before the file is made of what has come."""

ROUND = 20
"""Seconds of one look at how far it is."""

ROWS_AT_ONCE = 50


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What a reader chose.

    Attributes:
        form: which kind of file, one of `records.takeaway.forms`.
        sections: slugs of kinds; what is no kind is passed over.
        since, until: dates of FHIR, as precise as typed; empty for all years.
        documents: "full", "list" or "originals".
        is_for_other, whom: made for somebody else than the reader, and for whom, as typed.
        with_protected: whether what carries extra protection goes in.
    """

    form: str = "pdf"
    sections: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    documents: str = "full"
    is_for_other: bool = False
    whom: str = ""
    with_protected: bool = True

    @property
    def kinds(self) -> list[AnyKind]:
        """The kinds that are wished, in the menu's order."""
        return [kind for slug, kind in KINDS.items() if slug in self.sections]


@dataclass(slots=True)
class Gathering:
    """A record on its way into a file.

    `told(slug, count)`: called as entries go in. `whose`: the patient, for comparing documents with.
    """

    order: Order
    source: Source
    told: Callable[[str, int], None] = lambda _slug, _count: None
    whose: Callable[[], Whose | None] = lambda: None
    outcomes: list[Outcome] = field(default_factory=list)

    def taken(self, cover: Cover) -> Taken:
        """All that is wished. Nothing is asked before the parts are walked."""
        return Taken(
            cover,
            self._parts(),
            self.outcomes,
            self.source.base,
            again=lambda: dataclasses.replace(self, told=_silent, outcomes=[]).taken(cover),
        )

    def _parts(self) -> Iterator[Part]:
        whole = load(self.order.kinds, self.source)
        protected = Protected(whole, self.source) if not self.order.with_protected else None
        for loaded in whole.parts:
            if loaded.kind.slug in self.order.sections:
                yield _Walk(self, loaded, protected).part()


def load(kinds: Sequence[AnyKind], source: Source) -> Whole:
    """These kinds and what holds their entries together, followed to their ends.

    Raises:
        AccessOver: the sign-in ended.
    """
    holding = [kind.panels.kind for kind in kinds if kind.panels is not None]
    asked = list({kind.slug: kind for kind in (*kinds, *holding)}.values())
    until = time.monotonic() + LONGEST
    whole = load_whole(asked, source=source, patience=ROUND)
    while whole.is_open and time.monotonic() < until:
        whole = load_whole(asked, source=source, patience=ROUND)
    return whole


def _silent(_slug: str, _count: int) -> None:
    """Nobody is told of an entry twice."""


class _Walk:
    """One section on its way: which of its entries go in, and what became of the others."""

    def __init__(self, gathering: Gathering, loaded: Loaded, protected: Protected | None) -> None:
        self._gathering, self._loaded, self._protected = gathering, loaded, protected
        self._kind, self._source, self._order = loaded.kind, gathering.source, gathering.order
        self._outcome = Outcome(self._kind.slug, str(self._kind.title))
        gathering.outcomes.append(self._outcome)

    def part(self) -> Part:
        """The section, to be walked."""
        kind, says = self._kind, tuple[str, ...]()
        try:
            grouped = self._grouped()
        except Gone:
            forget_gone(Whole((self._loaded,)), self._source)
            whole = load([kind], self._source)
            self._loaded = next(part for part in whole.parts if part.kind.slug == kind.slug)
            grouped = self._grouped()
        if grouped is None:
            says = tuple(self._outcome.reasons)
        elif not grouped.places and not grouped.entries.sifted.statements:
            says = (self._nothing(grouped.entries),)
        return Part(
            slug=kind.slug,
            title=str(kind.title),
            plain=str(kind.plain),
            resource_type=kind.resource_type,
            as_table=kind.as_table,
            comes_first=kind.overview is not None and kind.overview.all_on_paper,
            says=says,
            groups=lambda: self._groups(grouped) if grouped is not None else iter(()),
            raws=lambda: self._raws(grouped) if grouped is not None else iter(()),
        )

    def _nothing(self, entries: Entries) -> str:
        if self._outcome.reasons:
            return _now("Nothing of this section is in this file.")
        return str(self._kind.nothing_came_back) if entries.is_complete else ""

    # ------------------------------------------------------------ what goes in

    def _grouped(self) -> Grouped | None:
        """The entries that go in, as they stand on the section's pages; None where nothing could be had."""
        loaded, outcome = self._loaded, self._outcome
        outcome.reasons.clear()
        if loaded.sharing is Sharing.NONE:
            outcome.is_missing = True
            outcome.reasons.append(_now("Not shared with this app at sign-in. There may be some."))
            return None
        if loaded.collected is None or loaded.sifted is None:
            outcome.is_missing = True
            outcome.reasons.append(
                str(cause_of(loaded)) if loaded.has_failed else _now("It did not come in time.")
            )
            return None
        wanted = Wanted(self._kind, self._source, Elsewhere(), Look(rows=ROWS_AT_ONCE))
        collected = loaded.collected
        entries = sifted(wanted, Asked(lambda: collected, ask_beside(self._kind, self._source)))
        grouped = group(entries)
        self._count(entries)
        return grouped.part([place for place, _held in self._kept(grouped)])

    def _count(self, entries: Entries) -> None:
        loaded, outcome, tally = self._loaded, self._outcome, entries.sifted.tally
        every = tally.shown + len(entries.sifted.unreadable)
        outcome.total = every if entries.is_complete else None
        # What belongs to another section is counted there, and what came twice is in once.
        outcome.reasons += map(str, reasons_of(dataclasses.replace(tally, elsewhere=0, duplicate=0)))
        if loaded.sharing is Sharing.PARTIAL:
            outcome.reasons.append(_now("Only a part of it was shared with this app at sign-in."))
        if loaded.error is not None:
            outcome.reasons.append(_now("Not all of it came: %s") % cause_of(loaded))
        elif entries.collected.short:
            outcome.reasons.append(str(notices.counted_more(entries.collected.short)))
        elif not entries.is_complete:
            outcome.reasons.append(_now("Not all of it came in time."))

    def _kept(self, grouped: Grouped) -> Iterator[tuple[Place, int]]:
        """The places that go in, each with how many entries it brings; the others are counted by reason."""
        order, entries = self._order, grouped.entries
        now = {heading.slug for heading in entries.kind.headings if heading.now}
        whatever = entries.kind.overview is not None and entries.kind.overview.all_on_paper
        outside = hidden = 0
        for place, day in zip(grouped.places, grouped.days(), strict=True):
            slug, spot = place
            size = 1 + len(_held(spot, entries)) if spot is not None else 0
            if self._protected is not None and self._protected.covers(entries, place, grouped):
                hidden += size
            elif (
                not (order.since or order.until)
                or not day
                or (whatever and slug in now)
                or date_range.touches(day, order.since, order.until)
            ):
                yield place, size
            else:
                outside += size
        self._tell(outside, hidden)

    def _tell(self, outside: int, hidden: int) -> None:
        outcome = self._outcome
        if outside:
            words = ngettext("%s outside the chosen dates", "%s outside the chosen dates", outside)
            outcome.reasons.append(words % number_format(outside, force_grouping=True))
        if hidden and self._order.is_for_other:
            if outcome.total is not None:
                outcome.total -= hidden  # a file for somebody else never tells that there are any
        elif hidden:
            words = ngettext("%s with extra protection", "%s with extra protection", hidden)
            outcome.reasons.append(words % number_format(hidden, force_grouping=True))

    # ------------------------------------------------------------ entry by entry

    def _raws(self, grouped: Grouped) -> Iterator[bytes]:
        """The entries that go in, as they were sent, each once. What stands inside a report comes with it."""
        entries = grouped.entries
        spots = [spot for _slug, spot in grouped.places if spot is not None]
        every = [*spots, *(one for spot in spots for one in _held(spot, entries)), *self._besides(entries)]
        for first in range(0, len(every), ROWS_AT_ONCE):
            some = every[first : first + ROWS_AT_ONCE]
            raws = entries.raws(some)
            yield from (bytes(raws[spot]) for spot in some if spot.page >= 0)
            self._went_in(len(some))

    def _besides(self, entries: Entries) -> list[Spot]:
        """What is stated in the place of entries, and what could not be read."""
        besides = [*entries.sifted.ordered_statements(), *entries.sifted.unreadable]
        if self._protected is None:
            return besides
        return [spot for spot in besides if not self._protected.is_spot(entries, spot)]

    def _groups(self, grouped: Grouped) -> Iterator[Group]:
        entries = grouped.entries
        if besides := self._besides(entries):
            found = worded(grouped, besides)
            rows = tuple(entry_of(found, found.rows[spot]) for spot in besides if spot in found.rows)
            self._went_in(len(rows))
            yield Group("stated", "", rows)
        now = {heading.slug for heading in entries.kind.headings if heading.now}
        for first, end in grouped.cuts():
            chosen = grouped.places[first:end]
            if not chosen:
                continue
            page = ListPage(grouped, 1, 1, first, end)
            spots = [spot for _slug, spot in page.chosen if spot is not None]
            found = worded(grouped, [*spots, *grouped.besides(page.chosen)])
            for one in grouped.groups(page.chosen, found.rows):
                yield self._group(one, found, now=one.slug.removesuffix("-undated") in now)
            self._went_in(sum(1 + len(_held(spot, entries)) for spot in spots))

    def _group(self, group: RowGroup, found: Worded, *, now: bool) -> Group:
        entries: list[Entry] = []
        for row in group.rows:
            first = entry_of(found, row, self._documents)
            entries.append(first)
            entries += [entry_of(found, other, self._documents, is_folded=True) for other in row.others]
        return Group(
            slug=group.slug,
            title=str(group.title),
            sentence=str(group.sentence),
            entries=tuple(map(self._without_protected, entries)),
            now=now,
            report=entry_of(found, group.report) if group.report is not None else None,
        )

    def _without_protected(self, entry: Entry) -> Entry:
        """An entry without those answers in it that have extra protection of their own."""
        if self._protected is None or not entry.row.answers:
            return entry
        kept = tuple(one for one in entry.row.answers if not self._protected.is_id(one.href))
        if len(kept) == len(entry.row.answers):
            return entry
        return dataclasses.replace(entry, row=replace(entry.row, answers=kept))

    def _documents(self, found: Worded, row: Row) -> tuple[Document, ...]:
        return documents_of(found, row, self._order.documents, self._gathering.whose)

    def _went_in(self, count: int) -> None:
        self._outcome.count += count
        self._gathering.told(self._kind.slug, self._outcome.count)


def _held(spot: Spot | None, entries: Entries) -> list[Spot]:
    """What is told in an entry and has no row of its own, and what that holds in turn."""
    found: list[Spot] = []
    ahead = list(entries.sifted.held.get(spot, ())) if spot is not None else []
    while ahead:
        one = ahead.pop()
        if one not in found and one != spot:
            found.append(one)
            ahead += entries.sifted.held.get(one, ())
    return found
