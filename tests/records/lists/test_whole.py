"""The whole record at once: every question once, to its end, and nothing asked that a section has."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Any

import pytest

from records.fetching import collected as collecting
from records.fetching.collected import Collected
from records.fetching.source import AccessOver, Sharing, Source
from records.fetching.under_way import FLIGHTS, answer_in_full
from records.fhir import errors
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists.whole import Part, Whole, load_kept, load_whole
from tests.records.conftest import RecordServer
from tests.records.sources import a_source
from tests.resources import Json, allergy, bundle, condition, medication_request, patient

SOME = ("allergies", "medications", "conditions")


def part(whole: Whole, slug: str) -> Part:
    return next(one for one in whole.parts if one.kind.slug == slug)


def test_each_question_is_asked_once_though_several_sections_ask_it(server: RecordServer) -> None:
    server.whole_record(Condition=[condition()], Patient=[patient()])

    whole = load_whole(KINDS.values(), source=a_source(), patience=8)

    asked = [request.url for request in server.asked()]
    assert len(asked) == len(set(asked))
    assert part(whole, "conditions").sifted is not None
    assert whole.is_complete


def test_what_was_fetched_is_not_fetched_again(server: RecordServer) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    source = a_source()
    load_whole(KINDS.values(), source=source, patience=8)
    asked = len(server.asked())

    again = load_whole(KINDS.values(), source=source, patience=8)

    assert asked > 10
    assert len(server.asked()) == asked
    assert again.is_complete


def test_a_list_is_followed_to_its_end(server: RecordServer) -> None:
    server.whole_record()
    more = server.url("AllergyIntolerance/more")
    server.arrange("AllergyIntolerance", bundle(allergy(), next=more))
    server.arrange("AllergyIntolerance/more", bundle(allergy(id="a2")))

    found = part(load_whole(KINDS.values(), source=a_source(), patience=8), "allergies")

    assert found.sifted is not None
    assert found.sifted.tally.shown == 2
    assert not found.is_open


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Waits until somebody waits for the allergies."""
    there, real = threading.Semaphore(0), FLIGHTS.start_or_join

    def start_or_join(kind: AnyKind, *how: Any, **more: Any) -> Any:
        found = real(kind, *how, **more)
        if kind.slug == "allergies":
            there.release()
        return found

    def wait() -> None:
        assert there.acquire(timeout=10)

    monkeypatch.setattr(FLIGHTS, "start_or_join", start_or_join)
    return wait


def test_two_pages_at_once_ask_nothing_twice_and_both_have_all(
    server: RecordServer, waiting: Callable[[], None]
) -> None:
    """The timeline and a search, or two visits, side by side."""
    server.whole_record(MedicationRequest=[medication_request()])
    held = threading.Event()

    def slowly(_query: dict[str, str]) -> Json:
        assert held.wait(10)
        return bundle(allergy(), next=server.url("AllergyIntolerance/more"))

    server.by("AllergyIntolerance", slowly)
    server.arrange("AllergyIntolerance/more", bundle(allergy(id="a2")))
    source = a_source()

    with ThreadPoolExecutor(2) as pages:
        looks = [pages.submit(load_whole, KINDS.values(), source=source, patience=8) for _ in range(2)]
        waiting()
        waiting()
        held.set()
        wholes = [one.result(20) for one in looks]

    asked = [request.url for request in server.asked()]
    assert len(asked) == len(set(asked))
    assert len(asked) > 10
    assert all(one.is_complete for one in wholes)


def test_a_list_waits_for_the_rest_that_another_page_is_fetching(server: RecordServer) -> None:
    """A long section beside the timeline, or in two tabs."""
    server.whole_record()
    held, at_it, kind, source = threading.Event(), threading.Event(), KINDS["allergies"], a_source()

    def slowly(_query: dict[str, str]) -> Json:
        at_it.set()
        assert held.wait(10)
        return bundle(allergy(id="a2"))

    server.arrange("AllergyIntolerance", bundle(allergy(), next=server.url("AllergyIntolerance/more")))
    server.by("AllergyIntolerance/more", slowly)

    with ThreadPoolExecutor(2) as pages:
        timeline = pages.submit(load_whole, [kind], source=source, patience=8)
        assert at_it.wait(10)
        section = pages.submit(answer_in_full, kind, source)
        _done, waits = wait([section], timeout=0.1)
        held.set()

        assert waits == {section}
        assert section.result(20).is_complete
        assert part(timeline.result(20), "allergies").is_whole
    assert len(server.asked("AllergyIntolerance/more")) == 1


