"""Health conditions, and apart from them the diagnoses made at visits. FHIR R4 Condition; US Core 5.0.1.

Two kinds of one search: problem list, health concerns and whatever has no category stand with the conditions;
entries that are encounter diagnoses and nothing else stand by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.fhir.codes import CONDITION_CLINICAL, CONDITION_VERIFICATION
from records.fhir.elements import (
    Period,
    Reference,
)
from records.fhir.stated_none import Statement, Subject, told
from records.kinds import nothing, stated
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
)
from records.kinds.claims import Claim, thing
from records.kinds.condition import ASSERTED_DATE, Condition, ConditionHead
from records.kinds.stated import States
from records.words import wording
from records.words.rows import Fact, Row, Status, When, Words, replace

CLINICAL: dict[str, Status] = {
    "active": Status(words=_("Current"), icon="circle-check", now=True, plain=True),
    "recurrence": Status(words=_("Has come back"), icon="rotate-ccw", now=True),
    "relapse": Status(words=_("Has come back after improving"), icon="rotate-ccw", now=True),
    "inactive": Status(words=_("Not a problem now"), icon="circle-minus"),
    "remission": Status(words=_("In remission (better, still watched)"), icon="eye"),
    "resolved": Status(words=_("Resolved"), icon="check"),
}
"""Every code of Condition.clinicalStatus."""

VERIFICATION: dict[str, Words] = {
    "confirmed": _("Confirmed"),
    "provisional": _("First impression, being checked"),
    "differential": _("One of several possibilities"),
    "unconfirmed": _("Not confirmed"),
    "refuted": _("Ruled out"),
}
"""Every code of Condition.verificationStatus but entered-in-error, which is set aside."""

STATES = States(CONDITION_CLINICAL, CONDITION_VERIFICATION, CLINICAL, VERIFICATION)

CATEGORY: dict[str, Words] = {
    "problem-list-item": _("On the problem list"),
    "encounter-diagnosis": _("Diagnosis made at a visit"),
    "health-concern": _("Health concern"),
    "sdoh": _("Social or living situation"),
}
"""FHIR's condition categories, and those that US Core 5.0.1 adds."""

NAME_MISSING = _("Unnamed condition entry")
CURRENT = frozenset({"active", "recurrence", "relapse"})
PLACES = {**dict.fromkeys(CURRENT, "current"), **dict.fromkeys(stated.PAST, "past"), "remission": "remission"}

VISIT_DIAGNOSIS = "encounter-diagnosis"
KEPT_ON_A_LIST = frozenset({"problem-list-item", "health-concern"})


def categories(entry: Condition | ConditionHead) -> list[str]:
    """The category codes, whichever system they are said to be of."""
    return [coding.code for concept in entry.category for coding in concept.coding if coding.code]


def is_visit_diagnosis(entry: Condition | ConditionHead) -> bool:
    """Whether an entry is a diagnosis of one visit and on no list that is kept."""
    found = categories(entry)
    return VISIT_DIAGNOSIS in found and KEPT_ON_A_LIST.isdisjoint(found)


def place(head: ConditionHead) -> str | None:
    """Which group of the conditions an entry stands in. What was ruled out is never current."""
    if is_visit_diagnosis(head):
        return None
    if STATES.is_refuted(head):
        return "refuted"
    code = STATES.clinical_of(head) or ""
    if not STATES.is_past(head) and told(head.code, Subject.PROBLEMS):
        return NONE
    return PLACES.get(code, "other")


def place_at_visits(head: ConditionHead) -> str | None:
    """Which group of the diagnoses made at visits an entry stands in."""
    if not is_visit_diagnosis(head):
        return None
    if STATES.is_refuted(head):
        return "refuted"
    return NONE if told(head.code, Subject.PROBLEMS) else "diagnoses"


def states(head: ConditionHead) -> Statement | None:
    """What the record states now instead of naming a condition: that there is none, or that nothing is known."""
    if head.is_entered_in_error or place(head) != NONE:
        return None
    return told(head.code, Subject.PROBLEMS)


