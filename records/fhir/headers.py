"""What an answer's headers say that is safe to tell: the server's own request id, and for how long it asks to wait."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import requests

LONGEST_WAIT = 3600
"""Seconds: a server that asks for more is asked again after these."""


def request_id_of(response: requests.Response) -> str:
    """The server's own request id, if it has the form of one."""
    value = str(response.headers.get("X-Request-Id") or response.headers.get("X-Correlation-Id") or "")
    return value if len(value) <= 80 and all(c.isalnum() or c in "-_.:" for c in value) else ""


def seconds(retry_after: str | None) -> int | None:
    """Retry-After as seconds from now: a number or a date. RFC 9110, 10.2.3."""
    value = (retry_after or "").strip()
    if value.isascii() and value.isdigit():
        return int(value) if len(value) < 6 else LONGEST_WAIT
    try:
        moment = parsedate_to_datetime(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0, int((moment - datetime.now(UTC)).total_seconds()))
