"""Reports and notes: conclusion, results and files, as signed; nothing that was not said."""

from __future__ import annotations

import base64
import re

import pytest

from records.kinds.reports import KIND
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import asides_of, facts_of, place_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, coded, diagnostic_report, document_reference, laboratory_result

LOINC = "http://loinc.org"
SERVICE = "http://terminology.hl7.org/CodeSystem/v2-0074"


def followed(reader: Person, page: str, said: str) -> str:
    """The page behind a link of these words."""
    link = re.search(rf'href="([^"]+)"[^>]*>\s*(?:<[^>]+>\s*)*{re.escape(said)}', page)
    assert link is not None
    return reader.read(link[1])


@pytest.mark.parametrize(
    ("system", "code", "heading"),
    [
        (LOINC, "LP29684-5", "Imaging"),
        (LOINC, "LP29708-2", "Clinical tests"),
        (LOINC, "LP7839-6", "Pathology"),
        (SERVICE, "RAD", "Imaging"),
        (SERVICE, "EC", "Clinical tests"),
        (SERVICE, "SP", "Pathology"),
        (SERVICE, "LAB", "Laboratory reports"),
        (SERVICE, "HM", "Laboratory reports"),
        (SERVICE, "ZZZ", "Other reports"),
        ("https://own.example", "LAB", "Other reports"),
    ],
)
def test_a_report_stands_under_its_kind(system: str, code: str, heading: str) -> None:
    assert place_of(KIND, diagnostic_report(category=[coded(system, code)])) == heading


def test_a_report_without_a_kind_is_among_the_others() -> None:
    assert place_of(KIND, diagnostic_report(category=None)) == "Other reports"


def test_a_report_says_what_was_concluded_by_whom_and_when() -> None:
    row = row_of(
        KIND,
        diagnostic_report(
            conclusion="Nothing unusual.\nCome back in a year.",
            conclusionCode=[{"text": "Normal chest"}],
            resultsInterpreter=[{"display": "Dr. Imani Cole"}],
            specimen=[{"display": "Skin"}],
            imagingStudy=[{"display": "Chest, two views"}],
            media=[{"comment": "Left lung", "link": {"reference": "Media/m", "display": "Picture 1"}}],
            encounter={"display": "Office visit"},
        ),
    )

    facts = facts_of(row)
    assert row.verbatim == "Nothing unusual.\nCome back in a year."
    assert row.line == "Normal chest"
    assert row.who == "Bay Laboratory"
    assert facts["Read and judged by"] == "Dr. Imani Cole"
    assert facts["Done"] == "October 5, 2024, 2:30 PM (UTC−05:00)"
    assert facts["Report ready"] == "October 6, 2024, 9:00 AM (UTC−05:00)"
    assert facts["Kind of report"] == "Laboratory"
    assert facts["Sample"] == "Skin"
    assert facts["Pictures that it is about"] == "Chest, two views"
    assert facts["Picture"] == "Picture 1: Left lung"
    assert facts["Visit"] == "Office visit"


def test_a_picture_that_is_not_given_out_is_said_to_be_there() -> None:
    row = row_of(KIND, diagnostic_report(media=[{"link": {"reference": "Media/m"}}]))

    assert "does not give it out" in facts_of(row)["Picture"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("registered", "Ordered"),
        ("partial", "Some results are in"),
        ("preliminary", "may change"),
        ("final", "Final"),
        ("amended", "Changed after it was final"),
        ("corrected", "Corrected"),
        ("appended", "Added to"),
        ("cancelled", "Cancelled"),
        ("unknown", "Status not known"),
        ("new-code", "new-code (status not known to this page)"),
    ],
)
def test_every_state_of_a_report_is_said_in_words(status: str, said: str) -> None:
    row = row_of(KIND, diagnostic_report(status=status))

    assert row.status is not None
    assert said in str(row.status.words)


def test_a_report_without_a_date_of_its_own_says_when_it_was_ready() -> None:
    row = row_of(KIND, diagnostic_report(effectiveDateTime=None))

    assert row.when is not None
    assert (row.when.label, row.when.words) == ("Report ready", "October 6, 2024")


@pytest.mark.parametrize(
    ("status", "counted", "label"),
    [("registered", [], "Entered"), ("final", ["2 results"], "Report ready")],
)
def test_a_report_that_was_only_ordered_is_not_announced_as_a_result(
    status: str, counted: list[str], label: str
) -> None:
    named = [{"reference": "Observation/r1"}, {"reference": "Observation/r2"}]
    row = row_of(KIND, diagnostic_report(status=status, result=named, effectiveDateTime=None))

    assert [words for words in asides_of(row) if "result" in words] == counted
    assert row.when is not None
    assert row.when.label == label
    assert label in facts_of(row)


def test_the_overview_counts_no_result_that_was_only_ordered(reader: Person, server: RecordServer) -> None:
    waiting = laboratory_result(id="r1", status="registered", valueQuantity=None)
    ordered = diagnostic_report(
        id="d1",
        status="registered",
        code={"text": "Hemoglobin A1c"},
        result=[{"reference": "Observation/r1"}],
    )
    server.arrange("Observation", bundle(waiting))
    server.arrange("DiagnosticReport", bundle(ordered))

    page = words(reader.read(""))

    assert "Hemoglobin A1c" in page
    assert "Ordered, result not there yet" in page
    assert "1 result " not in page


