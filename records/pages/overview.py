"""The first page of a record, and each of its blocks by itself."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from records.fetching import collected as collecting
from records.kinds import KINDS
from records.pages import made
from records.pages import menu as menus
from records.pages.blocks import Blocks
from records.pages.door import Reading, kind_of, record_page
from records.service.overview import load_block, load_summary
from records.words.sections import Section
from smart_auth.access import current_access_id

OVERVIEW_PATIENCE = 4
"""Seconds after which the page stands without what is late; it comes by itself, or by a link."""
BLOCK_PATIENCE = 8
"""Seconds that a part waits which asks for itself; then it asks again."""


@require_safe
def current(request: HttpRequest) -> HttpResponse:
    """`/record/`: the record that is open, or the front page."""
    access_id = current_access_id(request)
    return redirect("records:overview", access=access_id) if access_id else redirect("front")


@record_page(OVERVIEW_PATIENCE)
def overview(reading: Reading) -> HttpResponse:
    """The most important rows of every section, side by side."""
    if "refresh" in reading.request.GET:
        for kind in KINDS.values():
            collecting.renew(kind, reading.source)
        return redirect(reading.addresses.overview())
    source = reading.source
    asked = made.questions([kind for kind in KINDS.values() if kind.overview is not None], source)
    answers = made.answers_kept(asked, source)
    kept = reading.kept(made.OverviewPage(reading.looking(), answers), current="") if answers else None
    if kept is not None:
        return kept
    blocks = Blocks(source, reading.request.access)
    summary = load_summary(
        KINDS.values(),
        source=source,
        addresses=reading.addresses,
        patience=reading.source.client.deadline.left,
        rendering=blocks,
    )
    sections = [block.section for block in summary.blocks]
    menus.remember(source, {section.slug: section.state.value for section in sections})
    tiles = [
        (kind.title, reading.addresses.section(kind), "") for kind in KINDS.values() if kind.overview is None
    ]
    end = {
        "as_of": summary.as_of,
        "refresh_href": reading.addresses.overview() + "?refresh=yes",
        "receipt_href": reading.addresses.receipt(),
    }
    pieces = {
        "blocks": mark_safe("".join(blocks.rendered[block.section.slug] for block in summary.blocks)),  # noqa: S308
        "page_end": render_to_string("components/page_end.html", end),
    }
    if summary.missing:
        only_older = all(notice.stays for notice in summary.missing)
        context = {"tiles": tiles, "missing": summary.missing, "only_older": only_older, **pieces}
        return reading.page("records/overview.html", context, current="")
    used = made.answers_used(asked, source) if all(map(_is_settled, sections)) else None
    keep_as = made.OverviewPage(reading.looking(), used) if used else None
    return reading.framed("records/overview.html", {"tiles": tiles}, pieces, current="", keep_as=keep_as)


def _is_settled(section: Section) -> bool:
    """Whether a block will be the same at the next look."""
    return made.can_be_kept(section) and not section.rest_href


@record_page(BLOCK_PATIENCE)
def whose(reading: Reading) -> HttpResponse:
    """Whose record this is, for a page that was there before the name; without htmx the overview."""
    if not reading.is_part:
        return redirect(reading.addresses.overview())
    return render(reading.request, "components/banner.html", {"banner": reading.banner})


@record_page(BLOCK_PATIENCE)
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
    menus.remember(reading.source, {found.section.slug: found.section.state.value})
    return render(reading.request, "records/block.html", {"block": found})
