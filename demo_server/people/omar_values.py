"""Omar's results in the shapes that the standard allows and few expect: inside a report, marked twice, in parts."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, quantity, reference, resource
from demo_server.people.codes import LAB, loinc, observation_category, terminology
from demo_server.people.days import Days
from demo_server.people.measuring import observation, usual

Json = dict[str, Any]


def values(me: str, days: Days) -> list[Resource]:
    """A report with its results inside it, a result marked twice, a letter as flag, a saturation as a component."""
    laboratory, signs = [observation_category("laboratory")], [observation_category("vital-signs")]
    meaning = "v3-ObservationInterpretation"
    return [
        _report(me, days),
        observation(
            me,
            "omar-result-marked-twice",
            {"text": "Zinc"},
            when=days.moment(152, "09:00"),
            category=laboratory,
            profile="us-core-observation-lab",
            valueQuantity={"value": 7, "system": "http://unitsofmeasure.org", "code": "umol/L"},
            interpretation=[concept(terminology(meaning, "N")), concept(terminology(meaning, "L"))],
        ),
        observation(
            me,
            "omar-result-letter-as-flag",
            {"text": "Copper"},
            when=days.moment(152, "09:00"),
            category=laboratory,
            profile="us-core-observation-lab",
            valueQuantity={"value": 31, "system": "http://unitsofmeasure.org", "code": "ug/dL{total}"},
            interpretation=[{"text": "H"}],
            referenceRange=[*usual(10, 22, "ug/dL")],
        ),
        observation(
            me,
            "omar-oxygen-as-component",
            concept(loinc("59408-5")),
            when=days.moment(153, "07:30"),
            category=signs,
            profile="us-core-vital-signs",
            component=[{"code": concept(loinc("2708-6")), "valueQuantity": quantity(95, "%")}],
        ),
    ]


def _report(me: str, days: Days) -> Resource:
    """What is inside a report has no patient, no date and no category of its own."""
    critical = [concept(terminology("v3-ObservationInterpretation", "HH"))]
    inside: list[Json] = [
        {"valueQuantity": quantity(2.4, "mmol/L"), "interpretation": critical, "code": {"text": "Lactate"}},
        {"valueQuantity": quantity(288, "mosm/kg"), "code": {"text": "Osmolality"}},
    ]
    return resource(
        "DiagnosticReport",
        "omar-report-results-inside",
        updated=days.moment(150, "15:00"),
        profile="us-core-diagnosticreport-lab",
        status="final",
        category=[concept(LAB)],
        code={"text": "Chemistry sent from another house"},
        subject=reference(f"Patient/{me}"),
        effectiveDateTime=days.moment(151, "11:20"),
        issued=days.moment(150, "15:00"),
        contained=[
            {"resourceType": "Observation", "id": f"in{number}", "status": "final", **one}
            for number, one in enumerate(inside, start=1)
        ],
        result=[{"reference": f"#in{number}"} for number in range(1, len(inside) + 1)],
    )
