"""The page of one kind of record, the rest of a long list, and every reading of one measure."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from records.charts import series_charts
from records.fetching import asking
from records.fetching import collected as collecting
from records.fetching.under_way import answer_in_full, answer_soon
from records.kinds.base import AnyKind
from records.lists.choosing import wished
from records.pages import menu as menus
from records.pages.addresses import SERIES
from records.pages.door import PAGE_SECONDS, Reading, kind_of, record_page
from records.service.patient import birth_date
from records.service.section import Look, load_section
from records.words import notices, units
from records.words.ages import with_ages
from records.words.rows import Section, replace

SECTION_PATIENCE = 6
"""Seconds after which a page stands without what is late; it comes by itself, or by a link."""
REST_SECONDS = 8


@record_page(PAGE_SECONDS)
def section(reading: Reading, slug: str) -> HttpResponse:
    """The page of one kind of record."""
    kind = kind_of(slug)
    if "refresh" in reading.request.GET:
        collecting.renew(kind, reading.source)
        if kind.panels is not None:
            collecting.renew(kind.panels.kind, reading.source)
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
        collecting.renew(kind, reading.source)
        return redirect(reading.addresses.series(kind, measure, **wish.address))
    look = Look(number=reading.page_number, series=measure, wish=wish)
    fetch = functools.partial(answer_in_full, kind, reading.source)
    return _section_page(reading, kind, look, fetch=fetch)


def _section_page(
    reading: Reading, kind: AnyKind, look: Look, fetch: Callable[[], collecting.Collected] | None = None
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
