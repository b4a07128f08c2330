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

from records.documents import formats, html, pdf, text
from records.documents.content import (
    AttachmentProblem,
    Fetch,
    NothingAttached,
    attachment_content,
    departures,
)
from records.documents.formats import Format
from records.documents.naming import file_name
from records.documents.problems import problem_notice
from records.documents.sniffing import sniff
from records.fhir import errors
from records.fhir.elements import Attachment
from records.words import wording
from records.words.rows import Notice, Words

MOST_CHARACTERS = 1_000_000
"""A page with more text than this helps nobody."""

DOWNLOAD = _("The original can be downloaded and opened with another program.")
NOTHING_WRONG = _("Nothing is wrong with the record.")


@dataclass(frozen=True, slots=True)
class View:
    """One attachment, ready to be looked at.

    Attributes:
        kind: how: `text` and `html` stand in the page, `pdf` and `image` are asked for raw, `none` cannot be shown.
        text: for `text`, lines as written.
        html: for `html`, from the sanitiser, may stand in the page as it is.
        content_type: what the bytes really are; empty where unknown. For `raw_headers` and `original_headers`.
        format_words, size_words: for the reader.
        checksum: SHA-256 in hexadecimal, empty where there are no bytes.
        file_name: to save it under.
        notice: what else the reader should know.
        can_download: whether there are bytes to hand out.
    """

    kind: Literal["text", "html", "pdf", "image", "none"]
    text: str = ""
    html: SafeString | Literal[""] = ""
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


@dataclass(slots=True)
class _Shown:
    kind: Literal["text", "html", "pdf", "image", "none"] = "none"
    text: str = ""
    html: SafeString | Literal[""] = ""
    why_not: tuple[Words, Words] | None = None
    remarks: tuple[Words, ...] = ()


def open_attachment(
    attachment: Attachment, fetch: Fetch, title: str, *, reason: Words = "", retry_href: str = ""
) -> Opened:
    """An attachment brought and made ready. Whatever goes wrong becomes a notice; only `fetch`'s own exceptions
    of signing in pass through.

    Args:
        fetch: `FhirClient.file`.
        title: the kind of document, for its file name; never a person's name.
        reason: why the record says that nothing is there, in words.
        retry_href: where "Try again" leads.
    """
    try:
        fetched = attachment_content(attachment, fetch)
    except (AttachmentProblem, errors.UpstreamError) as problem:
        return Opened(View(kind="none", notice=problem_notice(problem, reason=reason, retry_href=retry_href)))
    why = wording.absent_reason(fetched.data_element)
    if why and not fetched.content:
        return Opened(View(kind="none", notice=problem_notice(NothingAttached(), reason=why)))
    remarks = departures(attachment, fetched.content)
    return Opened(look_at(fetched.content, fetched.content_type, title, remarks=remarks), fetched.content)


def look_at(content: bytes, declared: str | None, title: str, *, remarks: Iterable[Words] = ()) -> View:
    """Bytes as something safe to look at. Never raises, whatever they are.

    Args:
        content: the bytes as stored.
        declared: the content type that the record or the server states, with parameters; None where none.
        title: the kind of document, for its file name; never a person's name.
        remarks: what else to tell beside it.
    """
    if not content:
        return View(kind="none", size_words=formats.size_words(0), notice=_empty_notice(remarks))
    charset = formats.charset(declared)
    said = formats.declared(declared)
    found = sniff(content, charset)
    shown = _shown(content, found, said, charset)
    if shown.kind == "html":
        found = formats.HTML
    told = tuple(words for words in (_difference(said, found, declared), *shown.remarks, *remarks) if words)
    return View(
        kind=shown.kind,
        text=shown.text,
        html=shown.html,
        content_type=found.content_types[0] if found and found.content_types else "",
        format_words=(found or said or formats.UNKNOWN).words,
        size_words=formats.size_words(len(content)),
        checksum=hashlib.sha256(content).hexdigest(),
        file_name=file_name(title, (found or formats.UNKNOWN).extension),
        notice=_notice(shown, told),
        can_download=True,
    )


def _shown(content: bytes, found: Format | None, said: Format | None, charset: str) -> _Shown:
    if found in formats.PICTURES:
        return _Shown(kind="image")
    match found:
        case formats.PDF:
            if pdf.is_whole(content):
                return _Shown(kind="pdf")
            return _Shown(
                why_not=(_("This PDF is damaged"), _("It ends before anything that could be shown."))
            )
        case formats.TEXT if said is formats.HTML and b"<" in content:
            return _page(content, charset)
        case formats.TEXT:
            return _text(content, charset)
        case formats.HTML:
            return _page(content, charset)
        case formats.SVG:
            return _Shown(
                why_not=(
                    _("This page does not show SVG drawings"),
                    _("Such a file can hold a program, so it is not opened here."),
                )
            )
        case None:
            return _Shown(
                why_not=(
                    _("This page cannot show this file"),
                    _("Its bytes are of no kind that is known here."),
                )
            )
        case _:
            return _Shown(why_not=(_("This page cannot show %s yet") % found.a, ""))


def _text(content: bytes, charset: str) -> _Shown:
    decoded = text.decoded(content, charset)
    if len(decoded.text) > MOST_CHARACTERS:
        return _Shown(why_not=_too_long())
    readable = text.readable(decoded.text)
    if not readable.strip():
        return _Shown(why_not=(_("There is nothing to read in this file"), _("It holds only blanks.")))
    return _Shown(kind="text", text=readable, remarks=_gaps(decoded))


def _page(content: bytes, charset: str) -> _Shown:
    decoded = text.decoded(content, charset or html.charset(content))
    try:
        cleaned = html.cleaned(decoded.text)
    except html.TooMuch:
        return _Shown(why_not=_too_long())
    if cleaned.is_empty:
        nothing = _("It holds no words, only pictures, programs or the like.")
        return _Shown(why_not=(_("There is nothing to read in this file"), nothing))
    left_out = _("Pictures, fields and other parts that are no text are left out here.")
    remarks = (*_gaps(decoded), *((left_out,) if cleaned.is_incomplete else ()))
    return _Shown(kind="html", html=cleaned.html, remarks=remarks)


def _gaps(decoded: text.Decoded) -> tuple[Words, ...]:
    if not decoded.is_lossy:
        return ()
    return (_("Some characters could not be read. A � stands in the place of each."),)


def _too_long() -> tuple[Words, Words]:
    return _("This file is too long to be shown on a page"), ""


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


def _notice(shown: _Shown, told: tuple[Words, ...]) -> Notice | None:
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
        title=_("About this file"), what_happened=" ".join(map(str, told)), action=DOWNLOAD, icon="info"
    )


def _empty_notice(remarks: Iterable[Words]) -> Notice:
    return Notice(
        title=_("This file is empty"),
        what_happened=" ".join(map(str, (_("It arrived, but there is nothing in it."), *remarks))),
        action=_("Ask the agency for a copy of it."),
        icon="file-x",
    )
