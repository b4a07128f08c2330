"""Daniel reads his own record."""

from __future__ import annotations

import pytest

from tests.journeys.reader import Reader

pytestmark = pytest.mark.journey


def test_a_patient_reads_every_section_an_entry_of_each_and_every_document(reader: Reader) -> None:
    reader.sign_in("daniel")
    assert reader.page.get_by_role("heading", level=1).inner_text() == "Daniel James Whitaker, Jr."
    reader.look()

    documents = reader.at_section("documents")
    for title, section in reader.sections().items():
        assert reader.open(section) == 200
        assert reader.page.get_by_role("heading", level=1).inner_text() == title
        entries = reader.entries()
        assert entries, title
        reader.look()
        for entry in entries if section == documents else entries[:1]:
            assert reader.open(entry) == 200
            if entry == entries[0]:
                reader.look()
            for file in reader.files():
                assert reader.open(file) == 200
                reader.look()
