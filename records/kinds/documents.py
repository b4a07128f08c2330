"""Notes and documents: what was written, by whom, and its files. FHIR R4 DocumentReference; US Core 5.0.1."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from msgspec import field

from records.fhir.codes import ENTERED_IN_ERROR
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
from records.kinds.attachments import (
    NOTHING_ATTACHED,
    Attachment,
    Content,
    files_of,
    formats_of,
    layout_words,
    path_apart,
    reason_absent,
)
from records.kinds.base import (
    OTHERS,
    Attached,
    Group,
    Heading,
    Kind,
    Known,
    OnOverview,
    Search,
    by_code,
    pointed,
)
from records.kinds.written import FACETS, Written, kind_words
from records.words import protection, wording
from records.words.rows import Fact, File, Row, Status, Telling, When, Words


class RelatesTo(Element, frozen=True, kw_only=True):
    """FHIR R4 DocumentReference.relatesTo."""

    code: str | None = None
    target: Reference | None = None


class Context(Element, frozen=True, kw_only=True):
    """FHIR R4 DocumentReference.context."""

    encounter: list[Reference] = []
    event: list[CodeableConcept] = []
    period: Period | None = None
    facilityType: CodeableConcept | None = None
    practiceSetting: CodeableConcept | None = None
    related: list[Reference] = []


class DocumentReference(Resource, frozen=True, kw_only=True):
    """The elements of a DocumentReference that we show."""

    contained: list[Named] = []
    masterIdentifier: Identifier | None = None
    identifier: list[Identifier] = []
    status: str | None = None
    status_element: PrimitiveElement | None = field(name="_status", default=None)
    docStatus: str | None = None
    type: CodeableConcept | None = None
    category: list[CodeableConcept] = []
    date: str | None = None
    date_element: PrimitiveElement | None = field(name="_date", default=None)
    author: list[Reference] = []
    authenticator: Reference | None = None
    custodian: Reference | None = None
    relatesTo: list[RelatesTo] = []
    description: str | None = None
    securityLabel: list[CodeableConcept] = []
    content: list[Content] = []
    context: Context | None = None


class HeadContext(Element, frozen=True, kw_only=True):
    """The part of a context that sorting needs."""

    period: Period | None = None


class DocumentHead(Head, frozen=True, kw_only=True):
    """What sorting and grouping need."""

    CODES = ("status", "docStatus")

    docStatus: str | None = None
    date: str | None = None
    context: HeadContext | None = None

    @property
    def is_entered_in_error(self) -> bool:
        """Whether the reference or the document itself was taken back."""
        return ENTERED_IN_ERROR in (self.status, self.docStatus)


SUPERSEDED = Status(words=_("A newer version exists"), icon="history")

DOC_STATUS: dict[str, Status] = {
    "preliminary": Status(words=_("Draft, not signed"), icon="pencil-line"),
    "final": Status(words=_("Signed and final"), icon="circle-check", now=True),
    "amended": Status(words=_("Changed after signing"), icon="file-pen", now=True),
}
"""Every code of DocumentReference.docStatus but entered-in-error, which is set aside."""

RELATION: dict[str, Words] = {
    "replaces": _("Replaces"),
    "transforms": _("Is another form of"),
    "signs": _("Signs"),
    "appends": _("Adds to"),
}
"""Every code of DocumentReference.relatesTo.code."""

NAME_MISSING = _("Unnamed document")


def place(head: DocumentHead) -> str:
    """Which group an entry stands in. A newer version is told of before anything else."""
    if head.status == "superseded":
        return "older"
    if head.status != "current":
        return "other"
    return "drafts" if head.docStatus == "preliminary" else "current"


def date_of(head: DocumentHead) -> str | None:
    """When it was recorded, else when the visit was that it tells of."""
    period = head.context.period if head.context else None
    return wording.given(head.date, period.start if period else None)


def attachments(document: DocumentReference) -> list[Attachment]:
    """The attachments in the order of `Row.files`: file n is the attachment n - 1."""
    return [content.attachment or Attachment() for content in document.content]


def attached(document: DocumentReference) -> list[Attached]:
    """The attachments with what opening them needs."""
    return [
        Attached(
            attachment=attachment,
            title=file_title(document),
            reason=reason_absent(attachment),
            kept_apart=path_apart(attachment, "DocumentReference.content", index, ".attachment"),
        )
        for index, attachment in enumerate(attachments(document))
    ]


def name(document: DocumentReference) -> str:
    """What to call it: its kind, else its description, else its file's title, else its code; else empty."""
    titles = (attachment.title for attachment in attachments(document))
    written = (kind_words(document), document.description, *titles)
    for words in written:
        if words and words.strip():
            return words.strip()
    return wording.words_of(document.type)


def file_title(document: DocumentReference) -> str:
    """What a downloaded file is called: its kind and its day. Titles and descriptions may hold a person's name."""
    kind = kind_words(document) or _now("Document")
    return f"{kind} {wording.shown_day(document.date)}".strip()


def state(document: DocumentReference) -> Status | None:
    """The state in words; none for a current document of which nothing more is said."""
    if document.status == "superseded":
        return SUPERSEDED
    if document.status == "current":
        return wording.status(DOC_STATUS, document.docStatus) if document.docStatus else None
    return wording.status({}, document.status, absent=wording.absent_reason(document.status_element))


def files(document: DocumentReference, title: Words) -> tuple[File, ...]:
    """One file for each content, numbered from 1."""
    return files_of(document.content, title, document.type)


# ---------------------------------------------------------------- the row


