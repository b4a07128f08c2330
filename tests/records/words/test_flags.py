"""Out of the ordinary or not: everything that the record says is told, and nothing is worked out that may be untrue."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils.translation import override

from records.fhir.elements import Observation
from records.reading.everything import everything
from records.words import flags, observing
from records.words.rows import Fact, Measure
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.words.test_observing import INTERPRETATION, measured, observed, part, quantity
from tests.resources import Json, coded, laboratory_result

V2 = "http://terminology.hl7.org/CodeSystem/v2-0078"
OID = "urn:oid:2.16.840.1.113883.5.83"
NULL = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
LOCAL = "https://lab.example/flags"


def flagged(*interpretation: Json, **more: Any) -> Measure:
    return measured(valueQuantity=quantity(5), interpretation=list(interpretation), **more)


def by_code(code: str, system: str | None = INTERPRETATION, display: str | None = None) -> Json:
    coding = {"system": system, "code": code, "display": display}
    return {"coding": [{name: value for name, value in coding.items() if value is not None}]}


def words_of(shown: Measure) -> tuple[str, str, bool]:
    """A flag's words, its arrow, and whether it is critical."""
    assert shown.flag is not None
    return str(shown.flag.words), shown.flag.arrow, shown.flag.critical


def entry_of(reader: Person, section: str) -> str:
    """The page of the first entry of a section."""
    found = re.search(rf'href="({re.escape(reader.at(section))}[A-Za-z0-9_-]{{24,}}/)"', reader.read(section))
    assert found is not None
    return reader.browser.get(found[1]).content.decode()


def facts(found: Observation) -> dict[str, str]:
    return {str(one.label): str(one.value) for one in flags.flag_facts(found) if isinstance(one, Fact)}


# --- Several
@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (("N", "L"), ("Low, In the usual range", "down", False)),
        (("H", "U"), ("High, Much changed, upwards", "up", False)),
        (("L", "LL"), ("Very low (critical), Low", "down", True)),
        (("D", "A", "AA"), ("Far outside the usual range (critical), ", "", True)),
        (("H", "H"), ("High", "up", False)),
    ],
)
def test_several_interpretations_are_all_told_and_the_gravest_marks(
    codes: tuple[str, ...], said: tuple[str, str, bool]
) -> None:
    words, arrow, critical = words_of(flagged(*map(by_code, codes)))

    assert words.startswith(said[0])
    assert (arrow, critical) == said[1:]


def test_no_two_places_say_opposite_things_of_a_value() -> None:
    found = observed(valueQuantity=quantity(5), interpretation=[by_code("N"), by_code("HH")])

    assert facts(found)["What the record says of it"] == "Very high (critical), In the usual range"
    assert str(observing.measure(found).flag.words) == "Very high (critical), In the usual range"  # type: ignore[union-attr]  # it is flagged


def test_two_codings_of_one_interpretation_that_differ_are_both_told() -> None:
    both = {"coding": [*by_code("N")["coding"], {"system": LOCAL, "code": "X", "display": "Abnormal"}]}

    assert words_of(flagged(both))[0] == "Abnormal, In the usual range"


# --- Whose words
@pytest.mark.parametrize("system", [INTERPRETATION, V2, OID, "http://hl7.org/fhir/v2/0078", None])
def test_a_code_of_hl7_is_put_in_our_words_under_each_of_its_addresses(system: str | None) -> None:
    assert words_of(flagged(by_code("HH", system))) == ("Very high (critical)", "up", True)


@pytest.mark.parametrize(
    ("code", "display", "flag", "in_words"),
    [
        ("R", "Repeat in a month", "Repeat in a month", ""),
        ("S", "See the comment", "See the comment", ""),
        ("L", "Within limits", "", "Within limits"),
        ("H", "H", "H", ""),
        ("A", None, "flags code A, without a name", ""),
    ],
)
def test_a_code_of_another_system_is_shown_by_its_own_display(
    code: str, display: str | None, flag: str, in_words: str
) -> None:
    shown = flagged(by_code(code, LOCAL, display))

    assert (str(shown.flag.words) if shown.flag else "", str(shown.in_words)) == (flag, in_words)
    assert shown.flag is None or not shown.flag.arrow


