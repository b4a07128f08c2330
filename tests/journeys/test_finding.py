"""Walking over a whole record: the timeline, the search, the receipt, a part of a long list, other units."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import NewReader, Trouble
from tests.journeys.reader import PHONE, Reader

pytestmark = pytest.mark.journey


def settled(reader: Reader) -> None:
    """Waits until nothing of the whole record is on its way."""
    expect(reader.page.locator(".rest")).to_have_count(0, timeout=60_000)


def unfold(reader: Reader) -> None:
    """Opens what narrows and sorts a list."""
    reader.page.get_by_text("Filter and sort", exact=True).click()


def choose(reader: Reader, label: str, words: re.Pattern[str]) -> None:
    """Chooses the first option with these words, and sends the form, which may be folded."""
    field = reader.page.get_by_label(label, exact=True)
    if not field.is_visible():
        unfold(reader)
    option = field.locator("option", has_text=words).first
    field.select_option(value=option.get_attribute("value"))
    field.locator("xpath=ancestor::form").get_by_role("button").click()


def test_a_long_record_can_be_walked_by_date_and_by_section(new_reader: NewReader) -> None:
    for width in (1280, PHONE):
        reader = new_reader(viewport={"width": width, "height": 900})
        reader.sign_in("walter")
        reader.open(reader.at_section("timeline"))
        settled(reader)
        reader.look()

        choose(reader, "Year", re.compile(r"^2019 "))

        settled(reader)
        headings = reader.page.locator("main h2").all_inner_texts()
        assert "2019" in headings
        assert not {"2018", "2020"} & set(headings)
        reader.look()


def test_a_word_is_found_and_stands_in_no_address(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.open(reader.at_section("search"))
    reader.page.get_by_label("What are you looking for?").fill("furosemide")

    reader.page.locator("main").get_by_role("button", name="Search").click()

    expect(reader.page.get_by_text(re.compile(r"entr(y|ies) found"))).to_be_visible()
    assert "furosemide" not in reader.page.url
    reader.look()


def test_the_receipt_of_a_long_record_names_every_section(reader: Reader) -> None:
    reader.sign_in("walter")

    reader.open(reader.at_section("receipt"))

    settled(reader)
    assert reader.page.locator("tbody tr").count() > 15
    expect(reader.page.get_by_text(re.compile(r"^Received [\d,]+: "))).to_be_visible()
    reader.look()


def test_a_part_of_a_long_list_is_shown_and_the_rest_counted(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.open(reader.at_section("documents"))
    settled(reader)
    reader.look()

    choose(reader, "Year", re.compile(r"^20\d\d "))

    settled(reader)
    expect(reader.page.get_by_text(re.compile(r"outside this choice"))).to_be_visible()
    reader.look()
    reader.page.get_by_role("link", name="Show everything", exact=True).click()
    expect(reader.page.get_by_text(re.compile(r"outside this choice"))).to_have_count(0)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_results_outside_the_usual_range_are_found_by_date_and_in_order(
    new_reader: NewReader, scripts: bool
) -> None:
    for width, scheme in ((1280, "light"), (PHONE, "dark")):
        reader = new_reader(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        reader.sign_in("walter")
        reader.open(reader.at_section("laboratory/rest"))  # what a script would do by itself
        page = reader.page
        expect(page.get_by_label("From", exact=True)).not_to_be_visible()
        page.get_by_text("Filter and sort", exact=True).click()
        page.get_by_label("From", exact=True).fill("March 2019")
        page.get_by_label("To", exact=True).fill("2020")
        page.get_by_label(re.compile("^Only what is outside the usual range")).check()
        page.get_by_label("Order", exact=True).select_option("oldest")

        page.locator("main form.filters").get_by_role("button", name="Show", exact=True).click()

        expect(page.get_by_text("From March 2019 to 2020", exact=True)).to_be_visible()
        expect(page.get_by_text(re.compile(r"of [\d,]+, oldest first$")).first).to_be_visible()
        expect(page.get_by_text(re.compile(r"more results? (is|are) not shown")).first).to_be_visible()
        table = page.locator("main .results tbody")
        assert table.locator(".flag").count() == table.locator("tr").count() > 0
        days = page.locator("main section.block header time").evaluate_all("all => all.map(t => t.dateTime)")
        assert days == sorted(days)
        assert days[0][:7] >= "2019-03"
        assert days[-1][:4] <= "2020"
        if scripts:
            reader.look()

        page.get_by_label("From", exact=True).fill("soon")
        page.locator("main form.filters").get_by_role("button", name="Show", exact=True).click()

        expect(page.get_by_text("“soon” was not understood as a date")).to_be_visible()
        expect(page.get_by_label("From", exact=True)).to_have_value("soon")
        if scripts:
            reader.look()
        page.get_by_role("link", name="Show everything", exact=True).click()
        expect(page.get_by_text(re.compile(r"of [\d,]+, newest first$")).first).to_be_visible()
        expect(page.get_by_label("From", exact=True)).not_to_be_visible()


def test_what_is_half_typed_stays_while_the_rest_of_a_list_arrives(reader: Reader, trouble: Trouble) -> None:
    reader.sign_in("walter")
    trouble({"kind": "slow", "seconds": 4, "on": "Observation", "interaction": "next"})
    reader.open(reader.at_section("laboratory"))
    page = reader.page
    expect(page.locator("#list > .rest")).to_have_count(1)
    unfold(reader)
    page.get_by_label("Order", exact=True).select_option("oldest")
    page.get_by_label(re.compile("^Only what is outside the usual range")).check()
    page.get_by_label("From", exact=True).type("2019")

    settled(reader)

    expect(page.get_by_label("From", exact=True)).to_have_value("2019")
    expect(page.get_by_label("From", exact=True)).to_be_focused()
    expect(page.get_by_label("Order", exact=True)).to_have_value("oldest")
    expect(page.get_by_label(re.compile("^Only what is outside the usual range"))).to_be_checked()


def test_vital_signs_are_shown_in_other_units_beside_the_recorded_ones(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("vitals"))
    reader.look()

    choose(reader, "Units", re.compile("pounds|kilograms"))
    if not reader.page.get_by_text(re.compile(r"\(recorded: ")).count():
        choose(reader, "Units", re.compile("pounds"))

    expect(reader.page.get_by_text(re.compile(r"\(recorded: ")).first).to_be_visible()
    reader.look()


def test_plain_language_help_says_what_it_sends_and_asks_nothing_by_itself(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.open(reader.at_section("conditions"))

    reader.page.locator("main li.row h3 a").first.click()

    link = reader.page.get_by_role("link", name="Look it up at MedlinePlus")
    expect(link).to_be_visible()
    assert (link.get_attribute("rel"), link.get_attribute("referrerpolicy")) == (
        "noopener noreferrer",
        "no-referrer",
    )
    reader.look()


def past_visit(reader: Reader) -> Locator:
    """The link to the newest psychiatrist's visit that took place."""
    rows = reader.page.locator("main li.row").filter(has_text="Finished")
    return rows.get_by_role("link", name="Medication follow-up").first


