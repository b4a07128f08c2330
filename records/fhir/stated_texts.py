"""Texts that state that there is nothing, or that nothing is known, in English and Spanish.

Records carry them where a code has no place or a system has none: "NKDA", "No Known Allergies (Other Types)", "No known
contrast allergy (situation)", "Allergies not on file", "Niega alergias". A text is a statement only as a whole: one
that goes on ("No known allergies to food; hives from latex") names something.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import NamedTuple


class Subject(Enum):
    """What may be stated to be none."""

    ALLERGIES = "allergies"
    PROBLEMS = "problems"
    MEDICATIONS = "medications"
    VACCINES = "vaccines"
    PROCEDURES = "procedures"
    DEVICES = "devices"


class Said(Enum):
    """What is stated: that there is none at all, none of one sort, or that nothing is known."""

    NONE = "none"
    OF_A_SORT = "of a sort"
    NO_INFORMATION = "no information"


ALL, MEDICATION, FOOD, ENVIRONMENT = "", "medication", "food", "environment"
"""Sorts. The last three are codes of AllergyIntolerance.category."""

_SORTS = {
    **dict.fromkeys(
        ("drug", "drugs", "medication", "medications", "medicine", "medicines", "med"), MEDICATION
    ),
    **dict.fromkeys(
        ("medicamentos", "medicamentosas", "farmacos", "farmacologicas", "medicinas"), MEDICATION
    ),
    **dict.fromkeys(("food", "foods", "alimentos", "alimentarias", "alimenticias"), FOOD),
    **dict.fromkeys(("environmental", "environment", "ambientales", "ambiental"), ENVIRONMENT),
}

_SHORT = {
    "nka": ALL,
    "nkda": MEDICATION,
    "nkma": MEDICATION,
    "namc": MEDICATION,
    "nkfa": FOOD,
    "nkea": ENVIRONMENT,
    "nkla": "latex",
}
"""What clinicians write for short: no known (drug, medication, food, environmental, latex) allergies; in Spanish "no
alergias medicamentosas conocidas"."""

_ENGLISH = {
    Subject.ALLERGIES: r"(?:allerg(?:y|ies)|allergic reactions?|adverse (?:drug )?reactions?|intolerances?"
    r"|sensitivit(?:y|ies))",
    Subject.PROBLEMS: r"(?:problems?|conditions?|diagnos[ie]s|diseases?|illness(?:es)?|disorders?|disabilit(?:y|ies)"
    r"|medical history|health (?:issues?|concerns?))",
    Subject.MEDICATIONS: r"(?:medications?|medicines?|meds|drugs?|drug therapy|prescriptions?)",
    Subject.VACCINES: r"(?:immuni[sz]ations?|vaccines?|vaccinations?)",
    Subject.PROCEDURES: r"(?:procedures?|surger(?:y|ies)|operations?|surgical (?:history|procedures?))",
    Subject.DEVICES: r"(?:devices?|device use|implants?)",
}
_SPANISH = {
    Subject.ALLERGIES: r"(?:alergias?|reacciones (?:alergicas|adversas)|intolerancias?)",
    Subject.PROBLEMS: r"(?:problemas?(?: de salud| medicos?)?|enfermedad(?:es)?|diagnosticos?|padecimientos?"
    r"|patologias?|discapacidad(?:es)?|antecedentes(?: medicos| patologicos| personales)*)",
    Subject.MEDICATIONS: r"(?:medicamentos?|medicinas?|medicacion(?:es)?|farmacos?|tratamientos?(?: farmacologicos?)?)",
    Subject.VACCINES: r"(?:vacunas?|vacunacion(?:es)?|inmunizacion(?:es)?)",
    Subject.PROCEDURES: r"(?:procedimientos?|cirugias?|operacion(?:es)?|intervencion(?:es)?(?: quirurgicas?)?)",
    Subject.DEVICES: r"(?:dispositivos?(?: medicos?)?|implantes?|protesis)",
}

