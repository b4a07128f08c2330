"""C-CDA documents and web pages larger than the worker takes apart: made by the same code in a process of its own.

What comes back is data alone, in JSON and pieces of bytes, never an object that could be another one.
"""

from __future__ import annotations

import msgspec
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from records.documents import apart
from records.documents.cda import parsing, reading
from records.documents.html import Cleaned
from records.documents.parts import Paper, Part, Picture, Within
from records.documents.shown import Around, Asked
from records.documents.whose import Whose
from records.words.rows import Fact, Telling


class NotMade(Exception):
    """Nothing came of it. `why`: as in `apart.Made`."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class Told(msgspec.Struct, kw_only=True):
    """What the child has to know of where a file stands. `record`: names, spoken, born, numbers of `Whose`."""

    language: str
    zone: str
    raw_href: str = ""
    record: tuple[list[list[str]], str, str, list[tuple[str, str]]] | None = None


class PartSent(msgspec.Struct, array_like=True):
    """A `Part` on its way."""

    number: int
    title: str
    html: str
    says: str
    lines: tuple[str, ...]
    is_first: bool
    is_story: bool


class ReadSent(msgspec.Struct, kw_only=True):
    """A `Read` on its way; its pictures and the file within come as pieces. `why`: why there is none."""

    why: str = ""
    title: str = ""
    facts: list[tuple[str, str, str, str]] = []
    parts: list[PartSent] = []
    remarks: tuple[str, ...] = ()
    picture_types: list[str] = []
    is_compared: bool = True
    within: str | None = None
    has_within: bool = False


REFUSALS: dict[str, type[Exception]] = {
    "other": reading.Other,
    "not xml": parsing.NotXml,
    "too much": parsing.TooMuch,
    "own rules": parsing.OwnRules,
    "no document": reading.NoDocument,
}


def _told(raw_href: str = "", record: Whose | None = None) -> bytes:
    person = None
    if record is not None:
        names = sorted(sorted(name) for name in record.names)
        person = (names, record.spoken, record.born, sorted(record.numbers))
    return msgspec.json.encode(
        Told(
            language=translation.get_language() or "en",
            zone=timezone.get_current_timezone_name(),
            raw_href=raw_href,
            record=person,
        )
    )


def read_c_cda(asked: Asked, record: Whose | None) -> reading.Read:
    """As `reading.read`.

    Raises:
        NotMade: the process came to nothing.
    """
    made = apart.make("c-cda", asked.content, asked.around, _told(asked.around.raw_href, record))
    if made.bad:
        raise NotMade(made.bad)
    try:
        sent = msgspec.convert(made.said.get("read"), ReadSent)
    except msgspec.ValidationError:
        raise NotMade("damaged") from None
    if sent.why:
        raise REFUSALS.get(sent.why, parsing.TooMuch)
    pieces = list(made.pieces)
    pictures = tuple(Picture(pieces.pop(0), one) for one in sent.picture_types)
    paper = Paper(
        sent.title,
        tuple(Fact(label, value, Telling(telling), iso) for label, value, telling, iso in sent.facts),
        tuple(
            Part(
                one.number,
                one.title,
                mark_safe(one.html),  # noqa: S308  (made by Narrative, in our own child process as it would be here)
                one.says,
                one.lines,
                one.is_first,
                one.is_story,
            )
            for one in sent.parts
        ),
        sent.remarks,
        pictures,
        sent.is_compared,
    )
    within = Within(pieces[0] if pieces else None, sent.within or "") if sent.has_within else None
    return reading.Read(paper, within)


def sent(read: reading.Read) -> tuple[ReadSent, list[bytes]]:
    """The child's side: a document on its way."""
    paper, within = read.paper, read.within
    pieces = [one.content for one in paper.pictures]
    if within is not None and within.content is not None:
        pieces.append(within.content)
    return ReadSent(
        title=paper.title,
        facts=[(str(one.label), str(one.value), one.telling.value, one.iso) for one in paper.facts],
        parts=[
            PartSent(
                one.number,
                one.title,
                one.html,
                str(one.says),
                one.lines,
                one.is_first,
                one.is_story,
            )
            for one in paper.parts
        ],
        remarks=tuple(map(str, paper.remarks)),
        picture_types=[one.content_type for one in paper.pictures],
        is_compared=paper.is_compared,
        within=within.content_type if within is not None else None,
        has_within=within is not None,
    ), pieces


def clean_page(source: str, around: Around) -> Cleaned:
    """As `html.cleaned`.

    Raises:
        NotMade: the process came to nothing.
    """
    made = apart.make("html", source.encode("utf-8", "replace"), around, _told())
    if made.bad or not made.pieces:
        raise NotMade(made.bad or "damaged")
    cleaned = made.pieces[0].decode("utf-8", "replace")
    markup = mark_safe(cleaned)  # noqa: S308  (by nh3, in our own child process as it would be here)
    return Cleaned(markup, bool(made.said.get("is_incomplete")), bool(made.said.get("is_empty")))
