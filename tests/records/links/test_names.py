"""Names that stand in no entry: a search finds what points to them, and says so where it could not look them up."""

from __future__ import annotations

import time
from typing import Any

import pytest

from records.links import names
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.resources import (
    Json,
    coded,
    condition,
    immunization,
    location,
    medication_request,
    organization,
    practitioner,
    visit,
)

UNNAMED = {"reference": "Practitioner/dr9"}
KESSLER = practitioner(id="dr9", name=[{"family": "Kessler", "given": ["Sámuel"]}])


def search_for(words: str, reader: Person) -> str:
    return reader.browser.post(reader.at("search/"), {"words": words}).content.decode()


@pytest.fixture
def kessler(server: RecordServer) -> RecordServer:
    """A record in which Dr. Kessler is pointed to by one prescription, and never named."""
    server.whole_record(
        MedicationRequest=[
            medication_request(id="by-kessler", requester=UNNAMED),
            medication_request(id="by-flores", medicationCodeableConcept={"text": "Lithium"}),
        ]
    )
    server.arrange("Practitioner/dr9", KESSLER)
    return server


@pytest.mark.parametrize("words", ["kessler", "Samuel Kessler", "kessler sertraline", "KESS"])
def test_a_prescriber_whom_the_entry_only_points_to_is_found_by_name(
    words: str, reader: Person, kessler: RecordServer
) -> None:
    page = search_for(words, reader)

    assert "1 entry found" in page
    assert "Sertraline" in page
    assert "Sámuel Kessler" in page
    assert "Lithium" not in page


def test_a_name_and_a_word_that_is_not_there_find_nothing(reader: Person, kessler: RecordServer) -> None:
    assert "1 entry found" in search_for("kessler", reader)
    assert "entry found" not in search_for("kessler zebra", reader)


@pytest.mark.parametrize(
    ("words", "place", "pointed", "entry"),
    [
        (
            "harborview",
            "Location/ward",
            location(id="ward", name="Harborview, ward 4"),
            visit(location=[{"location": {"reference": "Location/ward"}}]),
        ),
        (
            "bayside",
            "Organization/org9",
            organization(id="org9", name="Bayside Pharmacy"),
            immunization(performer=[{"actor": {"reference": "Organization/org9"}}]),
        ),
        (
            "clozapine",
            "Medication/m9",
            {"resourceType": "Medication", "id": "m9", "code": {"text": "Clozapine 100 MG Oral Tablet"}},
            medication_request(
                medicationCodeableConcept=None, medicationReference={"reference": "Medication/m9"}
            ),
        ),
    ],
)
def test_a_place_an_organization_and_a_medication_are_found_by_the_names_that_rows_give_them(
    words: str, place: str, pointed: Json, entry: Json, reader: Person, server: RecordServer
) -> None:
    server.whole_record(**{entry["resourceType"]: [entry]})
    server.arrange(place, pointed)

    page = search_for(words, reader)

    assert "1 entry found" in page
    assert words in page.lower().replace(f'value="{words}"', "")


@pytest.mark.parametrize(
    "reference",
    ["https://fhir.example/fhir-request/Practitioner/dr9", "Practitioner/dr9/_history/3"],
)
def test_a_name_is_found_however_the_reference_is_written(
    reference: str, reader: Person, server: RecordServer
) -> None:
    server.whole_record(Condition=[condition(recorder={"reference": reference})])
    server.arrange("Practitioner/dr9", KESSLER)

    assert "1 entry found" in search_for("kessler", reader)


def test_a_name_that_rows_do_not_show_because_the_entry_says_another_finds_nothing(
    reader: Person, server: RecordServer
) -> None:
    """The row says "Dr. S. K."; a hit on the other name would show an entry in which it is not to be seen."""
    server.whole_record(Condition=[condition(recorder=UNNAMED | {"display": "Dr. S. K."})])
    server.arrange("Practitioner/dr9", KESSLER)

    assert "1 entry found" in search_for("dr. s. k.", reader)
    assert "entry found" not in search_for("kessler", reader)


def test_a_medication_is_found_by_its_code_where_the_entry_only_points_to_it(
    reader: Person, server: RecordServer
) -> None:
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    pointing_to = medication_request(
        medicationCodeableConcept=None, medicationReference={"reference": "Medication/m9"}
    )
    server.whole_record(MedicationRequest=[pointing_to])
    medication = {"resourceType": "Medication", "id": "m9", "code": coded(rxnorm, "197536", "Clozapine")}
    server.arrange("Medication/m9", medication)

    page = search_for("197536", reader)

    assert "1 entry found" in page
    assert "Code: 197536" in page


def test_each_name_is_looked_up_once_for_many_entries_and_searches(
    reader: Person, server: RecordServer
) -> None:
    many = [medication_request(id=f"m{n}", requester=UNNAMED) for n in range(30)]
    server.whole_record(MedicationRequest=many)
    server.arrange("Practitioner/dr9", KESSLER)

    assert "30 entries found" in search_for("kessler", reader)
    assert "30 entries found" in search_for("kessler", reader)
    assert len(server.asked("Practitioner/dr9")) == 1


def test_a_name_that_could_not_be_looked_up_is_said_to_be_missing(
    reader: Person, kessler: RecordServer
) -> None:
    said = "Not all names of people, places and medicines could be looked up"
    kessler.arrange("Practitioner/dr9", status=503)

    assert said in search_for("kessler", reader)

    kessler.arrange("Practitioner/dr9", KESSLER)

    assert said not in search_for("kessler", reader)


@pytest.mark.parametrize("status", [404, 403])
def test_somebody_whom_the_server_does_not_show_is_no_name_that_is_missing(
    status: int, reader: Person, kessler: RecordServer
) -> None:
    kessler.arrange("Practitioner/dr9", status=status)

    page = search_for("sertraline", reader)

    assert "1 entry found" in page
    assert "Not all names" not in page


def test_more_names_than_are_looked_up_for_one_search_are_said(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "MOST_NAMES", 1)
    often: list[Any] = [condition(id=f"c{n}", recorder=UNNAMED) for n in range(3)]
    server.whole_record(Condition=[*often, condition(recorder={"reference": "Practitioner/dr8"})])
    server.arrange("Practitioner/dr9", KESSLER)

    page = search_for("kessler", reader)

    assert "3 entries found" in page
    assert "Not all names" in page


def test_a_reference_without_end_costs_no_more_than_its_length() -> None:
    long = b'"reference":"' + b"Location/" * 60_000 + b'","display":"x"'
    started = time.process_time()

    assert names._UNNAMED.search(long) is None
    assert names._UNNAMED.search(b'"reference":"https://a.example/Location/1"}') is not None

    assert time.process_time() - started < 1
