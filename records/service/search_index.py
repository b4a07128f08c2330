"""What stands in the entries of a question, each text once, with where it stands: made once, kept beside the answers
that it was made of, and looked through by every search. FHIR R4 JSON.

A text for people (a name, a note, words beside a code) is on its entry's page, which shows every element. Of all else,
a code or a number, only the entry read in full can say whether a reader sees it.
"""

from __future__ import annotations

import bisect
import time
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from decimal import Decimal
from enum import IntEnum
from typing import Any

import msgspec

from records.fetching import collected as collecting
from records.fetching.cache import SECONDS_KEPT
from records.fetching.collected import Collected
from records.fetching.source import Source
from records.fhir.reading import NotReadable, read, tree
from records.kinds.base import AnyKind
from records.service.search_terms import Word
from records.service.searched_text import texts_of
from records.words.vocabulary import fold, words_in

MOST_KEPT = 4 * 1024 * 1024
"""Bytes of an index that is kept; a larger one is made anew at each search."""


class Stands(IntEnum):
    """How what was found stands in its entry, the plainest first."""

    IN_NAME = 0
    IN_FACT = 1
    IN_DOCUMENT = 2
    PERHAPS = 3


NAMES = frozenset(
    {"code", "medicationCodeableConcept", "vaccineCode", "title", "description", "type", "name", "deviceName"}
)
"""Elements of a resource after which its entry is called."""

TEXTS = frozenset(
    {
        *("text", "display", "title", "description", "comment", "name", "label", "value", "valueString"),
        *(
            "family",
            "given",
            "prefix",
            "suffix",
            "line",
            "city",
            "district",
            "state",
            "postalCode",
            "country",
        ),
        *("patientInstruction", "onsetString", "abatementString", "occurrenceString", "performedString"),
        *(
            "lotNumber",
            "manufacturer",
            "modelNumber",
            "serialNumber",
            "unit",
            "valueMarkdown",
            "authorString",
        ),
        *("conclusion", "patientTransport", "preferredLanguage", "note", "purpose", "alias"),
    }
)
"""Elements that hold texts for people."""

_WIRING = frozenset(
    {
        *(
            "id",
            "resourceType",
            "reference",
            "system",
            "url",
            "fullUrl",
            "contentType",
            "data",
            "hash",
            "div",
        ),
        *("versionId", "lastUpdated", "profile", "source", "valueUri", "valueUrl", "instantiatesCanonical"),
    }
)
"""Elements that no reader looks for."""


_ENTRIES = 20
"""Bits of a place that number an entry on its page: no answer has a million."""


def place(page: int, entry: int) -> int:
    """An entry of a page as one number, which is quicker to compare than two."""
    return (page << _ENTRIES) | entry


class Index(msgspec.Struct, array_like=True):
    """The texts, folded, one to a line in `text`, each with how it stands and in which entries (`place`)."""

    text: str
    stands: bytes
    places: list[list[int]]

    def starts(self) -> list[int]:
        """Where in `text` each of them begins."""
        starts, at = [], 0
        for line in self.text.split("\n"):
            starts.append(at)
            at += len(line) + 1
        return starts


