"""What was fetched, kept five minutes for one access, encrypted with a key that only that access holds.

The shared cache sees opaque names and noise: names are keyed hashes, values AES-GCM with the name as
associated data. When the access ends its key is gone, and what is left cannot be read by anyone.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.core.cache import cache

from records.fetching import sealing
from records.fhir.addresses import MOST_NAMES
from upstream import meter

MINUTES_KEPT = 5
SECONDS_KEPT = MINUTES_KEPT * 60
SERVER_SECONDS = 3600
"""How long it is remembered what a server does not answer."""
NAMES_SECONDS = 24 * 3600
MOST_OF_A_PAGE = 256 * 1024
"""Bytes of a rendered page, made small: a longer one is made anew at each look."""

HELD = ":held:"
"""Stands in the name of what an order made: a cache in a process's own memory pushes it out for nothing else."""
MOST_HELD = 128
"""Pieces of an order, at most."""

_NONCE = 12


def derive(key: bytes, purpose: str, length: int = 32) -> bytes:
    """A key for one purpose from an access's own key. RFC 5869."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(key)


@dataclass(frozen=True)
class Keep:
    """The cache of one access.

    Args:
        cache_id: opaque name of access and server.
        key: 32 bytes that only this access has.
    """

    cache_id: str
    key: bytes = field(repr=False)
    _derived: dict[str, bytes] = field(default_factory=dict, repr=False, compare=False)
    _notes: _Notes = field(default_factory=lambda: _Notes(), repr=False, compare=False)

    def _key(self, purpose: str) -> bytes:
        if purpose not in self._derived:
            self._derived[purpose] = derive(self.key, purpose)
        return self._derived[purpose]

    def name(self, *parts: str) -> str:
        """The cache key of something: says nothing of what it is."""
        said = "\x00".join(parts).encode()
        digest = hmac.new(self._key("cache names"), said, hashlib.sha256).hexdigest()
        return f"record:{self.cache_id}:{digest}"

    def load(self, name: str) -> bytes | None:
        """What was stored under a name, or None: never stored, too old, or not ours."""
        sealed = cache.get(name)
        meter.count("kept", "hit" if isinstance(sealed, bytes) else "miss")
        if not isinstance(sealed, bytes):
            return None
        try:
            if sealed.startswith(sealing.PACKED):
                return sealing.unpacked(self._key("cache values"), sealed, name.encode())
            return AESGCM(self._key("cache values")).decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError):  # not ours, or cut off
            return None

    def has(self, name: str) -> bool:
        """Whether something is kept under a name."""
        return bool(cache.has_key(name))

    def store(self, name: str, value: bytes, seconds: float = SECONDS_KEPT) -> None:
        """Keeps a value; nothing is kept longer than asked."""
        self._notes.add(self.cache_id, name)
        self._seal(name, value, seconds)

    def _seal(self, name: str, value: bytes, seconds: float) -> None:
        if len(value) >= sealing.LARGE:
            cache.set(
                name, sealing.packed(self._key("cache values"), value, name.encode()), max(1, int(seconds))
            )
            return
        nonce = os.urandom(_NONCE)
        sealed = nonce + AESGCM(self._key("cache values")).encrypt(nonce, value, name.encode())
        cache.set(name, sealed, max(1, int(seconds)))

    def held(self, what: str) -> str:
        """The name of a piece of an order, "0" to `MOST_HELD`, or of a word about it. There is one order at a time, so
        its names are known, and gone at the end without having been noted."""
        return f"record:{self.cache_id}{HELD}{what}"

    def hold(self, what: str, value: bytes, seconds: float) -> bool:
        """Keeps a piece of an order; whether there was room for it."""
        name = self.held(what)
        self._seal(name, value, seconds)
        return self.has(name)

    def hold_on(self, what: str, seconds: float) -> bool:
        """Keeps a piece that is kept for so many seconds from now; whether it was still there."""
        sealed = cache.get(self.held(what))
        if isinstance(sealed, bytes):
            cache.set(self.held(what), sealed, max(1, int(seconds)))
        return isinstance(sealed, bytes)

    def let_go(self) -> None:
        """Takes out all of an order."""
        cache.delete_many(_held_names(self.cache_id))

    def forget(self, *names: str) -> None:
        """Takes values out."""
        cache.delete_many(names)

    @contextmanager
    def noting_at_the_end(self) -> Iterator[None]:
        """Notes together, when the block ends, the names of all that is stored within it."""
        self._notes.wait()
        try:
            yield
        finally:
            self._notes.write(self.cache_id)

    def lock(self, name: str, seconds: int) -> bool:
        """Whether the caller is the one who may do something now; frees itself after `seconds`."""
        return bool(cache.add(f"{name}:lock", 1, seconds))

    def unlock(self, name: str) -> None:
        """Lets the next one in."""
        cache.delete(f"{name}:lock")


_noting = threading.Lock()


def _names(cache_id: str) -> str:
    return f"record:{cache_id}:names"


def _note(cache_id: str, names: Iterable[str]) -> None:
    """Remembers which names an access has used, so that sign-out can empty them. The names themselves say nothing."""
    with _noting:
        noted: list[str] = cache.get(_names(cache_id)) or []
        new = set(names).difference(noted)
        if new:
            cache.set(_names(cache_id), [*noted, *new], 24 * 3600)


class _Notes:
    """Names to be noted: at once, or, while a page is made, together at its end.

    A page stores some twenty values from as many threads, which would wait for each other to write one list. What is
    stored after the page is made is noted at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: set[str] | None = None

    def add(self, cache_id: str, name: str) -> None:
        with self._lock:
            if self._waiting is not None:
                self._waiting.add(name)
                return
        _note(cache_id, [name])

    def wait(self) -> None:
        with self._lock:
            self._waiting = set()

    def write(self, cache_id: str) -> None:
        with self._lock:
            names, self._waiting = self._waiting, None
        if names:
            _note(cache_id, names)


