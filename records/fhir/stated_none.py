"""Codes and texts by which a record states that there is nothing, or that nothing is known.

"No known allergies" is a statement and no allergy; "no information about allergies" is neither an allergy nor the
statement that there is none. Both can stand in the code of an entry of every kind that lists what a patient has, takes
or had: allergies, conditions, medicines, vaccines, procedures, devices.

Sources: SNOMED CT (the codes that US Core, C-CDA on FHIR, IPS 2 and national value sets name); International Patient
Summary, CodeSystem absent-unknown-uv-ips; CDC CVX 998. Texts are read in `stated_texts`.
"""

from __future__ import annotations

from typing import NamedTuple

from records.fhir.codes import CVX, NAMES, SNOMED_CT, UNSAID
from records.fhir.elements import CodeableConcept
from records.fhir.stated_texts import ALL, ENVIRONMENT, FOOD, MEDICATION, Said, Subject, denies, said_in

__all__ = ["Said", "Statement", "Subject", "told"]


class Statement(NamedTuple):
    """What an entry states instead of naming something.

    `sort`: of which sort there is none ("food", "latex"), as a code of AllergyIntolerance.category where it is one.
    `key`: by which of our words it is told where the record gives a code alone; `in_words`: the record has words.
    """

    said: Said
    sort: str = ALL
    key: str = ""
    in_words: bool = False


class Known(NamedTuple):
    """A code of the tables: of which system and what about, where that matters."""

    system: str | None
    subject: Subject | None
    said: Said
    sort: str = ALL


def _snomed(subject: Subject | None, said: Said, sort: str = ALL) -> Known:
    return Known(SNOMED_CT, subject, said, sort)


def _ips(subject: Subject, said: Said, sort: str = ALL) -> Known:
    # No other system has such codes, and converters file these under systems of their own.
    return Known(None, subject, said, sort)


CODES: dict[str, Known] = {
    "716186003": _snomed(Subject.ALLERGIES, Said.NONE),  # No known allergy
    "160244002": _snomed(Subject.ALLERGIES, Said.NONE),  # No known allergies, which the one above replaced
    "409137002": _snomed(Subject.ALLERGIES, Said.OF_A_SORT, MEDICATION),  # No known drug allergy
    "429625007": _snomed(Subject.ALLERGIES, Said.OF_A_SORT, FOOD),  # No known food allergy
    "428607008": _snomed(Subject.ALLERGIES, Said.OF_A_SORT, ENVIRONMENT),  # No known environmental allergy
    "716184000": _snomed(Subject.ALLERGIES, Said.OF_A_SORT, "latex"),  # No known latex allergy
    "1003774007": _snomed(
        Subject.ALLERGIES, Said.OF_A_SORT, "latex"
    ),  # No known Hevea brasiliensis latex allergy
    "716220001": _snomed(Subject.ALLERGIES, Said.OF_A_SORT, "animal"),  # No known animal allergy
    "428197003": _snomed(Subject.ALLERGIES, Said.OF_A_SORT, "insect"),  # No known insect allergy
    "160245001": _snomed(Subject.PROBLEMS, Said.NONE),  # No current problems or disability
    "787481004": _snomed(Subject.MEDICATIONS, Said.NONE),  # No known medications
    "182849000": _snomed(Subject.MEDICATIONS, Said.OF_A_SORT, "prescribed"),  # No drug therapy prescribed
    "408350003": _snomed(Subject.MEDICATIONS, Said.OF_A_SORT, "self"),  # Patient not on self-medications
    "182904002": _snomed(Subject.MEDICATIONS, Said.NO_INFORMATION),  # Drug treatment unknown
    "787482006": _snomed(Subject.VACCINES, Said.NONE),  # No known immunizations
    "787480003": _snomed(Subject.PROCEDURES, Said.NONE),  # No known procedures
    "416128008": _snomed(Subject.PROCEDURES, Said.NONE),  # No past history of procedure
    "787483001": _snomed(Subject.DEVICES, Said.NONE),  # No known device use
    "1631000175102": _snomed(None, Said.NO_INFORMATION, "not-asked"),  # Patient not asked
    "no-known-allergies": _ips(Subject.ALLERGIES, Said.NONE),
    "no-known-medication-allergies": _ips(Subject.ALLERGIES, Said.OF_A_SORT, MEDICATION),
    "no-known-food-allergies": _ips(Subject.ALLERGIES, Said.OF_A_SORT, FOOD),
    "no-known-environmental-allergies": _ips(Subject.ALLERGIES, Said.OF_A_SORT, ENVIRONMENT),
    "no-allergy-info": _ips(Subject.ALLERGIES, Said.NO_INFORMATION),
    "no-known-problems": _ips(Subject.PROBLEMS, Said.NONE),
    "no-problem-info": _ips(Subject.PROBLEMS, Said.NO_INFORMATION),
    "no-known-medications": _ips(Subject.MEDICATIONS, Said.NONE),
    "no-medication-info": _ips(Subject.MEDICATIONS, Said.NO_INFORMATION),
    "no-known-immunizations": _ips(Subject.VACCINES, Said.NONE),
    "no-immunization-info": _ips(Subject.VACCINES, Said.NO_INFORMATION),
    "no-known-procedures": _ips(Subject.PROCEDURES, Said.NONE),
    "no-procedure-info": _ips(Subject.PROCEDURES, Said.NO_INFORMATION),
    "no-known-devices": _ips(Subject.DEVICES, Said.NONE),
    "no-device-info": _ips(Subject.DEVICES, Said.NO_INFORMATION),
    "998": Known(CVX, Subject.VACCINES, Said.OF_A_SORT, "given"),  # no vaccine administered
}


