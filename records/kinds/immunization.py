"""The elements of an Immunization that we show, and those of every one. FHIR R4 Immunization."""

from __future__ import annotations

from msgspec import field

from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    Element,
    Head,
    Named,
    PrimitiveElement,
    Quantity,
    Reference,
    Resource,
)


class Performer(Element, frozen=True, kw_only=True):
    """FHIR R4 Immunization.performer."""

    function: CodeableConcept | None = None
    actor: Reference | None = None


class Education(Element, frozen=True, kw_only=True):
    """FHIR R4 Immunization.education."""

    documentType: str | None = None
    reference: str | None = None
    publicationDate: str | None = None
    presentationDate: str | None = None


class Reaction(Element, frozen=True, kw_only=True):
    """FHIR R4 Immunization.reaction."""

    date: str | None = None
    detail: Reference | None = None
    reported: bool | None = None


class ProtocolApplied(Element, frozen=True, kw_only=True):
    """FHIR R4 Immunization.protocolApplied."""

    series: str | None = None
    authority: Reference | None = None
    targetDisease: list[CodeableConcept] = []
    doseNumberPositiveInt: int | None = None
    doseNumberString: str | None = None
    seriesDosesPositiveInt: int | None = None
    seriesDosesString: str | None = None


class Immunization(Resource, frozen=True, kw_only=True):
    """The elements of an Immunization that we show."""

    contained: list[Named] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    statusReason: CodeableConcept | None = None
    vaccineCode: CodeableConcept | None = None
    encounter: Reference | None = None
    occurrenceDateTime: str | None = None
    occurrenceDateTime_element: PrimitiveElement | None = field(name="_occurrenceDateTime", default=None)
    occurrenceString: str | None = None
    recorded: str | None = None
    primarySource: bool | None = None
    primarySource_element: PrimitiveElement | None = field(name="_primarySource", default=None)
    reportOrigin: CodeableConcept | None = None
    location: Reference | None = None
    manufacturer: Reference | None = None
    lotNumber: str | None = None
    expirationDate: str | None = None
    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    doseQuantity: Quantity | None = None
    performer: list[Performer] = []
    note: list[Annotation] = []
    reasonCode: list[CodeableConcept] = []
    reasonReference: list[Reference] = []
    isSubpotent: bool | None = None
    subpotentReason: list[CodeableConcept] = []
    education: list[Education] = []
    programEligibility: list[CodeableConcept] = []
    fundingSource: CodeableConcept | None = None
    reaction: list[Reaction] = []
    protocolApplied: list[ProtocolApplied] = []


class ImmunizationHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    vaccineCode: CodeableConcept | None = None
    occurrenceDateTime: str | None = None
    occurrenceString: str | None = None
    recorded: str | None = None
