"""Builders of valid resources. A test states only what is odd about its own: `allergy(criticality="high")`.

An element given as None is left out. Everything is synthetic, and about Patient/p1.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

PATIENT = "p1"
SUBJECT = {"reference": f"Patient/{PATIENT}"}
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def coded(system: str, code: str, display: str | None = None) -> Json:
    """A CodeableConcept of one coding."""
    coding = {"system": system, "code": code}
    return {"coding": [coding | ({"display": display} if display else {})]}


def allergy_clinical(code: str) -> Json:
    """An AllergyIntolerance.clinicalStatus."""
    return coded(f"{TERMINOLOGY}allergyintolerance-clinical", code)


def allergy_verification(code: str) -> Json:
    """An AllergyIntolerance.verificationStatus."""
    return coded(f"{TERMINOLOGY}allergyintolerance-verification", code)


def condition_clinical(code: str) -> Json:
    """A Condition.clinicalStatus."""
    return coded(f"{TERMINOLOGY}condition-clinical", code)


def condition_verification(code: str) -> Json:
    """A Condition.verificationStatus."""
    return coded(f"{TERMINOLOGY}condition-ver-status", code)


def condition_category(code: str) -> Json:
    """A Condition.category."""
    system = f"{TERMINOLOGY}condition-category"
    if code == "health-concern":
        system = "http://hl7.org/fhir/us/core/CodeSystem/condition-category"
    return coded(system, code)


def _with(resource: Json, odd: Json) -> Json:
    return {name: value for name, value in (resource | odd).items() if value is not None}


def allergy(**odd: Any) -> Json:
    """A current, confirmed allergy to penicillin with one reaction."""
    return _with(
        {
            "resourceType": "AllergyIntolerance",
            "id": "allergy-1",
            "clinicalStatus": allergy_clinical("active"),
            "verificationStatus": allergy_verification("confirmed"),
            "type": "allergy",
            "category": ["medication"],
            "criticality": "low",
            "code": {"text": "Penicillin"},
            "patient": SUBJECT,
            "recordedDate": "2021-05-04",
            "recorder": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"},
            "reaction": [{"manifestation": [{"text": "Hives"}], "severity": "mild"}],
        },
        odd,
    )


def condition(**odd: Any) -> Json:
    """A current, confirmed entry of the problem list."""
    return _with(
        {
            "resourceType": "Condition",
            "id": "condition-1",
            "clinicalStatus": condition_clinical("active"),
            "verificationStatus": condition_verification("confirmed"),
            "category": [condition_category("problem-list-item")],
            "code": {"text": "Major depression"},
            "subject": SUBJECT,
            "onsetDateTime": "2019-03",
            "recordedDate": "2019-04-02",
            "recorder": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"},
        },
        odd,
    )


def medication_request(**odd: Any) -> Json:
    """A medication prescribed now."""
    return _with(
        {
            "resourceType": "MedicationRequest",
            "id": "medication-1",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {"text": "Sertraline 50 MG Oral Tablet"},
            "subject": SUBJECT,
            "authoredOn": "2024-02-11",
            "requester": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"},
            "dosageInstruction": [{"text": "Take 1 tablet every morning"}],
        },
        odd,
    )


def observation(**odd: Any) -> Json:
    """A body weight."""
    return _with(
        {
            "resourceType": "Observation",
            "id": "observation-1",
            "status": "final",
            "category": [coded(f"{TERMINOLOGY}observation-category", "vital-signs", "Vital Signs")],
            "code": coded("http://loinc.org", "29463-7", "Body weight"),
            "subject": SUBJECT,
            "effectiveDateTime": "2024-10-05T14:30:00-05:00",
            "valueQuantity": {
                "value": 72.5,
                "unit": "kg",
                "system": "http://unitsofmeasure.org",
                "code": "kg",
            },
        },
        odd,
    )


def document_reference(**odd: Any) -> Json:
    """A progress note as plain text, "Hello" within."""
    return _with(
        {
            "resourceType": "DocumentReference",
            "id": "document-1",
            "status": "current",
            "type": coded("http://loinc.org", "11506-3", "Progress note"),
            "category": [
                coded(
                    "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
                    "clinical-note",
                    "Clinical Note",
                )
            ],
            "subject": SUBJECT,
            "date": "2024-10-05T14:30:00-05:00",
            "author": [{"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"}],
            "content": [{"attachment": {"contentType": "text/plain", "data": "SGVsbG8="}}],
        },
        odd,
    )


def care_team(**odd: Any) -> Json:
    """A team at work, of one therapist."""
    return _with(
        {
            "resourceType": "CareTeam",
            "id": "team-1",
            "status": "active",
            "name": "Maja's team",
            "subject": SUBJECT,
            "period": {"start": "2024-01-15"},
            "participant": [
                {
                    "role": [{"text": "Therapist"}],
                    "member": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"},
                }
            ],
        },
        odd,
    )


def care_plan(**odd: Any) -> Json:
    """A plan of treatment in use, with its narrative."""
    return _with(
        {
            "resourceType": "CarePlan",
            "id": "plan-1",
            "status": "active",
            "intent": "plan",
            "title": "Plan of treatment",
            "category": [coded("http://hl7.org/fhir/us/core/CodeSystem/careplan-category", "assess-plan")],
            "subject": SUBJECT,
            "period": {"start": "2024-03-01", "end": "2095-03-01"},
            "text": {"status": "generated", "div": "<div><p>Therapy every week.</p><p>Walks.</p></div>"},
        },
        odd,
    )


def goal(**odd: Any) -> Json:
    """A goal that is being worked on, with one target."""
    return _with(
        {
            "resourceType": "Goal",
            "id": "goal-1",
            "lifecycleStatus": "active",
            "description": {"text": "Sleep through the night"},
            "subject": SUBJECT,
            "startDate": "2024-03-01",
            "target": [{"detailString": "five nights a week", "dueDate": "2024-09-01"}],
        },
        odd,
    )


def immunization(**odd: Any) -> Json:
    """A flu vaccine that was given."""
    return _with(
        {
            "resourceType": "Immunization",
            "id": "immunization-1",
            "status": "completed",
            "vaccineCode": {"text": "Influenza, seasonal"},
            "patient": SUBJECT,
            "occurrenceDateTime": "2023-10-12",
            "primarySource": True,
            "performer": [{"actor": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"}}],
        },
        odd,
    )


def procedure(**odd: Any) -> Json:
    """A procedure that was done."""
    return _with(
        {
            "resourceType": "Procedure",
            "id": "procedure-1",
            "status": "completed",
            "code": {"text": "Electrocardiogram"},
            "subject": SUBJECT,
            "performedDateTime": "2022-06-01",
            "performer": [{"actor": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"}}],
        },
        odd,
    )


def visit(**odd: Any) -> Json:
    """An office visit that is over. `setting` stands for the element `class`, a word of Python's own."""
    setting = odd.pop("setting", "AMB")
    return _with(
        {
            "resourceType": "Encounter",
            "id": "visit-1",
            "identifier": [{"system": "https://fhir.example/visits", "value": "V-1"}],
            "status": "finished",
            "class": {"system": f"{TERMINOLOGY}v3-ActCode", "code": setting}
            if isinstance(setting, str)
            else setting,
            "type": [{"text": "Psychotherapy, 45 minutes"}],
            "subject": SUBJECT,
            "participant": [{"individual": {"reference": "Practitioner/dr1", "display": "Dr. Ana Flores"}}],
            "period": {"start": "2024-03-09T14:30:00-05:00", "end": "2024-03-09T15:15:00-05:00"},
            "location": [{"location": {"reference": "Location/main", "display": "Harbor Lane, main house"}}],
        },
        odd,
    )


