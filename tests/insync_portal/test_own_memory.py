"""The cache in a process's own memory."""

from __future__ import annotations

import pytest
from django.core.cache.backends import locmem

from insync_portal import own_memory
from insync_portal.own_memory import SWEEP_SECONDS, OwnMemory


class Clock:
    """What `time.time` says to the cache."""

    now = 1_700_000_000.0

    def time(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (own_memory, locmem):
        monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr("django.core.cache.backends.base.time", clock)
    return clock


def held(name: str) -> int:
    """How many values are in the memory of this name, whether they are over or not."""
    return len(locmem._caches[name])


def test_what_is_over_leaves_the_memory_although_nobody_asks_for_it(clock: Clock) -> None:
    cache = OwnMemory("sweeping", {})
    cache.set("former", b"noise", 300)
    cache.set("ever", 1, None)
    clock.now += 299 + SWEEP_SECONDS
    cache.set("good", 2, 300)
    clock.now += SWEEP_SECONDS

    cache.add("now", b"noise", 300)

    assert held("sweeping") == 3
    assert [cache.get(name) for name in ("ever", "good", "now")] == [1, 2, b"noise"]


def test_what_one_thread_keeps_another_sweeps(clock: Clock) -> None:
    OwnMemory("of both", {}).set("page", b"noise", 1)
    clock.now += SWEEP_SECONDS

    OwnMemory("of both", {}).set("other", b"noise", 1)

    assert held("of both") == 1


def bounded(name: str, most: int) -> OwnMemory:
    return OwnMemory(name, {"OPTIONS": {"MOST_BYTES": most, "MAX_ENTRIES": 10_000}})


def test_what_was_used_longest_ago_goes_first_when_there_are_too_many_bytes() -> None:
    cache = bounded("bounded", 10_000)
    for name in ("a", "b", "c"):
        cache.set(name, b"x" * 3000)
    cache.get("a")

    cache.set("d", b"x" * 3000)

    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"]


def test_a_value_that_is_larger_than_all_room_takes_no_other_away() -> None:
    cache = bounded("too large", 10_000)
    cache.set("a", b"x" * 3000)
    cache.set("b", b"x" * 3000)

    cache.set("b", b"x" * 11_000)

    assert cache.get("a")
    assert cache.get("b") is None


def test_bytes_are_counted_rightly_however_values_come_and_go(clock: Clock) -> None:
    cache = bounded("counted", 10_000)
    for round_ in range(50):
        cache.set("over", b"x" * 3000, 1)
        cache.set("again", b"x" * 2000)
        cache.set("again", b"x" * 2500)
        cache.set("gone", b"x" * 2000)
        cache.delete("gone")
        clock.now += SWEEP_SECONDS + round_ % 2
    cache.set("a", b"x" * 3000)
    cache.set("b", b"x" * 3000)

    assert all(cache.get(name) for name in ("again", "a", "b"))


def test_locks_and_marks_stay_whatever_large_values_come() -> None:
    cache = bounded("small", 10_000)
    cache.set("lock", 1)

    for number in range(30):
        cache.set(f"page {number}", b"x" * 3000)

    assert cache.get("lock") == 1


def test_a_file_that_waits_is_pushed_out_by_nothing_and_takes_half_of_the_memory_at_most() -> None:
    cache = bounded("holding", 100_000)
    cache.set("record:a:held:0", b"x" * 40_000)

    for number in range(20):
        cache.set(f"page{number}", b"x" * 20_000)
    cache.set("record:b:held:0", b"x" * 20_000)

    assert cache.has_key("record:a:held:0")
    assert not cache.has_key("record:b:held:0")
    assert cache.has_key("page19")


def test_nor_is_it_pushed_out_by_many_names() -> None:
    cache = OwnMemory("many names", {"OPTIONS": {"MAX_ENTRIES": 10}})
    cache.set("record:a:held:0", b"x")

    for number in range(50):
        cache.set(f"name{number}", 1)

    assert cache.has_key("record:a:held:0")
    assert held("many names") <= 11
