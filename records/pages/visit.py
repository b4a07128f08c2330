"""What belongs to a visit."""

from __future__ import annotations

import dataclasses
import functools

from django.http import HttpResponse
from django.shortcuts import redirect, render

from records.documents import formats
from records.kinds.base import no_attachments
from records.pages.door import Reading, record_page
from records.pages.walk import WHOLE_SECONDS, walk
from records.service.entry import NotHere, load_entry
from records.service.visit import LOOKED_THROUGH, VISITS, FromVisit, from_visit
from records.words.rows import Row, replace

_WITH_WORDS = tuple(one.words for one in (formats.TEXT, formats.HTML, formats.C_CDA, formats.RTF))


def with_start(found: FromVisit | None, reading: Reading) -> FromVisit | None:
    """What belongs to a visit, with the place from which the first lines of one note come by themselves: of the newest
    whose words are in a file of its own."""
    for place, tied in enumerate(found.tied if found is not None else ()):
        for number, row in enumerate(tied.rows):
            if found is None or tied.kind.attached is no_attachments or not _comes_late(row):
                continue
            key = row.href.rstrip("/").rpartition("/")[2]
            href = reading.addresses.file(tied.kind, key, row.files[0].number, "file-start")
            file = replace(row.files[0], start_href=href)
            rows = (*tied.rows[:number], replace(row, files=(file, *row.files[1:])), *tied.rows[number + 1 :])
            shown = dataclasses.replace(tied, rows=rows)
            return dataclasses.replace(found, tied=(*found.tied[:place], shown, *found.tied[place + 1 :]))
    return found


def _comes_late(row: Row) -> bool:
    if not row.files or not row.href or row.crisis or row.covered:
        return False
    first = row.files[0]
    return not first.start and not first.problem and first.format_words in _WITH_WORDS


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
        "belonging": {"found": with_start(found, reading), "href": addresses.from_visit(key)},
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
