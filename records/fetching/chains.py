"""One chain of pages, each leading to the next. FHIR R4 search 3.1.1.3: links are opaque, and good for a while only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from records.fetching.collected import Chain, Problem, dated, store_page
from records.fetching.source import AccessOver, Source
from records.fhir import errors
from records.fhir.bundle import Entry, Mode, Page, head
from records.fhir.elements import Head
from records.fhir.reading import NotReadable
from records.kinds.base import AnyKind

MOST_WITHOUT_NEWS = 5
"""How many pages of one chain may follow each other without one new entry."""

Ids = dict[str, tuple[frozenset[str], frozenset[str]]]
"""The ids of the matches of each page and of what was included with them, by its name in the cache."""


MOST_AT_HAND = 16 * 1024 * 1024
"""Bytes of pages that stay as they were taken apart until the list is made of them; others are taken apart again."""


@dataclass
class Run:
    """All chains of a question that are followed side by side.

    Attributes:
        asked_at: when the question was asked, in seconds since 1970.
        room: how many links may be followed, all chains together.
        seen: the links that were.
        at_hand: pages as they were taken apart, by their names in the cache; `held`: how many bytes they have.
    """

    asked_at: float
    room: int
    at_hand: dict[str, Page]
    held: int = 0
    seen: set[str] = field(default_factory=set)

    def keep(self, kind: AnyKind, source: Source, body: bytes, answer: Page) -> str:
        """Keeps a page, and works out of it what the list will need, while the others are still on their way."""
        name = store_page(source, self.asked_at, body)
        if self.held + len(body) <= MOST_AT_HAND:
            self.held += len(body)
            self.at_hand[name] = answer
            dated(kind, answer)
        return name


def ids_of(kind: AnyKind, answer: Page, page_name: str) -> tuple[frozenset[str], frozenset[str]]:
    return (
        frozenset(ids(answer, page_name, kind.head)),
        frozenset(ids(answer, page_name, kind.head, Mode.INCLUDE)),
    )


def ids(answer: Page, name: str, model: type[Head] = Head, mode: Mode = Mode.MATCH) -> Iterator[str]:
    """One text for each match of a page, or each included resource: its id, or, where it has none or cannot be read,
    one of its own. Included ones are of several types, so theirs stands before it.

    Args:
        name: the page's, so that what has no id is not taken for the same on two pages.
        model: as which the matches' heads are read anyway.
    """
    heads = answer.heads(model) if mode is Mode.MATCH else ()
    for index, entry in enumerate(answer.entries):
        if entry.mode is mode:
            found = (heads[index] if heads else _included(entry)) or Head()
            logical_id = (
                f"{found.resourceType}/{found.id}" if found.id and mode is not Mode.MATCH else found.id
            )
            yield logical_id or f"{name}#{index}"
    if mode is Mode.MATCH:
        yield from (f"{name}#without {number}" for number in range(answer.missing))


def _included(entry: Entry) -> Head | None:
    try:
        return head(entry, Head)
    except NotReadable:
        return None


def follow(kind: AnyKind, source: Source, chain: Chain, run: Run) -> tuple[Ids, Problem | None]:
    """One chain; changes `chain` to what is left of it."""
    came: Ids = {}
    known, without_news = set[str](), 0
    while (chain.parameters or chain.next) and source.client.deadline.to_begin > 0:
        try:
            if chain.parameters is not None:
                body, answer = source.client.search(kind.resource_type, chain.parameters)
            else:
                link = chain.next or ""
                if link in run.seen or len(run.seen) >= run.room or without_news >= MOST_WITHOUT_NEWS:
                    chain.next = None
                    raise errors.StrayLink(status=None, resource_type=kind.resource_type)
                run.seen.add(link)
                body, answer = source.client.follow(link, kind.resource_type)
        except errors.SignInExpired:
            raise AccessOver from None
        except errors.StrayLink as error:
            chain.parameters = chain.next = None
            return came, Problem.of(error)
        except errors.UpstreamError as error:
            run.seen.discard(chain.next or "")
            return came, Problem.of(error)
        name = run.keep(kind, source, body, answer)
        came[name] = ids_of(kind, answer, name)
        here = came[name][0] | came[name][1]
        without_news = 0 if here - known else without_news + 1
        known |= here
        chain.parameters, chain.next = None, answer.next
    return came, None