def claim(head: ConditionHead) -> Claim | None:
    """What a condition claims, and between which days."""
    way = STATES.way(head)
    name = thing(head.code) if way is not None else ""
    if way is None or not name or is_visit_diagnosis(head):
        return None
    began, over = head.onsetPeriod or Period(), head.abatementPeriod or Period()
    return Claim(
        name,
        way,
        since=wording.sort_key(head.onsetDateTime or began.start)[:10],
        until=wording.sort_key(head.abatementDateTime or over.end or over.start or began.end)[:10],
    )


def date_of(head: ConditionHead) -> str | None:
    """When it was recorded; where that is not said, when it started."""
    onset = head.onsetPeriod.start if head.onsetPeriod else None
    return wording.given(head.recordedDate, head.onsetDateTime, onset)


# ---------------------------------------------------------------- the row


def ended(condition: Condition) -> str:
    """abatement[x] in words."""
    return wording.beginning(
        condition.abatementDateTime,
        condition.abatementPeriod,
        condition.abatementAge,
        condition.abatementRange,
        condition.abatementString,
    )


def is_over(condition: Condition) -> bool:
    """Whether abatement[x] says that it has ended: not on a day that stands for none, or is still to come."""
    period = condition.abatementPeriod
    dated = condition.abatementDateTime or (period and (period.end or period.start))
    if not dated:
        return bool(ended(condition))
    return not wording.is_no_date(dated) and not wording.is_future(dated)


def asserted(condition: Condition) -> str | None:
    """The date on which it was first stated. US Core: extension condition-assertedDate."""
    return next((e.valueDateTime for e in condition.extension if e.url == ASSERTED_DATE), None)


def _when(condition: Condition) -> When | None:
    label = (
        _("Since") if STATES.clinical_of(condition) in CURRENT and not is_over(condition) else _("Started")
    )
    if condition.onsetDateTime:
        return wording.when(condition.onsetDateTime, label)
    words = stated.started(condition)
    return When(words=words, label=wording.before(_("Started"))) if words else None


def _ended_words(condition: Condition) -> str:
    on = condition.abatementDateTime
    if on and wording.is_no_date(on):
        return ""
    if on:
        return (_now("Ended %s") if is_over(condition) else _now("To end %s")) % wording.day(on)
    return _now("Ended: %s") % ended(condition) if ended(condition) and is_over(condition) else ""


def _recorded_words(condition: Condition) -> str:
    if not condition.recordedDate or wording.is_no_date(condition.recordedDate):
        return ""
    return _now("Recorded %s") % wording.day(condition.recordedDate)


def _kind_words(condition: Condition) -> Iterable[Words]:
    """What the list tells apart: health concerns, and what belongs to living rather than to the body."""
    found = categories(condition)
    if "health-concern" in found:
        yield CATEGORY["health-concern"]
    if "sdoh" in found:
        yield CATEGORY["sdoh"]


def _category_words(condition: Condition) -> str:
    said = [
        str(next((CATEGORY[c.code] for c in concept.coding if c.code in CATEGORY), wording.words_of(concept)))
        for concept in condition.category
    ]
    return ", ".join(dict.fromkeys(filter(None, said)))


def to_row(condition: Condition, known: Known) -> Row:
    """One condition or diagnosis. When it started, was recorded and ended are three dates, each with its name."""
    name = wording.words_of(condition.code)
    began = _when(condition)
    recorded = wording.when(condition.recordedDate, _("Recorded"))
    sure = (
        STATES.certainty(condition)
        if STATES.verification_of(condition) not in {"confirmed", "refuted"}
        else ""
    )
    row = Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=STATES.status(condition),
        line=" · ".join(
            filter(None, (wording.words_of(condition.severity), wording.all_words_of(condition.bodySite)))
        ),
        when=recorded if began is None or (recorded and not began.iso and condition.onsetDateTime) else began,
        who=stated.who(condition, known),
        asides=tuple(
            filter(
                None,
                (
                    sure,
                    *_kind_words(condition),
                    _ended_words(condition),
                    _recorded_words(condition) if began else "",
                    "" if name else wording.absent_reason(condition.code),
                ),
            )
        ),
        caveats=(sure,) if sure else (),
        facts=known.facts(_facts(condition, known)),
        notes=known.notes(condition.note),
    )
    statement = told(condition.code, Subject.PROBLEMS)
    if statement is None:
        return row
    row = nothing.row(row, statement, condition.code)
    return replace(row, status=STATES.status(condition, statement), when=recorded or began)


