"""What is behind the page on screen, for staff who show the demo: the steps and requests, and troubles to switch on.

Outside the demo there is no such page, and nothing listens. Addresses stand without values: of a search its parameters'
names, of a read its type.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from smart_auth.agencies import all_agencies
from upstream import observed
from upstream.observed import Seen

log = logging.getLogger(__name__)

MOST_SEEN, MOST_PAGES = 400, 8
_seen: deque[Seen] = deque(maxlen=MOST_SEEN)

TROUBLES: dict[str, tuple[str | Promise, dict[str, Any]]] = {
    "refused": (
        _("Allergies answer with status 503"),
        {"kind": "status", "on": "AllergyIntolerance", "status": 503},
    ),
    "late": (
        _("Measurements come eight seconds late"),
        {"kind": "slow", "on": "Observation", "seconds": 8.0},
    ),
    "foreign": (
        _("Another patient’s entry stands among the conditions"),
        {"kind": "foreign-patient", "on": "Condition"},
    ),
    "token": (_("The token endpoint answers with status 503"), {"kind": "token-status", "status": 503}),
}
"""What can be switched on with one button, and how the demo server calls it. Its own page has all of them."""

STEPS: tuple[tuple[str, str | Promise], ...] = (
    ("/.well-known/smart-configuration", _("SMART: where the server says that its sign-in is")),
    ("/.well-known/openid-configuration", _("OpenID Connect: the same, in its own words")),
    ("/jwks", _("OpenID Connect: the keys that sign who it is")),
    ("/token", _("SMART: a code for tokens, or a token renewed")),
    ("/revoke", _("SMART: the tokens are given back")),
    ("/metadata", _("FHIR: what the server can do")),
)


@dataclass(frozen=True)
class Line:
    """One exchange as it is shown: `address` without values, `milliseconds` until the answer began."""

    method: str
    address: str
    step: str | Promise
    status: int
    milliseconds: int


@dataclass(frozen=True)
class Page:
    """What was asked for one page; `number` is empty for what belongs to signing in."""

    number: str
    lines: tuple[Line, ...]


def listen() -> None:
    """Look at what goes out from now on. For a demonstration alone."""
    if _seen.append not in observed.listeners:
        observed.listeners.append(_seen.append)


def without_values(url: str) -> str:
    """An address of which nothing tells whom or what it is about."""
    parts = urlsplit(url)
    path = parts.path
    for base in (urlsplit(agency.server.fhir_base_url).path for agency in all_agencies()):
        below = path.removeprefix(base)
        if path.startswith(base) and not below.startswith(".well-known") and "/" in below:
            path = f"{base}{below.split('/', 1)[0]}/…"
    names = "&".join(f"{name}=…" for name, _value in parse_qsl(parts.query, keep_blank_values=True))
    return f"{path}?{names}" if names else path


def pages() -> list[Page]:
    """The latest pages, newest first, each with what was asked for it."""
    found: dict[str, list[Line]] = {}
    for seen in reversed(_seen.copy()):
        if seen.page_id not in found and len(found) == MOST_PAGES:
            continue
        found.setdefault(seen.page_id, []).append(_line(seen))
    return [Page(number, tuple(reversed(lines))) for number, lines in found.items()]


def _line(seen: Seen) -> Line:
    path = urlsplit(seen.url).path
    step = next((words for end, words in STEPS if path.endswith(end)), "")
    return Line(seen.method, without_values(seen.url), step, seen.status, round(seen.seconds * 1000))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def behind(request: HttpRequest) -> HttpResponse:
    """The page. A POST switches one trouble on beside those that are, or all off."""
    if not settings.IS_DEMO:
        raise Http404
    if request.method == "POST":
        _switch(request.POST.get("trouble", ""))
        return HttpResponseRedirect(request.path)
    switched = _switched()
    context = {
        "pages": pages(),
        "troubles": [(name, words) for name, (words, _switch) in TROUBLES.items()],
        "is_known": switched is not None,
        "switched": list(_in_words(switched or [])),
        "trouble_href": f"{_demo_server()}/demo/trouble",
    }
    return render(request, "pages/behind.html", context)


def _in_words(switched: list[dict[str, Any]]) -> Iterator[str | Promise]:
    for one in switched:
        known = (words for words, wanted in TROUBLES.values() if wanted.items() <= one.items())
        yield next(known, _("Something that was set on the demo server’s own page"))


def _demo_server() -> str:
    parts = urlsplit(next(iter(all_agencies())).server.fhir_base_url)
    return f"{parts.scheme}://{parts.netloc}"


def _asked(method: str, body: Any = None) -> list[dict[str, Any]] | None:
    """The switches of the demo server after a request; None where it does not answer."""
    try:
        with requests.Session() as session:
            session.trust_env = False  # a proxy of the environment has no business between the two
            answer = session.request(method, f"{_demo_server()}/demo/trouble.json", json=body, timeout=2)
        answer.raise_for_status()
        found: list[dict[str, Any]] = answer.json()["switches"]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        log.warning("the demo server did not say what is switched on: %s", type(error).__name__)
        return None
    return found


def _switched() -> list[dict[str, Any]] | None:
    return _asked("GET")


def _switch(name: str) -> None:
    if name == "off":
        _asked("DELETE")
    elif name in TROUBLES and (before := _switched()) is not None:
        wanted = TROUBLES[name][1]
        kept = [one for one in before if not wanted.items() <= one.items()]
        _asked(
            "PUT", {"switches": [*({k: v for k, v in one.items() if v is not None} for one in kept), wanted]}
        )
