"""The token, revocation and key endpoints over HTTP, and the ledger behind them with a clock of its own."""

from __future__ import annotations

import base64
import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from demo_server.tokens import Authorization, Ledger, Spent
from tests.demo_server.app import CLIENT_ID, CLIENT_SECRET, SCOPES, App, refusal
from tests.servers import start_demo_server


def test_a_code_is_traded_for_a_token_that_reads_the_record(app: App) -> None:
    answer = app.redeem(app.code())

    tokens = answer.json()
    assert answer.headers["Cache-Control"] == "no-store"
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] == 300
    assert tokens["scope"] == SCOPES
    assert tokens["patient"] == "daniel-whitaker"
    assert tokens["need_patient_banner"] is True
    assert app.status(tokens["access_token"]) == 200
    assert app.status("made-up") == 401


def test_the_client_may_send_its_secret_in_the_body(app: App) -> None:
    answer = app.redeem(app.code(), auth=None, client_id=CLIENT_ID, client_secret=CLIENT_SECRET)

    assert answer.status_code == 200


def test_the_id_token_says_who_signed_in_and_is_signed_by_the_published_key(app: App) -> None:
    tokens = app.tokens("elena", "maya-ortiz")

    keys = KeySet.import_key_set(requests.get(f"{app.issuer}/jwks", timeout=20).json())
    token = jwt.decode(tokens["id_token"], keys, algorithms=["RS256"])
    half = hashlib.sha256(tokens["access_token"].encode()).digest()[:16]
    claims = token.claims
    assert token.header["kid"] in {key.kid for key in keys}
    assert claims["iss"] == app.issuer
    assert claims["aud"] == CLIENT_ID
    assert claims["sub"] == "elena"
    assert claims["name"] == "Elena Ortiz"
    assert claims["nonce"] == app.nonce
    assert claims["fhirUser"] == f"{app.fhir}RelatedPerson/elena-ortiz"
    assert claims["at_hash"] == base64.urlsafe_b64encode(half).rstrip(b"=").decode()
    assert abs(claims["iat"] - time.time()) < 60
    assert claims["exp"] > time.time()


def test_no_private_part_of_the_key_is_published(app: App) -> None:
    (key,) = requests.get(f"{app.issuer}/jwks", timeout=20).json()["keys"]

    assert key["kty"] == "RSA"
    assert not {"d", "p", "q", "dp", "dq", "qi"} & key.keys()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code_verifier": "w" * 43}, (400, "invalid_grant")),
        ({"code_verifier": ""}, (400, "invalid_request")),
        ({"redirect_uri": "http://localhost:8000/auth/callback"}, (400, "invalid_grant")),
        ({"redirect_uri": ""}, (400, "invalid_grant")),
        ({"code": "made-up"}, (400, "invalid_grant")),
        ({"auth": (CLIENT_ID, "wrong")}, (401, "invalid_client")),
        ({"auth": ("somebody-else", CLIENT_SECRET)}, (401, "invalid_client")),
        ({"auth": None}, (401, "invalid_client")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"grant_type": "client_credentials"}, (400, "unsupported_grant_type")),
    ],
)
def test_a_token_request_that_breaks_a_rule_gets_nothing(
    app: App, changes: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = app.redeem(app.code(), **changes)

    assert refusal(answer) == expected
    assert "access_token" not in answer.json()


def test_a_wrong_verifier_cannot_be_tried_again(app: App) -> None:
    code = app.code()

    assert refusal(app.redeem(code, code_verifier="w" * 43)) == (400, "invalid_grant")
    assert refusal(app.redeem(code)) == (400, "invalid_grant")


def test_a_header_that_is_no_basic_authorization_is_refused_not_a_crash(app: App) -> None:
    for header in ("Basic !!!", "Basic /////w==", "Bearer x", "Basic"):
        answer = requests.post(
            f"{app.issuer}/token",
            data={"grant_type": "authorization_code", "code": "x"},
            headers={"Authorization": header},
            timeout=20,
        )
        assert refusal(answer) == (401, "invalid_client")


def test_credentials_in_the_address_do_not_count(app: App) -> None:
    query = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
    form = {"grant_type": "authorization_code", "code": app.code(), "code_verifier": app.verifier}

    answer = requests.post(f"{app.issuer}/token", params=query, data=form, timeout=20)

    assert refusal(answer) == (401, "invalid_client")


def test_a_code_that_comes_twice_takes_back_what_it_gave(app: App) -> None:
    code = app.code()
    tokens = app.redeem(code).json()
    assert app.status(tokens["access_token"]) == 200

    again = app.redeem(code)

    assert refusal(again) == (400, "invalid_grant")
    assert app.status(tokens["access_token"]) == 401
    assert refusal(app.refresh(tokens["refresh_token"])) == (400, "invalid_grant")


def test_an_old_code_is_worth_nothing() -> None:
    with start_demo_server(DEMO_CODE_SECONDS="0") as base_url:
        app = App(base_url)

        assert refusal(app.redeem(app.code())) == (400, "invalid_grant")


def test_refreshing_gives_a_new_pair_for_the_same_record(app: App) -> None:
    first = app.tokens()

    second = app.refresh(first["refresh_token"]).json()

    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert (second["patient"], second["scope"]) == (first["patient"], first["scope"])
    assert app.status(second["access_token"]) == 200
    assert app.refresh(second["refresh_token"]).status_code == 200


def test_a_refresh_token_that_comes_twice_ends_everything(app: App) -> None:
    first = app.tokens()
    second = app.refresh(first["refresh_token"]).json()
    assert app.status(second["access_token"]) == 200

    stolen = app.refresh(first["refresh_token"])

    assert refusal(stolen) == (400, "invalid_grant")
    assert app.status(second["access_token"]) == 401
    assert refusal(app.refresh(second["refresh_token"])) == (400, "invalid_grant")


def test_of_many_that_refresh_at_once_one_wins_at_most(app: App) -> None:
    refresh_token = app.tokens()["refresh_token"]

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: app.refresh(refresh_token).status_code, range(8)))

    assert statuses.count(200) <= 1
    assert statuses.count(400) >= 7


