"""Builders of US Core 5.0.1 resources. Each fills what its profile makes mandatory; the caller says the rest.

Elements carry FHIR's own names and are passed as keywords; None leaves an element out. Every resource gets
`meta.versionId`, `meta.lastUpdated` and `meta.profile`.
"""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.codes import (
    CLINICAL_NOTE,
    US_CORE,
    cvx,
    loinc,
    terminology,
)

Json = dict[str, Any]


def reference(target: str, display: str | None = None) -> Json:
    """A Reference to `target`, e.g. "Practitioner/imani-cole"."""
    return {"reference": target, "display": display} if display else {"reference": target}


def concept(*codings: Json, text: str | None = None) -> Json:
    """A CodeableConcept. With no text given, the text is the first coding's display."""
    words = text if text is not None else next((c["display"] for c in codings if "display" in c), None)
    out: Json = {"coding": list(codings)} if codings else {}
    if words:
        out["text"] = words
    return out


def quantity(value: float, unit: str, code: str | None = None, **more: Any) -> Json:
    """A Quantity in UCUM; `code` is the UCUM code where it is not spelled like `unit`."""
    return {
        "value": value,
        "unit": unit,
        "system": "http://unitsofmeasure.org",
        "code": unit if code is None else code,
        **more,
    }


def period(start: str | None = None, end: str | None = None) -> Json:
    """A Period, open where a side is None."""
    return {key: value for key, value in (("start", start), ("end", end)) if value}


