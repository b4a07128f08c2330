"""The door of a record: who gets in, to which record, and what everybody else is told."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.dispatch import Signal
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from smart_auth import people
from smart_auth.access import Access, access_ended, current_access_id
from smart_auth.models import PatientSession
from smart_auth.scopes import Granted
from smart_auth.sessions import SessionStore
from tests.smart_auth.agency import BASE, REVOKE, Agency
from tests.smart_auth.signing_in import open_record


def access_of(browser: Client) -> Access:
    """What the browser's session gives a view."""
    from smart_auth.access import _open

    opened = _open(SessionStore(browser.cookies["portal_session"].value))
    assert opened is not None
    return opened


class Listener:
    """What was told of accesses that ended."""

    def __init__(self, signal: Signal) -> None:
        self.told: list[str] = []
        signal.connect(self.listen)

    def listen(self, cache_id: str, **kwargs: object) -> None:
        self.told.append(cache_id)


@pytest.fixture
def ended() -> Iterator[list[str]]:
    """The cache_ids of accesses that ended during the test."""
    listener = Listener(access_ended)  # held here: signals hold their receivers weakly
    yield listener.told
    access_ended.disconnect(listener.listen)


def test_without_a_session_the_page_is_the_sign_in_page_with_the_way_back(browser: Client) -> None:
    page = browser.get("/record/abc/allergies/")

    assert page.status_code == 401
    assert "Sign in to read this page" in page.content.decode()
    assert 'href="/auth/launch/?next=%2Frecord%2Fabc%2Fallergies%2F"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "what went wrong" not in page.content.decode()


def test_a_page_of_trouble_shows_its_number_for_a_call(browser: Client) -> None:
    page = browser.get("/auth/callback/?code=c&state=s")

    assert "what went wrong" in page.content.decode()
    assert page["X-Request-Id"] in page.content.decode()


def test_what_was_posted_is_not_a_way_back(browser: Client) -> None:
    page = browser.post("/record/abc/search/")

    assert page.status_code == 401
    assert 'href="/auth/launch/"' in page.content.decode()


def test_every_answer_is_kept_by_nobody(reader: Client, agency: Agency) -> None:
    address = f"/record/{access_of(reader).id}/"

    for page in (reader.get(address), reader.get("/record/other/"), reader.get(address + "?refused")):
        assert "no-store" in page["Cache-Control"]
        assert "private" in page["Cache-Control"]


def test_an_access_says_all_that_records_needs(reader: Client) -> None:
    access = access_of(reader)

    assert access.server.fhir_base_url == BASE
    assert access.patient == "p1"
    assert access.granted.allows("Observation", "search") is Granted.FULL
    assert len(access.key) == 32
    assert access.bearer() == "access-canary-1"
    assert access.is_fresh
    assert access.expires is None


def test_an_access_that_cannot_be_renewed_says_until_when_it_lasts(browser: Client) -> None:
    open_record(browser, refresh_token="", expires_in=600)

    access = access_of(browser)

    assert access.expires is not None
    assert not access.is_fresh


def test_the_text_of_an_access_gives_nothing_away(reader: Client) -> None:
    text = repr(access_of(reader))

    assert text.startswith("Access(id=")
    for secret in ("'p1'", "Lovelace", "canary", "client-secret", repr(access_of(reader).key)):
        assert secret not in text


def test_two_sessions_of_the_same_patient_share_no_cache_and_no_key(agency: Agency, db: None) -> None:
    one, other = Client(), Client()
    agency.sign_in(one)
    agency.sign_in(other)

    first, second = access_of(one), access_of(other)

    assert first.patient == second.patient
    assert first.id != second.id
    assert first.cache_id != second.cache_id
    assert first.key != second.key
    assert "p1" not in first.cache_id


def test_the_name_of_what_is_kept_takes_the_accesss_own_key_to_make(reader: Client) -> None:
    """The access's id stands in every address. Whoever read it there must not find what is kept under it."""
    record = people.current(dict(SessionStore(reader.cookies["portal_session"].value).items()))
    assert record is not None
    another_key = base64.b64encode(b"k" * 32).decode()

    assert access_of(reader).cache_id == record.cache_id
    assert replace(record).cache_id == record.cache_id
    for changed in (
        {"key": another_key},
        {"id": "another"},
        {"fhir_base_url": "https://other.example/fhir/"},
    ):
        assert replace(record, **changed).cache_id != record.cache_id


def test_a_session_of_another_server_opens_nothing(reader: Client, settings: Settings) -> None:
    address = f"/record/{access_of(reader).id}/"
    assert reader.get(address).status_code == 200

    settings.INSYNC_FHIR_BASE_URL = "https://other.example/fhir/"

    assert reader.get(address).status_code == 401


