"""Vaccines: given, refused or not possible, and never one for the other. FHIR R4 Immunization; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from records.fhir.elements import Quantity, Reference
from records.fhir.stated_none import Said, Statement, Subject, told
from records.kinds import nothing
from records.kinds.base import NONE, OTHERS, Group, Heading, Kind, Known, Search, by_code, pointed
from records.kinds.immunization import Education, Immunization, ImmunizationHead, ProtocolApplied
from records.words import wording
from records.words.rows import Fact, Row, Status, Telling, When, Words, replace

STATUS: dict[str, Status] = {
    "completed": Status(words=_("Given"), icon="circle-check", now=True),
    "not-done": Status(words=_("Not given"), icon="circle-slash"),
}
"""Every code of Immunization.status but entered-in-error, which is set aside."""

DOES_NOT_COUNT = Status(words=_("Given, but does not count"), icon="circle-alert")

WHEN_LABEL: dict[str, Words] = {"completed": _("Given"), "not-done": _("Not given")}

STATUS_REASON: dict[str, Words] = {
    "IMMUNE": _("Already immune"),
    "MEDPREC": _("A medical reason against it"),
    "OSTOCK": _("The vaccine was out of stock"),
    "PATOBJ": _("Declined by the patient"),
}
"""Codes of HL7's ActReason that say why a vaccine was not given, for those that come without words."""

ORIGIN: dict[str, Words] = {
    "provider": _("another clinic or clinician"),
    "record": _("a written record"),
    "recall": _("the memory of the patient or of somebody close"),
    "school": _("a record of the school"),
    "jurisdiction": _("a public registry"),
}
"""Codes of the immunization-origin system, for those that come without words."""

FUNCTION: dict[str, Words] = {"OP": _("ordered it"), "AP": _("gave it")}
"""Codes of HL7 v2 table 0443 that say what a performer did."""

SUBPOTENT: dict[str, Words] = {
    "partial": _("Only part of the dose was given"),
    "coldchainbreak": _("It had not been kept cold enough"),
    "recall": _("The vaccine was called back by its maker"),
}

ELIGIBILITY: dict[str, Words] = {
    "ineligible": _("Not covered by a program"),
    "uninsured": _("Covered by a program because there is no insurance"),
}

FUNDING: dict[str, Words] = {"private": _("Private money"), "public": _("Public money")}

NOT_KNOWN = 999
NAME_MISSING = _("Unnamed vaccine entry")
TOLD = _("Told by the patient or another record")
FIRST_HAND = _("From whoever gave it")


def place(head: ImmunizationHead) -> str:
    """Which group an entry stands in. Only "completed" is given, and not what states that none was."""
    if _statement(head) is not None:
        return NONE
    return {"completed": "given", "not-done": "not-given"}.get(head.status or "", "other")


def states(head: ImmunizationHead) -> Statement | None:
    """What the record states instead of naming a vaccine: that there is none, or that nothing is known."""
    return None if head.is_entered_in_error else _statement(head)


def _statement(entry: ImmunizationHead | Immunization) -> Statement | None:
    """A vaccine that was not given may have no other name than that none was: with its reason it is an entry."""
    found = told(entry.vaccineCode, Subject.VACCINES)
    is_refusal = found is not None and found.said is Said.OF_A_SORT and entry.status == "not-done"
    return None if is_refusal else found


def date_of(head: ImmunizationHead) -> str | None:
    """When it happened; when it was recorded, only where nothing is said of that."""
    return wording.given(head.occurrenceDateTime, None if head.occurrenceString else head.recorded)


def state(immunization: Immunization) -> Status:
    """The state in words. A dose that does not count is never just "Given"."""
    if immunization.status == "completed" and immunization.isSubpotent:
        return DOES_NOT_COUNT
    return wording.status(
        STATUS, immunization.status, absent=wording.absent_reason(immunization.status_element)
    )


# ---------------------------------------------------------------- parts in words


def dose_words(protocol: ProtocolApplied) -> str:
    """Which dose of how many: "Dose 2 of 3"; empty where no number is recorded."""
    number = _count(protocol.doseNumberPositiveInt, protocol.doseNumberString)
    of = _count(protocol.seriesDosesPositiveInt, protocol.seriesDosesString)
    if number and of:
        return _now("Dose %(number)s of %(of)s") % {"number": number, "of": of}
    if number:
        return _now("Dose %s") % number
    return _now("One of %s doses") % of if of else ""


def _count(number: int | None, text: str | None) -> str:
    return str(number) if number is not None else (text or "").strip()


def amount_words(amount: Quantity | None) -> str:
    """How much was given. 999 is no amount: registries have it stand for one that is not known.

    HL7 v2.5.1 Immunization Messaging 1.5, RXA-6; servers take the number over with a unit or without.
    """
    if amount is not None and amount.value == NOT_KNOWN and not amount.comparator:
        return _now("Not known (recorded as %s)") % wording.quantity(amount)
    return wording.quantity(amount)


