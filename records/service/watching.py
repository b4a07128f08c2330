"""The thread beside a process that makes a file: gives it what it needs, keeps what it makes, ends it in time.

Two at a time on a machine; others wait. Nothing of a record stands in an argument, in the environment or on a disk.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec
from django.db import connections

from records.fetching.read_along import READ_ALONG
from records.fetching.source import AccessOver, Source
from records.fhir import errors
from records.kinds import KINDS
from records.service import making
from records.service.making import Came, File, Stage, State, Why, Wished
from records.service.take_cover import Known

log = logging.getLogger("records.service.watching")

AT_ONCE = 2
"""Processes on one machine."""
POLL_SECONDS = 0.4
"""How soon it is noticed that nobody wants the file any more."""
BEAT_SECONDS = 2
MOST_MEMORY = 600 * 1024 * 1024
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class Unwanted(Exception):
    """Nobody waits for it: stopped, signed out, or replaced by another order."""


class Refused(Exception):
    """Nothing comes of it, and `why`."""

    def __init__(self, why: Why) -> None:
        self.why = why
        super().__init__(why.value)


@dataclass(frozen=True)
class Watch:
    """How an order is made.

    Attributes:
        folder: where the program stands. settings: the name of its settings.
        machine: a word that the portals of one installation share, for counting what is made at once.
        known: what the cover says that the record does not.
        file_name, zone: of the file without its ending; the time zone of its words.
        most_bytes: of all files of an order.
    """

    folder: Path
    settings: str
    machine: str
    known: Known
    file_name: str
    zone: str
    most_bytes: int = 64 * 1024 * 1024

    def __call__(self, wished: Wished, source: Source) -> None:
        """Sees to an order until it is done. Runs in a thread of its own; never raises."""
        watched = _Watched(self, wished, source)
        try:
            watched.run()
        except Unwanted:
            source.keep.let_go()
        except Refused as refused:
            watched.end(Stage.FAILED, refused.why)
        except Exception as error:
            log.error("an order for a file failed", exc_info=error)
            watched.end(Stage.FAILED, Why.STOPPED)
        finally:
            connections.close_all()


@contextmanager
def turn(machine: str, wait: Any) -> Iterator[None]:
    """One of the places on this machine. `wait`: called again and again while there is none.

    A place is a name in the machine's own list of sockets, which is free again when its process is gone, however that
    ended. Where there is no such list, the places are those of this process.
    """
    place = None
    while place is None:
        place = next(filter(None, (_place(f"\0take {machine} {number}") for number in range(AT_ONCE))), None)
        if place is None:
            wait()
    try:
        yield
    finally:
        place.close()


def _place(name: str) -> socket.socket | None:
    place = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    try:
        place.bind(name)
    except OSError:
        place.close()
        return None
    return place


@dataclass
class _Watched:
    """One order that is watched over."""

    how: Watch
    wished: Wished
    source: Source
    state: State = field(init=False)
    waiting: bytearray = field(default_factory=bytearray)
    number: int = 0
    size: int = 0

    def __post_init__(self) -> None:
        self.state = State(self.wished.id, beat=time.time())
        self._told_at = 0.0
        self._begun_at = time.monotonic()

    def run(self) -> None:
        """From the first moment to the finished file."""
        with turn(self.how.machine, self._wait):
            self.state.stage = Stage.MAKING
            self._tell()
            child = self._start()
            try:
                self._talk(child)
            finally:
                _end(child)
                child.wait()
                for pipe in (child.stdin, child.stdout):
                    if pipe is not None:
                        pipe.close()
        self._store_piece()
        self._check()
        self.end(Stage.DONE)

    def end(self, stage: Stage, why: Why | None = None) -> None:
        """What is told from now on, and for how long."""
        keep = self.source.keep
        self.state.stage, self.state.why = stage, why
        self.state.until = time.time() + making.KEPT_SECONDS
        if stage is Stage.FAILED:
            self.state.files = []
        for name in ("wish", *map(str, range(self.number))):
            keep.hold_on(name, making.KEPT_SECONDS)
        self._tell()
        if self._is_unwanted():
            keep.let_go()

    # ------------------------------------------------------------ what others are told

    def _tell(self) -> None:
        self.state.beat = self._told_at = time.time()
        self.source.keep.hold("state", msgspec.json.encode(self.state), making.KEPT_SECONDS)

    def _is_unwanted(self) -> bool:
        wished = making.wish_of(self.source.keep)
        return wished is None or wished.id != self.wished.id

    def _check(self) -> None:
        if self._is_unwanted():
            raise Unwanted
        if time.monotonic() - self._begun_at > making.LONGEST_SECONDS:
            raise Refused(Why.STOPPED)
        if time.time() - self._told_at > BEAT_SECONDS:
            self._tell()

    def _wait(self) -> None:
        self._check()
        time.sleep(POLL_SECONDS)

    # ------------------------------------------------------------ the process

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": self.how.settings,
            "RAYON_NUM_THREADS": "1",
            "MALLOC_ARENA_MAX": "2",
        }
        child = subprocess.Popen(  # our own program
            [sys.executable, "-m", "records.service.take_apart"],
            cwd=self.how.folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._say(child, self._told())
        return child

    def _told(self) -> dict[str, Any]:
        return {
            "order": msgspec.to_builtins(self.wished.order),
            "source": told_source(self.source),
            "cover": self.how.known,
            "language": self.how.known["language"],
            "zone": self.how.zone,
            "file_name": self.how.file_name,
        }

    def _say(self, child: subprocess.Popen[bytes], said: dict[str, Any]) -> None:
        pipe: IO[bytes] | None = child.stdin
        if pipe is None:
            raise Refused(Why.STOPPED)
        try:
            pipe.write(json.dumps(said).encode() + b"\n")
            pipe.flush()
        except OSError:
            raise Refused(Why.STOPPED) from None

    def _talk(self, child: subprocess.Popen[bytes]) -> None:
        for said, content in self._messages(child):
            match said["what"]:
                case "end":
                    return
                case "bad":
                    raise Refused({"over": Why.OVER, "large": Why.LARGE}.get(said["why"], Why.STOPPED))
                case "bearer" | "renew":
                    self._say(child, self._token(said))
                case "in":
                    self.state.counts[said["slug"]] = said["count"]
                case "file":
                    self._store_piece()
                    self.state.files.append(File(said["name"], said["media_type"], pieces=[]))
                case "piece":
                    self._take(content)
                case "outcomes":
                    self.state.came = [msgspec.convert(one, Came) for one in said["outcomes"]]
        raise Refused(Why.STOPPED)  # it ended without having said so

    def _messages(self, child: subprocess.Popen[bytes]) -> Iterator[tuple[dict[str, Any], bytes]]:
        """What the process says, as it comes; now and then a look at whether it may go on."""
        if child.stdout is None:
            return
        buffer, source = bytearray(), child.stdout.fileno()
        with selectors.DefaultSelector() as ready:
            ready.register(source, selectors.EVENT_READ)
            looked = 0.0
            while True:
                if time.monotonic() - looked > POLL_SECONDS:
                    self._check()
                    if memory_of(child.pid) > MOST_MEMORY:
                        log.warning("a file took more memory than it may and was given up")
                        raise Refused(Why.LARGE)
                    looked = time.monotonic()
                if not ready.select(POLL_SECONDS):
                    continue
                got = os.read(source, 1 << 18)
                if not got:
                    return
                buffer += got
                yield from _parted(buffer)

    def _token(self, said: dict[str, Any]) -> dict[str, Any]:
        client = self.source.client
        try:
            return {"token": client.bearer() if said["what"] == "bearer" else client.renew(said["seen"])}
        except AccessOver:
            return {"is_over": True}
        except errors.UpstreamError as trouble:
            return {"retry_after": getattr(trouble, "retry_after", None)}

    # ------------------------------------------------------------ what it made

    def _take(self, content: bytes) -> None:
        self.size += len(content)
        if self.size > self.how.most_bytes:
            raise Refused(Why.LARGE)
        self.state.files[-1].size += len(content)
        self.waiting += content
        if len(self.waiting) >= making.PIECE - (1 << 20):
            self._store_piece()

    def _store_piece(self) -> None:
        if not self.waiting:
            return
        self._check()
        if not making.store_piece(self.source.keep, self.wished, self.number, bytes(self.waiting)):
            raise Refused(Why.NO_ROOM)
        self.state.files[-1].pieces.append(self.number)
        self.number += 1
        self.waiting.clear()


def _end(child: subprocess.Popen[bytes]) -> None:
    """The process and whatever it has started."""
    with suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def _parted(buffer: bytearray) -> Iterator[tuple[dict[str, Any], bytes]]:
    """The whole messages at the beginning of what has come; they leave it."""
    while (end := buffer.find(b"\n")) >= 0:
        said = json.loads(bytes(buffer[:end]))
        after = end + 1 + said["size"]
        if len(buffer) < after:
            return
        content = bytes(buffer[end + 1 : after])
        del buffer[:after]
        yield said, content


def memory_of(pid: int) -> int:
    """Bytes of memory that a process has now, with what it has started; 0 where this machine does not tell."""
    try:
        own = int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
        started = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, ValueError, IndexError):
        return 0
    return own + sum(memory_of(int(one)) for one in started)


def told_source(source: Source) -> dict[str, Any]:
    """All that a process needs to read the same record, but for the tokens, which it asks for."""
    client, circuit = source.client, source.client.circuit
    types = READ_ALONG | {"Patient", "Provenance"} | {kind.resource_type for kind in KINDS.values()}
    return {
        "base": client.base,
        "cache_id": source.keep.cache_id,
        "key": base64.b64encode(source.keep.key).decode(),
        "seconds": making.LONGEST_SECONDS,
        "connect_timeout": client.connect_timeout,
        "read_timeout": client.read_timeout,
        "page_id": client.page_id,
        "proxy_url": client.proxy_url,
        "own": client.own,
        "can_renew": client.can_renew,
        "circuit": {
            "server": circuit.server,
            "who": circuit.who,
            "failures": circuit.failures,
            "seconds": circuit.seconds,
            "trial": circuit.trial,
        }
        if circuit is not None
        else None,
        "patient": source.patient,
        "shares": {name: source.shares(name).value for name in sorted(types)},
        "since": source.since.isoformat() if source.since is not None else "",
        "units": source.units,
    }
