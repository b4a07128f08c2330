"""What a document of several parts is made of, whichever format it came in: for the template, finished for reading."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString

from records.words.rows import Fact, Words


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a document under its heading, with the parts below it already in `html`.

    Attributes:
        number: from 1, in the order of the file; stands in the page's anchors.
        title: as the document calls it; empty where it does not.
        html: its words as clean markup; empty where it has none.
        says: what is to be said of it instead or besides: that the document was not told, or that it has only codes.
        lines: names, codes and dates of a part without words, one entry each.
        is_first: allergies, medicines, problems and results, which are read first.
        is_story: what is told of a stay or a visit: open, though it is not read first.
    """

    number: int
    title: str
    html: SafeString
    says: Words = ""
    lines: tuple[str, ...] = ()
    is_first: bool = False
    is_story: bool = False

    @property
    def is_said_in_one_line(self) -> bool:
        """Whether there is nothing of it to read."""
        return not self.html and not self.lines


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that a document brings: its bytes, as a browser may show them."""

    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Within:
    """A file within a document. `content`: its bytes; None where they are elsewhere, compressed or no base64."""

    content: bytes | None
    content_type: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of parts. `title`: as it calls itself. `facts`: whose, by whom, when. `remarks`: of ours, above it.
    `is_compared`: whether the patient of the record was known, so that it could be seen whose it is."""

    title: str
    facts: tuple[Fact, ...]
    parts: tuple[Part, ...]
    remarks: tuple[Words, ...] = ()
    pictures: tuple[Picture, ...] = ()
    is_compared: bool = True

    @property
    def first(self) -> tuple[Part, ...]:
        """What is read first, in the order of allergies, medicines, problems, results."""
        return tuple(part for part in self.parts if part.is_first)

    @property
    def rest(self) -> tuple[Part, ...]:
        """All others."""
        return tuple(part for part in self.parts if not part.is_first)
