"""An agency's logo, read once at the start: a picture drawn anew, or an SVG of which only shapes are left."""

from __future__ import annotations

import io
import re
from pathlib import Path

from lxml import etree

MOST_BYTES = 512 * 1024
TALLEST = 160
"""Pixels: twice of what a page shows, for fine screens."""
WIDEST = 640
MOST_PIXELS = 25_000_000

_SVG = "http://www.w3.org/2000/svg"
_SHAPES = re.compile(
    r"svg|g|defs|symbol|title|desc|path|rect|circle|ellipse|line|polyline|polygon|linearGradient|radialGradient|stop"
    r"|clipPath|mask|pattern|text|tspan"
)
_ATTRIBUTES = re.compile(
    r"id|d|[xy][12]?|c[xy]|r[xy]?|f[xy]|d[xy]|width|height|viewBox|points|transform|opacity|offset|version"
    r"|fill(-opacity|-rule)?|clip-(rule|path)|mask|stroke(-(width|opacity|linecap|linejoin|miterlimit|dasharray|dashoffset))?"
    r"|stop-(color|opacity)|(gradient|pattern|patternContent|clipPath|mask)Units|(gradient|pattern)Transform"
    r"|spreadMethod|preserveAspectRatio|font-(family|size|weight)|text-anchor"
)
_ELSEWHERE = re.compile(r"url\(\s*['\"]?(?!#)|[\\@<&]|[a-z]+:", re.IGNORECASE)
"""In a value: what leads out of the picture, or could."""


class Unusable(Exception):
    """The picture is not shown. The message says why, and follows the word "logo"."""


def read(path: Path) -> tuple[bytes, str]:
    """The bytes to send, and their media type.

    Raises:
        Unusable: it cannot be read, is too large, or is no picture.
    """
    try:
        content = path.read_bytes()
    except OSError:
        raise Unusable("names a file that cannot be read") from None
    if len(content) > MOST_BYTES:
        raise Unusable(f"is larger than {MOST_BYTES // 1024} kilobytes")
    if path.suffix.lower() == ".svg":
        return clean_svg(content), "image/svg+xml"
    return _drawn_anew(content), "image/png"


def _drawn_anew(content: bytes) -> bytes:
    """The pixels alone: what else a file carries stays behind."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP", "GIF")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unusable("has too many pixels")
            plain = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Unusable("must be a PNG, JPEG, WebP, GIF or SVG picture") from None
    plain.thumbnail((WIDEST, TALLEST))
    out = io.BytesIO()
    plain.save(out, "PNG")
    return out.getvalue()


def clean_svg(content: bytes) -> bytes:
    """The same picture of shapes alone: no script, style sheet, event, link, picture within, or address.

    Raises:
        Unusable: it is no SVG, or nothing is left of it.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        raise Unusable("is no SVG picture") from None
    if root.getroottree().docinfo.internalDTD is not None and b"<!ENTITY" in content:
        raise Unusable("brings entities of its own, which are never expanded")
    if root.tag != f"{{{_SVG}}}svg":
        raise Unusable("is no SVG picture")
    made = _cleaned(root)
    if next((one for one in made.iter() if one is not made), None) is None:
        raise Unusable("has nothing in it that may be shown")
    return bytes(etree.tostring(made, encoding="utf-8", xml_declaration=False))


def _cleaned(found: etree._Element) -> etree._Element:
    """A new element of what is known of this one."""
    made = etree.Element(found.tag, nsmap={None: _SVG})
    for name, value in found.attrib.items():
        if _ATTRIBUTES.fullmatch(str(name)) and not _ELSEWHERE.search(str(value)):
            made.set(name, value)
    made.text, made.tail = found.text, found.tail
    for child in found:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag.startswith(f"{{{_SVG}}}") and _SHAPES.fullmatch(tag.removeprefix(f"{{{_SVG}}}")):
            made.append(_cleaned(child))
    return made
