"""Everything by date: order, years, choices, pages, and what is said while not all of it is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from records.fetching import collected
from records.fetching.source import Source
from records.lists.choosing import UNDATED, wished
from records.lists.whole import Whole
from records.service.timeline import Timeline, TimelineLook, load_timeline
from records.words.rows import Row
from tests.people import BASE, Person
from tests.records.conftest import RecordServer
from tests.records.sources import Places, a_source
from tests.records.wholes import still_open, whole_of
from tests.resources import (
    PATIENT,
    Json,
    allergy,
    bundle,
    condition,
    document_reference,
    medication_request,
    observation,
)


def timeline(*resources: Json, section: str = "", number: int = 1, **asked: str) -> Timeline:
    """The timeline of a record of these entries; `since` and `until` are "from" and "to" of its address."""
    source = a_source()
    query = {{"since": "from", "until": "to"}.get(name, name): value for name, value in asked.items()}
    return load_timeline(
        whole_of(resources, source),
        source=source,
        addresses=Places(),
        look=TimelineLook(section=section, number=number, wish=wished(query)),
    )


def titles(found: Timeline) -> list[str]:
    return [str(row.title) for row in rows(found)]


def rows(found: Timeline) -> list[Row]:
    return [row for group in found.groups for row in group.rows]


def weights(count: int) -> list[Json]:
    return [
        observation(id=f"w{n}", effectiveDateTime=f"2020-01-{1 + n % 28:02}T10:{n % 60:02}:00Z")
        for n in range(count)
    ]


def test_entries_of_all_sections_stand_together_newest_first() -> None:
    found = timeline(
        allergy(recordedDate="2021-05-04"),
        medication_request(authoredOn="2024-02-11"),
        document_reference(date="2022-06-01T09:00:00Z", description="Intake note"),
    )

    assert [row.sort_key for row in (r.when for r in rows(found)) if row] == [
        "2024-02-11",
        "2022-06-01T09:00:00",
        "2021-05-04",
    ]
    assert [str(group.title) for group in found.groups] == ["2024", "2022", "2021"]


def test_each_entry_says_in_which_section_it_stands() -> None:
    (row,) = rows(timeline(medication_request()))

    assert list(map(str, row.asides)) == ["Medications"]


def test_entries_without_a_date_stand_at_the_end_under_a_heading_of_their_own() -> None:
    found = timeline(
        allergy(id="a", code={"text": "Latex"}, recordedDate=None), medication_request(authoredOn="1999")
    )

    assert titles(found)[-1] == "Latex"
    assert [str(group.title) for group in found.groups] == ["1999", "Without a date"]


def test_an_entry_that_could_not_be_read_stands_at_the_end_and_is_not_left_out() -> None:
    broken = allergy(id="broken", meta={"profile": [1] * 200})

    found = timeline(medication_request(), broken)

    assert titles(found) == ["Sertraline 50 MG Oral Tablet", "An entry that could not be read"]
    assert (found.total, rows(found)[-1].href) == (2, "/allergies/AllergyIntolerance-broken/")


def test_an_entry_removed_as_a_mistake_is_not_in_it() -> None:
    found = timeline(medication_request(), observation(status="entered-in-error"))

    assert titles(found) == ["Sertraline 50 MG Oral Tablet"]
    assert found.total == 1


def test_the_evening_before_new_year_is_of_the_old_year_where_it_was_recorded() -> None:
    evening = observation(id="evening", effectiveDateTime="2023-12-31T22:30:00-05:00")
    morning = observation(id="morning", effectiveDateTime="2024-01-01T08:00:00+10:00")
    late = observation(id="late", effectiveDateTime="2024-06-01T08:00:00-05:00")

    found = timeline(evening, morning, late)

    by_year = {group.slug: [str(row.when.words) for row in group.rows if row.when] for group in found.groups}
    assert by_year == {
        "year-2024": ["June 1, 2024", "January 1, 2024"],
        "year-2023": ["December 31, 2023"],
    }
    assert {name: count for name, _words, count in found.years} == {"2024": 2, "2023": 1}


def test_a_section_that_is_chosen_shows_its_entries_alone_and_the_others_stay_choices() -> None:
    record = (
        allergy(recordedDate="2021"),
        medication_request(authoredOn="2021"),
        medication_request(id="m2", authoredOn="2020"),
    )

    found = timeline(*record, section="medications")

    assert titles(found) == ["Sertraline 50 MG Oral Tablet"] * 2
    assert {slug: count for slug, _title, count in found.sections} == {"allergies": 1, "medications": 2}
    assert {name: count for name, _words, count in found.years} == {"2021": 1, "2020": 1}


def test_a_year_that_is_chosen_counts_each_section_within_it() -> None:
    record = (
        allergy(recordedDate="2021"),
        medication_request(authoredOn="2021"),
        medication_request(id="m2", authoredOn="2020"),
    )

    found = timeline(*record, year="2021")

    assert len(rows(found)) == 2
    assert {slug: count for slug, _title, count in found.sections} == {"allergies": 1, "medications": 1}


def test_what_has_no_date_can_be_chosen_as_a_year_can() -> None:
    found = timeline(allergy(code={"text": "Latex"}, recordedDate=None), medication_request(), year=UNDATED)

    assert titles(found) == ["Latex"]


@pytest.mark.parametrize("choice", [{"year": "1850"}, {"section": "goals"}])
def test_a_choice_with_nothing_in_it_shows_nothing_and_knows_how_much_is_outside(
    choice: dict[str, str],
) -> None:
    found = timeline(medication_request(), allergy(), **choice)

    assert (rows(found), found.pages.total, found.total) == ([], 0, 2)


def test_a_year_that_is_chosen_stays_a_choice_where_the_section_has_nothing_of_it() -> None:
    found = timeline(
        allergy(recordedDate="2021"), medication_request(authoredOn="2023"), section="allergies", year="2023"
    )

    assert [(name, count) for name, _words, count in found.years] == [("2023", 0), ("2021", 1)]


def test_a_page_holds_fifty_and_every_entry_is_on_exactly_one() -> None:
    record = weights(120)

    pages = [timeline(*record, number=number) for number in (1, 2, 3)]

    assert [len(rows(page)) for page in pages] == [50, 50, 20]
    assert len({row.href for page in pages for row in rows(page)}) == 120
    assert [(page.pages.first, page.pages.last, page.pages.total) for page in pages] == [
        (1, 50, 120),
        (51, 100, 120),
        (101, 120, 120),
    ]


def test_beyond_the_last_page_is_the_last_page() -> None:
    found = timeline(*weights(60), number=9)

    assert (found.number, found.pages.first, found.pages.last) == (2, 51, 60)


def test_a_heading_counts_the_entries_of_its_year_on_other_pages_too() -> None:
    found = timeline(*weights(60))

    assert [group.total for group in found.groups] == [60]


def test_the_count_says_at_least_while_something_is_on_its_way() -> None:
    source = a_source()
    whole = whole_of([medication_request()], source)
    open_whole = Whole((still_open(whole.parts[0]), *whole.parts[1:]))

    found = load_timeline(open_whole, source=source, addresses=Places())

    assert found.pages.at_least
    assert not load_timeline(Whole(whole.parts[1:]), source=source, addresses=Places()).pages.at_least


def test_a_section_that_failed_leaves_the_others_where_they_are() -> None:
    source = a_source()
    whole = whole_of([medication_request(), allergy()], source)
    parts = tuple(
        replace(part, collected=None, sifted=None) if part.kind.slug == "allergies" else part
        for part in whole.parts
    )

    found = load_timeline(Whole(parts), source=source, addresses=Places())

    assert titles(found) == ["Sertraline 50 MG Oral Tablet"]


# --- The page
def test_the_page_leads_to_each_entry_and_offers_sections_and_years(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(MedicationRequest=[medication_request()], Condition=[condition()])

    page = reader.read("timeline/")

    assert "Sertraline 50 MG Oral Tablet" in page
    assert f'href="/record/{reader.access}/medications/' in page
    assert '<option value="medications">Medications (1)</option>' in page
    assert '<option value="2024">2024 (1)</option>' in page


def test_the_page_keeps_the_choice_while_pages_are_turned(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=weights(60), MedicationRequest=[medication_request()])

    page = reader.read("timeline/?section=vitals&year=2020")

    assert "?section=vitals&amp;year=2020&amp;page=2" in page
    assert "Sertraline" not in page
    assert "1 to 50 of 60" in page


def test_the_page_says_how_much_lies_outside_an_empty_choice(reader: Person, server: RecordServer) -> None:
    server.whole_record(MedicationRequest=[medication_request()])

    page = reader.read("timeline/?year=1850")

    assert "Nothing under this choice" in page
    assert "There is 1 entry outside it." in page


def test_the_page_says_that_something_is_missing_where_a_section_failed(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(MedicationRequest=[medication_request()])
    server.arrange("AllergyIntolerance", status=503)

    page = reader.read("timeline/")

    assert "Sertraline 50 MG Oral Tablet" in page
    assert "Not everything could be loaded" in page


def test_another_patients_entry_is_not_in_it(reader: Person, server: RecordServer) -> None:
    other = medication_request(
        id="m2", medicationCodeableConcept={"text": "Lithium"}, subject={"reference": "Patient/p2"}
    )
    server.whole_record(MedicationRequest=[medication_request(), other])

    page = reader.read("timeline/")

    assert PATIENT == "p1"
    assert "Sertraline" in page
    assert "Lithium" not in page


# --- Dates and order
def test_a_range_of_dates_shows_what_touches_it_and_counts_the_rest() -> None:
    record = (
        allergy(recordedDate="2019"),
        medication_request(authoredOn="2019-03-20"),
        observation(effectiveDateTime="2019-03-15T23:00:00-05:00"),
        condition(recordedDate=None, onsetDateTime=None),
    )

    found = timeline(*record, since="2019-03-15", until="3/15/2019")

    assert [str(row.asides[0]) for row in rows(found)] == ["Vital signs", "Allergies and reactions"]
    assert {name: count for name, _words, count in found.years} == {"2019": 2}
    assert (found.total, found.outside, found.undated) == (4, 2, 1)


def test_the_oldest_may_stand_first_and_undated_ones_stay_last() -> None:
    record = (
        allergy(id="a", recordedDate="2021"),
        allergy(id="b", recordedDate=None),
        allergy(id="c", recordedDate="2019"),
    )

    found = timeline(*record, sort="oldest")

    assert [str(group.title) for group in found.groups] == ["2019", "2021", "Without a date"]
    assert str(found.pages.words) == "1 to 3 of 3, oldest first"


def test_the_page_keeps_a_range_and_an_order_while_pages_are_turned(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(Observation=weights(60), MedicationRequest=[medication_request()])

    page = reader.read("timeline/?from=2020&to=1%2F2020&sort=oldest")

    assert "?from=2020&amp;to=1%2F2020&amp;sort=oldest&amp;page=2" in page
    assert "From 2020 to January 2020" in page
    assert "There is 1 entry outside this choice." in page
    assert "Sertraline" not in page


def test_a_range_that_cannot_be_used_is_explained_on_the_page_and_hides_nothing(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(MedicationRequest=[medication_request()])

    page = reader.read("timeline/?from=when%3F")

    assert "“when?” was not understood as a date" in page
    assert 'value="when?"' in page
    assert "Sertraline" in page


def test_a_page_of_a_long_list_that_left_the_cache_is_asked_for_again(
    server: RecordServer, reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.whole_record()
    server.arrange("AllergyIntolerance", bundle(allergy(id="a1"), next=f"{BASE}more?page=2"))
    server.arrange("more", bundle(allergy(id="a2", code={"text": "Latex"})))
    kept: list[tuple[Source, str]] = []

    def store_page(source: Source, asked_at: float, body: bytes) -> str:
        name = collected.store_page(source, asked_at, body)
        if b"Latex" in body:
            kept.append((source, name))
        return name

    monkeypatch.setattr("records.fetching.chains.store_page", store_page)
    assert "Latex" in reader.read("timeline/")
    source, name = kept[0]
    source.keep.forget(name)

    assert "Latex" in reader.read("timeline/")
    assert len(kept) == 2


def test_a_page_that_leaves_the_cache_again_and_again_is_told_and_the_rest_is_shown(
    server: RecordServer, reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()], MedicationRequest=[medication_request()])

    def of_what_is_left(whole: Whole, *, source: Source, **asked: Any) -> Timeline:
        for part in whole.parts:
            if part.kind.slug == "allergies" and part.collected is not None:
                part.collected.at_hand.clear()
                source.keep.forget(*part.collected.pages)
        return load_timeline(whole, source=source, **asked)

    monkeypatch.setattr("records.pages.timeline.load_timeline", of_what_is_left)
    page = reader.read("timeline/")

    assert "Sertraline" in page
    assert "Penicillin" not in page
    assert "Not everything could be loaded. See what is missing." in page
    assert "hx-trigger" not in page
