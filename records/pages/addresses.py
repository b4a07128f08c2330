"""Where the pages of one access stand. `records.urls` holds each form; a test resolves every one."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from records.kinds.base import AnyKind
from records.pages.keys import Keys

SERIES = "series"


@dataclass(frozen=True)
class RecordAddresses:
    """Where the pages of one access stand. See `records.reading.addresses.Addresses`."""

    access_id: str
    keys: Keys

    @functools.cached_property
    def _root(self) -> str:
        return reverse("records:overview", kwargs={"access": self.access_id})

    def _below(self, *parts: str | int) -> str:
        """An address below the overview. Put together by hand: a page has a hundred of them, and `records.urls`
        holds each form; a test resolves every one."""
        return self._root + "".join(f"{part}/" for part in parts)

    def overview(self) -> str:
        """The first page."""
        return self._root

    def whose(self) -> str:
        """Whose record it is, where the name was late."""
        return self._below("whose")

    def timeline(self, **query: str) -> str:
        """Everything by date."""
        return self._below("timeline") + _query(query)

    def search(self) -> str:
        """The search."""
        return self._below("search")

    def units(self) -> str:
        """Where the units of vital signs are chosen."""
        return self._below("units")

    def receipt(self) -> str:
        """What could be loaded and what could not."""
        return self._below("receipt")

    def looks(self, number: int = 1) -> str:
        """Who opened this record here; empty where that is not kept."""
        if settings.TRAIL != "table":
            return ""
        return self._below("opened") + _query({"page": str(number)} if number > 1 else {})

    def take(self, *parts: str) -> str:
        """Where a record is taken along, and what belongs to that."""
        return self._below("take", *parts)

    def growth(self) -> str:
        """How a child grows."""
        return self._below("growth")

    def people(self) -> str:
        """The people and places that the record names."""
        return self._below("people")

    def met(self, resource_type: str, logical_id: str) -> str:
        """One of them. See `records.service.people.PeopleAddresses`."""
        return self._below("people", self.keys.make(resource_type, logical_id))

    def section(self, kind: AnyKind, **query: str) -> str:
        """A section's page."""
        return self._below(kind.slug) + _query(query)

    def rest(self, kind: AnyKind, **query: str) -> str:
        """Where the rest of a long list is loaded from."""
        return self._below(kind.slug, "rest") + _query(query)

    def block(self, kind: AnyKind, **query: str) -> str:
        """Where a late block of the overview is loaded from."""
        return self._below(kind.slug, "block") + _query(query)

    def series(self, kind: AnyKind, name: str, **query: str) -> str:
        """The page of one measure: which one stands behind a key, as an entry does."""
        return self._below(kind.slug, "measure", self.keys.make(SERIES, name)) + _query(query)

    def entry(self, kind: AnyKind, resource_type: str, logical_id: str) -> str:
        """An entry's page."""
        return self._below(kind.slug, self.keys.make(resource_type, logical_id))

    def from_visit(self, key: str) -> str:
        """What belongs to a visit."""
        return self._below("visits", key, "entries")

    def file(self, kind: AnyKind, key: str, number: int, page: str = "file") -> str:
        """One attachment of an entry: `file` (its page), `file-start` (its first lines), `file-view` (its
        bytes, inert), `file-original`."""
        return self._below(kind.slug, key, "file", number, *page.split("-")[1:])


def _query(query: dict[str, str]) -> str:
    kept = {name: value for name, value in query.items() if value and value != "1"}
    return f"?{urlencode(kept)}" if kept else ""
