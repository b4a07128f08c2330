"""Which format bytes really are, whatever they are said to be. After the WHATWG MIME Sniffing Standard, but stricter.

What a declared type claims never decides how bytes are shown: it is only compared with what is found here.
"""

from __future__ import annotations

import re

from records.documents import formats, pdf, text, xml
from records.documents.formats import Format

_HEAD = 64 * 1024

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"\x89PNG\r\n\x1a\n", formats.PNG),
    (b"\xff\xd8\xff", formats.JPEG),
    (b"GIF87a", formats.GIF),
    (b"GIF89a", formats.GIF),
    (b"II*\x00", formats.TIFF),
    (b"MM\x00*", formats.TIFF),
    (b"{\\rtf", formats.RTF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", formats.WORD),
    (b"\x1f\x8b", formats.ARCHIVE),
    (b"ID3", formats.SOUND),
    (b"OggS", formats.SOUND),
)

_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
"""Brands of pictures in a container that films come in too. ISO/IEC 23008-12, 10."""

_STRONG = frozenset(
    {"html", "head", "body", "script", "style", "title", "meta", "link", "iframe", "!doctype html"}
)
"""What only a web page begins with."""

_WEAK = frozenset(
    [
        "a",
        "article",
        "b",
        "blockquote",
        "br",
        "center",
        "div",
        "dl",
        "em",
        "font",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "span",
        "strong",
        "svg",
        "table",
        "u",
        "ul",
    ]
)
"""What a web page may begin with, and what a note may begin with too: taken for one only if a tag is closed."""

_FIRST_TAG = re.compile(r"<(!doctype\s+html|[a-z][a-z0-9]*)(?=[\s/>])", re.ASCII | re.IGNORECASE)


def sniff(content: bytes, charset: str | None = None) -> Format | None:
    """The format that the bytes are; None where nothing speaks for any. `charset`: the one they are said to have."""
    for magic, found in _MAGIC:
        if content.startswith(magic):
            return found
    binary = _binary(content)
    if binary is not None:
        return binary
    if pdf.begins(content):
        return formats.PDF
    if text.is_text(content, charset):
        return _written(content, charset)
    return formats.PDF if pdf.is_inside(content) else None


def _binary(content: bytes) -> Format | None:
    """Formats whose mark does not stand at the very beginning."""
    if content[:4] == b"RIFF":
        return {b"WEBP": formats.WEBP, b"WAVE": formats.SOUND, b"AVI ": formats.VIDEO}.get(content[8:12])
    if content[128:132] == b"DICM":
        return formats.DICOM
    if content[4:8] == b"ftyp":
        return formats.HEIC if content[8:12] in _HEIC else formats.VIDEO
    if content[:2] == b"BM" and len(content) > 26 and content[6:10] == bytes(4):
        return formats.BMP
    if content[:4] == b"PK\x03\x04":
        head = content[:4096]
        return formats.WORD if b"word/" in head or b"opendocument.text" in head else formats.ARCHIVE
    return None


def _written(content: bytes, charset: str | None) -> Format:
    """Of bytes that can be read as characters: web page, XML of some sort, rich text, or text."""
    start = text.decoded(content[:_HEAD], charset).text.lstrip("\ufeff \t\r\n\f")
    if start.startswith("{\\rtf"):
        return formats.RTF
    if not start.startswith("<"):
        return formats.TEXT
    root = xml.root(start)
    if root == "ClinicalDocument":
        return formats.C_CDA
    if root == "svg":
        return formats.SVG
    if is_web_page(start):
        return formats.HTML
    is_xml = start.startswith("<?xml") or (root is not None and xml.is_closed(content, root))
    return formats.XML if is_xml else formats.TEXT


def is_web_page(start: str) -> bool:
    """Whether characters begin as a web page, or a part of one, does."""
    first = _FIRST_TAG.match(xml.after_prolog(start, doctype=False))
    if first is None:
        return False
    name = " ".join(first[1].lower().split())
    if name in _STRONG:
        return True
    return name in _WEAK and (name in {"br", "hr", "img"} or "</" in start)
