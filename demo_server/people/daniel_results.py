"""Daniel's laboratory results, reports, imaging and clinical tests."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, quantity, reference
from demo_server.people.codes import loinc, observation_category, snomed
from demo_server.people.daniel_hospital import hospital_tests
from demo_server.people.days import Days
from demo_server.people.files import attachment, pdf, png, unguessable
from demo_server.people.measuring import laboratory, laboratory_report, note_report, observation, usual
from demo_server.people.places import BAYVIEW, IMANI, PRIYA, TIDEWATER

Json = dict[str, Any]

# Days ago → percent.
A1C = {95: 7.4, 185: 7.9, 275: 8.3, 410: 7.8, 590: 7.1, 760: 6.8}
# LOINC code: value, unit, UCUM code, lowest and highest usual, flag.
METABOLIC: dict[str, tuple[float, str, float | None, float | None, str]] = {
    "2345-7": (148, "mg/dL", 70, 99, "H"),
    "3094-0": (17, "mg/dL", 7, 20, "N"),
    "2160-0": (1.1, "mg/dL", 0.7, 1.3, "N"),
    "2951-2": (139, "mmol/L", 136, 145, "N"),
    "2823-3": (4.6, "mmol/L", 3.5, 5.1, "N"),
    "2075-0": (102, "mmol/L", 98, 107, "N"),
    "2028-9": (25, "mmol/L", 22, 29, "N"),
    "17861-6": (9.3, "mg/dL", 8.6, 10.3, "N"),
}
LIPIDS: dict[str, tuple[float, str, float | None, float | None, str]] = {
    "2093-3": (221, "mg/dL", None, 200, "H"),
    "2571-8": (189, "mg/dL", None, 150, "H"),
    "2085-9": (38, "mg/dL", 40, None, "L"),
    "13457-7": (145, "mg/dL", None, 100, "H"),
}


def results(me: str, days: Days) -> list[Resource]:
    """Blood and urine, one X-ray, one heart tracing, one tissue report, one clinical test."""
    return [*_blood(me, days), *_urine(me, days), *_studies(me, days), *hospital_tests(me, days)]


def _blood(me: str, days: Days) -> list[Resource]:
    checkup = reference("Encounter/daniel-visit-checkup-95")
    out: list[Resource] = []
    for name, code, tests in (("metabolic", "51990-0", METABOLIC), ("lipids", "57698-3", LIPIDS)):
        rows = [
            laboratory(
                me,
                f"daniel-{name}-{test}-95",
                test,
                when=days.moment(95, "08:10"),
                issued=days.moment(94, "07:30"),
                flag=flag,
                valueQuantity=quantity(value, unit),
                referenceRange=usual(low, high, unit),
                performer=[TIDEWATER],
                encounter=checkup,
            )
            for test, (value, unit, low, high, flag) in tests.items()
        ]
        report = laboratory_report(
            me,
            f"daniel-report-{name}-95",
            code,
            when=days.moment(95, "08:10"),
            issued=days.moment(94, "07:30"),
            results=[one["id"] for one in rows],
            performer=[TIDEWATER],
            encounter=checkup,
        )
        out += [report, *rows]
    for ago, percent in A1C.items():
        one = laboratory(
            me,
            f"daniel-a1c-{ago}",
            "4548-4",
            when=days.moment(ago, "08:10"),
            issued=days.moment(ago - 1, "07:30"),
            flag="H",
            valueQuantity=quantity(percent, "%"),
            referenceRange=[{"high": quantity(5.6, "%"), "text": "5.6 or less"}],
            performer=[TIDEWATER],
        )
        report = laboratory_report(
            me,
            f"daniel-report-a1c-{ago}",
            "4548-4",
            when=days.moment(ago, "08:10"),
            issued=days.moment(ago - 1, "07:30"),
            results=[one["id"]],
            performer=[TIDEWATER],
        )
        out += [report, one]
    pending = laboratory(
        me, "daniel-a1c-pending", "4548-4", when=days.moment(2, "08:00"), status="registered"
    )
    report = laboratory_report(
        me,
        "daniel-report-pending",
        "4548-4",
        when=days.moment(2, "08:00"),
        issued=days.moment(2, "08:05"),
        results=["daniel-a1c-pending"],
        performer=[TIDEWATER],
        status="registered",
    )
    return [*out, report, pending]


def _urine(me: str, days: Days) -> list[Resource]:
    common: Json = {
        "when": days.moment(95, "08:15"),
        "issued": days.moment(94, "07:30"),
        "performer": [TIDEWATER],
    }
    rows = [
        laboratory(
            me, "daniel-urine-color", "5778-6", valueCodeableConcept=concept(snomed("371244009")), **common
        ),
        laboratory(me, "daniel-urine-clarity", "32167-9", valueString="Clear", **common),
        laboratory(
            me,
            "daniel-urine-nitrite",
            "5802-4",
            flag="NEG",
            valueCodeableConcept=concept(snomed("260385009"), text="Negative"),
            **common,
        ),
        laboratory(
            me,
            "daniel-urine-albumin",
            "9318-7",
            flag="H",
            valueQuantity=quantity(34, "mg/g"),
            referenceRange=usual(None, 30, "mg/g"),
            **common,
        ),
    ]
    report = laboratory_report(
        me,
        "daniel-report-urine-95",
        "24356-8",
        when=common["when"],
        issued=common["issued"],
        results=[one["id"] for one in rows],
        performer=[TIDEWATER],
        conclusion="A little more albumin than usual. Repeat in three months.",
    )
    return [report, *rows]


def _studies(me: str, days: Days) -> list[Resource]:
    xray = observation(
        me,
        "daniel-imaging-chest",
        concept(loinc("18782-3")),
        when=days.moment(410, "13:00"),
        category=[observation_category("imaging")],
        profile="us-core-observation-imaging",
        valueString="Lungs clear. Heart of usual size. No broken ribs.",
        performer=[BAYVIEW],
    )
    bone = observation(
        me,
        "daniel-imaging-stone-size",
        concept(text="Size of the stone in the left kidney"),
        when=days.moment(1601, "06:40"),
        category=[observation_category("imaging")],
        profile="us-core-observation-imaging",
        valueQuantity=quantity(5, "mm"),
    )
    seen = observation(
        me,
        "daniel-imaging-stone-gone",
        concept(text="Stone in the left kidney"),
        when=days.moment(1500, "06:40"),
        category=[observation_category("imaging")],
        profile="us-core-observation-imaging",
        valueCodeableConcept=concept(text="Not seen any more"),
    )
    clinical = {
        "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-observation-category",
        "code": "clinical-test",
    }
    tests = [
        observation(
            me,
            f"daniel-test-{name}",
            code,
            when=days.moment(95, "09:40"),
            category=[concept(clinical, text="Clinical test")],
            profile="us-core-observation-clinical-test",
            performer=[PRIYA],
            **value,
        )
        for name, code, value in (
            ("heart-tracing", concept(loinc("8601-7")), {"valueString": "Regular rhythm, usual intervals"}),
            ("walk", concept(text="Distance walked in six minutes"), {"valueQuantity": quantity(480, "m")}),
            (
                "feet",
                concept(text="Feeling in the feet"),
                {"valueCodeableConcept": concept(text="As it should be")},
            ),
        )
    ]
    letter = pdf(
        "Chest X-ray",
        "Asked because of a cough of three weeks.",
        "Lungs clear. Heart of usual size. No broken ribs.",
        "Bayview Community Hospital",
    )
    picture = unguessable("daniel media")
    return [
        xray,
        bone,
        seen,
        *tests,
        note_report(
            me,
            "daniel-report-xray-410",
            "36572-6",
            "LP29684-5",
            when=days.moment(410, "13:00"),
            issued=days.moment(409, "09:30"),
            encounter=reference("Encounter/daniel-visit-checkup-410"),
            performer=[BAYVIEW],
            result=[reference("Observation/daniel-imaging-chest")],
            media=[
                {
                    "comment": "One picture, from the front",
                    "link": reference(f"Media/{picture}", "Chest X-ray"),
                }
            ],
            presentedForm=[attachment(letter, "application/pdf", title="Chest X-ray report")],
            conclusion="Nothing unusual.",
        ),
        note_report(
            me,
            "daniel-report-heart-95",
            "45033-8",
            "LP29708-2",
            when=days.moment(95, "09:40"),
            issued=days.moment(95, "11:00"),
            encounter=reference("Encounter/daniel-visit-checkup-95"),
            performer=[PRIYA],
            result=[reference("Observation/daniel-test-heart-tracing")],
            presentedForm=[attachment(png(360, 140), "image/png", title="Heart tracing")],
        ),
        note_report(
            me,
            "daniel-report-mole-640",
            "51848-0",
            "LP7839-6",
            when=days.moment(640, "15:00"),
            issued=days.moment(635, "10:00"),
            performer=[TIDEWATER, IMANI],
            presentedForm=[
                attachment(
                    b"Mole from the left shoulder.\nHarmless. Removed whole.\n",
                    "text/plain",
                    title="Tissue report",
                )
            ],
            conclusion="Harmless mole.",
        ),
    ]
