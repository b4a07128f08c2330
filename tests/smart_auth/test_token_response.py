"""What the token endpoint answers: what is taken, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
import requests
import responses
from django.test import Client

from records.words import notices
from smart_auth import problems
from smart_auth.sessions import SessionStore
from tests.smart_auth.agency import TOKEN, Agency
from tests.smart_auth.test_access import access_of


def kept(browser: Client) -> dict[str, Any]:
    """The tokens that the browser's session holds."""
    return SessionStore(browser.cookies["portal_session"].value).tokens or {}


@pytest.mark.parametrize(
    "changes",
    [
        {"access_token": ""},
        {"access_token": None},
        {"access_token": ["a"]},
        {"access_token": 7},
        {"token_type": None},
        {"token_type": "mac"},
        {"token_type": ["Bearer"]},
        {"scope": ["patient/*.read"]},
    ],
)
def test_a_token_response_without_a_usable_bearer_token_opens_nothing(
    browser: Client, agency: Agency, changes: dict[str, Any]
) -> None:
    agency.token |= changes

    answer = agency.sign_in(browser)

    assert answer.status_code == 502
    assert "You are not signed in" in answer.content.decode()
    assert "Call 617-555-0142" in answer.content.decode()


@pytest.mark.parametrize("name", ["error", "scope", "refresh_token", "expires_in"])
def test_what_is_null_in_a_token_response_was_not_said(browser: Client, agency: Agency, name: str) -> None:
    agency.token[name] = None

    assert agency.sign_in(browser).status_code == 302


@pytest.mark.parametrize("token_type", ["Bearer", "bearer", "BEARER"])
def test_the_token_type_is_read_in_any_case(browser: Client, agency: Agency, token_type: str) -> None:
    agency.token["token_type"] = token_type

    assert agency.sign_in(browser).status_code == 302


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [
        (None, 300),
        (3600, 3600),
        ("1200", 1200),
        ("soon", 300),
        (-5, 300),
        (0, 300),
        (True, 300),
        ([], 300),
        (1e300, 300),
        (10**9, 86400),
        (90.7, 90),
    ],
)
def test_a_token_lasts_as_long_as_the_server_says_or_five_minutes(
    browser: Client, agency: Agency, expires_in: Any, seconds: int
) -> None:
    agency.token["expires_in"] = expires_in
    agency.token["expires_at"] = 9_999_999_999

    assert agency.sign_in(browser).status_code == 302

    import time

    assert kept(browser)["expires_at"] - time.time() == pytest.approx(seconds, abs=5)


@pytest.mark.parametrize("patient", ["A-1.b", "x" * 64, "one_of_another_server", "x" * 128])
def test_an_id_as_servers_give_them_out_opens_its_record(
    browser: Client, agency: Agency, patient: str
) -> None:
    agency.token["patient"] = patient

    answer = agency.sign_in(browser)

    assert answer.status_code == 302
    assert access_of(browser).patient == patient


def test_a_reference_to_the_patient_is_read_as_its_id(browser: Client, agency: Agency) -> None:
    agency.token["patient"] = "Patient/p1"

    assert agency.sign_in(browser).status_code == 302
    assert access_of(browser).patient == "p1"


@pytest.mark.parametrize(
    "patient",
    [
        "Patient/",
        "Practitioner/p1",
        "Patient/Patient/p1",
        None,
        "",
        "1/../Observation",
        "1&_id=2",
        "*",
        ["p1"],
        7,
        "p 1",
        "p1\n",
        "x" * 129,
        "pätient",
        ".",
        "..",
    ],
)
def test_without_a_well_formed_patient_no_record_is_opened(
    browser: Client, agency: Agency, patient: Any
) -> None:
    agency.token["patient"] = patient

    answer = agency.sign_in(browser)

    assert answer.status_code == 502
    assert "did not tell this website whose record" in answer.content.decode()
    assert "requested from the agency itself" in answer.content.decode()


def test_a_missing_patient_is_never_guessed_from_who_signed_in(browser: Client, agency: Agency) -> None:
    del agency.token["patient"]

    answer = agency.sign_in(browser)

    assert agency.claims["fhirUser"] == "Patient/p1"
    assert answer.status_code == 502


