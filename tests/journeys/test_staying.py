"""A word before the idle end. The browser's clock is put forward; how long the session lasts is the server's to say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.conftest import NewReader
from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey


@contextmanager
def nearly_over(page: Page, seconds: int = 110) -> Iterator[None]:
    """The server says that the session ends so soon."""

    def answer(route: Route) -> None:
        route.fulfill(status=204, headers={"Session-Seconds-Left": str(seconds)})

    page.route("**/auth/open/**", answer)
    yield
    page.unroute("**/auth/open/**")


@pytest.fixture
def reading(reader: Reader) -> Reader:
    """Somebody in a record, whose clock can be put forward."""
    reader.sign_in("daniel")
    reader.page.clock.install()
    reader.open(reader.at_section("medications"))
    return reader


def test_before_the_idle_end_a_notice_offers_to_stay_and_takes_no_focus(reading: Reader) -> None:
    page = reading.page
    notice = page.locator(".leaving")
    here = page.locator("ul.rows h3 a").first
    here.focus()
    expect(notice).to_be_hidden()

    with nearly_over(page):
        page.clock.fast_forward("13:00")
        expect(notice).to_be_visible()

    expect(here).to_be_focused()
    expect(page.locator("[data-idle-said]")).to_contain_text(
        "This record closes soon. Nothing was clicked here"
    )
    reading.look()
    assert page.evaluate("getComputedStyle(document.querySelector('.leaving')).position") == "fixed"

    stay = page.get_by_role("button", name="Stay signed in")
    stay.focus()
    with page.expect_response(lambda answer: "/auth/stay/" in answer.url) as stayed:
        page.keyboard.press("Enter")
    assert stayed.value.status == 204
    expect(notice).to_be_hidden()
    expect(here).to_be_focused()
    expect(page.locator("[data-idle-said]")).to_have_text("Still signed in.")


def test_a_click_in_another_tab_takes_the_notice_away(reading: Reader) -> None:
    page = reading.page
    with nearly_over(page):
        page.clock.fast_forward("13:00")
        expect(page.locator(".leaving")).to_be_visible()

    page.clock.fast_forward("00:20")

    expect(page.locator(".leaving")).to_be_hidden()
    expect(page.locator(".whose")).to_contain_text("Daniel")


def test_a_page_that_is_left_alone_is_covered_when_the_session_is_over(reading: Reader) -> None:
    page = reading.page
    with nearly_over(page):
        page.clock.fast_forward("13:00")
        expect(page.locator(".leaving")).to_be_visible()

    reading.context.clear_cookies()
    with reading.expecting("status of 401"):
        page.clock.fast_forward("02:00")
        expect(page.locator(".whose")).to_have_count(0)

    assert reading.title() == "Sign in to read this page"
    assert "Daniel" not in page.content()


def test_after_a_sleep_without_a_connection_a_page_whose_time_is_over_is_covered_at_once(
    reading: Reader,
) -> None:
    page, name = reading.page, reading.page.locator(".whose")
    expect(name).to_be_visible()
    reading.context.set_offline(True)

    page.clock.set_system_time(page.evaluate("Date.now()") + 16 * 60 * 1000)  # no timer has run meanwhile
    with reading.expecting("ERR_INTERNET_DISCONNECTED"):
        page.evaluate("document.dispatchEvent(new Event('resume'))")

        expect(name).to_be_hidden()
        expect(page.locator(".covering")).to_contain_text("this page is covered")
        page.emulate_media(media="print")
        expect(name).to_be_hidden()
        page.emulate_media(media="screen")

    reading.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(name).to_be_visible()  # the server says that it goes on
    expect(page.locator(".covering")).to_be_hidden()


def test_after_a_sleep_a_page_whose_session_is_over_asks_to_sign_in(reading: Reader) -> None:
    page = reading.page
    reading.context.clear_cookies()

    with reading.expecting("status of 401"):
        page.clock.set_system_time(page.evaluate("Date.now()") + 16 * 60 * 1000)
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
        expect(page.locator(".whose")).to_have_count(0)

    assert reading.title() == "Sign in to read this page"


def test_who_cannot_stay_any_longer_is_told_so(reading: Reader) -> None:
    page = reading.page
    page.route(
        "**/auth/stay/**", lambda route: route.fulfill(status=204, headers={"Session-Seconds-Left": "60"})
    )
    with nearly_over(page):
        page.clock.fast_forward("13:00")

        page.get_by_role("button", name="Stay signed in").click()

        expect(page.locator(".leaving")).to_contain_text("Nobody can stay signed in for longer than this")
        expect(page.get_by_role("button", name="Stay signed in")).to_be_hidden()


def test_without_scripts_there_is_no_notice(new_reader: NewReader) -> None:
    reader = new_reader(java_script_enabled=False)
    reader.sign_in("daniel")

    expect(reader.page.locator("main")).to_contain_text("You are signed in as Daniel")
    expect(reader.page.locator(".leaving")).to_be_hidden()
