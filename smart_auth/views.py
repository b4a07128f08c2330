"""Signing in and out, a page after each end, and whether a record is still open."""

from __future__ import annotations

import logging
import re
from urllib.parse import urlencode

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from smart_auth import agencies, client_keys, pages, people, signing_out
from smart_auth import callback as callbacks
from smart_auth import launch as launches
from smart_auth.access import current_access_id, standing
from smart_auth.agency import Agency
from smart_auth.errors import Problem, SignInFailed
from smart_auth.people import Standing
from smart_auth.sessions import SessionStore, session_of
from trail.entries import Event, Who
from trail.writing import write

log = logging.getLogger(__name__)

KEYS_SECONDS = 300
"""How long a server may keep the portal's own keys before it asks for them again."""

SECONDS_LEFT = "Session-Seconds-Left"
"""Of our own answers to portal.js alone."""

_LOGIN_HINT = re.compile(r"[a-z0-9-]{1,40}", re.ASCII)


@never_cache
@require_http_methods(["GET"])
def launch(request: HttpRequest, agency: str = "") -> HttpResponse:
    """Start a sign-in: standalone at an agency, or from an EHR that says `iss` and `launch`; `iss` is an agency, too.

    A link, not a form: a form that ends on another origin is what `form-action` forbids. Any website can lead here,
    so nothing ends by it: a record that is open stays so until the new sign-in has succeeded. SMART App Launch 2.2,
    "Launch App".
    """
    query, session = request.GET, session_of(request)
    record = people.current(dict(session.items()))
    if "iss" in query or "launch" in query:
        given, isses = query.getlist("launch"), query.getlist("iss")
        if len(given) != 1 or len(isses) != 1 or not 0 < len(given[0]) <= launches.MOST_LAUNCH_CHARACTERS:
            return _failed(request, Problem.LAUNCH_INCOMPLETE)
        at, ehr_launch, iss = agencies.of_base(isses[0]), given[0], isses[0]
        if at is None or (agency and at.slug != agency):
            return _failed(request, Problem.LAUNCH_UNKNOWN)
    else:
        at, ehr_launch, iss = _asked_for(request, agency), "", ""
        if at is None and agency:
            raise Http404
        if at is None:
            return _which_agency(query.get("next", ""))
    agencies.about(request, at)
    hint = query.get("login_hint", "") if settings.IS_DEMO else ""
    # Of another agency's record nothing is said to this one, and its patient's number may be the same by chance.
    is_open_here = record is not None and at.server.is_iss(record.fhir_base_url)
    switching = record if "switch" in query and is_open_here else None
    try:
        start = launches.Start(
            launch=ehr_launch,
            iss=iss,
            login_hint=hint if _LOGIN_HINT.fullmatch(hint) else "",
            return_path="" if switching else launches.local_path(query.get("next", "")),
            subject=switching.subject if switching else "",
            patient=switching.patient if switching else "",
        )
        address = launches.begin(session, at.server, start)
    except SignInFailed as failure:
        return _failed(request, failure.problem)
    return HttpResponseRedirect(address)


@never_cache
@require_http_methods(["GET"])
def callback(request: HttpRequest, agency: str = "") -> HttpResponse:
    """Where an agency's authorization server sends the browser back. Leads to a clean address at once."""
    at = agencies.at_callback(agency)
    if at is None:
        return _failed(request, Problem.STATE_UNKNOWN)
    agencies.about(request, at)
    try:
        opened = callbacks.complete(session_of(request), at.server, request.GET)
    except SignInFailed as failure:
        return _failed(request, failure.problem)
    return HttpResponseRedirect(reverse("smart_auth:same-record") if opened.same_again else opened.address)


def _asked_for(request: HttpRequest, slug: str) -> Agency | None:
    """The agency to sign in at: that of the address, else the one that the browser reads of, else the only one."""
    return agencies.named(slug) if slug else agencies.agency_of(request)


def _which_agency(path: str) -> HttpResponse:
    """Where a person finds the agency; the way back comes along."""
    back = launches.local_path(path)
    return HttpResponseRedirect(reverse("front") + (f"?{urlencode({'next': back})}" if back else ""))


