"""The way out through an agency's own proxy, where there is one (`INSYNC_PROXY_URL`). Never one of the environment."""

from __future__ import annotations

import requests


def send_through(session: requests.Session, proxy_url: str) -> None:
    """What the session sends to https addresses goes through a proxy from now on, in a tunnel that it cannot look into.

    Args:
        proxy_url: `http://host:port`, or empty for the direct way.

    Plain http never goes there: it is for this machine alone, and a proxy would read it.
    RFC 9110, section 9.3.6 (CONNECT).
    """
    session.proxies = {"https": proxy_url} if proxy_url else {}
