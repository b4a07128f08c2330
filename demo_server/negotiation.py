"""Which format the asker takes. FHIR R4 3.1.0.1.10, content negotiation."""

from __future__ import annotations

from django.http import HttpRequest

from demo_server.outcomes import Refusal

_JSON = frozenset({"application/fhir+json", "application/json", "json", "text/json", "application/json+fhir"})
_ANY = frozenset({"*/*", "application/*"})


def _accepted(request: HttpRequest) -> list[str]:
    """The media types that the asker names with a weight above zero; `_format` comes before Accept."""
    asked = request.GET.get("_format") or request.headers.get("Accept") or "*/*"
    found = []
    for one in asked.lower().split(","):
        kind, *parameters = (part.strip() for part in one.split(";"))
        if not any(part in ("q=0", "q=0.0", "q=0.00", "q=0.000") for part in parameters):
            # An unencoded plus sign in `_format` arrives as a space.
            found.append(kind.replace("fhir json", "fhir+json"))
    return found


def json_only(request: HttpRequest) -> None:
    """Raises Refusal 406 where the asker takes no JSON."""
    if not any(kind in _JSON or kind in _ANY for kind in _accepted(request)):
        raise Refusal(406, "not-supported", "This server speaks application/fhir+json only.")


def asks_for_fhir(request: HttpRequest) -> bool:
    """Whether a file is wanted inside its FHIR resource: only where FHIR itself is named, or `_format`.

    `application/json` is not enough; the file itself may be JSON.
    """
    named = _accepted(request)
    return "application/fhir+json" in named or ("_format" in request.GET and not _JSON.isdisjoint(named))
