"""A search over the whole record."""

from __future__ import annotations

import functools

from django.conf import settings
from django.http import HttpResponse

from records.pages.door import Reading, record_page
from records.pages.walk import WHOLE_SECONDS, walk
from records.service.search import MOST_SHOWN, search
from records.words.vocabulary import vocabulary

MOST_WORDS = 200


@record_page(WHOLE_SECONDS, "GET", "HEAD", "POST")
def searched(reading: Reading) -> HttpResponse:
    """A search over the whole record. The words come by POST, so that they stand in no address and no history."""
    words = reading.request.POST.get("words", "")[:MOST_WORDS].strip()
    context: dict[str, object] = {"words": words, "receipt_href": reading.addresses.receipt()}
    if words:
        make = functools.partial(
            search,
            words=words,
            source=reading.source,
            addresses=reading.addresses,
            section=reading.request.POST.get("section", ""),
            known=vocabulary(settings.SEARCH_WORDS_FILE),
        )
        whole, found = walk(reading, make)
        context |= {"searched": found, "whole": whole, "as_of": whole.as_of, "most_shown": MOST_SHOWN}
    return reading.page("records/search.html", context, current="search")
