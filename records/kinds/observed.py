"""What every section of Observations shares: which one an Observation stands in, its date, its series.

Each Observation stands in exactly one section. Sections ask by category, so an Observation of two categories
arrives twice; `section_of` decides, and the other section's `place` says None. What no section claims stands
under "Other results", which asks for everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from records.fhir.codes import LOINC
from records.fhir.elements import CodeableConcept, Element, Head, Period

VITALS = "vitals"
LABORATORY = "laboratory"
IMAGING = "imaging"
CLINICAL_TESTS = "clinical-tests"
QUESTIONNAIRES = "questionnaires"
LIFE = "life"
OTHER = "other"

CATEGORIES: dict[str, tuple[str, ...]] = {
    VITALS: ("vital-signs",),
    LABORATORY: ("laboratory",),
    IMAGING: ("imaging",),
    CLINICAL_TESTS: ("clinical-test", "procedure", "exam", "therapy", "activity"),
    QUESTIONNAIRES: ("survey",),
    LIFE: ("social-history", "sdoh"),
}
"""The category codes that each section asks for, strongest claim first. HL7 observation-category and US Core's own.

A code counts in any code system, as it does in the search `category=code`.
"""

_SECTIONS = (*CATEGORIES, OTHER)
_CLAIMS = {code: place for place, codes in enumerate(CATEGORIES.values()) for code in codes}
"""Each category code's place among the sections: a smaller one is a stronger claim."""

LIFE_CODES = frozenset({"76690-7", "72166-2"})
"""LOINC: sexual orientation, which has no category in US Core, and smoking status. Always in "About my life"."""

LONGEST_NAME = 200
"""Bytes: an encrypted one must fit into an address."""


class ObservedHead(Head, frozen=True, kw_only=True):
    """What sorting Observations, parting them by section and telling tests apart need."""

    category: list[CodeableConcept] = []
    code: CodeableConcept | None = None
    effectiveDateTime: str | None = None
    effectiveInstant: str | None = None
    effectivePeriod: Period | None = None
    issued: str | None = None
    hasMember: list[Element] = []


def section_of(head: ObservedHead) -> str:
    """Which section an Observation stands in, by one of the names above; `OTHER` where no category is known."""
    # Plain loops: this is asked of every Observation of a record, and a long one has thousands.
    if head.code is not None:
        for coding in head.code.coding:
            if coding.code in LIFE_CODES and coding.system == LOINC:
                return LIFE
    strongest = len(_SECTIONS) - 1
    for concept in head.category:
        for coding in concept.coding:
            if coding.code is not None:
                strongest = min(strongest, _CLAIMS.get(coding.code, strongest))
    return _SECTIONS[strongest]


def only(section: str, heading: str = "all") -> Callable[[ObservedHead], str | None]:
    """A `Kind.place` that keeps what stands in this section under one heading, and leaves the rest to others."""
    return lambda head: heading if section_of(head) == section else None


def date_of(head: ObservedHead) -> str | None:
    """When it was taken; where that is not said, when it was issued."""
    period = head.effectivePeriod
    return (
        head.effectiveDateTime
        or head.effectiveInstant
        or (period.start or period.end if period is not None else None)
        or head.issued
    )


def series_by_code(head: ObservedHead) -> str | None:
    """Which test or measure it is: by its LOINC code, else its first code, else its text; None for a panel.

    It always holds a bar, so that no address takes it for a word of ours; a very long one is hashed.
    """
    if head.code is None or head.hasMember:
        return None
    codes = [coding for coding in head.code.coding if coding.code]
    codes.sort(key=lambda coding: coding.system != LOINC)
    if codes:
        return _own_name(f"{codes[0].system or ''}|{codes[0].code}")
    return _own_name(f"|{head.code.text}") if head.code.text else None


def _own_name(name: str) -> str:
    said = name.encode()
    return name if len(said) <= LONGEST_NAME else f"|{hashlib.sha256(said).hexdigest()}"