# --- Another record
def test_a_tab_of_the_record_before_is_refused_in_words(reader: Client, agency: Agency) -> None:
    before = access_of(reader).id
    agency.token["patient"], agency.claims["fhirUser"] = "p2", "RelatedPerson/r1"
    opened = agency.sign_in(reader, "?switch=1")

    stale, current = reader.get(f"/record/{before}/medications/"), reader.get(opened["Location"])

    assert stale.status_code == 409
    assert "This tab shows another record" in stale.content.decode()
    assert opened["Location"] in stale.content.decode()
    assert "Sign out" in stale.content.decode()
    assert "record of p2" in current.content.decode()


def test_a_form_of_the_record_before_is_refused_too(reader: Client, agency: Agency) -> None:
    before = access_of(reader).id
    agency.token["patient"] = "p2"
    agency.sign_in(reader, "?switch=1")

    assert reader.post(f"/record/{before}/search/").status_code == 409


def test_an_address_of_an_earlier_session_is_refused_while_another_record_is_open(reader: Client) -> None:
    page = reader.get("/record/of-last-week/allergies/")

    assert page.status_code == 409
    assert "earlier sign-in" in page.content.decode()


def test_after_switching_nothing_of_the_first_patient_is_left(reader: Client, agency: Agency) -> None:
    first = access_of(reader)
    agency.token |= {"patient": "p2", "access_token": "access-canary-2", "refresh_token": "refresh-canary-2"}
    agency.claims = {"fhirUser": "RelatedPerson/r1", "name": "Somebody Else"}

    agency.sign_in(reader, "?switch=1")

    session = SessionStore(reader.cookies["portal_session"].value)
    held = str(dict(session.items())) + str(session.tokens)
    assert "p2" in held
    assert "access-canary-2" in held
    for trace in ("'p1'", "Patient/p1", "access-canary-1", "refresh-canary-1", "Lovelace"):
        assert trace not in held
    assert access_of(reader).key != first.key


@pytest.mark.parametrize("query", ["?switch=1", "", f"?iss={BASE}&launch=bogus"])
def test_a_link_to_a_launch_ends_nothing(
    reader: Client, agency: Agency, ended: list[str], query: str
) -> None:
    access, cookie = access_of(reader), reader.cookies["portal_session"].value

    agency.launch(reader, query)

    assert "record of p1" in reader.get(f"/record/{access.id}/").content.decode()
    assert (ended, agency.asked(REVOKE)) == ([], [])
    assert reader.cookies["portal_session"].value == cookie


def test_the_new_record_closes_the_old_one_and_says_so_to_the_server(
    reader: Client, agency: Agency, ended: list[str]
) -> None:
    access, cookie = access_of(reader), reader.cookies["portal_session"].value
    agency.token |= {"patient": "p2", "access_token": "access-canary-2", "refresh_token": "refresh-canary-2"}

    opened = agency.sign_in(reader, "?switch=1")

    assert "record of p2" in reader.get(opened["Location"]).content.decode()
    assert reader.get(f"/record/{access.id}/").status_code == 409
    assert ended == [access.cache_id]
    assert [request.body for request in agency.asked(REVOKE)] == [
        "token=refresh-canary-1&token_type_hint=refresh_token",
        "token=access-canary-1&token_type_hint=access_token",
    ]
    assert reader.cookies["portal_session"].value != cookie
    before = Client()
    before.cookies["portal_session"] = cookie
    assert before.get(f"/record/{access.id}/").status_code == 401


def test_the_tokens_that_are_revoked_are_those_that_were_renewed_last(
    browser: Client, agency: Agency
) -> None:
    access_id = open_record(browser, refresh_token="refresh-canary-0", access_token="access-canary-0")
    renewed = browser.get(f"/record/{access_id}/", {"renew": "access-canary-0"}).content.decode()
    agency.token |= {"patient": "p2", "access_token": "access-canary-2", "refresh_token": "refresh-canary-2"}

    agency.sign_in(browser, "?switch=1")

    assert renewed == "access-canary-1"
    assert [str(request.body).split("&")[0] for request in agency.asked(REVOKE)] == [
        "token=refresh-canary-1",
        "token=access-canary-1",
    ]