def told(concept: CodeableConcept | None, subject: Subject) -> Statement | None:
    """What an entry states about its subject instead of naming something; None where it names something.

    A code that names something outweighs any text, and a text that names something outweighs a code: then it is an
    entry, and says both. A statement about another subject ("No known allergies" as a condition) says nothing of the
    whole of this one.
    """
    if concept is None:
        return None
    known: Statement | None = None
    words: Statement | None = None
    unclear: list[str] = []
    for coding in concept.coding:
        code, system = coding.code, coding.system
        if system in UNSAID:
            continue
        found = CODES.get(code) if code is not None else None
        if found is not None and found.system in {None, system}:
            known = known or _of(found, subject, in_words=bool(coding.display and coding.display.strip()))
            continue
        display = coding.display
        if display and display != code and not display.isspace():
            said = said_in(display, subject)
            if said is not None:
                words = _narrower(words, Statement(said.said, said.sort, said.about, said.is_clear))
            elif system in NAMES:
                return None
            else:
                unclear.append(display)
        elif system in NAMES and code:
            return None
    text = concept.text
    if text and not text.isspace() and not _is_copied(text, concept):
        said = said_in(text, subject)
        if said is not None:
            words = _narrower(words, Statement(said.said, said.sort, said.about, said.is_clear))
        else:
            unclear.append(text)
    if unclear and (known is None or not all(map(denies, unclear))):
        return None
    return _narrower(known, words)


def _of(found: Known, subject: Subject, *, in_words: bool) -> Statement:
    said = found.said
    if found.subject is not None and found.subject is not subject and said is Said.NONE:
        said = Said.OF_A_SORT
    about = found.subject or subject
    return Statement(said, found.sort, f"{about.value} {found.said.value} {found.sort}".strip(), in_words)


def _narrower(one: Statement | None, other: Statement | None) -> Statement | None:
    """Of two statements of one entry the one that says less, with what either has of words."""
    if one is None or other is None:
        return one or other
    order = (Said.NONE, Said.OF_A_SORT, Said.NO_INFORMATION)
    less = max(one, other, key=lambda statement: order.index(statement.said))
    return less._replace(
        key=one.key or other.key,
        sort=less.sort or one.sort or other.sort,
        in_words=one.in_words or other.in_words,
    )


def _is_copied(text: str, concept: CodeableConcept) -> bool:
    """Whether a text only repeats a code or its name, so that it says nothing of its own."""
    said = text.strip().casefold()
    return any(
        said in {(c.code or "").casefold(), (c.display or "").strip().casefold()} for c in concept.coding
    )
