"""Goals: what the patient and the care team want to reach, and how far it is. FHIR R4 Goal; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec import field

from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    Element,
    Head,
    Named,
    PrimitiveElement,
    Quantity,
    Range,
    Ratio,
    Reference,
    Resource,
)
from records.kinds.base import OTHERS, Group, Heading, Kind, Known, Search, by_code, pointed
from records.words import wording
from records.words.plain_names import named, recorded_name
from records.words.rows import Fact, Row, Status, Telling, Words

ACHIEVEMENT_SYSTEM = "http://terminology.hl7.org/CodeSystem/goal-achievement"
PRIORITY_SYSTEM = "http://terminology.hl7.org/CodeSystem/goal-priority"


class Target(Element, frozen=True, kw_only=True):
    """FHIR R4 Goal.target."""

    measure: CodeableConcept | None = None
    detailQuantity: Quantity | None = None
    detailRange: Range | None = None
    detailCodeableConcept: CodeableConcept | None = None
    detailString: str | None = None
    detailBoolean: bool | None = None
    detailInteger: int | None = None
    detailRatio: Ratio | None = None
    dueDate: str | None = None
    dueDate_element: PrimitiveElement | None = field(name="_dueDate", default=None)
    dueDuration: Quantity | None = None


class Goal(Resource, frozen=True, kw_only=True):
    """The elements of a Goal that we show."""

    contained: list[Named] = []
    lifecycleStatus: str | None = None
    lifecycleStatus_element: PrimitiveElement | None = field(name="_lifecycleStatus", default=None)
    achievementStatus: CodeableConcept | None = None
    category: list[CodeableConcept] = []
    priority: CodeableConcept | None = None
    description: CodeableConcept | None = None
    startDate: str | None = None
    startDate_element: PrimitiveElement | None = field(name="_startDate", default=None)
    startCodeableConcept: CodeableConcept | None = None
    target: list[Target] = []
    statusDate: str | None = None
    statusReason: str | None = None
    expressedBy: Reference | None = None
    addresses: list[Reference] = []
    note: list[Annotation] = []
    outcomeCode: list[CodeableConcept] = []
    outcomeReference: list[Reference] = []


class GoalHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    CODES = ("lifecycleStatus",)

    startDate: str | None = None
    statusDate: str | None = None


LIFECYCLE: dict[str, Status] = {
    "proposed": Status(words=_("Suggested"), icon="circle-dashed"),
    "planned": Status(words=_("Agreed"), icon="check"),
    "accepted": Status(words=_("Agreed"), icon="check"),
    "active": Status(words=_("Working on it"), icon="circle-check", now=True, plain=True),
    "on-hold": Status(words=_("Paused"), icon="circle-pause"),
    "completed": Status(words=_("No longer being worked on"), icon="circle-minus"),
    "cancelled": Status(words=_("Dropped"), icon="circle-x"),
    "rejected": Status(words=_("Not wanted"), icon="circle-x"),
}
"""Every code of Goal.lifecycleStatus but entered-in-error, which is set aside."""

ACHIEVEMENT: dict[str, Words] = {
    "in-progress": _("In progress"),
    "improving": _("Improving"),
    "worsening": _("Worsening"),
    "no-change": _("No change"),
    "achieved": _("Reached"),
    "sustaining": _("Keeping it up"),
    "not-achieved": _("Not reached"),
    "no-progress": _("No progress"),
    "not-attainable": _("Cannot be reached"),
}
"""Every code of the FHIR goal-achievement system."""

PRIORITY: dict[str, Words] = {
    "high-priority": pgettext_lazy("how important a goal is", "High"),
    "medium-priority": pgettext_lazy("how important a goal is", "Medium"),
    "low-priority": pgettext_lazy("how important a goal is", "Low"),
}
"""Every code of the FHIR goal-priority system."""

NAME_MISSING = _("Unnamed goal")

PLACES = {
    "active": "working",
    "planned": "agreed",
    "accepted": "agreed",
    "on-hold": "paused",
    "completed": "ended",
    "cancelled": "ended",
    "rejected": "ended",
}


def place(head: GoalHead) -> str:
    """Which group a goal stands in."""
    return PLACES.get(head.lifecycleStatus or "", "other")


def date_of(head: GoalHead) -> str | None:
    """When it began; where that is not said, when its state changed."""
    return wording.given(head.startDate, head.statusDate)


# ---------------------------------------------------------------- words


def _of_code(table: dict[str, Words], concept: CodeableConcept | None, system: str) -> Words:
    """Our words for a code of its own system, with the text where a person wrote more; else as recorded."""
    if concept is None:
        return ""
    known = [c for c in concept.coding if c.code in table and c.system in {system, None}]
    if not known:
        return wording.words_of(concept)
    words = table[known[0].code or ""]
    text = (concept.text or "").strip()
    plain = {
        (known[0].display or "").casefold(),
        (known[0].code or "").replace("-", " "),
        str(words).casefold(),
    }
    if text and text.casefold().replace("-", " ") not in plain:
        return _now("%(words)s: %(text)s") % {"words": words, "text": text}
    return words


def achievement(goal: Goal) -> Words:
    """How far it is, in words; empty where the record does not say."""
    return _of_code(ACHIEVEMENT, goal.achievementStatus, ACHIEVEMENT_SYSTEM)


def detail_words(target: Target) -> str:
    """detail[x]: what is to be reached, whichever way it was recorded."""
    yes_no = {True: str(_("Yes")), False: str(_("No")), None: ""}
    said = (
        wording.quantity(target.detailQuantity),
        wording.range_words(target.detailRange),
        wording.words_of(target.detailCodeableConcept),
        (target.detailString or "").strip(),
        yes_no[target.detailBoolean],
        str(target.detailInteger) if target.detailInteger is not None else "",
        wording.ratio_words(target.detailRatio),
    )
    return ", ".join(filter(None, said))


def due_words(target: Target) -> str:
    """due[x]: by when, or within how long."""
    due = None if wording.is_no_date(target.dueDate) else target.dueDate
    by = _now("by %s") % wording.day(due) if due else ""
    return ", ".join(filter(None, (by, _within(target))))


def _within(target: Target) -> str:
    long = wording.duration(target.dueDuration)
    return _now("within %s") % long if long else ""


def target_words(target: Target) -> str:
    """A target on one line: "Hemoglobin A1c: 7%, by December 24, 2026"."""
    measure, detail = str(named(target.measure)[0]), detail_words(target)
    if measure and detail:
        measure, detail = "", _now("%(label)s: %(value)s") % {"label": measure, "value": detail}
    return ", ".join(filter(None, (measure or detail, due_words(target))))


# ---------------------------------------------------------------- the row


def to_row(goal: Goal, known: Known) -> Row:
    """One goal with its targets and how far it is."""
    name = wording.words_of(goal.description)
    targets = "; ".join(filter(None, map(target_words, goal.target)))
    said_by = known.name(goal.expressedBy, goal.contained)
    wished = _now("Wished by %s") % said_by if said_by else ""
    if known.is_patient(goal.expressedBy):
        said_by, wished = _now("The patient"), _now("Wished by the patient")
    line: Words = _now("Target: %s") % targets if targets else ""
    return Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=wording.status(
            LIFECYCLE, goal.lifecycleStatus, absent=wording.absent_reason(goal.lifecycleStatus_element)
        ),
        line=line or _("Target not recorded"),
        line_telling=Telling.SAID if line else Telling.ABSENT,
        when=wording.first_when((goal.startDate, _("Since")), (goal.statusDate, _("State changed"))),
        who=wished,
        asides=tuple(
            filter(
                None,
                (achievement(goal), "" if name else wording.absent_reason(goal.description)),
            )
        ),
        facts=known.facts(_facts(goal, known, said_by)),
        notes=known.notes(goal.note),
    )


def _facts(goal: Goal, known: Known, said_by: str) -> Iterable[Fact | None]:
    within = goal.contained
    yield wording.why_unnamed(goal.description)
    yield wording.fact(
        _("How far it is"), achievement(goal), absent=wording.absent_reason(goal.achievementStatus)
    )
    for number, target in enumerate(goal.target, start=1):
        yield from _target_facts(target, number if len(goal.target) > 1 else 0)
    if not goal.target:
        yield wording.fact(_("What is to be reached"), "")
    yield wording.maybe(_("How important it is"), _of_code(PRIORITY, goal.priority, PRIORITY_SYSTEM))
    yield wording.maybe(_("Kind of goal"), wording.all_words_of(goal.category))
    yield wording.dated(_("Started"), goal.startDate) or wording.fact(
        _("Started"),
        wording.words_of(goal.startCodeableConcept),
        absent=wording.absent_reason(goal.startDate_element),
    )
    if goal.startDate:
        yield wording.maybe(_("Started at"), wording.words_of(goal.startCodeableConcept))
    yield wording.dated(_("State changed"), goal.statusDate)
    yield wording.maybe(_("Why its state changed"), (goal.statusReason or "").strip(), verbatim=True)
    for condition in goal.addresses:
        yield known.fact(_("What it is for"), condition, within)
    yield wording.fact(_("Whose wish it is"), said_by, absent=known.unnamed(goal.expressedBy))
    yield wording.maybe(_("What came of it"), wording.all_words_of(goal.outcomeCode))
    for outcome in goal.outcomeReference:
        yield known.fact(_("What came of it"), outcome, within)


def _target_facts(target: Target, number: int) -> Iterable[Fact | None]:
    def label(words: Words) -> Words:
        if not number:
            return words
        return _now("%(label)s (target %(number)d)") % {"label": words, "number": number}

    yield wording.maybe(label(_("What is measured")), named(target.measure)[0])
    yield wording.fact(label(_("What is to be reached")), detail_words(target))
    yield wording.dated(label(_("By when")), target.dueDate) or wording.fact(
        label(_("By when")),
        _within(target),
        absent=wording.absent_reason(target.dueDate_element),
    )
    if target.dueDate:
        yield wording.maybe(label(_("How long it may take")), _within(target))
    yield recorded_name(target.measure)


def references(goal: Goal) -> Iterable[Reference]:
    """Whose wish it is."""
    return pointed(goal.expressedBy)


def details(goal: Goal) -> Iterable[Reference]:
    """What it is for, and what came of it."""
    return (*goal.addresses, *goal.outcomeReference)


KIND = Kind(
    slug="goals",
    title=_("Goals"),
    plain=_("What the patient and the care team want to reach."),
    nothing_came_back=_("The agency’s system sent no goals. That does not always mean there are none."),
    group=Group.CARE,
    order=15,
    resource_type="Goal",
    searches=(Search(),),
    model=Goal,
    head=GoalHead,
    to_row=to_row,
    said=by_code(LIFECYCLE, ACHIEVEMENT),
    date_of=date_of,
    place=place,
    references=references,
    details=details,
    headings=(
        Heading("working", pgettext_lazy("a heading over several", "Working on it"), now=True),
        Heading(
            "agreed",
            pgettext_lazy("a heading over several", "Agreed"),
            _("Agreed, not begun"),
            says=(LIFECYCLE["planned"],),
        ),
        Heading("paused", _("Paused"), _("Not ended"), says=(LIFECYCLE["on-hold"],)),
        Heading(
            "ended",
            pgettext_lazy("a heading over several", "Ended"),
            _("No longer being worked on, dropped, or not wanted"),
        ),
        Heading("other", OTHERS, _("Suggestions, and goals whose state is not known")),
    ),
)
