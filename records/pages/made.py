"""Pages as they were rendered, kept beside the answers that they were made of.

A page is kept under a name made of everything that it depends on: one value, whose every field is in the name, so that
none can be forgotten. What differs from look to look (form protection, what the menu says of other sections) is put in
when it is sent. See decision 12.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from typing import TypeVar

import msgspec
from django.conf import settings
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from records.fetching import collected as collecting
from records.fetching.cache import MOST_OF_A_PAGE, SECONDS_KEPT
from records.fetching.read_along import READ_ALONG
from records.fetching.source import Sharing, Source
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists.choosing import Look
from records.lists.grouping import holding
from records.pages.menu import Banner
from records.pages.version import version
from records.service.opened import File
from records.service.timeline import TimelineLook
from records.words.sections import Section, State
from smart_auth.access import Access

QUICKLY = 1
"""How hard a page is made small: most of what there is to win, in a tenth of the time."""

Answers = tuple[tuple[str, bytes], ...]
"""What had come of each question, as it was told then (`collected.told`), by the question's name."""


class Made(msgspec.Struct, frozen=True):
    """What is kept of a page: its whole document as rendered, with marks where the form protection and the menu
    stand; or of a part of one."""

    html: str

    @property
    def rendered(self) -> SafeString:
        """The same for a template: it came out of one, and from where nobody else can put anything."""
        return mark_safe(self.html)  # noqa: S308


class MadeBlock(Made, frozen=True):
    """What is kept of a block of the overview. `oldest`: when the oldest answer that it was made of was asked for, in
    seconds since 1970. The rest is that of its section."""

    state: State
    rest_href: str
    oldest: float


MadeType = TypeVar("MadeType", Made, MadeBlock)


@dataclasses.dataclass(frozen=True)
class Looking:
    """Who looks at which record, how and when: what every page depends on.

    Attributes:
        access, base, patient: which record, by which sign-in.
        granted: how much of each type is shared.
        since, units, language, zone: the reader's visit marks and choices; the time zone by its name.
        today: for ages and for what is over.
        path: its address with the query, which forms lead back to.
        banner: whose record it is, and who is signed in; None for what says neither.
        portal: what every page says of the agency. version: of code, templates and translations.
    """

    access: str
    base: str
    patient: str
    granted: tuple[tuple[str, Sharing], ...]
    since: datetime | None
    units: str
    is_fresh: bool
    language: str
    zone: str
    today: date
    path: str
    banner: Banner | None
    portal: tuple[str | int, ...]
    version: str

    @classmethod
    def at(cls, source: Source, access: Access, *, path: str = "", banner: Banner | None = None) -> Looking:
        """What is so at this look."""
        return cls(
            access=access.id,
            base=source.base,
            patient=source.patient,
            granted=_granted(source),
            since=source.since,
            units=source.units,
            is_fresh=source.fresh_sign_in,
            language=translation.get_language() or "",
            zone=timezone.get_current_timezone_name(),
            today=timezone.localdate(),
            path=path,
            banner=banner,
            portal=(
                *access.agency.words,
                settings.INSYNC_ENVIRONMENT,
                settings.SESSION_IDLE_SECONDS,
            ),
            version=version(),
        )


@dataclasses.dataclass(frozen=True)
class SectionPage:
    """A section, one measure of it, or growth. `born`: for how old a child was; None where that is not said."""

    looking: Looking
    answers: Answers
    kind: str
    look: Look
    born: str | None


@dataclasses.dataclass(frozen=True)
class OverviewPage:
    """The overview."""

    looking: Looking
    answers: Answers


@dataclasses.dataclass(frozen=True)
class OverviewBlock:
    """A block of the overview. `answers`: what they say, whenever that was asked (`collected.alike`). `looking`: as it
    is told once for all blocks of a page (`told_once`)."""

    looking: bytes
    answers: Answers
    kind: str


@dataclasses.dataclass(frozen=True)
class TimelinePage:
    """A page of the timeline."""

    looking: Looking
    answers: Answers
    look: TimelineLook


@dataclasses.dataclass(frozen=True)
class ReceiptPage:
    """What could be loaded. `closed`: the files that were not opened."""

    looking: Looking
    answers: Answers
    closed: tuple[File, ...]


@dataclasses.dataclass(frozen=True)
class Menu:
    """The menu of a page. `current`: its slug there. `states`: what was found of each section."""

    access: str
    granted: tuple[tuple[str, Sharing], ...]
    language: str
    version: str
    current: str
    states: tuple[tuple[str, State], ...]
    answers: Answers = ()


@dataclasses.dataclass(frozen=True)
class Frame:
    """A page without what comes of the record, with marks in its place."""

    looking: Looking
    template: str
    answers: Answers = ()


Page = Menu | Frame | SectionPage | OverviewPage | TimelinePage | ReceiptPage
Kept = Page | OverviewBlock


# ---------------------------------------------------------------- the answers that a page is made of


