"""Plain text, in the manner of Blue Button: opens on anything. UTF-8 with the sign at its start that Windows looks for,
lines end as there."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from html.parser import HTMLParser

from records.takeaway import told, wordings
from records.takeaway.taken import Document, Entry, Group, Part, Taken

WIDTH = 78
MARK = "\ufeff"


def write(taken: Taken) -> Iterator[bytes]:
    """The file, piece by piece."""
    yield _bytes([MARK + _banner(wordings.title(taken.cover), "="), *_cover(taken)])
    for part in taken.parts:
        yield _bytes(["", _banner(part.title, "-"), *_said(part)])
        slug = ""
        for group in part.groups():
            yield _bytes(_group(group, is_new=group.slug != slug))
            slug = group.slug
    yield _bytes(["", *_last(taken)])


def _bytes(lines: list[str]) -> bytes:
    return "".join(f"{line}\r\n" for line in "\n".join(lines).split("\n")).encode("utf-8", "replace")


def _banner(title: str, sign: str) -> str:
    return "\n".join((sign * WIDTH, title.upper(), sign * WIDTH))


def _wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Lines no wider than a page; breaks as written stay."""
    begins = indent if first is None else first
    found = []
    for line in text.splitlines() or [""]:
        found.append(
            textwrap.fill(
                line,
                WIDTH,
                initial_indent=begins,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
                replace_whitespace=False,
                drop_whitespace=True,
            )
            or begins.rstrip()
        )
        begins = indent
    return "\n".join(found)


def _cover(taken: Taken) -> Iterator[str]:
    yield ""
    for label, value in wordings.cover(taken.cover):
        yield _wrapped(f"{label}: {value}", "    ", "")
    yield ""
    for sentence in wordings.cautions(taken.cover):
        yield _wrapped(sentence)


def _said(part: Part) -> Iterator[str]:
    yield _wrapped(part.plain)
    for sentence in part.says:
        yield ""
        yield _wrapped(sentence)


def _group(group: Group, *, is_new: bool) -> list[str]:
    found: list[str] = []
    if is_new and group.title:
        found += ["", f"## {group.title}", *([_wrapped(group.sentence)] if group.sentence else [])]
    if group.report is not None:
        found += _entry(group.report)[2:]
    for entry in group.entries:
        found += _entry(entry)
    return found


def _entry(entry: Entry) -> list[str]:
    found = ["", _wrapped(told.heading(entry.row), "  ", "* " if not entry.is_folded else "  * ")]
    for line in told.lines(entry):
        text = f"{line.label}: {line.value}" if line.label else line.value
        found.append(_wrapped(text, "      ", "    "))
    for document in entry.documents:
        found += _document(document)
    return found


def _document(document: Document) -> list[str]:
    found = ["", _wrapped(f"[{document.title}] {document.about}".strip(), "      ", "    ")]
    if document.remark:
        found.append(_wrapped(document.remark, "    "))
    words = document.text or words_of(document.html)
    if words:
        found += ["    " + "- " * 20, _wrapped(words.rstrip(), "    "), "    " + "- " * 20]
    if document.why_not:
        found.append(_wrapped(document.why_not, "    "))
    return found


def _last(taken: Taken) -> Iterator[str]:
    yield _banner(wordings.last(), "=")
    for outcome in taken.outcomes:
        yield ""
        yield _wrapped(f"{outcome.title}: {wordings.counted(outcome)}", "    ", "")
        for reason in outcome.reasons:
            yield _wrapped(reason, "    ")
    yield ""
    for sentence in (*taken.notes, *wordings.closing(taken.cover)):
        yield _wrapped(sentence)
        yield ""


class _Words(HTMLParser):
    """The words of clean markup: blocks on lines of their own, cells of a table parted by a bar."""

    BLOCKS = frozenset(
        {"p", "div", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "dt", "dd"}
        | {"section", "article", "header", "footer", "blockquote", "caption", "pre", "figure"}
    )

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self._cells = 0
        if tag in {"td", "th"}:
            if self._cells:
                self.found.append(" | ")
            self._cells += 1
        elif tag == "br" or tag in self.BLOCKS:
            self._break(empty=tag not in {"br", "tr", "li"})
        if tag == "li":
            self.found.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self._break(empty=tag not in {"tr", "li"})

    def _break(self, *, empty: bool) -> None:
        """A new line, once; between paragraphs an empty one."""
        said = "".join(self.found[-3:])
        if said and not said.endswith("\n\n" if empty else "\n"):
            self.found.append("\n\n" if empty and not said.endswith("\n") else "\n")

    def handle_data(self, data: str) -> None:
        if data.strip() or not "".join(self.found[-1:]).endswith("\n"):
            self.found.append(data if data.strip() else " ")


def words_of(html: str) -> str:
    """The words of clean markup, without empty lines in a row."""
    if not html:
        return ""
    parser = _Words()
    parser.feed(html)
    parser.close()
    lines = ("".join(parser.found)).splitlines()
    kept: list[str] = []
    for line in (" ".join(line.split()) for line in lines):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip()
