"""Fetching a list: the first rows at once, the rest side by side, every entry exactly once, nothing twice."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest
import requests
import responses
from hypothesis import example, given, settings
from hypothesis import strategies as st

from records.fetching import asking as gathering
from records.fetching import collected as collecting
from records.fetching import date_windows, forms
from records.fetching.collected import Collected
from records.fetching.source import Source
from records.fhir import errors
from records.fhir.deadline import Deadline
from records.kinds import KINDS
from records.reading.places import Sifted
from records.reading.sifting import sift
from tests.people import BASE
from tests.records.searching import Search, matches
from tests.records.sources import a_source
from tests.resources import Json, bundle, medication_request, observation

VITALS = KINDS["vitals"]
NEW_YORK = timezone(-timedelta(hours=5))


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as server:
        yield server


def serve(mock: responses.RequestsMock, search: Search) -> Search:
    mock.add_callback(responses.GET, f"{BASE}Observation", search)
    return search


def daily(count: int, *, start: date = date(2010, 1, 1), step: int = 3) -> list[Json]:
    """Readings of one every few days, in no order."""
    found = [
        observation(
            id=f"o{n}",
            effectiveDateTime=f"{start + timedelta(days=step * n)}T12:00:00Z",
            note=[{"text": "n"}],
        )
        for n in range(count)
    ]
    return found[::2] + found[1::2]


def sifted(collected: Collected, source: Source) -> Sifted:
    pages = collecting.pages_of(collected, VITALS, source)
    return sift(VITALS, pages, patient=source.patient, base=source.base)


def shown(collected: Collected, source: Source) -> int:
    found = sifted(collected, source)
    assert found.tally.adds_up
    return found.tally.shown


# --- The first answer
def test_a_first_look_asks_for_one_page_newest_first(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(60), most=50)), a_source()

    found = gathering.first(VITALS, source, size=50)

    assert search.asked == ["patient=p1&category=vital-signs&_sort=-date&_count=50"]
    assert found.in_order
    assert not found.is_complete
    assert found.total == 60
    assert shown(found, source) == 50


def test_a_second_look_asks_nothing(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(60), most=50)), a_source()

    first = gathering.first(VITALS, source)
    again = gathering.first(VITALS, source)

    assert again.pages == first.pages
    assert len(search.asked) == 1


def late_first(
    source: Source, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[], object], *, size: int
) -> Collected:
    """A first look whose answer comes, but is not kept yet, when something else happens."""
    store_page, has_come = gathering.store_page, []

    def keep(*page: Any) -> str:
        if not has_come:
            has_come.append(True)
            meanwhile()
        return store_page(*page)

    monkeypatch.setattr("records.fetching.asking.store_page", keep)
    return gathering.first(VITALS, source, size=size)


@pytest.mark.parametrize("gather", [gathering.rest, gathering.first])
def test_a_first_look_that_comes_late_leaves_what_another_page_has_gathered(
    mock: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch, gather: Callable[..., Collected]
) -> None:
    search, source = serve(mock, Search(daily(300))), a_source()

    late = late_first(source, monkeypatch, lambda: gather(VITALS, source), size=50)

    asked = len(search.asked)
    assert shown(late, source) == shown(gathering.rest(VITALS, source), source) == 300
    assert len(search.asked) == asked


def test_a_first_look_for_a_list_that_was_to_be_renewed_is_not_lost_to_the_old_one(
    mock: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody was still gathering the old one, and kept it again."""
    serve(mock, Search(daily(300), most=50))
    source = a_source()
    old = gathering.rest(VITALS, source)
    collecting.renew(VITALS, source)

    new = late_first(source, monkeypatch, lambda: collecting.save(VITALS, source, old), size=50)

    kept = collecting.load(VITALS, source)
    assert kept is not None
    assert kept.asked_at == new.asked_at > old.asked_at


