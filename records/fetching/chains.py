"""One chain of pages, each leading to the next. FHIR R4 search 3.1.1.3: links are opaque, and good for a while only."""

from __future__ import annotations

from records.fetching.collected import Chain, Problem, store_page
from records.fetching.source import AccessOver, Source
from records.fhir import errors
from records.fhir.bundle import Mode, Page, ids
from records.kinds.base import AnyKind

MOST_WITHOUT_NEWS = 5
"""How many pages of one chain may follow each other without one new entry."""

Ids = dict[str, tuple[frozenset[str], frozenset[str]]]
"""The ids of the matches of each page and of what was included with them, by its name in the cache."""


def ids_of(answer: Page, page_name: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(ids(answer, page_name)), frozenset(ids(answer, page_name, Mode.INCLUDE))


def follow(
    kind: AnyKind, source: Source, chain: Chain, asked_at: float, seen: set[str], room: int
) -> tuple[Ids, Problem | None]:
    """One chain; changes `chain` to what is left of it. `room`: how many links may be followed, all chains together.

    Each page is kept and its ids are read here, while the others are still on their way.
    """
    came: Ids = {}
    known, without_news = set[str](), 0
    while (chain.parameters or chain.next) and source.client.deadline.to_begin > 0:
        try:
            if chain.parameters is not None:
                body, answer = source.client.search(kind.resource_type, chain.parameters)
            else:
                link = chain.next or ""
                if link in seen or len(seen) >= room or without_news >= MOST_WITHOUT_NEWS:
                    chain.next = None
                    raise errors.StrayLink(status=None, resource_type=kind.resource_type)
                seen.add(link)
                body, answer = source.client.follow(link, kind.resource_type)
        except errors.SignInExpired:
            raise AccessOver from None
        except errors.StrayLink as error:
            chain.parameters = chain.next = None
            return came, Problem.of(error)
        except errors.UpstreamError as error:
            seen.discard(chain.next or "")
            return came, Problem.of(error)
        name = store_page(source, asked_at, body)
        came[name] = ids_of(answer, name)
        here = came[name][0] | came[name][1]
        without_news = 0 if here - known else without_news + 1
        known |= here
        chain.parameters, chain.next = None, answer.next
    return came, None
