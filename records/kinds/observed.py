"""What every section of Observations shares: which one an Observation stands in, its date, its series.

Each Observation stands in exactly one section. Sections ask by category, so an Observation of two categories
arrives twice; `section_of` decides, and the other section's `place` says None. What no section claims stands
under "Other results", which asks for everything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import ENTERED_IN_ERROR, LOINC
from records.fhir.elements import CodeableConcept, Head, Named, Observation, Period, Reference
from records.kinds.base import Known, pointed
from records.words import flags, observing, plain_names, self_harm, wording
from records.words.points import Point, PointReader
from records.words.rows import Fact, Measure, Row, Telling, Words, replace

NAME_MISSING = _("Unnamed result")
REGISTERED = "registered"
"""The status of a result that was only ordered. FHIR R4 Observation.status."""

VITALS = "vitals"
LABORATORY = "laboratory"
IMAGING = "imaging"
CLINICAL_TESTS = "clinical-tests"
QUESTIONNAIRES = "questionnaires"
LIFE = "life"
OTHER = "other"

CATEGORIES: dict[str, tuple[str, ...]] = {
    VITALS: ("vital-signs",),
    LABORATORY: ("laboratory",),
    IMAGING: ("imaging",),
    CLINICAL_TESTS: ("clinical-test", "procedure", "exam", "therapy", "activity"),
    QUESTIONNAIRES: ("survey",),
    LIFE: ("social-history", "sdoh"),
}
"""The category codes that each section asks for, strongest claim first. HL7 observation-category and US Core's own.

A code counts in any code system, as it does in the search `category=code`.
"""

CATEGORY_WORDS: dict[str, Words] = {
    "vital-signs": _("Vital sign"),
    "laboratory": _("Laboratory result"),
    "imaging": _("Imaging"),
    "clinical-test": _("Clinical test"),
    "procedure": _("Procedure"),
    "exam": _("Examination"),
    "therapy": _("Therapy"),
    "activity": _("Physical activity"),
    "survey": _("Questionnaire"),
    "social-history": _("Life and habits"),
    "sdoh": _("Social or living situation"),
    "functional-status": _("What the patient can do day by day"),
    "disability-status": _("Disability"),
    "cognitive-status": _("Memory and thinking"),
}
"""The category codes of HL7 and of US Core, for those that come without words."""

_SECTIONS = (*CATEGORIES, OTHER)
_CLAIMS = {code: place for place, codes in enumerate(CATEGORIES.values()) for code in codes}
"""Each category code's place among the sections: a smaller one is a stronger claim."""

LIFE_CODES = frozenset({"76690-7", "72166-2"})
"""LOINC: sexual orientation, which has no category in US Core, and smoking status. Always in "About my life"."""

REPORT_DATE = "urn:insync-portal:date-of-the-report"
"""Our own sign, never a server's: the date that a result inside a report has from it."""

DATE_OF_REPORT = _("Date of the report")

NO_SYSTEM = "-"
LONGEST_NAME = 200
"""Bytes: an encrypted one must fit into an address."""


class ObservedHead(Head, frozen=True, kw_only=True):
    """What sorting Observations, parting them by section and telling tests apart need."""

    category: list[CodeableConcept] = []
    code: CodeableConcept | None = None
    effectiveDateTime: str | None = None
    effectiveInstant: str | None = None
    effectivePeriod: Period | None = None
    issued: str | None = None
    hasMember: list[Reference] = []


def section_of(head: ObservedHead) -> str:
    """Which section an Observation stands in, by one of the names above; `OTHER` where no category is known."""
    # Plain loops: this is asked of every Observation of a record, and a long one has thousands.
    if head.code is not None:
        for coding in head.code.coding:
            if coding.code in LIFE_CODES and coding.system == LOINC:
                return LIFE
    strongest = len(_SECTIONS) - 1
    for concept in head.category:
        for coding in concept.coding:
            if coding.code is not None:
                claim = _CLAIMS.get(coding.code)
                if claim is not None and claim < strongest:
                    strongest = claim
    return _SECTIONS[strongest]


def only(section: str, heading: str = "all") -> Callable[[ObservedHead], str | None]:
    """A `Kind.place` that keeps what stands in this section under one heading, and leaves the rest to others."""
    return lambda head: heading if section_of(head) == section else None


def date_of(head: ObservedHead) -> str | None:
    """When it was taken; where that is not said, when it was issued."""
    period = head.effectivePeriod
    start, end = (period.start, period.end) if period is not None else (None, None)
    return wording.given(head.effectiveDateTime, head.effectiveInstant, start, end, head.issued)


def series_by_code(head: ObservedHead) -> str | None:
    """Which test or measure it is: by its LOINC code, else its first code, else its text; None for a panel.

    One code of two systems is two tests; so is a code of none, and the same word without a code. It always holds a
    bar, so that no address takes it for a word of ours; a very long one is hashed.
    """
    return None if head.hasMember else name_by_code(head)


def name_by_code(head: ObservedHead) -> str | None:
    """The same for panels too."""
    if head.code is None:
        return None
    codes = [coding for coding in head.code.coding if coding.code]
    codes.sort(key=lambda coding: coding.system != LOINC)
    if codes:
        return _own_name(f"{codes[0].system or NO_SYSTEM}|{codes[0].code}")
    return _own_name(f"|{head.code.text}") if head.code.text else None


def _own_name(name: str) -> str:
    said = name.encode()
    return name if len(said) <= LONGEST_NAME else f"|{hashlib.sha256(said).hexdigest()}"


# ---------------------------------------------------------------- results of tests


