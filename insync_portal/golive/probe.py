"""One question to a server for `connection_check`: over the portal's own policy, and what came as plain facts."""

from __future__ import annotations

import json
import socket
import ssl
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from smart_auth.servers import Server
from smart_auth.transport import hardened
from upstream import tls
from upstream.time_limit import at_most

MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What came: a status and what was with it, or, in `trouble`, why nothing did (our words).

    `content` is the JSON object of the body, or None. `date` is Unix time by the server's clock, or None.
    """

    status: int = 0
    media_type: str = ""
    location: str = ""
    content: dict[str, Any] | None = None
    date: float | None = None
    trouble: str = ""
    is_certificate: bool = False
    challenge: str = field(default="", repr=False)

    @property
    def words(self) -> str:
        """What came, for a line of the table."""
        if self.trouble:
            return self.trouble
        kind = self.media_type or "no media type"
        if self.content is None and "html" in kind:
            kind = "a web page (HTML) in the place of JSON"
        return f"status {self.status}, {kind}"


def ask(
    server: Server,
    url: str,
    *,
    accept: str = "application/json",
    form: dict[str, str] | None = None,
    auth: Any = None,
) -> Answer:
    """GET an address, or POST a form to it. Nothing is followed, nothing raised for what a server does."""
    try:
        with (
            at_most(sum(server.timeout)),
            hardened(requests.Session(), proxy_url=server.proxy_url) as session,
        ):
            response = session.request(
                "GET" if form is None else "POST",
                url,
                data=form,
                auth=auth,
                headers={"Accept": accept},
                timeout=server.timeout,
                allow_redirects=False,
                stream=True,
            )
            with response:
                return _answer(response)
    except requests.exceptions.SSLError as error:
        return Answer(trouble=f"no secure connection: {_reason(error)}", is_certificate=True)
    except requests.exceptions.ProxyError:
        return Answer(trouble="the proxy did not let the connection through")
    except requests.Timeout:
        return Answer(trouble=f"no answer in {sum(server.timeout):.0f} seconds")
    except requests.RequestException as error:
        return Answer(trouble=f"no connection ({type(error).__name__})")


def _answer(response: requests.Response) -> Answer:
    body = bytearray()
    for chunk in response.iter_content(64 * 1024):
        body += chunk
        if len(body) > MOST_BYTES:
            break
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    try:
        date = parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
    except (ValueError, TypeError):
        date = None
    return Answer(
        status=response.status_code,
        media_type=response.headers.get("Content-Type", "").partition(";")[0].strip().lower()[:80],
        location=response.headers.get("Location", ""),
        content=found if isinstance(found, dict) else None,
        date=date,
    )


def _reason(error: BaseException) -> str:
    """Why a certificate or a handshake was refused, in OpenSSL's words, which name nothing of ours."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return seen.verify_message
        reason = getattr(seen, "reason", None)
        if isinstance(seen, ssl.SSLError) and isinstance(reason, str):
            return reason.lower().replace("_", " ")
        inner = next((one for one in (reason, *seen.args) if isinstance(one, BaseException)), None)
        seen = inner or seen.__cause__ or seen.__context__
    return "the handshake failed"


def addresses_of(host: str) -> list[str]:
    """The addresses of a host name; none where it is not known here."""
    try:
        found = socket.getaddrinfo(host, None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return []
    return sorted({str(one[4][0]) for one in found})


def handshake(server: Server, url: str) -> str:
    """Which TLS a server speaks with us and until when its certificate is good, in words.

    Raises:
        OSError: no connection, or (ssl.SSLError) no secure one.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    with (
        socket.create_connection((host, parts.port or 443), timeout=server.connect_timeout) as line,
        tls.context().wrap_socket(line, server_hostname=host) as secured,
    ):
        until = dict(secured.getpeercert() or {}).get("notAfter", "an unknown date")
        return f"{secured.version()}, certificate until {until}"


def handshake_trouble(error: OSError) -> str:
    """Why there was no handshake, in words."""
    return _reason(error) if isinstance(error, ssl.SSLError) else f"no connection ({type(error).__name__})"
