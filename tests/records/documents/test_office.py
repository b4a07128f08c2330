"""Word, rich text and scans are made readable in a process of their own; bad ones are named, and take nothing down."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from django.utils.translation import override
from PIL import Image

from records.documents import apart
from records.documents.headers import picture_headers
from records.documents.shown import Around
from records.documents.view import View, look_at
from tests.records.documents import hostile
from tests.records.documents.cda.building import document, section

WORDS = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>Referral</w:t></w:r><w:r><w:t> for sleep</w:t></w:r></w:p>"
    "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Zinc</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>5 mg</w:t></w:r></w:p></w:tc>"
    "</w:tr></w:tbl></w:body></w:document>"
)
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)


def word(document: str = WORDS) -> bytes:
    """A Word document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("[Content_Types].xml", TYPES)
        held.writestr("_rels/.rels", LINKS)
        held.writestr("word/document.xml", document)
    return out.getvalue()


def fax(pages: int = 2) -> bytes:
    """A TIFF of black and white pages, compressed as faxes are."""
    sheets = [Image.new("1", (800, 1000), number % 2) for number in range(pages)]
    out = io.BytesIO()
    sheets[0].save(out, "TIFF", save_all=True, append_images=sheets[1:], compression="group4")
    return out.getvalue()


RTF = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 {\b Seen} today.\par Caf\'e9 \u9835? visits.\par}"


