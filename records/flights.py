"""Questions that are being asked right now in this process, so that who comes while they are does not ask again."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from records import gathering
from records import harvest as harvesting
from records.fhir import errors
from records.harvest import Harvest
from records.kinds.base import AnyKind
from records.source import THREADS, Source


class Late(Exception):
    """No answer yet. It is still being waited for, and whoever asks again later gets it."""


class Flights:
    """Questions that are being asked right now in this process, so that a late block does not ask again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flying: dict[str, Future[Harvest]] = {}

    def start(self, kind: AnyKind, source: Source, *, size: int | None = None) -> Future[Harvest]:
        """The answer to come, asked for now or a moment ago. `size`: of a page, the overview's where not said."""
        name = source.keep.name("flight", harvesting.question(kind))
        with self._lock:
            flying = self._flying.get(name)
            if flying is None:
                flying = THREADS.sections.submit(
                    gathering.first, kind, source, size=size or gathering.overview_size(kind)
                )
                self._flying[name] = flying
            else:
                return flying
        # Outside the lock: what is already done lands in this very thread.
        flying.add_done_callback(lambda _done: self._land(name))
        return flying

    def _land(self, name: str) -> None:
        with self._lock:
            self._flying.pop(name, None)


FLIGHTS = Flights()


def answer(flying: Future[Harvest], kind: AnyKind, source: Source) -> Harvest:
    """The answer, waited for as long as the source's deadline allows.

    Raises:
        errors.NoAnswerInTime: it did not come.
        errors.UpstreamError: what went wrong with it.
    """
    try:
        return flying.result(source.client.deadline.left)
    except TimeoutError:
        raise errors.NoAnswerInTime(status=None, resource_type=kind.resource_type) from None


def answer_soon(kind: AnyKind, source: Source, *, size: int, patience: float) -> Harvest:
    """The first answer, waited for `patience` seconds.

    Raises:
        Late: it has not come yet.
        errors.UpstreamError: what went wrong with it.
    """
    try:
        return FLIGHTS.start(kind, source, size=size).result(patience)
    except TimeoutError:
        raise Late from None


def answer_in_full(kind: AnyKind, source: Source) -> Harvest:
    """Everything that comes until the source's deadline: what is being asked now is waited for, not asked again."""
    answer(FLIGHTS.start(kind, source, size=gathering.PAGE_SIZE), kind, source)
    return gathering.rest(kind, source)
