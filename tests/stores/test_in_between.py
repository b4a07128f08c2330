"""PgBouncer, which gives its connections to somebody else after each transaction, and Redis with TLS and a password: a
whole sign-in, from the migrations on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis
import requests

from tests.servers import Servers, sign_in_over_http, start_both
from tests.smart_auth.test_transport import certificate  # noqa: F401  (a fixture)
from tests.stores import throwaway
from tests.stores.test_several_workers import ENTRY, SECONDS
from tests.stores.throwaway import Stores

pytestmark = pytest.mark.stores

PASSWORD = "canary-of-redis"


@pytest.fixture(scope="module")
def between(stores: Stores, certificate: Path) -> Iterator[Stores]:  # noqa: F811
    """A database of its own behind PgBouncer, and a Redis that speaks TLS alone."""
    if shutil.which("pgbouncer") is None:
        pytest.skip("this machine has no pgbouncer (apt-get install pgbouncer)")
    with ExitStack() as end:
        database = end.enter_context(throwaway.start_postgresql())
        pooled = end.enter_context(throwaway.start_pgbouncer(database))
        cache = end.enter_context(throwaway.start_redis(certificate=certificate, password=PASSWORD))
        yield Stores(pooled, cache)


@pytest.fixture(scope="module")
def servers(between: Stores) -> Iterator[Servers]:
    """A portal of three workers on them."""
    with start_both(
        demo={"DEMO_ACCESS_TOKEN_SECONDS": "61"}, portal={**between.environment, "WEB_CONCURRENCY": "3"}
    ) as both:
        yield both


def test_a_whole_sign_in_goes_through_both(servers: Servers, between: Stores) -> None:
    with requests.Session() as reader:
        reader.trust_env = False
        away = reader.get(f"{servers.portal}/auth/launch/", allow_redirects=False, timeout=SECONDS)
        page = reader.get(sign_in_over_http(away.headers["Location"], "daniel"), timeout=SECONDS)
        assert page.status_code == 200
        assert "Daniel" in page.text
        for slug in ("allergies", "vitals", "documents", "allergies"):
            section = reader.get(f"{page.url}{slug}/", timeout=SECONDS)
            assert section.status_code == 200
        entry = ENTRY.search(section.text)
        assert entry is not None
        assert reader.get(servers.portal + entry[1], timeout=SECONDS).status_code == 200
        kept = redis.Redis.from_url(between.cache_url).dbsize()

        token = reader.cookies["portal_csrf"]
        out = reader.post(f"{servers.portal}/auth/sign-out/", headers={"X-CSRFToken": token}, timeout=SECONDS)

        assert out.status_code == 200
        assert reader.get(page.url, timeout=SECONDS).status_code == 401
    assert kept > 0, "what was fetched is in the Redis that speaks TLS"


def test_a_redis_without_the_password_says_nothing(between: Stores) -> None:
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(between.cache_url.replace(f":{PASSWORD}@", "")).ping()
