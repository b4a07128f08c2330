"""Code systems by their canonical address, what people call them, and codes as they are compared. FHIR R4 4.3.0
(Using Codes).

A code is known by its system and its code. One system goes by several addresses: its URL, its OID (`urn:oid:…`, which
is what documents and older servers carry), an address that it had before FHIR R4. `canonical` makes one of them; what
is read from a record has been through it (`elements.Coding`), so that two codings can simply be compared.
"""

from __future__ import annotations

import re
from functools import lru_cache

LOINC = "http://loinc.org"
SNOMED_CT = "http://snomed.info/sct"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
CVX = "http://hl7.org/fhir/sid/cvx"
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
    CVX: "CVX",
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

UNSAID = frozenset({DATA_ABSENT_REASON, NULL_FLAVOR})
"""Systems whose codes say why something is not there. None of them is a name of anything."""

TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"

_BY_OID = {
    "2.16.840.1.113883.6.1": LOINC,
    "2.16.840.1.113883.6.96": SNOMED_CT,
    "2.16.840.1.113883.6.88": RXNORM,
    "2.16.840.1.113883.6.90": ICD_10_CM,
    "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
    "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
    "2.16.840.1.113883.6.4": "http://www.cms.gov/Medicare/Coding/ICD10",
    "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
    "2.16.840.1.113883.6.285": "https://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets",
    "2.16.840.1.113883.12.292": CVX,
    "2.16.840.1.113883.6.69": "http://hl7.org/fhir/sid/ndc",
    "2.16.840.1.113883.3.26.1.5": "http://hl7.org/fhir/ndfrt",
    "2.16.840.1.113883.4.9": "http://fdasis.nlm.nih.gov",
    "2.16.840.1.113883.6.8": UCUM,
    "2.16.840.1.113883.4.6": "http://hl7.org/fhir/sid/us-npi",
    "2.16.840.1.113883.4.1": "http://hl7.org/fhir/sid/us-ssn",
    "2.16.840.1.113883.6.101": "http://nucc.org/provider-taxonomy",
    "2.16.840.1.113883.6.121": "urn:ietf:bcp:47",
    "2.16.840.1.113883.6.238": "urn:oid:2.16.840.1.113883.6.238",
    "2.16.840.1.113883.5.1": TERMINOLOGY + "v3-AdministrativeGender",
    "2.16.840.1.113883.5.2": TERMINOLOGY + "v3-MaritalStatus",
    "2.16.840.1.113883.5.4": TERMINOLOGY + "v3-ActCode",
    "2.16.840.1.113883.5.8": TERMINOLOGY + "v3-ActReason",
    "2.16.840.1.113883.5.25": TERMINOLOGY + "v3-Confidentiality",
    "2.16.840.1.113883.5.83": TERMINOLOGY + "v3-ObservationInterpretation",
    "2.16.840.1.113883.5.88": TERMINOLOGY + "v3-ParticipationFunction",
    "2.16.840.1.113883.5.90": TERMINOLOGY + "v3-ParticipationType",
    "2.16.840.1.113883.5.111": TERMINOLOGY + "v3-RoleCode",
    "2.16.840.1.113883.5.112": TERMINOLOGY + "v3-RouteOfAdministration",
    "2.16.840.1.113883.5.1008": NULL_FLAVOR,
    "2.16.840.1.113883.4.642.4.1048": DATA_ABSENT_REASON,
    "2.16.840.1.113883.4.642.4.1074": CONDITION_CLINICAL,
    "2.16.840.1.113883.4.642.4.1075": CONDITION_VERIFICATION,
    "2.16.840.1.113883.4.642.4.1373": ALLERGY_CLINICAL,
    "2.16.840.1.113883.4.642.4.1371": ALLERGY_VERIFICATION,
    "2.16.840.1.113883.4.642.4.1125": TERMINOLOGY + "observation-category",
}
"""OIDs as HL7 registers them. Tables of HL7 v2 follow a rule (`_V2`)."""