_NO = (
    r"(?:(?:the )?(?:patient|pt|client|member) )?(?:no|nil|not any|without|denies|denies having|denies any"
    r"|reports no|states no|has no|have no|negative for)"
)
_NOT = (
    r"(?:known|medical|health|current|currently|active|any|present|existing|ongoing|significant|prior|previous|past"
    r"|history of)"
)
_AFTER = (
    r"(?: (?:known|reported|identified|noted|at this time|at present|currently|to date|today|now|in use|taken"
    r"|received|present|found))*"
)
_SIN = (
    r"(?:(?:el |la )?paciente )?(?:sin|no|ningun[oa]?s?|niega"
    r"|no (?:se (?:le )?(?:conocen?|reportan?|refieren?|identifican?|detectan?)|refiere|presenta|tiene|toma|reporta|hay"
    r"|usa|recibe|ha recibido)(?: ningun[oa]?)?|niega (?:tener|tomar))"
)
_CONOCIDAS = (
    r"(?:conocid[oa]s?|actual(?:es|mente)?|activ[oa]s?|referid[oa]s?|reportad[oa]s?|previ[oa]s?|en uso"
    r"|aplicad[oa]s?|administrad[oa]s?|realizad[oa]s?|hasta la fecha|al momento|por el momento|en este momento)"
)
_UNASKED = (
    r"(?:on file|recorded|documented|available|known|asked|reviewed|assessed|obtained|provided|collected|entered"
    r"|verified|specified|in (?:the )?(?:system|chart|record))"
)

_YET = (
    r"(?:yet|at this time|to date|with (?:the )?patient|in (?:the )?(?:system|chart|record)"
    r"|by (?:the )?(?:patient|provider|clinic))"
)


def _all_of(things: str) -> str:
    """One thing, or several joined: "problems or disability"."""
    return rf"{things}(?:(?: (?:or|and|nor)|[,/]) ?(?:{_NOT} )*{things})*"


def _patterns(subject: Subject) -> tuple[tuple[re.Pattern[str], Said], ...]:
    """The texts of one subject, in the order in which they are tried."""
    thing, cosa = _ENGLISH[subject], _SPANISH[subject]
    things, cosas = _all_of(thing), rf"{cosa}(?: (?:o|ni|y) {cosa})*"
    # "No insight into illness" is a finding: of problems a sort is only read after "known", "history of" and the like.
    lead = rf"(?:{_NOT} )+" if subject is Subject.PROBLEMS else rf"(?:{_NOT} )*"
    texts = (
        *_OF_THE_SUBJECT.get(subject, ()),
        (
            rf"no (?:known )?(?:{thing} |health |medical )?(?:info|information|data)"
            rf"(?: (?:about|on|regarding|concerning|for)(?: [a-z]+){{0,5}}? {things})?(?: (?:{_UNASKED}))*",
            Said.NO_INFORMATION,
        ),
        (
            rf"(?:(?:{thing}|information|info|data|patient|status)(?: status| list| information| history)?(?: is| are"
            rf"| were| was| has| have| been)* )?not (?:been )?{_UNASKED}(?: {_YET})*",
            Said.NO_INFORMATION,
        ),
        (rf"{thing}(?: status| history)?:? (?:unknown|undetermined)", Said.NO_INFORMATION),
        (rf"(?:unknown|undetermined) {thing}(?: status| history)?", Said.NO_INFORMATION),
        (
            rf"(?:no {things}|none|nothing) (?:on file|recorded|documented|entered|listed|available|in (?:the )?"
            rf"(?:system|chart|record))",
            Said.NO_INFORMATION,
        ),
        (
            rf"unable to (?:obtain|assess|determine|verify)(?: (?:{things}|history|information|status|{_YET}))*",
            Said.NO_INFORMATION,
        ),
        (r"(?:n/a|not applicable)", Said.NO_INFORMATION),
        (
            rf"(?:sin|no hay|no se tiene) (?:informacion|datos|registros?)(?: disponibles?)?"
            rf"(?: (?:de|sobre|acerca de)(?: [a-z]+){{0,4}}? {cosas})?(?: disponibles?)?",
            Said.NO_INFORMATION,
        ),
        (
            rf"(?:(?:{cosa}|informacion|paciente) )?no (?:preguntad|registrad|documentad|disponible|consta|evaluad)\w*",
            Said.NO_INFORMATION,
        ),
        (rf"(?:se desconocen?(?: {cosas})?|{cosa} desconocid[oa]s?)", Said.NO_INFORMATION),
        (
            rf"{_NO} (?:{_NOT} )*{things} (?:given|administered|performed|prescribed|done|ordered)",
            Said.OF_A_SORT,
        ),
        (rf"{_NO} (?:{_NOT} )*{things}{_AFTER}", Said.NONE),
        (rf"{thing}:? (?:none|no|nil|denies|denied|negative|none known|nil known|nka)", Said.NONE),
        (
            r"(?:none|nil|none known|nil known|no known|none reported|none identified|nothing known|denies)",
            Said.NONE,
        ),
        (rf"{_SIN} (?:{_CONOCIDAS} )*{cosas}(?: {_CONOCIDAS})*", Said.NONE),
        (rf"{cosa}:? (?:no|ningun[oa]|niega|negad[oa]s?|negativo|no conocid[oa]s)", Said.NONE),
        (r"(?:ningun[oa]|ningun[oa] conocid[oa]|no conocid[oa]s|niega|negad[oa]s|no refiere)", Said.NONE),
        (rf"{_NO} {lead}(?P<sort>[a-z][a-z0-9 ,/&'-]{{1,60}}?) {things}{_AFTER}", Said.OF_A_SORT),
        (
            rf"{_NO} (?:{_NOT} )*{things}{_AFTER} (?:to|with|for|of|involving) (?P<sort>[^,]{{2,80}})",
            Said.OF_A_SORT,
        ),
        (
            rf"{_SIN} (?:{_CONOCIDAS} )*{cosas} (?:{_CONOCIDAS} )*(?:(?:al?|a la|a los|a las|con|de|por) )?"
            rf"(?P<sort>[a-z][^,]{{1,60}}?)(?: {_CONOCIDAS})*",
            Said.OF_A_SORT,
        ),
    )
    return tuple((re.compile(rf"(?:{pattern})\Z"), said) for pattern, said in texts)