def _facts(condition: Condition, known: Known) -> Iterable[Fact | None]:
    yield wording.why_unnamed(condition.code)
    yield from STATES.certainty_facts(condition)
    yield wording.maybe(_("How severe"), wording.words_of(condition.severity))
    yield wording.maybe(_("Where in the body"), wording.all_words_of(condition.bodySite))
    yield wording.maybe(_("Kind of entry"), _category_words(condition))
    yield from _dates(condition)
    yield from known.sources(condition.recorder, condition.asserter, condition.contained)
    for stage in condition.stage:
        yield wording.maybe(_("Stage"), wording.words_of(stage.summary))
        yield wording.maybe(_("Kind of staging"), wording.words_of(stage.type))
        yield _named(_("Stage assessed by"), stage.assessment, condition, known)
    for evidence in condition.evidence:
        yield wording.maybe(_("Signs of it"), wording.all_words_of(evidence.code))
        yield _named(_("Seen in"), evidence.detail, condition, known)
    yield from known.visits(condition.encounter, contained=condition.contained)


def _dates(condition: Condition) -> Iterable[Fact | None]:
    yield stated.started_fact(condition)
    over = ended(condition)
    if over or STATES.clinical_of(condition) not in CURRENT:
        yield wording.fact(
            _("Ended") if not over or is_over(condition) else _("To end"),
            over,
            iso=condition.abatementDateTime or "",
            absent=wording.absent_reason(condition.abatementDateTime_element),
        )
    yield stated.recorded_fact(condition)
    yield wording.dated(_("First stated"), asserted(condition))


def _named(label: Words, references: list[Reference], condition: Condition, known: Known) -> Fact | None:
    if not references:
        return None
    names = [known.name(reference, condition.contained) for reference in references]
    return wording.fact(label, ", ".join(filter(None, names)), absent=known.unnamed(references[0]))


SEARCHES = (Search(),)
"""One search for both kinds, so that the server is asked once, and what has no category arrives too."""

CONDITIONS = Kind(
    slug="conditions",
    title=_("Health conditions"),
    plain=_("Illnesses and concerns that the agency keeps on the patient’s list."),
    nothing_came_back=_(
        "The agency’s system sent no health conditions. That does not always mean there are none."
    ),
    group=Group.NOW,
    order=30,
    resource_type="Condition",
    searches=SEARCHES,
    model=Condition,
    head=ConditionHead,
    to_row=to_row,
    said=by_code(CLINICAL, VERIFICATION, CATEGORY),
    date_of=date_of,
    place=place,
    states=states,
    claim=claim,
    references=stated.references,
    details=stated.details,
    sort="-recorded-date",
    headings=(
        Heading("current", pgettext_lazy("a heading over several", "Current"), now=True),
        Heading(NONE, _("Recorded as none"), now=True),
        Heading("remission", _("In remission"), _("Better, still watched")),
        Heading("past", _("Past"), _("Not a problem now, or resolved")),
        Heading("other", OTHERS, _("Whether these are current is not recorded")),
        stated.REFUTED,
    ),
    overview=OnOverview(
        title=_("Current conditions"), rows=6, order=30, more=_("All health conditions"), all_on_paper=True
    ),
)

VISIT_DIAGNOSES = Kind(
    slug="conditions/visit-diagnoses",
    title=_("Diagnoses made at visits"),
    plain=_("What was diagnosed at one visit, which is not always something the patient still has."),
    nothing_came_back=_(
        "The agency’s system sent no diagnoses made at visits. That does not always mean there are none."
    ),
    group=Group.NOW,
    order=31,
    resource_type="Condition",
    searches=SEARCHES,
    model=Condition,
    head=ConditionHead,
    to_row=to_row,
    said=by_code(CLINICAL, VERIFICATION, CATEGORY),
    date_of=date_of,
    place=place_at_visits,
    references=stated.references,
    details=stated.details,
    sort="-recorded-date",
    headings=(Heading("diagnoses", ""), Heading(NONE, _("Recorded as none")), stated.REFUTED),
)

KINDS = (CONDITIONS, VISIT_DIAGNOSES)
