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
