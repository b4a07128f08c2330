"""EHR launches: an opaque `launch` value, and the context that it stands for. SMART App Launch 2.2."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from demo_server import config
from demo_server.agencies import Each


@dataclass(frozen=True)
class Launch:
    """Who is signed in at the EHR (a slug), and whose record is open there."""

    person: str
    patient: str


class Launches:
    """The launches that are under way. Thread safe.

    Args:
        now: the clock, in seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._open: dict[str, tuple[Launch, float]] = {}

    def begin(self, launch: Launch) -> str:
        """A new opaque value, good for `DEMO_LAUNCH_SECONDS`."""
        value = secrets.token_urlsafe(24)
        with self._lock:
            now = self._now()
            self._open = {key: one for key, one in self._open.items() if now < one[1]}
            self._open[value] = launch, now + config.LAUNCH_SECONDS
        return value

    def find(self, value: str) -> Launch | None:
        """The context of a launch; None if it is unknown or too old."""
        with self._lock:
            launch, ends = self._open.get(value, (None, 0.0))
            return launch if self._now() < ends else None


LAUNCHES: Launches = cast(Launches, Each(Launches))
"""The launches of this process."""
