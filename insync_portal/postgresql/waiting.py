"""How long anybody waits for the database, by our own clock.

PostgreSQL's `statement_timeout` belongs to a connection. PgBouncer refuses it at the start of one, and gives the
connection to somebody else after each transaction; and a machine that hangs keeps no time at all. So time is kept here,
for each request in all, whoever stands between. Where several waited in vain and nobody had an answer, the others are
told at once, and one tries.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings

HARDLY_SECONDS = 0.5
"""For pages that stand outside a record, and for whoever comes while many wait: enough for a database that is well."""

MOST_IN_VAIN = 3
"""After so many in a row nobody waits any more: one alone may have met a row that somebody holds locked."""

PAUSE_SECONDS = 2
"""How long nobody asks then, but one at a time to try."""


class Unanswered(Exception):
    """The database did not answer in time, or was not asked, because others waited in vain."""


@dataclass
class Budget:
    """Seconds that one request may still wait, in all."""

    left: float


_budget: ContextVar[Budget | None] = ContextVar("database_budget", default=None)
_hurry = True


def unhurried() -> None:
    """For a command, such as a migration: it may take what it takes."""
    global _hurry
    _hurry = False


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Until the block ends, this thread waits for the database so long, however many statements it sends."""
    token = _budget.set(Budget(seconds))
    try:
        yield
    finally:
        _budget.reset(token)


class Waiting:
    """Who waits for the database in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = self._in_vain = 0
        self._next_try = 0.0

    @contextmanager
    def turn(self, *, connecting: bool = False) -> Iterator[float | None]:
        """While something is asked: the seconds that it may take, None without a limit.

        `connecting`: that it succeeds says nothing yet. A pooler lets everybody in whose database hangs.

        Raises:
            Unanswered: it is not to be asked now.

        The block raises Unanswered where no answer came; any other end of it is an answer.
        """
        if not _hurry:
            yield None
            return
        budget, began = _budget.get() or Budget(settings.DATABASE_SECONDS), time.monotonic()
        seconds = self._begin(budget, began)
        is_vain = False
        try:
            yield seconds
        except Unanswered:
            is_vain = True
            raise
        finally:
            now = time.monotonic()
            budget.left -= now - began
            with self._lock:
                self._waiting -= 1
                if is_vain:
                    self._in_vain += 1
                    self._next_try = now + PAUSE_SECONDS
                elif connecting:
                    self._next_try = 0  # what is to be asked on it may be asked
                else:
                    self._in_vain = 0

    def _begin(self, budget: Budget, now: float) -> float:
        with self._lock:
            if self._in_vain >= MOST_IN_VAIN:
                if now < self._next_try:
                    raise Unanswered("not asked: it did not answer several times in a row")
                self._next_try = now + settings.DATABASE_SECONDS + PAUSE_SECONDS
            most = HARDLY_SECONDS if self._waiting >= settings.DATABASE_WAITING else settings.DATABASE_SECONDS
            seconds: float = min(budget.left, most)
            if seconds <= 0:
                raise Unanswered("not asked: this request has waited long enough")
            self._waiting += 1
            return seconds


WAITING = Waiting()
