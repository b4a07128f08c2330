"""Where the authorization server is, and that its own document cannot talk us out of our rules."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import responses
from django.test import Client
from pytest_django import Settings

from smart_auth import discovery, shelf
from smart_auth.errors import Problem, SignInFailed
from smart_auth.servers import configured_server
from tests.smart_auth.agency import (
    AUTHORIZE,
    BASE,
    CLIENT_ID,
    ISSUER,
    JWKS,
    OPENID_CONFIGURATION,
    REVOKE,
    SMART_CONFIGURATION,
    TOKEN,
    Agency,
)


@pytest.fixture(autouse=True)
def only_discovery(settings: Settings) -> None:
    """A portal that was told nothing but the FHIR base."""
    for name in ("AUTHORIZE_URL", "TOKEN_URL", "JWKS_URL", "REVOCATION_URL", "ISSUER"):
        setattr(settings, f"INSYNC_{name}", "")


def discover() -> discovery.Endpoints:
    return discovery.discover(configured_server())


def test_the_document_is_asked_for_once_with_one_slash(agency: Agency) -> None:
    found = discover()
    discover()

    assert [call.request.url for call in agency.mock.calls] == [SMART_CONFIGURATION]
    assert "//.well-known" not in SMART_CONFIGURATION
    assert found.authorization_endpoint == AUTHORIZE
    assert found.token_endpoint == TOKEN
    assert (found.issuer, found.jwks_uri, found.revocation_endpoint) == (ISSUER, JWKS, REVOKE)


def test_relative_addresses_are_relative_to_the_fhir_base(agency: Agency) -> None:
    agency.configuration |= {"token_endpoint": "../smartauth/oauth/token", "authorization_endpoint": "/a/b"}

    assert discover().token_endpoint == TOKEN
    assert discover().authorization_endpoint == "https://fhir.example/a/b"


@pytest.mark.parametrize("trouble", ["404", "html", "list", "timeout", "refused", "redirect", "large"])
def test_without_a_document_the_presets_are_used(agency: Agency, settings: Settings, trouble: str) -> None:
    settings.INSYNC_PRESET_AUTHORIZE_URL, settings.INSYNC_PRESET_TOKEN_URL = AUTHORIZE, TOKEN
    settings.INSYNC_ISSUER, settings.INSYNC_JWKS_URL = ISSUER, JWKS
    answers: dict[str, dict[str, Any]] = {
        "404": {"status": 404},
        "html": {"body": "<html>"},
        "list": {"json": [1]},
        "timeout": {"body": requests.ReadTimeout()},
        "refused": {"body": requests.ConnectionError()},
        "redirect": {"status": 302, "headers": {"Location": "https://evil.example/"}},
        "large": {"body": '{"a": "' + "x" * 600_000 + '"}'},
    }
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, **answers[trouble])

    found = discover()

    assert (found.authorization_endpoint, found.token_endpoint) == (AUTHORIZE, TOKEN)


@pytest.mark.parametrize("trouble", [requests.ReadTimeout(), requests.ConnectionError()])
def test_a_server_that_does_not_answer_is_not_asked_for_an_older_document_too(
    agency: Agency, settings: Settings, trouble: Exception
) -> None:
    settings.INSYNC_ISSUER, settings.INSYNC_JWKS_URL = ISSUER, JWKS
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, body=trouble)
    agency.mock.add(responses.GET, OPENID_CONFIGURATION, status=404)

    with pytest.raises(SignInFailed):
        discover()

    assert not agency.asked(f"{BASE}metadata")


STATEMENT = {
    "resourceType": "CapabilityStatement",
    "rest": [
        {
            "mode": "server",
            "security": {
                "extension": [
                    {"url": "http://example.org/other", "valueString": "x"},
                    {
                        "url": "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris",
                        "extension": [
                            {"url": "authorize", "valueUri": AUTHORIZE},
                            {"url": "token", "valueUri": TOKEN},
                            {"url": "revoke", "valueUri": REVOKE},
                            {"url": "manage", "valueUri": "https://fhir.example/manage"},
                        ],
                    },
                ]
            },
        }
    ],
}


@pytest.mark.parametrize("trouble", [{"status": 404}, {"body": "<html>"}])
def test_old_smart_is_read_in_the_capability_statement(
    agency: Agency, settings: Settings, trouble: dict[str, Any]
) -> None:
    settings.INSYNC_ISSUER, settings.INSYNC_JWKS_URL = ISSUER, JWKS
    settings.INSYNC_PRESET_AUTHORIZE_URL = "https://fhir.example/preset"
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, **trouble)
    agency.mock.get(f"{BASE}metadata", json=STATEMENT | {"description": "x" * 600_000})

    found = discover()

    assert (found.authorization_endpoint, found.token_endpoint) == (AUTHORIZE, TOKEN)
    assert found.revocation_endpoint == REVOKE
    assert agency.asked(f"{BASE}metadata")[0].headers["Accept"] == "application/fhir+json"


@pytest.mark.parametrize(
    "rest",
    [
        None,
        "x",
        [7],
        [{"security": 7}],
        [{"security": {"extension": [{"url": discovery.OAUTH_URIS, "extension": [{"url": 7}, None]}]}}],
        [
            {
                "security": {
                    "extension": [
                        {
                            "url": discovery.OAUTH_URIS,
                            "extension": [
                                {"url": "authorize", "valueUri": "https://evil.example/authorize"},
                                {"url": "token", "valueUri": ["x"]},
                            ],
                        }
                    ]
                }
            }
        ],
    ],
)
def test_a_capability_statement_is_believed_no_more_than_any_other_document(
    agency: Agency, settings: Settings, rest: Any
) -> None:
    settings.INSYNC_ISSUER, settings.INSYNC_JWKS_URL = ISSUER, JWKS
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, status=404)
    agency.mock.get(f"{BASE}metadata", json={"resourceType": "CapabilityStatement", "rest": rest})
    agency.mock.add(responses.GET, OPENID_CONFIGURATION, status=404)

    with pytest.raises(SignInFailed):
        discover()


def test_the_authorization_servers_own_base_names_all_that_the_record_server_does_not(
    agency: Agency, settings: Settings
) -> None:
    settings.INSYNC_AUTH_BASE_URL = "https://auth.example/smartauth/"
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, status=404)
    agency.mock.add(responses.GET, f"{BASE}metadata", status=404)
    agency.mock.get(
        "https://auth.example/smartauth/.well-known/openid-configuration",
        json={
            "issuer": "https://auth.example/smartauth",
            "authorization_endpoint": "https://auth.example/smartauth/authorize",
            "token_endpoint": "oauth/token",
            "jwks_uri": "https://evil.example/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        },
    )

    found = discover()

    assert found.issuer == "https://auth.example/smartauth"
    assert found.authorization_endpoint == "https://auth.example/smartauth/authorize"
    assert found.token_endpoint == "https://auth.example/smartauth/oauth/token"
    assert found.jwks_uri == ""
    assert found.token_endpoint_auth_methods == {"client_secret_post"}


def test_an_explicit_setting_wins_over_the_document(agency: Agency, settings: Settings) -> None:
    settings.INSYNC_TOKEN_URL = "https://fhir.example/elsewhere/token"

    assert discover().token_endpoint == "https://fhir.example/elsewhere/token"
    assert discover().authorization_endpoint == AUTHORIZE


def test_the_document_wins_over_a_preset(agency: Agency, settings: Settings) -> None:
    settings.INSYNC_PRESET_TOKEN_URL = "https://fhir.example/preset/token"

    assert discover().token_endpoint == TOKEN


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/token",
        "https://fhir.example.evil.example/token",
        "https://evil.example/?https://fhir.example/token",
        "https://fhir.example@evil.example/token",
        "https://user:password@fhir.example/token",
        "https://fhir.example:8443/token",
        "http://fhir.example/token",
        "ftp://fhir.example/token",
        "javascript:alert(1)",
        "https://fhir.example/token#part",
        "https://[broken/token",
        "https://fhir.example:port/token",
        "",
        7,
        None,
        ["https://fhir.example/token"],
    ],
)
def test_an_address_on_another_host_is_not_used(agency: Agency, address: object) -> None:
    agency.configuration["token_endpoint"] = address

    with pytest.raises(SignInFailed) as failure:
        discover()

    assert failure.value.problem is Problem.UNAVAILABLE


def test_a_host_that_the_settings_name_is_trusted(agency: Agency, settings: Settings) -> None:
    settings.INSYNC_AUTH_HOSTS = ["login.example", "other.example:8443"]
    agency.configuration |= {
        "token_endpoint": "https://login.example/token",
        "authorization_endpoint": "https://other.example:8443/authorize",
        "revocation_endpoint": "https://other.example/revoke",
    }

    assert discover().token_endpoint == "https://login.example/token"
    assert discover().authorization_endpoint == "https://other.example:8443/authorize"
    assert discover().revocation_endpoint == ""


HOSTILE: dict[str, Any] = {
    "verify": False,
    "proxies": {"https": "http://evil.example"},
    "trust_env": True,
    "max_redirects": 30,
    "leeway": 10**9,
    "default_timeout": 0.000001,
    "token_placement": "uri",
    "token_endpoint_auth_method": "none",
    "code_challenge_method": "plain",
    "code_challenge_methods_supported": ["plain"],
    "response_type": "token",
    "response_mode": "fragment",
    "scope": "system/*.*",
    "client_id": "another",
    "client_secret": "another",
    "redirect_uri": "https://evil.example/",
    "grant_type": "password",
    "nonce": "fixed",
    "state": "fixed",
    "capabilities": "permission-v2",
    "scopes_supported": {"a": 1},
    "aud": "https://evil.example/",
}


@pytest.mark.parametrize("key", HOSTILE)
def test_no_other_key_of_the_document_has_any_effect(browser: Client, agency: Agency, key: str) -> None:
    agency.configuration[key] = HOSTILE[key]

    sent = browser.get("/auth/launch/")["Location"]
    asked = {name: values[0] for name, values in parse_qs(urlsplit(sent).query).items()}
    agency.nonce = asked["nonce"]
    opened = agency.come_back(browser, {"code": "c", "state": asked["state"]})

    assert asked["code_challenge_method"] == "S256"
    assert asked["response_type"] == "code"
    assert asked["client_id"] == CLIENT_ID
    assert asked["aud"] == BASE
    assert "patient/Patient.read" in asked["scope"]
    assert "system" not in asked["scope"]
    assert "response_mode" not in asked
    assert len(asked["nonce"]) > 20
    assert len(asked["state"]) > 20
    assert opened.status_code == 302
    exchange = agency.asked(TOKEN)[0]
    assert exchange.headers["Authorization"].startswith("Basic ")
    assert exchange.url == TOKEN
    assert exchange.req_kwargs["verify"] is True  # type: ignore[attr-defined]
    assert exchange.req_kwargs["timeout"] == (5, 20)  # type: ignore[attr-defined]
    assert not exchange.req_kwargs["proxies"]  # type: ignore[attr-defined]


# --- Issuer
@pytest.mark.parametrize("issuer", ["https://evil.example", ISSUER + "/", "https://fhir.example/other"])
def test_an_issuer_that_is_not_the_configured_one_stops_the_sign_in(
    browser: Client, agency: Agency, settings: Settings, issuer: str
) -> None:
    settings.INSYNC_ISSUER = ISSUER
    agency.configuration["issuer"] = issuer

    page = browser.get("/auth/launch/")

    assert page.status_code == 503
    assert "not set up correctly" in page.content.decode()


@pytest.mark.parametrize("place", [ISSUER, BASE.rstrip("/")])
def test_the_openid_configuration_fills_in_issuer_and_keys(agency: Agency, place: str) -> None:
    del agency.configuration["jwks_uri"]
    if place != ISSUER:
        del agency.configuration["issuer"]
    document = {"issuer": ISSUER, "jwks_uri": JWKS, "token_endpoint": "https://fhir.example/other"}
    agency.mock.get(f"{place}/.well-known/openid-configuration", json=document)

    found = discover()

    assert (found.issuer, found.jwks_uri, found.token_endpoint) == (ISSUER, JWKS, TOKEN)


def test_an_openid_configuration_of_another_issuer_is_not_believed(agency: Agency) -> None:
    del agency.configuration["jwks_uri"]
    agency.mock.get(
        f"{ISSUER}/.well-known/openid-configuration",
        json={"issuer": "https://fhir.example/x", "jwks_uri": JWKS},
    )

    assert discover().jwks_uri == ""


def test_nobody_is_signed_in_while_the_issuer_is_unknown(browser: Client, agency: Agency) -> None:
    del agency.configuration["jwks_uri"]
    del agency.configuration["issuer"]
    agency.mock.get(f"{BASE}.well-known/openid-configuration", status=404)

    assert agency.sign_in(browser).status_code == 503


# --- Demonstration
def test_production_does_not_sign_in_at_a_demonstration(
    browser: Client, agency: Agency, settings: Settings
) -> None:
    agency.configuration["demonstration"] = True
    assert browser.get("/auth/launch/").status_code == 302

    settings.IS_PRODUCTION = True
    page = browser.get("/auth/launch/")

    assert page.status_code == 503
    assert "not set up correctly" in page.content.decode()


# --- How long it is believed
def test_the_document_is_read_anew_after_an_hour(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    discover()
    agency.configuration["token_endpoint"] = "https://fhir.example/new/token"
    assert discover().token_endpoint == TOKEN

    clock = shelf.clock
    monkeypatch.setattr(shelf, "clock", lambda: clock() + 3601)

    assert discover().token_endpoint == "https://fhir.example/new/token"


def test_a_failure_is_remembered_for_seconds_only(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = agency.mock.replace(responses.GET, SMART_CONFIGURATION, status=503)
    for _ in range(3):
        with pytest.raises(SignInFailed):
            discover()
    # The smart-configuration and, as the issuer stayed open, the OpenID configuration: once each.
    assert failing.call_count == 1
    agency.mock.replace(responses.GET, SMART_CONFIGURATION, json=agency.configuration)

    clock = shelf.clock
    monkeypatch.setattr(shelf, "clock", lambda: clock() + 60)

    assert discover().token_endpoint == TOKEN


# --- The syntax of scopes
def test_scopes_have_the_second_versions_syntax_where_nothing_else_is_offered(
    browser: Client, agency: Agency
) -> None:
    agency.configuration |= {"capabilities": ["permission-v2"], "scopes_supported": ["patient/*.rs"]}

    scopes = agency.launch(browser)["scope"].split()

    assert "patient/Observation.rs" in scopes
    assert "patient/Medication.r" in scopes
    assert not [scope for scope in scopes if scope.endswith(".read")]
    assert "online_access" not in scopes


def test_scopes_of_the_settings_are_asked_for_as_they_stand(
    browser: Client, agency: Agency, settings: Settings
) -> None:
    settings.INSYNC_SCOPES = ["openid", "launch/patient", "patient/Patient.read"]

    standalone = agency.launch(browser)["scope"].split()
    ehr = agency.launch(browser, f"?iss={BASE}&launch=x")["scope"].split()

    assert set(standalone) == {"openid", "launch/patient", "patient/Patient.read"}
    assert set(ehr) == {"openid", "launch", "patient/Patient.read"}


def test_a_server_that_knows_no_launch_patient_is_not_asked_for_it(
    browser: Client, agency: Agency, settings: Settings
) -> None:
    settings.INSYNC_SCOPES = ["openid", "fhirUser", "profile", "offline_access", "patient/*.read"]

    standalone = agency.launch(browser)["scope"].split()
    ehr = agency.launch(browser, f"?iss={BASE}&launch=x")["scope"].split()

    assert standalone == settings.INSYNC_SCOPES
    assert ehr == [*settings.INSYNC_SCOPES, "launch"]


def test_an_answer_without_scope_grants_what_was_asked(
    browser: Client, agency: Agency, settings: Settings
) -> None:
    settings.INSYNC_SCOPES = ["openid", "launch/patient", "patient/Goal.rs", "offline_access"]
    del agency.token["scope"]

    agency.sign_in(browser)

    granted = browser.get("/record/").wsgi_request.session["access"]["scope"]
    assert granted.split() == settings.INSYNC_SCOPES