def _failed(request: HttpRequest, problem: Problem) -> HttpResponse:
    agency = agencies.agency_of(request)
    write(Event.SIGN_IN_REFUSED, Who(agency=agency.slug if agency else ""), reason=problem.value)
    return pages.failed(request, problem, current=current_access_id(request))


@require_safe
@cache_control(public=True, max_age=KEYS_SECONDS)
def keys(request: HttpRequest) -> HttpResponse:
    """The public halves of the keys with which the portal says who it is: its JWK Set URL. RFC 7517, section 5."""
    path = settings.INSYNC_CLIENT_KEYS_FILE
    if not path:
        raise Http404
    try:
        found = client_keys.public(client_keys.load(path))
    except client_keys.Unreadable as error:
        log.error("the portal's own keys cannot be handed out: %s", error)
        return HttpResponse(status=503)
    return JsonResponse(found, content_type="application/jwk-set+json")


@never_cache
@require_safe
def same_record(request: HttpRequest) -> HttpResponse:
    """Another record was wanted, and the same one came back."""
    current = current_access_id(request)
    return pages.same_again(request, current) if current else pages.sign_in_needed(request)


@never_cache
@require_safe
def open_here(request: HttpRequest, access: str) -> HttpResponse:
    """Whether a page may stay (portal.js asks): 204, with the seconds that are left, else 401 or 409 as its own would
    be."""
    return _told(request, standing(request, access))


@never_cache
@require_POST
def stay(request: HttpRequest, access: str) -> HttpResponse:
    """Put the idle end off, as any page does. Answers as `open_here`."""
    found = standing(request, access)
    if found is Standing.CURRENT:
        session_of(request).keys()  # reading it is activity
    return _told(request, found)


def _told(request: HttpRequest, found: Standing) -> HttpResponse:
    if found is Standing.CURRENT:
        return HttpResponse(status=204, headers={SECONDS_LEFT: session_of(request).seconds_left()})
    return HttpResponse(status=401 if found is Standing.NOBODY else 409)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End everything here, and say so to the authorization server and to the browser.

    Where the agency's server can be signed out of, too, the answer is a page with a form that leads there. The
    id_token travels in it and never in an address (docs/decisions).
    """
    try:
        agency = agencies.of_open_record(request)  # and no other: its tokens are named to nobody else
        farewell = signing_out.sign_out(session_of(request), agency.server if agency is not None else None)
    except DatabaseTrouble:
        log.warning("signed out in the browser alone: the session could not be ended")
        request.session = SessionStore()  # nothing of it is read or stored any more, and its cookie goes
        farewell, response = None, pages.forgotten(request)
    else:
        response = HttpResponseRedirect(reverse("smart_auth:signed-out"))
    if farewell is not None:
        request.path = reverse("smart_auth:signed-out")  # where a choice of language leads back to
        response = render(request, "sign_in/farewell.html", {"farewell": farewell})
        # Of several agencies the settings name no origins: this form, and no other, leads to this one.
        response._csp_update = {"form-action": [farewell.origin]}  # type: ignore[attr-defined]  # django-csp's
    _leave_nothing(request, response)
    return response


def _leave_nothing(request: HttpRequest, response: HttpResponse) -> None:
    """What the browser kept goes; only the agencies that it was asked to remember stay, where it was asked."""
    if not agencies.remembered(request):
        response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        return
    response["Clear-Site-Data"] = '"cache", "storage"'
    for name in request.COOKIES:
        if name != settings.AGENCIES_COOKIE_NAME:
            response.delete_cookie(name)


@never_cache
@require_safe
def signed_out(request: HttpRequest) -> HttpResponse:
    """What signing out did, and what it could not do; or, where a record is open, that it did not happen."""
    current = current_access_id(request)
    if current:
        return pages.still_signed_in(request, current)
    everywhere = signing_out.is_back(request.GET.getlist("state"))
    request.META["QUERY_STRING"] = ""  # no part of the page repeats it
    context = {"sign_in_href": agencies.launch_href(request), "everywhere": everywhere}
    return render(request, "sign_in/signed_out.html", context)
