"""The page of one attachment, and its bytes."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from records.documents.headers import original_headers, raw_headers
from records.documents.view import View
from records.kinds.base import AnyKind
from records.pages.door import Reading, kind_of, record_page
from records.service.entry import NotHere
from records.service.file import FILE_SECONDS, LoadedFile, NoSuchFile, load_file
from records.words.rows import replace
from records.words.tongues import of_language

FILE_PATIENCE = 8
"""Seconds after which the page says that the file is still on its way; the file's own bytes are waited for longer."""


@record_page(FILE_PATIENCE)
def file(reading: Reading, slug: str, key: str, number: int) -> HttpResponse:
    """One attachment, read on a page of ours."""
    kind = kind_of(slug)
    addresses = reading.addresses
    try:
        loaded = _load_file(reading, kind, key, number)
    except NotHere as not_here:
        return reading.notice(not_here, kind=kind)
    if loaded is None:
        return redirect(addresses.section(kind, lost="yes"))
    view = loaded.opened.view
    original = addresses.file(kind, key, number, "file-original") if view.can_download else ""
    context = {
        "row": loaded.row,
        "file": replace(
            loaded.file,
            format_words=view.format_words or loaded.file.format_words,
            size_words=view.size_words or loaded.file.size_words,
            original_href=original,
        ),
        "view": view,
        "content_in": of_language(loaded.language),
        "raw_href": addresses.file(kind, key, number, "file-view"),
    }
    return reading.page("records/file.html", context, current=kind.slug)


@record_page(FILE_SECONDS, is_file=True)
def file_view(reading: Reading, slug: str, key: str, number: int) -> HttpResponse:
    """A PDF's or an image's own bytes, inert, for the frame of its page."""
    return _bytes(reading, slug, key, number, raw_headers)


@record_page(FILE_SECONDS, is_file=True)
def file_original(reading: Reading, slug: str, key: str, number: int) -> HttpResponse:
    """The attachment's own bytes, to save."""
    return _bytes(
        reading, slug, key, number, lambda view: original_headers(view.content_type, view.file_name)
    )


def _bytes(
    reading: Reading, slug: str, key: str, number: int, headers: Callable[[View], dict[str, str]]
) -> HttpResponse:
    kind = kind_of(slug)
    try:
        loaded = _load_file(reading, kind, key, number)
    except NotHere as not_here:
        return reading.notice(not_here, kind=kind)
    if loaded is None:
        return redirect(reading.addresses.section(kind, lost="yes"))
    if not loaded.opened.view.can_download:
        return redirect(reading.addresses.file(kind, key, number))
    return HttpResponse(loaded.opened.content, headers=headers(loaded.opened.view))


def _load_file(reading: Reading, kind: AnyKind, key: str, number: int) -> LoadedFile | None:
    logical_id = reading.id_behind(kind, key)
    if logical_id is None:
        return None
    try:
        return load_file(
            kind,
            logical_id,
            number,
            source=reading.source,
            addresses=reading.addresses,
            retry_href=reading.addresses.file(kind, key, number),
        )
    except NoSuchFile:
        raise Http404 from None
