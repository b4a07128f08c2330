"""Counts and times for whoever watches the portal. Those who do the work say what happened; whoever is put here
listens. Where nobody is, it costs nothing. No count has a name, an id or an address.
"""

from __future__ import annotations

from typing import Protocol


class Listener(Protocol):
    """Whoever adds things up."""

    def count(self, name: str, *labels: str) -> None:
        """One more."""

    def took(self, name: str, seconds: float, *labels: str) -> None:
        """Something took so long."""


_listeners: list[Listener] = []


def listen(listener: Listener | None) -> None:
    """From now on this one listens, in this process and those forked from it; None: nobody."""
    _listeners[:] = [listener] if listener is not None else []


def count(name: str, *labels: str) -> None:
    """One more of something. `insync_portal.metrics` has the names and what their labels mean."""
    for listener in _listeners:
        listener.count(name, *labels)


def took(name: str, seconds: float, *labels: str) -> None:
    """Something took so long."""
    for listener in _listeners:
        listener.took(name, seconds, *labels)
