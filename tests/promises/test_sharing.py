"""`make test` shares its tests out as it should, and says rightly how far it is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests import sharing
from tests.conftest import ROOT

JOURNEYS = ["tests/journeys/test_patient.py::test_long", "tests/journeys/test_staying.py::test_short[a]"]


def test_what_shares_servers_stays_in_one_process_and_journeys_need_not() -> None:
    def together(*tests: str) -> bool:
        return len({sharing.piece(test) for test in tests}) == 1

    assert together("tests/stores/test_the_same.py::test_a", "tests/stores/test_shared_cache.py::test_b[1]")
    assert together(
        "tests/records/test_names_served.py::test_a", "tests/records/test_times_served.py::test_b"
    )
    assert together("tests/peers/test_served.py::test_a[x/1]", "tests/peers/test_served.py::test_b[x/1]")
    assert not together("tests/peers/test_served.py::test_a[x/1]", "tests/peers/test_served.py::test_a[x/2]")
    assert together(
        "tests/smart_auth/test_access.py::test_a[1]", "tests/smart_auth/test_access.py::test_b[2]"
    )
    assert not together(*JOURNEYS)


def test_the_heaviest_goes_first_and_the_browser_before_all() -> None:
    small = [f"tests/records/test_small.py::test_{letter}" for letter in "ba"]
    large = [f"tests/records/test_large.py::test_{number}" for number in range(9)]
    items: list[Any] = [SimpleNamespace(nodeid=test) for test in (*small, *large, *reversed(JOURNEYS))]

    sharing.put_in_turn(items)

    assert [item.nodeid for item in items] == [*JOURNEYS, *large, *small]


def test_what_it_knows_of_is_there() -> None:
    named = {*sharing.WEIGHTS, *sharing.FIRST, *sharing.BY_PARAMETER, *sharing.TOGETHER}

    assert [name for name in named if not list(ROOT.glob(name))] == []


def test_half_of_the_work_is_not_half_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    progress = sharing.Progress(None)  # type: ignore[arg-type]  # it only writes with it
    monkeypatch.setattr(progress, "say", lambda line, **_markup: said.append(line))
    light = [f"tests/records/test_light.py::test_{number}" for number in range(800)]
    progress.pytest_xdist_node_collection_finished([*JOURNEYS, *light])

    for test in JOURNEYS:
        for when in ("setup", "call", "teardown"):
            progress.pytest_runtest_logreport(SimpleNamespace(nodeid=test, when=when, failed=False))  # type: ignore[arg-type]
    assert progress.line(60).startswith("  50%   2 of 802 tests in 1 min 00 s, about 1 min 00 s to go")
    progress.pytest_runtest_logreport(SimpleNamespace(nodeid=light[0], when="call", failed=True))  # type: ignore[arg-type]

    assert len(said) == 4
    assert said[-1] == f"FAILED {light[0]}"
