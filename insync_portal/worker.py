"""The worker that answers: gunicorn's threads, and none of them for whoever is slow.

gunicorn hands a connection to a thread with its first bytes, and the thread waits for the rest as long as it takes.
Here the loop that accepts connections reads, too: a thread gets a request that is there in whole, head and body, and
what is not there in seconds is not read. An answer that nobody takes is given up. RFC 9110, 15.5; RFC 9112, 9.
"""

from __future__ import annotations

import array
import errno
import fcntl
import re
import selectors
import socket
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

MOST_HEAD_BYTES = 32 * 1024
"""Of a request's line and headers. A launch of 10 KB fits three times."""

MOST_BODY_BYTES = 64 * 1024
"""Nothing is uploaded here: the longest form has a few hundred."""

LINGER_SECONDS = 2.0
"""How long the other side may take to close a connection after the last answer."""

_SEND_BUFFER_BYTES = 512 * 1024
"""What the kernel may hold of an answer: pages and files of style fit, so that no thread waits for who reads slowly."""

_LEAST_BYTES_A_SECOND = 4096
"""Slower than that nobody reads a file of the record."""

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"^content-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding[ \t]*:", re.IGNORECASE | re.MULTILINE)
_EXPECTS = re.compile(rb"^expect[ \t]*:[ \t]*100-continue", re.IGNORECASE | re.MULTILINE)


class Refused(Exception):
    """What came is not read any further; its text is the status line."""


class Socket(socket.socket):
    """A connection on which a thread waits for the other side no longer than `patience` without a byte going out."""

    patience = 20.0

    def setblocking(self, flag: bool, /) -> None:
        """With an end, wherever gunicorn wants to wait without one."""
        self.settimeout(self.patience if flag else 0)

    def sendall(self, data: Any, flags: int = 0, /) -> None:
        """All of it, unless nothing is taken for a while, or it goes too slowly on the whole."""
        left = memoryview(data)
        until = time.monotonic() + self.patience + len(left) / _LEAST_BYTES_A_SECOND
        with _given_up():
            while left:
                left = left[self.send(left, flags) :]
                if left and time.monotonic() > until:
                    raise TimeoutError

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """The same; each piece of a file in its time."""
        with _given_up():
            return super().sendfile(file, offset, count)


@contextmanager
def _given_up() -> Iterator[None]:
    """A client that does not read is for gunicorn one that has gone, which it writes no line about."""
    try:
        yield
    except TimeoutError:
        raise BrokenPipeError(errno.EPIPE, "nobody reads the answer") from None


class Connection(TConn):  # type: ignore[misc]  # gunicorn has no types
    """One client. `came` is what has been read of the request that is coming, `until` when it must be there."""

    worker: InTimeWorker
    came: bytearray
    until: float
    has_been_told_to_go_on: bool
    is_whole = False

    @property
    def is_reading(self) -> bool:
        """Whether its last answer has not been taken yet. A thread that wrote another one would wait for that."""
        unsent = array.array("i", [0])
        with suppress(OSError):
            fcntl.ioctl(self.sock, termios.TIOCOUTQ, unsent)
        return unsent[0] > 0

    def close(self, graceful: bool = False) -> None:
        """gunicorn's own waits in the loop for the other side to close, and nobody is accepted meanwhile."""
        if graceful:
            self.worker.linger(self)
        else:
            super().close()


class InTimeWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """See above. `request_seconds`, which gunicorn.conf.py sets, is how long a request may take to come."""

    request_seconds = 10.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._coming: dict[Connection, None] = {}
        self._lingering: dict[Connection, None] = {}

    # --- What gunicorn calls
    def accept(self, listener: socket.socket) -> None:
        """A new connection: read from it, beginning now."""
        try:
            accepted, address = listener.accept()
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.ENFILE) and self._coming:
                self._drop(next(iter(self._coming)))
            elif error.errno not in (errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK):
                raise
            return
        accepted.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER_BYTES)
        conn = Connection(self.cfg, Socket(fileno=accepted.detach()), address, listener.getsockname())
        conn.worker = self
        self.nr_conns += 1
        self.enqueue_req(conn)
        if self.nr_conns >= self.worker_connections and self._coming:
            # So that those who are slow, however many, leave room for the others.
            self._drop(next(iter(self._coming)))

    def enqueue_req(self, conn: Connection) -> None:
        """A request begins on a connection: a new one, a kept one, or one that had sent more than one."""
        conn.came = bytearray(conn.parser.unreader.take_buffered() if conn.parser is not None else b"")
        conn.until, conn.has_been_told_to_go_on = time.monotonic() + self.request_seconds, False
        conn.sock.setblocking(False)
        self._coming[conn] = None
        self._watch(conn, self._read)
        self._read(conn)

    def murder_pending(self) -> None:
        """What gunicorn calls now and then: end what has taken too long."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn in self._coming if conn.is_whole and not conn.is_reading]:
            self._hand_over(conn)
        for conn in [conn for conn in self._coming if conn.until <= now]:
            if conn.came:
                self._answer(conn, "408 Request Timeout")
            self._drop(conn)
        for conn in [conn for conn in self._lingering if conn.until <= now]:
            self._end_lingering(conn)

    # --- Reading
    def _read(self, conn: Connection) -> None:
        is_over = False
        try:
            while part := conn.sock.recv(65536):
                conn.came += part
                if len(conn.came) > MOST_HEAD_BYTES + MOST_BODY_BYTES:
                    break
            else:
                is_over = True
        except BlockingIOError:
            pass
        except OSError:
            is_over = True
        try:
            if self._is_whole(conn):
                self._hand_over(conn)
            elif is_over:
                self._drop(conn)
        except Refused as refused:
            self._answer(conn, str(refused))
            self._unwatch(conn, self._coming)
            self.linger(conn)
            self.nr_conns -= 1

    def _is_whole(self, conn: Connection) -> bool:
        end = conn.came.find(_END)
        if (end if end >= 0 else len(conn.came)) > MOST_HEAD_BYTES:
            raise Refused("431 Request Header Fields Too Large")
        if end < 0:
            return False
        head = bytes(conn.came[: end + 2])
        if _CHUNKED.search(head):
            raise Refused("411 Length Required")
        lengths = _LENGTH.findall(head)
        length = int(lengths[0]) if len(lengths) == 1 else 0  # gunicorn refuses what is ambiguous
        if length > MOST_BODY_BYTES:
            raise Refused("413 Content Too Large")
        if len(conn.came) >= end + len(_END) + length:
            return True
        if not conn.has_been_told_to_go_on and _EXPECTS.search(head):
            conn.has_been_told_to_go_on = True
            self._answer(conn, "100 Continue")
        return False

    def _hand_over(self, conn: Connection) -> None:
        """To a thread. It finds the request in its buffer and reads nothing from the connection."""
        if conn.initialized and conn.is_reading:
            conn.is_whole = True
            self._unwatch(conn)
            return
        self._unwatch(conn, self._coming)
        conn.is_whole = False
        try:
            conn.init()
        except OSError:
            self.nr_conns -= 1
            conn.close()
            return
        conn.data_ready = True
        conn.parser.unreader.unread(bytes(conn.came))
        conn.came = bytearray()
        super().enqueue_req(conn)

    # --- Ends
    def linger(self, conn: Connection) -> None:
        """Close when the other side has read the answer and closes, or soon. RFC 9112, 9.6."""
        try:
            conn.sock.setblocking(False)
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            conn.close()
            return
        conn.until = time.monotonic() + LINGER_SECONDS
        self._lingering[conn] = None
        self._watch(conn, self._drain)

    def _drain(self, conn: Connection) -> None:
        try:
            if conn.sock.recv(65536):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._end_lingering(conn)

    def _end_lingering(self, conn: Connection) -> None:
        self._unwatch(conn, self._lingering)
        conn.close()

    def _drop(self, conn: Connection) -> None:
        self._unwatch(conn, self._coming)
        self.nr_conns -= 1
        conn.close()

    def _answer(self, conn: Connection, status: str) -> None:
        closing = "" if status.startswith("1") else "Content-Length: 0\r\nConnection: close\r\n"
        with suppress(OSError):  # whoever does not read it is closed
            conn.sock.send(f"HTTP/1.1 {status}\r\n{closing}\r\n".encode())

    def _watch(self, conn: Connection, callback: Callable[[Connection], None]) -> None:
        self.poller.register(conn.sock, selectors.EVENT_READ, partial(_called, callback, conn))

    def _unwatch(self, conn: Connection, among: dict[Connection, None] | None = None) -> None:
        if among is not None:
            among.pop(conn, None)
        with suppress(OSError, KeyError, ValueError):
            self.poller.unregister(conn.sock)


def _called(callback: Callable[[Connection], None], conn: Connection, _sock: socket.socket) -> None:
    callback(conn)
