"""An exchange is over in time, whatever the other side does with the line."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from records.fhir import errors
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from smart_auth.transport import fetch_json
from upstream.time_limit import LimitedAdapter, at_most

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
DRIPS = {
    "a body of a known length": (OK + b"Content-Length: 50000\r\n\r\n", b" "),
    "a body without a length": (OK + b"\r\n", b" "),
    "a body in chunks": (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "one long chunk": (OK + b"Transfer-Encoding: chunked\r\n\r\nFFFF\r\n", b" "),
    "a header's value": (OK + b"X-Long: ", b"x"),
    "header after header": (OK, b"X: y\r\n"),
    "the status line": (b"HTTP/1.1 200 ", b"O"),
    "interim answers": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@contextmanager
def dripping(begin: bytes, drop: bytes) -> Iterator[str]:
    """A server that never falls silent and never ends."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))

    def drip(line: socket.socket) -> None:
        with line:
            try:
                line.recv(65536)
                line.sendall(begin)
                while not over.wait(0.02):
                    line.sendall(drop)
            except OSError:
                pass  # the other side has gone, as it should

    def serve() -> None:
        while not over.is_set():
            try:
                line, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=drip, args=(line,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        over.set()
        listening.close()


class Gate:
    """Open."""

    def seconds_shut(self) -> int:
        return 0

    def shut_by(self) -> int:
        return 0

    def shut(self, seconds: int, status: int) -> None:
        raise AssertionError


@pytest.mark.parametrize(("begin", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_the_record_server_cannot_hold_a_page_beyond_its_deadline(begin: bytes, drop: bytes) -> None:
    with dripping(begin, drop) as base:
        client = FhirClient(
            base=base,
            bearer=lambda: "token",
            renew=lambda _seen: "token",
            gate=Gate(),
            deadline=Deadline(0.3),
            read_timeout=10,
        )
        started = time.monotonic()

        with pytest.raises(errors.NoAnswerInTime):
            client.search("AllergyIntolerance", [])

    assert time.monotonic() - started < 5


@pytest.mark.parametrize(("begin", "drop"), DRIPS.values(), ids=DRIPS.keys())
def test_the_authorization_server_cannot_hold_a_sign_in_beyond_its_time_outs(
    begin: bytes, drop: bytes
) -> None:
    with dripping(begin, drop) as url:
        started = time.monotonic()

        with pytest.raises(requests.RequestException):
            fetch_json(url, timeout=(0.1, 0.2))

    assert time.monotonic() - started < 5


def test_an_inner_limit_never_lengthens_an_outer_one() -> None:
    with (
        dripping(*DRIPS["a body of a known length"]) as url,
        requests.Session() as session,
    ):
        session.mount("http://", LimitedAdapter())
        started = time.monotonic()

        with at_most(0.3), at_most(60), pytest.raises(requests.RequestException):
            session.get(url, timeout=10)

    assert time.monotonic() - started < 5


def test_a_line_that_was_hurried_serves_the_next_question_at_its_own_pace() -> None:
    """The time-out that a limit has shortened is the next request's own again, on the same connection."""
    answers, lines = 0, 0
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        nonlocal answers, lines
        while True:
            try:
                line, _ = listening.accept()
            except OSError:
                return
            lines += 1
            with line:
                while line.recv(65536):
                    if answers:
                        threading.Event().wait(0.6)
                    answers += 1
                    line.sendall(OK + b"Content-Length: 2\r\n\r\n{}")

    threading.Thread(target=serve, daemon=True).start()
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
    with listening, requests.Session() as session:
        session.mount("http://", LimitedAdapter())
        with at_most(0.3):
            assert session.get(url, timeout=10).json() == {}

        assert session.get(url, timeout=10).json() == {}

    assert (answers, lines) == (2, 1)
