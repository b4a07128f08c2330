"""What the environment says about the demo server, each with a default that fits `make demo`.

Nothing here is a secret that guards anything: everybody whose record this server holds is invented.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured


def _text(name: str, default: str) -> str:
    return os.environ.get(name, "").strip() or default


def _number(name: str, default: int) -> int:
    value = _text(name, str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    return int(value)


def origin(url: str) -> str:
    """Scheme and host of an absolute address.

    Raises:
        ImproperlyConfigured: it is none.
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise ImproperlyConfigured(f"{url!r} is not an absolute http or https address.")
    return f"{parts.scheme}://{parts.netloc}"


# --- Where the server stands, without a slash at the end
BASE_URL = _text("DEMO_BASE_URL", "http://127.0.0.1:8001").rstrip("/")

# --- The one app that is registered with it
CLIENT_ID = _text("DEMO_CLIENT_ID", "insync-portal-demo")
CLIENT_SECRET = _text("DEMO_CLIENT_SECRET", "demo-secret-not-for-production")
REDIRECT_URIS = tuple(
    _text("DEMO_REDIRECT_URIS", "http://localhost:8000/auth/callback/").replace(",", " ").split()
)
POST_LOGOUT_REDIRECT_URIS = tuple(
    _text("DEMO_POST_LOGOUT_REDIRECT_URIS", " ".join(f"{origin(uri)}/signed-out/" for uri in REDIRECT_URIS))
    .replace(",", " ")
    .split()
)
LAUNCH_URL = _text("DEMO_LAUNCH_URL", "http://localhost:8000/auth/launch/")

# --- What it serves: a folder of FHIR JSON, or "" for the demo people; milliseconds added to each FHIR answer
DATA = _text("DEMO_DATA", "")
LATENCY_MS = _number("DEMO_LATENCY_MS", 0)

# --- How long things are good for, in seconds
ACCESS_TOKEN_SECONDS = _number("DEMO_ACCESS_TOKEN_SECONDS", 300)
CODE_SECONDS = _number("DEMO_CODE_SECONDS", 60)
LAUNCH_SECONDS = _number("DEMO_LAUNCH_SECONDS", 300)
