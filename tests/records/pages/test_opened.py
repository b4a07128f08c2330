"""What came of the files that were opened: those about somebody else are counted, the words of the others found."""

from __future__ import annotations

import html
import re

import pytest

from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.documents.cda import building
from tests.records.pages.test_read_here import attached, page_of
from tests.resources import Json, document_reference, patient

CONTENT = building.document(building.section("Canary words"))


def note(content: bytes = CONTENT, content_type: str = "application/hl7-cda+xml") -> Json:
    return document_reference(content=[attached(content, content_type)])


def receipt(reader: Person) -> str:
    text = html.unescape(reader.browser.get(reader.at("receipt/")).content.decode())
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def search(reader: Person, words: str) -> str:
    return html.unescape(reader.browser.post(reader.at("search/"), {"words": words}).content.decode())


def with_daniel(server: RecordServer) -> None:
    """The record is that of the document's person."""
    name = [{"given": ["Daniel"], "family": "Whitaker"}]
    server.arrange("Patient/p1", patient(name=name, birthDate="1968-03-09", identifier=[]))


@pytest.fixture
def somebody_else(server: RecordServer) -> None:
    """The record is not that of the document's person."""
    server.arrange("Patient/p1", patient(name=[{"text": "Ann Lee"}], birthDate="1980-02-03"))


@pytest.mark.usefixtures("somebody_else")
def test_a_document_that_was_not_opened_is_counted_in_the_receipt(
    reader: Person, server: RecordServer
) -> None:
    assert "not opened" not in receipt(reader)

    for _ in range(2):
        page_of(reader, server, note())
    told = receipt(reader)

    assert "1 file was not opened, because the name and birth date in it" in told
    assert "1 file was not opened: it is about somebody else" in told


@pytest.mark.usefixtures("somebody_else")
def test_no_word_of_it_is_found(reader: Person, server: RecordServer) -> None:
    page_of(reader, server, note())

    assert "entry found" not in search(reader, "canary")


def test_words_of_a_document_are_found_once_it_was_opened(reader: Person, server: RecordServer) -> None:
    with_daniel(server)
    server.whole_record(DocumentReference=[note()])
    before = search(reader, "canary words")

    page_of(reader, server, note())
    after = search(reader, "canary words")

    assert "it stands in a document that was not opened here yet" in before
    assert "1 entry found" in after
    assert "Canary words" in after


def test_words_of_a_file_behind_an_address_are_found_once_it_was_opened(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Binary/1", b"Seen by Canary today.", content_type="text/plain")
    held = document_reference(content=[{"attachment": {"contentType": "text/plain", "url": "Binary/1"}}])

    page_of(reader, server, held)

    assert "Seen by Canary today." in search(reader, "canary")


def test_no_word_is_found_of_a_document_whose_patient_could_not_be_compared(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Patient/p1", status=404)

    page = page_of(reader, server, note())

    assert "Canary words" in page
    assert "Whose it is could not be compared" in page
    assert "entry found" not in search(reader, "canary")
