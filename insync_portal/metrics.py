"""What can be watched of the portal, for Prometheus: off unless METRICS_PORT is set.

Each worker adds up in files of its own (prometheus_client's multiprocess mode); `insync_portal.metrics_server`, a
process beside them, sums the files up and answers on METRICS_HOST, which is this machine alone unless it is set. No
label names a reader, a patient, an entry, an address or an agency.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from smart_auth.errors import Problem
from smart_auth.scopes import READ_ONLY, SEARCHED
from trail.entries import Event

OTHER = "other"
TYPES = {*SEARCHED, *READ_ONLY, "Binary", "Patient"}
"""Types of resources that are told apart. What a record refers to may be called anything."""

STATUSES = {str(status.value) for status in HTTPStatus}
WAITS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 6, 10, 20, 40)

# Of a worker's own registry nothing is served: what counts are the files.
_registry = CollectorRegistry(auto_describe=False)

PAGES = Counter("insync_portal_pages", "Answers.", ["page", "status"], registry=_registry)
PAGE_SECONDS = Histogram(
    "insync_portal_page_seconds", "How long an answer took.", ["page"], registry=_registry, buckets=WAITS
)
BUSY = Gauge(
    "insync_portal_busy_threads",
    "Threads that work at an answer now.",
    multiprocess_mode="livesum",
    registry=_registry,
)
THREADS = Gauge(
    "insync_portal_threads", "Threads there are.", multiprocess_mode="livesum", registry=_registry
)
COUNTED = {
    "record_server": Counter(
        "insync_portal_record_server_requests",
        "Requests to the record server; status is `no answer` where none came.",
        ["type", "status"],
        registry=_registry,
    ),
    "circuit_opened": Counter(
        "insync_portal_circuit_opened",
        "How often the record server was left alone for a while.",
        ["type"],
        registry=_registry,
    ),
    "circuit_refused": Counter(
        "insync_portal_circuit_refused",
        "Requests that were not sent because the record server is left alone.",
        ["type"],
        registry=_registry,
    ),
    "kept": Counter(
        "insync_portal_kept", "Looks at what was fetched before: hit or miss.", ["found"], registry=_registry
    ),
    "turns": Counter(
        "insync_portal_turns",
        "Pages of a record by whether they could wait for the record server, hardly, or had to come later.",
        ["turn"],
        registry=_registry,
    ),
}
TIMED = {
    "record_server": Histogram(
        "insync_portal_record_server_seconds",
        "How long the record server took.",
        ["type"],
        registry=_registry,
        buckets=WAITS,
    ),
}
SIGN_INS = Counter(
    "insync_portal_sign_ins",
    "Sign-ins; outcome is `opened`, or why it came to nothing.",
    ["outcome"],
    registry=_registry,
)
SIGN_OUTS = Counter(
    "insync_portal_sign_outs", "Ends of sign-ins, by whom or what.", ["by"], registry=_registry
)
TRAIL_LOST = Counter(
    "insync_portal_trail_not_kept",
    "Entries of the audit trail that could not be written where they belong.",
    registry=_registry,
)


# A series that first appears at 1 has not increased for whoever watches it: these begin at 0.
for _type in (*sorted(TYPES), "*"):
    COUNTED["circuit_opened"].labels(_type)
for _outcome in ("opened", *(problem.value for problem in Problem)):
    SIGN_INS.labels(_outcome)


class Sums:
    """Adds up what the rooms tell. See `upstream.meter`."""

    def count(self, name: str, *labels: str) -> None:
        """One more. Types and statuses that nobody knows are `other`."""
        COUNTED[name].labels(*_known(labels)).inc()

    def took(self, name: str, seconds: float, *labels: str) -> None:
        """Something took so long; its first label is told apart."""
        TIMED[name].labels(*_known(labels[:1])).observe(seconds)


FEW = {"no answer", "hit", "miss", "waits", "hardly", "later", "*"}


def _known(labels: tuple[str, ...]) -> tuple[str, ...]:
    """A server, or a record, could make any number of others."""
    return tuple(one if one in TYPES or one in STATUSES or one in FEW else OTHER for one in labels)


def heard(event: Event, reason: str, *, is_kept: bool) -> None:
    """An entry of the audit trail was written, or could not be."""
    if event is Event.SIGN_IN:
        SIGN_INS.labels("opened").inc()
    elif event is Event.SIGN_IN_REFUSED:
        SIGN_INS.labels(reason).inc()
    elif event is Event.SIGN_OUT:
        SIGN_OUTS.labels(reason).inc()
    if not is_kept:
        TRAIL_LOST.inc()


class Watched:
    """Middleware: how many answers there were, how long each took, and how many are being worked at."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started, status = time.perf_counter(), "500"
        BUSY.inc()
        try:
            response = self.get_response(request)
            status = str(response.status_code)
            return response
        finally:
            BUSY.dec()
            match = request.resolver_match
            page = match.view_name if match is not None else "none"
            PAGES.labels(page, status).inc()
            PAGE_SECONDS.labels(page).observe(time.perf_counter() - started)
