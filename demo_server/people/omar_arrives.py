"""What arrives for Omar in ways that are lawful and yet surprise: C-CDA under other names, a file without its bytes."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import document, reference, resource
from demo_server.people.days import Days
from demo_server.people.files import binary, unguessable
from demo_server.people.omar_documents import CCDA
from demo_server.people.places import TOM

C_CDA_BODY = {
    "system": "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
    "code": "urn:hl7-org:sdwg:ccda-structuredBody:2.1",
}


def arrives(me: str, days: Days) -> list[Resource]:
    """A C-CDA by address under HL7's own media type, one under XML's with its format code, and one withheld."""
    hl7, plain, withheld = (
        unguessable(f"omar {name}") for name in ("C-CDA by HL7", "C-CDA by XML", "withheld file")
    )
    body = CCDA.format(day=days.day(25).replace("-", "")).encode()
    updated = days.moment(20, "12:00")

    def one(name: str, title: str, attachment: dict[str, Any], **elements: Any) -> Resource:
        found = document(
            me,
            f"omar-document-{name}",
            "34133-9",
            [attachment],
            when=days.moment(45, "12:00"),
            description=title,
            authors=[TOM],
        )
        found["content"][0].update(elements)
        return found

    without = resource(
        "Binary",
        withheld,
        updated=updated,
        contentType="application/pdf",
        securityContext=reference(f"Patient/{me}"),
        _data={
            "extension": [
                {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
            ]
        },
    )
    return [
        one(
            "ccda-hl7",
            "C-CDA under HL7's media type",
            {"contentType": "application/hl7-v3+xml", "url": f"Binary/{hl7}"},
        ),
        binary(hl7, body, "application/hl7-v3+xml", updated=updated, patient=me),
        one(
            "ccda-format",
            "C-CDA under XML's media type",
            {"contentType": "text/xml", "url": f"Binary/{plain}"},
            format=C_CDA_BODY,
        ),
        binary(plain, body, "text/xml", updated=updated, patient=me),
        one(
            "withheld",
            "A file whose bytes are withheld",
            {"contentType": "application/pdf", "url": f"Binary/{withheld}"},
        ),
        without,
    ]
