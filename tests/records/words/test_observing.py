"""What an observation says: its value of any type with the record's digits, why there is none, what is unusual."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.fhir.elements import Observation
from records.fhir.reading import read
from records.words import flags, observing, wording
from records.words.rows import Flag, Measure, Telling
from tests.resources import Json, coded, observation

INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
LOINC = "http://loinc.org"


def observed(raw: str | None = None, **odd: Any) -> Observation:
    odd.setdefault("valueQuantity", None)
    text = json.dumps(observation(**odd))
    if raw is not None:
        text = text.replace('"VALUE"', raw)
    return read(text.encode(), Observation)[0]


def measured(raw: str | None = None, **odd: Any) -> Measure:
    return observing.measure(observed(raw, **odd))


def quantity(value: Any, unit: str | None = "kg", **more: Any) -> Json:
    return {"value": value, **({"unit": unit} if unit else {}), **more}


# --- Values
@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"valueQuantity": quantity(5)}, "5 kg"),
        ({"valueQuantity": quantity(0)}, "0 kg"),
        ({"valueQuantity": quantity(-3)}, "-3 kg"),
        ({"valueQuantity": quantity(5, None)}, "5"),
        ({"valueQuantity": quantity(5, None, code="mm[Hg]")}, "5 mm[Hg]"),
        ({"valueQuantity": quantity(5, None, code="1")}, "5"),
        ({"valueQuantity": quantity(5, "%")}, "5%"),
        ({"valueCodeableConcept": {"text": "Never smoker"}}, "Never smoker"),
        ({"valueCodeableConcept": coded(LOINC, "LA1-1")}, "LOINC code LA1-1, without a name"),
        ({"valueString": " clear "}, "clear"),
        ({"valueBoolean": True}, "Yes"),
        ({"valueBoolean": False}, "No"),
        ({"valueInteger": 0}, "0"),
        ({"valueInteger": 12}, "12"),
        ({"valueRange": {"low": quantity(1), "high": quantity(2)}}, "1 to 2 kg"),
        ({"valueRange": {"low": quantity(1)}}, "1 kg or more"),
        ({"valueRange": {"high": quantity(0)}}, "0 kg or less"),
        ({"valueRatio": {"numerator": quantity(1, None), "denominator": quantity(128, None)}}, "1 : 128"),
        ({"valueTime": "08:30:00"}, "08:30:00"),
        ({"valueDateTime": "2024-10"}, "October 2024"),
        ({"valuePeriod": {"start": "2019", "end": "2020"}}, "2019 to 2020"),
        (
            {"valueSampledData": {"origin": quantity(0, "mV"), "data": "1 2 3", "period": 10}},
            "A recording of 3 points mV",
        ),
    ],
)
def test_a_value_of_every_type_is_put_in_words(value: Json, words: str) -> None:
    assert observing.value_words(observed(**value)) == words
    shown = measured(**value)
    assert shown.telling is Telling.SAID
    assert str(shown.value).startswith(words.split()[0].rstrip("%"))


@pytest.mark.parametrize(
    "number",
    ["7.20", "0.0", "0", "120", "1.0000000000000000001", "-0.50", "100.00", "12345678901234567890.5"],
)
def test_a_number_keeps_the_digits_of_the_record(number: str) -> None:
    assert measured(number, valueQuantity={"value": "VALUE", "unit": "kg"}).value == number


@pytest.mark.parametrize(("number", "words"), [("1e3", "1000"), ("1.20E+2", "120"), ("5e-3", "0.005")])
def test_an_exponent_is_written_out(number: str, words: str) -> None:
    assert measured(number, valueQuantity={"value": "VALUE", "unit": "kg"}).value == words


@pytest.mark.parametrize(
    ("comparator", "words"), [("<", "< 5"), ("<=", "≤ 5"), (">", "> 5"), (">=", "≥ 5"), ("ad", "ad 5")]
)
def test_a_comparator_stands_before_its_number(comparator: str, words: str) -> None:
    assert measured(valueQuantity=quantity(5, comparator=comparator)).value == words


@pytest.mark.parametrize("unit", ["mg/dL", "[lb_av]", "mm[Hg]", "µg/L", "tablets", "10*3/uL"])
def test_a_unit_is_the_records_own(unit: str) -> None:
    shown = measured(valueQuantity=quantity(5, unit, code="other"))

    assert (shown.value, shown.unit) == ("5", unit)


# --- None
def test_every_reason_of_the_standard_has_words() -> None:
    assert set(wording.ABSENT) == {
        *("unknown", "asked-unknown", "temp-unknown", "not-asked", "asked-declined", "masked"),
        *("not-applicable", "unsupported", "as-text", "error", "not-a-number", "negative-infinity"),
        *("positive-infinity", "not-performed", "not-permitted"),
    }


@pytest.mark.parametrize("code", sorted(wording.ABSENT))
def test_why_there_is_no_value_is_told(code: str) -> None:
    shown = measured(dataAbsentReason=coded(ABSENT, code))

    assert (shown.value, shown.telling) == (wording.ABSENT[code], Telling.ABSENT)


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({}, "Value not recorded"),
        ({"valueQuantity": {"unit": "kg"}}, "Value not recorded (unit: kg)"),
        ({"valueString": "  "}, "Value not recorded"),
        ({"valueCodeableConcept": {}}, "Value not recorded"),
        (
            {"dataAbsentReason": coded(ABSENT, "not-performed") | {"text": "The sample had clotted"}},
            "Was not done: The sample had clotted",
        ),
        ({"dataAbsentReason": coded(ABSENT, "not-performed") | {"text": "Not Performed"}}, "Was not done"),
        ({"dataAbsentReason": {"text": "Patient left"}}, "Patient left"),
        ({"dataAbsentReason": coded("urn:own", "left", "Left early")}, "Left early"),
    ],
)
def test_a_missing_value_is_said_to_be_missing_and_never_guessed(odd: Json, words: str) -> None:
    shown = measured(**odd)

    assert (shown.value, shown.telling) == (words, Telling.ABSENT)


def test_a_set_of_readings_is_called_one() -> None:
    assert measured(hasMember=[{"reference": "Observation/o2"}]).value == "A set of readings"


# --- Blood pressure
def part(code: str, **value: Any) -> Json:
    name = {"8480-6": "Systolic", "8462-4": "Diastolic"}.get(code, f"Part {code}")
    return {"code": coded(LOINC, code, name), **value}


def pressure(systolic: Json | None, diastolic: Json | None, **odd: Any) -> Measure:
    parts = [
        part(code, **value)
        for code, value in (("8480-6", systolic), ("8462-4", diastolic))
        if value is not None
    ]
    return measured(code=coded(LOINC, "85354-9"), component=parts, **odd)


def mm(value: Any, **more: Any) -> Json:
    return {"valueQuantity": quantity(value, "mm[Hg]", **more)}


def test_a_blood_pressure_is_one_reading_of_two_numbers() -> None:
    shown = pressure(mm(138), mm(84))

    assert (shown.value, shown.unit, shown.is_words) == ("138/84", "mm[Hg]", False)


@pytest.mark.parametrize(
    ("systolic", "diastolic", "words"),
    [
        (mm(138), None, "138/not recorded"),
        (None, mm(84), "not recorded/84"),
        (mm(138), {"dataAbsentReason": coded(ABSENT, "not-performed")}, "138/not measured"),
        ({"dataAbsentReason": coded(ABSENT, "masked")}, mm(84), "hidden/84"),
        (mm(138), {}, "138/not recorded"),
        (mm(138, comparator=">"), mm(84), ">138/84"),
    ],
)
def test_a_missing_half_is_said_in_its_place(
    systolic: Json | None, diastolic: Json | None, words: str
) -> None:
    assert pressure(systolic, diastolic).value == words


def test_a_pressure_without_numbers_says_why() -> None:
    reason = {"dataAbsentReason": coded(ABSENT, "error")}
    shown = pressure(reason, reason)

    assert (shown.value, shown.telling) == ("Could not be measured", Telling.ABSENT)


@pytest.mark.parametrize("diastolic", [{"valueString": "about 80"}, mm(84)])
def test_a_pressure_recorded_in_words_keeps_them(diastolic: Json) -> None:
    shown = pressure({"valueString": "about 120"}, diastolic)

    assert "about 120" in str(shown.value)
    assert "8" in str(shown.value)
    assert shown.telling is Telling.SAID


def test_two_units_are_not_made_one() -> None:
    shown = pressure(mm(138), {"valueQuantity": quantity(11.2, "kPa")})

    assert shown.value == "Systolic: 138 mm[Hg]; Diastolic: 11.2 kPa"
    assert shown.unit == ""


def test_parts_of_anything_else_are_each_named() -> None:
    shown = measured(component=[part("1-8", valueInteger=0), {"valueString": "x"}, part("2-6")])

    assert shown.value == "Part 1-8: 0; x; Part 2-6: Value not recorded"


# --- Flags
STANDARD = {
    *("CAR", "B", "D", "U", "W", "<", ">", "AC", "IE", "QCF", "TOX", "A", "AA", "HH", "LL", "H", "H>", "HU"),
    *(
        "L",
        "L<",
        "LU",
        "N",
        "I",
        "MS",
        "NCL",
        "NS",
        "R",
        "SYN-R",
        "S",
        "SDD",
        "SYN-S",
        "VS",
        "EX",
        "HX",
        "LX",
    ),
    *("HM", "OBX", "IND", "E", "NEG", "ND", "POS", "DET", "EXP", "UNE", "NR", "RR", "WR"),
}
"""The codes of HL7 v3 ObservationInterpretation that a result may carry."""


def test_every_interpretation_of_the_standard_has_words() -> None:
    assert set(flags.FLAGS) | set(flags.IN_ORDER) >= STANDARD
    assert not set(flags.FLAGS) & set(flags.IN_ORDER)


@pytest.mark.parametrize("code", sorted(flags.FLAGS))
def test_what_is_out_of_the_ordinary_is_flagged_in_words(code: str) -> None:
    shown = measured(valueQuantity=quantity(5), interpretation=[coded(INTERPRETATION, code)])

    assert shown.flag == flags.FLAGS[code]
    assert shown.flag
    assert str(shown.flag.words)
    assert not shown.flag.computed


@pytest.mark.parametrize("code", sorted(flags.IN_ORDER))
def test_what_is_in_order_is_said_and_not_flagged(code: str) -> None:
    found = observed(valueQuantity=quantity(5), interpretation=[coded(INTERPRETATION, code)])

    assert flags.flag(found) is None
    assert flags.interpretation_words(found.interpretation) == flags.IN_ORDER[code]


def test_an_unknown_interpretation_is_shown_in_its_own_words() -> None:
    shown = measured(valueQuantity=quantity(5), interpretation=[{"text": "A little odd"}])

    assert shown.flag == Flag(words="A little odd")


@pytest.mark.parametrize(
    ("interpretation", "words"),
    [
        ({"text": "Normal"}, "Normal"),
        ({"text": "Within normal limits."}, "Within normal limits."),
        ({"coding": [{"system": "urn:local", "code": "NORM", "display": "NORMAL"}]}, "NORMAL"),
    ],
)
def test_what_is_written_to_be_in_order_is_never_a_flag(interpretation: Json, words: str) -> None:
    shown = measured(valueQuantity=quantity(5), interpretation=[interpretation])

    assert (shown.flag, shown.in_words) == (None, words)
    assert flags.is_marked(observed(valueQuantity=quantity(5), interpretation=[interpretation])) is False


def test_what_is_written_to_be_odd_is_a_flag_also_beside_what_is_in_order() -> None:
    both = [{"text": "Normal"}, {"text": "A little odd"}]

    assert measured(valueQuantity=quantity(5), interpretation=both).flag == Flag(words="A little odd, Normal")


def ranged(value: Any, *ranges: Json, unit: str = "kg", **more: Any) -> Measure:
    return measured(valueQuantity=quantity(value, unit, **more), referenceRange=list(ranges))


BOTH = {"low": quantity(4), "high": quantity(6)}


@pytest.mark.parametrize(
    ("value", "given_range", "arrow"),
    [
        (3, BOTH, "down"),
        (4, BOTH, ""),
        (5, BOTH, ""),
        (6, BOTH, ""),
        (7, BOTH, "up"),
        (0, BOTH, "down"),
        (7, {"high": quantity(6)}, "up"),
        (3, {"high": quantity(6)}, ""),
        (3, {"low": quantity(4)}, "down"),
        (7, {"low": quantity(4)}, ""),
        (7, {"high": quantity(6, None)}, "up"),
        (7, {"high": quantity(6, "g")}, ""),
        (7, {"low": quantity(8), "high": quantity(6)}, ""),
        (7, {"text": "4 to 6"}, ""),
        (7, BOTH | {"appliesTo": [{"text": "Children"}]}, ""),
        (7, BOTH | {"age": {"low": quantity(18, "a")}}, ""),
        (7, BOTH | {"type": coded("urn:t", "treatment")}, ""),
        (7, BOTH | {"type": coded("urn:t", "normal")}, "up"),
        (7, {}, ""),
    ],
)
def test_a_value_is_compared_only_with_a_range_that_is_its_own_and_it_is_said_so(
    value: int, given_range: Json, arrow: str
) -> None:
    flag = ranged(value, given_range).flag

    assert (flag.arrow if flag else "") == arrow
    if flag is not None:
        assert flag.computed
        assert "range given" in str(flag.words)


@pytest.mark.parametrize(
    ("value", "comparator", "arrow"),
    [(7, "<", ""), (7, ">", "up"), (3, ">", ""), (3, "<", "down"), (3, "<=", "down"), (7, ">=", "up")],
)
def test_a_comparator_is_not_taken_for_an_exact_value(value: int, comparator: str, arrow: str) -> None:
    flag = ranged(value, BOTH, comparator=comparator).flag

    assert (flag.arrow if flag else "") == arrow


def test_the_records_own_word_stands_above_our_comparison() -> None:
    shown = measured(
        valueQuantity=quantity(99), referenceRange=[BOTH], interpretation=[coded(INTERPRETATION, "N")]
    )

    assert shown.flag is None


def test_of_several_ranges_none_is_picked() -> None:
    assert ranged(99, BOTH, BOTH).flag is None


@pytest.mark.parametrize(
    ("ranges", "words"),
    [
        ([BOTH], "Usual range: 4 to 6 kg"),
        ([{"low": quantity(4)}], "Usual range: 4 kg or more"),
        ([{"high": quantity(6)}], "Usual range: 6 kg or less"),
        ([{"high": quantity(0)}], "Usual range: 0 kg or less"),
        ([{"text": "negative"}], "Usual range: negative"),
        ([BOTH | {"appliesTo": [{"text": "Women"}]}], "Usual range: 4 to 6 kg (Women)"),
        ([BOTH | {"age": {"low": quantity(18, "a")}}], "Usual range: 4 to 6 kg (age 18 a or more)"),
        ([{"text": "a"}, {"text": "b"}], "Usual range: a; b"),
        ([{}], ""),
        ([], ""),
    ],
)
def test_ranges_are_told_as_given(ranges: list[Json], words: str) -> None:
    assert measured(valueQuantity=quantity(5), referenceRange=ranges).usual_range == words


def test_a_parts_flag_that_this_page_worked_out_is_said_to_be() -> None:
    found = observed(
        component=[part("8480-6", **mm(150), referenceRange=[{"high": quantity(120, "mm[Hg]")}])]
    )

    (fact,) = observing.part_facts(found.component)

    assert "Above the range given" in str(fact.value)
    assert "worked out by this page" in str(fact.value)


@given(
    value=st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**6), max_value=10**6),
    low=st.none() | st.integers(-100, 100),
    high=st.none() | st.integers(-100, 100),
)
def test_a_number_is_never_changed_whatever_stands_around_it(
    value: Any, low: int | None, high: int | None
) -> None:
    bounds = {name: quantity(n) for name, n in (("low", low), ("high", high)) if n is not None}
    shown = measured(str(value), valueQuantity={"value": "VALUE", "unit": "kg"}, referenceRange=[bounds])

    assert shown.value == f"{value:f}"


# --- When
@pytest.mark.parametrize(
    ("odd", "taken"),
    [
        ({}, "2024-10-05T14:30:00-05:00"),
        ({"effectiveDateTime": None, "effectiveInstant": "2024-01-01T00:00:00Z"}, "2024-01-01T00:00:00Z"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2019", "end": "2020"}}, "2019"),
        ({"effectiveDateTime": None, "effectivePeriod": {"end": "2020"}}, "2020"),
        ({"effectiveDateTime": None, "effectivePeriod": {}}, None),
        ({"effectiveDateTime": None, "issued": "2024-01-01"}, None),
    ],
)
def test_when_it_was_taken_is_as_recorded(odd: Json, taken: str | None) -> None:
    assert observing.taken(observed(**odd)) == taken


def test_what_is_said_of_a_value_is_left_out_where_the_value_says_the_same() -> None:
    negative = {"interpretation": [coded(INTERPRETATION, "NEG")]}

    same = measured(valueString="negative", **negative)
    other = measured(valueString="none seen", **negative)

    assert (str(same.value), str(same.in_words)) == ("negative", "")
    assert (str(other.value), str(other.in_words)) == ("none seen", "Negative")


def test_a_range_the_wrong_way_round_judges_nothing_and_it_is_said_so() -> None:
    reversed_range = {"low": quantity(8), "high": quantity(6)}
    found = observed(valueQuantity=quantity(7), referenceRange=[reversed_range])
    said = [str(fact.value) for fact in flags.flag_facts(found) if fact is not None]

    assert flags.usual_range(found.referenceRange) == "Usual range: 8 to 6 kg"
    assert flags.in_words(found, flags.flag(found)) == ""
    assert said == ["Not compared: in the record the lower end of the range lies above the upper end."]


def test_only_what_is_usual_is_called_the_usual_range() -> None:
    usual = {"low": quantity(60, "bpm"), "high": quantity(100, "bpm")}
    critical = {"low": quantity(40, "bpm"), "type": {"text": "Critical Range"}}
    given = [usual | {"type": coded("urn:t", "normal", "Normal Range")}, critical]

    said = flags.usual_range(observed(referenceRange=given).referenceRange)
    alone = flags.usual_range(observed(referenceRange=[critical]).referenceRange)

    assert said == "Usual range: 60 to 100 bpm; Critical Range: 40 bpm or more"
    assert alone == "Critical Range: 40 bpm or more"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("4 - 6 kg", "Usual range: 4 to 6 kg"),
        ("Normal range: between 4 and 6", "Usual range: 4 to 6 kg"),
        ("Above 6: call the lab", "Usual range: 4 to 6 kg (Above 6: call the lab)"),
    ],
)
def test_a_ranges_own_text_stands_beside_its_bounds_where_it_says_more(text: str, said: str) -> None:
    given = {"low": quantity(4), "high": quantity(6), "text": text}

    assert flags.usual_range(observed(referenceRange=[given]).referenceRange) == said
