"""A server that fails everybody is left alone for a while; what one patient alone meets is nobody else's trouble."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from records.fhir import errors
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from tests.records.sources import a_source
from upstream import circuit as circuits
from upstream.circuit import WHOLE, Circuit, Open


class Clock:
    """Time as the test wants it."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock that circuits read."""
    clock = Clock()
    monkeypatch.setattr(circuits, "time", clock)
    return clock


class Shelf(dict[str, Any]):
    """A store as several processes would share it; nothing in it ends by itself but what the test ends."""

    def set(self, key: str, value: Any, timeout: float) -> None:
        self[key] = value

    def add(self, key: str, value: Any, timeout: float) -> bool:
        return self.setdefault(key, value) is value and self.adds(key)

    def adds(self, key: str) -> bool:
        self.added = [*getattr(self, "added", ()), key]
        return self.added.count(key) == 1

    def delete(self, key: str) -> None:
        self.pop(key, None)
        self.added = [one for one in getattr(self, "added", ()) if one != key]


def of(store: Shelf, who: str = "one") -> Circuit:
    return Circuit(store=store, server="https://fhir.example/", who=who, failures=3, seconds=30)


def opened(store: Shelf, what: str = "Observation") -> None:
    """Three time-outs of two patients."""
    for who in ("one", "two", "one"):
        of(store, who).begin(what).timed_out()


def is_open(circuit: Circuit, what: str) -> bool:
    try:
        circuit.begin(what)
    except Open:
        return True
    return False


def test_what_one_patient_alone_meets_opens_nothing(clock: Clock) -> None:
    store = Shelf()
    for _ in range(20):
        of(store).begin("Observation").timed_out()
        of(store).begin("Observation").refused()

    assert not is_open(of(store), "Observation")
    assert not is_open(of(store, "two"), "Observation")


def test_time_outs_of_two_patients_open_it_for_that_type_alone_and_for_everybody(clock: Clock) -> None:
    store = Shelf()
    opened(store)

    assert is_open(of(store, "three"), "Observation")
    assert not is_open(of(store, "three"), "Condition")


def test_failed_connections_of_two_patients_open_it_for_the_whole_server(clock: Clock) -> None:
    store = Shelf()
    for who, what in (("one", "Observation"), ("two", "Condition"), ("two", "Goal")):
        of(store, who).begin(what).refused()

    assert is_open(of(store, "three"), "Patient")


def test_an_answer_in_between_begins_the_row_anew(clock: Clock) -> None:
    store = Shelf()
    for who in ("one", "two", "one", "two"):
        of(store, who).begin("Observation").timed_out()
        of(store, who).begin("Observation").answered()

    assert not is_open(of(store), "Observation")
    assert store == {}


def test_when_its_time_is_over_one_request_tries_and_its_answer_closes_it(clock: Clock) -> None:
    store = Shelf()
    opened(store)
    clock.now += 31

    trial = of(store, "one").begin("Observation")

    assert is_open(of(store, "two"), "Observation")
    trial.answered()
    assert not is_open(of(store, "two"), "Observation")


def test_a_trial_that_fails_opens_it_again_whoever_tried(clock: Clock) -> None:
    store = Shelf()
    opened(store)
    clock.now += 31

    assert of(store, "three").begin("Observation").timed_out()

    assert is_open(of(store, "one"), "Observation")
    clock.now += 31
    of(store, "one").begin("Observation").answered()
    assert not is_open(of(store, "one"), "Observation")


def test_what_is_kept_names_nobody_and_what_is_broken_is_not_believed(clock: Clock) -> None:
    store = Shelf()
    opened(store)

    assert not any("fhir.example" in key for key in store)
    for odd in ({"Observation": [1, 2, 3]}, {WHOLE: "x"}, [1], "x", {WHOLE: [1, ["a"], "soon"]}):
        for key in store:
            store[key] = odd
        assert not is_open(of(store), "Observation")


class Ailing(http.server.BaseHTTPRequestHandler):
    """Hangs with Observation, is busy with Goal, answers all else."""

    protocol_version = "HTTP/1.1"
    asked: list[str]
    over: threading.Event

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if "Observation" in self.path:
            self.over.wait(20)
            self.close_connection = True
            return
        body = b'{"resourceType": "Bundle", "type": "searchset"}'
        self.send_response(429 if "Goal" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what: Any) -> None:
        return


@pytest.fixture
def ailing() -> Iterator[tuple[str, list[str]]]:
    """Its base, and the paths that were asked for."""
    handler = type("Handler", (Ailing,), {"asked": [], "over": threading.Event()})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/fhir/", handler.asked  # type: ignore[attr-defined]
    handler.over.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def client(base: str, store: Shelf, who: str) -> FhirClient:
    found = a_source(base=base).client
    return replace(
        found,
        circuit=replace(of(store, who), server=base),
        read_timeout=0.2,
        connect_timeout=0.2,
        deadline=Deadline(0.9),
    )


def test_a_type_that_hangs_for_two_patients_is_not_asked_for_any_more_and_the_others_are(
    ailing: tuple[str, list[str]],
) -> None:
    (base, asked), store = ailing, Shelf()
    for who in ("one", "two", "one"):
        with pytest.raises(errors.NoAnswerInTime):
            client(base, store, who).search("Observation", [])
    before = len(asked)

    with pytest.raises(errors.LeftAlone) as told:
        client(base, store, "three").search("Observation", [])

    assert len(asked) == before
    assert 0 < (told.value.retry_after or 0) <= 31
    client(base, store, "three").search("Condition", [])
    assert len(asked) == before + 1


def test_too_many_requests_of_one_access_hold_up_nobody_else_and_of_two_everybody(
    ailing: tuple[str, list[str]],
) -> None:
    (base, _asked), store = ailing, Shelf()
    for _ in range(4):
        with pytest.raises(errors.TooManyRequests):
            client(base, store, "one").search("Goal", [])
    client(base, store, "two").search("Condition", [])
    for who in ("one", "two", "one"):
        with pytest.raises(errors.TooManyRequests):
            client(base, store, who).search("Goal", [])

    with pytest.raises(errors.LeftAlone):
        client(base, store, "three").search("Condition", [])


def test_our_own_time_that_is_almost_over_says_nothing_of_the_server(ailing: tuple[str, list[str]]) -> None:
    (base, _asked), store = ailing, Shelf()
    for who in ("one", "two", "one", "two"):
        with pytest.raises(errors.NoAnswerInTime):
            replace(client(base, store, who), deadline=Deadline(0.05)).search("Observation", [])

    assert store == {}
