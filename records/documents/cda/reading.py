"""Bytes → a document of parts, or why it is not opened."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from records.documents import whose
from records.documents.cda import body, header, narrative, parsing, sections
from records.documents.cda.tables import table
from records.documents.parts import Paper, Picture, Within
from records.documents.remarks import of_match
from records.documents.whose import Match, Whose
from records.words.rows import Words


class Other(Exception):
    """The document is about somebody else."""


class NoDocument(Exception):
    """It is XML, but no clinical document."""


@dataclass(frozen=True, slots=True)
class Read:
    """`within`: the file that the document is only the envelope of."""

    paper: Paper
    within: Within | None = None


def read(
    content: bytes,
    record: Whose | None,
    raw_href: str = "",
    limits: parsing.Limits = parsing.IN_WORKER,
) -> Read:
    """A clinical document, ready to be looked at.

    Args:
        record: the patient of the record; None where it is not known, which is said.
        raw_href: where the page finds the raw bytes; pictures are asked for below it by number.
        limits: how large a document is taken apart.

    Raises:
        parsing.NotXml, parsing.TooMuch, parsing.OwnRules, NoDocument, Other
    """
    root = parsing.parsed(content, limits)
    if not parsing.is_document(root):
        raise NoDocument
    match = whose.compare(header.person(root), record)
    if match is Match.OTHER or (header.people(root) > 1 and match is not Match.SAME):
        raise Other
    pictures = body.pictures(root) if parsing.mentions(content, "observationMedia") else {}
    has_targets = parsing.mentions(content, "footnoteRef", "linkHtml")
    numbers: dict[str, int] = {}
    used: list[Picture] = []

    def picture(name: str) -> tuple[str, str] | None:
        if name not in pictures:
            return None
        found, said = pictures[name]
        if name not in numbers:
            used.append(found)
            numbers[name] = len(used)
        return f"{raw_href}?picture={numbers[name]}", said

    told = narrative.Narrative(
        table=table,
        picture=picture,
        targets=narrative.targets_of(root) if has_targets else {},
        limits=limits,
    )
    made = sections.parts(root, told)
    remarks: tuple[Words, ...] = tuple(
        filter(None, (of_match(match, header.person(root), record), _restricted(root)))
    )
    is_compared = match is not Match.UNKNOWN
    paper = Paper(header.title(root), header.facts(root), made, remarks, tuple(used), is_compared)
    return Read(paper, body.within(root))


def _restricted(root: parsing.Element) -> Words:
    words = header.protected(root)
    return _("This document says of itself: %s") % words if words else ""