def test_a_local_code_whose_words_are_plain_has_their_arrow() -> None:
    assert words_of(flagged(by_code("17", LOCAL, "Critically low"))) == ("Critically low", "down", True)


@pytest.mark.parametrize(
    ("code", "display", "said"),
    [
        ("H", None, ("High", "up", False)),
        ("L", "Low", ("Low", "down", False)),
        ("I", "Intermediate", ("May work against this germ", "", False)),
        ("I", "Incomplete", ("Incomplete", "", False)),
        ("HH", "Notified the doctor", ("Notified the doctor", "up", True)),
        ("N", "High", ("High", "up", False)),
    ],
)
def test_a_code_without_a_system_is_hl7s_unless_the_words_beside_it_say_otherwise(
    code: str, display: str | None, said: tuple[str, str, bool]
) -> None:
    assert words_of(flagged(by_code(code, None, display))) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("L", ("Low", "down", False)),
        ("hh", ("Very high (critical)", "up", True)),
        ("(LL)", ("Very low (critical)", "down", True)),
        ("A", ("Not in the usual range", "", False)),
        ("*", ("Marked as out of the ordinary", "", False)),
        ("**", ("Marked as out of the ordinary", "", False)),
        ("High Panic", ("Very high (critical)", "up", True)),
        ("Q", ("Q", "", False)),
        ("Low", ("Low", "down", False)),
    ],
)
def test_a_bare_letter_is_put_in_the_words_of_the_code(text: str, said: tuple[str, str, bool]) -> None:
    assert words_of(flagged({"text": text})) == said


def test_a_bare_letter_has_its_words_in_spanish_too() -> None:
    with override("es"):
        assert words_of(flagged({"text": "LL"}))[0] == "Muy bajo (crítico)"


# --- NullFlavor
@pytest.mark.parametrize(
    "nothing",
    [
        by_code("NI", NULL, "No information"),
        by_code("UNK", "urn:oid:2.16.840.1.113883.5.1008"),
        by_code("NA", None),
        by_code("unknown", "http://terminology.hl7.org/CodeSystem/data-absent-reason"),
        {"text": "Unknown"},
    ],
)
def test_a_null_flavor_is_no_flag_and_stands_among_the_facts(nothing: Json) -> None:
    found = observed(valueQuantity=quantity(5), interpretation=[nothing])
    beyond = observed(
        valueQuantity=quantity(9), interpretation=[nothing], referenceRange=[{"high": quantity(6)}]
    )

    assert (observing.measure(found).flag, observing.measure(found).in_words) == (None, "")
    assert flags.is_marked(found) is None
    assert facts(found)["What the record says of it"]
    assert observing.measure(beyond).flag is not None


def test_the_null_flavor_of_other_leaves_it_to_the_text() -> None:
    assert words_of(flagged(by_code("OTH", NULL) | {"text": "Borderline"}))[0] == "Borderline"


# --- Parts
@pytest.mark.parametrize(
    ("own", "parts", "said"),
    [
        ([], (["H"], ["N"]), ("First: High", "up", False)),
        ([], (["H"], ["H"]), ("High", "up", False)),
        ([], (["H"], ["LL"]), ("Second: Very low (critical), First: High", "down", True)),
        (["N"], ([], ["A"]), ("Second: Not in the usual range, In the usual range", "", False)),
        (["L"], (["L"], []), ("Low", "down", False)),
        (["A"], (["L"], []), ("Not in the usual range, First: Low", "", False)),
    ],
)
def test_the_flag_of_a_part_reaches_the_whole(
    own: list[str], parts: tuple[list[str], ...], said: tuple[str, str, bool]
) -> None:
    found = observed(
        interpretation=list(map(by_code, own)),
        component=[
            {
                "code": {"text": name},
                "valueQuantity": quantity(5),
                "interpretation": list(map(by_code, codes)),
            }
            for name, codes in zip(("First", "Second"), parts, strict=True)
        ],
    )

    assert words_of(observing.measure(found)) == said
    assert flags.is_marked(found) is True


