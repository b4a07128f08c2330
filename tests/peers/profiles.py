"""The profiles of US Core 5.0.1 as the shared facts list them: which one a resource is of, and what it must support.

`us-core-5.0.1.json` is Inferno's list. The Survey and the base Vital Signs profile have no group there; they go by
Observation's row in the facts about the client, section 2.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Resource = dict[str, Any]

NINETEEN = frozenset(
    {
        "AllergyIntolerance",
        "CarePlan",
        "CareTeam",
        "Condition",
        "Device",
        "DiagnosticReport",
        "DocumentReference",
        "Encounter",
        "Goal",
        "Immunization",
        "Location",
        "Medication",
        "MedicationRequest",
        "Observation",
        "Organization",
        "Patient",
        "Practitioner",
        "Procedure",
        "Provenance",
    }
)
"""The types that InSync serves."""

STRUCTURE = "http://hl7.org/fhir/us/core/StructureDefinition/"
SURVEY = "US Core Observation Survey Profile"
VITAL_SIGNS = "US Core Vital Signs Profile"

OBSERVATION_ROW = (
    "status",
    "category",
    "code",
    "subject",
    "effective[x]",
    "value[x]",
    "component.code",
    "component.value[x]",
    "component.dataAbsentReason",
    "dataAbsentReason",
    "performer",
    "hasMember",
    "derivedFrom",
    "interpretation",
    "referenceRange",
    "note",
)
"""Observation's row of must-support elements, for the two profiles that the list lacks."""


@dataclass(frozen=True)
class Profile:
    """One profile: its name, and the paths of what it must support, slices left out so that all of a list counts."""

    name: str
    url: str
    resource: str
    paths: tuple[str, ...]
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Node:
    """What stands at a path of a resource: the value, and the object that holds it."""

    path: str
    value: Any
    holder: Resource


def read_profiles(facts: Path) -> dict[str, Profile]:
    """The list's profiles by the last part of their address, and the two that it lacks."""
    found = {}
    for one in json.loads((facts / "us-core-5.0.1.json").read_text())["profiles"]:
        paths = (_plain(must.get("original_path") or must["path"]) for must in one["must_support"])
        found[one["url"].rpartition("/")[2]] = Profile(
            name=one["profile"],
            url=one["url"],
            resource=one["resource"],
            paths=tuple(dict.fromkeys(paths)),
            extensions=tuple(extension["url"] for extension in one["must_support_extensions"]),
        )
    for name, slug in ((SURVEY, "us-core-observation-survey"), (VITAL_SIGNS, "us-core-vital-signs")):
        found[slug] = Profile(name, STRUCTURE + slug, "Observation", OBSERVATION_ROW)
    return found


def _plain(path: str) -> str:
    """A path without slices: all of a list must be shown, not one slice of it."""
    return ".".join(step.partition(":")[0] for step in path.split("."))


# ---------------------------------------------------------------- which profile

BY_TYPE = {
    "AllergyIntolerance": "us-core-allergyintolerance",
    "CarePlan": "us-core-careplan",
    "CareTeam": "us-core-careteam",
    "Device": "us-core-implantable-device",
    "DocumentReference": "us-core-documentreference",
    "Encounter": "us-core-encounter",
    "Goal": "us-core-goal",
    "Immunization": "us-core-immunization",
    "Location": "us-core-location",
    "Medication": "us-core-medication",
    "MedicationRequest": "us-core-medicationrequest",
    "Organization": "us-core-organization",
    "Patient": "us-core-patient",
    "Practitioner": "us-core-practitioner",
    "Procedure": "us-core-procedure",
    "Provenance": "us-core-provenance",
}

BY_CODE = {
    "85354-9": "us-core-blood-pressure",
    "39156-5": "us-core-bmi",
    "8302-2": "us-core-body-height",
    "29463-7": "us-core-body-weight",
    "8310-5": "us-core-body-temperature",
    "8867-4": "us-core-heart-rate",
    "9279-1": "us-core-respiratory-rate",
    "59408-5": "us-core-pulse-oximetry",
    "2708-6": "us-core-pulse-oximetry",
    "9843-4": "us-core-head-circumference",
    "8289-1": "head-occipital-frontal-circumference-percentile",
    "59576-9": "pediatric-bmi-for-age",
    "77606-2": "pediatric-weight-for-height",
    "72166-2": "us-core-smokingstatus",
    "76690-7": "us-core-observation-sexual-orientation",
}

