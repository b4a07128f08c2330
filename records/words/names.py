"""What the record calls a thing or a person: concepts, codings, names, references."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _now

from records.fhir.codes import LOINC, NAMES, NULL_FLAVOR, SNOMED_CT, UNSAID, system_name
from records.fhir.elements import CodeableConcept, Coding, HumanName, Reference
from records.words import code_words
from records.words.force import is_over, is_to_come
from records.words.loinc_names import NAMES as LOINC_NAMES
from records.words.rows import Words
from records.words.snomed import without_tag
from records.words.tongues import joined, told, told_by_system, translated

NAMED_BY_CODE = frozenset(
    {
        *(
            "AllergyIntolerance",
            "BodyStructure",
            "Condition",
            "Device",
            "DiagnosticReport",
            "Encounter",
            "Goal",
        ),
        *("Immunization", "Medication", "MedicationRequest", "Observation", "Procedure", "ServiceRequest"),
        *("Specimen", "Substance"),
    }
)
"""What is called by the name of a code, so that its tag may have come along; people and places have names of their own.
"""
_TYPE = re.compile(r"(?:\A|/)([A-Z][A-Za-z]+)/[A-Za-z0-9._-]{1,128}(?:/_history/[^/]+)?\Z")

UNKNOWN = frozenset({(SNOMED_CT, "261665006"), (NULL_FLAVOR, "UNK")})

NO_WORDS = frozenset({"", "null", "undefined", "nullflavor"})
"""What programs write where they have no name, in small letters."""

_LIKE_A_CODE = re.compile(r"\d")
_SYSTEM_WORDS = frozenset(
    {"".join(filter(str.isalnum, name)).casefold() for name in NAMES.values()}
    | {"code", "icd", "icd9", "icd10", "icd10code", "snomed", "snomedctcode", "sct", "dx", "nullflavor"}
)
"""What may stand before a code in a text that is nothing else, without signs and in small letters."""


def best(codings: Iterable[Coding]) -> Coding | None:
    """The coding to speak of: the one a person chose, else the first with a display, else the first with a code."""
    ranked = [(_display(c), c) for c in codings if c.code or _display(c)]
    return min(ranked, key=lambda one: (not one[0], not one[1].userSelected), default=("", None))[1]


def words_of(concept: CodeableConcept | None) -> str:
    """A concept as recorded: its text, else its best display, else the code, said to be a code; else empty.

    A code that says why nothing is there (a NullFlavor) is no name: `absent_reason` puts it in words.
    """
    if concept is None:
        return ""
    if name := plain_name(concept):
        return name
    codes = [c for c in concept.coding if c.system not in UNSAID]
    # None of them has a display: the one that we have words for goes before one that we have not.
    return coding_words(next((c for c in codes if code_words.said(c.system, c.code)), best(codes)))


def plain_name(concept: CodeableConcept | None) -> str:
    """What a concept is called in words: its text, else its best display; empty where it has codes alone.

    A text that only repeats a code is no name, nor is one that only repeats why the name is missing. For a title that
    may come from elsewhere, before the last resort of `words_of`.
    """
    if concept is None:
        return ""
    said = (concept.text or "").strip()
    if not concept.coding:
        return "" if said.casefold() in NO_WORDS else translated(concept.text_element) or told(said)
    is_code = bool(said) and any(_repeats(said, coding) for coding in concept.coding)
    if said and not is_code and said.casefold() not in NO_WORDS:
        # A text that only repeats the code's full name is no more a person's words than that name is.
        copied = [c for c in concept.coding if (c.display or "").strip() == said]
        plain = without_tag(said) if any(c.system == SNOMED_CT for c in copied) else said
        return translated(concept.text_element) or (
            told_by_system(said, copied[0], plain) if copied else told(plain)
        )
    named = best(c for c in concept.coding if c.system not in UNSAID and _display(c))
    if named is not None:
        return coding_words(named)
    # "Positive" may be its own code; "F32.9" is not its own name.
    is_word = (
        is_code
        and not any(c.system in UNSAID or code_words.said(c.system, c.code) for c in concept.coding)
        and not _LIKE_A_CODE.search(said)
    )
    return told(said) if is_word else ""


def _display(coding: Coding) -> str:
    """A coding's display; empty where it has none, or one that only repeats its code."""
    said = (coding.display or "").strip()
    if said == coding.code:
        return "" if _LIKE_A_CODE.search(said) or code_words.said(coding.system, said) else said
    return "" if said.casefold() in NO_WORDS else said


def _repeats(said: str, coding: Coding) -> bool:
    """Whether a text says no more than a coding's code ("F32.9", "ICD-10: F32.9"), or why there is no name."""
    if coding.system in UNSAID and said.casefold() == (coding.display or "").strip().casefold():
        return True
    code = coding.code
    if not code or code not in said:
        return bool(code) and said.casefold() == (code or "").casefold()
    rest = "".join(filter(str.isalnum, said.replace(code, "", 1))).casefold()
    return not rest or rest in _SYSTEM_WORDS