def test_scopes_can_be_narrowed_and_never_widened(app: App) -> None:
    first = app.tokens(untick=["Observation"])

    wider = app.refresh(first["refresh_token"], scope=SCOPES)
    narrower = app.refresh(first["refresh_token"], scope="openid patient/AllergyIntolerance.read")

    assert refusal(wider) == (400, "invalid_scope")
    assert narrower.json()["scope"] == "openid patient/AllergyIntolerance.read"
    assert app.status(narrower.json()["access_token"], "AllergyIntolerance?patient=daniel-whitaker") == 200
    assert app.status(narrower.json()["access_token"]) == 403


def test_without_online_access_there_is_no_refresh_token(app: App) -> None:
    asked = "openid launch/patient patient/Patient.read"

    without, offline = app.tokens(scope=asked), App(app.base).tokens(scope=f"{asked} offline_access")

    assert "refresh_token" not in without
    assert "refresh_token" in offline


def test_a_revoked_access_token_is_dead_and_the_refresh_token_lives(app: App) -> None:
    tokens = app.tokens()

    answer = app.post("revoke", token=tokens["access_token"], token_type_hint="access_token")

    assert answer.status_code == 200
    assert app.status(tokens["access_token"]) == 401
    assert app.refresh(tokens["refresh_token"]).status_code == 200


def test_a_revoked_refresh_token_takes_everything_with_it_whatever_the_hint(app: App) -> None:
    tokens = app.tokens()

    answer = app.post("revoke", token=tokens["refresh_token"], token_type_hint="access_token")

    assert answer.status_code == 200
    assert app.status(tokens["access_token"]) == 401
    assert refusal(app.refresh(tokens["refresh_token"])) == (400, "invalid_grant")


def test_only_the_client_can_revoke_and_an_unknown_token_is_no_error(app: App) -> None:
    tokens = app.tokens()

    assert app.post("revoke", auth=(CLIENT_ID, "wrong"), token=tokens["access_token"]).status_code == 401
    assert app.status(tokens["access_token"]) == 200
    assert app.post("revoke", token="made-up").status_code == 200


def test_the_token_endpoint_can_be_made_to_fail_on_demand() -> None:
    with start_demo_server() as base_url:
        app = App(base_url)
        code = app.code()
        switch = {"kind": "token-status", "status": 503, "retry_after": 7, "times": 1}
        requests.put(
            f"{base_url}/demo/trouble.json", json={"switches": [switch]}, timeout=20
        ).raise_for_status()

        troubled, well = app.redeem(code), app.redeem(code)

    assert (troubled.status_code, troubled.headers["Retry-After"]) == (503, "7")
    assert well.status_code == 200


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def authorization(clock: Clock, *scopes: str) -> Authorization:
    return Authorization(
        client_id="app",
        person="daniel",
        patient="daniel-whitaker",
        scopes=scopes,
        redirect_uri="",
        code_challenge="",
        nonce="",
        authenticated_at=clock.now,
    )


def test_an_access_token_ends_after_five_minutes() -> None:
    ledger = Ledger(clock := Clock())
    access, _ = ledger.issue(authorization(clock), ("openid",), with_refresh=False)

    clock.now += 299
    before = ledger.token_for(access)
    clock.now += 1

    assert before is not None
    assert before.expires_at == clock.now
    assert ledger.token_for(access) is None


def test_staying_signed_in_ends_after_twelve_hours_and_offline_after_ninety_days() -> None:
    ledger = Ledger(clock := Clock())
    _, online = ledger.issue(authorization(clock, "online_access"), (), with_refresh=True)
    _, offline = ledger.issue(authorization(clock, "offline_access"), (), with_refresh=True)
    assert online is not None
    assert offline is not None

    clock.now += 12 * 3600 - 1
    assert ledger.refreshable(online) is not None
    clock.now += 1
    assert ledger.refreshable(online) is None
    assert ledger.refreshable(offline) is not None
    clock.now += 90 * 24 * 3600
    assert ledger.refreshable(offline) is None


def test_a_code_replayed_while_it_is_being_redeemed_leaves_nothing_behind() -> None:
    ledger = Ledger(clock := Clock())
    ledger.add_code("code", authorization(clock, "online_access"))

    first = ledger.redeem("code", "app")
    replay = ledger.redeem("code", "app")

    assert first is not None
    assert replay is None
    with pytest.raises(Spent):
        ledger.issue(first, ("openid",), with_refresh=True)


def test_another_client_can_neither_use_a_code_nor_spoil_it() -> None:
    ledger = Ledger(clock := Clock())
    ledger.add_code("code", authorization(clock))

    assert ledger.redeem("code", "another") is None
    assert ledger.redeem("code", "app") is not None


def test_what_is_over_is_forgotten() -> None:
    ledger = Ledger(clock := Clock())
    old, _ = ledger.issue(authorization(clock), (), with_refresh=False)
    assert ledger.owner(old) is not None

    clock.now += 301
    ledger.issue(authorization(clock), (), with_refresh=False)

    assert ledger.owner(old) is None
