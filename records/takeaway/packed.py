"""Everything in one file: the PDF, the web page, the text, the tables, the data, and the original documents (zip)."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from records.takeaway import bundle, pdf, tables, text, web, wordings
from records.takeaway.taken import Group, NextFile, Part, Taken

Writer = Callable[[Taken], Iterable[bytes | NextFile]]
MOST_IN_MEMORY = 8 * 1024 * 1024
READ = 1 << 20


def write(taken: Taken) -> Iterator[bytes]:
    """The zip. Each form walks the record anew; the first of them is the one whose numbers the reader is told."""
    with tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY) as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            _web_and_originals(packed, taken)
            forms: tuple[tuple[str, str, Writer], ...] = (
                ("pdf", "pdf", pdf.write),
                ("text", "txt", text.write),
                ("fhir", "json", bundle.write),
            )
            for name, ending, writer in forms:
                _add(packed, wordings.file_name(name), ending, writer(_again(taken)))
            for part in (again := _again(taken)).parts:
                packed.writestr(f"csv/{part.slug.replace('/', '-')}.csv", tables.table(part))
            packed.writestr("csv/" + wordings.about_name() + ".csv", tables.about(again))
        out.seek(0)
        while piece := out.read(READ):
            yield piece


def _again(taken: Taken) -> Taken:
    """The same record from its beginning."""
    if taken.again is None:
        raise ValueError("this can be walked once only")
    return taken.again()


def _add(packed: zipfile.ZipFile, name: str, ending: str, pieces: Iterable[bytes | NextFile]) -> None:
    """A form's file, or its files."""
    file = packed.open(f"{name}.{ending}", "w")
    try:
        for piece in pieces:
            if isinstance(piece, NextFile):
                file.close()
                file = packed.open(f"{name}-{piece.number}.{ending}", "w")
            else:
                file.write(piece)
    finally:
        file.close()


def _web_and_originals(packed: zipfile.ZipFile, taken: Taken) -> None:
    """The web page, and beside it every original that went by while it was made."""
    originals: list[tuple[str, bytes]] = []
    named: dict[str, int] = {}

    def seen(parts: Iterator[Part]) -> Iterator[Part]:
        for part in parts:
            yield Part(
                slug=part.slug,
                title=part.title,
                plain=part.plain,
                resource_type=part.resource_type,
                as_table=part.as_table,
                comes_first=part.comes_first,
                says=part.says,
                groups=partial(_watched, part, originals),
                raws=part.raws,
            )

    with tempfile.SpooledTemporaryFile(max_size=MOST_IN_MEMORY) as page:
        taken.parts = seen(taken.parts)
        for piece in web.write(taken):
            page.write(piece)
            for name, content in originals:
                named[name] = named.get(name, 0) + 1
                stem, dot, ending = name.rpartition(".")
                unlike = name if named[name] == 1 else f"{stem or name}-{named[name]}{dot}{ending}"
                packed.writestr(f"{wordings.originals_name()}/{unlike}", content)
            originals.clear()
        page.seek(0)
        with packed.open(f"{wordings.file_name('web')}.html", "w") as file:
            while piece := page.read(READ):
                file.write(piece)


def _watched(part: Part, originals: list[tuple[str, bytes]]) -> Iterator[Group]:
    for group in part.groups():
        for entry in group.entries:
            originals += [
                (document.file_name or "document", document.content)
                for document in entry.documents
                if document.content
            ]
        yield group
