"""The page of one kind of record, the rest of a long list, and every reading of one measure."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from records.charts import series_charts
from records.fetching import asking
from records.fetching import collected as collecting
from records.fetching.under_way import answer_in_full, answer_soon
from records.lists.choosing import Look, wished
from records.lists.entries import Wanted
from records.pages import menu as menus
from records.pages.addresses import SERIES
from records.pages.door import PAGE_SECONDS, Reading, kind_of, record_page
from records.service.section import ask, load_section
from records.words import notices, units
from records.words.ages import with_ages
from records.words.rows import replace
from records.words.sections import Section, State

REST_SECONDS = 8


@record_page(PAGE_SECONDS)
def section(reading: Reading, slug: str) -> HttpResponse:
    """The page of one kind of record."""
    wanted = _wanted(reading, slug)
    kind, source = wanted.kind, wanted.source
    if "refresh" in reading.request.GET:
        _renew(wanted)
        return redirect(reading.addresses.section(kind, **wanted.look.wish.address))
    patience = source.client.deadline.left
    soon = functools.partial(answer_soon, kind, source, size=asking.PAGE_SIZE, patience=patience)
    return _section_page(reading, wanted, soon)


@record_page(REST_SECONDS)
def rest(reading: Reading, slug: str) -> HttpResponse:
    """What is left of a long list: fetched now, then the list again, as a part of the page or whole."""
    wanted = _wanted(reading, slug)
    return _section_page(reading, wanted, functools.partial(answer_in_full, wanted.kind, wanted.source))


@record_page(PAGE_SECONDS)
def series(reading: Reading, slug: str, name: str) -> HttpResponse:
    """Every reading of one measure."""
    parts = reading.keys.read(name)
    wanted = _wanted(reading, slug, series="/".join(parts[1:]) if parts and parts[0] == SERIES else name)
    if wanted.kind.series is None:
        raise Http404
    if "refresh" in reading.request.GET:
        _renew(wanted)
        return redirect(wanted.here(**wanted.look.wish.address))
    return _section_page(reading, wanted, functools.partial(answer_in_full, wanted.kind, wanted.source))


def _wanted(reading: Reading, slug: str, series: str | None = None) -> Wanted:
    """The part of a list that an address asks for, and its order."""
    kind = kind_of(slug)
    wish = wished(reading.request.GET.dict(), kind=kind, one_measure=series is not None)
    look = Look(number=reading.page_number, series=series, wish=wish)
    return Wanted(kind, reading.source, reading.addresses, look)


def _renew(wanted: Wanted) -> None:
    """Lets the next look ask anew, for what holds the entries together too."""
    collecting.renew(wanted.kind, wanted.source)
    if wanted.kind.panels is not None and wanted.look.series is None:
        collecting.renew(wanted.kind.panels.kind, wanted.source)


def _section_page(
    reading: Reading, wanted: Wanted, answer: Callable[[], collecting.Collected]
) -> HttpResponse:
    kind, look = wanted.kind, wanted.look
    loaded = load_section(wanted, ask(wanted, answer))
    is_known = loaded.state is not State.LATE
    if look.series is not None and is_known and not (loaded.rows or loaded.notices or _hides(loaded)):
        raise Http404
    menus.remember(reading.source, loaded)
    if "lost" in reading.request.GET:
        loaded = replace(loaded, notices=(notices.lost(), *loaded.notices))
    if kind.with_ages:
        loaded = with_ages(loaded, reading.birth_date())
    refresh_href = wanted.here(refresh="yes", **look.wish.address)
    context: dict[str, Any] = {"section": loaded, "refresh_href": refresh_href, "kind": kind}
    if kind.in_chosen_units:
        context |= {
            "units": reading.source.units,
            "unit_choices": units.CHOICES,
            "units_href": reading.addresses.units(),
        }
    if look.series is not None:
        context |= {
            "section": _as_series(wanted, loaded),
            "charts": series_charts(loaded.rows),
            "one_measure": True,
        }
    if reading.is_part:
        return render(reading.request, "records/section_list.html", context)
    if look.series is not None:
        return reading.page("records/series.html", context, current=kind.slug)
    return reading.page(kind.template, context, current=kind.slug)


def _hides(section: Section) -> bool:
    """Whether there is something that only the reader's choice leaves out."""
    return section.choices is not None and section.choices.outside > 0


def _as_series(wanted: Wanted, section: Section) -> Section:
    """Titled for the measure, also where the reader's choice leaves out every reading that says its name."""
    rows = section.rows
    if not rows and _hides(section):
        rows = load_section(dataclasses.replace(wanted, look=Look(series=wanted.look.series, rows=1))).rows
    return replace(section, title=rows[0].title, as_table=True) if rows else section
