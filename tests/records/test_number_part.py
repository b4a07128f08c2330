"""A reading whose number is one of its parts is a reading, in list and chart."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.records.words.test_observing import measured
from tests.resources import Json, coded, observation

LOINC = "http://loinc.org"
FLOW = {
    "code": coded(LOINC, "3151-8", "Inhaled oxygen flow rate"),
    "valueQuantity": {"value": 2, "unit": "L/min"},
}


def saturation(code: str, value: Any = 93, **odd: Any) -> Json:
    return {"code": coded(LOINC, code), "valueQuantity": {"value": value, "unit": "%"}, **odd}


@pytest.mark.parametrize(
    ("whole", "parts", "value"),
    [
        (coded(LOINC, "59408-5"), [saturation("2708-6"), FLOW], "93"),
        (coded(LOINC, "2708-6"), [FLOW, saturation("59408-5")], "93"),
        (coded(LOINC, "59408-5"), [saturation("59408-5")], "93"),
        ({"text": "Pulse ox"}, [saturation("2708-6"), FLOW], "93"),
        (coded(LOINC, "8867-4"), [saturation("8867-4", 61)], "61"),
    ],
)
def test_the_part_with_the_code_of_the_whole_is_the_reading(
    whole: Json, parts: list[Json], value: str
) -> None:
    shown = measured(code=whole, component=parts)

    assert (str(shown.value), shown.unit, shown.is_words) == (value, "%", False)
    assert [str(number.value) for number in shown.numbers] == [value]


@pytest.mark.parametrize(
    ("whole", "parts"),
    [
        ({"text": "Vital signs"}, [saturation("2708-6"), saturation("8867-4", 61)]),
        (coded(LOINC, "85353-1"), [saturation("2708-6")]),
        (coded(LOINC, "59408-5"), [saturation("2708-6", 93), saturation("59408-5", 95)]),
        (coded(LOINC, "59408-5"), [FLOW]),
    ],
)
def test_a_set_of_readings_is_none_of_them(whole: Json, parts: list[Json]) -> None:
    shown = measured(code=whole, component=parts)

    assert shown.is_words
    assert shown.numbers == ()


def test_its_own_value_goes_first() -> None:
    shown = measured(
        code=coded(LOINC, "59408-5"),
        valueQuantity={"value": 97, "unit": "%"},
        component=[saturation("2708-6", 93)],
    )

    assert str(shown.value) == "97"


def test_its_range_and_flag_are_those_of_the_part() -> None:
    low = saturation("2708-6", 88, referenceRange=[{"low": {"value": 92, "unit": "%"}}])
    shown = measured(code=coded(LOINC, "59408-5"), component=[low])

    assert shown.flag is not None
    assert (str(shown.flag.words), shown.flag.computed) == ("Below the range given", True)
    assert shown.usual_range == "Usual range: 92% or more"


def test_it_stands_in_the_list_and_the_chart(reader: Person, server: RecordServer) -> None:
    readings = [
        observation(
            id=f"s{n}",
            code=coded(LOINC, "59408-5", "Oxygen saturation"),
            valueQuantity=None,
            effectiveDateTime=f"2024-0{n}-05T08:00:00Z",
            component=[saturation("2708-6", value), FLOW],
        )
        for n, value in ((1, 91), (2, 94), (3, 96))
    ]
    server.whole_record(Observation=readings)

    page = reader.read("vitals/")
    series = re.search(r'href="(/record/[^"]+/vitals/measure/[^"]+)"', page)
    assert series
    drawn = reader.read(unescape(series[1]))

    assert re.search(r"96 ?%", words(page))
    assert "<svg" in drawn
    for value in ("91", "94", "96"):
        assert re.search(rf"{value} ?%", words(drawn))
