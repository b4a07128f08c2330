"""Questions that are being asked right now in this process, so that who comes while they are does not ask again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any, TypeVar, cast

from records.fetching import asking
from records.fetching import collected as collecting
from records.fetching.collected import Collected
from records.fetching.source import THREADS, Source
from records.kinds.base import AnyKind

Found = TypeVar("Found")


class Late(Exception):
    """No answer yet. It is still being waited for, and whoever asks again later gets it."""


def at_hand(found: Found) -> Future[Found]:
    """An answer that is there already."""
    come: Future[Found] = Future()
    come.set_result(found)
    return come


class Flights:
    """Questions that are being asked right now in this process, so that a late block does not ask again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[str, Future[Any]] = {}

    def start(self, kind: AnyKind, source: Source, *, size: int | None = None) -> Future[Collected]:
        """The answer to come, asked for now or a moment ago. `size`: of a page, the overview's where not said."""
        return self.start_or_join(kind, source, size=size)[0]

    def start_or_join(
        self, kind: AnyKind, source: Source, *, size: int | None = None
    ) -> tuple[Future[Collected], bool]:
        """The same, and whether somebody else asks it. What is kept needs no thread: all may be waiting."""
        kept = collecting.load(kind, source)
        if kept is not None and kept.pages:
            return at_hand(kept), False
        ask = partial(asking.first, kind, source.in_flight(), size=size or asking.overview_size(kind))
        return self._share(source.keep.name("flight", collecting.question(kind)), ask, THREADS.sections)

    def finish(self, kind: AnyKind, source: Source) -> Future[Collected]:
        """All that comes of it: further pages are asked for during some seconds, and waited for longer."""
        name = source.keep.name("flight to the end", collecting.question(kind))
        return self._share(name, partial(asking.rest, kind, source.in_flight()), THREADS.sections)[0]

    def single(self, name: str, ask: Callable[[Source], Found], source: Source) -> Future[Found]:
        """What one request brings, asked for now or a moment ago. `name`: of it, in this access's cache; `ask` is
        given the source to ask with."""
        return self._share(f"{name}:single", partial(ask, source.in_flight()), THREADS.requests)[0]

    def _share(
        self, name: str, ask: Callable[[], Found], pool: ThreadPoolExecutor
    ) -> tuple[Future[Found], bool]:
        with self._lock:
            flying = self._flying.get(name)
            if flying is not None and not flying.done():
                return cast("Future[Found]", flying), True
            begun = self._flying[name] = pool.submit(ask)
        # Outside the lock: what is already done lands in this very thread.
        begun.add_done_callback(lambda done: self._land(name, done))
        return begun, False

    def _land(self, name: str, done: Future[Any]) -> None:
        with self._lock:
            if self._flying.get(name) is done:
                del self._flying[name]


FLIGHTS = Flights()


def answer(flying: Future[Found], source: Source) -> Found:
    """The answer, waited for as long as the source's deadline allows.

    Raises:
        Late: it has not come yet.
        errors.UpstreamError: what went wrong with it.
    """
    wait([flying], timeout=source.client.deadline.left)
    if not flying.done():
        raise Late
    return flying.result()


def answer_soon(kind: AnyKind, source: Source, *, size: int, patience: float) -> Collected:
    """The first answer, waited for `patience` seconds.

    Raises:
        Late: it has not come yet.
        errors.UpstreamError: what went wrong with it.
    """
    return answer(FLIGHTS.start(kind, source, size=size), source.within(patience))


def answer_in_full(kind: AnyKind, source: Source) -> Collected:
    """Everything that comes until the source's deadline: what is being asked now is waited for, not asked again.

    Raises:
        Late: not even the first answer has come yet.
        errors.UpstreamError: what went wrong with it.
        collected.Gone: a page is no longer kept.
    """
    first = answer(FLIGHTS.start(kind, source, size=asking.PAGE_SIZE), source)
    if not first.open:
        return first
    flying = FLIGHTS.finish(kind, source)
    wait([flying], timeout=source.client.deadline.left)
    return flying.result() if flying.done() else first
