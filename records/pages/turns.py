"""Whose turn it is: how many pages of a record one worker works at, in all and for one sign-in.

A page that waits for the record server holds a thread of its worker. Were all of them held, nothing else would be
answered, neither the help nor the health check. So a share of them may wait; whoever comes beyond it gets what is known
at once, and the rest loads by itself. And one sign-in has so many pages at work: the others come when it is their turn,
without holding a thread until then.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from django.conf import settings

from upstream import meter


class Turn(Enum):
    """What a page may do now: wait for the server, hardly wait for it, or come again later."""

    WAITS = "waits"
    HARDLY = "hardly"
    LATER = "later"


class Turns:
    """The pages at work in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._of: Counter[str] = Counter()
        self._waiting = 0

    @contextmanager
    def taken(self, access_id: str, *, must: bool = False) -> Iterator[Turn]:
        """A page's turn, until the block ends. `must`: it cannot be asked for again, so it is not sent away."""
        with self._lock:
            is_one_too_many = self._of[access_id] >= settings.PAGES_OF_ONE_SIGN_IN
            if is_one_too_many and not must:
                turn = Turn.LATER
            else:
                is_full = self._waiting >= settings.PAGES_WAITING
                turn = Turn.HARDLY if is_full or is_one_too_many else Turn.WAITS
                self._of[access_id] += 1
                self._waiting += turn is Turn.WAITS
        meter.count("turns", turn.value)
        try:
            yield turn
        finally:
            if turn is not Turn.LATER:
                with self._lock:
                    self._waiting -= turn is Turn.WAITS
                    self._of[access_id] -= 1
                    if not self._of[access_id]:
                        del self._of[access_id]


TURNS = Turns()
