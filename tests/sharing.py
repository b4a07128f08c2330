"""How `make test` is shared out among processes, and how it tells how far it is.

What drives a browser goes first, and what takes longest before the rest, in pieces as small as their fixtures allow:
so no process is left waiting at the end.
"""

from __future__ import annotations

import re
import time
from collections import defaultdict
from collections.abc import Generator, Sequence
from fnmatch import fnmatch
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

WEIGHTS = {
    "tests/journeys/test_finding.py": 6.0,
    "tests/journeys/test_odd_shapes.py": 40.0,
    "tests/journeys/test_others.py": 12.0,
    "tests/journeys/test_patient.py": 20.0,
    "tests/journeys/": 4.0,
    "tests/stores/test_the_same.py": 80.0,
    "tests/stores/": 1.0,
    "tests/peers/test_served.py": 8.0,
    "tests/peers/test_fidelity.py": 1.0,
    "tests/": 0.03,
}
"""Seconds that one test takes, about, on one of two slow cores: by how its name begins, the first that fits."""

FIRST = ONE_BY_ONE = ("tests/journeys/",)
"""Each of these may run in any process: what they need is started once in each, and stopped after the last."""
BY_PARAMETER = ("tests/peers/test_served.py", "tests/peers/test_fidelity.py")
"""Here the tests of one parameter stay together: what it stands for is made once for them."""
TOGETHER = ("tests/stores/", "tests/records/test_*_served.py")
"""All of these files stay together: one pair of servers is started for them."""

STEPS = 20
"""How often a run tells how far it is."""


def weight(test: str) -> float:
    """About how many seconds a test takes."""
    return next((seconds for beginning, seconds in WEIGHTS.items() if test.startswith(beginning)), 0.03)


def piece(test: str) -> str:
    """The name of what a test runs together with: in one process, one after the other."""
    file, _, name = test.partition("::")
    if file.startswith(ONE_BY_ONE):
        return test
    for files in TOGETHER:
        if fnmatch(file, f"{files}*"):
            return files
    parameter = re.search(r"\[.*\]$", name)
    return f"{file}{parameter[0]}" if file.startswith(BY_PARAMETER) and parameter else file


def put_in_turn(items: list[pytest.Item]) -> None:
    """The heaviest pieces first; within a piece as they were."""
    heavy: defaultdict[str, float] = defaultdict(float)
    for item in items:
        heavy[piece(item.nodeid)] += weight(item.nodeid)

    def turn(item: pytest.Item) -> tuple[bool, float, str]:
        name = piece(item.nodeid)
        return not name.startswith(FIRST), -heavy[name], name

    items.sort(key=turn)


class Sharing(LoadScopeScheduling):
    """Gives each process the next piece as soon as it has nearly done its last."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        config.option.loadscopereorder = False  # by the number of tests; but one journey is a hundred others
        super().__init__(config, log)

    def _split_scope(self, nodeid: str) -> str:
        return piece(nodeid)


class Progress:
    """Instead of thousands of dots: a line for each twentieth of the work, and one for each failure at once."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.tests: Sequence[str] = ()
        self.whole = self.done = 0.0
        self.finished = self.told = 0
        self.began = time.monotonic()

    def say(self, line: str, **markup: bool) -> None:
        """A line of its own."""
        if terminal := self.config.pluginmanager.getplugin("terminalreporter"):
            terminal.write_line(line, **markup)

    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """A process has found the tests."""
        if not self.tests:
            self.tests, self.whole, self.began = ids, sum(map(weight, ids)), time.monotonic()
            self.say(f"{len(ids):,} tests. The first ones drive a browser and take longest.")

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, str, Any], tuple[str, str, Any]]:
        """No letter for a test; the words stay for the summary."""
        category, _letter, word = yield
        return category, "", word

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One test more is done, or has failed."""
        if report.failed:
            self.say(f"FAILED {report.nodeid}", red=True)
        if report.when != "teardown":
            return
        self.finished += 1
        self.done += weight(report.nodeid)
        step = int(self.done / self.whole * STEPS + 1e-9) if self.whole else 0
        if step > self.told:
            self.told = step
            self.say(self.line(time.monotonic() - self.began))

    def line(self, seconds: float) -> str:
        """How far it is, after so many seconds."""
        share = self.done / self.whole
        to_go = f"about {minutes(seconds / share * (1 - share))} to go" if share < 0.999 else "done"
        return f"{share:5.0%}   {self.finished:,} of {len(self.tests):,} tests in {minutes(seconds)}, {to_go}"


def minutes(seconds: float) -> str:
    """A time as one says it."""
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"
