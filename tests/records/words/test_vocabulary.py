"""Words that mean the same: both tables are whole, every name of the commonest medicines leads to the others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from records.kinds import KINDS
from records.service.search_terms import Term, terms_of
from records.words import vocabulary as words
from records.words.vocabulary import Vocabulary, lay_words, look_alikes, medicines, vocabulary

PRESCRIBED = Path(__file__).with_name("prescribed.tsv")
"""Medicines that are prescribed often: the generic name and a brand of each. Both as their labels have them."""

PAIRS = [line.split("\t") for line in PRESCRIBED.read_text().splitlines() if not line.startswith("#")]


def term(typed: str) -> Term:
    (one,) = terms_of(typed, vocabulary())
    return one


@pytest.mark.parametrize(("generic", "brand"), PAIRS, ids=[brand for _generic, brand in PAIRS])
def test_brand_and_generic_find_each_other(generic: str, brand: str) -> None:
    assert term(brand).stands_in(f"{generic} 10 mg oral tablet")
    assert term(generic).stands_in(f"{brand.lower()} 10 mg oral tablet")


def test_the_table_of_pairs_is_a_long_one() -> None:
    assert len(PAIRS) >= 180
    assert len({generic for generic, _brand in PAIRS}) >= 170


def test_every_line_of_lay_words_names_a_part_of_the_record_and_two_languages() -> None:
    found = list(lay_words(words.LAY_WORDS.read_text().splitlines()))

    assert len(found) > 200
    assert {one.where for one in found} <= set(KINDS)
    assert all(len(one.firsts) == 2 for one in found)
    assert all(one.firsts[0] not in one.wide for one in found)


def test_medicines_with_names_alike_are_not_one_medicine() -> None:
    """Two names of a confused pair on one line would show the one where the other was asked for."""
    for group in set(look_alikes().values()):
        for one in group:
            for other in group:
                if vocabulary().generic(one.name) != vocabulary().generic(other.name):
                    assert not term(one.name).stands_in(other.name), f"{one.name} finds {other.name}"


def test_only_a_brand_and_its_own_generic_stand_in_a_group_as_one() -> None:
    same = {
        frozenset((one.name, other.name))
        for group in set(look_alikes().values())
        for one in group
        for other in group
        if one.name != other.name and vocabulary().generic(one.name) == vocabulary().generic(other.name)
    }

    assert same == {frozenset(("clonazepam", "klonopin"))}


def test_what_a_medicine_is_for_is_said_in_both_languages() -> None:
    for group in look_alikes().values():
        for one in group:
            english, spanish = one.purposes
            assert re.match(r"(?:for|to|after) ", english), one.name
            assert re.match(r"(?:para|después) ", spanish), one.name


def test_a_short_name_leads_to_others_and_is_not_looked_for_itself() -> None:
    known = Vocabulary.of(lay_words(["conditions\theart attack|MI|~weak heart\tinfarto"]))
    (asked,) = terms_of("infarto", known)
    (typed,) = terms_of("MI", known)

    assert asked.stands_in("heart attack in 2004")
    assert not asked.stands_in("mi")
    assert not asked.stands_in("a weak heart")
    assert typed.stands_in("heart attack in 2004")


@pytest.mark.parametrize("line", ["conditions", "conditions\t", "\theart attack", "a\tb\tc\td"])
def test_a_line_of_another_shape_is_named_by_its_number(line: str) -> None:
    with pytest.raises(ValueError, match="line 2"):
        list(lay_words(["# words", line]))


def test_an_agency_adds_words_of_its_own(tmp_path: Path) -> None:
    own = tmp_path / "words.tsv"
    own.write_text("visits\tACT team|assertive community treatment\tequipo ACT\n")

    (asked,) = terms_of("ACT team", vocabulary(own))

    assert asked.stands_in("assertive community treatment, weekly")
    assert not any(one.where == "visits" and "ACT team" in one.names for one in term("act").meanings)


def test_the_tables_are_small() -> None:
    size = sum(table.stat().st_size for table in (words.MEDICINES, words.LAY_WORDS, words.LOOK_ALIKES))

    assert size < 2_000_000
    assert len(list(medicines(words.MEDICINES.read_text().splitlines()))) > 1000
