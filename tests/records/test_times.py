"""Dates as real systems write them: which are read, which stand for none, and on which day a time in UTC is."""

from __future__ import annotations

import timeit
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from records.fhir.elements import Period
from records.words import instants, leaves, wording
from tests.records.conftest import RecordServer
from tests.records.listed import choices, section
from tests.records.service.test_timeline import rows, timeline, titles
from tests.resources import laboratory_result, medication_request, observation

NEW_YORK = ZoneInfo("America/New_York")
ODD = [
    *("", "2026", "2026-03", "2026-03-08", "2026-02-30", "2026-02-30T10:00:00Z", "2026-03-08T25:00:00Z"),
    *("2026-03-08T07:00:00Z", "2026-03-08T02:30:00-05:00", "2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"),
    *("2011-12-30T10:00:00Z", "2011-12-31T00:00:00Z", "2016-12-31T23:59:60Z", "2026-03-08T24:00:00Z"),
    *("2026-03-08T24:01:00Z", "9999-12-31", "9999-12-31T24:00:00Z", "0001-01-01T00:00:00Z", "0000-00-00"),
    *("1900-01-01", "1899-12-31T23:59:60Z", "1900-01-01T04:59:59Z", "20260308", "2026-03-08 10:00:00 -0500"),
    *("2026-03-08Z", "2026-03-08-05:00", "2026-03-08T10:00", "2026-03-08T10:00Z", "9998-12-31T23:59:59Z"),
    *(
        "2026-03-08T10:00:00.000000000Z",
        "2026-03-08T10:00:00+14:00",
        "2026-03-08T10:00:00-99:99",
        "T10:00:00Z",
    ),
]


# ---------------------------------------------------------------- written against the standard


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-04-07T08:15:00-0500", "2026-04-07T08:15:00-05:00"),
        ("2026-04-07T08:15:00+05", "2026-04-07T08:15:00+05:00"),
        ("2026-04-07T08:15:00 -5:00", "2026-04-07T08:15:00-05:00"),
        ("2026-04-07T08 : 15 : 00-05: 00", "2026-04-07T08:15:00-05:00"),
        ("2026-04-07 08:15:00", "2026-04-07T08:15:00"),
        ("2026-04-07 08:15:00-05:00", "2026-04-07T08:15:00-05:00"),
        ("2026-04-07t08:15:00z", "2026-04-07T08:15:00Z"),
        ("2026-04-07 08:15:00 UTC", "2026-04-07T08:15:00Z"),
        ("2026-04-07T08:15:00,250Z", "2026-04-07T08:15:00.250Z"),
        (" 2026-04-07 ", "2026-04-07"),
        ("2026-4-7", "2026-04-07"),
        ("2026/04/07", "2026-04-07"),
        ("20260407", "2026-04-07"),
        ("20260407081500-0500", "2026-04-07T08:15:00-05:00"),
        ("2026-04-07T08:15:00\u221205:00", "2026-04-07T08:15:00-05:00"),
    ],
)
def test_a_date_that_can_be_read_in_one_way_only_is_read(written: str, meant: str) -> None:
    assert wording.understood(written) == meant
    assert wording.sort_key(written) == wording.sort_key(meant)
    assert wording.day(written) == "April 7, 2026"
    when = wording.when(written)
    assert when is not None
    assert (when.words, when.sort_key) == ("April 7, 2026", wording.sort_key(meant))


@pytest.mark.parametrize(
    "written",
    [
        *("04/07/2026", "7.4.2026", "2026047", "202604", "260407", "2026-99-", "2026-02-30T08:15:00-0500"),
        *("2026-04-07T8", "7 April 2026", "2026-04-07 to 2026-04-09", "tomorrow", "20260407 or so", "-0500"),
    ],
)
def test_what_could_be_read_in_several_ways_or_in_none_stays_as_written(written: str) -> None:
    assert wording.understood(written) == ""
    assert wording.day(written) == wording.moment(written) == written
    assert wording.sort_key(written) == ""


def test_how_it_is_written_is_told_among_the_details_only() -> None:
    assert wording.moment("2026-04-07T08:15:00-0500") == "April 7, 2026, 8:15 AM (UTC−05:00)"
    assert leaves.moment("2026-04-07T08:15:00-0500") == (
        "April 7, 2026, 8:15 AM (UTC−05:00) (written as “2026-04-07T08:15:00-0500”,"
        " which is not how the standard writes a date)"
    )
    assert leaves.moment("2026-04-07T08:15:00-05:00") == "April 7, 2026, 8:15 AM (UTC−05:00)"


