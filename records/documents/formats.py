"""The formats of attachments: what they say they are, and what people call them. FHIR R4 Attachment; RFC 6838."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils import formats as django_formats
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.words.rows import Words


@dataclass(frozen=True, slots=True, eq=False)
class Format:
    """One format. `words` for a list ("Web page"), `a` within a sentence ("a web page"). Each is equal to itself alone:
    its words would compare, and be looked up, as they read in the language of the moment.

    `content_types` are lower case; the first is the one we serve. `extension` with its dot.
    """

    name: str
    words: Words
    a: Words
    extension: str
    content_types: tuple[str, ...]


PDF = Format("pdf", _("PDF"), _("a PDF"), ".pdf", ("application/pdf", "application/x-pdf", "text/pdf"))
TEXT = Format(
    "text",
    _("Text"),
    _("plain text"),
    ".txt",
    (
        "text/plain",
        "text/markdown",
        "text/csv",
        "text/tab-separated-values",
        "application/json",
        "application/fhir+json",
        "application/json+fhir",
        "text/json",
    ),
)
HTML = Format(
    "html",
    _("Web page"),
    _("a web page"),
    ".html",
    ("text/html", "application/xhtml+xml", "application/xhtml"),
)
PNG = Format("png", _("Image"), _("an image"), ".png", ("image/png",))
JPEG = Format("jpeg", _("Image"), _("an image"), ".jpg", ("image/jpeg", "image/jpg", "image/pjpeg"))
GIF = Format("gif", _("Image"), _("an image"), ".gif", ("image/gif",))
WEBP = Format("webp", _("Image"), _("an image"), ".webp", ("image/webp",))
BMP = Format("bmp", _("Image (BMP)"), _("a BMP image"), ".bmp", ("image/bmp", "image/x-ms-bmp"))
HEIC = Format("heic", _("Image (HEIC)"), _("a HEIC image"), ".heic", ("image/heic", "image/heif"))
TIFF = Format("tiff", _("Image (TIFF)"), _("a TIFF image"), ".tif", ("image/tiff", "image/tif"))
SVG = Format("svg", _("Drawing (SVG)"), _("an SVG drawing"), ".svg", ("image/svg+xml",))
DICOM = Format("dicom", _("Medical image (DICOM)"), _("a DICOM image"), ".dcm", ("application/dicom",))
RTF = Format(
    "rtf", _("Rich text"), _("rich text"), ".rtf", ("application/rtf", "text/rtf", "application/x-rtf")
)
C_CDA = Format(
    "c-cda",
    _("C-CDA document"),
    _("a C-CDA document"),
    ".xml",
    (
        "application/hl7-cda+xml",
        "application/cda+xml",
        "application/hl7-sda+xml",
        "application/hl7-v3+xml",
        "application/x-hl7-cda-level-one+xml",
        "multipart/x-hl7-cda-level-one",
        "text/x-cda-r2+xml",
        "text/x-hl7-text+xml",
    ),
)
XML = Format(
    "xml", _("XML file"), _("an XML file"), ".xml", ("application/xml", "text/xml", "application/fhir+xml")
)
WORD = Format(
    "word",
    _("Word document"),
    _("a Word document"),
    ".docx",
    (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/msword",
        "application/vnd.oasis.opendocument.text",
    ),
)
ARCHIVE = Format(
    "archive",
    _("File archive"),
    _("a file archive"),
    ".zip",
    ("application/zip", "application/x-zip-compressed", "application/gzip"),
)
SOUND = Format("sound", _("Sound recording"), _("a sound recording"), ".bin", ())
VIDEO = Format("video", _("Video"), _("a video"), ".bin", ())
UNKNOWN = Format(
    "unknown",
    _("File of an unknown kind"),
    _("a file of an unknown kind"),
    ".bin",
    ("application/octet-stream",),
)

ALL = (PDF, TEXT, HTML, PNG, JPEG, GIF, WEBP, BMP, HEIC, TIFF, SVG, DICOM, RTF, C_CDA, XML, WORD, ARCHIVE)
PICTURES = frozenset({PNG, JPEG, GIF, WEBP})
"""The images that a browser shows and that can carry no script."""

STAND_IN_A_PAGE = frozenset({TEXT, HTML, C_CDA, XML, RTF, WORD, TIFF, *PICTURES})
"""What is read on the page of its entry."""

_BY_CONTENT_TYPE = {content_type: one for one in ALL for content_type in one.content_types}
_SAYS_NOTHING = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/binary", "unknown/unknown", "*/*"}
)
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([A-Za-z0-9._:+-]{1,40})", re.ASCII | re.IGNORECASE)


def bare(content_type: str | None) -> str:
    """A content type without parameters, in lower case: "Text/Plain; charset=utf-8" → "text/plain"."""
    return (content_type or "").partition(";")[0].strip().lower()


def charset(content_type: str | None) -> str:
    """The charset parameter of a content type as written, else empty."""
    found = _CHARSET.search(content_type or "")
    return found[1] if found else ""


def declared(content_type: str | None) -> Format | None:
    """Which format a content type means; None where it says nothing, or nothing that we know."""
    name = bare(content_type)
    if name in _SAYS_NOTHING:
        return None
    known = _BY_CONTENT_TYPE.get(name)
    if known is not None:
        return known
    if name.startswith("audio/"):
        return SOUND
    return VIDEO if name.startswith("video/") else None


_BY_SUFFIX = (("+xml", XML), ("+json", TEXT))
"""RFC 6839."""


def kind_words(content_type: str | None) -> Words:
    """What a list calls a file whose content type no format of ours has: its sort, never the type itself."""
    name = bare(content_type)
    if name.startswith("image/"):
        return PNG.words
    if name.startswith("text/"):
        return TEXT.words
    return next((one.words for suffix, one in _BY_SUFFIX if name.endswith(suffix)), UNKNOWN.words)


def is_true(said: Format, found: Format) -> bool:
    """Whether a file is what it says, in all that a reader would notice: a C-CDA is XML, one image is an image."""
    return said == found or said.words == found.words or (said, found) == (XML, C_CDA)


def size_words(size: int | None) -> str:
    """A size in bytes in words, decimal: "84 kB", "1.2 MB"; empty where it is not known."""
    if size is None or size < 0:
        return ""
    if size < 1000:
        return ngettext("%d byte", "%d bytes", size) % size
    if size < 999_500:
        return _now("%s kB") % django_formats.number_format(round(size / 1000), use_l10n=True)
    return _now("%s MB") % django_formats.number_format(round(size / 1_000_000, 1), decimal_pos=1)
