"""Codes and texts by which a record states that there is nothing: "No known allergies", "No current problems".

SNOMED CT; International Patient Summary, CodeSystem absent-unknown. An entry with such a code is a statement, not an
allergy and not a condition.
"""

from __future__ import annotations

from records.fhir.codes import SNOMED_CT
from records.fhir.elements import CodeableConcept

Codes = frozenset[tuple[str | None, str | None]]

ABSENT_UNKNOWN = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"

ALLERGIES_AT_ALL: Codes = frozenset(
    {
        (SNOMED_CT, "716186003"),  # No known allergy
        (SNOMED_CT, "160244002"),  # No known allergies, which the one above replaced
        (ABSENT_UNKNOWN, "no-known-allergies"),
    }
)
"""Codes that state that there is no allergy at all. SNOMED CT; International Patient Summary."""

ALLERGIES_OF_A_SORT: Codes = frozenset(
    {
        (SNOMED_CT, "409137002"),  # No known drug allergy
        (SNOMED_CT, "429625007"),  # No known food allergy
        (SNOMED_CT, "428607008"),  # No known environmental allergy
        (SNOMED_CT, "716184000"),  # No known latex allergy
        (SNOMED_CT, "716220001"),  # No known animal allergy
        (SNOMED_CT, "428197003"),  # No known insect allergy
        (ABSENT_UNKNOWN, "no-known-medication-allergies"),
        (ABSENT_UNKNOWN, "no-known-food-allergies"),
        (ABSENT_UNKNOWN, "no-known-environmental-allergies"),
    }
)
"""Codes that state it of one sort of substance; of others nothing is said."""

TEXT_ALLERGIES_AT_ALL = frozenset({"no known allergies", "no known allergy", "nka"})
TEXT_ALLERGIES_OF_A_SORT = frozenset(
    {
        "no known drug allergies",
        "no known drug allergy",
        "nkda",
        "no known medication allergies",
        "no known food allergies",
        "no known environmental allergies",
        "no known latex allergy",
    }
)
"""The same as whole texts, which count only where an entry has no code."""

PROBLEMS: Codes = frozenset(
    {
        (SNOMED_CT, "160245001"),  # No current problems or disability
        (ABSENT_UNKNOWN, "no-known-problems"),
    }
)


def _states(concept: CodeableConcept | None, codes: Codes, texts: frozenset[str]) -> bool:
    if concept is None:
        return False
    coded = [(coding.system, coding.code) for coding in concept.coding if coding.code]
    if coded:
        return any(pair in codes for pair in coded)
    return (concept.text or "").strip().rstrip(".").casefold() in texts


def no_allergies(concept: CodeableConcept | None) -> bool:
    """Whether an entry states that there are no known allergies whatever."""
    return _states(concept, ALLERGIES_AT_ALL, TEXT_ALLERGIES_AT_ALL)


def no_allergies_of_a_sort(concept: CodeableConcept | None) -> bool:
    """Whether an entry states that there is none, of any sort or of one: it is no allergy."""
    return no_allergies(concept) or _states(concept, ALLERGIES_OF_A_SORT, TEXT_ALLERGIES_OF_A_SORT)


def no_problems(concept: CodeableConcept | None) -> bool:
    """Whether an entry states that there are no problems."""
    return _states(concept, PROBLEMS, frozenset())
