"""Signing in: from the link on the front page to the open record."""

from __future__ import annotations

import base64
import hashlib
import logging
from urllib.parse import urlencode, urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from smart_auth.models import PatientSession
from tests.smart_auth.agency import AUTHORIZE, BASE, CLIENT_ID, SMART_CONFIGURATION, TOKEN, Agency


def test_a_reader_who_signs_in_reads_their_record(browser: Client, agency: Agency) -> None:
    answer = agency.sign_in(browser)

    page = browser.get(answer["Location"])

    assert answer.status_code == 302
    assert page.content.decode() == "record of p1 read by 'Canary Lovelace' Patient/p1 (self) "


def test_the_address_after_signing_in_holds_no_code_and_no_state(browser: Client, agency: Agency) -> None:
    answer = agency.sign_in(browser)

    where = urlsplit(answer["Location"])
    assert where.query == where.netloc == ""
    assert where.path.startswith("/record/")


def test_the_authorization_request_says_all_that_smart_asks_for(browser: Client, agency: Agency) -> None:
    sent = browser.get("/auth/launch/")
    asked = agency.launch(browser)

    assert sent["Location"].startswith(AUTHORIZE + "?")
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT_ID
    assert asked["redirect_uri"] == "http://localhost:8000/auth/callback/"
    assert asked["aud"] == BASE
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert len(asked["state"]) >= 22
    assert asked["nonce"]
    assert "launch" not in asked
    assert "max_age" not in asked


def test_the_scopes_are_read_only_one_by_one_and_without_wildcards(browser: Client, agency: Agency) -> None:
    scopes = agency.launch(browser)["scope"].split()

    assert {"openid", "fhirUser", "launch/patient", "patient/Observation.read"} <= set(scopes)
    assert {"patient/Medication.read", "patient/Provenance.read", "online_access"} <= set(scopes)
    assert len([scope for scope in scopes if scope.startswith("patient/")]) == 19
    assert not [s for s in scopes if "*" in s or s.startswith(("user/", "system/")) or s.endswith(".write")]
    assert "offline_access" not in scopes


def test_the_challenge_is_that_of_the_verifier_sent_with_the_code(browser: Client, agency: Agency) -> None:
    asked = agency.launch(browser)
    agency.come_back(browser, {"code": "c", "state": asked["state"]})

    (form,) = agency.token_requests()
    digest = hashlib.sha256(form["code_verifier"].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"]
    assert 43 <= len(form["code_verifier"]) <= 128


def test_two_hundred_launches_never_repeat_a_secret(browser: Client, agency: Agency) -> None:
    launches = [agency.launch(browser) for _ in range(200)]

    for name in ("state", "nonce", "code_challenge"):
        assert len({asked[name] for asked in launches}) == 200


def test_the_code_is_exchanged_by_form_with_basic_authentication(browser: Client, agency: Agency) -> None:
    agency.sign_in(browser)

    (request,), (form,) = agency.asked(TOKEN), agency.token_requests()
    basic = base64.b64encode(b"portal-under-test:client-secret-under-test").decode()
    assert request.headers["Authorization"] == f"Basic {basic}"
    assert form["grant_type"] == "authorization_code"
    assert form["code"] == "code-canary"
    assert form["redirect_uri"] == "http://localhost:8000/auth/callback/"
    assert set(form) == {"grant_type", "code", "redirect_uri", "code_verifier"}


def test_an_unusual_client_secret_is_form_encoded_before_it_is_sent(
    browser: Client, agency: Agency, settings: Settings
) -> None:
    settings.INSYNC_CLIENT_SECRET = "p+ss wörd%"

    agency.sign_in(browser)

    basic = base64.b64encode(b"portal-under-test:p%2Bss+w%C3%B6rd%25").decode()
    assert agency.asked(TOKEN)[0].headers["Authorization"] == f"Basic {basic}"


def test_no_secret_of_the_sign_in_reaches_a_page_a_cookie_or_the_log(
    browser: Client, agency: Agency, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    asked = agency.launch(browser)
    answer = agency.come_back(browser, {"code": "code-canary", "state": asked["state"]})
    page = browser.get(answer["Location"])

    verifier = agency.token_requests()[0]["code_verifier"]
    seen = page.content.decode() + answer["Location"] + str(browser.cookies) + caplog.text
    assert "signed in: access" in caplog.text
    for secret in (verifier, "code-canary", asked["state"], "access-canary", "refresh-canary"):
        assert secret not in seen
    assert "Lovelace" not in caplog.text


def test_a_forged_host_header_does_not_change_where_the_code_goes(browser: Client, agency: Agency) -> None:
    sent = browser.get("/auth/launch/", headers={"host": "testserver", "x-forwarded-host": "evil.example"})

    assert "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Fauth%2Fcallback%2F" in sent["Location"]
    assert "evil" not in sent["Location"]


def test_asking_for_the_headers_of_the_launch_starts_nothing(browser: Client, agency: Agency) -> None:
    assert browser.head("/auth/launch/").status_code == 405
    assert browser.post("/auth/launch/").status_code == 405
    assert not browser.cookies


def test_login_hints_are_for_the_demo_alone(browser: Client, agency: Agency, settings: Settings) -> None:
    ignored = agency.launch(browser, "?login_hint=maria-torres")
    settings.IS_DEMO = True
    passed = agency.launch(browser, "?login_hint=maria-torres")
    crooked = agency.launch(browser, "?login_hint=maria%20%3Cb%3E")

    assert "login_hint" not in ignored
    assert passed["login_hint"] == "maria-torres"
    assert "login_hint" not in crooked


# --- The way back
def test_a_reader_comes_back_to_the_page_they_wanted(browser: Client, agency: Agency) -> None:
    page = browser.get("/record/old-address/medications/?status=active")
    assert page.status_code == 401
    assert "next=%2Frecord%2Fold-address%2Fmedications%2F%3Fstatus%3Dactive" in page.content.decode()

    answer = agency.sign_in(browser, "?next=/record/old-address/medications/%3Fstatus=active")

    new = answer["Location"].split("/")[2]
    assert answer["Location"] == f"/record/{new}/medications/?status=active"
    assert new != "old-address"
    assert browser.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    "trick",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "https:/evil.example",
        "evil.example",
        "http://localhost:8000@evil.example/",
        "/auth/sign-out/",
        " //evil.example",
        "/" + "a" * 600,
    ],
)
def test_the_way_back_never_leads_elsewhere(browser: Client, agency: Agency, trick: str) -> None:
    asked = agency.launch(browser, "?" + urlencode({"next": trick}))

    answer = agency.come_back(browser, {"code": "c", "state": asked["state"]})

    assert answer["Location"].startswith("/record/")
    assert "evil" not in answer["Location"]


