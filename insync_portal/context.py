"""What every template may know of the portal itself: `portal.agency_name` and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest


@dataclass(frozen=True)
class Portal:
    """Whose portal this is and what it is connected to."""

    agency_name: str
    agency_phone: str
    is_demo: bool
    insync_environment: str
    """`demo`, `sandbox` or `production`."""


def portal(request: HttpRequest) -> dict[str, Portal]:
    """The context processor that puts `portal` into every template."""
    return {
        "portal": Portal(
            agency_name=settings.AGENCY_NAME,
            agency_phone=settings.AGENCY_PHONE,
            is_demo=settings.IS_DEMO,
            insync_environment=settings.INSYNC_ENVIRONMENT,
        )
    }
