"""The elements of FHIR R4 that several kinds read, as lenient structs. FHIR R4 datatypes; US Core 5.0.1.

Every field is optional, dates stay the record's own strings, numbers are `Decimal` with the digits of the
record. Field names are FHIR's. A kind declares a `Resource` with the elements that it shows; what is not
declared is not lost: an entry's page walks the whole resource.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field
from msgspec.structs import force_setattr

from records.fhir.codes import ENTERED_IN_ERROR, own
from records.fhir.datatypes import (
    Address,
    Age,
    Annotation,
    Attachment,
    CodeableConcept,
    Coding,
    ContactPoint,
    Element,
    Extension,
    HumanName,
    Identifier,
    Meta,
    Narrative,
    Period,
    PrimitiveElement,
    Quantity,
    Range,
    Ratio,
    Reference,
    Timing,
)

__all__ = [
    "Address",
    "Age",
    "Annotation",
    "Attachment",
    "CodeableConcept",
    "Coding",
    "Component",
    "ContactPoint",
    "Element",
    "Extension",
    "Head",
    "HumanName",
    "Identifier",
    "Ingredient",
    "Meta",
    "Named",
    "NamedDevice",
    "Narrative",
    "Observation",
    "Period",
    "PrimitiveElement",
    "Quantity",
    "Range",
    "Ratio",
    "Reference",
    "ReferenceRange",
    "Resource",
    "SampledData",
    "Timing",
    "Valued",
    "is_taken_back",
    "tidy",
]


def tidy(struct: Struct, *names: str) -> None:
    """Gives elements that hold codes of FHIR's own the form in which they are compared (`codes.own`)."""
    for name in names:
        code = getattr(struct, name, None)
        if isinstance(code, str) and (plain := own(code)) is not code:
            force_setattr(struct, name, plain)


def is_newer(one: Meta | None, other: Meta | None, moment: Callable[[str | None], str]) -> bool:
    """Whether of two versions of one id the first is the newer one: by a number as `versionId`, else by `lastUpdated`.

    What neither tells is not newer. FHIR R4 Resource.meta; its versionId may be any string, which then says nothing.

    Args:
        moment: puts an instant into text that compares.
    """
    if one is None or other is None:
        return False
    versions = one.versionId or "", other.versionId or ""
    if all(version.isascii() and version.isdigit() for version in versions):
        first, second = (version.lstrip("0") for version in versions)
        if first != second:
            return (len(first), first) > (len(second), second)
    updated = moment(one.lastUpdated), moment(other.lastUpdated)
    return all(updated) and updated[0] > updated[1]


class Resource(Element, frozen=True, kw_only=True):
    """What every resource has. A kind's own struct adds the elements that it shows."""

    CODES: ClassVar[tuple[str, ...]] = (
        "status",
        "lifecycleStatus",
        "docStatus",
        "intent",
        "criticality",
        "type",
    )
    """Elements that hold a code of FHIR's own, where a type has them as such."""

    resourceType: str = ""
    id: str | None = None
    meta: Meta | None = None
    language: str | None = None
    extension: list[Extension] = []
    implicitRules: str | None = None

    def __post_init__(self) -> None:
        """Codes as they are compared."""
        tidy(self, *self.CODES)


def is_taken_back(status: str | None, verification: CodeableConcept | None = None) -> bool:
    """Whether a status, or a verificationStatus, says that an entry was made by mistake. Plain loops: every entry of a
    long list is asked."""
    if status is not None and own(status) == ENTERED_IN_ERROR:
        return True
    if verification is None:
        return False
    for coding in verification.coding:
        if coding.code is not None and own(coding.code) == ENTERED_IN_ERROR:
            return True
    return verification.text is not None and own(verification.text) == ENTERED_IN_ERROR


class NamedDevice(Element, frozen=True, kw_only=True):
    """FHIR R4 Device.deviceName."""

    name: str | None = None
    type: str | None = None


class Ingredient(Element, frozen=True, kw_only=True):
    """FHIR R4 Medication.ingredient and Substance.ingredient, as far as they are a name."""

    itemCodeableConcept: CodeableConcept | None = None
    substanceCodeableConcept: CodeableConcept | None = None


