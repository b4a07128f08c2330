"""Typed readers of the environment: each returns something usable, or stops the start with a sentence.

Every reader raises `django.core.exceptions.ImproperlyConfigured`, whose message names the variable and
says why, and never quotes a secret's value.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
import ssl
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

from insync_portal import values

SECRET_KEY_LENGTH = 50
"""What Django's own deployment check (security.W009) asks for."""

SESSION_KEY_BYTES = 32
"""AES-256."""

OWN_MEMORY = "insync_portal.own_memory.OwnMemory"
"""The cache of one process alone."""

_CONTACT = re.compile(r"https://[!-~]+|mailto:[!-?A-~]+@[!-~]+|tel:\+[0-9-]+")


def text(name: str, *, default: str | None = None) -> str:
    """The variable's value without surrounding space; without a default it must be there."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example for what belongs there.")
    return default


def left_out(names: Sequence[str], *, because_of: str) -> None:
    """None of these may be set: what they say stands elsewhere."""
    for name in names:
        if text(name, default=""):
            raise ImproperlyConfigured(
                f"{because_of} is set, and so is {name}. What belongs to one agency stands in that file: take"
                f" {name} away, or {because_of}."
            )


def choice(name: str, choices: Sequence[str], *, default: str = "") -> str:
    """One of a few words; without a default it must be there."""
    value = text(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(choices)}.")
    return value


def words(name: str, *, default: Sequence[str] = ()) -> list[str]:
    """A list, parted by commas or spaces."""
    value = text(name, default="")
    return value.replace(",", " ").split() or list(default)


def flag(name: str) -> bool:
    """1 or 0; nothing means 0."""
    return choice(name, ("0", "1"), default="0") == "1"


def hosts(name: str, *, default: Sequence[str] = ()) -> list[str]:
    """Host names, parted by commas or spaces."""
    return values.hosts(name, words(name, default=default))


def scopes(name: str) -> list[str]:
    """OAuth scopes, parted by spaces or commas."""
    return values.scopes(name, words(name))


def time_zone(name: str, *, default: str) -> str:
    """A name of the IANA time zone database."""
    return values.time_zone(name, text(name, default=default))


def integer(name: str, *, default: int, least: int, most: int) -> int:
    """A whole number within bounds."""
    value = text(name, default=str(default))
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def readable_file(name: str) -> Path | None:
    """A file that is there and can be read; None where none is named."""
    value = text(name, default="")
    if not value:
        return None
    path = Path(value)
    try:
        path.read_bytes()
    except OSError:
        raise ImproperlyConfigured(f"{name} must name a file that can be read; this one cannot.") from None
    return path


def url(name: str, *, default: str | None = None, loopback_http: bool) -> str:
    """An absolute address: https, or, where `loopback_http`, plain http to this machine itself."""
    return values.url(name, text(name, default=default), loopback_http=loopback_http)


def base_url(name: str, *, default: str | None = None, loopback_http: bool) -> str:
    """An address that others are joined to, with exactly one slash at its end."""
    return values.base_url(name, text(name, default=default), loopback_http=loopback_http)


def contact(name: str) -> str:
    """Where somebody may write or call, as security.txt has it: `https://…`, `mailto:…` or `tel:…`; or nothing.
    RFC 9116, 2.5.3."""
    value = text(name, default="")
    if value and not _CONTACT.fullmatch(value):
        raise ImproperlyConfigured(
            f"{name} must be an address such as mailto:security@example.org, https://example.org/security"
            " or tel:+1-555-0100."
        )
    return value


def proxy(name: str) -> str:
    """A proxy for what goes out: `http://host:port`, `http://user:password@host:port`, or nothing.

    What is sent through it stays encrypted from here to the server, so the way to the proxy itself needs no TLS.
    """
    value = text(name, default="")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        usable = (
            value.isprintable()
            and value.isascii()
            and not {" ", "\\"} & set(value)
            and parts.scheme == "http"
            and bool(parts.port)
            and values.HOST.fullmatch(f"[{host}]" if ":" in host else host) is not None
            and not (parts.path.strip("/") or parts.query or parts.fragment)
        )
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(
            f"{name} must look like http://proxy.example.org:3128, with the port; user and password, where it asks"
            " for them, stand in front of the host and are percent-encoded."
        )
    return value.rstrip("/")


def client_auth(name: str, *, secret: bool, keys: bool) -> str:
    """How the portal says who it is at the token endpoint, or nothing: then the server's own description decides.

    Args:
        secret, keys: whether there is a client secret, and a file of signing keys.
    """
    if not (secret or keys):
        raise ImproperlyConfigured(
            "INSYNC_CLIENT_SECRET is not set, nor is INSYNC_CLIENT_KEYS_FILE. The portal says by one of them who it is."
            " See .env.example for what belongs there."
        )
    value = text(name, default="")
    if value not in {"", "client_secret_basic", "client_secret_post", "private_key_jwt"}:
        raise ImproperlyConfigured(
            f"{name} must be client_secret_basic, client_secret_post or private_key_jwt, or not be set at all."
        )
    if value.startswith("client_secret") and not secret:
        raise ImproperlyConfigured(f"{name} is {value}, but INSYNC_CLIENT_SECRET is not set.")
    if value == "private_key_jwt" and not keys:
        raise ImproperlyConfigured(f"{name} is private_key_jwt, but INSYNC_CLIENT_KEYS_FILE is not set.")
    return value


def authorities(name: str) -> str:
    """The path of a PEM file with certificate authorities of the network's own, or nothing."""
    path = text(name, default="")
    if not path:
        return ""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        found.load_verify_locations(path)
    except (OSError, ssl.SSLError):
        raise ImproperlyConfigured(f"{name} is no readable file of certificates in PEM form.") from None
    if not found.get_ca_certs():
        raise ImproperlyConfigured(
            f"{name} holds no certificate of an authority. It takes the authority's own, not a server's."
        )
    return path


def secret(name: str, *, at_least: int) -> str:
    """A secret of a certain length that is not one of the well-known examples."""
    value = text(name)
    if len(value) < at_least or len(set(value)) < 5 or value.startswith("django-insecure-"):
        raise ImproperlyConfigured(
            f"{name} is too short or too simple: it needs {at_least} or more random characters."
        )
    return value


def keys(name: str, *, default: str | None = None) -> list[bytes]:
    """AES-256 keys, newest first: comma-separated, 32 bytes each in URL-safe base64, its `=` optional."""
    found: list[bytes] = []
    value = text(name, default=default)
    for part in value.split(",") if value else ():
        encoded = part.strip().rstrip("=")
        try:
            key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
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


def database(name: str, *, default: str, seconds: int = 4) -> dict[str, Any]:
    """Django's DATABASES entry for `postgres://…` or `sqlite:///…`. `seconds`: for a lock of SQLite."""
    value = text(name, default=default)
    try:
        parsed: dict[str, Any] = {**dj_database_url.parse(value, conn_max_age=60, conn_health_checks=True)}
    except (dj_database_url.ParseError, dj_database_url.UnknownSchemeError, ValueError):
        parsed = {"ENGINE": ""}
    match parsed["ENGINE"]:
        case "django.db.backends.postgresql" if parsed.get("NAME") and parsed.get("HOST"):
            # A server that hangs, or vanished without a word, costs a page seconds, not minutes: `postgresql.waiting`
            # keeps the time. These free what is left behind; libpq's own words and units, and what stands in the
            # address wins.
            parsed["ENGINE"] = "insync_portal.postgresql"
            parsed["OPTIONS"] = {
                "connect_timeout": 5,
                "tcp_user_timeout": 20_000,
                "keepalives_idle": 30,
                "keepalives_interval": 10,
                "keepalives_count": 3,
                **parsed.get("OPTIONS", {}),
            }
        case "django.db.backends.sqlite3" if parsed.get("NAME"):
            parsed["OPTIONS"] = {
                # Readers never wait for a writer; a writer takes its lock at the start, not half-way.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
                "transaction_mode": "IMMEDIATE",
                "timeout": seconds,
            }
        case _:
            raise ImproperlyConfigured(
                f"{name} must look like postgres://user:password@host:5432/name or sqlite:////path/to/file."
            )
    return parsed


def cache(name: str, *, own_mebibytes: int = 256, largest_mebibytes: int = 8) -> dict[str, Any]:
    """Django's CACHES entry for `redis://…`, `rediss://…`, or nothing (the memory of this process)."""
    value = text(name, default="")
    if not value:
        return {
            "BACKEND": OWN_MEMORY,
            "OPTIONS": {
                "MAX_ENTRIES": 10_000,
                "MOST_BYTES": own_mebibytes * 1024 * 1024,
            },
        }
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"redis", "rediss"} and bool(parts.hostname) and parts.port != 0
        number = parts.path.strip("/")
        usable = usable and (not number or (number.isascii() and number.isdigit()))
    except ValueError:
        usable = False
    if not usable:
        raise ImproperlyConfigured(f"{name} must look like redis://host:6379/0 (or rediss:// for TLS).")
    import redis  # here: where nothing is shared, nothing of it is needed

    try:
        pool = redis.ConnectionPool.from_url(value)
        pool.connection_class(**pool.connection_kwargs)  # it connects when it is used
    except (ValueError, TypeError, redis.RedisError):
        raise ImproperlyConfigured(
            f"{name} says something behind its question mark that is no option of a connection to Redis."
        ) from None
    largest = largest_mebibytes * 1024 * 1024
    return {
        "BACKEND": "insync_portal.shared_cache.SharedCache",
        "LOCATION": value,
        "OPTIONS": {"largest_value": largest},
    }
