"""Security labels in words: how sensitive the record calls an entry, and what may be done with it.

FHIR R4 Meta.security and DocumentReference.securityLabel; HL7 v3 Confidentiality and ActCode. They tell systems how to
handle an entry, and a reader why a clinic may be slow to pass it on; nothing is hidden because of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from records.fhir.elements import CodeableConcept, Coding, Resource
from records.fhir.reading import NotReadable, read
from records.words import wording
from records.words.rows import Fact, Words

CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
EXTRA = _("Extra protection")
"""The word for a list: the record restricts this entry more than others."""

CONFIDENTIAL: dict[str, Words] = {
    "U": _("Open to everybody"),
    "L": _("Less sensitive than usual"),
    "M": _("Somewhat sensitive"),
    "N": _("As for any health record"),
    "R": _("Restricted: more sensitive than usual"),
    "V": _("Very restricted: highly sensitive"),
}
"""Every code of the HL7 confidentiality system."""

SENSITIVE: dict[str, Words] = {
    "BH": _("Behavioral health"),
    "COGN": _("Cognitive disability"),
    "DVD": _("Developmental disability"),
    "EMOTDIS": _("Emotional disturbance"),
    "ETH": _("Alcohol or other substance use"),
    "ETHUD": _("Alcohol use disorder"),
    "GDIS": _("Genetic disease"),
    "HIV": _("HIV or AIDS"),
    "MH": _("Mental health"),
    "OPIOIDUD": _("Opioid use disorder"),
    "PHY": _("A physician asked for this to be protected"),
    "PRS": _("The patient asked for this to be protected"),
    "PSY": _("Psychiatric care"),
    "PSYTHPN": _("Psychotherapy notes"),
    "SCA": _("Sickle cell"),
    "SDV": _("Sexual assault, abuse or domestic violence"),
    "SEX": _("Sexuality and reproductive health"),
    "SICKLE": _("Sickle cell"),
    "STD": _("Sexually transmitted disease"),
    "SUD": _("Substance use disorder"),
    "VIO": _("Violence"),
}
"""v3-ActCode: why information is sensitive."""

RULES: dict[str, Words] = {
    "42CFRPart2": _(
        "Protected by the federal rule on substance use treatment records (42 CFR Part 2): whoever receives it may"
        " pass it on only as the patient consents or the rule allows."
    ),
    "HIPAAPsyNotes": _("Psychotherapy notes, which HIPAA protects more than the rest of the record."),
    "NOAUTH": _("Not to be passed on without the patient’s authorization"),
    "NODSCLCD": _("Not to be passed on without the patient’s consent"),
    "NODSCLCDS": _("Not to be passed on without the patient’s own consent"),
    "NORDSCLCD": _("Whoever receives it may not pass it on without the patient’s consent"),
    "NORDSLCD": _("Whoever receives it may not pass it on without the patient’s consent"),
    "NORDSCLCDS": _("Whoever receives it may not pass it on without the patient’s own consent"),
    "NORDSCLW": _("Whoever receives it may not pass it on unless the law allows it"),
}
"""v3-ActCode: what privacy laws and policies say may be done with it."""

_TABLES = {CONFIDENTIALITY: CONFIDENTIAL, ACT_CODE: {**SENSITIVE, **RULES}}


def _ours(coding: Coding) -> Words:
    return _TABLES.get(coding.system or "", {}).get(coding.code or "", "")


def label(concept: CodeableConcept) -> Words:
    """One label: the record's words, else ours for a code that is known, else the code and its system."""
    if concept.text or any(coding.display for coding in concept.coding):
        return wording.words_of(concept)
    ours = [words for words in map(_ours, concept.coding) if words]
    return ours[0] if ours else wording.words_of(concept)


def is_extra(security: Iterable[Coding]) -> bool:
    """Whether an entry is restricted, or very restricted."""
    return any(coding.code in {"R", "V"} and coding.system == CONFIDENTIALITY for coding in security)


def labels_of(raw: bytes) -> tuple[Coding, ...]:
    """The labels of an entry that protect it more than others, as they stand in its own bytes."""
    if b"ecurity" not in raw and b"\\u" not in raw:
        return ()
    try:
        found = read(raw, _Labelled)[0]
    except NotReadable:
        return ()
    every = [*(found.meta.security if found.meta is not None else ())]
    every += [coding for concept in found.securityLabel for coding in concept.coding]
    return tuple(coding for coding in every if _protects(coding))


def is_protected(raw: bytes) -> bool:
    """Whether an entry carries extra protection: restricted, sensitive, or under a rule of its own."""
    return bool(labels_of(raw))


def _protects(coding: Coding) -> bool:
    code = coding.code or ""
    if coding.system == CONFIDENTIALITY:
        return code in {"R", "V"}
    return code in SENSITIVE or code in RULES or (code in {"R", "V"} and not coding.system)


class _Labelled(Resource, frozen=True, kw_only=True):
    """Where labels stand: on every resource, and on a document besides."""

    securityLabel: list[CodeableConcept] = []


def facts(security: Sequence[Coding]) -> Iterator[Fact]:
    """What the labels of an entry mean. A code that is not known is shown as it stands, and said to be one."""
    for coding in security:
        ours = _ours(coding)
        if coding.system == CONFIDENTIALITY:
            heading: Words = _("How sensitive")
        elif coding.code in RULES and ours:
            heading = _("What the rules say")
        elif coding.code in SENSITIVE and ours:
            heading = _("Why it is sensitive")
        else:
            heading = _("Label")
        words = ours or wording.coding_words(coding)
        if words:
            yield Fact(label=heading, value=words)
