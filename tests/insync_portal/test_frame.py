"""What every answer carries, and what a reader sees when something is wrong."""

from __future__ import annotations

import logging
import re

import pytest
from django.http import HttpRequest
from django.template import loader
from django.test import Client, RequestFactory
from pytest_django import Settings

from insync_portal import errors
from insync_portal.middleware import ALPHABET, new_request_id

REQUEST_ID = re.compile(rf"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")
PAGES = ["/", "/help/", "/accessibility/", "/privacy/"]
FAILING = {"/fault/": 500, "/refuse/": 403, "/suspect/": 400, "/nowhere/": 404}


@pytest.fixture
def browser(settings: Settings) -> Client:
    """A browser at a portal that has some failing pages beside its own."""
    settings.ROOT_URLCONF = "tests.insync_portal.failing_urls"
    return Client(raise_request_exception=False)


@pytest.mark.parametrize("address", [*PAGES, *FAILING, "/static/portal.css"])
def test_every_answer_carries_the_headers_that_keep_a_record_safe(browser: Client, address: str) -> None:
    answer = browser.get(address)

    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]
    assert REQUEST_ID.fullmatch(answer["X-Request-Id"])


@pytest.mark.parametrize("address", [*PAGES, *FAILING])
def test_no_page_may_be_kept_by_a_cache(browser: Client, address: str) -> None:
    assert browser.get(address)["Cache-Control"] == "no-store"


def test_a_page_that_says_itself_how_long_it_may_be_kept_is_heard(browser: Client) -> None:
    assert browser.get("/kept/")["Cache-Control"] == "private, max-age=60"


@pytest.mark.parametrize("address", PAGES)
def test_public_pages_set_no_session_and_ask_no_database(browser: Client, address: str) -> None:
    answer = browser.get(address)

    assert answer.status_code == 200
    assert "portal_session" not in answer.cookies


def test_each_request_has_a_name_of_its_own_that_can_be_read_out() -> None:
    names = {new_request_id() for _ in range(500)}

    assert len(names) == 500
    assert all(REQUEST_ID.fullmatch(name) for name in names)
    assert not set("01OIL") & set("".join(names))


def test_a_name_that_the_request_brings_is_not_taken_over(browser: Client) -> None:
    answer = browser.get("/help/", headers={"X-Request-Id": "forged\nline"})

    assert REQUEST_ID.fullmatch(answer["X-Request-Id"])


@pytest.mark.parametrize(("address", "status"), FAILING.items())
def test_an_error_page_says_what_happened_what_to_do_and_the_requests_name(
    browser: Client, address: str, status: int
) -> None:
    answer = browser.get(address)
    page = answer.content.decode()

    assert answer.status_code == status
    assert "<h1" in page
    assert answer["X-Request-Id"] in page
    assert 'href="/"' in page


def test_an_error_page_says_that_the_record_is_safe_and_nothing_of_the_fault(browser: Client) -> None:
    page = browser.get("/fault/").content.decode()

    assert "Your record is safe" in page
    assert "Whitfield" not in page
    assert "ValueError" not in page


