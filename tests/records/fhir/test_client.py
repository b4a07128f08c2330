"""The only HTTP to the record server: what goes out, to whom, how often, and what is made of the answer."""

from __future__ import annotations

import base64
import gzip
import http.server
import json
import logging
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import responses

from records.fhir import errors
from records.fhir.addresses import within
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from records.fhir.sessions import pooled_session
from tests.people import BASE
from tests.resources import allergy, bundle
from upstream.tls import TlsAdapter

SEARCH = f"{BASE}AllergyIntolerance"


class Gate:
    """A gate in memory."""

    def __init__(self) -> None:
        self.seconds, self.status = 0, 0

    def seconds_shut(self) -> int:
        return self.seconds

    def shut_by(self) -> int:
        return self.status

    def shut(self, seconds: int, status: int) -> None:
        self.seconds, self.status = seconds, status


class Tokens:
    """Tokens numbered by how often they were renewed."""

    def __init__(self) -> None:
        self.renewed: list[str] = []

    def bearer(self) -> str:
        return f"access-canary-{len(self.renewed)}"

    def renew(self, seen: str) -> str:
        self.renewed.append(seen)
        return self.bearer()


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


@pytest.fixture
def client(tokens: Tokens) -> FhirClient:
    return FhirClient(base=BASE, bearer=tokens.bearer, renew=tokens.renew, gate=Gate(), deadline=Deadline(20))


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    taken: list[float] = []
    monkeypatch.setattr("records.fhir.client.time.sleep", taken.append)
    return taken


# --- What goes out
def test_a_search_asks_as_fhir_says_with_the_token_in_the_header_alone(
    client: FhirClient, server: responses.RequestsMock
) -> None:
    server.get(SEARCH, json=bundle(allergy()))

    content, page = client.search("AllergyIntolerance", [("patient", "p1"), ("code", "http://x|a,b&c")])

    sent = server.calls[0].request
    assert sent.url == f"{SEARCH}?patient=p1&code=http%3A%2F%2Fx%7Ca%2Cb%26c"
    assert sent.headers["Authorization"] == "Bearer access-canary-0"
    assert sent.headers["Accept"] == "application/fhir+json"
    assert "Cookie" not in sent.headers
    assert sent.body is None
    assert json.loads(content)["resourceType"] == "Bundle"
    assert len(page.entries) == 1


def test_time_outs_are_always_set_and_never_longer_than_the_deadline(
    client: FhirClient, server: responses.RequestsMock
) -> None:
    server.get(SEARCH, json=bundle())

    client.search("AllergyIntolerance", [])
    replace(client, deadline=Deadline(3)).search("AllergyIntolerance", [])

    first, second = (call.request.req_kwargs for call in server.calls)  # type: ignore[attr-defined]
    assert first["timeout"] == pytest.approx((5, 20), abs=0.5)
    assert max(second["timeout"]) <= 3


def test_after_the_deadline_nothing_goes_out(client: FhirClient) -> None:
    with pytest.raises(errors.NoAnswerInTime):
        replace(client, deadline=Deadline(0)).search("AllergyIntolerance", [])


def test_cookies_of_a_server_are_not_kept(client: FhirClient, server: responses.RequestsMock) -> None:
    server.get(SEARCH, json=bundle(), headers={"Set-Cookie": "session=canary; Path=/"})

    client.search("AllergyIntolerance", [])
    client.search("AllergyIntolerance", [])

    assert "Cookie" not in server.calls[1].request.headers
    assert len(pooled_session(BASE).cookies) == 0


def test_one_session_serves_a_server_and_holds_no_token() -> None:
    session = pooled_session(BASE)

    assert pooled_session(BASE) is session
    assert pooled_session("https://other.example/") is not session
    assert session.trust_env is False
    assert "Authorization" not in session.headers


@pytest.mark.parametrize(
    ("resource_type", "logical_id"),
    [
        ("Patient", "../Observation"),
        ("Patient", "a/b"),
        ("Patient", "p1?_id=p2"),
        ("Patient", ""),
        ("Patient", ".."),
        ("Patient/x", "p1"),
        ("", "p1"),
        ("Patient", "x" * 200),
    ],
)
def test_what_is_no_type_or_id_never_goes_out(
    client: FhirClient, resource_type: str, logical_id: str
) -> None:
    with pytest.raises(errors.NotThere):
        client.read(resource_type, logical_id)


def test_a_read_gives_the_resources_own_bytes(client: FhirClient, server: responses.RequestsMock) -> None:
    raw = b'{ "resourceType":"AllergyIntolerance", "id":"a1", "n":7.20 }'
    server.get(f"{SEARCH}/a1", body=raw)

    assert client.read("AllergyIntolerance", "a1") == raw


