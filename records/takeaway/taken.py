"""What a file is made of: a cover, the parts of the record one after the other, and what became of each part.

Taken ── Cover
   ├── Part ── Group ── Entry ── Row, Document
   └── Outcome (filled while the parts are walked)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from records.words.rows import Fact, Row


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the first sheet and on every other, in the language of the file.

    Attributes:
        language: "en" or "es".
        name, born: whose record it is; `born` is a sentence, "Born March 9, 1968 (58 years)".
        identity: further facts of whose it is.
        taken_by, taken_at: who took it, and when.
        for_whom: as typed; empty where it was left so.
        is_for_other: it was made for somebody else than the reader.
        with_protected: what carries extra protection is in it.
        agency, phone: of whose system it is.
        covers: which sections and dates were chosen, in a sentence.
        is_demo: all of it is invented.
        request_id: the number to read out where something is missing.
    """

    language: str
    name: str
    born: str
    taken_by: str
    taken_at: str
    agency: str
    phone: str
    covers: str
    for_whom: str = ""
    is_for_other: bool = False
    with_protected: bool = True
    is_demo: bool = False
    request_id: str = ""
    identity: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A file of an entry. `html`: its words as clean markup, `text`: as written; both empty where it is only named,
    and `why_not` says why. `content`: its bytes, where they are to go along."""

    title: str
    about: str
    html: str = ""
    text: str = ""
    why_not: str = ""
    remark: str = ""
    content: bytes = b""
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. `raw`: as it was sent, where the form asks for it; `protected`: what its labels of extra protection
    mean, empty where it has none. `is_folded`: it stands below the newest of the same."""

    row: Row
    raw: bytes = b""
    protected: tuple[Fact, ...] = ()
    documents: tuple[Document, ...] = ()
    is_folded: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Entries under a heading. A long one comes in pieces: two after each other of one `slug` are one. `now`: it is so
    at present. `report`: what holds them together, where the heading is a report, which may have documents."""

    slug: str
    title: str
    entries: tuple[Entry, ...]
    sentence: str = ""
    now: bool = False
    report: Entry | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the record. `groups` and `raws` are walked at most once each, and may be long.

    `comes_first`: its current entries stand on the first sheet. `as_table`: they are readings. `says`: what stands in
    the place of entries, or above them: why there are none, what is stated instead.
    """

    slug: str
    title: str
    plain: str
    resource_type: str
    as_table: bool
    comes_first: bool
    says: tuple[str, ...]
    groups: Callable[[], Iterator[Group]]
    raws: Callable[[], Iterator[bytes]]


@dataclass(slots=True)
class Outcome:
    """What became of a section: how many entries are in the file, of how many, and why not all. `total` None: not
    known. `is_missing`: nothing of it could be had."""

    slug: str
    title: str
    count: int = 0
    total: int | None = None
    reasons: list[str] = field(default_factory=list)
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class NextFile:
    """Stands between the pieces of a file and those of the one after it. `number`: of that, from 2."""

    number: int


@dataclass(slots=True)
class Taken:
    """All of it. `outcomes` are complete once `parts` are walked to their end."""

    cover: Cover
    parts: Iterator[Part]
    outcomes: list[Outcome]
    base: str = ""
    """The address that the entries have on their server begins with this."""
    again: Callable[[], Taken] | None = None
    """The same to be walked once more, with outcomes of its own."""
    notes: list[str] = field(default_factory=list)
    """What else the last page says, in sentences."""
