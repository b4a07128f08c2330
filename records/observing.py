"""What an Observation says, in words: its value of any type, why there is none, whether it is out of range.

For vital signs now, for results and questionnaires later. FHIR R4 Observation; US Core 5.0.1. Values are never
converted, rounded or judged: a flag is the record's own interpretation, or said to be worked out from its range.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records import wording
from records.fhir.codes import LOINC
from records.fhir.elements import (
    CodeableConcept,
    Component,
    Observation,
    Quantity,
    Range,
    ReferenceRange,
    SampledData,
    Valued,
)
from records.rows import Fact, Flag, Measure, Number, Status, Telling, Words

SYSTOLIC, DIASTOLIC = "8480-6", "8462-4"

STATUS: dict[str, Status] = {
    "registered": Status(words=_("Ordered, result not there yet"), icon="circle-dashed"),
    "partial": Status(words=_("Some results are in"), icon="circle-dashed"),
    "preliminary": Status(words=_("Early result, may change"), icon="circle-dashed"),
    "final": Status(words=_("Final"), icon="circle-check", now=True, plain=True),
    "amended": Status(words=_("Changed after it was final"), icon="pencil-line", now=True),
    "corrected": Status(words=_("Corrected"), icon="pencil-line", now=True),
    "appended": Status(words=_("Added to"), icon="pencil-line", now=True),
    "cancelled": Status(words=_("Cancelled"), icon="circle-x"),
    "unknown": Status(words=_("Status not known"), icon="circle-dashed"),
}
"""Every code of Observation and DiagnosticReport status but entered-in-error, which is set aside."""

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


# ---------------------------------------------------------------- values


def value_words(valued: Valued) -> str:
    """The value in words, of whatever type; empty where there is none. Zero and false are values."""
    if valued.valueQuantity is not None and valued.valueQuantity.value is not None:
        return wording.quantity(valued.valueQuantity)
    if valued.valueBoolean is not None:
        return _now("Yes") if valued.valueBoolean else _now("No")
    if valued.valueInteger is not None:
        return str(valued.valueInteger)
    return (
        wording.words_of(valued.valueCodeableConcept)
        or (valued.valueString or "").strip()
        or wording.range_words(valued.valueRange)
        or wording.ratio_words(valued.valueRatio)
        or (valued.valueTime or "")
        or wording.moment(valued.valueDateTime)
        or wording.span(valued.valuePeriod, words=False)
        or _sampled(valued.valueSampledData)
    )


def _sampled(data: SampledData | None) -> str:
    if data is None:
        return ""
    count = len((data.data or "").split())
    unit = wording.unit(data.origin) if data.origin else ""
    return _now("A recording of %(count)d points %(unit)s") % {"count": count, "unit": unit}


def reason_absent(valued: Valued) -> Words:
    """Why there is no value, as the record says it, also by a code in the value's place; else empty."""
    in_its_place = wording.absent_reason(valued.valueCodeableConcept)
    return wording.absent_words(valued.dataAbsentReason) or ("" if value_words(valued) else in_its_place)


def absence(valued: Valued, has_parts: bool = False) -> Words:
    """Why there is no value: the record's reason, or that neither value nor reason is recorded."""
    reason = reason_absent(valued)
    if reason or has_parts:
        return reason
    quantity = valued.valueQuantity
    if quantity is not None and wording.unit(quantity):
        return _now("Value not recorded (unit: %s)") % wording.unit(quantity)
    return _("Value not recorded")


def measure(observation: Observation) -> Measure:
    """The value as large type: number and unit apart, or words, or the words for why there is none."""
    shown_flag, usual = flag(observation), usual_range(observation.referenceRange)
    pressure = blood_pressure(observation)
    if pressure is not None:
        return replace(pressure, usual_range=usual)
    quantity = observation.valueQuantity
    if quantity is not None and quantity.value is not None:
        return Measure(
            value=wording.comparator(quantity) + wording.number(quantity.value),
            unit=wording.unit(quantity),
            flag=shown_flag,
            usual_range=usual,
            in_words=_in_words(observation, shown_flag),
            numbers=(_exact(observation),),
        )
    said = value_words(observation)
    if said:
        in_words = _in_words(observation, shown_flag)
        return Measure(
            value=said,
            flag=shown_flag,
            usual_range=usual,
            is_words=True,
            # "Negative" need not stand beside "Negative".
            in_words="" if str(in_words).casefold() == str(said).casefold() else in_words,
        )
    if observation.component:
        words = parts_words(observation.component)
        return Measure(value=words, flag=shown_flag, usual_range=usual, is_words=True)
    if observation.hasMember:
        return Measure(value=_("A set of readings"), flag=shown_flag, usual_range=usual, is_words=True)
    return Measure(value=absence(observation), usual_range=usual, is_words=True, telling=Telling.ABSENT)


