"""design.md: "the same tests run on both". Wherever database or cache matter, they run once more on servers."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.stores.throwaway import Stores

pytestmark = pytest.mark.stores

WHERE_IT_MATTERS = (
    "tests/smart_auth/test_access.py",
    "tests/smart_auth/test_callback.py",
    "tests/smart_auth/test_renewal.py",
    "tests/smart_auth/test_sessions.py",
    "tests/smart_auth/test_sign_in.py",
    "tests/smart_auth/test_sign_out.py",
    "tests/smart_auth/test_whole_sign_in.py",
    "tests/records/fetching/test_cache.py",
    "tests/records/test_failure_matrix.py",
    "tests/records/fetching/test_asking.py",
    "tests/records/words/test_ages.py",
    "tests/records/test_visited.py",
    "tests/insync_portal/test_front.py",
    "tests/insync_portal/test_accesses.py",
    "tests/trail/test_keeping.py",
    "tests/smart_auth/test_trail.py",
)


def test_what_holds_on_the_embedded_stores_holds_on_postgresql_and_redis(stores: Stores) -> None:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    on_servers = {"TEST_DATABASE_URL": stores.database_url, "TEST_CACHE_URL": stores.cache_url}

    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--reuse-db", *WHERE_IT_MATTERS],
        cwd=ROOT,
        env=inherited | on_servers,
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )

    assert ran.returncode == 0, ran.stdout[-20_000:] + ran.stderr[-2_000:]
    closing = ran.stdout.splitlines()[-1]
    passed = re.search(r"(\d+) passed", closing)
    assert passed is not None
    assert int(passed[1]) > 300, closing
    assert "skipped" not in closing
    with stores.database() as database:
        used = database.execute(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'test_portal'"
        ).fetchone()
    assert used is not None
    assert int(str(used[0])) > 100, "the tests did not use PostgreSQL"
    assert stores.cache().info("commandstats")["cmdstat_set"]["calls"] > 100, "the tests did not use Redis"