class Named(Resource, frozen=True, kw_only=True):
    """A resource that others point to and that we need the name of, or how to reach it: Practitioner, Organization,
    Location, Medication, PractitionerRole, Goal and so on, contained ones too.

    One name of an element is of different shapes in different types (PractitionerRole.code is a list, Group.type a
    code): each shape that R4 knows is read, so that what is lawful in one type spoils no entry that contains it.
    """

    name: list[HumanName] | HumanName | str | None = None
    title: str | None = None
    code: list[CodeableConcept] | CodeableConcept | str | None = None
    description: CodeableConcept | str | None = None
    telecom: list[ContactPoint] = []
    type: list[CodeableConcept] | CodeableConcept | str | bool | None = None
    specialty: list[CodeableConcept] = []
    deviceName: list[NamedDevice] | str | None = None
    ingredient: list[Ingredient] = []
    period: Period | None = None
    practitioner: Reference | None = None
    organization: list[Reference] | Reference | None = None
    status: CodeableConcept | str | None = None
    lifecycleStatus: str | None = None
    verificationStatus: CodeableConcept | None = None

    @property
    def is_entered_in_error(self) -> bool:
        """Whether the record itself takes it back."""
        status = self.status if isinstance(self.status, str) else None
        return is_taken_back(status, self.verificationStatus) or is_taken_back(self.lifecycleStatus)

    @property
    def concepts(self) -> list[CodeableConcept]:
        """What `code` says, be it one or several."""
        if isinstance(self.code, CodeableConcept):
            return [self.code]
        return self.code if isinstance(self.code, list) else []

    @property
    def types(self) -> list[CodeableConcept]:
        """What `type` says, be it one or several."""
        if isinstance(self.type, CodeableConcept):
            return [self.type]
        return self.type if isinstance(self.type, list) else []


class Head(Element, frozen=True, kw_only=True):
    """The least that every entry is read as: enough to check whose it is, to sort, count and group.

    A kind that groups or sorts by more declares a subclass.
    """

    resourceType: str = ""
    id: str | None = None
    status: str | None = None
    lifecycleStatus: str | None = None
    subject: Reference | None = None
    patient: Reference | None = None
    verificationStatus: CodeableConcept | None = None
    meta: Meta | None = None
    modifierExtension: list[Extension] = []

    CODES: ClassVar[tuple[str, ...]] = ("status",)
    """Elements that hold a code of FHIR's own. Those of thousands of entries are looked at: no more than are needed."""

    def __post_init__(self) -> None:
        """Codes as they are compared."""
        for name in self.CODES:
            code = getattr(self, name)
            if code is not None and (plain := own(code)) is not code:
                force_setattr(self, name, plain)

    @property
    def is_entered_in_error(self) -> bool:
        """Whether the record itself takes this entry back. FHIR R4: `status`, `verificationStatus`, or a Goal's
        `lifecycleStatus`."""
        if self.verificationStatus is None and self.lifecycleStatus is None:  # as nearly all are
            return self.status is not None and own(self.status) == ENTERED_IN_ERROR
        return is_taken_back(self.status, self.verificationStatus) or is_taken_back(self.lifecycleStatus)


class ReferenceRange(Element, frozen=True, kw_only=True):
    """FHIR R4 Observation.referenceRange."""

    low: Quantity | None = None
    high: Quantity | None = None
    type: CodeableConcept | None = None
    appliesTo: list[CodeableConcept] = []
    age: Range | None = None
    text: str | None = None
    modifierExtension: list[Extension] = []

    @property
    def type_is_normal(self) -> bool:
        """Whether it says that it is the usual range, and not a treatment or recommended one."""
        return self.type is not None and any(c.code == "normal" for c in self.type.coding)


class SampledData(Element, frozen=True, kw_only=True):
    """FHIR R4 SampledData, of which only what can be put in words is read."""

    origin: Quantity | None = None
    period: Decimal | None = None
    dimensions: int | None = None
    data: str | None = None


class Valued(Element, frozen=True, kw_only=True):
    """value[x] of an Observation or of one of its components, with what belongs to it."""

    code: CodeableConcept | None = None
    valueQuantity: Quantity | None = None
    valueCodeableConcept: CodeableConcept | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    valueInteger: int | None = None
    valueRange: Range | None = None
    valueRatio: Ratio | None = None
    valueSampledData: SampledData | None = None
    valueTime: str | None = None
    valueDateTime: str | None = None
    valuePeriod: Period | None = None
    dataAbsentReason: CodeableConcept | None = None
    interpretation: list[CodeableConcept] = []
    referenceRange: list[ReferenceRange] = []
    modifierExtension: list[Extension] = []


class Component(Valued, frozen=True, kw_only=True):
    """FHIR R4 Observation.component."""


class Observation(Valued, frozen=True, kw_only=True):
    """The elements of an Observation that we show. FHIR R4 Observation; US Core 5.0.1.

    It repeats the fields of `Resource`: two structs with fields cannot both be bases.
    """

    resourceType: str = ""
    id: str | None = None
    meta: Meta | None = None
    language: str | None = None
    extension: list[Extension] = []
    implicitRules: str | None = None
    contained: list[Named] = []
    identifier: list[Identifier] = []
    basedOn: list[Reference] = []
    partOf: list[Reference] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    category: list[CodeableConcept] = []
    subject: Reference | None = None
    focus: list[Reference] = []
    encounter: Reference | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    effectiveTiming: Timing | None = None
    effectiveInstant: str | None = None
    issued: str | None = None
    performer: list[Reference] = []
    note: list[Annotation] = []
    bodySite: CodeableConcept | None = None
    method: CodeableConcept | None = None
    specimen: Reference | None = None
    device: Reference | None = None
    hasMember: list[Reference] = []
    derivedFrom: list[Reference] = []
    component: list[Component] = []

    def __post_init__(self) -> None:
        """The status as it is compared."""
        tidy(self, "status")
