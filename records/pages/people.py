"""The pages of people and places: the list of those met, and each one's own."""

from __future__ import annotations

import json

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from records.kinds import KINDS
from records.pages.door import PAGE_SECONDS, Reading, record_page
from records.service.people import SLUG, TITLE, load_people, load_person
from records.words import notices
from records.words.rows import Notice


@record_page(PAGE_SECONDS)
def people(reading: Reading) -> HttpResponse:
    """Everybody that the opened sections name."""
    href = reading.addresses.people()
    section = load_people(KINDS.values(), source=reading.source, addresses=reading.addresses, href=href)
    return reading.page("records/section.html", {"section": section}, current=SLUG)


@record_page(PAGE_SECONDS)
def person(reading: Reading, key: str) -> HttpResponse:
    """One person, organization or place: facts first, then everything that the server says of it."""
    href = reading.addresses.people()
    parts = reading.keys.read(key)
    if parts is None or len(parts) != 2:
        return redirect(href)
    around = {"section_title": TITLE, "section_href": href}
    page = load_person(*parts, source=reading.source)
    if page is None:
        notice = Notice(
            title=_("The details are not available"),
            what_happened=_("The agency’s system did not send them."),
            safe=notices.SAFE,
            retry_href=reading.addresses.met(*parts),
        )
        return reading.page("records/notice_page.html", {"notice": notice, **around}, current=SLUG)
    context = {
        "row": page.row,
        **around,
        "everything": page.everything,
        "departures": page.departures,
        "technical": page.technical,
        "provenance": page.provenance,
        "source_json": json.dumps(page.tree, indent=2, ensure_ascii=False, default=str),
    }
    return reading.page("records/entry.html", context, current=SLUG)
