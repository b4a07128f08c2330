"""The codings of the demo people.

A code that could not be checked against a source is not in the tables: what it would have coded is said in
words alone (`text`).
"""

from __future__ import annotations

from typing import Any

from demo_server.people.code_tables import CVX, ICD10, LOINC, RXNORM, SNOMED

Json = dict[str, Any]

US_CORE = "http://hl7.org/fhir/us/core"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"

# HL7's own small code systems, by the last part of the system's address.
HL7: dict[str, dict[str, str]] = {
    "allergyintolerance-clinical": {"active": "Active", "inactive": "Inactive", "resolved": "Resolved"},
    "allergyintolerance-verification": {
        "unconfirmed": "Unconfirmed",
        "confirmed": "Confirmed",
        "refuted": "Refuted",
        "entered-in-error": "Entered in Error",
    },
    "condition-clinical": {
        "active": "Active",
        "recurrence": "Recurrence",
        "relapse": "Relapse",
        "inactive": "Inactive",
        "remission": "Remission",
        "resolved": "Resolved",
    },
    "condition-ver-status": {
        "unconfirmed": "Unconfirmed",
        "provisional": "Provisional",
        "differential": "Differential",
        "confirmed": "Confirmed",
        "refuted": "Refuted",
        "entered-in-error": "Entered in Error",
    },
    "condition-category": {
        "problem-list-item": "Problem List Item",
        "encounter-diagnosis": "Encounter Diagnosis",
    },
    "medicationrequest-category": {
        "inpatient": "Inpatient",
        "outpatient": "Outpatient",
        "community": "Community",
        "discharge": "Discharge",
    },
    "observation-category": {
        "social-history": "Social History",
        "vital-signs": "Vital Signs",
        "imaging": "Imaging",
        "laboratory": "Laboratory",
        "procedure": "Procedure",
        "survey": "Survey",
        "exam": "Exam",
        "activity": "Activity",
    },
    "dose-rate-type": {"calculated": "Calculated", "ordered": "Ordered"},
    "v3-GTSAbbreviation": {"BID": "BID"},
    "v3-ObservationInterpretation": {
        "N": "Normal",
        "H": "High",
        "L": "Low",
        "HH": "Critical high",
        "LL": "Critical low",
        "A": "Abnormal",
        "POS": "Positive",
        "NEG": "Negative",
    },
    "data-absent-reason": {
        "unknown": "Unknown",
        "asked-unknown": "Asked But Unknown",
        "temp-unknown": "Temporarily Unknown",
        "not-asked": "Not Asked",
        "asked-declined": "Asked But Declined",
        "masked": "Masked",
        "not-applicable": "Not Applicable",
        "unsupported": "Unsupported",
        "as-text": "As Text",
        "error": "Error",
        "not-a-number": "Not a Number (NaN)",
        "negative-infinity": "Negative Infinity (NINF)",
        "positive-infinity": "Positive Infinity (PINF)",
        "not-performed": "Not Performed",
        "not-permitted": "Not Permitted",
    },
    "v3-ActCode": {
        "AMB": "ambulatory",
        "VR": "virtual",
        "IMP": "inpatient encounter",
        "EMER": "emergency",
        "HH": "home health",
        "ETH": "substance abuse information sensitivity",
        "PSY": "psychiatry disorder information sensitivity",
        "42CFRPart2": "42 CFR Part2",
    },
    "v3-Confidentiality": {"N": "Normal", "R": "restricted"},
    "v3-ParticipationType": {"PPRF": "primary performer", "ATND": "attender"},
    "v2-0074": {"LAB": "Laboratory"},
    "provenance-participant-type": {"author": "Author", "informant": "Informant"},
    "goal-achievement": {
        "in-progress": "In Progress",
        "improving": "Improving",
        "worsening": "Worsening",
        "no-change": "No Change",
        "achieved": "Achieved",
        "sustaining": "Sustaining",
        "not-achieved": "Not Achieved",
    },
    "discharge-disposition": {"home": "Home"},
    "v2-0203": {"MR": "Medical Record Number", "MB": "Member Number", "DL": "Driver's License"},
}


def _coding(system: str, code: str, displays: dict[str, str]) -> Json:
    return {"system": system, "code": code, "display": displays[code]}


def loinc(code: str) -> Json:
    return _coding("http://loinc.org", code, LOINC)


def snomed(code: str) -> Json:
    return _coding("http://snomed.info/sct", code, SNOMED)


def rxnorm(code: str) -> Json:
    return _coding("http://www.nlm.nih.gov/research/umls/rxnorm", code, RXNORM)


def icd10(code: str) -> Json:
    return _coding("http://hl7.org/fhir/sid/icd-10-cm", code, ICD10)


def cvx(code: str) -> Json:
    return _coding("http://hl7.org/fhir/sid/cvx", code, CVX)


def terminology(system: str, code: str) -> Json:
    """A coding of one of HL7's own systems, e.g. terminology("condition-clinical", "active")."""
    return _coding(f"{TERMINOLOGY}/{system}", code, HL7[system])


def observation_category(code: str) -> Json:
    """An Observation category as a CodeableConcept."""
    return {"coding": [terminology("observation-category", code)], "text": HL7["observation-category"][code]}


LAB = terminology("v2-0074", "LAB")
CLINICAL_NOTE: Json = {
    "system": f"{US_CORE}/CodeSystem/us-core-documentreference-category",
    "code": "clinical-note",
    "display": "Clinical Note",
}
SDOH: Json = {
    "coding": [{"system": f"{US_CORE}/CodeSystem/us-core-tags", "code": "sdoh", "display": "SDOH"}],
    "text": "SDOH",
}