def test_a_part_that_is_out_of_its_range_marks_the_whole_and_it_is_said_who_found_it() -> None:
    found = observed(
        component=[
            {"code": {"text": "Sodium"}, "valueQuantity": quantity(5)},
            {
                "code": {"text": "Potassium"},
                "valueQuantity": quantity(9),
                "referenceRange": [{"high": quantity(6)}],
            },
        ]
    )

    shown = observing.measure(found).flag

    assert shown is not None
    assert (str(shown.words), shown.computed) == ("Potassium: Above the range given", True)


def test_a_part_that_is_in_order_is_said_to_be() -> None:
    (fact,) = observing.part_facts(
        observed(
            component=[part("8480-6", valueQuantity=quantity(5), interpretation=[by_code("N")])]
        ).component
    )

    assert "In the usual range" in str(fact.value)


def test_a_parts_flag_stands_on_list_overview_page_and_filter(reader: Person, server: RecordServer) -> None:
    parts = [
        {"code": {"text": "Ketones"}, "valueString": "large", "interpretation": [by_code("AA")]},
        {"code": {"text": "Color"}, "valueString": "yellow"},
    ]
    urine = laboratory_result(id="u1", code={"text": "Dipstick"}, valueQuantity=None, component=parts)
    server.whole_record(Observation=[urine])
    server.arrange("Observation/u1", urine)
    said = "Ketones: Far outside the usual range (critical)"

    entry = entry_of(reader, "laboratory/")

    for page in (reader.read("laboratory/"), reader.read(), reader.read("laboratory/?marked=yes"), entry):
        assert said in page


# --- Bounds
def compared(value: float, *ranges: Json, **more: Any) -> str:
    """What is worked out of a value: the arrow, "within", or nothing."""
    found = observed(valueQuantity=quantity(value), referenceRange=list(ranges), **more)
    shown = observing.measure(found)
    if shown.flag is not None:
        assert shown.flag.computed
        return shown.flag.arrow
    return "within" if shown.in_words else ""


def bound(value: float, comparator: str) -> Json:
    return quantity(value) | {"comparator": comparator}


@pytest.mark.parametrize(
    ("value", "given", "expected", "said"),
    [
        (6.5, {"high": bound(6.5, "<")}, "up", "Usual range: < 6.5 kg"),
        (6.4, {"high": bound(6.5, "<")}, "within", "Usual range: < 6.5 kg"),
        (6.5, {"high": bound(6.5, "<=")}, "within", "Usual range: ≤ 6.5 kg"),
        (60, {"low": bound(60, ">")}, "down", "Usual range: > 60 kg"),
        (60, {"low": bound(60, ">=")}, "within", "Usual range: ≥ 60 kg"),
        (4, {"low": bound(4, ">"), "high": bound(6, "<")}, "down", "Usual range: > 4 to < 6 kg"),
        (7, {"high": bound(6.5, ">")}, "", "Usual range: > 6.5 kg"),
        (7, {"low": bound(6.5, "<")}, "", "Usual range: < 6.5 kg"),
    ],
)
def test_a_bound_with_a_comparator_is_that_bound(value: float, given: Json, expected: str, said: str) -> None:
    assert compared(value, given) == expected
    assert flags.usual_range(observed(referenceRange=[given]).referenceRange) == said


@pytest.mark.parametrize(
    ("value", "text", "expected", "is_shown"),
    [
        (7, "4 - 6", "up", False),
        (7, "4.0-6.0 kg", "up", False),
        (7, "4-8", "", True),
        (5, "4-8", "", True),
        (7, "< 6", "", True),
        (7, "Women 4-6, men 5-7", "", True),
        (7, "Fasting", "up", True),
        (7, "4,0 - 6,0", "up", False),
    ],
)
def test_a_text_that_names_other_numbers_is_shown_beside_the_bounds_and_nothing_is_worked_out(
    value: float, text: str, expected: str, is_shown: bool
) -> None:
    given = {"low": quantity(4), "high": quantity(6), "text": text}
    found = observed(valueQuantity=quantity(value), referenceRange=[given])
    said = str(flags.usual_range(found.referenceRange))

    assert compared(value, given) == expected
    assert (text in said) is is_shown
    assert "4 to 6 kg" in said
    assert ("Compared with the range" in facts(found)) is (expected != "within")


