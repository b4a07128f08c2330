"""What an answer, or none, says of the server and not of this request alone. For `upstream.circuit`."""

from __future__ import annotations

import logging

import requests

from records.fhir import errors
from upstream import meter
from upstream.circuit import Attempt, Circuit, Open

log = logging.getLogger("records.fhir")


def attempt(circuit: Circuit | None, resource_type: str) -> Attempt | None:
    """A request that may be sent now; None where there is no circuit.

    Raises:
        errors.LeftAlone: it may not.
    """
    try:
        return circuit.begin(resource_type) if circuit is not None else None
    except Open as rest:
        meter.count("circuit_refused", resource_type)
        raise errors.LeftAlone(status=None, resource_type=resource_type, retry_after=rest.seconds) from None


def learn(made: Attempt, error: errors.UpstreamError, *, waited: bool) -> None:
    """Counts a failure, or takes it for the answer that it is.

    Args:
        waited: whether the server had the time to answer.
    """
    cause, opened = error.__cause__, False
    if isinstance(cause, requests.exceptions.SSLError):
        return  # no ailing server
    is_refused = isinstance(error, errors.NoConnection | errors.Waiting)
    if is_refused or isinstance(cause, requests.exceptions.ConnectTimeout):
        opened = made.refused()
    elif not isinstance(error, errors.NoAnswerInTime):
        made.answered()
    elif error.status is not None or waited:
        opened = made.timed_out()
    if opened:
        meter.count("circuit_opened", made.what)
        log.warning("circuit: the record server is left alone for a while (%s)", error)