@pytest.mark.parametrize(
    ("error", "status", "says"),
    [
        ("invalid_grant", 502, "did not accept this sign-in"),
        ("invalid_client", 503, "not set up correctly"),
        ("unauthorized_client", 503, "not set up correctly"),
    ],
)
def test_a_refused_code_is_told_in_words(
    browser: Client, agency: Agency, error: str, status: int, says: str
) -> None:
    agency.token_status, agency.token_body = (
        400,
        f'{{"error": "{error}", "error_description": "<b>secret</b>"}}',
    )

    answer = agency.sign_in(browser)

    assert answer.status_code == status
    assert says in answer.content.decode()
    assert "secret" not in answer.content.decode()


def test_an_error_with_status_200_is_a_refusal_too(browser: Client, agency: Agency) -> None:
    agency.token_body = '{"error": "invalid_grant"}'

    assert agency.sign_in(browser).status_code == 502


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_token_endpoint_in_trouble_is_told_in_words(browser: Client, agency: Agency, status: int) -> None:
    agency.token_status, agency.token_body = status, '{"access_token": "x"}'

    answer = agency.sign_in(browser)

    assert answer.status_code == 503
    assert "available now" in answer.content.decode()


@pytest.mark.parametrize("body", ["", "<html>", "[]", "null", '"x"', "{", '{"a":' * 5000])
def test_an_answer_that_is_no_json_object_opens_nothing(browser: Client, agency: Agency, body: str) -> None:
    agency.token_body = body or " "

    assert agency.sign_in(browser).status_code == 502


def test_an_endless_answer_is_cut_off(browser: Client, agency: Agency) -> None:
    agency.token_body = '{"access_token": "' + "x" * 600_000 + '"}'

    assert agency.sign_in(browser).status_code == 502


@pytest.mark.parametrize(
    "trouble", [requests.ConnectTimeout(), requests.ReadTimeout(), requests.ConnectionError()]
)
def test_a_token_endpoint_that_does_not_answer_is_told_in_words(
    browser: Client, agency: Agency, trouble: Exception
) -> None:
    agency.mock.replace(responses.POST, TOKEN, body=trouble)

    assert agency.sign_in(browser).status_code == 503


def test_a_redirect_of_the_token_endpoint_is_not_followed(browser: Client, agency: Agency) -> None:
    elsewhere = agency.mock.add(responses.POST, "https://evil.example/token", json={})
    agency.token_status, agency.token_headers = 307, {"Location": "https://evil.example/token"}

    assert agency.sign_in(browser).status_code == 502
    assert len(agency.token_requests()) == 1
    assert elsewhere.call_count == 0


def test_unknown_and_unneeded_members_are_ignored(browser: Client, agency: Agency) -> None:
    agency.token |= {
        "need_patient_banner": False,
        "smart_style_url": "https://evil.example/style.json",
        "tenant": "t",
        "intent": "launch-missiles",
        "encounter": "e1",
        "fhirContext": [{"reference": "Observation/1"}],
        "verify": False,
    }

    assert agency.sign_in(browser).status_code == 302
    assert not [call for call in agency.mock.calls if "evil" in (call.request.url or "")]


def test_every_exchange_has_a_time_limit_and_verifies_the_certificate(
    browser: Client, agency: Agency
) -> None:
    agency.sign_in(browser)

    assert len(agency.mock.calls) == 3
    for call in agency.mock.calls:
        sent: Any = call.request
        assert sent.req_kwargs["timeout"] == (5, 20)
        assert sent.req_kwargs["verify"] is True


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_staff_are_told_whom_to_write_to_and_the_number_where_the_token_endpoint_fails(
    browser: Client, agency: Agency, status: int
) -> None:
    agency.token_status = status

    answer = agency.sign_in(browser)

    page = answer.content.decode()
    assert "InSyncFHIRAppReg@qualifacts.com" in page
    assert answer["X-Request-Id"] in page


def test_a_choice_of_the_reader_is_nobodys_fault(browser: Client, agency: Agency) -> None:
    state = agency.launch(browser)["state"]

    page = agency.come_back(browser, {"error": "access_denied", "state": state}).content.decode()

    assert "InSyncFHIRAppReg" not in page


def test_there_is_one_coordinator() -> None:
    assert problems.COORDINATOR == notices.COORDINATOR
