"""The elements of an AllergyIntolerance that we show, and those of every one. FHIR R4 AllergyIntolerance."""

from __future__ import annotations

from msgspec import field

from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    Element,
    Extension,
    PrimitiveElement,
    tidy,
)
from records.kinds.stated import Stated, StatedHead


class Reaction(Element, frozen=True, kw_only=True):
    """FHIR R4 AllergyIntolerance.reaction."""

    substance: CodeableConcept | None = None
    manifestation: list[CodeableConcept] = []
    description: str | None = None
    onset: str | None = None
    severity: str | None = None
    exposureRoute: CodeableConcept | None = None
    note: list[Annotation] = []

    def __post_init__(self) -> None:
        """The severity as it is compared."""
        tidy(self, "severity")


class AllergyIntolerance(Stated, frozen=True, kw_only=True):
    """The elements of an AllergyIntolerance that we show."""

    type: str | None = None
    type_element: PrimitiveElement | None = field(name="_type", default=None)
    category: list[str | None] = []
    criticality: str | None = None
    criticality_element: PrimitiveElement | None = field(name="_criticality", default=None)
    lastOccurrence: str | None = None
    reaction: list[Reaction] = []


class ReactionHead(Element, frozen=True, kw_only=True):
    """How severe a reaction was."""

    severity: str | None = None

    def __post_init__(self) -> None:
        """The severity as it is compared."""
        tidy(self, "severity")


class AllergyHead(StatedHead, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    CODES = ("criticality",)

    category: list[str | None] = []
    criticality: str | None = None
    onsetDateTime: str | None = None
    reaction: list[ReactionHead] = []
    extension: list[Extension] = []
