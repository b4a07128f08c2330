"""What came of asking for an attachment."""

from __future__ import annotations

from dataclasses import dataclass

from records.fhir.elements import PrimitiveElement


@dataclass(frozen=True, slots=True)
class Fetched:
    """An attachment's bytes as they were stored, with the content type that the server gave.

    `data_element`: what stands in the place of bytes that are not there, a reason perhaps.
    """

    content: bytes
    content_type: str
    data_element: PrimitiveElement | None = None
