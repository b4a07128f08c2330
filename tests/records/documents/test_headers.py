"""What a browser is told beside raw bytes: nothing of a record can act on our origin."""

from __future__ import annotations

import pytest

from records.documents.headers import original_headers, raw_headers
from records.documents.naming import clean_name, file_name
from records.documents.view import look_at
from tests.records.documents import hostile


def directives(policy: str) -> dict[str, str]:
    """A policy taken apart."""
    return {
        name: value for name, _space, value in (part.strip().partition(" ") for part in policy.split(";"))
    }


def test_a_pdf_may_be_framed_by_our_own_pages_alone_and_may_do_nothing() -> None:
    headers = raw_headers(look_at(hostile.pdf(), "text/plain", "Letter"))

    policy = directives(headers["Content-Security-Policy"])
    assert headers["Content-Type"] == "application/pdf"
    assert policy["default-src"] == "'none'"
    assert policy["frame-ancestors"] == "'self'"
    assert "script-src" not in policy
    assert "sandbox" not in policy, "Chromium’s viewer does not start in one"
    assert headers["X-Frame-Options"] == "SAMEORIGIN"
    assert headers["Content-Disposition"] == 'inline; filename="Letter.pdf"'


def test_an_image_is_shown_in_a_sandbox() -> None:
    headers = raw_headers(look_at(hostile.PNG, "text/html", "Chart"))

    assert headers["Content-Type"] == "image/png"
    assert headers["Content-Disposition"].startswith("inline")
    assert "sandbox" in directives(headers["Content-Security-Policy"])


@pytest.mark.parametrize(
    "content", [hostile.HOSTILE_PAGE, hostile.SVG, hostile.XXE, hostile.RTF, b"note", b"\x00\x01"]
)
def test_anything_else_is_a_download_however_it_is_asked_for(content: bytes) -> None:
    view = look_at(content, "image/png", "Note")

    for headers in (raw_headers(view), original_headers(view.content_type, view.file_name)):
        assert headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in directives(headers["Content-Security-Policy"])


@pytest.mark.parametrize(
    "content_type", ["text/html", "image/svg+xml", "text/xml", "text/html; charset=x", "", None]
)
def test_a_download_that_a_browser_could_run_is_a_stream_of_bytes(content_type: str | None) -> None:
    assert original_headers(content_type, "a.html")["Content-Type"] == "application/octet-stream"
    assert original_headers("Application/PDF; x=y", "a.pdf")["Content-Type"] == "application/pdf"


@pytest.mark.parametrize("content", [hostile.pdf(), hostile.PNG, b"note"])
def test_nothing_of_it_is_kept_sniffed_or_read_by_others(content: bytes) -> None:
    headers = raw_headers(look_at(content, None, "Note"))

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Progress note", "Progress note.txt"),
        ("../../etc/passwd", "etc passwd.txt"),
        ('a"; filename="evil.exe', "a filename= evil.exe.txt".replace("=", "_")),
        ("line\r\nSet-Cookie: a=b", "line Set-Cookie a_b.txt"),
        ("", "document.txt"),
        ("...", "document.txt"),
        ("CON", "document.txt"),
        ("gpj.\u202etxt", "gpj. txt.txt"),
        ("x" * 300, "x" * 80 + ".txt"),
    ],
)
def test_a_file_name_leads_nowhere_and_hides_nothing(title: str, plain: str) -> None:
    disposition = original_headers("text/plain", file_name(title, ".txt"))["Content-Disposition"]

    assert disposition.partition('filename="')[2].partition('"')[0] == plain
    assert "\n" not in disposition
    assert "\r" not in disposition


def test_letters_beyond_ascii_stand_in_the_extended_name() -> None:
    disposition = original_headers("text/plain", file_name("Nota de evolución 体温", ".txt"))[
        "Content-Disposition"
    ]

    assert disposition == (
        'attachment; filename="Nota de evolucion.txt"; '
        "filename*=UTF-8''Nota%20de%20evoluci%C3%B3n%20%E4%BD%93%E6%B8%A9.txt"
    )


def test_a_name_in_other_letters_alone_keeps_its_extension() -> None:
    disposition = original_headers("text/plain", file_name("体温", ".txt"))["Content-Disposition"]

    assert 'filename="document.txt"' in disposition
    assert clean_name("体温.txt") == "体温.txt"
