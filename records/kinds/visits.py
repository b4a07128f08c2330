"""Visits: coming, under way and past ones, at the clinic, at home, by video, in hospital. FHIR R4 Encounter;
US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.fhir.codes import own
from records.fhir.elements import (
    Period,
    Reference,
)
from records.kinds import visit_words
from records.kinds.base import OTHERS, Group, Heading, Kind, Known, OnOverview, Search, by_code
from records.kinds.encounter import Diagnosis, Encounter, EncounterHead, Hospitalization
from records.kinds.visit_words import (
    DIAGNOSIS_USE,
    NOT_BEGUN,
    OVER,
    ROLE,
    ROLE_DISPLAYS,
    STATUS,
    UNDER_WAY,
    beside,
    class_words,
    identifier_words,
)
from records.words import wording
from records.words.rows import Fact, Row, Status, Telling, When, replace

NAME_MISSING = _("Unnamed visit")
DAY_PASSED = Status(words=_("Planned; whether it took place is not recorded"), icon="circle-dashed")

PLACES = {
    "planned": "coming",
    "arrived": "now",
    "triaged": "now",
    "in-progress": "now",
    "onleave": "now",
    "finished": "past",
    "cancelled": "cancelled",
}
NOT_YET = frozenset({"planned", "cancelled"})
"""States in which the period is the one that was planned."""

UNDATED = 10**14
"""Greater than every date written as one number."""


# ---------------------------------------------------------------- when


def has_passed(period: Period | None) -> bool:
    """Whether the day of a visit is over: a planned one of last year is not coming up. As precise as recorded."""
    known = wording.bounded(period)
    day = wording.shown_day(known.end or known.start)
    return bool(day) and day < timezone.localdate().isoformat()[: len(day)]


def place(head: EncounterHead) -> str:
    """Which group an entry stands in. A planned visit whose day is over is not coming up any more, and what its dates
    contradict is not under way."""
    if head.status == "planned" and has_passed(head.period):
        return "other"
    if head.status in UNDER_WAY and wording.is_over(head.period):
        return "past"
    if head.status in UNDER_WAY and wording.is_to_come(head.period):
        return "coming"
    return PLACES.get(head.status or "", "other")


def date_of(head: EncounterHead) -> str | None:
    """When it began; where that is not said, when it ended."""
    return wording.given(head.period.start, head.period.end) if head.period is not None else None


def rank(head: EncounterHead) -> int:
    """Among visits that come up the next one first; all others stand by date alone."""
    if place(head) != "coming":
        return 0
    key = wording.sort_key(date_of(head))
    return int("".join(filter(str.isdigit, key))[:14].ljust(14, "0")) if key else UNDATED


def state(encounter: Encounter) -> Status:
    """The state in words; a planned visit whose day is over says that its outcome is not recorded.

    One that its dates contradict is told with what the record says, and never as the present.
    """
    if encounter.status == "planned" and has_passed(encounter.period):
        return DAY_PASSED
    if encounter.status in UNDER_WAY and wording.is_over(encounter.period):
        return OVER[encounter.status]
    if encounter.status in UNDER_WAY and wording.is_to_come(encounter.period):
        return NOT_BEGUN[encounter.status]
    return wording.status(STATUS, encounter.status, absent=wording.absent_reason(encounter.status_element))


# ---------------------------------------------------------------- parts in words


def name(encounter: Encounter) -> str:
    """What to call it: its type, else the service, else its setting; else empty."""
    # That the kind of visit is not known is told among the facts; as a name it would say nothing.
    known = [concept for concept in encounter.type if not wording.is_unknown(concept)]
    return str(
        wording.all_words_of(known)
        or wording.words_of(encounter.serviceType)
        or class_words(encounter.class_)
    )


def reasons(encounter: Encounter, known: Known) -> str:
    """Why: reasonCode and reasonReference."""
    found = [wording.words_of(reason) for reason in encounter.reasonCode]
    behind = known.names(encounter.reasonReference, encounter.contained)
    if any(found) and not any(known.who(one, encounter.contained) for one in encounter.reasonReference):
        behind = _now("another, details not available") if encounter.reasonReference else ""
    found.append(str(behind))
    return ", ".join(dict.fromkeys(filter(None, found)))


def _where(encounter: Encounter, known: Known) -> str:
    """The places, else the organization."""
    places = known.names((p.location for p in encounter.location), encounter.contained)
    return str(places or known.name(encounter.serviceProvider, encounter.contained))


def _same(one: Period | None, other: Period | None) -> bool:
    return one is not None and other is not None and (one.start, one.end) == (other.start, other.end)


# ---------------------------------------------------------------- the row


def _when(encounter: Encounter) -> When | None:
    if encounter.period is None or not (encounter.period.start or encounter.period.end):
        return None
    period = wording.bounded(encounter.period)
    if not wording.span(period):
        return wording.no_date()
    start = period.start or period.end
    # "Planned" stands beside the date of a visit to come; beside "Cancelled" the date says that it was the plan.
    was_planned = encounter.status in NOT_YET and encounter.status != "planned"
    return When(
        words=wording.span(period) if period.end or _goes_on(encounter) else wording.day(period.start),
        iso=wording.machine(start),
        sort_key=wording.sort_key(start),
        label=wording.before(_("Planned for")) if was_planned else "",
    )


def _goes_on(encounter: Encounter) -> bool:
    return encounter.status in UNDER_WAY and wording.in_force(encounter.period)


def time_words(encounter: Encounter) -> str:
    """The period with its times. "Since" is said only of a visit that goes on; of others, that no end is recorded."""
    period = wording.bounded(encounter.period)
    if period.end or not period.start or _goes_on(encounter):
        return wording.span(encounter.period, words=False)
    start = wording.moment(period.start)
    return start if encounter.status in NOT_YET else _now("%s; its end is not recorded") % start


def to_row(encounter: Encounter, known: Known) -> Row:
    """One visit: what kind, with whom, where, why. What is planned or cancelled never reads as having happened."""
    called = name(encounter)
    setting = str(class_words(encounter.class_))
    why = reasons(encounter, known)
    beside = [words for words in (setting if setting != called else "", _where(encounter, known)) if words]
    return Row(
        title=called or NAME_MISSING,
        title_missing=not called,
        status=state(encounter),
        line=_now("For: %s") % why if why else "",
        line_telling=Telling.SAID,
        when=_when(encounter),
        who=known.names((p.individual for p in encounter.participant), encounter.contained),
        asides=(", ".join(beside),) if beside else (),
        facts=known.facts(_facts(encounter, known)),
    )


def _facts(encounter: Encounter, known: Known) -> Iterable[Fact | None]:
    contained = encounter.contained
    yield wording.fact(_("Kind of visit"), wording.all_words_of(encounter.type))
    yield wording.fact(_("Setting"), class_words(encounter.class_))
    yield wording.fact(
        _("Planned for") if encounter.status in NOT_YET else _("When"),
        time_words(encounter),
        iso=(encounter.period.start or "") if encounter.period is not None else "",
    )
    yield wording.maybe(_("How long"), wording.duration(encounter.length))
    yield from _participant_facts(encounter, known)
    yield from _place_facts(encounter, known)
    yield wording.fact(_("Why"), reasons(encounter, known))
    for diagnosis in encounter.diagnosis:
        yield wording.maybe(_("Diagnosis"), _diagnosis_words(diagnosis, encounter, known))
    yield wording.maybe(_("Service"), wording.words_of(encounter.serviceType))
    yield wording.maybe(_("Urgency"), wording.words_of(encounter.priority))
    yield from _hospital_facts(encounter, known)
    for whole in known.visits(encounter.partOf, contained=contained):
        yield replace(whole, label=_("Part of"))
    yield wording.maybe(_("Ordered by"), known.names(encounter.basedOn, contained))
    yield wording.maybe(_("Appointment"), known.names(encounter.appointment, contained))
    yield wording.maybe(_("Belongs to the course of care"), known.names(encounter.episodeOfCare, contained))
    for identifier in encounter.identifier:
        yield wording.maybe(_("Visit number"), identifier_words(identifier))
    yield from _history_facts(encounter)


def _participant_facts(encounter: Encounter, known: Known) -> Iterable[Fact | None]:
    if not encounter.participant:
        yield wording.fact(_("With"), "")
    for participant in encounter.participant:
        roles = wording.listed(wording.named_or(ROLE, role, ROLE_DISPLAYS) for role in participant.type)
        there = (
            ""
            if _same(participant.period, encounter.period)
            else wording.span(participant.period, words=False)
        )
        named = known.names((participant.individual,), encounter.contained)
        yield wording.maybe(_("With"), beside(named, roles, there))


def _place_facts(encounter: Encounter, known: Known) -> Iterable[Fact | None]:
    for where in encounter.location:
        named = known.names((where.location,), encounter.contained)
        status = visit_words.PLACE_STATUS.get(own(where.status or ""), where.status or "")
        yield wording.maybe(
            _("Where"),
            beside(
                named,
                wording.words_of(where.physicalType),
                status,
                "" if _same(where.period, encounter.period) else wording.span(where.period, words=False),
            ),
        )
    provider = known.name(encounter.serviceProvider, encounter.contained)
    if encounter.location:
        yield wording.maybe(_("Organization"), provider or known.unnamed(encounter.serviceProvider))
    else:
        yield wording.fact(_("Organization"), provider, absent=known.unnamed(encounter.serviceProvider))


def _diagnosis_words(diagnosis: Diagnosis, encounter: Encounter, known: Known) -> str:
    return beside(
        known.names((diagnosis.condition,), encounter.contained),
        wording.named_or(DIAGNOSIS_USE, diagnosis.use),
        _now("number %d in order of importance") % diagnosis.rank if diagnosis.rank is not None else "",
    )


def _hospital_facts(encounter: Encounter, known: Known) -> Iterable[Fact | None]:
    stay = encounter.hospitalization
    if stay is None:
        return
    contained = encounter.contained
    yield wording.maybe(
        _("Where the patient went afterwards"),
        wording.named_or(visit_words.DISCHARGE, stay.dischargeDisposition)
        or wording.absent_reason(stay.dischargeDisposition),
    )
    yield wording.maybe(_("Discharged to"), known.names((stay.destination,), contained))
    yield wording.maybe(_("How the patient came in"), wording.words_of(stay.admitSource))
    yield wording.maybe(_("Came from"), known.names((stay.origin,), contained))
    yield wording.maybe(_("Came back to hospital"), wording.words_of(stay.reAdmission))
    yield wording.maybe(_("Diet"), wording.all_words_of(stay.dietPreference))
    yield wording.maybe(_("Special attention"), wording.all_words_of(stay.specialCourtesy))
    yield wording.maybe(_("Arranged for the patient"), wording.all_words_of(stay.specialArrangement))
    yield wording.maybe(_("Number before admission"), identifier_words(stay.preAdmissionIdentifier))


def _history_facts(encounter: Encounter) -> Iterable[Fact | None]:
    """How it went on, last: a state of the past must not be read as the present one."""
    for past in encounter.statusHistory:
        words = wording.status(STATUS, past.status).words
        yield wording.maybe(_("Status before"), beside(words, wording.span(past.period, words=False)))
    for earlier in encounter.classHistory:
        words = class_words(earlier.class_)
        yield wording.maybe(_("Setting before"), beside(words, wording.span(earlier.period, words=False)))


def references(encounter: Encounter) -> Iterable[Reference]:
    """With whom, where, why."""
    found = (
        *(participant.individual for participant in encounter.participant),
        *(where.location for where in encounter.location),
        encounter.serviceProvider,
        *encounter.reasonReference,
    )
    return (reference for reference in found if reference is not None)


def details(encounter: Encounter) -> Iterable[Reference]:
    """What was diagnosed, what it is part of, where from and where to."""
    stay = encounter.hospitalization or Hospitalization()
    found = (
        *(diagnosis.condition for diagnosis in encounter.diagnosis),
        encounter.partOf,
        stay.origin,
        stay.destination,
    )
    return (reference for reference in found if reference is not None)


KIND = Kind(
    slug="visits",
    title=_("Visits"),
    plain=_("Appointments and stays: when, with whom, where and why."),
    nothing_came_back=_("The agency’s system sent no visits. That does not always mean there were none."),
    group=Group.VISITS,
    order=10,
    resource_type="Encounter",
    searches=(Search(),),
    model=Encounter,
    head=EncounterHead,
    to_row=to_row,
    said=by_code(STATUS, {"planned": DAY_PASSED}, OVER, NOT_BEGUN),
    date_of=date_of,
    place=place,
    rank=rank,
    references=references,
    details=details,
    sort="-date",
    date_parameter="date",
    headings=(
        Heading("coming", _("Coming up"), now=True),
        Heading("now", _("Under way"), now=True, says=(STATUS["in-progress"],)),
        Heading("past", _("Past"), now=True),
        Heading(
            "cancelled",
            pgettext_lazy("a heading over several", "Cancelled"),
            _("Planned, and did not take place"),
            says=(STATUS["cancelled"],),
        ),
        Heading("other", OTHERS, _("Whether these took place is not recorded")),
    ),
    overview=OnOverview(title=_("Visits"), rows=3, order=55, more=_("All visits")),
)
