"""What the tests of the record share: somebody signed in, and a record server that answers only what is arranged."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
import responses

from tests.conftest import ROOT
from tests.people import BASE, Person, sign_in
from tests.resources import PATIENT, Json, bundle, patient
from tests.servers import Servers, start_both

Answer = tuple[int, dict[str, str], str | bytes]


class RecordServer:
    """`https://fhir.example`: the patient is there; every other question is an error until it is arranged."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        mock.assert_all_requests_are_fired = False
        self.arrange("Patient/p1", patient())

    def arrange(self, place: str, body: Any = None, *, status: int = 200, **more: Any) -> None:
        """What is answered at a place below the base, whatever the query. JSON, bytes, or an error to raise."""
        self.mock.remove(responses.GET, self.url(place))
        self.also(place, body, status=status, **more)

    def also(self, place: str, body: Any = None, *, status: int = 200, **more: Any) -> None:
        """One answer more at the same place: the first is given once, the last one stays."""
        if isinstance(body, bytes | str | Exception):
            self.mock.get(self.url(place), body=body, status=status, **more)
        else:
            self.mock.get(self.url(place), json={} if body is None else body, status=status, **more)

    def by(self, place: str, answer: Callable[[dict[str, str]], Any]) -> None:
        """Answers worked out from the query: a resource, or a status."""

        def reply(request: requests.PreparedRequest) -> Answer:
            said = answer(dict(parse_qsl(urlsplit(request.url or "").query)))
            if isinstance(said, int):
                return said, {}, "{}"
            return 200, {"Content-Type": "application/fhir+json"}, json.dumps(said)

        self.mock.remove(responses.GET, self.url(place))
        self.mock.add_callback(responses.GET, self.url(place), reply)

    def whole_record(self, **resources: list[Json]) -> None:
        """Every type that a kind asks for: empty, unless entries are given by type."""
        from records.kinds import KINDS

        for resource_type in {kind.resource_type for kind in KINDS.values()}:
            self.arrange(resource_type, bundle(*resources.get(resource_type, [])))

    def url(self, place: str) -> str:
        """A place below the base, or an address of its own."""
        return place if "://" in place else BASE + place

    def asked(self, place: str | None = None) -> list[requests.PreparedRequest]:
        """The requests that came to a place, or all of them."""
        sent = [call.request for call in self.mock.calls]
        if place is None:
            return sent
        return [request for request in sent if (request.url or "").split("?")[0] == self.url(place)]

    def queries(self, place: str) -> list[dict[str, str]]:
        """The parameters of those requests."""
        return [dict(parse_qsl(urlsplit(request.url or "").query)) for request in self.asked(place)]


@pytest.fixture
def server() -> Iterator[RecordServer]:
    """The record server. What a test did not arrange is an error, never a real request."""
    with responses.RequestsMock() as mock:
        yield RecordServer(mock)


@pytest.fixture(scope="session")
def odd_records_served() -> Iterator[Servers]:
    """The folder of odd records behind the two servers, for all files named `…_served` here."""
    folder = str(ROOT / "tests" / "odd_records")
    with start_both(demo={"DEMO_DATA": folder}, portal={"TIME_ZONE": "America/New_York"}) as servers:
        yield servers


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pause before a second try takes no time here."""
    monkeypatch.setattr("records.fhir.client.time.sleep", lambda _seconds: None)


@pytest.fixture
def reader(db: None) -> Person:
    """A patient who reads the record of p1."""
    return sign_in()


@pytest.fixture
def relative(db: None) -> Person:
    """A representative who reads the record of p1."""
    return sign_in(fhir_user=f"RelatedPerson/{PATIENT}-daughter", name="Canary Relative")
