"""How a child grows: its points before the curves, each where its axes say, and what it is held against."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from records.charts.growth import Aged, Reference, Said, growth_chart
from records.words import growth
from tests.people import Person
from tests.records.charts.reading_back import read_back
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import Json, observation, patient

SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"
CODES = {"29463-7": "kg", "8302-2": "cm", "39156-5": "kg/m2", "9843-4": "cm", "59576-9": "%"}


def born(years: int) -> date:
    today = timezone.localdate()
    return date(today.year - years, 1, 15)


def measured(code: str, day: str, value: float, **odd: Any) -> Json:
    unit = odd.pop("unit", CODES[code])
    return observation(
        id=f"m{code}-{day}",
        code={"coding": [{"system": "http://loinc.org", "code": code}]},
        effectiveDateTime=day,
        valueQuantity={"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit},
        **odd,
    )


def child(years: int, sex: str | None = "F", **odd: Any) -> Json:
    said = {"extension": [{"url": SEX, "valueCode": sex}]} if sex else {}
    return patient(birthDate=born(years).isoformat(), **said, **odd)


def arrange(server: RecordServer, whose: Json, *readings: Json) -> None:
    server.whole_record(Observation=list(readings))
    server.arrange(f"Patient/{whose['id']}", whose)


def weights(years: int) -> list[Json]:
    at = born(years)
    return [
        measured("29463-7", at.replace(year=at.year + age).isoformat(), value)
        for age, value in ((1, 9.2), (2, 12.1), (4, 16.0), (6, 20.2))
    ]


def test_a_child_is_told_its_place_in_people_against_what_and_what_is_not_accounted_for(
    reader: Person, server: RecordServer
) -> None:
    arrange(server, child(9), *weights(9))

    page = words(reader.read("growth/"))

    held = growth.percentile("weight", "female", born(9), born(9).replace(year=born(9).year + 6), 20.2)
    assert held is not None
    assert (
        f"{growth.place_words(held)} : of 100 girls of this age, {round(held)} weigh less ."
        in page.replace(".", " .")
    )
    assert "Until the second birthday: the growth standards of the World Health Organization, 2006." in page
    assert "Girls, because the sex recorded at birth is female." in page
    assert "a birth before 37 weeks" in page
    assert page.count("kg") > 4


def test_the_vital_signs_of_a_child_lead_there_and_those_of_a_grown_up_do_not(
    reader: Person, server: RecordServer
) -> None:
    arrange(server, child(9), *weights(9))
    assert f'href="{reader.at("growth/")}"' in reader.read("vitals/")


def test_a_grown_up_has_no_such_page(reader: Person, server: RecordServer) -> None:
    arrange(server, child(30), *weights(30))

    assert "growth/" not in reader.read("vitals/")
    assert reader.get("growth/").status_code == 404


@pytest.mark.parametrize(("sex", "gender"), [("UNK", "female"), (None, "other")])
def test_of_an_unknown_sex_nothing_is_measured_against_curves(
    sex: str | None, gender: str, reader: Person, server: RecordServer
) -> None:
    arrange(server, child(9, sex, gender=gender), *weights(9))

    page = reader.read("growth/")
    assert "nothing is measured against them here" in words(page)
    assert "percentile:" not in words(page)
    assert 'class="curve' not in page.partition('class="key"')[0]
    assert page.count("<circle") >= 4


def test_the_administrative_sex_stands_in_and_is_said_to(reader: Person, server: RecordServer) -> None:
    arrange(server, child(9, None, gender="male"), *weights(9))

    assert "Boys, because the record gives the sex as male; the sex at birth is not recorded." in words(
        reader.read("growth/")
    )


def test_the_records_own_percentile_stands_beside(reader: Person, server: RecordServer) -> None:
    day = born(9).replace(year=born(9).year + 6).isoformat()
    arrange(server, child(9), measured("39156-5", day, 15.6), measured("59576-9", day, 57))

    assert re.search(
        r"percentile (?:recorded: |\(recorded: )?percentile 57|recorded: percentile 57",
        words(reader.read("growth/")),
    )


def test_pounds_stay_pounds_and_have_the_same_place(reader: Person, server: RecordServer) -> None:
    day = born(9).replace(year=born(9).year + 6).isoformat()
    arrange(server, child(9), measured("29463-7", day, 44.5, unit="[lb_av]"))

    held = growth.percentile("weight", "female", born(9), date.fromisoformat(day), 44.5 * 0.45359237)
    assert held is not None
    page = words(reader.read("growth/"))
    assert "44.5" in page
    assert growth.place_words(held) in page


def test_every_point_and_every_curve_stands_where_its_axes_say() -> None:
    from decimal import Decimal

    readings = [
        Aged(age, Decimal(value), f"at {age}") for age, value in ((1.0, "9.2"), (2.5, "12.9"), (6.0, "20.2"))
    ]
    curves = [
        Reference(str(of), growth.curve("weight", "female", of, first=0, last=6.24), of == 50)
        for of in growth.CURVES
    ]
    chart = growth_chart(readings, curves, "kg", Said("Weight.", "", "The child", "curves"))
    drawn = read_back(chart)

    left, right, bottom = drawn.axis
    for one, (x, y) in zip(readings, drawn.points.values(), strict=True):
        assert (x - left) / (right - left) * 6.24 == pytest.approx(one.age, abs=0.02)
        assert drawn.value_at(y) == pytest.approx(float(one.value), abs=0.1)
    middle = next(curve for curve in chart.panels[0].curves if curve.is_middle)
    x, y = map(float, middle.points.split()[-1].split(","))
    age = (x - left) / (right - left) * 6.24
    held = growth._between(growth._table()["who", "weight", "female"], age * 365.25)
    assert held is not None
    assert drawn.value_at(y) == pytest.approx(held.middle, abs=0.2)
    assert all(0 <= px <= 400 and 0 <= py <= bottom for px, py in drawn.everything())
    (rule,) = chart.rules
    assert (float(rule.at) - left) / (right - left) * 6.24 == pytest.approx(2, abs=0.02)
