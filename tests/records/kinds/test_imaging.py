"""Imaging: findings under their reports, and reports that are only a file or a sentence."""

from __future__ import annotations

from typing import Any

from records.kinds.imaging import KIND
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import place_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import TERMINOLOGY, Json, bundle, coded, diagnostic_report, laboratory_result

LUNGS = "Lungs clear."


def finding(**odd: Any) -> Json:
    return laboratory_result(
        **{
            "id": "finding-1",
            "category": [coded(f"{TERMINOLOGY}observation-category", "imaging")],
            "code": {"text": "Chest X-ray findings"},
            "valueQuantity": None,
            "referenceRange": None,
            "valueString": LUNGS,
            **odd,
        }
    )


def report(**odd: Any) -> Json:
    return diagnostic_report(
        **{
            "category": [coded("http://loinc.org", "LP29684-5", "Radiology")],
            "code": {"text": "Chest X-ray"},
            "result": [{"reference": "Observation/finding-1"}],
            **odd,
        }
    )


def test_a_finding_is_told_as_written() -> None:
    row = row_of(KIND, finding())

    assert row.measure is not None
    assert row.measure.value == LUNGS
    assert row.measure.is_words
    assert row.measure.flag is None


def test_findings_of_pictures_stand_here_and_a_laboratorys_do_not() -> None:
    assert place_of(KIND, finding()) is not None
    assert place_of(KIND, laboratory_result()) is None


def test_a_finding_stands_under_its_report_with_what_was_concluded(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Observation", bundle(finding()))
    server.arrange("DiagnosticReport", bundle(report(conclusion="Nothing unusual.")))

    page = words(reader.read("imaging/"))

    assert page.index("Chest X-ray") < page.index("Nothing unusual.") < page.index(LUNGS)


def test_a_report_that_is_only_a_file_stands_here_too(reader: Person, server: RecordServer) -> None:
    server.arrange("Observation", bundle())
    file = {"contentType": "application/pdf", "url": "Binary/b1"}
    laboratory = diagnostic_report(id="lab", code={"text": "Blood panel"}, result=None)
    server.arrange("DiagnosticReport", bundle(report(result=None, presentedForm=[file]), laboratory))

    page = words(reader.read("imaging/"))

    assert "Chest X-ray" in page
    assert "Read the report" in page
    assert "Blood panel" not in page
    assert "Nothing came back" not in page


def test_the_question_is_for_pictures_alone(reader: Person, server: RecordServer) -> None:
    server.arrange("Observation", bundle())
    server.arrange("DiagnosticReport", bundle())

    page = words(reader.read("imaging/"))

    assert "That does not always mean that no pictures were taken." in page
    assert [query["category"] for query in server.queries("Observation")] == ["imaging"]
