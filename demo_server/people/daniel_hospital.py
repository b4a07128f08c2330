"""Daniel's tests at the hospital: corrected, cancelled, amended and added to, with their samples and orders."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, note, quantity, reference
from demo_server.people.codes import terminology
from demo_server.people.days import Days
from demo_server.people.measuring import laboratory, laboratory_report, usual
from demo_server.people.places import BAYVIEW

Json = dict[str, Any]

ADMITTED = 1601
BLOOD = {"display": "Blood from a vein in the arm"}
URINE = {"display": "Urine, caught midstream"}
ORDER = {"display": "Order by Arthur Kessler, MD"}


def hospital_tests(me: str, days: Days) -> list[Resource]:
    """A blood count whose report was amended, and a culture that was added to."""
    common: Json = {
        "when": days.moment(ADMITTED, "05:40"),
        "issued": days.moment(ADMITTED, "07:15"),
        "performer": [BAYVIEW],
        "encounter": reference("Encounter/daniel-visit-hospital-1600"),
        "basedOn": [ORDER],
    }
    counts = [
        laboratory(
            me,
            "daniel-hospital-hemoglobin",
            "718-7",
            flag="N",
            status="corrected",
            specimen=BLOOD,
            valueQuantity=quantity(13.8, "g/dL"),
            referenceRange=usual(13.5, 17.5, "g/dL"),
            note=[note("First sent out as 18.3. Two digits had changed places.", common["issued"])],
            **common,
        ),
        laboratory(
            me,
            "daniel-hospital-white-cells",
            "6690-2",
            flag="H",
            status="amended",
            specimen=BLOOD,
            method=concept(text="Counted by hand"),
            valueQuantity=quantity(12.4, "10*3/uL"),
            referenceRange=usual(4.5, 11, "10*3/uL"),
            **common,
        ),
        laboratory(
            me,
            "daniel-hospital-hematocrit",
            "4544-3",
            specimen=BLOOD,
            valueQuantity=quantity(38.2, "%"),
            referenceRange=usual(38.8, None, "%"),
            **common,
        ),
        laboratory(
            me,
            "daniel-hospital-platelets",
            "777-3",
            status="cancelled",
            specimen=BLOOD,
            dataAbsentReason=concept(
                terminology("data-absent-reason", "not-performed"), text="The sample had clotted"
            ),
            **common,
        ),
    ]
    culture = laboratory(
        me,
        "daniel-hospital-culture",
        "630-4",
        flag="NEG",
        specimen=URINE,
        valueString="No growth after two days",
        **common | {"issued": days.moment(ADMITTED - 2, "11:00")},
    )
    of_reports = {key: common[key] for key in ("when", "performer", "encounter", "basedOn")}
    return [
        laboratory_report(
            me,
            "daniel-report-hospital-blood",
            "58410-2",
            status="amended",
            issued=days.moment(ADMITTED, "16:20"),
            results=[one["id"] for one in counts],
            specimen=[BLOOD],
            conclusion="Hemoglobin was corrected and white cells were counted again by hand.",
            **of_reports,
        ),
        *counts,
        laboratory_report(
            me,
            "daniel-report-hospital-urine",
            "630-4",
            status="appended",
            issued=days.moment(ADMITTED - 2, "11:00"),
            results=[culture["id"]],
            specimen=[URINE],
            **of_reports,
        ),
        culture,
    ]