@pytest.mark.parametrize(("value", "expected"), [(5, "within"), (6, ""), (7, "up")])
def test_where_text_and_bound_differ_about_the_bound_itself_only_that_is_left_open(
    value: float, expected: str
) -> None:
    given = {"high": quantity(6), "text": "<6"}

    assert compared(value, given) == expected
    assert (
        flags.usual_range(observed(referenceRange=[given]).referenceRange) == "Usual range: 6 kg or less (<6)"
    )


@pytest.mark.parametrize("text", [">6", "6 or more", "above 6"])
def test_a_text_that_says_the_opposite_of_its_bound_leaves_nothing_to_work_out(text: str) -> None:
    assert compared(7, {"high": quantity(6), "text": text}) == ""
    assert compared(5, {"high": quantity(6), "text": text}) == ""


def test_numbers_of_a_unit_are_no_other_numbers() -> None:
    low = quantity(60, "mL/min/1.73_m2")

    assert compared(70, {"low": low, "text": "> 60 mL/min/1.73m2"}) == ""  # another unit than the value's
    read = flags.bounds(
        observed(
            valueQuantity=quantity(70, "mL/min"),
            referenceRange=[{"low": quantity(60, "mL/min"), "text": ">= 60 mL/min/1.73 m2"}],
        )
    )
    assert read is not None


def test_a_bound_in_another_unit_leaves_the_other_one_unused_too() -> None:
    assert compared(5, {"low": quantity(4, "g"), "high": quantity(6)}) == ""


ADDITION = [{"url": "https://lab.example/inverted", "valueBoolean": True}]


def test_nothing_is_worked_out_from_a_range_with_a_modifier_extension_and_it_is_said() -> None:
    given = {"low": quantity(4), "high": quantity(6), "modifierExtension": ADDITION}
    found = observed(valueQuantity=quantity(9), referenceRange=[given])

    assert compared(9, given) == compared(5, given) == ""
    assert "an addition in the record that may change what it means" in str(
        flags.usual_range(found.referenceRange)
    )
    assert "may change what it means" in facts(found)["Compared with the range"]


def test_nothing_is_worked_out_from_a_part_with_a_modifier_extension_and_it_is_said() -> None:
    odd = {
        "code": {"text": "Sodium"},
        "valueQuantity": quantity(9),
        "referenceRange": [{"high": quantity(6)}],
        "modifierExtension": ADDITION,
    }
    found = observed(component=[odd])

    (fact,) = observing.part_facts(found.component)

    assert observing.measure(found).flag is None
    assert "may change what it means" in str(fact.value)


# --- A value, and a reason for none
def test_a_reason_for_a_missing_value_stands_only_where_the_value_is_missing() -> None:
    reason = coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "error")
    both = observed(valueQuantity=quantity(5), dataAbsentReason=reason)
    none = observed(valueQuantity=None, dataAbsentReason=reason)
    in_part = observed(component=[part("8480-6", valueQuantity=quantity(5))], dataAbsentReason=reason)

    def told(found: Observation) -> dict[str, str]:
        return {str(f.label): str(f.value) for f in observing.absence_facts(found) if f is not None}

    assert told(none) == {"Why there is no value": "Could not be measured"}
    for found in (both, in_part):
        assert list(told(found)) == ["Also in the record"]
        assert "Could not be measured" in told(found)["Also in the record"]


def test_everything_calls_a_needless_reason_what_it_is() -> None:
    reason = coded("http://terminology.hl7.org/CodeSystem/data-absent-reason", "error")

    with_value = [str(line.label) for line in everything({"valueString": "5", "dataAbsentReason": reason})]
    without = [str(line.label) for line in everything({"dataAbsentReason": reason})]

    assert "Reason for a missing value" in with_value
    assert "Why there is no value" in without
