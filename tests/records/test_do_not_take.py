"""What is not to be taken stands apart from what is taken: on the overview, in the section, on paper."""

from __future__ import annotations

import re
from typing import Any

import pytest

from records.service import overview as summaries
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import Json, medication_request


def medicine(name: str, **odd: Any) -> Json:
    """A medicine by its name."""
    slug = name.casefold().replace(" ", "-")
    return medication_request(id=slug, medicationCodeableConcept={"text": name}, **odd)


def headings(page: str) -> list[str]:
    """The second level of a page, in order."""
    return [words(found).strip() for found in re.findall(r"<h2\b.*?</h2>", page, re.DOTALL)]


def under(page: str, heading: str) -> str:
    """What stands between a heading of the second level and the next one."""
    parts = re.split(r"(<h2\b.*?</h2>)", page, flags=re.DOTALL)
    return next(words(parts[at + 1]) for at, part in enumerate(parts) if words(part).strip() == heading)


@pytest.mark.parametrize("address", ["", "medications/"])
def test_what_is_not_to_be_taken_is_a_block_of_its_own_before_what_is_taken(
    address: str, server: RecordServer, reader: Person
) -> None:
    server.whole_record(
        MedicationRequest=[medicine("Warfarin"), medicine("Aspirin", doNotPerform=True, authoredOn="2001")]
    )

    page = reader.read(address)
    now = "Medications now" if not address else "Taking now"

    found = [title for title in headings(page) if title in {"Do not take", now}]
    assert found == ["Do not take", now]
    assert "Aspirin" in under(page, "Do not take")
    assert "Warfarin" not in under(page, "Do not take")
    assert "Warfarin" in under(page, now)
    assert "Aspirin" not in under(page, now)


def test_none_of_them_is_left_out_and_they_take_no_place_of_what_is_taken(
    server: RecordServer, reader: Person
) -> None:
    server.whole_record(
        MedicationRequest=[
            *(medicine(f"Avoided {number}", doNotPerform=True) for number in range(9)),
            *(medicine(f"Taken {number}") for number in range(7)),
        ]
    )

    page = reader.read()

    assert under(page, "Do not take").count("Avoided") == 9
    now = under(page, "Medications now")
    assert "and 1 more" in now
    assert now.count("Taken") == 7  # six on the screen, the seventh on paper


def test_where_nothing_else_is_current_the_block_of_medicines_says_so(
    server: RecordServer, reader: Person
) -> None:
    server.whole_record(
        MedicationRequest=[
            medicine("Aspirin", doNotPerform=True),
            medicine("Old pills", status="completed"),
        ]
    )

    now = under(reader.read(), "Medications now")

    assert "Nothing else that is current came back." in now
    assert "Aspirin" not in now


def test_a_record_without_them_has_no_such_block(server: RecordServer, reader: Person) -> None:
    server.whole_record(
        MedicationRequest=[
            medicine("Warfarin"),
            medicine("Aspirin", doNotPerform=True, status="completed"),
        ]
    )

    page = reader.read()

    assert "Do not take" not in headings(page)
    assert "Warfarin" in under(page, "Medications now")


def test_a_block_that_comes_once_more_brings_what_is_not_to_be_taken_only_once(
    server: RecordServer, reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "_goes_on", lambda *_: "/again/")
    server.whole_record(MedicationRequest=[medicine("Warfarin"), medicine("Aspirin", doNotPerform=True)])

    page = reader.read()

    # What is swapped for the second answer holds both blocks.
    wrapped = re.search(r'<div class="with-apart" hx-get="/again/".*?</section>\s*</div>', page, re.DOTALL)
    assert wrapped
    assert 'id="block-medications"' in wrapped[0]
    assert "Aspirin" in wrapped[0]
    assert page.count('hx-get="/again/"') >= 1
    assert not re.search(r'id="block-medications"[^>]*hx-get', page)
