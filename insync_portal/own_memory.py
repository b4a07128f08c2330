"""The cache in a process's own memory: what is over leaves it, also where nobody asks for it again.

Django's own backend throws an expired value away only when it is asked for by its name, or when there are more names
than it may hold. The names of a record's pages are new every five minutes, so the old pages would fill the memory.
"""

from __future__ import annotations

import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

SWEEP_SECONDS = 30
"""How long after its time a value may stay, while anything is kept at all."""

_next_sweep: dict[str, float] = {}


class OwnMemory(LocMemCache):
    """Django's, swept now and then. One for each thread, as with Django; all of one name share one memory."""

    _cache: dict[str, bytes]
    _expire_info: dict[str, float | None]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._name = name

    def _set(self, key: str, value: bytes, timeout: Any = DEFAULT_TIMEOUT) -> None:
        """Called by all that keeps a value, under the lock."""
        now = time.time()
        if now >= _next_sweep.get(self._name, 0):
            _next_sweep[self._name] = now + SWEEP_SECONDS
            for over in [name for name, end in self._expire_info.items() if end is not None and end <= now]:
                del self._cache[over], self._expire_info[over]
        super()._set(key, value, timeout)  # type: ignore[misc]  # the stubs do not tell of it