def forget_access(cache_id: str) -> None:
    """Empties what is kept of an access that is over. What another process stores at this very moment is noise to
    everybody, the key being gone, and is over in five minutes."""
    with _noting:
        noted: list[str] = cache.get(_names(cache_id)) or []
        cache.delete_many([*noted, _names(cache_id), *_held_names(cache_id)])


def _held_names(cache_id: str) -> list[str]:
    """Every name that an order may use."""
    return [f"record:{cache_id}{HELD}{what}" for what in ("wish", "state", *range(MOST_HELD))]


@dataclass(frozen=True)
class CachedGate:
    """Whether this access may send requests: shut for as long as the server has asked (429, 503 Retry-After)."""

    cache_id: str

    @property
    def _name(self) -> str:
        return f"record:{self.cache_id}:shut"

    def seconds_shut(self) -> int:
        """Seconds until requests may go out again; 0 when they may."""
        until = cache.get(self._name)
        return max(0, int(until - time.time()) + 1) if isinstance(until, float) and until > time.time() else 0

    def shut_by(self) -> int:
        """The status that shut it last, 0 where nothing did."""
        status = cache.get(f"{self._name}:by")
        return status if isinstance(status, int) else 0

    def shut(self, seconds: int, status: int) -> None:
        """Nothing goes out for so long."""
        if seconds > 0:
            cache.set(f"{self._name}:by", status, seconds + 1)
            cache.set(self._name, time.time() + seconds, seconds + 1)


@dataclass(frozen=True)
class CachedRefusals:
    """For which types the server refused this access a token that was good: it is not renewed for them again."""

    cache_id: str

    def _name(self, resource_type: str) -> str:
        return f"record:{self.cache_id}:refused:{resource_type}"

    def known(self, resource_type: str) -> bool:
        """Whether it was so in the last minutes."""
        return bool(cache.get(self._name(resource_type)))

    def learn(self, resource_type: str) -> None:
        """Remembers it as long as what was fetched."""
        cache.set(self._name(resource_type), 1, SECONDS_KEPT)


@dataclass(frozen=True)
class ServerMemory:
    """What a server was found not to answer, kept for an hour for everybody: it says nothing of any person."""

    base: str

    def _name(self, what: str) -> str:
        return "server:" + hashlib.sha256(f"{self.base}\x00{what}".encode()).hexdigest()

    def get(self, what: str) -> int:
        """A small number that was remembered, 0 where nothing was."""
        found = cache.get(self._name(what))
        return found if isinstance(found, int) else 0

    def set(self, what: str, value: int) -> None:
        """Remembers a small number."""
        cache.set(self._name(what), value, SERVER_SECONDS)


@dataclass(frozen=True)
class ServerNames:
    """By which other names a server was found to call itself, kept for a day for everybody: an entry that is read by
    its id does not say. It says nothing of any person."""

    base: str

    @property
    def _name(self) -> str:
        return "server:names:" + hashlib.sha256(self.base.encode()).hexdigest()

    def known(self) -> tuple[str, ...]:
        """The bases that its answers named as their own."""
        found = cache.get(self._name)
        return tuple(found) if isinstance(found, list) else ()

    def learn(self, name: str) -> None:
        """Remembers one."""
        known = self.known()
        if name not in known:
            cache.set(self._name, [*known, name][-MOST_NAMES:], NAMES_SECONDS)
