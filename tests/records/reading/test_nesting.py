"""What is told in another entry: nothing is lost, whatever names what."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from records.reading.nesting import fold


def test_a_questionnaire_holds_its_answers_also_those_behind_its_total() -> None:
    assert fold({"panel": ["a", "total"], "total": ["a", "b"]}) == {"panel": ["a", "total", "b"]}


def test_of_entries_that_name_each_other_the_one_that_names_most_stands() -> None:
    assert fold({"a": ["panel"], "b": ["panel"], "panel": ["a", "b"]}) == {"panel": ["a", "b"]}


def test_an_answer_of_two_questionnaires_is_told_in_both() -> None:
    assert fold({"one": ["a"], "two": ["a"]}) == {"one": ["a"], "two": ["a"]}


def test_an_entry_that_names_itself_stands() -> None:
    assert fold({"a": ["a"]}) == {"a": []}


def test_a_chain_of_thousands_is_told_in_its_first() -> None:
    assert fold({n: [n + 1] for n in range(5000)}) == {0: list(range(1, 5001))}


@given(st.dictionaries(st.integers(0, 8), st.lists(st.integers(0, 8), min_size=1, max_size=4), max_size=9))
def test_whatever_is_named_stands_or_is_held(named: dict[int, list[int]]) -> None:
    held = fold(named)

    everything = set(named) | {one for others in named.values() for one in others}
    assert everything == set(held) | {one for others in held.values() for one in others}
