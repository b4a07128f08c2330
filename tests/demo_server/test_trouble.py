"""The trouble switches themselves: what they bite, how often, and what cannot be set."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from demo_server.trouble import BadSwitch, Switches, switch_from


def switches(*given: dict[str, Any]) -> Switches:
    one = Switches()
    one.replace(map(switch_from, given))
    return one


def test_a_switch_bites_its_own_type_only() -> None:
    set_ = switches({"kind": "status", "status": 503, "on": "AllergyIntolerance"})

    assert set_.take("status", "Observation", "search") is None
    assert set_.take("slow", "AllergyIntolerance", "search") is None
    taken = set_.take("status", "AllergyIntolerance", "search")
    assert taken is not None
    assert taken.status == 503


def test_a_switch_on_everything_bites_every_type() -> None:
    set_ = switches({"kind": "broken-json"})

    assert set_.take("broken-json", "Patient", "read")
    assert set_.take("broken-json", "Binary", "read")


def test_a_switch_may_be_for_further_pages_only() -> None:
    set_ = switches({"kind": "status", "interaction": "next"})

    assert set_.take("status", "Observation", "search") is None
    assert set_.take("status", "Observation", "next")


def test_a_switch_lets_the_first_ones_pass_and_then_wears_out() -> None:
    set_ = switches({"kind": "status", "after": 1, "times": 2})

    assert [bool(set_.take("status", "Goal", "read")) for _ in range(5)] == [False, True, True, False, False]
    assert (set_.all()[0]["after"], set_.all()[0]["times"]) == (0, 0)


def test_a_worn_out_switch_makes_room_for_the_next() -> None:
    set_ = switches({"kind": "status", "status": 500, "times": 1}, {"kind": "status", "status": 404})

    assert [one.status for _ in range(2) if (one := set_.take("status", "Goal"))] == [500, 404]


def test_whoever_hangs_is_let_go_when_the_switches_are_cleared() -> None:
    set_ = switches({"kind": "hang", "seconds": 600})
    taken = set_.take("hang", "Goal", "search")
    assert taken is not None
    waiting = threading.Thread(target=set_.wait, args=(taken,), daemon=True)

    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    set_.clear()
    waiting.join(10)

    assert not waiting.is_alive()


@pytest.mark.parametrize(
    "given",
    [
        "status",
        {},
        {"kind": "earthquake"},
        {"kind": "status", "on": "Starship"},
        {"kind": "status", "status": 200},
        {"kind": "status", "status": "503"},
        {"kind": "status", "times": -1},
        {"kind": "status", "times": True},
        {"kind": "slow", "seconds": 6000},
        {"kind": "status", "interaction": "history"},
        {"kind": "status", "until": "tomorrow"},
    ],
)
def test_what_makes_no_sense_cannot_be_set(given: Any) -> None:
    with pytest.raises(BadSwitch):
        switch_from(given)
