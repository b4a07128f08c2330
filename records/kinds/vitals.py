"""Vital signs: blood pressure, pulse, weight and their like. FHIR R4 Observation; US Core 5.0.1 vital signs."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import LOINC
from records.fhir.elements import Observation, Reference
from records.kinds import observed
from records.kinds.base import Group, Heading, Kind, Known, OnOverview, Search, by_code
from records.kinds.observed import ObservedHead
from records.words import flags, observing, plain_names, wording
from records.words.points import Point, PointReader
from records.words.rows import Fact, Measure, Row, Words, replace

NAME_MISSING = _("Unnamed reading")

MEASURES = {
    "85354-9": "blood-pressure",
    "8480-6": "blood-pressure-upper",
    "8462-4": "blood-pressure-lower",
    "8867-4": "pulse",
    "9279-1": "breathing",
    "8310-5": "temperature",
    "59408-5": "oxygen",
    "2708-6": "oxygen",
    "29463-7": "weight",
    "8302-2": "height",
    "39156-5": "bmi",
    "59576-9": "bmi-percentile",
    "9843-4": "head-size",
    "8289-1": "head-percentile",
    "77606-2": "weight-for-height",
}
"""LOINC codes of the US Core vital signs, as words for an address."""

NAMES: dict[str, Words] = {name: plain_names.NAMES[code] for code, name in MEASURES.items()}
"""Plain names, for readings that the record calls by LOINC's own name alone."""

PERCENTILES = frozenset({"59576-9", "8289-1", "77606-2"})
"""LOINC codes of growth percentiles, whose unit is % though the value is no share of anything."""


def series(head: ObservedHead) -> str | None:
    """Which measure it is: a word of ours where its LOINC code is a known one, else as for any test."""
    if head.code is not None and not head.hasMember:
        for coding in head.code.coding:
            if coding.system == LOINC and coding.code in MEASURES:
                return MEASURES[coding.code]
    return observed.series_by_code(head)


def to_row(observation: Observation, known: Known) -> Row:
    """One reading. A blood pressure is one reading of two numbers, never two."""
    name, _recorded = plain_names.named(observation.code)
    taken = observing.taken(observation)
    performers = ", ".join(filter(None, map(known.name, observation.performer)))
    when = wording.first_when((taken, ""), (observation.issued, observed.issued_label(observation)))
    return Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=wording.status(
            observing.STATUS, observation.status, absent=wording.absent_reason(observation.status_element)
        ),
        measure=_measure(observation),
        when=when,
        who=performers,
        facts=known.facts(_facts(observation, known, performers)),
        notes=known.notes(observation.note),
    )


def percentile(observation: Observation) -> Decimal | None:
    """The number of a growth percentile; None for any other reading."""
    quantity, code = observation.valueQuantity, observation.code
    if quantity is None or quantity.value is None or code is None or wording.unit(quantity) not in {"%", ""}:
        return None
    known = any(coding.system == LOINC and coding.code in PERCENTILES for coding in code.coding)
    return quantity.value if known and 0 <= quantity.value <= 100 else None


def _measure(observation: Observation) -> Measure:
    """The value; "percentile 45" instead of "45 %", which would read as a share of something."""
    found = observing.measure(observation)
    if percentile(observation) is None:
        return found
    return replace(found, value=_now("percentile %s") % found.value, unit="")


def to_point(observation: Observation, reader: PointReader, known: Known) -> Point:
    """A reading for a drawing; of a percentile the number alone, which is no share of anything."""
    found = observed.to_point(observation, reader, known)
    if percentile(observation) is None or not found.numbers:
        return found
    return replace(found, unit="", value=_now("percentile %s") % found.said)


def _percentile_facts(observation: Observation) -> Iterable[Fact]:
    """What a percentile means, and its value as recorded."""
    number, quantity = percentile(observation), observation.valueQuantity
    if number is None or quantity is None:
        return
    if not quantity.comparator:
        said = _now("Of 100 children of the same age and sex, about %s have a lower one.")
        yield Fact(label=_("What it means"), value=said % wording.number(number))
    yield Fact(label=_("Value in the record"), value=wording.quantity(quantity))


def _facts(observation: Observation, known: Known, performers: str) -> Iterable[Fact | None]:
    yield from _percentile_facts(observation)
    yield from flags.flag_facts(observation)
    yield from observing.part_facts(observation.component)
    yield from _missing_half(observation)
    yield from observing.absence_facts(observation)
    for member in observation.hasMember:
        yield observed.result_fact(_("Part of this set"), member, known, observation)
    yield observing.taken_fact(observation)
    yield wording.dated(observed.issued_label(observation), observation.issued)
    yield wording.fact(_("Taken by"), performers)
    yield wording.maybe(_("Kind of result"), observed.category_words(observation))
    yield wording.maybe(_("Where on the body"), wording.words_of(observation.bodySite))
    yield wording.maybe(_("How it was taken"), wording.words_of(observation.method))
    yield wording.maybe(_("With which device"), known.name(observation.device))
    yield from known.visits(observation.encounter, contained=observation.contained)
    yield wording.maybe(
        _("Worked out from"), ", ".join(filter(None, map(known.name, observation.derivedFrom)))
    )
    yield plain_names.recorded_name(observation.code)


def _missing_half(observation: Observation) -> Iterable[Fact]:
    """The half of a blood pressure that the entry does not even mention."""
    parts = observing.pressure_parts(observation)
    if parts is not None and parts.systolic is None:
        yield wording.fact(_("Upper number (systolic)"), "")
    if parts is not None and parts.diastolic is None:
        yield wording.fact(_("Lower number (diastolic)"), "")


def references(observation: Observation) -> Iterable[Reference]:
    """Who took it."""
    return observation.performer


KIND = Kind(
    slug="vitals",
    title=_("Vital signs"),
    plain=_("Measures such as blood pressure, pulse and weight, as they were taken."),
    nothing_came_back=_(
        "The agency’s system sent no vital signs. That does not always mean none were taken."
    ),
    group=Group.MEASURES,
    order=30,
    resource_type="Observation",
    searches=(Search(parameters=(("category", "vital-signs"),)),),
    model=Observation,
    head=ObservedHead,
    to_row=to_row,
    said=by_code(observing.STATUS),
    date_of=observed.date_of,
    place=observed.only(observed.VITALS),
    references=references,
    details=observed.details,
    sort="-date",
    date_parameter="date",
    series=series,
    to_point=to_point,
    series_names=NAMES,
    as_table=True,
    in_chosen_units=True,
    with_ages=True,
    headings=(Heading("all", _("Every reading"), _("Newest first"), now=True),),
    overview=OnOverview(title=_("Latest measures"), rows=3, order=50, more=_("All vital signs")),
)
