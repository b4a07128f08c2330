"""Two agencies under one host, as InSync has them, with the same patient ids on purpose."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
import responses
from django.http import HttpResponse
from django.test import Client
from joserfc.jwk import RSAKey

from smart_auth.agency import Agency
from smart_auth.servers import Server
from tests.smart_auth.agency import signed, text_of

HOST = "https://fhir.example/insync"


@dataclass
class Side:
    """One agency: its value in the portal's settings, and its server, which signs with a key of its own."""

    slug: str
    name: str
    mock: responses.RequestsMock
    key: RSAKey = field(repr=False)
    time_zone: str = "America/New_York"
    nonce: str = ""
    answer: dict[str, Any] = field(default_factory=dict)
    """On top of the token endpoint's own."""

    def __post_init__(self) -> None:
        self.mock.add_callback(
            responses.GET, f"{self.base}.well-known/smart-configuration", self._configuration
        )
        self.mock.add_callback(responses.GET, f"{self.issuer}/jwks", self._jwks)
        self.mock.add_callback(responses.POST, f"{self.issuer}/token", self._token)
        self.mock.add(responses.POST, f"{self.issuer}/revoke", status=200)

    @property
    def base(self) -> str:
        """Its FHIR base."""
        return f"{HOST}/{self.slug}/"

    @property
    def issuer(self) -> str:
        """Its issuer."""
        return f"{HOST}/{self.slug}/smartauth"

    @property
    def agency(self) -> Agency:
        """What stands in the settings."""
        return Agency(
            slug=self.slug,
            name=self.name,
            phone="617-555-0142",
            time_zone=self.time_zone,
            server=Server(
                fhir_base_url=self.base,
                client_id=f"portal-at-{self.slug}",
                client_secret=f"secret-of-{self.slug}",
                redirect_uri=f"http://localhost:8000/auth/callback/{self.slug}/",
            ),
        )

    def asked(self, path: str) -> list[requests.PreparedRequest]:
        """The requests that came to one address of it."""
        url = self.issuer + path
        return [call.request for call in self.mock.calls if (call.request.url or "").split("?")[0] == url]

    def forms(self, path: str) -> list[dict[str, str]]:
        """What was posted to one address of it."""
        return [dict(parse_qsl(text_of(request.body))) for request in self.asked(path)]

    def id_token(self, by: RSAKey | None = None, **changes: Any) -> str:
        """A signed id_token, right in everything but the changes."""
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "person-1",
            "aud": self.agency.server.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "name": "Canary Lovelace",
            "fhirUser": "Patient/p1",
            **changes,
        }
        return signed({"alg": "RS256", "kid": "the-same"}, claims, by or self.key)

    def launch(self, client: Client, query: str = "") -> dict[str, str]:
        """Start a sign-in at this agency; returns the parameters of the authorization request."""
        sent = client.get(f"/auth/launch/{self.slug}/{query}")
        assert sent.status_code == 302, sent.content.decode()
        assert sent["Location"].startswith(f"{self.issuer}/authorize?")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(sent["Location"]).query).items()}
        self.nonce = asked["nonce"]
        return asked

    def come_back(self, client: Client, state: str, **query: str) -> HttpResponse:
        """The callback of this agency."""
        answer = client.get(
            f"/auth/callback/{self.slug}/", {"code": f"code-of-{self.slug}", "state": state, **query}
        )
        assert isinstance(answer, HttpResponse)
        return answer

    def sign_in(self, client: Client, query: str = "") -> HttpResponse:
        """A whole sign-in up to the portal's answer to the callback."""
        return self.come_back(client, self.launch(client, query)["state"])

    def _configuration(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "revocation_endpoint": f"{self.issuer}/revoke",
            "capabilities": ["launch-standalone", "launch-ehr", "permission-v1"],
        }
        return 200, {}, json.dumps(told)

    def _jwks(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps({"keys": [{**self.key.as_dict(private=False), "kid": "the-same"}]})

    def _token(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        token = {
            "access_token": f"access-canary-of-{self.slug}",
            "refresh_token": f"refresh-canary-of-{self.slug}",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": "openid fhirUser launch/patient patient/*.read",
            "patient": "p1",
            "id_token": self.id_token(),
        }
        return 200, {}, json.dumps({**token, **self.answer})