def test_a_list_in_no_order_is_not_called_newest_first(mock: responses.RequestsMock) -> None:
    serve(mock, Search(daily(60), most=50, sorts=False))

    assert not gathering.first(VITALS, a_source()).in_order


def test_a_list_that_was_in_order_is_looked_at_again_when_it_says_something_else(
    mock: responses.RequestsMock,
) -> None:
    source = a_source()
    readings = [observation(id=f"o{n}", effectiveDateTime=f"2024-01-0{9 - n}") for n in range(4)]
    found = []
    for entries in (readings, readings, readings[::-1]):
        mock.remove(responses.GET, f"{BASE}Observation")
        mock.get(f"{BASE}Observation", json=bundle(*entries))
        found.append(gathering.first(VITALS, source).in_order)
        collecting.renew(VITALS, source)

    assert found == [True, True, False]


@pytest.mark.parametrize("refused", [{"_sort"}, {"_count"}, {"_sort", "_count"}])
def test_a_server_that_refuses_order_or_size_is_asked_without_both_and_not_asked_again(
    mock: responses.RequestsMock, refused: set[str]
) -> None:
    search = serve(mock, Search(daily(60), most=50, refuses=lambda query: 400 * bool(refused & set(query))))
    source = a_source()

    assert shown(gathering.rest(VITALS, source), source) == 60
    assert not gathering.first(VITALS, source).in_order

    before = len(search.asked)
    gathering.first(VITALS, a_source())
    assert search.asked[before:] == ["patient=p1&category=vital-signs"]


def test_a_server_that_refuses_every_form_is_a_failure(mock: responses.RequestsMock) -> None:
    search = serve(mock, Search(daily(3), refuses=lambda _query: 400))

    with pytest.raises(errors.NotUnderstood):
        gathering.first(VITALS, a_source())
    assert len(search.asked) == 3


def test_a_server_that_requires_a_status_is_asked_for_every_one(mock: responses.RequestsMock) -> None:
    """US Core, general requirements: a server may refuse a search without `status`, and then takes all its codes."""
    search = serve(mock, Search(daily(3), refuses=lambda query: 0 if "status" in query else 400))
    source = a_source()

    found = gathering.first(VITALS, source)

    assert shown(found, source) == 3
    assert "entered-in-error" in search.asked[-1]
    assert forms.is_narrower(VITALS, found.form), "the receipt says so"
    before = len(search.asked)
    gathering.first(VITALS, a_source())
    assert len(search.asked) == before + 1, "it is remembered"


@pytest.mark.parametrize(("resource_type", "status"), forms.STATUSES.items())
def test_every_status_of_a_type_is_asked_for(resource_type: str, status: tuple[str, str]) -> None:
    name, codes = status
    model = importlib.import_module(f"fhir.resources.R4B.{resource_type.lower()}")
    field = getattr(model, resource_type).model_fields["lifecycleStatus" if name != "status" else "status"]

    known = set(field.json_schema_extra["enum_values"]) - {"+"}  # the model leaves some out, and says so
    assert known <= set(codes.split(","))


# --- The rest
@pytest.mark.parametrize("count", [1, 49, 50, 51, 99, 100, 101, 480, 700])
@pytest.mark.parametrize("counts", [True, False])
def test_the_rest_brings_every_entry(mock: responses.RequestsMock, count: int, counts: bool) -> None:
    search, source = serve(mock, Search(daily(count), most=50, counts=counts)), a_source()

    found = gathering.rest(VITALS, source)

    assert found.is_complete
    assert shown(found, source) == count
    assert set(search.sent) == {f"o{n}" for n in range(count)}


def test_a_long_list_is_fetched_in_windows_side_by_side(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(1000), most=100)), a_source()

    gathering.rest(VITALS, source)

    windows = [asked for asked in search.asked if asked.count("date=") == 2]
    assert len(windows) == date_windows.WINDOWS
    assert sum("date%3Amissing=true" in asked for asked in search.asked) == 1
    again = {name: times for name, times in search.sent.items() if times > 1}
    assert len(again) < 100 + 3 * date_windows.WINDOWS  # the first and the oldest page, and ties at the edges


