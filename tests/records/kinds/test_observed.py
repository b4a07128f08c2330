"""Each Observation stands in exactly one section; and what a test is called stays out of addresses."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds import KINDS
from records.kinds.observed import (
    CATEGORIES,
    LIFE,
    LIFE_CODES,
    OTHER,
    ObservedHead,
    section_of,
    series_by_code,
)
from tests.records.kinds.reading import head_of
from tests.resources import coded, observation

LABORATORY = KINDS["laboratory"]


def head(*codes: str, **odd: Any) -> ObservedHead:
    found: ObservedHead = head_of(
        LABORATORY, observation(category=[{"coding": [{"code": code}]} for code in codes], **odd)
    )
    return found


@pytest.mark.parametrize(("section", "codes"), CATEGORIES.items())
def test_every_category_that_a_section_asks_for_leads_to_that_section(
    section: str, codes: tuple[str, ...]
) -> None:
    assert {section_of(head(code)) for code in codes} == {section}


@pytest.mark.parametrize(
    ("codes", "section"),
    [
        (("social-history", "vital-signs"), "vitals"),
        (("survey", "laboratory"), "laboratory"),
        (("laboratory", "vital-signs"), "vitals"),
        (("exam", "imaging"), "imaging"),
        (("sdoh", "survey"), "questionnaires"),
        (("garden", "laboratory"), "laboratory"),
    ],
)
def test_of_several_categories_the_stronger_claim_counts_in_either_order(
    codes: tuple[str, ...], section: str
) -> None:
    assert section_of(head(*codes)) == section
    assert section_of(head(*reversed(codes))) == section


@pytest.mark.parametrize("codes", [(), ("garden",), ("Laboratory",)])
def test_a_missing_or_unknown_category_is_other(codes: tuple[str, ...]) -> None:
    assert section_of(head(*codes)) == OTHER


@pytest.mark.parametrize("code", sorted(LIFE_CODES))
def test_sexual_orientation_and_smoking_are_about_life_whatever_their_category(code: str) -> None:
    assert section_of(head("survey", code=coded("http://loinc.org", code))) == LIFE
    assert section_of(head("survey", code=coded("http://other.example", code))) != LIFE


def test_no_observation_stands_in_two_of_the_sections_that_are_here() -> None:
    kinds = [kind for kind in KINDS.values() if kind.resource_type == "Observation"]

    for codes in [(), ("garden",), *((code,) for of_it in CATEGORIES.values() for code in of_it)]:
        standing = [kind.slug for kind in kinds if kind.place(head(*codes)) is not None]
        assert len(standing) <= 1, codes
        if section_of(head(*codes)) in {"laboratory", "imaging", "clinical-tests", OTHER, "vitals"}:
            assert len(standing) == 1, codes


def test_a_test_is_told_apart_by_its_loinc_code_wherever_that_stands() -> None:
    own = {"system": "https://lab.example", "code": "GLU"}
    loinc = {"system": "http://loinc.org", "code": "2345-7"}

    assert series_by_code(head(code={"coding": [own, loinc]})) == series_by_code(
        head(code={"coding": [loinc]})
    )
    assert series_by_code(head(code={"coding": [own]})) == "https://lab.example|GLU"
    assert series_by_code(head(code={"text": "Glucose"})) == "|Glucose"


def test_one_code_of_two_systems_of_none_and_as_a_word_are_four_tests() -> None:
    codes: list[dict[str, Any]] = [
        {"coding": [{"system": "http://loinc.org", "code": "2345-7"}], "text": "2345-7"},
        {"coding": [{"system": "https://lab.example", "code": "2345-7"}], "text": "2345-7"},
        {"coding": [{"code": "2345-7"}], "text": "2345-7"},
        {"text": "2345-7"},
    ]

    assert len({series_by_code(head(code=code)) for code in codes}) == 4


def test_a_set_of_results_is_no_test_of_its_own() -> None:
    assert series_by_code(head(hasMember=[{"reference": "Observation/a"}])) is None
