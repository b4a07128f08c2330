"""How the entries of a list stand together: one small interface, and which implementation each kind has.

No station of the road asks which one it is: `group` gives it, and the rest is the interface.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import Protocol

from records.fetching.asking import PAGE_SIZE
from records.fetching.collected import Collected
from records.fetching.source import Source
from records.fetching.under_way import FLIGHTS
from records.kinds.base import AnyKind, Grouping, Known
from records.lists.answers import Answers
from records.lists.entries import Entries, Place
from records.lists.headings import Headings
from records.lists.renewals import Renewals
from records.lists.reports import Reports
from records.reading.places import Spot
from records.reading.rows import Found
from records.words.rows import Notice, Row
from records.words.sections import RowGroup

Beside = Future[Collected]
"""What has come of the question whose answers hold the entries together, or is on its way."""


class Grouped(Protocol):
    """The entries of a list in the order in which they stand on its pages."""

    @property
    def entries(self) -> Entries:
        """All entries of the list, and which part of it is looked at."""

    @property
    def places(self) -> Sequence[Place]:
        """The entries of the part that is looked at, in order, each under the slug of its heading."""

    @property
    def by_heading(self) -> bool:
        """Whether the slugs of places are those of the kind's headings, so that a reader may choose one."""

    def days(self) -> list[str]:
        """The day under which each place is found, as precise as recorded; empty without one."""

    def part(self, places: Sequence[Place]) -> Grouped:
        """The same with these places alone, which are some of its own."""

    def in_order(self, order: str) -> Grouped:
        """The same in another order, one of `choosing.ORDERS`."""

    def cuts(self) -> list[tuple[int, int]]:
        """Where each page begins and ends; there is always one."""

    def besides(self, chosen: Sequence[Place]) -> set[Spot]:
        """Entries that a page of these places needs besides them."""

    def known(self, known: Known, spots: Sequence[Spot]) -> Known:
        """What rows of these entries may know besides."""

    def counted(self, found: Mapping[Spot, Found | None]) -> dict[Spot, Row]:
        """Rows of those entries that are only counted."""

    def finished(self, rows: dict[Spot, Row]) -> dict[Spot, Row]:
        """The rows of a page as they stand in this list."""

    def groups(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        """The rows of a page under their headings."""

    def notices(self) -> tuple[Notice, ...]:
        """What is to be said of how they stand together."""

    def forget_withheld(self) -> None:
        """Keeps nothing in which something of another patient came."""


_GROUPINGS: Mapping[Grouping, Callable[[Entries], Grouped]] = {
    Grouping.HEADINGS: Headings.of,
    Grouping.RENEWALS: Renewals.of,
    Grouping.ANSWERS: Answers.of,
    Grouping.REPORTS: Reports.of,
}


def group(entries: Entries) -> Grouped:
    """The entries as they stand together; those of one measure alone by their dates."""
    grouping = entries.kind.grouping
    if entries.look.series is not None and grouping is not Grouping.ANSWERS:
        grouping = Grouping.HEADINGS
    return _GROUPINGS[grouping](entries)


def ask_beside(kind: AnyKind, source: Source) -> Beside | None:
    """Asks for what holds the entries together, beside whatever else is being asked; None where nothing does."""
    other = holding(kind, source)
    return FLIGHTS.start(other, source, size=PAGE_SIZE) if other is not None else None


def holding(kind: AnyKind, source: Source) -> AnyKind | None:
    """The kind whose entries hold those of another together, and have to be asked for beside them; if it is shared."""
    other = kind.panels.kind if kind.panels is not None else None
    return other if other is not None and not source.shared(other).is_closed else None
