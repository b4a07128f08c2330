"""Medications: what was prescribed, ordered or reported. FHIR R4 MedicationRequest; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    Element,
    Identifier,
    Named,
    Period,
    PrimitiveElement,
    Quantity,
    Reference,
    Resource,
)
from records.fhir.stated_none import Statement, Subject, told
from records.kinds import nothing, renewals
from records.kinds.base import (
    NONE,
    OTHERS,
    Group,
    Heading,
    Kind,
    Known,
    OnOverview,
    Search,
    by_code,
    code_name,
)
from records.kinds.claims import Claim, Way
from records.kinds.dosing import Dosage, dosage_facts, in_order, instruction
from records.kinds.renewals import PAST, MedicationHead
from records.words import wording
from records.words.rows import Fact, Row, Status, Telling, Words, replace

from msgspec import field  # isort: skip

INTENTS = (
    "order",
    "plan",
    "proposal",
    "original-order",
    "reflex-order",
    "filler-order",
    "instance-order",
    "option",
)
"""All eight codes of MedicationRequest.intent. US Core makes servers answer `patient` with `intent`."""


class DispenseRequest(Element, frozen=True, kw_only=True):
    """FHIR R4 MedicationRequest.dispenseRequest."""

    validityPeriod: Period | None = None
    numberOfRepeatsAllowed: int | None = None
    quantity: Quantity | None = None
    expectedSupplyDuration: Quantity | None = None


class MedicationRequest(Resource, frozen=True, kw_only=True):
    """The elements of a MedicationRequest that we show."""

    contained: list[Named] = []
    identifier: list[Identifier] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    statusReason: CodeableConcept | None = None
    intent: str | None = None
    category: list[CodeableConcept] = []
    doNotPerform: bool | None = None
    reportedBoolean: bool | None = None
    reportedReference: Reference | None = None
    medicationCodeableConcept: CodeableConcept | None = None
    medicationReference: Reference | None = None
    encounter: Reference | None = None
    authoredOn: str | None = None
    requester: Reference | None = None
    recorder: Reference | None = None
    reasonCode: list[CodeableConcept] = []
    reasonReference: list[Reference] = []
    note: list[Annotation] = []
    dosageInstruction: list[Dosage] = []
    dispenseRequest: DispenseRequest | None = None


STATUS: dict[str, Status] = {
    "active": Status(words=_("Prescribed now"), icon="circle-check", now=True, plain=True),
    "on-hold": Status(words=_("Paused"), icon="circle-pause"),
    "completed": Status(words=_("Finished"), icon="check"),
    "stopped": Status(words=_("Stopped early"), icon="circle-minus"),
    "cancelled": Status(words=_("Cancelled before it started"), icon="circle-x"),
    "draft": Status(words=_("Being written, not in use"), icon="pencil-line"),
    "unknown": Status(words=_("Status not known"), icon="circle-dashed"),
}
"""Every code of MedicationRequest.status but entered-in-error, which is set aside."""

INTENT: dict[str, Words] = {
    "proposal": _("Suggested, not prescribed"),
    "plan": _("Suggested, not prescribed"),
    "order": _("Prescribed"),
    "original-order": _("Prescribed"),
    "reflex-order": _("Prescribed as a consequence of another order"),
    "filler-order": _("As the pharmacy or supplier understood the order"),
    "instance-order": _("One dose of an order"),
    "option": _("One of several choices"),
}

CATEGORY: dict[str, Words] = {
    "inpatient": _("In a hospital"),
    "outpatient": _("In a clinic or a doctor’s office"),
    "community": _("Where the patient lives"),
    "discharge": _("After leaving the hospital"),
}
"""Every code of medicationrequest-category."""

SUGGESTED = Status(words=_("Suggested, not prescribed"), icon="circle-dashed")
PLANNED = Status(words=_("Noted as a plan, not prescribed here"), icon="message-circle", now=True)
"""What several vendors send for a medicine that is taken at home, and that nobody here ordered. It is in use, for all
that the record tells."""
REPORTED = Status(words=_("Reported, not prescribed here"), icon="message-circle")
IN_FORCE = Status(words=_("Still applies"), icon="ban", now=True)
OTHERWISE: dict[str, Status | Words] = {
    **dict.fromkeys(("proposal", "option"), SUGGESTED),
    "plan": PLANNED,
    **dict.fromkeys(("reportedBoolean", "reportedReference"), REPORTED),
    "doNotPerform": IN_FORCE,
}
"""What else is said of an active one, by the code or the element that tells so."""

ONLY_SUGGESTED = frozenset({"proposal", "option"})
"""The intents of what nobody takes because of them. An active `plan` may be what is taken at home."""

NAME_MISSING = _("Unnamed medication entry")


def place(head: MedicationHead) -> str:
    """Which group an entry stands in. "Do not take" comes first, whatever else is said."""
    if head.doNotPerform:
        return "past" if head.status in PAST else "avoid"
    if head.status not in PAST and _statement(head):
        return NONE
    if head.status == "active":
        return "now" if head.is_reported or head.intent not in ONLY_SUGGESTED else "other"
    if head.status == "on-hold":
        return "hold"
    return "past" if head.status in PAST else "other"


def states(head: MedicationHead) -> Statement | None:
    """What the record states now instead of naming a medicine: that there is none, or that nothing is known."""
    return _statement(head) if place(head) == NONE and not head.is_entered_in_error else None


def _statement(entry: MedicationHead | MedicationRequest) -> Statement | None:
    return None if entry.doNotPerform else told(concept_of(entry), Subject.MEDICATIONS)


def claim(head: MedicationHead) -> Claim | None:
    """That a medicine is to be taken, or not to be taken."""
    way = {"avoid": Way.AVOID, "now": Way.NOW}.get(place(head))
    return Claim(code_name(concept_of(head)), way) if way is not None else None


def concept_of(entry: MedicationHead | MedicationRequest) -> CodeableConcept | None:
    """The code of the medicine, where the entry itself or what it contains has one."""
    reference = entry.medicationReference
    if entry.medicationCodeableConcept is not None or reference is None or not entry.contained:
        return entry.medicationCodeableConcept
    inner = next((one for one in entry.contained if f"#{one.id}" == reference.reference), None)
    return next(iter(inner.concepts), None) if inner is not None else None


def medication_name(request: MedicationRequest, known: Known) -> str:
    """The name as recorded: of the code, else of the Medication that is contained or was read along."""
    return (
        wording.plain_name(request.medicationCodeableConcept)
        or known.name(request.medicationReference, request.contained)
        or wording.words_of(request.medicationCodeableConcept)
    )


def is_reported(request: MedicationRequest) -> bool:
    """Whether somebody told the agency of it, who does not prescribe it. US Core MedicationRequest.reported[x]."""
    return bool(request.reportedBoolean) or request.reportedReference is not None


def is_prescribed(request: MedicationRequest) -> bool:
    """Whether it was ordered, and not only reported, planned or suggested."""
    return not is_reported(request) and request.intent not in {"plan", *ONLY_SUGGESTED}


def state(request: MedicationRequest) -> Status:
    """The state in words; reported and suggested ones are told from prescribed ones while they are active."""
    if request.status == "active":
        if request.doNotPerform:
            return IN_FORCE
        if is_reported(request):
            return REPORTED
        if request.intent == "plan":
            return PLANNED
        if request.intent in ONLY_SUGGESTED:
            return SUGGESTED
    return wording.status(STATUS, request.status, absent=wording.absent_reason(request.status_element))


# ---------------------------------------------------------------- the row


def _person(reference: Reference | None, request: MedicationRequest, known: Known) -> str:
    name = known.name(reference, request.contained)
    return name or (_now("The patient") if known.is_patient(reference) else "")


def to_row(request: MedicationRequest, known: Known) -> Row:
    """One medication entry. A missing name is said to be missing: it is not guessed from a code."""
    name = medication_name(request, known)
    prescriber = _person(request.requester, request, known)
    said = instruction(request.dosageInstruction)
    danger: Words = _("Do not take") if request.doNotPerform else ""
    says_no_more = bool(danger) and said.casefold() in {"", str(danger).casefold()}
    reported = is_reported(request)
    prescribed = is_prescribed(request)
    started = wording.when(request.authoredOn, _("Prescribed") if prescribed else _("Recorded"))
    nobody: Words = _("Prescriber not recorded") if prescribed else ""
    teller = _person(request.reportedReference, request, known)
    status = state(request)
    also = REPORTED.words if reported and status is not REPORTED else ""
    row = Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=status,
        danger=danger,
        danger_icon="ban",
        line="" if says_no_more else said or _("Dose not recorded"),
        line_telling=Telling.SAID if said or says_no_more else Telling.ABSENT,
        when=started,
        who=(teller or prescriber) if reported else prescriber or known.unnamed(request.requester) or nobody,
        asides=tuple(filter(None, (also, wording.words_of(request.statusReason)))),
        caveats=(also,) if also else (),
        facts=known.facts(_facts(request, known, prescriber, teller, said=said)),
        notes=known.notes(request.note),
    )
    statement = _statement(request)
    if statement is None:
        return row
    row = replace(row, who=teller or prescriber, when=wording.when(request.authoredOn, _("Recorded")))
    return nothing.row(row, statement, concept_of(request), is_over=request.status in PAST)


def _facts(
    request: MedicationRequest, known: Known, prescriber: str, teller: str, *, said: str
) -> Iterable[Fact | None]:
    are_steps = len({dosage.sequence for dosage in request.dosageInstruction} - {None}) > 1
    for dosage in in_order(request.dosageInstruction):
        yield from dosage_facts(dosage, said, is_step=are_steps)
    if not request.dosageInstruction:
        yield wording.fact(_("How to take it"), "")
    reasons = [wording.words_of(r) for r in request.reasonCode]
    reasons += [known.name(r, request.contained) for r in request.reasonReference]
    yield wording.fact(_("What it is for"), wording.listed(reasons))
    yield wording.maybe(_("Why its state changed"), wording.words_of(request.statusReason))
    reported = is_reported(request)
    if reported:
        yield wording.fact(
            _("Reported by"),
            teller,
            absent=known.unnamed(request.reportedReference) or _("Reported; by whom is not recorded"),
        )
    # Who reported or planned a medicine did not prescribe it, though the element is the same.
    asked = _("Prescribed by") if is_prescribed(request) else _("Asked for by")
    yield wording.fact(asked, prescriber, absent=known.unnamed(request.requester))
    yield wording.dated(_("Written on"), request.authoredOn) or wording.fact(_("Written on"), "")
    yield wording.maybe(_("Entered by"), known.name(request.recorder, request.contained))
    intent = INTENT.get(request.intent or "", request.intent) if request.intent else ""
    if state(request) is PLANNED:
        intent = PLANNED.words
    if reported:
        yield Fact(label=_("Kind of entry"), value=REPORTED.words)
        yield wording.maybe(_("Entered in the system as"), intent)
    else:
        yield wording.fact(_("Kind of entry"), intent)
    places = (str(wording.named_or(CATEGORY, place, frozenset(CATEGORY))) for place in request.category)
    yield wording.maybe(_("Where it is taken"), ", ".join(places))
    yield from known.visits(request.encounter, contained=request.contained)
    dispense = request.dispenseRequest
    if dispense is not None:
        yield wording.maybe(_("Amount given out"), wording.quantity(dispense.quantity))
        yield wording.maybe(_("Lasts for"), wording.duration(dispense.expectedSupplyDuration))
        if dispense.numberOfRepeatsAllowed is not None:
            yield Fact(label=_("Refills allowed"), value=str(dispense.numberOfRepeatsAllowed))
        yield wording.maybe(_("May be filled"), wording.span(dispense.validityPeriod))


def references(request: MedicationRequest) -> Iterable[Reference]:
    """The Medication, and who prescribed or reported it."""
    found = (request.medicationReference, request.requester, request.reportedReference)
    return (reference for reference in found if reference is not None)


def details(request: MedicationRequest) -> Iterable[Reference]:
    """What it is for, the visit, who entered it."""
    found = (*request.reasonReference, request.encounter, request.recorder)
    return (reference for reference in found if reference is not None)


def _by_intent(*intents: str) -> tuple[tuple[str, str], ...]:
    return (("intent", ",".join(intents)),)


KIND = Kind(
    slug="medications",
    title=_("Medications"),
    plain=_(
        "What was prescribed or reported, which is not always what is taken."
        " Ask the agency before changing anything."
    ),
    nothing_came_back=_("The agency’s system sent no medications. That does not always mean there are none."),
    group=Group.NOW,
    order=20,
    resource_type="MedicationRequest",
    searches=(
        Search(
            parameters=(*_by_intent(*INTENTS), ("_include", "MedicationRequest:medication")),
            fallbacks=(
                (_by_intent(*INTENTS),),
                (_by_intent("order", "plan"),),
                (_by_intent("order"), _by_intent("plan")),
            ),
        ),
    ),
    model=MedicationRequest,
    head=MedicationHead,
    to_row=to_row,
    said=by_code(STATUS, OTHERWISE),
    date_of=lambda head: head.authoredOn,
    place=place,
    states=states,
    claim=claim,
    gainsaid_by=("now",),
    references=references,
    details=details,
    sort="-authoredon",
    date_parameter="authoredon",
    same=renewals.same,
    headings=(
        Heading("avoid", _("Do not take"), now=True, apart=True),
        Heading(NONE, _("Recorded as none"), now=True),
        Heading("now", _("Taking now"), now=True),
        Heading("hold", _("On hold"), _("Paused, not ended")),
        Heading("past", _("Past")),
        Heading("other", OTHERS, _("Drafts, suggestions, and entries whose status is not known")),
    ),
    overview=OnOverview(
        title=_("Medications now"), rows=6, order=20, more=_("All medications"), all_on_paper=True
    ),
)
