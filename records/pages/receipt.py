"""What could be loaded of a record and what could not."""

from __future__ import annotations

import functools

from django.http import HttpResponse

from records.pages.door import Reading, record_page
from records.pages.walk import WHOLE_SECONDS, walk
from records.service.receipt import receipt_of


@record_page(WHOLE_SECONDS)
def receipt(reading: Reading) -> HttpResponse:
    """What could be loaded of this record and what could not, section by section."""
    whole, found = walk(reading, functools.partial(receipt_of, addresses=reading.addresses))
    context = {"receipt": found, "whole": whole, "as_of": whole.as_of}
    return reading.page("records/receipt.html", context, current="receipt")
