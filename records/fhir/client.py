"""The only HTTP to the record server: reads, searches, attachments. FHIR R4 RESTful API; SMART App Launch 2.2 (bearer).

A `FhirClient` is made for one access and one page. It knows nothing of sessions: it is given `bearer()`, the
token of now, and `renew(seen)`, a newer one after the server has refused `seen`. What those two raise passes
through.
"""

from __future__ import annotations

import base64
import binascii
import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import unquote, urlencode, urljoin, urlsplit

import requests
from requests.cookies import RequestsCookieJar

from records.fhir import errors
from records.fhir.bundle import OperationOutcome, Page, is_id, page
from records.fhir.elements import Element
from records.fhir.reading import NotReadable, in_utf8, read
from upstream.limits import LimitedAdapter, at_most
from upstream.proxy import send_through
from upstream.tls import TlsAdapter

log = logging.getLogger("records.fhir")

POOL = 192
"""Connections kept: at least as many as the executor has threads (`records.service`)."""

CHUNK = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024
MOST_FILE_BYTES = 32 * 1024 * 1024
LONGEST_WAIT = 3600

Parameters = Iterable[tuple[str, str]]


class Gate(Protocol):
    """Whether calls of this access may go out at all. Shut by a 429 or 503 for the time that the server asked for."""

    def seconds_shut(self) -> int:
        """Seconds until it opens again; 0 when open."""

    def shut_by(self) -> int:
        """The status that shut it, 429 or 503."""

    def shut(self, seconds: int, status: int) -> None:
        """Lets nothing through for so long."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An attachment's bytes as they were stored, with the content type that the server gave."""

    content: bytes
    content_type: str


class Deadline:
    """A moment after which a page no longer waits."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, never below zero."""
        return max(0.0, self._end - time.monotonic())


class _NoCookies(RequestsCookieJar):
    """One pooled session serves all readers, so it must not remember anything of any."""

    def set_cookie(self, *_args: Any, **_kwargs: Any) -> None:
        return


_sessions: dict[tuple[str, str], requests.Session] = {}
_sessions_lock = threading.Lock()
_called_otherwise: set[str] = set()
"""Servers of which the log says already that they call themselves by another name than ours."""


def pooled_session(base: str, proxy_url: str = "") -> requests.Session:
    """The process's one session for a server: made on first use, after the fork."""
    with _sessions_lock:
        session = _sessions.get((base, proxy_url))
        if session is None:
            session = requests.Session()
            session.trust_env = False
            send_through(session, proxy_url)
            session.cookies = _NoCookies()
            session.mount("https://", TlsAdapter(pool_connections=4, pool_maxsize=POOL))
            session.mount("http://", LimitedAdapter(pool_connections=4, pool_maxsize=POOL))
            _sessions[base, proxy_url] = session
        return session


def _prepared(url: str, token: str, accept: str) -> requests.PreparedRequest:
    """A request with all that it says. A session's own preparation, which merges in what sessions may hold, takes
    four times as long, and ten requests leave together."""
    request = requests.PreparedRequest()
    request.prepare(
        method="GET",
        url=url,
        headers={
            "User-Agent": "InSync-Portal",
            "Accept-Encoding": "gzip, deflate",
            "Accept": accept,
            "Authorization": f"Bearer {token}",
        },
    )
    return request


class _Asked(Element, frozen=True, kw_only=True):
    resourceType: str = ""
    id: str | None = None


class _Binary(Element, frozen=True, kw_only=True):
    resourceType: str = ""
    contentType: str | None = None
    data: str | None = None


