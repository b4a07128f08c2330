"""Clinical tests: every category that is theirs is asked for, together or one by one."""

from __future__ import annotations

from typing import Any

import pytest

from records.kinds.clinical_tests import CODES, KIND
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import place_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, coded, diagnostic_report, laboratory_result


def walk(category_code: str = "clinical-test", **odd: Any) -> Json:
    return laboratory_result(
        **{
            "id": "walk-1",
            "category": [{"coding": [{"code": category_code}]}],
            "code": {"text": "Distance walked in six minutes"},
            "valueQuantity": {"value": 480, "unit": "m"},
            "referenceRange": None,
            "bodySite": {"text": "Both legs"},
            "method": {"text": "In a corridor"},
            **odd,
        }
    )


@pytest.mark.parametrize("code", CODES)
def test_every_category_of_clinical_tests_stands_here(code: str) -> None:
    assert place_of(KIND, walk(code)) is not None


def test_a_measure_taken_as_an_activity_stays_with_the_vital_signs() -> None:
    both = [{"coding": [{"code": "activity"}]}, {"coding": [{"code": "vital-signs"}]}]

    assert place_of(KIND, walk(category=both)) is None


def test_a_test_without_a_result_says_why() -> None:
    row = row_of(KIND, walk(valueQuantity=None, dataAbsentReason={"coding": [{"code": "not-performed"}]}))

    assert row.measure is not None
    assert row.measure.value == "Was not done"


def test_all_categories_are_asked_for_at_once(reader: Person, server: RecordServer) -> None:
    server.arrange("Observation", bundle(walk()))
    server.arrange("DiagnosticReport", bundle())

    page = words(reader.read("clinical-tests/"))

    assert "480 m" in page
    assert [query["category"] for query in server.queries("Observation")] == [",".join(CODES)]


def test_where_several_at_once_are_refused_they_are_asked_for_one_by_one(
    reader: Person, server: RecordServer
) -> None:
    def answer(query: dict[str, str]) -> Json | int:
        if "," in query["category"]:
            return 400
        return bundle(
            walk(query["category"], id=f"walk-{query['category']}", code={"text": query["category"]})
        )

    server.by("Observation", answer)
    server.arrange("DiagnosticReport", bundle())

    page = words(reader.read("clinical-tests/"))

    assert all(code in page for code in CODES)


def test_a_heart_report_holds_its_results(reader: Person, server: RecordServer) -> None:
    heart = diagnostic_report(
        category=[coded("http://loinc.org", "LP29708-2")],
        code={"text": "Heart report"},
        result=[{"reference": "Observation/walk-1"}],
    )
    server.arrange("Observation", bundle(walk()))
    server.arrange("DiagnosticReport", bundle(heart))

    page = words(reader.read("clinical-tests/"))

    assert page.index("Heart report") < page.index("Distance walked")
    assert "Results without a report" not in page
