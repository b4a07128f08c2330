"""The elements of FHIR R4 that several kinds read, as lenient structs. FHIR R4 datatypes; US Core 5.0.1.

Every field is optional, dates stay the record's own strings, numbers are `Decimal` with the digits of the
record. Field names are FHIR's. A kind declares a `Resource` with the elements that it shows; what is not
declared is not lost: an entry's page walks the whole resource.
"""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from msgspec import Struct, field
from msgspec.structs import force_setattr

from records.fhir.codes import ENTERED_IN_ERROR, canonical, own


class Element(Struct, frozen=True, kw_only=True, gc=False):
    """Base of everything read from FHIR JSON, which holds no circle: nobody need look for one (`gc`)."""


class Coding(Element, frozen=True, kw_only=True):
    """FHIR R4 Coding."""

    system: str | None = None
    code: str | None = None
    display: str | None = None
    userSelected: bool | None = None
    extension: list[Extension] = []

    def __post_init__(self) -> None:
        """A system by its one address, a code without blanks around it, so that both can simply be compared."""
        system, code = self.system, self.code
        if system is not None and (one := canonical(system)) != system:
            force_setattr(self, "system", one)
        if code is not None and (bare := code.strip()) is not code:
            force_setattr(self, "code", bare)


class CodeableConcept(Element, frozen=True, kw_only=True):
    """FHIR R4 CodeableConcept."""

    coding: list[Coding] = []
    text: str | None = None

    def has(self, system: str, *codes: str) -> bool:
        """Whether one of the codings is one of these codes of the system, by whichever address either names it."""
        one = canonical(system)
        return any(coding.system == one and coding.code in codes for coding in self.coding)


class Extension(Element, frozen=True, kw_only=True):
    """FHIR R4 Extension, with the values that are read by name."""

    url: str | None = None
    valueCode: str | None = None
    valueString: str | None = None
    valueDateTime: str | None = None
    valueBoolean: bool | None = None
    valueDecimal: Decimal | None = None
    valueInteger: int | None = None
    valueCoding: Coding | None = None
    valueCodeableConcept: CodeableConcept | None = None
    extension: list[Extension] = []


class PrimitiveElement(Element, frozen=True, kw_only=True):
    """What stands beside a primitive under its name with an underscore. FHIR R4 JSON, 2.6.2.2."""

    extension: list[Extension] = []


class Period(Element, frozen=True, kw_only=True):
    """FHIR R4 Period."""

    start: str | None = None
    end: str | None = None


class Identifier(Element, frozen=True, kw_only=True):
    """FHIR R4 Identifier."""

    use: str | None = None
    type: CodeableConcept | None = None
    system: str | None = None
    value: str | None = None
    value_element: PrimitiveElement | None = field(name="_value", default=None)
    period: Period | None = None


class Reference(Element, frozen=True, kw_only=True):
    """FHIR R4 Reference."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Quantity(Element, frozen=True, kw_only=True):
    """FHIR R4 Quantity."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None

    def __post_init__(self) -> None:
        """Refuses "NaN" and "Infinity", which a string may smuggle in: no comparison with them makes sense. The system
        of the unit gets its one address."""
        if self.value is not None and not self.value.is_finite():
            raise ValueError
        if self.system is not None and (one := canonical(self.system)) != self.system:
            force_setattr(self, "system", one)


class Range(Element, frozen=True, kw_only=True):
    """FHIR R4 Range."""

    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Element, frozen=True, kw_only=True):
    """FHIR R4 Ratio."""

    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Timing(Element, frozen=True, kw_only=True):
    """FHIR R4 Timing, as far as it is words and moments."""

    event: list[str | None] = []
    code: CodeableConcept | None = None


class Age(Quantity, frozen=True, kw_only=True):
    """FHIR R4 Age: a Quantity of time."""


class Annotation(Element, frozen=True, kw_only=True):
    """FHIR R4 Annotation."""

    authorReference: Reference | None = None
    authorString: str | None = None
    time: str | None = None
    text: str | None = None


class Attachment(Element, frozen=True, kw_only=True):
    """FHIR R4 Attachment. `data` is base64 as sent."""

    contentType: str | None = None
    language: str | None = None
    data: str | None = None
    url: str | None = None
    size: int | None = None
    hash: str | None = None
    title: str | None = None
    creation: str | None = None


class HumanName(Element, frozen=True, kw_only=True):
    """FHIR R4 HumanName."""

    use: str | None = None
    text: str | None = None
    family: str | None = None
    given: list[str | None] = []
    prefix: list[str | None] = []
    suffix: list[str | None] = []
    period: Period | None = None


class ContactPoint(Element, frozen=True, kw_only=True):
    """FHIR R4 ContactPoint."""

    system: str | None = None
    value: str | None = None
    value_element: PrimitiveElement | None = field(name="_value", default=None)
    use: str | None = None
    rank: int | None = None
    period: Period | None = None


class Address(Element, frozen=True, kw_only=True):
    """FHIR R4 Address."""

    use: str | None = None
    type: str | None = None
    text: str | None = None
    line: list[str | None] = []
    line_elements: list[PrimitiveElement | None] = field(name="_line", default=[])
    city: str | None = None
    district: str | None = None
    state: str | None = None
    postalCode: str | None = None
    country: str | None = None
    period: Period | None = None


class Narrative(Element, frozen=True, kw_only=True):
    """FHIR R4 Narrative. `div` is markup as sent, never to be trusted."""

    status: str | None = None
    div: str | None = None


class Meta(Element, frozen=True, kw_only=True):
    """FHIR R4 Meta."""

    versionId: str | None = None
    lastUpdated: str | None = None
    source: str | None = None
    profile: list[str] = []
    security: list[Coding] = []


def tidy(struct: Struct, *names: str) -> None:
    """Gives elements that hold codes of FHIR's own the form in which they are compared (`codes.own`)."""
    for name in names:
        code = getattr(struct, name, None)
        if isinstance(code, str) and (plain := own(code)) is not code:
            force_setattr(struct, name, plain)


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
