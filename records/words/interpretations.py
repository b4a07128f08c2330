"""What a record says of a value, in words: HL7's codes, letters without a code, and the sender's own words.

A code is put in our words only in HL7's own systems; one of another system is shown by its own display. A letter
without a system is read as HL7's, unless the words beside it say something else. FHIR R4 Observation.interpretation;
HL7 v3 ObservationInterpretation, v2 table 0078.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from records.fhir.codes import DATA_ABSENT_REASON, NULL_FLAVOR
from records.fhir.elements import CodeableConcept, Coding
from records.words.names import coding_words, words_of
from records.words.rows import Flag, Words, replace

FLAGS: dict[str, Flag] = {
    "H": Flag(words=_("High"), arrow="up"),
    "H>": Flag(words=_("Much higher than usual"), arrow="up"),
    "HU": Flag(words=_("Much higher than usual"), arrow="up"),
    "HH": Flag(words=_("Very high (critical)"), arrow="up", critical=True),
    "HX": Flag(words=_("Above what the method can measure"), arrow="up"),
    ">": Flag(words=_("Above what the method can measure"), arrow="up"),
    "L": Flag(words=_("Low"), arrow="down"),
    "L<": Flag(words=_("Much lower than usual"), arrow="down"),
    "LU": Flag(words=_("Much lower than usual"), arrow="down"),
    "LL": Flag(words=_("Very low (critical)"), arrow="down", critical=True),
    "LX": Flag(words=_("Below what the method can measure"), arrow="down"),
    "<": Flag(words=_("Below what the method can measure"), arrow="down"),
    "A": Flag(words=_("Not in the usual range")),
    "AA": Flag(words=_("Far outside the usual range (critical)"), critical=True),
    "U": Flag(words=_("Much changed, upwards"), arrow="up"),
    "D": Flag(words=_("Much changed, downwards"), arrow="down"),
    "B": Flag(words=_("Better than before")),
    "W": Flag(words=_("Worse than before")),
    "POS": Flag(words=_("Positive")),
    "DET": Flag(words=_("Found")),
    "RR": Flag(words=_("Reactive")),
    "WR": Flag(words=_("Weakly reactive")),
    "IND": Flag(words=_("Unclear")),
    "E": Flag(words=_("Unclear")),
    "R": Flag(words=_("Does not work against this germ")),
    "I": Flag(words=_("May work against this germ")),
    "NS": Flag(words=_("Does not work well against this germ")),
    "SYN-R": Flag(words=_("Does not work against this germ together with another medicine")),
    "SDD": Flag(words=_("Works against this germ only in a higher dose")),
    "NCL": Flag(words=_("No limits are set to judge it by")),
    "CAR": Flag(words=_("Carrier of a gene variant")),
    "EX": Flag(words=_("Outside a limit that was set")),
    "HM": Flag(words=_("Held for a doctor’s review")),
    "IE": Flag(words=_("Not enough evidence")),
    "QCF": Flag(words=_("The quality check of the test failed")),
    "TOX": Flag(words=_("Poisonous to the test’s cells, not readable")),
    "AC": Flag(words=_("Disturbed by substances in the sample, not readable")),
    "OBX": Flag(words=_("Explained in other results")),
    "UNE": Flag(words=_("Not expected")),
}
"""Interpretation codes that say that something is out of the ordinary. HL7 v3 ObservationInterpretation."""

IN_ORDER: dict[str, Words] = {
    "N": _("In the usual range"),
    "NEG": _("Negative"),
    "ND": _("Not found"),
    "NR": _("Not reactive"),
    "S": _("Works against this germ"),
    "MS": _("Works fairly well against this germ"),
    "VS": _("Works very well against this germ"),
    "SYN-S": _("Works against this germ together with another medicine"),
    "EXP": _("As expected"),
}
"""Interpretation codes that say that nothing is: words, never a flag."""

SYSTEMS = frozenset(
    {
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        "http://hl7.org/fhir/v3/ObservationInterpretation",
        "urn:oid:2.16.840.1.113883.5.83",
        "2.16.840.1.113883.5.83",
        "http://terminology.hl7.org/CodeSystem/v2-0078",
        "http://hl7.org/fhir/v2/0078",
        "urn:oid:2.16.840.1.113883.12.78",
        "http://hl7.org/fhir/observation-interpretation",
        "http://hl7.org/fhir/ValueSet/observation-interpretation",
    }
)
"""HL7's systems of these codes by the addresses and OIDs under which they come, from DSTU2 on."""

