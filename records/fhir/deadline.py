"""Until when the record server is waited for."""

from __future__ import annotations

import time


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
