"""How pages are set: what is easy to hit, stays whole and fits, at every size of a window."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Trouble
from tests.journeys.reader import HEIGHT, NARROW, PHONE, WIDE, Reader

pytestmark = pytest.mark.journey

EASY_TO_HIT = 36
"""Pixels; with a finger 44, WCAG asks for 24."""

LOW = 600
"""A window in which no menu of a full record stands whole."""

LOWEST_LINK = "Math.min(...[...document.querySelectorAll('.side a')].map(one => one.offsetHeight))"
IS_IN_SIGHT = """() => {
    const box = document.querySelector(".side [aria-current]").getBoundingClientRect();
    return box.top >= 0 && box.bottom <= innerHeight;
}"""
BROKEN_DATES = """() => [...document.querySelectorAll("main :is(.aside, .say, .head, .date) time")]
    .filter(one => one.getClientRects().length > 1
        || one.offsetHeight > 1.7 * parseFloat(getComputedStyle(one).fontSize))
    .map(one => one.textContent)"""
DATES = "document.querySelectorAll('main :is(.aside, .say, .head, .date) time').length"
CUT_OFF = (
    """() => [...document.querySelectorAll("main .table")].some(one => one.scrollWidth > one.clientWidth)"""
)


def test_a_menu_longer_than_the_window_is_easy_to_hit_and_shows_where_one_is(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.page.set_viewport_size({"width": WIDE, "height": LOW})

    for slug in ("allergies", "timeline", "people"):
        reader.open(reader.at_section(slug))
        assert reader.page.evaluate(IS_IN_SIGHT), slug
        assert reader.page.evaluate(LOWEST_LINK) >= EASY_TO_HIT, slug
        assert reader.page.evaluate("scrollY") == 0, "the page itself stays at its head"


@pytest.mark.parametrize("width", [WIDE, PHONE])
def test_no_date_is_broken_over_two_lines(reader: Reader, width: int) -> None:
    reader.sign_in("daniel")
    reader.page.set_viewport_size({"width": width, "height": HEIGHT})

    for slug in ("medications", "documents", "timeline", "vitals"):
        reader.open(reader.at_section(slug))
        assert reader.page.evaluate(DATES) > 0, slug
        assert reader.page.evaluate(BROKEN_DATES) == [], slug


@pytest.mark.parametrize("width", [PHONE, NARROW])
def test_the_receipt_is_read_on_a_phone_without_scrolling_sideways(reader: Reader, width: int) -> None:
    reader.sign_in("daniel")
    reader.page.set_viewport_size({"width": width, "height": HEIGHT})
    reader.open(reader.at_section("receipt"))

    row = reader.page.get_by_role("row").filter(has=reader.page.get_by_role("rowheader", name="Allergies"))

    assert not reader.page.evaluate(CUT_OFF)
    assert row.get_by_role("cell").count() == 4, "it is a table still"


def test_the_first_heading_of_a_page_is_its_own_and_the_menu_is_named_lists(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("laboratory"))

    headings = reader.page.get_by_role("heading").all_inner_texts()
    menu = reader.page.get_by_role("navigation", name="This record")

    assert headings[0] == "Laboratory results"
    assert menu.get_by_role("list", name="Health now").get_by_role("link", name="Medications").is_visible()


def test_a_table_that_need_not_scroll_is_no_stop_of_its_own(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("laboratory"))
    tables = reader.page.get_by_role("table", name="Urinalysis, table")

    tables.get_by_role("link", name="Color of urine").focus()
    reader.page.keyboard.press("Shift+Tab")

    assert reader.page.evaluate("document.activeElement.textContent") == "Urinalysis"


@pytest.mark.parametrize("width", [WIDE, 1000, PHONE])
def test_no_newest_reading_runs_into_its_date(reader: Reader, width: int) -> None:
    reader.sign_in("elena", "maya-ortiz")
    reader.page.set_viewport_size({"width": width, "height": HEIGHT})
    reader.open(reader.at_section("vitals"))
    values = reader.page.locator(".measures .value")

    assert "percentile 45" in values.all_inner_texts()
    assert all(values.evaluate_all("all => all.map(one => one.scrollWidth <= one.clientWidth)"))


def test_a_notice_does_not_lie_over_what_stands_below_it(reader: Reader, trouble: Trouble) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("medications"))
    trouble({"kind": "status", "status": 503, "on": "MedicationRequest"})
    reader.page.get_by_role("link", name="Refresh").click()

    notice = reader.page.locator("#list > .gap").bounding_box()
    chips = reader.page.locator("#list > .chips").bounding_box()

    assert notice
    assert chips
    assert notice["y"] + notice["height"] < chips["y"]
