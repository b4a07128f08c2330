"""Builders of observations and diagnostic reports (US Core 5.0.1). See `building` for how they are called."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, quantity, reference, resource
from demo_server.people.codes import LAB, loinc, observation_category, terminology

Json = dict[str, Any]


def observation(
    patient: str,
    logical_id: str,
    code: Json,
    *,
    when: str | None,
    category: list[Json],
    profile: str | tuple[str, ...] = (),
    status: str = "final",
    **elements: Any,
) -> Resource:
    """An Observation; the value goes in under its own name, e.g. `valueQuantity=quantity(72, "kg")`."""
    return resource(
        "Observation",
        logical_id,
        profile=profile,
        **{"updated": when, **elements},
        status=status,
        category=category,
        code=code,
        subject=reference(f"Patient/{patient}"),
        effectiveDateTime=when,
    )


# The vital signs of US Core: LOINC code → profile, unit, UCUM code.
VITALS: dict[str, tuple[str, str, str]] = {
    "8867-4": ("us-core-heart-rate", "beats/minute", "/min"),
    "9279-1": ("us-core-respiratory-rate", "breaths/minute", "/min"),
    "8310-5": ("us-core-body-temperature", "C", "Cel"),
    "8302-2": ("us-core-body-height", "cm", "cm"),
    "29463-7": ("us-core-body-weight", "kg", "kg"),
    "39156-5": ("us-core-bmi", "kg/m2", "kg/m2"),
    "9843-4": ("us-core-head-circumference", "cm", "cm"),
    "8289-1": ("head-occipital-frontal-circumference-percentile", "%", "%"),
    "59576-9": ("pediatric-bmi-for-age", "%", "%"),
    "77606-2": ("pediatric-weight-for-height", "%", "%"),
}


def vital(patient: str, logical_id: str, code: str, value: float, *, when: str, **elements: Any) -> Resource:
    """A vital sign with one value, in the unit that its US Core profile fixes."""
    profile, unit, ucum = VITALS[code]
    return observation(
        patient,
        logical_id,
        concept(loinc(code)),
        when=when,
        category=[observation_category("vital-signs")],
        profile=(profile, "us-core-vital-signs"),
        valueQuantity=quantity(value, unit, ucum),
        **elements,
    )


def blood_pressure(
    patient: str, logical_id: str, systolic: int | None, diastolic: int | None, *, when: str, **elements: Any
) -> Resource:
    """A blood pressure panel in mm[Hg]; None stands for a side that could not be measured."""

    def side(code: str, value: int | None) -> Json:
        if value is None:
            return {
                "code": concept(loinc(code)),
                "dataAbsentReason": concept(terminology("data-absent-reason", "error")),
            }
        return {"code": concept(loinc(code)), "valueQuantity": quantity(value, "mmHg", "mm[Hg]")}

    return observation(
        patient,
        logical_id,
        concept(loinc("85354-9"), text="Blood pressure"),
        when=when,
        category=[observation_category("vital-signs")],
        profile=("us-core-blood-pressure", "us-core-vital-signs"),
        component=[side("8480-6", systolic), side("8462-4", diastolic)],
        **elements,
    )


def oxygen_saturation(patient: str, logical_id: str, value: float, *, when: str, **elements: Any) -> Resource:
    """A pulse oximetry reading, coded with both LOINC codes that its profile asks for."""
    return observation(
        patient,
        logical_id,
        concept(loinc("59408-5"), loinc("2708-6"), text="Oxygen saturation"),
        when=when,
        category=[observation_category("vital-signs")],
        profile=("us-core-pulse-oximetry", "us-core-vital-signs"),
        valueQuantity=quantity(value, "%"),
        **elements,
    )


def laboratory(
    patient: str, logical_id: str, code: str, *, when: str, flag: str | None = None, **elements: Any
) -> Resource:
    """A laboratory result. `flag` is a code of v3-ObservationInterpretation (H, L, N, HH …)."""
    return observation(
        patient,
        logical_id,
        concept(loinc(code)),
        when=when,
        category=[observation_category("laboratory")],
        profile="us-core-observation-lab",
        interpretation=[concept(terminology("v3-ObservationInterpretation", flag))] if flag else None,
        **elements,
    )


def usual(low: float | None, high: float | None, unit: str, code: str | None = None) -> list[Json]:
    """One reference range, open on the side that is None."""
    sides = (("low", low), ("high", high))
    return [{name: quantity(value, unit, code) for name, value in sides if value is not None}]


def laboratory_report(
    patient: str, logical_id: str, code: str, *, when: str, issued: str, results: list[str], **elements: Any
) -> Resource:
    """A DiagnosticReport of a laboratory; `results` are ids of Observations."""
    return resource(
        "DiagnosticReport",
        logical_id,
        profile="us-core-diagnosticreport-lab",
        **{"updated": issued, "status": "final", "code": concept(loinc(code)), **elements},
        category=[concept(LAB)],
        subject=reference(f"Patient/{patient}"),
        effectiveDateTime=when,
        issued=issued,
        result=[reference(f"Observation/{one}") for one in results],
    )


def note_report(
    patient: str, logical_id: str, code: str, category: str, *, when: str, issued: str, **elements: Any
) -> Resource:
    """A DiagnosticReport of imaging, cardiology or pathology; `category` is the LOINC part (LP29684-5 …)."""
    return resource(
        "DiagnosticReport",
        logical_id,
        profile="us-core-diagnosticreport-note",
        **{"updated": issued, "status": "final", **elements},
        category=[concept(loinc(category))],
        code=concept(loinc(code)),
        subject=reference(f"Patient/{patient}"),
        effectiveDateTime=when,
        issued=issued,
    )
