"""Who signed in: which id_tokens are believed, and what is made of them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from smart_auth import shelf
from smart_auth.reader import Relation, relation
from tests.smart_auth.agency import CLIENT_ID, JWKS, KEY, OTHER_KEY, Agency


def refused(agency: Agency, browser: Client) -> bool:
    answer = agency.sign_in(browser)
    text = answer.content.decode()
    assert answer.status_code == 502, text
    assert "could not make sure who signed in" in text
    return True


def test_an_id_token_that_is_right_signs_in(browser: Client, agency: Agency) -> None:
    assert agency.sign_in(browser).status_code == 302


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.example"},
        {"iss": "https://fhir.example/smartauth/oauth/"},
        {"iss": ["https://fhir.example/smartauth/oauth"]},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": [CLIENT_ID, "another-client"]},
        {"aud": []},
        {"aud": {CLIENT_ID: 1}},
        {"azp": "another-client"},
        {"azp": None},
        {"exp": 1},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"iat": float("nan")},
        {"iat": 10**400},
        {"nbf": float("nan")},
        {"nbf": 10**400},
        {"exp": "9999999999"},
        {"exp": True},
        {"iat": 1},
        {"iat": 9_999_999_999},
        {"iat": "now"},
        {"nbf": 9_999_999_999},
        {"nonce": "another"},
        {"nonce": ["x"]},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
        {"at_hash": 5},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 300},
    ],
    ids=str,
)
def test_a_wrong_claim_opens_nothing(browser: Client, agency: Agency, changes: dict[str, Any]) -> None:
    agency.claims |= changes

    assert refused(agency, browser)


@pytest.mark.parametrize("claim", ["iss", "aud", "exp", "iat", "nonce", "sub"])
def test_a_missing_claim_opens_nothing(browser: Client, agency: Agency, claim: str) -> None:
    agency.without_claims = {claim}

    assert refused(agency, browser)


def test_claims_that_need_not_be_there_may_be_missing_or_right(browser: Client, agency: Agency) -> None:
    agency.without_claims = {"at_hash"}
    agency.claims |= {"azp": CLIENT_ID, "aud": [CLIENT_ID]}

    assert agency.sign_in(browser).status_code == 302


def test_clocks_may_differ_by_less_than_a_minute(browser: Client, agency: Agency) -> None:
    agency.claims |= {"exp": int(time.time()) - 30, "iat": int(time.time()) + 30}

    assert agency.sign_in(browser).status_code == 302


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def _unsigned(agency: Agency) -> str:
    return f"{_part({'alg': 'none'})}.{_part(_claims(agency))}."


def _claims(agency: Agency) -> dict[str, Any]:
    body = agency.id_token().split(".")[1]
    claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=="))
    return claims


def _by_secret(agency: Agency) -> str:
    """Signed with the public key as if it were a shared secret: the algorithm confusion of old libraries."""
    signed = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(_claims(agency))}"
    mac = hmac.new(KEY.as_pem(private=False), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _by_another_algorithm(algorithm: str) -> Callable[[Agency], str]:
    return lambda agency: jwt.encode(
        {"alg": algorithm, "kid": "first"},
        _claims(agency),
        RSAKey.import_key(KEY.as_pem(private=True)),
        algorithms=[algorithm],
    )


def _tampered(agency: Agency) -> str:
    head, _, signature = agency.id_token().split(".")
    return f"{head}.{_part(_claims(agency) | {'sub': 'somebody-else'})}.{signature}"


def _by_a_key_in_its_own_header(agency: Agency) -> str:
    header = {"alg": "RS256", "kid": "first", "jwk": OTHER_KEY.as_dict(private=False)}
    return jwt.encode(header, _claims(agency), OTHER_KEY, algorithms=["RS256"])


def _by_a_key_elsewhere(agency: Agency) -> str:
    header = {"alg": "RS256", "kid": "first", "jku": "https://evil.example/jwks"}
    return jwt.encode(header, _claims(agency), OTHER_KEY, algorithms=["RS256"])


@pytest.mark.parametrize(
    "forge",
    [
        _unsigned,
        _by_secret,
        _by_another_algorithm("RS384"),
        _by_another_algorithm("PS256"),
        _tampered,
        _by_a_key_in_its_own_header,
        _by_a_key_elsewhere,
        lambda agency: "",
        lambda agency: "a.b.c",
        lambda agency: "not a token",
        lambda agency: agency.id_token() + "x" * 20_000,
        lambda agency: [agency.id_token()],
    ],
)
def test_a_forged_id_token_opens_nothing(
    browser: Client, agency: Agency, forge: Callable[[Agency], Any]
) -> None:
    asked = agency.launch(browser)
    agency.token["id_token"] = forge(agency)

    answer = agency.come_back(browser, {"code": "c", "state": asked["state"]})

    assert answer.status_code == 502
    assert "could not make sure who signed in" in answer.content.decode()


def test_a_token_of_another_key_of_the_same_name_opens_nothing(browser: Client, agency: Agency) -> None:
    impostor = RSAKey.generate_key(2048, {"kid": "first"})
    agency.sign_with = impostor

    assert refused(agency, browser)


def test_openid_granted_without_an_id_token_opens_nothing(browser: Client, agency: Agency) -> None:
    agency.has_id_token = False

    assert refused(agency, browser)


def test_without_openid_the_reader_is_unknown_and_the_record_opens(browser: Client, agency: Agency) -> None:
    agency.has_id_token, agency.token["scope"] = False, "launch/patient patient/*.read"

    page = browser.get(agency.sign_in(browser)["Location"])

    assert page.content.decode() == "record of p1 read by ''  (unknown) "


# --- Keys
def test_a_new_key_is_fetched_once(browser: Client, agency: Agency) -> None:
    agency.sign_in(browser)
    agency.keys, agency.sign_with = [KEY, OTHER_KEY], OTHER_KEY

    assert agency.sign_in(browser).status_code == 302
    assert len(agency.asked(JWKS)) == 2


def test_unknown_keys_are_not_asked_for_again_and_again(browser: Client, agency: Agency) -> None:
    agency.sign_in(browser)
    agency.sign_with = OTHER_KEY

    assert refused(agency, browser)
    assert refused(agency, browser)
    assert refused(agency, browser)
    assert len(agency.asked(JWKS)) == 2


def test_keys_are_asked_for_anew_after_an_hour(
    browser: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.sign_in(browser)
    clock = shelf.clock
    monkeypatch.setattr(shelf, "clock", lambda: clock() + 3601)

    agency.sign_in(browser)

    assert len(agency.asked(JWKS)) == 2


def test_a_key_that_changed_under_its_own_name_is_looked_up_once(browser: Client, agency: Agency) -> None:
    agency.sign_in(browser)
    agency.sign_with = RSAKey.generate_key(2048, {"kid": "first"})
    agency.keys = [agency.sign_with]

    assert agency.sign_in(browser).status_code == 302
    assert len(agency.asked(JWKS)) == 2


def test_keys_are_looked_at_once_a_minute_however_many_signatures_fail(
    browser: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    agency.sign_in(browser)
    agency.sign_with = RSAKey.generate_key(2048, {"kid": "first"})

    for _ in range(3):
        assert refused(agency, browser)
    assert len(agency.asked(JWKS)) == 2

    clock = shelf.clock
    monkeypatch.setattr(shelf, "clock", lambda: clock() + 61)
    assert refused(agency, browser)
    assert len(agency.asked(JWKS)) == 3


def test_a_key_without_a_name_that_changed_is_looked_up_once(browser: Client, agency: Agency) -> None:
    agency.key_members, agency.header = {"kid": None}, {"kid": None}
    agency.sign_in(browser)
    agency.keys, agency.sign_with = [OTHER_KEY], OTHER_KEY

    assert agency.sign_in(browser).status_code == 302
    assert len(agency.asked(JWKS)) == 2


@pytest.mark.parametrize("header", [{}, {"kid": None}], ids=["the token names a key", "and none"])
@pytest.mark.parametrize(
    "members", [{"kid": None}, {"use": None}, {"alg": None}, {"kid": None, "use": None, "alg": None}], ids=str
)
def test_what_is_null_in_a_key_was_not_said(
    browser: Client, agency: Agency, header: dict[str, Any], members: dict[str, Any]
) -> None:
    agency.header, agency.key_members = header, members
    agency.keys = [KEY, OTHER_KEY]

    assert agency.sign_in(browser).status_code == 302


def test_a_key_that_is_listed_twice_is_one_key(browser: Client, agency: Agency) -> None:
    agency.keys = [KEY, KEY]

    assert agency.sign_in(browser).status_code == 302


@pytest.mark.parametrize("members", [{"use": "enc"}, {"alg": "RS512"}, {"kid": "another"}], ids=str)
def test_a_key_for_something_else_opens_nothing(
    browser: Client, agency: Agency, members: dict[str, Any]
) -> None:
    agency.key_members = members

    assert refused(agency, browser)


# --- Header. RFC 7515, section 4
@pytest.mark.parametrize(
    "header",
    [
        {"tenant": "t1"},
        {"nonce": "n"},
        {"pi.atm": "4"},
        {"typ": "JWT", "cty": ["x"]},
        {"x5c": ["M" * 3000]},
        {"x5t": 7},
    ],
    ids=lambda header: next(iter(header)),
)
def test_what_a_header_says_besides_is_ignored(
    browser: Client, agency: Agency, header: dict[str, Any]
) -> None:
    agency.header = header

    assert agency.sign_in(browser).status_code == 302


@pytest.mark.parametrize("crit", [["tenant"], ["b64"], ["alg"], [], "tenant", {}], ids=str)
def test_what_must_be_understood_and_is_not_opens_nothing(
    browser: Client, agency: Agency, crit: object
) -> None:
    agency.header = {"tenant": "t1", "b64": True, "crit": crit}

    assert refused(agency, browser)


@pytest.mark.parametrize("answer", [{"status": 500}, {"body": requests.ReadTimeout()}, {"body": "<html>"}])
def test_without_keys_nobody_is_signed_in(browser: Client, agency: Agency, answer: dict[str, Any]) -> None:
    agency.mock.replace(responses.GET, JWKS, **answer)

    page = agency.sign_in(browser)

    assert page.status_code == 503
    assert "available now" in page.content.decode()


@pytest.mark.parametrize(
    "keys", [[], "none", [7], [{"kid": "first", "kty": "RSA"}], [{"kid": "first", "kty": "oct"}]]
)
def test_keys_that_are_no_keys_open_nothing(browser: Client, agency: Agency, keys: Any) -> None:
    agency.mock.replace(responses.GET, JWKS, json={"keys": keys})

    assert refused(agency, browser)


# --- Who it is
@pytest.mark.parametrize(
    ("claims", "fhir_user", "is_to_patient"),
    [
        ({"fhirUser": "Patient/p1"}, "Patient/p1", "self"),
        ({"fhirUser": "https://fhir.example/fhir-request/Patient/p1"}, "Patient/p1", "self"),
        ({"fhirUser": "Patient/p2"}, "Patient/p2", "representative"),
        ({"fhirUser": "RelatedPerson/r1"}, "RelatedPerson/r1", "representative"),
        ({"fhirUser": f"RelatedPerson/{'e' * 88}"}, f"RelatedPerson/{'e' * 88}", "representative"),
        ({"fhirUser": f"Person/{'e' * 129}"}, "", "unknown"),
        ({"fhirUser": "Person/.."}, "", "unknown"),
        ({"fhirUser": "Person/x"}, "Person/x", "representative"),
        ({"fhirUser": "Practitioner/d1"}, "Practitioner/d1", "staff"),
        ({"fhirUser": "PractitionerRole/d1"}, "PractitionerRole/d1", "staff"),
        ({"fhirUser": None, "profile": "Patient/p1"}, "", "unknown"),
        ({"profile": "RelatedPerson/r1"}, "RelatedPerson/r1", "representative"),
        ({}, "", "unknown"),
        ({"fhirUser": "https://evil.example/fhir-request/Patient/p1"}, "", "unknown"),
        ({"fhirUser": "https://fhir.example/fhir-request/../x/Patient/p1"}, "", "unknown"),
        ({"fhirUser": "http://fhir.example/fhir-request/Patient/p1"}, "", "unknown"),
        ({"fhirUser": "Organization/o1"}, "", "unknown"),
        ({"fhirUser": "Patient/../Observation"}, "", "unknown"),
        ({"fhirUser": ["Patient/p1"]}, "", "unknown"),
    ],
    ids=str,
)
def test_what_the_reader_is_to_the_patient(
    browser: Client, agency: Agency, claims: dict[str, Any], fhir_user: str, is_to_patient: str
) -> None:
    agency.claims = {"name": "Canary", **claims}

    page = browser.get(agency.sign_in(browser)["Location"])

    assert page.content.decode() == f"record of p1 read by 'Canary' {fhir_user} ({is_to_patient}) "
    assert not [call for call in agency.mock.calls if "evil" in (call.request.url or "")]


@pytest.mark.parametrize(
    ("name", "shown"), [("  Ana \n María\x00 ", "'Ana María'"), (None, "''"), (["x"], "''"), ("", "''")]
)
def test_a_name_is_text_on_one_line(browser: Client, agency: Agency, name: Any, shown: str) -> None:
    agency.claims["name"] = name

    assert f"read by {shown} " in browser.get(agency.sign_in(browser)["Location"]).content.decode()


def test_a_relation_is_no_more_than_the_reference_says() -> None:
    assert relation("Patient/p1", "p1") is Relation.SELF
    assert relation("", "p1") is Relation.UNKNOWN
