"""How a medicine is taken: the instruction as written, else its parts in words. FHIR R4 Dosage."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records import wording
from records.fhir.elements import CodeableConcept, Element, Quantity, Range, Ratio
from records.kinds.timing import Timing, how_often
from records.rows import Fact


class DoseAndRate(Element, frozen=True, kw_only=True):
    """FHIR R4 Dosage.doseAndRate."""

    doseQuantity: Quantity | None = None
    doseRange: Range | None = None
    rateQuantity: Quantity | None = None
    rateRange: Range | None = None
    rateRatio: Ratio | None = None


class Dosage(Element, frozen=True, kw_only=True):
    """FHIR R4 Dosage."""

    sequence: int | None = None
    text: str | None = None
    patientInstruction: str | None = None
    additionalInstruction: list[CodeableConcept] = []
    timing: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededCodeableConcept: CodeableConcept | None = None
    route: CodeableConcept | None = None
    method: CodeableConcept | None = None
    doseAndRate: list[DoseAndRate] = []


def dose_line(dosage: Dosage) -> str:
    """How to take it: the instruction as written, else its parts put side by side."""
    if dosage.patientInstruction and dosage.patientInstruction.strip():
        return dosage.patientInstruction.strip()
    if dosage.text and dosage.text.strip():
        return dosage.text.strip()
    return ", ".join(
        part
        for part in (
            amount(dosage),
            wording.words_of(dosage.route),
            how_often(dosage.timing),
            as_needed(dosage),
        )
        if part
    )


def amount(dosage: Dosage) -> str:
    """How much at a time."""
    return ", ".join(
        said
        for dose in dosage.doseAndRate
        for said in (
            _at_a_time(dose.doseQuantity),
            wording.range_words(dose.doseRange),
            wording.quantity(dose.rateQuantity),
            wording.range_words(dose.rateRange),
            wording.ratio_words(dose.rateRatio),
        )
        if said
    )


def _at_a_time(dose: Quantity | None) -> str:
    """A dose in words. One without a unit says that it is one: "1, 2 times every day" could be read as a choice."""
    said = wording.quantity(dose)
    return _now("%s at a time") % said if said and dose is not None and not wording.unit(dose) else said


def as_needed(dosage: Dosage) -> str:
    """Whether only when needed, and for what."""
    reason = wording.words_of(dosage.asNeededCodeableConcept)
    if reason:
        return _now("if needed for %s") % reason
    return _now("if needed") if dosage.asNeededBoolean else ""


def dosage_facts(dosage: Dosage, said: str) -> Iterable[Fact | None]:
    """The parts of a dose; not the instruction that the entry's own line has `said` word for word."""
    if (dosage.text or "").strip() != said:
        yield wording.maybe(_("Instruction"), dosage.text, verbatim=True)
    if (dosage.patientInstruction or "").strip() not in {said, (dosage.text or "").strip()}:
        yield wording.maybe(_("Instruction to the patient"), dosage.patientInstruction, verbatim=True)
    yield wording.maybe(_("How much"), amount(dosage))
    yield wording.maybe(_("How often"), how_often(dosage.timing))
    yield wording.maybe(_("Only if needed"), as_needed(dosage))
    yield wording.maybe(_("How it is taken"), wording.words_of(dosage.route))
    yield wording.maybe(_("Method"), wording.words_of(dosage.method))
    yield wording.maybe(_("Also"), wording.all_words_of(dosage.additionalInstruction))
