"""What is kept of the places in a long list."""

from __future__ import annotations

import json
import time

import pytest

from records.fetching.cache import Keep
from records.fetching.collected import Collected, Gone
from records.fetching.source import Source
from records.kinds import KINDS
from records.reading import kept
from records.reading.places import Sifted
from records.reading.sifting import sift
from tests.records.sources import a_source
from tests.resources import Json, bundle, condition, condition_category, observation

VITALS = KINDS["vitals"]


def a_collected(source: Source, *pages: Json) -> Collected:
    """Pages as if they had just arrived."""
    names = [source.keep.name("page", str(number)) for number in range(len(pages))]
    for name, content in zip(names, pages, strict=True):
        source.keep.store(name, json.dumps(content).encode())
    return Collected(asked_at=time.time(), pages=names)


def long_list(source: Source) -> Collected:
    """Two pages: three measures of two kinds, one taken back, one of a wrong shape, one twice."""
    first = observation(id="o1", effectiveDateTime="2024-01-01")
    return a_collected(
        source,
        bundle(first, observation(id="o2", effectiveDateTime="2025-03-04T10:00:00-05:00")),
        bundle(
            observation(id="o3", code={"text": "Grip"}, effectiveDateTime=None),
            observation(id="o4", status="entered-in-error"),
            observation(id=["o5"], effectiveDateTime=7),
            first,
        ),
    )


@pytest.fixture
def once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often a list was sifted: one number for each time."""
    times: list[int] = []

    def counted(*args: object, **named: object) -> Sifted:
        times.append(len(times))
        return sift(*args, **named)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(kept, "sift", counted)
    return times


def test_a_second_look_at_a_long_list_finds_the_same_without_sifting_it_again(once: list[int]) -> None:
    source = a_source()
    collected = long_list(source)

    first = kept.sifted(VITALS, source, collected)
    second = kept.sifted(VITALS, source, collected)

    assert once == [0]
    assert second == first
    assert first.tally.shown == 4
    assert first.tally.entered_in_error == 1
    assert first.tally.duplicate == 1
    assert len(first.series) == 2


def test_what_a_page_changes_in_its_copy_does_not_reach_the_next_page(once: list[int]) -> None:
    source = a_source()
    collected = long_list(source)
    kept.sifted(VITALS, source, collected)

    changed = kept.sifted(VITALS, source, collected)
    changed.tally.shown = 0
    changed.groups.clear()

    assert kept.sifted(VITALS, source, collected).tally.shown == 4
    assert once == [0]


def test_another_page_of_the_same_list_is_sifted_with_the_others(once: list[int]) -> None:
    source = a_source()
    collected = long_list(source)
    before = kept.sifted(VITALS, source, collected).tally.shown
    more = source.keep.name("page", "later")
    source.keep.store(more, json.dumps(bundle(observation(id="o9"))).encode())
    collected.pages.append(more)

    after = kept.sifted(VITALS, source, collected).tally.shown

    assert (before, after) == (4, 5)
    assert once == [0, 1]


def test_two_kinds_that_ask_the_same_keep_places_of_their_own() -> None:
    source = a_source()
    problem, diagnosis = (
        bundle(condition(id=name, category=[condition_category(name)]))
        for name in ("problem-list-item", "encounter-diagnosis")
    )
    collected = a_collected(source, problem, diagnosis)
    kinds = [kind for kind in KINDS.values() if kind.resource_type == "Condition"]

    found = {kind.slug: kept.sifted(kind, source, collected).groups for kind in kinds * 2}

    assert len(kinds) > 1
    assert len({repr(groups) for groups in found.values()}) == len(kinds)


def test_an_entry_of_another_patient_is_told_at_every_look(once: list[int]) -> None:
    source = a_source()
    theirs = observation(id="o8", subject={"reference": "Patient/p2"})
    collected = a_collected(source, bundle(observation()), bundle(theirs))

    looks = [kept.sifted(VITALS, source, collected).tally.another_patient for _ in range(2)]

    assert looks == [1, 1]
    assert once == [0, 1]


def test_what_is_kept_cannot_be_opened_with_another_sign_ins_key(once: list[int]) -> None:
    source = a_source()
    collected = long_list(source)
    kept.sifted(VITALS, source, collected)
    other = a_source()
    stolen = Keep(source.keep.cache_id, other.keep.key)

    assert stolen.load(source.keep.name("sifted", "vitals", *collected.pages)) is None
    with pytest.raises(Gone):
        kept.sifted(VITALS, other, collected)
