"""Units given as codes alone are written as one reads them; units in the record's own words stay as they are."""

from __future__ import annotations

from decimal import Decimal

import pytest

from records.fhir.codes import UCUM
from records.fhir.elements import Quantity, Range
from records.words import wording


@pytest.mark.parametrize("unit", [None, "", "as the code"])
@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("Cel", "37 °C"),
        ("[degF]", "37 °F"),
        ("{score}", "37"),
        ("{#}", "37"),
        ("1", "37"),
        ("{#}/a", "37 per year"),
        ("{drinks}/wk", "37 drinks/wk"),
        ("10*3/uL", "37 10³/µL"),
        ("/min", "37 per minute"),
        ("{beats}/min", "37 beats/min"),
        ("/uL", "37 per µL"),
        ("/{tot}", "37 per tot"),
        ("/", "37 /"),
        ("10*-3.uL", "37 10⁻³.µL"),
        ("ug/dL", "37 µg/dL"),
        ("umol/L", "37 µmol/L"),
        ("mL/min/{1.73_m2}", "37 mL/min/1.73 m2"),
        ("u[IU]/mL", "37 µIU/mL"),
        ("m[IU]/L", "37 mIU/L"),
        ("ueq/L", "37 µeq/L"),
        ("ng/mL{DDU}", "37 ng/mL DDU"),
        ("ug{FEU}/mL", "37 µg FEU/mL"),
        ("umol/mmol{creat}", "37 µmol/mmol creat"),
        ("mmol/mol{Hb}", "37 mmol/mol Hb"),
        ("%{HbA1c}", "37 % HbA1c"),
        ("/100{WBC}", "37 per 100 WBC"),
        ("{RBC}/[HPF]", "37 RBC/HPF"),
        ("cm[H2O]", "37 cmH₂O"),
        ("[tbs_us]", "37 tablespoons"),
        ("[foz_us]", "37 fluid ounces"),
        ("[cup_us]", "37 cups"),
        ("[sctsp_us]", "37 [sctsp_us]"),
        ("[Amb'a'1'U]", "37 [Amb'a'1'U]"),
        ("u", "37 u"),
        ("us", "37 µs"),
        ("mg/dL", "37 mg/dL"),
        ("kg/m2", "37 kg/m²"),
        ("lumen", "37 lumen"),
        ("{}", "37 {}"),
        ("%", "37%"),
    ],
)
def test_a_ucum_code_is_written_as_one_reads_it(code: str, said: str, unit: str | None) -> None:
    shown = Quantity(value=Decimal(37), unit=code if unit == "as the code" else unit, system=UCUM, code=code)

    assert wording.quantity(shown) == said


@pytest.mark.parametrize(
    ("unit", "system", "code", "said"),
    [
        ("Cel", None, None, "37 Cel"),
        ("K/uL", UCUM, "10*3/uL", "37 K/uL"),
        ("10*3/uL", None, None, "37 10*3/uL"),
        ("{drinks}/wk", "urn:own", "{drinks}/wk", "37 {drinks}/wk"),
        (None, "urn:own", "Cel", "37 Cel"),
        ("tablet", None, None, "37 tablet"),
    ],
)
def test_a_unit_in_the_records_own_words_stays_as_it_is(
    unit: str | None, system: str | None, code: str | None, said: str
) -> None:
    assert wording.quantity(Quantity(value=Decimal(37), unit=unit, system=system, code=code)) == said


def test_one_of_a_kitchens_measures_is_one() -> None:
    def said(value: str) -> str:
        return wording.quantity(Quantity(value=Decimal(value), system=UCUM, code="[tsp_us]"))

    assert (said("1"), said("2"), said("0.5")) == ("1 teaspoon", "2 teaspoons", "0.5 teaspoons")


def test_a_letter_for_degrees_is_read_as_degrees_where_the_code_says_so() -> None:
    assert wording.quantity(Quantity(value=Decimal(37), unit="C", system=UCUM, code="Cel")) == "37 °C"
    assert wording.quantity(Quantity(value=Decimal(5), unit="C")) == "5 C"


def test_a_range_says_the_written_unit_once() -> None:
    low, high = (Quantity(value=Decimal(n), system=UCUM, code="10*3/uL") for n in (3, 10))

    assert wording.range_words(Range(low=low, high=high)) == "3 to 10 10³/µL"
