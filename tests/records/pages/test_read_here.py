"""A note is read where it stands: on the page of its entry."""

from __future__ import annotations

import base64
import html
import re

import pytest

from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.documents.cda import building
from tests.resources import Json, document_reference, patient


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
