"""Where one page's record comes from: the server, whose record, what was granted, what is kept. And the threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum
from typing import Any, TypeVar

from django.utils import timezone

from records.fetching.cache import Keep, ServerMemory
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from records.fhir.sessions import POOL
from records.kinds.base import AnyKind

Found = TypeVar("Found")

BEGIN_SECONDS = 6
"""How long a question goes on to ask for further pages before it gives what has come; the next look goes on."""


class AccessOver(Exception):
    """The sign-in ended while a page was being made: there is no page to make. `__cause__` says more."""


class Sharing(Enum):
    """How much of a type was granted at sign-in. SMART App Launch 2.2 scopes."""

    FULL = "full"
    PARTIAL = "partial"
    NONE = "none"
    OFF = "off"
    """Its agency does not give this section here: it is neither asked for nor looked for."""

    @property
    def is_closed(self) -> bool:
        """Whether nothing is asked for."""
        return self in {Sharing.NONE, Sharing.OFF}


@dataclass
class MadeOf:
    """What one page is made of, noted while it is made.

    Attributes:
        answers: what had come of each question (`collected.told`), by the question's name.
        is_settled: it is one version of each, and nothing that was to be read along is still to come.
        oldest: when what the oldest part of it was first made of was asked for, in seconds since 1970.
    """

    answers: dict[str, bytes] = field(default_factory=dict)
    is_settled: bool = True
    oldest: float = float("inf")

    def note(self, question: str, told: bytes) -> None:
        """An answer that is used."""
        self.is_settled &= self.answers.setdefault(question, told) == told

    def take(self, oldest: float) -> None:
        """A part as it was made before, of answers that said the same, the oldest of them asked for at `oldest`."""
        self.oldest = min(self.oldest, oldest)

    def miss(self) -> None:
        """Something has not come that the next look may have."""
        self.is_settled = False


@dataclass(frozen=True)
class Source:
    """One access's record.

    Args:
        client: reads from the server with this access's token.
        patient: the logical id of the one patient this access is for.
        shares: how much of a resource type was granted.
        keep: the encrypted cache of this access.
        memory: what the server is known not to answer.
        fresh_sign_in: signed in a moment ago, so a refused token means something else than an old one.
        since: what was changed after this has not been seen by the reader (aware); None where that is not known.
        units: in which ones the reader wishes to see vital signs (`records.words.units`).
        off: the slugs of sections that the agency does not give here.
        made_of: what the page that is made uses of it.
    """

    client: FhirClient
    patient: str
    shares: Callable[[str], Sharing]
    keep: Keep
    memory: ServerMemory
    fresh_sign_in: bool = False
    since: datetime | None = None
    units: str = ""
    made_of: MadeOf = field(default_factory=MadeOf, compare=False)
    off: frozenset[str] = frozenset()

    def shared(self, kind: AnyKind) -> Sharing:
        """How much of a section may be asked for: what was granted of its type, unless its agency switched it off."""
        return Sharing.OFF if kind.slug in self.off else self.shares(kind.resource_type)

    @property
    def base(self) -> str:
        """The FHIR base URL."""
        return self.client.base

    @property
    def request_id(self) -> str:
        """The number of the page that is made, for staff; empty where it has none."""
        return self.client.page_id.strip("-")

    def within(self, seconds: float) -> Source:
        """The same with another deadline."""
        return replace(self, client=replace(self.client, deadline=Deadline(seconds)))

    def in_flight(self) -> Source:
        """The same for what goes on behind the page that asks: what was asked for is waited for as long as the server
        may take, and kept when it comes, whoever asked."""
        client = self.client
        deadline = Deadline(BEGIN_SECONDS, answers=client.connect_timeout + client.read_timeout)
        return replace(self, client=replace(client, deadline=deadline))


class _Threads(ThreadPoolExecutor):
    """Threads that tell times by the clock of whoever gives them something to do."""

    def submit(self, fn: Callable[..., Found], /, *args: Any, **kwargs: Any) -> Future[Found]:
        clock = timezone.get_current_timezone()

        def by_that_clock() -> Found:
            with timezone.override(clock):
                return fn(*args, **kwargs)

        return super().submit(by_that_clock)


class Threads:
    """Threads of this process, made on first use (after the fork) and kept.

    `sections` run a whole question each; `requests` run single requests for them. They are apart, so that a
    question waiting for its requests can never be what they wait for.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[str, ThreadPoolExecutor] = {}

    def _get(self, name: str, workers: int) -> ThreadPoolExecutor:
        with self._lock:
            if name not in self._made:
                self._made[name] = _Threads(workers, thread_name_prefix=name)
            return self._made[name]

    @property
    def sections(self) -> ThreadPoolExecutor:
        """For whole questions."""
        return self._get("sections", POOL // 2)

    @property
    def requests(self) -> ThreadPoolExecutor:
        """For single requests."""
        return self._get("requests", POOL // 2)


THREADS = Threads()
