"""A document's characters for a page: escaped, with the line ends and columns that carry meaning kept.

Files are often laid out by a program, so that most blanks mean nothing; some hold a note as it was typed.
"""

from __future__ import annotations

import html
import re

from records.documents import text

_SPECIAL = re.compile(r"[&<>\n\t\r\x80-\U0010ffff]|   ")
"""What needs a second look. Everything else stands on the page as it is."""
_TWICE = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#[xX][0-9a-fA-F]{1,5});")
_BREAKING = re.compile(r"</?(?:br|p|div|li|ul|ol|tr|table|h[1-6])(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
_MARKING = re.compile(
    r"</?(?:b|i|u|em|strong|span|font|sup|sub|td|th|tbody|thead|center)(?:\s[^<>]{0,200})?/?>", re.IGNORECASE
)
_COLUMNS = re.compile(r"\S {3,}\S")
_BEGINS_A_LINE = re.compile(r"\s*(?:[-*•·]|\d{1,2}[.)])\s")
SHORT = 60
"""A line shorter than this, that is not the last, was ended by somebody and not by the width of a window."""

_SIGNS = {**text.TURNING, 0xFEFF: "", 0x00AD: ""}


def plain(words: str) -> str:
    """Characters of the document once more without the markup that somebody escaped twice."""
    if "<" in words:
        words = _MARKING.sub("", _BREAKING.sub("\n\n", words))
    if "&" in words:
        words = _TWICE.sub(lambda found: html.unescape(found[0]), words)
    return words


def escaped(words: str) -> str:
    """For the text of an element or, with its quotes, an attribute."""
    return html.escape(words.translate(_SIGNS))


def written(words: str) -> str:
    """Characters of the document as markup."""
    if not _SPECIAL.search(words):
        return words
    words = plain(words)
    if "\n" not in words:
        safe = escaped(words)
        return f'<span class="spaced">{safe}</span>' if _COLUMNS.search(words) else safe
    lines = words.split("\n")
    if not any(map(str.strip, lines)):
        return " "
    if sum(1 for line in lines if _COLUMNS.search(line)) > 1:
        return f'<span class="spaced">{escaped(words.strip(chr(10)))}</span>'
    return _broken(lines) if _are_meant(lines) else escaped(words)


def _are_meant(lines: list[str]) -> bool:
    """Whether line ends were set by whoever wrote."""
    with_words = [number for number, line in enumerate(lines) if line.strip()]
    if len(with_words) < 2:
        return False
    if with_words[-1] - with_words[0] >= len(with_words):  # a blank line between
        return True
    inner = [lines[number] for number in with_words]
    # The first may follow other words of its line.
    if any(len(line.strip()) < SHORT for line in inner[1:-1]) or any(map(_BEGINS_A_LINE.match, inner[1:])):
        return True
    return any(not line[0].isspace() for line in inner[1:])


def _broken(lines: list[str]) -> str:
    start, end = lines[0][:1].isspace() or not lines[0], lines[-1][-1:].isspace() or not lines[-1]
    kept = [line.strip() for line in lines]
    while kept and not kept[0]:
        kept.pop(0)
    while kept and not kept[-1]:
        kept.pop()
    broken: list[str] = []
    for line in kept:  # never more than one blank line
        if line or (broken and broken[-1]):
            broken.append(line)
    return (" " if start else "") + "<br>".join(map(escaped, broken)) + (" " if end else "")
