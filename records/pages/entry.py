"""The page of one entry."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from records.fetching.under_way import Late
from records.kinds.base import AnyKind
from records.links.medlineplus import help_about
from records.pages.door import PAGE_SECONDS, Reading, kind_of, record_page
from records.pages.file import file_context, file_page
from records.pages.visit import with_start
from records.service.entry import NotHere, forget_entry
from records.service.entry_page import load_entry_page
from records.service.file import number_here, read_here
from records.service.visit import VISITS, at_hand
from records.words.ages import with_age
from records.words.rows import Row, replace


@record_page(PAGE_SECONDS)
def entry(reading: Reading, slug: str, key: str) -> HttpResponse:
    """One entry: its facts first, then everything in it."""
    kind = kind_of(slug)
    logical_id = reading.id_behind(kind, key)
    if logical_id is None:
        return redirect(reading.addresses.section(kind, lost="yes"))
    address = reading.addresses.entry(kind, kind.resource_type, logical_id)
    if "refresh" in reading.request.GET:
        forget_entry(kind, logical_id, reading.source)
        return redirect(address)
    try:
        page = load_entry_page(
            kind,
            logical_id,
            source=reading.source,
            addresses=reading.addresses,
        )
    except NotHere as not_here:
        return reading.notice(not_here, kind=kind)
    files = tuple(
        replace(
            file,
            href=reading.addresses.file(kind, key, file.number),
            original_href=reading.addresses.file(kind, key, file.number, "file-original"),
        )
        for file in page.row.files
    )
    here = _read_here(reading, kind, key, page.row, page.model)
    if here:
        closed = {here["number"]} if here.get("is_closed") else set()
        files = tuple(replace(file, original_href="") if file.number in closed else file for file in files)
    row = replace(page.row, files=files)
    if kind.with_ages:
        row = with_age(row, reading.birth_date())
    context: dict[str, Any] = {
        "row": row,
        "here": here,
        "results": page.results,
        "section_title": kind.title,
        "section_href": reading.addresses.section(kind),
        "everything": page.everything,
        "departures": page.departures,
        "technical": page.technical,
        "provenance": page.provenance,
        "protection": page.protection,
        "help": help_about(page.model, reading.source) if page.model is not None else None,
        "as_of": page.as_of,
        "refresh_href": f"{address}?refresh=yes",
        # It may hold the bytes of a file that is somebody else's.
        "source_json": ""
        if here and here.get("is_closed")
        else json.dumps(page.tree, indent=2, ensure_ascii=False, default=str),
    }
    if kind is VISITS and page.model is not None:
        context["belonging"] = {
            "found": with_start(at_hand(page.model, reading.source, reading.addresses), reading),
            "href": reading.addresses.from_visit(key),
        }
        context["receipt_href"] = reading.addresses.receipt()
    return reading.page("records/entry.html", context, current=kind.slug)


def _read_here(reading: Reading, kind: AnyKind, key: str, row: Row, model: Any) -> dict[str, object] | None:
    """The file that is read on this page, or where it comes from when it has come; None where none is."""
    number = number_here(kind, row, model)
    if not number:
        return None
    where = file_page(reading, kind, key, number)
    try:
        loaded = read_here(kind, row, model, number, source=reading.source, page=where)
    except Late:
        return {"number": number, "late_href": where.href}
    is_closed = not loaded.opened.view.can_download and bool(loaded.opened.content)
    return {"number": number, "is_closed": is_closed, **file_context(reading, kind, key, loaded)}
