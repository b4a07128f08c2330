"""What an Observation says, in words: its value of any type, why there is none, its parts, when it was taken.

FHIR R4 Observation; US Core 5.0.1. Values are never converted or rounded. Whether one is out of the ordinary is told
by `records.words.flags`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import LOINC
from records.fhir.elements import (
    CodeableConcept,
    Component,
    Observation,
    SampledData,
    Valued,
)
from records.words import flags, wording
from records.words.called import DIASTOLIC, SYSTOLIC, part_name
from records.words.rows import Fact, Measure, Status, Telling, Words, replace
from records.words.tongues import told

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
        or told((valued.valueString or "").strip())
        or wording.range_words(valued.valueRange)
        or wording.ratio_words(valued.valueRatio)
        or (valued.valueTime or "")
        or wording.moment(valued.valueDateTime)
        or wording.span(valued.valuePeriod, words=False)
        or _sampled(valued.valueSampledData)
        or wording.quantity(valued.valueQuantity)
    )


def _sampled(data: SampledData | None) -> str:
    if data is None:
        return ""
    count = len((data.data or "").split())
    unit = wording.unit(data.origin) if data.origin else ""
    return _now("A recording of %(count)d points %(unit)s") % {"count": count, "unit": unit}


def reason_absent(valued: Valued) -> Words:
    """Why there is no value, as the record says it, also by a code in the value's place; else empty.

    Beside a value there is none: obs-6 of FHIR R4 forbids it, and what stands there is not missing (`needless_reason`).
    """
    if value_words(valued):
        return ""
    return wording.absent_words(valued.dataAbsentReason) or wording.absent_reason(valued.valueCodeableConcept)


def needless_reason(valued: Valued) -> Fact | None:
    """That the record gives a reason for a missing value although the value, or a value of a part, stands there."""
    said = wording.absent_words(valued.dataAbsentReason)
    if not said or not has_value(valued):
        return None
    return Fact(
        label=_("Also in the record"),
        value=_now("“%s”, as if there were no value, though there is one") % said,
    )


def has_value(valued: Valued) -> bool:
    """Whether it has a value, its own or that of a part."""
    parts = valued.component if isinstance(valued, Observation) else ()
    return bool(value_words(valued)) or any(value_words(part) for part in parts)


def absence_facts(valued: Valued) -> Iterable[Fact | None]:
    """Why there is no value, where there is none; a reason that stands beside a value is told as what it is."""
    yield needless_reason(valued)
    # A code in the value's own place speaks of that value alone, whatever the parts hold.
    if not has_value(valued) or wording.absent_reason(valued.valueCodeableConcept):
        yield wording.maybe(_("Why there is no value"), reason_absent(valued))


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
    shown_flag, usual = flags.whole_flag(observation), flags.usual_range(observation.referenceRange)
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
            in_words=flags.in_words(observation, shown_flag),
            numbers=(flags.exact(observation),),
        )
    said = value_words(observation)
    part = None if said else number_part(observation)
    if part is not None and part.valueQuantity is not None:
        return Measure(
            value=wording.comparator(part.valueQuantity) + wording.number(part.valueQuantity.value),
            unit=wording.unit(part.valueQuantity),
            flag=shown_flag,
            usual_range=usual or flags.usual_range(part.referenceRange),
            in_words=flags.in_words(observation, shown_flag) or flags.in_words(part, shown_flag),
            numbers=(flags.exact(part, is_flagged=shown_flag is not None),),
        )
    if said:
        in_words = flags.in_words(observation, shown_flag)
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


OXYGEN = frozenset({"2708-6", "59408-5"})
"""LOINC: oxygen saturation, in blood from an artery and by pulse oximetry, which US Core gives side by side."""


BREATHED = frozenset({"3151-8", "3150-6"})
"""LOINC: how much oxygen was breathed in, and of which concentration: what a saturation was taken under."""


def number_part(observation: Observation) -> Component | None:
    """The part whose number is the reading itself: the only one with the code of the whole, or with oxygen's.

    Some systems write a pulse oximetry without a value, and its saturation as a component beside the flow of oxygen.
    """
    if not observation.component:
        return None
    own = _loinc(observation.code)
    wanted = own | OXYGEN if own & OXYGEN else own or OXYGEN
    found = [part for part in observation.component if wanted & _loinc(part.code) and _number(part)]
    if len(found) != 1 or (not own and not _only_of_oxygen(observation.component, found[0])):
        return None
    return found[0]


def _only_of_oxygen(parts: Iterable[Component], saturation: Component) -> bool:
    """Whether nothing but a saturation and what it was taken under stands there: a set of readings is none of them."""
    return all(part is saturation or _loinc(part.code) & BREATHED for part in parts)


def _loinc(code: CodeableConcept | None) -> set[str]:
    return (
        {one.code for one in code.coding if one.system == LOINC and one.code} if code is not None else set()
    )


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
        return Measure(
            value=parts_words(observation.component), flag=flags.whole_flag(observation), is_words=True
        )
    if not any(numbers):
        why = absence(parts.systolic or observation)
        shown_flag = flags.whole_flag(observation)
        return Measure(value=why, flag=shown_flag, is_words=True, telling=Telling.ABSENT)
    quantities = [p.valueQuantity for p in both if p is not None and _number(p)]
    units = {wording.unit(q) for q in quantities if q is not None}
    of_the_whole, shown_flag = flags.flag(observation), flags.whole_flag(observation)
    if len(units) > 1:
        return Measure(value=parts_words(observation.component), flag=shown_flag, is_words=True)
    return Measure(
        value="/".join(number or _no_number(part) for number, part in zip(numbers, both, strict=True)),
        unit=units.pop(),
        flag=shown_flag,
        is_words=not all(numbers),
        in_words=flags.in_words(observation, shown_flag),
        numbers=tuple(flags.exact(part, is_flagged=of_the_whole is not None) for part in both),
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


def parts_words(components: Sequence[Component]) -> str:
    """Each part with its name: "Systolic 138 mm[Hg]; Diastolic: Was not done"."""
    said = []
    for part in components:
        name = part_name(part.code)
        value = value_words(part) or str(absence(part))
        said.append(f"{name}: {value}" if name else value)
    return "; ".join(said)


# ---------------------------------------------------------------- dates


def taken(observation: Observation) -> str | None:
    """When it was observed: effective[x]'s date, instant or start. FHIR R4 Observation.effective[x]."""
    period = observation.effectivePeriod
    start, end = (period.start, period.end) if period is not None else (None, None)
    return wording.given(observation.effectiveDateTime, observation.effectiveInstant, start, end)


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
        label = part_name(part.code) or _("Part without a name")
        value = value_words(part)
        shown = flags.flag(part)
        flagged: Words = shown.words if shown else flags.interpretation_words(part.interpretation)
        if shown is not None and shown.computed:
            flagged = _now("%s (worked out by this page)") % shown.words
        addition = _("with an addition that may change what it means") if part.modifierExtension else ""
        said = (flagged, flags.usual_range(part.referenceRange), addition)
        beside = [str(words) for words in said if words]
        if value:
            yield Fact(label=label, value=" · ".join([value, *beside]))
            if (needless := needless_reason(part)) is not None:
                yield needless
        else:
            why = " · ".join([str(absence(part)), *beside])
            yield Fact(label=label, value=why, telling=Telling.ABSENT)
