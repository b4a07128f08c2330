"""Pages that walk over the whole record: timeline, search, receipt."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TypeVar

from django.http import HttpResponse

from records.choosing import year_asked
from records.door import Reading, record_page
from records.harvest import Gone
from records.kinds import KINDS
from records.receipt import receipt_of
from records.searching import search
from records.timeline import load_timeline
from records.whole import Whole, forget_withheld, load_whole

Made = TypeVar("Made")

WHOLE_SECONDS = 30
PATIENCE = 8
"""Seconds that such a page waits for what has not been fetched yet; then it shows what there is and goes on."""

MOST_WORDS = 200


def _walk(reading: Reading, make: Callable[[Whole], Made]) -> tuple[Whole, Made]:
    """The whole record and what is made of it. Where a page of it left the cache meanwhile, both once more."""
    whole = load_whole(KINDS.values(), source=reading.source, patience=PATIENCE)
    try:
        made = make(whole)
    except Gone:
        whole = load_whole(KINDS.values(), source=reading.source, patience=PATIENCE)
        made = make(whole)
    forget_withheld(whole, reading.source)
    return whole, made


@record_page(WHOLE_SECONDS)
def timeline(reading: Reading) -> HttpResponse:
    """Everything by date, of all sections or one, of all years or one."""
    asked = reading.request.GET
    section = asked.get("section", "") if asked.get("section", "") in KINDS else ""
    year = year_asked(asked.get("year", ""))
    make = functools.partial(
        load_timeline,
        source=reading.source,
        addresses=reading.addresses,
        section=section,
        year=year,
        number=reading.page_number,
    )
    whole, found = _walk(reading, make)
    context = {
        "timeline": found,
        "section": section,
        "year": year,
        "whole": whole,
        "address": reading.addresses.timeline(),
        "newer_href": _page(reading, section, year, found.number - 1) if found.number > 1 else "",
        "older_href": _page(reading, section, year, found.number + 1)
        if found.pages.last < found.pages.total
        else "",
        "receipt_href": reading.addresses.receipt(),
        "as_of": whole.as_of,
    }
    return reading.page("records/timeline.html", context, current="timeline")


def _page(reading: Reading, section: str, year: str, number: int) -> str:
    return reading.addresses.timeline(section=section, year=year, page=str(number))


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
