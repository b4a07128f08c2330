"""What each request and each answer carry, whichever view is asked."""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import Callable

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from insync_portal import errors, limits, logs, pages
from insync_portal.postgresql import waiting
from trail import now

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ALPHABET = "23456789ABCDEFGHJKMNPQRTUVWXY"
"""Digits and capitals without 0 O, 1 I L, 5-like S and 2-like Z: a request id is read out on the phone."""

CHECKS = {"/healthz": pages.healthz, "/readyz": pages.readyz}

WAIT_FOR_THE_DATABASE = ("/record/", "/auth/launch/", "/auth/callback/")
"""Where addresses begin whose page is nothing without the session."""

NOT_ASKED_OF_THE_BROWSER = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-get",
    "usb",
)


def new_request_id() -> str:
    """A name for one request that a person can read out, such as `H7K2-94QD` (29 to the 8th possibilities)."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def address_of(request: HttpRequest) -> str:
    """The address that a request came from: what the trusted proxy saw, else who is connected; empty where neither is
    an address."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        # Whatever stands in front of the last one, a visitor may have written.
        said = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2] or said
    try:
        return str(ipaddress.ip_address(said.strip()))
    except ValueError:
        return ""


class RequestId:
    """Names each request: `request.request_id`, every log line meanwhile, and the X-Request-Id of the answer.

    A name that the request itself brings is never taken over: it could forge or flood the log.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = new_request_id()
        request.request_id = request_id  # type: ignore[attr-defined]  # what this middleware is for
        circumstances = now.Circumstances(request_id, address_of(request) if settings.TRAIL_ADDRESSES else "")
        with logs.request(request_id), now.during(circumstances):
            response = self.get_response(request)
        response.headers["X-Request-Id"] = request_id
        return response


class HealthCheck:
    """Answers `/healthz` and `/readyz` whatever host they are asked by: a load balancer asks a machine by its bare
    address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        check = CHECKS.get(request.path)
        return check(request) if check is not None else self.get_response(request)


class DatabaseInTime:
    """How long this request may wait for the database: a page of a record some seconds, and who reads the help, asks
    whether we are well or signs out hardly at all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_patient = request.path.startswith(WAIT_FOR_THE_DATABASE)
        with waiting.at_most(settings.DATABASE_SECONDS if is_patient else waiting.HARDLY_SECONDS):
            return self.get_response(request)


class Sessions(SessionMiddleware):
    """Django's. A database that hangs or is away is a page in words, from whatever view."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        try:
            return super().process_response(request, response)
        except (OperationalError, InterfaceError) as error:
            return errors.no_database(request, error)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What Django calls where a view failed."""
        if isinstance(exception, OperationalError | InterfaceError):
            return errors.no_database(request, exception)
        return None


class SignInLimits:
    """Sign-ins beyond what a minute takes are refused in words, before anything is kept or asked for them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return limits.refusal(request, address_of(request)) or self.get_response(request)


class SafeHeaders:
    """Headers that neither Django nor django-csp sets.

    An answer that says nothing of caching is not kept by anybody: a page of a record must not come back
    from a shared computer's disk or Back button. Static files bring a Cache-Control of their own.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", ", ".join(f"{name}=()" for name in NOT_ASKED_OF_THE_BROWSER))
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Cache-Control", "no-store")
        return response