NOTHING_SYSTEMS = frozenset(
    {NULL_FLAVOR, "http://hl7.org/fhir/v3/NullFlavor", "urn:oid:2.16.840.1.113883.5.1008", DATA_ABSENT_REASON}
)
OTHER = "OTH"
"""The NullFlavor of what the codes have no word for: there the text says it."""

NOTHING = frozenset({"unk", "ni", "nask", "asku", "nav", "na", "n/a", "null", "none", "unknown", "-"})
"""What says that nothing is known of a value, by system or as text: never a flag."""

STARRED = Flag(words=_("Marked as out of the ordinary"))
LETTERS: dict[str, str] = {
    **{code: code for code in ("H", "HH", "HU", "H>", "HX", "L", "LL", "LU", "L<", "LX", "A", "AA", "N")},
    **{code: code for code in (">", "<", "POS", "NEG", "DET", "ND", "IND", "RR", "NR", "WR")},
    **{"HIGH PANIC": "HH", "PANIC HIGH": "HH", "LOW PANIC": "LL", "PANIC LOW": "LL"},
    **{"H*": "H", "*H": "H", "L*": "L", "*L": "L", "A*": "A", "*A": "A"},
}
"""What a text without a code says in HL7's letters, as laboratories' systems print them. Others stay as written."""

AS_WRITTEN: dict[str, str] = {
    **dict.fromkeys(("high", "above high normal", "above normal", "above range", "alto", "alta"), "H"),
    **dict.fromkeys(("low", "below low normal", "below normal", "below range", "bajo", "baja"), "L"),
    **dict.fromkeys(
        (
            *("critical high", "critically high", "high critical", "above upper panic limits", "panic high"),
            *("high panic", "very high", "extremely high", "alto crítico", "críticamente alto", "muy alto"),
        ),
        "HH",
    ),
    **dict.fromkeys(
        (
            *("critical low", "critically low", "low critical", "below lower panic limits", "panic low"),
            *("low panic", "very low", "extremely low", "bajo crítico", "críticamente bajo", "muy bajo"),
        ),
        "LL",
    ),
    **dict.fromkeys(("abnormal", "out of range", "outside range", "anormal", "fuera de rango"), "A"),
    **dict.fromkeys(("critical", "critical abnormal", "critically abnormal", "very abnormal", "panic"), "AA"),
    **dict.fromkeys(("crítico", "crítica"), "AA"),
    **dict.fromkeys(("significantly high", "significant high"), "HU"),
    **dict.fromkeys(("significantly low", "significant low"), "LU"),
    **dict.fromkeys(("resistant", "resistente"), "R"),
    **dict.fromkeys(("intermediate", "intermedio"), "I"),
    **dict.fromkeys(("positive", "positivo"), "POS"),
    **dict.fromkeys(("detected", "detectado"), "DET"),
    **dict.fromkeys(("reactive", "reactivo"), "RR"),
    **dict.fromkeys(("indeterminate", "equivocal", "indeterminado"), "IND"),
    **dict.fromkeys(
        (
            *("normal", "wnl", "within normal limits", "within normal range", "within range", "in range"),
            *("within limits", "within reference range", "normal range", "in normal range", "not abnormal"),
            *("dentro del rango", "dentro de rango", "dentro de los límites normales"),
        ),
        "N",
    ),
    **dict.fromkeys(("negative", "negativo"), "NEG"),
    **dict.fromkeys(("not detected", "none detected", "no detectado"), "ND"),
    **dict.fromkeys(("non-reactive", "nonreactive", "non reactive", "not reactive", "no reactivo"), "NR"),
    **dict.fromkeys(("susceptible", "sensitive", "sensible"), "S"),
    "expected": "EXP",
}
"""Which code the words mean that records write without one. They are shown as written; the code gives them a sense."""


class Told(NamedTuple):
    """One thing that is said of a value. `flag`: it says that something is out of the ordinary. `gravity`: 3 critical,
    2 out of the ordinary, 1 the same or not, in words that nothing here knows, 0 in order."""

    words: Words
    flag: Flag | None = None
    gravity: int = 0


def told(concepts: Sequence[CodeableConcept]) -> list[Told]:
    """All that is said of a value, the gravest first; empty where nothing is, a NullFlavor among it."""
    found: dict[str, Told] = {}
    for concept in concepts:
        for one in _of(concept):
            found.setdefault(str(one.words), one)
    return sorted(found.values(), key=lambda one: -one.gravity) if len(found) > 1 else list(found.values())


