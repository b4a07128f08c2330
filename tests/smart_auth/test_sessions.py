"""What the database keeps of a session: nothing that anybody can read or use."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from smart_auth import people, vault
from smart_auth.models import PatientSession
from smart_auth.renewal import TokenSet
from smart_auth.sessions import SessionGone, SessionStore
from tests.smart_auth.agency import Agency
from tests.smart_auth.signing_in import open_record


def dump() -> str:
    """Everything in every table, as text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - the names are the database's own
            found.append(f"{table}: {cursor.fetchall()}")
    return "\n".join(found)


def key_of(browser: Client) -> str:
    return browser.cookies["portal_session"].value


# --- At rest
def test_a_dump_of_the_database_holds_no_token_no_name_and_no_session_key(
    reader: Client, agency: Agency
) -> None:
    agency.launch(Client())

    text = dump()

    assert PatientSession.objects.count() == 2
    assert "smart_auth_patientsession" in text
    for canary in (
        "access-canary",
        "refresh-canary",
        "Lovelace",
        "Patient/p1",
        key_of(reader),
        "code_verifier",
    ):
        assert canary not in text


def test_the_payload_and_the_tokens_are_sealed_for_their_own_row_and_column(reader: Client) -> None:
    row = PatientSession.objects.get()

    assert b"refresh-canary-1" in vault.unseal(row.tokens, place=f"{row.pk}:tokens")
    with pytest.raises(vault.Unreadable):
        vault.unseal(row.tokens, place=f"{row.pk}:session_data")
    with pytest.raises(vault.Unreadable):
        vault.unseal(row.tokens, place="another row:tokens")


def test_tokens_moved_into_another_session_open_nothing(reader: Client, agency: Agency) -> None:
    victim = PatientSession.objects.get()
    other = Client()
    address = agency.sign_in(other)["Location"]

    PatientSession.objects.exclude(pk=victim.pk).update(tokens=victim.tokens)

    assert other.get(address).status_code == 401


def test_a_new_key_writes_and_an_old_one_still_reads(reader: Client, settings: Settings) -> None:
    new, old = bytes(range(100, 132)), settings.SESSION_KEYS[0]
    session = SessionStore(key_of(reader))

    settings.SESSION_KEYS = [new, old]
    assert people.current(dict(session.items())) is not None
    session.save()
    row = PatientSession.objects.get()
    settings.SESSION_KEYS = [new]

    assert b"Lovelace" in vault.unseal(row.session_data, place=f"{row.pk}:session_data")
    with pytest.raises(vault.Unreadable):
        vault.unseal(row.tokens, place=f"{row.pk}:tokens")


def test_a_session_whose_key_was_withdrawn_is_over(reader: Client, settings: Settings) -> None:
    address = f"/record/{people.current(dict(SessionStore(key_of(reader)).items())).id}/"  # type: ignore[union-attr]
    assert reader.get(address).status_code == 200

    settings.SESSION_KEYS = [bytes(range(100, 132))]

    assert reader.get(address).status_code == 401


@pytest.mark.parametrize("text", ["", "x", "not base64 ü", "AAAA", "A" * 64])
def test_what_was_never_sealed_is_unreadable(text: str) -> None:
    with pytest.raises(vault.Unreadable):
        vault.unseal(text, place="a:b")


def test_the_same_content_never_looks_the_same_twice() -> None:
    assert vault.seal(b"x", place="a:b") != vault.seal(b"x", place="a:b")


# --- Tokens are nobody's by-catch
def test_an_ordinary_save_does_not_bring_an_old_token_back(reader: Client) -> None:
    slow_page = SessionStore(key_of(reader))
    slow_page["anything"] = 1
    assert slow_page.tokens is not None
    with SessionStore(key_of(reader)).locked() as held:
        held.tokens = asdict(TokenSet(**held.tokens or {})) | {"refresh_token": "rotated"}

    slow_page.save()

    after = SessionStore(key_of(reader))
    assert after["anything"] == 1
    assert (after.tokens or {})["refresh_token"] == "rotated"


def test_an_exception_under_the_lock_undoes_everything(reader: Client) -> None:
    def fail() -> None:
        with SessionStore(key_of(reader)).locked() as held:
            held.payload["changed"] = True
            held.tokens = None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    after = SessionStore(key_of(reader))
    assert "changed" not in after
    assert after.tokens is not None


def test_a_session_that_ended_cannot_be_locked_or_saved(reader: Client) -> None:
    session = SessionStore(key_of(reader))
    assert session.tokens is not None
    SessionStore(key_of(reader)).delete()

    with pytest.raises(SessionGone), session.locked():
        pass
    with pytest.raises(UpdateError):
        session.save()


