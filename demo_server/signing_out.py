"""Where an app sends somebody to sign out here too. OpenID Connect RP-Initiated Logout 1.0, with Authlib.

This server keeps nobody signed in: who one is, is chosen anew each time. What ends is what the app was given.
"""

from __future__ import annotations

from typing import Any

from authlib.oauth2.rfc6749.errors import OAuth2Error
from authlib.oidc.rpinitiated.end_session import EndSessionEndpoint, EndSessionRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from demo_server import keys, oauth
from demo_server.shapes import Client, Request
from demo_server.tokens import LEDGER


class _EndSession(EndSessionEndpoint):  # type: ignore[misc]  # Authlib is untyped
    def get_server_jwks(self) -> dict[str, Any]:
        return keys.jwk_set()

    def get_algorithms(self) -> list[str]:
        return [keys.ALGORITHM]

    def _is_valid_post_logout_redirect_uri(self, client: Client, post_logout_redirect_uri: str) -> bool:
        return client.check_post_logout_redirect_uri(post_logout_redirect_uri)

    def end_session(self, end_session_request: EndSessionRequest) -> None:
        """Without a token of ours as a hint nobody knows whose session it would be: then nothing ends."""
        claims = end_session_request.id_token_claims
        if claims and end_session_request.client is not None:
            LEDGER.revoke_session(str(claims.get("sid")), end_session_request.client.client_id)


@csrf_exempt  # the form comes from the app's page; the token in it says whose session
@never_cache
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """The logout endpoint. Leads back only to an address that was registered, and only with a token of ours."""
    endpoint = _EndSession(oauth.server())
    try:
        asked = endpoint.validate_request(Request(request, from_query=request.method == "GET"))
    except (OAuth2Error, ValueError):
        says = "The id_token_hint is none of this server's, or of another app."
        return render(request, "demo_server/refused.html", {"says": says}, status=400)
    endpoint.end_session(asked)
    if asked.redirect_uri:
        return HttpResponse(status=303, headers={"Location": asked.redirect_uri})
    return render(request, "demo_server/signed_out.html")
