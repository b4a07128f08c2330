"""Daniel's medicines: one in each status, ordered here, reported by him, paused, and one not to take."""

from __future__ import annotations

from demo_server.people.base import Resource
from demo_server.people.building import (
    concept,
    medication_request,
    note,
    period,
    quantity,
    reference,
    resource,
)
from demo_server.people.codes import rxnorm, snomed
from demo_server.people.days import Days
from demo_server.people.places import AGENCY, IMANI, PRIYA


def medications(me: str, days: Days) -> list[Resource]:
    """One request in each status, ordered, reported, planned, paused and forbidden."""

    def every_day(words: str, amount: float, unit: str, when: str | None = None) -> dict[str, object]:
        timing: dict[str, object] = {"frequency": 1, "period": 1, "periodUnit": "d"}
        if when:
            timing["when"] = [when]
        return {
            "sequence": 1,
            "text": words,
            "timing": {"repeat": timing},
            "route": concept(snomed("26643006"), text="By mouth"),
            "doseAndRate": [{"doseQuantity": {"value": amount, "unit": unit}}],
        }

    psychiatry = reference("Encounter/daniel-visit-psychiatry-12")
    himself = reference(f"Patient/{me}", "Daniel Whitaker")
    lisinopril = resource(
        "Medication",
        "medication-lisinopril-10",
        profile="us-core-medication",
        updated=days.day(900),
        code=concept(rxnorm("314076")),
        status="active",
        form=concept(text="Tablet"),
    )
    return [
        lisinopril,
        medication_request(
            me,
            "daniel-medication-sertraline",
            concept(text="Sertraline 100 mg tablet"),
            every_day("Take 1 tablet every morning with food", 1, "tablet", "MORN"),
            authored=days.moment(12, "10:40"),
            requester=IMANI,
            encounter=psychiatry,
            reportedBoolean=False,
            reasonReference=[reference("Condition/daniel-condition-depression", "Depression")],
            dispenseRequest={
                "numberOfRepeatsAllowed": 3,
                "quantity": {"value": 30, "unit": "tablet"},
                "expectedSupplyDuration": quantity(30, "days", "d"),
                "validityPeriod": period(days.day(12), days.day(-170)),
            },
            note=[note("Raised from 50 mg. Review at the next visit.", days.moment(12), IMANI["reference"])],
        ),
        medication_request(
            me,
            "daniel-medication-metformin",
            concept(rxnorm("861007"), text="Metformin 500 mg tablet"),
            [
                {"sequence": 1, "text": "Take 1 tablet with breakfast for one week"},
                {"sequence": 2, "text": "then 1 tablet with breakfast and 1 tablet with supper"},
            ],
            authored=days.moment(95, "09:50"),
            requester=PRIYA,
            encounter=reference("Encounter/daniel-visit-checkup-95"),
            reportedBoolean=False,
            reasonReference=[reference("Condition/daniel-condition-diabetes", "Type 2 diabetes")],
        ),
        medication_request(
            me,
            "daniel-medication-lisinopril",
            reference("Medication/medication-lisinopril-10", "lisinopril 10 MG Oral Tablet"),
            every_day("Take 1 tablet once a day", 1, "tablet"),
            authored=days.day(410),
            requester=PRIYA,
            reportedBoolean=False,
            reasonCode=[concept(snomed("38341003"), text="High blood pressure")],
        ),
        medication_request(
            me,
            "daniel-medication-fish-oil",
            concept(text="Fish oil capsule"),
            "1 capsule a day",
            authored=days.day(95),
            requester=himself,
            intent="plan",
            reportedReference=himself,
            note=[note("Bought over the counter.")],
        ),
        medication_request(
            me,
            "daniel-medication-acetaminophen",
            concept(rxnorm("313782"), text="Acetaminophen 325 mg tablet"),
            {
                "text": "Take 1 or 2 tablets every 6 hours if you need it for headache, no more than 8 a day",
                "asNeededCodeableConcept": concept(text="Headache"),
                "maxDosePerPeriod": {
                    "numerator": {"value": 8, "unit": "tablet"},
                    "denominator": quantity(1, "day", "d"),
                },
            },
            authored=days.month(700),
            requester=AGENCY,
            reportedBoolean=True,
        ),
        medication_request(
            me,
            "daniel-medication-trazodone-on-hold",
            concept(text="Trazodone 50 mg tablet"),
            every_day("Take half a tablet at bedtime", 0.5, "tablet", "HS"),
            authored=days.moment(180, "14:20"),
            requester=IMANI,
            status="on-hold",
            statusReason=concept(text="Felt dizzy in the mornings"),
            reportedBoolean=False,
        ),
        medication_request(
            me,
            "daniel-medication-do-not-take-naproxen",
            concept(rxnorm("849574"), text="Naproxen and other anti-inflammatory pain pills"),
            "Hard on the kidneys together with lisinopril",
            authored=days.day(410),
            requester=PRIYA,
            doNotPerform=True,
            reportedBoolean=False,
        ),
        medication_request(
            me,
            "daniel-medication-bupropion-stopped",
            concept(text="Bupropion 150 mg extended-release tablet"),
            "Take 1 tablet in the morning",
            authored=days.day(640),
            requester=IMANI,
            status="stopped",
            statusReason=concept(text="Made him restless"),
            reportedBoolean=False,
        ),
        medication_request(
            me,
            "daniel-medication-cefuroxime-completed",
            concept(text="Cefuroxime 250 mg tablet"),
            "Take 1 tablet twice a day for 7 days",
            authored=days.day(1598),
            requester=reference("Practitioner/arthur-kessler", "Arthur Kessler, MD"),
            status="completed",
            category="discharge",
            reportedBoolean=False,
        ),
        medication_request(
            me,
            "daniel-medication-amlodipine-cancelled",
            concept(rxnorm("197361"), text="Amlodipine 5 mg tablet"),
            "Take 1 tablet once a day",
            authored=days.day(411),
            requester=PRIYA,
            status="cancelled",
            reportedBoolean=False,
        ),
        medication_request(
            me,
            "daniel-medication-entered-in-error",
            concept(text="Lithium 300 mg capsule"),
            "Take 1 capsule three times a day",
            authored=days.day(13),
            requester=IMANI,
            status="entered-in-error",
            reportedBoolean=False,
        ),
    ]
