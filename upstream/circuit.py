"""A circuit: a server, or one thing that is asked of it, which fails everybody is left alone for a while.

Time-outs count by what was asked for, since a server may hang with one thing and be well with the others; connections
that fail and a server that says "not now" count for the whole server. A row of failures opens the circuit once at least
two patients' requests met them: what one record alone meets, one of thirty years or one asked for too often, is nobody
else's trouble. While it is open nothing is sent. Then one request tries: its answer closes it, its failure opens it
again.

What is known is kept in a store that is handed in, one small value for each server, so that several processes share it.
Who met a failure stands there as an opaque word. Two that write at once may lose a count, no more.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

WHOLE = "*"
"""Stands for the whole server."""

MOST_WHO = 4
REMEMBERED_SECONDS = 120
"""How long a row of failures is remembered after the last of them."""


class Store(Protocol):
    """Where the state is kept: Django's cache is one."""

    def get(self, key: str) -> Any: ...

    def set(self, key: str, value: Any, timeout: float) -> Any: ...

    def add(self, key: str, value: Any, timeout: float) -> bool: ...

    def delete(self, key: str) -> Any: ...


class Open(Exception):
    """Nothing is sent now. `seconds`: until it is worth asking again."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        super().__init__(f"open for {seconds} s")


@dataclass
class _Part:
    """A row of failures, of the server or of one thing asked of it. `until`: Unix time; 0 where it is closed."""

    count: int = 0
    who: list[str] = field(default_factory=list)
    until: float = 0


@dataclass(frozen=True)
class Circuit:
    """The circuit of one server, for one patient's requests.

    Args:
        store: where the state is kept.
        server: its address; only a hash of it is kept.
        who: whose requests these are, as a word that says nothing.
        failures: how many in a row open it.
        seconds: how long it stays open.
        trial: how long the one request may take that tries whether it may close.
    """

    store: Store
    server: str
    who: str
    failures: int = 4
    seconds: int = 30
    trial: float = 30

    @property
    def _key(self) -> str:
        return "circuit:" + hashlib.sha256(self.server.encode()).hexdigest()

    def begin(self, what: str) -> Attempt:
        """A request for `what` that may be sent now.

        Raises:
            Open: it may not.
        """
        parts, now = self._load(), time.time()
        troubled = [name for name in (WHOLE, what) if name in parts]
        for name in troubled:
            left = parts[name].until - now
            if left > 0:
                raise Open(int(left) + 1)
        for name in troubled:
            # One tries, while everybody else goes on without.
            if parts[name].until and not self.store.add(self._trial(name), 1, self.trial):
                raise Open(min(5, self.seconds))
        return Attempt(self, what, tuple(troubled))

    def _trial(self, name: str) -> str:
        return f"{self._key}:{hashlib.sha256(name.encode()).hexdigest()[:16]}"

    def _load(self) -> dict[str, _Part]:
        """What is known, as far as it has the form that it should."""
        found, parts = self.store.get(self._key), dict[str, _Part]()
        for name, value in found.items() if isinstance(found, dict) else ():
            match value:
                case [int(count), [*who], int() | float() as until] if isinstance(name, str):
                    parts[name] = _Part(count, [one for one in who if isinstance(one, str)], until)
        return parts

    def _save(self, parts: dict[str, _Part]) -> None:
        if not parts:
            self.store.delete(self._key)
            return
        value = {name: [part.count, part.who, part.until] for name, part in parts.items()}
        self.store.set(self._key, value, REMEMBERED_SECONDS + self.seconds)

    def close(self, names: tuple[str, ...]) -> None:
        """It answers again."""
        self._save({name: part for name, part in self._load().items() if name not in names})
        for name in names:
            self.store.delete(self._trial(name))

    def failed(self, name: str) -> bool:
        """One failure more. Whether that opened it."""
        parts, now = self._load(), time.time()
        part = parts.setdefault(name, _Part())
        part.count += 1
        part.who = list(dict.fromkeys([*part.who, self.who]))[-MOST_WHO:]
        opens = part.until <= now and (bool(part.until) or self._is_everybodys(part))
        if opens:
            part.until = now + self.seconds
        self._save(parts)
        self.store.delete(self._trial(name))
        return opens

    def _is_everybodys(self, part: _Part) -> bool:
        return part.count >= self.failures and len(part.who) > 1


@dataclass(frozen=True)
class Attempt:
    """One request that was sent. Exactly one of its methods says how it went; where none does, nothing is learned."""

    circuit: Circuit
    what: str
    troubled: tuple[str, ...]

    def answered(self) -> None:
        """The server answered, whatever it said: it is not ailing."""
        if self.troubled:
            self.circuit.close(self.troubled)

    def timed_out(self) -> bool:
        """No answer came in time. Whether that opened the circuit for what was asked."""
        return self.circuit.failed(self.what)

    def refused(self) -> bool:
        """No connection, or the server said "not now". Whether that opened the circuit for the whole server."""
        return self.circuit.failed(WHOLE)
