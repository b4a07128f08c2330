"""The logout endpoint. OpenID Connect RP-Initiated Logout 1.0."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.demo_server.app import CLIENT_ID, App, query_of

BACK = "http://localhost:8000/signed-out/"


def leave(app: App, *, method: str = "POST", **form: str) -> requests.Response:
    address = f"{app.issuer}/end-session"
    if method == "GET":
        return requests.get(f"{address}?{urlencode(form)}", timeout=20, allow_redirects=False)
    return requests.post(address, data=form, timeout=20, allow_redirects=False)


def alive(app: App, token: str) -> bool:
    return app.status(token) == 200


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_signing_out_ends_this_sign_in_alone_and_leads_back_with_the_state(app: App, method: str) -> None:
    other = App(app.base)
    token, others = app.tokens(), other.tokens()

    answer = leave(
        app,
        method=method,
        id_token_hint=token["id_token"],
        client_id=CLIENT_ID,
        post_logout_redirect_uri=BACK,
        state="s-1",
    )

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{BACK}?")
    assert query_of(answer.headers["Location"]) == {"state": "s-1"}
    assert not alive(app, token["access_token"])
    assert alive(other, others["access_token"])


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", BACK + "x", BACK.rstrip("/"), BACK + "?x=1", "", "javascript:alert(1)"],
)
def test_nobody_is_led_to_an_address_that_is_not_registered(app: App, elsewhere: str) -> None:
    token = app.tokens()

    answer = leave(app, id_token_hint=token["id_token"], post_logout_redirect_uri=elsewhere)

    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert "You are signed out" in answer.text
    assert not alive(app, token["access_token"])


def test_a_hint_that_is_none_of_this_server_ends_nothing(app: App) -> None:
    token = app.tokens()
    forged = jwt.encode(
        {"alg": "RS256"}, {"sub": "daniel", "aud": CLIENT_ID}, RSAKey.generate_key(2048), algorithms=["RS256"]
    )

    for hint in (forged, "x", "a.b.c", token["id_token"] + "x"):
        answer = leave(app, id_token_hint=hint, post_logout_redirect_uri=BACK, state="s-1")
        assert answer.status_code == 400
    another = leave(app, id_token_hint=token["id_token"], client_id="another", post_logout_redirect_uri=BACK)
    assert another.status_code == 400
    assert alive(app, token["access_token"])


def test_without_a_hint_nothing_ends_and_nobody_is_led_anywhere(app: App) -> None:
    token = app.tokens()

    answer = leave(app, client_id=CLIENT_ID, post_logout_redirect_uri=BACK, state="s-1")

    assert answer.status_code == 200
    assert alive(app, token["access_token"])


def test_the_endpoint_is_named_where_apps_look_for_it(app: App) -> None:
    for place in (
        f"{app.issuer}/.well-known/openid-configuration",
        f"{app.fhir}.well-known/smart-configuration",
    ):
        found = requests.get(place, timeout=20).json()
        assert found["end_session_endpoint"] == f"{app.issuer}/end-session"
