"""The two agencies of the demo server: under one host, with the same patient ids, and nothing else in common."""

from __future__ import annotations

import requests

from tests.demo_server.app import App

SECOND = "/insync/prairie-200"


def told(demo_url: str, base: str) -> dict[str, object]:
    """What an agency says of itself."""
    found: dict[str, object] = requests.get(
        f"{demo_url}{base}/.well-known/smart-configuration", timeout=20
    ).json()
    return found


def test_each_has_an_issuer_and_keys_of_its_own_under_its_own_base(demo_url: str) -> None:
    first, second = told(demo_url, "/fhir-request"), told(demo_url, SECOND)

    assert first["issuer"] == f"{demo_url}/smartauth/oauth"
    assert second["issuer"] == f"{demo_url}{SECOND}/smartauth/oauth"
    keys = [requests.get(str(one["jwks_uri"]), timeout=20).json()["keys"] for one in (first, second)]
    assert keys[0] != keys[1]


def test_a_token_of_one_is_worth_nothing_at_the_other(app: App, demo_url: str) -> None:
    """InSync names it as the cause of a 401: the token was for one organization, the request went to another."""
    token = app.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    patients = [f"{demo_url}{base}/Patient/daniel-whitaker" for base in ("/fhir-request", SECOND)]

    statuses = [requests.get(one, headers=headers, timeout=20).status_code for one in patients]

    assert statuses == [200, 401]


def test_the_second_is_asked_by_its_own_addresses_alone(demo_url: str) -> None:
    statement = requests.get(f"{demo_url}{SECOND}/metadata", timeout=20).json()

    assert statement["implementation"]["url"].rstrip("/") == f"{demo_url}{SECOND}"
    assert requests.get(f"{demo_url}/insync/nobody/metadata", timeout=20).status_code == 404
