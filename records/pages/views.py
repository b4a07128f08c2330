"""The pages of a record. Each finds out who asks and for what, calls one function, and renders."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from records.charts import series_charts
from records.documents.headers import original_headers, raw_headers
from records.documents.view import View
from records.fetching import asking
from records.fetching import collected as harvesting
from records.fetching.under_way import answer_in_full, answer_soon
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.links.medlineplus import help_about
from records.lists.choosing import wished
from records.pages import menu as menus
from records.pages.door import PAGE_SECONDS, SERIES, Reading, kind_of, record_page
from records.service.entry import NotHere, forget_entry
from records.service.entry_page import load_entry_page
from records.service.file import LoadedFile, NoSuchFile, load_file
from records.service.overview import Block, load_block, load_summary
from records.service.patient import birth_date
from records.service.section import Look, load_section
from records.service.visit import VISITS, at_hand
from records.words import notices, units
from records.words.ages import with_age, with_ages
from records.words.rows import Section, replace
from records.words.tongues import of_language
from smart_auth.access import current_access_id

OVERVIEW_PATIENCE = 4
SECTION_PATIENCE = 6
"""Seconds after which a page stands without what is late; it comes by itself, or by a link."""
REST_SECONDS = 8
FILE_SECONDS = 40


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """`/record/`: the record that is open, or the front page."""
    access_id = current_access_id(request)
    return redirect("records:overview", access=access_id) if access_id else redirect("front")


@record_page(PAGE_SECONDS)
def overview(reading: Reading) -> HttpResponse:
    """The most important rows of every section, side by side."""
    if "refresh" in reading.request.GET:
        for kind in KINDS.values():
            harvesting.renew(kind, reading.source)
        return redirect(reading.addresses.overview())
    rendered: dict[str, str] = {}

    def put_down(block: Block) -> None:
        rendered[block.section.slug] = render_to_string("records/block.html", {"block": block})

    summary = load_summary(
        KINDS.values(),
        source=reading.source,
        addresses=reading.addresses,
        patience=OVERVIEW_PATIENCE,
        put_down=put_down,
    )
    menus.remember(reading.source, *(block.section for block in summary.blocks))
    tiles = [
        (kind.title, reading.addresses.section(kind), "") for kind in KINDS.values() if kind.overview is None
    ]
    context = {
        "blocks": [rendered[block.section.slug] for block in summary.blocks],
        "missing": summary.missing,
        "only_older": all(notice.stays for notice in summary.missing),
        "tiles": tiles,
        "as_of": summary.as_of,
        "refresh_href": reading.addresses.overview() + "?refresh=yes",
        "receipt_href": reading.addresses.receipt(),
    }
    return reading.page("records/overview.html", context, current="")


@record_page(PAGE_SECONDS)
def block(reading: Reading, slug: str) -> HttpResponse:
    """One block of the overview that was late, or was not all there (`whole`); without htmx its section."""
    kind = kind_of(slug)
    if not reading.request.headers.get("HX-Request") or kind.overview is None:
        return redirect(reading.addresses.section(kind))
    found = load_block(
        kind,
        source=reading.source,
        addresses=reading.addresses,
        in_full="whole" in reading.request.GET,
    )
    menus.remember(reading.source, found.section)
    return render(reading.request, "records/block.html", {"block": found})


@record_page(PAGE_SECONDS)
def section(reading: Reading, slug: str) -> HttpResponse:
    """The page of one kind of record."""
    kind = kind_of(slug)
    if "refresh" in reading.request.GET:
        harvesting.renew(kind, reading.source)
        if kind.panels is not None:
            harvesting.renew(kind.panels.kind, reading.source)
        return redirect(reading.addresses.section(kind, **_look(reading, kind).wish.address))
    fetch = functools.partial(
        answer_soon, kind, reading.source, size=asking.PAGE_SIZE, patience=SECTION_PATIENCE
    )
    return _section_page(reading, kind, _look(reading, kind), fetch=fetch)


def _look(reading: Reading, kind: AnyKind) -> Look:
    """The part of a list that an address asks for, and its order."""
    return Look(number=reading.page_number, wish=wished(reading.request.GET.dict(), kind=kind))


@record_page(REST_SECONDS)
def rest(reading: Reading, slug: str) -> HttpResponse:
    """What is left of a long list: fetched now, then the list again, as a part of the page or whole."""
    kind = kind_of(slug)
    look = _look(reading, kind)
    return _section_page(reading, kind, look, fetch=functools.partial(answer_in_full, kind, reading.source))


@record_page(PAGE_SECONDS, "GET", "HEAD", "POST")
def choose_units(reading: Reading) -> HttpResponse:
    """Keeps in which units vital signs are wished, in a cookie like the one of the language, and leads back.

    Only what is posted is kept; who comes here otherwise, after signing in again, is led to the overview.
    """
    said, back = reading.request.POST.get("units", ""), reading.request.POST.get("next", "")
    here = reading.addresses.overview()
    usable = back.startswith(here) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    answer = redirect(back if usable else here)
    if reading.request.method != "POST":
        return answer
    if said in units.TARGETS:
        answer.set_cookie(units.cookie_name(), said, secure=settings.IS_HTTPS, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(units.cookie_name(), samesite="Lax")
    return answer


@record_page(PAGE_SECONDS)
def series(reading: Reading, slug: str, name: str) -> HttpResponse:
    """Every reading of one measure."""
    kind = kind_of(slug)
    if kind.series is None:
        raise Http404
    parts = reading.keys.read(name)
    measure = "/".join(parts[1:]) if parts and parts[0] == SERIES else name
    wish = wished(reading.request.GET.dict(), kind=kind, one_measure=True)
    if "refresh" in reading.request.GET:
        harvesting.renew(kind, reading.source)
        return redirect(reading.addresses.series(kind, measure, **wish.address))
    look = Look(number=reading.page_number, series=measure, wish=wish)
    fetch = functools.partial(answer_in_full, kind, reading.source)
    return _section_page(reading, kind, look, fetch=fetch)


def _section_page(
    reading: Reading, kind: AnyKind, look: Look, fetch: Callable[[], harvesting.Harvest] | None = None
) -> HttpResponse:
    loaded = load_section(
        kind,
        source=reading.source,
        addresses=reading.addresses,
        look=look,
        fetch=fetch,
    )
    if look.series is not None and not loaded.rows and not loaded.notices and not _hides(loaded):
        raise Http404
    menus.remember(reading.source, loaded)
    if "lost" in reading.request.GET:
        loaded = replace(loaded, notices=(notices.lost(), *loaded.notices))
    if kind.with_ages:
        loaded = with_ages(loaded, birth_date(reading.person.result(), reading.source))
    addresses, again = reading.addresses, {"refresh": "yes", **look.wish.address}
    refresh_href = (
        addresses.series(kind, look.series, **again) if look.series else addresses.section(kind, **again)
    )
    context: dict[str, Any] = {"section": loaded, "refresh_href": refresh_href, "kind": kind}
    if kind.in_chosen_units:
        context |= {
            "units": reading.source.units,
            "unit_choices": units.CHOICES,
            "units_href": reading.addresses.units(),
        }
    if look.series is not None:
        context |= {
            "section": _as_series(reading, kind, look, loaded),
            "charts": series_charts(loaded.rows),
            "one_measure": True,
        }
    if reading.request.headers.get("HX-Request"):
        return render(reading.request, "records/section_list.html", context)
    if look.series is not None:
        return reading.page("records/series.html", context, current=kind.slug)
    return reading.page(kind.template, context, current=kind.slug)


def _hides(section: Section) -> bool:
    """Whether there is something that only the reader's choice leaves out."""
    return section.choices is not None and section.choices.outside > 0


