"""Search over the whole record: titles, facts, notes, and the text of documents that came with their entries.

Case and diacritics do not matter, all words must be found. An entry's own bytes are looked through first, which is
quick; only those that hold the words are read in full, and count only if the words stand in what a reader sees.
"""

from __future__ import annotations

import base64
import binascii
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils.translation import override

from records.fhir.bundle import page
from records.fhir.reading import NotReadable, read
from records.kinds.base import AnyKind, Known
from records.presenting import Addresses, Found, row_of
from records.rows import Row, Words
from records.sifting import Spot
from records.source import Source
from records.whole import Part, Whole, contents_of

MOST_READ = 300
"""Entries read in full for one search, newest first; beyond it the count says "at least"."""

MOST_SHOWN = 50
SHORTEST = 2
MOST_TEXT = 200_000
AROUND = 60


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found in one section. `by_name`: its own name was searched for."""

    kind: AnyKind
    href: str
    rows: tuple[Row, ...] = ()
    total: int = 0
    at_least: bool = False
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search found, by section. `too_short`: nothing was looked for."""

    hits: tuple[Hits, ...] = ()
    too_short: bool = False

    @property
    def total(self) -> int:
        """All entries found."""
        return sum(hits.total for hits in self.hits)


def fold(text: str) -> str:
    """Text for comparing: without case and diacritics."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def search(whole: Whole, words: str, *, source: Source, addresses: Addresses) -> Searched:
    """Looks for words in the whole record as far as it has come.

    Args:
        words: as typed; parted by spaces, all of them must be found.
    """
    terms = [term for term in fold(words).split() if term]
    if sum(map(len, terms)) < SHORTEST:
        return Searched(too_short=True)
    left = MOST_READ
    found: list[Hits] = []
    for part in whole.parts:
        by_name = any(all(term in name for term in terms) for name in _names(part.kind))
        rows, total, at_least, read_in_full = _matching(part, terms, source, addresses, left)
        left -= read_in_full
        if rows or by_name:
            found.append(
                Hits(
                    part.kind,
                    addresses.section(part.kind),
                    tuple(rows[:MOST_SHOWN]),
                    total,
                    at_least,
                    by_name,
                )
            )
    return Searched(tuple(found))


def _names(kind: AnyKind) -> Iterator[str]:
    """A section's name in every language of the portal, so that "vacunas" finds English vaccines."""
    for code, _language in settings.LANGUAGES:
        with override(code):
            yield fold(str(kind.title))


def _matching(
    part: Part, terms: list[str], source: Source, addresses: Addresses, left: int
) -> tuple[list[Row], int, bool, int]:
    """Rows that match, how many, whether there may be more, and how many entries were read in full."""
    if part.sifted is None:
        return [], 0, False, 0
    known = Known(patient=source.patient, base=source.base, resources=part.sifted.included)
    rows: list[Row] = []
    read_in_full = 0
    candidates = list(_candidates(part, terms, source))
    for found in candidates[: max(left, 0)]:
        read_in_full += 1
        row = row_of(part.kind, found, known, addresses)
        shown = _shown(row, found, part.kind, terms)
        if shown is not None:
            rows.append(shown)
    return rows, len(rows), len(candidates) > max(left, 0), read_in_full


def _candidates(part: Part, terms: list[str], source: Source) -> Iterator[Found]:
    """Entries whose own bytes hold the words, newest first."""
    if part.sifted is None:
        return
    spots = [spot for group in part.sifted.groups.values() for spot in group] + part.sifted.statements
    holding: dict[Spot, Found] = {}
    by_page: dict[int, list[Spot]] = {}
    for spot in spots:
        by_page.setdefault(spot.page, []).append(spot)
    contents = contents_of(part, source)
    for number, here in by_page.items():
        entries = page(contents(number), resource_type=part.kind.resource_type, base=source.base).entries
        for spot in here:
            raw = bytes(entries[spot.entry].raw)
            held = _holds(raw, terms, part.kind)
            if held is not None:
                holding[spot] = held
    yield from (holding[spot] for spot in sorted(holding, key=lambda spot: spot.when, reverse=True))


def _holds(raw: bytes, terms: list[str], kind: AnyKind) -> Found | None:
    text = raw.decode("utf-8", "replace")
    if "\\u" in text:  # letters written as escapes
        text += text.encode().decode("unicode-escape", "replace")
    folded = fold(text)
    may_hold = all(term in folded for term in terms)
    if not may_hold and '"data"' not in text:
        return None
    try:
        model, set_aside = read(raw, kind.model)
    except NotReadable:
        return None
    found = Found(raw=raw, model=model, set_aside=set_aside)
    if may_hold or all(term in folded or term in fold(_texts(found, kind)) for term in terms):
        return found
    return None


def _texts(found: Found, kind: AnyKind) -> str:
    """The text of attachments that came inside the entry."""
    parts = []
    for attached in kind.attached(found.model):
        attachment = attached.attachment
        if attachment.data and (attachment.contentType or "").startswith("text/"):
            try:
                parts.append(base64.b64decode(attachment.data[:MOST_TEXT]).decode("utf-8", "replace"))
            except (binascii.Error, ValueError):
                continue
    return " ".join(parts)


def _shown(row: Row, found: Found, kind: AnyKind, terms: list[str]) -> Row | None:
    """The row with the place where the words stand; None where they stand in nothing that a reader sees."""
    texts = [(str(words), str(label)) for words, label in _seen(row) if words]
    inside = _texts(found, kind)
    everything = fold(" ".join([text for text, _label in texts] + [inside]))
    if not all(term in everything for term in terms):
        return None
    if all(term in fold(str(row.title)) for term in terms):
        return row
    for text, label in [*texts[1:], (inside, "")]:
        if any(term in fold(text) for term in terms):
            cut = _around(text, terms)
            return replace(row, verbatim=f"{label}: {cut}" if label else cut)
    return row


def _seen(row: Row) -> Iterable[tuple[Words, Words]]:
    yield row.title, ""
    yield row.line, ""
    yield row.verbatim, ""
    yield row.danger, ""
    yield row.who, ""
    if row.measure is not None:
        yield row.measure.value, ""
    for aside in row.asides:
        yield aside, ""
    for fact in row.facts:
        yield fact.value, fact.label
    for note in row.notes:
        yield note.text, ""
    for file in row.files:
        yield file.title, ""


def _around(text: str, terms: list[str]) -> str:
    """The words around the first match."""
    folded = fold(text)
    at = min((folded.find(term) for term in terms if term in folded), default=0)
    if len(folded) != len(text):
        at = min(at, len(text))
    start, end = max(0, at - AROUND), min(len(text), at + AROUND * 2)
    return ("… " if start else "") + " ".join(text[start:end].split()) + (" …" if end < len(text) else "")
