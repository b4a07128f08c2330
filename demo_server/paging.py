"""Searches that have more than one page, held in memory under an id that nobody can guess.

As in Smile CDR, `next` is the base URL with a query (`…/fhir-request?_getpages=…`, no slash before the
question mark). A held search answers only the patient it was made for, and for ten minutes.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from demo_server.outcomes import Refusal
from demo_server.search import Search
from demo_server.world import Stored

HELD_SECONDS = 600
_MOST = 2000


@dataclass(frozen=True, kw_only=True)
class Held:
    """A search with its matches, as they were when the first page was asked for."""

    search: Search
    found: tuple[Stored, ...]
    until: float


class Pages:
    """The held searches of one process. Thread safe; `clock` gives seconds that only grow."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._held: OrderedDict[str, Held] = OrderedDict()

    def hold(self, search: Search, found: tuple[Stored, ...]) -> str:
        """Keep a search for its further pages; returns its id."""
        key = secrets.token_urlsafe(24)
        now = self._clock()
        with self._lock:
            # Oldest first: whatever has expired stands at the front.
            while self._held and (len(self._held) >= _MOST or next(iter(self._held.values())).until <= now):
                self._held.popitem(last=False)
            self._held[key] = Held(search=search, found=found, until=now + HELD_SECONDS)
        return key

    def held(self, key: str, *, patient: str) -> Held:
        """A held search. Somebody else's is answered like one that never was.

        Raises:
            Refusal: 410, as Smile CDR answers an id that it does not (or no longer) know.
        """
        with self._lock:
            found = self._held.get(key)
        if found is None or found.until <= self._clock() or found.search.patient != patient:
            raise Refusal(410, "not-found", "This search does not exist and may have expired.")
        return found
