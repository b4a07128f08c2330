"""The pages around signing in, in words. None of them shows anything of a record, a token, or a server's text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from smart_auth import people, problems
from smart_auth.agencies import launch_href
from smart_auth.errors import Problem
from smart_auth.launch import local_path
from smart_auth.problems import TELLINGS, Telling
from smart_auth.sessions import session_of


def failed(request: HttpRequest, problem: Problem, *, current: str | None) -> HttpResponse:
    """The page of a sign-in that came to nothing. `current`: the access id of a record that is open all the same."""
    # The query holds a code and a state, or whatever somebody put into a link: no part of the page repeats it.
    request.META["QUERY_STRING"] = ""
    telling = TELLINGS[problem]
    if current is None:
        return _page(request, telling, Ways(sign_in_href=launch_href(request) if telling.again else ""))
    ways = Ways(record_href=f"/record/{current}/", switch=telling.again, sign_out=True)
    return _page(request, problems.while_open(telling), ways)


def told(request: HttpRequest, telling: Telling) -> HttpResponse:
    """A page that says something where no record is open, and leads to signing in."""
    return _page(request, telling, Ways(sign_in_href=launch_href(request)))


def sign_in_needed(request: HttpRequest, *, ended: bool = False, is_fresh: bool = False) -> HttpResponse:
    """The sign-in page in the place of a page of a record, with the way back to it.

    Args:
        ended: an access was open until now. is_fresh: it had been opened less than a minute ago.
    """
    if ended and is_fresh:
        telling = problems.ANOTHER_AGENCY
    elif session_of(request).get(people.ENDED_BY_THE_AGENCY):
        telling = problems.ENDED_BY_THE_AGENCY
    elif ended or session_of(request).was_outlived:
        telling = problems.ENDED
    else:
        telling = problems.NEEDED
    path = local_path(request.get_full_path()) if request.method in {"GET", "HEAD"} else ""
    response = _page(request, telling, Ways(sign_in_href=sign_in_href(request, path)))
    return _for_htmx(request, response)


def agency_left(request: HttpRequest, name: str) -> HttpResponse:
    """The agency whose record was open has been taken off the list."""
    telling = replace(
        problems.AGENCY_LEFT, title=_("%(agency)s no longer gives records here") % {"agency": name}
    )
    return _for_htmx(request, _page(request, telling, Ways(sign_in_href=launch_href(request))))


def stale(request: HttpRequest, current: str, *, was_open: bool) -> HttpResponse:
    """The refusal of an address that is not the open record's. `current` is the open one's access id."""
    telling = problems.STALE if was_open else problems.EARLIER
    ways = Ways(record_href=f"/record/{current}/", switch=True, sign_out=True)
    response = _page(request, telling, ways)
    return _for_htmx(request, response)


def trouble(request: HttpRequest, *, retry_after: int) -> HttpResponse:
    """The authorization server has trouble; the reader stays signed in. `retry_after` is in seconds."""
    retry_href = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    response = _page(request, problems.TROUBLE, Ways(retry_href=retry_href, sign_out=True))
    response["Retry-After"] = str(retry_after)
    return response


def same_again(request: HttpRequest, current: str) -> HttpResponse:
    """Another record was wanted, and the agency's page opened the same one."""
    ways = Ways(record_href=f"/record/{current}/", switch=True, sign_out=True)
    return _page(request, problems.SAME_AGAIN, ways)


def still_signed_in(request: HttpRequest, current: str) -> HttpResponse:
    """The page after signing out was opened without signing out. `current` is the open record's access id."""
    return _page(request, problems.STILL_SIGNED_IN, Ways(record_href=f"/record/{current}/", sign_out=True))


def forgotten(request: HttpRequest) -> HttpResponse:
    """Signing out while the sessions cannot be reached: the browser forgets its own, and no more could be done."""
    request.path = reverse("smart_auth:signed-out")  # where a choice of language leads back to
    return _page(request, problems.FORGOTTEN, Ways())


def sign_in_href(request: HttpRequest, path: str) -> str:
    """Where signing in starts, with the way back. The path is opaque and names nobody."""
    return launch_href(request) + (f"?{urlencode({'next': path})}" if path else "")


@dataclass(frozen=True)
class Ways:
    """Where such a page leads: addresses, and whether it offers another record and signing out."""

    sign_in_href: str = ""
    record_href: str = ""
    retry_href: str = ""
    switch: bool = False
    sign_out: bool = False


def _page(request: HttpRequest, telling: Telling, ways: Ways) -> HttpResponse:
    context = {
        "telling": telling,
        "sign_in_href": ways.sign_in_href,
        "record_href": ways.record_href,
        "retry_href": ways.retry_href,
        "switch_href": f"{launch_href(request)}?switch=1" if ways.switch else "",
        "sign_out": ways.sign_out,
    }
    return render(request, "sign_in/telling.html", context, status=telling.status)


def _for_htmx(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    # A part of a page cannot hold a whole one: the page is loaded anew, and then says the same.
    if request.headers.get("HX-Request") == "true":
        response["HX-Refresh"] = "true"
    return response
