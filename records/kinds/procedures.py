"""Procedures: treatments and operations, done, planned or not done. FHIR R4 Procedure; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec import field

from records.fhir.elements import (
    Age,
    Annotation,
    CodeableConcept,
    Element,
    Head,
    Named,
    Period,
    PrimitiveElement,
    Range,
    Reference,
    Resource,
)
from records.fhir.stated_none import Statement, Subject, told
from records.kinds import nothing
from records.kinds.base import NONE, OTHERS, Group, Heading, Kind, Known, Search, by_code, pointed
from records.words import wording
from records.words.rows import Fact, Row, Status, Telling, When, Words


class Performer(Element, frozen=True, kw_only=True):
    """FHIR R4 Procedure.performer."""

    function: CodeableConcept | None = None
    actor: Reference | None = None
    onBehalfOf: Reference | None = None


class FocalDevice(Element, frozen=True, kw_only=True):
    """FHIR R4 Procedure.focalDevice."""

    action: CodeableConcept | None = None
    manipulated: Reference | None = None


class Procedure(Resource, frozen=True, kw_only=True):
    """The elements of a Procedure that we show."""

    contained: list[Named] = []
    basedOn: list[Reference] = []
    partOf: list[Reference] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    statusReason: CodeableConcept | None = None
    category: CodeableConcept | None = None
    code: CodeableConcept | None = None
    encounter: Reference | None = None
    performedDateTime: str | None = None
    performedDateTime_element: PrimitiveElement | None = field(name="_performedDateTime", default=None)
    performedPeriod: Period | None = None
    performedString: str | None = None
    performedAge: Age | None = None
    performedRange: Range | None = None
    recorder: Reference | None = None
    asserter: Reference | None = None
    performer: list[Performer] = []
    location: Reference | None = None
    reasonCode: list[CodeableConcept] = []
    reasonReference: list[Reference] = []
    bodySite: list[CodeableConcept] = []
    outcome: CodeableConcept | None = None
    report: list[Reference] = []
    complication: list[CodeableConcept] = []
    complicationDetail: list[Reference] = []
    followUp: list[CodeableConcept] = []
    note: list[Annotation] = []
    focalDevice: list[FocalDevice] = []
    usedReference: list[Reference] = []
    usedCode: list[CodeableConcept] = []


class ProcedureHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    code: CodeableConcept | None = None
    performedDateTime: str | None = None
    performedPeriod: Period | None = None


STATUS: dict[str, Status] = {
    "preparation": Status(words=_("Planned"), icon="calendar-clock"),
    "in-progress": Status(words=_("Under way"), icon="circle-dot", now=True),
    "not-done": Status(words=_("Not done"), icon="circle-slash"),
    "on-hold": Status(words=_("Paused"), icon="circle-pause"),
    "stopped": Status(words=_("Stopped before the end"), icon="circle-minus"),
    "completed": Status(words=_("Done"), icon="circle-check"),
    "unknown": Status(words=_("Status not known"), icon="circle-dashed"),
}
"""Every code of Procedure.status (event-status) but entered-in-error, which is set aside."""

WHEN_LABEL: dict[str, Words] = {
    "preparation": _("Planned for"),
    "in-progress": _("Started"),
    "not-done": _("Not done"),
    "completed": _("Done"),
}

PLACES = {
    "preparation": "open",
    "in-progress": "open",
    "on-hold": "open",
    "completed": "done",
    "not-done": "not-done",
}

NAME_MISSING = _("Unnamed procedure entry")


def place(head: ProcedureHead) -> str:
    """Which group an entry stands in. Only "completed" is done: stopped is neither done nor not done."""
    if told(head.code, Subject.PROCEDURES):
        return NONE
    return PLACES.get(head.status or "", "other")


def states(head: ProcedureHead) -> Statement | None:
    """What the record states instead of naming a procedure: that there is none, or that nothing is known."""
    return None if head.is_entered_in_error else told(head.code, Subject.PROCEDURES)


def date_of(head: ProcedureHead) -> str | None:
    """When it was done, or began; an age or a sentence is no date."""
    period = head.performedPeriod
    start, end = (period.start, period.end) if period is not None else (None, None)
    return wording.given(head.performedDateTime, start, end)


# ---------------------------------------------------------------- when


def _open(procedure: Procedure) -> bool:
    """Whether a span without an end is one that goes on: only then is "since" said of it."""
    return procedure.status in {"in-progress", "on-hold"}


def _span(procedure: Procedure) -> str:
    period = wording.bounded(procedure.performedPeriod)
    if period.end or not period.start or _open(procedure):
        return wording.span(procedure.performedPeriod, words=False)
    start = wording.moment(period.start)
    return start if procedure.status == "preparation" else _now("%s; its end is not recorded") % start


def performed(procedure: Procedure) -> str:
    """performed[x] in words, whichever way it was recorded: a time, a span, an age, a sentence."""
    found = (
        _span(procedure),
        wording.beginning(
            procedure.performedDateTime,
            None,
            procedure.performedAge,
            procedure.performedRange,
            procedure.performedString,
        ),
    )
    return "; ".join(filter(None, found))


def _label(procedure: Procedure) -> Words:
    return WHEN_LABEL.get(procedure.status or "", _("Date"))


def _when(procedure: Procedure) -> When | None:
    """With a label where the status beside it does not say what happened then."""
    label = WHEN_LABEL[procedure.status] if procedure.status in {"preparation", "in-progress"} else ""
    period = wording.bounded(procedure.performedPeriod)
    if procedure.performedDateTime:
        return wording.when(procedure.performedDateTime, label)
    if wording.span(period):
        start = period.start or period.end
        return When(
            words=wording.span(period) if period.end or _open(procedure) else wording.day(start),
            iso=wording.machine(start),
            sort_key=wording.sort_key(start),
            label="" if _open(procedure) and not period.end else wording.before(label),
        )
    return When(words=performed(procedure)) if performed(procedure) else None


# ---------------------------------------------------------------- the row


def reasons(procedure: Procedure, known: Known) -> str:
    """Why: reasonCode and reasonReference."""
    found = [wording.words_of(reason) for reason in procedure.reasonCode]
    found.append(str(known.names(procedure.reasonReference, procedure.contained)))
    return ", ".join(dict.fromkeys(filter(None, found)))


def _line(procedure: Procedure, known: Known) -> tuple[Words, Telling]:
    """What stands under the name: why it was not done or not finished, else what it was for and where on the body."""
    why_not = wording.words_of(procedure.statusReason)
    if procedure.status == "not-done":
        return (why_not, Telling.SAID) if why_not else (_("Reason not recorded"), Telling.ABSENT)
    why = reasons(procedure, known)
    found = (
        why_not,
        _now("For: %s") % why if why else "",
        wording.all_words_of(procedure.bodySite),
    )
    return "; ".join(filter(None, found)), Telling.SAID


def to_row(procedure: Procedure, known: Known) -> Row:
    """One procedure. What was not done, or is only planned, says so before anything else."""
    name = wording.words_of(procedure.code)
    line, telling = _line(procedure, known)
    row = Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=wording.status(
            STATUS, procedure.status, absent=wording.absent_reason(procedure.status_element)
        ),
        line=line,
        line_telling=telling,
        when=_when(procedure),
        who=known.names((p.actor or p.onBehalfOf for p in procedure.performer), procedure.contained),
        asides=tuple(filter(None, ("" if name else wording.absent_reason(procedure.code),))),
        facts=known.facts(_facts(procedure, known)),
        notes=known.notes(procedure.note),
    )
    statement = told(procedure.code, Subject.PROCEDURES)
    return nothing.row(row, statement, procedure.code) if statement is not None else row


def _facts(procedure: Procedure, known: Known) -> Iterable[Fact | None]:
    contained = procedure.contained
    yield wording.why_unnamed(procedure.code)
    why_not = wording.words_of(procedure.statusReason)
    if procedure.status == "not-done":
        yield wording.fact(
            _("Why it was not done"), why_not, absent=wording.absent_reason(procedure.statusReason)
        )
    else:
        yield wording.maybe(_("Why it has this status"), why_not)
    yield wording.fact(
        _label(procedure),
        performed(procedure),
        iso=procedure.performedDateTime or "",
        absent=wording.absent_reason(procedure.performedDateTime_element),
    )
    yield wording.fact(_("What it was for"), reasons(procedure, known))
    yield wording.maybe(_("Part of the body"), wording.all_words_of(procedure.bodySite))
    yield wording.maybe(_("Outcome"), wording.words_of(procedure.outcome))
    complications = [wording.words_of(c) for c in procedure.complication]
    complications.append(str(known.names(procedure.complicationDetail, contained)))
    yield wording.maybe(_("Complications"), ", ".join(dict.fromkeys(filter(None, complications))))
    yield wording.maybe(_("What was to follow"), wording.all_words_of(procedure.followUp))
    yield from _performer_facts(procedure, known)
    yield known.maybe(_("Where"), procedure.location, contained)
    yield wording.maybe(_("Kind of procedure"), wording.words_of(procedure.category))
    for device in procedure.focalDevice:
        yield wording.maybe(_("Device"), _device_words(device, known, procedure))
    used = [wording.words_of(code) for code in procedure.usedCode]
    used.append(str(known.names(procedure.usedReference, contained)))
    yield wording.maybe(_("What was used"), ", ".join(filter(None, used)))
    yield wording.maybe(_("Report"), known.names(procedure.report, contained))
    yield wording.maybe(_("Part of"), known.names(procedure.partOf, contained))
    yield wording.maybe(_("Planned or ordered by"), known.names(procedure.basedOn, contained))
    if procedure.recorder is not None or procedure.asserter is not None:
        yield from known.sources(procedure.recorder, procedure.asserter, contained)
    yield from known.visits(procedure.encounter, contained=contained)


def _performer_facts(procedure: Procedure, known: Known) -> Iterable[Fact | None]:
    if not procedure.performer:
        yield wording.fact(_("Who"), "")
    for performer in procedure.performer:
        name = str(known.names((performer.actor,), procedure.contained))
        function = wording.words_of(performer.function)
        behalf = known.name(performer.onBehalfOf, procedure.contained)
        if name and function:
            name = _now("%(name)s (%(function)s)") % {"name": name, "function": function}
        if name and behalf and behalf != name:
            name = _now("%(who)s, for %(organization)s") % {"who": name, "organization": behalf}
        yield wording.fact(_("Who"), name or behalf or function)


def _device_words(device: FocalDevice, known: Known, procedure: Procedure) -> str:
    name = str(known.names((device.manipulated,), procedure.contained))
    action = wording.words_of(device.action)
    if name and action:
        return _now("%(device)s (%(action)s)") % {"device": name, "action": action}
    return name or action


def references(procedure: Procedure) -> Iterable[Reference]:
    """Who did it, and what it was for."""
    performers = (performer.actor or performer.onBehalfOf for performer in procedure.performer)
    return pointed(*performers, *procedure.reasonReference)


def details(procedure: Procedure) -> Iterable[Reference]:
    """Everything else that it points to."""
    return pointed(
        procedure.location,
        procedure.encounter,
        procedure.recorder,
        procedure.asserter,
        *(performer.onBehalfOf for performer in procedure.performer),
        *procedure.complicationDetail,
        *procedure.partOf,
    )


KIND = Kind(
    slug="procedures",
    title=_("Procedures"),
    plain=_("Treatments and operations: done, planned, or not done after all."),
    nothing_came_back=_("The agency’s system sent no procedures. That does not always mean there were none."),
    group=Group.VISITS,
    order=40,
    resource_type="Procedure",
    searches=(Search(),),
    model=Procedure,
    head=ProcedureHead,
    to_row=to_row,
    said=by_code(STATUS),
    date_of=date_of,
    place=place,
    states=states,
    gainsaid_by=("open", "done"),
    references=references,
    details=details,
    sort="-date",
    date_parameter="date",
    headings=(
        Heading(NONE, _("Recorded as none")),
        Heading("open", _("Under way or planned")),
        Heading("done", pgettext_lazy("a heading over several", "Done"), says=(STATUS["completed"],)),
        Heading(
            "not-done",
            pgettext_lazy("a heading over several", "Not done"),
            _("Considered or planned, and not done"),
            says=(STATUS["not-done"],),
        ),
        Heading("other", OTHERS, _("Stopped before the end, or not known whether they were done")),
    ),
)
