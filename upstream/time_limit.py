"""A time limit for a whole exchange, whatever the other side does.

The read time-out of requests bounds the silence between two bytes and not their sum: a server that sends a byte now
and then, in a body or in a header, would hold a thread for hours. Here every read from the socket is held to the
limit of its thread:

    with at_most(2.5):
        session.get(url, timeout=(5, 20), stream=True)

holds for the status line, the headers and the body alike, as long as the session's adapter is `LimitedAdapter`.
"""

from __future__ import annotations

import http.client
import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from upstream import observed

_thread = threading.local()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """All that this thread reads meanwhile through a `LimitedAdapter` is over in so many seconds, or times out.

    Within another limit the one that ends first holds. A read that is too late raises TimeoutError, which reaches the
    caller as requests tells time-outs: ReadTimeout, or ConnectionError in the midst of a body.
    """
    before: float | None = getattr(_thread, "until", None)
    until = time.monotonic() + seconds
    _thread.until = until if before is None else min(before, until)
    try:
        yield
    finally:
        _thread.until = before


class _Limited(io.RawIOBase):
    """A socket's raw stream. Before each read the socket's own time-out is shortened to what is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw, self._sock = raw, sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        until: float | None = getattr(_thread, "until", None)
        if until is not None:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            allowed = self._sock.gettimeout()
            if allowed is None or left < allowed:
                self._sock.settimeout(left)
        return self._raw.readinto(buffer)

    def fileno(self) -> int:
        return self._raw.fileno()

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Streams:
    """Of a socket what http.client wants of it: a buffered stream to read from."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Limited(self._sock.makefile("rb", buffering=0), self._sock))


class _Response(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(_Streams(sock), *args, **kwargs)  # type: ignore[arg-type]  # all that is used of a socket


class _Connection(HTTPConnection):
    response_class = _Response


class _TlsConnection(HTTPSConnection):
    response_class = _Response


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}


class LimitedAdapter(HTTPAdapter):
    """An adapter whose reads obey `at_most`. Where somebody looks on (`observed`), each exchange is told."""

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not observed.listeners:
            return super().send(request, *args, **kwargs)
        started, status = time.monotonic(), 0
        try:
            response = super().send(request, *args, **kwargs)
            status = response.status_code
            return response
        finally:
            page_id, took = request.headers.get("X-Request-Id", ""), time.monotonic() - started
            seen = observed.Seen(str(request.method), str(request.url), status, took, page_id)
            for listener in observed.listeners:
                listener(seen)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager
