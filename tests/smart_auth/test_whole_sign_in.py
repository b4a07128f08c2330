"""A whole sign-in at the real demo server, in its own process, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from pytest_django import Settings

from tests.servers import Form, sign_in_over_http, start_demo_server


@pytest.fixture(scope="module")
def demo_server() -> Iterator[str]:
    """The demo server, with tokens that last for five minutes."""
    with start_demo_server(DEMO_REDIRECT_URIS="http://localhost:8000/auth/callback/") as base_url:
        yield base_url


@pytest.fixture
def visitor(browser: Client, settings: Settings, demo_server: str) -> Client:
    """A browser at a portal that is connected to the demo server, everything found by discovery."""
    settings.INSYNC_FHIR_BASE_URL = f"{demo_server}/fhir-request/"
    settings.INSYNC_AUTHORIZE_URL = settings.INSYNC_TOKEN_URL = settings.INSYNC_JWKS_URL = ""
    settings.INSYNC_REVOCATION_URL = settings.INSYNC_ISSUER = ""
    settings.INSYNC_CLIENT_ID, settings.INSYNC_CLIENT_SECRET = (
        "insync-portal-demo",
        "demo-secret-not-for-production",
    )
    return browser


def sign_in(visitor: Client, person: dict[str, object], patient: str | None = None, **choices: object) -> str:
    """Sign in as somebody; returns the portal's address of the callback."""
    away = visitor.get("/auth/launch/")
    assert away.status_code == 302, away.content.decode()
    back = sign_in_over_http(away["Location"], str(person["slug"]), patient, **choices)  # type: ignore[arg-type]
    parts = urlsplit(back)
    assert (parts.netloc, parts.path) == ("localhost:8000", "/auth/callback/")
    return f"{parts.path}?{parts.query}"


@pytest.fixture
def person(demo_server: str) -> dict[str, object]:
    """Somebody who reads their own record."""
    found: list[dict[str, object]] = requests.get(f"{demo_server}/demo/people", timeout=10).json()["people"]
    return found[0]


def test_a_patient_signs_in_reads_and_signs_out(
    visitor: Client, person: dict[str, object], demo_server: str
) -> None:
    opened = visitor.get(sign_in(visitor, person))
    assert opened.status_code == 302, opened.content.decode()
    page = visitor.get(opened["Location"])
    assert str(person["name"]) in page.content.decode()
    assert "(self)" in page.content.decode()

    token = visitor.get(opened["Location"] + "?bearer").content.decode()
    patients = f"{demo_server}/fhir-request/Patient"
    read = requests.get(patients, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert read.status_code == 200

    visitor.post("/auth/sign-out/")
    after = requests.get(patients, headers={"Authorization": f"Bearer {token}"}, timeout=10)
    assert after.status_code == 401


def test_signing_out_goes_over_the_demo_servers_page_and_comes_back(
    visitor: Client, person: dict[str, object], demo_server: str
) -> None:
    visitor.get(sign_in(visitor, person))

    answer = visitor.post("/auth/sign-out/")
    endpoint = f"{demo_server}/smartauth/oauth/end-session"
    form = next(form for form in Form.every(answer.content.decode()) if form.action == endpoint)
    away = requests.post(endpoint, data=form.hidden, timeout=10, allow_redirects=False)

    back = urlsplit(away.headers["Location"])
    assert (away.status_code, back.netloc, back.path) == (303, "localhost:8000", "/signed-out/")
    page = visitor.get(f"{back.path}?{back.query}").content.decode()
    assert "was told, too" in page
    assert "You may still be signed in" not in page


def test_a_token_is_renewed_at_the_demo_server_and_the_next_one_too(
    visitor: Client, person: dict[str, object]
) -> None:
    opened = visitor.get(sign_in(visitor, person))
    first = visitor.get(opened["Location"] + "?bearer").content.decode()

    second = visitor.get(opened["Location"], {"renew": first}).content.decode()
    third = visitor.get(opened["Location"], {"renew": second}).content.decode()

    assert len({first, second, third}) == 3
    assert visitor.get(opened["Location"], {"renew": first}).content.decode() == third


def test_a_patient_who_refuses_is_told_that_nothing_was_loaded(
    visitor: Client, person: dict[str, object]
) -> None:
    page = visitor.get(sign_in(visitor, person, decision="refuse"))

    assert "You chose not to share. Nothing was loaded." in page.content.decode()


def test_a_type_that_was_not_shared_is_not_granted(visitor: Client, person: dict[str, object]) -> None:
    from smart_auth import people
    from smart_auth.scopes import Granted, GrantedScopes
    from smart_auth.sessions import SessionStore

    visitor.get(sign_in(visitor, person, untick=["Observation"]))

    record = people.current(dict(SessionStore(visitor.cookies["portal_session"].value).items()))
    assert record is not None
    granted = GrantedScopes.parse(record.scope)
    assert granted.allows("Observation", "search") is Granted.NONE
    assert granted.allows("Condition", "search") is Granted.FULL


def test_a_representative_goes_from_one_childs_record_to_the_others(
    visitor: Client, demo_server: str
) -> None:
    first = visitor.get(sign_in(visitor, {"slug": "elena"}, "maya-ortiz"))
    maya = visitor.get(first["Location"]).content.decode()

    away = visitor.get("/auth/launch/?switch=1")
    back = urlsplit(sign_in_over_http(away["Location"], "elena", "mateo-ortiz"))
    second = visitor.get(f"{back.path}?{back.query}")
    mateo = visitor.get(second["Location"]).content.decode()

    assert "record of maya-ortiz" in maya
    assert "(representative)" in maya
    assert "record of mateo-ortiz" in mateo
    assert "maya" not in mateo
    assert visitor.get(first["Location"]).status_code == 409


def test_an_ehr_opens_the_record_that_is_on_its_screen(visitor: Client, demo_server: str) -> None:
    ehr = requests.Session()
    form = Form.first(ehr.get(f"{demo_server}/demo/", timeout=10).text)
    started = ehr.post(
        f"{demo_server}/demo/",
        data=[*form.hidden, ("context", "elena mateo-ortiz")],
        headers={"Referer": f"{demo_server}/demo/"},
        timeout=10,
        allow_redirects=False,
    )
    launch = urlsplit(started.headers["Location"])
    assert launch.path == "/auth/launch/"

    away = visitor.get(f"{launch.path}?{launch.query}")
    back = urlsplit(sign_in_over_http(away["Location"], "elena"))
    opened = visitor.get(f"{back.path}?{back.query}")

    assert "record of mateo-ortiz" in visitor.get(opened["Location"]).content.decode()


def test_production_never_signs_in_at_the_demo_server(visitor: Client, settings: Settings) -> None:
    settings.IS_PRODUCTION = True

    assert visitor.get("/auth/launch/").status_code == 503
