"""Care plans: what was agreed to be done, and how far it is. FHIR R4 CarePlan; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec import field

from records.fhir.codes import own
from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    Element,
    Head,
    Named,
    Narrative,
    Period,
    PrimitiveElement,
    Quantity,
    Reference,
    Resource,
)
from records.kinds.base import OTHERS, Group, Heading, Kind, Known, Search, by_code, pointed
from records.kinds.timing import Timing, how_often
from records.words import leaves, wording
from records.words.rows import Fact, Note, Row, Status, Telling, When, Words

CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category"
ASSESS_PLAN = "assess-plan"


class Detail(Element, frozen=True, kw_only=True):
    """FHIR R4 CarePlan.activity.detail."""

    kind: str | None = None
    code: CodeableConcept | None = None
    reasonCode: list[CodeableConcept] = []
    reasonReference: list[Reference] = []
    goal: list[Reference] = []
    status: str | None = None
    statusReason: CodeableConcept | None = None
    doNotPerform: bool | None = None
    scheduledTiming: Timing | None = None
    scheduledPeriod: Period | None = None
    scheduledString: str | None = None
    location: Reference | None = None
    performer: list[Reference] = []
    productCodeableConcept: CodeableConcept | None = None
    productReference: Reference | None = None
    dailyAmount: Quantity | None = None
    quantity: Quantity | None = None
    description: str | None = None


class Activity(Element, frozen=True, kw_only=True):
    """FHIR R4 CarePlan.activity."""

    outcomeCodeableConcept: list[CodeableConcept] = []
    outcomeReference: list[Reference] = []
    progress: list[Annotation] = []
    reference: Reference | None = None
    detail: Detail | None = None


class CarePlan(Resource, frozen=True, kw_only=True):
    """The elements of a CarePlan that we show."""

    contained: list[Named] = []
    text: Narrative | None = None
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    intent: str | None = None
    intent_element: PrimitiveElement | None = field(name="_intent", default=None)
    category: list[CodeableConcept] = []
    title: str | None = None
    description: str | None = None
    encounter: Reference | None = None
    period: Period | None = None
    created: str | None = None
    author: Reference | None = None
    contributor: list[Reference] = []
    careTeam: list[Reference] = []
    addresses: list[Reference] = []
    supportingInfo: list[Reference] = []
    goal: list[Reference] = []
    activity: list[Activity] = []
    note: list[Annotation] = []


class CarePlanHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    CODES = ("status", "intent")

    intent: str | None = None
    period: Period | None = None
    created: str | None = None


STATUS: dict[str, Status] = {
    "active": Status(words=_("Current"), icon="circle-check", now=True, plain=True),
    "draft": Status(words=_("Being prepared"), icon="pencil-line"),
    "on-hold": Status(words=_("Paused"), icon="circle-pause"),
    "completed": Status(words=_("Ended"), icon="circle-minus"),
    "revoked": Status(words=_("Withdrawn"), icon="circle-x"),
    "unknown": Status(words=_("Status not known"), icon="circle-dashed"),
}
"""Every code of CarePlan.status but entered-in-error, which is set aside."""

TIME_OVER = Status(words=_("Its time is over; the record still says “current”"), icon="circle-minus")
NOT_BEGUN = Status(words=_("Not begun yet; the record says “current” already"), icon="calendar-clock")
ONLY_SUGGESTED = Status(words=_("Suggested, not decided"), icon="circle-dashed")

INTENT: dict[str, Words] = {
    "proposal": _("Suggested, not decided"),
    "plan": _("Planned"),
    "order": _("Ordered"),
    "option": _("One of several possibilities"),
}
"""Every code of CarePlan.intent."""

ACTIVITY_STATUS: dict[str, Words] = {
    "not-started": _("Not started"),
    "scheduled": _("Scheduled"),
    "in-progress": _("Under way"),
    "on-hold": _("Paused"),
    "completed": _("Done"),
    "cancelled": _("Cancelled"),
    "stopped": _("Stopped before the end"),
    "unknown": _("Status not known"),
    "entered-in-error": _("Removed by the clinic as a mistake"),
}
"""Every code of CarePlan.activity.detail.status."""

NARRATIVE: dict[str, Words] = {
    "generated": _("Made by the agency’s system from the rest of the entry"),
    "extensions": _("Made by the agency’s system from all of the entry"),
    "additional": _("Says more than the rest of the entry"),
    "empty": _("The agency’s system marked it as empty"),
}
"""Every code of Narrative.status."""

NAME_MISSING = _("Unnamed care plan")

PLACES = {
    "active": "current",
    "draft": "prepared",
    "on-hold": "paused",
    "completed": "ended",
    "revoked": "ended",
}


def place(head: CarePlanHead) -> str:
    """Which group a plan stands in. What is only suggested is never current."""
    found = PLACES.get(head.status or "", "other")
    if found != "current":
        return found
    if head.intent in {"proposal", "option"} or wording.is_to_come(head.period):
        return "prepared"
    return "other" if wording.is_over(head.period) else found


def date_of(head: CarePlanHead) -> str | None:
    """When it began; where that is not said, when it was written or ended."""
    period = head.period or Period()
    return wording.given(period.start, head.created, period.end)


def state(plan: CarePlan) -> Status:
    """The state in words; a plan that is only suggested is not called current."""
    if plan.status == "active" and plan.intent in {"proposal", "option"}:
        return ONLY_SUGGESTED
    if plan.status == "active" and not wording.in_force(plan.period):
        return TIME_OVER if wording.is_over(plan.period) else NOT_BEGUN
    return wording.status(STATUS, plan.status, absent=wording.absent_reason(plan.status_element))


def category_words(plan: CarePlan) -> str:
    """What kind of plan it is. US Core's own category has no display in its code system that everybody sends."""
    return wording.listed(
        wording.named_or({ASSESS_PLAN: _("Assessment and plan")}, one) for one in plan.category
    )


