"""What has come of one question so far: which pages arrived, which chains are still open.

It lives in the access's encrypted cache, as do the pages, each under its own name. `records.fetching.asking` fills it.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Iterator

import msgspec
from django.utils import timezone

from records.fetching.cache import SECONDS_KEPT
from records.fetching.source import Source
from records.fhir import errors
from records.fhir.bundle import Page, page
from records.kinds import inside
from records.kinds.base import AnyKind
from records.words.wording import placed


class Problem(msgspec.Struct, frozen=True):
    """Why a chain stopped: the error's name and what is safe to tell."""

    error: str
    status: int | None = None
    request_id: str = ""
    retry_after: int | None = None

    @classmethod
    def of(cls, error: errors.UpstreamError) -> Problem:
        """What to remember of an error."""
        return cls(
            error=type(error).__name__,
            status=error.status,
            request_id=error.request_id,
            retry_after=getattr(error, "retry_after", None),
        )

    def as_error(self, resource_type: str) -> errors.UpstreamError:
        """The error again, for explaining it."""
        kind: type[errors.UpstreamError] = getattr(errors, self.error, errors.UpstreamError)
        found = kind(status=self.status, resource_type=resource_type, request_id=self.request_id)
        if isinstance(found, errors.Waiting):
            found.retry_after = self.retry_after
        return found


class Chain(msgspec.Struct):
    """Pages still to be fetched one after the other: a query not yet sent, or a link not yet followed."""

    parameters: list[tuple[str, str]] | None = None
    next: str | None = None
    is_window: bool = False
    failures: int = 0


class Collected(msgspec.Struct):
    """What is known of one question so far."""

    asked_at: float
    pages: list[str] = []
    open: list[Chain] = []
    total: int | None = None
    first: str = ""
    """What the first page says, as `Page.digest` tells it."""
    in_order: bool = False
    """The first page was newest first, so "the newest" may be said of it."""
    sortable: bool = False
    form: int = 0
    """Which form of the question was answered; 0 is the full one."""
    checked: str | None = None
    """The first page's own `next`, for the case that the windows may have missed something."""
    split: bool = False
    lost: bool = False
    """A window was refused, so that only a total can tell whether something is missing."""
    astray: bool = False
    """The first answer's own `next` leads out of the server, or back to itself: what lies behind it may not come."""
    short: int = 0
    """How many entries fewer came than the server counted, after everything was asked for."""
    problem: Problem | None = None
    begun_anew: bool = False
    """A link had expired, so the whole question was asked once more."""
    at_hand: dict[str, Page] = {}
    """Pages that have only just come, as they were taken apart then. Never kept."""
    beside: Collected | None = None
    """The reports whose results stand inside them, as pages of this collected with numbers below zero. Never kept."""

    def add(self, page_name: str) -> None:
        """A page that arrived, by its name in the cache. The same bytes again are the same page."""
        if page_name not in self.pages:
            self.pages.append(page_name)

    @property
    def is_complete(self) -> bool:
        """Whether everything that the server has was asked for and came."""
        return not self.open and self.problem is None and not self.short


class _Asked(msgspec.Struct):
    asked_at: float


_KEPT = tuple(name for name in Collected.__struct_fields__ if name not in {"at_hand", "beside"})
_OF_ITS_TIME = frozenset({"asked_at", "pages", "open", "checked"})
"""What is another at each asking, though the same came: names made of the time, and links."""

MOST_ALIKE = 4
"""Pages of an answer that is held against another one: each is taken apart for that."""


def question(kind: AnyKind) -> str:
    """A name for what is asked, the same for two kinds that ask the same."""
    return _question(kind.resource_type, kind.searches, kind.sort)


@functools.lru_cache(maxsize=1000)
def _question(*asked: object) -> str:
    return hashlib.sha256(repr(asked).encode()).hexdigest()[:24]


def load(kind: AnyKind, source: Source) -> Collected | None:
    """What was collected so far, from the cache."""
    kept = source.keep.load(source.keep.name("collected", question(kind)))
    return msgspec.json.decode(kept, type=Collected) if kept else None


def told(collected: Collected) -> bytes:
    """All that is kept of it: of two that were made of the same answers, the same bytes."""
    return msgspec.json.encode({name: getattr(collected, name) for name in _KEPT})


