"""What the words of an instruction stand for, in English and Spanish: "twice" is 2 times, "po" is by mouth.

Only for telling whether an instruction already says what an element of a Dosage says (`instructions`). Nothing of it is
ever shown. All in small letters, without accents.
"""

from __future__ import annotations

from collections.abc import Iterable

Tokens = tuple[str, ...]

TIME, PER, FOR, MAX, UP_TO, TO, LASTING, PRN = "time", "per", "for", "max", "up-to", "to", "lasting", "prn"
NOT, AND_HALF = "not", "and-half"
"""Tokens that the rest of a sentence is read by."""

SPANS = frozenset({"second", "minute", "hour", "day", "week", "month", "year"})

_ROUTES = {
    "oral": "oral orally po mouth boca oralmente",
    "sublingual": "sublingual sublingually sl",
    "buccal": "buccal bucal",
    "intravenous": "intravenous intravenously iv intravenosa intravenoso",
    "intramuscular": "intramuscular intramuscularly im",
    "subcutaneous": "subcutaneous subcutaneously subcut subq sc sq subcutanea subcutaneo",
    "topical": "topical topically topica topico",
    "transdermal": "transdermal transdermally transdermica transdermico",
    "inhaled": "inhaled inhalation inhale inhalada inhalacion inhalar inhale",
    "nasal": "nasal nasally nostril nostrils nose intranasal nasally nariz",
    "ophthalmic": "ophthalmic eye eyes ojo ojos oftalmica",
    "otic": "otic ear ears oido oidos otica",
    "rectal": "rectal rectally pr recto",
    "vaginal": "vaginal vaginally vagina pv",
}
_MOMENTS = {
    "morning": "morning mornings am manana mananas",
    "noon": "noon midday mediodia",
    "afternoon": "afternoon afternoons tarde tardes",
    "evening": "evening evenings pm",
    "night": "night nights noche noches",
    "bedtime": "bedtime hs acostarse",
    "breakfast": "breakfast breakfasts desayuno",
    "lunch": "lunch almuerzo",
    "dinner": "dinner supper cena",
    "meal": "meal meals comida comidas",
}
_DAYS = {
    "monday": "monday mondays mon lunes",
    "tuesday": "tuesday tuesdays tue tues martes",
    "wednesday": "wednesday wednesdays wed miercoles",
    "thursday": "thursday thursdays thu thur thurs jueves",
    "friday": "friday fridays fri viernes",
    "saturday": "saturday saturdays sat sabado sabados",
    "sunday": "sunday sundays sun domingo domingos",
}
_UNITS = {
    "tablet": "tablet tablets tab tabs tbl tableta tabletas comprimido comprimidos",
    "capsule": "capsule capsules cap caps capsula capsulas",
    "pill": "pill pills pastilla pastillas pildora pildoras",
    "drop": "drop drops gtt gtts gota gotas",
    "puff": "puff puffs inhalations inhalaciones",
    "spray": "spray sprays",
    "patch": "patch patches parche parches",
    "application": "application applications aplicacion aplicaciones",
    "suppository": "suppository suppositories supositorio supositorios",
    "teaspoon": "teaspoon teaspoons teaspoonful tsp cucharadita cucharaditas",
    "tablespoon": "tablespoon tablespoons tablespoonful tbsp cucharada cucharadas",
    "unit": "unit units iu unidad unidades",
    "mg": "mg mgs milligram milligrams miligramo miligramos",
    "mcg": "mcg ug µg μg microgram micrograms microgramo microgramos",
    "g": "g gm gram grams gramo gramos",
    "ml": "ml mls cc milliliter milliliters mililitro mililitros",
    "dose": "dose doses dosis",
}
_SPAN_WORDS = {
    "second": "second seconds sec secs segundo segundos",
    "minute": "minute minutes min mins minuto minutos",
    "hour": "hour hours h hr hrs hora horas",
    "day": "day days d dia dias",
    "week": "week weeks wk wks semana semanas",
    "month": "month months mo mes meses",
    "year": "year years yr yrs ano anos",
}
_NUMBERS = {
    "0.5": "half ½ media medio",
    "0.25": "¼ quarter",
    "0.75": "¾",
    "1": "one uno una un",
    "2": "two dos",
    "3": "three tres",
    "4": "four cuatro",
    "5": "five cinco",
    "6": "six seis",
    "7": "seven siete",
    "8": "eight ocho",
    "9": "nine nueve",
    "10": "ten diez",
    "12": "twelve doce",
}
_OTHERS = {
    TIME: "time times vez veces",
    PER: "every each per cada q",
    FOR: "for durante x para por",
    MAX: "max maximum maximo maxima limit exceed exceder",
    TO: "to or o",
    LASTING: "over",
    PRN: "prn",
    NOT: "not never dont avoid no nunca evite evitar",
    "until": "until hasta",
    "since": "since desde",
    "before": "before antes",
    "after": "after despues",
    "with": "with con",
    "food": "food foods alimentos",
    "pain": "pain dolor",
    "anxiety": "anxiety ansiedad",
    "sleep": "sleep dormir",
    "all": "all total",
    "take": "take takes tome tomar",
    "apply": "apply aplicar aplique",
}