_BEFORE_R4 = {
    "http://hl7.org/fhir/data-absent-reason": DATA_ABSENT_REASON,
    "http://hl7.org/fhir/allergy-clinical-status": ALLERGY_CLINICAL,
    "http://hl7.org/fhir/allergy-verification-status": ALLERGY_VERIFICATION,
    "http://hl7.org/fhir/condition-clinical": CONDITION_CLINICAL,
    "http://hl7.org/fhir/condition-ver-status": CONDITION_VERIFICATION,
    "http://hl7.org/fhir/condition-category": TERMINOLOGY + "condition-category",
    "http://hl7.org/fhir/observation-category": TERMINOLOGY + "observation-category",
}
"""Addresses of DSTU2 and STU3, of systems whose codes are the same in R4."""

_OLD_V3 = re.compile(r"https?://(?:www\.)?hl7\.org/fhir/(?P<version>v[23])/(?P<name>[\w-]+)\Z", re.ASCII)
_SNOMED_EDITION = re.compile(r"https?://snomed\.info/sct/\d", re.ASCII)
"""An edition, and a version of it, which belong into Coding.version. SNOMED CT URI standard."""
_V2 = re.compile(r"2\.16\.840\.1\.113883\.12\.(?P<table>\d{1,4})\Z", re.ASCII)
_KNOWN = {address.removeprefix("https://").removeprefix("http://"): address for address in NAMES} | {
    address.removeprefix("http://"): address for address in (*_BY_OID.values(), *_BEFORE_R4.values())
}


@lru_cache(maxsize=1024)
def canonical(system: str) -> str:
    """The one address of a code system, whichever of its addresses this is; an unknown one without blanks around it.

    Systems only, never values of a record: what it was asked is kept.
    """
    address = system.strip()
    bare = address.lower().removeprefix("urn:oid:")
    if bare in _BY_OID:
        return _BY_OID[bare]
    if found := _V2.match(bare):
        return f"{TERMINOLOGY}v2-{int(found['table']):04}"
    plain = address.removesuffix("/")
    if _SNOMED_EDITION.match(plain):
        return SNOMED_CT
    if plain in _BEFORE_R4:
        return _BEFORE_R4[plain]
    if found := _OLD_V3.match(plain):
        return f"{TERMINOLOGY}{found['version']}-{found['name']}"
    return _KNOWN.get(plain.removeprefix("https://").removeprefix("http://"), address)


def system_name(system: str | None) -> str:
    """What people call a code system: its name, else the last part of its address, else nothing."""
    if not system:
        return ""
    system = canonical(system)
    if system in NAMES:
        return NAMES[system]
    return system.rstrip("/").replace(":", "/").rsplit("/", 1)[-1]


# ---------------------------------------------------------------- codes of FHIR itself

ENTERED_IN_ERROR = "entered-in-error"

_STATES = """
    entered-in-error unknown active inactive resolved recurrence relapse remission confirmed unconfirmed
    presumed refuted provisional differential registered partial preliminary final amended corrected
    appended cancelled draft on-hold completed stopped revoked suspended proposed planned accepted rejected
    ended not-done preparation in-progress arrived triaged onleave finished current superseded high low
    unable-to-assess mild moderate severe proposal plan directive order original-order reflex-order
    filler-order instance-order option allergy intolerance food medication environment biologic waitlist
    scheduled not-started available unavailable retired improving worsening no-change achieved sustaining
    not-achieved no-progress not-attainable
"""
OWN = frozenset(_STATES.split())
"""Codes of FHIR's own that say in which state an entry is, how sure, how grave or of what sort. All are in small
letters, and no two differ in capitals alone. FHIR R4: the value sets of `status`, `lifecycleStatus`, `docStatus`,
`intent`, `clinicalStatus`, `verificationStatus`, `criticality`, `severity`, `type` and `category` of an allergy, and
goal-achievement."""


def own(code: str) -> str:
    """A code of FHIR's own as it is compared: "Final", " entered-in-error ", "Entered In Error" are what they mean.

    One that is not known stays as it was sent, for that is how it is shown.
    """
    if code in OWN:
        return code
    plain = "-".join(code.replace("_", " ").replace("-", " ").split()).lower()
    return plain if plain in OWN else code
