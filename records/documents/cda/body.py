"""A document that is only the envelope of another file (`nonXMLBody`), and the pictures that parts refer to.

CDA Release 2.0, 4.3.1.1 and 4.3.6 (observationMedia); HL7 v3 ED.
"""

from __future__ import annotations

from records.documents import formats
from records.documents.cda.parsing import Element, children, first
from records.documents.parts import Picture, Within
from records.documents.sniffing import sniff
from records.fhir import binaries


def within(root: Element) -> Within | None:
    """The file that a document is the envelope of; None where it is none."""
    body = first(root, "component", "nonXMLBody")
    if body is None:
        return None
    text = first(body, "text")
    if text is None:
        return Within(None, "")
    return Within(_bytes(text), (text.get("mediaType") or "").strip())


def _bytes(data: Element) -> bytes | None:
    """The bytes of an ED; None where they cannot be had."""
    words = "".join(data.itertext())
    if data.get("compression") or not words.strip():
        return None
    if (data.get("representation") or "TXT").upper() == "TXT":
        return words.strip().encode()
    try:
        return binaries.decoded(words)
    except ValueError:
        return None


def pictures(root: Element) -> dict[str, tuple[Picture, str]]:
    """The pictures of the document, by the ID that a narrative refers to them by; each with its own words."""
    found: dict[str, tuple[Picture, str]] = {}
    for media in root.iter("{*}observationMedia"):
        name = media.get("ID") or media.get("id") or ""
        value = first(media, "value")
        if not name or value is None:
            continue
        content = _bytes(value)
        seen = sniff(content) if content else None
        if content and seen in formats.PICTURES:
            said = next((one.get("displayName") or "" for one in children(media, "code")), "")
            found[name] = (Picture(content, seen.content_types[0]), said)
    for region in root.iter("{*}regionOfInterest"):
        name = region.get("ID") or ""
        media = next(region.iter("{*}observationMedia"), None)
        inner = (media.get("ID") or "") if media is not None else ""
        if name and inner in found:
            found[name] = found[inner]
    return found
