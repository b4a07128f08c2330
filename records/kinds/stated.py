"""What is stated of a patient's health, with what allergies and conditions have in common. FHIR R4 AllergyIntolerance,
Condition; US Core 5.0.1.

Whether it is so now and how sure that is are two codes; when it began, was recorded, by whom and who said it are
told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from msgspec import field

from records.fhir.codes import own
from records.fhir.elements import (
    Age,
    Annotation,
    CodeableConcept,
    Head,
    Named,
    Period,
    PrimitiveElement,
    Range,
    Reference,
    Resource,
)
from records.fhir.stated_none import Statement
from records.kinds import nothing
from records.kinds.base import Heading, Known, pointed
from records.kinds.claims import Way
from records.words import wording
from records.words.rows import Fact, Status, Words


class Stated(Resource, frozen=True, kw_only=True):
    """The elements that an AllergyIntolerance and a Condition share."""

    contained: list[Named] = []
    clinicalStatus: CodeableConcept | None = None
    verificationStatus: CodeableConcept | None = None
    code: CodeableConcept | None = None
    encounter: Reference | None = None
    onsetDateTime: str | None = None
    onsetDateTime_element: PrimitiveElement | None = field(name="_onsetDateTime", default=None)
    onsetAge: Age | None = None
    onsetPeriod: Period | None = None
    onsetRange: Range | None = None
    onsetString: str | None = None
    recordedDate: str | None = None
    recordedDate_element: PrimitiveElement | None = field(name="_recordedDate", default=None)
    recorder: Reference | None = None
    asserter: Reference | None = None
    note: list[Annotation] = []


class StatedHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need of both."""

    clinicalStatus: CodeableConcept | None = None
    code: CodeableConcept | None = None
    recordedDate: str | None = None


RULED_OUT = Status(words=_("Ruled out"), icon="circle-x")
PAST = frozenset({"inactive", "resolved"})
"""The codes of either clinicalStatus that say it is over. In remission is not over."""

WAYS = {
    "active": Way.NOW,
    "recurrence": Way.AGAIN,
    "relapse": Way.AGAIN,
    **dict.fromkeys(PAST, Way.PAST),
}
"""The codes of either clinicalStatus by what may be at odds. In remission is neither."""

REFUTED = Heading("refuted", _("Checked and ruled out"), _("Looked into, and found not to be so"))


@dataclass(frozen=True, slots=True)
class States:
    """What clinicalStatus and verificationStatus say of one type.

    Attributes:
        clinical_system, verification_system: whose codes these are.
        clinical, verification: what each of them means.
    """

    clinical_system: str
    verification_system: str
    clinical: Mapping[str, Status]
    verification: Mapping[str, Words]

    def clinical_of(self, entry: Stated | StatedHead) -> str | None:
        """The code of clinicalStatus."""
        return _code(entry.clinicalStatus, self.clinical_system)

    def verification_of(self, entry: Stated | StatedHead) -> str | None:
        """The code of verificationStatus."""
        return _code(entry.verificationStatus, self.verification_system)

    def is_refuted(self, entry: Stated | StatedHead) -> bool:
        """Whether it was ruled out: then it is never current, whatever else is said."""
        return self.verification_of(entry) == "refuted"

    def is_past(self, entry: Stated | StatedHead) -> bool:
        """Whether it is over."""
        return self.clinical_of(entry) in PAST

    def status(self, entry: Stated, statement: Statement | None = None) -> Status:
        """The state in words; what was ruled out, and what states that there is none, are told from what is current."""
        if self.is_refuted(entry):
            return RULED_OUT
        if statement is not None:
            return nothing.state(statement, is_over=self.is_past(entry))
        return wording.status(
            self.clinical, self.clinical_of(entry), absent=wording.absent_reason(entry.clinicalStatus)
        )

    def way(self, entry: Stated | StatedHead) -> Way | None:
        """How an entry has what it is of, for what may be at odds with it; None where that is not told."""
        if self.is_refuted(entry):
            return Way.RULED_OUT
        return WAYS.get(self.clinical_of(entry) or "")

    def certainty(self, entry: Stated) -> Words:
        """How sure it is, in words; empty where the record does not say."""
        code = self.verification_of(entry)
        return self.verification.get(code, code) if code else ""

    def certainty_facts(self, entry: Stated) -> Iterable[Fact]:
        """How sure it is, as facts."""
        yield wording.fact(
            _("How sure it is"),
            self.certainty(entry),
            absent=wording.absent_reason(entry.verificationStatus),
        )
        code = self.clinical_of(entry)
        if self.is_refuted(entry) and code:
            # It may have been thought current before it was ruled out; told, for it is what the record says.
            yield Fact(label=_("State as recorded"), value=wording.status(self.clinical, code).words)


def _code(concept: CodeableConcept | None, system: str) -> str | None:
    code = wording.concept_code(concept, system)
    return own(code) if code is not None else None


def started(entry: Stated) -> str:
    """onset[x] in words."""
    return wording.beginning(
        entry.onsetDateTime, entry.onsetPeriod, entry.onsetAge, entry.onsetRange, entry.onsetString
    )


def started_fact(entry: Stated) -> Fact:
    """When it began."""
    return wording.fact(
        _("Started"),
        started(entry),
        iso=entry.onsetDateTime or "",
        absent=wording.absent_reason(entry.onsetDateTime_element),
    )


def recorded_fact(entry: Stated) -> Fact:
    """When it was recorded, which is often long after it began."""
    return wording.fact(
        _("Recorded"),
        wording.moment(entry.recordedDate),
        iso=entry.recordedDate or "",
        absent=wording.absent_reason(entry.recordedDate_element),
    )


def who(entry: Stated, known: Known) -> str:
    """Who said it; where that is not recorded, who wrote it down."""
    recorder = known.name(entry.recorder, entry.contained)
    return known.told_by(entry.asserter, entry.contained) or (
        _now("Recorded by %s") % recorder if recorder else ""
    )


def references(entry: Stated) -> Iterable[Reference]:
    """The people, whose names a row tells."""
    return pointed(entry.recorder, entry.asserter)


def details(entry: Stated) -> Iterable[Reference]:
    """The visit, which the entry's own page tells besides."""
    return pointed(entry.encounter)
