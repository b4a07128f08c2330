"""Clients that are slow, or never come to an end: a worker answers the others, with a proxy and without."""

from __future__ import annotations

import os
import select
import selectors
import shutil
import socket
import subprocess
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from gunicorn.config import Config

from insync_portal.worker import Connection, InTimeWorker, Socket
from tests.conftest import ROOT
from tests.insync_portal.test_serving import Served, start_served

CROWD = 40
"""More than a worker has threads."""

HALF = {
    "nothing": b"",
    "half a head": b"GET /help/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "a body that never comes": b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nnext=",
}


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with start_served(tmp_path_factory.mktemp("slow"), REQUEST_SECONDS="2") as portal:
        yield portal


@pytest.fixture(params=["alone", "behind Caddy"], scope="module")
def port(
    request: pytest.FixtureRequest, alone: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[int]:
    """Where visitors come: to the portal itself, or to the proxy that is shipped."""
    own = int(alone.address.rpartition(":")[2])
    if request.param == "alone":
        yield own
        return
    if shutil.which("caddy") is None:
        pytest.skip("this machine has no caddy (apt-get install caddy)")
    with start_caddy(own, tmp_path_factory.mktemp("caddy")) as proxied:
        yield proxied


@contextmanager
def start_caddy(upstream: int, folder: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        own = int(free.getsockname()[1])
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(folder),
        "PORTAL_HOST": f"http://localhost:{own}",
        "PORTAL_UPSTREAM": f"127.0.0.1:{upstream}",
    }
    command = ["caddy", "run", "--config", "deploy/Caddyfile", "--adapter", "caddyfile"]
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT)
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", own), 1).close()
                break
            except OSError:
                assert time.monotonic() < until, (folder / "said").read_text()
                time.sleep(0.05)
        yield own
    finally:
        process.kill()  # asked to end, it waits for whoever is connected
        process.wait(timeout=20)


def come(port: int, sent: bytes) -> socket.socket:
    visitor = socket.create_connection(("127.0.0.1", port), 30)
    visitor.sendall(sent)
    return visitor


def ask(port: int, sent: bytes) -> bytes:
    """All that comes for what was sent, until the other side closes."""
    with closing(come(port, sent)) as visitor:
        return b"".join(iter(lambda: visitor.recv(65536), b""))


def is_well(port: int) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        return session.get(f"http://localhost:{port}/healthz", timeout=15).status_code == 200


@pytest.mark.parametrize("sent", HALF.values(), ids=HALF.keys())
def test_a_crowd_that_sends_half_of_something_holds_up_nobody(port: int, sent: bytes) -> None:
    with ExitStack() as crowd:
        for _one in range(CROWD):
            crowd.enter_context(closing(come(port, sent)))

        assert all(is_well(port) for _look in range(3))


@pytest.mark.parametrize("sent", HALF.values(), ids=HALF.keys())
def test_what_does_not_come_in_seconds_is_not_read(alone: Served, sent: bytes) -> None:
    answer = ask(int(alone.address.rpartition(":")[2]), sent)

    assert answer.split(b"\r\n")[0] == (b"HTTP/1.1 408 Request Timeout" if sent else b"")


def test_a_head_that_comes_letter_by_letter_is_not_read_either(alone: Served) -> None:
    with closing(come(int(alone.address.rpartition(":")[2]), HALF["half a head"])) as visitor:
        visitor.settimeout(0.2)
        answer = b""
        for _letter in range(100):
            try:
                visitor.sendall(b"x")
                if answer := visitor.recv(100):
                    break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408")


