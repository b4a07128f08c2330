"""An app as the demo server meets one: it asks, is answered, and trades what it got. Plain HTTP, no Authlib."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.servers import sign_in_over_http

CLIENT_ID = "insync-portal-demo"
CLIENT_SECRET = "demo-secret-not-for-production"
REDIRECT_URI = "http://localhost:8000/auth/callback/"
SCOPES = (
    "openid fhirUser launch/patient online_access"
    " patient/Patient.read patient/AllergyIntolerance.read patient/Observation.read"
)


def query_of(url: str) -> dict[str, str]:
    """The parameters of an address; each of them once."""
    found = parse_qs(urlsplit(url).query, keep_blank_values=True)
    assert all(len(values) == 1 for values in found.values()), f"a parameter stands twice in {url}"
    return {name: values[0] for name, values in found.items()}


@dataclass
class App:
    """One app at the server with this address; each has a verifier, state and nonce of its own."""

    base: str
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    state: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))

    @property
    def fhir(self) -> str:
        return f"{self.base}/fhir-request/"

    @property
    def issuer(self) -> str:
        return f"{self.base}/smartauth/oauth"

    def authorize_url(self, **changes: str | None) -> str:
        """A good authorization request with changes; None takes a parameter away."""
        digest = hashlib.sha256(self.verifier.encode()).digest()
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": REDIRECT_URI,
            "scope": SCOPES,
            "state": self.state,
            "nonce": self.nonce,
            "aud": self.fhir,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
            **changes,
        }
        given = {name: value for name, value in query.items() if value is not None}
        return f"{self.issuer}/authorize?{urlencode(given)}"

    def ask(self, **changes: str | None) -> requests.Response:
        """The first answer to an authorization request."""
        return requests.get(self.authorize_url(**changes), timeout=20, allow_redirects=False)

    def code(
        self,
        person: str = "daniel",
        patient: str | None = None,
        untick: Collection[str] = (),
        **changes: str | None,
    ) -> str:
        """A code, after somebody signed in and allowed."""
        back = sign_in_over_http(self.authorize_url(**changes), person, patient, untick)
        assert back.startswith(f"{REDIRECT_URI}?")
        answer = query_of(back)
        assert answer.get("state") == self.state
        return answer["code"]

    def post(
        self, endpoint: str, *, auth: Any = (CLIENT_ID, CLIENT_SECRET), **form: str
    ) -> requests.Response:
        """A form to one of the server's endpoints."""
        return requests.post(
            f"{self.issuer}/{endpoint}", data=form, auth=auth, timeout=20, allow_redirects=False
        )

    def redeem(self, code: str, /, **changes: Any) -> requests.Response:
        """The token request for a code."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI}
        return self.post("token", **{**form, "code_verifier": self.verifier, **changes})

    def refresh(self, refresh_token: str, /, **changes: Any) -> requests.Response:
        """The token request for a refresh token."""
        return self.post(
            "token", **{"grant_type": "refresh_token", "refresh_token": refresh_token, **changes}
        )

    def tokens(self, *args: Any, **changes: Any) -> dict[str, Any]:
        """The token response, after somebody signed in and allowed."""
        answer = self.redeem(self.code(*args, **changes))
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def status(self, access_token: str, what: str = "Patient/daniel-whitaker") -> int:
        """The status of a read with an access token."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return requests.get(f"{self.fhir}{what}", headers=headers, timeout=20).status_code


def refusal(answer: requests.Response) -> tuple[int, str]:
    """Status and error code of a refused token request."""
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json()["error"]