@pytest.mark.parametrize(
    "body", [b"", b"5", b"{", b'{"resourceType":"OperationOutcome"}', b'{"resourceType":"Patient"}', b"{}"]
)
def test_a_read_that_gives_something_else_is_unreadable(
    client: FhirClient, server: responses.RequestsMock, body: bytes
) -> None:
    server.get(f"{SEARCH}/a1", body=body)

    with pytest.raises(errors.Unreadable):
        client.read("AllergyIntolerance", "a1")


@pytest.mark.parametrize("logical_id", ["a2", "A1", "a1 ", ""])
def test_a_read_that_gives_another_resource_of_the_type_is_unreadable(
    client: FhirClient, server: responses.RequestsMock, logical_id: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.get(f"{SEARCH}/a1", json={"resourceType": "AllergyIntolerance", "id": logical_id})

    with pytest.raises(errors.Unreadable):
        client.read("AllergyIntolerance", "a1")

    assert "security: a read of AllergyIntolerance was answered with another resource" in caplog.text


def test_a_read_that_gives_a_resource_without_an_id_is_taken_for_what_was_asked(
    client: FhirClient, server: responses.RequestsMock
) -> None:
    server.get(f"{SEARCH}/a1", body=b'{"resourceType":"AllergyIntolerance"}')

    assert client.read("AllergyIntolerance", "a1") == b'{"resourceType":"AllergyIntolerance"}'


# --- Errors
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, errors.NotUnderstood),
        (401, errors.SignInExpired),
        (403, errors.NotShared),
        (404, errors.NotThere),
        (405, errors.NotUnderstood),
        (406, errors.NotUnderstood),
        (408, errors.NoAnswerInTime),
        (410, errors.NotThere),
        (418, errors.Unreadable),
        (422, errors.NotUnderstood),
        (429, errors.TooManyRequests),
        (500, errors.ServerTrouble),
        (501, errors.ServerTrouble),
        (502, errors.ServerTrouble),
        (503, errors.Maintenance),
        (504, errors.NoAnswerInTime),
        (201, errors.Unreadable),
        (304, errors.Unreadable),
        (301, errors.Unreadable),
    ],
)
def test_each_status_is_the_error_of_what_a_reader_can_do(
    client: FhirClient, server: responses.RequestsMock, status: int, error: type[errors.UpstreamError]
) -> None:
    server.get(SEARCH, status=status, headers={"X-Request-Id": "r-1"})

    with pytest.raises(error) as caught:
        client.search("AllergyIntolerance", [])

    assert type(caught.value) is error
    assert (caught.value.status, caught.value.request_id) == (status, "r-1")


def test_an_error_carries_codes_and_neither_body_nor_address(
    client: FhirClient, server: responses.RequestsMock
) -> None:
    issue = {"severity": "error", "code": "not-supported", "diagnostics": "canary Maja"}
    server.get(SEARCH, status=400, json={"resourceType": "OperationOutcome", "issue": [issue]})

    with pytest.raises(errors.NotUnderstood) as caught:
        client.search("AllergyIntolerance", [("patient", "canary")])

    assert caught.value.codes == ("not-supported",)
    assert "canary" not in str(caught.value) + repr(caught.value)


def test_a_refused_token_is_renewed_once(
    client: FhirClient, server: responses.RequestsMock, tokens: Tokens
) -> None:
    server.get(SEARCH, status=401)

    with pytest.raises(errors.SignInExpired):
        client.search("AllergyIntolerance", [])

    assert tokens.renewed == ["access-canary-0"]
    assert len(server.calls) == 2


@pytest.mark.parametrize(
    ("trouble", "error", "tries"),
    [
        (requests.ConnectTimeout(), errors.NoAnswerInTime, 2),
        (requests.ReadTimeout(), errors.NoAnswerInTime, 2),
        (requests.ConnectionError("Connection aborted"), errors.NoConnection, 2),
        (requests.ConnectionError("Read timed out."), errors.NoAnswerInTime, 2),
        (requests.exceptions.SSLError("bad certificate"), errors.NotSecure, 1),
        (requests.exceptions.ChunkedEncodingError("broken"), errors.Unreadable, 1),
        (requests.exceptions.ContentDecodingError("no gzip"), errors.Unreadable, 1),
    ],
)
def test_only_what_may_pass_is_tried_once_more(
    client: FhirClient,
    server: responses.RequestsMock,
    pauses: list[float],
    trouble: Exception,
    error: type[Exception],
    tries: int,
) -> None:
    server.get(SEARCH, body=trouble)

    with pytest.raises(error):
        client.search("AllergyIntolerance", [])

    assert len(server.calls) == tries
    assert len(pauses) == tries - 1
    assert all(0 < pause < 1 for pause in pauses)


