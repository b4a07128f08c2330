"""Why something is not there, as the record says it. Absent is never "none"."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import DATA_ABSENT_EXTENSION, DATA_ABSENT_REASON, NULL_FLAVOR
from records.fhir.elements import CodeableConcept, Extension, PrimitiveElement
from records.words.names import words_of
from records.words.rows import Words

NOT_RECORDED = _("Not recorded")

ABSENT: dict[str, Words] = {
    "unknown": _("Not known"),
    "asked-unknown": _("Not known: the question was asked, the answer was not known"),
    "temp-unknown": _("Not known yet"),
    "not-asked": _("Not asked"),
    "asked-declined": _("Asked, and not answered by choice"),
    "masked": _("Hidden by the clinic"),
    "not-applicable": _("Does not apply"),
    "unsupported": _("The agency’s system cannot hold this"),
    "as-text": _("Only written in the text of the entry"),
    "error": _("Could not be measured"),
    "not-a-number": _("The result is not a number"),
    "negative-infinity": _("Below anything that can be measured"),
    "positive-infinity": _("Above anything that can be measured"),
    "not-performed": _("Was not done"),
    "not-permitted": _("Not allowed to be shared"),
}
"""Every code of the FHIR data-absent-reason system."""

NULL_FLAVORS: dict[str, Words] = {
    "NI": _("No information"),
    "UNK": ABSENT["unknown"],
    "ASKU": ABSENT["asked-unknown"],
    "NAV": ABSENT["temp-unknown"],
    "NAVU": ABSENT["temp-unknown"],
    "NASK": ABSENT["not-asked"],
    "MSK": ABSENT["masked"],
    "NA": ABSENT["not-applicable"],
    "OTH": _("Something for which the agency’s system has no code"),
    "UNC": ABSENT["as-text"],
    "INV": _("What was entered is not valid"),
    "DER": _("Can be worked out from the rest of the entry"),
    "QS": _("Some, how much is not known"),
    "TRC": _("A trace, too little to be measured"),
    "NINF": ABSENT["negative-infinity"],
    "PINF": ABSENT["positive-infinity"],
    "NP": _("Not present in the entry"),
}
"""Every code of HL7 v3 NullFlavor, which says as a code why a value is missing."""

_REASONS = {DATA_ABSENT_REASON: ABSENT, NULL_FLAVOR: NULL_FLAVORS}


def labelled(label: Words, why: Words) -> str:
    """Why something is not there, beside what it is: "Name: hidden by the clinic"."""
    return _now("%(label)s: %(reason)s") % {"label": label, "reason": lowered(why)}


def lowered(why: Words) -> str:
    """The same within a sentence."""
    return str(why)[:1].lower() + str(why)[1:]


def absent_words(concept: CodeableConcept | None) -> Words:
    """A dataAbsentReason in words: ours for its code, and the record's text where it says more; else as recorded."""
    if concept is None:
        return ""
    for coding in concept.coding:
        if coding.code in ABSENT:
            words, text = ABSENT[coding.code], (concept.text or "").strip()
            plain = {(coding.display or "").casefold(), coding.code.replace("-", " "), str(words).casefold()}
            if not text or text.casefold().replace("-", " ") in plain:
                return words
            return _now("%(words)s: %(text)s") % {"words": words, "text": text}
    return words_of(concept)


def absent_reason(*extended: PrimitiveElement | Iterable[Extension] | CodeableConcept | None) -> Words:
    """Why a value is not there, from the data-absent-reason extension or code; empty where none is given."""
    for holder in extended:
        if holder is None:
            continue
        if isinstance(holder, CodeableConcept):
            for coding in holder.coding:
                words = _REASONS.get(coding.system or "", {}).get(coding.code or "")
                if words:
                    return words
            continue
        extensions = holder.extension if isinstance(holder, PrimitiveElement) else holder
        for extension in extensions:
            if extension.url == DATA_ABSENT_EXTENSION and extension.valueCode:
                return ABSENT.get(extension.valueCode, extension.valueCode)
    return ""
