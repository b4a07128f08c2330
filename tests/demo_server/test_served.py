"""The FHIR side in its own process, after a real sign-in: what unit tests put together by hand."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.servers import sign_in_over_http, start_demo_server

CLIENT, SECRET = "insync-portal-demo", "demo-secret-not-for-production"
REDIRECT = "http://localhost:8000/auth/callback/"
VERIFIER = "a-verifier-of-these-tests-that-is-long-enough-for-rfc-7636"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with start_demo_server() as base_url:
        yield base_url


@pytest.fixture
def app(server: str) -> Iterator[requests.Session]:
    """An app that Daniel let read his observations and goals."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": REDIRECT,
        "scope": "launch/patient openid fhirUser patient/Observation.read patient/Goal.read",
        "state": "a-state",
        "nonce": "a-nonce",
        "aud": f"{server}/fhir-request/",
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    back = sign_in_over_http(f"{server}/smartauth/oauth/authorize?{urlencode(asked)}", "daniel")
    answer = requests.post(
        f"{server}/smartauth/oauth/token",
        data={
            "grant_type": "authorization_code",
            "code": parse_qs(urlsplit(back).query)["code"][0],
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
        },
        auth=(CLIENT, SECRET),
        timeout=20,
    ).json()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {answer['access_token']}"
        session.params = {"patient": answer["patient"]}
        yield session
    requests.delete(f"{server}/demo/trouble.json", timeout=20)


def test_who_signed_in_reads_what_was_allowed_and_no_more(server: str, app: requests.Session) -> None:
    allowed = app.get(f"{server}/fhir-request/Observation", timeout=20)
    refused = app.get(f"{server}/fhir-request/Condition", timeout=20)

    assert allowed.json()["total"] > 0
    assert (refused.status_code, refused.json()["resourceType"]) == (403, "OperationOutcome")


def test_all_pages_can_be_followed_to_the_end(server: str, app: requests.Session) -> None:
    bundle = app.get(f"{server}/fhir-request/Observation", params={"_count": "7"}, timeout=20).json()
    app.params = {}
    ids = [one["resource"]["id"] for one in bundle["entry"]]
    while following := [one["url"] for one in bundle["link"] if one["relation"] == "next"]:
        bundle = app.get(following[0], timeout=20).json()
        ids += [one["resource"]["id"] for one in bundle["entry"]]

    assert len(ids) == len(set(ids)) == bundle["total"]


def test_trouble_is_switched_on_and_off_while_the_server_runs(server: str, app: requests.Session) -> None:
    switch = {"kind": "status", "on": "Goal", "status": 429, "retry_after": 7}
    requests.put(f"{server}/demo/trouble.json", json={"switches": [switch]}, timeout=20).raise_for_status()
    troubled = app.get(f"{server}/fhir-request/Goal", timeout=20)
    requests.delete(f"{server}/demo/trouble.json", timeout=20)

    assert (troubled.status_code, troubled.headers["Retry-After"]) == (429, "7")
    assert app.get(f"{server}/fhir-request/Goal", timeout=20).status_code == 200


def test_nothing_can_be_posted_and_the_answer_is_fhir(server: str, app: requests.Session) -> None:
    answer = app.post(f"{server}/fhir-request/Observation/_search", timeout=20)

    assert (answer.status_code, answer.json()["resourceType"]) == (405, "OperationOutcome")


def test_the_page_of_the_switches_is_a_page_of_the_demo_server(server: str) -> None:
    page = requests.get(f"{server}/demo/trouble", timeout=20)

    assert page.status_code == 200
    assert "<h1>Trouble on demand</h1>" in page.text
    assert "{#" not in page.text