def narrative_words(plan: CarePlan) -> str:
    """The text of the plan, line by line, without its markup; empty where there is none."""
    return leaves.narrative(plan.text.div) if plan.text is not None and plan.text.div else ""


# ---------------------------------------------------------------- activities


def scheduled(detail: Detail) -> str:
    """When it is to be done, however that was recorded."""
    said = (how_often(detail.scheduledTiming), wording.span(detail.scheduledPeriod), detail.scheduledString)
    return ", ".join(part.strip() for part in said if part and part.strip())


def _activity_fact(activity: Activity, known: Known, within: list[Named]) -> Fact:
    detail = activity.detail or Detail()
    what = (detail.description or "").strip()
    code = wording.words_of(detail.code)
    product = wording.words_of(detail.productCodeableConcept) or known.name(detail.productReference, within)
    pointed = known.name(activity.reference, within)
    title = what or code or product or pointed
    more: list[tuple[Words, Words]] = [
        (_("What it is"), code if code != title else ""),
        (_("Which"), product if product != title else ""),
        (_("See"), pointed if pointed != title else ""),
        (_("State"), ACTIVITY_STATUS.get(own(detail.status or ""), detail.status or "")),
        (_("Why its state changed"), wording.words_of(detail.statusReason)),
        (_("When"), scheduled(detail)),
        (_("By"), known_names(known, detail.performer, within)),
        (_("Where"), known.name(detail.location, within)),
        (_("Each day"), wording.quantity(detail.dailyAmount)),
        (_("How much"), wording.quantity(detail.quantity)),
        (_("What it is for"), _reasons(detail, known, within)),
        (_("Goal"), known_names(known, detail.goal, within)),
        (_("What came of it"), _outcome(activity, known, within)),
    ]
    lines = [_now("%(label)s: %(value)s") % {"label": label, "value": said} for label, said in more if said]
    if detail.doNotPerform:
        lines.insert(0, str(_("Do not do this")))
    first = title or str(known.unnamed(activity.reference) or _("Not said what"))
    return Fact(
        label=_("Not to be done") if detail.doNotPerform else _("To be done"),
        value="\n".join([first, *lines]),
        telling=Telling.SAID if title else Telling.ABSENT,
    )


def known_names(known: Known, references: Iterable[Reference], within: list[Named]) -> str:
    """Several references by name; the patient as the patient."""
    return "; ".join(dict.fromkeys(filter(None, (known.who(one, within) for one in references))))


def _reasons(detail: Detail, known: Known, within: list[Named]) -> str:
    return wording.listed(
        (*map(wording.words_of, detail.reasonCode), known_names(known, detail.reasonReference, within))
    )


def _outcome(activity: Activity, known: Known, within: list[Named]) -> str:
    return wording.listed(
        (
            *map(wording.words_of, activity.outcomeCodeableConcept),
            known_names(known, activity.outcomeReference, within),
        )
    )


# ---------------------------------------------------------------- the row


