"""Where things stand, as rows and lists are told it. `pages` knows; nothing below does."""

from __future__ import annotations

from typing import Protocol

from records.kinds.base import AnyKind


class Addresses(Protocol):
    """Where things stand. The views know; nothing here does."""

    def section(self, kind: AnyKind, **query: str) -> str:
        """A section's page."""

    def rest(self, kind: AnyKind, **query: str) -> str:
        """Where the rest of a long list is loaded from."""

    def block(self, kind: AnyKind, **query: str) -> str:
        """Where a late block of the overview is loaded from."""

    def series(self, kind: AnyKind, name: str, **query: str) -> str:
        """The page of one measure."""

    def entry(self, kind: AnyKind, resource_type: str, logical_id: str) -> str:
        """An entry's page."""
