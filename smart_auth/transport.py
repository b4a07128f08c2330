"""How smart_auth speaks HTTP: by the policy of `upstream.tls`, bounded, without cookies, redirects or the environment.

SMART App Launch 2.2 (all exchanges over TLS).
"""

from __future__ import annotations

import json
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar

import requests

from trail import now
from upstream.proxy import send_through
from upstream.time_limit import LimitedAdapter, at_most
from upstream.tls import TlsAdapter

MOST_BYTES = 512 * 1024
"""The largest answer that is read from an authorization server, after decompression."""

SomeSession = TypeVar("SomeSession", bound=requests.Session)


class Unusable(Exception):
    """An answer that is not what was asked for. The message is ours; nothing of the answer is in it."""


def _nowhere(response: requests.Response) -> None:
    return None


def hardened(session: SomeSession, *, proxy_url: str = "") -> SomeSession:
    """The same session with our policy: no .netrc, proxy or CA bundle of the environment, no cookies.

    Args:
        proxy_url: of the agency's own proxy, or empty.
    """
    session.trust_env = False
    send_through(session, proxy_url)
    session.verify = True
    if number := now.current().request:
        # That of the reader's page: staff can find it in the server's own log.
        session.headers["X-Request-Id"] = number
    # Even unfollowed, requests would read the whole body of a redirect to look at where it leads.
    session.get_redirect_target = _nowhere  # type: ignore[method-assign, assignment]
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.mount("https://", TlsAdapter())
    session.mount("http://", LimitedAdapter())
    return session


def read_json(response: requests.Response, *, seconds: float, most_bytes: int = MOST_BYTES) -> dict[str, Any]:
    """The JSON object of a streamed answer.

    Args:
        response: asked for with `stream=True`.
        seconds: the most that reading the body may take, however slowly it drips.
        most_bytes: the most that it may be long.

    Raises:
        Unusable: too large, too slow, not JSON, or not an object.
        requests.RequestException: the connection broke.
    """
    deadline = time.monotonic() + seconds
    body = bytearray()
    try:
        for chunk in response.iter_content(16 * 1024):
            body += chunk
            if len(body) > most_bytes:
                raise Unusable("the answer is too large")
            if time.monotonic() > deadline:
                raise Unusable("the answer took too long")
    finally:
        response.close()
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unusable("the answer is not JSON") from None
    if not isinstance(found, dict):
        raise Unusable("the answer is not a JSON object")
    return found


def fetch_json(
    url: str,
    *,
    timeout: tuple[float, float],
    proxy_url: str = "",
    accept: str = "application/json",
    most_bytes: int = MOST_BYTES,
) -> dict[str, Any]:
    """GET one public document (discovery, keys), through a proxy where one is given.

    Args:
        timeout: seconds to connect and to wait.
        accept: the media type that is asked for.
        most_bytes: the most that is read, after decompression.

    Raises:
        Unusable: another status than 200 (a redirect is not followed), or not a JSON object within bounds.
        requests.RequestException: no answer.
    """
    with at_most(sum(timeout)), hardened(requests.Session(), proxy_url=proxy_url) as session:
        response = session.get(
            url, headers={"Accept": accept}, timeout=timeout, allow_redirects=False, stream=True
        )
        if response.status_code != 200:
            response.close()
            raise Unusable(f"status {response.status_code}")
        return read_json(response, seconds=sum(timeout), most_bytes=most_bytes)
