"""Tests are called by plain names where a record has only LOINC's; its own words go first, and are never lost."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from records.kinds import laboratory, questionnaires, reports, vitals
from records.kinds.base import AnyKind
from records.service.search import search
from records.words import plain_names
from tests.records.kinds.reading import facts_of, row_of
from tests.records.sources import Places, a_source
from tests.records.wholes import whole_of
from tests.resources import Json, coded, diagnostic_report, laboratory_result, observation

LOINC = "http://loinc.org"
LONG = "Urea nitrogen [Mass/volume] in Serum or Plasma"
UREA = coded(LOINC, "3094-0", LONG)


@pytest.mark.parametrize("code", [UREA, UREA | {"text": LONG}])
def test_what_only_loinc_has_named_gets_a_plain_name_and_keeps_the_recorded_one(code: Json) -> None:
    row = row_of(laboratory.KIND, laboratory_result(code=code))

    assert row.title == "Urea nitrogen (BUN)"
    assert facts_of(row)["Name in the record"] == LONG


def test_what_came_without_any_name_gets_the_plain_one_alone() -> None:
    row = row_of(laboratory.KIND, laboratory_result(code=coded(LOINC, "3094-0")))

    assert row.title == "Urea nitrogen (BUN)"
    assert "Name in the record" not in facts_of(row)


@pytest.mark.parametrize(
    ("code", "recorded", "plain"),
    [
        ("85354-9", "BP_CUFF", "Blood pressure"),
        ("8480-6", "Intravascular Systolic", "Blood pressure, upper number"),
        ("8462-4", "DBP", "Blood pressure, lower number"),
        ("59408-5", "SPO2", "Oxygen level"),
        ("8310-5", "TEMP-ORAL", "Temperature"),
        ("29463-7", "WT", "Weight"),
        ("2345-7", "GLU_SER", "Glucose (blood sugar)"),
        ("718-7", "CHEM.BLD.HGB", "Hemoglobin"),
    ],
)
def test_a_vendors_word_stands_second_after_the_houses_plain_name(
    code: str, recorded: str, plain: str
) -> None:
    kind = laboratory.KIND if code in {"2345-7", "718-7"} else vitals.KIND
    row = row_of(kind, observation(code=coded(LOINC, code, recorded.title()) | {"text": recorded}))

    assert row.title == plain
    assert facts_of(row)["Name in the record"] == recorded


@pytest.mark.parametrize(
    ("code", "own"),
    [
        ("85354-9", "Blood pressure, standing"),
        ("85354-9", "Presión arterial de pie"),
        ("29463-7", "Weight with shoes"),
        ("8480-6", "Upper blood pressure"),
        ("8867-4", "Resting pulse"),
    ],
)
def test_a_word_as_plain_as_ours_that_says_more_stays_first(code: str, own: str) -> None:
    row = row_of(vitals.KIND, observation(code=coded(LOINC, code, "LOINC") | {"text": own}))

    assert row.title == own


def test_the_halves_of_a_blood_pressure_have_words_without_any_of_the_record() -> None:
    def half(code: Json, value: int) -> Json:
        return {"code": code, "valueQuantity": {"value": value, "unit": "mmHg"}}

    bare = [half(coded(LOINC, "8480-6"), 131), half(coded(LOINC, "8462-4"), 84)]
    vendors = [half(coded(LOINC, "8480-6", "A_SYS"), 131), half(coded(LOINC, "8462-4", "Diastolic BP"), 84)]
    code = coded(LOINC, "85354-9", "Blood pressure panel")

    first, second = (
        facts_of(row_of(vitals.KIND, observation(code=code, component=parts, valueQuantity=None)))
        for parts in (bare, vendors)
    )

    assert first["Blood pressure, upper number"] == "131 mmHg"
    assert first["Blood pressure, lower number"] == "84 mmHg"
    assert second["Blood pressure, upper number (A_SYS)"] == "131 mmHg"
    assert second["Diastolic BP"] == "84 mmHg"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (UREA | {"text": "BUN"}, "BUN"),
        (coded("urn:own", "3094-0", "Another test"), "Another test"),
        (coded(LOINC, "99999-9", "A rare test"), "A rare test"),
        (
            {
                "coding": [
                    {"system": "urn:own", "code": "1", "display": "Urea", "userSelected": True},
                    *UREA["coding"],
                ]
            },
            "Urea",
        ),
    ],
)
def test_the_records_own_words_go_first(code: Json, name: str) -> None:
    row = row_of(laboratory.KIND, laboratory_result(code=code))

    assert row.title == name
    assert "Name in the record" not in facts_of(row)


@pytest.mark.parametrize(
    ("kind", "resource", "name"),
    [
        (
            reports.KIND,
            diagnostic_report(code=coded(LOINC, "51990-0", "Basic metabolic 2000 panel - Serum or Plasma")),
            "Basic metabolic panel",
        ),
        (
            questionnaires.KIND,
            observation(
                code=coded(LOINC, "44249-1", "PHQ-9 quick depression assessment panel [Reported.PHQ]"),
                valueQuantity=None,
            ),
            "PHQ-9 (depression questionnaire)",
        ),
    ],
)
def test_reports_and_questionnaires_have_plain_names_too(kind: AnyKind, resource: Json, name: str) -> None:
    row = row_of(kind, resource)

    assert row.title == name
    assert facts_of(row)["Name in the record"] == resource["code"]["coding"][0]["display"]


@pytest.mark.parametrize("words", ["bun", "mass/volume"])
def test_a_test_is_found_by_its_plain_name_and_by_the_recorded_one(words: str) -> None:
    source = a_source()
    record = [
        laboratory_result(id="u", code=UREA),
        laboratory_result(id="x", code={"text": "Something else"}),
    ]

    found = search(whole_of(record, source), words, source=source, addresses=Places())

    assert [str(row.title) for hits in found.hits for row in hits.rows] == ["Urea nitrogen (BUN)"]


def test_no_two_codes_share_a_plain_name_but_those_of_one_measure() -> None:
    names = [str(name) for name in plain_names.NAMES.values()]

    assert {name for name in names if names.count(name) > 1} == {"Oxygen level"}


def test_a_record_that_calls_it_as_we_do_is_told_in_the_readers_language() -> None:
    pressure = observation(code=coded(LOINC, "85354-9", "Blood pressure panel") | {"text": "Blood pressure"})

    with override("es"):
        row = row_of(vitals.KIND, pressure)
        assert row.title == "Presión arterial"
        assert facts_of(row)["Nombre en el expediente"] == "Blood pressure"
    assert row_of(vitals.KIND, pressure).title == "Blood pressure"
