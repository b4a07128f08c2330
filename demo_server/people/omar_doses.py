"""Omar's doses: the lawful ways in which systems say how a medicine is taken, and which were once read wrongly."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, medication_request, quantity
from demo_server.people.codes import terminology
from demo_server.people.days import Days
from demo_server.people.places import PRIYA

Json = dict[str, Any]


def _amount(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit}


def _typed(kind: Json, value: float, unit: str) -> Json:
    return {"type": kind, "doseQuantity": _amount(value, unit)}


def _days(count: int) -> Json:
    return quantity(count, "days", "d")


def doses(me: str, days: Days) -> list[Resource]:
    """One request for each shape."""
    shapes: dict[str, tuple[Json, list[Json]]] = {
        "three-ways": (concept(text="Sleep drops"), [_three_ways()]),
        "steps": (concept(text="Steroid, to be tapered"), _steps()),
        "needed-without-words": (concept(text="Itch relief"), [_needed_without_words()]),
        "limits": (concept(text="Headache tablet"), [_limits()]),
        "two-instructions": (concept(text="Stomach tablet"), [_two_instructions()]),
    }
    return [
        medication_request(
            me,
            f"omar-dose-{name}",
            medicine,
            dose,
            authored=days.day(40 + at),
            requester=PRIYA,
            reportedBoolean=False,
        )
        for at, (name, (medicine, dose)) in enumerate(shapes.items())
    ]


def _three_ways() -> Json:
    """Not three doses: one, as it was calculated, as it is given, as it was ordered."""
    return {
        "route": {"text": "Oral"},
        "timing": {"code": concept(terminology("v3-GTSAbbreviation", "BID"))},
        "doseAndRate": [
            _typed(concept(terminology("dose-rate-type", "calculated")), 14.2, "mg"),
            _typed({"text": "admin-amount"}, 3, "Drops"),
            _typed(concept(terminology("dose-rate-type", "ordered")), 15, "mg"),
        ],
    }


def _steps() -> list[Json]:
    """The second step stands first; the last two are taken together."""
    daily = {"frequency": 1, "period": 1, "periodUnit": "d"}
    return [
        {
            "sequence": 2,
            "timing": {"repeat": daily | {"boundsDuration": _days(5)}},
            "doseAndRate": [{"doseQuantity": _amount(1, "tablet")}],
        },
        {"sequence": 1, "text": "Take 2 tablets every morning for 5 days."},
        {"sequence": 3, "text": "Half a tablet every morning"},
        {"sequence": 3, "text": "half a tablet every evening"},
    ]


def _needed_without_words() -> Json:
    """Only if needed; for what, nobody says."""
    reason = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    return {
        "asNeededCodeableConcept": {"extension": [reason]},
        "site": {"text": "Both elbows"},
        "doseAndRate": [{"doseQuantity": _amount(1, "application")}],
    }


def _limits() -> Json:
    """Every limit that there is, and nothing else."""
    return {
        "timing": {
            "repeat": {
                "frequency": 1,
                "frequencyMax": 4,
                "period": 1,
                "periodUnit": "d",
                "count": 10,
                "countMax": 30,
            }
        },
        "asNeededCodeableConcept": {"text": "as needed for headache"},
        "maxDosePerPeriod": {"numerator": _amount(8, "tablet"), "denominator": quantity(24, "hours", "h")},
        "maxDosePerAdministration": _amount(2, "tablet"),
        "maxDosePerLifetime": _amount(900, "tablet"),
    }


def _two_instructions() -> Json:
    """What the pharmacy reads, what the patient was told, and elements that say something else."""
    return {
        "text": "TAKE 1 TABLET BY MOUTH ONCE DAILY.",
        "patientInstruction": "Half an hour before breakfast, with plain water",
        "route": {"text": "Oral"},
        "additionalInstruction": [{"text": "Do not crush or chew"}],
        "timing": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": _amount(20, "mg")}],
    }
