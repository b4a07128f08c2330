"""A note is read where it stands: on the page of its entry."""

from __future__ import annotations

import base64
import html
import re

import pytest

from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.documents.cda import building
from tests.records.documents.test_office import RTF, fax, word
from tests.resources import Json, document_reference, patient, visit


def attached(content: bytes, content_type: str, **more: object) -> Json:
    return {"attachment": {"contentType": content_type, "data": base64.b64encode(content).decode(), **more}}


def page_of(reader: Person, server: RecordServer, document: Json) -> str:
    """The entry's own page, as text with its tags."""
    server.whole_record(DocumentReference=[document])
    server.arrange(f"DocumentReference/{document['id']}", document)
    server.arrange("Provenance", {"resourceType": "Bundle", "type": "searchset"})
    listed = reader.browser.get(reader.at("documents/")).content.decode()
    href = re.search(r'href="([^"]*/documents/[A-Za-z0-9_-]{24,}/)"', listed)
    assert href is not None
    return html.unescape(reader.browser.get(href[1]).content.decode())


def test_a_note_stands_on_the_page_of_its_entry_under_title_author_and_date(
    reader: Person, server: RecordServer
) -> None:
    note = document_reference(
        content=[attached(b"Slept well.\nPlan: walk.", "text/plain")],
        author=[{"display": "Tomas Okafor"}],
        description="Therapy session",
    )

    page = page_of(reader, server, note)

    assert "Slept well.\nPlan: walk." in page
    assert page.index("<h1") < page.index("Tomas Okafor") < page.index("Slept well.")
    assert "What it says" not in page
    assert "A downloaded file stays on this device" in page


def test_a_pdf_keeps_a_page_of_its_own(reader: Person, server: RecordServer) -> None:
    page = page_of(
        reader, server, document_reference(content=[attached(b"%PDF-1.4 1 0 obj", "application/pdf")])
    )

    assert "Read it" in page
    assert "<iframe" not in page


def test_a_file_behind_an_address_is_read_there_too(reader: Person, server: RecordServer) -> None:
    server.arrange("Binary/1", b"Seen today.", content_type="text/plain")
    note = document_reference(content=[{"attachment": {"contentType": "text/plain", "url": "Binary/1"}}])

    assert "Seen today." in page_of(reader, server, note)


def test_a_c_cda_is_read_there_with_its_parts(reader: Person, server: RecordServer) -> None:
    content = building.document(building.section("Zinc, 5 mg"), whose=("", "", ""))
    note = document_reference(content=[attached(content, "application/hl7-cda+xml")])

    page = page_of(reader, server, note)

    assert "Zinc, 5 mg" in page


@pytest.mark.parametrize("place", ["entry", "file"])
def test_another_patients_document_is_nowhere_on_the_pages(
    reader: Person, server: RecordServer, place: str
) -> None:
    server.arrange("Patient/p1", patient(name=[{"text": "Ann Lee"}], birthDate="1980-02-03"))
    content = building.document(building.section("Secret words"))
    note = document_reference(content=[attached(content, "application/hl7-cda+xml")])

    page = page_of(reader, server, note)
    if place == "file":
        href = re.search(r'href="([^"]*/file/1/)"', page)
        assert href is not None
        page = reader.browser.get(href[1]).content.decode()

    assert "This document was not opened" in page
    assert "Secret" not in page
    assert base64.b64encode(content).decode()[:200] not in page
    assert "Download the original" not in page


# ---------------------------------------------------------------- formats that take their time


def test_a_scan_comes_by_itself_and_stands_on_the_page_of_its_entry(
    reader: Person, server: RecordServer
) -> None:
    note = document_reference(content=[attached(fax(2), "image/tiff")])

    page = page_of(reader, server, note)
    late = re.search(r'hx-get="([^"]*/file/1/)"', page)
    assert late is not None
    here = reader.browser.get(late[1], headers={"HX-Request": "true"}).content.decode()
    again = page_of(reader, server, note)

    assert "The document: still loading" in page
    assert here.count("<img") == 2
    assert again.count("<img") == 2


@pytest.mark.parametrize("content_type", ["application/msword", "application/rtf"])
def test_the_page_of_an_entry_never_waits_for_what_has_to_be_made_ready(
    reader: Person, server: RecordServer, content_type: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = {"application/msword": word(), "application/rtf": RTF}[content_type]

    def refused(_what: str, _content: bytes) -> bytes:
        raise AssertionError

    monkeypatch.setattr("records.documents.apart._ask", refused)

    page = page_of(reader, server, document_reference(content=[attached(content, content_type)]))

    assert "The document: still loading" in page


# ---------------------------------------------------------------- the first lines, on the page of a visit

VISIT = "Encounter/e1"


def visit_page(reader: Person, server: RecordServer, *notes: Json) -> str:
    """The page of a visit to which these notes belong, when all of it has come."""
    here = visit(id="e1")
    tied = [{**note, "context": {"encounter": [{"reference": VISIT}]}} for note in notes]
    server.whole_record(Encounter=[here], DocumentReference=tied)
    server.arrange(VISIT, here)
    for note in tied:
        server.arrange(f"DocumentReference/{note['id']}", note)
    server.arrange("Provenance", {"resourceType": "Bundle", "type": "searchset"})
    listed = reader.read("visits/")
    href = re.search(r'href="([^"]*/visits/[A-Za-z0-9_-]{24,}/)"', listed)
    assert href is not None
    reader.browser.get(f"{href[1]}entries/")
    return html.unescape(reader.browser.get(href[1]).content.decode())


PAGE = (
    "<html><head><title>Not this</title><style>p { color: red }</style></head><body><script>not()</script>"
    "<h1>Progress note</h1><p>Slept <b>well</b>.</p><table><tr><td>Mood</td><td>good</td></tr></table>"
    "<p>Plan: walk &amp; rest.</p></body></html>"
)


def test_a_visit_shows_the_first_lines_of_a_web_page(reader: Person, server: RecordServer) -> None:
    page = visit_page(reader, server, document_reference(content=[attached(PAGE.encode(), "text/html")]))

    assert "Progress note<br>Slept well.<br>Mood good …" in page
    assert "Not this" not in page
    assert "color: red" not in page
    assert "Read the whole note" in page


def test_the_first_lines_of_one_file_that_is_kept_apart_come_by_themselves(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Binary/1", PAGE.encode(), content_type="text/html")
    apart = [
        document_reference(
            id=f"d{n}", content=[{"attachment": {"contentType": "text/html", "url": "Binary/1"}}]
        )
        for n in range(2)
    ]

    page = visit_page(reader, server, *apart)
    late = re.findall(r'hx-get="([^"]*/file/1/start/)"', page)
    part = html.unescape(reader.browser.get(late[0], headers={"HX-Request": "true"}).content.decode())

    assert len(late) == 1
    assert not server.asked("Binary/1")[1:]
    assert "Progress note<br>Slept well.<br>Mood good …" in part
    assert 'class="act start" href="/record/' in part


def test_no_line_of_another_patients_document_stands_on_a_visit(reader: Person, server: RecordServer) -> None:
    server.arrange("Patient/p1", patient(name=[{"text": "Ann Lee"}], birthDate="1980-02-03"))
    content = building.document(building.section("Secret words"))

    page = visit_page(
        reader, server, document_reference(content=[attached(content, "application/hl7-cda+xml")])
    )
    late = re.search(r'hx-get="([^"]*/file/1/start/)"', page)
    assert late is not None
    part = reader.browser.get(late[1], headers={"HX-Request": "true"}).content.decode()

    assert part.strip() == ""
    assert "Secret" not in page
