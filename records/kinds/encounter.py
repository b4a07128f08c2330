"""The elements of an Encounter that we show, and those of every one. FHIR R4 Encounter."""

from __future__ import annotations

from msgspec import field

from records.fhir.elements import (
    CodeableConcept,
    Coding,
    Element,
    Head,
    Identifier,
    Named,
    Period,
    PrimitiveElement,
    Quantity,
    Reference,
    Resource,
)


class Participant(Element, frozen=True, kw_only=True):
    """FHIR R4 Encounter.participant."""

    type: list[CodeableConcept] = []
    period: Period | None = None
    individual: Reference | None = None


class Diagnosis(Element, frozen=True, kw_only=True):
    """FHIR R4 Encounter.diagnosis."""

    condition: Reference | None = None
    use: CodeableConcept | None = None
    rank: int | None = None


class Hospitalization(Element, frozen=True, kw_only=True):
    """FHIR R4 Encounter.hospitalization."""

    preAdmissionIdentifier: Identifier | None = None
    origin: Reference | None = None
    admitSource: CodeableConcept | None = None
    reAdmission: CodeableConcept | None = None
    dietPreference: list[CodeableConcept] = []
    specialCourtesy: list[CodeableConcept] = []
    specialArrangement: list[CodeableConcept] = []
    destination: Reference | None = None
    dischargeDisposition: CodeableConcept | None = None


class Place(Element, frozen=True, kw_only=True):
    """FHIR R4 Encounter.location."""

    location: Reference | None = None
    status: str | None = None
    physicalType: CodeableConcept | None = None
    period: Period | None = None


class StatusHistory(Element, frozen=True, kw_only=True):
    """FHIR R4 Encounter.statusHistory."""

    status: str | None = None
    period: Period | None = None


class ClassHistory(Element, frozen=True, kw_only=True):
    """FHIR R4 Encounter.classHistory."""

    class_: Coding | None = field(name="class", default=None)
    period: Period | None = None


class Encounter(Resource, frozen=True, kw_only=True):
    """The elements of an Encounter that we show."""

    contained: list[Named] = []
    identifier: list[Identifier] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    statusHistory: list[StatusHistory] = []
    class_: Coding | None = field(name="class", default=None)
    classHistory: list[ClassHistory] = []
    type: list[CodeableConcept] = []
    serviceType: CodeableConcept | None = None
    priority: CodeableConcept | None = None
    episodeOfCare: list[Reference] = []
    basedOn: list[Reference] = []
    participant: list[Participant] = []
    appointment: list[Reference] = []
    period: Period | None = None
    length: Quantity | None = None
    reasonCode: list[CodeableConcept] = []
    reasonReference: list[Reference] = []
    diagnosis: list[Diagnosis] = []
    hospitalization: Hospitalization | None = None
    location: list[Place] = []
    serviceProvider: Reference | None = None
    partOf: Reference | None = None


class EncounterHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    period: Period | None = None
