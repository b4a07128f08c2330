"""Printed sheets: everything that may harm when it is missing, and in words what is not on them."""

from __future__ import annotations

import unicodedata

import pytest

from tests.journeys.conftest import Trouble
from tests.journeys.reader import Reader
from tests.journeys.test_by_keyboard_and_on_paper import print_out

pytestmark = pytest.mark.journey

MEDICINES = (
    *("Lisinopril", "Atorvastatin", "Carvedilol", "Furosemide", "Levothyroxine", "Tamsulosin"),
    *("Apixaban", "Acetaminophen", "Turmeric"),
)
EARLY = "Printed before everything had come: something may be missing from this sheet."
ALL_IS_THERE = "() => !document.querySelector('.late, .rest')"


def in_a_row(sheets: list[str]) -> str:
    return " ".join(unicodedata.normalize("NFKC", " ".join(sheets)).split())


def test_the_elders_printed_overview_holds_all_nine_medicines_and_counts_the_rest(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.page.wait_for_function(ALL_IS_THERE)

    sheets = print_out(reader)
    said = in_a_row(sheets)

    assert [name for name in MEDICINES if name not in said] == []
    assert "High blood pressure" in said
    assert "entries that are not known to be current are not on this sheet." in said
    assert "These parts of the record are not on this sheet:" in said
    assert EARLY not in said
    assert len(sheets) > 2
    for number, sheet in enumerate(sheets, start=1):
        told = in_a_row([sheet])
        assert "Walter Olu Adeyemi · Born July 21, 19" in told
        assert "Harbor Lane Behavioral Health: 804-555-0100" in told
        assert "In a crisis: call or text 988." in told
        assert f"{number} / {len(sheets)}" in told


def test_a_sheet_that_was_printed_too_soon_says_so_on_every_page(reader: Reader, trouble: Trouble) -> None:
    trouble({"kind": "slow", "on": "MedicationRequest", "seconds": 9})
    reader.sign_in("daniel")

    sheets = print_out(reader)

    assert all(EARLY in in_a_row([sheet]) for sheet in sheets)
    assert "It had not come when this sheet was printed." in in_a_row(sheets)
    assert "It will appear here by itself" not in in_a_row(sheets)


def test_what_is_closed_on_an_entrys_page_is_not_printed_and_the_sheet_says_so(reader: Reader) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("allergies"))
    reader.open(reader.entries()[0])

    closed = in_a_row(print_out(reader))
    reader.page.locator("summary", has_text="Codes and numbers").click()
    opened = in_a_row(print_out(reader))

    assert "Codes and numbers are not on this sheet: they were not open" in closed
    assert "Id in the agency’s system" not in closed
    assert "Codes and numbers are not on this sheet" not in opened
    assert "Id in the agency’s system" in opened
    assert "The entry as it was sent is not on this sheet: it was not open" in opened


def test_folded_renewals_are_on_the_sheet_and_a_long_list_says_which_part_it_is(reader: Reader) -> None:
    reader.sign_in("walter")
    reader.open(reader.at_section("medications"))
    reader.page.wait_for_function(ALL_IS_THERE)
    folded = reader.page.locator("details.others").first
    assert folded.evaluate("one => one.open") is False
    inside = folded.locator("li.row").last.locator(".aside time").text_content()
    assert inside

    said = in_a_row(print_out(reader))

    assert inside in said
    if reader.page.locator("nav.pages").count():
        assert " of " in reader.page.locator("nav.pages p").inner_text()
        assert reader.page.locator("nav.pages p").inner_text() in said
