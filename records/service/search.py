"""Search over the whole record: titles, facts, notes, and the text of documents that came with their entries or were
opened in the last minutes.

Case and diacritics do not matter, all words must be found. An entry's own bytes are looked through first, which is
quick; only those that hold the words are read in full, and count only if the words stand in what a reader sees. A word
may also be one of ours for a code in the bytes, stand in the name of what the entry points to
(`records.links.names`), or
be a code as the record has it. What entries point to is read along for those that are shown, as in a list.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

import msgspec
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from records.fetching import collected as collecting
from records.fetching.source import Source
from records.fhir.elements import CodeableConcept, Named
from records.fhir.reading import NotReadable, read, tree
from records.kinds.base import AnyKind, Known
from records.kinds.known import name_of
from records.links.names import Place, Target, pointed_by
from records.lists.answers import with_answers
from records.lists.whole import Part, Whole, entries_of, pages_of
from records.reading.addresses import Addresses
from records.reading.known import known_for
from records.reading.places import Spot
from records.reading.rows import Found, read_all, row_of
from records.service.opened import words_at, words_kept
from records.service.searched_text import around, fold, hidden_words, shown_words, texts_of
from records.words import wording
from records.words.rows import Row, Words, replace

MOST_READ = 300
"""Entries read in full for one search, newest first; beyond it the count says "at least"."""

MOST_SHOWN = 50
SHORTEST = 2
SHORTEST_CODE = 3

CODE = _("Code")

_QUOTES = dict.fromkeys(map(ord, '"“”„«»'), " ")


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
class Sought:
    """What is looked for in one section.

    `terms`: the words as typed, folded. By term: `codes`, in quotes, for which we have words that hold it; places of
    the entries that point to something whose name holds it (`named`), or that has it as a code (`coded`). `names`:
    what is pointed to. `opened`: the words of files that were opened, by the place of their entry.
    """

    terms: list[str]
    codes: Mapping[str, Sequence[str]]
    named: Mapping[str, Set[Place]]
    coded: Mapping[str, Set[Place]]
    names: Mapping[Target, Named]
    opened: Mapping[Spot, str] = field(default_factory=dict)

    def is_near(self, term: str, folded: str, spot: Spot) -> bool:
        """Whether a word that is not in an entry's bytes may be in what a reader sees of it all the same."""
        place = (spot.page, spot.entry)
        if place in self.named[term] or place in self.coded[term]:
            return True
        return any(code in folded for code in self.codes[term])


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, by section. `too_short`: nothing was looked for. `all_names`: the names of all that entries
    point to without naming it were looked through. `unread`: how many entries could not be read, so that nothing was
    looked for in them."""

    hits: tuple[Hits, ...] = ()
    too_short: bool = False
    all_names: bool = True
    unread: int = 0

    @property
    def total(self) -> int:
        """All entries found."""
        return sum(hits.total for hits in self.hits)

    @property
    def at_least(self) -> bool:
        """Whether there may be more of them in what was not looked through."""
        return any(hits.at_least for hits in self.hits)


def search(whole: Whole, words: str, *, source: Source, addresses: Addresses) -> Searched:
    """Looks for words in the whole record as far as it has come.

    Args:
        words: as typed; parted by spaces, all of them must be found.
    """
    terms = fold(words.translate(_QUOTES)).split()
    if sum(map(len, terms)) < SHORTEST:
        return Searched(too_short=True)
    pointed = pointed_by(whole.parts, source)
    names = {target: fold(name_of(one)) for target, one in pointed.names.items()}
    codes = {target: {*map(fold, _coded(one.concepts))} for target, one in pointed.names.items()}
    named = {term: {target for target, name in names.items() if term in name} for term in terms}
    coded = {
        term: {target for target, of_it in codes.items() if term in of_it}
        for term in filter(_may_be_code, terms)
    }
    files = list(words_kept(source))
    sought = [
        dataclasses.replace(
            _sought(part, terms, places, named, coded, pointed.names), opened=words_at(part, files)
        )
        for part, places in zip(whole.parts, pointed.places, strict=True)
    ]
    candidates = [
        sorted(_candidates(part, one, source), reverse=True)
        for part, one in zip(whole.parts, sought, strict=True)
    ]
    shares = _shares(list(map(len, candidates)))
    found: list[Hits] = []
    unread = _unread(whole)
    for part, one, here, most in zip(whole.parts, sought, candidates, shares, strict=True):
        by_name = any(all(term in name for term in terms) for name in _names(part.kind.title))
        in_full = read_all(part.kind, dict(here[:most]))
        unread += sum(entry is None for entry in in_full.values())
        matching = list(_matching(part, in_full, one, source, addresses))
        at_least = len(here) > most
        if matching or by_name or at_least:
            href = addresses.section(part.kind)
            rows = tuple(_rows(part, matching[:MOST_SHOWN], one, source, addresses))
            found.append(Hits(part.kind, href, rows, len(matching), at_least, by_name))
    return Searched(tuple(found), all_names=pointed.is_whole, unread=unread)


def _unread(whole: Whole) -> int:
    """Entries without a place, as they cannot be read: each once, though several sections ask the same question."""
    unread = {
        collecting.question(part.kind): part.sifted.tally.unreadable
        for part in whole.parts
        if part.sifted is not None
    }
    return sum(unread.values())


def _sought(
    part: Part,
    terms: list[str],
    places: Mapping[Target, Sequence[Place]],
    named: Mapping[str, Set[Target]],
    coded: Mapping[str, Set[Target]],
    names: Mapping[Target, Named],
) -> Sought:
    words = {code: [fold(str(one)) for one in said] for code, said in part.kind.said.items()}
    for code, why in wording.ABSENT.items():  # a reason stands as an extension, so its code is no element's
        words.setdefault(code, []).append(fold(str(why)))
    codes = {
        term: [f'"{fold(code)}"' for code, said in words.items() if any(term in one for one in said)]
        for term in terms
    }

    def pointing(targets: Mapping[str, Set[Target]]) -> dict[str, Set[Place]]:
        return {
            term: {place for one in targets.get(term, ()) for place in places.get(one, ())} for term in terms
        }

    return Sought(terms, codes, pointing(named), pointing(coded), names)


def _coded(concepts: Iterable[CodeableConcept]) -> list[str]:
    return [coding.code for concept in concepts for coding in concept.coding if coding.code]


def _may_be_code(term: str) -> bool:
    """Whether somebody may have typed it off a paper as a code: "J45.909", "718-7". Others are words of the wiring."""
    return len(term) >= SHORTEST_CODE and any(map(str.isdigit, term))


def _codes_in(raw: bytes, terms: Sequence[str]) -> Iterator[str]:
    """The codes of an entry that were typed, as recorded; the first part of an ICD code is enough: "J45"."""
    for term in filter(_may_be_code, terms):
        typed = rb'"code"\s*:\s*"(' + re.escape(term.encode()) + rb'(?:\.[^"\\]*)?)"'
        match = re.search(typed, raw, re.IGNORECASE)
        if match is not None:
            yield match[1].decode("utf-8", "replace")


def _shares(wanted: list[int]) -> list[int]:
    """How many of each section's candidates are read in full: all where they are few, else equal parts."""
    shares, left = [0] * len(wanted), MOST_READ
    fewest_first = sorted(range(len(wanted)), key=wanted.__getitem__)
    for done, index in enumerate(fewest_first):
        shares[index] = min(wanted[index], left // (len(wanted) - done))
        left -= shares[index]
    return shares


def _names(title: Words) -> Iterator[str]:
    """A name of ours in every language of the portal, so that "vacunas" finds English vaccines."""
    for code, _language in settings.LANGUAGES:
        with override(code):
            yield fold(str(title))


def _matching(
    part: Part, in_full: Mapping[Spot, Found | None], sought: Sought, source: Source, addresses: Addresses
) -> Iterator[tuple[Spot, Found]]:
    """The entries in whose words the terms stand."""
    known = Known(
        patient=source.patient,
        base=source.base,
        resources=sought.names,
        since=source.since,
        units=source.units,
    )
    for spot, found in in_full.items():
        if found is None:
            continue
        if _shown(row_of(part.kind, found, known, addresses), spot, found, part.kind, sought) is not None:
            yield spot, found


def _rows(
    part: Part,
    matching: Sequence[tuple[Spot, Found]],
    sought: Sought,
    source: Source,
    addresses: Addresses,
) -> Iterator[Row]:
    """The rows of these entries, with what they point to and what questionnaires hold, as their own list shows them.

    Raises:
        Gone: a page is no longer kept.
    """
    references = (r for _spot, found in matching for r in part.kind.references(found.model))
    known = known_for(references, source, sought.names)
    entries = entries_of(part, source, addresses)
    if entries is not None:
        known = with_answers(known, [spot for spot, _found in matching], entries)
    known = dataclasses.replace(known, whole=True)  # the words may stand in a fact
    for spot, found in matching:
        row = row_of(part.kind, found, known, addresses)
        yield _shown(row, spot, found, part.kind, sought) or row


def _candidates(part: Part, sought: Sought, source: Source) -> Iterator[tuple[Spot, bytes]]:
    """Entries whose own bytes hold the words, or whose name of ours does."""
    if part.sifted is None:
        return
    terms = sought.terms
    named = {
        spot
        for series, name in part.kind.series_names.items()
        if series in part.sifted.series and any(all(term in said for term in terms) for said in _names(name))
        for spot in part.sifted.series[series]
    }
    by_page: dict[int, list[Spot]] = {}
    # Answers that are told in a questionnaire's entry have none of their own in a list, but can be found.
    for spots in (*part.sifted.groups.values(), part.sifted.statements, part.sifted.folded):
        for spot in spots:
            by_page.setdefault(spot.page, []).append(spot)
    page_at = pages_of(part, source)
    for number, here in by_page.items():
        entries = page_at(number).entries
        for spot in here:
            raw = bytes(entries[spot.entry].raw)
            if spot in named or _holds(raw, spot, sought, part.kind):
                yield spot, raw


def _holds(raw: bytes, spot: Spot, sought: Sought, kind: AnyKind) -> bool:
    if b"\\u" in raw or b"\\/" in raw:  # signs written as escapes
        try:
            raw = msgspec.json.encode(tree(raw))
        except NotReadable:
            return False
    folded = fold(raw.decode("utf-8", "replace"))
    missing = [term for term in sought.terms if term not in folded and not sought.is_near(term, folded, spot)]
    if missing and spot in sought.opened:
        inside = fold(sought.opened[spot])
        missing = [term for term in missing if term not in inside]
    if not missing:
        return True
    if b'"data"' not in raw:
        return False
    try:
        inside = fold(texts_of(read(raw, kind.model)[0], kind))
    except NotReadable:
        return False
    return all(term in inside for term in missing)


def _shown(row: Row, spot: Spot, found: Found, kind: AnyKind, sought: Sought) -> Row | None:
    """The row with the place where the words stand, if a row does not show it; None where they stand in nothing that a
    reader sees."""
    terms = sought.terms
    shown = fold(" ".join(str(words) for words in shown_words(row) if words))
    own = [name for titled in _own_names(row, kind) for name in titled]
    missing = [term for term in terms if term not in shown]
    if not missing or any(all(term in name for term in terms) for name in own):
        return row
    hidden = [(str(words), str(label)) for words, label in hidden_words(row) if words]
    inside = " ".join(filter(None, (texts_of(found.model, kind), sought.opened.get(spot))))
    codes = [*_codes_in(found.raw, missing), *_codes_pointed_to(spot, missing, sought)]
    everything = fold(" ".join([shown, *(text for text, _label in hidden), inside, *codes, *own]))
    if not all(term in everything for term in terms):
        return None
    for text, label in [*hidden, (inside, ""), *((code, str(CODE)) for code in codes)]:
        if any(term in fold(text) for term in missing):
            cut = around(text, missing)
            return replace(row, verbatim=f"{label}: {cut}" if label else cut)
    return row


def _codes_pointed_to(spot: Spot, terms: Sequence[str], sought: Sought) -> Iterator[str]:
    """The codes that were typed and are those of what the entry points to: a medication's."""
    for term in filter(_may_be_code, terms):
        if (spot.page, spot.entry) in sought.coded[term]:
            yield term


def _own_names(row: Row, kind: AnyKind) -> Iterator[list[str]]:
    """Names of ours for this entry, in every language: where the row is called by one, the others find it too."""
    for name in kind.series_names.values():
        if str(name) == str(row.title):
            yield list(_names(name))
