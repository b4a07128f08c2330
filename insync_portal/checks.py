"""Deployment checks of our own, run by `manage.py check --deploy` beside Django's.

Settings that can never be right stop the start in `settings`; these are the ones that may be right on a
developer's machine and are wrong where patients sign in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

from insync_portal.env import OWN_MEMORY


@register(Tags.security, deploy=True)
def served_over_https(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Cookies are `__Host-` and Secure only where the portal's own address is https."""
    if urlsplit(settings.PORTAL_BASE_URL).scheme == "https":
        return []
    return [
        Error(
            "PORTAL_BASE_URL is not https, so that cookies and records travel in the clear.",
            hint="Put the portal behind a TLS proxy and give its https:// address.",
            id="insync_portal.E001",
        )
    ]


@register(Tags.security, deploy=True)
def debug_is_off(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """A debug page shows settings and values of variables, a patient's among them."""
    if not settings.DEBUG:
        return []
    return [Error("DEBUG is on: an error page would show a record.", id="insync_portal.E002")]


@register(Tags.security, deploy=True)
def not_the_demo(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """The demo's keys and client secret stand in the repository."""
    if not settings.IS_DEMO:
        return []
    return [
        checks.Warning(
            "INSYNC_ENVIRONMENT is demo: everybody may sign in as anybody there.",
            hint="Right for a demo, wrong wherever a patient signs in. Set sandbox or production.",
            id="insync_portal.W001",
        )
    ]


@register(Tags.security, deploy=True)
def proxy_is_trusted(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Behind a TLS proxy the portal sees plain http and would redirect to itself without end."""
    if settings.SECURE_PROXY_SSL_HEADER or not settings.SECURE_SSL_REDIRECT:
        return []
    return [
        checks.Warning(
            "PORTAL_BASE_URL is https, but TRUST_PROXY is not set: gunicorn itself speaks plain http.",
            hint="Set TRUST_PROXY=1 where the proxy in front always sets X-Forwarded-Proto itself.",
            id="insync_portal.W002",
        )
    ]


NO_TIME_ZONE = (
    "TIME_ZONE is not set: times that the record has in UTC are told by the clock of New York."
    " Set it to the zone of the agency, such as America/Chicago."
)


@register(deploy=True)
def time_zone_is_chosen(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """A visit on the evening of March 1 stands under March 2 where the zone is another one's."""
    if settings.IS_DEMO or settings.TIME_ZONE_IS_SET:
        return []
    return [checks.Warning(NO_TIME_ZONE, id="insync_portal.W004")]


@register(Tags.security, deploy=True)
def the_trail_has_keys(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """Without keys of its own, the trail's pseudonyms end with SECRET_KEY, and cannot be changed apart from it."""
    if settings.IS_DEMO or settings.TRAIL_KEYS:
        return []
    return [
        checks.Warning(
            "TRAIL_KEYS is not set: the pseudonyms of the audit trail are made from SECRET_KEY.",
            hint="Set a key of its own, so that people are found in the trail after a change of SECRET_KEY.",
            id="insync_portal.W005",
        )
    ]


@register(Tags.caches, deploy=True)
def cache_is_shared(app_configs: Sequence[Any] | None, **options: Any) -> list[CheckMessage]:
    """With the memory of one process as the cache, only one worker process may serve."""
    if not settings.IS_PRODUCTION or settings.CACHES["default"]["BACKEND"] != OWN_MEMORY:
        return []
    return [
        checks.Warning(
            "CACHE_URL is not set: one worker process serves everybody.",
            hint="Give a redis:// address to serve with several workers or machines.",
            id="insync_portal.W003",
        )
    ]