_OF_THE_SUBJECT: dict[Subject, tuple[tuple[str, Said], ...]] = {
    Subject.PROBLEMS: (
        (
            r"(?:(?:the )?(?:patient|pt|client) )?no (?:known |past |personal |family )*history of"
            r" (?P<sort>[^,]{2,80})",
            Said.OF_A_SORT,
        ),
        (r"no evidence of (?P<sort>[^,]{2,80})", Said.OF_A_SORT),
        (r"sin antecedentes (?:de|familiares) ?(?P<sort>[^,]{0,80})", Said.OF_A_SORT),
    ),
    Subject.MEDICATIONS: (
        (
            r"(?:(?:the )?(?:patient|pt|client) (?:is )?)?(?:not (?:taking|on)|does not take|takes no)"
            r"(?: any)?(?: medications?| medicines?| meds)(?: at this time| currently)?",
            Said.NONE,
        ),
        (r"(?:patient )?not on self-?medications?", Said.OF_A_SORT),
        (r"drug treatment unknown", Said.NO_INFORMATION),
        (r"no (?:drug therapy|medications?|medicines?) prescribed", Said.OF_A_SORT),
    ),
    Subject.VACCINES: (
        (r"no vaccines? (?:administered|given)|unvaccinated|not vaccinated|no vacunad[oa]", Said.OF_A_SORT),
        (r"no se (?:administro|aplico) (?:ninguna )?vacuna", Said.OF_A_SORT),
    ),
}

_FIRST_WORDS = """
no none nil nka nkda nkma nkfa nkea nkla namc n/a not denies patient pt client member the without negative
reports states has have nothing unknown undetermined unable info information data status allergy allergies
allergic adverse intolerance intolerances problem problems condition conditions diagnosis diagnoses disease
diseases illness illnesses disorder disorders disability medical health medication medications medicine
medicines meds drug drugs prescription prescriptions immunization immunizations immunisation immunisations
vaccine vaccines vaccination vaccinations procedure procedures surgery surgeries surgical operation operations
device devices implant implants unvaccinated sin ningun ninguna ninguno ningunas niega negadas negada negado
paciente el la se alergia alergias informacion problema problemas enfermedad enfermedades diagnostico
diagnosticos antecedentes medicamento medicamentos medicina medicinas medicacion vacuna vacunas procedimiento
procedimientos cirugia cirugias dispositivo dispositivos implante implantes protesis tratamiento
"""
_FIRST = frozenset(_FIRST_WORDS.split())
"""The first words of all such texts: nearly no name of anything begins so, and the rest need not be looked at."""

_GOES_ON = re.compile(
    r"[;!?]|\b(?:but|except|excepting|excluding|other than|besides|however|apart from|unless|until"
    r"|pero|excepto|salvo|aunque|menos|sino)\b"
)
_END = re.compile(r"\s*\(([^()]*)\)\Z")
_TAGS = frozenset(
    {
        "situation",
        "finding",
        "disorder",
        "context-dependent category",
        "qualifier value",
        "situacion",
        "hallazgo",
    }
)
LONGEST = 160
"""A longer text tells something."""

