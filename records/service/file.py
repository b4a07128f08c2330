"""One attachment of an entry, brought and made safe to look at. FHIR R4 Attachment, Binary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from records.documents import formats
from records.documents.apart import Later
from records.documents.shown import Around
from records.documents.view import Opened, open_attachment
from records.documents.whose import Whose
from records.fetching.source import Source
from records.fetching.under_way import FLIGHTS, Late, answer
from records.fhir import binaries
from records.fhir.elements import Attachment
from records.fhir.fetched import Fetched
from records.kinds.base import AnyKind, Attached
from records.reading.addresses import Addresses
from records.service import opened
from records.service.entry import load_entry
from records.words.rows import File, Row, replace

MOST_KEPT = 8 * 1024 * 1024
"""A larger file is fetched again rather than kept."""

FILE_SECONDS = 40
"""How long the bytes of a file may take."""

HERE_SECONDS = 2
"""How long the page of an entry waits for its file; then that comes by itself, or by a link."""


class NoSuchFile(Exception):
    """The entry has no attachment of this number."""


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """An attachment with the row of the entry that holds it. `language`: of what it holds, where the record says so."""

    row: Row
    file: File
    opened: Opened
    language: str = ""


@dataclass(frozen=True, slots=True)
class FilePage:
    """Where a file is read: the address of its page, of its raw bytes, and who the patient of the record is.
    `seconds`: how long `read_here` waits for it."""

    href: str
    raw_href: str
    record: Callable[[], Whose | None]
    seconds: float = HERE_SECONDS


def load_file(
    kind: AnyKind,
    logical_id: str,
    number: int,
    *,
    source: Source,
    addresses: Addresses,
    page: FilePage,
) -> LoadedFile:
    """Attachment `number` (from 1) of an entry. What went wrong with it is a notice in its view.

    Raises:
        NotHere: the entry itself is not shown.
        NoSuchFile: there is no such attachment.
        Late: entry or file have not come yet.
        AccessOver: the sign-in ended.
    """
    entry = load_entry(kind, logical_id, source=source, addresses=addresses)
    attached = kind.attached(entry.found.model) if entry.found else ()
    if not 1 <= number <= min(len(attached), len(entry.row.files)):
        raise NoSuchFile
    wanted = attached[number - 1]
    held = opened.File(kind.resource_type, logical_id, number)
    return _opened(entry.row, wanted, held, source, page)


def number_here(kind: AnyKind, row: Row, model: Any) -> int:
    """Which file of an entry is read on the entry's own page; 0 where none is.

    The first that can stand in a page. A PDF has a page of its own, with the browser's viewer.
    """
    attached = kind.attached(model) if model is not None else ()
    for number, (one, file) in enumerate(zip(attached, row.files, strict=False), start=1):
        said = formats.declared(one.attachment.contentType)
        if not file.problem and (said in formats.STAND_IN_A_PAGE or (said is None and len(attached) == 1)):
            return number
    return 0


def read_here(
    kind: AnyKind, row: Row, model: Any, number: int, *, source: Source, page: FilePage
) -> LoadedFile:
    """A file of an entry that is loaded already, for the entry's own page. `number`: from `number_here`.

    Raises:
        Late: it has not come yet, or has to be made ready first.
        AccessOver: the sign-in ended.
    """
    wanted = kind.attached(model)[number - 1]
    left = source.client.deadline.left
    soon = source.within(min(left, page.seconds))
    held = opened.File(kind.resource_type, str(model.id), number)
    try:
        return _opened(row, wanted, held, soon, page, waits=page.seconds > HERE_SECONDS)
    except Later:
        raise Late from None


def _opened(
    row: Row, wanted: Attached, held: opened.File, source: Source, page: FilePage, *, waits: bool = True
) -> LoadedFile:
    found = open_attachment(
        _addressed(wanted, held),
        partial(_fetch, source),
        str(wanted.title),
        reason=wanted.reason,
        retry_href=page.href,
        around=Around(record=page.record, raw_href=page.raw_href, keep=source.keep, waits=waits),
    )
    opened.note(held, found, source)
    file = row.files[held.number - 1]
    if found.content:  # what it is, now that it is here; the list knew only what it is said to be
        file = replace(file, format_words=found.view.format_words)
    return LoadedFile(row=row, file=file, opened=found, language=wanted.attachment.language or "")


def _addressed(wanted: Attached, held: opened.File) -> Attachment:
    """The attachment; where the server keeps its bytes apart from the entry, with the address that brings them."""
    if not wanted.kept_apart:
        return wanted.attachment
    address = binaries.access(held.resource_type, held.logical_id, wanted.kept_apart)
    return msgspec.structs.replace(wanted.attachment, url=address)


def _fetch(source: Source, url: str, content_type: str | None) -> Fetched:
    """A file's bytes, kept for five minutes: its page and the frame in it ask for the same ones."""
    name = source.keep.name("file", url, content_type or "")
    kept = source.keep.load(name)
    if kept is not None:
        given, _, content = kept.partition(b"\n")
        return Fetched(content=content, content_type=given.decode())
    return answer(FLIGHTS.single(name, partial(_bring, name, url, content_type), source), source)


def _bring(name: str, url: str, content_type: str | None, source: Source) -> Fetched:
    fetched = source.within(FILE_SECONDS).client.file(url, content_type)
    if 0 < len(fetched.content) <= MOST_KEPT:
        given = fetched.content_type.replace("\n", " ").encode()
        source.keep.store(name, given + b"\n" + fetched.content)
    return fetched