def test_a_date_without_a_colon_in_its_offset_is_sorted_filtered_and_counted(server: RecordServer) -> None:
    odd = [
        laboratory_result(id=f"odd{n}", effectiveDateTime=f"2025-0{n}-09 23:30:00-0500") for n in range(1, 10)
    ]
    lawful = laboratory_result(id="lawful", effectiveDateTime="2024-06-01")

    found = section(server, "laboratory", lawful, *odd, since="2025-08-09", until="2025-08-09")
    whole = section(server, "laboratory", lawful, *odd)

    assert [str(row.when.words) for group in found.groups for row in group.rows if row.when] == [
        "August 9, 2025"
    ]
    assert {choice.name: choice.count for choice in choices(whole).years} == {"2025": 9, "2024": 1}
    days = [str(row.when.words) for group in whole.groups for row in group.rows if row.when]
    assert (days[0], days[-1]) == ("September 9, 2025", "June 1, 2024")


# ---------------------------------------------------------------- days that stand for none


@pytest.mark.parametrize(
    "written",
    [
        *("9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59.9999999-05:00", "9999-01-01", "9999"),
        *("0001-01-01", "0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "00010101", "99991231"),
        *("1900-01-01", "1900-01-01T00:00:00", "1900-01-01T05:00:00Z", "1899-12-31T19:00:00-05:00"),
    ],
)
def test_a_day_that_stands_for_none_is_no_date(written: str) -> None:
    assert wording.is_no_date(written)
    assert wording.sort_key(written) == wording.shown_day(written) == wording.machine(written) == ""
    assert wording.day(written) == "No date given"
    assert wording.moment(written) == f"No date given (written as {written})"
    when = wording.when(written, "Prescribed")
    assert when is not None
    assert (when.words, when.iso, when.sort_key, when.label) == ("Prescribed: no date given", "", "", "")


@pytest.mark.parametrize(
    "written", ["1900", "1900-01", "1900-01-02", "1899-12-30", "1901-01-01", "9998-12-31", "0002"]
)
def test_days_beside_them_are_dates(written: str) -> None:
    assert not wording.is_no_date(written)
    assert wording.sort_key(written) == written


def test_a_day_that_stands_for_none_is_never_newest_oldest_or_a_year(server: RecordServer) -> None:
    real = [medication_request(id=f"m{n}", authoredOn=f"2025-0{n}-03") for n in range(1, 10)]
    far, early = (
        medication_request(
            id="far", authoredOn="9999-12-31T00:00:00Z", medicationCodeableConcept={"text": "Far"}
        ),
        medication_request(id="early", authoredOn="1900-01-01", medicationCodeableConcept={"text": "Early"}),
    )

    found = timeline(far, *real, early)
    oldest = timeline(far, *real, early, order="oldest")
    listed = section(server, "medications", far, *real, early)

    assert set(titles(found)[-2:]) == set(titles(oldest)[-2:]) == {"Far", "Early"}
    assert [group.slug for group in found.groups] == ["year-2025", "year-undated"]
    assert {name for name, _words, _count in found.years} == {"2025", "undated"}
    assert {choice.name for choice in choices(listed).years} == {"2025", "undated"}


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(start="2021-05-06", end="9999-12-31"), "since May 6, 2021"),
        (Period(start="1900-01-01", end="2021-05-06"), "until May 6, 2021"),
        (Period(start="0001-01-01", end="9999-12-31"), ""),
    ],
)
def test_an_end_that_stands_for_none_is_no_end(period: Period, words: str) -> None:
    assert wording.span(period) == words


def test_of_several_dates_one_that_stands_for_none_comes_last() -> None:
    assert wording.given("9999-12-31", None, "2020-02-02") == "2020-02-02"
    assert wording.given(None, "1900-01-01") == "1900-01-01"
    assert wording.given(None, None) is None


# ---------------------------------------------------------------- times in UTC


