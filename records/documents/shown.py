"""What a format's file takes and what it gives: bytes and what is known of them → something safe to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from django.utils.safestring import SafeString

from records.documents.formats import Format
from records.documents.parts import Paper, Picture, Within
from records.documents.whose import Whose
from records.words.rows import Notice, Words


class Keeping(Protocol):
    """Where what was made of a file is kept for a few minutes, for one reader alone."""

    def name(self, *parts: str) -> str:
        """A name that says nothing."""

    def load(self, name: str) -> bytes | None:
        """What is kept under a name."""

    def store(self, name: str, value: bytes) -> None:
        """Keeps it."""


@dataclass(frozen=True, slots=True)
class Around:
    """What opening a file needs to know of where it stands.

    Attributes:
        record: asks for the patient of the record, to whom documents that name theirs are compared; None where not
            known.
        raw_href: where the page finds raw bytes; pictures within the file are asked for there by number.
        keep: where what took long to make is kept; None where nothing is.
        waits: whether what takes long is made now; otherwise `apart.Later` is raised.
    """

    record: Callable[[], Whose | None] = lambda: None
    raw_href: str = ""
    keep: Keeping | None = None
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A file to be shown. `said`: the format it is said to be; `charset`: the one it is said to have."""

    content: bytes
    said: Format | None
    charset: str
    title: str
    around: Around


ViewKind = Literal["text", "html", "pdf", "image", "paper", "pictures", "none"]


@dataclass(slots=True)
class Shown:
    """How to look at a file, or why not.

    Attributes:
        kind: see `view.View`.
        found: another format than the first bytes were taken for.
        raw: the bytes to be asked for raw, where they are not the file's own.
        envelope: the file within, where this one is only its envelope.
        why_not: title, and what happened.
        notice: all that there is to say; instead of `why_not`. `is_closed`: then nothing of it is handed out either.
    """

    kind: ViewKind = "none"
    text: str = ""
    html: SafeString | Literal[""] = ""
    paper: Paper | None = None
    pictures: tuple[Picture, ...] = ()
    raw: Picture | None = None
    found: Format | None = None
    envelope: Within | None = None
    why_not: tuple[Words, Words] | None = None
    remarks: tuple[Words, ...] = ()
    notice: Notice | None = None
    is_closed: bool = False
