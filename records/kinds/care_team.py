"""The care team: who cares for the patient, as what, and how to reach them. FHIR R4 CareTeam; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec import field

from records.fhir.elements import (
    Annotation,
    CodeableConcept,
    ContactPoint,
    Element,
    Head,
    Named,
    Period,
    PrimitiveElement,
    Reference,
    Resource,
)
from records.kinds.base import (
    OTHERS,
    Group,
    Heading,
    Kind,
    Known,
    OnOverview,
    Parameters,
    Search,
    by_code,
    pointed,
)
from records.words import personal, wording
from records.words.rows import Fact, Row, Status, Telling, When, Words


class Participant(Element, frozen=True, kw_only=True):
    """FHIR R4 CareTeam.participant."""

    role: list[CodeableConcept] = []
    member: Reference | None = None
    onBehalfOf: Reference | None = None
    period: Period | None = None


class CareTeam(Resource, frozen=True, kw_only=True):
    """The elements of a CareTeam that we show."""

    contained: list[Named] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    category: list[CodeableConcept] = []
    name: str | None = None
    encounter: Reference | None = None
    period: Period | None = None
    participant: list[Participant] = []
    reasonCode: list[CodeableConcept] = []
    reasonReference: list[Reference] = []
    managingOrganization: list[Reference] = []
    telecom: list[ContactPoint] = []
    note: list[Annotation] = []


class CareTeamHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    period: Period | None = None


STATUS: dict[str, Status] = {
    "active": Status(words=_("Current"), icon="circle-check", now=True, plain=True),
    "proposed": Status(words=_("Being prepared"), icon="pencil-line"),
    "suspended": Status(words=_("Paused"), icon="circle-pause"),
    "inactive": Status(words=_("Ended"), icon="circle-minus"),
}
"""Every code of CareTeam.status but entered-in-error, which is set aside."""

TIME_OVER = Status(words=_("Its time is over; the record still says “current”"), icon="circle-minus")
NOT_BEGUN = Status(words=_("Not begun yet; the record says “current” already"), icon="calendar-clock")
NAME_MISSING = _("Unnamed care team")
MEMBER = _("Member of the team")
REACHED = ("Practitioner", "Organization")
"""Types whose telephone numbers can be read."""

PLACES = {"active": "current", "proposed": "prepared", "suspended": "paused", "inactive": "ended"}


def place(head: CareTeamHead) -> str:
    """Which group a team stands in. One whose time is over, or has not come, is not the present one."""
    found = PLACES.get(head.status or "", "other")
    if found != "current" or wording.in_force(head.period):
        return found
    return "other" if wording.is_over(head.period) else "prepared"


def date_of(head: CareTeamHead) -> str | None:
    """When it began; where that is not said, when it ended."""
    return wording.given(head.period.start, head.period.end) if head.period is not None else None


def state(team: CareTeam) -> Status:
    """The state in words; where the dates contradict it, with what the record says."""
    if team.status == "active" and not wording.in_force(team.period):
        return TIME_OVER if wording.is_over(team.period) else NOT_BEGUN
    return wording.status(STATUS, team.status, absent=wording.absent_reason(team.status_element))


# ---------------------------------------------------------------- members


def member_name(participant: Participant, known: Known, contained: list[Named]) -> str:
    """Who a member is: by name, or as the patient; empty where the record does not say."""
    return known.who(participant.member, contained)


def _member_line(participant: Participant, known: Known, contained: list[Named]) -> str:
    name = member_name(participant, known, contained)
    role = wording.all_words_of(participant.role)
    # Who has left, or is still to come, must not be called for help.
    away = "" if wording.in_force(participant.period) else wording.span(participant.period)
    inner = ", ".join(filter(None, (role, away)))
    if name and inner:
        return _now("%(name)s (%(role)s)") % {"name": name, "role": inner}
    return name or inner


def _member_fact(participant: Participant, known: Known, contained: list[Named]) -> Fact:
    role: Words = wording.all_words_of(participant.role)
    name = member_name(participant, known, contained)
    behalf = known.name(participant.onBehalfOf, contained)
    found = known.resource(participant.member, contained)
    parts = (
        name or str(known.unnamed(participant.member) or _("Name not recorded")),
        _now("for %s") % behalf if behalf else "",
        wording.span(participant.period),
        personal.contact_lines(found.telecom) if found is not None else "",
    )
    return Fact(
        label=role or wording.absent_reason(*participant.role) or MEMBER,
        value="\n".join(filter(None, parts)),
        telling=Telling.SAID if name else Telling.ABSENT,
        phones=personal.phones(found.telecom) if found is not None else (),
    )


def contact(team: CareTeam, known: Known) -> str:
    """How to reach the team, for a list: its own telephone, else that of the first member who has one."""
    if known.whole:
        return ""  # there every member's stands with the name
    if own := personal.contact_lines([one for one in team.telecom if personal.is_usable(one)][:1]):
        return own
    for one in team.participant:
        if not wording.in_force(one.period):
            continue
        found = known.resource(one.member, team.contained)
        name = member_name(one, known, team.contained)
        lines = personal.contact_lines(found.telecom).splitlines() if found is not None else []
        if name and lines and not known.is_patient(one.member):
            return _now("%(name)s, %(contact)s") % {"name": name, "contact": lines[0]}
    return ""


# ---------------------------------------------------------------- the row


def to_row(team: CareTeam, known: Known) -> Row:
    """One team with the names of its members; who they are in full stands on its own page."""
    name = (team.name or "").strip() or wording.all_words_of(team.category)
    members = [_member_line(one, known, team.contained) for one in team.participant]
    line: Words = "; ".join(filter(None, members))
    if line and (reached := contact(team, known)):
        line = _now("%(members)s. First contact: %(contact)s") % {"members": line, "contact": reached}
    organizations = [known.name(one, team.contained) for one in team.managingOrganization]
    period = wording.bounded(team.period)
    start, end = period.start, period.end
    return Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=state(team),
        # The entry's own page tells the members one by one.
        line="" if line and known.whole else line or _("Members not recorded"),
        line_telling=Telling.SAID if line else Telling.ABSENT,
        when=_when(team),
        who=", ".join(filter(None, organizations)),
        asides=(_now("Until %s") % wording.day(end),) if start and end else (),
        facts=known.facts(_facts(team, known)),
        notes=known.notes(team.note),
    )


def _when(team: CareTeam) -> When | None:
    period = team.period or Period()
    label = _("From") if wording.is_to_come(period) else _("Since")
    return wording.first_when((period.start, label), (period.end, _("Until")))


def _facts(team: CareTeam, known: Known) -> Iterable[Fact | None]:
    for one in team.participant:
        yield _member_fact(one, known, team.contained)
    if not team.participant:
        yield wording.fact(_("Members"), "")
    reach = personal.contact_lines(team.telecom)
    yield personal.reachable(wording.maybe(_("How to reach the team"), reach), team.telecom)
    yield wording.maybe(_("Time"), wording.span(team.period, words=False))
    reasons = [wording.words_of(r) for r in team.reasonCode]
    reasons += [known.name(r, team.contained) for r in team.reasonReference]
    yield wording.maybe(_("What it is for"), wording.listed(reasons))
    for organization in team.managingOrganization:
        found = known.resource(organization, team.contained)
        said = known.name(organization, team.contained)
        reach = personal.contact_lines(found.telecom) if found is not None else ""
        yield personal.reachable(
            wording.fact(
                _("Organization in charge"),
                "\n".join(filter(None, (said, reach))),
                absent=known.unnamed(organization),
            ),
            found.telecom if found is not None else (),
        )
    yield wording.maybe(_("Kind of team"), wording.all_words_of(team.category))
    yield from known.visits(team.encounter, contained=team.contained)


def references(team: CareTeam) -> Iterable[Reference]:
    """The members, and the organizations in charge; the first member also for how to reach them."""
    members = pointed(*(one.member for one in team.participant))
    served = (one for one in members if one.reference and one.reference.rpartition("/")[0].endswith(REACHED))
    # Without its display a reference is read even where its name is known.
    first = [Reference(reference=one.reference) for one in served][:1]
    return (*members, *team.managingOrganization, *first)


def details(team: CareTeam) -> Iterable[Reference]:
    """The same again for how to reach them, whatever their names; whom they act for, the reasons, the visit."""
    for reference in (*(one.member for one in team.participant if one.member), *team.managingOrganization):
        yield Reference(reference=reference.reference)
    behalf = (one.onBehalfOf for one in team.participant)
    yield from pointed(*behalf, *team.reasonReference, team.encounter)


def _by_status(*codes: str) -> Parameters:
    return (("status", ",".join(codes)),)


KIND = Kind(
    slug="care-team",
    title=_("Care team"),
    plain=_("Who cares for the patient, in which role, and how to reach them."),
    nothing_came_back=_("The agency’s system sent no care team. That does not always mean there is none."),
    group=Group.CARE,
    order=20,
    resource_type="CareTeam",
    # US Core makes servers answer `patient` with one `status`. What has none is asked for besides.
    searches=(
        Search(
            parameters=_by_status(*STATUS),
            fallbacks=(
                (_by_status(*STATUS),),
                tuple(_by_status(code) for code in STATUS),
                ((),),
                (_by_status("active"),),
            ),
        ),
        Search(parameters=(("status:missing", "true"),)),
    ),
    model=CareTeam,
    head=CareTeamHead,
    to_row=to_row,
    said=by_code(STATUS, {"active": TIME_OVER}, {"active": NOT_BEGUN}),
    date_of=date_of,
    place=place,
    references=references,
    details=details,
    overview=OnOverview(
        title=_("Care team"), rows=1, order=57, more=_("All of the care team"), afterwards=True
    ),
    headings=(
        Heading("current", pgettext_lazy("a heading over several", "Current"), now=True),
        Heading("prepared", _("Being prepared"), _("Suggested, or not begun"), says=(STATUS["proposed"],)),
        Heading("paused", _("Paused"), _("Not ended"), says=(STATUS["suspended"],)),
        Heading("ended", pgettext_lazy("a heading over several", "Ended"), says=(STATUS["inactive"],)),
        Heading("other", OTHERS, _("Whether these are current is not recorded")),
    ),
)