BY_CATEGORY = {
    "vital-signs": "us-core-vital-signs",
    "laboratory": "us-core-observation-lab",
    "imaging": "us-core-observation-imaging",
    "clinical-test": "us-core-observation-clinical-test",
    "exam": "us-core-observation-clinical-test",
    "procedure": "us-core-observation-clinical-test",
    "therapy": "us-core-observation-clinical-test",
    "activity": "us-core-observation-clinical-test",
    "survey": "us-core-observation-survey",
    "social-history": "us-core-observation-social-history",
    "sdoh": "us-core-observation-sdoh-assessment",
}

NOTE_CATEGORIES = frozenset({"LP29684-5", "LP29708-2", "LP7839-6"})


def slug_of(resource: Resource, known: dict[str, Profile]) -> str:
    """Of which profile a resource is: its `meta.profile`'s, else the one that type, category and code name."""
    for url in (resource.get("meta") or {}).get("profile") or ():
        slug = str(url).partition("|")[0].rpartition("/")[2]
        if slug in known and str(url).startswith("http") and known[slug].resource == resource["resourceType"]:
            return slug
    match resource["resourceType"]:
        case "Condition":
            is_diagnosis = "encounter-diagnosis" in codes(resource, "category")
            kind = "encounter-diagnosis" if is_diagnosis else "problems-health-concerns"
            return f"us-core-condition-{kind}"
        case "DiagnosticReport":
            is_laboratory = "LAB" in codes(resource, "category")
            return f"us-core-diagnosticreport-{'lab' if is_laboratory else 'note'}"
        case "Observation":
            named = (BY_CODE[code] for code in codes(resource, "code") if code in BY_CODE)
            categories = codes(resource, "category")
            if {"survey", "sdoh"} <= set(categories):
                return "us-core-observation-sdoh-assessment"
            by_category = (slug for code, slug in BY_CATEGORY.items() if code in categories)
            # A result of no known category is held to all that an Observation has.
            return [*named, *by_category, "us-core-observation-survey"][0]
        case other:
            return BY_TYPE[other]


def codes(resource: Resource, element: str) -> list[str]:
    """The codes of a CodeableConcept or of a list of them."""
    found = resource.get(element) or []
    concepts = found if isinstance(found, list) else [found]
    return [str(coding.get("code")) for one in concepts for coding in one.get("coding") or ()]


# ---------------------------------------------------------------- what stands at a path


def must_support(profile: Profile, resource: Resource) -> Iterator[Node]:
    """Everything in a resource that its profile must support, place by place."""
    for path in profile.paths:
        for value, holder in _at(resource, path.split("."), resource):
            yield Node(path, value, holder)
    for extension in resource.get("extension") or ():
        if extension.get("url") in profile.extensions:
            for value in _extension_values(extension):
                yield Node("extension", value, extension)


def _at(value: Any, steps: list[str], holder: Resource) -> Iterator[tuple[Any, Resource]]:
    if isinstance(value, list):
        for one in value:
            yield from _at(one, steps, holder)
    elif not steps:
        yield value, holder
    elif isinstance(value, dict):
        for name in _names(value, steps[0]):
            yield from _at(value[name], steps[1:], value)


@functools.cache
def _stem(step: str) -> str:
    return step.removesuffix("[x]") if step.endswith("[x]") else ""


def _names(holder: Resource, step: str) -> list[str]:
    """The element of a step, or whichever element of a choice is there."""
    stem = _stem(step)
    if stem:
        return [name for name in holder if name.startswith(stem) and name[len(stem) :][:1].isupper()]
    return [step] if step in holder else []


def _extension_values(extension: Resource) -> Iterator[Any]:
    for name, value in extension.items():
        if name.startswith("value"):
            yield value
    for inner in extension.get("extension") or ():
        yield from _extension_values(inner)
