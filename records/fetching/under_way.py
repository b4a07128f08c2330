"""Questions that are being asked right now in this process, so that who comes while they are does not ask again."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from functools import partial

from records.fetching import asking
from records.fetching import collected as collecting
from records.fetching.collected import Collected
from records.fetching.source import THREADS, Source
from records.fhir import errors
from records.kinds.base import AnyKind


class Late(Exception):
    """No answer yet. It is still being waited for, and whoever asks again later gets it."""


class Flights:
    """Questions that are being asked right now in this process, so that a late block does not ask again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[str, Future[Collected]] = {}

    def start(self, kind: AnyKind, source: Source, *, size: int | None = None) -> Future[Collected]:
        """The answer to come, asked for now or a moment ago. `size`: of a page, the overview's where not said."""
        return self.start_or_join(kind, source, size=size)[0]

    def start_or_join(
        self, kind: AnyKind, source: Source, *, size: int | None = None
    ) -> tuple[Future[Collected], bool]:
        """The same, and whether somebody else asks it, whose deadline may be another than the caller's."""
        ask = partial(asking.first, kind, source, size=size or asking.overview_size(kind))
        return self._share(source.keep.name("flight", collecting.question(kind)), ask)

    def finish(self, kind: AnyKind, source: Source) -> Future[Collected]:
        """All that comes until the deadline of whoever asks for it first."""
        name = source.keep.name("flight to the end", collecting.question(kind))
        return self._share(name, partial(asking.rest, kind, source))[0]

    def _share(self, name: str, ask: Callable[[], Collected]) -> tuple[Future[Collected], bool]:
        with self._lock:
            flying = self._flying.get(name)
            if flying is not None and not flying.done():
                return flying, True
            flying = self._flying[name] = THREADS.sections.submit(ask)
        # Outside the lock: what is already done lands in this very thread.
        flying.add_done_callback(lambda done: self._land(name, done))
        return flying, False

    def _land(self, name: str, done: Future[Collected]) -> None:
        with self._lock:
            if self._flying.get(name) is done:
                del self._flying[name]


FLIGHTS = Flights()


def answer(flying: Future[Collected], kind: AnyKind, source: Source) -> Collected:
    """The answer, waited for as long as the source's deadline allows.

    Raises:
        errors.NoAnswerInTime: it did not come.
        errors.UpstreamError: what went wrong with it.
    """
    try:
        return flying.result(source.client.deadline.left)
    except TimeoutError:
        raise errors.NoAnswerInTime(status=None, resource_type=kind.resource_type) from None


def answer_soon(kind: AnyKind, source: Source, *, size: int, patience: float) -> Collected:
    """The first answer, waited for `patience` seconds.

    Raises:
        Late: it has not come yet.
        errors.UpstreamError: what went wrong with it.
    """
    try:
        return FLIGHTS.start(kind, source, size=size).result(patience)
    except TimeoutError:
        raise Late from None


def answer_in_full(kind: AnyKind, source: Source) -> Collected:
    """Everything that comes until the source's deadline: what is being asked now is waited for, not asked again.

    Raises:
        errors.UpstreamError: not even the first answer came.
        collected.Gone: a page is no longer kept.
    """
    first = answer(FLIGHTS.start(kind, source, size=asking.PAGE_SIZE), kind, source)
    if not first.open:
        return first
    flying = FLIGHTS.finish(kind, source)
    wait(
        [flying], timeout=source.client.deadline.left + 1
    )  # it ends by the deadline, and takes a moment to say so
    return flying.result() if flying.done() else first
