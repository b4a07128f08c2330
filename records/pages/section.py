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
from records.lists.choosing import Look, wished
from records.lists.entries import Wanted
from records.pages import made
from records.pages import menu as menus
from records.pages.addresses import SERIES
from records.pages.door import PAGE_SECONDS, Reading, kind_of, record_page
from records.pages.growth import born_of
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
    return _section_page(reading, wanted, soon, in_full=False)


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
    reading: Reading, wanted: Wanted, answer: Callable[[], collecting.Collected], *, in_full: bool = True
) -> HttpResponse:
    """`in_full`: `answer` goes on asking as long as more is to come."""
    kind, look, source = wanted.kind, wanted.look, wanted.source
    asked = made.questions([kind], source)
    page_of = functools.partial(_page_of, reading, wanted)
    answers = made.answers_kept(asked, source, in_full=in_full) if not reading.is_part else None
    kept = reading.kept(page_of(answers), current=kind.slug) if answers else None
    if kept is not None:
        return kept
    loaded = load_section(wanted, ask(wanted, answer))
    is_known = loaded.state is not State.LATE
    if look.series is not None and is_known and not (loaded.rows or loaded.notices or _hides(loaded)):
        raise Http404
    menus.remember(source, {loaded.slug: loaded.state.value})
    used = made.answers_used(asked, source) if made.can_be_kept(loaded) else None
    if "lost" in reading.request.GET:
        loaded = replace(loaded, notices=(notices.lost(), *loaded.notices))
    if kind.with_ages:
        loaded = with_ages(loaded, reading.birth_date())
    context = _context(reading, wanted, loaded)
    if reading.is_part:
        return render(reading.request, "records/section_list.html", context)
    template = kind.template if look.series is None else "records/series.html"
    return reading.page(template, context, current=kind.slug, keep_as=page_of(used) if used else None)


def _page_of(reading: Reading, wanted: Wanted, answers: made.Answers) -> made.SectionPage:
    """All that the page of a section is made of."""
    return made.SectionPage(
        looking=reading.looking(),
        answers=answers,
        kind=wanted.kind.slug,
        look=wanted.look,
        born=reading.birth_date() if wanted.kind.with_ages else None,
    )


def _context(reading: Reading, wanted: Wanted, section: Section) -> dict[str, Any]:
    """What the page of a section shows, or that of one measure."""
    refresh_href = wanted.here(refresh="yes", **wanted.look.wish.address)
    context: dict[str, Any] = {"section": section, "refresh_href": refresh_href, "kind": wanted.kind}
    if wanted.kind.in_chosen_units:
        context |= {
            "units": reading.source.units,
            "unit_choices": units.CHOICES,
            "units_href": reading.addresses.units(),
        }
    if wanted.kind.with_ages and wanted.kind.as_table and section.rows and born_of(reading) is not None:
        context["growth_href"] = reading.addresses.growth()
    if wanted.look.series is not None:
        context |= {
            "section": _as_series(section),
            "charts": series_charts(section.points, score=wanted.kind.score(wanted.look.series)),
            "one_measure": True,
        }
    return context


def _hides(section: Section) -> bool:
    """Whether there is something that only the reader's choice leaves out."""
    return section.choices is not None and section.choices.outside > 0


def _as_series(section: Section) -> Section:
    """Titled for the measure, also where the reader's choice leaves out every reading that says its name."""
    rows = [latest.row for latest in section.latest] or section.rows
    return replace(section, title=rows[0].title, as_table=True) if rows else section