def alike(collected: Collected, kind: AnyKind, source: Source) -> bytes | None:
    """All of it but when it was asked for: of two answers that say the same, the same bytes. None where there was
    trouble, or it is long.

    Raises:
        Gone: a page is no longer kept.
    """
    if collected.problem is not None or not 0 < len(collected.pages) <= MOST_ALIKE:
        return None
    said = {name: getattr(collected, name) for name in _KEPT if name not in _OF_ITS_TIME}
    pages = [answer.digest for _number, answer in pages_of(collected, kind, source)]
    chains = [msgspec.structs.replace(one, next="" if one.next else None) for one in collected.open]
    return msgspec.json.encode([said, pages, chains, bool(collected.checked)])


def asked_at(told: bytes) -> float:
    """When an answer that was told so was asked for, in seconds since 1970."""
    return msgspec.json.decode(told, type=_Asked).asked_at


def save(kind: AnyKind, source: Source, collected: Collected) -> None:
    """Keeps what is known of it, no longer than the first answer is good for."""
    left = SECONDS_KEPT - (time.time() - collected.asked_at)
    source.keep.store(source.keep.name("collected", question(kind)), told(collected), left)


def store_page(source: Source, asked_at: float, body: bytes) -> str:
    """Keeps a page's bytes; returns their name in the cache."""
    name = source.keep.name("page", f"{asked_at!r}", hashlib.sha256(body).hexdigest())
    source.keep.store(name, body, SECONDS_KEPT + 60)
    return name


def forget(kind: AnyKind, source: Source) -> None:
    """Takes all of it out of the cache, so that the next look asks the server again."""
    kept = load(kind, source)
    source.keep.forget(source.keep.name("collected", question(kind)), *(kept.pages if kept else ()))


def renew(kind: AnyKind, source: Source) -> None:
    """So that the next look asks the server again, while what there is stays at hand until an answer comes."""
    name = source.keep.name("collected", question(kind))
    kept = source.keep.load(name)
    if kept is not None:
        left = SECONDS_KEPT - (time.time() - msgspec.json.decode(kept, type=Collected).asked_at)
        source.keep.store(source.keep.name("before", question(kind)), kept, left)
        source.keep.forget(name)


def before(kind: AnyKind, source: Source) -> Collected | None:
    """What was there before it was to be renewed, for the case that no answer comes."""
    kept = source.keep.load(source.keep.name("before", question(kind)))
    return msgspec.json.decode(kept, type=Collected) if kept else None


def pages_of(collected: Collected, kind: AnyKind, source: Source) -> Iterator[tuple[int, Page]]:
    """The pages with their numbers, one at a time.

    Raises:
        Gone: one is no longer kept.
    """
    for number in range(len(collected.pages)):
        yield number, page_at(collected, number, kind, source)


def page_at(collected: Collected, number: int, kind: AnyKind, source: Source) -> Page:
    """One page taken apart.

    Raises:
        Gone: it is no longer kept.
    """
    if number < 0:
        if collected.beside is None or kind.panels is None:
            raise Gone
        outer = -number - 1
        return inside.listed(page_at(collected.beside, outer, kind.panels.kind, source), outer).page
    return collected.at_hand.get(collected.pages[number]) or page(
        content(collected, number, source), resource_type=kind.resource_type, base=source.base
    )


def dated(kind: AnyKind, answer: Page) -> list[tuple[str, str]]:
    """The day of each entry of a page as it is shown, and its date as text that compares; both empty where undated."""
    return answer.once(("dates", kind.slug), lambda: list(_dated(kind, answer)))


def _dated(kind: AnyKind, answer: Page) -> Iterator[tuple[str, str]]:
    zone = timezone.get_current_timezone()
    for first in answer.heads(kind.head):
        recorded = kind.date_of(first) if first is not None else None
        yield placed(recorded, zone) if recorded else ("", "")


class Gone(Exception):
    """A page is no longer kept: ask again."""


def is_kept(collected: Collected, source: Source) -> bool:
    """Whether all its pages are there. Dear: each is read."""
    names = [*collected.pages, *(collected.beside.pages if collected.beside is not None else ())]
    return all(source.keep.load(name) is not None for name in names)


def content(collected: Collected, number: int, source: Source) -> bytes:
    """One page's bytes.

    Raises:
        Gone: it is no longer kept.
    """
    kept = source.keep.load(collected.pages[number])
    if kept is None:
        raise Gone
    return kept
