"""Everything of a record by date."""

from __future__ import annotations

import functools

from django.http import HttpResponse

from records.kinds import KINDS
from records.lists.choosing import wished
from records.pages import made
from records.pages.door import Reading, record_page
from records.pages.walk import WHOLE_SECONDS, settled, walk
from records.service.timeline import TimelineLook, load_timeline
from records.words.rows import replace


@record_page(WHOLE_SECONDS)
def timeline(reading: Reading) -> HttpResponse:
    """Everything by date, of all sections or one, of all years, one, or a range of dates."""
    asked = reading.request.GET
    section = asked.get("section", "") if asked.get("section", "") in KINDS else ""
    wish = wished(asked.dict())
    look = TimelineLook(
        section=section,
        wish=wish,
        number=reading.page_number,
        born=reading.birth_date(),
    )
    questions = made.questions(KINDS.values(), reading.source)
    answers = made.answers_kept(questions, reading.source, in_full=True)
    kept = reading.kept(_page_of(reading, look, answers), current="timeline") if answers else None
    if kept is not None:
        return kept
    make = functools.partial(load_timeline, source=reading.source, addresses=reading.addresses, look=look)
    whole, found = walk(reading, make)
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
    used = settled(whole, questions, reading.source)
    keep_as = _page_of(reading, look, used) if used else None
    return reading.page("records/timeline.html", context, current="timeline", keep_as=keep_as)


def _page_of(reading: Reading, look: TimelineLook, answers: made.Answers) -> made.TimelinePage:
    """All that a page of it is made of."""
    return made.TimelinePage(reading.looking(), answers, look)
