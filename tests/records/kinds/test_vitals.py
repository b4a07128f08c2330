"""Vital signs: newest first, each measure a series of its own, nothing more certain than recorded."""

from __future__ import annotations

import re
from typing import Any

import pytest

from records.kinds.vitals import KIND, MEASURES
from records.words import observing
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import facts_of, head_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import bundle, coded, observation

LOINC = "http://loinc.org"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def series(**odd: Any) -> str | None:
    assert KIND.series is not None
    found = KIND.series(head_of(KIND, observation(**odd)))
    return found


def test_a_reading_says_what_how_much_and_when() -> None:
    row = row_of(KIND, observation())

    assert row.measure is not None
    assert (row.measure.value, row.measure.unit) == ("72.5", "kg")
    assert row.when is not None
    assert row.when.words == "October 5, 2024"
    assert facts_of(row)["Taken"] == "October 5, 2024, 2:30 PM (UTC−05:00)"


def test_a_reading_without_a_name_is_said_to_have_none() -> None:
    row = row_of(KIND, observation(code=None))

    assert row.title_missing
    assert row.title == "Unnamed reading"


@pytest.mark.parametrize(("code", "status"), observing.STATUS.items())
def test_every_status_has_words(code: str, status: Any) -> None:
    row = row_of(KIND, observation(status=code))

    assert row.status is not None
    assert row.status.words == status.words


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        ({"status": "guessed"}, "guessed (status not known to this page)"),
        ({"status": None}, "Status not recorded"),
        (
            {"status": None, "_status": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}},
            "Hidden by the clinic",
        ),
    ],
)
def test_a_status_that_is_not_known_is_said_to_be(odd: dict[str, Any], said: str) -> None:
    row = row_of(KIND, observation(**odd))

    assert row.status is not None
    assert row.status.words == said


def test_without_a_date_the_day_of_the_result_stands_with_its_label() -> None:
    row = row_of(KIND, observation(effectiveDateTime=None, issued="2024-10-06T08:00:00Z"))

    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Result ready", "October 6, 2024")


def test_without_any_date_none_is_made_up() -> None:
    assert row_of(KIND, observation(effectiveDateTime=None)).when is None


def test_a_comparison_of_ours_is_said_to_be_ours() -> None:
    high = {"high": {"value": 70, "unit": "kg"}}

    facts = facts_of(row_of(KIND, observation(referenceRange=[high])))

    assert "This page compared the two; the record does not say it" in facts["Compared with the range"]


@pytest.mark.parametrize("code", ["59576-9", "8289-1", "77606-2"])
def test_a_growth_percentile_is_not_told_as_a_share_of_something(code: str) -> None:
    quantity = {"value": 45, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}
    row = row_of(KIND, observation(code=coded(LOINC, code), valueQuantity=quantity))
    other = row_of(KIND, observation(code=coded(LOINC, "59408-5"), valueQuantity=quantity))

    assert row.measure is not None
    assert (row.measure.value, row.measure.unit) == ("percentile 45", "")
    assert [number.value for number in row.measure.numbers] == [45]
    assert facts_of(row)["What it means"] == (
        "Of 100 children of the same age and sex, about 45 have a lower one."
    )
    assert facts_of(row)["Value in the record"] == "45%"
    assert other.measure is not None
    assert (other.measure.value, other.measure.unit) == ("45", "%")


@pytest.mark.parametrize("value", [{"value": 120, "unit": "%"}, {"value": 16, "unit": "kg/m2"}])
def test_what_can_be_no_percentile_is_not_called_one(value: dict[str, Any]) -> None:
    row = row_of(KIND, observation(code=coded(LOINC, "59576-9"), valueQuantity=value))

    assert row.measure is not None
    assert row.measure.value == str(value["value"])
    assert "What it means" not in facts_of(row)
    assert facts_of(row)["Taken"]


# --- Series
@pytest.mark.parametrize(("code", "name"), MEASURES.items())
def test_a_vital_sign_of_us_core_has_a_series_of_its_own(code: str, name: str) -> None:
    assert series(code=coded(LOINC, code)) == name


@pytest.mark.parametrize(
    "odd",
    [
        {"code": {"text": "weight"}},
        {"code": {"text": "blood-pressure"}},
        {"code": coded("urn:own", "29463-7")},
        {"code": coded(LOINC, "99999-9")},
        {"code": {"text": "x" * 5000}},
        {"code": coded("urn:" + "x" * 5000, "1")},
    ],
)
def test_what_the_record_calls_a_measure_is_never_taken_for_a_word_of_ours(odd: dict[str, Any]) -> None:
    name = series(**odd)

    assert name is not None
    assert "|" in name
    assert len(name.encode()) <= 200
    assert name not in MEASURES.values()


@pytest.mark.parametrize(
    "odd", [{"code": None}, {"code": {}}, {"hasMember": [{"reference": "Observation/2"}]}]
)
def test_what_is_no_measure_has_no_series(odd: dict[str, Any]) -> None:
    assert series(**odd) is None


def test_two_ways_to_code_one_measure_are_one_series() -> None:
    both = {"coding": [{"system": LOINC, "code": "2708-6"}, {"system": LOINC, "code": "59408-5"}]}

    assert series(code=both) == series(code=coded(LOINC, "59408-5")) == "oxygen"


# --- On the page
def test_the_newest_of_each_measure_stands_first_and_leads_to_all_of_them(
    reader: Person, server: RecordServer
) -> None:
    readings = [
        observation(
            id=f"w{year}",
            effectiveDateTime=f"{year}-01-01",
            valueQuantity={"value": year - 1940, "unit": "kg"},
        )
        for year in range(2010, 2024)
    ]
    pulse = observation(id="p1", code=coded(LOINC, "8867-4", "Heart rate"), effectiveDateTime="2009")
    server.arrange("Observation", bundle(*readings, pulse))

    page = words(reader.read("vitals/"))
    measure = words(reader.read("vitals/measure/weight/"))

    assert page.index("83") < page.index("70")
    assert "14 readings" in page
    assert re.search(r"\b70\b", measure)
    assert re.search(r"\b83\b", measure)
    assert len(server.asked("Observation")) == 1


@pytest.mark.parametrize("name", ["x" * 5000, "a/b/c", "weight", "Größe", "a|b", " "])
def test_a_measure_has_a_page_however_it_is_called(reader: Person, server: RecordServer, name: str) -> None:
    server.arrange("Observation", bundle(observation(code={"text": name})))

    page = reader.read("vitals/")
    places = set(re.findall(r'href="([^"]*/measure/[^"]*)"', page))

    assert "72.5" in page
    for place in places:
        assert "72.5" in reader.read(place)
        assert name.strip() == "" or f"/{name}/" not in place
