"""Finding the agency, in a portal of several: by a part of its name, its place or its web address.

What is looked for stands in no address and no log line: a search is a POST. Which agencies this device knows is kept by
the browser alone, and only if wished.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from insync_portal import agency_search, demo
from insync_portal.asking import asking
from smart_auth import agencies
from smart_auth.access import current_access_id
from smart_auth.agency import Agency
from smart_auth.launch import local_path

MOST_FOUND = 20
MOST_CHARACTERS = 100

Marked = Sequence[tuple[str, bool]]


@dataclass(frozen=True)
class Shown:
    """An agency in a list. `name`, `place`, `site`: cut into what was looked for and what not. `href`: its own page.
    `record_href`: the record that this browser has open there, or empty."""

    agency: Agency
    name: Marked
    place: Marked
    site: Marked
    href: str
    record_href: str = ""


@dataclass(frozen=True)
class State:
    """The agencies of one place, "Massachusetts"; empty where they do not say."""

    name: str
    agencies: tuple[Shown, ...]


def front(request: HttpRequest) -> HttpResponse:
    """The first page of a portal of several: the agencies that this device knows, and the way to any other."""
    return _page(request, _back(request.GET.get("next", "")))


@require_http_methods(["GET", "HEAD", "POST"])
def every(request: HttpRequest) -> HttpResponse:
    """All agencies by place; or, sent by the form, those that match."""
    if agencies.only() is not None:
        return HttpResponseRedirect(reverse("front"))
    if request.method == "POST":
        asked = " ".join(request.POST.get("agency", "").split())[:MOST_CHARACTERS]
        return _page(request, _back(request.POST.get("next", "")), asked=asked)
    back = _back(request.GET.get("next", ""))
    states: dict[str, list[Shown]] = {}
    for agency in sorted(_listed(), key=lambda one: agency_search.folded(one.name)):
        states.setdefault(agency.place.rpartition(",")[2].strip(), []).append(_shown(agency, back))
    by_place = [State(name, tuple(found)) for name, found in sorted(states.items(), key=_nameless_last)]
    return render(request, "agencies/every.html", {"states": by_place, "back": back})


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Go on to one agency's page; keep its name on this device where that was ticked."""
    agency = _of(request.POST.get("agency", ""))
    response = HttpResponseRedirect(_href(agency, _back(request.POST.get("next", ""))))
    if request.POST.get("remember") == "1":
        agencies.remember(response, [agency.slug, *agencies.remembered(request)])
    return response


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """This device knows one agency less."""
    response = HttpResponseRedirect(reverse("front"))
    gone = request.POST.get("agency", "")
    agencies.remember(response, [slug for slug in agencies.remembered(request) if slug != gone])
    return response


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """An agency's own first page: its words, and the way to its sign-in. What it sends its patients a link to."""
    agency, record = _of(slug), agencies.of_open_record(request)
    agencies.about(request, agency)
    back = _back(request.GET.get("next", ""))
    context = {
        "launch_href": agencies.launch_href(request) + (f"?{urlencode({'next': back})}" if back else ""),
        "demo_people": demo.people(agency),
        "asking": asking([agency]),
        "is_remembered": slug in agencies.remembered(request),
        "several": True,
        "closes": record.name if record is not None and record.slug != slug else "",
    }
    return render(request, "pages/front.html", context)


@require_safe
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    """An agency's picture, as it was cleaned at the start."""
    found = _of(slug).logo
    if found is None:
        raise Http404
    response = HttpResponse(found.content, content_type=found.media_type)
    response["Cache-Control"] = "public, max-age=3600"
    # Opened by itself it is a document: one that may do nothing at all.
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _page(request: HttpRequest, back: str, *, asked: str | None = None) -> HttpResponse:
    """The way to an agency, with what was found where something was looked for."""
    known = [found for slug in agencies.remembered(request) if (found := agencies.named(slug)) is not None]
    opened = agencies.of_open_record(request)
    if opened is not None and opened not in known:
        known.insert(0, opened)
    href = f"/record/{current_access_id(request)}/" if opened is not None else ""
    context: dict[str, Any] = {
        "known": [_shown(one, back, record_href=href if one is opened else "") for one in known],
        "remembered": agencies.remembered(request),
        "back": back,
        "count": len(_listed()),
        "asked": asked,
    }
    if asked:
        everyone = agencies.all_agencies()
        hits, words = agency_search.matching(everyone, asked), agency_search.wanted(asked)
        context["found"] = [_shown(one, back, words) for one in hits[:MOST_FOUND]]
        context["found_count"] = len(hits)
        context["meant"] = "" if hits else agency_search.suggestion(everyone, asked)
    return render(request, "agencies/find.html", context)


def _shown(agency: Agency, back: str, words: Sequence[str] = (), *, record_href: str = "") -> Shown:
    texts = (agency.name, agency.place, agency_search.site_of(agency))
    name, place, site = (agency_search.parts(text, words) for text in texts)
    return Shown(agency, name, place, site, href=_href(agency, back), record_href=record_href)


def _of(slug: str) -> Agency:
    agency = agencies.named(slug) if slug else None
    if agency is None:
        raise Http404
    return agency


def _listed() -> list[Agency]:
    return [agency for agency in agencies.all_agencies() if agency.is_listed]


def _nameless_last(state: tuple[str, Iterable[Shown]]) -> tuple[bool, str]:
    return (not state[0], agency_search.folded(state[0]))


def _href(agency: Agency, back: str) -> str:
    return reverse("agency", kwargs={"slug": agency.slug}) + (f"?{urlencode({'next': back})}" if back else "")


def _back(path: str) -> str:
    """The page that somebody came from, where it is one of ours."""
    return local_path(path)
