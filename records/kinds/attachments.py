"""The files of a document or a report: what each is called, and which format it is. FHIR R4 Attachment, XDS formats."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypedDict

from django.utils.translation import gettext_lazy as _
from msgspec import field

from records.documents import beginning, formats, text
from records.documents.content import inline_size, inline_start
from records.documents.formats import Format
from records.documents.sniffing import sniff
from records.fhir import binaries, elements
from records.fhir.elements import CodeableConcept, Coding, Element, Extension, PrimitiveElement
from records.words import wording
from records.words.rows import File, Words


class Attachment(elements.Attachment, frozen=True, kw_only=True):
    """FHIR R4 Attachment, with why its data or url is not there."""

    extension: list[Extension] = []
    data_element: PrimitiveElement | None = field(name="_data", default=None)
    url_element: PrimitiveElement | None = field(name="_url", default=None)


class Content(Element, frozen=True, kw_only=True):
    """FHIR R4 DocumentReference.content."""

    attachment: Attachment | None = None
    format: Coding | None = None


NOTHING_ATTACHED = _("Nothing is attached")


def reason_absent(attachment: Attachment) -> Words:
    """Why an attachment holds nothing, as the record says it; empty where it does not say."""
    return wording.absent_reason(attachment.data_element, attachment.url_element, attachment.extension)


def path_apart(attachment: Attachment, path: str, index: int, member: str = "") -> str:
    """Where an attachment stands in its resource, if its bytes are kept apart from it; else empty."""
    if attachment.data or attachment.url or not is_kept_apart(attachment):
        return ""
    # Without an index it is the first: so it stands in HAPI's documentation.
    return f"{path}[{index}]{member}" if index else f"{path}{member}"


def is_kept_apart(attachment: Attachment) -> bool:
    """Whether the server says that it keeps the bytes in a store of its own."""
    return attachment.data_element is not None and binaries.is_elsewhere(attachment.data_element.extension)


AS_ITS_KIND = "urn:ihe:iti:xds:2017:mimeTypeSufficient"
LIKE_OTHERS = _("As other files of its kind")
"""The words for that code of IHE's format codes, which is called "mimeType Sufficient"."""


def layout_words(content: Content) -> Words:
    """How a file is laid out: as recorded, but for the code that says nothing beyond the kind of file."""
    if content.format is not None and content.format.code == AS_ITS_KIND:
        return LIKE_OTHERS
    return wording.coding_words(content.format)


_CDA = re.compile(
    r"\bc-?cda|:c?cda\b|\bclinical document architecture\b|continuity of care document"
    r"|\Aurn:(?:hl7-org:sdwg|ihe:pcc|ihe:iti:xds-sd|ihe:iti:bppc|ihe:lab:xd-lab):|\A2\.16\.840\.1\.113883\.10\.20\."
)
"""What codes and displays of formats and types say of a Clinical Document. IHE format codes; C-CDA template ids."""

SUMMARY_OF_EPISODE = "34133-9"
"""LOINC's code of a Continuity of Care Document. C-CDA 2.1, 1.1.2."""

_SEEN_AT_ONCE = frozenset({formats.PDF, formats.RTF, formats.C_CDA, formats.SVG, *formats.PICTURES})
"""What a few first bytes are enough to know."""


def format_words(content: Content, kind: CodeableConcept | None = None) -> Words:
    """Which format a file is said to be; where its first bytes are here and are another, which one that is.

    Args:
        kind: of the document: what is only said to be XML is a C-CDA document where the record calls it one.
    """
    attachment = content.attachment or Attachment()
    said = formats.declared(attachment.contentType)
    seen = _seen(attachment)
    if seen is not None and (said in (None, formats.XML) or seen in _SEEN_AT_ONCE):
        said = seen
    elif said in (None, formats.XML) and _is_c_cda(content.format, kind):
        said = formats.C_CDA
    return said.words if said is not None else formats.kind_words(attachment.contentType)


def _seen(attachment: Attachment) -> Format | None:
    start = inline_start(attachment) if attachment.data else b""
    return sniff(start) if start else None


def _is_c_cda(layout: Coding | None, kind: CodeableConcept | None) -> bool:
    """Whether a format's code, or what kind of document it is, says that it is a Clinical Document."""
    codings = [*((layout,) if layout else ()), *(kind.coding if kind else ())]
    said = [one for coding in codings for one in (coding.code, coding.display)]
    said += [kind.text] if kind else []
    return SUMMARY_OF_EPISODE in said or any(_CDA.search(words.lower()) for words in said if words)


def files_of(
    contents: Iterable[Content], title: Words, kind: CodeableConcept | None = None
) -> tuple[File, ...]:
    """One file for each content, numbered from 1; one without a title of its own is called `title`. `kind`: of the
    document that they are the contents of."""
    with_attachments = ((content, content.attachment or Attachment()) for content in contents)
    return tuple(
        File(
            number=number,
            title=_file_name_for_reader(attachment, title),
            format_words=format_words(content, kind),
            size_words=formats.size_words(
                attachment.size if attachment.size is not None else inline_size(attachment)
            ),
            problem=_problem(attachment),
            **_start(attachment),
        )
        for number, (content, attachment) in enumerate(with_attachments, start=1)
    )


PAGE_START = 24 * 1024
"""Characters of base64 in which a web page's words begin: styles mostly stand before them."""


class _Start(TypedDict, total=False):
    start: str
    goes_on: bool


def _start(attachment: Attachment) -> _Start:
    """The first lines of plain text, or of a web page, that came inside the entry."""
    said = formats.bare(attachment.contentType)
    is_page = said in formats.HTML.content_types
    if not attachment.data or not (is_page or said == "text/plain"):
        return {}
    content = inline_start(attachment, PAGE_START) if is_page else inline_start(attachment)
    decoded = text.decoded(content, formats.charset(attachment.contentType))
    # The first bytes may end within a character.
    written = text.readable(decoded.text).rstrip("\ufffd")
    lines = beginning.lines_of_page(written) if is_page else written.split("\n")
    found = beginning.of_lines(lines, goes_on=(inline_size(attachment) or 0) > len(content))
    return {"start": found.words, "goes_on": found.goes_on}


def _file_name_for_reader(attachment: Attachment, title: Words) -> Words:
    return attachment.title.strip() if attachment.title and attachment.title.strip() else title


def _problem(attachment: Attachment) -> Words:
    if (attachment.data and attachment.data.strip()) or (attachment.url and attachment.url.strip()):
        return ""
    if is_kept_apart(attachment):
        return ""
    reason = reason_absent(attachment)
    return f"{NOTHING_ATTACHED}: {reason}" if reason else NOTHING_ATTACHED


def formats_of(readable: Iterable[File]) -> tuple[Words, ...]:
    """The formats of a row's files, each once: "PDF, 84 kB"; sizes only where there is one file."""
    found = list(readable)
    if len(found) == 1 and found[0].size_words:
        return (f"{found[0].format_words}, {found[0].size_words}",)
    once = dict.fromkeys(str(file.format_words) for file in found)
    return (", ".join(once),) if once else ()
