"""Other results: what no other section claims is never dropped, and what one claims is not shown twice."""

from __future__ import annotations

from records.kinds.other_results import KIND
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.kinds.reading import place_of
from tests.records.test_failure_matrix import words
from tests.resources import bundle, diagnostic_report, laboratory_result, observation


def test_what_has_no_category_or_an_unknown_one_stands_here() -> None:
    assert place_of(KIND, laboratory_result(category=None)) is not None
    assert place_of(KIND, laboratory_result(category=[{"text": "Laboratory"}])) is not None
    assert place_of(KIND, laboratory_result(category=[{"coding": [{"code": "garden"}]}])) is not None
    assert place_of(KIND, laboratory_result()) is None


def test_it_asks_for_all_observations_and_shows_what_is_left(reader: Person, server: RecordServer) -> None:
    odd = laboratory_result(id="odd", category=None, code={"text": "Tomatoes grown"})
    server.arrange("Observation", bundle(laboratory_result(), observation(), odd))
    server.arrange("DiagnosticReport", bundle())

    page = words(reader.read("other-results/"))

    assert "Tomatoes grown" in page
    assert "Glucose" not in page
    assert "Body weight" not in page
    assert all("category" not in query for query in server.queries("Observation"))


def test_where_everything_stands_elsewhere_nothing_is_said_to_be_missing(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("Observation", bundle(laboratory_result()))
    server.arrange("DiagnosticReport", bundle())

    page = words(reader.read("other-results/"))

    assert "sent no results of other kinds" in page


def test_a_report_of_odd_results_holds_them_here(reader: Person, server: RecordServer) -> None:
    odd = laboratory_result(category=None, code={"text": "Tomatoes grown"})
    server.arrange("Observation", bundle(odd))
    server.arrange(
        "DiagnosticReport", bundle(diagnostic_report(category=None, code={"text": "Garden report"}))
    )

    page = words(reader.read("other-results/"))

    assert page.index("Garden report") < page.index("Tomatoes grown")
