"""Pages that walk over the whole record: timeline, search, receipt, and what belongs to a visit."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import TypeVar

from django.http import HttpResponse
from django.shortcuts import redirect, render

from records.fetching.collected import Gone
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists.choosing import wished
from records.lists.whole import Whole, forget_gone, forget_withheld, load_whole, without_gone
from records.pages.door import Reading, record_page
from records.service.entry import NotHere, load_entry
from records.service.patient import birth_date
from records.service.receipt import receipt_of
from records.service.search import search
from records.service.timeline import load_timeline
from records.service.visit import LOOKED_THROUGH, VISITS, from_visit
from records.words.rows import replace

Made = TypeVar("Made")

WHOLE_SECONDS = 30
PATIENCE = 8
"""Seconds that such a page waits for what has not been fetched yet; then it shows what there is and goes on."""

MOST_WORDS = 200


def _walk(
    reading: Reading, make: Callable[[Whole], Made], kinds: Iterable[AnyKind] = KINDS.values()
) -> tuple[Whole, Made]:
    """The whole record and what is made of it. Where a page of it left the cache meanwhile, both once more; where it
    does so again, what is made of the others."""
    whole = load_whole(kinds, source=reading.source, patience=PATIENCE)
    try:
        made = make(whole)
    except Gone:
        forget_gone(whole, reading.source)
        whole = load_whole(kinds, source=reading.source, patience=PATIENCE)
        try:
            made = make(whole)
        except Gone:
            whole = without_gone(whole, reading.source)
            made = make(whole)
    forget_withheld(whole, reading.source)
    return whole, made


@record_page(WHOLE_SECONDS)
def timeline(reading: Reading) -> HttpResponse:
    """Everything by date, of all sections or one, of all years, one, or a range of dates."""
    asked = reading.request.GET
    section = asked.get("section", "") if asked.get("section", "") in KINDS else ""
    wish = wished(asked.dict())
    make = functools.partial(
        load_timeline,
        source=reading.source,
        addresses=reading.addresses,
        section=section,
        wish=wish,
        number=reading.page_number,
        born=birth_date(reading.person.result(), reading.source),
    )
    whole, found = _walk(reading, make)
    page = functools.partial(reading.addresses.timeline, section=section, **wish.address)
    pages = replace(
        found.pages,
        newer_href=page(page=str(found.number - 1)) if found.number > 1 else "",
        older_href=page(page=str(found.number + 1)) if found.pages.last < found.pages.total else "",
    )
    context = {
        "timeline": found,
        "pages": pages,
        "section": section,
        "year": wish.year,
        "whole": whole,
        "address": reading.addresses.timeline(),
        "receipt_href": reading.addresses.receipt(),
        "as_of": whole.as_of,
    }
    return reading.page("records/timeline.html", context, current="timeline")


@record_page(WHOLE_SECONDS, "GET", "HEAD", "POST")
def searched(reading: Reading) -> HttpResponse:
    """A search over the whole record. The words come by POST, so that they stand in no address and no history."""
    words = reading.request.POST.get("words", "")[:MOST_WORDS].strip()
    context: dict[str, object] = {"words": words, "receipt_href": reading.addresses.receipt()}
    if words:
        make = functools.partial(search, words=words, source=reading.source, addresses=reading.addresses)
        whole, found = _walk(reading, make)
        context |= {"searched": found, "whole": whole, "as_of": whole.as_of}
    return reading.page("records/search.html", context, current="search")


@record_page(WHOLE_SECONDS)
def receipt(reading: Reading) -> HttpResponse:
    """What could be loaded of this record and what could not, section by section."""
    whole, found = _walk(reading, functools.partial(receipt_of, addresses=reading.addresses))
    context = {"receipt": found, "whole": whole, "as_of": whole.as_of}
    return reading.page("records/receipt.html", context, current="receipt")


@record_page(WHOLE_SECONDS)
def belonging(reading: Reading, key: str) -> HttpResponse:
    """What belongs to a visit: a part of its page that comes late, or a page of its own with more of it."""
    logical_id = reading.id_behind(VISITS, key)
    if logical_id is None:
        return redirect(reading.addresses.section(VISITS, lost="yes"))
    source, addresses, is_part = reading.source, reading.addresses, "HX-Request" in reading.request.headers
    try:
        entry = load_entry(VISITS, logical_id, source=source, addresses=addresses)
    except NotHere as not_here:
        return reading.notice(not_here, kind=VISITS)
    visit_href = addresses.entry(VISITS, VISITS.resource_type, logical_id)
    if entry.found is None:
        return redirect(visit_href)
    make = functools.partial(
        from_visit,
        visit=entry.found.model,
        source=source,
        addresses=addresses,
        brief=is_part,
    )
    whole, found = _walk(reading, make, LOOKED_THROUGH)
    context: dict[str, object] = {
        "belonging": {"found": found, "href": addresses.from_visit(key)},
        "receipt_href": addresses.receipt(),
    }
    if is_part:
        return render(reading.request, "components/belonging.html", context)
    context |= {
        "visit": entry.row,
        "visit_href": visit_href,
        "section_title": VISITS.title,
        "as_of": whole.as_of,
    }
    return reading.page("records/belonging.html", context, current=VISITS.slug)
