"""The abbreviations of HL7 for how often something is taken, in words: BID is 2 times a day.

FHIR R4 Timing.code prefers http://hl7.org/fhir/ValueSet/timing-abbreviation, which is part of HL7's v3-GTSAbbreviation
(4.0.0, terminology.hl7.org, CC0); the rest of that system, its holidays, is here too.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from records.fhir.elements import CodeableConcept
from records.words import wording
from records.words.rows import Words

GTS_ABBREVIATION = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
SYSTEMS = frozenset(
    {GTS_ABBREVIATION, "urn:oid:2.16.840.1.113883.5.1022", "http://hl7.org/fhir/v3/GTSAbbreviation"}
)
"""The system by its address, its OID and its address before R4."""

CODES: dict[str, Words] = {
    "AM": _("every morning"),
    "BED": _("at bedtime"),
    "BID": _("2 times a day"),
    "JB": _("on business days, Monday to Friday without holidays"),
    "JE": _("on weekends, Saturday and Sunday without holidays"),
    "JH": _("on holidays"),
    "_GTSAbbreviationHolidaysChristianRoman": _("on Christian holidays"),
    "JHCHREAS": _("on Easter Sunday"),
    "JHCHRGFR": _("on Good Friday"),
    "JHCHRNEW": _("on New Year’s Day"),
    "JHCHRPEN": _("on Pentecost Sunday"),
    "JHCHRXME": _("on Christmas Eve"),
    "JHCHRXMS": _("on Christmas Day"),
    "JHNNL": _("on the national holidays of the Netherlands"),
    "JHNNLLD": _("on Liberation Day in the Netherlands, May 5 of every fifth year"),
    "JHNNLQD": _("on Queen’s Day in the Netherlands, April 30"),
    "JHNNLSK": _("on St. Nicholas’ Eve in the Netherlands, December 5"),
    "JHNUS": _("on the national holidays of the United States"),
    "JHNUSCLM": _("on Columbus Day"),
    "JHNUSIND": _("on Independence Day, July 4"),
    "JHNUSIND1": _("on the Monday after the weekend of July 4"),
    "JHNUSIND5": _("on the Friday before the weekend of July 4"),
    "JHNUSLBR": _("on Labor Day"),
    "JHNUSMEM": _("on Memorial Day"),
    "JHNUSMEM5": _("on the Friday before Memorial Day"),
    "JHNUSMEM6": _("on the Saturday before Memorial Day"),
    "JHNUSMLK": _("on Martin Luther King Jr. Day"),
    "JHNUSPRE": _("on Presidents’ Day"),
    "JHNUSTKS": _("on Thanksgiving Day"),
    "JHNUSTKS5": _("on the Friday after Thanksgiving"),
    "JHNUSVET": _("on Veterans Day"),
    "MO": _("once a month"),
    "PM": _("every afternoon"),
    "Q1H": _("every hour"),
    "Q2H": _("every 2 hours"),
    "Q3H": _("every 3 hours"),
    "Q4H": _("every 4 hours"),
    "Q6H": _("every 6 hours"),
    "Q8H": _("every 8 hours"),
    "QD": _("every day"),
    "QID": _("4 times a day"),
    "QOD": _("every other day"),
    "TID": _("3 times a day"),
    "WK": _("once a week"),
}
"""Every code of the system."""

ALSO: dict[str, Words] = {
    "DAILY": _("every day"),
    "PRN": _("if needed"),
    "Q12H": _("every 12 hours"),
    "Q24H": _("every 24 hours"),
    "Q48H": _("every 48 hours"),
    "Q72H": _("every 72 hours"),
    "QAM": _("every morning"),
    "QHS": _("every night at bedtime"),
}
"""What prescribers write besides, where it can only mean one thing."""

_BARE = ALSO | {code: CODES[code] for code in CODES if code[0] == "Q" or code in {"AM", "BID", "TID"}}
"""Those that stand for themselves also without their system. "MO" may be a Monday, "PM" an evening."""
_NOBODYS = frozenset(
    (
        "every hour",
        "every 2 hours",
        "every 3 hours",
        "every 8 hours",
        "at bedtime",
        "weekly",
        "monthly",
        "gtsabbreviationholidays",
        "gtsabbreviationholidayschristianroman",
        "gtsabbreviationholidaysusnational",
        "",
    )
)
"""Displays of the system itself, in small letters."""


def code_words(concept: CodeableConcept | None) -> tuple[str, bool]:
    """A Timing.code in words, and whether these are ours, put for an abbreviation, and nobody's own."""
    if concept is None:
        return "", False
    written = wording.words_of(concept)
    bare = written.strip().upper().replace(".", "")
    if bare in _BARE:
        return str(_BARE[bare]), True
    for coding in concept.coding:
        if coding.system in SYSTEMS and coding.code in CODES:
            nobodys = _NOBODYS | {coding.code.casefold()}
            said = [concept.text, *(one.display for one in concept.coding)]
            if all((one or "").strip().casefold() in nobodys for one in said):
                return str(CODES[coding.code]), True
    return written, False