def to_row(plan: CarePlan, known: Known) -> Row:
    """One plan. Its own page has the text of it; a list is to be looked over."""
    category = category_words(plan)
    name = (plan.title or "").strip() or category
    period = wording.bounded(plan.period)
    author = known.who(plan.author, plan.contained)
    goals = known_names(known, plan.goal, plan.contained)
    line = (plan.description or "").strip() or (_now("Goals: %s") % goals if goals else "")
    return Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=state(plan),
        line="" if known.whole else line,  # among the facts there
        verbatim=narrative_words(plan) if known.whole else "",
        when=_when(plan),
        who=author,
        asides=(_now("Until %s") % wording.day(period.end),) if period.start and period.end else (),
        facts=known.facts(_facts(plan, known, category, author)),
        notes=(*known.notes(plan.note), *_progress(plan, known)) if known.whole else (),
    )


def _when(plan: CarePlan) -> When | None:
    """When it began or begins, was written or ends."""
    period = plan.period or Period()
    return wording.first_when(
        (period.start, _("From") if wording.is_to_come(period) else _("Since")),
        (plan.created, _("Written")),
        (period.end, _("Until")),
    )


def _progress(plan: CarePlan, known: Known) -> Iterable[Note]:
    for activity in plan.activity:
        yield from known.notes(activity.progress)


def _facts(plan: CarePlan, known: Known, category: str, author: str) -> Iterable[Fact | None]:
    within = plan.contained
    yield wording.maybe(_("Description"), (plan.description or "").strip(), verbatim=True)
    for activity in plan.activity:
        yield _activity_fact(activity, known, within)
    for goal in plan.goal:
        yield known.fact(_("Goal"), goal, within)
    yield wording.maybe(_("What it is for"), known_names(known, plan.addresses, within))
    yield wording.fact(_("Kind of plan"), category)
    yield wording.fact(
        _("Kind of entry"),
        INTENT.get(plan.intent or "", plan.intent),
        absent=wording.absent_reason(plan.intent_element),
    )
    yield wording.maybe(_("Time"), wording.span(plan.period, words=False))
    yield wording.dated(_("Written on"), plan.created)
    yield wording.fact(_("Author"), author, absent=known.unnamed(plan.author))
    yield wording.maybe(_("With the help of"), known_names(known, plan.contributor, within))
    for team in plan.careTeam:
        yield known.fact(_("Care team"), team, within)
    yield wording.maybe(_("Also looked at"), known_names(known, plan.supportingInfo, within))
    yield from known.visits(plan.encounter, contained=within)
    text = plan.text or Narrative()
    if not narrative_words(plan):
        yield wording.fact(_("Text of the plan"), "")
    yield wording.maybe(_("About the text"), NARRATIVE.get(text.status or "", text.status))


def references(plan: CarePlan) -> Iterable[Reference]:
    """Who wrote it, and the goals."""
    return pointed(plan.author, *plan.goal)


def details(plan: CarePlan) -> Iterable[Reference]:
    """Everything else that is called by its name on the entry's own page."""
    for group in (plan.contributor, plan.careTeam, plan.addresses, plan.supportingInfo):
        yield from group
    yield from pointed(plan.encounter)
    for activity in plan.activity:
        yield from activity.outcomeReference
        detail = activity.detail or Detail()
        yield from (*detail.performer, *detail.goal, *detail.reasonReference)
        yield from pointed(activity.reference, detail.location, detail.productReference)


KIND = Kind(
    slug="care-plans",
    title=_("Care plans"),
    plain=_("What is planned for the patient’s care, and how far it is."),
    nothing_came_back=_("The agency’s system sent no care plans. That does not always mean there are none."),
    group=Group.CARE,
    order=10,
    resource_type="CarePlan",
    # Without a category, so that a plan of another one arrives too; US Core makes servers answer with it.
    searches=(Search(fallbacks=(((("category", f"{CATEGORY}|{ASSESS_PLAN}"),),),)),),
    model=CarePlan,
    head=CarePlanHead,
    to_row=to_row,
    said=by_code(
        STATUS,
        {"proposal": ONLY_SUGGESTED, "option": ONLY_SUGGESTED},
        {"active": TIME_OVER},
        {"active": NOT_BEGUN},
    ),
    date_of=date_of,
    place=place,
    references=references,
    details=details,
    headings=(
        Heading("current", pgettext_lazy("a heading over several", "Current"), now=True),
        Heading(
            "prepared",
            _("Being prepared"),
            _("Drafts and suggestions, and what has not begun"),
            says=(STATUS["draft"],),
        ),
        Heading("paused", _("Paused"), _("Not ended"), says=(STATUS["on-hold"],)),
        Heading(
            "ended",
            pgettext_lazy("a heading over several", "Ended"),
            _("Ended, or withdrawn"),
            says=(STATUS["completed"],),
        ),
        Heading("other", OTHERS, _("Whether these are current is not recorded")),
    ),
)
