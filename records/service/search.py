"""Search over the whole record: titles, facts, notes, and the text of documents that came with their entries.

Case and diacritics do not matter, all words must be found, each as typed or by another name of what it means
(`search_terms`). Where a text for people holds a word, its entry counts, for its page shows every element; a code, a
number or one of our own words for a code counts only if the entry, read in full, shows it (`search_index`). A word may
also stand in the name of what the entry points to (`records.links.names`). What is shown is read in full, with what it
points to, as in a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from records.fetching import collected as collecting
from records.fetching.source import Sharing, Source
from records.kinds.base import AnyKind
from records.lists.whole import Part, Whole
from records.reading.addresses import Addresses
from records.reading.places import Spot
from records.service import search_matching as matching
from records.service.search_index import Lookup, Stands
from records.service.search_terms import Term, terms_of
from records.service.suggestions import NOTHING_MEANT, Meant, meant
from records.words.rows import Row
from records.words.vocabulary import Meaning, Vocabulary, vocabulary

MOST_SHOWN = 50
FEW_SHOWN = 10
"""Of each section, where several hold what was looked for; a section's own button shows more."""
SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found in one section. `by_name`: its own name was searched for. `at_least`: not all that may match
    was looked at, so `total` may be more, even where it is none."""

    kind: AnyKind
    href: str
    rows: tuple[Row, ...] = ()
    total: int = 0
    at_least: bool = False
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class OtherName:
    """That what was typed is another name of something, as the portal calls it; both were looked for."""

    typed: str
    called: str


@dataclass(frozen=True, slots=True)
class Likely:
    """Where something would stand if it were recorded, and how many entries are there. `not_shared`, `failed`: why
    that could not be looked through."""

    kind: AnyKind
    href: str
    entries: int
    not_shared: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, by section.

    `other_names`: what was looked for besides the words as typed. `too_short`: nothing was. `all_names`: the names of
    all that entries point to without naming it were looked through. `unread`: how many entries could not be read, so
    that nothing was looked for in them. `looked`: how many sections were looked through, and `entries` how many entries
    those hold; `not_shared`, `switched_off` (by the agency) and
    `failed`: those that were not, and why. `likely` and `meant`, where nothing was found.
    """

    hits: tuple[Hits, ...] = ()
    other_names: tuple[OtherName, ...] = ()
    too_short: bool = False
    all_names: bool = True
    unread: int = 0
    looked: int = 0
    entries: int = 0
    not_shared: tuple[AnyKind, ...] = ()
    switched_off: tuple[AnyKind, ...] = ()
    failed: tuple[AnyKind, ...] = ()
    likely: tuple[Likely, ...] = ()
    meant: Meant = NOTHING_MEANT

    @property
    def total(self) -> int:
        """All entries found."""
        return sum(hits.total for hits in self.hits)

    @property
    def at_least(self) -> bool:
        """Whether there may be more of them in what was not looked through."""
        return any(hits.at_least for hits in self.hits)


def search(
    whole: Whole,
    words: str,
    *,
    source: Source,
    addresses: Addresses,
    section: str = "",
    known: Vocabulary | None = None,
) -> Searched:
    """Looks for words in the whole record as far as it has come.

    Args:
        words: as typed; parted by spaces, all of them must be found.
        section: the slug of the one section of which as many as can be are shown.
        known: other names for what is looked for; the portal's own where it is left out.
    """
    names = vocabulary() if known is None else known
    terms = terms_of(words, names)
    if sum(len(term.typed) for term in terms) < SHORTEST:
        return Searched(too_short=True)
    lookups: dict[object, Lookup] = {}
    sought, all_names = matching.sought(whole.parts, terms, source)
    candidates = [
        matching.candidates(part, one, source, lookups) for part, one in zip(whole.parts, sought, strict=True)
    ]
    shares = _shares([sum(how is Stands.PERHAPS for how in here.values()) for here in candidates])
    several = sum(map(bool, candidates)) > 1
    unread, found = _unread(whole), list[Hits]()
    for part, one, here, most in zip(whole.parts, sought, candidates, shares, strict=True):
        few = several and part.kind.slug != section
        hits, lost = _hits(part, one, here, source, addresses, (most, FEW_SHOWN if few else MOST_SHOWN))
        unread += lost
        found += [hits] if hits else []
    empty = not any(hits.total or hits.at_least for hits in found)
    return Searched(
        hits=tuple(found),
        other_names=tuple(_other_names(terms)),
        all_names=all_names,
        unread=unread,
        looked=sum(part.sifted is not None for part in whole.parts),
        entries=sum(map(_count, whole.parts)),
        not_shared=tuple(part.kind for part in whole.parts if part.sharing is Sharing.NONE),
        switched_off=tuple(part.kind for part in whole.parts if part.sharing is Sharing.OFF),
        failed=tuple(part.kind for part in whole.parts if part.has_failed),
        likely=tuple(_likely(terms, whole, addresses)) if empty else (),
        meant=_meant(terms, whole, lookups, names) if empty else NOTHING_MEANT,
    )


