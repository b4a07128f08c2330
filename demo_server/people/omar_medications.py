"""Omar's medicines: contained, unnamed, undated, reported by whomever, in every status and intent."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, medication_request, note, period, reference, resource
from demo_server.people.codes import rxnorm
from demo_server.people.days import Days
from demo_server.people.places import IMANI, PRIYA

Json = dict[str, Any]

SCRIPT = "<img src=x onerror=alert(1)>"
UNCOMMON_UNIT = {"value": 2, "unit": "puffs-ish"}


def medications(me: str, days: Days) -> list[Resource]:
    """One request for each odd shape."""
    himself = reference(f"Patient/{me}")
    every_intent = [
        medication_request(
            me,
            f"omar-medication-intent-{intent}",
            concept(text=f"Vitamin D, intent {intent}"),
            "1 capsule a week",
            authored=days.day(60 + number),
            requester=PRIYA,
            intent=intent,
            status="draft" if intent == "option" else "active",
            reportedBoolean=False,
        )
        for number, intent in enumerate(
            ("proposal", "plan", "original-order", "reflex-order", "filler-order", "instance-order", "option")
        )
    ]
    return [
        *every_intent,
        medication_request(
            me,
            "omar-medication-contained",
            reference("#med", "A mixture made at the pharmacy"),
            "Apply where it hurts",
            authored=days.month(50),
            requester=reference("#who", "Dr. Visiting"),
            contained=[
                {
                    "resourceType": "Medication",
                    "id": "med",
                    "code": {"text": "Menthol 2 % in a plain cream"},
                    "form": {"text": "Cream"},
                    "ingredient": [{"itemCodeableConcept": {"text": "Menthol"}, "isActive": True}],
                },
                {"resourceType": "Practitioner", "id": "who", "name": [{"text": "Dr. Visiting"}]},
            ],
        ),
        resource(
            "Medication",
            "medication-code-without-display",
            profile="us-core-medication",
            updated=days.day(70),
            code={"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "197361"}]},
        ),
        medication_request(
            me,
            "omar-medication-by-reference-no-display",
            reference("Medication/medication-code-without-display"),
            None,
            authored=days.year(800),
            requester=reference("PractitionerRole/not-served", "The covering doctor"),
        ),
        medication_request(
            me,
            "omar-medication-reference-unreadable",
            reference("Medication/not-there", "Green pills from the other clinic"),
            "As the other clinic said",
            authored=days.day(81),
            requester=reference("https://other-clinic.example/fhir/Practitioner/9", "Other clinic"),
        ),
        medication_request(
            me,
            "omar-medication-nameless",
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "unknown"}
                ]
            },
            {
                "text": f"Take it {SCRIPT} with water",
                "patientInstruction": "Take it\nwith water\n\nnot with tea ☕",
            },
            authored=days.day(82),
            requester={"display": "Written on a card"},
            status="unknown",
        ),
        medication_request(
            me,
            "omar-medication-entered-in-error",
            concept(text="Warfarin 5 mg typed in by mistake"),
            "1 a day",
            authored=days.day(83),
            requester=IMANI,
            status="entered-in-error",
        ),
        medication_request(
            me,
            "omar-medication-do-not-take",
            concept(text="Grapefruit juice with any of these"),
            None,
            authored=days.day(84),
            requester=IMANI,
            doNotPerform=True,
            status="active",
        ),
        medication_request(
            me,
            "omar-medication-structured-dose",
            concept(rxnorm("313988"), text="Water pill"),
            [
                {
                    "sequence": 1,
                    "timing": {
                        "repeat": {
                            "boundsDuration": {
                                "value": 10,
                                "unit": "days",
                                "system": "http://unitsofmeasure.org",
                                "code": "d",
                            },
                            "count": 20,
                            "duration": 0.5,
                            "durationUnit": "h",
                            "frequency": 2,
                            "frequencyMax": 3,
                            "period": 1,
                            "periodMax": 2,
                            "periodUnit": "d",
                            "dayOfWeek": ["mon", "thu"],
                            "when": ["ACM"],
                            "offset": 30,
                        }
                    },
                    "asNeededBoolean": True,
                    "site": {"text": "Left arm"},
                    "route": {"text": "Under the tongue"},
                    "method": {"text": "Let it melt"},
                    "doseAndRate": [
                        {
                            "doseRange": {
                                "low": {"value": 0.5, "unit": "tablet"},
                                "high": {"value": 1, "unit": "tablet"},
                            }
                        },
                        {"rateRatio": {"numerator": UNCOMMON_UNIT, "denominator": {"value": 1, "unit": "h"}}},
                    ],
                    "maxDosePerAdministration": {"value": 1, "unit": "tablet"},
                    "maxDosePerLifetime": {"value": 100, "unit": "tablet"},
                },
                {
                    "sequence": 2,
                    "timing": {"event": [days.moment(5, "08:00")], "code": {"text": "at low tide"}},
                },
            ],
            authored=days.moment(85, "03:15"),
            requester=himself,
            reportedReference=reference("RelatedPerson/not-served", "His aunt"),
            recorder=reference("PractitionerRole/not-served"),
            note=[note("0 refills means none, not unknown.")],
            dispenseRequest={
                "initialFill": {"quantity": {"value": 0, "unit": "tablet"}},
                "numberOfRepeatsAllowed": 0,
                "validityPeriod": period(end=days.day(10)),
            },
            substitution={"allowedBoolean": False, "reason": {"text": "Gets a rash from the other maker's"}},
        ),
        _undated(me, days),
    ]


def _undated(me: str, days: Days) -> Resource:
    """A request without a date: `authoredOn` says why it is absent."""
    reason = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
    return resource(
        "MedicationRequest",
        "omar-medication-undated",
        profile="us-core-medicationrequest",
        updated=days.moment(86),
        status="active",
        intent="order",
        reportedBoolean=True,
        medicationCodeableConcept={
            "coding": [
                {"system": "https://old-system.example/drugs", "code": "A77", "display": "OLD DRUG A77"}
            ]
        },
        subject=reference(f"Patient/{me}"),
        requester=reference("Organization/harbor-lane"),
        _authoredOn={"extension": [reason]},
    )
