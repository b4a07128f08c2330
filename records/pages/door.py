"""What every page of a record shares: where things stand, whose record it is, and the door it comes through."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from records.documents.whose import Whose
from records.fetching.source import AccessOver, Source
from records.fetching.under_way import Late
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.pages import made
from records.pages import menu as menus
from records.pages.addresses import RecordAddresses
from records.pages.connecting import connect
from records.pages.keys import Keys
from records.pages.turns import TURNS, Turn
from records.service.entry import NotHere
from records.service.patient import (
    NAME_LATE,
    Fetched,
    Person,
    ask_person,
    birth_date,
    birth_sex,
    person_of,
    whose,
)
from records.words.units import choice_of
from smart_auth.access import PatientRequest, SignInNeeded, access_required
from trail.entries import Event, Look
from trail.writing import write

PAGE_SECONDS = 6
"""Seconds after which a page stands without what is late; that comes by itself, or by a link."""

HARDLY_SECONDS = 0.5
"""The same for a page beyond the share of the worker's threads that may wait: enough for a server that is well."""

AGAIN_SECONDS = 2
"""After how long a page that is not there yet asks again."""

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

    @functools.cached_property
    def banner(self) -> menus.Banner:
        """Whose record this is, waited for no longer than the page may take."""
        wait([self.person], timeout=self.source.client.deadline.left)
        access, is_late = self.request.access, not self.person.done()
        person = Person(name=NAME_LATE)
        if not is_late:
            person = person_of(self.person.result(), self.source, today=timezone.localdate())
        banner = menus.banner(
            person,
            relation=access.relation.value,
            reader_name=access.reader.name,
            overview_href=self.addresses.overview(),
            switch_href=reverse("smart_auth:launch") + "?switch=1",
            search_href=self.addresses.search(),
        )
        return replace(banner, late_href=self.addresses.whose()) if is_late else banner

    def birth_date(self) -> str | None:
        """When the patient was born; None where that could not be had, or not yet."""
        wait([self.person], timeout=self.source.client.deadline.left)
        return birth_date(self.person.result(), self.source) if self.person.done() else None

    def birth_sex(self) -> tuple[str, bool]:
        """The patient's sex for growth, and whether it is the one recorded at birth (`service.patient.birth_sex`)."""
        wait([self.person], timeout=self.source.client.deadline.left)
        return birth_sex(self.person.result(), self.source) if self.person.done() else ("", False)

    def whose(self) -> Whose | None:
        """The patient of the record, for comparing a document with; None where it could not be had.

        Raises:
            Late: it has not come yet, so nothing can be compared.
        """
        wait([self.person], timeout=self.source.client.deadline.left)
        if not self.person.done():
            raise Late
        return whose(self.person.result(), self.source)

    @property
    def is_part(self) -> bool:
        """Whether a part of the page is asked for, and not what takes the place of all of it."""
        headers = self.request.headers
        return "HX-Request" in headers and headers.get("HX-Target") != "main"

    def looking(self) -> made.Looking:
        """Who looks, at what, how: what every page depends on."""
        path = self.request.get_full_path()
        return made.Looking.at(self.source, self.request.access, path=path, banner=self.banner)

    def page(
        self,
        template: str,
        context: dict[str, Any],
        *,
        current: str,
        status: int = 200,
        keep_as: made.Page | None = None,
    ) -> HttpResponse:
        """A whole page, with whose record it is and the menu around it.

        `keep_as`: what it was made of, where the next look may have it as it is now.
        """
        if keep_as is None:
            links = made.Made(self._links(current)).rendered
            context = {"banner": self.banner, "links": links, **context}
            return HttpResponse(render_to_string(template, context, self.request), status=status)
        page = self._to_keep(template, context)
        made.store(keep_as, page, self.source)
        return self._sent(page.html, current)

    def framed(
        self,
        template: str,
        context: dict[str, Any],
        pieces: Mapping[str, str],
        *,
        current: str,
        keep_as: made.Page | None,
    ) -> HttpResponse:
        """A page of which `pieces` alone, rendered already, come of the record. What stands around them is kept.

        `context`: what follows from `looking()`, and nothing else. `keep_as`: as for `page`.
        """
        frame = made.Frame(self.looking(), template)
        found = made.load(frame, self.source)
        if found is None:
            marks = {name: made.Made(self._mark(name)).rendered for name in pieces}
            found = self._to_keep(template, {**context, **marks})
            made.store(frame, found, self.source)
        html = found.html
        for name, piece in pieces.items():
            html = html.replace(self._mark(name), piece)
        if keep_as is not None:
            made.store(keep_as, made.Made(html), self.source)
        return self._sent(html, current)

    def _to_keep(self, template: str, context: dict[str, Any]) -> made.Made:
        """A page as rendered, with marks where the form protection and the menu stand."""
        links = made.Made(self._mark("links")).rendered
        context = {"banner": self.banner, "links": links, "csrf_token": self._mark("csrf"), **context}
        return made.Made(render_to_string(template, context, self.request) + "")  # no SafeString, for msgspec

    def kept(self, page: made.Page, *, current: str) -> HttpResponse | None:
        """The page as it was rendered before of just this; None where it has to be made."""
        found = made.load(page, self.source) if page.answers else None
        return self._sent(found.html, current) if found is not None else None

    def _mark(self, what: str) -> str:
        """What stands in a kept page in the place of what differs from look to look. Nobody else can know it."""
        return self.source.keep.name("mark", what).rpartition(":")[2]

    def _sent(self, html: str, current: str) -> HttpResponse:
        """A page with marks, as it goes out."""
        html = html.replace(self._mark("csrf"), get_token(self.request))
        return HttpResponse(html.replace(self._mark("links"), self._links(current)))

    def _links(self, current: str) -> str:
        """The menu as it is for what is known now of the sections."""
        page = made.menu(self.source, self.addresses.access_id, current, menus.states(self.source))
        kept = made.load(page, self.source)
        if kept is not None:
            return kept.html
        menu = menus.menu(KINDS.values(), self.source, self.addresses, current=current)
        context = {"menu": menu, "switch_href": self.banner.switch_href}
        html = render_to_string("components/menu.html", context) + ""
        made.store(page, made.Made(html), self.source)
        return html

    def later(self, *, is_file: bool = False) -> HttpResponse:
        """What stands in a page's place until it is its turn, or its answer has come. It asks again by htmx, and leads
        there by a link. 202: neither an answer nor an error (RFC 9110, 15.3.3)."""
        if self.is_part:
            response = HttpResponse(status=202)
        else:
            at_once = replace(self, source=self.source.within(0))
            context = {"address": "" if is_file else self.request.get_full_path()}
            response = at_once.page("records/later.html", context, current="-", status=202)
        response["Retry-After"] = str(AGAIN_SECONDS)
        return response

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