def test_a_fault_is_logged_by_its_place_and_without_its_values(
    browser: Client, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    from insync_portal.logs import OneLine

    answer = browser.get("/fault/?code=secret")

    [record] = [record for record in caplog.records if record.name == "django.request"]
    line = OneLine().format(record)
    assert line.split(" ")[2] == answer["X-Request-Id"]
    assert "ValueError at tests/insync_portal/failing_urls.py" in line
    assert "/fault/" in line
    assert "Whitfield" not in line
    assert "secret" not in line
    assert answer.status_code == 500


def test_a_host_that_is_not_ours_is_refused_in_words(browser: Client) -> None:
    answer = browser.get("/help/", headers={"Host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()
    assert "<h1" in answer.content.decode()


def test_a_form_from_elsewhere_is_refused_in_words(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.insync_portal.failing_urls"

    answer = Client(enforce_csrf_checks=True).post("/form/")

    assert answer.status_code == 403
    assert "load the page again" in answer.content.decode()


@pytest.mark.parametrize("address", ["/", "/help/", "/signed-out/", "/record/a/", "/record/a/allergies/"])
@pytest.mark.parametrize("method", ["post", "put"])
def test_a_page_that_is_only_read_says_so_to_whoever_sends_it_something(address: str, method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(address)

    said = answer.content.decode()
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert "Nothing can be sent to this page" in said
    assert "open for too long" not in said


@pytest.mark.parametrize(
    "address", ["/language/", "/auth/sign-out/", "/record/a/search/", "/record/a/units/"]
)
def test_a_form_of_an_old_tab_says_that_the_page_was_open_for_too_long(address: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(address)

    assert answer.status_code == 403
    assert "open for too long" in answer.content.decode()


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_error_page_speaks_even_where_the_templates_do_not(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    def broken(*args: object, **options: object) -> str:
        raise RuntimeError("no template works")

    monkeypatch.setattr(loader, "render_to_string", broken)
    request = rf.get("/")
    request.request_id = "H7K2-94QD"  # type: ignore[attr-defined]

    answer = HANDLERS[status](request)

    assert answer.status_code == status
    assert "<h1>" in answer.content.decode()
    assert "H7K2-94QD" in answer.content.decode()
    assert "style=" not in answer.content.decode()


HANDLERS = {
    400: lambda request: errors.bad_request(request, None),
    403: lambda request: errors.forbidden(request, None),
    404: lambda request: errors.not_found(request, None),
    500: errors.server_error,
}


def test_an_error_page_speaks_even_where_the_context_breaks(rf: RequestFactory, settings: Settings) -> None:
    del settings.AGENCY_NAME

    answer = errors.server_error(rf.get("/"))

    assert answer.status_code == 500
    assert "Your record is safe" in answer.content.decode()


def test_the_plain_page_escapes_what_it_is_given() -> None:
    page = errors.plain(
        {"title": "<b>", "what_happened": "a & b", "what_to_do": "c", "request_id": "<script>"}
    )

    assert "&lt;b&gt;" in page
    assert "a &amp; b" in page
    assert "<script>" not in page


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_both_checks_say_ok_without_a_redirect_whatever_host_they_are_asked_by(
    client: Client, settings: Settings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True

    answer = client.get(path, headers={"Host": "10.0.0.7:8000"})

    assert answer.status_code == 200
    assert answer.content == b"ok\n"


def test_where_the_sessions_cannot_be_reached_a_process_is_alive_and_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import OperationalError

    from insync_portal import pages

    class Gone:
        def cursor(self) -> None:
            raise OperationalError("password=secret")

    monkeypatch.setattr(pages, "connection", Gone())

    with caplog.at_level(logging.ERROR):
        answer, alive = client.get("/readyz"), client.get("/healthz")

    assert (answer.status_code, alive.status_code) == (503, 200)
    assert "database" in caplog.text
    assert "secret" not in caplog.text


def test_a_database_that_does_not_answer_is_told_on_every_page_and_once_a_minute_in_the_log(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import InterfaceError, OperationalError

    from insync_portal import errors
    from smart_auth.sessions import SessionStore

    monkeypatch.setattr(errors, "_last_line", [])
    client.cookies["portal_session"] = "a" * 32
    answers = []
    for trouble in (OperationalError("no answer"), InterfaceError("gone"), OperationalError("no answer")):

        def load(_session: SessionStore, trouble: Exception = trouble) -> None:
            raise trouble

        monkeypatch.setattr(SessionStore, "load", load)
        answers.append(client.get("/record/x/allergies/"))

    for answer in answers:
        page = answer.content.decode()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
        assert "The record is safe" in page
        assert "617-555-0142" in page
        assert answer.headers["Cache-Control"] == "no-store"
    assert [line.levelname for line in caplog.records].count("ERROR") == 1


def test_a_session_that_cannot_be_stored_is_told_like_any_that_cannot_be_read(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.contrib.sessions.middleware import SessionMiddleware
    from django.db import OperationalError

    def process_response(*_answer: object) -> None:
        raise OperationalError("no answer")

    monkeypatch.setattr(SessionMiddleware, "process_response", process_response)

    assert client.get("/help/").status_code == 503


def test_signing_out_while_the_sessions_cannot_be_reached_makes_the_browser_forget_its_own(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.db import OperationalError

    from smart_auth.sessions import SessionStore

    def not_reached(_session: SessionStore) -> None:
        raise OperationalError("no answer")

    monkeypatch.setattr(SessionStore, "load", not_reached)
    monkeypatch.setattr(SessionStore, "locked", not_reached)
    client.cookies["portal_session"] = "a" * 32

    answer = client.post("/auth/sign-out/")

    assert answer.status_code == 503
    assert "This browser is signed out" in answer.content.decode()
    assert answer.cookies["portal_session"]["max-age"] == 0
    assert "cookies" in answer.headers["Clear-Site-Data"]


def test_the_context_knows_whose_portal_this_is(rf: RequestFactory, settings: Settings) -> None:
    from insync_portal.context import portal

    settings.AGENCY_NAME, settings.IS_DEMO = "Cedar House", True
    request: HttpRequest = rf.get("/")

    known = portal(request)["portal"]

    assert (known.agency_name, known.is_demo) == ("Cedar House", True)
