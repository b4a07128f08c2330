"""Whom to tell of a weakness: the agency's own word, or no such page. RFC 9116."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from insync_portal import env

PAGE = "/.well-known/security.txt"


def test_without_a_contact_there_is_no_such_page(client: Client) -> None:
    assert client.get(PAGE).status_code == 404


def test_the_contact_stands_there_with_an_end_that_is_still_to_come(
    client: Client, settings: Settings
) -> None:
    settings.SECURITY_CONTACT = "mailto:security@agency.example"

    page = client.get(PAGE)
    lines = dict(line.split(": ", 1) for line in page.content.decode().splitlines())
    ends = datetime.fromisoformat(lines["Expires"])

    assert page.status_code == 200
    assert page["Content-Type"] == "text/plain; charset=utf-8"
    assert lines["Contact"] == "mailto:security@agency.example"
    assert lines["Canonical"] == "http://localhost:8000/.well-known/security.txt"
    assert timedelta(days=30) < ends - datetime.now(UTC) < timedelta(days=365)


@pytest.mark.parametrize(
    "value", ["security@agency.example", "http://agency.example/", "mailto:", "mailto:a@b c", "see our page"]
)
def test_a_contact_that_no_program_understands_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", value)

    with pytest.raises(ImproperlyConfigured, match="SECURITY_CONTACT must be an address such as mailto:"):
        env.contact("SECURITY_CONTACT")


@pytest.mark.parametrize(
    "value", ["mailto:s@agency.example", "https://agency.example/report", "tel:+1-617-555-0142"]
)
def test_each_kind_of_contact_is_taken(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SECURITY_CONTACT", value)

    assert env.contact("SECURITY_CONTACT") == value
