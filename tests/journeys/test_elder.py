"""Walter's record is thirty years long: what is newest comes at once, the rest by itself or on request."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewReader
from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey


def test_the_rest_of_a_long_list_arrives_by_itself(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.look()

    reader.open(reader.at_section("vitals"))

    assert len(reader.entries()) >= 50
    expect(reader.page.locator(".rest")).to_have_count(0, timeout=60_000)
    assert reader.statuses[reader.at_section("vitals/rest")] == 200
    place = reader.page.locator("nav.pages p").inner_text()
    counted = re.fullmatch(r"1 to 50 of ([\d,]+), newest first", place)
    assert counted, place
    assert int(counted[1].replace(",", "")) > 1_000
    reader.look()


def test_without_javascript_the_rest_of_a_long_list_is_a_link(new_reader: NewReader) -> None:
    reader = new_reader(java_script_enabled=False)
    reader.sign_in("walter")
    reader.open(reader.at_section("medications"))
    assert reader.page.locator(".rest").count() == 1

    for _ in range(20):
        if not reader.page.locator(".rest").count():
            break
        reader.page.get_by_role("link", name="Load the rest").click()

    assert reader.page.locator(".rest").count() == 0
    assert reader.title() == "Medications"
    assert re.search(r"1 to \d+ of \d+", reader.page.locator("nav.pages p").inner_text())
    assert reader.page.locator(".whose").count() == 1, "it is a whole page"


def test_a_long_list_is_paged_from_newest_to_oldest_and_back(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.open(reader.at_section("documents"))
    expect(reader.page.locator(".rest")).to_have_count(0, timeout=60_000)
    first = reader.entries()

    reader.page.get_by_role("link", name="Older").click()

    second = reader.entries()
    assert len(second) == 50
    assert not set(first) & set(second)
    assert reader.page.locator("nav.pages p").inner_text().startswith("51 to 100 of")
    reader.look()

    reader.page.get_by_role("link", name="Newer").click()

    assert reader.entries() == first


def test_every_page_of_a_long_list_shows_what_the_others_do_not(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.open(reader.at_section("documents"))
    expect(reader.page.locator(".rest")).to_have_count(0, timeout=60_000)
    seen = reader.entries()
    place = re.search(r" of ([\d,]+),", reader.page.locator("nav.pages p").inner_text())
    assert place
    total = int(place[1].replace(",", ""))

    while (older := reader.page.get_by_role("link", name="Older")).count():
        older.click()
        seen += reader.entries()

    assert len(seen) == len(set(seen)) == total


def test_the_measures_of_a_long_record_have_pages_too(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.open(reader.at_section("vitals"))
    expect(reader.page.locator(".rest")).to_have_count(0, timeout=60_000)

    reader.page.get_by_role("link", name="Blood pressure", exact=False).first.click()
    reader.page.wait_for_url("**/measure/**")

    assert reader.title() == "Blood pressure"
    assert len(reader.entries()) == 50
    reader.page.get_by_role("link", name="Older").click()
    assert reader.title() == "Blood pressure"
    assert reader.page.locator("nav.pages p").inner_text().startswith("51 to 100 of")
    reader.look()
