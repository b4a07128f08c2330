"""How a child grows, beside the curves of reference."""

from __future__ import annotations

import functools
from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from records.fetching.collected import Gone
from records.fetching.source import AccessOver, Sharing
from records.fetching.under_way import Late, answer_in_full
from records.fhir import errors
from records.kinds import KINDS
from records.lists.choosing import Look
from records.lists.entries import Wanted
from records.pages import made
from records.pages.door import PAGE_SECONDS, Reading, record_page
from records.service.growth import GROWN_UP, load_growth
from records.service.section import ask, sifted


@record_page(PAGE_SECONDS)
def growth(reading: Reading) -> HttpResponse:
    """The page. Where vital signs cannot be had, their own page says why."""
    kind, source = KINDS["vitals"], reading.source
    born = born_of(reading)
    if born is None:
        raise Http404
    sex = reading.birth_sex()
    asked = made.questions([kind], source)
    page_of = functools.partial(
        made.SectionPage, reading.looking(), kind="growth", look=Look(), born=f"{born} {sex}"
    )
    answers = made.answers_kept(asked, source, in_full=True)
    kept = reading.kept(page_of(answers=answers), current=kind.slug) if answers else None
    if kept is not None:
        return kept
    there = reading.addresses.section(kind)
    if source.shares(kind.resource_type) is Sharing.NONE:
        return redirect(there)
    wanted = Wanted(kind, source, reading.addresses)
    try:
        entries = sifted(wanted, ask(wanted, functools.partial(answer_in_full, kind, source)))
        found = load_growth(entries, born=born, sex=sex[0], at_birth=sex[1])
    except errors.SignInExpired:
        raise AccessOver from None
    except (errors.UpstreamError, Late, Gone):
        return redirect(there)
    if not found.days:
        raise Http404
    used = made.answers_used(asked, source) if not entries.sifted.tally.another_patient else None
    context = {"growth": found, "section_href": there, "section_title": kind.title}
    return reading.page(
        "records/growth.html",
        context,
        current=kind.slug,
        keep_as=page_of(answers=used) if used and not found.at_least else None,
    )


def born_of(reading: Reading) -> date | None:
    """When a child was born for whom there are curves; None for a grown-up, and where the day is not known."""
    try:
        born = date.fromisoformat(reading.birth_date() or "")
    except ValueError:
        return None
    return born if (timezone.localdate() - born).days < GROWN_UP * 365.25 else None
