"""The first lines of a document, for where there is room for no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple

from records.documents.view import View

LINES = 3
CHARACTERS = 240

# What is never closed reaches to the end.
_HIDDEN = re.compile(
    r"<!--.*?(?:-->|\Z)|<(head|script|style|title|template|svg)\b.*?(?:</\1[^<>]*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_BREAK = re.compile(
    r"</?(?:p|div|li|ul|ol|dl|dt|dd|table|tr|h[1-6]|section|article|header|blockquote|pre|hr|br)\b[^<>]*>",
    re.IGNORECASE,
)
_CELL = re.compile(r"</t[dh]\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*(?:>|\Z)")


class Beginning(NamedTuple):
    """The first lines, and whether there is more."""

    words: str = ""
    goes_on: bool = False


def of_lines(lines: Iterable[str], *, goes_on: bool = False) -> Beginning:
    """The first lines that hold anything. `goes_on`: more is known to come than these."""
    with_words = list(filter(None, (" ".join(line.split()) for line in lines)))
    shown = "\n".join(with_words[:LINES])
    if len(shown) > CHARACTERS:
        return Beginning(shown[:CHARACTERS].rpartition(" ")[0] or shown[:CHARACTERS], True)
    return Beginning(shown, goes_on or len(with_words) > LINES)


def lines_of_page(source: str) -> list[str]:
    """The lines of a web page, or of its beginning. They are characters, never markup."""
    plain = _CELL.sub(" ", _BREAK.sub("\n", " ".join(_HIDDEN.sub(" ", source).split())))
    return unescape(_TAG.sub("", plain)).split("\n")


def of_view(view: View) -> Beginning:
    """The first lines of a document that was opened; empty where it has no words, or may be somebody else's."""
    if view.paper is not None and not view.paper.is_compared:
        return Beginning()
    if view.text:
        return of_lines(view.text.split("\n"))
    return of_lines(_lines(view))


def _lines(view: View) -> Iterator[str]:
    yield from lines_of_page(view.html)
    for part in (*view.paper.first, *view.paper.rest) if view.paper is not None else ():
        if part.html:
            yield part.title
            yield from lines_of_page(part.html)
