"""Whether, and for how long, the record server is waited for; and what came of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol

from records.fhir.elements import PrimitiveElement


class Gate(Protocol):
    """Whether calls of this access may go out at all. Shut by a 429 or 503 for the time that the server asked for."""

    def seconds_shut(self) -> int:
        """Seconds until it opens again; 0 when open."""

    def shut_by(self) -> int:
        """The status that shut it, 429 or 503."""

    def shut(self, seconds: int, status: int) -> None:
        """Lets nothing through for so long."""


class Refusals(Protocol):
    """For which types the server refused a token that it takes for the patient (`errors.RefusedHere`)."""

    def known(self, resource_type: str) -> bool:
        """Whether it was so a moment ago."""

    def learn(self, resource_type: str) -> None:
        """Remembers it for some minutes."""


class NoRefusals:
    """Remembers none."""

    def known(self, resource_type: str) -> bool:
        return False

    def learn(self, resource_type: str) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Fetched:
    """An attachment's bytes as they were stored, with the content type that the server gave.

    `data_element`: what stands in the place of bytes that are not there, a reason perhaps.
    """

    content: bytes
    content_type: str
    data_element: PrimitiveElement | None = None


class Deadline:
    """A moment after which nobody waits any longer.

    Args:
        seconds: until nothing new is begun.
        answers: how much longer what was begun is waited for.
    """

    def __init__(self, seconds: float, *, answers: float = 0) -> None:
        self._last_begin = time.monotonic() + seconds
        self._end = self._last_begin + answers

    @property
    def to_begin(self) -> float:
        """Seconds left in which something new may be begun, never below zero."""
        return max(0.0, min(self._last_begin, self._end) - time.monotonic())

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())
