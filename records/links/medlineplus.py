"""Plain words for a problem, a medicine or a test: MedlinePlus of the U.S. National Library of Medicine.

MedlinePlus Connect, web application: an HL7 Infobutton request by code. Nothing is asked of it here: a reader who
follows the link asks, and only a code of a known shape and a language stand in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import get_language

from records.fetching.source import Source
from records.fhir.codes import ICD_10_CM, LOINC, RXNORM, SNOMED_CT, system_name
from records.fhir.elements import CodeableConcept, Reference
from records.kinds.base import Known
from records.reading.known import known_for

ADDRESS = "https://connect.medlineplus.gov/application"
NDC = "http://hl7.org/fhir/sid/ndc"


@dataclass(frozen=True, slots=True)
class Understood:
    """A code system that MedlinePlus Connect knows: its OID there, and the shape of its codes."""

    oid: str
    shape: re.Pattern[str]


SYSTEMS = {
    ICD_10_CM: Understood(
        "2.16.840.1.113883.6.90", re.compile(r"[A-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?", re.ASCII)
    ),
    RXNORM: Understood("2.16.840.1.113883.6.88", re.compile(r"\d{1,8}", re.ASCII)),
    LOINC: Understood("2.16.840.1.113883.6.1", re.compile(r"\d{1,7}-\d", re.ASCII)),
    SNOMED_CT: Understood("2.16.840.1.113883.6.96", re.compile(r"\d{6,18}", re.ASCII)),
    NDC: Understood("2.16.840.1.113883.6.69", re.compile(r"\d{4,5}-\d{3,4}-\d{1,2}|\d{10,11}", re.ASCII)),
}
"""In the order in which one is taken where an entry has several."""


@dataclass(frozen=True, slots=True)
class Help:
    """A link to plain-language help, and what is sent when it is followed: this code of this system."""

    href: str
    code: str
    system: str


def help_for(concept: CodeableConcept | None) -> Help | None:
    """The help for a concept by its first code that MedlinePlus Connect knows; None where it has none."""
    if concept is None:
        return None
    for system, understood in SYSTEMS.items():
        for coding in concept.coding:
            code = (coding.code or "").strip()
            if coding.system == system and understood.shape.fullmatch(code):
                language = "es" if (get_language() or "").startswith("es") else "en"
                sent = {
                    "mainSearchCriteria.v.c": code,
                    "mainSearchCriteria.v.cs": understood.oid,
                    "informationRecipient.languageCode.c": language,
                }
                return Help(f"{ADDRESS}?{urlencode(sent)}", code, system_name(system))
    return None


def help_about(model: Any, source: Source) -> Help | None:
    """The help for what an entry is about: its medicine or its code."""
    return next(filter(None, map(help_for, _about(model, source))), None)


def _about(model: Any, source: Source) -> Iterator[CodeableConcept | None]:
    yield getattr(model, "medicationCodeableConcept", None)
    reference: Reference | None = getattr(model, "medicationReference", None)
    if reference is not None:
        known: Known = known_for((reference,), source)
        medicine = known.resource(reference, getattr(model, "contained", ()))
        yield from medicine.concepts if medicine is not None else ()
    code = getattr(model, "code", None)
    yield code if isinstance(code, CodeableConcept) else None
