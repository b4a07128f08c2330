"""A server that calls itself by an inner address: what stands under it is read under ours, nothing is sent there."""

from __future__ import annotations

import html
import http.server
import json
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from records.fetching.cache import ServerNames
from records.fhir.addresses import MOST_NAMES
from records.pages.keys import Keys
from smart_auth import people
from tests.people import Person, sign_in
from tests.resources import Json, bundle, diagnostic_report, document_reference, patient, practitioner, visit

OUTER, INNER = "/fhir/", "/inner/fhir/"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers from a table of paths, and notes what was asked."""

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Listener)
        server.asked.append(self.path)
        found = server.answers.get(self.path) or server.answers.get(urlsplit(self.path).path)
        content_type, body = found or (
            "application/fhir+json",
            json.dumps(bundle() | {"link": [{"relation": "self", "url": server.own}]}).encode(),
        )
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        return


class Listener(http.server.ThreadingHTTPServer):
    """A server on loopback. `own`: what it says of itself where nothing was arranged."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[str] = []
        self.answers: dict[str, tuple[str, bytes]] = {}
        self.own = ""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def arrange(self, path: str, answer: Json | bytes, content_type: str = "application/fhir+json") -> None:
        self.answers[path] = (
            content_type,
            answer if isinstance(answer, bytes) else json.dumps(answer).encode(),
        )


@pytest.fixture
def outer() -> Iterator[Listener]:
    server = Listener()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def inner() -> Iterator[Listener]:
    """Whatever it is asked, it would answer, with what must not be shown."""
    server = Listener()
    yield server
    server.shutdown()
    server.server_close()


def titles(page: str) -> list[str]:
    return [html.unescape(found) for found in re.findall(r"(First|Second|Stray|Third) letter", page)]


def letter(name: str, base: str, **odd: Any) -> Json:
    """A document all of whose addresses are absolute under a base."""
    content = [{"attachment": {"contentType": "text/plain", "url": f"{base}Binary/b1"}}]
    return (
        document_reference(
            id=name.lower(),
            type={"text": f"{name} letter"},
            subject={"reference": f"{base}Patient/p1"},
            author=[{"reference": f"{base}Practitioner/dr1"}],
            context={"encounter": [{"reference": f"{base}Encounter/visit"}]},
            content=content,
        )
        | odd
    )


def answer(own: str, base: str, *resources: Json, next: str | None = None) -> Json:  # noqa: A002
    found = bundle(*resources, next=next)
    found["link"][0]["url"] = f"{own}DocumentReference?patient=p1"
    for entry in found["entry"]:
        entry["fullUrl"] = f"{base}DocumentReference/{entry['resource']['id']}"
    return found


@pytest.fixture
def reader(outer: Listener, inner: Listener, settings: Any, db: None) -> Person:
    """Somebody who reads at a server that says `inner` of itself everywhere."""
    base = f"http://127.0.0.1:{inner.server_port}{INNER}"
    outer.own = f"{base}Basic"
    first, second = letter("First", base), letter("Second", base)
    outer.arrange(f"{OUTER}Patient/p1", patient())
    outer.arrange(f"{OUTER}Practitioner/dr1", practitioner())
    named = [{"text": "Check of the knee"}]
    outer.arrange(
        f"{OUTER}Encounter/visit", visit(id="visit", type=named, subject={"reference": f"{base}Patient/p1"})
    )
    outer.arrange(f"{OUTER}Binary/b1", b"Dear patient, all is well.", "text/plain")
    following = f"{base.removesuffix('/')}?_getpages=2"
    outer.arrange(f"{OUTER}DocumentReference", answer(base, base, first, next=following))
    outer.arrange(f"{OUTER.removesuffix('/')}?_getpages=2", answer(base, base, second))
    for one in (first, second):
        outer.arrange(f"{OUTER}DocumentReference/{one['id']}", one)
    settings.INSYNC_FHIR_BASE_URL = f"http://127.0.0.1:{outer.server_port}{OUTER}"
    return sign_in()


def entries_on(page: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r'href="(/record/[^"]+/documents/[\w-]{24,}/)"', page)))


