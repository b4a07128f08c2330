"""A file as a server may send it: its own bytes, or a FHIR Binary of JSON or XML around them. FHIR R4 Binary.

Which of them it is, is seen from what came: servers send wrappers under any content type, or under none.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
from collections.abc import Iterable
from typing import NoReturn
from xml.parsers import expat

from msgspec import field

from records.fhir.elements import Element, Extension, PrimitiveElement
from records.fhir.reading import NotReadable, in_utf8, read

EXTERNALIZED = "http://hapifhir.io/fhir/StructureDefinition/externalized-binary-id"
"""HAPI: the data is kept apart from its resource, and `$binary-access-read` brings it."""

ACCESS = "$binary-access-read"
"""HAPI's operation on a resource for the bytes at a `path` in it; Smile CDR and Oracle's server have it too."""

_NAMESPACE = "http://hl7.org/fhir "
_XML_START = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*<(?:\?xml[^>]*>\s*<)?(?:!--.{0,500}?-->\s*<)?(?:\w+:)?Binary[\s>]", re.S
)
_URL_SAFE = str.maketrans("-_", "+/")
_PIECE = 256 * 1024
_SEEN = 4096
"""How far from its ends a JSON text is looked at for what it is."""


class Binary(Element, frozen=True, kw_only=True):
    """FHIR R4 Binary. `data` is base64 as sent."""

    resourceType: str = ""
    contentType: str | None = None
    data: str | None = None
    data_element: PrimitiveElement | None = field(name="_data", default=None)


def wrapped(content: bytes) -> Binary | None:
    """The Binary that some bytes are, in JSON or in XML; None where they are something else."""
    if b'"Binary"' in content[:_SEEN] or b'"Binary"' in content[-_SEEN:]:
        try:
            found, _set_aside = read(in_utf8(content), Binary)
        except NotReadable:
            return None
        return found if found.resourceType == "Binary" else None
    return _from_xml(content) if _XML_START.match(content[:_SEEN]) else None


def decoded(data: str) -> bytes:
    """Base64 as FHIR allows it, blanks within; what is lenient is only the padding and the URL-safe letters.

    Raises:
        ValueError: it is none.
    """
    end = len(data)
    while end and (data[end - 1] == "=" or data[end - 1].isspace()):
        end -= 1
    found, left = io.BytesIO(), ""
    try:
        # In pieces: a file of 32 MB would stand here four times at once.
        for start in range(0, end, _PIECE):
            left += "".join(data[start : min(start + _PIECE, end)].split()).translate(_URL_SAFE)
            whole = len(left) // 4 * 4
            found.write(base64.b64decode(left[:whole], validate=True))
            left = left[whole:]
        found.write(base64.b64decode(left + "=" * (-len(left) % 4), validate=True))
    except binascii.Error:
        raise ValueError from None
    return found.getvalue()


def is_elsewhere(extension: Iterable[Extension]) -> bool:
    """Whether data that is not there is kept apart by the server itself."""
    return any(one.url == EXTERNALIZED for one in extension)


def access(resource_type: str, logical_id: str, path: str) -> str:
    """The relative address of bytes that are kept apart. `path`: of the element, as "Binary.data"."""
    return f"{resource_type}/{logical_id}/{ACCESS}?path={path}"


class _NotTaken(Exception):
    """A document type: it could bring entities, and no FHIR has one. FHIR R4 XML, 2.6.1."""


def _from_xml(content: bytes) -> Binary | None:
    """A Binary out of its XML: the values of contentType and data, and the extensions of data."""
    values: dict[str, str] = {}
    extensions: list[Extension] = []
    place: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        place.append(name.removeprefix(_NAMESPACE))
        value = attributes.get("value")
        if place[:1] == ["Binary"] and len(place) == 2 and value is not None:
            values[place[1]] = value
        elif place == ["Binary", "data", "extension"]:
            extensions.append(Extension(url=attributes.get("url")))
        elif place == ["Binary", "data", "extension", "valueCode"] and extensions:
            extensions[-1] = Extension(url=extensions[-1].url, valueCode=value)

    def end(_name: str) -> None:
        place.pop()

    def refuse(*_declared: object) -> NoReturn:
        raise _NotTaken

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, _NotTaken, ValueError, LookupError):
        return None
    return Binary(
        resourceType="Binary",
        contentType=values.get("contentType"),
        data=values.get("data"),
        data_element=PrimitiveElement(extension=extensions) if extensions else None,
    )