# --- Fixation
def test_signing_in_changes_the_session_key_and_kills_the_old_one(browser: Client, agency: Agency) -> None:
    agency.launch(browser)
    planted = key_of(browser)

    opened = agency.sign_in(browser)

    thief = Client()
    thief.cookies["portal_session"] = planted
    assert key_of(browser) != planted
    assert browser.get(opened["Location"]).status_code == 200
    assert thief.get(opened["Location"]).status_code == 401
    assert not SessionStore().exists(planted)


def test_a_key_that_the_portal_never_gave_out_is_not_taken_over(browser: Client, agency: Agency) -> None:
    browser.cookies["portal_session"] = "a" * 32

    agency.launch(browser)

    assert key_of(browser) != "a" * 32


def test_nothing_of_the_session_before_comes_along(browser: Client, agency: Agency) -> None:
    agency.launch(browser)
    session = SessionStore(key_of(browser))
    session["before"] = "left by somebody"
    session.save()

    agency.sign_in(browser)

    assert set(SessionStore(key_of(browser)).keys()) == {"access", "agency", "former", "overtaken", "used"}


# --- The cookie
def test_the_cookie_holds_the_key_alone_and_scripts_cannot_read_it(reader: Client) -> None:
    cookie = reader.cookies["portal_session"]

    assert len(cookie.value) == 32
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
    assert not cookie["max-age"]


# --- Ends
def test_an_idle_session_ends_and_a_busy_one_goes_on(browser: Client, settings: Settings) -> None:
    address = f"/record/{open_record(browser)}/"
    row = PatientSession.objects.get()
    nearly = timezone.now() + timedelta(seconds=20)
    PatientSession.objects.update(expire_date=nearly)

    assert browser.get(address).status_code == 200
    row.refresh_from_db()
    assert row.expire_date - timezone.now() > timedelta(seconds=settings.SESSION_IDLE_SECONDS - 60)

    PatientSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    page = browser.get(address)
    assert page.status_code == 401
    assert "signed out" in page.content.decode()


def test_the_idle_end_is_put_off_without_a_write_for_every_page(browser: Client) -> None:
    address = f"/record/{open_record(browser)}/"

    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200

    # The session is read, and once more looked for before its page goes out: somebody may have signed out meanwhile.
    assert [query["sql"].split()[0] for query in asked] == ["SELECT", "SELECT"]


def test_however_busy_a_session_ends_after_its_longest_life(browser: Client, settings: Settings) -> None:
    address = f"/record/{open_record(browser)}/"
    started = timezone.now() - timedelta(seconds=settings.SESSION_COOKIE_AGE - 30)
    PatientSession.objects.update(started=started, expire_date=timezone.now() + timedelta(seconds=10))

    browser.get(address)

    end = PatientSession.objects.get().expire_date
    assert end <= started + timedelta(seconds=settings.SESSION_COOKIE_AGE)


def test_expired_rows_are_deleted_by_the_command_and_by_the_next_sign_in(browser: Client) -> None:
    def leave_one() -> None:
        open_record(Client())
        PatientSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

    leave_one()
    call_command("clearsessions")
    assert PatientSession.objects.count() == 0

    leave_one()
    open_record(browser)
    assert PatientSession.objects.count() == 1


def test_beginnings_of_sign_ins_do_not_pile_up(
    db: None, agency: Agency, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody may ask for one, without signing in ever."""
    cleared: list[float] = []
    monkeypatch.setattr("smart_auth.sessions._cleared", cleared)

    def visit() -> None:
        assert Client().get("/auth/launch/").status_code == 302

    visit()
    assert cleared
    PatientSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    visit()
    assert PatientSession.objects.count() == 2  # not at each of them
    cleared[:] = [cleared[0] - 61]
    visit()

    assert PatientSession.objects.count() == 2
    assert PatientSession.objects.filter(expire_date__gt=timezone.now()).count() == 2


def test_a_session_in_which_nobody_signed_in_is_short_whatever_the_idle_time_is(
    db: None, agency: Agency, settings: Settings
) -> None:
    settings.SESSION_IDLE_SECONDS = 3600
    Client().get("/auth/launch/")
    begun = PatientSession.objects.get()
    reader = Client()
    open_record(reader)
    reader.get("/record/")
    opened = PatientSession.objects.exclude(pk=begun.pk).get()

    assert timedelta(minutes=10) < begun.expire_date - timezone.now() <= timedelta(minutes=15)
    assert opened.expire_date - timezone.now() > timedelta(minutes=55)


def test_a_page_without_a_session_makes_none(browser: Client) -> None:
    assert browser.get("/record/x/").status_code == 401

    assert PatientSession.objects.count() == 0
    assert not browser.cookies.get("portal_session")