def to_row(observation: Observation, known: Known) -> Row:
    """One result of a test, with its value as recorded. A result without a value says why."""
    name, _recorded = plain_names.named(observation.code)
    performers = known.names(observation.performer, observation.contained)
    when = wording.first_when(
        (observing.taken(observation), ""),
        (observation.issued, issued_label(observation)),
        (report_date(observation), DATE_OF_REPORT),
    )
    return Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=wording.status(
            observing.STATUS, observation.status, absent=wording.absent_reason(observation.status_element)
        ),
        measure=measured(observation),
        when=when,
        who=performers,
        facts=known.facts(_facts(observation, known, performers)),
        notes=known.notes(observation.note),
        crisis=self_harm.speaks((observation, *observation.component)),
    )


def _facts(observation: Observation, known: Known, performers: Words) -> Iterable[Fact | None]:
    yield from flags.flag_facts(observation)
    yield from observing.part_facts(observation.component)
    yield from observing.absence_facts(observation)
    for member in observation.hasMember:
        yield result_fact(_("Part of this set"), member, known, observation)
    yield from circumstances(observation, known, performers)
    for source in observation.derivedFrom:
        yield result_fact(_("Worked out from"), source, known, observation)
    yield wording.maybe(_("Number of the result"), numbers_of(observation))
    yield plain_names.recorded_name(observation.code)


def report_date(observation: Observation) -> str | None:
    """The date of the report that a result stands inside of, where it has none of its own (`kinds.inside`)."""
    return next((one.valueDateTime for one in observation.extension if one.url == REPORT_DATE), None)


def issued_label(observation: Observation) -> Words:
    """What the date of issue is: a result that was only ordered is not ready."""
    return _("Entered") if observation.status == REGISTERED else _("Result ready")


def numbers_of(observation: Observation) -> str:
    """The agency's own numbers of it."""
    return ", ".join(i.value for i in observation.identifier if i.value)


def circumstances(observation: Observation, known: Known, performers: Words) -> Iterable[Fact | None]:
    """When, by whom, on what and with what it was taken, and what it belongs to."""
    within = observation.contained
    yield observing.taken_fact(observation)
    yield wording.dated(issued_label(observation), observation.issued)
    yield wording.dated(DATE_OF_REPORT, report_date(observation))
    yield wording.fact(
        _("Done by"), performers, absent=known.unnamed(next(iter(observation.performer), None))
    )
    yield wording.maybe(_("Kind of result"), category_words(observation))
    yield known.maybe(_("Sample"), observation.specimen, within)
    yield wording.maybe(_("Where on the body"), wording.words_of(observation.bodySite))
    yield wording.maybe(_("How it was done"), wording.words_of(observation.method))
    yield wording.maybe(_("With which device"), known.name(observation.device, within))
    yield wording.maybe(_("About"), known.names(observation.focus, within))
    yield wording.maybe(_("Ordered as"), known.names(observation.basedOn, within))
    yield wording.maybe(_("Belongs to"), known.names(observation.partOf, within))
    yield from known.visits(observation.encounter, contained=within)


def category_words(observation: Observation) -> str:
    """What kind of result it is, as recorded; in our words where that came as a code alone."""
    kinds = [str(wording.named_or(CATEGORY_WORDS, concept)) for concept in observation.category]
    return ", ".join(filter(None, kinds))


def result_fact(label: Words, reference: Reference, known: Known, observation: Observation) -> Fact:
    """A result that an entry names, as a fact; that it is there, where it cannot be told."""
    return Fact(
        label=label, value=result_words(reference, known, observation.contained) or known.unnamed(reference)
    )


def measured(observation: Observation) -> Measure:
    """The value; of a test that was only ordered, that there is none yet."""
    found = observing.measure(observation)
    if (
        found.telling is Telling.ABSENT
        and not observation.dataAbsentReason
        and observation.status == REGISTERED
    ):
        return replace(found, value=_("No result yet"))
    return found


def to_point(observation: Observation, reader: PointReader, _known: Known) -> Point:
    """A result for a drawing; one that is inside a report may have its date from there."""
    found = reader.point(observation)
    if found.iso:
        return found
    return replace(found, iso=wording.machine(report_date(observation)))


def result_words(reference: Reference, known: Known, contained: Sequence[Named] = ()) -> str:
    """A result that is pointed to, by its name and, where it was read along, its value: "Glucose: 98 mg/dL"."""
    found = known.observation(reference)
    if found is None:
        return known.name(reference, contained)
    name = str(plain_names.named(found.code)[0]) or known.bare_name(reference, contained)
    if found.status == ENTERED_IN_ERROR:
        return _now("%s: removed by the clinic as a mistake") % (name or NAME_MISSING)
    value_of_it = measured(found)
    value = f"{value_of_it.value} {value_of_it.unit}".strip()
    beside = [
        str(words)
        for words in (value_of_it.flag.words if value_of_it.flag else "", value_of_it.usual_range)
        if words
    ]
    said = " · ".join([value, *beside])
    return f"{name}: {said}" if name else said


def has_row(reference: Reference, known: Known, contained: Sequence[Named] = ()) -> bool:
    """Whether a result that is pointed to is contained or was read along, and stands as a row, not as a fact."""
    if (reference.reference or "").startswith("#"):
        inside = known.resource(reference, contained)
        return inside is not None and inside.resourceType == "Observation"
    found = known.observation(reference)
    return found is not None and found.status != ENTERED_IN_ERROR


def references(observation: Observation) -> Iterable[Reference]:
    """Who did it."""
    return observation.performer


def details(observation: Observation) -> Iterable[Reference]:
    """The results that belong to it or that it was worked out from, and the visit."""
    return pointed(*observation.hasMember, *observation.derivedFrom, observation.encounter)
