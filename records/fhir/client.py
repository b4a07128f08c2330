"""The only HTTP to the record server: reads, searches, attachments. FHIR R4 RESTful API; SMART App Launch 2.2 (bearer).

A `FhirClient` is made for one access and one page. It knows nothing of sessions: it is given `bearer()`, the
token of now, and `renew(seen)`, a newer one after the server has refused `seen`. What those two raise passes
through.
"""

from __future__ import annotations

import io
import logging
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlencode, urljoin

import requests

from records.fhir import addresses, ailing, errors, files
from records.fhir.addresses import within
from records.fhir.bundle import OperationOutcome, Page, page
from records.fhir.compartment import is_id
from records.fhir.deadline import Deadline
from records.fhir.fetched import Fetched
from records.fhir.gate import Gate, NoRefusals, Refusals
from records.fhir.headers import LONGEST_WAIT, request_id_of, seconds
from records.fhir.reading import NotReadable, in_utf8, read
from records.fhir.sessions import pooled_session, prepared
from upstream import meter
from upstream.circuit import Circuit
from upstream.time_limit import at_most

log = logging.getLogger("records.fhir")


CHUNK = 64 * 1024
MOST_BYTES = 64 * 1024 * 1024
MOST_FILE_BYTES = 32 * 1024 * 1024
MOST_REASON_BYTES = 256 * 1024
"""Of an answer that only says why something was refused."""
FHIR_JSON = "application/fhir+json"

Parameters = Iterable[tuple[str, str]]


class Names(Protocol):
    """By which other names the server was found to call itself (`records.fhir.addresses`)."""

    def known(self) -> tuple[str, ...]:
        """The bases that its answers named as their own."""

    def learn(self, name: str) -> None:
        """Remembers one."""