@dataclass(frozen=True, slots=True)
class Pressure:
    """A blood pressure's two numbers as recorded; None where one is missing, with why."""

    systolic: Component | None
    diastolic: Component | None


def pressure_parts(observation: Observation) -> Pressure | None:
    """The components of a blood pressure (LOINC 8480-6 and 8462-4), if it has either."""
    upper, lower = (_part(observation.component, code) for code in (SYSTOLIC, DIASTOLIC))
    return Pressure(upper, lower) if upper is not None or lower is not None else None


def _part(components: Iterable[Component], code: str) -> Component | None:
    return next((c for c in components if c.code is not None and c.code.has(LOINC, code)), None)


def blood_pressure(observation: Observation) -> Measure | None:
    """A blood pressure as one reading, "138/84 mm[Hg]"; None for anything else.

    Where the two are not in one unit each keeps its own, and nothing is converted. A missing half is said in its
    place: "131/not measured mm[Hg]".
    """
    parts = pressure_parts(observation)
    if parts is None:
        return None
    both = (parts.systolic, parts.diastolic)
    numbers = [_number(part) for part in both]
    if any(value_words(part) for part, number in zip(both, numbers, strict=True) if part and not number):
        return Measure(value=parts_words(observation.component), flag=flag(observation), is_words=True)
    if not any(numbers):
        why = absence(parts.systolic or observation)
        return Measure(value=why, is_words=True, telling=Telling.ABSENT)
    quantities = [p.valueQuantity for p in both if p is not None and _number(p)]
    units = {wording.unit(q) for q in quantities if q is not None}
    of_the_whole = flag(observation)
    shown_flag = of_the_whole or next((f for f in (flag(p) for p in both if p is not None) if f), None)
    if len(units) > 1:
        return Measure(value=parts_words(observation.component), flag=shown_flag, is_words=True)
    return Measure(
        value="/".join(number or _no_number(part) for number, part in zip(numbers, both, strict=True)),
        unit=units.pop(),
        flag=shown_flag,
        is_words=not all(numbers),
        in_words=_in_words(observation, shown_flag),
        numbers=tuple(_exact(part, marked=of_the_whole is not None) for part in both),
    )


def _number(part: Component | None) -> str | None:
    quantity = part.valueQuantity if part is not None else None
    if quantity is None or quantity.value is None:
        return None
    return (wording.comparator(quantity) + wording.number(quantity.value)).replace(" ", "")


NO_NUMBER: dict[str, Words] = {
    "error": _("not measured"),
    "not-performed": _("not measured"),
    "masked": _("hidden"),
    "unknown": _("not known"),
    "asked-unknown": _("not known"),
    "temp-unknown": _("not known"),
}
"""Short words for the missing half of a blood pressure; the facts give the record's own reason."""


def _no_number(part: Component | None) -> str:
    reason = part.dataAbsentReason if part is not None else None
    codes = [coding.code for coding in reason.coding] if reason is not None else []
    return str(next((NO_NUMBER[code] for code in codes if code in NO_NUMBER), _("not recorded")))


def _exact(valued: Valued | None, marked: bool = False) -> Number:
    """A value's number as recorded, with the bounds of its one usual range, for drawing."""
    quantity = valued.valueQuantity if valued is not None else None
    if valued is None or quantity is None:
        return Number()
    given = _one_usual_range(valued)
    return Number(
        value=quantity.value,
        comparator=wording.comparator(quantity).strip(),
        low=_bound(given.low, quantity) if given else None,
        high=_bound(given.high, quantity) if given else None,
        flagged=marked or flag(valued) is not None,
    )


def _in_words(valued: Valued, shown: Flag | None) -> Words:
    """What the record says of a value that it does not flag; else that it lies within the one usual range given."""
    if shown is not None:
        return ""
    if valued.interpretation:
        return interpretation_words(valued.interpretation)
    number = _exact(valued)
    if number.value is None or number.comparator or (number.low is None and number.high is None):
        return ""
    return _("Within the range given")


def parts_words(components: Sequence[Component]) -> str:
    """Each part with its name: "Systolic 138 mm[Hg]; Diastolic: Was not done"."""
    said = []
    for part in components:
        name = wording.words_of(part.code)
        value = value_words(part) or str(absence(part))
        said.append(f"{name}: {value}" if name else value)
    return "; ".join(said)


# ---------------------------------------------------------------- ranges and flags


def usual_range(ranges: Sequence[ReferenceRange]) -> Words:
    """The reference ranges as given, each with what it is for; empty where none is given."""
    said = [words for words in map(_one_range, ranges) if words]
    return _now("Usual range: %s") % "; ".join(said) if said else ""


def _one_range(given: ReferenceRange) -> str:
    bounds = _bounds(given) or (given.text or "").strip()
    purpose = [wording.words_of(given.type)] if given.type and not given.type_is_normal else []
    purpose += [wording.words_of(group) for group in given.appliesTo]
    if given.age is not None:
        purpose.append(_now("age %s") % wording.range_words(given.age))
    purpose = [words for words in purpose if words]
    return f"{bounds} ({', '.join(purpose)})" if bounds and purpose else bounds