def device(**odd: Any) -> Json:
    """An implant in use, with its UDI."""
    return _with(
        {
            "resourceType": "Device",
            "id": "device-1",
            "udiCarrier": [
                {
                    "deviceIdentifier": "00844588003288",
                    "issuer": "http://hl7.org/fhir/NamingSystem/gs1-di",
                    "jurisdiction": "http://hl7.org/fhir/NamingSystem/fda-udi",
                    "carrierHRF": "(01)00844588003288(17)281109(10)L4711(21)S4711",
                    "entryType": "barcode",
                }
            ],
            "status": "active",
            "distinctIdentifier": "D4711",
            "manufactureDate": "2018-11-09",
            "expirationDate": "2028-11-09",
            "lotNumber": "L4711",
            "serialNumber": "S4711",
            "type": {"text": "Cardiac pacemaker"},
            "patient": SUBJECT,
        },
        odd,
    )


def laboratory_result(**odd: Any) -> Json:
    """A blood glucose within its usual range."""
    return observation(
        **{
            "id": "result-1",
            "category": [coded(f"{TERMINOLOGY}observation-category", "laboratory", "Laboratory")],
            "code": coded("http://loinc.org", "2345-7", "Glucose"),
            "issued": "2024-10-06T09:00:00-05:00",
            "performer": [{"reference": "Organization/lab", "display": "Bay Laboratory"}],
            "specimen": {"display": "Blood from a vein"},
            "valueQuantity": {"value": 92, "unit": "mg/dL", "code": "mg/dL"},
            "referenceRange": [
                {"low": {"value": 70, "unit": "mg/dL"}, "high": {"value": 99, "unit": "mg/dL"}}
            ],
            **odd,
        }
    )


