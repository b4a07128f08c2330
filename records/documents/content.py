"""An attachment's bytes: inline, or behind its url. FHIR R4 Attachment; US Core 5.0.1 DocumentReference.

    AttachmentProblem
    ├── NothingAttached    neither data nor a url
    ├── NotDecodable       data that is no base64
    └── PointsInside       a url that leads to no place of its own (a contained resource, a data: url)

Everything that goes wrong on the way to a url is an `errors.UpstreamError`.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from records.documents import formats, xml
from records.fhir import binaries, errors
from records.fhir.bundle import OperationOutcome
from records.fhir.client import MOST_FILE_BYTES
from records.fhir.elements import Attachment
from records.fhir.fetched import Fetched
from records.fhir.reading import NotReadable, read
from records.words.rows import Words

Fetch = Callable[[str, str | None], Fetched]
"""`FhirClient.file`: a url and the content type to ask for → bytes, or an `errors.UpstreamError`."""

_URL_SAFE = str.maketrans("-_", "+/")


class AttachmentProblem(Exception):
    """The record itself does not hold what it announces. Carries no value of the record."""


class NothingAttached(AttachmentProblem):
    """Neither data nor a url."""


class NotDecodable(AttachmentProblem):
    """The data is no base64."""


class PointsInside(AttachmentProblem):
    """The url is not an address that can be fetched."""


def attachment_content(attachment: Attachment, fetch: Fetch) -> Fetched:
    """The bytes of an attachment. Inline data goes first: it is there without asking.

    Returns:
        The bytes, with the content type that the record states for them, else the one the server gave.

    Raises:
        AttachmentProblem: see the tree above.
        errors.UpstreamError: the url could not be fetched, or the data is larger than we take.
    """
    if attachment.data and attachment.data.strip():
        return Fetched(content=_inline(attachment.data), content_type=attachment.contentType or "")
    url = (attachment.url or "").strip()
    if not url:
        raise NothingAttached
    if url.startswith("#") or url.lower().startswith(("data:", "urn:", "cid:")):
        raise PointsInside
    fetched = fetch(url, attachment.contentType)
    if _is_refusal(fetched.content):
        raise errors.Unreadable(status=200, resource_type="Binary")
    return replace(fetched, content_type=attachment.contentType or fetched.content_type)


def _inline(data: str) -> bytes:
    if len(data) // 4 * 3 > MOST_FILE_BYTES and sum(not c.isspace() for c in data) // 4 * 3 > MOST_FILE_BYTES:
        raise errors.TooLarge(status=None, resource_type="Binary")
    try:
        return binaries.decoded(data)
    except ValueError:
        raise NotDecodable from None


def _is_refusal(content: bytes) -> bool:
    """Whether a 200 brought an OperationOutcome where the document should be, under whatever content type."""
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"OperationOutcome" not in start:
        return False
    if start.startswith(b"<"):
        return xml.root(start.decode("utf-8", "replace")) == "OperationOutcome"
    try:
        found, _set_aside = read(content, OperationOutcome)
    except NotReadable:
        return False
    return found.resourceType == "OperationOutcome"


def inline_size(attachment: Attachment) -> int | None:
    """How many bytes inline data holds, from its length alone; None without any."""
    if not attachment.data:
        return None
    written = len(attachment.data) - attachment.data.count("\n") - attachment.data.count("\r")
    padding = len(attachment.data) - len(attachment.data.rstrip("=\r\n "))
    return max(0, written * 3 // 4 - padding) if written else None


def inline_start(attachment: Attachment, characters: int = 2048) -> bytes:
    """The first bytes of inline data, by default enough to see which format it is; empty where it cannot be read."""
    written = "".join((attachment.data or "")[:characters].split()).translate(_URL_SAFE)
    try:
        return base64.b64decode(written[: len(written) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return b""


def departures(attachment: Attachment, content: bytes) -> tuple[Words, ...]:
    """Where the bytes are not those that the record describes: another size, another checksum.

    Attachment.hash is base64 of SHA-1; hexadecimal is understood too.
    """
    found: list[Words] = []
    if attachment.size is not None and attachment.size != len(content):
        found.append(
            _("The record gives its size as %(said)s, but it has %(real)s.")
            % {
                "said": formats.size_words(attachment.size) or str(attachment.size),
                "real": formats.size_words(len(content)),
            }
        )
    if attachment.hash and not _has_hash(content, attachment.hash.strip()):
        found.append(
            _("Its checksum differs from the one in the record: it may have been changed or cut short.")
        )
    return tuple(found)


def _has_hash(content: bytes, written: str) -> bool:
    ours = hashlib.sha1(content, usedforsecurity=False).digest()
    return written.rstrip("=") == base64.b64encode(ours).decode().rstrip("=") or written.lower() == ours.hex()