def marked(said: Sequence[Told]) -> Flag | None:
    """One flag for all that is said: the gravest marks, and each is told. None where all of it is in order."""
    if not said or said[0].flag is None:
        return None
    return said[0].flag if len(said) == 1 else replace(said[0].flag, words=joined(said))


def joined(said: Iterable[Told]) -> str:
    """All of it in one line."""
    return ", ".join(str(one.words) for one in said)


def nothing_words(concepts: Iterable[CodeableConcept]) -> str:
    """That the record gives a reason for saying nothing, as written: "Unknown" of a NullFlavor; empty without."""
    return ", ".join(filter(None, (_nothing(concept) for concept in concepts)))


def _nothing(concept: CodeableConcept) -> str:
    if next(_of(concept), None) is not None:
        return ""
    return words_of(concept) or next((c.display or c.code or "" for c in concept.coding), "")


def _of(concept: CodeableConcept) -> Iterator[Told]:
    """What one concept says: HL7's codes in our words; else letters without a system; else the sender's words."""
    codings = [c for c in concept.coding if c.system not in NOTHING_SYSTEMS]
    text = (concept.text or "").strip()
    if concept.coding and not codings and not any(c.code == OTHER for c in concept.coding):
        return
    codes = [code for c in codings if c.system in SYSTEMS and (code := _known(c.code))]
    for code in dict.fromkeys(codes):
        yield _by_code(code)
    others = [c for c in codings if c.system not in SYSTEMS or not _known(c.code)]
    if codes:  # a copy in another system says the same again; only what says otherwise is told beside it
        for words in (text, *(coding_words(c) for c in others if c.display)):
            sense = AS_WRITTEN.get(_folded(words))
            if sense is not None and all(_differ(sense, code) for code in codes):
                yield _in_own_words(words, sense)
        return
    own = [c for c in others if c.system]
    if not own:
        bare = next((c for c in others if c.code), None)
        if bare is not None:
            if _folded(bare.code or "") not in NOTHING:
                yield _bare(bare, text)
            return
        letter = _letter(text)
        if letter is not None:
            yield letter
            return
    words = words_of(CodeableConcept(coding=codings, text=concept.text))
    if words and _folded(words) not in NOTHING:
        yield _in_own_words(words, AS_WRITTEN.get(_folded(words)))


def _bare(coding: Coding, text: str) -> Told:
    """A code without a system: HL7's, unless the words beside it are others; then those, in the sense that is known."""
    code = _known(coding.code)
    words = text or (coding.display or "").strip()
    if not words or words == coding.code:
        return (
            _by_code(code)
            if code
            else _letter(coding.code or "") or _in_own_words(coding_words(coding), None)
        )
    sense = AS_WRITTEN.get(_folded(words))
    if code is not None and (sense == code or _known(words) == code):
        return _by_code(code)
    return _in_own_words(words, sense or (code if code in LETTERS else None))


def _known(code: str | None) -> str | None:
    said = (code or "").strip().upper()
    return said if said in FLAGS or said in IN_ORDER else None


def _by_code(code: str) -> Told:
    flag = FLAGS.get(code)
    return Told(flag.words, flag, 3 if flag.critical else 2) if flag is not None else Told(IN_ORDER[code])


def _letter(text: str) -> Told | None:
    """A bare letter in words: "H", "(HH)", "*"; None for what is none."""
    said = text.strip(" ()[]").upper()
    if said and not said.strip("*!"):
        return Told(STARRED.words, STARRED, 2)
    return _by_code(LETTERS[said]) if said in LETTERS else None


def _in_own_words(words: str, sense: str | None) -> Told:
    """The sender's words, with the arrow and the gravity of the code that they mean, if one is known."""
    if sense is None:
        return Told(words, Flag(words=words), 1)
    flag = FLAGS.get(sense)
    return Told(words, replace(flag, words=words), 3 if flag.critical else 2) if flag else Told(words)


def _folded(words: str) -> str:
    return " ".join(words.casefold().rstrip(".! ").split())


def _differ(one: str, other: str) -> bool:
    """Whether two codes say different things of a value: another direction, another gravity, in order or not."""
    first, second = FLAGS.get(one), FLAGS.get(other)
    if first is None or second is None:
        return first is not second
    return first.critical != second.critical or {first.arrow, second.arrow} == {"up", "down"}
