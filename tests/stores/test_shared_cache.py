"""The cache in Redis: what is in it is not believed, and it may be away."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import redis

from insync_portal import shared_cache
from insync_portal.shared_cache import SharedCache
from tests.stores.throwaway import Stores, start_redis

pytestmark = pytest.mark.stores


class Clock:
    """What `time.monotonic` says to the cache."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A process in which Redis has never failed yet."""
    clock = Clock()
    monkeypatch.setattr(shared_cache, "time", clock)
    monkeypatch.setattr(shared_cache, "_down_until", 0.0)
    shared_cache._meanwhile.clear()
    return clock


@pytest.fixture
def shared(stores: Stores) -> Iterator[SharedCache]:
    cache = SharedCache(stores.cache_url, {})
    yield cache
    stores.cache().config_set("maxmemory", "64mb")
    stores.cache().flushdb()


@pytest.mark.parametrize("value", [b"\x00\xffnoise", b"7", "words", 429, 0, 1764022000.25, ["a", "b"], None])
def test_what_is_kept_comes_back_as_it_was(shared: SharedCache, value: Any) -> None:
    shared.set("name", value, 60)

    found = shared.get("name", "nothing")

    assert (type(found), found) == (type(value), value)


SPRUNG: list[str] = []


class Trap:
    """A pickle that names a function of this module, as an intruder's would name one of the system's."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return spring, ("sprung",)


def spring(word: str) -> str:
    SPRUNG.append(word)
    return word


def test_what_somebody_else_put_into_redis_runs_no_code(shared: SharedCache, stores: Stores) -> None:
    planted = pickle.dumps(Trap())
    pickle.loads(planted)  # noqa: S301  (the trap works)
    assert SPRUNG.pop() == "sprung"
    shared.set("name", b"ours", 60)
    assert shared.get("name") == b"ours"

    stores.cache().set(":1:name", planted)

    assert shared.get("name") is None
    assert SPRUNG == []


@pytest.mark.parametrize(
    "noise",
    [b"\xa1\xff", b"\x91" * 100_000 + b"\xc0", b"\xc1", b""],
    ids=["text", "deep", "no word", "empty"],
)
def test_noise_that_somebody_put_into_redis_is_as_if_it_were_not_there(
    noise: bytes, shared: SharedCache, stores: Stores
) -> None:
    stores.cache().set(":1:name", noise)

    assert shared.get("name") is None
    shared.set("name", b"ours", 60)
    assert shared.get("name") == b"ours"


def test_counting_is_common_to_all_who_count(shared: SharedCache, stores: Stores) -> None:
    with ThreadPoolExecutor(16) as crowd:
        shared.add("count", 0, 60)
        list(crowd.map(lambda _one: shared.incr("count"), range(160)))

    assert shared.get("count") == 160
    assert stores.cache().ttl(shared.make_key("count")) > 0
    with pytest.raises(ValueError, match="not found"):
        shared.incr("never began")


def test_a_lock_is_taken_once_whoever_asks(shared: SharedCache, stores: Stores) -> None:
    another = SharedCache(stores.cache_url.replace("127.0.0.1", "localhost"), {})

    assert shared.add("lock", 1, 60)
    assert not another.add("lock", 1, 60)
    another.delete("lock")
    assert shared.add("lock", 1, 60)


def test_while_redis_is_away_a_worker_keeps_its_own_and_afterwards_the_common_one(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    with start_redis() as address:
        cache = SharedCache(address, {})
        cache.set("name", b"common", 60)
        assert cache.get("name") == b"common"
    cache.set("name", b"own", 60)
    assert cache.get("name") == b"own"
    assert not cache.add("name", 1, 60)
    cache.delete_many(["name"])
    assert cache.get("name") is None
    assert [record.levelname for record in caplog.records if "does not answer" in record.message] == [
        "WARNING"
    ]


def test_a_redis_that_failed_is_asked_again_after_a_while(
    shared: SharedCache, stores: Stores, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared.set("name", b"common", 60)
    with monkeypatch.context() as broken:
        broken.setattr(shared._class, "get", lambda *_said: (_ for _ in ()).throw(redis.TimeoutError("slow")))
        assert shared.get("name") is None
    shared.set("name", b"own", 60)
    assert shared.get("name") == b"own"

    clock.now += shared_cache.PAUSE_SECONDS

    assert shared.get("name") == b"common"


def test_a_full_redis_is_one_that_is_away(shared: SharedCache, stores: Stores) -> None:
    stores.cache().config_set("maxmemory-policy", "noeviction")
    stores.cache().config_set("maxmemory", "1")
    try:
        shared.set("name", b"a page", 60)
    finally:
        stores.cache().config_set("maxmemory-policy", "allkeys-lru")

    assert shared.get("name") == b"a page"
    assert stores.cache().exists(":1:name") == 0


def test_threads_share_their_connections(shared: SharedCache, stores: Stores) -> None:
    clients = [SharedCache(stores.cache_url, {}) for _ in range(20)]
    for client in clients:
        client.set("name", 1, 60)

    assert len({id(client._cache) for client in clients}) == 1
