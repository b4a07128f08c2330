"""Without a mouse, and without a screen."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.journeys.reader import HEIGHT, PHONE, Reader

pytestmark = pytest.mark.journey

MOST_STOPS = 60
IS_IN_MAIN = "document.activeElement.closest('main') !== null"
IS_SEEN = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const style = getComputedStyle(one);
    return box.width > 0 && box.height > 0 && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
}"""


def test_the_first_stop_leads_over_everything_to_the_page_itself(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("medications"))

    reader.page.keyboard.press("Tab")
    skip = reader.page.locator("a.skip")
    expect(skip).to_be_focused()
    box = skip.bounding_box()
    assert box
    assert box["width"] > 40, "it is seen while it has the focus"
    reader.page.keyboard.press("Enter")

    expect(reader.page.locator("main")).to_be_focused()
    reader.page.keyboard.press("Tab")
    assert reader.page.evaluate(IS_IN_MAIN)


def test_every_stop_on_the_way_through_a_page_is_seen(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("allergies"))
    stops: list[str] = []

    for _ in range(MOST_STOPS):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate("document.activeElement === document.body"):
            break
        stop = reader.page.evaluate("document.activeElement.outerHTML.slice(0, 120)")
        assert reader.page.evaluate(IS_SEEN), f"the focus is not seen on {stop}"
        stops.append(reader.page.evaluate("document.activeElement.textContent.trim()"))

    assert stops[0] == "Skip to the page"
    in_order = [stops.index(words) for words in ("Sign out", "Overview", "Penicillin", "Refresh")]
    assert in_order == sorted(in_order)


def test_the_arrow_keys_walk_from_reading_to_reading_of_a_chart_and_each_is_said(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("vitals"))
    reader.page.get_by_role("link", name="Weight", exact=True).first.click()
    walk = reader.page.get_by_role("slider", name="Walk through the readings")
    newest, shown = walk.get_attribute("aria-valuetext"), reader.page.locator("[data-walk-said]").first

    walk.focus()
    reader.page.keyboard.press("ArrowLeft")

    before = walk.get_attribute("aria-valuetext")
    assert newest
    assert before
    assert before != newest
    expect(shown).to_have_text(before)
    assert reader.page.locator(f"svg .here title:text-is('{before}')").count() == 1
    reader.look()


def test_the_menu_of_a_phone_opens_by_keyboard(reader: Reader) -> None:
    reader.sign_in("elena", "maya-ortiz")
    reader.page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    menu = reader.page.locator("details.menu > summary")
    for _ in range(MOST_STOPS):
        reader.page.keyboard.press("Tab")
        if menu.evaluate("one => one === document.activeElement"):
            break
    expect(menu).to_be_focused()
    assert not reader.page.locator("details.menu nav").is_visible()

    reader.page.keyboard.press("Enter")
    expect(reader.page.locator("details.menu nav")).to_be_visible()
    for _ in range(MOST_STOPS):
        reader.page.keyboard.press("Tab")
        if reader.page.evaluate("document.activeElement.textContent.trim()").startswith("Vital signs"):
            break
    reader.page.keyboard.press("Enter")

    reader.page.wait_for_url("**/vitals/")
    assert reader.title() == "Vital signs"


@pytest.mark.parametrize(
    ("slug", "patient", "section", "name"),
    [
        ("daniel", None, "medications", "Daniel James Whitaker, Jr."),
        ("elena", "maya-ortiz", "vitals", "Maya"),
        ("daniel", None, "", "Daniel James Whitaker, Jr."),
    ],
)
def test_every_printed_sheet_names_whose_record_it_is_and_holds_no_navigation(
    reader: Reader, slug: str, patient: str | None, section: str, name: str
) -> None:
    reader.sign_in(slug, patient)
    if section:
        reader.open(reader.at_section(section))
    title = reader.title()

    sheets = print_out(reader)

    assert title in sheets[0]
    for sheet in sheets:
        assert name in sheet
        assert "Harbor Lane Behavioral Health" in sheet
        for left_out in ("Sign out", "Menu", "Skip to the page", "Español", "Open another record", "Refresh"):
            assert left_out not in sheet


def test_an_entry_prints_with_everything_in_it_when_that_is_open(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("allergies"))
    reader.open(reader.entries()[0])
    recorded = reader.page.locator("ul.everything li").count()
    assert recorded > 10
    reader.page.locator("details:has(ul.everything) > summary").click()

    sheets = print_out(reader)

    assert all("Daniel James Whitaker, Jr." in sheet for sheet in sheets)
    label = reader.page.locator("ul.everything li span").last.text_content()
    assert str(label).split()[0] in "".join(sheets)
    assert "Everything in this entry" in "".join(sheets)


def test_a_note_prints_whole(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("documents"))
    for entry in reader.entries():
        reader.open(entry)
        reader.open(reader.files()[0])
        if reader.page.locator(".sheet.reading").count():
            break
    last = reader.page.locator(".sheet.reading").inner_text().split()[-3:]

    sheets = print_out(reader)

    assert all("Daniel James Whitaker, Jr." in sheet for sheet in sheets)
    assert " ".join(last) in " ".join("".join(sheets).split())


def print_out(reader: Reader) -> list[str]:
    """The text of each sheet."""
    pages = PdfReader(io.BytesIO(reader.page.pdf(format="Letter"))).pages
    return [page.extract_text() for page in pages]
