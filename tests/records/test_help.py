"""Plain-language help: a link by code that says what it sends, and sends nothing else."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.translation import override

from records.fhir.codes import ICD_10_CM, LOINC, RXNORM, SNOMED_CT
from records.fhir.elements import CodeableConcept, Coding
from records.links.medlineplus import NDC, SYSTEMS, help_for
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.resources import Json, coded, condition, document_reference, laboratory_result, medication_request


def concept(*codes: tuple[str | None, str | None]) -> CodeableConcept:
    return CodeableConcept(coding=[Coding(system=system, code=code) for system, code in codes])


def asked(href: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(href).query).items()}


@pytest.mark.parametrize(
    ("system", "code", "oid"),
    [
        (ICD_10_CM, "F33.1", "2.16.840.1.113883.6.90"),
        (SNOMED_CT, "370143000", "2.16.840.1.113883.6.96"),
        (RXNORM, "312940", "2.16.840.1.113883.6.88"),
        (NDC, "0049-4900-66", "2.16.840.1.113883.6.69"),
        (LOINC, "4548-4", "2.16.840.1.113883.6.1"),
    ],
)
def test_each_code_system_that_medlineplus_knows_is_sent_by_its_oid(system: str, code: str, oid: str) -> None:
    found = help_for(concept((system, code)))

    assert found is not None
    assert urlsplit(found.href)[:3] == ("https", "connect.medlineplus.gov", "/application")
    assert asked(found.href) == {
        "mainSearchCriteria.v.c": code,
        "mainSearchCriteria.v.cs": oid,
        "informationRecipient.languageCode.c": "en",
    }


def test_the_help_is_in_the_language_of_the_page() -> None:
    with override("es"):
        found = help_for(concept((LOINC, "4548-4")))

    assert found is not None
    assert asked(found.href)["informationRecipient.languageCode.c"] == "es"


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("urn:oid:1.2.3", "4548-4"),
        (None, "4548-4"),
        (LOINC, None),
        (LOINC, ""),
        (LOINC, "Lucia Canary, born 1968"),
        (ICD_10_CM, "F33.1&x=y"),
        (SNOMED_CT, "12"),
        (RXNORM, "٣١٢٩٤٠"),
    ],
)
def test_what_is_no_code_of_a_known_system_is_never_sent(system: str | None, code: str | None) -> None:
    assert help_for(concept((system, code))) is None


def test_one_that_is_known_is_taken_among_several() -> None:
    found = help_for(concept(("urn:local", "A1"), (SNOMED_CT, "370143000"), (ICD_10_CM, "F33.1")))

    assert found is not None
    assert (found.code, found.system) == ("F33.1", "ICD-10-CM")


def test_every_system_has_an_oid_of_its_own() -> None:
    assert len({understood.oid for understood in SYSTEMS.values()}) == len(SYSTEMS) == 5


# --- The page
def page_of(reader: Person, server: RecordServer, section: str, entry: Json, **more: list[Json]) -> str:
    """The entry's own page."""
    server.whole_record(**{entry["resourceType"]: [entry]}, **more)
    server.arrange(f"{entry['resourceType']}/{entry['id']}", entry)
    (address,) = set(re.findall(rf'{reader.at(section)}[\w-]{{24,}}/(?=")', reader.read(section)))
    return reader.read(address)


def link(page: str) -> str:
    """The whole element of the link."""
    found = re.search(r'<a [^>]*href="https://connect[^>]*>', page)
    assert found is not None
    return unescape(found.group())


def test_a_problem_has_a_link_that_says_what_it_sends_before_it(reader: Person, server: RecordServer) -> None:
    page = page_of(reader, server, "conditions/", condition(code=coded(ICD_10_CM, "F33.1", "Depression")))

    said = page.index("It sends the ICD-10-CM code F33.1 and the language, not who reads it")
    assert said < page.index("https://connect.medlineplus.gov")
    assert "F33.1" in link(page)


def test_the_link_opens_apart_and_takes_no_address_of_ours_along(
    reader: Person, server: RecordServer
) -> None:
    page = page_of(reader, server, "conditions/", condition(code=coded(SNOMED_CT, "370143000")))

    assert 'target="_blank"' in link(page)
    assert 'rel="noopener noreferrer"' in link(page)
    assert 'referrerpolicy="no-referrer"' in link(page)
    assert not re.search(r"p1|condition-1|Canary", link(page))


def test_medlineplus_is_not_asked_for_making_a_page(reader: Person, server: RecordServer) -> None:
    page = page_of(reader, server, "conditions/", condition(code=coded(SNOMED_CT, "370143000")))

    assert link(page)
    assert server.asked()
    assert all("medlineplus" not in (request.url or "") for request in server.asked())
    assert page.count("medlineplus.gov") == 1


def test_a_medicine_that_is_named_by_reference_has_help_too(reader: Person, server: RecordServer) -> None:
    medicine = {"resourceType": "Medication", "id": "med", "code": coded(RXNORM, "312940", "sertraline")}
    by_reference = medication_request(
        medicationCodeableConcept=None, medicationReference={"reference": "#med"}, contained=[medicine]
    )

    assert "312940" in link(page_of(reader, server, "medications/", by_reference))


def test_a_medicine_that_stands_on_its_own_has_help_too(reader: Person, server: RecordServer) -> None:
    server.arrange(
        "Medication/med",
        {"resourceType": "Medication", "id": "med", "code": coded(RXNORM, "312940", "sertraline")},
    )
    by_reference = medication_request(
        medicationCodeableConcept=None, medicationReference={"reference": "Medication/med"}
    )

    assert "312940" in link(page_of(reader, server, "medications/", by_reference))


def test_a_test_has_help(reader: Person, server: RecordServer) -> None:
    result = laboratory_result(code=coded(LOINC, "4548-4", "Hemoglobin A1c"))

    assert "4548-4" in link(page_of(reader, server, "laboratory/", result))


def test_an_entry_without_such_a_code_has_no_link(reader: Person, server: RecordServer) -> None:
    page = page_of(reader, server, "documents/", document_reference())

    assert "<h1" in page
    assert "medlineplus.gov" not in page
    assert "Plain-language help" not in page