def test_a_page_that_has_come_is_not_fetched_again(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(1000), most=100)), a_source()
    gathering.first(VITALS, source)

    gathering.rest(VITALS, source)
    before = list(search.asked)
    gathering.rest(VITALS, source)

    assert search.asked == before
    assert len(set(before)) == len(before)


def test_what_has_no_date_arrives_too(mock: responses.RequestsMock) -> None:
    undated = [observation(id=f"u{n}", effectiveDateTime=None) for n in range(7)]
    search, source = serve(mock, Search(daily(300) + undated, most=50)), a_source()

    assert shown(gathering.rest(VITALS, source), source) == 307
    assert set(search.sent) >= {f"u{n}" for n in range(7)}


@pytest.mark.parametrize("recorded", ["2011", "2012-06", "2010", "2018-05", "2010-01-01", "2019"])
def test_a_partial_date_arrives_whatever_it_may_mean(mock: responses.RequestsMock, recorded: str) -> None:
    partial = [observation(id=f"p{n}", effectiveDateTime=recorded) for n in range(3)]
    _, source = serve(mock, Search(daily(1000) + partial, most=100, counts=False)), a_source()

    assert shown(gathering.rest(VITALS, source), source) == 1003


def test_many_entries_of_one_day_at_the_edge_of_a_window_arrive_once(mock: responses.RequestsMock) -> None:
    ties = [observation(id=f"t{n}", effectiveDateTime="2015-06-01T08:00:00Z") for n in range(250)]
    _, source = serve(mock, Search(daily(600, step=5) + ties, most=50, counts=False)), a_source()

    assert shown(gathering.rest(VITALS, source), source) == 850


def test_a_list_of_one_day_arrives(mock: responses.RequestsMock) -> None:
    ties = [observation(id=f"t{n}", effectiveDateTime="2015-06-01T08:00:00Z") for n in range(600)]
    _, source = serve(mock, Search(ties, most=50)), a_source()

    assert shown(gathering.rest(VITALS, source), source) == 600


@pytest.mark.parametrize("zone", [NEW_YORK, timezone.utc, timezone(timedelta(hours=13))])  # noqa: UP017
@pytest.mark.parametrize("offset", ["-11:00", "+13:00", "Z", ""])
def test_the_servers_day_may_be_another_than_the_records(
    mock: responses.RequestsMock, zone: timezone, offset: str
) -> None:
    hourly = [
        observation(id=f"h{n}", effectiveDateTime=f"2020-05-{1 + n // 24:02}T{n % 24:02}:10:00{offset}")
        for n in range(700)
    ]
    _, source = serve(mock, Search(hourly, most=50, counts=False, zone=zone)), a_source()

    assert shown(gathering.rest(VITALS, source), source) == 700


@pytest.mark.parametrize("odd", ["2015-02-30", "2015-13-01", "yesterday at noon", "0001-01-01", "9999-12-31"])
def test_a_date_that_is_none_stops_nothing(mock: responses.RequestsMock, odd: str) -> None:
    first = bundle(observation(effectiveDateTime=odd), next=f"{BASE}more?n=2")
    mock.get(f"{BASE}Observation", json=first)
    mock.get(f"{BASE}more", json=bundle(observation(id="o2")))
    source = a_source()

    assert shown(gathering.rest(VITALS, source), source) == 2


# --- Where windows do not work
@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("refused", ["date", "date:missing"])
def test_where_windows_are_refused_the_first_pages_own_chain_is_followed(
    mock: responses.RequestsMock, refused: str, counts: bool
) -> None:
    undated = [observation(id=f"u{n}", effectiveDateTime=None) for n in range(7)]
    search = Search(
        daily(700) + undated, most=50, counts=counts, refuses=lambda query: 400 * (refused in query)
    )
    serve(mock, search)
    source = a_source()

    found = gathering.rest(VITALS, source)

    assert found.is_complete
    assert shown(found, source) == 707

    before = len(search.asked)
    gathering.rest(VITALS, a_source())
    assert not any(refused.replace(":", "%3A") + "=" in asked for asked in search.asked[before:])


