"""How many sign-ins may begin, and come back, in a minute: from one address, and in all.

Anybody may begin one, and each costs a row, a question to the agency's server or both. The count is kept for a minute,
under a number made of the address that only this portal can make.
"""

from __future__ import annotations

import ipaddress
import logging
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from smart_auth import pages
from smart_auth.access import current_access_id
from smart_auth.errors import Problem

log = logging.getLogger(__name__)

WINDOW_SECONDS = 60

COUNTED = {"/auth/launch/": "begin", "/auth/callback/": "come back"}
"""Beginnings of addresses, and what is counted there. An agency's own stand below them."""

_told: list[float] = []


def refusal(request: HttpRequest, address: str) -> HttpResponseBase | None:
    """The page in words where there are too many sign-ins just now, else None. `address`: who asks, may be empty."""
    what = next((counted for path, counted in COUNTED.items() if request.path.startswith(path)), None)
    if what is None:
        return None
    now = time.time()
    window = int(now // WINDOW_SECONDS)
    of_one = _one(address)
    is_beyond = _count(f"{what}:all:{window}") > settings.SIGN_INS_IN_ALL
    if of_one:
        is_beyond |= _count(f"{what}:{of_one}:{window}") > settings.SIGN_INS_FROM_ONE_ADDRESS
    if not is_beyond:
        return None
    _tell(what)
    response = pages.failed(request, Problem.TOO_MANY, current=current_access_id(request))
    response["Retry-After"] = str(int((window + 1) * WINDOW_SECONDS - now) + 1)
    return response


def _one(address: str) -> str:
    """Whoever has an address, as a number that says nothing; empty where it says nothing of who comes.

    Of IPv6, one connection has 2 to the 64 addresses (RFC 6177), so it is the network that counts. This machine's own
    is that of a proxy that is not trusted, or of whoever tries the portal.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6 and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    if parsed.is_loopback:
        return ""
    network = ipaddress.ip_network((parsed, 64 if parsed.version == 6 else 32), strict=False)
    return salted_hmac("insync_portal.limits", str(network), algorithm="sha256").hexdigest()


def _count(name: str) -> int:
    key = f"limit:{name}"
    cache.add(key, 0, 2 * WINDOW_SECONDS)
    try:
        return int(cache.incr(key))
    except ValueError:  # thrown out between the two
        return 1


def _tell(what: str) -> None:
    """One line a minute, without the address."""
    now = time.monotonic()
    if not _told or now - _told[-1] >= WINDOW_SECONDS:
        _told[:] = [now]
        log.warning(
            "too many sign-ins %s in this minute: some are refused (SIGN_INS_FROM_ONE_ADDRESS, SIGN_INS_IN_ALL)",
            what,
        )