# --- EHR launch
def test_an_ehr_launch_hands_the_launch_on_unchanged(browser: Client, agency: Agency) -> None:
    asked = agency.launch(browser, f"?iss={BASE}&launch=opaque%2Flaunch%2B1")

    assert asked["launch"] == "opaque/launch+1"
    assert asked["aud"] == BASE
    assert "launch" in asked["scope"].split()
    assert "launch/patient" not in asked["scope"].split()


def test_a_launch_of_ten_kilobytes_fits(browser: Client, agency: Agency) -> None:
    sent = browser.get(f"/auth/launch/?{urlencode({'iss': BASE, 'launch': 'x' * 10_240})}")

    assert sent.status_code == 302
    assert "x" * 10_240 in sent["Location"]


@pytest.mark.django_db
def test_launches_that_never_come_back_cost_one_row_a_browser(browser: Client, agency: Agency) -> None:
    for _launch in range(12):
        assert browser.get("/auth/launch/").status_code == 302

    assert PatientSession.objects.count() == 1


def test_an_ehr_launch_without_the_last_slash_is_the_same_server(browser: Client, agency: Agency) -> None:
    assert agency.launch(browser, f"?iss={BASE.rstrip('/')}&launch=x")["launch"] == "x"


@pytest.mark.parametrize(
    "iss",
    [
        "https://evil.example/fhir-request/",
        "https://fhir.example@evil.example/fhir-request/",
        "https://fhir.example.evil.example/fhir-request/",
        "https://user@fhir.example/fhir-request/",
        "http://fhir.example/fhir-request/",
        "https://fhir.example:8443/fhir-request/",
        "https://FHIR.example/fhir-request/",
        "https://fhir.example/fhir-request/../other/",
        "https://fhir.example/fhir-request//",
        "https://fhir.example/fhir-request/?x=1",
        "https://fhir.example/other/",
        "https://169.254.169.254/fhir-request/",
        "https://[::1]/fhir-request/",
        '"><script>alert(1)</script>',
        "",
    ],
)
def test_an_ehr_launch_from_an_unknown_server_asks_nobody_anything(
    browser: Client, agency: Agency, iss: str
) -> None:
    page = browser.get("/auth/launch/", {"iss": iss, "launch": "x"})

    assert page.status_code == 400
    assert len(agency.mock.calls) == 0
    assert "does not know that record server" in page.content.decode()
    assert "evil" not in page.content.decode()
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        f"?iss={BASE}",
        "?launch=x",
        f"?iss={BASE}&launch=",
        f"?iss={BASE}&launch={'x' * 20_000}",
        f"?iss={BASE}&launch=x&launch=y",
        f"?iss={BASE}&iss={BASE}&launch=x",
    ],
)
def test_an_ehr_launch_that_is_not_complete_is_refused(browser: Client, agency: Agency, query: str) -> None:
    page = browser.get(f"/auth/launch/{query}")

    assert page.status_code == 400
    assert "not complete" in page.content.decode()
    assert len(agency.mock.calls) == 0


def test_discovery_that_fails_with_nothing_configured_is_a_page_in_words(
    browser: Client, agency: Agency, settings: Settings
) -> None:
    settings.INSYNC_AUTHORIZE_URL = settings.INSYNC_TOKEN_URL = ""
    agency.mock.replace("GET", SMART_CONFIGURATION, status=500)

    page = browser.get("/auth/launch/")

    assert page.status_code == 503
    assert "available now" in page.content.decode()
    assert "617-555-0142" in page.content.decode()
