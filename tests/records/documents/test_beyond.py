"""C-CDA documents and web pages of unusual size are read in a process of their own, and read the same."""

from __future__ import annotations

import base64
import logging
import signal
from pathlib import Path

import pytest
from django.utils.translation import override

from records.documents import apart
from records.documents.cda import parsing, reading
from records.documents.shown import Around
from records.documents.view import View, look_at
from tests.records.documents import hostile
from tests.records.documents.cda.building import DANIEL, document, opened, record, section

LONG = "".join(f"<item>word{n}<br/>more</item>" for n in range(70_000))
LARGE = document(section(f"<list>{LONG}</list>"))
"""More than the worker takes apart."""


@pytest.fixture
def small_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is of unusual size."""
    monkeypatch.setattr(parsing, "parsed", lambda _content, _limits: (_ for _ in ()).throw(parsing.TooMuch))


def said(view: View) -> str:
    assert view.notice is not None
    return f"{view.notice.title} {view.notice.what_happened}"


def told(view: View) -> tuple[object, ...]:
    """All that a document says, in the language of this moment."""
    paper = view.paper
    assert paper is not None
    assert len(paper.remarks) == 2
    facts = [(str(fact.label), str(fact.value)) for fact in paper.facts]
    parts = [(part.title, str(part.html), str(part.says), part.lines, part.is_first) for part in paper.parts]
    return facts, list(map(str, paper.remarks)), parts


def test_a_document_beyond_the_limits_is_read_in_a_child_and_not_refused() -> None:
    with pytest.raises(parsing.TooMuch):
        reading.read(LARGE, record())

    paper = opened(LARGE).paper

    assert paper is not None
    (part,) = paper.parts
    assert part.html.count("<li>word") == 70_000
    assert "word69999<br>more" in part.html


@pytest.mark.usefixtures("small_worker")
@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_the_same_as_in_the_worker(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value = base64.b64encode(hostile.PNG).decode()
    entry = (
        f'<entry><observationMedia ID="m1"><value mediaType="image/png" representation="B64">{value}</value>'
        "</observationMedia></entry>"
    )
    content = document(
        section("<renderMultiMedia referencedObject='m1'/> é <table><tr><td>a</td><td/></tr></table>")
        + entry,
        section("b", "Plan", "18776-5"),
        whose=("<name>Rosa Lind</name>", DANIEL[1], '<id nullFlavor="NI"/>'),
        head='<confidentialityCode code="R"/>',
    )

    with override(language):
        far = opened(content)
        monkeypatch.undo()
        near = opened(content)

        assert told(far) == told(near)
    assert far.pictures == near.pictures


@pytest.mark.usefixtures("small_worker")
def test_another_patients_document_is_not_opened_there_either(caplog: pytest.LogCaptureFixture) -> None:
    whose = ("<name>Rosa Lind</name>", '<birthTime value="19710101"/>', "")

    with caplog.at_level(logging.WARNING):
        view = opened(document(section("Secret words"), whose=whose))

    assert "not opened" in said(view)
    assert not view.can_download
    assert "security" in caplog.text


@pytest.mark.usefixtures("small_worker")
def test_an_envelope_opens_its_file_there_too() -> None:
    inner = base64.b64encode(hostile.pdf()).decode()
    body = f'<nonXMLBody><text mediaType="application/pdf" representation="B64">{inner}</text></nonXMLBody>'

    view = opened(document(body=body))

    assert view.raw is not None
    assert view.raw.content == hostile.pdf()


@pytest.mark.usefixtures("small_worker")
@pytest.mark.parametrize(
    ("content", "says"),
    [
        (document(section("Words"))[:-40], "no faultless XML"),
        (hostile.XXE, "rules of its own"),
        (document(section("<content>" * 250 + "</content>" * 250)), "too long"),
    ],
    ids=["cut off", "entities", "deep"],
)
def test_a_bad_document_is_named_there_as_in_the_worker(content: bytes, says: str) -> None:
    assert says in said(opened(content))


def test_a_large_web_page_is_read_there_and_stays_clean() -> None:
    page = (
        "<html><body>"
        + "<p>a <b>b</b></p>" * 12_000
        + "<script>alert(1)</script><p>Last words</p></body></html>"
    )

    view = look_at(page.encode(), "text/html", "Note")

    assert view.kind == "html"
    assert "<p>Last words</p>" in view.html
    assert "alert" not in view.html


def test_a_page_nested_without_end_is_given_up_and_the_worker_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(apart, "PATIENCE", 1)
    page = b"<html>" + b"<div>" * 60_000

    assert "This file" in said(look_at(page, "text/html", "Note"))


def test_a_child_that_used_up_its_time_is_told_as_slow(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    teller = tmp_path / "child.py"
    teller.write_text(f"import os\nos.kill(os.getpid(), {int(signal.SIGXCPU)})\n")
    monkeypatch.setattr(apart, "BEYOND", teller)

    assert "takes too long" in said(opened(LARGE))


def test_who_the_patient_is_stands_in_no_argument_that_others_may_see(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    teller = tmp_path / "child.py"
    told = tmp_path / "told"
    teller.write_text(
        f"import os, sys\nopen({str(told)!r}, 'w').write(repr(sys.argv) + repr(dict(os.environ)))\n"
    )
    monkeypatch.setattr(apart, "BEYOND", teller)

    opened(LARGE)

    assert "c-cda" in told.read_text()
    assert "Whitaker" not in told.read_text()
    assert "1968" not in told.read_text()
    assert "SECRET" not in told.read_text()


def test_what_was_made_is_kept_for_one_patient_alone() -> None:
    class Shelf:
        held: dict[str, bytes] = {}

        def name(self, *parts: str) -> str:
            return "/".join(parts)

        def load(self, name: str) -> bytes | None:
            return self.held.get(name)

        def store(self, name: str, value: bytes) -> None:
            self.held[name] = value

    for whose in (record(), record(), record("Maya")):
        look_at(
            LARGE,
            "application/hl7-cda+xml",
            "Summary",
            around=Around(lambda whose=whose: whose, "/raw/", Shelf()),
        )

    assert len(Shelf.held) == 2
