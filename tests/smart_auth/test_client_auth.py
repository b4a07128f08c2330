"""How the portal says who it is: in which way, with which key, and that an older sign-in goes on."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from pytest_django import Settings

from smart_auth import client_keys
from smart_auth.renewal import TokenSet, renew_once
from smart_auth.servers import configured_server
from smart_auth.sessions import SessionStore
from tests.smart_auth.agency import CLIENT_ID, REVOKE, TOKEN, Agency

BASIC = "Basic " + base64.b64encode(f"{CLIENT_ID}:client-secret-under-test".encode()).decode()


@pytest.fixture
def keys_file(settings: Settings, tmp_path: Path) -> Path:
    """A portal with signing keys of its own beside its secret."""
    file = tmp_path / "keys.json"
    settings.INSYNC_CLIENT_KEYS_FILE = str(file)
    client_keys.save(str(file), client_keys.rotated([]))
    return file


def offers(agency: Agency, *methods: str, algorithms: tuple[str, ...] = ("RS384", "ES384")) -> None:
    agency.configuration |= {
        "token_endpoint_auth_methods_supported": list(methods),
        "token_endpoint_auth_signing_alg_values_supported": list(algorithms),
    }


def sent(agency: Agency, url: str = TOKEN) -> tuple[str | None, dict[str, str]]:
    """Authorization header and form of the last request there."""
    request = agency.asked(url)[-1]
    body = request.body.decode() if isinstance(request.body, bytes) else str(request.body)
    return request.headers.get("Authorization"), dict(parse_qsl(body))


def published(browser: Client) -> dict[str, Any]:
    answer = browser.get("/auth/keys.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def assertion(browser: Client, form: dict[str, str]) -> jwt.Token:
    """What a request said of who sends it, verified with the keys that the portal hands out."""
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    keys = KeySet.import_key_set(published(browser))  # type: ignore[arg-type]
    return jwt.decode(form["client_assertion"], keys, algorithms=["ES384", "RS384"])


@pytest.mark.parametrize(
    ("methods", "setting", "in_header", "in_form"),
    [
        ((), "", True, False),
        (("client_secret_post", "client_secret_basic"), "", True, False),
        (("client_secret_post",), "", False, True),
        (("private_key_jwt", "client_secret_post"), "", False, True),
        (("private_key_jwt",), "", True, False),
        (("client_secret_basic",), "client_secret_post", False, True),
        (("client_secret_post",), "client_secret_basic", True, False),
    ],
)
def test_with_a_secret_the_setting_wins_and_else_the_strongest_way_that_the_server_names(
    browser: Client,
    agency: Agency,
    settings: Settings,
    methods: tuple[str, ...],
    setting: str,
    in_header: bool,
    in_form: bool,
) -> None:
    if methods:
        offers(agency, *methods)
    settings.INSYNC_CLIENT_AUTH = setting

    assert agency.sign_in(browser).status_code == 302

    header, form = sent(agency)
    assert (header == BASIC) is in_header
    assert (form.get("client_secret") == "client-secret-under-test") is in_form
    assert "client_assertion" not in form


@pytest.mark.parametrize(
    ("algorithms", "algorithm"), [(("RS384", "ES384"), "ES384"), (("RS384",), "RS384"), ((), "ES384")]
)
def test_with_keys_the_portal_signs_for_the_token_endpoint_and_sends_no_secret(
    browser: Client, agency: Agency, keys_file: Path, algorithms: tuple[str, ...], algorithm: str
) -> None:
    offers(agency, "client_secret_basic", "private_key_jwt", algorithms=algorithms)

    assert agency.sign_in(browser).status_code == 302
    header, form = sent(agency)
    said = assertion(browser, form)
    agency.sign_in(browser)
    again = assertion(browser, sent(agency)[1])

    assert header is None
    assert "client_secret" not in form
    assert said.header["alg"] == algorithm
    assert said.claims["iss"] == said.claims["sub"] == CLIENT_ID
    assert said.claims["aud"] == TOKEN
    assert 0 < said.claims["exp"] - said.claims["iat"] <= 300
    assert said.claims["jti"] != again.claims["jti"]


def test_a_renewal_and_a_sign_out_say_who_asks_in_the_same_way(
    browser: Client, agency: Agency, keys_file: Path
) -> None:
    offers(agency, "private_key_jwt")
    agency.sign_in(browser)
    session = SessionStore(browser.cookies["portal_session"].value)
    seen = _tokens(session)

    renew_once(session.session_key or "", configured_server(), seen)
    renewed = assertion(browser, sent(agency)[1])
    browser.post("/auth/sign-out/")

    header, form = sent(agency, REVOKE)
    assert renewed.claims["sub"] == CLIENT_ID
    assert sent(agency)[1]["grant_type"] == "refresh_token"
    assert header is None
    assert assertion(browser, form).claims["aud"] == TOKEN


def test_a_key_is_published_before_it_signs_and_until_a_rotation_after(
    browser: Client, agency: Agency, keys_file: Path
) -> None:
    offers(agency, "private_key_jwt")
    names: list[set[str]] = []
    signed: list[str] = []
    for _ in range(3):
        names.append({key["kid"] for key in published(browser)["keys"]})
        agency.sign_in(browser)
        signed.append(assertion(browser, sent(agency)[1]).header["kid"])
        call_command("client_keys", "rotate")

    assert len(set(signed)) == 3
    assert signed[1] in names[0]
    assert signed[0] in names[1]
    assert signed[0] not in names[2]


def test_keys_in_wrong_hands_are_replaced_at_once(browser: Client, keys_file: Path) -> None:
    before = {key["kid"] for key in published(browser)["keys"]}

    call_command("client_keys", "replace")

    assert not before & {key["kid"] for key in published(browser)["keys"]}


def test_nothing_private_leaves_the_file(
    browser: Client, keys_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private = [
        key[name] for key in json.loads(keys_file.read_text())["keys"] for name in ("d", "p") if name in key
    ]

    call_command("client_keys", "show")
    handed_out = browser.get("/auth/keys.json").content.decode()

    said = capsys.readouterr().out
    assert len(private) == 6
    assert not [secret for secret in private if secret in handed_out + said]
    assert not {"d", "p", "q", "stage"} & {name for key in json.loads(handed_out)["keys"] for name in key}
    assert keys_file.stat().st_mode & 0o077 == 0


def test_without_keys_there_is_no_address_of_them_and_no_rotation(
    browser: Client, settings: Settings
) -> None:
    settings.INSYNC_CLIENT_KEYS_FILE = ""

    assert browser.get("/auth/keys.json").status_code == 404
    with pytest.raises(CommandError, match="INSYNC_CLIENT_KEYS_FILE is not set"):
        call_command("client_keys", "rotate")


@pytest.mark.parametrize("content", [None, "", "{}", '{"keys": [{"kty": "EC", "alg": "ES384"}]}'])
def test_keys_that_cannot_be_read_are_the_operators_trouble_and_send_nothing(
    browser: Client,
    agency: Agency,
    keys_file: Path,
    caplog: pytest.LogCaptureFixture,
    content: str | None,
) -> None:
    offers(agency, "private_key_jwt")
    if content is None:
        keys_file.unlink()
    else:
        keys_file.write_text(content)

    page = agency.sign_in(browser)

    assert page.status_code == 503
    assert "not set up correctly" in page.content.decode()
    assert not agency.asked(TOKEN)
    assert str(keys_file) in caplog.text
    assert browser.get("/auth/keys.json").status_code == 503


def test_a_sign_in_of_an_older_version_goes_on_and_is_renewed(reader: Client, agency: Agency) -> None:
    session = SessionStore(reader.cookies["portal_session"].value)
    with session.locked() as held:
        assert held.tokens is not None
        del held.tokens["how"]

    renew_once(session.session_key or "", configured_server(), _tokens(session))

    assert sent(agency)[0] == BASIC
    assert reader.get("/record/").status_code != 401


def test_a_registration_that_changed_meanwhile_is_the_one_that_counts(
    reader: Client, agency: Agency, keys_file: Path, settings: Settings
) -> None:
    session = SessionStore(reader.cookies["portal_session"].value)
    settings.INSYNC_CLIENT_SECRET = ""

    renew_once(session.session_key or "", configured_server(), _tokens(session))

    assert assertion(reader, sent(agency)[1]).claims["sub"] == CLIENT_ID


def _tokens(session: SessionStore) -> TokenSet:
    with session.locked() as held:
        assert held.tokens is not None
        return TokenSet(**held.tokens)


def test_handing_out_the_keys_costs_next_to_nothing(
    browser: Client, keys_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may ask for them, as often as they like: large numbers are looked at once."""
    published(browser)
    monkeypatch.setattr(RSAKey, "import_key", None)

    assert len(published(browser)["keys"]) == 4