def test_what_a_page_with_little_time_asked_for_comes_for_whoever_has_more(
    server: RecordServer, waiting: Callable[[], None]
) -> None:
    server.whole_record()
    kind, source, held = KINDS["allergies"], a_source(), threading.Event()

    def slowly(_query: dict[str, str]) -> Json:
        assert held.wait(10)
        return bundle(allergy())

    server.by("AllergyIntolerance", slowly)
    hurried = part(load_whole([kind], source=source.within(0.1), patience=8), "allergies")
    waiting()

    with ThreadPoolExecutor(1) as pages:
        look = pages.submit(load_whole, [kind], source=source, patience=8)
        waiting()
        held.set()

        assert hurried.is_open
        assert part(look.result(20), "allergies").is_whole
    assert len(server.asked("AllergyIntolerance")) == 1


def test_what_is_late_is_shown_as_far_as_it_came(server: RecordServer) -> None:
    server.whole_record()
    held = threading.Event()

    def late(_query: dict[str, str]) -> Json:
        assert held.wait(10)
        return bundle(allergy(id="a2"))

    server.arrange("AllergyIntolerance", bundle(allergy(), next=server.url("AllergyIntolerance/more")))
    server.by("AllergyIntolerance/more", late)
    kind, source = KINDS["allergies"], a_source()
    flying = FLIGHTS.start(kind, source)
    flying.result(10)
    rest = FLIGHTS.finish(kind, source)

    found = part(load_whole([kind], source=source, patience=0.2), "allergies")
    held.set()

    assert found.sifted is not None
    assert found.sifted.tally.shown == 1
    assert found.is_open
    assert rest.result(10).is_complete
    assert part(load_whole([kind], source=source, patience=8), "allergies").is_whole


def test_a_section_that_fails_says_why_and_the_others_stand(server: RecordServer) -> None:
    server.whole_record(MedicationRequest=[medication_request()])
    server.arrange("AllergyIntolerance", status=403)

    whole = load_whole(KINDS.values(), source=a_source(), patience=8)

    assert isinstance(part(whole, "allergies").error, errors.NotShared)
    assert part(whole, "medications").sifted is not None
    assert not whole.is_complete
    assert not whole.is_open


def test_what_is_not_shared_is_not_asked(server: RecordServer) -> None:
    server.whole_record()
    source = a_source(shares=lambda kind: Sharing.NONE if kind == "AllergyIntolerance" else Sharing.FULL)

    whole = load_whole(KINDS.values(), source=source, patience=8)

    assert part(whole, "allergies").sharing is Sharing.NONE
    assert server.asked("AllergyIntolerance") == []
    assert server.asked("MedicationRequest")
    assert not whole.is_complete


def test_a_sign_in_that_ended_ends_the_page(server: RecordServer) -> None:
    server.whole_record()
    server.arrange("AllergyIntolerance", status=401)

    with pytest.raises((AccessOver, errors.SignInExpired)):
        load_whole(KINDS.values(), source=a_source(), patience=8)


def test_no_patience_gives_what_there_is_and_says_that_it_is_open(server: RecordServer) -> None:
    server.whole_record()
    kinds = [KINDS[slug] for slug in SOME]
    source = a_source()
    load_whole(kinds[:1], source=source, patience=8)

    whole = load_whole(kinds, source=source, patience=8)

    assert whole.is_complete
    assert whole.as_of is not None


# --- A cache that loses what it is given
def test_a_list_whose_pages_a_cache_loses_at_once_is_not_asked_for_again_and_again(
    server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fetching.cache.Keep.load", lambda *_name: None)
    monkeypatch.setattr("records.fetching.chains.MOST_AT_HAND", 0)  # too long to stay in memory meanwhile
    server.whole_record(MedicationRequest=[medication_request()])
    server.arrange("AllergyIntolerance", bundle(allergy(), next=server.url("AllergyIntolerance/more")))
    server.arrange("AllergyIntolerance/more", bundle(allergy(id="a2")))

    whole = load_whole(KINDS.values(), source=a_source(), patience=8)

    assert part(whole, "allergies").has_failed
    assert not whole.is_open
    assert not whole.is_complete
    assert part(whole, "medications").is_whole


def kept_for(seconds: float, source: Source) -> Whole:
    """What is kept of a record whose allergies were asked for so long ago, and have left the cache."""
    collected = Collected(asked_at=time.time() - seconds, pages=["gone"])
    collecting.save(KINDS["allergies"], source, collected)
    return load_kept([KINDS["allergies"]], source)


@pytest.mark.parametrize(("seconds", "is_open"), [(5, False), (250, True)])
def test_a_list_whose_pages_left_the_cache_is_asked_for_again_only_where_its_time_was_over(
    seconds: float, is_open: bool
) -> None:
    source = a_source()

    whole = kept_for(seconds, source)

    assert (whole.is_open, part(whole, "allergies").has_failed) == (is_open, not is_open)
    assert collecting.load(KINDS["allergies"], source) is None
