"""Which entries of a section hold what is looked for, and their rows with the place where the words stand."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from records.fetching.source import Source
from records.fhir.elements import CodeableConcept, Named
from records.kinds.base import AnyKind, Known
from records.kinds.known import name_of
from records.links.names import Place, Target, pointed_by
from records.lists.answers import with_answers
from records.lists.whole import Part, entries_of, pages_of
from records.reading.addresses import Addresses
from records.reading.known import known_for
from records.reading.places import Spot
from records.reading.rows import Found, entries_at, read_all, row_of
from records.service.opened import words_at, words_kept
from records.service.search_index import Lookup, Stands, index_of, place, texts_in
from records.service.search_terms import Term
from records.service.searched_text import around, fold, hidden_words, shown_words, texts_of
from records.words import wording
from records.words.rows import Row, Words, replace

SHORTEST_CODE = 3
MOST_READ = 300
"""Entries read in full for one search because only that tells whether they match, newest first; beyond it the count
says "at least"."""

CODE = _("Code")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in one section.

    By term, as typed: `codes`, for which we have words that hold it; places of the entries that point to something
    whose name holds it (`named`), or that has it as a code (`coded`). `names`: what is pointed to. `opened`:
    the words of files that were opened, by the place of their entry.
    """

    terms: tuple[Term, ...]
    codes: Mapping[str, Sequence[str]]
    named: Mapping[str, Set[Place]]
    coded: Mapping[str, Set[Place]]
    names: Mapping[Target, Named]
    opened: Mapping[Spot, str] = field(default_factory=dict)


def sought(parts: Sequence[Part], terms: tuple[Term, ...], source: Source) -> tuple[list[Sought], bool]:
    """What is looked for in each part of the record, and whether the names of all that entries point to are known.

    Raises:
        Gone: a page is no longer kept.
        AccessOver: the sign-in ended meanwhile.
    """
    pointed, files = pointed_by(parts, source), list(words_kept(source))
    named_so = {target: fold(name_of(one)) for target, one in pointed.names.items()}
    codes = {target: {*map(fold, _coded(one.concepts))} for target, one in pointed.names.items()}
    named = {term.typed: {one for one, name in named_so.items() if term.stands_in(name)} for term in terms}
    coded = {
        term.typed: {target for target, of_it in codes.items() if term.typed in of_it}
        for term in terms
        if _may_be_code(term.typed)
    }
    return [
        Sought(
            terms,
            _codes(part.kind, terms),
            _pointing(terms, named, places),
            _pointing(terms, coded, places),
            pointed.names,
            words_at(part, files),
        )
        for part, places in zip(parts, pointed.places, strict=True)
    ], pointed.is_whole


def _codes(kind: AnyKind, terms: Iterable[Term]) -> dict[str, list[str]]:
    """By term, the codes for which the portal has words that hold it."""
    words = {code: [fold(str(one)) for one in said] for code, said in kind.said.items()}
    for code, why in wording.ABSENT.items():  # a reason stands as an extension, so its code is no element's
        words.setdefault(code, []).append(fold(str(why)))
    return {
        term.typed: [fold(code) for code, said in words.items() if any(map(term.stands_in, said))]
        for term in terms
    }


def _pointing(
    terms: Iterable[Term], targets: Mapping[str, Set[Target]], places: Mapping[Target, Sequence[Place]]
) -> dict[str, Set[Place]]:
    return {
        term.typed: {place for one in targets.get(term.typed, ()) for place in places.get(one, ())}
        for term in terms
    }


def is_named(kind: AnyKind, sought: Sought) -> bool:
    """Whether the words stand in the name of a section itself."""
    return any(all(term.stands_in(name) for term in sought.terms) for name in _names(kind.title))


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


def _names(title: Words) -> Iterator[str]:
    """A name of ours in every language of the portal, so that "vacunas" finds English vaccines."""
    for code, _language in settings.LANGUAGES:
        with override(code):
            yield fold(str(title))


def matching(
    part: Part, spots: Sequence[Spot], sought: Sought, source: Source, addresses: Addresses
) -> list[Spot]:
    """Those of the entries in whose words, as a reader sees them, the terms stand."""
    if not spots:
        return []
    known = Known(
        patient=source.patient,
        base=source.base,
        resources=sought.names,
        since=source.since,
        units=source.units,
    )
    in_full = read_all(part.kind, entries_at(spots, pages_of(part, source)))
    return [
        spot
        for spot, found in in_full.items()
        if found is None
        or _shown(row_of(part.kind, found, known, addresses), spot, found, part.kind, sought) is not None
    ]


def in_full(part: Part, spots: Sequence[Spot], source: Source) -> tuple[dict[Spot, Found], int]:
    """These entries read in full, and how many of them cannot be."""
    if not spots:
        return {}, 0
    in_full = read_all(part.kind, entries_at(spots, pages_of(part, source)))
    found = {spot: one for spot in spots if (one := in_full[spot]) is not None}
    return found, len(in_full) - len(found)


