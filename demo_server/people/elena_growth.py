"""How Maya and Mateo grew, and their vaccines, told from their birthdays."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, immunization, reference
from demo_server.people.days import Days
from demo_server.people.measuring import blood_pressure, vital
from demo_server.people.places import HANNAH

MAYA = "maya-ortiz"
MATEO = "mateo-ortiz"
# Age today, and the birthday.
MAYA_BORN = (9, 2, 17)
MATEO_BORN = (3, 1, 8)

# Age in months, height in cm, weight in kg, BMI percentile.
MAYA_GROWTH = (
    (36, 95.1, 13.9, 46),
    (48, 101.6, 15.6, 44),
    (60, 108.2, 17.8, 50),
    (72, 115.0, 20.4, 53),
    (84, 121.3, 23.1, 52),
    (96, 127.0, 25.9, 49),
    (108, 132.6, 28.5, 45),
)
# Age in months, length in cm, weight in kg, head in cm, head percentile, weight-for-length percentile.
MATEO_GROWTH = (
    (1, 54.6, 4.4, 37.2, 45, 48),
    (2, 58.3, 5.6, 39.1, 48, 52),
    (4, 63.8, 7.0, 41.6, 50, 55),
    (6, 67.5, 7.9, 43.4, 52, 57),
    (9, 71.9, 8.9, 45.0, 53, 56),
    (12, 75.8, 9.7, 46.1, 54, 55),
    (18, 82.2, 11.0, 47.4, 52, 54),
    (24, 87.6, 12.2, 48.3, 51, 56),
    (30, 92.0, 13.4, 49.0, 52, 58),
    (36, 96.0, 14.4, 49.5, 52, 57),
)
# CVX codes and the ages in months at which they were given.
MATEO_VACCINES = {
    "08": (0, 2, 6),
    "119": (2, 4),
    "20": (2, 4, 6, 18),
    "10": (2, 4, 6),
    "133": (2, 4, 6, 12),
    "03": (12,),
    "21": (12,),
    "83": (12, 24),
}
MAYA_VACCINES = {
    "08": (0, 2, 6),
    "20": (2, 4, 6, 18, 50),
    "10": (2, 4, 6, 50),
    "03": (12, 50),
    "21": (12, 50),
}


def maya_growth(days: Days) -> list[Resource]:
    """Height, weight and BMI on each birthday, and the latest visit."""
    born = days.born(*MAYA_BORN)
    out: list[Resource] = []
    for age, height, weight, percentile in MAYA_GROWTH:
        when = days.moment_of(days.aged(born, age), "09:10")
        out += [
            vital(MAYA, f"maya-height-{age}m", "8302-2", height, when=when, performer=[HANNAH]),
            vital(MAYA, f"maya-weight-{age}m", "29463-7", weight, when=when, performer=[HANNAH]),
            vital(MAYA, f"maya-bmi-{age}m", "39156-5", round(weight / (height / 100) ** 2, 1), when=when),
            vital(MAYA, f"maya-bmi-percentile-{age}m", "59576-9", percentile, when=when),
        ]
    visit: dict[str, Any] = {
        "when": days.moment(20, "09:10"),
        "encounter": reference("Encounter/maya-visit-20"),
    }
    return [
        *out,
        blood_pressure(MAYA, "maya-bp-20", 102, 64, **visit),
        vital(MAYA, "maya-pulse-20", "8867-4", 86, **visit),
        blood_pressure(MAYA, "maya-bp-200", 99, 61, when=days.moment(200, "09:10")),
    ]


def mateo_growth(days: Days) -> list[Resource]:
    """Length, weight and head circumference with their percentiles, and a feverish visit."""
    born = days.born(*MATEO_BORN)
    out: list[Resource] = []
    for age, length, weight, head, head_percentile, slender in MATEO_GROWTH:
        when = days.moment_of(days.aged(born, age), "10:10")
        out += [
            vital(MATEO, f"mateo-height-{age}m", "8302-2", length, when=when),
            vital(MATEO, f"mateo-weight-{age}m", "29463-7", weight, when=when),
            vital(MATEO, f"mateo-head-{age}m", "9843-4", head, when=when),
            vital(MATEO, f"mateo-head-percentile-{age}m", "8289-1", head_percentile, when=when),
            vital(MATEO, f"mateo-weight-for-length-{age}m", "77606-2", slender, when=when),
        ]
    fever: dict[str, Any] = {
        "when": days.moment(12, "16:05"),
        "encounter": reference("Encounter/mateo-visit-12"),
    }
    return [
        *out,
        vital(MATEO, "mateo-bmi-percentile-35", "59576-9", 46, when=days.moment(35, "10:10")),
        vital(MATEO, "mateo-temperature-12", "8310-5", 38.4, **fever),
        vital(MATEO, "mateo-breathing-12", "9279-1", 28, **fever),
    ]


def vaccines(days: Days) -> list[Resource]:
    """What both were given, one refused, and one that only the parent reports."""
    given = ((MAYA, "maya", MAYA_BORN, MAYA_VACCINES), (MATEO, "mateo", MATEO_BORN, MATEO_VACCINES))
    out = [
        immunization(
            child,
            f"{name}-vaccine-{code}-{age}m",
            code,
            when=days.aged(days.born(*born), age).isoformat(),
            performer=[{"actor": HANNAH}],
        )
        for child, name, born, schedule in given
        for code, ages in schedule.items()
        for age in ages
    ]
    out += [
        immunization(
            MAYA, f"maya-vaccine-flu-{ago}", "150", when=days.day(ago), performer=[{"actor": HANNAH}]
        )
        for ago in (50, 410)
    ]
    out += [
        immunization(
            MATEO,
            "mateo-vaccine-flu-declined",
            "150",
            when=days.day(35),
            status="not-done",
            statusReason=concept(
                {
                    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
                    "code": "PATOBJ",
                    "display": "Patient objection",
                },
                text="Mother would like to wait until he is over his cold",
            ),
        ),
        immunization(
            MAYA,
            "maya-vaccine-rotavirus-reported",
            "119",
            when=days.aged(days.born(*MAYA_BORN), 4).isoformat()[:7],
            primarySource=False,
            reportOrigin=concept(text="From the parent's vaccine card"),
        ),
    ]
    return out
