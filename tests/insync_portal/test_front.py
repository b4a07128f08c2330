"""The front page: the way in, and in the demo the people to try it as."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
import responses
from django.test import Client
from pytest_django import Settings

PEOPLE = "http://127.0.0.1:8001/demo/people"
AMARA = {"slug": "amara", "name": "Amara Whitfield, 42", "says": "Reads her record after therapy."}


@pytest.fixture
def demo_server(settings: Settings) -> Iterator[responses.RequestsMock]:
    """A demo whose demo server answers only what a test arranges."""
    settings.IS_DEMO = True
    settings.INSYNC_ENVIRONMENT = "demo"
    settings.INSYNC_FHIR_BASE_URL = "http://127.0.0.1:8001/fhir-request/"
    with responses.RequestsMock(assert_all_requests_are_fired=False) as server:
        yield server


def test_the_demo_offers_its_people_to_sign_in_as(
    client: Client, demo_server: responses.RequestsMock
) -> None:
    demo_server.get(PEOPLE, json={"people": [AMARA]})

    page = client.get("/").content.decode()

    assert "Amara Whitfield, 42" in page
    assert "Reads her record after therapy." in page
    assert "login_hint=amara" in page


def test_the_demo_server_is_asked_once_a_minute(client: Client, demo_server: responses.RequestsMock) -> None:
    demo_server.get(PEOPLE, json={"people": [AMARA]})

    client.get("/")
    client.get("/")

    assert demo_server.assert_call_count(PEOPLE, 1)


@pytest.mark.parametrize(
    "answer",
    [
        {"body": requests.ConnectTimeout()},
        {"body": requests.ConnectionError()},
        {"status": 503},
        {"body": "<html>not JSON</html>"},
        {"json": {"people": [{"slug": "amara"}]}},
        {"json": {"people": None}},
        {"json": []},
        {"status": 302, "headers": {"Location": "https://evil.example/"}},
    ],
    ids=["slow", "gone", "busy", "not JSON", "half a person", "no list", "no object", "elsewhere"],
)
def test_the_front_page_opens_whatever_the_demo_server_answers(
    client: Client, demo_server: responses.RequestsMock, answer: dict[str, object]
) -> None:
    demo_server.get(PEOPLE, **answer)  # type: ignore[arg-type]

    page = client.get("/")

    assert page.status_code == 200
    assert "login_hint" not in page.content.decode()
    assert len(demo_server.calls) == 1


def test_outside_the_demo_no_one_is_asked_and_no_one_is_offered(client: Client) -> None:
    with responses.RequestsMock() as nobody:
        page = client.get("/").content.decode()

    assert "Harbor Lane Behavioral Health" in page
    assert "login_hint" not in page
    assert len(nobody.calls) == 0


def test_a_reader_chooses_the_language_and_stays_where_they_were(client: Client) -> None:
    answer = client.post("/language/", {"language": "es", "next": "/help/"})

    assert answer["Location"] == "/help/"
    assert answer.cookies["portal_language"].value == "es"
    assert answer.cookies["portal_language"]["httponly"]
    assert '<html lang="es"' in client.get("/help/").content.decode()


def test_choosing_a_language_leads_to_no_other_site(client: Client) -> None:
    answer = client.post("/language/", {"language": "es", "next": "https://evil.example/"})

    assert answer.status_code == 302
    assert answer["Location"] == "/"


@pytest.mark.django_db
def test_what_is_asked_why_and_for_how_long_is_said_before_anybody_is_sent_away(
    client: Client, settings: Settings
) -> None:
    settings.SESSION_IDLE_SECONDS, settings.SESSION_COOKIE_AGE = 600, 8 * 3600

    front = client.get("/").content.decode()
    closed = client.get("/record/x/allergies/").content.decode()

    said = front[front.index('id="before"') :]
    for words in ("Allergies and reactions", "Vital signs", "who you are", "never asks to change anything"):
        assert words in said
    assert "10 minutes passed without a click" in said
    assert "After 8 hours" in said
    assert "staying connected" in said
    assert "while you are away" not in said
    assert 'href="/#before"' in closed


def test_only_what_the_settings_ask_for_is_said_to_be_asked(client: Client, settings: Settings) -> None:
    settings.INSYNC_SCOPES = [
        "launch/patient",
        "patient/Goal.rs",
        "patient/Observation.rs?category=vital-signs",
    ]

    page = client.get("/").content.decode()

    said = page[page.index('id="before"') :]
    assert "<li>Goals</li>" in said
    assert "<li>Vital signs (some of the entries)</li>" in said
    for words in ("Allergies", "who you are", "staying connected", "whole record"):
        assert words not in said.split("</section>")[0]


def test_reading_everything_and_while_away_are_called_so(client: Client, settings: Settings) -> None:
    settings.INSYNC_SCOPES = ["openid", "fhirUser", "profile", "offline_access", "patient/*.read"]

    page = client.get("/").content.decode()

    assert "the whole record that you open" in page
    assert "while you are away, and for longer. It does not" in page