@pytest.mark.parametrize(
    ("zone", "recorded", "words"),
    [
        ("America/New_York", "2026-03-02T02:30:00Z", "March 1, 2026"),
        ("America/New_York", "2026-03-02T04:59:59Z", "March 1, 2026"),
        ("America/New_York", "2026-03-02T05:00:00Z", "March 2, 2026"),
        ("America/New_York", "2026-07-02T03:59:00Z", "July 1, 2026"),
        ("America/New_York", "2026-07-02T04:00:00Z", "July 2, 2026"),
        ("America/New_York", "2026-11-01T03:59:59Z", "October 31, 2026"),
        ("America/New_York", "2026-11-02T04:59:59Z", "November 1, 2026"),
        ("America/New_York", "2026-03-08T04:59:59Z", "March 7, 2026"),
        ("America/New_York", "2026-03-09T04:00:00Z", "March 9, 2026"),
        ("America/New_York", "2026-01-01T03:00:00.123Z", "December 31, 2025"),
        ("Pacific/Honolulu", "2026-03-02T09:59:00Z", "March 1, 2026"),
        ("Pacific/Honolulu", "2026-03-02T10:00:00Z", "March 2, 2026"),
        ("Pacific/Auckland", "2026-01-02T11:00:00Z", "January 3, 2026"),
        ("Pacific/Auckland", "2026-01-02T10:59:00Z", "January 2, 2026"),
        ("Asia/Kolkata", "2026-01-02T18:30:00Z", "January 3, 2026"),
        ("UTC", "2026-03-02T02:30:00Z", "March 2, 2026"),
        ("America/New_York", "2026-03-02T02:30:00-00:00", "March 1, 2026"),
        ("America/New_York", "2026-03-02T02:30:00+00:00", "March 2, 2026"),
        ("America/New_York", "2026-03-02T02:30:00+05:30", "March 2, 2026"),
        ("America/New_York", "2026-03-02T02:30:00", "March 2, 2026"),
        ("Pacific/Honolulu", "2026-03-02T00:00:00Z", "March 2, 2026"),
        ("Pacific/Auckland", "2026-03-02T00:00:00.000Z", "March 2, 2026"),
        ("America/New_York", "2026-03-02T00:00Z", "March 2, 2026"),
        ("America/New_York", "2026-03-02T00:00:01Z", "March 1, 2026"),
        ("America/New_York", "2026-03-01T24:00:00Z", "March 1, 2026"),
        ("America/New_York", "2016-12-31T23:59:60Z", "December 31, 2016"),
    ],
)
def test_a_time_in_utc_is_on_the_agencys_day(zone: str, recorded: str, words: str) -> None:
    with timezone.override(zone):
        assert wording.day(recorded) == words
        when = wording.when(recorded)
        assert when is not None
        assert when.words == words
        assert wording.day(when.iso) == words
        key = wording.sort_key(recorded)
        assert instants.placed(recorded, ZoneInfo(zone)) == (wording.shown_day(recorded), key)


def test_an_entry_tells_a_time_in_utc_by_both_clocks() -> None:
    assert wording.moment("2026-03-02T02:30:00Z") == (
        "March 1, 2026, 9:30 PM, agency time; recorded as March 2, 2026, 2:30 AM (UTC)"
    )
    with timezone.override("UTC"):
        assert wording.moment("2026-03-02T02:30:00Z") == "March 2, 2026, 2:30 AM (UTC)"
    assert wording.moment("2026-03-02T02:30:00-05:00") == "March 2, 2026, 2:30 AM"
    assert wording.moment("2026-03-02T02:30:00+00:00") == "March 2, 2026, 2:30 AM (UTC)"


def test_an_entry_tells_midnight_in_utc_as_a_day_and_as_a_time() -> None:
    assert wording.moment("2026-07-02T00:00:00.000Z") == (
        "July 2, 2026; recorded as July 2, 2026, 12:00 AM (UTC),"
        " which as a time of day would be July 1, 2026, 8:00 PM, agency time"
    )