def origin_words(immunization: Immunization) -> Words:
    """Where the information comes from; empty where the record does not say."""
    origin = wording.named_or(ORIGIN, immunization.reportOrigin)
    if immunization.primarySource is False:
        return _now("%(told)s: %(origin)s") % {"told": TOLD, "origin": origin} if origin else TOLD
    if immunization.primarySource and origin:
        return _now("%(source)s; also recorded: %(origin)s") % {"source": FIRST_HAND, "origin": origin}
    return FIRST_HAND if immunization.primarySource else origin


def reasons_against(immunization: Immunization) -> Words:
    """Why it has the status that it has: declined, out of stock."""
    return wording.named_or(STATUS_REASON, immunization.statusReason)


def _people(immunization: Immunization, known: Known) -> Words:
    return known.names((p.actor for p in immunization.performer), immunization.contained)


# ---------------------------------------------------------------- the row


def _when(immunization: Immunization) -> When | None:
    """Without a label: the status beside it says what happened then."""
    sentence = (immunization.occurrenceString or "").strip()
    if not immunization.occurrenceDateTime and sentence:
        return When(words=sentence)
    recorded = None if sentence else immunization.recorded
    return wording.first_when((immunization.occurrenceDateTime, ""), (recorded, _("Recorded")))


def to_row(immunization: Immunization, known: Known) -> Row:
    """One vaccine entry.

    A vaccine that was not given stays in the list with its reason: leaving it out would read as "nobody offered it".
    """
    name = wording.words_of(immunization.vaccineCode)
    line, telling = _line(immunization)
    row = Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=state(immunization),
        line=line,
        line_telling=telling,
        when=_when(immunization),
        who=_people(immunization, known),
        asides=tuple(
            filter(
                None,
                (
                    TOLD if immunization.primarySource is False else "",
                    "" if name else wording.absent_reason(immunization.vaccineCode),
                ),
            )
        ),
        facts=known.facts(_facts(immunization, known)),
        notes=known.notes(immunization.note),
    )
    said = told(immunization.vaccineCode, Subject.VACCINES)
    if _statement(immunization) is not None and said is not None:
        return nothing.row(row, said, immunization.vaccineCode)
    if said is not None:
        return replace(row, title=nothing.title(said, immunization.vaccineCode), title_missing=False)
    return row


def _line(immunization: Immunization) -> tuple[Words, Telling]:
    """What stands under the name: why it was not given, else which dose of what."""
    if immunization.status == "not-done":
        reason = reasons_against(immunization)
        return (reason, Telling.SAID) if reason else (_("Reason not recorded"), Telling.ABSENT)
    parts = []
    for protocol in immunization.protocolApplied:
        of = (protocol.series or "").strip() or wording.all_words_of(protocol.targetDisease)
        parts.append(", ".join(filter(None, (dose_words(protocol), of))))
    if immunization.isSubpotent:
        parts += [str(wording.named_or(SUBPOTENT, reason)) for reason in immunization.subpotentReason]
    return "; ".join(filter(None, parts)), Telling.SAID


def _facts(immunization: Immunization, known: Known) -> Iterable[Fact | None]:
    contained = immunization.contained
    yield wording.why_unnamed(immunization.vaccineCode)
    reason = reasons_against(immunization)
    if immunization.status == "not-done":
        yield wording.fact(
            _("Why it was not given"), reason, absent=wording.absent_reason(immunization.statusReason)
        )
    else:
        yield wording.maybe(_("Why it has this status"), reason)
    yield wording.fact(
        WHEN_LABEL.get(immunization.status or "", _("Date")),
        wording.beginning(immunization.occurrenceDateTime, None, None, None, immunization.occurrenceString),
        iso=immunization.occurrenceDateTime or "",
        absent=wording.absent_reason(immunization.occurrenceDateTime_element),
    )
    if immunization.isSubpotent is not None:
        yield Fact(
            label=_("Does this dose count?"),
            value=_("No, it was not strong enough") if immunization.isSubpotent else _("Yes"),
        )
    for why in immunization.subpotentReason:
        yield wording.maybe(_("Why it does not count"), wording.named_or(SUBPOTENT, why))
    yield from _protocol_facts(immunization, known)
    yield wording.fact(
        _("Where this information comes from"),
        origin_words(immunization),
        absent=wording.absent_reason(immunization.primarySource_element),
    )
    yield from _performer_facts(immunization, known)
    yield known.maybe(_("Where"), immunization.location, contained)
    reasons = [wording.words_of(r) for r in immunization.reasonCode]
    reasons += [str(known.names(immunization.reasonReference, contained))]
    yield wording.maybe(_("Why"), wording.listed(reasons))
    yield wording.maybe(_("Amount"), amount_words(immunization.doseQuantity))
    yield wording.maybe(_("Part of the body"), wording.words_of(immunization.site))
    yield wording.maybe(_("How it was given"), wording.words_of(immunization.route))
    yield known.maybe(_("Made by"), immunization.manufacturer, contained)
    yield wording.maybe(_("Lot number"), immunization.lotNumber)
    yield wording.dated(_("Use-by date of the vaccine"), immunization.expirationDate)
    yield from _reaction_facts(immunization, known)
    for leaflet in immunization.education:
        yield wording.maybe(_("Information handed out"), _leaflet_words(leaflet))
    eligible = [str(wording.named_or(ELIGIBILITY, e)) for e in immunization.programEligibility]
    yield wording.maybe(_("Program that paid"), wording.listed(eligible))
    yield wording.maybe(_("Paid with"), wording.named_or(FUNDING, immunization.fundingSource))
    yield wording.dated(_("Recorded"), immunization.recorded)
    yield from known.visits(immunization.encounter, contained=contained)