def _as_series(reading: Reading, kind: AnyKind, look: Look, section: Section) -> Section:
    """Titled for the measure, also where the reader's choice leaves out every reading that says its name."""
    rows = section.rows
    if not rows and _hides(section):
        newest = Look(series=look.series, rows=1)
        rows = load_section(kind, source=reading.source, addresses=reading.addresses, look=newest).rows
    return replace(section, title=rows[0].title, as_table=True) if rows else section


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
    row = replace(page.row, files=files)
    if kind.with_ages:
        row = with_age(row, birth_date(reading.person.result(), reading.source))
    context: dict[str, Any] = {
        "row": row,
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
        "source_json": json.dumps(page.tree, indent=2, ensure_ascii=False, default=str),
    }
    if kind is VISITS and page.model is not None:
        context["belonging"] = {
            "found": at_hand(page.model, reading.source, reading.addresses),
            "href": reading.addresses.from_visit(key),
        }
        context["receipt_href"] = reading.addresses.receipt()
    return reading.page("records/entry.html", context, current=kind.slug)


@record_page(FILE_SECONDS)
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


@record_page(FILE_SECONDS)
def file_view(reading: Reading, slug: str, key: str, number: int) -> HttpResponse:
    """A PDF's or an image's own bytes, inert, for the frame of its page."""
    return _bytes(reading, slug, key, number, raw_headers)


@record_page(FILE_SECONDS)
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