_called_otherwise: set[str] = set()
"""Servers of which the log says already that they call themselves by another name than ours."""


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
        names: what else the server calls itself; never asked at, only known again.
        own: the one resource that every token of this access reads, as `Patient/p1`; empty where there is none.
        can_renew: whether `renew` may give another token. Where it may not, asking it ends the sign-in.
        circuit: open while the server, or one type of it, fails everybody; None where nobody else is asking.
        own_bases: further addresses that are the agency's own, for attachments; each ends with a slash. Beside `base`
            they are all that the token goes to.
        refusals: remembers where the server refuses a token that is good.
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
    names: Names = field(default_factory=addresses.Names, repr=False)
    own: str = field(default="", repr=False)
    can_renew: bool = True
    circuit: Circuit | None = field(default=None, repr=False)
    refusals: Refusals = field(default_factory=NoRefusals, repr=False)
    own_bases: tuple[str, ...] = ()

    def read(self, resource_type: str, logical_id: str) -> bytes:
        """One resource's own bytes, as sent: `as_ours` is for reading them. FHIR R4 `read`.

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
        return self.follow(self._query(resource_type, parameters), resource_type)

    def _query(self, resource_type: str, parameters: Parameters) -> str:
        return f"{self.base}{resource_type}?{urlencode(list(parameters))}"

    def leads_on(self, link: str, resource_type: str, parameters: Parameters) -> bool:
        """Whether a search's `next` link may be followed: to this server, and not to the same search again."""
        return within(self.base, link) and link != self._query(resource_type, parameters)

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
        if answer.other_name:
            self.names.learn(answer.other_name)
            if self.base not in _called_otherwise:
                _called_otherwise.add(self.base)
                # Not by which: addresses stay out of the log.
                log.warning(
                    "the record server calls itself by another name: `manage.py conformance` tells which"
                )
        return content, answer

    def as_ours(self, raw: bytes) -> bytes:
        """A resource that was read, its references to this server under another of its names as under our base."""
        if not addresses.may_be_named_otherwise(raw):
            return raw
        names = addresses.names_in(raw, self.base, self.names.known())
        return addresses.with_our_references(raw, self.base, names)

    def address(self, url: str) -> str | None:
        """The address of an attachment, which may be relative: under our base, or under a further one that is the
        agency's own; None where it leads elsewhere."""
        try:
            absolute = urljoin(self.base, url)
        except ValueError:
            return None  # no address at all
        ours = addresses.under_ours(absolute, self.base, self.names.known())
        if ours is None and any(within(own, absolute) for own in self.own_bases):
            return absolute
        return ours

    def file(self, url: str, content_type: str | None) -> Fetched:
        """An attachment's bytes. `url` may be relative to the base. A FHIR Binary is unwrapped. FHIR R4 Binary.

        Raises:
            errors.StrayLink: the address leads out of the record server; nothing was sent.
            errors.KeptElsewhere: the bytes are in a store of the server's own, which does not hand them out.
            errors.UpstreamError: whatever else went wrong.
        """
        absolute = self.address(url)
        if absolute is None:
            log.warning("security: an attachment out of the record server was not fetched")
            raise errors.StrayLink(status=None, resource_type="Binary")
        return files.fetched(absolute, content_type, base=self.base, get=self._bytes)

    def _bytes(self, url: str, content_type: str | None) -> Fetched:
        accept = f"{content_type}, */*;q=0.8" if content_type else "*/*"
        # A store of files in trouble is no reason to leave the record server alone.
        client = self if within(self.base, url) else replace(self, circuit=None)
        return client._get(url, "Binary", accept=accept, most=MOST_FILE_BYTES)

    def _refuse_another(self, content: bytes, resource_type: str, logical_id: str) -> None:
        """An answer to a read is the resource that was asked for, and none of another type or id."""
        try:
            found, _ = read(content, files.Whatever)
        except NotReadable:
            raise errors.Unreadable(status=200, resource_type=resource_type) from None
        # One without an id is at the address that was asked all the same.
        if found.resourceType == resource_type and found.id in {logical_id, None}:
            return
        if found.resourceType != "OperationOutcome":
            log.warning("security: a read of %s was answered with another resource", resource_type)
        raise errors.Unreadable(status=200, resource_type=resource_type)

    def _get(
        self, url: str, resource_type: str, *, accept: str = FHIR_JSON, most: int = MOST_BYTES
    ) -> Fetched:
        shut = self.gate.seconds_shut()
        if shut:
            kind = errors.Maintenance if self.gate.shut_by() == 503 else errors.TooManyRequests
            raise kind(status=None, resource_type=resource_type, retry_after=shut)
        token = self.bearer()
        try:
            return self._once(url, resource_type, token, accept, most)
        except errors.SignInExpired as refused:
            if not self.can_renew or self.refusals.known(resource_type):
                self._refuse_here(refused, token)
            # Exactly one more try with a renewed token. What `renew` raises ends the page.
            token = self.renew(token)
            try:
                return self._once(url, resource_type, token, accept, most)
            except errors.SignInExpired as refused_anew:
                self._refuse_here(refused_anew, token)
                raise
        except (errors.NoAnswerInTime, errors.NoConnection) as error:
            # A server's own 504 is its word; its 408, our time-out or a reset line is worth one more try.
            if (
                error.status not in {None, 408}
                or self.deadline.left < 1
                or isinstance(error, errors.NotSecure)
            ):
                raise
            time.sleep(random.uniform(0.05, 0.25))  # noqa: S311 (spreads retries; no secret)
            return self._once(url, resource_type, token, accept, most)

    def _refuse_here(self, refused: errors.SignInExpired, token: str) -> None:
        """Is it the token, or only this kind of record? The patient's own resource tells.

        Raises:
            errors.RefusedHere: the server takes the same token there.
        """
        resource_type = refused.resource_type
        if not self.own or resource_type == "Patient":
            return
        try:
            self._once(f"{self.base}{self.own}", "Patient", token, FHIR_JSON, MOST_BYTES)
        except errors.UpstreamError:
            return
        log.warning("%s alone is refused with 401, by a token that the server takes otherwise", resource_type)
        self.refusals.learn(resource_type)
        raise errors.RefusedHere(
            status=401, resource_type=resource_type, request_id=refused.request_id
        ) from None

    def _once(self, url: str, resource_type: str, token: str, accept: str, most: int) -> Fetched:
        attempt, started = ailing.attempt(self.circuit, resource_type), time.monotonic()
        try:
            with at_most(self.deadline.left):  # however slowly it drips
                found = self._exchange(url, resource_type, token, accept, most)
        except errors.UpstreamError as error:
            if attempt is not None:
                # A time-out where it was our own time that was almost over says nothing.
                waited = time.monotonic() - started >= min(self.connect_timeout, self.read_timeout)
                ailing.learn(attempt, error, waited=waited)
            raise
        if attempt is not None:
            attempt.answered()
        return found

    def _exchange(self, url: str, resource_type: str, token: str, accept: str, most: int) -> Fetched:
        left = self.deadline.left
        if not left:
            raise errors.NoAnswerInTime(status=None, resource_type=resource_type)
        started = time.monotonic()
        status: int | None = None
        try:
            with pooled_session(self.base, self.proxy_url).send(
                prepared(url, token, accept, self.page_id),
                timeout=(min(self.connect_timeout, left), min(self.read_timeout, left)),
                allow_redirects=False,
                stream=True,
            ) as response:
                status = response.status_code
                request_id = request_id_of(response)
                if status != 200:
                    raise self._refused(response, resource_type, request_id)
                content = self._body(response, resource_type, most)
                content_type = response.headers.get("Content-Type", "")
        except requests.exceptions.Timeout as error:
            raise errors.NoAnswerInTime(status=None, resource_type=resource_type) from error
        except requests.exceptions.SSLError as error:
            raise errors.NotSecure(status=None, resource_type=resource_type) from error
        except requests.exceptions.ConnectionError as error:
            timed_out = "timed out" in str(error).lower()
            kind = errors.NoAnswerInTime if timed_out else errors.NoConnection
            raise kind(status=None, resource_type=resource_type) from error
        except requests.exceptions.RequestException as error:
            raise errors.Unreadable(status=status, resource_type=resource_type) from error
        finally:
            said, took = str(status or "no answer"), time.monotonic() - started
            log.info("GET %s: %s in %d ms for %s", resource_type, said, took * 1000, self.page_id)
            meter.count("record_server", resource_type, said)
            meter.took("record_server", took, resource_type)
        if "html" in content_type.lower() and accept == FHIR_JSON:
            raise errors.Unreadable(status=200, resource_type=resource_type, request_id=request_id)
        return Fetched(content=content, content_type=content_type)

    def _body(self, response: requests.Response, resource_type: str, most: int) -> bytes:
        # It grows in place and gives its bytes without a copy; a list of parts would hold an answer twice.
        body = io.BytesIO()
        size = 0
        for part in response.iter_content(CHUNK):
            size += len(part)
            if size > most:
                raise errors.TooLarge(
                    status=200, resource_type=resource_type, request_id=request_id_of(response)
                )
            if not self.deadline.left:
                raise errors.NoAnswerInTime(status=None, resource_type=resource_type)
            body.write(part)
        return body.getvalue()

    def _refused(
        self, response: requests.Response, resource_type: str, request_id: str
    ) -> errors.UpstreamError:
        status = response.status_code
        retry_after = seconds(response.headers.get("Retry-After"))
        if retry_after is not None:
            retry_after = min(retry_after, LONGEST_WAIT)
        if status == 429 or (status == 503 and retry_after):
            self.gate.shut(retry_after or 30, status)
        error = errors.for_status(
            status, resource_type=resource_type, request_id=request_id, retry_after=retry_after
        )
        if isinstance(error, errors.NotUnderstood):
            try:
                outcome, _ = read(self._body(response, resource_type, MOST_REASON_BYTES), OperationOutcome)
                error.codes = outcome.codes
            except (NotReadable, errors.UpstreamError, requests.exceptions.RequestException):
                pass  # an answer without a readable reason is refused all the same
        return error
