"""Codes as they are compared: a system by any of its addresses, a status however it is written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from records.fhir import codes
from records.fhir.codes import LOINC, NULL_FLAVOR, SNOMED_CT, UCUM, canonical, own, system_name
from records.fhir.elements import CodeableConcept, Coding, Head, Quantity
from records.fhir.reading import read
from records.kinds import KINDS
from tests.records.kinds.reading import place_of, row_of
from tests.resources import (
    allergy,
    allergy_verification,
    condition,
    immunization,
    medication_request,
    observation,
    procedure,
)

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


@pytest.mark.parametrize(
    ("address", "system"),
    [
        ("urn:oid:2.16.840.1.113883.6.96", SNOMED_CT),
        ("2.16.840.1.113883.6.96", SNOMED_CT),
        ("URN:OID:2.16.840.1.113883.6.1", LOINC),
        ("https://loinc.org/", LOINC),
        (" http://loinc.org ", LOINC),
        ("http://snomed.info/sct/731000124108/version/20240301", SNOMED_CT),
        ("urn:oid:2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm"),
        ("urn:oid:2.16.840.1.113883.12.292", "http://hl7.org/fhir/sid/cvx"),
        ("urn:oid:2.16.840.1.113883.12.4", TERMINOLOGY + "v2-0004"),
        ("urn:oid:2.16.840.1.113883.5.83", TERMINOLOGY + "v3-ObservationInterpretation"),
        ("http://hl7.org/fhir/v3/NullFlavor", NULL_FLAVOR),
        ("http://hl7.org/fhir/v2/0203", TERMINOLOGY + "v2-0203"),
        ("http://hl7.org/fhir/condition-ver-status", codes.CONDITION_VERIFICATION),
    ],
)
def test_a_code_system_is_one_system_under_each_of_its_addresses(address: str, system: str) -> None:
    assert canonical(address) == system
    assert system_name(address) == system_name(system)
    assert Coding(system=address, code="1") == Coding(system=system, code="1")
    concept = CodeableConcept(coding=[Coding(system=system, code=" 1 ")])
    assert concept.has(address, "1")


def test_a_unit_is_of_ucum_under_its_oid_too() -> None:
    assert Quantity(system="urn:oid:2.16.840.1.113883.6.8", code="mg").system == UCUM


@given(st.text(max_size=40))
def test_a_system_that_is_not_known_stays_what_it_is_and_has_but_one_address(address: str) -> None:
    assert canonical(canonical(address)) == canonical(address)
    if not address.isascii():
        assert canonical(address) == address.strip()


def test_what_an_address_merely_holds_does_not_make_it_another_system() -> None:
    for address in (
        "https://evil.example/?http://loinc.org",
        "http://loinc.org.example",
        "urn:oid:2.16.840.1.113883.6.96.1",
        "urn:uuid:2.16.840.1.113883.6.96",
        "http://snomed.info/sctx",
    ):
        assert canonical(address) == address


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Final", "final"),
        (" entered-in-error ", "entered-in-error"),
        ("Entered In Error", "entered-in-error"),
        ("ENTERED_IN_ERROR", "entered-in-error"),
        ("Not-Done", "not-done"),
        ("Signed off", "Signed off"),
        ("", ""),
    ],
)
def test_a_status_is_what_it_means_and_one_that_is_not_known_stays_as_written(
    written: str, meant: str
) -> None:
    assert own(written) == meant


TAKEN_BACK = ("Entered-In-Error", " entered-in-error", "ENTERED-IN-ERROR ", "entered in error")


@pytest.mark.parametrize("status", TAKEN_BACK)
@pytest.mark.parametrize("name", ["status", "lifecycleStatus"])
def test_what_was_taken_back_is_so_however_it_is_written(status: str, name: str) -> None:
    first, _ = read(json.dumps({"resourceType": "Goal", "id": "1", name: status}).encode(), Head)

    assert first.is_entered_in_error
    assert not read(b'{"resourceType": "Goal", "id": "1", "status": "Active"}', Head)[0].is_entered_in_error


@pytest.mark.parametrize(
    "verification",
    [
        allergy_verification("Entered-In-Error"),
        {"coding": [{"code": " entered-in-error "}]},
        {
            "coding": [
                {"system": "http://hl7.org/fhir/allergy-verification-status", "code": "entered-in-error"}
            ]
        },
        {"text": "Entered in error"},
    ],
)
def test_an_allergy_that_was_taken_back_is_none_however_it_says_so(verification: Any) -> None:
    raw = json.dumps(allergy(verificationStatus=verification)).encode()

    assert read(raw, KINDS["allergies"].head)[0].is_entered_in_error


@pytest.mark.parametrize(
    ("slug", "resource", "heading", "status"),
    [
        ("immunizations", immunization(status="Not-Done"), "Not given", "Not given"),
        ("procedures", procedure(status=" Completed"), "Done", "Done"),
        ("medications", medication_request(status="On-Hold "), "On hold", "Paused"),
        (
            "conditions",
            condition(clinicalStatus={"coding": [{"code": "Resolved"}]}),
            "Past",
            "Resolved",
        ),
    ],
)
def test_an_entry_stands_where_its_status_means_however_it_is_written(
    slug: str, resource: Any, heading: str, status: str
) -> None:
    kind = KINDS[slug]
    row = row_of(kind, resource)

    assert place_of(kind, resource) == heading
    assert row.status is not None
    assert row.status.words == status


def test_a_danger_is_red_however_it_is_written() -> None:
    assert row_of(KINDS["allergies"], allergy(criticality="HIGH")).danger
    assert not row_of(KINDS["allergies"], allergy(criticality="low")).danger


@settings(max_examples=40)
@given(st.sampled_from(sorted(codes.OWN)), st.data())
def test_capitals_and_blanks_change_no_status(code: str, data: st.DataObject) -> None:
    letters = [data.draw(st.sampled_from((letter, letter.upper()))) for letter in code]
    written = (
        data.draw(st.sampled_from(("", " ", "\t"))) + "".join(letters) + data.draw(st.sampled_from(("", " ")))
    )
    first, _ = read(json.dumps(observation(status=written)).encode(), Head)

    assert first.status == code
