"""The words of a document that was opened, without what they stand in: what a search looks through."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from records.documents.parts import Paper
from records.documents.view import View

_TAG = re.compile(r"<[^<>]*>")


def words_of(view: View) -> str:
    """All that a reader sees of it in words; empty where there are none, or where whose it is could not be compared."""
    if view.paper is not None and not view.paper.is_compared:
        return ""
    return " ".join(filter(None, (view.text, _bare(view.html), *_of_paper(view.paper))))


def _of_paper(paper: Paper | None) -> Iterator[str]:
    if paper is None:
        return
    yield paper.title
    for part in paper.parts:
        yield part.title
        yield _bare(part.html)
        yield from part.lines


def _bare(html: str) -> str:
    """The characters of clean markup; words of two elements never run together."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())