def test_a_visit_gathers_what_came_of_it_and_every_entry_leads_back(new_reader: NewReader) -> None:
    for width in (1280, PHONE):
        reader = new_reader(viewport={"width": width, "height": 900})
        reader.sign_in("daniel")
        reader.open(reader.at_section("visits"))
        past_visit(reader).click()
        visit = reader.path

        of_visit = reader.page.locator("#belonging")
        expect(of_visit.get_by_text(re.compile(r"\d+ entries"))).to_be_visible(timeout=30_000)
        reader.look()
        of_visit.get_by_role("link", name=re.compile("^PHQ-9")).click()

        reader.page.locator("main").get_by_role("link", name=re.compile("^Medication follow-up")).click()
        assert reader.path == visit
        expect(of_visit.get_by_role("link", name="Blood pressure")).to_be_visible()


def test_without_script_a_link_leads_to_what_came_of_a_visit(new_reader: NewReader) -> None:
    reader = new_reader(java_script_enabled=False)
    reader.sign_in("daniel")
    reader.open(reader.at_section("visits"))
    past_visit(reader).click()

    reader.page.get_by_role("link", name="Open it on a page of its own").click()

    expect(reader.page.get_by_role("heading", level=1, name="From this visit")).to_be_visible()
    expect(reader.page.locator("main").get_by_role("link", name=re.compile("^PHQ-9"))).to_be_visible()
