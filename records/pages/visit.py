"""What belongs to a visit."""

from __future__ import annotations

import functools

from django.http import HttpResponse
from django.shortcuts import redirect, render

from records.pages.door import Reading, record_page
from records.pages.walk import WHOLE_SECONDS, walk
from records.service.entry import NotHere, load_entry
from records.service.visit import LOOKED_THROUGH, VISITS, from_visit


@record_page(WHOLE_SECONDS)
def belonging(reading: Reading, key: str) -> HttpResponse:
    """What belongs to a visit: a part of its page that comes late, or a page of its own with more of it."""
    logical_id = reading.id_behind(VISITS, key)
    if logical_id is None:
        return redirect(reading.addresses.section(VISITS, lost="yes"))
    source, addresses, is_part = reading.source, reading.addresses, reading.is_part
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
    whole, found = walk(reading, make, LOOKED_THROUGH)
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
