"""A result's own page leads to the reports that name it, and says nothing where none is known."""

from __future__ import annotations

import re

from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, diagnostic_report, laboratory_result


def arrange(server: RecordServer, *reports: Json) -> None:
    server.arrange("Observation", bundle(laboratory_result()))
    server.arrange("Observation/result-1", laboratory_result())
    server.arrange("DiagnosticReport", bundle(*reports))


def test_a_result_leads_to_the_report_that_it_is_part_of(reader: Person, server: RecordServer) -> None:
    other = diagnostic_report(id="report-2", code={"text": "Other"}, result=[{"reference": "Observation/x"}])
    arrange(server, diagnostic_report(), other)
    server.arrange("DiagnosticReport/report-1", diagnostic_report())

    result = reader.read(result_href(reader))

    assert "Part of the report Basic metabolic panel, October 5, 2024" in words(result)
    assert "Other" not in words(result)
    href = re.search(r'Part of the report.*?href="([^"]+)"', result, re.DOTALL)
    assert href
    assert "Basic metabolic panel" in words(reader.read(href[1]))


def result_href(reader: Person) -> str:
    found = re.search(r'href="(/record/[^"]+/laboratory/[A-Za-z0-9_-]{24,}/)"', reader.read("laboratory/"))
    assert found
    return found[1]


def test_nothing_is_said_of_reports_where_none_names_the_result(reader: Person, server: RecordServer) -> None:
    arrange(server, diagnostic_report(result=[{"reference": "Observation/x"}]))

    page = words(reader.read(result_href(reader)))

    assert "92 mg/dL" in page
    assert "Part of the report" not in page


def test_reports_that_cannot_be_had_leave_the_result_its_page(reader: Person, server: RecordServer) -> None:
    arrange(server)
    server.arrange("DiagnosticReport", {}, status=503)

    page = words(reader.read(result_href(reader)))

    assert "92 mg/dL" in page
    assert "Part of the report" not in page


def test_reports_that_are_not_shared_are_not_asked_for(db: None, server: RecordServer) -> None:
    arrange(server, diagnostic_report())
    reader = sign_in(scope="launch/patient patient/Patient.read patient/Observation.read")

    page = words(reader.read(result_href(reader)))

    assert "92 mg/dL" in page
    assert server.asked("DiagnosticReport") == []