def rows(
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
        yield _shown(row, spot, found, part.kind, sought) or _elsewhere(row, found, part.kind, sought)


def lookup_key(part: Part) -> str:
    """A name for the texts of a part's question, the same for two kinds that ask the same."""
    collected = part.collected
    beside = collected.beside.pages if collected is not None and collected.beside is not None else ()
    return repr((part.kind.model, collected.pages if collected is not None else (), beside))


def own_places(part: Part) -> set[int]:
    """The entries of a part that are the patient's and count. An answer may hold others: nothing of them is told."""
    return {place(spot.page, spot.entry) for spot in _spots(part)}


def _spots(part: Part) -> Iterator[Spot]:
    if part.sifted is not None:
        yield from itertools.chain.from_iterable(part.sifted.groups.values())
        yield from part.sifted.statements
        # Answers that are told in a questionnaire's entry have none of their own in a list, but can be found.
        yield from part.sifted.folded


def candidates(
    part: Part, sought: Sought, source: Source, lookups: dict[object, Lookup]
) -> dict[Spot, Stands]:
    """Entries in which all terms stand, or whose name of ours holds them, each with how at best."""
    if part.sifted is None or part.collected is None:
        return {}
    named = {
        spot
        for series, name in part.kind.series_names.items()
        if series in part.sifted.series
        and any(all(term.stands_in(said) for term in sought.terms) for said in _names(name))
        for spot in part.sifted.series[series]
    }
    key = lookup_key(part)
    if key not in lookups:
        lookups[key] = Lookup(index_of(part.kind, part.collected, source))
    standing = _standing(lookups[key], sought)
    return {
        spot: Stands.IN_NAME if spot in named else standing[place(spot.page, spot.entry)]
        for spot in _spots(part)
        if spot in named or place(spot.page, spot.entry) in standing
    }


def _standing(lookup: Lookup, sought: Sought) -> dict[int, Stands]:
    """The entries in which all terms stand, each with how the least plain of them stands there."""
    together: dict[int, Stands] | None = None
    for term in sought.terms:
        here = _with_term(lookup, term, sought)
        together = (
            here
            if together is None
            else {at: max(stands, here[at]) for at, stands in together.items() if at in here}
        )
        if not together:
            return {}
    return together or {}


def _with_term(lookup: Lookup, term: Term, sought: Sought) -> dict[int, Stands]:
    """The entries in which one term stands, under any of its names, each with how at best."""
    here = lookup.entries(line for code in sought.codes[term.typed] for line in lookup.lines_of(code))
    coded = {place(*one) for one in sought.coded[term.typed]}
    here |= dict.fromkeys(coded - here.keys(), Stands.PERHAPS)
    for way in term.ways:
        words = [lookup.entries(lookup.lines_with(word)) for word in way]
        if len(words) == 1 and not here:
            here = words[0]
            continue
        for at in words[0].keys() & set.intersection(*map(set, words)):
            stands = max(one[at] for one in words)
            here[at] = min(stands, here.get(at, stands))
    for spot, words_of_file in sought.opened.items():
        if term.stands_in(fold(words_of_file)):
            at = place(spot.page, spot.entry)
            here[at] = min(Stands.IN_DOCUMENT, here.get(at, Stands.IN_DOCUMENT))
    for one in sought.named[term.typed]:
        here[place(*one)] = min(Stands.IN_FACT, here.get(place(*one), Stands.IN_FACT))
    return here


def _shown(row: Row, spot: Spot, found: Found, kind: AnyKind, sought: Sought) -> Row | None:
    """The row with the place where the words stand, if a row does not show it; None where they stand in nothing that a
    row or its page's facts and files say."""
    terms = sought.terms
    shown = fold(" ".join(str(words) for words in shown_words(row) if words))
    own = [name for titled in _own_names(row, kind) for name in titled]
    missing = [term for term in terms if not term.stands_in(shown)]
    if not missing or any(all(term.stands_in(name) for term in terms) for name in own):
        return row
    hidden = [(str(words), str(label)) for words, label in hidden_words(row) if words]
    inside = " ".join(filter(None, (texts_of(found.model, kind), sought.opened.get(spot))))
    typed = [term.typed for term in missing]
    codes = [*_codes_in(found.raw, typed), *_codes_pointed_to(spot, typed, sought)]
    everything = fold("\n".join([shown, *(text for text, _label in hidden), inside, *codes, *own]))
    if not all(term.stands_in(everything) for term in terms):
        return None
    for text, label in [*hidden, (inside, ""), *((code, str(CODE)) for code in codes)]:
        if any(term.stands_in(fold(text)) for term in missing):
            return _quoting(row, text, label, missing)
    return row


def _quoting(row: Row, text: str, label: str, missing: Iterable[Term]) -> Row:
    cut = around(text, {word for term in missing for word in term.words})
    return replace(row, verbatim=f"{label}: {cut}" if label else cut)


def _elsewhere(row: Row, found: Found, kind: AnyKind, sought: Sought) -> Row:
    """The row with the element in which the words stand, where only "Everything in this entry" shows it."""
    for text, stands in sorted(texts_in(found.raw, kind), key=lambda one: one[1]):
        if stands != Stands.PERHAPS and any(term.stands_in(fold(text)) for term in sought.terms):
            return _quoting(row, text, "", sought.terms)
    return row


def _codes_pointed_to(spot: Spot, typed: Sequence[str], sought: Sought) -> Iterator[str]:
    """The codes that were typed and are those of what the entry points to: a medication's."""
    for term in filter(_may_be_code, typed):
        if (spot.page, spot.entry) in sought.coded[term]:
            yield term


def _own_names(row: Row, kind: AnyKind) -> Iterator[list[str]]:
    """Names of ours for this entry, in every language: where the row is called by one, the others find it too."""
    for name in kind.series_names.values():
        if str(name) == str(row.title):
            yield list(_names(name))
