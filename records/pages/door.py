"""What every page of a record shares: where things stand, whose record it is, and the door it comes through."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from records.fetching.source import THREADS, AccessOver, Source
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.pages import menu as menus
from records.pages.addresses import RecordAddresses
from records.pages.connecting import connect
from records.pages.keys import Keys
from records.service.entry import NotHere
from records.service.patient import Fetched, fetch_person, person_of
from records.words.units import choice_of
from smart_auth.access import PatientRequest, SignInNeeded, access_required

PAGE_SECONDS = 25

READER_DIGITS = 16
"""Of the reader's key in the trail: enough to tell readers apart."""

trail = logging.getLogger("records.trail")

PageView = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Reading:
    """What every page of a record needs: the source and the addresses."""

    source: Source
    addresses: RecordAddresses
    keys: Keys
    request: PatientRequest
    person: Future[Fetched | None]
    """Whose record it is: asked for beside whatever the page asks."""

    @property
    def page_number(self) -> int:
        """Which page of a list is asked for, from 1."""
        value = self.request.GET.get("page", "1")
        usable = value.isascii() and value.isdigit() and len(value) < 7
        return max(1, int(value)) if usable else 1

    def page(
        self, template: str, context: dict[str, Any], *, current: str, status: int = 200
    ) -> HttpResponse:
        """A whole page, with whose record it is and the menu around it."""
        access = self.request.access
        person = person_of(self.person.result(), self.source, today=timezone.localdate())
        banner = menus.banner(
            person,
            relation=access.relation.value,
            reader_name=access.reader.name,
            overview_href=self.addresses.overview(),
            switch_href=reverse("smart_auth:launch") + "?switch=1",
            search_href=self.addresses.search(),
        )
        menu = menus.menu(KINDS.values(), self.source, self.addresses, current=current)
        return render(self.request, template, {"banner": banner, "menu": menu, **context}, status=status)

    def id_behind(self, kind: AnyKind, key: str) -> str | None:
        """The id that a key stands for; None where it is another session's or another kind's."""
        parts = self.keys.read(key)
        return parts[1] if parts and len(parts) == 2 and parts[0] == kind.resource_type else None

    def notice(self, not_here: NotHere, *, kind: AnyKind) -> HttpResponse:
        """A whole page that says why something is not shown."""
        context = {
            "notice": not_here.notice,
            "section_title": kind.title,
            "section_href": self.addresses.section(kind),
        }
        return self.page("records/notice_page.html", context, current=kind.slug)


def record_page(seconds: float, *methods: str) -> Callable[[PageView], PageView]:
    """A view of `/record/<access>/…`: gets a `Reading` that waits so many seconds at most.

    `methods` are those allowed; GET and HEAD where none is named.
    """

    def decorate(view: PageView) -> PageView:
        @require_http_methods(methods or ("GET", "HEAD"))
        @access_required
        @functools.wraps(view)
        def wrapped(request: PatientRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            keys = Keys(request.access.key)
            request_id = getattr(request, "request_id", "")
            source = connect(
                request.access, seconds=seconds, page_id=request_id, units=choice_of(request.COOKIES)
            )
            reading = Reading(
                source=source,
                addresses=RecordAddresses(request.access.id, keys),
                keys=keys,
                request=request,
                person=THREADS.requests.submit(fetch_person, source),
            )
            outcome = "failed"
            try:
                with source.keep.noting_at_the_end():
                    response = view(reading, *args, **kwargs)
                outcome = str(response.status_code)
                return response
            except Http404:
                outcome = "404"
                raise
            except AccessOver as over:
                outcome = "sign-in over"
                raise over.__cause__ or SignInNeeded from over
            finally:
                _remember(request, outcome)

        return wrapped

    return decorate


def _remember(request: PatientRequest, outcome: str) -> None:
    """One line of the trail: who looked at which part of which record, and how it went. Nothing of what it says.

    Who and which are the two in one: a number that only this portal can make again for a reader and a record, the same
    at each of their sign-ins. The access says which sign-in it was.
    """
    match = request.resolver_match
    page, slug = (match.url_name, match.kwargs.get("slug", "")) if match else ("", "")
    trail.info(
        "%s %s of access %s by %s %s: %s",
        page,
        slug or "whole",
        request.access.id,
        request.access.relation.value,
        request.access.reader_key[:READER_DIGITS] or "unknown",
        outcome,
    )


def kind_of(slug: str) -> AnyKind:
    """The kind of an address."""
    try:
        return KINDS[slug]
    except KeyError:
        raise Http404 from None