def test_near_the_deadline_nothing_is_tried_again(client: FhirClient, server: responses.RequestsMock) -> None:
    server.get(SEARCH, body=requests.ReadTimeout())

    with pytest.raises(errors.NoAnswerInTime):
        replace(client, deadline=Deadline(0.9)).search("AllergyIntolerance", [])

    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("status", "retry_after", "shut"),
    [
        (429, "60", 60),
        (429, None, 30),
        (429, "nonsense", 30),
        (429, "0", 30),
        (429, "99999", 3600),
        (503, "60", 60),
        (503, None, 0),
        (500, "60", 0),
        (404, "60", 0),
    ],
)
def test_the_gate_is_shut_for_as_long_as_the_server_asks(
    client: FhirClient, server: responses.RequestsMock, status: int, retry_after: str | None, shut: int
) -> None:
    server.get(SEARCH, status=status, headers={} if retry_after is None else {"Retry-After": retry_after})

    with pytest.raises(errors.UpstreamError):
        client.search("AllergyIntolerance", [])

    assert client.gate.seconds_shut() == shut


def test_a_date_in_retry_after_is_seconds_from_now(
    client: FhirClient, server: responses.RequestsMock
) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=120), usegmt=True)
    server.get(SEARCH, status=429, headers={"Retry-After": moment})

    with pytest.raises(errors.TooManyRequests) as caught:
        client.search("AllergyIntolerance", [])

    assert 115 <= (caught.value.retry_after or 0) <= 120


@pytest.mark.parametrize(("status", "error"), [(429, errors.TooManyRequests), (503, errors.Maintenance)])
def test_behind_a_shut_gate_nothing_goes_out(
    client: FhirClient, status: int, error: type[errors.Waiting]
) -> None:
    client.gate.shut(40, status)

    with pytest.raises(error) as caught:
        client.search("AllergyIntolerance", [])

    assert caught.value.retry_after == 40


# --- Where it may go
@pytest.mark.parametrize(
    "url",
    [
        f"{BASE}AllergyIntolerance?patient=p1",
        "https://fhir.example/fhir-request?_getpages=7",
        "https://fhir.example:443/fhir-request/x",
        "https://FHIR.example/fhir-request/x",
        f"{BASE}Binary/1?next=https://evil.example/",
    ],
)
def test_what_stands_under_the_base_is_within(url: str) -> None:
    assert within(BASE, url)


def test_a_port_of_its_own_is_a_part_of_the_base() -> None:
    assert within("http://127.0.0.1:8001/fhir-request/", "http://127.0.0.1:8001/fhir-request/x")
    assert not within("http://127.0.0.1:8001/fhir-request/", "http://127.0.0.1:8000/fhir-request/x")
    assert not within("http://127.0.0.1:8001/fhir-request/", "http://127.0.0.1/fhir-request/x")


# --- Attachments
def test_a_file_is_its_bytes(client: FhirClient, server: responses.RequestsMock) -> None:
    server.get(f"{BASE}Binary/b1", body=b"%PDF", content_type="application/pdf")

    found = client.file("Binary/b1", "application/pdf")

    assert (found.content, found.content_type) == (b"%PDF", "application/pdf")
    assert server.calls[0].request.headers["Accept"] == "application/pdf, */*;q=0.8"


def test_a_binary_resource_is_unwrapped(client: FhirClient, server: responses.RequestsMock) -> None:
    data = base64.b64encode(b"%PDF").decode()
    body = {"resourceType": "Binary", "contentType": "application/pdf", "data": data}
    server.get(f"{BASE}Binary/b1", json=body, content_type="application/fhir+json")

    assert client.file("Binary/b1", "application/pdf").content == b"%PDF"


