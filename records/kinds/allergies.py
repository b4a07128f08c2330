"""Allergies and reactions. FHIR R4 AllergyIntolerance; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.fhir.codes import ALLERGY_CLINICAL, ALLERGY_VERIFICATION, own
from records.fhir.elements import (
    CodeableConcept,
)
from records.fhir.stated_none import Said, Statement, Subject, told
from records.kinds import nothing, stated
from records.kinds.allergy import AllergyHead, AllergyIntolerance, Reaction
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
from records.kinds.stated import States
from records.words import wording
from records.words.rows import Fact, Note, Row, Status, Telling, When, Words, replace

EXPOSURE_RISK = "http://hl7.org/fhir/StructureDefinition/allergyintolerance-substanceExposureRisk"
"""FHIR R4: a substance with whether there is a known risk of a reaction to it, in the place of `code`."""

CLINICAL: dict[str, Status] = {
    "active": Status(words=_("Current"), icon="circle-check", now=True, plain=True),
    "inactive": Status(words=_("No longer a problem"), icon="circle-minus"),
    "resolved": Status(words=_("Resolved"), icon="check"),
}
"""Every code of AllergyIntolerance.clinicalStatus."""

VERIFICATION: dict[str, Words] = {
    "confirmed": _("Confirmed"),
    "unconfirmed": _("Not confirmed"),
    "presumed": _("Thought likely"),
    "refuted": _("Ruled out"),
}
"""Every code of AllergyIntolerance.verificationStatus but entered-in-error, which is set aside."""

STATES = States(ALLERGY_CLINICAL, ALLERGY_VERIFICATION, CLINICAL, VERIFICATION)

CRITICALITY: dict[str, Words] = {
    "high": _("Could be serious or life-threatening"),
    "low": _("Unlikely to be serious"),
    "unable-to-assess": _("Seriousness not known"),
}

TYPE: dict[str, Words] = {
    "allergy": _("Allergy"),
    "intolerance": _("Intolerance (a reaction that is not an allergy)"),
}

CATEGORY: dict[str, Words] = {
    "food": _("Food"),
    "medication": _("Medicine"),
    "environment": _("Environment"),
    "biologic": _("Biological substance"),
}

SEVERITY: dict[str, Words] = {"mild": _("mild"), "moderate": _("moderate"), "severe": _("severe")}

NAME_MISSING = _("Unnamed allergy entry")


def place(head: AllergyHead) -> str:
    """Which group an entry stands in. What was ruled out is never current, whatever else is said."""
    if STATES.is_refuted(head):
        return "refuted"
    if STATES.is_past(head):
        return "past"
    if _statement(head):
        return NONE
    return "current" if STATES.clinical_of(head) == "active" else "other"


def states(head: AllergyHead) -> Statement | None:
    """What the record states now instead of naming an allergy: that there is none, or that nothing is known."""
    return _statement(head) if place(head) == NONE and not head.is_entered_in_error else None


def _statement(entry: AllergyHead | AllergyIntolerance) -> Statement | None:
    found = told(entry.code, Subject.ALLERGIES)
    if found is None and entry.extension:
        substance, is_risk = exposure(entry)
        if substance is not None and is_risk is False:
            return Statement(Said.OF_A_SORT, wording.plain_name(substance).casefold(), in_words=True)
    # Of what somebody reacted to something is known.
    return None if found is not None and found.said is Said.NO_INFORMATION and entry.reaction else found


def exposure(entry: AllergyHead | AllergyIntolerance) -> tuple[CodeableConcept | None, bool | None]:
    """The substance of the exposure risk extension, and whether it is a known risk (True) or no known one (False)."""
    for extension in entry.extension:
        if extension.url == EXPOSURE_RISK:
            parts = {part.url: part.valueCodeableConcept for part in extension.extension}
            risk = parts.get("exposureRisk")
            codes = {coding.code for coding in risk.coding} if risk is not None else set()
            return parts.get("substance"), {
                "known-reaction-risk": True,
                "no-known-reaction-risk": False,
            }.get(next((code for code in codes if code), ""))
    return None, None


def claim(head: AllergyHead) -> Claim | None:
    """What an allergy claims: that it is so, how serious it is, and of which sort of substance."""
    way = STATES.way(head)
    if way is None:
        return None
    return Claim(
        thing(head.code),
        way,
        since=wording.sort_key(head.onsetDateTime)[:10],
        is_grave={"high": True, "low": False}.get(head.criticality or ""),
        sorts=(*(own(one) for one in head.category if one), wording.plain_name(head.code).casefold()),
    )


def rank(head: AllergyHead) -> int:
    """What could be life-threatening first, then what was severe before."""
    if head.criticality == "high":
        return 0
    return 1 if any(reaction.severity == "severe" for reaction in head.reaction) else 2


# ---------------------------------------------------------------- reactions


def reaction_words(reaction: Reaction) -> str:
    """What happened and how bad it was: "Hives, Swelling (severe)"; empty where neither is said."""
    happened = wording.all_words_of(reaction.manifestation) or (reaction.description or "").strip()
    severity = SEVERITY.get(reaction.severity or "", reaction.severity or "")
    if happened and severity:
        return _now("%(reaction)s (%(severity)s)") % {"reaction": happened, "severity": severity}
    return happened or (_now("A %s reaction") % severity if severity else "")


def _reaction_facts(reactions: list[Reaction]) -> Iterable[Fact | None]:
    for number, reaction in enumerate(reactions, start=1):

        def label(words: Words, number: int = number) -> Words:
            if len(reactions) == 1:
                return words
            return _now("%(label)s (reaction %(number)d)") % {"label": words, "number": number}

        yield wording.fact(label(_("What happened")), wording.all_words_of(reaction.manifestation))
        yield wording.fact(
            label(_("How severe")), SEVERITY.get(reaction.severity or "", reaction.severity or "")
        )
        yield wording.maybe(label(_("Described as")), reaction.description, verbatim=True)
        yield wording.maybe(label(_("Caused by")), wording.words_of(reaction.substance))
        yield wording.maybe(label(_("How it came into contact")), wording.words_of(reaction.exposureRoute))
        yield wording.dated(label(_("When it happened")), reaction.onset)
    if not reactions:
        yield wording.fact(_("What happened"), "", absent=_("Reaction not recorded"))


# ---------------------------------------------------------------- the row


def _when(allergy: AllergyIntolerance) -> When | None:
    if not allergy.onsetDateTime and stated.started(allergy):
        return When(words=stated.started(allergy), label=wording.before(_("Started")))
    return wording.first_when((allergy.onsetDateTime, _("Since")), (allergy.recordedDate, _("Recorded")))


def to_row(allergy: AllergyIntolerance, known: Known) -> Row:
    """One allergy, intolerance, or statement that there is none.

    The red line stands only on what may be so now: not on what was ruled out, resolved, or is a statement.
    """
    name, aside = called(allergy)
    statement = _statement(allergy)
    ruled_out, past = STATES.is_refuted(allergy), STATES.is_past(allergy)
    reactions = [words for words in map(reaction_words, allergy.reaction) if words]
    line: Words = "; ".join(reactions)
    caveats = tuple(_caveats(allergy))
    row = Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=STATES.status(allergy, statement),
        danger=CRITICALITY["high"]
        if allergy.criticality == "high" and not (statement or ruled_out or past)
        else "",
        line=line or ("" if statement or ruled_out else _("Reaction not recorded")),
        line_telling=Telling.SAID if line or statement or ruled_out else Telling.ABSENT,
        when=wording.when(allergy.recordedDate, _("Recorded")) if statement else _when(allergy),
        who=stated.who(allergy, known),
        asides=tuple(
            filter(
                None,
                (
                    aside,
                    *caveats,
                    STATES.certainty(allergy) if STATES.verification_of(allergy) == "confirmed" else "",
                    "" if name else wording.absent_reason(allergy.code),
                ),
            )
        ),
        caveats=caveats,
        facts=known.facts(_facts(allergy, known, statement=statement is not None)),
        notes=(*known.notes(allergy.note), *_reaction_notes(allergy, known)),
    )
    return _stated(row, allergy, statement) if statement is not None else row


def _stated(row: Row, allergy: AllergyIntolerance, statement: Statement) -> Row:
    """The row of a statement; what is said of a reaction stays."""
    substance, is_risk = exposure(allergy)
    if is_risk is False and substance is not None and told(allergy.code, Subject.ALLERGIES) is None:
        title = _now("%s: no known risk of a reaction") % (wording.words_of(substance) or _now("A substance"))
        return replace(row, title=title, title_missing=False)
    found = nothing.row(row, statement, allergy.code)
    return replace(found, status=row.status, line=row.line or found.line)


def called(allergy: AllergyIntolerance) -> tuple[str, Words]:
    """What an allergy is called, and where that comes from if not from its code: the substance of the exposure risk,
    or what its reactions were to; the code itself is the last resort."""
    name = wording.plain_name(allergy.code)
    if name:
        return name, ""
    substance, _is_risk = exposure(allergy)
    if name := wording.plain_name(substance):
        return name, ""
    causes = dict.fromkeys(filter(None, (wording.plain_name(one.substance) for one in allergy.reaction)))
    if causes:
        return ", ".join(causes), _("Named after what caused the reaction")
    return wording.words_of(allergy.code) or wording.words_of(substance), ""


def _caveats(allergy: AllergyIntolerance) -> Iterable[Words]:
    """What makes it less than a confirmed allergy."""
    if allergy.type == "intolerance":
        yield _("Intolerance")
    if STATES.verification_of(allergy) not in {None, "", "confirmed", "refuted"}:
        yield STATES.certainty(allergy)


def _reaction_notes(allergy: AllergyIntolerance, known: Known) -> Iterable[Note]:
    for reaction in allergy.reaction:
        yield from known.notes(reaction.note)


def _facts(allergy: AllergyIntolerance, known: Known, *, statement: bool) -> Iterable[Fact | None]:
    yield wording.why_unnamed(allergy.code)
    if not statement:
        yield from _reaction_facts(allergy.reaction)
        yield wording.fact(
            _("How serious it could be"),
            CRITICALITY.get(allergy.criticality or "", allergy.criticality),
            absent=wording.absent_reason(allergy.criticality_element),
        )
        yield wording.fact(
            _("Allergy or intolerance"),
            TYPE.get(allergy.type or "", allergy.type),
            absent=wording.absent_reason(allergy.type_element),
        )
    elif allergy.reaction:
        yield from _reaction_facts(allergy.reaction)
    yield wording.maybe(
        _("Kind of substance"), ", ".join(str(CATEGORY.get(own(c), c)) for c in allergy.category if c)
    )
    yield from STATES.certainty_facts(allergy)
    yield stated.started_fact(allergy)
    yield wording.dated(_("Last reaction"), allergy.lastOccurrence)
    yield stated.recorded_fact(allergy)
    yield from known.sources(allergy.recorder, allergy.asserter, allergy.contained)
    yield from known.visits(allergy.encounter, contained=allergy.contained)


KIND = Kind(
    slug="allergies",
    title=_("Allergies and reactions"),
    plain=_("What the patient reacts to, what happened, and how serious it could be."),
    nothing_came_back=_(
        "The agency’s system sent no allergy information. That does not always mean there are no allergies."
    ),
    group=Group.NOW,
    order=10,
    resource_type="AllergyIntolerance",
    # US Core asks servers for `patient` and `clinical-status` alone, and for no order: lists are short.
    searches=(Search(),),
    model=AllergyIntolerance,
    head=AllergyHead,
    to_row=to_row,
    said=by_code(CLINICAL, VERIFICATION, CRITICALITY, {"refuted": stated.RULED_OUT}),
    date_of=lambda head: head.recordedDate,
    place=place,
    rank=rank,
    states=states,
    claim=claim,
    references=stated.references,
    details=stated.details,
    headings=(
        Heading("current", pgettext_lazy("a heading over several", "Current"), now=True),
        Heading(NONE, _("Recorded as none"), _("What the agency asked about and recorded as none"), now=True),
        Heading("other", OTHERS, _("Whether these are current is not recorded"), now=True),
        Heading("past", _("Past"), _("No longer a problem, or resolved")),
        stated.REFUTED,
    ),
    overview=OnOverview(
        title=_("Allergies"), rows=6, order=10, more=_("All allergies and reactions"), all_on_paper=True
    ),
)