def record_page(seconds: float, *methods: str, is_file: bool = False) -> Callable[[PageView], PageView]:
    """A view of `/record/<access>/…`: gets a `Reading` that waits so many seconds at most.

    `methods` are those allowed; GET and HEAD where none is named. `is_file`: it answers with bytes that no page holds.
    """

    def decorate(view: PageView) -> PageView:
        @require_http_methods(methods or ("GET", "HEAD"))
        @access_required
        @functools.wraps(view)
        def wrapped(request: PatientRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            outcome, must = "failed", request.method not in {"GET", "HEAD"}
            try:
                with TURNS.taken(request.access.id, must=must) as turn:
                    reading = _reading(request, seconds, turn)
                    with reading.source.keep.noting_at_the_end():
                        response = _answered(view, reading, turn, is_file, *args, **kwargs)
                outcome = str(response.status_code)
                return response
            except Http404:
                outcome = "404"
                raise
            except AccessOver as over:
                outcome = "sign-in over"
                raise over.__cause__ or SignInNeeded(by_the_agency=True) from over
            finally:
                _remember(request, outcome)

        return wrapped

    return decorate


def _reading(request: PatientRequest, seconds: float, turn: Turn) -> Reading:
    keys = Keys(request.access.key)
    source = connect(
        request.access,
        seconds=seconds if turn is Turn.WAITS else min(seconds, HARDLY_SECONDS),
        page_id=getattr(request, "request_id", ""),
        units=choice_of(request.COOKIES),
    )
    addresses = RecordAddresses(request.access.id, keys)
    return Reading(source=source, addresses=addresses, keys=keys, request=request, person=ask_person(source))


def _answered(
    view: PageView, reading: Reading, turn: Turn, is_file: bool, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    if turn is Turn.LATER or (turn is Turn.HARDLY and reading.is_part):
        return reading.later(is_file=is_file)
    try:
        return view(reading, *args, **kwargs)
    except Late:
        return reading.later(is_file=is_file)


def _remember(request: PatientRequest, outcome: str) -> None:
    """The trail's entry: who looked at which part of which record, and how it went. Nothing of what it says.

    A part of a page that says no more than "not yet" is none: it asks again, and its answer is one.
    """
    match = request.resolver_match
    if match is None or (outcome == "202" and "HX-Request" in request.headers):
        return
    key = match.kwargs.get("key", "")
    parts = Keys(request.access.key).read(key) if key else None
    look = Look(
        page=match.url_name or "",
        section=match.kwargs.get("slug", ""),
        entry="/".join(parts) if parts else "",
        outcome=outcome,
    )
    write(Event.LOOK, request.access.who, look=look)


def kind_of(slug: str) -> AnyKind:
    """The kind of an address."""
    try:
        return KINDS[slug]
    except KeyError:
        raise Http404 from None