def _hits(
    part: Part,
    sought: matching.Sought,
    here: dict[Spot, Stands],
    source: Source,
    addresses: Addresses,
    most: tuple[int, int],
) -> tuple[Hits | None, int]:
    """What was found in a section, and how many entries of it could not be read. `most`: entries that are read for it,
    and rows that are shown."""
    most_read, most_shown = most
    sure = sorted((spot for spot, how in here.items() if how is not Stands.PERHAPS), reverse=True)
    sure.sort(key=here.__getitem__)  # what is called so first, then the newest
    unsure = sorted((spot for spot, how in here.items() if how is Stands.PERHAPS), reverse=True)
    told = matching.matching(part, unsure[:most_read], sought, source, addresses)
    shown, lost = matching.in_full(part, [*sure, *told][:most_shown], source)
    hits = Hits(
        part.kind,
        addresses.section(part.kind),
        tuple(matching.rows(part, list(shown.items()), sought, source, addresses)),
        len(sure) + len(told) - lost,
        at_least=len(unsure) > most_read,
        by_name=matching.is_named(part.kind, sought),
    )
    return (hits if hits.total or hits.by_name or hits.at_least else None), lost


def _shares(wanted: Sequence[int]) -> list[int]:
    """How many of each section's candidates are read in full: all where they are few, else equal parts."""
    shares, left = [0] * len(wanted), matching.MOST_READ
    fewest_first = sorted(range(len(wanted)), key=wanted.__getitem__)
    for done, index in enumerate(fewest_first):
        shares[index] = min(wanted[index], left // (len(wanted) - done))
        left -= shares[index]
    return shares


def _other_names(terms: Iterable[Term]) -> Iterator[OtherName]:
    for term in terms:
        for meaning in term.meanings:
            called = meaning.called(get_language() or "en")
            if called.casefold() != term.typed:
                yield OtherName(term.written, called)


def _likely(terms: Iterable[Term], whole: Whole, addresses: Addresses) -> Iterator[Likely]:
    """Where what is looked for would stand, by what it means."""
    meanings: list[Meaning] = [meaning for term in terms for meaning in term.meanings]
    for slug in dict.fromkeys(meaning.where for meaning in meanings):
        for part in whole.parts:
            if part.kind.slug == slug:
                yield Likely(
                    part.kind,
                    addresses.section(part.kind),
                    _count(part),
                    part.sharing.is_closed,
                    part.has_failed,
                )


def _meant(terms: Sequence[Term], whole: Whole, lookups: Mapping[object, Lookup], known: Vocabulary) -> Meant:
    """What may have been meant, by the words of the patient's own entries alone."""
    own: dict[object, set[int]] = {}
    for part in whole.parts:
        own.setdefault(matching.lookup_key(part), set()).update(matching.own_places(part))
    texts = [(lookup, own.get(key, set())) for key, lookup in lookups.items()]
    unknown = [
        term
        for term in terms
        if not any(text.holds(word, here) for text, here in texts for word in term.ways[0])
    ]
    recorded = (word for text, here in texts for word in text.words(here))
    return meant(terms, unknown=unknown, recorded=recorded, known=known)


def _count(part: Part) -> int:
    return 0 if part.sifted is None else sum(map(len, part.sifted.groups.values()))


def _unread(whole: Whole) -> int:
    """Entries without a place, as they cannot be read: each once, though several sections ask the same question."""
    unread = {
        collecting.question(part.kind): part.sifted.tally.unreadable
        for part in whole.parts
        if part.sifted is not None
    }
    return sum(unread.values())
