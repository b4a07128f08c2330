"""Signing out: here, at the agency's server, and in the browser."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
import requests
import responses
from django.test import Client
from joserfc import jwt
from pytest_django import Settings

from smart_auth import discovery, signing_out
from smart_auth.models import PatientSession
from smart_auth.oauth import REVOCATION_TIMEOUT
from tests.servers import Form
from tests.smart_auth.agency import (
    AUTHORIZE,
    CLIENT_ID,
    END_SESSION,
    ISSUER,
    KEY,
    OPENID_CONFIGURATION,
    REVOKE,
    SMART_CONFIGURATION,
    TOKEN,
    Agency,
)
from tests.smart_auth.test_access import access_of


def test_signing_out_ends_everything_and_says_so(reader: Client) -> None:
    address = f"/record/{access_of(reader).id}/"
    assert reader.get(address).status_code == 200
    old_cookie = reader.cookies["portal_session"].value

    answer = reader.post("/auth/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/signed-out/")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert PatientSession.objects.count() == 0
    other_tab = Client()
    other_tab.cookies["portal_session"] = old_cookie
    assert other_tab.get(address).status_code == 401
    page = reader.get("/signed-out/")
    assert page.status_code == 200
    assert "own sign-in page" in page.content.decode()


def test_the_server_is_told_of_the_refresh_token_first_then_the_access_token(
    reader: Client, agency: Agency
) -> None:
    reader.post("/auth/sign-out/")

    first, second = agency.asked(REVOKE)
    assert first.body == "token=refresh-canary-1&token_type_hint=refresh_token"
    assert second.body == "token=access-canary-1&token_type_hint=access_token"
    assert first.headers["Authorization"].startswith("Basic ")
    assert first.req_kwargs["timeout"] == REVOCATION_TIMEOUT  # type: ignore[attr-defined]


@pytest.mark.parametrize("trouble", [{"status": 503}, {"body": requests.ConnectTimeout()}, {"status": 302}])
def test_a_server_in_trouble_does_not_keep_anybody_signed_in(
    reader: Client, agency: Agency, trouble: dict[str, Any]
) -> None:
    agency.mock.replace(responses.POST, REVOKE, **trouble)

    assert reader.post("/auth/sign-out/")["Location"] == "/signed-out/"
    assert PatientSession.objects.count() == 0


def test_signing_out_is_a_form_and_never_a_link(reader: Client) -> None:
    assert reader.get("/auth/sign-out/").status_code == 405
    assert PatientSession.objects.count() == 1


def test_nobody_else_can_sign_a_reader_out(agency: Agency, db: None, settings: Settings) -> None:
    careful = Client(enforce_csrf_checks=True)
    agency.sign_in(careful)

    assert careful.post("/auth/sign-out/").status_code == 403
    assert PatientSession.objects.count() == 1


def test_the_page_after_signing_out_tells_whoever_did_not_that_they_are_still_signed_in(
    reader: Client,
) -> None:
    page = reader.get("/signed-out/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "You are still signed in" in text
    assert "You are signed out" not in text
    assert f'href="/record/{access_of(reader).id}/"' in text
    assert text.count('action="/auth/sign-out/"') == 2, (
        "one above every page, one among the page's own buttons"
    )
    reader.post("/auth/sign-out/")
    assert "You are signed out" in reader.get("/signed-out/").content.decode()


@pytest.mark.parametrize("address", ["/", "/help/", "/privacy/", "/accessibility/", "/signed-out/"])
def test_one_signs_out_from_the_pages_outside_of_the_record_too(
    agency: Agency, db: None, address: str
) -> None:
    careful = Client(enforce_csrf_checks=True)
    agency.sign_in(careful)
    form = re.search(
        r'action="/auth/sign-out/"><input type="hidden" name="csrfmiddlewaretoken" value="([^"]+)"',
        careful.get(address).content.decode(),
    )
    assert form is not None

    answer = careful.post("/auth/sign-out/", {"csrfmiddlewaretoken": form[1]})

    assert (answer.status_code, answer["Location"]) == (302, "/signed-out/")
    assert PatientSession.objects.count() == 0


def test_signing_out_twice_is_no_trouble(reader: Client) -> None:
    reader.post("/auth/sign-out/")

    assert reader.post("/auth/sign-out/")["Location"] == "/signed-out/"


# --- At the agency, too. OpenID Connect RP-Initiated Logout 1.0
BACK = "http://localhost:8000/signed-out/"


@pytest.fixture
def ending(agency: Agency) -> Agency:
    """An agency whose server can be signed out of."""
    agency.configuration["end_session_endpoint"] = END_SESSION
    return agency


def farewell(browser: Client) -> dict[str, str]:
    """Sign out; the fields of the form that leads to the agency."""
    answer = browser.post("/auth/sign-out/")
    assert answer.status_code == 200
    form = next(form for form in Form.every(answer.content.decode()) if form.action == END_SESSION)
    assert len(dict(form.hidden)) == len(form.hidden)
    return dict(form.hidden)


def test_the_browser_is_led_to_sign_out_at_the_agency_after_everything_ended_here(
    ending: Agency, reader: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    answer = reader.post("/auth/sign-out/")

    page = answer.content.decode()
    form = next(form for form in Form.every(page) if form.action == END_SESSION)
    fields = dict(form.hidden)
    assert PatientSession.objects.count() == 0
    assert len(ending.asked(REVOKE)) == 2
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "no-store" in answer["Cache-Control"]
    assert jwt.decode(fields["id_token_hint"], KEY, algorithms=["RS256"]).claims["sub"] == "person-1"
    assert (fields["client_id"], fields["post_logout_redirect_uri"]) == (CLIENT_ID, BACK)
    assert page.count(fields["id_token_hint"]) == 1
    assert fields["id_token_hint"] not in caplog.text + str(answer.headers)
    assert "Lovelace" not in page


def test_coming_back_from_the_agency_is_believed_by_its_state_alone(
    ending: Agency, reader: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = farewell(reader)["state"]
    told, plain = "was told, too", "You may still be signed in on"

    def words(query: str) -> str:
        page = reader.get(f"/signed-out/{query}").content.decode()
        assert "You are signed out" in page
        assert state not in page
        return page

    assert told in words(f"?state={state}")
    for query in ("", "?state=", f"?state={state}x", f"?state={state}&state={state}", "?state=a:b:c"):
        assert plain in words(query)
        assert told not in words(query)
    monkeypatch.setattr(signing_out, "BACK_SECONDS", -1)
    assert plain in words(f"?state={state}")


def test_two_who_sign_out_get_states_that_are_not_alike(ending: Agency, db: None) -> None:
    states = set()
    for _ in range(3):
        browser = Client()
        ending.sign_in(browser)
        states.add(farewell(browser)["state"])

    assert len(states) == 3


def test_openids_own_document_is_asked_where_smarts_does_not_say(agency: Agency, reader: Client) -> None:
    agency.mock.add(
        responses.GET, OPENID_CONFIGURATION, json={"issuer": ISSUER, "end_session_endpoint": END_SESSION}
    )

    assert farewell(reader)["post_logout_redirect_uri"] == BACK


def test_a_setting_says_where_to_sign_out(agency: Agency, reader: Client, settings: Settings) -> None:
    settings.INSYNC_END_SESSION_URL = END_SESSION

    assert farewell(reader)["client_id"] == CLIENT_ID


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/end-session",
        "http://fhir.example/end-session",
        "https://fhir.example:8443/end-session",
        "https://fhir.example@evil.example/end-session",
        "javascript:alert(1)",
        ["https://fhir.example/end-session"],
        5,
        "",
    ],
)
def test_no_other_host_gets_the_id_token(agency: Agency, reader: Client, elsewhere: object) -> None:
    agency.configuration["end_session_endpoint"] = elsewhere

    answer = reader.post("/auth/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/signed-out/")


def test_without_an_id_token_nobody_is_led_away(ending: Agency, browser: Client) -> None:
    ending.has_id_token = False
    ending.token["scope"] = "launch/patient patient/*.read"
    ending.sign_in(browser)

    assert browser.post("/auth/sign-out/")["Location"] == "/signed-out/"
    assert browser.post("/auth/sign-out/")["Location"] == "/signed-out/"


def test_a_server_that_does_not_answer_holds_nobody_up(agency: Agency, reader: Client) -> None:
    discovery.forget()
    agency.mock.remove(responses.GET, SMART_CONFIGURATION)
    for address in (SMART_CONFIGURATION, OPENID_CONFIGURATION):
        agency.mock.add(responses.GET, address, body=requests.ConnectTimeout())

    assert reader.post("/auth/sign-out/")["Location"] == "/signed-out/"

    asked = [*agency.asked(SMART_CONFIGURATION), *agency.asked(OPENID_CONFIGURATION)]
    assert asked[-1].req_kwargs["timeout"] == REVOCATION_TIMEOUT  # type: ignore[attr-defined]
    assert PatientSession.objects.count() == 0


def test_a_sign_out_that_did_not_wait_does_not_close_the_door_to_the_next_sign_in(
    agency: Agency, reader: Client, settings: Settings
) -> None:
    settings.INSYNC_AUTHORIZE_URL = settings.INSYNC_TOKEN_URL = ""
    discovery.forget()
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, body=requests.ReadTimeout())
    reader.post("/auth/sign-out/")
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, json=agency.configuration)

    assert reader.get("/auth/launch/")["Location"].startswith(AUTHORIZE)


def test_the_hint_is_the_id_token_that_came_last(ending: Agency, reader: Client) -> None:
    first = access_of(reader)
    ending.token |= {"access_token": "access-canary-2", "refresh_token": "refresh-canary-2"}
    renewed = ending.token["id_token"] = ending.id_token(jti="renewed")
    first.renew("access-canary-1")
    assert len(ending.asked(TOKEN)) == 2

    assert farewell(reader)["id_token_hint"] == renewed


def test_a_dump_of_the_sessions_holds_no_id_token(ending: Agency, reader: Client) -> None:
    row = PatientSession.objects.get()
    kept = access_of(reader).tokens
    hint = farewell(reader)["id_token_hint"]

    assert hint.count(".") == 2
    for part in hint.split("."):
        assert part not in row.tokens + row.session_data
    assert hint not in repr(kept) + str(vars(kept))
