"""Laboratory results under their reports: nothing lost, nothing told twice, nothing more certain than recorded."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from records.fetching import collected as collecting
from records.fetching.source import Source
from records.kinds.laboratory import KIND
from records.reading import contained
from tests.people import BASE, Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import facts_of, row_of
from tests.records.test_failure_matrix import words
from tests.resources import Json, bundle, coded, diagnostic_report, laboratory_result, observation


def refer(*ids: str) -> list[Json]:
    return [{"reference": f"Observation/{one}"} for one in ids]


def flagged(code: str) -> list[Json]:
    return [{"coding": [{"code": code}]}]


def arrange(server: RecordServer, results: list[Json], reports: list[Json]) -> None:
    server.arrange("Observation", bundle(*results))
    server.arrange("DiagnosticReport", bundle(*reports))


def in_order(page: str, *said: str) -> bool:
    places = [page.find(one) for one in said]
    return -1 not in places and places == sorted(places)


# --- One result
def test_a_result_says_its_value_its_range_and_what_the_record_says_of_it() -> None:
    row = row_of(KIND, laboratory_result(interpretation=flagged("N")))

    assert row.measure is not None
    assert (row.measure.value, row.measure.unit) == ("92", "mg/dL")
    assert row.measure.usual_range == "Usual range: 70 to 99 mg/dL"
    facts = facts_of(row)
    assert facts["What the record says of it"] == "In the usual range"
    assert facts["Sample"] == "Blood from a vein"
    assert facts["Done by"] == "Bay Laboratory"
    assert facts["Kind of result"] == "Laboratory"
    assert facts["Result ready"] == "October 6, 2024, 9:00 AM (UTC−05:00)"


def test_a_range_that_this_page_compared_with_is_said_to_be_compared_by_this_page() -> None:
    row = row_of(KIND, laboratory_result(valueQuantity={"value": 120, "unit": "mg/dL", "code": "mg/dL"}))

    assert row.measure is not None
    assert row.measure.flag is not None
    assert row.measure.flag.computed
    assert "This page compared" in facts_of(row)["Compared with the range"]


def test_a_test_that_was_only_ordered_has_no_result_yet() -> None:
    row = row_of(KIND, laboratory_result(status="registered", valueQuantity=None))

    assert row.measure is not None
    assert row.measure.value == "No result yet"
    assert row.status is not None
    assert "Ordered" in str(row.status.words)


def test_a_sample_that_is_not_served_is_named_by_what_the_result_holds_of_it() -> None:
    held = {"resourceType": "Specimen", "id": "s", "type": {"text": "Serum"}}

    row = row_of(KIND, laboratory_result(contained=[held], specimen={"reference": "#s"}))

    assert facts_of(row)["Sample"] == "Serum"


# --- Under their reports
def test_results_stand_under_their_report_in_its_order_and_reports_newest_first(
    reader: Person, server: RecordServer
) -> None:
    results = [laboratory_result(id=one, code={"text": f"Test {one}"}) for one in ("a", "b", "c")]
    old = diagnostic_report(
        id="old", code={"text": "Old report"}, effectiveDateTime="2020", result=refer("c")
    )
    new = diagnostic_report(
        id="new", code={"text": "New report"}, result=refer("b", "a"), conclusion="All well."
    )
    arrange(server, results, [old, new])

    page = words(reader.read("laboratory/"))

    assert in_order(page, "New report", "All well.", "Test b", "Test a", "Old report", "Test c")
    assert "Results without a report" not in page


def test_a_result_of_no_report_stands_under_a_heading_that_says_so(
    reader: Person, server: RecordServer
) -> None:
    loose = laboratory_result(id="loose", code={"text": "Loose test"})
    arrange(server, [laboratory_result(), loose], [diagnostic_report()])

    page = words(reader.read("laboratory/"))

    assert in_order(page, "Basic metabolic panel", "Glucose", "Results without a report", "Loose test")


def test_a_date_is_said_once_for_a_report_and_a_missing_or_other_one_for_its_result(
    reader: Person, server: RecordServer
) -> None:
    results = [
        laboratory_result(id="same"),
        laboratory_result(id="other", effectiveDateTime="2024-10-04"),
        laboratory_result(id="none", effectiveDateTime=None, issued=None),
    ]
    arrange(server, results, [diagnostic_report(result=refer("same", "other", "none"))])

    page = words(reader.read("laboratory/"))

    assert [page.count(said) for said in ("October 5, 2024", "October 4, 2024", "Date not recorded")] == [
        1,
        1,
        1,
    ]


def test_a_result_of_two_reports_is_shown_once(reader: Person, server: RecordServer) -> None:
    first, second = diagnostic_report(id="r1"), diagnostic_report(id="r2", effectiveDateTime="2019")
    arrange(server, [laboratory_result(code={"text": "Canary test"})], [first, second])

    page = reader.read("laboratory/")

    assert page.count("Canary test") == 1
    assert "None of its results stand here" in words(page)


def test_a_set_of_results_holds_its_members_with_and_without_a_report(
    reader: Person, server: RecordServer
) -> None:
    whole = laboratory_result(
        id="set", code={"text": "Whole set"}, valueQuantity=None, referenceRange=None, hasMember=refer("m")
    )
    member = laboratory_result(id="m", code={"text": "Member test"})
    for reports in ([], [diagnostic_report(code={"text": "The report"}, result=refer("set"))]):
        arrange(server, [member, whole], reports)

        page = words(reader.read("laboratory/?refresh=yes"))

        assert in_order(page, "Whole set", "Member test")
        assert ("The report" in page) is bool(reports)


def test_sets_that_name_one_another_end(reader: Person, server: RecordServer) -> None:
    one = laboratory_result(id="one", code={"text": "First set"}, hasMember=refer("two"))
    two = laboratory_result(id="two", code={"text": "Second set"}, hasMember=refer("one", "two"))
    arrange(server, [one, two], [diagnostic_report(result=refer("one"))])

    page = words(reader.read("laboratory/"))

    assert in_order(page, "First set", "Second set")


def test_another_patients_report_on_a_later_page_is_withheld_and_costs_no_result(
    reader: Person, server: RecordServer
) -> None:
    arrange(server, [laboratory_result(id="l1", code={"text": "Canary test"})], [])
    first = bundle(
        diagnostic_report(id="r1", code={"text": "Own panel"}, result=refer("l1")),
        next=server.url("DiagnosticReport/more"),
    )
    theirs = diagnostic_report(id="r2", code={"text": "Their panel"}, subject={"reference": "Patient/p2"})
    server.arrange("DiagnosticReport", first)
    server.arrange("DiagnosticReport/more", bundle(theirs))

    for _look in range(2):
        page = words(reader.read("laboratory/"))

        assert in_order(page, "Own panel", "Canary test")
        assert "Their panel" not in page
    assert len(server.asked("DiagnosticReport/more")) == 2  # it was not kept


def test_reports_that_left_the_cache_are_asked_for_again(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(server, [laboratory_result(id="l1", code={"text": "Canary test"})], [])
    report = diagnostic_report(code={"text": "Own panel"}, result=refer("l1"))
    server.arrange("DiagnosticReport", bundle(report, next=server.url("DiagnosticReport/more")))
    server.arrange("DiagnosticReport/more", bundle(diagnostic_report(id="r2", result=refer("l2"))))
    kept: list[tuple[Source, str]] = []

    def store_page(source: Source, asked_at: float, body: bytes) -> str:
        kept.append((source, collecting.store_page(source, asked_at, body)))
        return kept[-1][1]

    monkeypatch.setattr("records.fetching.asking.store_page", store_page)
    assert in_order(words(reader.read("laboratory/")), "Own panel", "Canary test")
    for source, name in kept:
        source.keep.forget(name)

    looks = [words(reader.read("laboratory/")) for _look in range(2)]

    assert all("Canary test" in page for page in looks)
    assert in_order(looks[-1], "Own panel", "Canary test")


def test_results_do_not_wait_long_for_their_reports(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrange(server, [laboratory_result(id="l1", code={"text": "Canary test"})], [])
    may_come, waited_out = threading.Event(), []

    def late(_query: dict[str, str]) -> Json | int:
        if may_come.wait(5):
            return bundle(diagnostic_report(code={"text": "Own panel"}, result=refer("l1")))
        waited_out.append(1)
        return 500

    server.by("DiagnosticReport", late)
    monkeypatch.setattr(contained, "MOST_SECONDS", 0.05)

    first = words(reader.read("laboratory/"))
    may_come.set()
    monkeypatch.setattr(contained, "MOST_SECONDS", 10)

    assert ("Canary test" in first, "could not be had" in first, waited_out) == (True, True, [])
    assert in_order(words(reader.read("laboratory/")), "Own panel", "Canary test")


@pytest.mark.parametrize("with_report", [True, False])
def test_a_chain_of_thousands_of_sets_does_not_cost_the_page(
    with_report: bool, reader: Person, server: RecordServer
) -> None:
    chain = [laboratory_result(id=f"c{n}", hasMember=refer(f"c{n + 1}")) for n in range(2000)]
    arrange(server, chain, [diagnostic_report(result=refer("c0"))] if with_report else [])

    page = words(reader.read("laboratory/"))

    assert "1 to 50 of 2,000" in page


def test_a_laboratory_report_without_results_is_there_and_another_kind_of_report_is_not(
    reader: Person, server: RecordServer
) -> None:
    pending = diagnostic_report(id="p", code={"text": "Pending panel"}, status="registered", result=None)
    heart = diagnostic_report(
        id="h",
        code={"text": "Heart report"},
        category=[{"coding": [{"system": "http://loinc.org", "code": "LP29708-2"}]}],
        result=None,
    )
    arrange(server, [laboratory_result()], [pending, heart])

    page = words(reader.read("laboratory/"))

    assert "Pending panel" in page
    assert "Heart report" not in page


def test_a_report_that_was_taken_back_gives_no_heading_and_costs_no_result(
    reader: Person, server: RecordServer
) -> None:
    arrange(server, [laboratory_result()], [diagnostic_report(status="entered-in-error")])

    page = words(reader.read("laboratory/"))

    assert "Glucose" in page
    assert "Basic metabolic panel" not in page


def test_another_patients_report_gives_no_heading(reader: Person, server: RecordServer) -> None:
    theirs = diagnostic_report(subject={"reference": "Patient/p2"}, code={"text": "Their panel"})
    arrange(server, [laboratory_result()], [theirs])

    page = words(reader.read("laboratory/"))

    assert "Glucose" in page
    assert "Their panel" not in page


# --- Where the reports cannot be had
@pytest.mark.parametrize("status", [400, 403, 500])
def test_without_the_reports_every_result_is_shown_and_the_page_says_why_not_in_order(
    reader: Person, server: RecordServer, status: int
) -> None:
    server.arrange("Observation", bundle(laboratory_result()))
    server.arrange("DiagnosticReport", status=status)

    page = words(reader.read("laboratory/"))

    assert "Glucose" in page
    assert "The reports themselves could not be had" in page
    assert "Results without a report" not in page


def test_reports_that_were_not_granted_are_not_asked_for(db: None, server: RecordServer) -> None:
    reader = sign_in(scope="launch/patient patient/Patient.r patient/Observation.rs")
    server.arrange("Observation", bundle(laboratory_result()))

    page = words(reader.read("laboratory/"))

    assert "Glucose" in page
    assert "The reports themselves could not be had" in page
    assert not server.asked("DiagnosticReport")


# --- Pages
def test_a_report_is_not_torn_in_two_and_every_result_is_on_some_page(
    reader: Person, server: RecordServer
) -> None:
    results = [laboratory_result(id=f"o{n}", code={"text": f"Test {n}."}) for n in range(120)]
    reports = [
        diagnostic_report(
            id=f"r{n}",
            effectiveDateTime=f"2024-01-{20 - n}",
            result=refer(*(f"o{m}" for m in range(n * 30, n * 30 + 30))),
        )
        for n in range(3)
    ]
    arrange(server, results, reports)

    pages = [words(reader.read(f"laboratory/?page={n}")) for n in (1, 2, 3, 4)]

    found = [set(re.findall(r"Test (\d+)\.", page)) for page in pages]
    assert [len(one) for one in found] == [30, 30, 30, 30]
    assert set.union(*found) == {str(n) for n in range(120)}


# --- All results of one test
def test_the_results_of_one_test_have_a_page_whose_address_says_nothing(
    reader: Person, server: RecordServer
) -> None:
    results = [
        laboratory_result(
            id=f"g{year}", effectiveDateTime=str(year), valueQuantity={"value": year, "unit": "u"}
        )
        for year in (2021, 2022)
    ]
    arrange(server, [*results, laboratory_result(id="k", code={"text": "Potassium"})], [])

    page = reader.read("laboratory/")
    link = re.search(r'href="([^"]+)">All 2 results of this test', page)

    assert link is not None
    assert "2345-7" not in link[1]
    series = words(reader.read(link[1]))
    assert in_order(series, "Glucose", "2022", "2021")
    assert "Potassium" not in series


# --- The overview
@pytest.mark.parametrize(
    ("interpretations", "said"),
    [
        (("H", "L", "N"), "2 of 3 outside the usual range"),
        (("H", "POS", "N"), "2 of 3 marked as out of the ordinary"),
        (("N", "N", "N"), "3 results"),
    ],
)
def test_the_overview_says_how_many_results_of_a_report_stand_out(
    reader: Person, server: RecordServer, interpretations: tuple[str, ...], said: str
) -> None:
    results = [
        laboratory_result(id=f"o{n}", interpretation=flagged(code)) for n, code in enumerate(interpretations)
    ]
    server.whole_record(
        Observation=results, DiagnosticReport=[diagnostic_report(result=refer("o0", "o1", "o2"))]
    )

    page = words(reader.read())

    assert in_order(page, "Latest results", "Basic metabolic panel", said)


def test_the_overview_names_what_stands_out_with_its_value_the_gravest_first(
    reader: Person, server: RecordServer
) -> None:
    said = (
        ("Sodium", 128, "L"),
        ("Potassium", 6.9, "HH"),
        ("Glucose", 92, "N"),
        ("Calcium", 11, "H"),
        ("Urea", 60, "H"),
    )
    results = [
        laboratory_result(
            id=f"o{n}",
            code={"text": name},
            valueQuantity={"value": value, "unit": "mmol/L"},
            interpretation=flagged(code),
        )
        for n, (name, value, code) in enumerate(said)
    ]
    server.whole_record(
        Observation=results, DiagnosticReport=[diagnostic_report(result=refer("o0", "o1", "o2", "o3", "o4"))]
    )

    page = words(reader.read())

    assert in_order(
        page, "4 of 5", "Potassium 6.9 mmol/L", "Sodium 128 mmol/L", "Calcium 11 mmol/L", "and 1 more"
    )
    assert "Glucose" not in page
    assert "Urea" not in page


def test_a_count_never_speaks_of_results_that_did_not_come(reader: Person, server: RecordServer) -> None:
    results = [laboratory_result(id="o0", interpretation=flagged("H"))]
    server.whole_record(
        Observation=results, DiagnosticReport=[diagnostic_report(result=refer("o0", "gone", "lost"))]
    )

    assert "At least 1 of 3 marked" in words(reader.read())


def test_single_results_stand_among_the_newest(reader: Person, server: RecordServer) -> None:
    single = laboratory_result(id="s", code={"text": "Single test"}, effectiveDateTime="2025-01-01")
    old = laboratory_result(id="o", code={"text": "Old test"}, effectiveDateTime="2001")
    server.whole_record(
        Observation=[single, old, laboratory_result()], DiagnosticReport=[diagnostic_report()]
    )

    assert in_order(words(reader.read()), "Latest results", "Single test", "Basic metabolic panel")


def test_refreshing_asks_for_the_reports_again_too(reader: Person, server: RecordServer) -> None:
    arrange(server, [laboratory_result()], [diagnostic_report()])

    reader.read("laboratory/")
    reader.read("laboratory/?refresh=yes")

    assert len(server.asked("DiagnosticReport")) == 2


def test_a_result_that_another_section_claims_is_left_to_it(reader: Person, server: RecordServer) -> None:
    weight = observation(code={"text": "Body weight"})
    arrange(server, [laboratory_result(), weight], [])

    page = words(reader.read("laboratory/"))

    assert "Glucose" in page
    assert "Body weight" not in page


def test_a_result_of_another_server_is_not_taken_for_one_of_ours(
    reader: Person, server: RecordServer
) -> None:
    report: Any = diagnostic_report(result=[{"reference": "https://elsewhere.example/Observation/result-1"}])
    arrange(server, [laboratory_result()], [report])
    assert BASE.startswith("https://fhir.example")

    page = words(reader.read("laboratory/"))

    assert in_order(page, "None of its results stand here", "Results without a report", "Glucose")


def test_a_tests_page_holds_one_code_system_and_draws_each_unit_apart(
    reader: Person, server: RecordServer
) -> None:
    own = coded("https://lab.example", "2345-7", "House test")
    several = [(92, "mg/dL", {}), (95, "mg/dL", {}), (5.1, "mmol/L", {}), (5.3, "mmol/L", {})]
    results = [
        laboratory_result(
            id=f"r{n}",
            effectiveDateTime=f"2024-0{n + 1}-05",
            valueQuantity={"value": value, "unit": unit, "code": unit},
            **odd,
        )
        for n, (value, unit, odd) in enumerate(
            [*several, (777, "mg/dL", {"code": own}), (778, "mg/dL", {"code": own})]
        )
    ]
    server.whole_record(Observation=results)

    links = dict.fromkeys(re.findall(r'href="([^"]+/measure/[^"]+)"', reader.read("laboratory/")))
    ours, other = sorted((reader.read(link) for link in links), key=lambda page: "777 mg/dL" in words(page))

    assert ours.count("<figure") == 2
    assert all(value in ours for value in ("92", "95", "5.1", "5.3"))
    assert "777" not in words(ours)
    assert other.count("<figure") == 1
    assert "5.3" not in words(other)