def questions(kinds: Iterable[AnyKind], source: Source) -> dict[str, AnyKind]:
    """What is asked for these kinds, by the questions' names, and what holds their entries together."""
    found: dict[str, AnyKind] = {}
    for kind in kinds:
        for one in (kind, holding(kind, source)):
            if one is not None and not source.shared(one).is_closed:
                found.setdefault(collecting.question(one), one)
    return found


def answers_kept(asked: Mapping[str, AnyKind], source: Source, *, in_full: bool = False) -> Answers | None:
    """What has come of these questions, where a page would be made of nothing else; None where it would ask.

    `in_full`: the page would go on asking as long as more is to come.
    """
    found: list[tuple[str, bytes]] = []
    for name, kind in asked.items():
        collected = collecting.load(kind, source)
        if collected is None or not collected.pages or (in_full and collected.open):
            return None
        if not all(map(source.keep.has, collected.pages)):
            return None  # what is gone is asked for again
        found.append((name, collecting.told(collected)))
    return tuple(found)


def answers_used(asked: Iterable[str], source: Source) -> Answers | None:
    """What this page was made of; None where that is not one version of each, or some of it may yet come."""
    used = source.made_of
    if not used.is_settled or not set(asked) <= set(used.answers):
        return None
    return tuple((name, used.answers[name]) for name in asked)


def menu(source: Source, access: str, current: str, states: Mapping[str, State]) -> Menu:
    """All that a menu is made of."""
    return Menu(
        access=access,
        granted=_granted(source),
        language=translation.get_language() or "",
        version=version(),
        current=current,
        states=tuple(sorted(states.items())),
    )


def _granted(source: Source) -> tuple[tuple[str, Sharing], ...]:
    off = ((slug, Sharing.OFF) for slug in sorted(source.off))
    return (*((name, source.shares(name)) for name in _types()), *off)


# ---------------------------------------------------------------- keeping


def load(page: Page, source: Source) -> Made | None:
    """What was made of just this, or None: never made, too old, or no longer whole."""
    return _loaded(page, source, Made)


def load_block(block: OverviewBlock, source: Source) -> MadeBlock | None:
    """The same for a block of the overview."""
    return _loaded(block, source, MadeBlock)


def _loaded(what: Kept, source: Source, shape: type[MadeType]) -> MadeType | None:
    kept = source.keep.load(_name(what, source))
    if kept is None:
        return None
    try:
        return msgspec.msgpack.decode(zlib.decompress(kept), type=shape)
    except (zlib.error, msgspec.DecodeError):
        return None


def store(page: Page, made: Made, source: Source) -> None:
    """Keeps it no longer than the oldest answer that it, or a part of it, was made of."""
    now = time.time()
    asked = (collecting.asked_at(told) for _name, told in page.answers)
    _store(page, made, source, min(source.made_of.oldest if page.answers else now, min(asked, default=now)))


def store_block(block: OverviewBlock, made: MadeBlock, source: Source) -> None:
    """The same for a block of the overview."""
    _store(block, made, source, made.oldest)


def _store(what: Kept, made: Made, source: Source, oldest: float) -> None:
    """Not what is larger than `MOST_OF_A_PAGE`."""
    value = zlib.compress(msgspec.msgpack.encode(made), QUICKLY)
    left = SECONDS_KEPT - (time.time() - oldest)
    if len(value) <= MOST_OF_A_PAGE and left > 0:
        source.keep.store(_name(what, source), value, left)


def can_be_kept(section: Section) -> bool:
    """Whether a section says nothing that is so at this look alone: no trouble, and nothing that a log must tell."""
    settled = section.state not in {State.LATE, State.FAILED}
    return (
        settled and not section.tally.another_patient and not any(one.request_id for one in section.notices)
    )


def told_once(value: object) -> bytes:
    """All of a value in a few bytes, for what is the same in several names."""
    return hashlib.sha256("\x00".join(_told(value)).encode()).digest()


def _name(what: Kept, source: Source) -> str:
    return source.keep.name("made", type(what).__name__, *_told(what))


def _told(value: object) -> Iterator[str]:
    """A value as words, with every field of what it is made of. Two values that differ are told differently.

    Raises:
        TypeError: something in it has no telling.
    """
    match value:
        case bytes():
            yield hashlib.sha256(value).hexdigest()
        case None | bool() | int() | float() | str() | date():
            yield f"{type(value).__name__} {value!r}"
        case Enum():
            yield f"{type(value).__name__}.{value.name}"
        case tuple():
            yield f"tuple {len(value)}"
            for one in value:
                yield from _told(one)
        case _ if dataclasses.is_dataclass(value):
            yield type(value).__name__
            for field in dataclasses.fields(value):
                yield field.name
                yield from _told(getattr(value, field.name))
        case Promise():
            yield f"str {str(value)!r}"
        case _:
            raise TypeError(f"a page cannot depend on a {type(value).__name__}")


@functools.cache
def _types() -> tuple[str, ...]:
    """The types that a page may speak of."""
    return tuple(
        sorted(READ_ALONG | {"Patient", "Provenance"} | {kind.resource_type for kind in KINDS.values()})
    )
