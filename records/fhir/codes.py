"""Code systems by their canonical address, and what people call them. FHIR R4 4.3.0 (Using Codes)."""

from __future__ import annotations

LOINC = "http://loinc.org"
SNOMED_CT = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM = "http://unitsofmeasure.org"
DATA_ABSENT_REASON = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
NULL_FLAVOR = "http://terminology.hl7.org/CodeSystem/v3-NullFlavor"
DATA_ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
ALLERGY_CLINICAL = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
ALLERGY_VERIFICATION = "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification"
CONDITION_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
CONDITION_VERIFICATION = "http://terminology.hl7.org/CodeSystem/condition-ver-status"

NAMES = {
    LOINC: "LOINC",
    SNOMED_CT: "SNOMED CT",
    RXNORM: "RxNorm",
    ICD_10_CM: "ICD-10-CM",
    UCUM: "UCUM",
    "http://hl7.org/fhir/sid/icd-9-cm": "ICD-9-CM",
    "http://hl7.org/fhir/sid/icd-10": "ICD-10",
    "http://www.cms.gov/Medicare/Coding/ICD10": "ICD-10-PCS",
    "http://www.ama-assn.org/go/cpt": "CPT",
    "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets": "HCPCS",
    "http://hl7.org/fhir/sid/cvx": "CVX",
    "http://hl7.org/fhir/sid/ndc": "NDC",
    "http://hl7.org/fhir/ndfrt": "NDF-RT",
    "http://fdasis.nlm.nih.gov": "UNII",
    "http://hl7.org/fhir/sid/us-npi": "NPI",
    "http://hl7.org/fhir/sid/us-ssn": "Social Security number",
    "http://nucc.org/provider-taxonomy": "NUCC",
    "urn:ietf:bcp:47": "BCP 47",
    "urn:ietf:bcp:13": "MIME type",
    "urn:oid:2.16.840.1.113883.6.238": "CDC race and ethnicity",
}
"""Names of systems as people in care know them. They are names, and stay untranslated."""


def system_name(system: str | None) -> str:
    """What people call a code system: its name, else the last part of its address, else nothing."""
    if not system:
        return ""
    if system in NAMES:
        return NAMES[system]
    return system.rstrip("/").replace(":", "/").rsplit("/", 1)[-1]
