"""What a printed page holds beyond what is seen on a screen, and what it says of what it leaves out."""

from __future__ import annotations

import re

import pytest

from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.service.test_overview import block_of
from tests.records.test_failure_matrix import words
from tests.resources import (
    Json,
    allergy,
    bundle,
    condition,
    condition_clinical,
    document_reference,
    medication_request,
    observation,
    visit,
)

NEXT = "https://fhir.example/fhir-request?_getpages=abc"


def medicines(count: int, first: int = 1, **odd: object) -> list[Json]:
    return [
        medication_request(id=f"m{n}", medicationCodeableConcept={"text": f"Medicine {n:03}"}, **odd)
        for n in range(first, first + count)
    ]


def on_paper(block: str) -> str:
    """The words of a block that only a sheet of paper has."""
    parts = re.finditer(r'<(ul|p) class="[^"]*on-paper[^"]*">.*?</\1>', block, re.DOTALL)
    return words(" ".join(part[0] for part in parts))


def on_screen(block: str) -> str:
    return words(re.sub(r'<(ul|p) class="[^"]*on-paper[^"]*">.*?</\1>', "", block, flags=re.DOTALL))


@pytest.mark.parametrize(
    ("slug", "resource_type", "entries", "names"),
    [
        ("medications", "MedicationRequest", medicines(9), [f"Medicine {n:03}" for n in range(1, 10)]),
        (
            "allergies",
            "AllergyIntolerance",
            [allergy(id=f"a{n}", code={"text": f"Pollen {n}"}) for n in range(8)],
            [f"Pollen {n}" for n in range(8)],
        ),
        (
            "conditions",
            "Condition",
            [condition(id=f"c{n}", code={"text": f"Ailment {n}"}) for n in range(11)],
            [f"Ailment {n}" for n in range(11)],
        ),
    ],
)
def test_a_printed_overview_holds_every_current_entry_of_what_may_harm(
    server: RecordServer,
    reader: Person,
    slug: str,
    resource_type: str,
    entries: list[Json],
    names: list[str],
) -> None:
    server.whole_record(**{resource_type: entries})

    block = block_of(reader.read(), slug)

    seen, printed = on_screen(block), on_paper(block)
    assert sum(name in seen for name in names) == 6
    assert [name for name in names if name not in seen + printed] == []
    assert f"and {len(names) - 6} more" in seen
    assert "not on this sheet" not in printed


def test_what_is_not_current_is_counted_on_the_sheet(server: RecordServer, reader: Person) -> None:
    past = condition(id="c9", code={"text": "Measles"}, clinicalStatus=condition_clinical("resolved"))
    server.whole_record(
        MedicationRequest=[*medicines(7), *medicines(3, 20, status="stopped")],
        Condition=[condition(), past],
    )

    page = reader.read()

    assert "3 entries that are not known to be current are not on this sheet." in on_paper(
        block_of(page, "medications")
    )
    assert "1 entry that is not known to be current is not on this sheet." in on_paper(
        block_of(page, "conditions")
    )


def test_more_current_entries_than_a_sheet_takes_are_counted(server: RecordServer, reader: Person) -> None:
    server.whole_record(MedicationRequest=medicines(103))

    printed = on_paper(block_of(reader.read(), "medications"))

    assert "Medicine 100" in printed
    assert "Medicine 101" not in printed
    assert "3 more current entries are not on this sheet." in printed


def test_allergies_that_came_on_a_second_page_are_on_the_sheet_too(
    server: RecordServer, reader: Person
) -> None:
    def pollen(*numbers: int) -> list[Json]:
        return [allergy(id=f"a{n}", code={"text": f"Pollen {n:02}"}) for n in numbers]

    server.whole_record()
    server.arrange("AllergyIntolerance", bundle(*pollen(*range(8)), next=NEXT))
    server.arrange(NEXT, bundle(*pollen(50, 51)))

    first = block_of(reader.read(), "allergies")

    assert "Not all entries had come when this sheet was printed." in on_paper(first)
    assert 'class="fine on-paper late"' in first
    again = re.search(r'hx-get="/record/[^/]+/(allergies/block/\?whole=yes)"', first)
    assert again

    second = reader.part(again[1])

    assert "Pollen 51" in on_paper(second)
    assert "Not all entries had come" not in second
    assert "hx-get" not in second
    assert "and 4 more" in on_screen(second)


def test_a_block_that_cannot_be_had_in_full_does_not_ask_without_end(
    server: RecordServer, reader: Person
) -> None:
    server.whole_record()
    server.arrange("MedicationRequest", bundle(*medicines(8), next=NEXT))
    server.arrange(NEXT, status=500)

    reader.read()
    second = reader.part("medications/block/?whole=yes")

    assert "hx-get" not in second
    assert "Medicine 008" in on_paper(second)
    assert "Not all entries had come when this sheet was printed." in on_paper(second)


def test_every_other_block_counts_what_it_leaves_out(server: RecordServer, reader: Person) -> None:
    server.whole_record(
        Encounter=[visit(id=f"e{n}") for n in range(5)],
        DocumentReference=[document_reference(id=f"d{n}") for n in range(4)],
        Observation=[observation(id=f"o{n}", effectiveDateTime=f"2024-02-0{n}") for n in range(1, 5)],
    )

    page = reader.read()

    assert "2 more entries of this part of the record are not on this sheet." in on_paper(
        block_of(page, "visits")
    )
    assert "1 more entry of this part of the record is not on this sheet." in on_paper(
        block_of(page, "documents")
    )
    assert "not on this sheet." in on_paper(block_of(page, "vitals"))
    assert "These parts of the record are not on this sheet: " in words(page)
    assert "Vaccines, Care plans" in words(page)


def test_every_sheet_has_the_agencys_telephone_and_the_crisis_line(
    server: RecordServer, reader: Person
) -> None:
    server.whole_record()

    page = reader.read()

    foot = words(page.partition('<div class="running-foot"')[2])
    assert "617-555-0142" in foot
    assert "In a crisis: call or text 988." in foot


@pytest.mark.parametrize("part", ["everything", "technical"])
def test_what_is_closed_is_not_printed_and_its_place_says_so(
    server: RecordServer, reader: Person, part: str
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    server.arrange("AllergyIntolerance/allergy-1", allergy())

    found = re.search(r'href="/record/[^/]+/(allergies/[^"/]{20,}/)"', reader.read("allergies/"))
    assert found
    page = reader.read(found[1])

    block = page.partition(f'aria-labelledby="{part}"')[2].partition("</section>")[0]
    assert block.count('<details class="opens on-request">') == block.count("on-paper unopened") >= 1
    assert "not open on the page when it was printed." in words(block) or "they were not open" in words(block)
