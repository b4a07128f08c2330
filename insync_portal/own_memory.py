"""The cache in a process's own memory: bounded in bytes, and what is over leaves it although nobody asks for it again.

Django's own backend throws an expired value away only when it is asked for by its name, or when there are more names
than it may hold, however large they are. The names of a record's pages are new every five minutes, so the old pages
would fill the memory.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

from records.fetching.cache import HELD

SWEEP_SECONDS = 30
"""How long after its time a value may stay, while anything is kept at all."""

MOST_BYTES = 256 * 1024 * 1024
SMALL = 1024
"""A value of so many bytes is never thrown out for its size: locks and marks take no room, and are missed."""

_next_sweep: dict[str, float] = {}
_held: dict[str, int] = {}
"""Bytes of the values in each memory, as far as they are not small."""


AS_IT_IS = 64 * 1024
"""Bytes from which on a value is kept as it is: pickled, it would be copied when it comes and when it goes."""


def _weight(value: bytes | tuple[bytes] | None) -> int:
    held = value[0] if isinstance(value, tuple) else value
    return len(held) if held is not None and len(held) > SMALL else 0


class OwnMemory(LocMemCache):
    """Django's, swept now and then, the least used thrown out first. One for each thread, as with Django; all of one
    name share one memory. `OPTIONS["MOST_BYTES"]`: what the values may take together."""

    _cache: OrderedDict[str, bytes | tuple[bytes]]
    _lock: threading.Lock
    _expire_info: dict[str, float | None]

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, params)
        self._name = name
        self._most_bytes = int(params.get("OPTIONS", {}).get("MOST_BYTES", MOST_BYTES))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        if type(value) is not bytes or len(value) < AS_IT_IS:
            super().set(key, value, timeout, version)
            return
        name = self.make_and_validate_key(key, version=version)
        with self._lock:
            self._set(name, (value,), timeout)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        name = self.make_and_validate_key(key, version=version)
        with self._lock:
            kept = None if self._has_expired(name) else self._cache[name]  # type: ignore[attr-defined]
            if isinstance(kept, tuple):
                self._cache.move_to_end(name, last=False)
                return kept[0]
        return super().get(key, default, version)

    def _set(self, key: str, value: bytes | tuple[bytes], timeout: Any = DEFAULT_TIMEOUT) -> None:
        """Called by all that keeps a value, under the lock."""
        now = time.time()
        if now >= _next_sweep.get(self._name, 0):
            _next_sweep[self._name] = now + SWEEP_SECONDS
            for over in [name for name, end in self._expire_info.items() if end is not None and end <= now]:
                self._delete(over)
        self._delete(key)
        most = self._most_bytes
        if HELD in key:  # a file that waits for its reader: all of them take half of the memory at most
            most = most // 2 - sum(_weight(kept) for name, kept in self._cache.items() if HELD in name)
        if _weight(value) > most:
            return
        super()._set(key, value, timeout)  # type: ignore[misc]  # the stubs do not tell of it
        _held[self._name] = _held.get(self._name, 0) + _weight(value)
        if _held[self._name] > self._most_bytes:
            self._make_room(key)

    def _make_room(self, newest: str) -> None:
        """Throws out what was used longest ago: Django keeps that at the end."""
        for name in reversed(list(self._cache)):
            if _held[self._name] <= self._most_bytes:
                return
            if name != newest and HELD not in name and _weight(self._cache[name]):
                self._delete(name)

    def _delete(self, key: str) -> bool:
        _held[self._name] = _held.get(self._name, 0) - _weight(self._cache.get(key))
        return bool(super()._delete(key))  # type: ignore[misc]

    def _cull(self) -> None:
        """A third of the names, those that were used longest ago."""
        free = [name for name in reversed(self._cache) if HELD not in name]
        for name in free[: max(1, len(self._cache) // 3)]:
            self._delete(name)
        _held[self._name] = sum(map(_weight, self._cache.values()))

    def validate_key(self, key: str) -> None:
        """Any name will do: what Django warns of here is for memcached."""

    def clear(self) -> None:
        super().clear()
        _held[self._name] = 0
