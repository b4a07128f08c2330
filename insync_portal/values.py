"""Values that an operator writes, from the environment or from a file: each checker returns something usable, or says
in a sentence what is wrong, naming the setting and never quoting a secret.

Every checker raises `django.core.exceptions.ImproperlyConfigured`.
"""

from __future__ import annotations

import ipaddress
import re
import zoneinfo
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:]+\]")
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


def hosts(name: str, found: Sequence[str]) -> list[str]:
    """Host names, such as `records.example.org`, without scheme, port or path; never a wildcard."""
    for host in found:
        if host.startswith((".", "*")):
            raise ImproperlyConfigured(
                f"{name} must name each host in full; a wildcard would accept forged ones."
            )
        if not HOST.fullmatch(host):
            raise ImproperlyConfigured(
                f"{name} must hold host names alone, such as records.example.org, parted by commas."
            )
    return [host.lower() for host in found]


def scopes(name: str, found: Sequence[str]) -> list[str]:
    """OAuth scopes. RFC 6749, 3.3."""
    if not all(_SCOPE.fullmatch(scope) for scope in found):
        raise ImproperlyConfigured(
            f"{name} must hold OAuth scopes such as patient/Patient.rs, parted by spaces."
        )
    return list(found)


def time_zone(name: str, value: str) -> str:
    """A name of the IANA time zone database."""
    try:
        zoneinfo.ZoneInfo(value)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise ImproperlyConfigured(
            f"{name} must be the name of a time zone, such as America/New_York."
        ) from None
    return value


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url(name: str, value: str, *, loopback_http: bool) -> str:
    """An absolute address or nothing: https, or, where `loopback_http`, plain http to this machine itself."""
    if not value:
        return value
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ImproperlyConfigured(f"{name} is not a usable address.") from None
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} must be an address such as https://example.org/path/, without user, query or fragment."
        )
    if parts.scheme == "https" or (parts.scheme == "http" and loopback_http and is_loopback(host)):
        return value
    raise ImproperlyConfigured(
        f"{name} must start with https://. Records do not travel in the clear"
        + ("; plain http is for this machine's own addresses." if loopback_http else ".")
    )


def base_url(name: str, value: str, *, loopback_http: bool) -> str:
    """An address that others are joined to, with exactly one slash at its end, or nothing."""
    value = url(name, value, loopback_http=loopback_http)
    return value.rstrip("/") + "/" if value else value
