"""In which units a reader wishes to see vital signs."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from records.pages.door import PAGE_SECONDS, Reading, record_page
from records.words import units


@record_page(PAGE_SECONDS, "GET", "HEAD", "POST")
def choose_units(reading: Reading) -> HttpResponse:
    """Keeps in which units vital signs are wished, in a cookie like the one of the language, and leads back.

    Only what is posted is kept; who comes here otherwise, after signing in again, is led to the overview.
    """
    said, back = reading.request.POST.get("units", ""), reading.request.POST.get("next", "")
    here = reading.addresses.overview()
    usable = back.startswith(here) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    answer = redirect(back if usable else here)
    if reading.request.method != "POST":
        return answer
    if said in units.TARGETS:
        answer.set_cookie(units.cookie_name(), said, secure=settings.IS_HTTPS, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(units.cookie_name(), samesite="Lax")
    return answer