def narrative(*paragraphs: str) -> Json:
    """A generated Narrative. The words must not need escaping."""
    body = "".join(f"<p>{words}</p>" for words in paragraphs)
    return {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def note(words: str, when: str | None = None, author: str | None = None) -> Json:
    """An Annotation; `author` is a reference like "Practitioner/imani-cole"."""
    out: Json = {"text": words}
    if when:
        out["time"] = when
    if author:
        out["authorReference"] = reference(author)
    return out


def instant(when: str) -> str:
    """The FHIR `instant` at which something of the date `when` was last written: that moment, or its evening."""
    if "T" in when:
        return when
    day = {4: f"{when}-01-01", 7: f"{when}-01"}.get(len(when), when)
    return f"{day}T22:10:00Z"


def resource(
    resource_type: str,
    logical_id: str,
    *,
    updated: str,
    profile: str | tuple[str, ...] = (),
    version: str = "1",
    security: list[Json] | None = None,
    **elements: Any,
) -> Resource:
    """Any resource. `profile` are names of US Core profiles; `updated` is a date or dateTime."""
    profiles = (profile,) if isinstance(profile, str) else profile
    meta: Json = {"versionId": version, "lastUpdated": instant(updated)}
    if profiles:
        meta["profile"] = [f"{US_CORE}/StructureDefinition/{name}" for name in profiles]
    if security:
        meta["security"] = security
    kept = {name: value for name, value in elements.items() if value is not None}
    return {"resourceType": resource_type, "id": logical_id, "meta": meta, **kept}


def allergy(
    patient: str,
    logical_id: str,
    code: Json,
    *,
    recorded: str,
    clinical: str | None = "active",
    verification: str = "confirmed",
    **elements: Any,
) -> Resource:
    """An AllergyIntolerance. `clinical` must be None where `verification` is entered-in-error (invariant ait-2)."""
    return resource(
        "AllergyIntolerance",
        logical_id,
        profile="us-core-allergyintolerance",
        **{"updated": recorded, **elements},
        clinicalStatus=concept(terminology("allergyintolerance-clinical", clinical)) if clinical else None,
        verificationStatus=concept(terminology("allergyintolerance-verification", verification)),
        code=code,
        patient=reference(f"Patient/{patient}"),
        recordedDate=recorded,
    )


def reaction(*manifestations: Json, **elements: Any) -> Json:
    """One AllergyIntolerance.reaction."""
    return {"manifestation": list(manifestations), **elements}


def condition(
    patient: str,
    logical_id: str,
    code: Json,
    *,
    recorded: str,
    kind: str = "problem-list-item",
    clinical: str | None = "active",
    verification: str = "confirmed",
    category: list[Json] | None = None,
    **elements: Any,
) -> Resource:
    """A Condition. `kind` is problem-list-item, health-concern or encounter-diagnosis."""
    if kind == "health-concern":
        first = concept(
            {"system": f"{US_CORE}/CodeSystem/condition-category", "code": kind, "display": "Health Concern"}
        )
    else:
        first = concept(terminology("condition-category", kind))
    at_visit = kind == "encounter-diagnosis"
    return resource(
        "Condition",
        logical_id,
        profile=f"us-core-condition-{'encounter-diagnosis' if at_visit else 'problems-health-concerns'}",
        **{"updated": recorded, **elements},
        clinicalStatus=concept(terminology("condition-clinical", clinical)) if clinical else None,
        verificationStatus=concept(terminology("condition-ver-status", verification)),
        category=[first, *(category or [])],
        code=code,
        subject=reference(f"Patient/{patient}"),
        recordedDate=recorded,
    )


def medication_request(
    patient: str,
    logical_id: str,
    medication: Json,
    dose: str | Json | list[Json] | None,
    *,
    authored: str,
    requester: Json,
    status: str = "active",
    intent: str = "order",
    category: str = "community",
    **elements: Any,
) -> Resource:
    """A MedicationRequest. `medication` is a Reference or a CodeableConcept; `dose` words or Dosage objects."""
    named: Json = {
        "medicationReference" if "reference" in medication else "medicationCodeableConcept": medication
    }
    if isinstance(dose, str):
        dose = {"text": dose}
    return resource(
        "MedicationRequest",
        logical_id,
        profile="us-core-medicationrequest",
        **{"updated": authored, **elements},
        status=status,
        intent=intent,
        category=[concept(terminology("medicationrequest-category", category))],
        subject=reference(f"Patient/{patient}"),
        authoredOn=authored,
        requester=requester,
        dosageInstruction=[dose] if isinstance(dose, dict) else dose,
        **named,
    )


def document(
    patient: str,
    logical_id: str,
    kind: str | Json,
    attachments: list[Json],
    *,
    when: str,
    authors: list[Json] | None = None,
    encounter: str | None = None,
    covers: Json | None = None,
    **elements: Any,
) -> Resource:
    """A DocumentReference. `kind` is a LOINC code or a CodeableConcept; `covers` the period it is about."""
    context: Json = {}
    if encounter:
        context["encounter"] = [reference(f"Encounter/{encounter}")]
    if covers:
        context["period"] = covers
    plain: Json = {
        "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
        "code": "urn:ihe:iti:xds:2017:mimeTypeSufficient",
        "display": "mimeType Sufficient",
    }
    filled: Json = {
        "updated": when,
        "status": "current",
        "content": [{"attachment": one, "format": plain} for one in attachments],
        "identifier": [{"system": "https://harborlane.example/documents", "value": logical_id.upper()}],
        "category": [concept(CLINICAL_NOTE)],
        **elements,
    }
    return resource(
        "DocumentReference",
        logical_id,
        profile="us-core-documentreference",
        **filled,
        type=concept(loinc(kind)) if isinstance(kind, str) else kind,
        subject=reference(f"Patient/{patient}"),
        date=instant(when),
        author=authors,
        context=context or None,
    )


def encounter(
    patient: str,
    logical_id: str,
    kind: Json,
    *,
    start: str,
    end: str | None,
    practitioner: Json | None = None,
    where: str | None = "harbor-lane-main",
    status: str = "finished",
    act: str = "AMB",
    **elements: Any,
) -> Resource:
    """An Encounter. `kind` is its type; `act` a code of v3-ActCode (AMB, VR, IMP, EMER, HH)."""
    span = period(start, end)
    participant = None
    if practitioner:
        role = concept(terminology("v3-ParticipationType", "PPRF"))
        participant = [{"type": [role], "period": span, "individual": practitioner}]
    filled: Json = {
        "updated": end or start,
        "serviceProvider": reference("Organization/harbor-lane"),
        "class": terminology("v3-ActCode", act),
        **elements,
    }
    return resource(
        "Encounter",
        logical_id,
        profile="us-core-encounter",
        **filled,
        identifier=[{"system": "https://harborlane.example/visits", "value": logical_id.upper()}],
        status=status,
        type=[kind],
        subject=reference(f"Patient/{patient}"),
        participant=participant,
        period=span,
        location=[{"location": reference(f"Location/{where}")}] if where else None,
    )


def immunization(patient: str, logical_id: str, code: str, *, when: str, **elements: Any) -> Resource:
    """An Immunization by its CVX code."""
    return resource(
        "Immunization",
        logical_id,
        profile="us-core-immunization",
        **{
            "updated": when,
            "status": "completed",
            "primarySource": True,
            "vaccineCode": concept(cvx(code)),
            "occurrenceDateTime": when,
            **elements,
        },
        patient=reference(f"Patient/{patient}"),
    )
