"""A record that the token does not name: never guessed, found only where it is wished, and confirmed first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses
from django.test import Client
from pytest_django import Settings

from smart_auth import discovery
from tests.resources import bundle, patient
from tests.smart_auth.agency import BASE, REVOKE, Agency
from trail import pseudonyms
from trail.entries import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency(settings: Settings) -> Iterator[Agency]:
    """A server that says who signed in and not whose record, before a portal that may look for it."""
    settings.INSYNC_FIND_PATIENT = True
    discovery.forget()
    with responses.RequestsMock() as mock:
        found = Agency(mock)
        del found.token["patient"]
        yield found


@pytest.fixture
def browser() -> Client:
    """A browser without a session."""
    return Client()


def asked_of_the_record(agency: Agency) -> list[str]:
    """Below the FHIR base, without the descriptions."""
    urls = [call.request.url or "" for call in agency.mock.calls]
    return [url.removeprefix(BASE) for url in urls if url.startswith(BASE) and ".well-known" not in url]


def person(**odd: Any) -> dict[str, Any]:
    return patient(**{"name": [{"text": "Canary Lovelace"}], "birthDate": "1968-03-14", **odd})


def signed_in(agency: Agency, browser: Client) -> str:
    """Where a sign-in leads to."""
    answer = agency.sign_in(browser)
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"])


def test_by_default_nothing_is_looked_for(agency: Agency, browser: Client, settings: Settings) -> None:
    settings.INSYNC_FIND_PATIENT = False

    page = agency.sign_in(browser)

    assert page.status_code == 502
    assert "did not tell this website whose record" in page.content.decode()
    assert asked_of_the_record(agency) == []


def test_the_one_who_signed_in_is_shown_and_nothing_else_is_asked_for(
    agency: Agency, browser: Client
) -> None:
    agency.mock.get(f"{BASE}Patient/p1", json=person())

    address = signed_in(agency, browser)
    page = browser.get(address).content.decode()

    assert address.endswith("/confirm/")
    assert "Canary Lovelace" in page
    assert "March 14, 1968" in page
    assert asked_of_the_record(agency) == ["Patient/p1"]


@pytest.mark.parametrize("place", ["", "allergies/", "search/", "timeline/", "receipt/"])
def test_no_page_of_the_record_opens_before_it_is_confirmed(
    agency: Agency, browser: Client, place: str
) -> None:
    agency.mock.get(f"{BASE}Patient/p1", json=person())
    address = signed_in(agency, browser)
    browser.get(address)
    before = asked_of_the_record(agency)

    answer = browser.get(address.replace("confirm/", place))

    assert (answer.status_code, answer["Location"]) == (302, address)
    assert asked_of_the_record(agency) == before


def test_yes_opens_the_record(agency: Agency, browser: Client) -> None:
    agency.mock.get(f"{BASE}Patient/p1", json=person())
    address = signed_in(agency, browser)
    browser.get(address)

    answer = browser.post(address, {"answer": "yes"})

    assert answer["Location"] == address.replace("confirm/", "")
    assert browser.session["access"]["patient"] == "p1"
    assert browser.get(address)["Location"] == answer["Location"]
    agency.mock.get(f"{BASE}Goal", json=bundle())
    assert browser.get(f"{answer['Location']}goals/").status_code == 200


def test_no_opens_nothing_ends_the_sign_in_and_gives_the_tokens_back(agency: Agency, browser: Client) -> None:
    """A mother who is a patient herself, and came for her child."""
    agency.mock.get(f"{BASE}Patient/p1", json=person())
    address = signed_in(agency, browser)
    browser.get(address)

    page = browser.post(address, {"answer": "no"})

    assert "No record was opened" in page.content.decode()
    assert "Canary" not in page.content.decode()
    assert agency.asked(REVOKE)
    assert browser.get(address.replace("confirm/", "")).status_code == 401


def test_yes_before_anything_was_found_opens_nothing(agency: Agency, browser: Client) -> None:
    agency.claims["fhirUser"] = "RelatedPerson/r1"
    address = signed_in(agency, browser)

    page = browser.post(address, {"answer": "yes"})

    assert page.status_code == 502
    assert browser.get(address.replace("confirm/", "")).status_code == 401


def test_a_representative_is_found_the_only_one_that_a_search_brings(agency: Agency, browser: Client) -> None:
    agency.claims["fhirUser"] = "RelatedPerson/r1"
    agency.mock.get(f"{BASE}Patient", json=bundle(person(id="p7")))
    address = signed_in(agency, browser)

    page = browser.get(address).content.decode()
    browser.post(address, {"answer": "yes"})

    assert "Canary Lovelace" in page
    assert browser.session["access"]["patient"] == "p7"
    assert browser.session["access"]["is_confirmed"] is True


def more(answer: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**answer, **members}


NEXT = {"link": [{"relation": "next", "url": f"{BASE}Patient?page=2"}]}


@pytest.mark.parametrize(
    "answer",
    [
        bundle(),
        bundle(person(), person(id="p2")),
        more(bundle(person()), **NEXT),
        more(bundle(person()), total=2),
        bundle(person(id="../p1")),
        bundle(person(resourceType="Practitioner")),
        bundle(person(name=[])),
        bundle(person(birthDate=None)),
    ],
    ids=["none", "two", "a next page", "a total of two", "no id", "no patient", "no name", "no birth date"],
)
def test_what_is_not_exactly_one_is_none(agency: Agency, browser: Client, answer: dict[str, Any]) -> None:
    agency.claims["fhirUser"] = "Practitioner/d1"
    agency.mock.get(f"{BASE}Patient", json=answer)
    address = signed_in(agency, browser)

    page = browser.get(address)

    assert page.status_code == 502
    assert "did not tell this website whose record" in page.content.decode()
    assert "Canary Lovelace" not in page.content.decode()
    assert browser.get(address.replace("confirm/", "")).status_code == 401


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_read_that_is_refused_finds_nobody(agency: Agency, browser: Client, status: int) -> None:
    agency.mock.get(f"{BASE}Patient/p1", status=status, json={})

    assert browser.get(signed_in(agency, browser)).status_code == 502


def test_a_read_that_brings_another_finds_nobody(agency: Agency, browser: Client) -> None:
    agency.mock.get(f"{BASE}Patient/p1", json=person(id="p2"))

    address = signed_in(agency, browser)
    page = browser.get(address)

    assert page.status_code == 503
    assert "Canary Lovelace" not in page.content.decode()
    assert browser.get(address.replace("confirm/", ""))["Location"] == address


def test_a_server_in_trouble_is_asked_again_later_and_the_sign_in_stands(
    agency: Agency, browser: Client
) -> None:
    agency.mock.get(f"{BASE}Patient/p1", status=503, json={})
    address = signed_in(agency, browser)

    assert browser.get(address).status_code == 503

    agency.mock.replace(responses.GET, f"{BASE}Patient/p1", json=person())
    assert "Canary Lovelace" in browser.get(address).content.decode()


def test_a_patient_that_stands_there_and_is_none_is_not_replaced_by_a_search(
    agency: Agency, browser: Client
) -> None:
    agency.token["patient"] = "../p1"

    assert agency.sign_in(browser).status_code == 502
    assert asked_of_the_record(agency) == []


def test_a_sign_in_of_an_older_version_counts_as_confirmed(agency: Agency, browser: Client) -> None:
    agency.token["patient"] = "p1"
    address = signed_in(agency, browser)
    session = browser.session
    kept = session["access"]
    del kept["is_confirmed"]
    with session.locked() as held:
        held.payload["access"] = kept
    agency.mock.get(f"{BASE}Goal", json=bundle())
    agency.mock.get(f"{BASE}Patient/p1", json=person())

    assert browser.get(f"{address}goals/").status_code == 200


def test_whose_name_was_shown_is_in_the_trail_whatever_the_reader_says(
    agency: Agency, browser: Client, trail: list[Entry]
) -> None:
    agency.mock.get(f"{BASE}Patient/p1", json=person())

    browser.get(signed_in(agency, browser))

    look = trail[-1]
    assert (look.event, look.page, look.relation) == ("look", "confirm", "unknown")
    assert look.patient in set(pseudonyms.all_of("patient", BASE, "p1"))
