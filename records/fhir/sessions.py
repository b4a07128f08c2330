"""HTTP sessions to record servers: pooled for a process, without cookies, over TLS by the policy of `upstream.tls`."""

from __future__ import annotations

import threading
from typing import Any

import requests
from requests.cookies import RequestsCookieJar

from upstream.proxy import send_through
from upstream.time_limit import LimitedAdapter
from upstream.tls import TlsAdapter

POOL = 192
"""Connections kept: at least as many as the executor has threads (`records.service.section`)."""


class _NoCookies(RequestsCookieJar):
    """One pooled session serves all readers, so it must not remember anything of any."""

    def set_cookie(self, *_args: Any, **_kwargs: Any) -> None:
        return


def _nowhere(_response: requests.Response) -> None:
    return None


_sessions: dict[tuple[str, str], requests.Session] = {}

_sessions_lock = threading.Lock()


def pooled_session(base: str, proxy_url: str = "") -> requests.Session:
    """The process's one session for a server: made on first use, after the fork."""
    with _sessions_lock:
        session = _sessions.get((base, proxy_url))
        if session is None:
            session = requests.Session()
            session.trust_env = False
            send_through(session, proxy_url)
            session.cookies = _NoCookies()
            # Even unfollowed, requests would read the whole body of a redirect to look at where it leads.
            session.get_redirect_target = _nowhere  # type: ignore[method-assign, assignment]
            session.mount("https://", TlsAdapter(pool_connections=4, pool_maxsize=POOL))
            session.mount("http://", LimitedAdapter(pool_connections=4, pool_maxsize=POOL))
            _sessions[base, proxy_url] = session
        return session


def prepared(url: str, token: str, accept: str, page_id: str = "-") -> requests.PreparedRequest:
    """A request with all that it says. A session's own preparation, which merges in what sessions may hold, takes
    four times as long, and ten requests leave together. `page_id` is the number that the reader's page shows: staff can
    find it in the server's own log."""
    request = requests.PreparedRequest()
    request.prepare(
        method="GET",
        url=url,
        headers={
            "User-Agent": "InSync-Portal",
            "Accept-Encoding": "gzip, deflate",
            "Accept": accept,
            "Authorization": f"Bearer {token}",
            **({"X-Request-Id": page_id} if page_id != "-" else {}),
        },
    )
    return request
