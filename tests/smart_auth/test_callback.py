"""Coming back from the agency's sign-in page with something else than a good answer."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from smart_auth import launch, oauth, sessions
from smart_auth.models import PatientSession
from tests.smart_auth.agency import CALLBACK, ISSUER, REVOKE, Agency


def fails(answer: object, *, status: int, says: str) -> bool:
    """Whether an answer is a page in words with all that a page of trouble must have."""
    text = answer.content.decode()  # type: ignore[attr-defined]
    assert says in text
    assert "Call 617-555-0142" in text
    assert answer.status_code == status  # type: ignore[attr-defined]
    assert "no-store" in answer["Cache-Control"]  # type: ignore[index]
    return True


# --- State comes first
@pytest.mark.parametrize(
    "query", [{}, {"code": "c"}, {"code": "c", "state": "unknown"}, {"code": "c", "state": ""}]
)
def test_an_answer_without_a_known_state_is_refused(
    browser: Client, agency: Agency, query: dict[str, str]
) -> None:
    agency.launch(browser)

    answer = browser.get(CALLBACK, query)

    assert fails(answer, status=400, says="does not belong to a sign-in")
    assert agency.token_requests() == []


def test_a_state_is_worth_nothing_in_another_browser(browser: Client, agency: Agency) -> None:
    asked = agency.launch(browser)
    thief = Client()
    agency_of_thief = agency.launch(thief)

    assert fails(
        thief.get(CALLBACK, {"code": "c", "state": asked["state"]}), status=400, says="does not belong"
    )
    assert agency.token_requests() == []
    agency.nonce = asked["nonce"]
    assert agency.come_back(browser, {"code": "c", "state": asked["state"]}).status_code == 302
    assert agency_of_thief["state"] != asked["state"]


def test_a_browser_without_cookies_is_told_about_cookies(agency: Agency, db: None) -> None:
    assert fails(Client().get(CALLBACK, {"code": "c", "state": "s"}), status=400, says="cookies are blocked")


def test_a_launch_waits_for_ten_minutes_and_no_longer(
    browser: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = agency.launch(browser)
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 601)

    answer = browser.get(CALLBACK, {"code": "c", "state": asked["state"]})

    assert fails(answer, status=400, says="more than ten minutes")
    assert agency.token_requests() == []


def test_five_launches_wait_and_a_sixth_pushes_the_oldest_out(browser: Client, agency: Agency) -> None:
    launches = [agency.launch(browser) for _ in range(6)]

    oldest = browser.get(CALLBACK, {"code": "c", "state": launches[0]["state"]})
    agency.nonce = launches[1]["nonce"]
    next_one = browser.get(CALLBACK, {"code": "c", "state": launches[1]["state"]})

    assert fails(oldest, status=400, says="does not belong")
    assert next_one.status_code == 302


def test_a_repeated_state_is_no_state(browser: Client, agency: Agency) -> None:
    state = agency.launch(browser)["state"]

    answer = browser.get(f"{CALLBACK}?code=c&state={state}&state={state}")

    assert fails(answer, status=400, says="does not belong")
    assert agency.token_requests() == []


@pytest.mark.parametrize("method", ["post", "head", "put", "options"])
def test_only_get_comes_back_and_nothing_else_uses_the_state_up(
    browser: Client, agency: Agency, method: str
) -> None:
    asked = agency.launch(browser)
    address = f"{CALLBACK}?code=c&state={asked['state']}"

    refused = getattr(browser, method)(address)

    assert refused.status_code == 405
    assert browser.get(address).status_code == 302


# --- Errors from the server
@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        ("access_denied", 200, "You chose not to share. Nothing was loaded."),
        ("invalid_scope", 502, "did not accept what this website asked to read"),
        ("server_error", 503, "available now"),
        ("temporarily_unavailable", 503, "available now"),
        ("login_required", 403, "could not finish without you"),
        ("interaction_required", 403, "could not finish without you"),
        ("something_else", 400, "does not understand"),
    ],
)
def test_an_error_of_the_sign_in_page_is_told_in_words(
    browser: Client, agency: Agency, error: str, status: int, says: str
) -> None:
    state = agency.launch(browser)["state"]

    answer = browser.get(CALLBACK, {"error": error, "state": state})

    assert fails(answer, status=status, says=says)
    assert agency.token_requests() == []


@pytest.mark.parametrize("state", ["good", "bad", ""])
def test_a_servers_own_text_is_never_shown(browser: Client, agency: Agency, state: str) -> None:
    known = agency.launch(browser)["state"]
    hostile = {
        "error": "access_denied",
        "error_description": "<script>alert(1)</script> call 555-0199",
        "error_uri": "https://evil.example/",
        "state": known if state == "good" else state,
    }

    text = browser.get(CALLBACK, hostile).content.decode()

    assert ("You chose not to share" in text) == (state == "good")
    assert "617-555-0142" in text
    for piece in ("alert(1)", "555-0199", "evil.example"):
        assert piece not in text


def test_an_error_uses_the_state_up(browser: Client, agency: Agency) -> None:
    state = agency.launch(browser)["state"]
    browser.get(CALLBACK, {"error": "access_denied", "state": state})

    again = browser.get(CALLBACK, {"code": "c", "state": state})

    assert fails(again, status=400, says="already used")
    assert agency.token_requests() == []


# --- iss, RFC 9207
def test_an_answer_of_another_issuer_is_refused(browser: Client, agency: Agency) -> None:
    state = agency.launch(browser)["state"]

    answer = browser.get(CALLBACK, {"code": "c", "state": state, "iss": "https://evil.example"})

    assert fails(answer, status=400, says="another sign-in page")
    assert agency.token_requests() == []


def test_an_issuer_that_promises_iss_must_send_it(browser: Client, agency: Agency) -> None:
    agency.configuration["authorization_response_iss_parameter_supported"] = True
    state = agency.launch(browser)["state"]
    without = browser.get(CALLBACK, {"code": "c", "state": state})

    with_it = agency.sign_in(browser, iss=ISSUER)

    assert fails(without, status=400, says="another sign-in page")
    assert with_it.status_code == 302
    assert len(agency.token_requests()) == 1


# --- Malformed answers
@pytest.mark.parametrize(
    "query",
    ["code=c&error=access_denied", "code=", "", "code=" + "x" * 8192, "code=a&code=b", "iss=a&iss=b&code=c"],
)
def test_a_malformed_answer_is_refused(browser: Client, agency: Agency, query: str) -> None:
    state = agency.launch(browser)["state"]

    answer = browser.get(f"{CALLBACK}?state={state}&{query}")

    assert fails(answer, status=400, says="does not understand")
    assert agency.token_requests() == []


def test_a_failed_answers_code_and_state_are_not_repeated_on_the_page(
    browser: Client, agency: Agency
) -> None:
    state = agency.launch(browser)["state"]

    text = browser.get(CALLBACK, {"code": "code-canary", "error": "x", "state": state}).content.decode()

    assert "You are not signed in" in text
    assert "code-canary" not in text
    assert state not in text


# --- Used once
def test_a_callback_that_is_opened_again_leaves_the_reader_signed_in(browser: Client, agency: Agency) -> None:
    asked = agency.launch(browser)
    first = agency.come_back(browser, {"code": "c", "state": asked["state"]})

    again = agency.come_back(browser, {"code": "c", "state": asked["state"]})

    assert fails(again, status=400, says="already used")
    assert first["Location"] in again.content.decode()
    assert len(agency.token_requests()) == 1
    assert browser.get(first["Location"]).status_code == 200


def test_two_callbacks_at_once_exchange_the_code_once(database_file: None, agency: Agency) -> None:
    browser = Client()
    asked = agency.launch(browser)
    start = threading.Barrier(4)
    statuses: list[int] = []

    def come_back() -> None:
        twin = Client()
        twin.cookies.update(browser.cookies)
        start.wait()
        statuses.append(twin.get(CALLBACK, {"code": "c", "state": asked["state"]}).status_code)
        connection.close()

    threads = [threading.Thread(target=come_back) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(agency.token_requests()) == 1
    assert sorted(statuses) == [302, 400, 400, 400]


def test_a_callback_that_signing_out_overtakes_opens_nothing(
    reader: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = agency.launch(reader, "?switch=1")
    agency.token |= {"patient": "p2", "access_token": "access-canary-2", "refresh_token": "refresh-canary-2"}
    twin = Client()
    twin.cookies.update(reader.cookies)
    exchange = oauth.exchange_code

    def sign_out_meanwhile(*args: Any, **kwargs: Any) -> oauth.TokenResponse:
        response = exchange(*args, **kwargs)
        twin.post("/auth/sign-out/")
        return response

    monkeypatch.setattr(oauth, "exchange_code", sign_out_meanwhile)

    late = reader.get(CALLBACK, {"code": "c", "state": asked["state"]})

    assert fails(late, status=409, says="This sign-in was not finished")
    assert "still open" not in late.content.decode()
    assert PatientSession.objects.count() == 0
    revoked = [str(request.body).split("&")[0] for request in agency.asked(REVOKE)]
    assert revoked == [
        "token=refresh-canary-1",
        "token=access-canary-1",
        "token=refresh-canary-2",
        "token=access-canary-2",
    ]


def test_two_sign_ins_that_come_back_at_once_open_one_record(database_file: None, agency: Agency) -> None:
    browser = Client()
    states = [agency.launch(browser)["state"] for _ in range(2)]
    agency.has_id_token, agency.token["scope"] = False, "launch/patient patient/*.read"
    start = threading.Barrier(2)
    statuses: list[int] = []

    def come_back(state: str) -> None:
        twin = Client()
        twin.cookies.update(browser.cookies)
        start.wait()
        statuses.append(twin.get(CALLBACK, {"code": "c", "state": state}).status_code)
        connection.close()

    threads = [threading.Thread(target=come_back, args=[state]) for state in states]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert sorted(statuses) in ([302, 400], [302, 409])
    assert PatientSession.objects.count() == 1


def test_an_outdated_answer_does_not_take_the_new_cookie_away(browser: Client, agency: Agency) -> None:
    asked = agency.launch(browser)
    twin = Client()
    twin.cookies.update(browser.cookies)
    agency.come_back(browser, {"code": "c", "state": asked["state"]})

    late = twin.get(CALLBACK, {"code": "c", "state": asked["state"]})

    assert late.status_code == 400
    assert not late.cookies.get("portal_session")


def test_ten_minutes_are_within_the_life_of_a_session_without_a_record() -> None:
    assert launch.LASTS_SECONDS < sessions.WITHOUT_RECORD_SECONDS


def test_a_sign_in_that_another_tab_overtook_is_told_as_that(browser: Client, agency: Agency) -> None:
    first = agency.launch(browser)
    assert agency.sign_in(browser).status_code == 302

    page = agency.come_back(browser, {"code": "c", "state": first["state"]})

    assert page.status_code == 409
    assert "in another window of this browser" in page.content.decode()
    assert "cookies" not in page.content.decode()


@pytest.mark.parametrize(
    ("status", "error"), [(401, "invalid_client"), (400, "unauthorized_client"), (401, None)]
)
def test_a_wrong_secret_is_the_operators_trouble_and_not_the_readers_slowness(
    browser: Client, agency: Agency, caplog: pytest.LogCaptureFixture, status: int, error: str | None
) -> None:
    asked = agency.launch(browser)
    agency.token_status, agency.token_body = status, json.dumps({"error": error} if error else {})

    page = agency.come_back(browser, {"code": "c", "state": asked["state"]})

    assert page.status_code == 503
    assert "not set up correctly" in page.content.decode()
    assert "waited for too long" not in page.content.decode()
    assert "INSYNC_CLIENT_SECRET" in caplog.text
