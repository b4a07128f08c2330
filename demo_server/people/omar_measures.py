"""Omar's observations: every type of value, every way to be absent, units and codes that nobody knows."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, period, quantity, reference, resource
from demo_server.people.codes import HL7, loinc, observation_category, terminology
from demo_server.people.days import Days
from demo_server.people.measuring import blood_pressure, laboratory, observation, vital

Json = dict[str, Any]

SCRIPT = "<svg onload=alert(1)>"
LAB = "us-core-observation-lab"


def measures(me: str, days: Days) -> list[Resource]:
    """Vital signs, laboratory results and what no category claims."""
    return [*_vitals(me, days), *_values(me, days), *_absent(me, days), *_uncategorized(me, days)]


def _vitals(me: str, days: Days) -> list[Resource]:
    signs = [observation_category("vital-signs")]
    pressure = concept(loinc("85354-9"), text="Blood pressure")
    return [
        blood_pressure(me, "omar-bp-one-side-absent", 131, None, when=days.moment(11, "07:45")),
        blood_pressure(me, "omar-bp-other-side-absent", None, 84, when=days.moment(12, "07:50")),
        observation(
            me,
            "omar-bp-without-components",
            pressure,
            when=days.day(14),
            category=signs,
            profile="us-core-vital-signs",
            dataAbsentReason=concept(terminology("data-absent-reason", "not-performed")),
        ),
        observation(
            me,
            "omar-bp-as-string",
            pressure,
            when=days.month(40),
            category=signs,
            valueString="130 over 80, sitting",
        ),
        blood_pressure(
            me, "omar-bp-entered-in-error", 310, 190, when=days.day(15), status="entered-in-error"
        ),
        blood_pressure(me, "omar-bp-corrected", 128, 82, when=days.day(16), status="corrected", version="3"),
        vital(me, "omar-weight-pounds", "29463-7", 181.5, when=days.day(11))
        | {"valueQuantity": quantity(181.5, "lbs", "[lb_av]")},
        observation(
            me,
            "omar-weight-stones",
            concept(loinc("29463-7")),
            when=days.day(400),
            category=signs,
            valueQuantity={"value": 12, "unit": "stone"},
        ),
        observation(
            me,
            "omar-weight-no-unit",
            concept(loinc("29463-7")),
            when=days.year(900),
            category=signs,
            valueQuantity={"value": 82},
        ),
        vital(me, "omar-temperature-fahrenheit", "8310-5", 98.6, when=days.day(11))
        | {"valueQuantity": quantity(98.6, "F", "[degF]")},
        vital(
            me,
            "omar-pulse-zero",
            "8867-4",
            0,
            when=days.moment(13, "02:00"),
            note=[{"text": "Cuff had slipped"}],
        ),
        observation(
            me,
            "omar-height-over-a-period",
            concept(loinc("8302-2")),
            when=None,
            updated=days.day(20),
            category=signs,
            effectivePeriod=period(days.day(21), days.day(20)),
            valueQuantity=quantity(178, "cm"),
        ),
        observation(
            me,
            "omar-vital-text-code",
            {"text": "Grip strength"},
            when="1999",
            category=signs,
            valueQuantity={"value": 3, "unit": "handshakes"},
        ),
    ]


def _values(me: str, days: Days) -> list[Resource]:
    values: dict[str, Json] = {
        "comparator": {"valueQuantity": quantity(0.02, "ng/mL", comparator="<")},
        "range": {"valueRange": {"low": quantity(4, "/[HPF]"), "high": quantity(6, "/[HPF]")}},
        "range-open": {"valueRange": {"low": {"value": 10, "unit": "cells"}}},
        "ratio": {"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 128}}},
        "string": {"valueString": f"Cloudy {SCRIPT} & thick"},
        "boolean-false": {"valueBoolean": False},
        "integer-zero": {"valueInteger": 0},
        "time": {"valueTime": "07:30:00"},
        "datetime": {"valueDateTime": days.month(33)},
        "period": {"valuePeriod": period(days.day(40), days.day(33))},
        "concept": {"valueCodeableConcept": {"text": "Seen, not counted"}},
        "concept-code-only": {
            "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "260385009"}]}
        },
        "sampled": {
            "valueSampledData": {
                "origin": {"value": 0, "unit": "mV"},
                "period": 10,
                "dimensions": 1,
                "factor": 0.01,
                "data": "0 1 2 4 9 4 2 E 1 0 -1 U 0",
            }
        },
    }
    out = [
        observation(
            me,
            f"omar-value-{name}",
            {"text": f"Value as {name}"},
            when=days.moment(33, "06:00"),
            category=[observation_category("laboratory")],
            profile=LAB,
            **value,
        )
        for name, value in values.items()
    ]
    low_only = [{"low": {"value": 30, "unit": "ng/mL"}}]
    two_sided: list[Json] = [
        {
            "low": {"value": 3.5, "unit": "mmol/L"},
            "high": {"value": 5.1, "unit": "mmol/L"},
            "type": {"text": "Usual range"},
            "appliesTo": [{"text": "Adults"}],
            "age": {"low": {"value": 18, "unit": "years"}},
        },
        {"text": "Above 6.0: call the lab", "low": {"value": 6, "unit": "mmol/L"}},
    ]
    return [
        *out,
        laboratory(
            me,
            "omar-range-two-sided",
            "2823-3",
            when=days.moment(33, "06:01"),
            flag="HH",
            valueQuantity=quantity(6.4, "mmol/L"),
            referenceRange=two_sided,
        ),
        observation(
            me,
            "omar-range-low-only",
            {"text": "Vitamin D"},
            when="2011-10",
            category=[observation_category("laboratory")],
            valueQuantity={"value": 12, "unit": "ng/mL"},
            referenceRange=low_only,
        ),
        observation(
            me,
            "omar-range-text-only",
            {"text": "Mystery enzyme"},
            when=days.moment(33, "06:02"),
            category=[observation_category("laboratory")],
            valueQuantity={"value": 7.2, "unit": "mystery units"},
            referenceRange=[{"text": "less than 9, usually"}],
            interpretation=[{"text": "Odd"}],
        ),
        laboratory(
            me,
            "omar-lab-preliminary",
            "718-7",
            when=days.moment(1, "06:00"),
            status="preliminary",
            valueQuantity=quantity(13.1, "g/dL"),
        ),
        laboratory(me, "omar-lab-registered", "4548-4", when=days.moment(1, "06:05"), status="registered"),
        laboratory(me, "omar-lab-cancelled", "2345-7", when=days.day(2), status="cancelled"),
        laboratory(
            me,
            "omar-lab-entered-in-error",
            "2160-0",
            when=days.day(3),
            status="entered-in-error",
            valueQuantity=quantity(99, "mg/dL"),
            note=[{"text": "Sample of another person"}],
        ),
    ]


def _absent(me: str, days: Days) -> list[Resource]:
    return [
        observation(
            me,
            f"omar-absent-{reason}",
            {"text": f"Absent because: {display}"},
            when=days.day(34),
            category=[observation_category("laboratory")],
            profile=LAB,
            dataAbsentReason=concept(terminology("data-absent-reason", reason)),
        )
        for reason, display in HL7["data-absent-reason"].items()
    ]


def _uncategorized(me: str, days: Days) -> list[Resource]:
    unknown = [{"coding": [{"system": "https://harborlane.example/fhir/categories", "code": "garden"}]}]
    odd_offset = f"{days.day(9)}T23:30:00+05:45"
    return [
        observation(
            me,
            "omar-observation-unknown-category",
            {"text": "Tomatoes picked"},
            when=odd_offset,
            category=unknown,
            valueInteger=14,
        ),
        resource(
            "Observation",
            "omar-observation-no-category",
            updated=days.moment(9),
            status="final",
            code={"text": "Hours asleep"},
            subject=reference(f"Patient/{me}"),
            effectiveInstant=f"{days.day(9)}T05:59:59.123-09:30",
            valueQuantity={"value": 0, "unit": "h"},
        ),
        resource(
            "Observation",
            "omar-observation-status-absent",
            updated=days.moment(8),
            _status={
                "extension": [
                    {
                        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
                        "valueCode": "unknown",
                    }
                ]
            },
            category=unknown,
            code={"text": "Mood, as a face", "coding": [{"display": "A face without a code 🙂"}]},
            subject=reference(f"Patient/{me}", f"Omar {SCRIPT}"),
            effectiveDateTime=days.day(8),
            valueString="🙂",
        ),
        resource(
            "Observation",
            "omar-observation-undated",
            updated=days.moment(10),
            status="unknown",
            category=unknown,
            code={"coding": [{"system": "http://loinc.org", "code": "8302-2"}]},
            subject=reference(f"Patient/{me}"),
            valueQuantity=quantity(178, "cm"),
        ),
        resource(
            "Observation",
            "omar-observation-timing",
            updated=days.moment(10, "10:00"),
            status="amended",
            category=[observation_category("exam")],
            code={"text": "Tremor, looked for each morning"},
            subject=reference(f"Patient/{me}"),
            effectiveTiming={"code": {"text": "Each morning of one week"}},
            valueBoolean=True,
            component=[
                {"code": {"text": "Left hand"}, "valueBoolean": False},
                {"code": {"text": "Right hand"}, "valueString": "a little 🤏"},
                {"code": {"text": "Voice"}, "dataAbsentReason": {"text": "Nobody listened"}},
            ],
            performer=[
                reference("PractitionerRole/not-served"),
                {"identifier": {"system": "https://old-system.example/staff", "value": "77"}},
                {"display": "A student"},
            ],
            basedOn=[reference("ServiceRequest/not-served")],
            modifierExtension=[{"url": "https://harborlane.example/fhir/simulated", "valueBoolean": False}],
        ),
        observation(
            me,
            "omar-observation-activity",
            {"text": "Steps"},
            when=days.day(4),
            category=[observation_category("activity"), observation_category("vital-signs")],
            valueQuantity={"value": 0, "unit": "steps"},
        ),
    ]