def test_a_token_that_the_server_gives_once_more_is_not_revoked(reader: Client, agency: Agency) -> None:
    before = access_of(reader).id
    agency.token["access_token"] = "access-canary-2"  # the refresh token stays the same

    opened = agency.sign_in(reader)

    assert before not in opened["Location"]
    assert agency.asked(REVOKE) == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"error": "access_denied"}, "You chose not to share"),
        ({"error": "login_required"}, "The new sign-in did not work"),
        ({"code": "code-canary"}, "did not accept this sign-in"),
    ],
)
def test_a_new_sign_in_that_fails_leaves_the_open_record_open_and_says_so(
    reader: Client, agency: Agency, ended: list[str], answer: dict[str, str], says: str
) -> None:
    address = f"/record/{access_of(reader).id}/"
    state = agency.launch(reader, "?switch=1")["state"]
    agency.token_status, agency.token_body = 400, '{"error": "invalid_grant"}'

    page = reader.get("/auth/callback/", {**answer, "state": state}).content.decode()

    assert says in page
    assert "The record that was open is still open." in page
    assert f'<a class="button" href="{address}">' in page
    assert "You are not signed in" not in page
    assert "record of p1" in reader.get(address).content.decode()
    assert (ended, agency.asked(REVOKE)) == ([], [])


def test_a_new_sign_in_that_fails_says_nothing_of_a_record_where_none_was_open(
    browser: Client, agency: Agency
) -> None:
    state = agency.launch(browser)["state"]

    page = browser.get("/auth/callback/", {"error": "login_required", "state": state}).content.decode()

    assert "You are not signed in" in page
    assert "still open" not in page


def test_a_launch_that_cannot_start_leaves_the_open_record_open(reader: Client, agency: Agency) -> None:
    access = access_of(reader)

    page = reader.get("/auth/launch/?iss=https://evil.example/&launch=x")

    assert "The record that was open is still open." in page.content.decode()
    assert reader.get(f"/record/{access.id}/").status_code == 200


def test_the_reader_is_told_when_another_record_was_wanted_and_the_same_came(
    reader: Client, agency: Agency
) -> None:
    answer = agency.sign_in(reader, "?switch=1")
    page = reader.get(answer["Location"])

    assert answer["Location"] == "/auth/same-record/"
    assert "The same record was opened again" in page.content.decode()
    assert f"/record/{access_of(reader).id}/" in page.content.decode()


def test_signing_in_again_to_the_same_record_needs_no_such_words(reader: Client, agency: Agency) -> None:
    assert agency.sign_in(reader)["Location"].startswith("/record/")


# --- Sign in again
def test_a_refused_token_ends_the_access_and_keeps_the_way_back(browser: Client, ended: list[str]) -> None:
    access_id = open_record(browser)
    cache_id = access_of(browser).cache_id

    page = browser.get(f"/record/{access_id}/vitals/?refused")

    assert page.status_code == 401
    assert "you’ve been signed out" in page.content.decode()
    assert f"next=%2Frecord%2F{access_id}%2Fvitals%2F" in page.content.decode()
    assert ended == [cache_id]
    assert browser.get(f"/record/{access_id}/").status_code == 401


def test_a_refused_fresh_token_may_be_of_another_agency(browser: Client) -> None:
    access_id = open_record(browser, signed_in_seconds_ago=5)

    text = browser.get(f"/record/{access_id}/?refused").content.decode()

    assert "may belong to another agency" in text
    assert "requested from the agency itself" in text
    assert "Nothing in the record has changed." in text
    assert "Nothing was opened" not in text, "pages may have been read before"


def test_a_part_of_a_page_makes_the_whole_page_load_anew(browser: Client) -> None:
    page = browser.get("/record/abc/", headers={"HX-Request": "true"})

    assert page["HX-Refresh"] == "true"


# --- Which record is open
def test_a_page_that_comes_into_view_again_can_ask_whether_its_record_is_still_open(
    reader: Client, agency: Agency
) -> None:
    before = access_of(reader).id
    open_before = reader.get(f"/auth/open/{before}/")
    agency.token["patient"] = "p2"
    agency.sign_in(reader, "?switch=1")
    now = access_of(reader).id

    after_the_switch = [reader.get(f"/auth/open/{one}/") for one in (before, now, "of-last-week")]
    reader.post("/auth/sign-out/")
    after_signing_out = reader.get(f"/auth/open/{now}/")

    assert open_before.status_code == 204
    assert [answer.status_code for answer in after_the_switch] == [409, 204, 409]
    assert after_signing_out.status_code == 401
    for answer in (open_before, *after_the_switch, after_signing_out):
        assert "no-store" in answer["Cache-Control"]
        assert answer.content == b""


def test_asking_whether_a_record_is_open_puts_no_idle_end_off(browser: Client) -> None:
    access_id = open_record(browser)
    soon = timezone.now() + timedelta(seconds=30)
    PatientSession.objects.update(expire_date=soon)

    asked = browser.get(f"/auth/open/{access_id}/")
    end_after_asking = PatientSession.objects.get().expire_date
    browser.get(f"/record/{access_id}/")

    assert asked.status_code == 204
    assert end_after_asking == soon
    assert PatientSession.objects.get().expire_date > soon