def coding_words(coding: Coding | None) -> str:
    """A coding's display, else our words for its code, else the code with the name of its system, said to be a code."""
    if coding is None:
        return ""
    if said := _display(coding):
        plain = without_tag(said) if coding.system == SNOMED_CT else said
        return translated(coding.display_element) or told_by_system(said, coding, plain)
    if not coding.code:
        return ""
    if known := code_words.said(coding.system, coding.code):
        return known
    if coding.system == LOINC and coding.code in LOINC_NAMES:
        return str(LOINC_NAMES[coding.code])
    system = system_name(coding.system)
    if system:
        return _now("%(system)s code %(code)s, without a name") % {"system": system, "code": coding.code}
    return _now("Code %s, without a name") % coding.code


def is_unknown(concept: CodeableConcept) -> bool:
    """Whether a concept says only that something is not known: SNOMED CT 261665006, or NullFlavor UNK."""
    return any((c.system, c.code) in UNKNOWN for c in concept.coding)


def all_words_of(concepts: Iterable[CodeableConcept]) -> str:
    """Several concepts, parted by commas, each said once."""
    return listed(map(words_of, concepts))


def listed(said: Iterable[Words]) -> str:
    """Words parted by commas; the same words are said once, however their letters are written."""
    once: dict[str, str] = {}
    for words in said:
        one = words if isinstance(words, str) else str(words)
        once.setdefault(one.casefold(), one)
    return joined(once.values())


def named_or(
    table: Mapping[str, Words], concept: CodeableConcept | None, standard: frozenset[str] = frozenset()
) -> Words:
    """A concept as recorded; where it has codes alone, our own words for one of them, if `table` has some.

    Args:
        standard: displays of the code system itself, in small letters: they are nobody's own words either.
    """
    if concept is None:
        return ""
    text = (concept.text or "").strip()
    is_bare = not text or text.casefold() in standard or any(_repeats(text, c) for c in concept.coding)
    if is_bare and not any(
        said and said != c.code and said.casefold() not in standard
        for c, said in ((c, _display(c)) for c in concept.coding)
    ):
        for coding in concept.coding:
            if coding.code is not None and coding.code in table:
                return table[coding.code]
    return words_of(concept)


def concept_code(concept: CodeableConcept | None, system: str) -> str | None:
    """The code of a concept in one system; of any system where that one is missing; else its text."""
    if concept is None:
        return None
    codes = [c.code for c in concept.coding if c.code and c.system == system]
    codes += [c.code for c in concept.coding if c.code and c.system not in UNSAID]
    return codes[0] if codes else concept.text


def human_name(name: HumanName | None) -> str:
    """A person's name as one says it: its text, else prefix, given, family, suffix."""
    if name is None:
        return ""
    if name.text and name.text.strip():
        return name.text.strip()
    front = [*name.prefix, *name.given, name.family]
    said = " ".join(part.strip() for part in front if part and part.strip())
    suffix = " ".join(part.strip() for part in name.suffix if part and part.strip())
    return f"{said}, {suffix}" if said and suffix else said or suffix


def best_name(names: Iterable[HumanName]) -> str:
    """Of several names the one in use today: official, usual, any without a use, the rest.

    Ended ones come after those in use, and last those that are not in use yet.
    """
    order = {
        "official": 0,
        "usual": 1,
        None: 2,
        "nickname": 4,
        "anonymous": 5,
        "maiden": 6,
        "old": 7,
        "temp": 3,
    }
    ranked = sorted(names, key=lambda n: (is_to_come(n.period), is_over(n.period), order.get(n.use, 3)))
    return next(filter(None, map(human_name, ranked)), "")


def reference_display(reference: Reference | None) -> str:
    """What a reference calls what it leads to; empty where it does not, or only repeats where it leads."""
    said = ((reference.display if reference is not None else None) or "").strip()
    if reference is None or said.casefold() in NO_WORDS:
        return ""
    if reference.reference and (said == reference.reference or reference.reference.endswith(f"/{said}")):
        return ""
    return without_tag(said) if said.endswith(")") and _is_named_by_code(reference) else said


def reference_words(reference: Reference | None) -> str:
    """What a reference says by itself: its display, else its identifier's value; else empty."""
    if reference is None:
        return ""
    if said := reference_display(reference):
        return said
    if reference.identifier is not None and reference.identifier.value:
        return _now("Number %s, without a name") % reference.identifier.value
    return ""


def _is_named_by_code(reference: Reference) -> bool:
    found = _TYPE.search(reference.reference or "")
    return (found[1] if found else reference.type) in NAMED_BY_CODE
