"""Typed readers of the environment: each returns something usable, or stops the start with a sentence.

Every reader raises `django.core.exceptions.ImproperlyConfigured`, whose message names the variable and
says why, and never quotes a secret's value.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import os
from collections.abc import Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SECRET_KEY_LENGTH = 50
"""What Django's own deployment check (security.W009) asks for."""

SESSION_KEY_BYTES = 32
"""AES-256."""


def text(name: str, *, default: str | None = None) -> str:
    """The variable's value without surrounding space; without a default it must be there."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what belongs there.")
    return default


def choice(name: str, choices: Sequence[str]) -> str:
    """One of a few words."""
    value = text(name, default="")
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}.")
    return value


def words(name: str, *, default: Sequence[str] = ()) -> list[str]:
    """A list, parted by commas or spaces."""
    value = text(name, default="")
    return value.replace(",", " ").split() or list(default)


def integer(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = text(name, default=str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url(name: str, *, default: str | None = None, loopback_http: bool) -> str:
    """An absolute address: https, or, where `loopback_http`, plain http to this machine itself."""
    value = text(name, default=default)
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


def base_url(name: str, *, default: str | None = None, loopback_http: bool) -> str:
    """An address that others are joined to, with exactly one slash at its end."""
    value = url(name, default=default, loopback_http=loopback_http)
    return value.rstrip("/") + "/" if value else value


def secret(name: str, *, at_least: int) -> str:
    """A secret of a certain length that is not one of the well-known examples."""
    value = text(name)
    if len(value) < at_least or len(set(value)) < 5 or value.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"{name} is too short or too simple: it needs {at_least} or more random characters."
        )
    return value


def keys(name: str) -> list[bytes]:
    """AES-256 keys, newest first: comma-separated, each 32 bytes in URL-safe base64."""
    found: list[bytes] = []
    for part in text(name).split(","):
        try:
            key = base64.b64decode(part.strip().encode(), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != SESSION_KEY_BYTES:
            raise ImproperlyConfigured(
                f"{name} must be one or more keys of {SESSION_KEY_BYTES} bytes each in URL-safe base64,"
                " parted by commas, newest first."
            )
        if len(set(key)) < 8:
            raise ImproperlyConfigured(f"{name} holds a key that is not random.")
        found.append(key)
    return found


def cache(name: str) -> dict[str, Any]:
    """Django's CACHES entry for `redis://…`, `rediss://…`, or nothing (the memory of this process)."""
    value = text(name, default="")
    if not value:
        return {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},
        }
    parts = urlsplit(value)
    if parts.scheme not in {"redis", "rediss"} or not parts.hostname:
        raise ImproperlyConfigured(f"{name} must look like redis://host:6379/0 (or rediss:// for TLS).")
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": unquote(value)}
