"""What is left after signing out, and what is never asked for in the first place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NewReader, Trouble
from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey

Switches = Callable[[], Sequence[dict[str, Any]]]


def test_after_signing_out_the_back_button_shows_nothing_of_the_record(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("medications"))
    assert "portal_session" in {cookie["name"] for cookie in reader.context.cookies()}
    address = reader.path
    medicine = reader.page.locator("ul.rows h3").first.inner_text()

    reader.page.get_by_role("button", name="Sign out").click()
    expect(reader.page.locator("main")).to_contain_text("own sign-in page was told, too")
    assert reader.title() == "You are signed out"
    assert "eyJ" not in reader.page.url + reader.page.content()
    assert "portal_session" not in {cookie["name"] for cookie in reader.context.cookies()}
    reader.look()

    with reader.expecting("status of 401"):
        reader.page.go_back()
        assert reader.title() == "Sign in to read this page"
        words = reader.page.locator("body").inner_text()
        assert "Daniel" not in words
        assert medicine not in words
        assert reader.open(address) == 401
        assert "Daniel" not in reader.page.content()
        reader.look()


def test_signing_out_in_one_tab_ends_the_other(reader: Reader) -> None:
    reader.sign_in("daniel")
    other, first = reader.context.new_page(), reader.page
    other.goto(first.url)

    first.get_by_role("button", name="Sign out").click()

    with reader.expecting("status of 401"):
        other.get_by_role("link", name="Medications").first.click()
        reader.page = other
        assert reader.title() == "Sign in to read this page"


def test_a_tab_that_comes_into_view_after_signing_out_in_another_is_covered(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("medications"))
    other, first = reader.context.new_page(), reader.page
    other.goto(first.url)
    reader.page = other
    reader.comes_back_to_this_tab()
    expect(other.locator(".whose")).to_contain_text("Daniel")

    first.get_by_role("button", name="Sign out").click()
    expect(first.get_by_role("heading", level=1)).to_have_text("You are signed out")
    with reader.expecting("status of 401"):
        reader.comes_back_to_this_tab()
        expect(other.locator(".whose")).to_have_count(0)

    assert reader.title() == "Sign in to read this page"
    assert "Daniel" not in other.content()


def test_whoever_signs_in_again_comes_back_to_the_page_that_was_asked_for(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("conditions"))
    reader.context.clear_cookies()

    with reader.expecting("status of 401"):
        reader.page.reload()
    reader.page.get_by_role("link", name="Sign in", exact=True).click()
    reader.page.locator("button[name=person][value=daniel]").click()
    reader.page.get_by_role("button", name="Allow").click()

    assert reader.title() == "Health conditions"
    assert reader.entries()


def test_what_was_not_shared_is_said_and_never_asked_for(
    reader: Reader, trouble: Trouble, switches: Switches
) -> None:
    trouble(
        {"kind": "status", "on": "MedicationRequest", "times": 1000},
        {"kind": "status", "on": "Medication", "times": 1000},
    )

    reader.sign_in("daniel", untick=["MedicationRequest"])
    assert "Medications: not shared with this app" in reader.words()
    reader.look()
    reader.open(reader.at_section("medications"))

    assert "Medications: not shared with this app" in reader.words()
    assert "There may be something in it" in reader.words()
    assert (
        reader.page.locator("nav.side")
        .get_by_role("link", name="Medications")
        .inner_text()
        .endswith("not shared")
    )
    assert [one["times"] for one in switches()] == [1000, 1000], "not one request of that type was sent"
    reader.look()
    reader.open(reader.at_section("allergies"))
    assert reader.entries()


def test_a_name_that_was_not_shared_is_said_to_be_so(reader: Reader) -> None:
    reader.sign_in("daniel", untick=["Patient"])

    assert "Name not shared with this app" in reader.page.locator("body").inner_text()
    reader.open(reader.at_section("allergies"))
    assert "Penicillin" in reader.words()
    assert "Name not shared with this app" in reader.banner()
    reader.look()


def test_whoever_shares_nothing_reads_nothing_and_is_told_so(reader: Reader) -> None:
    types = ["AllergyIntolerance", "MedicationRequest", "Condition", "Observation", "DocumentReference"]
    reader.sign_in("daniel", untick=types)

    words = reader.words()
    assert words.count("not shared with this app") >= 5
    assert "Nothing came back" not in words
    reader.look()


def test_two_people_at_two_browsers_see_their_own_record_each(new_reader: NewReader) -> None:
    daniel, omar = new_reader(), new_reader()
    daniel.sign_in("daniel")
    omar.sign_in("omar")

    with omar.expecting("status of 409"):
        assert omar.open(daniel.path) == 409
    assert "Daniel" not in omar.page.locator("body").inner_text()
    daniel.page.reload()
    expect(daniel.page.get_by_role("heading", level=1)).to_contain_text("Daniel")


def test_a_reader_takes_the_record_along_without_scripts_and_the_pages_are_for_everybody(
    new_reader: NewReader,
) -> None:
    reader = new_reader(java_script_enabled=False, accept_downloads=True)
    reader.sign_in("daniel")
    reader.open(f"/record/{reader.access}/take/")
    page = reader.page
    page.locator("input[name=for][value=other]").check()
    page.get_by_label("For whom?").fill("Amara Osei, MD")
    page.get_by_role("button", name="Make the file").click()
    assert page.get_by_role("heading", name="It is for somebody else now").is_visible()
    page.get_by_role("button", name="Make the file").click()

    assert page.get_by_role("heading", name="The file", exact=True).is_visible()
    for _look in range(120):
        if page.get_by_text("The file is ready").count():
            break
        page.wait_for_timeout(500)
        page.get_by_role("link", name="See how far it is").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save the PDF").click()
    assert saved.value.path().read_bytes().startswith(b"%PDF")


def test_the_page_where_the_record_is_taken_along_keeps_the_rules(reader: Reader) -> None:
    reader.sign_in("lucia")
    reader.open(f"/record/{reader.access}/take/")
    reader.look()
    reader.open(f"/record/{reader.access}/take/progress/")
    reader.look()
