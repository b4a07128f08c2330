"""The datatypes of FHIR R4 as lenient structs: what elements of several kinds are made of. FHIR R4 datatypes.

Every field is optional, dates stay the record's own strings, numbers are `Decimal` with the digits of the record.
A code system gets its one address while it is read (`codes.canonical`).
"""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct, field
from msgspec.structs import force_setattr

from records.fhir.codes import canonical


class Element(Struct, frozen=True, kw_only=True, gc=False):
    """Base of everything read from FHIR JSON, which holds no circle: nobody need look for one (`gc`)."""


class Coding(Element, frozen=True, kw_only=True):
    """FHIR R4 Coding."""

    system: str | None = None
    code: str | None = None
    display: str | None = None
    display_element: PrimitiveElement | None = field(name="_display", default=None)
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
    text_element: PrimitiveElement | None = field(name="_text", default=None)

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
