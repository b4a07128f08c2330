"""Whatever an agency's file is, looking at it is safe, and what it is is said."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.documents.headers import raw_headers
from records.documents.shown import Around
from records.documents.view import View, look_at
from records.documents.whose import of_record
from records.fhir.elements import HumanName
from tests.records.documents import hostile


def words_of(view: View) -> str:
    """All that the notice says."""
    notice = view.notice
    return f"{notice.title} {notice.what_happened} {notice.safe} {notice.action}" if notice else ""


# ---------------------------------------------------------------- text


def test_text_keeps_its_lines() -> None:
    view = look_at(b"Seen today.\r\n\r\n  Plan:\twalk\rback", "text/plain", "Note")

    assert view.kind == "text"
    assert view.text == "Seen today.\n\n  Plan:\twalk\nback"
    assert view.notice is None


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        ("Señora Muñoz – 37 °C".encode(), "text/plain"),
        ("Señora Muñoz – 37 °C".encode(), 'Text/Plain; Charset="UTF-8"'),
        ("Señora Muñoz – 37 °C".encode(), "text/plain; charset=iso-8859-1"),
        ("Señora Muñoz – 37 °C".encode("utf-8-sig"), None),
        ("Señora Muñoz – 37 °C".encode("cp1252"), "text/plain; charset=utf-8"),
        ("Señora Muñoz – 37 °C".encode("cp1252"), "text/plain"),
        ("Señora Muñoz – 37 °C".encode("utf-16"), "text/plain"),
        ("Señora Muñoz – 37 °C".encode("utf-16-be"), "text/plain; charset=UTF-16BE"),
        ("Señora Muñoz – 37 °C".encode("utf-16-le"), "text/plain"),
        ("Señora Muñoz – 37 °C".encode("utf-32"), None),
        ("Señora Muñoz – 37 °C".encode(), "text/plain; charset=unicode_escape"),
        ("Señora Muñoz – 37 °C".encode(), "text/plain; charset=base64"),
        ("Señora Muñoz – 37 °C".encode(), "application/octet-stream"),
    ],
)
def test_text_is_read_in_the_letters_it_was_written_in(content: bytes, declared: str | None) -> None:
    view = look_at(content, declared, "Note")

    assert (view.kind, view.text) == ("text", "Señora Muñoz – 37 °C")


def test_a_declared_charset_beyond_the_west_is_followed() -> None:
    view = look_at("体温は37度".encode("shift_jis"), "text/plain; charset=Shift_JIS", "Note")

    assert view.text == "体温は37度"


def test_letters_that_cannot_be_read_are_said_to_be_gaps() -> None:
    view = look_at(b"Temperature 37 \x81\x8d degrees", "text/plain", "Note")

    assert "Temperature 37" in view.text
    assert "�" in view.text
    assert "could not be read" in words_of(view)


def test_control_characters_are_shown_and_cannot_act() -> None:
    view = look_at("dose \x1b[8m5\x00 mg \u202e51".encode(), "text/plain", "Note")

    assert view.text == "dose ␛[8m5␀ mg [U+202E]51"


def test_markup_within_a_note_is_text() -> None:
    view = look_at(b"Glucose <5 mmol/L, <b>not</b> fasting <script>alert(1)</script>", "text/plain", "Note")

    assert view.kind == "text"
    assert "<script>alert(1)</script>" in view.text, "the template escapes it"


# ---------------------------------------------------------------- web pages


def test_a_web_page_loses_all_that_loads_links_or_runs_and_keeps_its_words() -> None:
    view = look_at(hostile.HOSTILE_PAGE, "text/html", "Note")

    assert view.kind == "html"
    for kept in ("Progress note", "Kept words.", "link words", "Folded words", "typed words", "Last words."):
        assert kept in view.html
    for gone in (
        "script",
        "harmed",
        "evil",
        "href",
        "src",
        "style",
        "class",
        "id=",
        " on",
        "<img",
        "<form",
        "<a",
    ):
        assert gone not in view.html.lower(), gone
    assert "left out" in words_of(view)


def test_a_box_of_a_form_says_whether_it_was_ticked() -> None:
    view = look_at(hostile.HOSTILE_PAGE, "text/html", "Note")

    assert "☒ Slept well" in view.html
    assert "☐ Ate well" in view.html


def test_a_picture_in_a_page_leaves_the_words_given_for_it() -> None:
    page = b'<p>Seen.</p><img src="data:image/png;base64,AAAA" alt="Mood &lt;script&gt; chart">'

    view = look_at(page, "text/html", "Note")

    assert "[Picture: Mood &lt;script&gt; chart]" in view.html
    assert "data:" not in view.html


def test_headings_continue_the_outline_of_the_page() -> None:
    view = look_at(b"<h1>A</h1><h4>B</h4><h4>C</h4><h6>D</h6><h2>E</h2><h1>F</h1>", "text/html", "Note")

    assert view.html == "<h2>A</h2><h3>B</h3><h3>C</h3><h4>D</h4><h3>E</h3><h2>F</h2>"


def test_tables_and_lists_keep_their_shape() -> None:
    table = b"<table><tr><th scope='col' colspan='2' style='x'>Dose</th></tr><tr><td>5</td><td>mg</td></tr></table>"

    view = look_at(table + b"<ol start='3'><li>one</ol><dl><dt>a<dd>b</dl>", "text/html", "Note")

    assert '<th scope="col" colspan="2">Dose</th>' in view.html or '<th colspan="2" scope="col">' in view.html
    assert "<td>5</td><td>mg</td>" in view.html
    assert '<ol start="3"><li>one</li></ol>' in view.html
    assert "<dt>a</dt><dd>b</dd>" in view.html


def test_boxes_of_a_page_do_not_run_into_each_other() -> None:
    view = look_at(b"<section>Mood</section><article>Sleep</article><main>Plan</main>", "text/html", "Note")

    assert view.html == "<div>Mood</div><div>Sleep</div><div>Plan</div>"


def test_a_page_says_its_letters_in_its_own_head() -> None:
    page = '<html><head><meta charset="windows-1251"></head><body><p>Сон</p></body></html>'.encode("cp1251")

    assert "Сон" in look_at(page, "text/html", "Note").html


def test_a_page_without_words_is_said_to_be_without_words() -> None:
    view = look_at(b"<html><body><script>1</script><img src=x></body></html>", "text/html", "Note")

    assert view.kind == "none"
    assert "nothing to read" in words_of(view)


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 19_000,
        b"<div>" * 400_000,
        b"<b><p>" * 9_000,
        b"<p " + b" ".join(b"a%d" % n for n in range(50_000)) + b">",
        b"<!--" * 100_000,
        b'<img src="data:' * 10_000,
        b"<p>" + b"word " * 200_000,
    ],
    ids=["deep", "too deep", "twisted", "attributes", "comments", "pictures", "long"],
)
def test_a_page_made_to_keep_the_server_busy_does_not(page: bytes) -> None:
    started = time.process_time()

    view = look_at(b"<!doctype html>" + page, "text/html", "Note")

    assert view.can_download
    assert time.process_time() - started < 10


# ---------------------------------------------------------------- what it is, and what it says it is


@pytest.mark.parametrize(
    ("content", "declared", "kind", "difference"),
    [
        (
            b"<html><body><p>Seen.</p></body></html>",
            "text/plain",
            "html",
            "plain text (text/plain), but it is a web",
        ),
        (b"Seen today.\nWalk more.", "text/html", "text", "a web page (text/html), but it is plain text"),
        (hostile.pdf(), "text/plain", "pdf", "plain text (text/plain), but it is a PDF"),
        (hostile.pdf(), "image/png", "pdf", "an image (image/png), but it is a PDF"),
        (
            b"<html><script>1</script><p>Seen.</html>",
            "application/pdf",
            "html",
            "a PDF (application/pdf), but it is a",
        ),
        (b"<html><p>Seen.</html>", "image/jpeg", "html", "an image (image/jpeg), but it is a web page"),
        (hostile.PNG, "application/pdf", "image", "a PDF (application/pdf), but it is an image"),
        (hostile.RTF, "text/plain", "html", "plain text (text/plain), but it is rich text"),
        (hostile.SVG, "image/png", "none", "an image (image/png), but it is an SVG drawing"),
        (b"\x01\x02\x03\x04" * 20, "application/pdf", "none", "a PDF (application/pdf), but it is not"),
    ],
)
def test_bytes_win_over_what_they_are_said_to_be_and_it_is_told(
    content: bytes, declared: str, kind: str, difference: str
) -> None:
    view = look_at(content, declared, "Note")

    assert view.kind == kind
    assert difference in words_of(view)


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (b"Seen.", "TEXT/PLAIN;charset=us-ascii"),
        (b"Seen.", None),
        (b"Seen.", "application/octet-stream"),
        (b'{"a": 1}', "application/fhir+json"),
        (b"<div xmlns='http://www.w3.org/1999/xhtml'>Seen.</div>", "application/xhtml+xml"),
        (b"<?xml version='1.0'?><!DOCTYPE html><html><p>Seen.</p></html>", "text/html"),
        (hostile.PNG, "image/PNG"),
        (hostile.JPEG, "image/jpg"),
        (hostile.pdf(), "application/pdf; version=1.4"),
    ],
)
def test_a_file_that_says_the_truth_or_nothing_needs_no_notice(content: bytes, declared: str | None) -> None:
    view = look_at(content, declared, "Note")

    assert view.kind != "none"
    assert view.notice is None


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (hostile.PNG, "image/png"),
        (hostile.JPEG, "image/jpeg"),
        (hostile.GIF, "image/gif"),
        (hostile.WEBP, "image/webp"),
    ],
)
def test_an_image_is_known_by_its_first_bytes(content: bytes, content_type: str) -> None:
    view = look_at(content, None, "Chart")

    assert (view.kind, view.content_type) == ("image", content_type)


@pytest.mark.parametrize(
    ("content", "declared", "says"),
    [
        (hostile.C_CDA, "text/xml", "holds no words of its own"),
        (hostile.XXE, "application/hl7-cda+xml", "brings rules of its own"),
        (hostile.BILLION_LAUGHS, "application/xml", "cannot show an XML file yet"),
        (hostile.SVG, "image/svg+xml", "does not show SVG drawings"),
        (bytes(128) + b"DICM" + bytes(64), "application/dicom", "cannot show a DICOM image yet"),
        (b"PK\x03\x04....word/document.xml", None, "This file is damaged"),
        (b"\x7fELF\x01\x02\x03\x00\x00\x01" * 9, None, "cannot show this file"),
        (b"%PDF-1.7\n%\xe2\xe3", "application/pdf", "PDF is damaged"),
    ],
)
def test_what_cannot_be_shown_is_named_and_can_be_downloaded(
    content: bytes, declared: str | None, says: str
) -> None:
    view = look_at(content, declared, "Note")

    assert view.kind == "none"
    assert view.can_download
    assert says in words_of(view)
    assert "original can be downloaded" in words_of(view)


def test_no_entity_of_an_xml_file_is_ever_read() -> None:
    view = look_at(hostile.XXE, "text/html", "Note")

    assert view.kind == "none"
    assert "root:" not in f"{view.text}{view.html}{words_of(view)}"


def test_a_file_that_is_two_things_at_once_is_taken_for_the_one_that_it_begins_as() -> None:
    page_and_pdf = b"<html><script>1</script><p>Seen.</p><!--" + hostile.pdf() + b"--></html>"
    image_and_page = hostile.GIF + b"<script>alert(1)</script>"

    assert look_at(page_and_pdf, "application/pdf", "Note").kind == "html"
    assert raw_headers(look_at(image_and_page, "text/html", "Note"))["Content-Type"] == "image/gif"


def test_a_pdf_with_something_before_it_is_still_a_pdf() -> None:
    assert look_at(b"\x00\x01scanner\x02\n" * 3 + hostile.pdf(), None, "Letter").kind == "pdf"


def test_an_empty_file_is_said_to_be_empty() -> None:
    view = look_at(b"", "application/pdf", "Letter")

    assert (view.kind, view.can_download) == ("none", False)
    assert "empty" in words_of(view)


def test_a_text_too_long_for_a_page_is_offered_as_a_file() -> None:
    view = look_at(b"word " * 250_000, "text/plain", "Note")

    assert view.kind == "none"
    assert "too long" in words_of(view)


def test_size_and_checksum_are_those_of_the_bytes() -> None:
    content = b"x" * 84_210

    view = look_at(content, "text/plain", "Progress note")

    assert (view.size_words, view.checksum) == ("84 kB", hashlib.sha256(content).hexdigest())
    assert view.file_name == "Progress note.txt"


# ---------------------------------------------------------------- never an exception


@pytest.mark.parametrize(
    "declared", [None, "", "text/html", "text/plain; charset=utf-7", "application/pdf", ";;;=", "é/ü"]
)
@pytest.mark.parametrize("content", hostile.CORPUS)
def test_no_hostile_file_raises(content: bytes, declared: str | None) -> None:
    view = look_at(content, declared, "Note")

    assert view.kind != "none" or view.notice is not None
    assert raw_headers(view)["X-Content-Type-Options"] == "nosniff"


@settings(max_examples=300, deadline=None)
@given(
    content=st.one_of(
        st.binary(max_size=400),
        st.tuples(st.sampled_from([c[:64] for c in hostile.CORPUS]), st.binary(max_size=80)).map(b"".join),
        st.text(alphabet="<>!-/?[]\"'= \naehpbtcdlriv&;%\x00", max_size=200).map(str.encode),
    ),
    declared=st.one_of(
        st.none(),
        st.text(max_size=40),
        st.sampled_from(
            ["text/html", "text/plain; charset=utf-16", "application/pdf", "image/png", "text/xml"]
        ),
    ),
    title=st.text(max_size=30),
)
def test_no_bytes_whatever_raise_or_bring_markup_that_is_not_ours(
    content: bytes, declared: str | None, title: str
) -> None:
    view = look_at(content, declared, title)

    assert view.kind != "none" or view.notice is not None
    assert not any(
        bad in view.html.lower() for bad in ("<script", "<img", "<a ", "<iframe", "<svg", "<style", "href=")
    )
    for value in raw_headers(view).values():
        assert "\n" not in value
        assert "\r" not in value
        value.encode("ascii")


def test_every_c_cda_example_of_others_is_recognised(shared: Path) -> None:
    files = sorted((shared / "data" / "fetched" / "c-cda").glob("*.xml"))
    if not files:
        pytest.skip("the C-CDA examples are not in the shared data")

    found = {path.name: look_at(path.read_bytes(), "text/xml", "Summary") for path in files}

    assert {view.file_name for view in found.values()} == {"Summary.xml"}
    assert all(view.paper is not None and view.paper.facts for view in found.values())
    assert {view.kind for view in found.values()} == {"paper", "pdf", "text"}


FHIR_DOCUMENT = (
    b'{"resourceType":"Bundle","type":"document","entry":[{"resource":{"resourceType":"Composition","title":"Summary",'
    b'"section":[{"title":"Plan","text":{"div":"<div><p>Walk daily.</p><script>alert(1)</script></div>"},'
    b'"section":[{"title":"Below","text":{"div":"<div>Sleep.</div>"}}]},{"title":"Empty"}]}},'
    b'{"resource":{"resourceType":"Patient","name":[{"given":["Ann"],"family":"Lee"}],"birthDate":"1980-02-03"}}]}'
)


def test_a_fhir_document_is_read_by_its_narrative() -> None:
    paper = look_at(FHIR_DOCUMENT, "application/fhir+json", "Summary").paper

    assert paper is not None
    assert [part.title for part in paper.parts] == ["Plan", "Empty"]
    assert "Walk daily." in paper.parts[0].html
    assert "<h3>Below</h3>" in paper.parts[0].html
    assert "alert" not in paper.parts[0].html
    assert paper.parts[1].is_said_in_one_line


def test_a_fhir_document_about_somebody_else_is_not_opened() -> None:
    record = of_record([HumanName(given=["Rosa"], family="Lind")], "1971-01-01", [])

    view = look_at(FHIR_DOCUMENT, "application/fhir+json", "Summary", around=Around(lambda: record))

    assert (view.kind, view.paper, view.can_download) == ("none", None, False)