def _bounds(given: ReferenceRange) -> str:
    return wording.range_words(Range(low=given.low, high=given.high))


def flag(valued: Valued) -> Flag | None:
    """Out of the ordinary or not: the record's interpretation, else worked out from its one usual range.

    Both are said apart (`Flag.computed`). An interpretation with an unknown code is shown by its own text.
    """
    codes = [c.code for concept in valued.interpretation for c in concept.coding if c.code]
    known = [FLAGS[code] for code in codes if code in FLAGS]
    if known:
        return next((found for found in known if found.critical), known[0])
    if valued.interpretation:
        if any(code in IN_ORDER for code in codes):
            return None
        text = wording.all_words_of(valued.interpretation)
        return Flag(words=text) if text else None
    return computed_flag(valued)


def interpretation_words(concepts: Sequence[CodeableConcept]) -> Words:
    """What the record says of a value, in words, in order or not."""
    for concept in concepts:
        for coding in concept.coding:
            if coding.code in FLAGS:
                return FLAGS[coding.code].words
            if coding.code in IN_ORDER:
                return IN_ORDER[coding.code]
    return wording.all_words_of(concepts)


def computed_flag(valued: Valued) -> Flag | None:
    """Above or below the range given, where there is one usual range in the value's own unit, also with one bound."""
    quantity = valued.valueQuantity
    given = _one_usual_range(valued)
    if quantity is None or quantity.value is None or given is None:
        return None
    low, high = _bound(given.low, quantity), _bound(given.high, quantity)
    if low is not None and quantity.value < low and quantity.comparator not in {">", ">="}:
        return Flag(words=_("Below the range given"), arrow="down", computed=True)
    if high is not None and quantity.value > high and quantity.comparator not in {"<", "<="}:
        return Flag(words=_("Above the range given"), arrow="up", computed=True)
    return None


def is_marked(observation: Observation) -> bool | None:
    """Whether a result or a part of it is out of the ordinary, as `flag` says; None where nothing tells.

    Nothing tells where there is neither an interpretation nor a range that the value can be held against.
    """
    parts: list[Valued] = [observation, *observation.component]
    if any(flag(part) is not None for part in parts):
        return True
    return False if any(map(_is_told, parts)) else None


def _is_told(valued: Valued) -> bool:
    if valued.interpretation:
        return bool(interpretation_words(valued.interpretation))
    number = _exact(valued)
    return number.value is not None and (number.low is not None or number.high is not None)


def _one_usual_range(valued: Valued) -> ReferenceRange | None:
    """The usual range, where exactly one is given and it is for everybody."""
    normal = [r for r in valued.referenceRange if r.type is None or r.type_is_normal]
    return normal[0] if len(normal) == 1 and not (normal[0].appliesTo or normal[0].age) else None


def _bound(bound: Quantity | None, value: Quantity) -> Decimal | None:
    if bound is None or bound.value is None:
        return None
    same = (
        not wording.unit(bound)
        or wording.unit(bound) == wording.unit(value)
        or (bound.unit is not None and bound.unit == value.unit)
        or (bound.code is not None and bound.code == value.code)
    )
    return bound.value if same else None


# ---------------------------------------------------------------- dates


def taken(observation: Observation) -> str | None:
    """When it was observed: effective[x]'s date, instant or start. FHIR R4 Observation.effective[x]."""
    period = observation.effectivePeriod
    return (
        observation.effectiveDateTime
        or observation.effectiveInstant
        or (period.start or period.end if period is not None else None)
    )


def taken_fact(observation: Observation) -> Fact:
    """When it was observed, however that was recorded, with times; or that it is not."""
    timing = observation.effectiveTiming
    said = wording.span(observation.effectivePeriod, words=False)
    if timing is not None and not said:
        said = ", ".join(filter(None, (wording.words_of(timing.code), *map(wording.moment, timing.event))))
    recorded = observation.effectiveDateTime or observation.effectiveInstant
    return wording.dated(_("Taken"), recorded) or wording.fact(_("Taken"), said)


def part_facts(components: Iterable[Component]) -> Iterable[Fact]:
    """Each component as a fact, with its flag and range; absent ones with why."""
    for part in components:
        label = wording.words_of(part.code) or _("Part without a name")
        value = value_words(part)
        shown = flag(part)
        flagged: Words = shown.words if shown else ""
        if shown is not None and shown.computed:
            flagged = _now("%s (worked out by this page)") % shown.words
        beside = [str(words) for words in (flagged, usual_range(part.referenceRange)) if words]
        if value:
            yield Fact(label=label, value=" · ".join([value, *beside]))
        else:
            yield Fact(label=label, value=absence(part), telling=Telling.ABSENT)
