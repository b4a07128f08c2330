"""Within which request something happens, and from where it was asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Circumstances:
    """The request's number, as its reader sees it, and the browser's address where the operator wishes it kept."""

    request: str = ""
    address: str = ""


_NONE = Circumstances()
_now: ContextVar[Circumstances] = ContextVar("circumstances", default=_NONE)


def current() -> Circumstances:
    """Those of the request that is being answered here."""
    return _now.get()


@contextmanager
def during(circumstances: Circumstances) -> Iterator[None]:
    """While it is open, whatever this thread writes carries them."""
    token = _now.set(circumstances)
    try:
        yield
    finally:
        _now.reset(token)
