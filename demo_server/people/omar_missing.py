"""What of Omar's record is kept back, each time with a reason in its place; and what an addition may turn around."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import immunization, medication_request, reference, resource
from demo_server.people.days import Days
from demo_server.people.places import PRIYA

Json = dict[str, Any]


def why(reason: str) -> Json:
    """An element, or what stands beside a primitive, that says why the value is absent."""
    url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    return {"extension": [{"url": url, "valueCode": reason}]}


def missing(me: str, days: Days) -> list[Resource]:
    """A hidden name, a vaccine without a date, an amount and a date that are withheld, an addition on a dose."""
    undated = immunization(
        me, "omar-vaccine-date-unknown", "140", when=days.day(50), lotNumber="", primarySource=False
    )
    del undated["occurrenceDateTime"], undated["lotNumber"]
    undated |= {"_occurrenceDateTime": why("unknown"), "_lotNumber": why("not-asked")}
    return [
        medication_request(
            me,
            "omar-medication-name-masked",
            why("masked"),
            "1 tablet at night",
            authored=days.day(33),
            requester=PRIYA,
            dispenseRequest={"quantity": {"unit": "tablet", "_value": why("masked")}},
        ),
        medication_request(
            me,
            "omar-medication-addition",
            {"text": "Vitamin B12"},
            [
                {
                    "text": "1 tablet each morning",
                    "modifierExtension": [
                        {
                            "url": "https://harborlane.example/fhir/StructureDefinition/not-taken",
                            "valueBoolean": True,
                        }
                    ],
                }
            ],
            authored=days.day(34),
            requester=PRIYA,
        ),
        undated,
        resource(
            "Procedure",
            "omar-procedure-masked",
            profile="us-core-procedure",
            updated=days.moment(35),
            status="completed",
            code={"text": "Consultation"},
            subject=reference(f"Patient/{me}"),
            _performedDateTime=why("masked"),
            reasonCode=[why("masked")],
            performer=[{"actor": why("not-permitted")}],
        ),
    ]