@pytest.mark.parametrize(
    ("start", "end", "by_days", "by_clocks"),
    [
        (
            "2026-01-15T01:00:00Z",
            "2026-01-15T01:45:00Z",
            "January 14, 2026",
            "January 14, 2026, 8:00 PM to 8:45 PM, agency time;"
            " recorded as January 15, 2026, 1:00 AM to 1:45 AM (UTC)",
        ),
        (
            "2026-01-14T23:00:00Z",
            "2026-01-15T00:00:00Z",
            "January 14, 2026",
            "January 14, 2026; recorded as January 14, 2026, 11:00 PM (UTC) to January 15, 2026, 12:00 AM (UTC),"
            " which as a time of day would be January 14, 2026, 6:00 PM to 7:00 PM, agency time",
        ),
        (
            "2026-01-15T00:00:00Z",
            "2026-01-15T00:30:00Z",
            "January 15, 2026",
            "January 15, 2026; recorded as January 15, 2026, 12:00 AM to 12:30 AM (UTC),"
            " which as a time of day would be January 14, 2026, 7:00 PM to 7:30 PM, agency time",
        ),
        (
            "2026-01-14T22:00:00-05:00",
            "2026-01-14T22:30:00-05:00",
            "January 14, 2026",
            "January 14, 2026, 10:00 PM to 10:30 PM",
        ),
    ],
)
def test_a_period_in_utc_is_told_by_both_clocks_and_never_ends_before_it_begins(
    start: str, end: str, by_days: str, by_clocks: str
) -> None:
    assert wording.span(Period(start=start, end=end)) == by_days
    assert wording.span(Period(start=start, end=end), words=False) == by_clocks


def test_lists_filters_years_and_the_timeline_agree_on_the_day_that_is_shown(server: RecordServer) -> None:
    late = [
        observation(id=f"late{n}", effectiveDateTime=f"2026-01-01T0{n % 5}:30:00Z", code={"text": "Evening"})
        for n in range(25)
    ]
    later = observation(id="later", effectiveDateTime="2026-01-01", code={"text": "Day"})

    by_year = timeline(*late, later, year="2025")
    by_day = timeline(*late, later, since="2025-12-31", until="2025-12-31")
    found = timeline(*late, later)
    narrowed = section(server, "vitals", *late, later, year="2025")

    assert len(rows(by_year)) == len(rows(by_day)) == 25
    assert {str(row.when.words) for row in rows(by_year) if row.when} == {"December 31, 2025"}
    assert [group.slug for group in found.groups] == ["year-2026", "year-2025"]
    assert [len(group.rows) for group in found.groups] == [1, 25]
    assert narrowed.tally.shown == 26
    assert {choice.name: choice.count for choice in choices(narrowed).years} == {"2026": 1, "2025": 25}


MOMENTS = st.datetimes(min_value=datetime(1910, 1, 1), max_value=datetime(2090, 1, 1))  # noqa: DTZ001 (in UTC below)
WRITTEN = st.sampled_from(["Z", "-05:00", "+13:00", "-0500", " Z", "-00:00"])


