"""The text in which a search looks, and the part of it around the words that were found."""

from __future__ import annotations

import base64
import binascii
import itertools
import re
from collections.abc import Iterable
from html import unescape
from typing import Any

from records.documents.text import decoded
from records.fhir.elements import Attachment
from records.kinds.base import AnyKind
from records.service.search_terms import Word
from records.words.rows import Row, Words
from records.words.vocabulary import fold as fold

MOST_TEXT = 200_000

AROUND = 60

_CDA = re.compile(rb"<(?:[\w.-]+:)?ClinicalDocument\b")
"""A document of another patient may lie among a patient's own; no word of it may stand in a search."""

MARKED_UP = re.compile(r"\b(?:html|xhtml|xml)\b")

# What is never closed reaches to the end: else a text of openings alone would be read once for each of them.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)|<(?:script|style)\b.*?(?:</(?:script|style)[^<>]*>|\Z)|<[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)


def texts_of(model: Any, kind: AnyKind) -> str:
    """The text of attachments that came inside the entry, without marks of HTML."""
    return " ".join(filter(None, (_text(attached.attachment) for attached in kind.attached(model))))


def _text(attachment: Attachment) -> str:
    said = (attachment.contentType or "").lower()
    if not attachment.data or not (said.startswith("text/") or MARKED_UP.search(said)):
        return ""
    if "fhir" in said:
        return ""  # whose such a document is, is looked at when it is opened
    try:
        content = base64.b64decode("".join(attachment.data.split())[:MOST_TEXT])
    except (binascii.Error, ValueError):
        return ""
    if "xml" in said and _CDA.search(content):
        return ""  # the same
    text = decoded(content, said.partition("charset=")[2].strip(" \"';") or None).text
    return unescape(_TAG.sub(" ", text)) if MARKED_UP.search(said) else text


def around(text: str, words: Iterable[Word]) -> str:
    """The words around the first match."""
    folded = fold(text)
    at = min((at for word in words if (at := word.at(folded)) >= 0), default=0)
    if len(folded) != len(text):  # folding may take signs away, and make one into several
        lengths = itertools.accumulate(len(fold(sign)) for sign in text)
        at = next((place for place, length in enumerate(lengths) if length > at), 0)
    start, end = max(0, at - AROUND), min(len(text), at + AROUND * 2)
    return ("… " if start else "") + " ".join(text[start:end].split()) + (" …" if end < len(text) else "")


def shown_words(row: Row) -> Iterable[Words]:
    """What a row of a list says."""
    yield from (row.title, row.line, row.danger, row.who, *row.asides)
    if row.status is not None:
        yield row.status.words
    if row.measure is not None:
        yield from (row.measure.value, row.measure.recorded)


def hidden_words(row: Row) -> Iterable[tuple[Words, Words]]:
    """What an entry's page says besides, each with its label. Of a long text a row has room for a part."""
    yield row.verbatim, ""
    for fact in row.facts:
        yield fact.value, fact.label
    for note in row.notes:
        yield note.text, ""
    for file in row.files:
        yield file.title, ""