@dataclass(frozen=True, kw_only=True)
class FhirClient:
    """Reads one patient's record from one server.

    Args:
        base: the FHIR base URL with one slash at its end.
        bearer: gives the access token for a request.
        renew: given the token that was refused, gives a newer one.
        gate: shut while the server has asked for a pause.
        connect_timeout, read_timeout: seconds; the deadline shortens them.
        deadline: of the page that this client serves.
        page_id: of that page's request, for the log: requests run in threads of their own.
        proxy_url: of the agency's own proxy, or empty.
    """

    base: str
    bearer: Callable[[], str]
    renew: Callable[[str], str]
    gate: Gate
    deadline: Deadline
    connect_timeout: float = 5
    read_timeout: float = 20
    page_id: str = "-"
    proxy_url: str = field(default="", repr=False)

    def read(self, resource_type: str, logical_id: str) -> bytes:
        """One resource's own bytes. FHIR R4 `read`.

        Raises:
            errors.UpstreamError: whatever went wrong; NotThere where the server has none of this id, Unreadable where
                it answers with another resource.
        """
        if not resource_type.isalpha() or not is_id(logical_id):
            raise errors.NotThere(status=None, resource_type=resource_type)
        content = in_utf8(self._get(f"{self.base}{resource_type}/{logical_id}", resource_type).content)
        self._refuse_another(content, resource_type, logical_id)
        return content

    def search(self, resource_type: str, parameters: Parameters) -> tuple[bytes, Page]:
        """The first page of a search: its bytes, and the same taken apart.

        Raises:
            errors.UpstreamError: whatever went wrong; NotUnderstood where the server takes the query in another form.
        """
        return self.follow(f"{self.base}{resource_type}?{urlencode(list(parameters))}", resource_type)

    def follow(self, url: str, resource_type: str) -> tuple[bytes, Page]:
        """The page behind a `next` link, used as the server wrote it.

        Raises:
            errors.StrayLink: the link leads out of the record server; nothing was sent.
            errors.UpstreamError: whatever else went wrong.
        """
        if not within(self.base, url):
            log.warning("security: a link out of the record server was not followed (%s)", resource_type)
            raise errors.StrayLink(status=None, resource_type=resource_type)
        content = in_utf8(self._get(url, resource_type).content)
        answer = page(content, resource_type=resource_type, base=self.base)
        if answer.other_name and self.base not in _called_otherwise:
            _called_otherwise.add(self.base)
            # Not by which: addresses stay out of the log.
            log.warning("the record server calls itself by another name: `manage.py conformance` tells which")
        return content, answer

    def file(self, url: str, content_type: str | None) -> Fetched:
        """An attachment's bytes. `url` may be relative to the base. A FHIR Binary is unwrapped. FHIR R4 Binary.

        Raises:
            errors.StrayLink: the address leads out of the record server; nothing was sent.
            errors.UpstreamError: whatever else went wrong.
        """
        absolute = urljoin(self.base, url)
        if not within(self.base, absolute):
            log.warning("security: an attachment out of the record server was not fetched")
            raise errors.StrayLink(status=None, resource_type="Binary")
        fetched = self._get(
            absolute,
            "Binary",
            accept=f"{content_type}, */*;q=0.8" if content_type else "*/*",
            most=MOST_FILE_BYTES,
        )
        if "json" in fetched.content_type.lower() and "json" not in (content_type or "").lower():
            return self._unwrapped(fetched)
        return fetched

    def _unwrapped(self, fetched: Fetched) -> Fetched:
        try:
            binary, _ = read(in_utf8(fetched.content), _Binary)
            if binary.resourceType != "Binary":
                return fetched
            data = base64.b64decode(binary.data or "", validate=False)
        except (NotReadable, binascii.Error):
            raise errors.Unreadable(status=200, resource_type="Binary") from None
        return Fetched(content=data, content_type=binary.contentType or "")

    def _refuse_another(self, content: bytes, resource_type: str, logical_id: str) -> None:
        """An answer to a read is the resource that was asked for, and none of another type or id."""
        try:
            found, _ = read(content, _Asked)
        except NotReadable:
            raise errors.Unreadable(status=200, resource_type=resource_type) from None
        # One without an id is at the address that was asked all the same.
        if found.resourceType == resource_type and found.id in {logical_id, None}:
            return
        if found.resourceType != "OperationOutcome":
            log.warning("security: a read of %s was answered with another resource", resource_type)
        raise errors.Unreadable(status=200, resource_type=resource_type)

    def _get(
        self, url: str, resource_type: str, *, accept: str = "application/fhir+json", most: int = MOST_BYTES
    ) -> Fetched:
        shut = self.gate.seconds_shut()
        if shut:
            kind = errors.Maintenance if self.gate.shut_by() == 503 else errors.TooManyRequests
            raise kind(status=None, resource_type=resource_type, retry_after=shut)
        token = self.bearer()
        try:
            return self._once(url, resource_type, token, accept, most)
        except errors.SignInExpired:
            # Exactly one more try with a renewed token. What `renew` raises ends the page.
            return self._once(url, resource_type, self.renew(token), accept, most)
        except (errors.NoAnswerInTime, errors.NoConnection) as error:
            # A server's own 504 is its word; its 408, our time-out or a reset line is worth one more try.
            if (
                error.status not in {None, 408}
                or self.deadline.left < 1
                or isinstance(error.__cause__, requests.exceptions.SSLError)
            ):
                raise
            time.sleep(random.uniform(0.05, 0.25))  # noqa: S311 (spreads retries; no secret)
            return self._once(url, resource_type, token, accept, most)

    def _once(self, url: str, resource_type: str, token: str, accept: str, most: int) -> Fetched:
        with at_most(self.deadline.left):  # however slowly it drips
            return self._exchange(url, resource_type, token, accept, most)

    def _exchange(self, url: str, resource_type: str, token: str, accept: str, most: int) -> Fetched:
        left = self.deadline.left
        if not left:
            raise errors.NoAnswerInTime(status=None, resource_type=resource_type)
        started = time.monotonic()
        status: int | None = None
        try:
            with pooled_session(self.base, self.proxy_url).send(
                _prepared(url, token, accept),
                timeout=(min(self.connect_timeout, left), min(self.read_timeout, left)),
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
                request_id = _request_id(response)
                if status != 200:
                    raise self._refused(response, resource_type, request_id)
                content = self._body(response, resource_type, most)
                content_type = response.headers.get("Content-Type", "")
        except requests.exceptions.Timeout as error:
            raise errors.NoAnswerInTime(status=None, resource_type=resource_type) from error
        except requests.exceptions.ConnectionError as error:
            timed_out = "timed out" in str(error).lower()
            kind = errors.NoAnswerInTime if timed_out else errors.NoConnection
            raise kind(status=None, resource_type=resource_type) from error
        except requests.exceptions.RequestException as error:
            raise errors.Unreadable(status=status, resource_type=resource_type) from error
        finally:
            log.info(
                "GET %s: %s in %d ms for %s",
                resource_type,
                status or "no answer",
                (time.monotonic() - started) * 1000,
                self.page_id,
            )
        if "html" in content_type.lower() and accept.startswith("application/fhir"):
            raise errors.Unreadable(status=200, resource_type=resource_type, request_id=request_id)
        return Fetched(content=content, content_type=content_type)

    def _body(self, response: requests.Response, resource_type: str, most: int) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(CHUNK):
            size += len(part)
            if size > most:
                raise errors.TooLarge(
                    status=200, resource_type=resource_type, request_id=_request_id(response)
                )
            if not self.deadline.left:
                raise errors.NoAnswerInTime(status=None, resource_type=resource_type)
            parts.append(part)
        return b"".join(parts)

    def _refused(
        self, response: requests.Response, resource_type: str, request_id: str
    ) -> errors.UpstreamError:
        status = response.status_code
        retry_after = _seconds(response.headers.get("Retry-After"))
        if retry_after is not None:
            retry_after = min(retry_after, LONGEST_WAIT)
        if status == 429 or (status == 503 and retry_after):
            self.gate.shut(retry_after or 30, status)
        error = errors.for_status(
            status, resource_type=resource_type, request_id=request_id, retry_after=retry_after
        )
        if isinstance(error, errors.NotUnderstood):
            try:
                outcome, _ = read(self._body(response, resource_type, MOST_BYTES), OperationOutcome)
                error.codes = outcome.codes
            except (NotReadable, errors.UpstreamError, requests.exceptions.RequestException):
                pass  # an answer without a readable reason is refused all the same
        return error


def within(base: str, url: str) -> bool:
    """Whether an absolute URL stands under the base: same scheme, host, port, and path prefix, no tricks."""
    if "\\" in url or any(ord(c) <= 32 for c in url):
        return False
    try:
        ours, theirs = urlsplit(base), urlsplit(url)
        same_place = (ours.scheme, ours.hostname, _port(ours)) == (
            theirs.scheme,
            theirs.hostname,
            _port(theirs),
        )
    except ValueError:
        return False
    if not same_place or theirs.username is not None or theirs.password is not None:
        return False
    path = unquote(unquote(theirs.path))
    # The base itself counts without its slash: Smile CDR's next links are `…/fhir-request?_getpages=…`.
    return f"{path}/".startswith(ours.path) and not {".", ".."} & set(path.split("/"))


def _port(parts: Any) -> int | None:
    port: int | None = parts.port
    return port or {"https": 443, "http": 80}.get(parts.scheme)


def _request_id(response: requests.Response) -> str:
    """The server's own request id, if it has the form of one."""
    value = str(response.headers.get("X-Request-Id") or response.headers.get("X-Correlation-Id") or "")
    return value if len(value) <= 80 and all(c.isalnum() or c in "-_.:" for c in value) else ""


def _seconds(retry_after: str | None) -> int | None:
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
