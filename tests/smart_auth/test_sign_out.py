"""Signing out: here, at the agency's server, and in the browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
import requests
import responses
from django.test import Client
from pytest_django import Settings

from smart_auth.models import PatientSession
from smart_auth.oauth import REVOCATION_TIMEOUT
from tests.smart_auth.agency import REVOKE, Agency
from tests.smart_auth.test_access import access_of


def test_signing_out_ends_everything_and_says_so(reader: Client) -> None:
    address = f"/record/{access_of(reader).id}/"
    assert reader.get(address).status_code == 200
    old_cookie = reader.cookies["portal_session"].value

    answer = reader.post("/auth/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/signed-out/")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert PatientSession.objects.count() == 0
    other_tab = Client()
    other_tab.cookies["portal_session"] = old_cookie
    assert other_tab.get(address).status_code == 401
    page = reader.get("/signed-out/")
    assert page.status_code == 200
    assert "own sign-in page" in page.content.decode()


def test_the_server_is_told_of_the_refresh_token_first_then_the_access_token(
    reader: Client, agency: Agency
) -> None:
    reader.post("/auth/sign-out/")

    first, second = agency.asked(REVOKE)
    assert first.body == "token=refresh-canary-1&token_type_hint=refresh_token"
    assert second.body == "token=access-canary-1&token_type_hint=access_token"
    assert first.headers["Authorization"].startswith("Basic ")
    assert first.req_kwargs["timeout"] == REVOCATION_TIMEOUT  # type: ignore[attr-defined]


@pytest.mark.parametrize("trouble", [{"status": 503}, {"body": requests.ConnectTimeout()}, {"status": 302}])
def test_a_server_in_trouble_does_not_keep_anybody_signed_in(
    reader: Client, agency: Agency, trouble: dict[str, Any]
) -> None:
    agency.mock.replace(responses.POST, REVOKE, **trouble)

    assert reader.post("/auth/sign-out/")["Location"] == "/signed-out/"
    assert PatientSession.objects.count() == 0


def test_signing_out_is_a_form_and_never_a_link(reader: Client) -> None:
    assert reader.get("/auth/sign-out/").status_code == 405
    assert PatientSession.objects.count() == 1


def test_nobody_else_can_sign_a_reader_out(agency: Agency, db: None, settings: Settings) -> None:
    careful = Client(enforce_csrf_checks=True)
    agency.sign_in(careful)

    assert careful.post("/auth/sign-out/").status_code == 403
    assert PatientSession.objects.count() == 1


def test_the_page_after_signing_out_tells_whoever_did_not_that_they_are_still_signed_in(
    reader: Client,
) -> None:
    page = reader.get("/signed-out/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "You are still signed in" in text
    assert "You are signed out" not in text
    assert f'href="/record/{access_of(reader).id}/"' in text
    assert text.count('action="/auth/sign-out/"') == 2, (
        "one above every page, one among the page's own buttons"
    )
    reader.post("/auth/sign-out/")
    assert "You are signed out" in reader.get("/signed-out/").content.decode()


@pytest.mark.parametrize("address", ["/", "/help/", "/privacy/", "/accessibility/", "/signed-out/"])
def test_one_signs_out_from_the_pages_outside_of_the_record_too(
    agency: Agency, db: None, address: str
) -> None:
    careful = Client(enforce_csrf_checks=True)
    agency.sign_in(careful)
    form = re.search(
        r'action="/auth/sign-out/"><input type="hidden" name="csrfmiddlewaretoken" value="([^"]+)"',
        careful.get(address).content.decode(),
    )
    assert form is not None

    answer = careful.post("/auth/sign-out/", {"csrfmiddlewaretoken": form[1]})

    assert (answer.status_code, answer["Location"]) == (302, "/signed-out/")
    assert PatientSession.objects.count() == 0


def test_signing_out_twice_is_no_trouble(reader: Client) -> None:
    reader.post("/auth/sign-out/")

    assert reader.post("/auth/sign-out/")["Location"] == "/signed-out/"
