"""A file on its way: asked for by a page, made by a process of its own, kept in pieces until it was taken or is over.

What is known of it stands in the encrypted cache, so any worker can tell it: `wish`, written where it is asked for and
gone when nobody wants it any more, and `state`, written by the thread that watches over the process.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from enum import StrEnum

import msgspec

from records.fetching.cache import MOST_HELD, Keep
from records.fetching.source import Source
from records.service.take import Order

KEPT_SECONDS = 600
"""How long a finished file waits."""

LONGEST_SECONDS = 900
"""After so long nothing is made any more."""

SILENT_SECONDS = 20
"""A process of which nothing was heard for so long is gone."""

PIECE = 4 * 1024 * 1024
"""Bytes of one piece."""

_MARK = 16


class Stage(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    MAKING = "making"
    DONE = "done"
    FAILED = "failed"


class Why(StrEnum):
    """Why nothing came of it."""

    STOPPED = "stopped"
    LARGE = "large"
    NO_ROOM = "no room"
    OVER = "over"


class File(msgspec.Struct):
    """One file. `pieces`: their numbers among all of the order."""

    name: str
    media_type: str
    size: int = 0
    pieces: list[int] = []


class Came(msgspec.Struct):
    """What became of a section. See `takeaway.taken.Outcome`."""

    title: str
    count: int
    total: int | None
    reasons: list[str]
    is_missing: bool


class Wished(msgspec.Struct):
    """What was asked for, by its own number, and how many entries there were to go in by section, where known."""

    id: str
    order: Order
    at: float
    expected: dict[str, int] = {}


class State(msgspec.Struct):
    """What is known of it. `beat`: when its process was last heard of. `until`: when it is gone (Unix time)."""

    id: str
    stage: Stage = Stage.WAITING
    beat: float = 0
    counts: dict[str, int] = {}
    files: list[File] = []
    came: list[Came] = []
    until: float = 0
    why: Why | None = None


Watch = Callable[[Wished, Source], None]
"""What sees to an order until it is done; it never raises."""


class Making(msgspec.Struct):
    """A wish and how far it is."""

    wished: Wished
    state: State

    @property
    def is_under_way(self) -> bool:
        """Whether it is waiting or being made."""
        return self.state.stage in {Stage.WAITING, Stage.MAKING}


def look(keep: Keep) -> Making | None:
    """The order of this sign-in, if there is one that is not over."""
    wished = wish_of(keep)
    if wished is None:
        return None
    kept = keep.load(keep.held("state"))
    state = msgspec.json.decode(kept, type=State) if kept else State(wished.id, beat=wished.at)
    if state.id != wished.id:
        state = State(wished.id, beat=wished.at)
    now = time.time()
    if state.stage in {Stage.WAITING, Stage.MAKING} and now - state.beat > SILENT_SECONDS:
        state.stage, state.why = Stage.FAILED, Why.STOPPED
    if state.stage is Stage.DONE and now >= state.until:
        return None
    return Making(wished, state)


def wish_of(keep: Keep) -> Wished | None:
    """What is wished by this sign-in."""
    kept = keep.load(keep.held("wish"))
    return msgspec.json.decode(kept, type=Wished) if kept else None


def begin(order: Order, source: Source, watch: Watch, expected: dict[str, int]) -> bool:
    """Has a file made; False where one is being made for this sign-in already.

    Args:
        watch: `watching.watch`, or what stands in for it: given the wish, it sees to the rest in a thread.
    """
    keep = source.keep
    name = keep.held("wish")
    if not keep.lock(name, 10):
        return False
    try:
        before = look(keep)
        if before is not None and before.is_under_way:
            return False
        keep.let_go()
        wished = Wished(secrets.token_hex(8), order, time.time(), expected)
        keep.hold("wish", msgspec.json.encode(wished), LONGEST_SECONDS + KEPT_SECONDS)
    finally:
        keep.unlock(name)
    beside(watch, wished, source)
    return True


def beside(watch: Watch, wished: Wished, source: Source) -> None:
    """Sees to it while the page goes out."""
    threading.Thread(target=watch, args=(wished, source), name="take", daemon=True).start()


def stop(keep: Keep) -> None:
    """Nobody wants it any more: what is made goes, and what makes it ends."""
    keep.let_go()


def store_piece(keep: Keep, wished: Wished, number: int, content: bytes) -> bool:
    """Keeps a piece; False where there is no room for it."""
    if number >= MOST_HELD:
        return False
    return keep.hold(str(number), wished.id.encode() + content, LONGEST_SECONDS)


def content(keep: Keep, making: Making, file: File) -> Iterator[bytes]:
    """A finished file, piece by piece.

    Raises:
        Gone: a piece is no longer there. Said before the first byte where it is known by then.
    """
    if not all(keep.has(keep.held(str(number))) for number in file.pieces):
        raise Gone
    return _pieces(keep, making.wished.id.encode(), file)


def _pieces(keep: Keep, mark: bytes, file: File) -> Iterator[bytes]:
    for number in file.pieces:
        piece = keep.load(keep.held(str(number)))
        if piece is None or piece[:_MARK] != mark:
            raise Gone  # the connection breaks off: better than a file that looks whole
        yield piece[_MARK:]


class Gone(Exception):
    """The file is no longer there."""
