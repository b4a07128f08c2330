"""Who signed in, and what they are to the patient."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Relation(Enum):
    """What the one who signed in is to the patient, as far as `fhirUser` says. Nothing more may be assumed."""

    SELF = "self"
    REPRESENTATIVE = "representative"
    STAFF = "staff"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reader:
    """Who signed in. `fhir_user` is relative (`Patient/x`, `RelatedPerson/x`, `Practitioner/x`, …) or empty.

    `name` is the id_token's own `name` and may be empty.
    """

    name: str
    fhir_user: str


def relation(fhir_user: str, patient: str) -> Relation:
    """What a reader is to the patient of the token: SMART App Launch 2.2, "fhirUser"."""
    resource_type, _, resource_id = fhir_user.partition("/")
    if resource_type == "Patient":
        return Relation.SELF if resource_id == patient else Relation.REPRESENTATIVE
    if resource_type in {"RelatedPerson", "Person"}:
        return Relation.REPRESENTATIVE
    if resource_type in {"Practitioner", "PractitionerRole"}:
        return Relation.STAFF
    return Relation.UNKNOWN
