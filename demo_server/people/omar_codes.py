"""Omar's codes that came without a name, names that machines gave, and answers that bring help near."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import quantity, reference, resource
from demo_server.people.codes import TERMINOLOGY, observation_category
from demo_server.people.days import Days
from demo_server.people.measuring import observation

Json = dict[str, Any]

LOINC = "http://loinc.org"


def codes(me: str, days: Days) -> list[Resource]:
    """A visit, a vaccine and a blood pressure by their codes alone; a form of the agency's own, in Spanish."""
    subject = reference(f"Patient/{me}")
    # `class` is a word of Python's own.
    virtual: Json = {"class": {"system": f"{TERMINOLOGY}/v3-ActCode", "code": "VR"}}
    return [
        resource(
            "Encounter",
            "omar-visit-class-code-alone",
            updated=days.moment(140),
            status="finished",
            **virtual,
            subject=subject,
            period={"start": days.moment(141, "10:00"), "end": days.moment(141, "10:30")},
        ),
        resource(
            "Immunization",
            "omar-vaccine-code-alone",
            updated=days.moment(142),
            profile="us-core-immunization",
            status="completed",
            primarySource=True,
            vaccineCode={"coding": [{"system": "http://hl7.org/fhir/sid/cvx", "code": "113"}]},
            patient=subject,
            occurrenceDateTime=days.day(142),
        ),
        observation(
            me,
            "omar-bp-names-of-machines",
            {"coding": [{"system": LOINC, "code": "85354-9"}], "text": "BP_CUFF"},
            when=days.moment(143, "08:10"),
            category=[observation_category("vital-signs")],
            profile="us-core-vital-signs",
            component=[
                {
                    "code": {"coding": [{"system": LOINC, "code": code}]},
                    "valueQuantity": quantity(value, "mmHg", "mm[Hg]"),
                }
                for code, value in (("8480-6", 126), ("8462-4", 81))
            ],
        ),
        observation(
            me,
            "omar-form-of-its-own",
            {"text": "Ideas de hacerse daño"},
            when=days.moment(144, "09:00"),
            category=[observation_category("survey")],
            valueString="Casi nunca",
        ),
    ]