def _turned(*tables: dict[str, str]) -> Iterable[tuple[str, Tokens]]:
    for table in tables:
        for token, words in table.items():
            for word in words.split():
                yield word, (token,)


WORDS: dict[str, Tokens] = {
    **dict(_turned(_ROUTES, _MOMENTS, _DAYS, _UNITS, _SPAN_WORDS, _NUMBERS, _OTHERS)),
    "once": ("1", TIME),
    "twice": ("2", TIME),
    "thrice": ("3", TIME),
    "daily": (PER, "1", "day"),
    "qd": (PER, "1", "day"),
    "qday": (PER, "1", "day"),
    "diario": (PER, "1", "day"),
    "diaria": (PER, "1", "day"),
    "diariamente": (PER, "1", "day"),
    "nightly": (PER, "1", "day", "night"),
    "hourly": (PER, "1", "hour"),
    "weekly": (PER, "1", "week"),
    "semanal": (PER, "1", "week"),
    "monthly": (PER, "1", "month"),
    "mensual": (PER, "1", "month"),
    "bid": ("2", TIME, PER, "1", "day"),
    "tid": ("3", TIME, PER, "1", "day"),
    "qid": ("4", TIME, PER, "1", "day"),
    "qod": (PER, "2", "day"),
    "qam": (PER, "1", "day", "morning"),
    "qpm": (PER, "1", "day", "evening"),
    "qhs": (PER, "1", "day", "bedtime"),
    "qh": (PER, "1", "hour"),
    "qwk": (PER, "1", "week"),
}
"""Every known word. What is not here stands for itself."""

_PHRASES: dict[Tokens, str] = {
    (PRN,): (
        "as needed|if needed|when needed|only if needed|only when needed|as required|if required|when required"
        "|if necessary|as necessary|if you need it|when you need it|si es necesario|si necesario|segun sea necesario"
        "|segun necesidad|en caso necesario|solo si es necesario|cuando sea necesario|a demanda|si se necesita"
        "|solo si se necesita|si lo necesita|cuando lo necesite"
    ),
    ("oral",): "by mouth|per os|oral route|via oral|por via oral|por boca|por la boca",
    ("sublingual",): "under the tongue|under tongue|bajo la lengua|debajo de la lengua",
    ("subcutaneous",): "under the skin|bajo la piel",
    ("rectal",): "per rectum",
    ("vaginal",): "per vagina",
    (
        "bedtime",
    ): "before going to sleep|at bedtime|antes de dormir|antes de acostarse|al acostarse|before bed",
    (MAX,): (
        "at most|no more than|not more than|do not take more than|take no more than|do not exceed|not to exceed"
        "|maximum of|no exceder|no exceda|no mas de|no tome mas de|no tomar mas de|como maximo|maximo de|a lo sumo"
    ),
    (UP_TO,): "up to|hasta un maximo de",
    (): "at a time|a la vez|por vez|cada toma|at a rate of|a una velocidad de|each dose",
    (LASTING,): "each time for|cada vez durante|over the course of",
    (PER, "2", "day"): "every other day|cada dos dias|un dia si y otro no",
    (PER, "1", "day", "morning"): "every morning|each morning|cada manana|todas las mananas",
    (PER, "1", "day", "evening"): "every evening|each evening",
    (PER, "1", "day", "night"): "every night|each night|cada noche|todas las noches",
    (PER, "1", "day"): "every day|each day|a day|per day|al dia|por dia|cada dia|todos los dias",
    (PER, "1", "week"): "a week|per week|a la semana|por semana|every week|cada semana",
    (PER, "1", "month"): "a month|per month|al mes|por mes|every month|cada mes",
    (PER, "1", "hour"): "an hour|per hour|por hora|every hour|cada hora",
    (AND_HALF,): "and a half|and one half|y media|y medio",
    ("0.5",): "one half|one - half|a half|half a",
}


def _by_first() -> dict[str, list[tuple[Tokens, Tokens]]]:
    found: dict[str, list[tuple[Tokens, Tokens]]] = {}
    for tokens, phrases in _PHRASES.items():
        for phrase in phrases.split("|"):
            words = tuple(phrase.split())
            found.setdefault(words[0], []).append((words, tokens))
    for same in found.values():
        same.sort(key=lambda one: -len(one[0]))
    return found


PHRASES = _by_first()
"""Several words that are one thing, by the first of them, longest first."""

_SAYING_NOTHING = (
    "a an the of by at in on into and is be this your total route administration via use su el la los las de del en"
    " given al y que se es"
)
STOPS = frozenset(_SAYING_NOTHING.split())
"""Words that say nothing by themselves."""

ROUTES, MOMENTS, UNITS = frozenset(_ROUTES), frozenset(_MOMENTS), frozenset(_UNITS)
PART_OF_DAY = {
    **dict.fromkeys(("morning", "breakfast"), 0),
    **dict.fromkeys(("noon", "lunch"), 1),
    "afternoon": 2,
    **dict.fromkeys(("evening", "night", "bedtime", "dinner"), 3),
}
"""Which moments may be the same: who takes something at night takes it at bedtime."""
COUNTED = UNITS - {"mg", "mcg", "g", "ml", "dose"}
KNOWN = frozenset(token for tokens in WORDS.values() for token in tokens) - UNITS
"""What a number before it does not count."""
