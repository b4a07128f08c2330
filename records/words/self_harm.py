"""Which answers bring the way to help near: those on suicide and self-harm, by code and by words of both languages.

The one place that holds the codes and the words. In doubt the way to help stands there: once too often does no harm.
Nothing here judges an answer, and nothing is said of it.

The codes were looked up: LOINC's of the PHQ-9 and of the Columbia protocol (C-SSRS), SNOMED CT's and ICD-10-CM's of
what is found. The words are those of the published forms (PHQ-9 and its form for teens, C-SSRS, ASQ, EPDS, PSS-3) in
English and Spanish, and of the short names that agencies give to such questions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from records.fhir.elements import CodeableConcept, Valued
from records.words import observing
from records.words.instruments import ITEM_WEIGHT, ORDINAL_VALUE, SELF_HARM_OF_PHQ

CODES = frozenset(
    {
        SELF_HARM_OF_PHQ,
        # C-SSRS: its panels, the questions of the screener, how dangerous an attempt was, the level of risk
        *("93245-9", "93373-9"),
        *("93246-7", "93247-5", "93248-3", "93249-1", "93250-9", "93267-3", "93269-9"),
        *("93271-5", "93374-7"),
        # SNOMED CT: risk, thoughts, plans, intent, behavior, attempts, injuries of one's own hand, its assessment
        *("225444004", "6471006", "247650009", "304594002", "425104003", "82313006", "23233009"),
        *("248062006", "276853009", "225337009"),
    }
)
"""Questions and findings, in any system: none of these looks like a code of another one."""

_ICD = re.compile(
    r"R45\.?851|R45\.?88"  # suicidal ideations, self-harm without intent to die
    r"|T14\.?91[A-Z]*"  # suicide attempt, with the seventh character that a bill wants
    r"|Z91\.?5[0-9]*"  # a history of self-harm
    r"|X(?:7[1-9]|8[0-3])(?:\.?[0-9A-Z]+)?"  # by what means
    r"|T(?:3[6-9]|[45][0-9]|6[0-5]|71)\.?(?:[0-9X][0-9X]2|[479]2X)[A-Z]?",  # poisoning, suffocation: with intent
    re.ASCII,
)
"""ICD-10-CM's codes, with and without the point. The families of codes are those of the case definition of the National
Center for Health Statistics (National Health Statistics Reports 108, 2018)."""

_SELF = r"(?:(?:your|my|him|her|one|them) ?self|(?:our|your|them) ?selves|self(?! (?:esteem|image|care|worth|control)))"
_SELF_ES = r"(?:(?:a |hacia |contra )?(?:si|mi|usted|ti) mism[oa]s?)"
_OWN_LIFE_ES = r"(?:la|su|mi|tu) (?:propia )?vida"
_ASKS = re.compile(
    r"suicid"
    # English
    r"|\bself (?:directed |inflicted )?(?:harm|injur|mutilat|hurt|cutting|destruct|poison|inflicted|violen)|\bselfharm"
    rf"|\b(?:harm|hurt|kill|injur|cutt?|burn|danger|violen|risk|threat|damag)\w*(?: \w+){{0,2}} {_SELF}\b"
    rf"|\b(?:end|tak|took)\w* (?:{_SELF} )?(?:your|my|his|her|their|ones|one s|own)(?: own)? li(?:fe|ves)"
    r"|\bend(?:ing)? it all\b|\boff (?:if (?:you|i) were |being |if )?dead\b"
    r"|\b(?:wish|wished|want|wanted|wanting|wishes|desire|better|thoughts|thinking|intent|intention)"
    r"(?: \w+){0,4} (?:dead|die|dying|death)\b"
    r"|(?:\bnot|n t) (?:be alive|want(?:ing)? to (?:live|be alive)|wake up|to wake up)\b"
    r"|(?:\bnot|n t) worth living\b|\bintentional(?:ly)? (?:drug )?(?:overdos|poison)"
    r"|\b(?:actual|interrupted|aborted) attempt|\bpreparatory (?:acts|behavio)|\blethal means\b"
    r"|\b(?:active|passive|intensity of|severity of|frequency of) ideation\b"
    r"|\bhow you might do this\b|\bintention of acting on them\b|\bcarry out this plan\b"
    r"|\b(?:si hi|hi si|nssi|c ssrs|cssrs|sbq r|columbia protocol|passive si|active si)\b"
    # Spanish
    r"|\bautolesi|\bauto lesi|\bautoagre|\bauto agre|\bautolitic|\bautodestruc|\bautoinflig|\bautomutil"
    r"|\b(?:hacer|hacerse|hacerme|hacerte|hecho|causar|causarse|causarme) (?:algun |mucho )?dano\b"
    rf"|\b(?:dano|lesion\w*|peligro|violencia|riesgo|agresion) {_SELF_ES}"
    r"|\b(?:lastimar|herir|lesionar|danar|cortar|matar|quemar)(?:se|me|te|nos)\b"
    r"|\bse (?:ha |habia )?(?:lastimado|herido|lesionado|cortado|intentado matar)\b"
    rf"|\b(?:quitar(?:se|me|te)?|acabar con|terminar con|poner fin a|atentar contra|atentado contra) {_OWN_LIFE_ES}"
    r"|\b(?:estar|estaria|estuviera|estuviese|sentirse) (?:mejor )?muert[oa]|\bmejor muert[oa]"
    r"|\b(?:deseo|deseos|ganas|ideas?|pensamientos?|querer|quiere|quisiera|desea|deseado|ha querido)"
    r"(?: de)? (?:la )?(?:morir|morirse|morirme|muerte)\b"
    r"|\bno (?:despertar|despertarse|querer vivir|quiere vivir|desea vivir|vale la pena vivir)\b"
    r"|\bsobredosis intencional|\bintencion de llevarlas? a cabo\b"
    r"|\bintento (?:real|interrumpido|abortado)\b|\bactos preparatorios\b"
)
"""What such a question says, in folded words: without case, accents, punctuation."""

_STEMS = (
    *(
        "suicid",
        "sel",
        "life",
        "lives",
        "it all",
        "dead",
        "die",
        "dying",
        "death",
        "alive",
        "live",
        "wake up",
    ),
    *(
        "living",
        "intentional",
        "attempt",
        "preparator",
        "lethal",
        "ideation",
        "might do",
        "acting on",
        "this plan",
    ),
    *("si hi", "hi si", "nssi", "ssrs", "sbq", "columbia", "active si", "passive si", "auto", "dano", "mism"),
    *("lastim", "heri", "lesion", "danar", "corta", "matar", "quemar", "vida", "muert", "morir", "despertar"),
    *("vivir", "sobredosis", "llevarla", "intento"),
)
"""One of these stands in whatever `_ASKS` finds. Looking for them is quick, and most results have none."""

_BY_INITIALS = frozenset({"si", "s i"})
"""What some forms call suicidal ideation. As an answer it would be the Spanish for yes."""

_TURNED = re.compile(
    r"\A(?:no|not|never|denies|denied|without|absence of|lack of|niega|nego|sin|ausencia de|nunca)\b"
    r"|\b(?:safe|safely|seguro|segura|seguros|a salvo)\b"
)
"""A question that is put the other way round ("Denies self-harm", "Can stay safe"): there, a no may be the alarm."""

PLAIN_NO = frozenset(
    {
        # English
        *(
            "no",
            "n",
            "nope",
            "none",
            "nil",
            "never",
            "false",
            "zero",
            "negative",
            "absent",
            "denies",
            "denied",
        ),
        *("not at all", "none at all", "at no time", "not present", "not identified", "none identified"),
        *("none reported", "not reported by patient", "no risk", "no risk identified", "no known risk"),
        *(
            "patient denies",
            "denies all",
            "no thoughts",
            "never had any",
            "no evidence of risk",
            "negative screen",
        ),
        # Spanish
        *("nunca", "jamas", "nada", "ninguno", "ninguna", "negativo", "negativa", "ausente", "falso", "cero"),
        *("para nada", "en absoluto", "de ningun modo", "de ninguna manera", "ningun dia", "nunca jamas"),
        *(
            "niega",
            "niego",
            "lo niega",
            "no presenta",
            "no presente",
            "no hay",
            "sin riesgo",
            "ningun riesgo",
        ),
        *("no se identifica riesgo", "ninguna vez", "sin pensamientos", "no para nada", "no en absoluto"),
        *("no nunca", "no jamas", "no never", "no not at all", "no none", "no tiene", "no tengo"),
        *("none of the above", "none of these", "ninguna de las anteriores", "ninguno de los anteriores"),
    }
)
"""Answers that say no and nothing else, in folded words."""

_NOT_THESE = re.compile(
    r"(?:no|denies|denied|negative for|without|never had|niega|niego|sin|ningun|ninguna)"
    r"(?: (?:any|suicid\w*|self|harm|ideation|ideations|thoughts?|risk|si|hi|homicidal|or|and|of|tener|ideas?"
    r"|ideacion(?:es)?|pensamientos?|riesgo|autolesi\w*|de|o|y|ni|homicidas?))+"
)
"""A no that repeats what was asked: "Denies suicidal ideation". Plans and attempts are not among the words."""

CODED_NO = frozenset(
    {
        *(
            "LA6568-5",
            "LA32-8",
            "LA6270-8",
            "LA137-2",
            "LA6577-6",
            "LA9634-2",
        ),  # LOINC: not at all, no, never, none …
        *("373067005", "260385009", "2667000", "260415000"),  # SNOMED CT: no, negative, absent, not detected
    }
)
"""Answers that say no, for those that come without words."""

_NO_ANSWER_YET = frozenset({"asked-declined", "asked-unknown", "masked", "ASKU", "MSK"})
"""Reasons for the want of an answer that are answers of their own: asked and not told, or told and withheld."""

_MARKED = frozenset({"A", "AA", "H", "HH", "POS", "DET", "W"})
"""Interpretations that outweigh a no, and those that say one. HL7 v3 ObservationInterpretation."""
_UNMARKED = frozenset({"N", "NEG", "ND", "NR"})

_BETWEEN = re.compile(r"[^\w\s]+|(?<=\d)\s*(?=[^\W\d])|(?<=[^\W\d])\s*(?=\d)")
_COUNTED = frozenset({"0", "00", "point", "points", "punto", "puntos", "pts", "score", "qualifier value"})


def speaks(parts: Iterable[Valued]) -> bool:
    """Whether one of the parts of an entry is an answer on self-harm that is anything but a plain no."""
    return any(map(_speaks, parts))


def asks(code: CodeableConcept | None) -> bool:
    """Whether a question is on self-harm, by its code or by what it says."""
    return code is not None and (
        _is_coded(code) or any(_is_on_it(words) or words in _BY_INITIALS for words in _words_of(code))
    )


def says_no(words: str) -> bool:
    """Whether an answer is a plain no: "No, nunca", "0 - Not at all", "Denies suicidal ideation"."""
    pieces = [folded for piece in _BETWEEN.split(words) if (folded := _folded(piece))]
    whole = _folded(words)
    return (
        whole in PLAIN_NO
        or _NOT_THESE.fullmatch(whole) is not None
        or (bool(pieces) and all(piece in PLAIN_NO or piece in _COUNTED for piece in pieces))
    )


def _speaks(part: Valued) -> bool:
    answer = part.valueCodeableConcept
    said = _answered_in_words(part)
    if not asks(part.code):
        # The answer itself may speak of it: "Reason for the visit: thoughts of suicide".
        by_code = answer is not None and _is_coded(answer)
        return by_code or any(_is_on_it(_folded(words)) and not says_no(words) for words in said)
    if not _NO_ANSWER_YET.isdisjoint(_codes(part.dataAbsentReason, answer)):
        return True
    if not observing.value_words(part):
        return bool(part.interpretation) and not _is_in_order(part.interpretation)
    if part.modifierExtension:
        return True  # it may turn a "no" around
    turned = part.code is not None and any(_TURNED.search(words) for words in _words_of(part.code))
    return turned or not _MARKED.isdisjoint(_codes(*part.interpretation)) or not _is_no(part, said)


def _is_no(part: Valued, said: list[str]) -> bool:
    """Whether an answer, which there is, is a plain no. Where it has words they count, and not the code behind them."""
    quantity, answer = part.valueQuantity, part.valueCodeableConcept
    if part.valueBoolean is not None:
        return not part.valueBoolean
    if quantity is not None and quantity.value is not None:
        return quantity.value == 0 and not quantity.comparator
    if part.valueInteger is not None:
        return part.valueInteger == 0
    if said:
        return all(map(says_no, said))
    if answer is None:
        return False
    codes = _codes(answer)
    return not CODED_NO.isdisjoint(codes) or any(map(says_no, codes)) or _weighs_nothing(answer)


def _weighs_nothing(answer: CodeableConcept) -> bool:
    """Whether the record says that an answer counts nothing. FHIR R4 ordinalValue."""
    weights = [
        e.valueDecimal for c in answer.coding for e in c.extension if e.url in {ORDINAL_VALUE, ITEM_WEIGHT}
    ]
    return bool(weights) and all(weight == 0 for weight in weights)


def _is_in_order(interpretations: Iterable[CodeableConcept]) -> bool:
    return all(
        not _UNMARKED.isdisjoint(_codes(one)) or any(map(says_no, _words_of(one))) for one in interpretations
    )


def _answered_in_words(part: Valued) -> list[str]:
    said = [part.valueString or ""]
    if part.valueCodeableConcept is not None:
        said += [part.valueCodeableConcept.text or ""]
        said += [c.display or "" for c in part.valueCodeableConcept.coding]
    return [words for words in said if words.strip()]


def _words_of(concept: CodeableConcept) -> list[str]:
    """A concept's text and displays, folded."""
    return [_folded(words) for words in (concept.text, *(c.display for c in concept.coding)) if words]


def _codes(*concepts: CodeableConcept | None) -> set[str]:
    return {c.code for concept in concepts if concept is not None for c in concept.coding if c.code}


def _is_coded(concept: CodeableConcept) -> bool:
    return any(c.code in CODES or _ICD.fullmatch(c.code or "") for c in concept.coding)


def _is_on_it(folded: str) -> bool:
    for stem in _STEMS:
        if stem in folded:
            return _ASKS.search(folded) is not None
    return False


def _folded(words: str) -> str:
    """Words without case, accents and punctuation, parted by single spaces."""
    if words.isascii():
        return " ".join(words.lower().translate(_SPACED).split())
    apart = unicodedata.normalize("NFKD", words.casefold())
    return " ".join(_NO_LETTER.sub(" ", "".join(c for c in apart if not unicodedata.combining(c))).split())


_NO_LETTER = re.compile(r"[\W_]+")
_SPACED = {code: " " for code in range(128) if not chr(code).isalnum()}
