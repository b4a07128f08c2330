"""The FHIR side of the demo server over HTTP: read, search, further pages, files, metadata.

FHIR R4.0.1 at `/fhir-request/`, read only, JSON only, as InSync (Smile CDR) speaks it. Every answer has
a request id and is not to be stored; every refusal is an OperationOutcome. A token is good for one
patient: the search is narrowed to that record, and whatever names another one is refused.
"""

from __future__ import annotations

import dataclasses
import functools
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from email.utils import format_datetime
from typing import Concatenate, ParamSpec
from urllib.parse import parse_qsl, urlencode

import msgspec
from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.views.decorators.csrf import csrf_exempt

from demo_server import bundles, config, negotiation, tokens, trouble_views
from demo_server.agencies import Each, authorization_base, fhir_base
from demo_server.binaries import answer_binary
from demo_server.capability import capability_statement
from demo_server.catalogue import CATALOGUE, NOBODYS
from demo_server.outcomes import (
    STATUS_ISSUES,
    Refusal,
    forbidden,
    invalid,
    method_not_allowed,
    not_found,
    not_supported,
    outcome_bytes,
    unauthorized,
)
from demo_server.paging import Pages
from demo_server.scopes import reaches
from demo_server.search import LARGEST_PAGE, Finder, Search, shuffled, understand
from demo_server.trouble import SWITCHES
from demo_server.world import Stored, world

log = logging.getLogger(__name__)

JSON = "application/fhir+json; charset=utf-8"
PAGES = Pages()

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def finder() -> Finder:
    """The Finder of this request's agency."""
    return _FINDERS.own


_FINDERS = Each(lambda: Finder(world()))


def answers_fhir(view: View[P]) -> View[P]:
    """What all FHIR answers have in common: GET only, refusals as outcomes, headers, `DEMO_LATENCY_MS`."""

    @csrf_exempt  # no cookie is looked at here; what a browser may not send is refused by its method
    @functools.wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if config.LATENCY_MS:
            time.sleep(config.LATENCY_MS / 1000)
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = _refused(refusal)
        except Exception:  # a mistake of ours answers as InSync's would: 500, with an OperationOutcome
            log.exception("a FHIR request could not be answered")
            response = _refused(Refusal(500, "exception", "The request could not be answered."))
        response.headers["X-Request-Id"] = secrets.token_hex(8)
        response.headers["Cache-Control"] = "no-store"
        return response

    return wrapped


def _refused(refusal: Refusal) -> HttpResponse:
    body = outcome_bytes(refusal.code, refusal.diagnostics)
    return HttpResponse(body, status=refusal.status, content_type=JSON, headers=refusal.headers)


def _token(request: HttpRequest) -> tokens.Token:
    """The token of the request's Authorization header. RFC 6750 section 2.1.

    Raises:
        Refusal: 401.
    """
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = tokens.token_for(bearer.strip()) if scheme.lower() == "bearer" and bearer.strip() else None
    if token is None:
        raise unauthorized()
    return token


def _allowed(token: tokens.Token, resource_type: str, interaction: str) -> None:
    if not reaches(token.scopes, resource_type, interaction):
        raise forbidden(f"The access token has no scope to {interaction} {resource_type}.")


def _get_only(request: HttpRequest) -> None:
    if request.method not in ("GET", "HEAD"):
        raise method_not_allowed()


def _trouble(resource_type: str, interaction: str) -> None:
    """Waits or refuses, where a switch says so.

    Raises:
        Refusal: with the status of the switch; 504 after hanging.
    """
    if switch := SWITCHES.take("slow", resource_type, interaction):
        SWITCHES.wait(switch)
    if switch := SWITCHES.take("hang", resource_type, interaction):
        SWITCHES.wait(switch)
        raise Refusal(504, "timeout", "No answer in time.")
    if switch := SWITCHES.take("status", resource_type, interaction):
        headers = {}
        if switch.retry_after is not None:
            headers["Retry-After"] = str(switch.retry_after)
        if switch.status == 401:
            headers |= unauthorized().headers
        code = STATUS_ISSUES.get(switch.status, "exception")
        raise Refusal(switch.status, code, f"Trouble was asked for: {switch.status}.", headers=headers)