def _protocol_facts(immunization: Immunization, known: Known) -> Iterable[Fact | None]:
    for protocol in immunization.protocolApplied:
        yield wording.maybe(_("Dose"), dose_words(protocol))
        yield wording.maybe(_("Series"), protocol.series)
        yield wording.maybe(_("Protects against"), wording.all_words_of(protocol.targetDisease))
        yield wording.maybe(
            _("Schedule published by"), known.name(protocol.authority, immunization.contained)
        )


def _performer_facts(immunization: Immunization, known: Known) -> Iterable[Fact | None]:
    label = _("Given by") if immunization.status == "completed" else _("Who")
    if not immunization.performer:
        yield wording.fact(label, "")
    for performer in immunization.performer:
        name = known.names((performer.actor,), immunization.contained)
        function = wording.named_or(FUNCTION, performer.function)
        if name and function:
            name = _now("%(name)s (%(function)s)") % {"name": name, "function": function}
        # Whoever ordered it did not give it.
        yield wording.fact(_("Who") if function else label, name or function)


def _reaction_facts(immunization: Immunization, known: Known) -> Iterable[Fact | None]:
    for reaction in immunization.reaction:
        what = known.name(reaction.detail, immunization.contained) or known.unnamed(reaction.detail)
        said = [str(what), wording.moment(reaction.date)]
        if reaction.reported is not None:
            said.append(_now("told by the patient") if reaction.reported else _now("seen by the clinic"))
        yield wording.maybe(_("Reaction afterwards"), ", ".join(filter(None, said)))


def _leaflet_words(leaflet: Education) -> str:
    said = [(leaflet.documentType or "").strip(), (leaflet.reference or "").strip()]
    if leaflet.publicationDate:
        said.append(_now("published %s") % wording.moment(leaflet.publicationDate))
    if leaflet.presentationDate:
        said.append(_now("handed out %s") % wording.moment(leaflet.presentationDate))
    return ", ".join(filter(None, said))


def references(immunization: Immunization) -> Iterable[Reference]:
    """Who gave it."""
    return pointed(*(performer.actor for performer in immunization.performer))


def details(immunization: Immunization) -> Iterable[Reference]:
    """Where, at which visit, why, made by whom, what happened afterwards, and whose schedule it is."""
    return pointed(
        immunization.location,
        immunization.encounter,
        immunization.manufacturer,
        *immunization.reasonReference,
        *(reaction.detail for reaction in immunization.reaction),
        *(protocol.authority for protocol in immunization.protocolApplied),
    )


KIND = Kind(
    slug="immunizations",
    title=_("Vaccines"),
    plain=_("Vaccines that were given, and those that were offered and not given."),
    nothing_came_back=_(
        "The agency’s system sent no vaccines. That does not always mean there are none:"
        " they may stand with another clinic, a pharmacy or the state’s registry."
    ),
    group=Group.VISITS,
    order=50,
    with_ages=True,
    resource_type="Immunization",
    searches=(Search(),),
    model=Immunization,
    head=ImmunizationHead,
    to_row=to_row,
    said=by_code(STATUS, {"isSubpotent": DOES_NOT_COUNT}),
    date_of=date_of,
    place=place,
    states=states,
    gainsaid_by=("given",),
    references=references,
    details=details,
    sort="-date",
    date_parameter="date",
    headings=(
        Heading(NONE, _("Recorded as none")),
        Heading("given", pgettext_lazy("a heading over several", "Given"), says=(STATUS["completed"],)),
        Heading(
            "not-given",
            pgettext_lazy("a heading over several", "Not given"),
            _("Offered or due, and not given"),
            says=(STATUS["not-done"],),
        ),
        Heading("other", OTHERS, _("Whether these were given is not recorded")),
    ),
)
