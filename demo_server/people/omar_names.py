"""Omar's entries whose name stands in an unusual place, and those that state that there is none of something."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import allergy, concept, condition, reaction, reference, resource
from demo_server.people.codes import cvx, icd10, snomed
from demo_server.people.days import Days

Json = dict[str, Any]

EXPOSURE_RISK = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-substanceExposureRisk"
EXPOSURE_RISKS = "http://terminology.hl7.org/CodeSystem/allerg-intol-substance-exp-risk"


def names(me: str, days: Days) -> list[Resource]:
    """Allergies without a code, a statement of one sort, one condition in two ways, a vaccine that was not given."""
    subject = reference(f"Patient/{me}")
    risk: Json = {"coding": [{"system": EXPOSURE_RISKS, "code": "known-reaction-risk"}]}
    return [
        allergy(
            me,
            "omar-allergy-none-of-a-sort",
            concept(snomed("716184000")),
            recorded=days.day(420),
        ),
        resource(
            "AllergyIntolerance",
            "omar-allergy-named-by-its-reaction",
            updated=days.moment(421),
            clinicalStatus=_state("active"),
            verificationStatus=_certainty("confirmed"),
            contained=[
                {"resourceType": "PractitionerRole", "id": "role", "code": [concept(text="School nurse")]}
            ],
            patient=subject,
            recordedDate=days.day(421),
            asserter=reference("#role"),
            reaction=[reaction(concept(snomed("247472004")), substance={"text": "Wool grease"})],
        ),
        resource(
            "AllergyIntolerance",
            "omar-allergy-exposure-risk",
            updated=days.moment(422),
            extension=[
                {
                    "url": EXPOSURE_RISK,
                    "extension": [
                        {"url": "substance", "valueCodeableConcept": {"text": "Nickel"}},
                        {"url": "exposureRisk", "valueCodeableConcept": risk},
                    ],
                }
            ],
            clinicalStatus=_state("active"),
            verificationStatus=_certainty("confirmed"),
            patient=subject,
            recordedDate=days.day(422),
        ),
        condition(
            me,
            "omar-condition-named-by-its-code",
            concept(icd10("N20.0"), text="N20.0"),
            recorded=days.day(423),
        ),
        condition(
            me,
            "omar-condition-also-over",
            concept(icd10("N20.0")),
            recorded=days.day(424),
            clinical="resolved",
        ),
        resource(
            "Immunization",
            "omar-vaccine-none-given",
            updated=days.moment(425),
            status="completed",
            vaccineCode=concept(cvx("998")),
            patient=subject,
            occurrenceDateTime=days.day(425),
        ),
    ]


def _state(code: str) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
    return {"coding": [{"system": system, "code": code}]}


def _certainty(code: str) -> Json:
    system = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
    return {"coding": [{"system": system, "code": code}]}