def test_a_total_that_the_windows_do_not_reach_makes_the_serial_chain_be_followed(
    mock: responses.RequestsMock,
) -> None:
    """A server whose date search finds half of what it has."""
    search = Search(daily(700), most=50)
    found_by_date = search._found

    def lossy(query: dict[str, list[str]]) -> list[Json]:
        found = found_by_date(query)
        return found[::2] if "date" in query else found

    search._found = lossy  # type: ignore[method-assign]
    serve(mock, search)
    source = a_source()

    assert shown(gathering.rest(VITALS, source), source) == 700


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("status", [403, 404])
def test_where_windows_are_forbidden_the_first_pages_own_chain_is_followed(
    mock: responses.RequestsMock, status: int, counts: bool
) -> None:
    search = Search(
        daily(700), most=50, counts=counts, refuses=lambda query: status if "ge2014" in str(query) else 0
    )
    serve(mock, search)
    source = a_source()

    found = gathering.rest(VITALS, source)

    assert found.is_complete
    assert shown(found, source) == 700


@pytest.mark.parametrize("counts", [True, False])
@pytest.mark.parametrize("status", [500, 504])
def test_a_window_that_fails_again_is_given_up_for_the_serial_chain(
    mock: responses.RequestsMock, status: int, counts: bool
) -> None:
    """Each failure is told, and it is the reader who tries again: no server error is answered by a request more."""
    failing: list[str] = []

    def broken(query: dict[str, list[str]]) -> int:
        if "ge2014" not in str(query):
            return 0
        failing.append(str(query))
        return status

    serve(mock, Search(daily(700), most=50, counts=counts, refuses=broken))
    source = a_source()

    once, twice = gathering.rest(VITALS, source), gathering.rest(VITALS, source)
    asked = len(failing)
    found = gathering.rest(VITALS, source)

    for halted in (once, twice):
        assert halted.problem is not None
        assert shown(halted, source) < 700
    assert asked == 2 * len(set(failing))
    assert len(failing) == asked, "the window is not asked for a third time"
    assert found.is_complete
    assert shown(found, source) == 700


