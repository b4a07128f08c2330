"""What every template may know of the portal itself: `portal.agency_name` and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from smart_auth.access import current_access_id


@dataclass(frozen=True)
class Portal:
    """Whose portal this is and what it is connected to."""

    agency_name: str
    agency_phone: str
    is_demo: bool
    insync_environment: str
    """`demo`, `sandbox` or `production`."""
    idle_seconds: int
    """Of how many without a click a sign-in ends."""
    record_href: SimpleLazyObject[str] | str = ""
    """The record that this browser has open, empty where there is none. Asked only by pages that stand outside one."""


def portal(request: HttpRequest) -> dict[str, Portal]:
    """The context processor that puts `portal` into every template."""
    return {
        "portal": Portal(
            agency_name=settings.AGENCY_NAME,
            agency_phone=settings.AGENCY_PHONE,
            is_demo=settings.IS_DEMO,
            insync_environment=settings.INSYNC_ENVIRONMENT,
            idle_seconds=settings.SESSION_IDLE_SECONDS,
            record_href=SimpleLazyObject(lambda: _record_href(request)),
        )
    }


def _record_href(request: HttpRequest) -> str:
    """Where the open record stands. An error page asks too, so a database that is away is no reason to fail."""
    try:
        access_id = current_access_id(request)
    except DatabaseError:
        return ""
    return reverse("records:overview", kwargs={"access": access_id}) if access_id else ""
