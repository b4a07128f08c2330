"""Bytes → something safe to look at, and the whole way there from an attachment.

What is shown is decided by the bytes. What they are said to be is compared, and where it differs it is said so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.documents import formats
from records.documents.content import (
    AttachmentProblem,
    Fetch,
    NothingAttached,
    attachment_content,
    departures,
)
from records.documents.formats import Format
from records.documents.naming import file_name
from records.documents.parts import Paper, Picture
from records.documents.problems import problem_notice
from records.documents.showing import show
from records.documents.shown import Around, Asked, Shown, ViewKind
from records.documents.sniffing import sniff
from records.fhir import errors
from records.fhir.elements import Attachment
from records.words import wording
from records.words.rows import Notice, Words

DOWNLOAD = _("The original can be downloaded and opened with another program.")
NOTHING_WRONG = _("Nothing is wrong with the record.")


@dataclass(frozen=True, slots=True)
class View:
    """One attachment, ready to be looked at.

    Attributes:
        kind: how: `text`, `html` and `paper` stand in the page, `pdf`, `image` and `pictures` are asked for raw,
            `none` cannot be shown.
        text: for `text`, lines as written.
        html: for `html`, from the sanitiser, may stand in the page as it is.
        paper: a document of parts; with another `kind`, the head of the envelope that the file came in.
        pictures: of a paper, or the pages of a scan; asked for by number from 1.
        raw: what is asked for raw, where that is not the file itself.
        content_type: what the bytes really are; empty where unknown. For `raw_headers` and `original_headers`.
        format_words, size_words: for the reader.
        checksum: SHA-256 in hexadecimal, empty where there are no bytes.
        file_name: to save it under.
        notice: what else the reader should know.
        can_download: whether there are bytes to hand out.
    """

    kind: ViewKind
    text: str = ""
    html: SafeString | Literal[""] = ""
    paper: Paper | None = None
    pictures: tuple[Picture, ...] = ()
    raw: Picture | None = None
    content_type: str = ""
    format_words: Words = ""
    size_words: Words = ""
    checksum: str = ""
    file_name: str = ""
    notice: Notice | None = None
    can_download: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An attachment as it was opened: how to look at it, and its bytes, which are empty where there are none."""

    view: View
    content: bytes = b""


def open_attachment(
    attachment: Attachment,
    fetch: Fetch,
    title: str,
    *,
    reason: Words = "",
    retry_href: str = "",
    around: Around | None = None,
) -> Opened:
    """An attachment brought and made ready. Whatever goes wrong becomes a notice; only `fetch`'s own exceptions
    of signing in pass through, and `apart.Later`.

    Args:
        fetch: `FhirClient.file`.
        title: the kind of document, for its file name; never a person's name.
        reason: why the record says that nothing is there, in words.
        retry_href: where "Try again" leads.
        around: where it stands.
    """
    try:
        fetched = attachment_content(attachment, fetch)
    except (AttachmentProblem, errors.UpstreamError) as problem:
        return Opened(View(kind="none", notice=problem_notice(problem, reason=reason, retry_href=retry_href)))
    why = wording.absent_reason(fetched.data_element)
    if why and not fetched.content:
        return Opened(View(kind="none", notice=problem_notice(NothingAttached(), reason=why)))
    remarks = departures(attachment, fetched.content)
    view = look_at(fetched.content, fetched.content_type, title, remarks=remarks, around=around)
    return Opened(view, fetched.content)


def look_at(
    content: bytes,
    declared: str | None,
    title: str,
    *,
    remarks: Iterable[Words] = (),
    around: Around | None = None,
) -> View:
    """Bytes as something safe to look at. Whatever they are, it raises nothing but `apart.Later`, where `around` does
    not wait.

    Args:
        content: the bytes as stored.
        declared: the content type that the record or the server states, with parameters; None where none.
        title: the kind of document, for its file name; never a person's name.
        remarks: what else to tell beside it.
        around: where it stands.
    """
    if not content:
        return View(kind="none", size_words=formats.size_words(0), notice=_empty_notice(remarks))
    charset = formats.charset(declared)
    said = formats.declared(declared)
    found = sniff(content, charset)
    asked = Asked(content, said, charset, title, around or Around())
    shown = _with_envelope(show(asked, found), asked)
    if shown.is_closed:
        return View(kind="none", notice=shown.notice)
    found = shown.found or found
    told = tuple(words for words in (_difference(said, found, declared), *shown.remarks, *remarks) if words)
    return View(
        kind=shown.kind,
        text=shown.text,
        html=shown.html,
        paper=shown.paper,
        pictures=shown.pictures,
        raw=shown.raw,
        content_type=found.content_types[0] if found and found.content_types else "",
        format_words=(found or said or formats.UNKNOWN).words,
        size_words=formats.size_words(len(content)),
        checksum=hashlib.sha256(content).hexdigest(),
        file_name=file_name(title, (found or formats.UNKNOWN).extension),
        notice=_notice(shown, told),
        can_download=True,
    )


def _with_envelope(shown: Shown, asked: Asked) -> Shown:
    """A document with the file that it is the envelope of, looked at as if it stood alone."""
    if shown.envelope is None:
        return shown
    content, said = shown.envelope.content, shown.envelope.content_type
    if not content:
        shown.why_not = (
            _("The document itself is not in this file"),
            _("This file is an envelope: it says whose the document is, but the document is kept elsewhere."),
        )
        return shown
    charset = formats.charset(said)
    found = sniff(content, charset)
    if found is formats.C_CDA:
        shown.why_not = (_("This page cannot show a C-CDA document within another"), "")
        return shown
    inner = Asked(content, formats.declared(said), charset, asked.title, asked.around)
    made = show(inner, found)
    made.paper, made.found = shown.paper, formats.C_CDA
    if found is not None and made.kind in {"pdf", "image"}:
        made.raw = Picture(content, found.content_types[0])
    return made


def _difference(said: Format | None, found: Format | None, declared: str | None) -> Words:
    """What a file says it is, where it is something else; empty where it says nothing or the truth."""
    if said is None or (found is not None and formats.is_true(said, found)):
        return ""
    if said in {formats.XML, formats.C_CDA}:  # whose content types are no help to anybody
        if found is None:
            return _now("The file says it is %(said)s, but it is not.") % {"said": said.a}
        return _now("The file says it is %(said)s, but it is %(found)s.") % {"said": said.a, "found": found.a}
    names = {"said": said.a, "name": formats.bare(declared)}
    if found is None:
        return _now("The file says it is %(said)s (%(name)s), but it is not.") % names
    return _now("The file says it is %(said)s (%(name)s), but it is %(found)s.") % {**names, "found": found.a}


def _notice(shown: Shown, told: tuple[Words, ...]) -> Notice | None:
    if shown.why_not is not None:
        title, why = shown.why_not
        return Notice(
            title=title,
            what_happened=" ".join(map(str, filter(None, (why, *told)))),
            safe=NOTHING_WRONG if not told else "",
            action=DOWNLOAD,
            icon="file-question-mark",
        )
    if not told:
        return None
    return Notice(
        title=_("About this file"),
        what_happened=" ".join(map(str, told)),
        action=DOWNLOAD,
        icon="info",
        is_remark=True,
    )


def _empty_notice(remarks: Iterable[Words]) -> Notice:
    return Notice(
        title=_("This file is empty"),
        what_happened=" ".join(map(str, (_("It arrived, but there is nothing in it."), *remarks))),
        action=_("Ask the agency for a copy of it."),
        icon="file-x",
    )
