"""All entries of a list and how they are read in full: what each station of a section's road hands to the next."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from records.fetching import collected as collecting
from records.fetching.cache import SECONDS_KEPT
from records.fetching.collected import Collected
from records.fetching.source import Source
from records.fhir.bundle import Page
from records.kinds.base import AnyKind
from records.lists.choosing import Look
from records.reading.addresses import Addresses
from records.reading.contained import SiftedReports
from records.reading.kept import FEWEST_PAGES
from records.reading.places import Sifted, Spot
from records.reading.rows import entries_at

Place = tuple[str, Spot | None]
"""An entry under the heading of this slug; None for a heading that has none."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to see of a record: which kind, of whom, which part of it, and where things stand."""

    kind: AnyKind
    source: Source
    addresses: Addresses
    look: Look = field(default_factory=Look)

    def here(self, **query: str) -> str:
        """The address of the list that is looked at."""
        if self.look.series:
            return self.addresses.series(self.kind, self.look.series, **query)
        return self.addresses.section(self.kind, **query)

    def rest(self, number: int) -> str:
        """Where the rest is loaded from, so that the same part of the list is looked at afterwards."""
        query = {**self.look.wish.address, "page": str(number)}
        if self.look.series:
            return self.addresses.series(self.kind, self.look.series, **query)
        return self.addresses.rest(self.kind, **query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries(Wanted):
    """The entries that are wanted, as far as they have come, each in its place.

    `collected`: what has come of the question. `sifted`: where each entry stands, and what is known of all of them.
    `beside`: what has come of the entries of another kind that hold these together; None where nothing does, or they
    cannot be had.
    """

    collected: Collected
    sifted: Sifted
    beside: SiftedReports | None = None

    @classmethod
    def of(
        cls, wanted: Wanted, collected: Collected, sifted: Sifted, beside: SiftedReports | None = None
    ) -> Entries:
        """What came of what is wanted."""
        return cls(
            kind=wanted.kind,
            source=wanted.source,
            addresses=wanted.addresses,
            look=wanted.look,
            collected=collected,
            sifted=sifted,
            beside=beside,
        )

    @property
    def is_complete(self) -> bool:
        """Whether all that the server has came."""
        return self.collected.is_complete

    def page_at(self, number: int) -> Page:
        """The page of this number. Raises Gone where it is no longer kept."""
        return collecting.page_at(self.collected, number, self.kind, self.source)

    def raws(self, spots: Iterable[Spot]) -> dict[Spot, msgspec.Raw]:
        """The bytes of the entries at these spots. Raises Gone where a page is no longer kept."""
        return entries_at(spots, self.page_at)

    def name(self, *what: str) -> str:
        """The name under which something that was found in all of them is kept."""
        return self.source.keep.name(*what, self.kind.slug, *self.collected.pages)

    def store(self, name: str, found: bytes) -> None:
        """Keeps it as long as the pages are kept; not for a short list, where it is found anew as quickly."""
        if len(self.collected.pages) >= FEWEST_PAGES:
            self.source.keep.store(name, found, SECONDS_KEPT - (time.time() - self.collected.asked_at))
