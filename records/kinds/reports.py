"""Reports and notes: what was found, put together and signed. FHIR R4 DiagnosticReport; US Core 5.0.1, both profiles.

Reports of laboratories are here too, under a heading of their own: the laboratory's page shows their results.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from msgspec import field

from records.fhir.codes import LOINC
from records.fhir.elements import (
    CodeableConcept,
    Element,
    Head,
    Identifier,
    Named,
    Period,
    PrimitiveElement,
    Reference,
    Resource,
)
from records.kinds import observed
from records.kinds.attachments import Attachment, Content, files_of, formats_of, path_apart, reason_absent
from records.kinds.base import Attached, Group, Heading, Kind, Known, Search, by_code, pointed
from records.words import observing, plain_names, wording
from records.words.rows import Fact, Row, When, Words

SERVICE_SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"

IMAGING, CLINICAL_TESTS, PATHOLOGY = "imaging", "clinical-tests", "pathology"
OTHER, LABORATORY = "other", "laboratory"

LOINC_PARTS = {"LP29684-5": IMAGING, "LP29708-2": CLINICAL_TESTS, "LP7839-6": PATHOLOGY}
"""Categories of US Core's report of notes: radiology, cardiology, pathology."""

SERVICES = {
    IMAGING: ("RAD", "RX", "CT", "NMR", "NMS", "RUS", "VUS", "OUS", "CUS", "XRC"),
    CLINICAL_TESTS: ("EC", "EN", "PF", "CTH"),
    PATHOLOGY: ("SP", "CP", "PAT"),
    LABORATORY: (
        "LAB", "BG", "BLB", "CG", "CH", "GE", "HM", "IMM", "MB", "MCB", "MYC", "PAR", "SR", "TX", "URN", "VR",
    ),
}  # fmt: skip
"""Codes of HL7 table 0074 (diagnostic service section) by where their reports stand here."""

NAME_MISSING = _("Unnamed report")
REGISTERED = "registered"
"""The status of a report whose results are not there yet. FHIR R4 DiagnosticReport.status."""


class Media(Element, frozen=True, kw_only=True):
    """FHIR R4 DiagnosticReport.media: a picture that goes with the report. InSync does not serve the picture itself."""

    comment: str | None = None
    link: Reference | None = None


class DiagnosticReport(Resource, frozen=True, kw_only=True):
    """The elements of a DiagnosticReport that we show."""

    contained: list[Named] = []
    identifier: list[Identifier] = []
    basedOn: list[Reference] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    category: list[CodeableConcept] = []
    code: CodeableConcept | None = None
    encounter: Reference | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    issued: str | None = None
    performer: list[Reference] = []
    resultsInterpreter: list[Reference] = []
    specimen: list[Reference] = []
    result: list[Reference] = []
    imagingStudy: list[Reference] = []
    media: list[Media] = []
    conclusion: str | None = None
    conclusionCode: list[CodeableConcept] = []
    presentedForm: list[Attachment] = []


class Contained(Element, frozen=True, kw_only=True):
    """What is looked at of a contained resource before anything else."""

    resourceType: str = ""


class ReportHead(Head, frozen=True, kw_only=True):
    """What sorting, grouping and putting results together need."""

    category: list[CodeableConcept] = []
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    issued: str | None = None
    contained: list[Contained] = []
    result: list[Reference] = []


def contains(head: ReportHead) -> bool:
    """Whether results stand inside the report itself (`kinds.inside`)."""
    return any(one.resourceType == "Observation" for one in head.contained)


def date_of(head: ReportHead) -> str | None:
    """When what it reports was done; where that is not said, when it was issued."""
    period = head.effectivePeriod
    start, end = (period.start, period.end) if period else (None, None)
    return wording.given(head.effectiveDateTime, start, end, head.issued)


def place(head: ReportHead) -> str:
    """Which heading a report stands under, by its category; a note's own kind before a laboratory's."""
    codings = [coding for concept in head.category for coding in concept.coding]
    for coding in codings:
        if coding.system == LOINC and coding.code in LOINC_PARTS:
            return LOINC_PARTS[coding.code]
    codes = {coding.code for coding in codings if coding.system in {SERVICE_SECTION, None}}
    return next((where for where, of_it in SERVICES.items() if codes.intersection(of_it)), OTHER)


def contents(report: DiagnosticReport) -> list[Content]:
    """The files of a report, as a document has them."""
    return [Content(attachment=attachment) for attachment in report.presentedForm]


def attached(report: DiagnosticReport) -> list[Attached]:
    """The files with what opening them needs."""
    name = wording.words_of(report.code) or _now("Report")
    title = f"{name} {wording.shown_day(report.effectiveDateTime)}".strip()
    return [
        Attached(
            attachment=one,
            title=title,
            reason=reason_absent(one),
            kept_apart=path_apart(one, "DiagnosticReport.presentedForm", index),
        )
        for index, one in enumerate(report.presentedForm)
    ]


