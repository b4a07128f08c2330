"""Results that stand inside their report are results, on every page, and each of them once."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

from records.kinds import inside
from records.kinds.observed import REPORT_DATE
from tests.conftest import ROOT
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, coded, diagnostic_report, laboratory_result

INTERPRETATION = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
LOINC = "http://loinc.org"


def result(local_id: str, name: str, value: Any = 4.4, flag: str = "", **odd: Any) -> Json:
    """A result as it stands inside a report: without patient, date and category."""
    found: Json = {
        "resourceType": "Observation",
        "id": local_id,
        "status": "final",
        "code": {"text": name},
        "valueQuantity": {"value": value, "unit": "mmol/L"},
        "interpretation": [coded(INTERPRETATION, flag)] if flag else None,
    }
    return {key: one for key, one in (found | odd).items() if one is not None}


def report(*contained: Json, **odd: Any) -> Json:
    """A laboratory report with these results inside it, all of them named."""
    named = [{"reference": f"#{one['id']}"} for one in contained if one["resourceType"] == "Observation"]
    return diagnostic_report(
        **{"id": "r1", "code": {"text": "Electrolytes"}, "contained": list(contained), "result": named} | odd
    )


def arrange(server: RecordServer, *reports: Json, results: list[Json] | None = None) -> None:
    server.whole_record(DiagnosticReport=list(reports), Observation=results or [])
    for one in (*reports, *(results or [])):
        server.arrange(f"{one['resourceType']}/{one['id']}", one)


def keys(page: str, section: str) -> list[str]:
    """The addresses of entries of a section on a page, each once."""
    found = re.findall(rf'href="(/record/[^"/]+/{section}/[A-Za-z0-9_-]{{24,}}/)"', page)
    return list(dict.fromkeys(map(unescape, found)))


TYPES = ("DiagnosticReport", "Observation")

LITHIUM = result("o1", "Lithium", 1.7, "HH", referenceRange=[{"high": {"value": 1.2, "unit": "mmol/L"}}])
CHLORIDE = result("o2", "Chloride", 101)


# --- On every page
def test_they_stand_in_the_laboratory_with_value_range_and_flag(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, CHLORIDE))

    page = words(reader.read("laboratory/"))

    for said in ("1.7 mmol/L", "Very high (critical)", "1.2 mmol/L or less", "101 mmol/L", "Electrolytes"):
        assert said in page
    assert "None of its results stand here" not in page
    assert page.count("101 mmol/L") == 1


def test_the_overview_counts_them_under_their_report(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, CHLORIDE))

    assert "1 of 2 outside the usual range" in words(reader.read())


def test_their_report_shows_them_and_leads_to_a_page_of_each(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, CHLORIDE))

    (href,) = keys(reader.read("reports/"), "reports")
    page = reader.read(href)
    first, _second = keys(page, "laboratory")
    own = words(reader.read(first))

    assert "Very high (critical)" in words(page)
    assert "101 mmol/L" in words(page)
    assert "1.7 mmol/L" in own
    assert "What the record says of it Very high (critical)" in own
    assert "Part of the report Electrolytes" in own
    assert REPORT_DATE not in reader.read(first)


def test_a_search_and_the_timeline_find_them(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, CHLORIDE))

    found = words(reader.browser.post(reader.at("search/"), {"words": "lithium"}).content.decode())

    assert "Laboratory results" in found
    assert "1.7 mmol/L" in found
    assert "101 mmol/L" in words(reader.read("timeline/"))


def test_the_filter_for_what_is_marked_finds_them(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, CHLORIDE))

    page = words(reader.read("laboratory/?marked=yes"))

    assert "1.7 mmol/L" in page
    assert "101 mmol/L" not in page


def test_a_chart_has_those_inside_reports_and_those_that_came_by_themselves(
    reader: Person, server: RecordServer
) -> None:
    code = coded(LOINC, "2823-3", "Potassium")
    potassium = [result("k", "", value, code=code) for value in (3.9, 4.2)]
    reports = [
        report(one, id=f"r{n}", effectiveDateTime=f"2024-0{n + 1}-05T10:00:00Z")
        for n, one in enumerate(potassium)
    ]
    alone = laboratory_result(id="alone", code=code, valueQuantity={"value": 5.1, "unit": "mmol/L"})
    arrange(server, *reports, results=[alone])

    listed = reader.read("laboratory/")
    series = re.search(r'href="(/record/[^"]+/laboratory/measure/[^"]+)"', listed)
    assert series
    page = words(reader.read(unescape(series[1])))

    assert "All 3 results of this test" in words(listed)
    for value in ("3.9", "4.2", "5.1"):
        assert value in page


def test_the_receipt_counts_them(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, CHLORIDE, result("o3", "Sodium", status="entered-in-error")))

    page = words(reader.read("receipt/"))

    assert re.search(r"Laboratory results .*? 2 shown|Laboratory results .*?Fully", page)


def test_an_image_reports_result_stands_under_imaging(reader: Person, server: RecordServer) -> None:
    radiology = coded("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD")
    finding = result("o1", "Diameter of the aorta", 34)
    arrange(server, report(finding, category=[radiology]))

    assert "34 mmol/L" in words(reader.read("imaging/"))
    assert "34 mmol/L" not in words(reader.read("laboratory/"))


def test_a_result_of_another_section_stands_under_its_report_all_the_same(
    reader: Person, server: RecordServer
) -> None:
    pulse = result("o1", "Pulse", 71, category=[coded("urn:c", "vital-signs")])
    arrange(server, report(pulse))

    assert "71 mmol/L" in words(reader.read("laboratory/"))


def test_a_result_that_its_report_does_not_name_is_shown_under_it(
    reader: Person, server: RecordServer
) -> None:
    arrange(server, report(LITHIUM, CHLORIDE, result=[{"reference": "#o2"}]))

    page = words(reader.read("laboratory/"))

    assert "1.7 mmol/L" in page
    assert "Results without a report" not in page


def test_a_set_inside_a_report_is_followed_by_its_members(reader: Person, server: RecordServer) -> None:
    whole = result("set", "Gases", hasMember=[{"reference": "#o2"}], valueQuantity=None)
    arrange(server, report(whole, LITHIUM, CHLORIDE))

    page = words(reader.read("laboratory/"))

    assert page.index("A set of readings") < page.index("101 mmol/L") < page.index("1.7 mmol/L")


def test_a_record_of_odd_values_is_told_as_it_is(reader: Person, server: RecordServer) -> None:
    sent = (ROOT / "tests" / "odd_records" / "values.json").read_text().replace("odd-values", "p1")
    entries = [entry["resource"] for entry in json.loads(sent)["entry"]]
    by_type = {name: [one for one in entries if one["resourceType"] == name] for name in TYPES}
    server.whole_record(**by_type)

    page = words(reader.read("laboratory/"))

    for said in (
        "7.31 Low",
        "3.5 µg/dL At the bound, not within the range given",
        "< 3.5 µg/dL",
        "0.8 - 1.9",
    ):
        assert said in page
    assert "Repeat in a month" in page
    assert "against this germ" not in page
    assert "Why there is no value" not in page


# --- What its report says for it
def test_the_day_is_that_of_the_report_and_is_said_to_be(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, effectiveDateTime="2023-02-03", issued=None))

    (href,) = keys(reader.read("laboratory/"), "laboratory")
    page = words(reader.read(href))

    assert "Date of the report February 3, 2023" in page
    assert "Taken Not recorded" in page


def test_who_stands_beside_it_in_the_report_has_a_name(reader: Person, server: RecordServer) -> None:
    lab = {"resourceType": "Organization", "id": "lab", "name": "Harbor Laboratory"}
    arrange(server, report(result("o1", "Lithium", performer=[{"reference": "#lab"}]), lab))

    (href,) = keys(reader.read("laboratory/"), "laboratory")

    assert "Done by Harbor Laboratory" in words(reader.read(href))


def test_an_addition_to_the_report_may_change_its_results_too(reader: Person, server: RecordServer) -> None:
    addition = [{"url": "https://lab.example/void", "valueBoolean": True}]
    arrange(server, report(CHLORIDE, modifierExtension=addition))

    page = words(reader.read("laboratory/?marked="))

    assert page.count("carries an addition that may change what it means") == 2


def test_numbers_keep_their_digits() -> None:
    raw = json.dumps(report(result("o1", "Lithium"))).replace('"value": 4.4', '"value": 4.40')

    (one,) = inside.inside(raw.encode(), "r1")

    assert b'"value":4.40' in one.raw
    assert b'"value":4.40' in one.sent


# --- Whose
@pytest.mark.parametrize(
    "subject", [None, {"display": "Casey"}, {"reference": "#me"}, {"reference": "Patient/p1"}]
)
def test_a_result_without_another_subject_is_of_whom_the_report_is(
    subject: Json | None, reader: Person, server: RecordServer
) -> None:
    arrange(server, report(result("o1", "Lithium", 0.9, subject=subject)))

    assert "0.9 mmol/L" in words(reader.read("laboratory/"))


def test_a_result_of_somebody_else_is_withheld_wherever_it_stands(
    reader: Person, server: RecordServer
) -> None:
    theirs = result("o1", "Lithium", 0.9, subject={"reference": "Patient/p2"})
    arrange(server, report(theirs, CHLORIDE))

    page = words(reader.read("laboratory/"))

    assert "101 mmol/L" in page
    assert "0.9" not in page


def test_of_another_patients_report_nothing_is_shown(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM, id="r2", subject={"reference": "Patient/p2"}), report(CHLORIDE))

    page = words(reader.read("laboratory/"))

    assert "101 mmol/L" in page
    assert "1.7" not in page


@pytest.mark.parametrize("where", ["report", "result"])
def test_what_was_taken_back_is_no_result(where: str, reader: Person, server: RecordServer) -> None:
    taken_back = {"status": "entered-in-error"}
    outer, inner = (taken_back, {}) if where == "report" else ({}, taken_back)
    arrange(server, report(LITHIUM | inner, id="r2", **outer), report(CHLORIDE))

    page = words(reader.read("laboratory/"))

    assert "101 mmol/L" in page
    assert "1.7" not in page
    assert "1.7" not in words(reader.read())


def test_an_address_made_for_it_opens_nothing_of_another_patients_report(
    reader: Person, server: RecordServer
) -> None:
    arrange(server, report(LITHIUM))
    (href,) = keys(reader.read("laboratory/"), "laboratory")
    server.arrange("DiagnosticReport/r1", report(LITHIUM, subject={"reference": "Patient/p2"}))

    assert "1.7" not in words(reader.read(href))


def test_where_reports_are_not_shared_nothing_of_them_is_shown(db: None, server: RecordServer) -> None:
    arrange(server, report(LITHIUM), results=[laboratory_result()])
    reader = sign_in(scope="launch/patient patient/Patient.read patient/Observation.read")

    page = words(reader.read("laboratory/"))

    assert "92 mg/dL" in page
    assert "1.7" not in page
    assert server.asked("DiagnosticReport") == []


# --- Once
def test_a_result_that_came_by_itself_too_stands_once(reader: Person, server: RecordServer) -> None:
    alone = laboratory_result()
    copy = {
        name: alone[name] for name in ("resourceType", "status", "code", "valueQuantity", "effectiveDateTime")
    }
    arrange(server, report(copy | {"id": "o1"}), results=[alone])

    page = words(reader.read("laboratory/"))

    assert page.count("92 mg/dL") == 1
    assert "None of its results stand here" not in page
    assert "Results without a report" not in page


def test_a_result_in_two_versions_of_a_report_stands_once(reader: Person, server: RecordServer) -> None:
    number = [{"system": "urn:lab", "value": "L-17"}]
    one = result("o1", "Lithium", 0.9, identifier=number)
    arrange(server, report(one), report(one, id="r2", status="amended"))

    assert words(reader.read("laboratory/")).count("0.9 mmol/L") == 1


def test_two_of_one_value_and_day_in_two_reports_are_two(reader: Person, server: RecordServer) -> None:
    reports = [
        report(result("o1", "Lithium", 0.9), id=f"r{n}", effectiveDateTime="2024-03-03") for n in (1, 2)
    ]
    arrange(server, *reports)

    assert words(reader.read("laboratory/")).count("0.9 mmol/L") == 2


# --- Odd shapes
@pytest.mark.parametrize(
    "contained",
    [
        "text",
        ["text", None, 5],
        [{"resourceType": "Observation"}],
        [{"resourceType": "Observation", "id": 5, "code": "x"}],
        [{"resourceType": "Observation", "id": "#o1", "valueQuantity": [], "meta": "m", "extension": {}}],
    ],
)
def test_what_has_the_wrong_shape_inside_a_report_costs_nothing_else(
    contained: Any, reader: Person, server: RecordServer
) -> None:
    arrange(server, report(CHLORIDE), diagnostic_report(id="odd", contained=contained))

    assert "101 mmol/L" in words(reader.read("laboratory/"))


def test_none_of_its_results_stands_here_is_said_where_it_is_so(reader: Person, server: RecordServer) -> None:
    arrange(server, report(result=[{"reference": "#gone"}, {"reference": "Observation/gone"}]))

    assert "None of its results stand here" in words(reader.read("laboratory/"))


def test_a_local_id_with_its_sign_is_the_same(reader: Person, server: RecordServer) -> None:
    arrange(server, report(LITHIUM | {"id": "#o1"}, result=[{"reference": "#o1"}]))

    page = reader.read("laboratory/")
    (href,) = keys(page, "laboratory")

    assert words(page).count("1.7 mmol/L") == 1
    assert "1.7 mmol/L" in words(reader.read(href))


def test_results_of_two_reports_on_two_pages_are_found(reader: Person, server: RecordServer) -> None:
    older = report(CHLORIDE, id="r2", effectiveDateTime="2020-01-01")
    server.whole_record()
    server.arrange("DiagnosticReport", bundle(report(LITHIUM), next=server.url("page/2")))
    server.arrange("page/2", bundle(older))

    page = words(reader.read("laboratory/"))

    assert "1.7 mmol/L" in page
    assert "101 mmol/L" in page