class Lookup:
    """An index at work in one search."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._starts = index.starts()

    def lines_with(self, word: Word) -> Iterator[int]:
        """The texts in which a word stands."""
        text, at = self._index.text, word.at(self._index.text)
        while at >= 0:
            line = bisect.bisect_right(self._starts, at) - 1
            yield line
            end = self._starts[line + 1] if line + 1 < len(self._starts) else len(text)
            at = word.at(text, end)

    def lines_of(self, whole: str) -> Iterator[int]:
        """The texts that are these words and nothing else."""
        for line in self.lines_with(Word(whole)):
            end = self._starts[line + 1] - 1 if line + 1 < len(self._starts) else len(self._index.text)
            if end - self._starts[line] == len(whole):
                yield line

    def words(self, own: AbstractSet[int]) -> set[str]:
        """All words of texts for people that stand in one of these entries."""
        texts = zip(self._index.text.split("\n"), self._index.stands, self._index.places, strict=False)
        plain = (
            line for line, how, places in texts if how < Stands.IN_DOCUMENT and not own.isdisjoint(places)
        )
        return {word for line in plain for word in words_in(line)}

    def holds(self, word: Word, own: AbstractSet[int]) -> bool:
        """Whether a word stands in one of these entries."""
        return any(not own.isdisjoint(self._index.places[line]) for line in self.lines_with(word))

    def entries(self, lines: Iterable[int]) -> dict[int, Stands]:
        """The entries in which one of these texts stands, each with how at best."""
        found: dict[int, Stands] = {}
        for line in sorted(lines, key=self._index.stands.__getitem__, reverse=True):
            found.update(dict.fromkeys(self._index.places[line], Stands(self._index.stands[line])))
        return found


def index_of(kind: AnyKind, collected: Collected, source: Source) -> Index:
    """What stands in the entries that were collected.

    Raises:
        collected.Gone: a page is no longer kept.
    """
    beside = collected.beside.pages if collected.beside is not None else ()
    name = source.keep.name("texts", kind.model.__name__, *collected.pages, "beside", *beside)
    kept = source.keep.load(name)
    if kept is not None:
        return _decode(kept)
    made = _made(
        kind, collected, source, (*range(len(collected.pages)), *(-1 - at for at in range(len(beside))))
    )
    told = _encode(made)
    if len(told) <= MOST_KEPT:
        source.keep.store(name, told, SECONDS_KEPT - (time.time() - collected.asked_at))
    return made


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Index).decode


def _made(kind: AnyKind, collected: Collected, source: Source, pages: Iterable[int]) -> Index:
    found: dict[tuple[str, int], list[int]] = {}
    for number in pages:
        for entry, one in enumerate(collecting.page_at(collected, number, kind, source).entries):
            for told in texts_in(one.raw, kind):
                found.setdefault(told, []).append(place(number, entry))
    folded: dict[tuple[str, int], list[int]] = {}
    for (text, stands), places in found.items():
        line = " ".join(fold(text).split())
        if line:
            folded.setdefault((line, stands), []).extend(places)
    return Index(
        text="\n".join(line for line, _stands in folded),
        stands=bytes(how for _line, how in folded),
        places=list(folded.values()),
    )


def texts_in(raw: bytes | msgspec.Raw, kind: AnyKind) -> set[tuple[str, int]]:
    """The texts of an entry, as they stand, each with how; of one that cannot be read there are none."""
    try:
        resource = tree(raw)
    except NotReadable:
        return set()
    texts: set[tuple[str, int]] = set()
    if isinstance(resource, dict):
        try:
            for name, value in resource.items():
                if name != "text" or not isinstance(
                    value, dict
                ):  # the narrative says again what the elements say
                    _walk(value, name, Stands.IN_NAME if name in NAMES else Stands.IN_FACT, texts)
        except RecursionError:
            return set()
    if b'"data"' in bytes(raw):
        try:
            inside = texts_of(read(raw, kind.model)[0], kind)
        except NotReadable:
            inside = ""
        if inside:
            texts.add((inside, Stands.IN_DOCUMENT))
    return texts


def _walk(value: Any, name: str, stands: int, texts: set[tuple[str, int]]) -> None:
    if name in _WIRING:
        return
    if isinstance(value, str):
        texts.add((value, stands if name in TEXTS else Stands.PERHAPS))
    elif isinstance(value, dict):
        for inner, one in value.items():
            _walk(one, inner, stands, texts)
    elif isinstance(value, list):
        for one in value:
            _walk(one, name, stands, texts)
    elif value is True:
        texts.add((name, Stands.PERHAPS))  # a kind may say it in words of its own
    elif isinstance(value, (int, Decimal)) and value is not False:
        texts.add((str(value), Stands.PERHAPS))