def to_row(report: DiagnosticReport, known: Known) -> Row:
    """One report, with its conclusion as written."""
    name, _recorded = plain_names.named(report.code)
    held = files_of(contents(report), name or NAME_MISSING)
    performers = known.names(report.performer, report.contained)
    readable = [file for file in held if not file.problem]
    conclusion = (report.conclusion or "").strip()
    return Row(
        title=name or NAME_MISSING,
        title_missing=not name,
        status=wording.status(
            observing.STATUS, report.status, absent=wording.absent_reason(report.status_element)
        ),
        line=wording.all_words_of(report.conclusionCode),
        verbatim=conclusion,
        when=_when(report),
        who=performers or _("Who made it is not recorded"),
        asides=(*_count(report), *formats_of(readable)),
        facts=known.facts(_facts(report, known, performers)),
        files=held,
    )


def _count(report: DiagnosticReport) -> tuple[Words, ...]:
    """How many results it has; of one that was only ordered, none are there, whatever it names."""
    inside = sum(one.resourceType == "Observation" for one in report.contained)
    count = (len(report.result) or inside) if report.status != REGISTERED else 0
    return (ngettext("%d result", "%d results", count) % count,) if count else ()


def _issued_label(report: DiagnosticReport) -> Words:
    """What its date of issue is: a report that was only ordered is not ready."""
    return _("Entered") if report.status == REGISTERED else _("Report ready")


def _when(report: DiagnosticReport) -> When | None:
    start, end = (
        (report.effectivePeriod.start, report.effectivePeriod.end) if report.effectivePeriod else (None, None)
    )
    return wording.first_when(
        (report.effectiveDateTime, ""), (start, ""), (end, ""), (report.issued, _issued_label(report))
    )


def _facts(report: DiagnosticReport, known: Known, performers: Words) -> Iterable[Fact | None]:
    within = report.contained
    for result in report.result:
        if observed.has_row(result, known, within):
            continue  # stands in the table of results
        said = observed.result_words(result, known, within)
        yield wording.fact(_("Result"), said, absent=known.unnamed(result))
    yield wording.dated(_("Done"), report.effectiveDateTime) or wording.fact(
        _("Done"), wording.span(report.effectivePeriod, words=False)
    )
    yield wording.dated(_issued_label(report), report.issued)
    yield wording.fact(_("Made by"), performers)
    yield wording.maybe(_("Read and judged by"), known.names(report.resultsInterpreter, within))
    yield wording.maybe(_("Kind of report"), wording.all_words_of(report.category))
    yield wording.maybe(_("Sample"), known.names(report.specimen, within))
    yield wording.maybe(_("Pictures that it is about"), known.names(report.imagingStudy, within))
    for media in report.media:
        yield _picture(media, known, within)
    yield wording.maybe(_("Ordered as"), known.names(report.basedOn, within))
    yield from known.visits(report.encounter, contained=within)
    created = dict.fromkeys(wording.moment(a.creation) for a in report.presentedForm if a.creation)
    yield wording.maybe(_("File made on"), ", ".join(created))
    numbers = ", ".join(i.value for i in report.identifier if i.value)
    yield wording.maybe(_("Number of the report"), numbers)
    yield plain_names.recorded_name(report.code)


def _picture(media: Media, known: Known, within: list[Named]) -> Fact:
    said = [known.name(media.link, within), (media.comment or "").strip()]
    words = ": ".join(filter(None, said))
    return wording.fact(
        _("Picture"),
        words,
        absent=_("A picture belongs to the report; the agency’s system does not give it out."),
    )


def references(report: DiagnosticReport) -> Iterable[Reference]:
    """Who made it."""
    return report.performer


def details(report: DiagnosticReport) -> Iterable[Reference]:
    """Its results, who judged them, and the visit."""
    return pointed(*report.resultsInterpreter, report.encounter, *report.result)


KIND = Kind(
    slug="reports",
    title=_("Reports and notes"),
    plain=_(
        "What was found by tests, pictures and examinations, put together in reports as they were signed."
    ),
    nothing_came_back=_("The agency’s system sent no reports. That does not always mean there are none."),
    group=Group.MEASURES,
    order=25,
    resource_type="DiagnosticReport",
    searches=(Search(),),
    model=DiagnosticReport,
    head=ReportHead,
    to_row=to_row,
    said=by_code(observing.STATUS),
    date_of=date_of,
    place=place,
    references=references,
    details=details,
    attached=attached,
    same_files="documents",
    members=lambda head: head.result,
    contains=contains,
    sort="-date",
    date_parameter="date",
    headings=(
        Heading(IMAGING, _("Imaging"), _("X-rays, scans, ultrasounds and other pictures"), now=True),
        Heading(CLINICAL_TESTS, _("Clinical tests"), _("The heart, the nerves, breathing"), now=True),
        Heading(PATHOLOGY, _("Pathology"), _("Tissue and cells looked at closely"), now=True),
        Heading(
            OTHER,
            _("Other reports"),
            _("Reports of another kind, or of a kind that is not recorded"),
            now=True,
        ),
        Heading(
            LABORATORY,
            _("Laboratory reports"),
            _("Their results stand under Laboratory results too"),
            now=True,
        ),
    ),
)