_COMPILED: dict[Subject, tuple[tuple[re.Pattern[str], Said], ...]] = {
    subject: _patterns(subject) for subject in Subject
}


_NAMED = {subject: re.compile(rf"\b(?:{_ENGLISH[subject]}|{_SPANISH[subject]})") for subject in Subject}
"""What a text says where it names what it speaks of."""


def plain(text: str) -> str:
    """A text in small letters, without accents, full stops and doubled blanks."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().replace("’", "'").replace(".", " ").split()).strip(" :-*\"'")


def denies(text: str) -> bool:
    """Whether a text, in whatever language, looks like one that says no, so that it does not gainsay a code."""
    return not _DENYING.isdisjoint(plain(text).replace(",", " ").replace("'", " ").split())


_SAYING_NO = """
no not none nil nka nkda nkfa denies negative unknown sin ninguna ninguno niega keine kein nicht pas aucun
aucune nessuna nessun non nenhuma nenhum sem nao geen niet ingen inga n/a without never
"""
_DENYING = frozenset(_SAYING_NO.split())


class Found(NamedTuple):
    """What a text states, and of which sort. `about`: what is stated of what, as a key for our words. `is_clear`: it
    names what it speaks of, and is no abbreviation; "Not on file" alone is none that a reader understands."""

    said: Said
    sort: str
    about: str
    is_clear: bool


def said_in(text: str, subject: Subject) -> Found | None:
    """What a text states about a subject; None where it names something.

    Texts about allergies are understood among problems too, where some systems keep them: of problems they say nothing.
    """
    first = text.split(None, 1)[0] if text and not text.isspace() else ""
    if len(text) > LONGEST or not _may_begin(first):
        return None
    said, tag = _without_tag(plain(text))
    if _GOES_ON.search(said):
        return None
    short = _short(said) if subject in {Subject.ALLERGIES, Subject.PROBLEMS} else None
    about, found = subject, None if short else _match(said, subject)
    if short or (found is None and subject is not Subject.ALLERGIES):
        about, found = Subject.ALLERGIES, short or _match(said, Subject.ALLERGIES)
    if found is None:
        return None
    what, sort = found
    key = f"{about.value} {what.value} {sort}".strip()
    is_clear = not short and _NAMED[about].search(said) is not None
    if about is not subject:
        return None if what is Said.NO_INFORMATION else Found(Said.OF_A_SORT, about.value, key, is_clear)
    if tag and what is Said.NONE:
        return Found(Said.OF_A_SORT, tag, key, is_clear)
    return Found(what, sort, key, is_clear)


def is_unclear(text: str) -> bool:
    """Whether a text is a statement that does not say of what, or an abbreviation: "None", "NKDA"."""
    found = next(filter(None, (said_in(text, subject) for subject in Subject)), None)
    return found is not None and not found.is_clear


def _may_begin(first: str) -> bool:
    word = first.lower() if first.isascii() else plain(first)
    return word.strip(",;:()./") in _FIRST or word.split("/", 1)[0] in _SHORT


def _without_tag(said: str) -> tuple[str, str]:
    """A text without what stands in brackets at its end, and that, where it is no tag of SNOMED CT and no shorter form
    of the same: "(Other Types)" says of which sort."""
    found = _END.search(said)
    if found is None:
        return said, ""
    inner = found[1].strip()
    return said[: found.start()].strip(" :-"), "" if inner in _TAGS or inner in _SHORT else inner


def _short(said: str) -> tuple[Said, str] | None:
    """Abbreviations, one or several: "NKDA", "NKDA/NKFA"."""
    parts = [part for part in re.split(r"[ ,/&+]+|\band\b", said) if part]
    if not parts or not all(part in _SHORT for part in parts):
        return None
    sorts = {_SHORT[part] for part in parts}
    return (
        (Said.NONE, ALL) if ALL in sorts else (Said.OF_A_SORT, sorts.pop() if len(sorts) == 1 else "several")
    )


def _match(said: str, subject: Subject) -> tuple[Said, str] | None:
    for pattern, what in _COMPILED[subject]:
        found = pattern.match(said)
        if found is not None:
            sort = (found.groupdict().get("sort") or "").strip()
            return what, _SORTS.get(sort, sort)
    return None
