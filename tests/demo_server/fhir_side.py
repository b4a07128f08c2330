"""The demo server's FHIR side in this process: its own views, a world of the test's, tokens of the test's.

What the sign-in hands out is tested with the sign-in; here a token is whatever a test says it is.
"""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponseBase
from django.test import Client
from fhir.resources.R4B import get_fhir_model_class

from demo_server import tokens
from demo_server.trouble import SWITCHES, switch_from

ORIGIN = "http://127.0.0.1:8001"
BASE = f"{ORIGIN}/fhir-request/"


class Fhir:
    """The server as an app sees it: `bearer` is sent along, the scopes are those of the token `good`."""

    def __init__(self) -> None:
        self.patient = "me"
        self.scopes = "patient/*.read"
        self.bearer = "good"
        self._client = Client(raise_request_exception=False)

    def token_for(self, bearer: str) -> tokens.Token | None:
        if bearer != "good":
            return None
        return tokens.Token(
            scopes=frozenset(self.scopes.split()), patient=self.patient, person="someone", expires_at=4e9
        )

    def get(self, address: str, **headers: str) -> HttpResponseBase:
        """A GET of an address below the base, or of a full one that must be on this server."""
        return self.send("GET", address, **headers)

    def send(self, method: str, address: str, body: str = "", **headers: str) -> HttpResponseBase:
        url = address if address.startswith("http") else BASE + address
        assert url.startswith(ORIGIN), "only our own server is asked"
        if self.bearer:
            headers.setdefault("Authorization", f"Bearer {self.bearer}")
        return self._client.generic(
            method, url.removeprefix(ORIGIN), body, content_type="application/json", headers=headers
        )

    def bundle(self, address: str, **headers: str) -> dict[str, Any]:
        """A search's Bundle, as FHIR R4B says a Bundle is."""
        answer = self.get(address, **headers)
        assert answer.status_code == 200, body_of(answer)
        found = json_of(answer)
        assert found["resourceType"] == "Bundle"
        return found

    def ids(self, address: str) -> list[str]:
        """The ids of a page's matches."""
        return [
            one["resource"]["id"]
            for one in self.bundle(address).get("entry", [])
            if one["search"]["mode"] == "match"
        ]

    def trouble(self, *switches: dict[str, Any]) -> None:
        SWITCHES.replace(map(switch_from, switches))


def body_of(answer: HttpResponseBase) -> bytes:
    return answer.content  # type: ignore[attr-defined, no-any-return]  # the test client's answers have it


def json_of(answer: HttpResponseBase) -> dict[str, Any]:
    """An answer's resource, held against its R4B model."""
    assert answer.headers["Content-Type"] == "application/fhir+json; charset=utf-8"
    found: dict[str, Any] = json.loads(body_of(answer))
    get_fhir_model_class(found["resourceType"]).model_validate(json.loads(body_of(answer)))
    return found


def next_of(bundle: dict[str, Any]) -> str | None:
    """The address of the next page."""
    return next((link["url"] for link in bundle["link"] if link["relation"] == "next"), None)
