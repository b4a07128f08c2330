"""Ranges of dates: what a person may type, and which recorded dates are in them."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from records.lists import date_range


@pytest.mark.parametrize(
    ("typed", "date"),
    [
        ("2019", "2019"),
        (" 2019 ", "2019"),
        ("2019-03", "2019-03"),
        ("2019-3-9", "2019-03-09"),
        ("2019/03/09", "2019-03-09"),
        ("3/2019", "2019-03"),
        ("3/9/2019", "2019-03-09"),
        ("03.09.2019", "2019-03-09"),
        ("March 2019", "2019-03"),
        ("march 9, 2019", "2019-03-09"),
        ("9 Mar 2019", "2019-03-09"),
        ("2/29/2020", "2020-02-29"),
    ],
)
def test_a_date_may_be_typed_as_people_write_it(typed: str, date: str) -> None:
    assert date_range.understood(typed) == date


def test_a_month_may_be_named_in_the_readers_language_or_in_english() -> None:
    with override("es"):
        assert date_range.understood("9 de marzo de 2019") == "2019-03-09"
        assert date_range.understood("enero 2020") == "2020-01"
        assert date_range.understood("January 2020") == "2020-01"
    assert date_range.understood("enero 2020") == ""


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "soon",
        "19",
        "2019-13",
        "2/30/2019",
        "0000",
        "13/2019",
        "March",
        "9 March",
        "Ma 2019",
        "2019-03-09T10:00",
        "March 9 10 2019",
        "2019 2020",
        "٢٠١٩",
        "March April 2019",
        "<script>",
        "2019-03-",
        "20190309",
    ],
)
def test_what_is_no_date_is_none(typed: str) -> None:
    assert date_range.understood(typed) == ""


@pytest.mark.parametrize(
    ("recorded", "since", "until", "within"),
    [
        ("2019", "2019-03-15", "2019-03-20", True),
        ("2019", "2019-12-31", "", True),
        ("2019", "2020", "", False),
        ("2019", "", "2019-01-01", True),
        ("2019", "", "2018", False),
        ("2019-03", "2019-03-31", "2019-04", True),
        ("2019-03", "2019-04", "2019-04", False),
        ("2019-03-15", "2019-03-15", "2019-03-15", True),
        ("2019-03-15", "2019-03-16", "", False),
        ("2019-03-15", "", "2019-03-14", False),
        ("2019-03-15", "2019", "2019", True),
        ("2019-12-31", "2019", "2019-12", True),
        ("2020-01-01", "2019", "2019", False),
        ("2019-03-15T23:00:00-05:00", "2019-03-15", "2019-03-15", True),
        ("", "", "2100", False),
    ],
)
def test_an_entry_belongs_to_each_range_that_touches_its_date(
    recorded: str, since: str, until: str, within: bool
) -> None:
    assert date_range.touches(recorded, since, until) is within


def test_a_range_is_said_in_words_as_it_was_understood() -> None:
    assert date_range.range_words("2019-03", "2020") == "From March 2019 to 2020"
    assert date_range.range_words("2019-03-09", "") == "From March 9, 2019 on"
    assert date_range.range_words("", "2020") == "Up to 2020"
    assert date_range.range_words("2020", "2020") == "2020"
    assert date_range.range_words("", "") == ""


def test_the_end_that_is_wrong_is_named_alone() -> None:
    assert date_range.wrong("2019", "later") == (False, True)
    assert date_range.wrong("2020", "2019") == (True, True)
    assert date_range.wrong("2019-05", "2019") == (False, False)
    assert date_range.wrong("", "") == (False, False)
