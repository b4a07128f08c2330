"""When the record server misbehaves, the page stands, and says what is missing."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, expect

from tests.journeys.conftest import Trouble
from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey


def block(reader: Reader, slug: str) -> Locator:
    """A block of the overview."""
    return reader.page.locator(f"#block-{slug}")


def test_one_part_that_fails_leaves_the_others_standing(reader: Reader, trouble: Trouble) -> None:
    trouble({"kind": "status", "status": 503, "on": "AllergyIntolerance"})

    reader.sign_in("daniel")

    assert "Allergies and reactions: could not be loaded" in block(reader, "allergies").inner_text()
    assert "The record at the agency is safe" in block(reader, "allergies").inner_text()
    assert block(reader, "medications").locator("ul.rows h3").count() > 0
    assert "1 part is missing from this page" in reader.words()
    reader.look()
    reader.open(reader.at_section("allergies"))
    words = reader.words()
    assert "Allergies and reactions: could not be loaded" in words
    assert " no " not in f" {words.lower()} ".replace("\n", " ")
    assert reader.page.get_by_role("link", name="Try again").is_visible()
    assert "could not load" in reader.page.locator("nav.side").inner_text()
    reader.look()

    trouble()
    reader.page.get_by_role("link", name="Try again").click()

    assert "Penicillin" in reader.words()


def test_a_late_part_arrives_by_itself(reader: Reader, trouble: Trouble) -> None:
    trouble({"kind": "slow", "seconds": 12, "on": "MedicationRequest"})
    started = time.monotonic()

    reader.sign_in("daniel")

    assert time.monotonic() - started < 12, "the page did not wait for its last part"
    late = block(reader, "medications")
    assert "still loading" in late.inner_text()
    assert block(reader, "allergies").locator("ul.rows h3").count() > 0
    expect(late.locator("ul.rows h3")).not_to_have_count(0, timeout=30_000)
    assert "still loading" not in late.inner_text()
    reader.look()


def test_a_file_that_is_refused_is_explained(reader: Reader, trouble: Trouble) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("documents"))
    trouble({"kind": "refused-binary"})
    told = 0

    for entry in reader.entries():
        reader.open(entry)
        for file in reader.files():
            assert reader.open(file) == 200
            if "does not hand out this document" in reader.words():
                told += 1
                assert "Ask the agency for a copy of it" in reader.words()
                if told == 1:
                    reader.look()

    assert told > 0


def test_an_entry_that_cannot_be_read_is_explained(reader: Reader, trouble: Trouble) -> None:
    reader.sign_in("daniel")
    reader.open(reader.at_section("allergies"))
    entry = reader.entries()[0]
    trouble({"kind": "status", "status": 500, "on": "AllergyIntolerance", "interaction": "read"})

    reader.open(entry)

    assert "could not be loaded" in reader.title()
    assert "Wait some minutes" in reader.words()
    reader.look()


@pytest.mark.parametrize(
    ("switch", "says"),
    [
        ({"kind": "broken-json"}, "could not read"),
        ({"kind": "status", "status": 429, "retry_after": 40}, "Try again in 40 seconds"),
        ({"kind": "status", "status": 403}, "not shared with this app"),
        ({"kind": "status", "status": 404}, "not available"),
        ({"kind": "foreign-patient"}, "did not match this record, so it is hidden"),
    ],
)
def test_each_trouble_with_a_list_has_words_of_its_own(
    reader: Reader, trouble: Trouble, switch: dict[str, object], says: str
) -> None:
    trouble({**switch, "on": "Condition"})
    reader.sign_in("daniel")

    assert reader.open(reader.at_section("conditions")) == 200

    assert says in reader.words()
    reader.look()


def test_a_list_that_breaks_off_keeps_what_has_come(reader: Reader, trouble: Trouble) -> None:
    reader.sign_in("walter")
    trouble({"kind": "status", "status": 503, "on": "Observation"})
    reader.open(reader.at_section("vitals"))

    notice = reader.page.locator("#list .gap").filter(has_text="this list is not complete")
    expect(notice).to_have_count(1, timeout=30_000)

    assert len(reader.entries()) >= 50
    assert "Load the rest" in notice.inner_text()
    reader.look()

    trouble()
    notice.get_by_role("link", name="Load the rest").click()
    expect(reader.page.locator(".rest")).to_have_count(0, timeout=60_000)
    assert "this list is not complete" not in reader.words()
    assert re.search(r"1 to 50 of \d,\d+", reader.page.locator("nav.pages p").inner_text())


def test_a_refused_sign_in_is_told_and_leads_to_signing_in_again(reader: Reader, trouble: Trouble) -> None:
    reader.open("/")
    trouble({"kind": "token-status", "status": 503})
    reader.page.get_by_role("link", name="Sign in with your agency").click()
    reader.page.locator("button[name=person][value=daniel]").click()
    with reader.expecting("status of 503", "status of 502"):
        reader.page.get_by_role("button", name="Allow").click()
        reader.page.wait_for_url("**/auth/callback/**")
        assert "sign" in reader.title().lower()
        assert "Daniel" not in reader.page.locator("main").inner_text()
        reader.look()

    trouble()
    reader.sign_in("daniel")
    assert reader.title().startswith("Daniel")