def _sent(body: bytes, resource_type: str, interaction: str) -> HttpResponse:
    if SWITCHES.take("broken-json", resource_type, interaction):
        body = body[: len(body) // 2]
    return HttpResponse(body, content_type=JSON)


@answers_fhir
def metadata(request: HttpRequest) -> HttpResponse:
    """The CapabilityStatement; the one thing that needs no token."""
    _get_only(request)
    negotiation.json_only(request)
    statement = capability_statement(fhir_base=fhir_base(), authorization=authorization_base())
    return HttpResponse(msgspec.json.encode(statement), content_type=JSON)


@answers_fhir
def read(request: HttpRequest, resource_type: str, id: str) -> HttpResponse:  # noqa: A002  # FHIR's own word
    """One resource by its id: the patient's own, or nobody's. FHIR R4 3.1.0.2."""
    known = resource_type in CATALOGUE or resource_type == "Binary"
    if known:
        _trouble(resource_type, "read")
    token = _token(request)
    if not known:
        raise _unknown(resource_type)
    _get_only(request)
    if resource_type == "Binary":
        return answer_binary(request, id, token=token, world=world())
    negotiation.json_only(request)
    _allowed(token, resource_type, "read")
    one = world().get(resource_type, id)
    if one is None:
        raise not_found(resource_type)
    if resource_type not in NOBODYS and token.patient not in one.patients:
        raise forbidden("The access token is not good for this resource.")
    response = _sent(one.body, resource_type, "read")
    response.headers["ETag"] = f'W/"{one.version}"'
    response.headers["Last-Modified"] = format_datetime(
        world().updated(one).replace(microsecond=0), usegmt=True
    )
    return response


@answers_fhir
def search(request: HttpRequest, resource_type: str) -> HttpResponse:
    """The first page of a search. FHIR R4 3.1.1."""
    if resource_type in CATALOGUE:
        _trouble(resource_type, "search")
    token = _token(request)
    if resource_type not in CATALOGUE:
        raise _unknown(resource_type)
    _get_only(request)
    negotiation.json_only(request)
    _allowed(token, resource_type, "search")
    query = parse_qsl(request.META.get("QUERY_STRING", ""), keep_blank_values=True)
    understood = understand(resource_type, query, patient=token.patient, world=world())
    found = finder().matches(understood)
    if understood.sort and SWITCHES.take("ignored-sort", resource_type, "search"):
        found = shuffled(found)
    address = f"{fhir_base()}{resource_type}"
    if query:
        address += "?" + urlencode(query)
    return _page(token, understood, found, 0, key="", address=address)


@answers_fhir
def base(request: HttpRequest) -> HttpResponse:
    """The base itself: further pages of a search, and nothing else. Compare Smile CDR's `_getpages`."""
    query = dict(parse_qsl(request.META.get("QUERY_STRING", "")))
    key = query.get("_getpages", "")
    token = _token(request)
    _get_only(request)
    negotiation.json_only(request)
    if not key:
        raise not_supported("Nothing is searched across all types.")
    held = PAGES.held(key, patient=token.patient)
    resource_type = held.search.served.name
    _trouble(resource_type, "next")
    _allowed(token, resource_type, "search")
    offset, count = query.get("_getpagesoffset", ""), query.get("_count", str(held.search.count))
    if not (offset.isascii() and offset.isdigit() and count.isascii() and count.isdigit() and int(count[:9])):
        raise invalid("The address of the page is not one that this server gave.")
    understood = dataclasses.replace(held.search, count=min(int(count[:9]), LARGEST_PAGE))
    return _page(
        token,
        understood,
        held.found,
        int(offset[:9]),
        key=key,
        address=_page_url(key, int(offset[:9]), count),
    )


def _page_url(key: str, offset: int, count: int | str) -> str:
    query = urlencode(
        {"_getpages": key, "_getpagesoffset": offset, "_count": count, "_bundletype": "searchset"}
    )
    return f"{fhir_base().rstrip('/')}?{query}"


def _page(
    token: tokens.Token, search: Search, found: tuple[Stored, ...], offset: int, *, key: str, address: str
) -> HttpResponse:
    """A page of what was found, with the troubles that a bundle can have."""
    resource_type = search.served.name
    interaction = "next" if key else "search"
    if search.count_only:
        return _sent(
            bundles.bundle((), (), total=len(found), links={"self": address}, base=fhir_base()),
            resource_type,
            interaction,
        )
    page: Iterable[Stored] = found[offset : offset + search.count]
    along = finder().included(search, page, may=lambda name: reaches(token.scopes, name, "read"))
    links = {"self": address}
    more = offset + search.count < len(found)
    if SWITCHES.take("looping-next", resource_type, interaction):
        links["next"] = _page_url(key or PAGES.hold(search, found), offset, search.count)
    elif switch := SWITCHES.take("foreign-next", resource_type, interaction):
        links["next"] = switch.url
    elif more:
        links["next"] = _page_url(key or PAGES.hold(search, found), offset + search.count, search.count)
    if SWITCHES.take("foreign-patient", resource_type, interaction):
        page = (*page, bundles.somebody_elses(resource_type, token.patient, world()))
    body = bundles.bundle(page, along, total=len(found), links=links, base=fhir_base())
    return _sent(body, resource_type, interaction)


def _unknown(resource_type: str) -> Refusal:
    return not_supported(f"Unknown resource type '{resource_type[:40]}'. Served are: {', '.join(CATALOGUE)}.")


@answers_fhir
def anything_else(request: HttpRequest) -> HttpResponse:
    """History, versions, operations, compartments: none of it is offered."""
    _token(request)
    _get_only(request)
    raise not_supported("This server does not offer that interaction.")


_TYPE = r"(?P<resource_type>[A-Z][A-Za-z]*)"
_ID = r"(?P<id>[A-Za-z0-9._\-]{1,128})"
"""Wider than FHIR's own 64 characters: with other people's data come ids of 66 to 88."""

urlpatterns = [
    path("fhir-request", base),
    path("fhir-request/", base),
    path("fhir-request/metadata", metadata),
    re_path(rf"^fhir-request/{_TYPE}/?$", search),
    re_path(rf"^fhir-request/{_TYPE}/{_ID}/?$", read),
    re_path(r"^fhir-request/(?!\.well-known/)", anything_else),
    path("demo/trouble", trouble_views.page, name="trouble"),
    path("demo/trouble.json", trouble_views.json),
]
"""From the root of the site: `path("", include("demo_server.fhir"))`."""
