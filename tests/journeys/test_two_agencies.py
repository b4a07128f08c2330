"""Somebody with records at two agencies in one portal: finds each, signs in, switches, and tries to mix them up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.conftest import SECONDS
from tests.journeys.reader import HEIGHT, PHONE, WIDE, Reader
from tests.servers import Servers, start_two_agencies

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def two(chromium: str) -> Iterator[Servers]:
    """Both agencies of the demo server in one portal."""
    with start_two_agencies() as servers:
        yield servers


@pytest.fixture
def page(browser: Browser, two: Servers) -> Iterator[Page]:
    """A page of a browser of its own."""
    context = browser.new_context(viewport={"width": WIDE, "height": HEIGHT}, locale="en-US")
    context.set_default_timeout(SECONDS * 1000)
    yield context.new_page()
    context.close()


def sign_in(page: Page, person: str) -> str:
    """From an agency's own page to the open record. Returns its address."""
    page.locator("a.button", has_text="Sign in at").click()
    page.locator(f'button[name=person][value="{person}"]').click()
    page.locator('button[value="allow"]').click()
    page.wait_for_url(re.compile(r"/record/[^/]+/$"))
    return page.url


def test_two_agencies_are_found_opened_one_at_a_time_and_never_mixed_up(page: Page, two: Servers) -> None:
    page.goto(two.portal)
    assert "Harbor" not in page.locator("main").inner_text()
    page.get_by_role("searchbox").fill("quincy")
    page.get_by_role("button", name="Find it").click()
    assert "quincy" not in page.url
    page.get_by_text("Remember my agency on this device").click()
    page.locator('button[value="harbor-lane"]').click()
    first = sign_in(page, "daniel")

    assert "Prairie Star" not in page.locator("body").inner_text()
    assert "Monday to Friday, 8 AM to 6 PM" in page.locator("footer").inner_text()
    page.goto(f"{first}allergies/")
    assert "not given here" not in page.locator("main").inner_text()

    # The other agency, while the first record is open.
    page.goto(two.portal)
    assert "A record is open here now" in page.locator("main").inner_text()
    page.get_by_role("searchbox").fill("prairiestar.example")
    page.get_by_role("button", name="Find it").click()
    page.locator('button[value="prairie-star"]').first.click()
    assert "A record is open at Harbor Lane Behavioral Health" in page.locator("main").inner_text()
    second = sign_in(page, "daniel")

    assert "of Prairie Star" in page.locator("body").inner_text()
    assert "Every day, 7 AM to 7 PM" in page.locator("footer").inner_text()
    page.goto(f"{second}documents/")
    assert "not given here" in page.locator("main").inner_text()
    page.goto(f"{second}allergies/")
    assert "Penicillin" not in page.locator("main").inner_text()

    # A tab that was left open on the first.
    answer = page.goto(f"{first}allergies/")
    assert answer is not None
    assert answer.status == 409
    assert "of Prairie Star" not in page.locator("main").inner_text()

    # An answer of the second agency's sign-in page at the first one's callback.
    page.goto(f"{two.portal}/auth/launch/prairie-star/?switch=1")
    state = re.search(r"state=([^&]+)", page.url)
    assert state is not None
    page.goto(f"{two.portal}/auth/callback/?code=anything&state={state[1]}")
    assert "another sign-in page" in page.locator("main").inner_text()
    assert "The record that was open is still open." in page.locator("main").inner_text()


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_finding_an_agency_is_easy_to_read_and_works_without_javascript(
    browser: Browser, two: Servers, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": HEIGHT}, java_script_enabled=False)
    page = context.new_page()
    page.goto(two.portal)
    page.get_by_role("searchbox").fill("prairy star")
    page.get_by_role("button", name="Find it").click()
    page.get_by_role("button", name="prairie star").click()
    assert page.locator('button[value="prairie-star"]').is_visible()
    context.close()


def test_the_pages_of_finding_hold_the_rules_of_accessibility(browser: Browser, two: Servers) -> None:
    context = browser.new_context(
        viewport={"width": PHONE, "height": HEIGHT}, locale="en-US", reduced_motion="reduce"
    )
    reader = Reader.at(context, two)
    for place in ("/", "/agencies/", "/agencies/harbor-lane/", "/agencies/prairie-star/"):
        reader.page.goto(two.portal + place)
        reader.look()
    context.close()
