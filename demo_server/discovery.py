"""What the authorization server says about itself: the smart-configuration and the OpenID configuration.

SMART App Launch 2.2, "Authorization endpoint and capabilities discovery"; OpenID Connect Discovery 1.0;
RFC 8414; RFC 9207.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from demo_server import consent, keys, oauth
from demo_server.shapes import AUTH_METHODS

CAPABILITIES = [
    "launch-standalone",
    "launch-ehr",
    "client-confidential-symmetric",
    "sso-openid-connect",
    "context-standalone-patient",
    "context-ehr-patient",
    "context-banner",
    "permission-patient",
    "permission-online",
    "permission-offline",
    "permission-v1",
]
"""Of these, `permission-v1` alone for the spelling of scopes, as InSync; version 2 is understood unasked."""

_HEADERS = {"Cache-Control": "public, max-age=60", "Access-Control-Allow-Origin": "*"}


def _endpoints() -> dict[str, Any]:
    issuer = oauth.issuer()
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "revocation_endpoint": f"{issuer}/revoke",
        "end_session_endpoint": f"{issuer}/end-session",
        "jwks_uri": f"{issuer}/jwks",
        "scopes_supported": list(consent.SCOPES_SUPPORTED),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": AUTH_METHODS,
        "revocation_endpoint_auth_methods_supported": AUTH_METHODS,
        "authorization_response_iss_parameter_supported": True,
    }


@require_http_methods(["GET", "HEAD"])
def smart_configuration(request: HttpRequest) -> HttpResponse:
    """`{FHIR base}/.well-known/smart-configuration`."""
    # Not a key of SMART's: by it a portal in production knows that it must not sign anybody in here.
    document = {**_endpoints(), "capabilities": CAPABILITIES, "demonstration": True}
    return JsonResponse(document, headers=_HEADERS)


@require_http_methods(["GET", "HEAD"])
def openid_configuration(request: HttpRequest) -> HttpResponse:
    """`{issuer}/.well-known/openid-configuration`, and the same below the FHIR base."""
    document = {
        **_endpoints(),
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [keys.ALGORITHM],
        "claims_supported": [
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "sid",
            "at_hash",
            "name",
            "fhirUser",
        ],
        "response_modes_supported": ["query"],
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }
    return JsonResponse(document, headers=_HEADERS)
