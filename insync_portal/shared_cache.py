"""The cache in Redis, for several workers and machines: it may be away, and what is in it is not believed.

Beyond Django's own backend:

- While Redis is away, slow or full, each process keeps what it fetches in its own memory: workers ask for some things
  twice, and no reader sees an error. After a failure Redis is left alone for some seconds, so that not every page
  waits for it.
- Values are MessagePack (bytes, words, numbers, lists, dicts). Whoever can write into Redis could have a pickle run
  code here.
- A value has a largest size: a larger one stays in the worker's own memory, and another worker asks for it itself.
- One pool of connections for each process, not one for each thread.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Iterable
from typing import Any

import msgspec
import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.backoff import NoBackoff
from redis.retry import Retry

from insync_portal.own_memory import OwnMemory

log = logging.getLogger(__name__)

CONNECT_SECONDS = 1
ANSWER_SECONDS = 2
"""How long one command may take; `?socket_timeout=` in CACHE_URL sets another."""

PAUSE_SECONDS = 10
"""How long Redis is left alone after it failed. Then one thread tries, while the others go on without."""


_NUMBER = re.compile(rb"-?[0-9]{1,20}")
"""No other value begins like that in MessagePack, which keeps 0x30 to 0x39 for whole numbers."""


class Serializer:
    """Values as MessagePack. What cannot be read is as if it were not there."""

    def dumps(self, value: object) -> bytes:
        """Raises TypeError for what MessagePack has no word for. Whole numbers stay as Redis can count with them."""
        if type(value) is int:
            return str(value).encode()
        return msgspec.msgpack.encode(value)

    def loads(self, data: bytes) -> Any:
        """The value, or None."""
        if _NUMBER.fullmatch(data):
            return int(data)
        try:
            return msgspec.msgpack.decode(data)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return None


_clients: dict[tuple[str, ...], RedisCacheClient] = {}
_making = threading.Lock()
_down_until = 0.0
_MEBIBYTE = 1024 * 1024
_meanwhile = OwnMemory(
    "while Redis is away", {"OPTIONS": {"MAX_ENTRIES": 1000, "MOST_BYTES": 128 * _MEBIBYTE}}
)
_NOTHING = object()
LARGEST_VALUE = 8 * _MEBIBYTE
_large = OwnMemory("too large for Redis", {"OPTIONS": {"MAX_ENTRIES": 100, "MOST_BYTES": 128 * _MEBIBYTE}})
"""A value that would take Redis's few hundred megabytes from everybody stays with the worker that fetched it."""


class SharedCache(RedisCache):
    """Redis as said above, for what the portal does with a cache: get, has_key, set, add, incr, delete, delete_many."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        self._largest = int(options.pop("largest_value", LARGEST_VALUE))
        super().__init__(server, {**params, "OPTIONS": options})

    _servers: list[str]
    _options: dict[str, Any]
    _class: type[RedisCacheClient]

    @property
    def _cache(self) -> RedisCacheClient:
        key = tuple(self._servers)
        with _making:
            if key not in _clients:
                options = {
                    "serializer": Serializer,
                    "socket_connect_timeout": CONNECT_SECONDS,
                    "socket_timeout": ANSWER_SECONDS,
                    # Once more at once: after a restart of Redis each connection of the pool is a dead one.
                    "retry": Retry(NoBackoff(), 1),
                    **self._options,
                }
                _clients[key] = self._class(self._servers, **options)
            return _clients[key]

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = self._do("get", key, _NOTHING, version=version)
        return _large.get(key, default, version=version) if found is _NOTHING else found

    def has_key(self, key: str, version: int | None = None) -> bool:
        return bool(self._do("has_key", key, version=version)) or _large.has_key(key, version=version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _large.delete(key, version=version)
        if isinstance(value, bytes) and len(value) > self._largest:
            self._do("delete", key, version=version)
            _large.set(key, value, timeout, version=version)
            return
        self._do("set", key, value, timeout, version=version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._do("add", key, value, timeout, version=version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError where there is none to count on."""
        return int(self._do("incr", key, delta, version=version))

    def delete(self, key: str, version: int | None = None) -> bool:
        was_large = _large.delete(key, version=version)
        return bool(self._do("delete", key, version=version)) or was_large

    def validate_key(self, key: str) -> None:
        """Any name will do: what Django warns of here is for memcached."""

    def delete_many(self, keys: Iterable[str], version: int | None = None) -> None:
        names = list(keys)
        _large.delete_many(names, version=version)
        self._do("delete_many", names, version=version)

    def _do(self, what: str, *values: Any, **options: Any) -> Any:
        """A command of Redis, or of this process's memory while Redis is away."""
        global _down_until
        was_down, now = _down_until, time.monotonic()
        if now < was_down:
            return getattr(_meanwhile, what)(*values, **options)
        if was_down:
            _down_until = now + PAUSE_SECONDS  # the others go on without, until this one knows more
        try:
            found = getattr(super(), what)(*values, **options)
        except (redis.RedisError, OSError) as error:
            _down_until = time.monotonic() + PAUSE_SECONDS
            log.warning("Redis does not answer (%s): each worker keeps its own cache", type(error).__name__)
            return getattr(_meanwhile, what)(*values, **options)
        if was_down:
            _down_until = 0.0
            _meanwhile.clear()
            log.warning("Redis answers again")
        return found