def test_a_report_without_a_name_is_said_to_have_none() -> None:
    row = row_of(KIND, diagnostic_report(code=None))

    assert row.title == "Unnamed report"
    assert row.title_missing


def test_the_files_of_a_report_can_be_opened(reader: Person, server: RecordServer) -> None:
    text = base64.b64encode(b"The whole report").decode()
    report = diagnostic_report(presentedForm=[{"contentType": "text/plain", "data": text, "title": "Letter"}])
    server.arrange("DiagnosticReport/report-1", report)
    server.arrange("DiagnosticReport", bundle(report))
    server.arrange("Observation/result-1", laboratory_result())

    row = row_of(KIND, report)
    listed = reader.read("reports/")
    entry = followed(reader, listed, "Basic metabolic panel")

    assert [str(file.title) for file in row.files] == ["Letter"]
    assert "Text, 16 bytes" in asides_of(row)
    assert "The whole report" in words(followed(reader, entry, "Letter"))


def test_an_entrys_page_says_each_result_with_its_value_and_what_is_said_of_it(
    reader: Person, server: RecordServer
) -> None:
    high: Json = laboratory_result(interpretation=[{"coding": [{"code": "H"}]}])
    wrong = laboratory_result(id="wrong", status="entered-in-error", code={"text": "Wrong test"})
    report = diagnostic_report(
        result=[{"reference": f"Observation/{one}"} for one in ("result-1", "wrong", "gone")]
    )
    server.arrange("DiagnosticReport", bundle(report))
    server.arrange("DiagnosticReport/report-1", report)
    server.arrange("Observation/result-1", high)
    server.arrange("Observation/wrong", wrong)
    server.arrange("Observation/gone", status=404)

    read = followed(reader, reader.read("reports/"), "Basic metabolic panel")

    page = words(read)
    assert "Results Test Result In words Glucose" in page
    assert "92 mg/dL High Usual range: 70 to 99 mg/dL" in page
    assert page.count("92 mg/dL") == 1
    assert "Laboratory results" in words(followed(reader, read, "Glucose"))
    assert "Wrong test: removed by the clinic as a mistake" in page
    assert "Recorded, details not available" in page


def test_another_patients_result_is_never_told(reader: Person, server: RecordServer) -> None:
    report = diagnostic_report()
    server.arrange("DiagnosticReport", bundle(report))
    server.arrange("DiagnosticReport/report-1", report)
    server.arrange("Observation/result-1", laboratory_result(subject={"reference": "Patient/p2"}))

    page = words(followed(reader, reader.read("reports/"), "Basic metabolic panel"))

    assert "Recorded, details not available" in page
    assert "92 mg/dL" not in page


# --- The same file in a report and in a document
def arrange_twins(server: RecordServer, **odd: object) -> None:
    """A report and a document, each with one file; the report's is named by its whole address."""
    file = {"contentType": "text/plain", "url": "https://fhir.example/fhir-request/Binary/b1"}
    report = diagnostic_report(presentedForm=[file], result=None)
    content = [{"attachment": {"contentType": "text/plain", "url": "Binary/b1"}}]
    document = document_reference(**{"content": content, **odd})
    for resource in (report, document):
        server.arrange(resource["resourceType"], bundle(resource))
        server.arrange(f"{resource['resourceType']}/{resource['id']}", resource)


def test_a_file_that_is_in_a_document_too_says_so_on_both_pages(reader: Person, server: RecordServer) -> None:
    arrange_twins(server)

    report = words(followed(reader, reader.read("reports/"), "Basic metabolic panel"))
    document = words(followed(reader, reader.read("documents/"), "Progress note"))

    assert "The same file also stands under Notes and documents: Progress note" in report
    assert "The same file also stands under Reports and notes: Basic metabolic panel" in document


def test_each_of_two_entries_with_one_file_leads_to_the_other(reader: Person, server: RecordServer) -> None:
    arrange_twins(server)

    report = followed(reader, reader.read("reports/"), "Basic metabolic panel")
    document = followed(reader, report, "Notes and documents: Progress note")
    back = followed(reader, document, "Reports and notes: Basic metabolic panel")

    assert re.search(r"<h1[^>]*>Progress note", document)
    assert re.search(r"<h1[^>]*>Basic metabolic panel", back)


@pytest.mark.parametrize(
    "odd",
    [
        {"content": [{"attachment": {"contentType": "text/plain", "url": "Binary/b12"}}]},
        {"subject": {"reference": "Patient/p2"}},
        {"status": "entered-in-error"},
    ],
)
def test_another_file_another_patients_or_one_taken_back_is_not_spoken_of(
    reader: Person, server: RecordServer, odd: Json
) -> None:
    arrange_twins(server, **odd)

    page = words(followed(reader, reader.read("reports/"), "Basic metabolic panel"))

    assert "Bay Laboratory" in page
    assert "same file" not in page


def test_a_reports_page_stands_without_the_documents(reader: Person, server: RecordServer) -> None:
    arrange_twins(server)
    server.arrange("DocumentReference", status=500)

    page = words(followed(reader, reader.read("reports/"), "Basic metabolic panel"))

    assert "Bay Laboratory" in page
    assert "same file" not in page
