"""Which files of a record were opened: those that turned out to be about somebody else, and the words of the others.

The receipt counts the first, and a search looks in the second, as long as they are kept. Both stand in the access's own
encrypted cache and end with it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from records.documents.view import Opened
from records.documents.words import words_of
from records.fetching.cache import SECONDS_KEPT
from records.fetching.source import Source
from records.lists.whole import Part
from records.reading.places import Spot

CLOSED_SECONDS = 12 * 3600
"""As long as a sign-in may last: what was found once is told in every later receipt."""

MOST_NOTED = 500
MOST_WORDS = 200_000
"""Characters of one file in which a search looks."""

_noting = threading.Lock()


class File(NamedTuple):
    """A file by the entry that holds it; `number` from 1."""

    resource_type: str
    logical_id: str
    number: int


def note(file: File, opened: Opened, source: Source) -> None:
    """Remembers what came of a file that was opened."""
    if not opened.content:
        return
    if not opened.view.can_download:
        if file not in closed(source):
            _add("closed files", file, source, CLOSED_SECONDS)
    elif not source.keep.has(name := _words_name(file, source)) and (words := words_of(opened.view)):
        source.keep.store(name, words[:MOST_WORDS].encode("utf-8", "replace"))
        _add("files with words", file, source, SECONDS_KEPT)


def closed(source: Source) -> tuple[File, ...]:
    """The files that were not opened, as they are about somebody else, as far as it was tried in this sign-in."""
    return _noted("closed files", source)


def words_kept(source: Source) -> Iterator[tuple[File, str]]:
    """The words of the files that are kept at the moment and are known to be about the patient."""
    for file in _noted("files with words", source):
        kept = source.keep.load(_words_name(file, source))
        if kept is not None:
            yield file, kept.decode()


def words_at(part: Part, files: Iterable[tuple[File, str]]) -> dict[Spot, str]:
    """The words of those files that entries of a part hold, by the place of the entry."""
    found: dict[Spot, str] = {}
    if part.sifted is None:
        return found
    for file, words in files:
        spot = part.sifted.by_id.get(file.logical_id)
        if spot is not None and file.resource_type == part.kind.resource_type:
            found[spot] = f"{found[spot]} {words}" if spot in found else words
    return found


def _words_name(file: File, source: Source) -> str:
    return source.keep.name("words of a file", file.resource_type, file.logical_id, str(file.number))


def _noted(which: str, source: Source) -> tuple[File, ...]:
    kept = source.keep.load(source.keep.name(which))
    return msgspec.msgpack.decode(kept, type=tuple[File, ...]) if kept else ()


def _add(which: str, file: File, source: Source, seconds: float) -> None:
    with _noting:  # of two processes that note in the same moment, one is noted at its file's next look
        others = [one for one in _noted(which, source) if one != file]
        kept = msgspec.msgpack.encode((*others, file)[-MOST_NOTED:])
        source.keep.store(source.keep.name(which), kept, seconds)