def test_what_stands_under_the_servers_inner_address_is_read_at_ours_and_nothing_is_sent_there(
    reader: Person, outer: Listener, inner: Listener
) -> None:
    listed = reader.read("documents/") + reader.read("documents/rest/")
    opened = [reader.read(path) for path in entries_on(listed)]
    files = [reader.read(f"{path}file/1/") for path in entries_on(listed)]

    assert set(titles(listed)) == {"First", "Second"}
    assert len(opened) == 2
    assert all("Dear patient, all is well." in page for page in files)
    assert all(practitioner()["name"][0]["family"] in page for page in opened)
    assert all("Check of the knee" in page for page in opened)
    assert "did not match" not in "".join((listed, *opened))
    assert any("_getpages=2" in path for path in outer.asked)
    assert inner.asked == []


def test_an_entry_that_is_opened_first_is_this_patients_too(
    reader: Person, outer: Listener, inner: Listener
) -> None:
    """A read does not say what the server calls itself: anybody's list has said it."""
    reader.read("documents/")
    later = sign_in()
    record = people.current(dict(later.session.items()))
    assert record is not None
    outer.asked.clear()

    page = later.read(f"documents/{Keys(record.key_bytes).make('DocumentReference', 'first')}/")

    assert "First letter" in page
    assert f"{OUTER}DocumentReference/first" in outer.asked
    assert inner.asked == []


STRAYS = [
    "http://127.0.0.1:{inner}/other/fhir/",
    "http://127.0.0.1:{inner}/inner/fhirs/",
    "http://127.0.0.1:{inner}/inner/fhir/../",
    "http://127.0.0.1:{inner}/inner/fhir/%2e%2e/",
    "http://name@127.0.0.1:{inner}/inner/fhir/",
    "http://localhost:{inner}/inner/fhir/",
]


@pytest.mark.parametrize("written", STRAYS)
def test_what_stands_under_any_other_address_stays_withheld(
    reader: Person, outer: Listener, inner: Listener, written: str
) -> None:
    base = f"http://127.0.0.1:{inner.server_port}{INNER}"
    stray = written.format(inner=inner.server_port)
    third = letter(
        "Third", base, content=[{"attachment": {"contentType": "text/plain", "url": f"{stray}Binary/b1"}}]
    )
    outer.arrange(
        f"{OUTER}DocumentReference",
        answer(base, base, letter("Stray", stray), third, next=f"{stray.removesuffix('/')}?_getpages=2"),
    )
    outer.arrange(f"{OUTER}DocumentReference/third", third)

    listed = reader.read("documents/") + reader.read("documents/rest/")
    [path] = entries_on(listed)
    file = reader.read(f"{path}file/1/")

    assert set(titles(listed)) == {"Third"}
    assert "1 entry did not match this record" in listed
    assert "this list is not complete" in listed
    assert "lies outside the agency’s record server" in file
    assert not any(asked.startswith((f"{OUTER}Binary", "/Binary", "/other")) for asked in outer.asked)
    assert inner.asked == []


def test_a_server_that_writes_http_for_https_is_read_at_https() -> None:
    """Nothing needs to be learned for it, so an entry alone is enough."""
    from tests.records.sources import a_source

    client = a_source().client
    raw = b'{"subject":{"reference":"http:\\/\\/fhir.example\\/fhir-request\\/Patient\\/p1"}}'

    assert json.loads(client.as_ours(raw)) == {"subject": {"reference": f"{client.base}Patient/p1"}}
    assert client.address("http://fhir.example/fhir-request/Binary/b1") == f"{client.base}Binary/b1"


def test_a_file_is_the_same_under_both_names_of_the_server(
    reader: Person, outer: Listener, inner: Listener
) -> None:
    base = f"http://127.0.0.1:{inner.server_port}{INNER}"
    form = {"contentType": "text/plain", "url": "Binary/b1"}
    report = diagnostic_report(code={"text": "Letter of a report"}, presentedForm=[form])
    found = bundle(report)
    found["link"][0]["url"], found["entry"][0]["fullUrl"] = f"{base}DiagnosticReport", None
    outer.arrange(f"{OUTER}DiagnosticReport", found)

    [first, *_more] = entries_on(reader.read("documents/"))

    assert "Letter of a report" in reader.read(first)
    assert inner.asked == []


def test_few_names_of_a_server_are_remembered_the_newest_for_it_alone() -> None:
    one, other = ServerNames("https://one.example/"), ServerNames("https://two.example/")
    for number in range(MOST_NAMES + 3):
        one.learn(f"http://inner-{number}/")

    assert len(one.known()) == MOST_NAMES
    assert one.known()[-1] == f"http://inner-{MOST_NAMES + 2}/"
    assert other.known() == ()
