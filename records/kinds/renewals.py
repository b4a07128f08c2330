"""Which prescriptions are renewals of one medicine, so that one drug does not stand many times among the past ones.

Only what is alike is put together: the same medicine, in the same state for the same recorded reason. A medicine that
was stopped early is never folded under one that was finished, and another strength is another medicine.
FHIR R4 MedicationRequest; US Core 5.0.1.
"""

from __future__ import annotations

from records.fhir.elements import CodeableConcept, Head, Named, Reference
from records.kinds.base import Same, code_name
from records.words import wording

PAST = frozenset({"completed", "stopped", "cancelled"})
SUGGESTIONS = frozenset({"proposal", "plan", "option"})


class MedicationHead(Head, frozen=True, kw_only=True):
    """What sorting, grouping and folding need of a MedicationRequest."""

    CODES = ("status", "intent")

    intent: str | None = None
    doNotPerform: bool | None = None
    reportedBoolean: bool | None = None
    reportedReference: Reference | None = None
    authoredOn: str | None = None
    statusReason: CodeableConcept | None = None
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    contained: list[Named] = []

    @property
    def is_reported(self) -> bool:
        """Whether somebody told the agency of it, who does not prescribe it. US Core MedicationRequest.reported[x]."""
        return bool(self.reportedBoolean) or self.reportedReference is not None


def same(head: MedicationHead) -> Same | None:
    """Which medicine a past entry is of, in which state; None for one that is not past, or does not tell."""
    if head.status not in PAST or not head.authoredOn:
        return None
    told = (head.doNotPerform or False, head.is_reported, head.intent in SUGGESTIONS)
    state = f"{head.status} {wording.words_of(head.statusReason)} {told}"
    if head.medicationCodeableConcept is not None:
        name = code_name(head.medicationCodeableConcept)
        return Same(f"{state} {name}") if name else None
    reference = head.medicationReference
    if reference is None or not reference.reference:
        return None
    if not reference.reference.startswith("#"):
        return Same(state, reference)
    contained = next((one for one in head.contained if f"#{one.id}" == reference.reference), None)
    name = next(filter(None, map(code_name, contained.concepts)), "") if contained is not None else ""
    return Same(f"{state} {name}") if name else None
