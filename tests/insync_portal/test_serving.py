"""The portal as gunicorn serves it: a process of its own, asked over HTTP."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT
from tests.insync_portal.test_settings import DEMO


class Served:
    """A running portal: its address, and what it has logged so far."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.address = process, f"http://127.0.0.1:{port}"
        self.lines: list[str] = []
        self.more = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            with self.more:
                self.lines.append(line)
                self.more.notify_all()

    def written(self, words: str) -> str:
        """All that is logged once these words are in it."""
        with self.more:
            came = self.more.wait_for(lambda: any(words in line for line in self.lines), timeout=60)
            assert came, "".join(self.lines)
            return "".join(self.lines)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The portal under gunicorn with its own configuration and an empty database."""
    with start_served(tmp_path_factory.mktemp("served")) as portal:
        yield portal


@contextmanager
def start_served(folder: Path, **settings: str) -> Iterator[Served]:
    """The same, with settings of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = DEMO | {
        "PATH": os.environ.get("PATH", ""),
        "PORT": str(port),
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "LOG_LEVEL": "DEBUG",
        **settings,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "insync_portal.wsgi:application"],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    portal = Served(process, port)
    try:
        portal.written("Booting worker")
        yield portal
    finally:
        process.terminate()
        process.wait(timeout=20)


def ask(served: Served, address: str, **headers: str) -> requests.Response:
    """One request without anything that the environment adds."""
    with requests.Session() as session:
        session.trust_env = False
        return session.get(served.address + address, headers=headers, timeout=20)


def test_the_served_portal_is_healthy_and_names_the_request(served: Served) -> None:
    answer = ask(served, "/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["X-Request-Id"]


def test_a_visitor_cannot_claim_to_come_by_https(served: Served) -> None:
    answer = ask(served, "/nowhere/", **{"X-Forwarded-Proto": "https", "Host": "localhost"})

    assert answer.status_code == 404
    assert "Strict-Transport-Security" not in answer.headers


def test_the_log_of_a_served_portal_holds_no_query_and_each_line_is_calm(served: Served) -> None:
    answer = ask(served, "/nowhere/?code=SplxlOBeZQQYbYS6WxSbIA&name=Whitfield", Host="localhost")
    written = served.written(f"{answer.headers['X-Request-Id']} django.request: Not Found: /nowhere/")

    assert answer.status_code == 404
    assert "SplxlOBeZQQYbYS6WxSbIA" not in written
    assert "Whitfield" not in written
    assert all(line[:4].isdigit() for line in written.splitlines())
