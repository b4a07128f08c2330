"""Numbers add up: what the pages show of a record stands in each form that is read, entry by entry, fact by fact."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from pypdf import PdfReader

from records.lists.entries import Wanted
from records.service.section import load_section
from records.takeaway import pdf, tables, text, web, wordings
from records.takeaway.glyphs import Marking
from records.takeaway.taken import NextFile, Taken
from records.words.rows import Row, Telling
from tests.records.sources import Places
from tests.records.taking import COVER, bare, demo_people, pages, record_of, taken, written


def read_text(made: Taken) -> str:
    return written(text.write(made)).decode("utf-8-sig")


def read_pdf(made: Taken) -> str:
    """What pypdf reads in it, page after page, without what stands at the head and the foot of each."""
    files: list[bytearray] = [bytearray()]
    for piece in pdf.write(made):
        if isinstance(piece, NextFile):
            files.append(bytearray())
        else:
            files[-1] += piece
    sheets = [PdfReader(io.BytesIO(bytes(file))).pages for file in files]
    pages = [page.extract_text() for file in sheets for page in file]
    # A sheet may go on with a number: "Sheet 14 of 28" and "1998" stand together then.
    number = re.compile(rf"Sheet\d+of(?:{'|'.join(str(len(file)) for file in sheets)})")
    around = [", ".join((COVER.name, COVER.born)), ", ".join((COVER.agency, COVER.phone)), wordings.crisis()]
    for said in around:
        pages = [bare(page).replace(bare(said), "") for page in pages]
    return "".join(number.sub("", page) for page in pages)


class Words(HTMLParser):
    """The words of a page, without its style."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_style = tag == "style"

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False

    def handle_data(self, data: str) -> None:
        if not self._is_style:
            self.found.append(data)


def read_web(made: Taken) -> str:
    words = Words()
    words.feed(written(web.write(made)).decode())
    return "".join(words.found)


def read_tables(made: Taken) -> str:
    """Every cell of every table, as csv reads it."""
    packed = zipfile.ZipFile(io.BytesIO(written(tables.write(made))))
    cells: list[str] = []
    for name in packed.namelist():
        for row in csv.reader(io.StringIO(packed.read(name).decode("utf-8-sig"))):
            cells += (cell.removeprefix("'") for cell in row)
    return "\n".join(cells)


FORMS: dict[str, Callable[[Taken], str]] = {
    "text": read_text,
    "pdf": read_pdf,
    "web": read_web,
    "tables": read_tables,
}


def missing_from(words: str, row: Row) -> list[str]:
    """What an entry's page tells and these words lack."""
    told = [str(row.title), *(str(fact.value) for fact in row.facts), *(note.text for note in row.notes)]
    told += [str(answer.answer) for answer in row.answers if answer.telling is Telling.SAID]
    told += [str(row.danger)]
    if row.measure is not None:
        told.append(str(row.measure.value))
    # What no font has is a mark that is seen.
    return [one for one in told if bare(one) not in words and bare(Marking()(one)) not in words]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("patient", sorted(demo_people()))
def test_every_fact_of_every_entry_stands_in_it(
    form: str, patient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if len(demo_people()[patient]) > 2000:
        pytest.skip("the elder's is measured by the benchmark")
    source, whole = record_of(demo_people()[patient], patient, monkeypatch)
    made = taken(source)
    words = bare(FORMS[form](made))

    shown = list(pages(whole, source))

    lacking = {f"{slug} {row.href}": gone for slug, row in shown if (gone := missing_from(words, row))}
    assert lacking == {}
    sections = [load_section(Wanted(part.kind, source, Places())) for part in whole.parts]
    counts = {section.slug: section.tally.shown for section in sections}
    assert {one.slug: one.count for one in made.outcomes} == counts
    assert all(one.total == one.count for one in made.outcomes)
