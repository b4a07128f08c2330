"""The page of one attachment, and its bytes."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from records.documents import beginning
from records.documents.headers import original_headers, picture_headers, raw_headers
from records.documents.view import Opened
from records.kinds.base import AnyKind
from records.pages.door import Reading, kind_of, record_page
from records.service.entry import NotHere
from records.service.file import FILE_SECONDS, FilePage, LoadedFile, NoSuchFile, load_file
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
    context = {"row": loaded.row, **file_context(reading, kind, key, loaded)}
    if reading.is_part:
        return render(reading.request, "components/here.html", {"here": context})
    return reading.page("records/file.html", context, current=kind.slug)


def file_context(reading: Reading, kind: AnyKind, key: str, loaded: LoadedFile) -> dict[str, object]:
    """What `components/document.html` takes of a file, and the file itself."""
    view, number, addresses = loaded.opened.view, loaded.file.number, reading.addresses
    original = addresses.file(kind, key, number, "file-original") if view.can_download else ""
    return {
        "file": replace(
            loaded.file,
            format_words=view.format_words or loaded.file.format_words,
            size_words=view.size_words or loaded.file.size_words,
            original_href=original,
        ),
        "view": view,
        "file_href": addresses.file(kind, key, number),
        "paper_order": "file" if reading.request.GET.get("order") == "file" else "",
        "content_in": of_language(loaded.language),
        "raw_href": addresses.file(kind, key, number, "file-view"),
    }


@record_page(FILE_PATIENCE)
def file_start(reading: Reading, slug: str, key: str, number: int) -> HttpResponse:
    """The first lines of an attachment, a part of the page of its visit; without JavaScript the attachment itself."""
    if not reading.is_part:
        return redirect(reading.addresses.file(kind_of(slug), key, number))
    kind = kind_of(slug)
    try:
        loaded = _load_file(reading, kind, key, number)
    except NotHere:
        loaded = None
    start = beginning.of_view(loaded.opened.view) if loaded is not None else beginning.Beginning()
    href = loaded.row.href if loaded is not None else ""
    context = {"start": start.words, "goes_on": start.goes_on, "href": href}
    return render(reading.request, "components/start.html", context)


@record_page(FILE_SECONDS, is_file=True)
def file_view(reading: Reading, slug: str, key: str, number: int) -> HttpResponse:
    """A PDF's or an image's own bytes, inert, for its page; or those of a picture within it, by its number."""
    return _bytes(reading, slug, key, number, functools.partial(_raw, reading.request.GET.get("picture", "")))


@record_page(FILE_SECONDS, is_file=True)
def file_original(reading: Reading, slug: str, key: str, number: int) -> HttpResponse:
    """The attachment's own bytes, to save."""
    return _bytes(
        reading,
        slug,
        key,
        number,
        lambda opened: (
            opened.content,
            original_headers(opened.view.content_type, opened.view.file_name),
        ),
    )


def _raw(picture: str, opened: Opened) -> tuple[bytes, dict[str, str]]:
    view = opened.view
    if picture:
        usable = picture.isascii() and picture.isdigit() and len(picture) < 5
        if not usable or not 1 <= int(picture) <= len(view.pictures):
            raise Http404
        one = view.pictures[int(picture) - 1]
        return one.content, picture_headers(one.content_type, view.file_name)
    if view.raw is not None:
        return view.raw.content, raw_headers(dataclasses.replace(view, content_type=view.raw.content_type))
    return opened.content, raw_headers(view)


def _bytes(
    reading: Reading,
    slug: str,
    key: str,
    number: int,
    answer: Callable[[Opened], tuple[bytes, dict[str, str]]],
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
    content, headers = answer(loaded.opened)
    return HttpResponse(content, headers=headers)


def file_page(reading: Reading, kind: AnyKind, key: str, number: int) -> FilePage:
    """Where a file is read, and whose record it should be of."""
    return FilePage(
        href=reading.addresses.file(kind, key, number),
        raw_href=reading.addresses.file(kind, key, number, "file-view"),
        record=reading.whose,
    )


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
            page=file_page(reading, kind, key, number),
        )
    except NoSuchFile:
        raise Http404 from None
