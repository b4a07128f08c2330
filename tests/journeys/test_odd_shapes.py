"""Omar's record has every odd shape that the standard allows, and some hostile ones."""

from __future__ import annotations

import pytest

from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey


def test_every_page_of_an_odd_record_opens_and_runs_nothing_of_it(reader: Reader) -> None:
    reader.sign_in("omar")
    reader.look()
    opened = {"section": 0, "measure": 0, "entry": 0, "file": 0}

    for title, section in reader.sections().items():
        assert reader.open(section) == 200, title
        opened["section"] += 1
        measures, entries = reader.measures(), reader.entries()
        for measure in measures:
            assert reader.open(measure) == 200, title
            opened["measure"] += 1
        for entry in entries:
            assert reader.open(entry) == 200, title
            assert reader.title().strip(), entry
            opened["entry"] += 1
            for file in reader.files():
                assert reader.open(file) == 200, title
                said = reader.page.locator(
                    "main .reading, main .doc, main .picture img, main iframe, main .gap"
                ).first
                assert said.is_visible(), file
                opened["file"] += 1

    assert opened["entry"] > 50, opened
    assert opened["measure"] > 1, opened
    assert opened["file"] > 15, opened


def test_the_pages_of_an_odd_record_keep_the_promises_of_every_page(reader: Reader) -> None:
    reader.sign_in("omar")

    for section in reader.sections().values():
        reader.open(section)
        reader.look()
        for entry in reader.entries()[::7]:
            reader.open(entry)
            reader.look()


def test_the_files_of_an_odd_record_keep_the_promises_of_every_page(reader: Reader) -> None:
    reader.sign_in("omar")
    reader.open(reader.at_section("documents"))
    seen = set()

    for entry in reader.entries():
        reader.open(entry)
        for file in reader.files():
            reader.open(file)
            shown = reader.page.locator("main article > :is(.sheet, .gap, iframe)").first
            look = (
                shown.get_attribute("class"),
                shown.locator("h2").all_inner_texts() if shown.count() else None,
            )
            if str(look) not in seen or "reading" in str(look):
                seen.add(str(look))
                reader.look()

    assert len(seen) > 4, seen
