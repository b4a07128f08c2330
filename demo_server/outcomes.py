"""How the server says no: an OperationOutcome with the status that InSync would send."""

from __future__ import annotations

from typing import Any

import msgspec


class Refusal(Exception):
    """A request that gets no answer other than its OperationOutcome.

    `code` is from FHIR's IssueType value set. `diagnostics` is for the developer at the other end; it
    names parameters and types, never a patient's values. `headers` go out with it.
    """

    def __init__(
        self, status: int, code: str, diagnostics: str, *, headers: dict[str, str] | None = None
    ) -> None:
        self.status, self.code, self.diagnostics = status, code, diagnostics
        self.headers = headers or {}
        super().__init__(f"{status} {code}")


def operation_outcome(code: str, diagnostics: str, *, severity: str = "error") -> dict[str, Any]:
    """The OperationOutcome as a JSON object. FHIR R4 OperationOutcome."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": severity, "code": code, "diagnostics": diagnostics}],
    }


def outcome_bytes(code: str, diagnostics: str) -> bytes:
    """The same, serialised."""
    return msgspec.json.encode(operation_outcome(code, diagnostics))


def unauthorized() -> Refusal:
    """401: no token, or one that is unknown, expired or revoked. RFC 6750 section 3."""
    return Refusal(
        401,
        "login",
        "The access token is missing, expired or not known.",
        headers={"WWW-Authenticate": 'Bearer realm="InSync FHIR", error="invalid_token"'},
    )


def forbidden(diagnostics: str) -> Refusal:
    """403: the token is good, and does not reach that far."""
    return Refusal(403, "forbidden", diagnostics)


def invalid(diagnostics: str, *, code: str = "invalid") -> Refusal:
    """400: the request itself is wrong."""
    return Refusal(400, code, diagnostics)


def not_supported(diagnostics: str) -> Refusal:
    """404: a type or an interaction that this server does not offer."""
    return Refusal(404, "not-supported", diagnostics)


def not_found(resource_type: str) -> Refusal:
    """404: nothing stands at that address."""
    return Refusal(404, "not-found", f"There is no {resource_type} with that id.")


def method_not_allowed() -> Refusal:
    """405: the server is read only."""
    return Refusal(
        405, "not-supported", "This server answers GET requests only.", headers={"Allow": "GET, HEAD"}
    )


STATUS_ISSUES = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    408: "timeout",
    429: "throttled",
    500: "exception",
    502: "transient",
    503: "transient",
    504: "timeout",
}
"""The issue code that goes with a status, where nothing more is known than the status."""
