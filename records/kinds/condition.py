"""The elements of a Condition that we show, those of every one, and its dates. FHIR R4 Condition."""

from __future__ import annotations

from msgspec import field

from records.fhir.elements import (
    Age,
    CodeableConcept,
    Element,
    Period,
    PrimitiveElement,
    Range,
    Reference,
)
from records.kinds.stated import Stated, StatedHead

ASSERTED_DATE = "http://hl7.org/fhir/StructureDefinition/condition-assertedDate"


class Stage(Element, frozen=True, kw_only=True):
    """FHIR R4 Condition.stage."""

    summary: CodeableConcept | None = None
    assessment: list[Reference] = []
    type: CodeableConcept | None = None


class Evidence(Element, frozen=True, kw_only=True):
    """FHIR R4 Condition.evidence."""

    code: list[CodeableConcept] = []
    detail: list[Reference] = []


class Condition(Stated, frozen=True, kw_only=True):
    """The elements of a Condition that we show."""

    category: list[CodeableConcept] = []
    severity: CodeableConcept | None = None
    bodySite: list[CodeableConcept] = []
    abatementDateTime: str | None = None
    abatementDateTime_element: PrimitiveElement | None = field(name="_abatementDateTime", default=None)
    abatementAge: Age | None = None
    abatementPeriod: Period | None = None
    abatementRange: Range | None = None
    abatementString: str | None = None
    stage: list[Stage] = []
    evidence: list[Evidence] = []


class ConditionHead(StatedHead, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    category: list[CodeableConcept] = []
    onsetDateTime: str | None = None
    onsetPeriod: Period | None = None
    abatementDateTime: str | None = None
    abatementPeriod: Period | None = None
