"""The Patient resources: one builder for US Core's extensions, names and addresses."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, resource
from demo_server.people.codes import US_CORE, terminology

Json = dict[str, Any]

OMB = "urn:oid:2.16.840.1.113883.6.238"
RACES = {"2106-3": "White", "2028-9": "Asian", "2054-5": "Black or African American", "2131-1": "Other Race"}
ETHNICITIES = {"2135-2": "Hispanic or Latino", "2186-5": "Not Hispanic or Latino"}
DETAILED = {"2148-5": "Mexican", "2184-0": "Dominican", "2036-2": "Filipino"}


def _omb(name: str, category: str, displays: dict[str, str], detailed: str | None, text: str | None) -> Json:
    def part(url: str, code: str, display: str) -> Json:
        return {"url": url, "valueCoding": {"system": OMB, "code": code, "display": display}}

    parts = [part("ombCategory", category, displays[category])]
    if detailed:
        parts.append(part("detailed", detailed, DETAILED[detailed]))
    parts.append({"url": "text", "valueString": text or displays[category]})
    return {"url": f"{US_CORE}/StructureDefinition/{name}", "extension": parts}


def race(category: str, *, detailed: str | None = None, text: str | None = None) -> Json:
    """The US Core race extension; `category` is an OMB code."""
    return _omb("us-core-race", category, RACES, detailed, text)


def ethnicity(category: str, *, detailed: str | None = None, text: str | None = None) -> Json:
    """The US Core ethnicity extension."""
    return _omb("us-core-ethnicity", category, ETHNICITIES, detailed, text)


def birth_sex(code: str) -> Json:
    """The US Core birth sex extension: "F", "M" or "UNK"."""
    return {"url": f"{US_CORE}/StructureDefinition/us-core-birthsex", "valueCode": code}


def gender_identity(identity: Json) -> Json:
    """The US Core gender identity extension; `identity` is a CodeableConcept."""
    return {
        "url": f"{US_CORE}/StructureDefinition/us-core-genderIdentity",
        "valueCodeableConcept": identity,
    }


def language(tag: str, display: str, *, preferred: bool = True) -> Json:
    """One Patient.communication; `tag` is a BCP 47 language tag."""
    spoken = {"system": "urn:ietf:bcp:47", "code": tag, "display": display}
    return {"language": concept(spoken), "preferred": preferred}


def record_number(value: str) -> Json:
    """The agency's own identifier of a patient."""
    return {
        "use": "usual",
        "type": concept(terminology("v2-0203", "MR")),
        "system": "https://harborlane.example/patients",
        "value": value,
        "assigner": {"reference": "Organization/harbor-lane", "display": "Harbor Lane Behavioral Health"},
    }


def patient(
    logical_id: str,
    family: str,
    given: list[str],
    *,
    gender: str,
    born: str,
    number: str,
    updated: str,
    **elements: Any,
) -> Resource:
    """A US Core Patient. `number` is the record number; anything else goes in under FHIR's names."""
    filled: Json = {
        "identifier": [record_number(number)],
        "active": True,
        "name": [{"use": "official", "family": family, "given": given}],
        "managingOrganization": {
            "reference": "Organization/harbor-lane",
            "display": "Harbor Lane Behavioral Health",
        },
        **elements,
    }
    return resource(
        "Patient",
        logical_id,
        profile="us-core-patient",
        updated=updated,
        gender=gender,
        birthDate=born,
        **filled,
    )
