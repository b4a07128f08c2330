"""What a test or measure is called: in the house's plain name, or in the record's own words, the other one second.

A text of the record that is a person's words goes first. What stands there only for machines, or is LOINC's own name,
is told second; and a common measure is called by its plain name wherever the record's word is not as plain.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from django.utils.translation import override

from records.fhir.codes import LOINC
from records.fhir.elements import CodeableConcept, Coding
from records.words.loinc_names import NAMES
from records.words.names import coding_words, words_of

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"
COMMON = frozenset(
    {
        *("85354-9", SYSTOLIC, DIASTOLIC, "8867-4", "9279-1", "8310-5", "59408-5", "2708-6", "29463-7"),
        *("8302-2", "39156-5", "59576-9", "9843-4", "8289-1", "77606-2", "3150-0", "3151-8"),
    }
)
"""The vital signs of US Core and their parts."""

_OF_PRESSURE = frozenset(
    {"blood", "pressure", "bp", "number", "value", "presion", "arterial", "numero", "de", "la"}
)
_PLAIN_PARTS = {
    SYSTOLIC: _OF_PRESSURE | {"systolic", "sistolica", "upper", "top", "alta", "maxima", "superior"},
    DIASTOLIC: _OF_PRESSURE | {"diastolic", "diastolica", "lower", "bottom", "baja", "minima", "inferior"},
}
"""Words that say plainly which half of a blood pressure it is."""

_FOR_MACHINES = re.compile(r"\S_\S|\A[A-Z0-9]+(?:[.^~|:][A-Z0-9]*)+\Z")
"""Names that no person made for another: "A_BP", "CHEM7^GLU"."""

_LETTERS = re.compile(r"[^\W\d_]+")


def named(code: CodeableConcept | None) -> tuple[str, str]:
    """What an entry is called, and the name in the record, where another one is shown.

    Returns:
        the name, empty where there is none; and the record's own, empty where it is the same.
    """
    recorded = words_of(code)
    coding = _known(code)
    if coding is None or coding.code is None:
        return recorded, ""
    if _is_as_plain(recorded, coding):
        return recorded, ""
    plain = str(NAMES[coding.code])  # once: a page shows it in several places
    return plain, recorded if recorded.casefold() != plain.casefold() else ""


def part_name(code: CodeableConcept | None) -> str:
    """What a part of a measure is called, its plain name before a vendor's: "Blood pressure, upper number (A_SYS)"."""
    recorded = words_of(code)
    coding = _known(code)
    if coding is None or coding.code not in COMMON or not _has_words(code):
        return recorded
    if recorded.casefold() == (coding.display or "").strip().casefold() and not _is_odd(
        recorded, coding.code
    ):
        return recorded
    plain, own = named(code)
    return f"{plain} ({own})" if own and _is_odd(own, coding.code) else own or plain


def _known(code: CodeableConcept | None) -> Coding | None:
    """The first coding that the house has a plain name for."""
    codings = code.coding if code is not None else ()
    return next((coding for coding in codings if coding.system == LOINC and coding.code in NAMES), None)


def _has_words(code: CodeableConcept | None) -> bool:
    return code is not None and bool(code.text or any(coding.display for coding in code.coding))


def _is_as_plain(recorded: str, coding: Coding) -> bool:
    """Whether the record's word is a person's own, and not LOINC's, a machine's, or a measure's by another name."""
    code = coding.code or ""
    of_loinc = {coding_words(coding).casefold(), (coding.display or "").strip().casefold()}
    if recorded.casefold() in of_loinc or recorded.casefold() == _in_english(code):
        return False
    return not _is_odd(recorded, code)


def _is_odd(recorded: str, code: str) -> bool:
    """Whether a word is a machine's or, for a common measure, does not say plainly which one it is."""
    if _FOR_MACHINES.search(recorded):
        return True
    if code not in COMMON:
        return False
    said = _tokens(recorded)
    if code in _PLAIN_PARTS and said <= _PLAIN_PARTS[code]:
        return False
    return not any(plain <= said for plain in _plain(code))


def _tokens(words: str) -> frozenset[str]:
    if words.isascii():
        return frozenset(_LETTERS.findall(words.lower()))
    apart = unicodedata.normalize("NFKD", words.casefold())
    return frozenset(_LETTERS.findall("".join(c for c in apart if not unicodedata.combining(c))))


@cache
def _plain(code: str) -> tuple[frozenset[str], ...]:
    """The words of our plain name in each language of the portal."""
    found = []
    for language in ("en", "es"):
        with override(language):
            found.append(_tokens(str(NAMES[code])))
    return tuple(found)


@cache
def _in_english(code: str) -> str:
    """Our plain name in the language of most records, where it may be theirs too."""
    with override("en"):
        return str(NAMES[code]).casefold()
