"""Which servers are believed, and how they are spoken to, for sign-in and record alike: TLS 1.2 or newer, and the
certificate authorities of certifi alone, besides those that an operator names (`believe`). What the environment names
(SSL_CERT_FILE, REQUESTS_CA_BUNDLE) and what the machine trusts count for neither: a token goes to no server that the
sign-in would not believe.

RFC 9325, section 3.1.1 (TLS versions); SMART App Launch 2.2 (all exchanges over TLS).
"""

from __future__ import annotations

import ssl
from typing import Any

import certifi
from urllib3.util.ssl_ import create_urllib3_context

from upstream.time_limit import LimitedAdapter

_own_authorities: list[str] = []


def believe(path: str) -> None:
    """Certificates that the authorities of a network's own signed count from now on, in this process.

    Args:
        path: a PEM file of them (`INSYNC_CA_FILE`); empty for none.
    """
    _own_authorities[:] = [path] if path else []


def context() -> ssl.SSLContext:
    """Verifies name and certificate, and refuses anything older than TLS 1.2, whatever the machine's own settings
    allow."""
    made = create_urllib3_context(ssl_minimum_version=ssl.TLSVersion.TLSv1_2)
    made.load_verify_locations(certifi.where())
    for path in _own_authorities:
        made.load_verify_locations(path)
    return made


class TlsAdapter(LimitedAdapter):
    """An adapter of this policy, directly and through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=context())

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        return super().proxy_manager_for(*args, **kwargs, ssl_context=context())
