"""Security labels: what they mean stands on an entry's page, and that there is one in lists."""

from __future__ import annotations

import re

import pytest
from django.utils.html import escape

from records.fhir.elements import CodeableConcept, Coding
from records.words import protection
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.resources import Json, condition, document_reference, medication_request

RESTRICTED = {"system": protection.CONFIDENTIALITY, "code": "R"}
PART_2 = [
    RESTRICTED,
    {"system": protection.ACT_CODE, "code": "ETH"},
    {"system": protection.ACT_CODE, "code": "42CFRPart2"},
]


def said(*labels: tuple[str | None, str | None, str | None]) -> list[tuple[str, str]]:
    """What is said of labels given as system, code and display."""
    security = [Coding(system=system, code=code, display=display) for system, code, display in labels]
    return [(str(fact.label), str(fact.value)) for fact in protection.facts(security)]


def test_each_label_says_what_it_is_about() -> None:
    assert said(
        (protection.CONFIDENTIALITY, "R", None),
        (protection.ACT_CODE, "PSY", None),
        (protection.ACT_CODE, "NORDSCLCD", None),
    ) == [
        ("How sensitive", "Restricted: more sensitive than usual"),
        ("Why it is sensitive", "Psychiatric care"),
        ("What the rules say", "Whoever receives it may not pass it on without the patient’s consent"),
    ]


@pytest.mark.parametrize("code", sorted(protection.SENSITIVE | protection.RULES))
def test_a_code_that_is_known_has_words_in_the_place_of_the_records_jargon(code: str) -> None:
    ((_label, words),) = said((protection.ACT_CODE, code, "information sensitivity policy"))

    assert words not in {"information sensitivity policy", code}


def test_a_code_that_is_not_known_is_shown_as_the_record_names_it() -> None:
    assert said((protection.ACT_CODE, "HRCOMPT", "human resource compartment")) == [
        ("Label", "human resource compartment")
    ]
    assert said(("urn:oid:1.2.3", "X9", None)) == [("Label", "1.2.3 code X9, without a name")]


def test_a_known_code_of_another_system_is_not_taken_for_ours() -> None:
    assert said(("urn:oid:1.2.3", "PSY", None)) == [("Label", "1.2.3 code PSY, without a name")]
    assert not protection.is_extra([Coding(system="urn:oid:1.2.3", code="R")])


def test_the_older_names_of_the_code_systems_mean_the_same() -> None:
    older = Coding(system="http://hl7.org/fhir/v3/Confidentiality", code="V")

    assert protection.is_extra([older])
    assert said((older.system, "V", None)) == [("How sensitive", "Very restricted: highly sensitive")]


@pytest.mark.parametrize(
    ("code", "extra"), [("R", True), ("V", True), ("N", False), ("M", False), ("U", False)]
)
def test_only_what_is_restricted_has_extra_protection(code: str, extra: bool) -> None:
    assert protection.is_extra([Coding(system=protection.CONFIDENTIALITY, code=code)]) is extra


def test_a_document_label_is_in_the_records_words_before_ours() -> None:
    coding = Coding(system=protection.CONFIDENTIALITY, code="R")

    assert str(protection.label(CodeableConcept(coding=[coding]))) == "Restricted: more sensitive than usual"
    assert protection.label(CodeableConcept(coding=[coding], text="Eyes only")) == "Eyes only"


# --- The pages
def protected(server: RecordServer, **kinds: list[Json]) -> None:
    for entries in kinds.values():
        for entry in entries:
            server.arrange(f"{entry['resourceType']}/{entry['id']}", entry)
    server.whole_record(**kinds)


def entries(reader: Person, section: str) -> set[str]:
    """The addresses of the entries that a section's page leads to."""
    return set(re.findall(rf"{reader.at(section)}[\w-]{{24,}}/(?=\")", reader.read(section)))


def test_an_entrys_page_says_how_it_is_protected(reader: Person, server: RecordServer) -> None:
    protected(server, MedicationRequest=[medication_request(meta={"security": PART_2})])
    (address,) = entries(reader, "medications/")

    page = reader.read(address)

    assert "Restricted: more sensitive than usual" in page
    assert "Alcohol or other substance use" in page
    assert escape("42 CFR Part 2") in page


def test_a_list_says_only_that_an_entry_has_extra_protection(reader: Person, server: RecordServer) -> None:
    protected(
        server,
        MedicationRequest=[medication_request(meta={"security": PART_2})],
        Condition=[condition(meta={"security": [{"system": protection.CONFIDENTIALITY, "code": "N"}]})],
    )

    assert "Extra protection" in reader.read("medications/")
    assert "42 CFR" not in reader.read("medications/")
    assert "Extra protection" not in reader.read("conditions/")
    assert reader.read("timeline/").count("Extra protection") == 1


def test_a_document_with_labels_of_both_kinds_shows_both(reader: Person, server: RecordServer) -> None:
    document = document_reference(
        meta={"security": [RESTRICTED]},
        securityLabel=[{"coding": [{"system": protection.ACT_CODE, "code": "PSYTHPN"}]}],
    )
    protected(server, DocumentReference=[document])
    (address,) = entries(reader, "documents/")

    page = reader.read(address)

    assert "Restricted: more sensitive than usual" in page
    assert "Psychotherapy notes" in page
