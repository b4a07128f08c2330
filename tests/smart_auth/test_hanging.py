"""An authorization server that hangs holds up who asks it now, and nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from smart_auth import pace, renewal, shelf
from smart_auth.errors import TemporarilyUnavailable
from smart_auth.servers import configured_server
from smart_auth.shelf import NotHad, Shelf


class Hanging:
    """A document that comes only when it may. Counts how often it was asked for."""

    def __init__(self) -> None:
        self.may, self.asked, self.says = threading.Event(), 0, "a document"

    def fetch(self) -> str:
        self.asked += 1
        assert self.may.wait(20)
        if not self.says:
            raise NotHad("a time-out")
        return self.says


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    """It does not outlast the test."""
    hanging = Hanging()
    yield hanging
    hanging.may.set()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What is added to the clock."""
    added = [0.0]
    monkeypatch.setattr(shelf, "clock", lambda: time.monotonic() + added[0])
    return added


def until(what: object) -> None:
    """Waits for what another thread does in a moment."""
    assert callable(what)
    end = time.monotonic() + 10
    while not what():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_forty_who_want_a_document_ask_for_it_once_and_only_some_of_them_wait(
    hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "HARDLY_SECONDS", 0.01)
    documents, told, waiting = Shelf(), threading.Semaphore(0), shelf.MOST_WAITING

    def want(_number: int) -> str:
        try:
            return str(documents.get("x", hanging.fetch, waits=10))
        except NotHad:
            told.release()
            return "told"

    with ThreadPoolExecutor(40) as visitors:
        found = [visitors.submit(want, number) for number in range(40)]
        for _ in range(40 - waiting):
            assert told.acquire(timeout=10)
        hanging.may.set()
        came = [one.result(10) for one in found]

    assert came.count("a document") == waiting
    assert hanging.asked == 1


def test_what_comes_too_late_for_one_is_there_for_the_next(hanging: Hanging) -> None:
    documents = Shelf()

    with pytest.raises(NotHad):
        documents.get("x", hanging.fetch, waits=0.01)
    hanging.may.set()

    assert documents.get("x", hanging.fetch, waits=10) == "a document"
    assert hanging.asked == 1


def test_what_is_known_is_used_while_a_newer_copy_hangs(hanging: Hanging, later: list[float]) -> None:
    documents = Shelf()
    documents.get("x", lambda: "an old one")
    later[0] += shelf.FRESH_SECONDS + 1

    assert [documents.get("x", hanging.fetch) for _ in range(5)] == ["an old one"] * 5
    hanging.may.set()
    until(lambda: documents.get("x", hanging.fetch) == "a document")

    assert hanging.asked == 1


def test_nothing_is_believed_for_more_than_an_hour(hanging: Hanging, later: list[float]) -> None:
    documents = Shelf()
    documents.get("x", lambda: "an old one")
    later[0] += shelf.KEPT_SECONDS + 1

    with pytest.raises(NotHad):
        documents.get("x", hanging.fetch, waits=0.01)


def test_a_failure_is_remembered_for_longer_than_the_fetch_lasted(
    hanging: Hanging, later: list[float]
) -> None:
    documents, hanging.says = Shelf(), ""
    with pytest.raises(NotHad):
        documents.get("x", hanging.fetch, waits=0.01)
    later[0] += 25  # so long it lasted
    hanging.may.set()
    until(lambda: not documents._flying)

    later[0] += 49
    with pytest.raises(NotHad, match="a time-out"):
        documents.get("x", hanging.fetch)
    assert hanging.asked == 1
    later[0] += 2
    with pytest.raises(NotHad):
        documents.get("x", hanging.fetch)
    assert hanging.asked == 2


class Clock:
    """Time as the test wants it."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of the token endpoints, of which nothing is known yet."""
    clock = Clock()
    monkeypatch.setattr(pace, "time", clock)
    monkeypatch.setattr(pace, "_endpoints", {})
    return clock


def is_told(address: str) -> bool:
    try:
        with pace.turn(address):
            return False
    except TemporarilyUnavailable:
        return True


def test_a_token_endpoint_that_hangs_is_asked_by_nobody_else(clock: Clock) -> None:
    with pace.turn("here"):
        assert not is_told("here")
        clock.now += pace.SUSPECT_SECONDS + 1
        assert is_told("here")
        assert not is_told("there")


def test_after_a_time_out_one_at_a_time_tries_until_it_answers(clock: Clock) -> None:
    def time_out() -> None:
        with pace.turn("here"):
            clock.now += 20
            raise TimeoutError

    with pytest.raises(TimeoutError):
        time_out()

    with pace.turn("here"):
        assert is_told("here")
    with pace.turn("here"):
        assert not is_told("here")


def test_a_burst_at_a_token_endpoint_that_answers_is_no_trouble(clock: Clock) -> None:
    turns = [pace.turn("here") for _ in range(pace.MOST_AT_ONCE)]
    for one in turns:
        one.__enter__()

    assert is_told("here")
    for one in turns:
        one.__exit__(None, None, None)
    assert not is_told("here")


def test_signing_out_does_not_wait_for_a_revocation_that_hangs_and_it_goes_on_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    may, done = threading.Event(), threading.Event()

    def slowly(_server: object, _tokens: object) -> None:
        assert may.wait(20)
        done.set()

    monkeypatch.setattr(renewal, "_revoke", slowly)
    monkeypatch.setattr(renewal, "HARDLY_SECONDS", 0.01)
    tokens = renewal.TokenSet("a", "https://auth.example/token", "access", "refresh", 0)

    renewal.revoke(configured_server(), tokens)

    assert not done.is_set()
    may.set()
    assert done.wait(10)
