"""The keys in addresses: the same all through a session, nothing to anybody else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.pages.keys import Keys

PARTS = st.lists(
    st.text(st.characters(exclude_characters="/", exclude_categories=["Cs"])), min_size=1, max_size=3
)


@given(parts=PARTS)
def test_a_key_gives_back_what_it_was_made_of(parts: list[str]) -> None:
    keys = Keys(b"k" * 32)
    key = keys.make(*parts)

    assert keys.read(key) == tuple(parts)
    assert keys.make(*parts) == key
    assert re.fullmatch("[A-Za-z0-9_-]{22,}", key)


def test_a_key_says_nothing_of_what_it_stands_for() -> None:
    key = Keys(b"k" * 32).make("AllergyIntolerance", "canary-1")

    assert "llergy" not in key
    assert "canary" not in key
    assert Keys(b"x" * 32).make("AllergyIntolerance", "canary-1") != key


@pytest.mark.parametrize(
    "key", ["", "A", "AAAA", "x" * 24, "x" * 400, "ü" * 30, "../../etc", "=" * 24, "%00" * 10]
)
def test_what_is_no_key_opens_nothing(key: str) -> None:
    assert Keys(b"k" * 32).read(key) is None


@given(key=st.text())
def test_no_text_breaks_the_reading_of_keys(key: str) -> None:
    assert Keys(b"k" * 32).read(key) is None


def test_a_changed_key_opens_nothing() -> None:
    keys = Keys(b"k" * 32)
    key = keys.make("Condition", "c1")

    for place in range(len(key) - 1):
        other = "A" if key[place] != "A" else "B"
        assert keys.read(key[:place] + other + key[place + 1 :]) is None
    assert Keys(b"x" * 32).read(key) is None
