"""An agency's record and authorization server for tests, in this process: `responses` answers, a small key signs.

It is `https://fhir.example` of tests/settings.py, with one person who signs in.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
import responses
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from django.http import HttpResponse
from django.test import Client
from joserfc.jwk import RSAKey

BASE = "https://fhir.example/fhir-request/"
ISSUER = "https://fhir.example/smartauth/oauth"
AUTHORIZE = f"{ISSUER}/authorize"
TOKEN = f"{ISSUER}/token"
JWKS = f"{ISSUER}/jwks"
REVOKE = f"{ISSUER}/revoke"
END_SESSION = f"{ISSUER}/end-session"
OPENID_CONFIGURATION = f"{ISSUER}/.well-known/openid-configuration"
SMART_CONFIGURATION = f"{BASE}.well-known/smart-configuration"
CLIENT_ID = "portal-under-test"
CALLBACK = "/auth/callback/"

KEY = RSAKey.generate_key(2048, {"kid": "first", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "other", "use": "sig", "alg": "RS256"})


class Agency:
    """What it answers can be changed before each request; what it was asked is kept."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock = mock
        self.configuration: dict[str, Any] = {
            "issuer": ISSUER,
            "authorization_endpoint": AUTHORIZE,
            "token_endpoint": TOKEN,
            "jwks_uri": JWKS,
            "revocation_endpoint": REVOKE,
            "capabilities": ["launch-standalone", "launch-ehr", "permission-v1"],
            "scopes_supported": ["openid", "fhirUser", "launch/patient", "patient/*.read", "online_access"],
            "code_challenge_methods_supported": ["S256"],
        }
        self.keys = [KEY]
        self.key_members: dict[str, Any] = {}
        """On top of each key's own; one that is None is null."""
        self.header: dict[str, Any] = {}
        """On top of an id_token's own header; a `kid` that is None is left out."""
        self.token: dict[str, Any] = {
            "access_token": "access-canary-1",
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": "refresh-canary-1",
            "scope": "openid fhirUser launch/patient patient/*.read online_access",
            "patient": "p1",
        }
        self.claims: dict[str, Any] = {"fhirUser": "Patient/p1", "name": "Canary Lovelace"}
        self.without_claims: set[str] = set()
        self.token_status = 200
        self.token_headers: dict[str, str] = {}
        self.token_body: str | None = None
        self.sign_with = KEY
        self.has_id_token = True
        self.nonce = ""
        mock.assert_all_requests_are_fired = False
        mock.add_callback(responses.GET, SMART_CONFIGURATION, self._configuration)
        mock.add_callback(responses.GET, JWKS, self._jwks)
        mock.add_callback(responses.POST, TOKEN, self._token)
        mock.add(responses.POST, REVOKE, status=200)

    def asked(self, url: str) -> list[requests.PreparedRequest]:
        """The requests that came to one address."""
        return [call.request for call in self.mock.calls if (call.request.url or "").split("?")[0] == url]

    def token_requests(self) -> list[dict[str, str]]:
        """The forms that were posted to the token endpoint."""
        return [dict(parse_qsl(text_of(request.body))) for request in self.asked(TOKEN)]

    def id_token(self, **changes: Any) -> str:
        """A signed id_token, right in everything but the changes."""
        now = int(time.time())
        half = hashlib.sha256(str(self.token.get("access_token")).encode()).digest()[:16]
        claims = {
            "iss": ISSUER,
            "sub": "person-1",
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "at_hash": base64.urlsafe_b64encode(half).rstrip(b"=").decode(),
            **self.claims,
            **changes,
        }
        claims = {name: value for name, value in claims.items() if name not in self.without_claims}
        header = {"alg": "RS256", "kid": self.sign_with.kid, **self.header}
        return signed(
            {name: value for name, value in header.items() if value is not None}, claims, self.sign_with
        )

    def _configuration(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        return 200, {"Content-Type": "application/json"}, json.dumps(self.configuration)

    def _jwks(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        keys = [{**key.as_dict(private=False), **self.key_members} for key in self.keys]
        return 200, {}, json.dumps({"keys": keys})

    def _token(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        if self.token_body is not None or self.token_status != 200:
            return self.token_status, self.token_headers, self.token_body or "{}"
        answer = dict(self.token)
        if self.has_id_token and "id_token" not in answer and "code=" in text_of(request.body):
            answer["id_token"] = self.id_token()
        return 200, self.token_headers, json.dumps(answer)

    # --- The reader's way through
    def launch(self, client: Client, query: str = "") -> dict[str, str]:
        """Start a sign-in; returns the parameters of the authorization request."""
        sent = client.get(f"/auth/launch/{query}")
        assert sent.status_code == 302, sent.content.decode()
        asked = {name: values[0] for name, values in parse_qs(urlsplit(sent["Location"]).query).items()}
        self.nonce = asked["nonce"]
        return asked

    def sign_in(self, client: Client, query: str = "", **answer: str) -> HttpResponse:
        """A whole sign-in up to the portal's answer to the callback."""
        asked = self.launch(client, query)
        return self.come_back(client, {"code": "code-canary", "state": asked["state"], **answer})

    def come_back(self, client: Client, query: dict[str, str]) -> HttpResponse:
        """The callback."""
        answer = client.get(CALLBACK, query)
        assert isinstance(answer, HttpResponse)
        return answer


def text_of(body: Any) -> str:
    return body.decode() if isinstance(body, bytes) else str(body or "")


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: dict[str, Any], key: RSAKey) -> str:
    """A JWT by hand: joserfc writes none with a header that it does not know."""
    said = f"{_part(header)}.{_part(claims)}"
    made = key.private_key.sign(said.encode(), PKCS1v15(), SHA256())  # type: ignore[union-attr]  # these are private
    return f"{said}.{base64.urlsafe_b64encode(made).rstrip(b'=').decode()}"