def test_a_crowd_that_never_closes_after_its_last_answer_holds_up_nobody(port: int) -> None:
    with ExitStack() as crowd:
        for _one in range(CROWD):
            crowd.enter_context(
                closing(come(port, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
            )

        assert all(is_well(port) for _look in range(3))


def test_a_crowd_that_asks_and_does_not_read_holds_up_nobody(port: int) -> None:
    question = b"GET /help/ HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as crowd:
        for _one in range(CROWD):
            visitor = socket.socket()
            visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            visitor.settimeout(30)
            visitor.connect(("127.0.0.1", port))
            crowd.enter_context(closing(visitor)).sendall(question * 200)

        assert all(is_well(port) for _look in range(3))


def test_nobody_gets_a_second_answer_before_the_first_is_read() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server, closing(socket.socket()) as visitor:
        visitor.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        visitor.connect(server.getsockname())
        accepted, address = server.accept()
        conn = Connection(Config(), Socket(fileno=accepted.detach()), address, server.getsockname())
        waiting, given = InTimeWorker.__new__(InTimeWorker), []
        waiting.poller, waiting._coming, waiting._lingering = selectors.DefaultSelector(), {}, {}
        waiting.tpool = SimpleNamespace(submit=lambda _handle, conn: given.append(conn) or Future())
        waiting.pending_conns, waiting.method_queue = deque(), SimpleNamespace()
        conn.init()  # an answer went out on it before
        conn.sock.setblocking(False)
        with suppress(BlockingIOError):
            while conn.sock.send(b"x" * 65536):
                pass

        visitor.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        select.select([conn.sock], [], [], 10)
        waiting.enqueue_req(conn)
        waiting.murder_pending()
        assert given == []

        visitor.settimeout(0.5)
        with suppress(TimeoutError):
            while visitor.recv(1 << 20):
                pass
        waiting.murder_pending()
        assert given == [conn]
        conn.sock.close()


def test_what_is_whole_is_answered_however_it_comes(port: int) -> None:
    first = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert ask(port, first + first + last).count(b"HTTP/1.1 200") == 3

    with closing(come(port, last[:20])) as visitor:
        time.sleep(0.05)
        visitor.sendall(last[20:-2])
        time.sleep(0.05)
        visitor.sendall(last[-2:])
        assert visitor.recv(20).startswith(b"HTTP/1.1 200")


def test_a_form_is_read_in_whole_and_whoever_asks_first_is_told_to_go_on(alone: Served) -> None:
    port = int(alone.address.rpartition(":")[2])
    with requests.Session() as session:
        session.trust_env = False
        front = session.get(f"http://localhost:{port}/", timeout=20)
        token = front.text.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
        cookies = "; ".join(f"{one.name}={one.value}" for one in session.cookies)
    body = f"csrfmiddlewaretoken={token}&language=es&next=%2Fhelp%2F".encode()
    head = (
        f"POST /language/ HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookies}\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with closing(come(port, head)) as visitor:
        assert visitor.recv(1000).startswith(b"HTTP/1.1 100")
        visitor.sendall(body)
        answer = b"".join(iter(lambda: visitor.recv(65536), b""))

    assert b"302 Found" in answer
    assert b"=es" in answer


TOO_MUCH = {
    "a head of 40 KB": (b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * 40_000, b"431"),
    "a form of a megabyte": (
        b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n",
        b"413",
    ),
    "a body of unknown length": (
        b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"411",
    ),
    "two lengths": (
        b"POST /language/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx",
        b"400",
    ),
}


@pytest.mark.parametrize(("sent", "status"), TOO_MUCH.values(), ids=TOO_MUCH.keys())
def test_what_is_too_much_is_refused_before_it_is_read(alone: Served, sent: bytes, status: bytes) -> None:
    assert ask(int(alone.address.rpartition(":")[2]), sent).startswith(b"HTTP/1.1 " + status)


def test_a_launch_of_ten_kilobytes_is_read(port: int) -> None:
    with requests.Session() as session:
        session.trust_env = False
        answer = session.get(
            f"http://localhost:{port}/auth/launch/",
            params={"iss": "https://elsewhere.example/fhir", "launch": "x" * 10_000},
            timeout=20,
        )

    assert answer.status_code == 400  # an unknown server's; refused by the portal in words
    assert "<h1>" in answer.text
