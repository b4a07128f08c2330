"""Documents that every sign-in needs, each fetched by one thread, behind whoever wants it.

What is known is used while a newer copy is on its way. Who wants what is not known waits for some seconds; when many
do, the others hardly wait and are told. A failure is remembered for longer than the fetch lasted, so that a server that
hangs is not waited for by one visitor after the other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

KEPT_SECONDS = 3600.0
"""How long a document is believed."""

FRESH_SECONDS = 1800.0
"""After how long a newer copy is fetched beside it."""

FAILURE_KEPT_SECONDS = 15.0
"""How long at least nobody asks again after a failure, so that an outage is not made worse."""

PATIENCE_SECONDS = 8.0
MOST_WAITING = 8
"""How many may wait for documents at the same time; who comes beyond them waits `HARDLY_SECONDS`."""
HARDLY_SECONDS = 0.5

clock = time.monotonic


class NotHad(Exception):
    """A document cannot be had now. The message says why, in our words."""


class Shelf:
    """Documents by address, for this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)
        self._flying: dict[object, Future[Any]] = {}
        self._kept: dict[object, tuple[float, Any]] = {}
        self._failed: dict[object, tuple[float, str]] = {}

    def clear(self) -> None:
        """Nothing is known any more, and nothing has failed."""
        with self._lock:
            self._flying.clear()
            self._kept.clear()
            self._failed.clear()

    def known(self, key: object) -> Any:
        """What is believed still, or None."""
        kept = self._kept.get(key)
        return kept[1] if kept is not None and clock() - kept[0] < KEPT_SECONDS else None

    def get(
        self,
        key: object,
        fetch: Callable[[], Any],
        *,
        waits: float = PATIENCE_SECONDS,
        how: object = None,
        anew: bool = False,
    ) -> Any:
        """A document: the one that is known, or what `fetch` brings within so many seconds.

        Args:
            fetch: raises NotHad where there is none.
            waits: seconds. What comes later is kept for the next.
            how: what tells apart those who fetch otherwise: whose failure says nothing of the others.
            anew: what is known does not do.

        Raises:
            NotHad: it cannot be had, or not in time.
        """
        found = None if anew else self.known(key)
        if found is not None:
            if clock() - self._kept[key][0] > FRESH_SECONDS and not self._failure(key, how):
                self._begin(key, fetch, how)
            return found
        if reason := self._failure(key, how):
            raise NotHad(reason)
        flying = self._begin(key, fetch, how)
        may_wait = self._waiting.acquire(blocking=False)
        try:
            return flying.result(waits if may_wait else min(waits, HARDLY_SECONDS))
        except TimeoutError:
            raise NotHad("it has not come yet") from None
        finally:
            if may_wait:
                self._waiting.release()

    def _failure(self, key: object, how: object) -> str:
        until, reason = self._failed.get((key, how), (0.0, ""))
        return reason if until > clock() else ""

    def _begin(self, key: object, fetch: Callable[[], Any], how: object) -> Future[Any]:
        with self._lock:
            flying = self._flying.get((key, how))
            if flying is None:
                flying = self._flying[key, how] = Future()
                threading.Thread(target=self._fetch, args=(flying, key, fetch, how), daemon=True).start()
            return flying

    def _fetch(self, flying: Future[Any], key: object, fetch: Callable[[], Any], how: object) -> None:
        began = clock()
        try:
            found = fetch()
        except BaseException as error:
            lasted = clock() - began
            if isinstance(error, NotHad):
                self._failed[key, how] = (clock() + max(FAILURE_KEPT_SECONDS, 2 * lasted), str(error))
            self._land(key, how, flying)
            flying.set_exception(error)
            return
        self._kept[key] = (clock(), found)
        self._land(key, how, flying)
        flying.set_result(found)

    def _land(self, key: object, how: object, flying: Future[Any]) -> None:
        with self._lock:
            if self._flying.get((key, how)) is flying:
                del self._flying[key, how]
