"""Percentiles of growth, held against what CDC and WHO published and against another program."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.utils import translation

from records.words import growth

BORN = date(2015, 3, 10)
JUDGED = [line.split("\t") for line in (Path(__file__).parent / "growth_judged.tsv").read_text().splitlines()]
"""Sex, measure, days old, value, percentile, worked out with rcpchgrowth 4.6.5 (Royal College of Paediatrics and Child
Health, reference "cdc"). Its head sizes are CDC's, also below two years, and are not compared; nor is the first month,
in which it draws a curve between WHO's months where the table here has every day."""


def aged(months: float, born: date = BORN) -> date:
    return born + timedelta(days=round(months * 365.25 / 12))


@pytest.mark.parametrize(("sex", "measure", "days", "value", "percentile"), JUDGED)
def test_another_program_finds_the_same_place(
    sex: str, measure: str, days: str, value: str, percentile: str
) -> None:
    found = growth.percentile(measure, sex, BORN, BORN + timedelta(days=int(days)), float(value))

    assert found == pytest.approx(float(percentile), abs=0.1)


@pytest.mark.parametrize(
    ("sex", "months", "bmi", "percentile"),
    [("female", 114.5, 21.2, 92.24), ("male", 50.5, 22.6, 99.77)],
)
def test_the_examples_of_cdc_for_the_body_mass_index_and_its_extension_hold(
    sex: str, months: float, bmi: float, percentile: float
) -> None:
    found = growth._between(growth._table()["cdc", "bmi", sex], months)

    assert found is not None
    assert found.percentile(bmi) == pytest.approx(percentile, abs=0.01)


@pytest.mark.parametrize(
    ("measure", "sex", "days", "of", "value"),
    [
        # WHO, percentile tables by day: https://www.who.int/tools/child-growth-standards/standards
        ("head", "male", 365, 50, 46.1),
        ("head", "male", 365, 3, 43.6),
        ("head", "female", 365, 50, 44.9),
        ("weight", "male", 0, 50, 3.3),
        ("weight", "female", 0, 50, 3.2),
        ("height", "male", 365, 50, 75.7),
        ("height", "female", 365, 50, 74.0),
    ],
)
def test_the_curves_of_who_go_through_their_published_values(
    measure: str, sex: str, days: int, of: float, value: float
) -> None:
    found = growth.parameters(measure, sex, BORN, BORN + timedelta(days=days))

    assert found is not None
    assert found.value(of) == pytest.approx(value, abs=0.06)


def test_on_the_second_birthday_itself_the_charts_of_cdc_hold() -> None:
    birthday = date(2017, 3, 10)

    assert growth.reference_of(BORN, birthday - timedelta(days=1)) == growth.WHO
    assert growth.reference_of(BORN, birthday) == growth.CDC
    first = growth._table()["cdc", "weight", "male"][1][0]
    held = growth.parameters("weight", "male", BORN, birthday)
    assert held is not None
    assert held.middle == pytest.approx(first.middle, abs=0.01)
    assert growth.second_birthday(date(2016, 2, 29)) == date(2018, 3, 1)


@pytest.mark.parametrize("measure", ["weight", "height", "bmi", "head"])
@pytest.mark.parametrize("sex", ["female", "male"])
def test_a_place_and_its_value_are_two_sides_of_one_thing(measure: str, sex: str) -> None:
    for months in (0.5, 3, 11, 23, *(() if measure == "head" else (30, 90, 200))):
        held = growth.parameters(measure, sex, BORN, aged(months))
        assert held is not None
        for of in (3.0, 25.0, 50.0, 94.0, 97.0):
            assert held.percentile(held.value(of)) == pytest.approx(of, abs=1e-6)
        assert held.value(25) < held.value(50) < held.value(75) < held.value(97)


def test_nothing_is_made_up_beyond_what_is_published() -> None:
    assert growth.percentile("weight", "male", BORN, BORN - timedelta(days=1), 3) is None
    assert growth.percentile("weight", "male", BORN, aged(241), 70) is None
    assert growth.percentile("head", "male", BORN, aged(30), 48) is None
    assert growth.for_length("male", 44, 2) is None
    assert growth.for_length("male", 70, 8.4) == pytest.approx(47, abs=3)


def test_a_percentile_is_said_in_people() -> None:
    assert growth.place_words(56.6) == "57th percentile"
    assert [growth.ordinal(n) for n in (1, 2, 3, 11, 21, 92)] == ["1st", "2nd", "3rd", "11th", "21st", "92nd"]
    assert growth.meaning("weight", "female", 56.6) == "of 100 girls of this age, 57 weigh less"
    assert (
        growth.meaning("height", "male", 0.2)
        == "of 100 children of this age and sex, fewer than 1 are shorter"
    )
    assert growth.place_words(99.9) == "above the 99th percentile"
    assert growth.place_words(0.4) == "below the 1st percentile"
    with translation.override("es"):
        assert growth.place_words(56.6) == "percentil 57"
        assert growth.meaning("weight", "female", 56.6) == "de cada 100 niñas de esta edad, 57 pesan menos"
