"""What an entry is called: by the best name there is, wherever it stands, and never by a code alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from records.fhir.elements import Named
from records.fhir.reading import read
from records.kinds import KINDS
from records.kinds.known import name_of
from records.words import wording
from tests.records.kinds.reading import asides_of, facts_of, row_of
from tests.resources import allergy, condition, device, immunization, medication_request, procedure

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
LOCAL = "https://ehr.example/problems"
NULL_FLAVOR = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"


def coding(system: str, code: str, display: str | None = None, **odd: Any) -> dict[str, Any]:
    return {"system": system, "code": code, **({"display": display} if display is not None else {}), **odd}


def concept(*codings: dict[str, Any], text: str | None = None) -> dict[str, Any]:
    return {"coding": list(codings), **({"text": text} if text is not None else {})}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (
            concept(coding(ICD, "J45.20", "Mild intermittent asthma"), text="J45.20"),
            "Mild intermittent asthma",
        ),
        (concept(coding(ICD, "J45.20", "Mild asthma"), text="ICD-10-CM: J45.20"), "Mild asthma"),
        (concept(coding(ICD, "J45.20", "Mild asthma"), text="j45.20"), "Mild asthma"),
        (concept(coding(LOCAL, "77", "\t "), coding(ICD, "J45.20", "Mild asthma")), "Mild asthma"),
        (concept(coding(LOCAL, "77", "77"), coding(ICD, "J45.20", "Mild asthma")), "Mild asthma"),
        (
            concept(coding(LOCAL, "77", "null"), coding(ICD, "J45.20", "Mild asthma"), text="null"),
            "Mild asthma",
        ),
        (concept(coding(NULL_FLAVOR, "OTH", "other"), coding(LOCAL, "77", "Asthma")), "Asthma"),
        (
            concept(coding(NULL_FLAVOR, "UNK", "Unknown"), text="Asthma, said her mother"),
            "Asthma, said her mother",
        ),
        (concept(coding(ICD, "J45.20", "Mild asthma"), text="Asthma J45.20"), "Asthma J45.20"),
        (concept(coding(LOCAL, "Positive"), text="Positive"), "Positive"),
        (concept(coding(ICD, "J45.20"), text="J45.20"), "ICD-10-CM code J45.20, without a name"),
    ],
)
def test_the_best_of_several_names_is_shown(code: dict[str, Any], name: str) -> None:
    assert row_of(KINDS["conditions"], condition(code=code)).title == name


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (concept(coding(NULL_FLAVOR, "UNK", "Unknown"), text="unknown"), "Not known"),
        (concept(coding("http://hl7.org/fhir/v3/NullFlavor", "NASK"), text="NASK"), "Not asked"),
        (concept(coding("urn:oid:2.16.840.1.113883.5.1008", "ASKU")), "Not known: the question was asked"),
    ],
)
@pytest.mark.parametrize("slug", ["conditions", "allergies", "procedures", "immunizations"])
def test_a_null_flavor_is_why_a_name_is_missing_and_never_the_name(
    slug: str, code: dict[str, Any], reason: str
) -> None:
    build = {"conditions": condition, "allergies": allergy, "procedures": procedure}
    entry = immunization(vaccineCode=code) if slug == "immunizations" else build[slug](code=code)
    row = row_of(KINDS[slug], entry)

    assert row.title_missing
    assert "code" not in str(row.title)
    assert any(aside.startswith(reason) for aside in asides_of(row))


def test_every_null_flavor_has_words() -> None:
    assert {"NI", "UNK", "ASKU", "NAV", "NASK", "MSK", "NA", "OTH", "UNC", "INV", "NP"} <= set(
        wording.NULL_FLAVORS
    )


def test_a_device_is_named_by_its_name_where_its_kind_is_a_code_alone() -> None:
    row = row_of(
        KINDS["devices"],
        device(
            type=concept(coding(LOCAL, "88")), deviceName=[{"name": "CardioPace 3", "type": "model-name"}]
        ),
    )

    assert row.title == "CardioPace 3"


def test_a_medicine_is_named_by_what_is_contained_or_by_what_it_is_made_of() -> None:
    contained = {
        "resourceType": "Medication",
        "id": "m",
        "code": concept(coding("http://www.nlm.nih.gov/research/umls/rxnorm", "1234567")),
        "ingredient": [
            {"itemCodeableConcept": {"text": "Amoxicillin"}},
            {"itemCodeableConcept": {"text": "Clavulanic acid"}},
        ],
    }
    reference = {"reference": "#m", "display": " ", "identifier": {"value": "998877"}}
    entry = medication_request(
        medicationCodeableConcept=None, medicationReference=reference, contained=[contained]
    )

    assert row_of(KINDS["medications"], entry).title == "Amoxicillin, Clavulanic acid"


def test_a_reference_that_only_repeats_where_it_leads_has_no_name_of_its_own() -> None:
    along = {
        ("Practitioner", "dr7"): {
            "resourceType": "Practitioner",
            "id": "dr7",
            "name": [{"text": "Dr. Imke Vos"}],
        }
    }
    for display in ("Practitioner/dr7", "dr7", "  "):
        row = row_of(
            KINDS["allergies"],
            allergy(recorder={"reference": "Practitioner/dr7", "display": display}),
            along,
        )

        assert facts_of(row)["Recorded by"] == "Dr. Imke Vos"


# ---------------------------------------------------------------- contained resources


ROLE = {
    "resourceType": "PractitionerRole",
    "id": "r",
    "practitioner": {"reference": "#p"},
    "organization": {"display": "Lakeside Clinic"},
    "code": [{"text": "Social worker"}],
    "specialty": [{"text": "Counseling"}],
}


def test_a_contained_role_is_a_person_with_a_function_and_spoils_nothing() -> None:
    person = {"resourceType": "Practitioner", "id": "p", "name": [{"family": "Okafor", "given": ["Ada"]}]}
    for contained, name in (([ROLE, person], "Ada Okafor"), ([ROLE], "Social worker")):
        entry = allergy(contained=contained, asserter={"reference": "#r"})
        model, set_aside = read(json.dumps(entry).encode(), KINDS["allergies"].model)

        assert set_aside == ()
        assert facts_of(row_of(KINDS["allergies"], entry))["Source of the information"] == f"Stated by {name}"
        assert model.contained[0].concepts[0].text == "Social worker"


OF_R4 = [
    *(
        "Account",
        "AuditEvent",
        "CarePlan",
        "CareTeam",
        "Claim",
        "Composition",
        "Condition",
        "Consent",
        "Coverage",
    ),
    *(
        "Device",
        "DeviceDefinition",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "EnrollmentResponse",
    ),
    *(
        "EpisodeOfCare",
        "FamilyMemberHistory",
        "Flag",
        "Goal",
        "Group",
        "HealthcareService",
        "InsurancePlan",
        "List",
    ),
    *("Location", "Measure", "MeasureReport", "Media", "Medication", "MolecularSequence", "Observation"),
    *("OperationDefinition", "Organization", "OrganizationAffiliation", "Patient", "Person", "Practitioner"),
    *(
        "PractitionerRole",
        "Procedure",
        "RelatedPerson",
        "SearchParameter",
        "ServiceRequest",
        "Slot",
        "Specimen",
    ),
    *("StructureDefinition", "Substance", "SupplyDelivery"),
]


def _sample(annotation: str) -> Any:
    """A value of the shape that an element has in one type."""
    shapes = {
        "CodeableConcept": {"text": "x"},
        "Coding": {"code": "x"},
        "HumanName": {"text": "x"},
        "Reference": {"display": "x"},
        "Period": {"start": "2020"},
        "ContactPoint": {"value": "x"},
        "DeviceName": {"name": "x"},
        "Ingredient": {"itemCodeableConcept": {"text": "x"}},
    }
    found = next((shape for name, shape in shapes.items() if name in annotation), None)
    value: Any = True if "bool" in annotation else "x" if found is None else found
    return [value] if "List" in annotation else value


@pytest.mark.parametrize("resource_type", OF_R4)
def test_what_one_type_of_resource_has_never_spoils_an_entry_that_contains_it(resource_type: str) -> None:
    ours = {field for field in Named.__struct_fields__ if field not in {"meta", "resourceType", "id"}}
    elements = {
        field.alias: _sample(str(field.annotation))
        for field in get_fhir_model_class(resource_type).model_fields.values()
        if field.alias in ours - {"extension", "language", "implicitRules"}
    }
    inner = {"resourceType": resource_type, "id": "c", **elements}
    _model, set_aside = read(json.dumps(allergy(contained=[inner])).encode(), KINDS["allergies"].model)

    assert set_aside == ()
    assert isinstance(name_of(read(json.dumps(inner).encode(), Named)[0]), str)


# ---------------------------------------------------------------- what was taken back


@pytest.mark.parametrize("status", ["entered-in-error", "Entered-In-Error", " entered-in-error "])
def test_what_was_taken_back_never_stands_as_care_where_something_points_to_it(status: str) -> None:
    inner = {"resourceType": "Condition", "id": "why", "code": {"text": "Bipolar disorder"}}
    inner["verificationStatus"] = {"coding": [{"code": status}]}
    entry = medication_request(contained=[inner], reasonReference=[{"reference": "#why"}], reasonCode=None)
    along = {("Condition", "c9"): inner | {"id": "c9"}}
    pointing = medication_request(
        reasonReference=[{"reference": "Condition/c9", "display": "Bipolar disorder"}], reasonCode=None
    )

    for row in (row_of(KINDS["medications"], entry), row_of(KINDS["medications"], pointing, along)):
        assert facts_of(row)["What it is for"] == "Bipolar disorder (removed by the clinic as a mistake)"


def test_a_medicine_that_was_taken_back_is_told_so_in_the_name_of_its_prescription() -> None:
    inner = {
        "resourceType": "Medication",
        "id": "m",
        "status": "Entered In Error",
        "code": {"text": "Lithium"},
    }
    entry = medication_request(
        medicationCodeableConcept=None, medicationReference={"reference": "#m"}, contained=[inner]
    )

    assert "removed by the clinic as a mistake" in str(row_of(KINDS["medications"], entry).title)
