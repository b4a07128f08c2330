"""What every template may know of the portal itself: `portal.agency_name` and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from smart_auth.access import Agency, agency_of, current_access_id
from smart_auth.agencies import only


@dataclass(frozen=True)
class Portal:
    """Whose portal this is and what it is connected to."""

    agency: Agency | None
    """That the page is about; None where that is not known, in a portal of several."""
    agency_name: str
    """As it stands within a sentence, and at the head of one."""
    agency_first: str
    agency_phone: str
    serves_several: bool
    """Whether a page may be about any of several agencies."""
    is_demo: bool
    insync_environment: str
    """`demo`, `sandbox` or `production`."""
    idle_seconds: int
    """Of how many without a click a sign-in ends."""
    trail_days: int
    """For how long it is kept who looked; 0 where that is not for the portal to say."""
    trail_addresses: bool
    record_href: SimpleLazyObject[str] | str = ""
    """The record that this browser has open, empty where there is none. Asked only by pages that stand outside one."""


def portal(request: HttpRequest) -> dict[str, Portal]:
    """The context processor that puts `portal` into every template."""
    agency = _agency(request)
    return {
        "portal": Portal(
            agency=agency,
            agency_name=agency.name if agency else _("your agency"),
            agency_first=agency.name if agency else _("Your agency"),
            agency_phone=agency.phone if agency else "",
            serves_several=only() is None,
            is_demo=settings.IS_DEMO,
            insync_environment=settings.INSYNC_ENVIRONMENT,
            idle_seconds=settings.SESSION_IDLE_SECONDS,
            trail_days=settings.TRAIL_DAYS if settings.TRAIL == "table" else 0,
            trail_addresses=settings.TRAIL_ADDRESSES,
            record_href=SimpleLazyObject(lambda: _record_href(request)),
        )
    }


def _agency(request: HttpRequest) -> Agency | None:
    """The agency of this page. An error page asks too, so a database that is away is no reason to fail."""
    try:
        return agency_of(request)
    except DatabaseTrouble:
        return None


def _record_href(request: HttpRequest) -> str:
    """Where the open record stands. An error page asks too, so a database that is away is no reason to fail."""
    try:
        access_id = current_access_id(request)
    except DatabaseTrouble:
        return ""
    return reverse("records:overview", kwargs={"access": access_id}) if access_id else ""
