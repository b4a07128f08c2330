"""Behind the page: in the demo alone, what was asked for the latest pages, without a value of it, and troubles."""

from __future__ import annotations

import pytest
import requests
import responses
from django.test import Client
from pytest_django import Settings

from insync_portal import behind
from tests.servers import Servers, sign_in_over_http, start_both
from upstream import observed

TROUBLE = "http://127.0.0.1:8001/demo/trouble.json"


def test_outside_the_demo_there_is_no_such_page_and_nobody_listens(client: Client) -> None:
    assert client.get("/demo/behind/").status_code == 404
    assert client.post("/demo/behind/", {"trouble": "off"}).status_code == 404
    assert "/demo/behind/" not in client.get("/help/").content.decode()
    assert observed.listeners == []


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://fhir.example/fhir-request/Patient/canary", "/fhir-request/Patient/…"),
        ("https://fhir.example/fhir-request/Patient/canary?_x=canary", "/fhir-request/Patient/…?_x=…"),
        (
            "https://fhir.example/fhir-request/Goal?patient=canary&_sort=-date",
            "/fhir-request/Goal?patient=…&_sort=…",
        ),
        ("https://fhir.example/fhir-request?_getpages=canary", "/fhir-request?_getpages=…"),
        ("https://fhir.example/smartauth/oauth/token", "/smartauth/oauth/token"),
        (
            "https://fhir.example/fhir-request/.well-known/smart-configuration",
            "/fhir-request/.well-known/smart-configuration",
        ),
    ],
)
def test_an_address_stands_without_its_values(url: str, shown: str) -> None:
    assert behind.without_values(url) == shown


@pytest.fixture
def demo(settings: Settings) -> None:
    """A portal that thinks that it is the demo."""
    settings.IS_DEMO = True
    settings.INSYNC_FHIR_BASE_URL = "http://127.0.0.1:8001/fhir-request/"


@pytest.mark.usefixtures("demo")
def test_a_trouble_is_switched_on_beside_the_others_and_all_off(client: Client) -> None:
    other = {"kind": "hang", "on": "Goal", "times": None}
    with responses.RequestsMock() as server:
        server.get(TROUBLE, json={"switches": [other]})
        sent = server.put(TROUBLE, json={"switches": []})
        deleted = server.delete(TROUBLE, json={"switches": []})

        client.post("/demo/behind/", {"trouble": "refused"})
        client.post("/demo/behind/", {"trouble": "off"})

        assert (sent.call_count, deleted.call_count) == (1, 1)
        body = server.calls[1].request.body
        assert body == (
            b'{"switches": [{"kind": "hang", "on": "Goal"},'
            b' {"kind": "status", "on": "AllergyIntolerance", "status": 503}]}'
        )


@pytest.mark.usefixtures("demo")
def test_a_demo_server_that_is_away_is_said_so(client: Client) -> None:
    with responses.RequestsMock() as server:
        server.get(TROUBLE, body=requests.ConnectionError())

        page = client.get("/demo/behind/")

    assert page.status_code == 200
    assert "did not answer, so it is not known" in page.content.decode()


def test_the_steps_and_requests_of_a_page_are_shown_with_their_times() -> None:
    with start_both() as servers, requests.Session() as reader:
        reader.trust_env = False
        page = _signed_in(servers, reader)
        assert "/demo/behind/" in page.text

        shown = reader.get(f"{servers.portal}/demo/behind/", timeout=60).text

    assert "POST /smartauth/oauth/token" in shown
    assert "a code for tokens" in shown
    assert "GET /fhir-request/AllergyIntolerance?patient=…" in shown
    assert "GET /fhir-request/Patient/…" in shown
    assert "200," in shown
    assert "Whitaker" not in shown
    assert "switched off" in shown


def _signed_in(servers: Servers, reader: requests.Session) -> requests.Response:
    away = reader.get(f"{servers.portal}/auth/launch/", allow_redirects=False, timeout=60)
    return reader.get(sign_in_over_http(away.headers["Location"], "daniel"), timeout=60)
