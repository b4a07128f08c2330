"""Whose a document is: its own name, birth date and numbers beside those of the record.

A document that lies in a record may be another patient's, filed there by mistake. One difference is a matter of
spelling; two, or a number of one and the same system that is another, are another person.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from records.fhir.elements import HumanName, Identifier

SSN = "2.16.840.1.113883.4.1"
_OIDS = {
    "http://hl7.org/fhir/sid/us-ssn": SSN,
    "http://hl7.org/fhir/sid/us-medicare": "2.16.840.1.113883.4.338",
    "http://hl7.org/fhir/sid/us-mbi": "2.16.840.1.113883.4.927",
}
_NOT_A_LETTER = re.compile(r"[\W_]+")
_TITLES = frozenset(
    {"mr", "mrs", "ms", "miss", "dr", "md", "sr", "jr", "ii", "iii", "iv", "phd", "do", "rn", "np"}
)


@dataclass(frozen=True, slots=True)
class Whose:
    """A person as a record or a document names them. Dates as FHIR writes them; systems as OIDs where they have one.

    `names`: each a set of its words, without titles, accents and case; `spoken`: the first of them as written.
    """

    names: frozenset[frozenset[str]] = frozenset()
    spoken: str = ""
    born: str = ""
    numbers: frozenset[tuple[str, str]] = frozenset()


class Match(Enum):
    """How a document's person compares to the record's."""

    SAME = "same"
    NAME_DIFFERS = "name differs"
    BIRTH_DIFFERS = "birth date differs"
    OTHER = "somebody else"
    UNTOLD = "the document does not say"
    UNKNOWN = "the record's own is not known"


def words(name: str) -> frozenset[str]:
    """A name as the set of its words: "José O’Brien, Jr." → {"jose", "obrien"}."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("’", "").replace("'", "").replace(".", ""))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return frozenset(word for word in _NOT_A_LETTER.split(bare) if word and word not in _TITLES)


def number(system: str | None, value: str | None) -> tuple[str, str] | None:
    """A number and the system it is of, comparable; None for one that is masked, empty or of no system."""
    where = (system or "").strip()
    where = _OIDS.get(where, where.removeprefix("urn:oid:")).casefold()
    plain = re.sub(r"[\s-]", "", value or "").casefold()
    if not where or not plain or "*" in plain or len(set(plain)) == 1 or re.search(r"x{3}", plain):
        return None
    return where, plain.removeprefix("urn:oid:").removeprefix("urn:uuid:")


def of_record(names: Iterable[HumanName], born: str | None, identifiers: Iterable[Identifier]) -> Whose:
    """The patient of a record."""
    said = [" ".join(filter(None, (*one.given, one.family))) or one.text or "" for one in names]
    texts = [one.text for one in names if one.text]
    found = frozenset(filter(None, map(words, (*said, *texts))))
    numbers = (number(one.system, one.value) for one in identifiers)
    return Whose(found, next(iter(texts or said), ""), born or "", frozenset(filter(None, numbers)))


def compare(document: Whose, record: Whose | None) -> Match:
    """Whether a document is about the patient of the record. `record`: None where it could not be had."""
    if record is None or not (record.names or record.born or record.numbers):
        return Match.UNKNOWN
    if _has_another_number(document, record):
        return Match.OTHER
    name_differs = bool(document.names and record.names and not document.names & record.names)
    birth_differs = bool(document.born and record.born and not _is_one_day(document.born, record.born))
    if name_differs and birth_differs:
        return Match.OTHER
    if name_differs:
        return Match.NAME_DIFFERS
    if birth_differs:
        return Match.BIRTH_DIFFERS
    return Match.SAME if document.names or document.born else Match.UNTOLD


def _is_one_day(one: str, other: str) -> bool:
    """Whether two dates agree as far as both say: "1968" and "1968-03-09" do."""
    shorter = min(len(one), len(other), 10)
    return one[:shorter] == other[:shorter]


def _has_another_number(document: Whose, record: Whose) -> bool:
    """Whether in a system that both name numbers of, none is the same."""
    shared = {system for system, _ in document.numbers} & {system for system, _ in record.numbers}
    same = {system for system, _ in document.numbers & record.numbers}
    return bool(shared - same)
