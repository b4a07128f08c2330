"""Entries that state that there is none, or that nothing is known, in words. They are told, and never counted as care.

What is stated is read in `records.fhir.stated_none`; here are the words for codes that come without any, and the row.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.elements import CodeableConcept
from records.fhir.stated_none import Said, Statement
from records.fhir.stated_texts import is_unclear
from records.words import wording
from records.words.rows import Row, Status, Telling, Words, replace
from records.words.tongues import Told

STATED_NONE = Status(words=_("Recorded as none"), icon="circle-check", now=True)
NO_LONGER_NONE = Status(words=_("No longer so"), icon="circle-minus")
NOTHING_KNOWN = Status(
    words=_("Nothing is known of this, which is not the same as none"), icon="circle-dashed"
)

WORDS: dict[str, Words] = {
    "allergies none": _("No known allergies"),
    "allergies of a sort": _("No known allergies of one sort"),
    "allergies of a sort medication": _("No known allergies to medicines"),
    "allergies of a sort food": _("No known allergies to food"),
    "allergies of a sort environment": _("No known allergies to the environment, such as pollen or dust"),
    "allergies of a sort latex": _("No known allergy to latex"),
    "allergies of a sort animal": _("No known allergies to animals"),
    "allergies of a sort insect": _("No known allergies to insects"),
    "allergies no information": _("No information about allergies"),
    "allergies no information not-asked": _("The patient was not asked about allergies"),
    "problems none": _("No known health problems"),
    "problems of a sort": _("No known health problems of one sort"),
    "problems no information": _("No information about health problems"),
    "problems no information not-asked": _("The patient was not asked about health problems"),
    "medications none": _("No known medications"),
    "medications of a sort prescribed": _("No medication is prescribed"),
    "medications of a sort self": _("No medications taken without a prescription"),
    "medications no information": _("No information about medications"),
    "medications no information not-asked": _("The patient was not asked about medications"),
    "vaccines none": _("No known vaccines"),
    "vaccines of a sort given": _("No vaccine was given"),
    "vaccines no information": _("No information about vaccines"),
    "vaccines no information not-asked": _("The patient was not asked about vaccines"),
    "procedures none": _("No known procedures"),
    "procedures no information": _("No information about procedures"),
    "procedures no information not-asked": _("The patient was not asked about procedures"),
    "devices none": _("No known implants or devices"),
    "devices no information": _("No information about implants or devices"),
    "devices no information not-asked": _("The patient was not asked about implants or devices"),
}
"""Our words for what a code alone states, by `Statement.key`."""

_TAG = re.compile(
    r"(?<=\S)\s+\((?:situation|finding|disorder|context-dependent category|situación|hallazgo)\)\Z"
)


def state(statement: Statement, *, is_over: bool = False) -> Status:
    """The state of a statement. `is_over`: the record says that it holds no more."""
    if is_over:
        return NO_LONGER_NONE
    return NOTHING_KNOWN if statement.said is Said.NO_INFORMATION else STATED_NONE


def title(statement: Statement, concept: CodeableConcept | None) -> Words:
    """The statement in the record's own words, without a code system's tag; ours where it has none."""
    recorded = _recorded(concept)
    if statement.in_words and recorded:
        return recorded
    about, _space, _rest = statement.key.partition(" ")
    return WORDS.get(statement.key) or WORDS.get(f"{about} {statement.said.value}") or recorded


def row(row: Row, statement: Statement, concept: CodeableConcept | None, *, is_over: bool = False) -> Row:
    """The row of an entry that states something instead of naming something: no danger, no dose, nothing missing."""
    named = title(statement, concept)
    written = (concept.text or "").strip() if concept is not None else ""
    recorded = written if written and is_unclear(written) else _recorded(concept)
    as_recorded = recorded and recorded.casefold() != str(named).casefold()
    return replace(
        row,
        title=named,
        title_missing=False,
        status=state(statement, is_over=is_over),
        danger="",
        line=_now("As recorded: %s") % recorded if as_recorded else "",
        line_telling=Telling.SAID,
        facts=tuple(fact for fact in row.facts if str(fact.value) != str(wording.NOT_RECORDED)),
    )


def _recorded(concept: CodeableConcept | None) -> str:
    said = wording.plain_name(concept)
    if concept is not None and concept.text and concept.coding and is_unclear(concept.text):
        said = wording.plain_name(CodeableConcept(coding=concept.coding)) or said
    bare = _TAG.sub("", said)
    return said if bare == said else Told(bare, getattr(said, "lang", ""))
