"""What an app may ask for, in the words of the consent page, and what is left of it after unticking.

A permission is one box: a resource type, or staying signed in. Several scopes may hang on one box
(`patient/Observation.r` and `.s`), and `patient/*.read` is all boxes at once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

TYPES: dict[str, tuple[str, str]] = {
    "Patient": ("Name and personal details", "Name, birth date, address, phone, language"),
    "AllergyIntolerance": ("Allergies", "What is not tolerated, and what happens then"),
    "MedicationRequest": ("Medications", "What was prescribed, how it is taken, by whom"),
    "Medication": ("Details of medicines", "Strength, form and ingredients"),
    "Condition": ("Conditions", "Problems, health concerns and diagnoses made at visits"),
    "Observation": (
        "Measurements and results",
        "Vital signs, lab results, questionnaires, smoking, social needs",
    ),
    "DiagnosticReport": ("Reports", "Lab, imaging and other reports"),
    "DocumentReference": ("Documents", "Notes, letters and other files"),
    "Immunization": ("Immunizations", "Vaccines given, and vaccines refused"),
    "Procedure": ("Procedures", "Treatments and operations"),
    "Encounter": ("Visits", "When, where, with whom and why"),
    "CarePlan": ("Care plans", "What was agreed to be done"),
    "CareTeam": ("Care team", "Who takes part in the care"),
    "Goal": ("Goals", "What the care is meant to reach"),
    "Device": ("Devices", "Implants and other devices"),
    "Practitioner": ("Clinicians", "Names and numbers of those named in the record"),
    "Organization": ("Organizations", "Agencies, laboratories and others named in the record"),
    "Location": ("Places", "Where visits took place"),
    "Provenance": ("Where entries come from", "Who wrote each entry, and when"),
}
"""Each type that the server offers: its name and what is in it, in the order of the consent page."""

_STAY_WORDS = {
    "online_access": ("Stay signed in", "Until you sign out of the app, at most twelve hours"),
    "offline_access": ("Read later, too", "Also while you are away, for up to three months"),
}
IDENTITY = {
    "openid": "that you are the one who signed in",
    "fhirUser": "who you are in this agency’s records",
    "profile": "your name",
    "launch/patient": "whose record you chose",
    "launch": "whose record was open when the app was started",
}
"""Scopes without a box: signing in means telling the app this much."""

_CLINICAL = re.compile(r"patient/(?P<type>\*|[A-Z][A-Za-z]+)\.(?P<access>read|rs|r|s)")

SCOPES_SUPPORTED = (
    *("openid", "fhirUser", "profile", "launch", "launch/patient", "online_access", "offline_access"),
    "patient/*.read",
    *(f"patient/{name}.read" for name in sorted(TYPES)),
)
"""What is advertised. The spelling of SMART version 2 (`.rs`, `.r`, `.s`) is understood, too."""


@dataclass(frozen=True)
class Permission:
    """One box of the consent page. `value` is what the form sends; `title` and `says` are its words."""

    value: str
    title: str
    says: str


def is_supported(scope: str) -> bool:
    """Whether the server can grant a scope at all."""
    if scope in IDENTITY or scope in _STAY_WORDS:
        return True
    match = _CLINICAL.fullmatch(scope)
    return match is not None and (match["type"] == "*" or match["type"] in TYPES)


def is_clinical(scope: str) -> bool:
    """Whether a scope opens part of a patient's record."""
    return _CLINICAL.fullmatch(scope) is not None


def permissions(scopes: Iterable[str]) -> list[Permission]:
    """The boxes for what was asked, in the order of the page."""
    asked = set(scopes)
    types = {match["type"] for scope in asked if (match := _CLINICAL.fullmatch(scope))}
    boxes = [Permission(name, *words) for name, words in TYPES.items() if name in types or "*" in types]
    return boxes + [Permission(name, *words) for name, words in _STAY_WORDS.items() if name in asked]


def identity_words(scopes: Collection[str]) -> list[str]:
    """What the app is told about the reader in any case, in words."""
    return [words for scope, words in IDENTITY.items() if scope in scopes]


def granted(scopes: Iterable[str], ticked: Collection[str]) -> tuple[str, ...]:
    """The scopes that are left, in the order asked.

    A wildcard of which some boxes were unticked becomes the scopes of the types that are left.
    """
    left: dict[str, None] = {}
    for scope in scopes:
        match = _CLINICAL.fullmatch(scope)
        if match is None:
            kept = [scope] if scope in IDENTITY or scope in ticked else []
        elif match["type"] != "*":
            kept = [scope] if match["type"] in ticked else []
        elif set(TYPES) <= set(ticked):
            kept = [scope]
        else:
            kept = [f"patient/{name}.{match['access']}" for name in sorted(TYPES) if name in ticked]
        left |= dict.fromkeys(kept)
    return tuple(left)
