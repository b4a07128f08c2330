"""The PDF as other programs read it: tagged, in its language, with bookmarks, and with every table's head."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from typing import Any

import pikepdf
import pytest
from django.utils import translation

from records.takeaway import pdf
from records.takeaway.blocks import blocks_of
from records.takeaway.glyphs import MARK, Marking, covered
from records.takeaway.taken import NextFile
from tests.records.taking import COVER, demo_people, record_of, taken
from tests.resources import Json, allergy, document_reference, immunization, laboratory_result


def made(
    monkeypatch: pytest.MonkeyPatch, *resources: Json, language: str = "en", **order: Any
) -> list[bytes]:
    """The files of a record."""
    source, _whole = record_of(resources, "p1", monkeypatch)
    files = [bytearray()]
    with translation.override(language):
        for piece in pdf.write(taken(source, dataclasses.replace(COVER, language=language), **order)):
            if isinstance(piece, NextFile):
                files.append(bytearray())
            else:
                files[-1] += piece
    return list(map(bytes, files))


def opened(content: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(content))


def tags(node: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    if isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        kids = node.get("/K")
        for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
            if isinstance(kid, pikepdf.Dictionary):
                yield from tags(kid)


def named(content: bytes, name: str) -> list[Any]:
    return [tag for tag in tags(opened(content).Root.StructTreeRoot) if name == tag.S]


@pytest.mark.parametrize("language", ["en", "es"])
def test_it_says_that_it_is_for_everybody_in_which_language_and_what_it_is_called(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (content,) = made(monkeypatch, allergy(), language=language)

    read = opened(content)
    assert read.Root.MarkInfo.Marked
    assert str(read.Root.Lang) == language
    with read.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert "Ada Lovelace" in metadata["dc:title"]
    with read.open_outline() as outline:
        titles = [one.title for one in outline.root]
    assert ("Allergies and reactions" if language == "en" else "Alergias y reacciones") in titles


def test_every_table_has_a_head(monkeypatch: pytest.MonkeyPatch) -> None:
    (content,) = made(monkeypatch, laboratory_result(), allergy())

    read = opened(content)
    tables = [tag for tag in tags(read.Root.StructTreeRoot) if tag.S == "/Table"]

    assert len(tables) >= 2
    for table in tables:
        assert any(tag.S == "/TH" for tag in tags(table))


def test_every_sheet_says_whose_it_is_whom_to_call_and_the_crisis_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pypdf import PdfReader

    (content,) = made(monkeypatch, *(immunization(id=f"i{n}") for n in range(60)))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]

    assert len(pages) > 3
    for number, page in enumerate(pages, start=1):
        words = " ".join(page.split())
        assert "Ada Lovelace, Born December 10, 1990" in words
        assert f"Sheet {number} of {len(pages)}" in words
        assert "617-555-0142" in words
        assert "988" in words


def test_a_character_that_no_font_has_is_a_mark_that_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PdfReader

    (content,) = made(monkeypatch, allergy(code={"text": "花粉 5 µg ≤ 3° → α Ж"}))
    words = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)

    assert f"{MARK}{MARK} 5 µg ≤ 3° → α Ж" in words
    assert "花" not in words
    assert "characters that no font here has are marked" in words


def test_the_fonts_that_ship_have_what_records_are_written_in() -> None:
    for sign in "ÀñŸ αβω ЖЯё ← ↑ → ↓ µ μ ≤ ≥ ± × ÷ ° ² ³ ½ ™ € “ ” – — … □ •":
        assert sign == " " or ord(sign) in covered(), sign
    marking = Marking()
    assert marking("cafe\u0301 \u200b5\u00a0mg\tdaily") == "café 5\u00a0mg daily"
    assert marking.count == 0


def test_a_long_record_becomes_several_files_each_told_which_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PdfReader

    monkeypatch.setattr(pdf, "SIGNS_A_FILE", 4_000)
    files = made(monkeypatch, *(immunization(id=f"i{n}") for n in range(120)))

    assert len(files) > 1
    words = [
        " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages).split())
        for file in files
    ]
    for number, said in enumerate(words, start=1):
        assert f"Part {number} of this record" in said
    assert [("What is in, what is not" in said) for said in words] == [False] * (len(files) - 1) + [True]
    assert sum(said.count("Influenza, seasonal") for said in words) == 120


def test_what_a_record_says_is_never_part_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    from pypdf import PdfReader

    odd = '#panic("x") $x$ *b* _i_ <label> @ref `raw` \\u{41} // comment #{1+1} "quoted"'
    (content,) = made(monkeypatch, allergy(code={"text": odd}))

    words = "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)
    assert "".join(odd.split()) in words


def test_a_note_keeps_its_tables_and_nested_lists() -> None:
    html = (
        "<h2>Plan</h2><p>One <b>bold</b> word</p><ul><li>a<ul><li>b</li></ul></li></ul>"
        "<table><tr><th>Test</th><th>Now</th></tr><tr><td colspan=2>both</td></tr><tr><td>only</td></tr></table>"
    )

    heading, paragraph, bullets, table = blocks_of(html)

    assert heading == {"k": "h", "r": [["Plan", ""]]}
    assert paragraph["r"] == [["One ", ""], ["bold", "b"], [" word", ""]]
    assert bullets["i"][0][1]["i"][0][0]["r"] == [["b", ""]]
    assert (table["columns"], len(table["head"]), len(table["rows"])) == (2, 1, 2)
    assert [cell["s"] for cell in table["rows"][0]] == [2]
    assert len(table["rows"][1]) == 2


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td rowspan=3>a</td><td>b</td></tr><tr><td>c</td></tr></table>",
        "<table></table><p>after",
        "<table><tr><th>only a head</th></tr></table>",
        "<ul>loose<li><table><tr><td>x</table>",
        "</td></tr><td>stray</td>",
        "<table><tr><td><table><tr><th>in</th></tr><tr><td>side</td></tr></table></td></tr></table>",
    ],
)
def test_whatever_shape_a_document_has_it_can_be_printed(html: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("records.takeaway.pdf.blocks_of", lambda _html: blocks_of(html))
    note = document_reference(content=[{"attachment": {"contentType": "text/html", "data": "PHA+YTwvcD4="}}])

    (content,) = made(monkeypatch, note)

    assert content.startswith(b"%PDF")


def test_the_first_sheet_has_dangers_and_what_is_current_of_the_longest_demo_record_but_the_elders(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from pypdf import PdfReader

    source, _whole = record_of(demo_people()["daniel-whitaker"], "daniel-whitaker", monkeypatch)
    content = b"".join(one for one in pdf.write(taken(source)) if isinstance(one, bytes))

    sheet = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    danger = sheet.split("Danger")[1].split("Medications")[0]
    assert "Penicillin" in danger
    assert "Do not take" in danger
    assert "Sertraline 100 mg tablet" in sheet
    assert "Type 2 diabetes" in sheet
