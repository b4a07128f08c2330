"""Sign-ins beyond what a minute takes: refused in words, before anything is kept or asked for them."""

from __future__ import annotations

import logging

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from insync_portal import limits
from smart_auth.models import PatientSession

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three from one address, six in all, behind a proxy that says who comes."""
    settings.SIGN_INS_FROM_ONE_ADDRESS, settings.SIGN_INS_IN_ALL = 3, 6
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    monkeypatch.setattr(limits, "_told", [])
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_010.0)


def come_back(address: str, path: str = "/auth/callback/?state=unknown") -> int:
    return Client().get(path, headers={"X-Forwarded-For": address}).status_code


def test_who_begins_too_often_is_told_so_with_the_telephone_and_when_to_come_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        answers = [
            Client().get("/auth/callback/", headers={"X-Forwarded-For": "192.0.2.7"}) for _ in range(5)
        ]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 429, 429]
    page = answers[-1].content.decode()
    assert "Too many sign-ins" in page
    assert "617-555-0142" in page
    assert "/auth/launch/" in page
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    told = [record.getMessage() for record in caplog.records if "SIGN_INS" in record.getMessage()]
    assert len(told) == 1
    assert "192.0.2.7" not in told[0]


def test_the_others_come_in_meanwhile_until_there_are_too_many_in_all() -> None:
    assert [come_back("192.0.2.7") for _ in range(4)][-1] == 429
    assert [come_back("192.0.2.8"), come_back("192.0.2.9"), come_back("192.0.2.10")] == [400, 400, 429]


def test_beginning_and_coming_back_are_counted_apart_and_each_minute_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert [come_back("192.0.2.7") for _ in range(4)][-1] == 429

    assert come_back("192.0.2.7", "/auth/launch/?iss=https://elsewhere.example&launch=x") == 400
    monkeypatch.setattr(limits.time, "time", lambda: 1_800_000_071.0)
    assert come_back("192.0.2.7") == 400


def test_a_network_of_ipv6_is_one_address() -> None:
    assert [come_back(f"2001:db8:1:2::{last}") for last in range(1, 5)][-1] == 429
    assert come_back("2001:db8:1:3::1") == 400


def test_what_a_visitor_writes_in_front_of_the_proxys_word_changes_nothing() -> None:
    assert [come_back(f"198.51.100.{last}, 192.0.2.7") for last in range(4)][-1] == 429


def test_this_machines_own_address_says_nothing_of_who_comes(settings: Settings) -> None:
    settings.SIGN_INS_IN_ALL = 100

    assert {come_back("127.0.0.1") for _ in range(5)} == {400}


def test_no_address_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(cache, "add", lambda key, *_rest: kept.append(key))
    come_back("192.0.2.7")

    assert len(kept) == 2
    assert not any("192.0.2.7" in key for key in kept)


def test_nothing_is_kept_for_who_is_refused() -> None:
    came = [Client().get("/auth/callback/", headers={"X-Forwarded-For": "192.0.2.7"}) for _ in range(5)]
    refused = Client().get("/auth/launch/", headers={"X-Forwarded-For": "192.0.2.7"})

    assert came[-1].status_code == 429
    assert refused.status_code != 429  # not one of those that come back
    before = PatientSession.objects.count()
    answers = [Client().get("/auth/launch/", headers={"X-Forwarded-For": "192.0.2.8"}) for _ in range(9)]

    assert {answer.status_code for answer in answers[5:]} == {429}
    assert all("portal_session" not in answer.cookies for answer in answers[5:])
    assert PatientSession.objects.count() <= before + 5
