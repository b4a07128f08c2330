"""What a questionnaire holds, and what that counts: answers, total, sum. FHIR R4 Observation; US Core 5.0.1 Survey.

Answers come as members, as what a total is worked out from, or as components. What an answer counts is never
guessed, and nothing here judges a score.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from records.fhir.compartment import local
from records.fhir.elements import Observation, Reference, Valued
from records.kinds.base import Known
from records.words import observing
from records.words.instruments import (
    ITEM_WEIGHT,
    ORDINAL_VALUE,
    Instrument,
    instrument_of,
    is_total,
    loinc_codes,
)

SCORE = "{score}"
_NUMBER = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})?")
"""UCUM's unit of a score."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A questionnaire as it was filled in.

    `answers`: those to its questions. `total`: what the record gives as the total. `derived`: other things worked out
    from the answers, a risk for instance. `missing`: what it names and did not come.
    """

    instrument: Instrument | None
    answers: tuple[Valued, ...] = ()
    total: Valued | None = None
    derived: tuple[Observation, ...] = ()
    missing: tuple[Reference, ...] = ()


def filled_in(observation: Observation, known: Known) -> Filled:
    """What an entry holds, as far as it is known here."""
    instrument = instrument_of(observation.code)
    held = known.held.get(observation.id or "", ())
    here = {one.id for one in held}
    named = [*observation.hasMember, *observation.derivedFrom]
    missing = tuple(r for r in named if id_of(r, known) not in {*here, None})
    parts: list[Valued] = [*observation.component]
    for one in held:
        parts += [one, *one.component] if says_something(one) or not one.component else one.component
    total = next((part for part in parts if instrument and _is_total_of(part, instrument)), None)
    if total is None and (number_of(observation) is not None or is_total(observation.code)):
        total = observation
    answers = [part for part in parts if part is not total]
    derived = tuple(
        part
        for part in answers
        if isinstance(part, Observation)
        and any(id_of(reference, known) in here for reference in part.derivedFrom)
        and says_something(part)
    )
    return Filled(
        instrument,
        answers=tuple(part for part in answers if not any(part is one for one in derived)),
        total=total,
        derived=derived,
        missing=missing,
    )


def id_of(reference: Reference, known: Known) -> str | None:
    """The id of the Observation that a reference leads to; None where it leads to something else."""
    target = local(reference, base=known.base)
    return target[1] if target is not None and target[0] == "Observation" else None


def says_something(valued: Valued) -> bool:
    """Whether there is a value, or why there is none."""
    return bool(observing.value_words(valued) or valued.dataAbsentReason)


def _is_total_of(part: Valued, instrument: Instrument) -> bool:
    return bool(instrument.total) and instrument.total in loinc_codes(part.code)


def number_of(valued: Valued | None) -> Decimal | None:
    """A plain number as value, also where it was written as text; None for one of which only a bound is known."""
    if valued is None:
        return None
    if valued.valueString is not None and _NUMBER.fullmatch(valued.valueString.strip()):
        return Decimal(valued.valueString.strip())
    quantity = valued.valueQuantity
    if quantity is not None and quantity.value is not None and not quantity.comparator:
        return quantity.value
    return Decimal(valued.valueInteger) if valued.valueInteger is not None else None


# ---------------------------------------------------------------- points


def points(answer: Valued, instrument: Instrument | None) -> Decimal | None:
    """What an answer counts: as the record says it, else by the instrument's published scoring. Never guessed.

    The record says it by an extension of the coding, or by a value that is a score. FHIR R4 ordinalValue.
    """
    concept = answer.valueCodeableConcept
    if concept is not None:
        for coding in concept.coding:
            for extension in coding.extension:
                if extension.url in {ORDINAL_VALUE, ITEM_WEIGHT} and extension.valueDecimal is not None:
                    return extension.valueDecimal
    quantity = answer.valueQuantity
    if quantity is not None and SCORE in {quantity.unit, quantity.code}:
        return number_of(answer)
    if instrument is None or concept is None or answer.modifierExtension:
        return None
    for question in loinc_codes(answer.code):
        for code in loinc_codes(concept):
            counted = instrument.items.get(question, {}).get(code)
            if counted is not None:
                return Decimal(counted)
    return None


@dataclass(frozen=True, slots=True)
class Sum:
    """What the answers add up to, where all of them are there and count something.

    `absent`: how many questions have no answer here; `unscored`: how many answers have no points.
    """

    value: Decimal | None = None
    absent: int = 0
    unscored: int = 0


def sum_of(filled: Filled) -> Sum | None:
    """Our own sum; None for a questionnaire whose questions are not known here, or where an addition may change what
    an answer means."""
    instrument = filled.instrument
    if instrument is None or not instrument.items or any(one.modifierExtension for one in filled.answers):
        return None
    counted: dict[str, Decimal | None] = {}
    for answer in filled.answers:
        for code in loinc_codes(answer.code):
            question = instrument.instead.get(code, code)
            if question in instrument.items and observing.value_words(answer):
                counted[question] = points(answer, instrument)
    absent = len(instrument.items) - len(counted)
    known = [value for value in counted.values() if value is not None]
    unscored = len(counted) - len(known)
    return Sum(None if absent or unscored else sum(known, Decimal(0)), absent, unscored)
