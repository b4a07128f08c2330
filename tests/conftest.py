"""What all tests share."""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.management import call_command
from django.db import connection

from insync_portal import logs
from tests import sharing
from trail.entries import Entry, read_line

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
"""Data by others that some tests read; a machine that lacks it skips them with a reason."""


# A machine that is busy with other things is no fault of the code.
# CI tries the same examples each time: a change is judged by what it changes. At a desk new ones are tried.
hypothesis.settings.register_profile(
    "calm",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("calm")


def find_chromium() -> str | None:
    """The browser of the journeys, or None where this machine has none."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser; without one, the test is left out with a reason."""
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium on this machine (apt-get install chromium)")
    return path


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared data beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the folder of shared data is not beside the project")
    return SHARED


def pytest_configure(config: pytest.Config) -> None:
    """The process that gives tests out to others tells how far they are (with `-v` it names each, as ever)."""
    if shares_out(config) and config.get_verbosity() <= 0:
        config.pluginmanager.register(sharing.Progress(config), "progress")


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> sharing.Sharing | None:
    """With `--dist loadscope`, as `make test` has it, the scopes are ours."""
    return sharing.Sharing(config, log) if shares_out(config) else None


def shares_out(config: pytest.Config) -> bool:
    """Whether this process gives the tests out to others, as we want it."""
    return bool(config.getoption("tx", None)) and config.getoption("dist") == "loadscope"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In each of several processes the same order, after pytest-django has put theirs into each file."""
    if hasattr(config, "workerinput"):
        sharing.put_in_turn(items)


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """No test sees what another one cached."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """No test begins in the language that a request of another one left behind."""
    from django.utils import translation

    with translation.override("en"):
        yield


class Written(logging.Handler):
    """Every line that the portal would have logged at DEBUG."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logs.OneLine())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def canaries(lines: list[str]) -> list[str]:
    """The lines that hold what must not be logged."""
    return [line for line in lines if "canary" in line.lower()]


@pytest.fixture(autouse=True)
def no_canary_in_the_log() -> Iterator[None]:
    """A promise that every test holds: what a test calls a canary (a token, a name, a value) is never logged."""
    written, root = Written(), logging.getLogger()
    level = root.level
    root.addHandler(written)
    root.setLevel(logging.DEBUG)
    yield
    root.removeHandler(written)
    root.setLevel(level)
    assert canaries(written.lines) == []


@pytest.fixture(autouse=True)
def trail(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Entry]]:
    """The entries of the audit trail that go to standard output or standard error, none of which holds a canary."""
    from trail import keeping, writing

    kept: list[Entry] = []
    lines: list[str] = []

    def put(_descriptor: int, line: str) -> None:
        lines.append(line)
        entry = read_line(line)
        assert entry is not None
        kept.append(entry)

    monkeypatch.setattr(keeping, "put", put)
    monkeypatch.setattr(writing, "state", writing.State())
    yield kept
    assert canaries(lines) == []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, None]:
    """Where CI says REQUIRE_BROWSER=1 or REQUIRE_STORES=1, a test that is left out for the want of one has failed."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's Result
    for marker, variable in (("journey", "REQUIRE_BROWSER"), ("stores", "REQUIRE_STORES")):
        if report.skipped and os.environ.get(variable) and item.get_closest_marker(marker):
            report.outcome = "failed"
            report.longrepr = f"{variable} is set, but this test was left out: {report.longrepr}"


@pytest.fixture
def database_file(tmp_path: Path, transactional_db: None) -> Iterator[None]:
    """A database for what only several connections show, empty: a SQLite file as in the demo, for the tests' own is
    in memory; or the tests' own where that is a server's."""
    if connection.vendor != "sqlite":
        yield
        return
    place, kept = connection.settings_dict["NAME"], connection.connection
    connection.connection = None
    connection.settings_dict["NAME"] = str(tmp_path / "portal.sqlite3")
    try:
        call_command("migrate", verbosity=0)
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = place
        connection.connection = kept
