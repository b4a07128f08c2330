"""What a drawing needs of a reading, and no more: its date, its numbers, how it was taken, how sure it is.

A long series has thousands of readings, of which a page words fifty. Ranges and interpretations repeat from reading to
reading, so that each is worked out once. FHIR R4 Observation; nothing is converted but to the units that were chosen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from records.fhir.codes import LOINC
from records.fhir.elements import CodeableConcept, Component, Observation, Quantity, ReferenceRange, Valued
from records.words import observing, units, wording
from records.words.interpretations import marked, told
from records.words.rows import Measure, Number, Row, Shown
from records.words.usual import Bounds, bounds, is_above, is_below

CHANGED, UNSURE = "changed", "unsure"
STATES = {
    **dict.fromkeys(("amended", "corrected", "appended"), CHANGED),
    **dict.fromkeys(("registered", "partial", "preliminary", "cancelled", "unknown"), UNSURE),
}
"""How sure a value is, by Observation.status; final is neither."""

POSITION = "8361-8"
POSITIONS = frozenset(
    {
        "http://hl7.org/fhir/StructureDefinition/observation-bodyPosition",
        "http://hl7.org/fhir/StructureDefinition/bodyPosition",
    }
)
"""Where the record says how the patient stood, sat or lay: LOINC's component, and the extension of FHIR."""

IN_ARTERY, BY_PULSE = "2708-6", "59408-5"
"""LOINC: two ways to oxygen saturation. US Core gives both to one by pulse."""


class Point(Shown, frozen=True):
    """One reading for a drawing.

    `iso`: its date or time as shown, as precise as recorded; empty where it has none. `numbers`: one, or the upper and
    lower of a blood pressure; none where there is no number. `value`: it in words, where its numbers and unit are not
    all of it. `how`: how it was taken, by method, place on the body and position, as recorded; readings that differ in
    it are no one line. `state`: `CHANGED` where it was corrected, `UNSURE` where it may still change or its status is
    not known, else empty.
    """

    iso: str = ""
    numbers: tuple[Number, ...] = ()
    unit: str = ""
    value: str = ""
    how: str = ""
    state: str = ""

    @property
    def said(self) -> str:
        """The value in words, without its unit: "< 5", "138/84"."""
        if self.value:
            return self.value
        return "/".join(f"{one.comparator} {wording.number(one.value)}".strip() for one in self.numbers)


@dataclass(slots=True)
class PointReader:
    """Reads Observations as points. `choice`: the units that the reader chose."""

    choice: str = ""
    _bounds: dict[tuple[bytes, str | None, str | None], Bounds | None] = field(default_factory=dict)
    _marked: dict[bytes, bool | None] = field(default_factory=dict)

    def point(self, observation: Observation) -> Point:
        """A reading as a point; one without numbers where it has none that can be drawn."""
        parts = observing.pressure_parts(observation) if observation.component else None
        recorded = wording.given(observing.taken(observation), observation.issued)
        status = observation.status or "final"
        found = Point(
            iso=wording.machine(recorded),
            how=how_taken(observation),
            state=STATES.get(status, "" if status == "final" else UNSURE),
        )
        if parts is not None:
            return self._pressure(observation, (parts.systolic, parts.diastolic), found)
        valued: Valued = observation
        if not _has_number(observation) and observation.component:
            valued = observing.number_part(observation) or observation
        quantity = valued.valueQuantity
        if quantity is None or quantity.value is None:
            return found
        numbers, name = (self.number(valued, is_flagged=self._is_told(observation)),), wording.unit(quantity)
        if self.choice:
            shown = Measure(value=wording.number(quantity.value), unit=name, numbers=numbers)
            shown = units.shown(shown, quantity, self.choice)
            numbers, name = (shown.numbers[0],), shown.unit
        return msgspec.structs.replace(found, numbers=numbers, unit=name)

    def _pressure(
        self, observation: Observation, both: tuple[Component | None, Component | None], found: Point
    ) -> Point:
        quantities = [part.valueQuantity for part in both if part is not None and _has_number(part)]
        names = {wording.unit(one) for one in quantities if one is not None}
        if len(names) != 1:
            return found
        is_flagged = self._is_told(observation)
        numbers = tuple(self.number(part, is_flagged=is_flagged) for part in both)
        whole = all(number.value is not None for number in numbers)
        value = "" if whole else str(observing.measure(observation).value)
        return msgspec.structs.replace(found, numbers=numbers, unit=names.pop(), value=value)

    def number(self, valued: Valued | None, *, is_flagged: bool | None = False) -> Number:
        """As `flags.exact`."""
        quantity = valued.valueQuantity if valued is not None else None
        if valued is None or quantity is None or quantity.value is None:
            return Number()
        given = self._given(valued, quantity) if valued.referenceRange else None
        said = self._is_told(valued)
        if said is None and given is not None:
            said = bool(is_below(quantity, given.low) or is_above(quantity, given.high))
        return Number(
            value=quantity.value,
            comparator=wording.comparator(quantity).strip(),
            low=given.low.value if given and given.low else None,
            high=given.high.value if given and given.high else None,
            flagged=bool(is_flagged or said),
        )

    def _given(self, valued: Valued, quantity: Quantity) -> Bounds | None:
        if valued.modifierExtension:
            return None
        name = _ranges(valued.referenceRange), quantity.unit, quantity.code
        if name not in self._bounds:
            self._bounds[name] = bounds(valued)
        return self._bounds[name]

    def _is_told(self, valued: Valued) -> bool | None:
        """Whether the record marks a value; None where it says nothing of it."""
        if not valued.interpretation:
            return None
        name = _concepts(valued.interpretation)
        if name not in self._marked:
            said = told(valued.interpretation)
            self._marked[name] = marked(said) is not None if said else None
        return self._marked[name]


def _has_number(valued: Valued) -> bool:
    return valued.valueQuantity is not None and valued.valueQuantity.value is not None


_encode = msgspec.json.Encoder().encode


def _ranges(ranges: list[ReferenceRange]) -> bytes:
    return _encode(ranges)


def _concepts(concepts: list[CodeableConcept]) -> bytes:
    return _encode(concepts)


def how_taken(observation: Observation) -> str:
    """How a reading was taken, as recorded: method, place on the body, position. Empty where nothing is said of it."""
    said = [wording.words_of(one) for one in (observation.method, observation.bodySite) if one is not None]
    for part in observation.component:
        if part.code is not None and part.code.has(LOINC, POSITION):
            said.append(observing.value_words(part))
    for one in observation.extension:
        if one.url in POSITIONS:
            said.append(wording.words_of(one.valueCodeableConcept) or one.valueString or "")
    code = observation.code
    if code is not None and code.has(LOINC, IN_ARTERY) and not code.has(LOINC, BY_PULSE):
        said.append(wording.words_of(code))
    return ", ".join(dict.fromkeys(filter(None, said)))


def point_of(row: Row) -> Point:
    """A finished row as a point, where no more is at hand."""
    measure = row.measure
    iso = row.when.iso if row.when is not None else ""
    if measure is None:
        return Point(iso=iso)
    numbers = () if all(one.value is None for one in measure.numbers) else measure.numbers
    return Point(iso=iso, numbers=numbers, unit=measure.unit, value=str(measure.value))