@pytest.mark.parametrize(("count", "sorts"), [(700, True), (700, False), (20, True)])
def test_what_a_server_counts_and_never_sends_is_remembered(
    mock: responses.RequestsMock, count: int, sorts: bool
) -> None:
    search = Search(daily(count), most=50, sorts=sorts)
    answer = search.__call__

    def boasting(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        status, headers, body = answer(request)
        return status, headers, body.replace(f'"total": {count}', f'"total": {count + 3}')

    mock.add_callback(responses.GET, f"{BASE}Observation", boasting)
    source = a_source()

    found = gathering.rest(VITALS, source)

    assert shown(found, source) == count
    assert (found.short, found.open, found.problem) == (3, [], None)
    assert not found.is_complete


MEDICATIONS = KINDS["medications"]


@pytest.mark.parametrize("pages", [1, 2])
@pytest.mark.parametrize(
    ("total", "short"),
    [(4, 0), (7, 0), (9, 5), (None, 0)],
    ids=["matches", "with those included", "neither", "uncounted"],
)
def test_a_total_may_count_what_was_included_too(
    mock: responses.RequestsMock, total: int | None, short: int, pages: int
) -> None:
    """Four prescriptions and the three medicines that they name, as HAPI counted them before its issue 7153."""
    prescribed = [medication_request(id=f"r{n}", authoredOn=f"2024-0{n}-02") for n in range(1, 5)]
    named = [
        {"resource": {"resourceType": "Medication", "id": f"m{n}"}, "search": {"mode": "include"}}
        for n in range(3)
    ]
    half = len(prescribed) // pages
    answers = [bundle(*prescribed[at : at + half], total=total) for at in range(0, len(prescribed), half)]
    for answer in answers:
        answer["entry"] += named
    if pages == 2:
        answers[0]["link"].append({"relation": "next", "url": f"{BASE}?_getpages=2"})
    mock.get(f"{BASE}MedicationRequest", json=answers[0])
    mock.get(BASE.removesuffix("/"), json=answers[-1])
    mock.get(BASE, json=answers[-1])
    source = a_source()

    found = gathering.rest(MEDICATIONS, source)

    assert (found.short, found.open, found.problem) == (short, [], None)
    assert found.is_complete is (short == 0)


def test_entries_without_an_id_are_all_counted(mock: responses.RequestsMock) -> None:
    nameless = [observation(id=None, effectiveDateTime=f"20{year}-01-02") for year in range(10, 24)]
    source = a_source()
    serve(mock, Search(nameless, most=5))

    assert gathering.rest(VITALS, source).short == 0


def test_a_server_that_does_not_sort_is_followed_page_by_page(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(700), most=100, sorts=False)), a_source()

    assert shown(gathering.rest(VITALS, source), source) == 700
    assert not any("date=" in asked or "missing" in asked for asked in search.asked)
    assert set(search.sent.values()) == {1}


# --- Several at once, deadlines, trouble
def test_two_who_ask_for_the_rest_at_once_do_not_fetch_it_twice(mock: responses.RequestsMock) -> None:
    gate = threading.Barrier(2)
    search, source = serve(mock, Search(daily(700), most=50)), a_source()
    gathering.first(VITALS, source)

    def ask(_number: int) -> Collected:
        gate.wait(10)
        return gathering.rest(VITALS, source)

    with ThreadPoolExecutor(2) as two:
        found = list(two.map(ask, range(2)))

    assert any(one.is_complete for one in found)
    assert len(set(search.asked)) == len(search.asked)
    assert shown(gathering.rest(VITALS, source), source) == 700


def test_what_another_process_is_fetching_is_given_after_a_pause_as_far_as_it_came(
    mock: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch
) -> None:
    search, source = serve(mock, Search(daily(700), most=50)), a_source()
    gathering.first(VITALS, source)
    lock = source.keep.name("collected", collecting.question(VITALS))
    assert source.keep.lock(lock, seconds=60)
    pauses: list[float] = []

    def meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        source.keep.unlock(lock)
        gathering.rest(VITALS, source)

    monkeypatch.setattr(gathering.time, "sleep", meanwhile)

    found = gathering.rest(VITALS, source)

    assert pauses == [gathering.PAUSE_SECONDS]
    assert (found.is_complete, shown(found, source)) == (True, 700)
    assert len(set(search.asked)) == len(search.asked)


def test_at_the_deadline_what_is_left_stays_open_and_the_next_look_goes_on(
    mock: responses.RequestsMock,
) -> None:
    search, source = serve(mock, Search(daily(700), most=50)), a_source()
    gathering.first(VITALS, source)
    over = source.within(0)

    halted = gathering.rest(VITALS, over)

    assert halted.open
    assert halted.problem is None
    assert len(search.asked) == 1
    assert shown(gathering.rest(VITALS, source), source) == 700
    assert len(set(search.asked)) == len(search.asked)


def test_a_deadline_in_the_middle_keeps_what_has_come(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(2000), most=50, sorts=False)), a_source()
    gathering.first(VITALS, source)
    hurried = source.within(20)
    deadline: Deadline = hurried.client.deadline

    def too_late(_query: dict[str, list[str]]) -> int:
        if len(search.asked) > 9:
            deadline._end = 0
        return 0

    search.refuses = too_late

    halted = gathering.rest(VITALS, hurried)

    assert shown(halted, source) == 450
    assert halted.problem is None
    search.refuses = lambda _query: 0
    assert shown(gathering.rest(VITALS, source), source) == 2000
    assert sum(search.sent.values()) == 2050  # the page that was cut off by the deadline came again


