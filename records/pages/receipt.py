"""What could be loaded of a record and what could not."""

from __future__ import annotations

import functools

from django.http import HttpResponse

from records.kinds import KINDS
from records.pages import made
from records.pages.door import Reading, record_page
from records.pages.walk import WHOLE_SECONDS, settled, walk
from records.service import opened
from records.service.receipt import receipt_of


@record_page(WHOLE_SECONDS)
def receipt(reading: Reading) -> HttpResponse:
    """What could be loaded of this record and what could not, section by section."""
    asked = made.questions(KINDS.values(), reading.source)
    answers = made.answers_kept(asked, reading.source, in_full=True)
    closed = opened.closed(reading.source)
    page = made.ReceiptPage(reading.looking(), answers, closed) if answers else None
    kept = reading.kept(page, current="receipt") if page else None
    if kept is not None:
        return kept
    whole, found = walk(reading, functools.partial(receipt_of, addresses=reading.addresses, closed=closed))
    context = {"receipt": found, "whole": whole, "as_of": whole.as_of}
    used = settled(whole, asked, reading.source)
    keep_as = made.ReceiptPage(reading.looking(), used, closed) if used else None
    return reading.page("records/receipt.html", context, current="receipt", keep_as=keep_as)