class Shelf:
    """Keeps what was made."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.loaded = 0

    def name(self, *parts: str) -> str:
        return "/".join(parts)

    def load(self, name: str) -> bytes | None:
        self.loaded += name in self.held
        return self.held.get(name)

    def store(self, name: str, value: bytes) -> None:
        self.held[name] = value


def said(view: View) -> str:
    assert view.notice is not None
    return f"{view.notice.title} {view.notice.what_happened}"


def test_a_word_letter_opens_with_its_bold_words_and_its_table() -> None:
    view = look_at(word(), "application/msword", "Letter")

    assert view.kind == "html"
    assert "<strong>Referral</strong> for sleep" in view.html
    assert "<td>" in view.html
    assert view.file_name == "Letter.docx"


def test_rich_text_opens_with_its_words_and_lines() -> None:
    view = look_at(RTF, "application/rtf", "Letter")

    assert (view.kind, view.notice) == ("html", None)
    assert view.html == "<p><strong>Seen</strong> today.</p><p>Café ♫ visits.</p>"


def page_of(rtf: str) -> str:
    return look_at(b"{\\rtf1\\ansi " + rtf.encode("latin-1") + b"}", "application/rtf", "Letter").html


@pytest.mark.parametrize(
    ("rtf", "made"),
    [
        (r"\b a\b0  b {\i c} \ul d\ulnone", "<p><strong>a</strong> b <em>c</em> <u>d</u></p>"),
        (r"{\b a {b}} c", "<p><strong>a </strong><strong>b</strong> c</p>"),
        (r"{\*\ignored \b x}a", "<p>a</p>"),
        (r"\uc0\b\u233 a\b0 b", "<p><strong>éa</strong>b</p>"),
        (r"{\uc2\b\u233 ??a}b", "<p><strong>éa</strong>b</p>"),
        (
            r"{\listtext\'b7\tab}a\par{\listtext\'b7\tab}{\b b}\par c",
            "<ul><li>a</li><li><strong>b</strong></li></ul><p>c</p>",
        ),
        (r"{\pntext 1.\tab}a", "<p>1.\u2003a</p>"),
        (
            r"\trowd\pard\intbl a\cell \b b\b0\par c\cell{\trowd\row}\trowd d|\cell e\cell\row\pard f",
            "<table><tbody><tr><td>a</td><td><strong>b</strong><br>c</td></tr><tr><td>d|</td><td>e</td></tr></tbody>"
            "</table><p>f</p>",
        ),
        (r"a <script>alert(1)</script> & b", "<p>a &lt;script&gt;alert(1)&lt;/script&gt; &amp; b</p>"),
        (r"a{\footnote b} c{\header d}", "<p>a [b] c</p><p>d</p>"),
        (r"a {\pict\bin4 }}{{ } b \u57345? c", "<p>a  b � c</p>"),
    ],
    ids=[
        "styles",
        "groups",
        "what is no text",
        "no substitutes",
        "two substitutes",
        "list",
        "numbers",
        "table",
        "markup",
        "notes and head lines",
        "a picture, and signs of ours",
    ],
)
def test_rich_text_keeps_bold_words_lists_tables_and_every_word(rtf: str, made: str) -> None:
    assert page_of(rtf).replace("\n", "").replace(" \xa0", "  ") == made


def test_every_page_of_a_fax_is_a_picture_that_a_browser_shows() -> None:
    view = look_at(fax(3), "image/tiff", "Fax")

    assert view.kind == "pictures"
    assert len(view.pictures) == 3
    assert all(picture.content.startswith(b"\x89PNG") for picture in view.pictures)
    assert picture_headers(view.pictures[0].content_type, view.file_name)["Content-Type"] == "image/png"


def test_what_was_made_is_kept_and_not_made_again() -> None:
    shelf = Shelf()

    first = look_at(fax(), "image/tiff", "Fax", around=Around(keep=shelf))
    again = look_at(fax(), "image/tiff", "Fax", around=Around(keep=shelf))

    assert shelf.loaded == 1
    assert [one.content for one in first.pictures] == [one.content for one in again.pictures]


BOMB = word("<w:document>" + " " * (80 * 1024 * 1024))
LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le")
HUGE = (
    b"II*\x00"
    + struct.pack("<IH", 8, 3)
    + b"".join(
        struct.pack("<HHII", tag, 4, 1, value) for tag, value in ((256, 900_000), (257, 900_000), (273, 8))
    )
    + bytes(4)
)


@pytest.mark.parametrize(
    ("content", "declared", "says"),
    [
        (word()[:-200], "application/msword", "damaged"),
        (BOMB, "application/msword", "too long"),
        (LOCKED, "application/msword", "password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "application/msword", "older format"),
        (fax()[:60], "image/tiff", "damaged"),
        (HUGE, "image/tiff", "This file is"),
        (b"{\\rtf1" + b"{" * 100_000, "application/rtf", "This file"),
        (b"{\\rtf1}", "application/rtf", "nothing to read"),
    ],
    ids=["cut off", "bomb", "password", "older", "fax cut off", "a million pixels wide", "deep", "empty"],
)
def test_a_bad_file_is_named_and_its_original_is_there(content: bytes, declared: str, says: str) -> None:
    view = look_at(content, declared, "Letter")

    assert says in said(view) or "nothing to read" in said(view)
    assert (view.kind, view.can_download) == ("none", True)


def test_a_reader_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    endless = tmp_path / "child.py"
    endless.write_text("while True: pass\n")
    monkeypatch.setattr(apart, "CHILD", endless)
    monkeypatch.setattr(apart, "PATIENCE", 0.3)

    assert "takes too long" in said(look_at(RTF, "application/rtf", "Letter"))


def test_no_more_than_two_are_made_ready_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 0.05)
    for _ in range(apart.AT_ONCE):
        assert apart._FREE.acquire(timeout=1)
    try:
        assert "could not be made ready now" in said(look_at(RTF, "application/rtf", "Letter"))
    finally:
        for _ in range(apart.AT_ONCE):
            apart._FREE.release()


def test_the_child_is_given_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    teller = tmp_path / "child.py"
    teller.write_text(
        "import json, os, sys\nmade = repr(sorted(os.environ)).encode()\n"
        "sys.stdout.buffer.write(json.dumps({'sizes': [len(made)]}).encode() + b'\\n' + made)\n"
    )
    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setattr(apart, "CHILD", teller)

    assert "SECRET_KEY" not in look_at(RTF, "application/rtf", "Letter").html


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("content", "declared", "kind"),
    [
        (b"Seen.", "text/plain", "text"),
        (b"<p>Seen.</p>", "text/html", "html"),
        (hostile.PNG, "image/png", "image"),
        (hostile.pdf(), "application/pdf", "pdf"),
        (document(section("Seen.")), "application/hl7-cda+xml", "paper"),
        (word(), "application/msword", "html"),
        (RTF, "application/rtf", "html"),
        (fax(), "image/tiff", "pictures"),
    ],
    ids=["text", "page", "image", "pdf", "c-cda", "word", "rtf", "fax"],
)
def test_every_format_is_shown_in_either_language(
    language: str, content: bytes, declared: str, kind: str
) -> None:
    with override(language):
        assert look_at(content, declared, "Letter").kind == kind