def test_after_trouble_the_next_look_asks_only_for_what_is_missing(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(2000), most=50, sorts=False)), a_source()
    search.refuses = lambda _query: 500 if len(search.asked) > 9 else 0

    broken = gathering.rest(VITALS, source)

    assert not broken.is_complete
    assert broken.problem is not None
    assert broken.problem.error == "ServerTrouble"
    assert shown(broken, source) == 450
    search.refuses = lambda _query: 0
    assert shown(gathering.rest(VITALS, source), source) == 2000
    assert set(search.sent.values()) == {1}


def test_a_forgotten_list_is_asked_for_anew_and_leaves_nothing_behind(mock: responses.RequestsMock) -> None:
    search, source = serve(mock, Search(daily(60), most=50)), a_source()
    collected = gathering.rest(VITALS, source)

    collecting.forget(VITALS, source)

    assert [source.keep.load(page) for page in collected.pages] == [None] * len(collected.pages)
    gathering.first(VITALS, source)
    assert len(set(search.asked)) < len(search.asked)


# --- Any record
RECORDED = st.one_of(
    st.none(),
    st.integers(1990, 2024).map(str),
    st.dates(date(1990, 1, 1), date(2024, 12, 31)).map(lambda day: f"{day:%Y-%m}"),
    st.dates(date(1990, 1, 1), date(2024, 12, 31)).map(str),
    st.builds(
        lambda day, clock, offset: f"{day}T{clock:%H:%M:%S}{offset}",
        st.dates(date(1990, 1, 1), date(2024, 12, 31)),
        st.times(),
        st.sampled_from(["", "Z", "-05:00", "+13:00"]),
    ),
)


@settings(max_examples=60)
# A server that neither sorts nor counts, and whose first page is newest first by chance.
@example(recorded=[None, "2000-01-01", "1990"], most=2, sorts=False, counts=False, refused=set())
@given(
    recorded=st.lists(RECORDED, max_size=60),
    most=st.integers(2, 12),
    sorts=st.booleans(),
    counts=st.booleans(),
    refused=st.sampled_from([set(), {"date"}, {"date:missing"}, {"_sort"}, {"_count"}]),
)
def test_whatever_dates_a_record_holds_each_entry_arrives_and_is_counted_once(
    recorded: list[str | None], most: int, sorts: bool, counts: bool, refused: set[str]
) -> None:
    entries = [observation(id=f"o{n}", effectiveDateTime=when) for n, when in enumerate(recorded)]
    search = Search(
        entries, most=most, sorts=sorts, counts=counts, refuses=lambda query: 400 * bool(refused & set(query))
    )
    from django.core.cache import cache

    cache.clear()
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        serve(mock, search)
        source = a_source()
        found = gathering.rest(VITALS, source)

        tally = sifted(found, source).tally

    assert found.is_complete
    assert set(search.sent) == {f"o{n}" for n in range(len(recorded))}
    assert tally.shown == len(recorded)
    assert tally.adds_up


@given(
    lower=st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    days=st.integers(0, 40_000),
    parts=st.integers(1, 20),
    inside=st.integers(0, 40_000),
)
def test_windows_leave_no_day_out(lower: date, days: int, parts: int, inside: int) -> None:
    upper = lower + timedelta(days=days)
    day = lower + timedelta(days=inside % (days + 1))

    bounds = date_windows.windows(lower.isoformat(), upper.isoformat(), parts)

    covering = [pair for pair in bounds if all(matches(day.isoformat(), bound) for bound in pair)]
    assert len(covering) == 1
    assert all(a[1][2:] == b[0][2:] for a, b in pairwise(bounds))
