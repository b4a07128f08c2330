"""New tokens for old ones: once, in time, and without losing or mixing anything."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests
import responses
from django.db import connection
from django.test import Client
from django.utils import timezone

from smart_auth import renewal
from smart_auth.access import Access
from smart_auth.errors import SignInNeeded, TemporarilyUnavailable
from smart_auth.models import PatientSession
from smart_auth.sessions import SessionStore
from tests.smart_auth.agency import REVOKE, TOKEN, Agency
from tests.smart_auth.signing_in import open_record
from tests.smart_auth.test_access import access_of


class Rotation:
    """A token endpoint that gives each refresh token out once and takes it once."""

    def __init__(self, agency: Agency) -> None:
        self.asked: list[str] = []
        self.answer: dict[str, Any] = {}
        self.before: Callable[[], object] = lambda: None
        agency.mock.remove(responses.POST, TOKEN)
        agency.mock.add_callback(responses.POST, TOKEN, self)

    def __call__(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.asked.append(str(request.body))
        number = len(self.asked) + 1
        self.before()
        answer = {
            "access_token": f"access-canary-{number}",
            "token_type": "Bearer",
            "expires_in": 3600,
            "refresh_token": f"refresh-canary-{number}",
            "scope": "openid fhirUser launch/patient patient/*.read",
            "patient": "p1",
            **self.answer,
        }
        return 200, {}, json.dumps({name: value for name, value in answer.items() if value is not None})


@pytest.fixture
def rotation(agency: Agency) -> Rotation:
    return Rotation(agency)


def session_of(browser: Client) -> SessionStore:
    return SessionStore(browser.cookies["portal_session"].value)


def tokens_of(browser: Client) -> dict[str, Any]:
    return session_of(browser).tokens or {}


@pytest.fixture
def due(browser: Client) -> Access:
    """An access whose token ends in half a minute."""
    open_record(browser, refresh_token="refresh-canary-1", expires_in=30)
    return access_of(browser)


@pytest.fixture
def over(browser: Client) -> Access:
    """An access whose token has just ended."""
    open_record(browser, refresh_token="refresh-canary-1", expires_in=-1)
    return access_of(browser)


# --- When
def test_a_token_with_time_left_is_not_renewed(browser: Client, rotation: Rotation) -> None:
    open_record(browser, refresh_token="refresh-canary-1", expires_in=120)

    assert access_of(browser).bearer() == "access-canary-1"
    assert rotation.asked == []


def test_a_token_is_renewed_a_minute_before_it_ends(due: Access, rotation: Rotation, browser: Client) -> None:
    assert due.bearer() == "access-canary-2"

    assert rotation.asked == ["grant_type=refresh_token&refresh_token=refresh-canary-1"]
    assert tokens_of(browser)["refresh_token"] == "refresh-canary-2"
    assert access_of(browser).bearer() == "access-canary-2"


def test_a_refused_token_is_renewed_whatever_time_is_left(browser: Client, rotation: Rotation) -> None:
    open_record(browser, refresh_token="refresh-canary-1", expires_in=3600)
    access = access_of(browser)

    assert access.renew("access-canary-1") == "access-canary-2"
    assert access.renew("access-canary-1") == "access-canary-2"
    assert access.bearer() == "access-canary-2"
    assert len(rotation.asked) == 1


def test_the_rotated_token_is_stored_before_anybody_uses_it(
    due: Access, rotation: Rotation, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[str] = []
    real = renewal._store

    def store(*args: Any) -> bool:
        stored.append(args[1].refresh_token)
        return real(*args)

    monkeypatch.setattr(renewal, "_store", store)
    bearer = due.bearer()

    assert (stored, bearer) == (["refresh-canary-2"], "access-canary-2")


def test_the_refresh_token_stays_where_no_new_one_comes(
    due: Access, rotation: Rotation, browser: Client
) -> None:
    rotation.answer = {"refresh_token": None}

    due.bearer()

    assert tokens_of(browser)["refresh_token"] == "refresh-canary-1"
    assert tokens_of(browser)["access_token"] == "access-canary-2"


def test_a_token_goes_back_only_where_it_came_from(due: Access, agency: Agency, rotation: Rotation) -> None:
    agency.configuration["token_endpoint"] = "https://fhir.example/new/token"

    assert due.bearer() == "access-canary-2"


# --- Once
def race(count: int, work: Callable[[], str]) -> list[str]:
    start = threading.Barrier(count)
    found: list[str] = []

    def run() -> None:
        start.wait()
        try:
            found.append(work())
        except (SignInNeeded, TemporarilyUnavailable) as error:
            found.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return found


def test_eight_requests_at_once_renew_once_and_all_get_the_new_token(
    database_file: None, rotation: Rotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = Client()
    open_record(browser, refresh_token="refresh-canary-1", expires_in=-1)
    looked, everybody = [], threading.Event()
    real = SessionStore.is_renewing

    def is_renewing(session: SessionStore) -> bool:
        looked.append(1)
        if len(looked) >= 8:
            everybody.set()
        return real(session)

    monkeypatch.setattr(SessionStore, "is_renewing", is_renewing)
    rotation.before = lambda: everybody.wait(10)  # the answer comes when all eight have asked

    found = race(8, lambda: access_of(browser).bearer())

    assert found == ["access-canary-2"] * 8
    assert len(rotation.asked) == 1


def test_eight_threads_of_one_request_renew_once(database_file: None, rotation: Rotation) -> None:
    browser = Client()
    open_record(browser, refresh_token="refresh-canary-1", expires_in=3600)
    access = access_of(browser)

    found = race(8, lambda: access.renew("access-canary-1"))

    assert found == ["access-canary-2"] * 8
    assert len(rotation.asked) == 1


def test_eight_requests_at_once_ask_a_server_in_trouble_once(database_file: None, agency: Agency) -> None:
    agency.token_status = 503
    browser = Client()
    open_record(browser, refresh_token="refresh-canary-1", expires_in=-1)

    found = race(8, lambda: access_of(browser).bearer())

    assert found == ["TemporarilyUnavailable"] * 8
    assert len(agency.token_requests()) == 1


def test_whoever_died_while_renewing_holds_nobody_up_for_ever(
    over: Access, rotation: Rotation, browser: Client
) -> None:
    PatientSession.objects.update(renewing_until=timezone.now() - timedelta(seconds=1))

    assert over.bearer() == "access-canary-2"
    assert PatientSession.objects.get().renewing_until is None


def test_whoever_waits_for_anothers_renewal_looks_less_and_less_often(
    over: Access, rotation: Rotation, monkeypatch: pytest.MonkeyPatch
) -> None:
    PatientSession.objects.update(renewing_until=timezone.now() + timedelta(minutes=5))
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if sum(pauses) > 10:
            PatientSession.objects.update(renewing_until=None)

    monkeypatch.setattr(renewal.time, "sleep", pause)

    assert over.bearer() == "access-canary-2"
    assert pauses[0] <= 0.1, "most renewals are over in a moment"
    assert pauses == sorted(pauses)
    assert len(pauses) < 25
    assert pauses[-1] <= 1, "nor does anybody wait for long after it is over"


# --- Merging
def test_a_renewal_may_narrow_what_is_granted(due: Access, rotation: Rotation, browser: Client) -> None:
    rotation.answer = {"scope": "openid patient/Condition.read"}

    due.bearer()

    assert access_of(browser).granted.allows("Condition", "search").value == "full"
    assert access_of(browser).granted.allows("Observation", "search").value == "none"


def test_what_a_renewal_leaves_out_stays_as_it_was(due: Access, rotation: Rotation, browser: Client) -> None:
    rotation.answer = {"scope": None, "patient": None}

    due.bearer()

    renewed = access_of(browser)
    assert renewed.patient == "p1"
    assert renewed.granted == due.granted
    assert (renewed.id, renewed.key, renewed.reader) == (due.id, due.key, due.reader)


@pytest.mark.parametrize("patient", ["p2", 7, "1/../p1"])
def test_another_patient_after_a_renewal_ends_the_session(
    due: Access, rotation: Rotation, browser: Client, patient: Any, caplog: pytest.LogCaptureFixture
) -> None:
    rotation.answer = {"patient": patient}

    with pytest.raises(SignInNeeded):
        due.bearer()

    assert browser.get(f"/record/{due.id}/").status_code == 401
    assert session_of(browser).tokens is None
    assert "security: the renewed token is for another patient" in caplog.text


def test_the_id_token_of_a_renewal_must_be_the_same_readers(reader: Client, agency: Agency) -> None:
    access = access_of(reader)
    agency.without_claims = {"nonce"}
    agency.token |= {"access_token": "access-canary-2"}
    agency.token["id_token"] = agency.id_token()
    assert access.renew("access-canary-1") == "access-canary-2"

    agency.token |= {"access_token": "access-canary-3"}
    agency.token["id_token"] = agency.id_token(sub="somebody-else")
    with pytest.raises(SignInNeeded):
        access.renew("access-canary-2")


# --- Trouble
@pytest.mark.parametrize("error", ["invalid_grant", "invalid_client", "unauthorized_client"])
def test_a_refused_refresh_token_ends_the_access_and_keeps_the_way_back(
    over: Access, agency: Agency, browser: Client, error: str
) -> None:
    agency.token_status, agency.token_body = 400, json.dumps({"error": error})

    page = browser.get(f"/record/{over.id}/vitals/?bearer")

    assert page.status_code == 401
    assert "Sign in again" in page.content.decode()
    assert "vitals" in page.content.decode()
    assert session_of(browser).tokens is None


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_in_trouble_signs_nobody_out(
    over: Access, agency: Agency, browser: Client, status: int
) -> None:
    agency.token_status, agency.token_headers = status, {"Retry-After": "30"}

    page = browser.get(f"/record/{over.id}/?bearer")

    assert page.status_code == 503
    assert "You are still signed in" in page.content.decode()
    assert int(page["Retry-After"]) <= 30
    assert tokens_of(browser)["refresh_token"] == "refresh-canary-1"
    assert browser.get(f"/record/{over.id}/").status_code == 200


@pytest.mark.parametrize("odd", ["9" * 5000, "-1", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "\u0663"])
def test_whatever_the_token_endpoint_says_of_waiting_is_borne(
    over: Access, agency: Agency, browser: Client, odd: str
) -> None:
    agency.token_status, agency.token_headers = 503, {"Retry-After": odd}

    page = browser.get(f"/record/{over.id}/?bearer")

    assert page.status_code == 503
    assert 0 < int(page["Retry-After"]) <= 60


def test_what_a_reader_is_told_to_wait_is_when_it_is_tried_again(
    over: Access, agency: Agency, browser: Client
) -> None:
    agency.mock.replace(responses.POST, TOKEN, body=requests.ReadTimeout())

    page = browser.get(f"/record/{over.id}/?bearer")

    kept = SessionStore(browser.cookies["portal_session"].value).tokens or {}
    assert page.status_code == 503
    assert int(page["Retry-After"]) == pytest.approx(kept["not_before"] - time.time(), abs=2)


def test_after_trouble_the_next_try_succeeds(over: Access, agency: Agency, browser: Client) -> None:
    agency.token_status = 503
    with pytest.raises(TemporarilyUnavailable):
        over.bearer()
    agency.token_status = 200
    agency.token |= {"access_token": "access-canary-2"}
    with SessionStore(browser.cookies["portal_session"].value).locked() as held:
        (held.tokens or {})["not_before"] = 0

    assert access_of(browser).bearer() == "access-canary-2"


def test_a_server_in_trouble_is_left_in_peace_for_a_while(
    over: Access, agency: Agency, browser: Client
) -> None:
    agency.token_status = 500
    for _ in range(5):
        with pytest.raises(TemporarilyUnavailable):
            access_of(browser).bearer()

    assert len(agency.token_requests()) == 1


def test_a_token_that_is_due_but_not_over_is_used_while_the_server_has_trouble(
    due: Access, agency: Agency
) -> None:
    agency.token_status = 503

    assert due.bearer() == "access-canary-1"


@pytest.mark.parametrize("trouble", [requests.ReadTimeout(), requests.ConnectionError("broken off")])
def test_a_refresh_of_unknown_outcome_is_tried_once_more_and_no_oftener(
    over: Access, agency: Agency, browser: Client, trouble: Exception
) -> None:
    agency.mock.replace(responses.POST, TOKEN, body=trouble)
    for _ in range(2):
        with pytest.raises(TemporarilyUnavailable):
            access_of(browser).bearer()
        with SessionStore(browser.cookies["portal_session"].value).locked() as held:
            (held.tokens or {})["not_before"] = 0

    with pytest.raises(SignInNeeded):
        access_of(browser).bearer()
    assert len(agency.token_requests()) == 2


def test_a_request_that_never_went_out_may_be_repeated(over: Access, agency: Agency, browser: Client) -> None:
    agency.mock.replace(responses.POST, TOKEN, body=requests.ConnectTimeout())
    for _ in range(4):
        with pytest.raises(TemporarilyUnavailable):
            access_of(browser).bearer()
        with SessionStore(browser.cookies["portal_session"].value).locked() as held:
            (held.tokens or {})["not_before"] = 0

    assert len(agency.token_requests()) == 4


# --- Without a refresh token
def test_without_a_refresh_token_the_access_lasts_to_its_last_second(browser: Client) -> None:
    open_record(browser, refresh_token="", expires_in=10)

    assert access_of(browser).bearer() == "access-canary-1"


def test_without_a_refresh_token_the_end_is_a_sign_in_page(browser: Client) -> None:
    access_id = open_record(browser, refresh_token="", expires_in=-1)

    page = browser.get(f"/record/{access_id}/?bearer")

    assert page.status_code == 401
    assert "Sign in" in page.content.decode()


# --- Signed out meanwhile
def test_signing_out_during_a_renewal_wins(reader: Client, agency: Agency) -> None:
    access = access_of(reader)
    rotation = Rotation(agency)
    rotation.before = lambda: session_of(reader).delete()

    with pytest.raises(SignInNeeded):
        access.renew("access-canary-1")

    revoked = [str(request.body) for request in agency.asked(REVOKE)]
    assert "token=refresh-canary-2&token_type_hint=refresh_token" in revoked
    assert PatientSession.objects.count() == 0


def test_a_failure_of_our_own_does_not_keep_the_lease(
    over: Access, browser: Client, monkeypatch: pytest.MonkeyPatch, rotation: Rotation
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(renewal, "_renew", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            over.bearer()

    started = time.monotonic()
    assert over.bearer() == "access-canary-2"
    assert time.monotonic() - started < 5


def test_who_has_a_token_that_still_lasts_uses_it_while_another_renewal_hangs(
    due: Access, monkeypatch: pytest.MonkeyPatch, browser: Client
) -> None:
    monkeypatch.setattr(renewal, "HARDLY_SECONDS", 0.01)
    PatientSession.objects.update(renewing_until=timezone.now() + timedelta(seconds=60))

    assert due.bearer() == due.tokens.bearer() == tokens_of(browser)["access_token"]


def test_who_needs_another_token_is_told_while_another_renewal_hangs(
    over: Access, monkeypatch: pytest.MonkeyPatch, browser: Client
) -> None:
    monkeypatch.setattr(renewal, "WAIT_SECONDS", 0.01)
    PatientSession.objects.update(renewing_until=timezone.now() + timedelta(seconds=60))

    with pytest.raises(TemporarilyUnavailable):
        over.bearer()