@settings(max_examples=300, deadline=None)
@given(
    moments=st.lists(MOMENTS, min_size=2, max_size=6),
    forms=st.lists(WRITTEN, min_size=6, max_size=6),
    zone=st.sampled_from(
        ["America/New_York", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kathmandu", "UTC"]
    ),
)
def test_whatever_the_offset_the_true_instant_sorts_and_one_look_says_what_several_do(
    moments: list[datetime], forms: list[str], zone: str
) -> None:
    def written(moment: datetime, form: str) -> str:
        digits = form.strip().replace(":", "")
        hours = 0 if digits in {"Z", "-0000"} else int(digits[:3])
        return (moment + timedelta(hours=hours)).isoformat(timespec="microseconds") + form

    recorded = {written(moment, form): moment for moment, form in zip(moments, forms, strict=False)}

    assert sorted(recorded, key=wording.sort_key) == sorted(recorded, key=lambda one: recorded[one])
    with timezone.override(zone):
        for one, moment in recorded.items():
            day, key = instants.placed(one, ZoneInfo(zone))
            assert (day, key) == (wording.shown_day(one), wording.sort_key(one))
            known = wording.understood(one)
            if instants.is_in_utc(known) and not instants.is_midnight_in_utc(known):
                assert date.fromisoformat(day) == moment.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()
            else:
                assert day == known[:10]


def test_odd_clocks_stand_at_their_moments() -> None:
    in_order = [
        "2016-12-31",
        "2016-12-31T23:59:59Z",
        "2016-12-31T23:59:59.5Z",
        "2016-12-31T18:59:60-05:00",
        "2016-12-31T24:00:00Z",
        "2017-01-01T00:00:00.25Z",
    ]

    backwards = in_order[::-1]

    assert sorted(backwards, key=wording.sort_key) == in_order
    assert (
        wording.moment("2026-03-01T24:00:00-05:00")
        == "March 1, 2026, 12:00 AM at the end of the day (UTC−05:00)"
    )


@pytest.mark.parametrize(
    ("recorded", "iso"),
    [
        ("2026-03-02T02:30:00Z", "2026-03-01T21:30:00-05:00"),
        ("2026-07-02T02:30:00.250Z", "2026-07-01T22:30:00-04:00"),
        ("2026-03-02T00:00:00Z", "2026-03-02"),
        ("2026-03-02T02:30:00-0500", "2026-03-02T02:30:00-05:00"),
        ("2026-03-02T24:00:00-05:00", "2026-03-02"),
        ("2016-12-31T23:59:60Z", "2016-12-31"),
        ("2026-03", "2026-03"),
        ("9999-12-31", ""),
        ("lately", ""),
    ],
)
def test_what_counts_days_and_draws_reads_the_day_that_is_shown(recorded: str, iso: str) -> None:
    assert wording.machine(recorded) == iso


@settings(max_examples=300, deadline=None)
@given(
    start=st.text(max_size=24) | st.sampled_from(ODD),
    end=st.none() | st.sampled_from(ODD),
    zone=st.sampled_from(["America/New_York", "Pacific/Apia", "Pacific/Honolulu", "Australia/Lord_Howe"]),
)
def test_whatever_stands_for_dates_is_told_without_an_error(start: str, end: str | None, zone: str) -> None:
    period = Period(start=start, end=end)
    with timezone.override(zone):
        for words in (True, False):
            said = wording.span(period, words=words)
            assert bool(said) or wording.is_no_date(start) or not start
        assert wording.is_over(period) + wording.is_to_come(period) + wording.in_force(period) >= 1
        assert wording.moment(start) or not start
        day, key = instants.placed(start, ZoneInfo(zone))
        assert bool(day) == bool(key)


def test_the_usual_forms_take_no_longer_than_reading_a_date_takes() -> None:
    """A long record has ten thousand of them: what is lawful takes the quick way, which is quicker than the other."""
    usual = "2026-03-05T10:00:00Z"
    quick = min(timeit.repeat(lambda: instants.placed(usual, NEW_YORK), number=2000, repeat=5))
    slow = min(timeit.repeat(lambda: instants._placed(usual, NEW_YORK), number=2000, repeat=5))

    assert quick < slow


# ---------------------------------------------------------------- today


def far(days: int, form: str = "%Y-%m-%d") -> str:
    return (timezone.localtime() + timedelta(days=days)).strftime(form)


@pytest.mark.parametrize(
    ("period", "state"),
    [
        (None, "in force"),
        (Period(), "in force"),
        (Period(end="9999-12-31"), "in force"),
        (Period(start="1900-01-01"), "in force"),
        (Period(end=far(0)), "in force"),
        (Period(end=far(40, "%Y-%m")), "in force"),
        (Period(end=far(0, "%Y")), "in force"),
        (Period(start=far(0)), "in force"),
        (Period(start=far(0, "%Y-%m")), "in force"),
        (Period(end=far(1, "%Y-%m-%dT%H:%M:%S-05:00")), "in force"),
        (Period(end=far(0, "%Y-%m-%dT00:00:00Z")), "in force"),
        (Period(end=far(-1)), "over"),
        (Period(end=far(-800, "%Y")), "over"),
        (Period(end=far(-1, "%Y-%m-%dT%H:%M:%SZ")), "over"),
        (Period(end=far(-1, "%Y-%m-%d %H:%M:%S-0500")), "over"),
        (Period(end=far(-2, "%Y-%m-%dT%H:%M:%S")), "over"),
        (Period(start=far(1)), "to come"),
        (Period(start="2090"), "to come"),
        (Period(start="2090-01-01", end="9999-12-31"), "to come"),
        (Period(start="some day", end="later"), "in force"),
    ],
)
def test_a_period_is_in_force_unless_it_is_over_or_has_not_begun(period: Period | None, state: str) -> None:
    found = {
        "over": wording.is_over(period),
        "to come": wording.is_to_come(period),
        "in force": wording.in_force(period),
    }

    assert [name for name, holds in found.items() if holds] == [state]