def test_a_page_is_told_how_long_its_session_lasts_and_may_put_the_end_off(
    browser: Client, settings: Settings
) -> None:
    access_id = open_record(browser)
    PatientSession.objects.update(expire_date=timezone.now() + timedelta(seconds=110))

    asked = browser.get(f"/auth/open/{access_id}/")
    stayed = browser.post(f"/auth/stay/{access_id}/")

    assert asked.status_code == stayed.status_code == 204
    assert 100 < int(asked["Session-Seconds-Left"]) <= 110
    assert int(stayed["Session-Seconds-Left"]) > settings.SESSION_IDLE_SECONDS - 10
    assert "no-store" in stayed["Cache-Control"]


def test_nobody_stays_signed_in_past_the_longest_life(browser: Client, settings: Settings) -> None:
    access_id = open_record(browser)
    started = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)
    PatientSession.objects.update(started=started, expire_date=timezone.now() + timedelta(seconds=30))

    stayed = browser.post(f"/auth/stay/{access_id}/")

    assert int(stayed["Session-Seconds-Left"]) <= 60


def test_a_tab_of_another_record_or_of_none_keeps_nobody_signed_in(browser: Client) -> None:
    open_record(browser)
    soon = timezone.now() + timedelta(seconds=30)
    PatientSession.objects.update(expire_date=soon)

    of_another = browser.post("/auth/stay/of-last-week/")
    left = PatientSession.objects.get().expire_date
    PatientSession.objects.all().delete()
    of_none = browser.post("/auth/stay/of-last-week/")

    assert (of_another.status_code, of_none.status_code) == (409, 401)
    assert left == soon
    assert browser.get("/auth/stay/of-last-week/").status_code == 405


def test_staying_signed_in_takes_the_pages_own_form(browser: Client) -> None:
    careful = Client(enforce_csrf_checks=True)
    access_id = open_record(careful)

    assert careful.post(f"/auth/stay/{access_id}/").status_code == 403


def test_a_session_of_another_server_has_no_record_open(reader: Client, settings: Settings) -> None:
    address = f"/auth/open/{access_of(reader).id}/"
    assert reader.get(address).status_code == 204

    settings.INSYNC_FHIR_BASE_URL = "https://other.example/fhir/"

    assert reader.get(address).status_code == 401


def test_the_open_records_address_can_be_asked_for(reader: Client, rf: RequestFactory) -> None:
    request = rf.get("/record/")
    assert current_access_id(request) is None
    request.session = SessionStore(reader.cookies["portal_session"].value)

    assert current_access_id(request) == access_of(reader).id


def test_former_addresses_do_not_pile_up() -> None:
    payload: people.Payload = {}
    from smart_auth.servers import configured_server

    for _ in range(40):
        people.put(payload, people.opened(configured_server(), patient="p", scope="", identity=None))

    assert len(payload["former"]) == people.MOST_FORMER


# --- How it ended
def test_an_answer_that_comes_after_signing_out_is_thrown_away(
    reader: Client, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.smart_auth import urls

    address, key = f"/record/{access_of(reader).id}/", reader.cookies["portal_session"].value
    assert "record of p1" in reader.get(address).content.decode()
    monkeypatch.setattr(urls, "meanwhile", lambda: SessionStore(key).flush())

    page = reader.get(address)

    assert page.status_code == 401
    assert "record of p1" not in page.content.decode()
    assert "You have been signed out" in page.content.decode()


@pytest.mark.parametrize("error", ["invalid_grant", "access_denied"])
def test_an_access_that_the_agency_took_back_is_not_told_as_idleness(
    browser: Client, agency: Agency, error: str
) -> None:
    address = f"/record/{open_record(browser, refresh_token='refresh-canary-1')}/?renew=access-canary-1"
    agency.token_status, agency.token_body = 400, json.dumps({"error": error})

    first, second = (browser.get(address).content.decode() for _ in range(2))

    for page in (first, second):
        assert "ended the access to this record" in page
        assert "so that nobody else can read" not in page


def test_after_signing_in_again_nothing_is_said_of_the_end_before(reader: Client, agency: Agency) -> None:
    address = f"/record/{access_of(reader).id}/?renew=access-canary-1"
    agency.token_status, agency.token_body = 400, json.dumps({"error": "invalid_grant"})
    reader.get(address)
    agency.token_status, agency.token_body = 200, None
    agency.sign_in(reader)

    reader.post("/auth/sign-out/")

    assert "ended the access" not in reader.get(address).content.decode()