def diagnostic_report(**odd: Any) -> Json:
    """A laboratory's report of one result, `Observation/result-1`."""
    return _with(
        {
            "resourceType": "DiagnosticReport",
            "id": "report-1",
            "status": "final",
            "category": [coded(f"{TERMINOLOGY}v2-0074", "LAB", "Laboratory")],
            "code": coded("http://loinc.org", "51990-0", "Basic metabolic panel"),
            "subject": SUBJECT,
            "effectiveDateTime": "2024-10-05T14:30:00-05:00",
            "issued": "2024-10-06T09:00:00-05:00",
            "performer": [{"reference": "Organization/lab", "display": "Bay Laboratory"}],
            "result": [{"reference": "Observation/result-1"}],
        },
        odd,
    )


def practitioner(**odd: Any) -> Json:
    """A psychiatrist whom one can call."""
    return _with(
        {
            "resourceType": "Practitioner",
            "id": "dr1",
            "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1555501001"}],
            "name": [{"family": "Flores", "given": ["Ana"], "suffix": ["MD"]}],
            "telecom": [{"system": "phone", "value": "804-555-0111", "use": "work"}],
            "address": [
                {
                    "use": "work",
                    "line": ["410 Harbor Lane"],
                    "city": "Port Ellery",
                    "state": "VA",
                    "postalCode": "23100",
                    "country": "US",
                }
            ],
            "qualification": [{"code": {"text": "Psychiatrist"}}],
        },
        odd,
    )


def organization(**odd: Any) -> Json:
    """A clinic."""
    return _with(
        {
            "resourceType": "Organization",
            "id": "o1",
            "identifier": [{"system": "http://hl7.org/fhir/sid/us-npi", "value": "1555501990"}],
            "active": True,
            "name": "Harbor Lane",
            "telecom": [{"system": "phone", "value": "804-555-0100", "use": "work"}],
        },
        odd,
    )


def location(**odd: Any) -> Json:
    """A clinic's rooms."""
    return _with(
        {
            "resourceType": "Location",
            "id": "l1",
            "status": "active",
            "name": "Main clinic",
            "address": {
                "line": ["410 Harbor Lane"],
                "city": "Port Ellery",
                "state": "VA",
                "postalCode": "23100",
            },
            "managingOrganization": {"reference": "Organization/o1", "display": "Harbor Lane"},
        },
        odd,
    )


def patient(**odd: Any) -> Json:
    """The person whose record it is."""
    return _with(
        {
            "resourceType": "Patient",
            "id": PATIENT,
            "identifier": [{"system": "urn:oid:2.16.840.1.113883.19.5", "value": "4711"}],
            "name": [{"use": "official", "family": "Lindqvist", "given": ["Maja", "Rose"]}],
            "gender": "female",
            "birthDate": "1968-03-09",
        },
        odd,
    )


def bundle(*resources: Json, next: str | None = None, total: int | None = None) -> Json:  # noqa: A002
    """A search's answer with these entries. `next`: the address of the following page."""
    found: Json = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "self", "url": "https://fhir.example/fhir-request/"}],
        "entry": [
            {
                "fullUrl": f"https://fhir.example/fhir-request/{r.get('resourceType')}/{r.get('id')}",
                "resource": r,
                "search": {"mode": "match"},
            }
            for r in resources
        ],
    }
    if next is not None:
        found["link"].append({"relation": "next", "url": next})
    if total is not None:
        found["total"] = total
    return found if resources else {name: value for name, value in found.items() if name != "entry"}
