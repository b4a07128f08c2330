"""The agencies whose records this portal opens: one, of the environment, or those of AGENCIES_FILE.

Everything that belongs to a sign-in hangs on its agency: server, client, callback address, words, telephone, time zone.
Whoever needs to know which one asks here, and never the settings.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from smart_auth import people
from smart_auth.agency import Agency, callback_path
from smart_auth.servers import Server, configured_server
from smart_auth.sessions import session_of

MOST_REMEMBERED = 5
REMEMBERED_SECONDS = 400 * 24 * 3600
"""As long as browsers keep a cookie."""


def all_agencies() -> tuple[Agency, ...]:
    """Every agency of this portal, as the file has them; the one of the environment where there is no file."""
    found: tuple[Agency, ...] = settings.AGENCIES
    return found or (_of_the_environment(),)


def only() -> Agency | None:
    """The agency, where this portal has but one."""
    found = all_agencies()
    return found[0] if len(found) == 1 else None


def named(slug: str) -> Agency | None:
    """The agency of an address."""
    return next((agency for agency in all_agencies() if agency.slug == slug), None)


def of_base(fhir_base_url: str) -> Agency | None:
    """The agency of a FHIR base: of an EHR launch's `iss`, or of what a session keeps. No two agencies share one.

    None where it is none of ours, or was taken off the list since.
    """
    return next((agency for agency in all_agencies() if agency.server.is_iss(fhir_base_url)), None)


def at_callback(slug: str) -> Agency | None:
    """The agency whose callback an address is."""
    return next((agency for agency in all_agencies() if agency.callback_path == callback_path(slug)), None)


def _of_the_environment() -> Agency:
    return Agency(
        slug="",
        name=settings.AGENCY_NAME,
        phone=settings.AGENCY_PHONE,
        server=configured_server(),
    )


def agency_of(request: HttpRequest) -> Agency | None:
    """The agency that a page is about: the one that its sign-in goes to, the only one, that of the open record, or else
    the one that this device was asked to remember.

    None where a portal of several agencies does not know yet. The answer stays with the request.
    """
    if not hasattr(request, "agency"):
        request.agency = only() or of_open_record(request) or _remembered(request)  # type: ignore[attr-defined]  # ours
    found: Agency | None = request.agency  # type: ignore[attr-defined]
    return found


def about(request: HttpRequest, agency: Agency) -> None:
    """What the page of this request says, it says of this agency, whichever record is open."""
    request.agency = agency  # type: ignore[attr-defined]  # ours


def launch_href(request: HttpRequest) -> str:
    """Where signing in starts: at the agency that the page is about; where that is not known, by finding it."""
    agency = agency_of(request)
    if agency is None or not agency.slug:
        return reverse("smart_auth:launch")
    return reverse("smart_auth:launch-at", kwargs={"agency": agency.slug})


def of_open_record(request: HttpRequest) -> Agency | None:
    """The agency whose record this browser has open."""
    if not hasattr(request, "session"):
        return None
    record = people.current(dict(session_of(request).items()))
    return of_base(record.fhir_base_url) if record else None


def that_left(payload: people.Payload) -> Agency | None:
    """The agency of a session's record, as it was, where it has been taken off the list; else None."""
    record = people.current(payload)
    kept = payload.get(people.LEFT) or (payload.get(people.AGENCY) if record is not None else None)
    if not kept or (record is not None and of_base(record.fhir_base_url) is not None):
        return None
    name, phone = kept
    if any(agency.name == name for agency in all_agencies()):
        return None  # it is still there, and has moved
    return Agency(slug="", name=name, phone=phone, server=Server("", "", "", ""))


def remembered(request: HttpRequest) -> list[str]:
    """The agencies that this device was asked to remember, the last one first, without those that have left."""
    kept = request.COOKIES.get(settings.AGENCIES_COOKIE_NAME, "").split(".")
    return [slug for slug in dict.fromkeys(kept) if slug and named(slug) is not None][:MOST_REMEMBERED]


def remember(response: HttpResponse, slugs: Iterable[str]) -> None:
    """Keep these agencies on the device, and nothing else of anybody; with none, keep nothing."""
    kept = ".".join(list(dict.fromkeys(slugs))[:MOST_REMEMBERED])
    response.set_cookie(
        settings.AGENCIES_COOKIE_NAME,
        kept,
        max_age=REMEMBERED_SECONDS if kept else 0,
        path="/",
        secure=settings.IS_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def _remembered(request: HttpRequest) -> Agency | None:
    found = remembered(request)
    return named(found[0]) if len(found) == 1 else None
