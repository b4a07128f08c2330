"""What signing in and out leave in the audit trail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from smart_auth.models import PatientSession
from smart_auth.sessions import SessionStore
from tests.smart_auth.agency import Agency
from tests.smart_auth.signing_in import open_record
from trail.entries import Entry

pytestmark = pytest.mark.django_db


def ended(trail: list[Entry]) -> list[tuple[str, str]]:
    return [(entry.access, entry.reason) for entry in trail if entry.event == "sign-out"]


def test_a_sign_in_that_came_to_nothing_is_there_with_its_reason(browser: Client, trail: list[Entry]) -> None:
    browser.get("/auth/callback/", {"state": "Canary", "code": "Canary"})
    browser.get("/auth/launch/", {"iss": "https://canary.example/", "launch": "Canary"})

    assert [(entry.event, entry.reason) for entry in trail] == [
        ("sign-in refused", "state-unknown"),
        ("sign-in refused", "launch-unknown"),
    ]
    assert all(entry.request and not entry.patient for entry in trail)


def test_nobody_fills_the_trail_with_sign_ins_that_fail(browser: Client, trail: list[Entry]) -> None:
    for _ in range(70):
        browser.get("/auth/callback/", {"state": "x"})

    assert len(trail) == 60


def test_signing_out_says_by_whom(browser: Client, trail: list[Entry], settings: Settings) -> None:
    settings.INSYNC_REVOCATION_URL = ""
    access = open_record(browser)
    browser.post("/auth/sign-out/")

    assert ended(trail) == [(access, "reader")]
    assert trail[-1].request


@pytest.mark.parametrize("reason", ["idle", "age"])
def test_a_record_that_the_clock_closed_is_told_once_with_the_time_of_its_end(
    browser: Client, trail: list[Entry], settings: Settings, reason: str
) -> None:
    access = open_record(browser)
    over = timezone.now() - timedelta(minutes=5)
    started = over - timedelta(seconds=settings.SESSION_COOKIE_AGE if reason == "age" else 600)
    PatientSession.objects.update(expire_date=over, started=started)
    nobody = Client()
    nobody.get("/auth/launch/")

    SessionStore.clear_expired()
    SessionStore.clear_expired()

    assert ended(trail) == [(access, reason)]
    assert trail[-1].at == over.replace(microsecond=over.microsecond // 1000 * 1000)
    assert trail[-1].request == ""
    assert trail[-1].patient
    assert not PatientSession.objects.filter(expire_date__lt=timezone.now()).exists()


def test_a_session_in_which_nobody_was_signed_in_ends_without_an_entry(
    browser: Client, trail: list[Entry]
) -> None:
    SessionStore().create()
    PatientSession.objects.update(expire_date=timezone.now() - timedelta(minutes=5))
    SessionStore.clear_expired()

    assert PatientSession.objects.count() == 0
    assert trail == []


def test_a_sign_in_opens_an_entry_and_the_next_one_closes_the_record_before(
    reader: Client, agency: Agency, trail: list[Entry]
) -> None:
    first = trail[-1]
    assert agency.sign_in(reader).status_code == 302

    opened, closed, again = trail
    assert (opened.event, opened.relation) == ("sign-in", "self")
    assert (closed.reason, closed.access) == ("another sign-in", first.access)
    assert (again.event, again.patient, again.reader) == ("sign-in", first.patient, first.reader)
    assert again.access != first.access


def test_the_sign_in_server_is_told_the_number_of_the_request(
    browser: Client, agency: Agency, trail: list[Entry]
) -> None:
    agency.sign_in(browser)

    asked = [call.request for call in agency.mock.calls if call.request.method == "POST"]
    assert [request.headers.get("X-Request-Id") for request in asked] == [trail[-1].request]
    assert trail[-1].request