def to_row(document: DocumentReference, known: Known) -> Row:
    """One document. Several files of one document are one row: they are formats of the same thing."""
    called = name(document)
    held = files(document, called or NAME_MISSING)
    readable = [file for file in held if not file.problem]
    description = (document.description or "").strip()
    return Row(
        title=called or NAME_MISSING,
        title_missing=not called,
        status=state(document),
        line="" if readable else NOTHING_ATTACHED,
        line_telling=Telling.SAID if readable else Telling.ABSENT,
        verbatim=description if description != called else "",
        when=_when(document),
        who=_people(document.author, known, document) or _("Author not recorded"),
        asides=formats_of(readable),
        facts=known.facts(_facts(document, known, called)),
        files=held,
    )


def _when(document: DocumentReference) -> When | None:
    period = document.context.period if document.context else None
    return wording.first_when((document.date, _("Recorded")), (period.start if period else None, _("Visit")))


def _people(references: Iterable[Reference], known: Known, document: DocumentReference) -> str:
    """Who is meant, in the record's words; the patient as such where no name is given; that there is somebody."""
    return str(known.names(references, document.contained))


def _facts(document: DocumentReference, known: Known, called: str) -> Iterable[Fact | None]:
    context = document.context or Context()
    kind = kind_words(document)
    if kind != called:
        yield wording.fact(_("Kind of document"), kind)
    yield wording.maybe(_("Group of documents"), wording.all_words_of(document.category))
    if document.status == "superseded" and document.docStatus:
        yield wording.maybe(_("This version"), wording.status(DOC_STATUS, document.docStatus).words)
    yield wording.dated(_("Recorded on"), document.date) or wording.fact(
        _("Recorded on"), "", absent=wording.absent_reason(document.date_element)
    )
    yield wording.maybe(_("Time of the visit"), wording.span(context.period, words=False))
    created = dict.fromkeys(wording.moment(a.creation) for a in attachments(document) if a.creation)
    yield wording.maybe(_("File made on"), ", ".join(created))
    yield wording.fact(_("Written by"), _people(document.author, known, document))
    signed = [document.authenticator] if document.authenticator else []
    yield wording.maybe(_("Checked by"), _people(signed, known, document))
    keeper = [document.custodian] if document.custodian else []
    yield wording.maybe(_("Kept by"), _people(keeper, known, document))
    yield wording.maybe(_("Kind of place"), wording.words_of(context.facilityType))
    yield wording.maybe(_("Field of care"), wording.words_of(context.practiceSetting))
    yield wording.maybe(_("What it is about"), wording.all_words_of(context.event))
    yield from known.visits(*context.encounter, contained=document.contained)
    for relation in document.relatesTo:
        yield _relation(relation, known, document)
    yield wording.maybe(_("Belongs together with"), _pointed_to(context.related, known, document))
    languages = dict.fromkeys(a.language.strip() for a in attachments(document) if a.language)
    yield wording.maybe(_("Language of the file"), ", ".join(languages))
    layouts = dict.fromkeys(map(layout_words, document.content))
    yield wording.maybe(_("How the file is laid out"), ", ".join(map(str, filter(None, layouts))))
    labels = filter(None, map(protection.label, document.securityLabel))
    yield wording.maybe(_("Confidentiality"), ", ".join(map(str, labels)))
    yield wording.maybe(_("Document number"), _numbers(document))


def _pointed_to(references: Iterable[Reference], known: Known, document: DocumentReference) -> str:
    """Names of what is pointed to; that there is something where its name is not known."""
    found = list(references)
    named = [words for words in (known.name(r, document.contained) for r in found) if words]
    if not named and found:
        return _now("Recorded, details not available")
    return ", ".join(dict.fromkeys(named))


def _relation(relation: RelatesTo, known: Known, document: DocumentReference) -> Fact | None:
    if relation.code is None and relation.target is None:
        return None
    label = RELATION.get(relation.code or "", _("Goes with"))
    target = known.name(relation.target, document.contained) or _now("Another document")
    if relation.code and relation.code not in RELATION:
        target = _now("%(document)s (%(relation)s)") % {"document": target, "relation": relation.code}
    return Fact(label=label, value=target)


def _numbers(document: DocumentReference) -> str:
    all_of_them = [*filter(None, (document.masterIdentifier,)), *document.identifier]
    return ", ".join(dict.fromkeys(i.value for i in all_of_them if i.value))


def references(document: DocumentReference | Written) -> Iterable[Reference]:
    """The people."""
    return document.author


def details(document: DocumentReference) -> Iterable[Reference]:
    """Who signed it, who keeps it, and the visits it tells of."""
    visits = document.context.encounter if document.context is not None else ()
    return pointed(*visits, document.authenticator, document.custodian)


KIND = Kind(
    slug="documents",
    title=_("Notes and documents"),
    plain=_(
        "What was written at visits and letters, as the agency keeps them. Some is written for other clinicians."
    ),
    nothing_came_back=_(
        "The agency’s system sent no notes or documents. That does not always mean there are none."
    ),
    group=Group.VISITS,
    order=20,
    resource_type="DocumentReference",
    searches=(Search(),),
    model=DocumentReference,
    head=DocumentHead,
    to_row=to_row,
    said=by_code(DOC_STATUS, {"superseded": SUPERSEDED}),
    date_of=date_of,
    place=place,
    references=references,
    details=details,
    attached=attached,
    same_files="reports",
    facets=FACETS,
    facets_model=Written,
    sort="-date",
    date_parameter="date",
    headings=(
        Heading("current", pgettext_lazy("a heading over several", "Current"), now=True),
        Heading("drafts", _("Drafts"), _("Written, but not signed yet. They may change.")),
        Heading("older", _("Older versions"), _("A newer version of each of these exists.")),
        Heading("other", OTHERS, _("Documents whose state is not recorded or not known")),
    ),
    overview=OnOverview(
        title=_("New notes and documents"), rows=3, order=60, more=_("All notes and documents")
    ),
)