def test_a_file_of_json_is_not_taken_for_a_binary_resource(
    client: FhirClient, server: responses.RequestsMock
) -> None:
    server.get(f"{BASE}Binary/b1", json={"a": 1}, content_type="application/json")

    assert client.file("Binary/b1", "application/json").content == b'{"a": 1}'


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/b", "//evil.example/b", "../admin", "file:///etc/passwd", "data:text/plain,x"],
)
def test_a_file_out_of_the_record_server_is_not_fetched(
    client: FhirClient, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(errors.StrayLink):
        client.file(url, None)

    assert "security:" in caplog.text
    assert "evil" not in caplog.text


OWN = "https://files.example/harbor/"


@pytest.mark.parametrize("url", [f"{OWN}b1", "https://FILES.example:443/harbor/a/b1?version=2"])
def test_a_file_under_a_further_base_of_the_agency_is_read_with_the_token(
    client: FhirClient, server: responses.RequestsMock, url: str
) -> None:
    server.get(url, body=b"%PDF", content_type="application/pdf")

    assert replace(client, own_bases=(OWN,)).file(url, None).content == b"%PDF"
    assert server.calls[0].request.headers["Authorization"].startswith("Bearer ")


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/harbor/b1",
        "https://files.example/harbor-2/b1",
        "https://files.example/prairie/b1",
        "https://files.example/harbor/../prairie/b1",
        "https://files.example/harbor/%2e%2e/prairie/b1",
        "https://files.example/harbor\\..\\prairie/b1",
        "https://files.example:8443/harbor/b1",
        "https://files.example@evil.example/harbor/b1",
        "https://user:pass@files.example/harbor/b1",
        "https://files.example.evil.example/harbor/b1",
        "//evil.example/harbor/b1",
        "https://files.example/",
    ],
)
def test_a_file_beside_the_agencys_own_bases_is_not_fetched(
    client: FhirClient, server: responses.RequestsMock, url: str
) -> None:
    with pytest.raises(errors.StrayLink):
        replace(client, own_bases=(OWN,)).file(url, None)

    assert not server.calls


def test_only_files_are_read_beside_the_record_server(
    client: FhirClient, server: responses.RequestsMock
) -> None:
    with pytest.raises(errors.StrayLink):
        replace(client, own_bases=(OWN,)).follow(f"{OWN}Observation?page=2", "Observation")

    assert not server.calls


# --- Over a real connection
class Handler(http.server.BaseHTTPRequestHandler):
    """Answers whatever the test put on the server."""

    def do_GET(self) -> None:
        headers, body = self.server.answer  # type: ignore[attr-defined]
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        return


@pytest.fixture
def loopback() -> Iterator[http.server.HTTPServer]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()


def test_a_small_body_that_grows_without_end_is_stopped(
    client: FhirClient, loopback: http.server.HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FhirClient._get.__kwdefaults__ or {}, "most", 1_000_000)
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 100_000
    loopback.answer = ({"Content-Encoding": "gzip"}, bomb)  # type: ignore[attr-defined]
    base = f"http://127.0.0.1:{loopback.server_port}/"

    with pytest.raises(errors.TooLarge):
        replace(client, base=base).search("AllergyIntolerance", [])


def test_nothing_that_is_refused_is_spoken_to_in_the_clear(client: FhirClient) -> None:
    closed = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    port = closed.server_port
    closed.server_close()

    with pytest.raises(errors.NoConnection):
        replace(client, base=f"http://127.0.0.1:{port}/").search("AllergyIntolerance", [])


def test_connections_are_tls_1_2_or_newer_and_verified() -> None:
    adapter = pooled_session(BASE).get_adapter(BASE)
    assert isinstance(adapter, TlsAdapter)
    context = adapter.poolmanager.connection_pool_kw["ssl_context"]

    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


# --- Logs
def test_a_log_line_says_type_status_and_time_and_nothing_else(
    client: FhirClient, server: responses.RequestsMock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.get(SEARCH, json=bundle(allergy(code={"text": "canary"})))

    client.search("AllergyIntolerance", [("patient", "canary")])

    lines = [record.getMessage() for record in caplog.records if record.name == "records.fhir"]
    assert len(lines) == 1
    assert lines[0].startswith("GET AllergyIntolerance: 200 in ")
    assert "canary" not in caplog.text


# --- Memory
class _Endless(http.server.BaseHTTPRequestHandler):
    """Answers with a status and a body without an end, and counts the bytes that it could send."""

    status, sent = 302, 0

    def do_GET(self) -> None:
        self.send_response(type(self).status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            while type(self).sent < 64 * 1024 * 1024:
                self.wfile.write(b" " * 65536)
                type(self).sent += 65536
        except OSError:
            pass  # whoever asked has hung up

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.mark.parametrize(("status", "error"), [(302, errors.Unreadable), (400, errors.NotUnderstood)])
def test_of_an_answer_that_is_not_used_no_body_is_read_without_an_end(
    tokens: Tokens, status: int, error: type[errors.UpstreamError]
) -> None:
    _Endless.status, _Endless.sent = status, 0
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Endless) as listener:
        threading.Thread(target=listener.serve_forever, daemon=True).start()
        base = f"http://127.0.0.1:{listener.server_port}/"
        client = FhirClient(
            base=base, bearer=tokens.bearer, renew=tokens.renew, gate=Gate(), deadline=Deadline(20)
        )
        with pytest.raises(error):
            client.search("AllergyIntolerance", [])
        listener.shutdown()

    assert _Endless.sent < 32 * 1024 * 1024
