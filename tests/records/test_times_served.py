"""Dates as real systems write them, over HTTP: a folder of other people's data behind both servers."""

from __future__ import annotations

import html

import pytest

from tests.peers.visitor import Page, Visitor
from tests.servers import Servers


@pytest.fixture(scope="module")
def reader(odd_records_served: Servers) -> Visitor:
    return Visitor.signed_in(odd_records_served, "odd-times")


def words(pages: list[Page]) -> str:
    return "\n".join(page.words for page in pages)


def test_the_banner_has_the_name_in_use_today(reader: Visitor) -> None:
    overview = reader.overview().words

    assert "Tilda Invented" in overview
    assert "Tomorrow" not in overview


def test_a_list_has_days_alone_and_the_newest_first(reader: Visitor) -> None:
    said = words(list(reader.section("laboratory")))
    places = [
        said.index(day)
        for day in ("March 1, 2026", "February 12, 2026", "February 11, 2026", "January 8, 2026")
    ]

    assert places == sorted(places)
    assert "No date given" in said
    assert "February 13" not in said
    assert "02/03/2026" in said
    assert not any(odd in said for odd in ("-0500", "05: 00", "20260301", "9999", "23:59"))


def test_an_entry_says_how_its_date_was_written(reader: Visitor) -> None:
    """What stands under "Everything in this entry" too."""
    opened = [reader.open(path) for page in reader.section("laboratory") for path in page.entries]
    said = [html.unescape(page.main) for page in opened]

    def of(value: str) -> str:
        return next(page for page in said if f"{value} mg/dL" in page)

    assert "written as “2026-02-11T21:40:00-0500”" in of("44")
    assert "February 12, 2026, 9:30 PM, agency time; recorded as February 13, 2026, 2:30 AM (UTC)" in of("47")
    assert "No date given (written as 9999-12-31T23:59:59Z)" in of("48")
    assert "which as a time of day would be January 7, 2026, 7:00 PM, agency time" in of("260")


def test_a_visit_that_was_never_closed_is_past_and_its_type_is_said_once(reader: Visitor) -> None:
    said = words(list(reader.section("visits")))

    assert "Past; the record still says “first assessed”" in said
    assert "July 1, 2023" in said
    assert "Under way" not in said
    assert "Walk-in, Walk-in" not in said


def test_a_medicine_dated_by_a_day_that_stands_for_none_says_so(reader: Visitor) -> None:
    assert "Prescribed: no date given" in words(list(reader.section("medications")))
    assert "0001" not in words(list(reader.section("medications")))
