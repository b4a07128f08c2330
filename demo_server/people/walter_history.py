"""Thirty years of Walter's measurements, visits and notes: the same numbers on every start.

`random.Random` is seeded with a word, so that a day, not chance, decides what the record says.
"""

from __future__ import annotations

import random
from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, condition, document, encounter, quantity, reference
from demo_server.people.care import procedure
from demo_server.people.codes import icd10, snomed
from demo_server.people.days import Days
from demo_server.people.files import attachment
from demo_server.people.measuring import (
    blood_pressure,
    laboratory,
    laboratory_report,
    oxygen_saturation,
    usual,
    vital,
)
from demo_server.people.places import BAYVIEW, HANNAH, PRIYA, TIDEWATER

Json = dict[str, Any]

YEARS = 30
# Visits every thirteen weeks, the latest three weeks ago; days before today.
VISITS = tuple(range(21, YEARS * 365, 91))
# Readings taken at home, twice a week for the last sixteen years.
HOME = tuple(ago for week in range(1, 16 * 365, 7) for ago in (week, week + 3))

# LOINC code: usual value, spread, slope for each year of age, digits, unit, UCUM code, lowest and highest usual.
BASIC: dict[str, tuple[float, float, float, int, str, str, float, float]] = {
    "2345-7": (96, 9, 0.5, 0, "mg/dL", "mg/dL", 70, 99),
    "3094-0": (15, 3, 0.4, 0, "mg/dL", "mg/dL", 7, 20),
    "2160-0": (0.9, 0.06, 0.018, 2, "mg/dL", "mg/dL", 0.7, 1.3),
    "2951-2": (140, 1.6, 0, 0, "mmol/L", "mmol/L", 136, 145),
    "2823-3": (4.3, 0.25, 0.01, 1, "mmol/L", "mmol/L", 3.5, 5.1),
    "2075-0": (103, 1.8, 0, 0, "mmol/L", "mmol/L", 98, 107),
    "2028-9": (25, 1.5, 0, 0, "mmol/L", "mmol/L", 22, 29),
    "17861-6": (9.4, 0.25, 0, 1, "mg/dL", "mg/dL", 8.6, 10.3),
}
COUNT: dict[str, tuple[float, float, float, int, str, str, float, float]] = {
    "718-7": (14.8, 0.5, -0.07, 1, "g/dL", "g/dL", 13.2, 16.6),
    "4544-3": (44, 1.4, -0.2, 1, "%", "%", 38.3, 48.6),
    "6690-2": (6.4, 0.9, 0, 1, "10*3/uL", "10*3/uL", 3.4, 9.6),
    "777-3": (226, 18, -0.8, 0, "10*3/uL", "10*3/uL", 135, 317),
    "789-8": (4.9, 0.15, -0.02, 2, "10*6/uL", "10*6/uL", 4.35, 5.65),
}
LIPIDS: dict[str, tuple[float, float, float, int, str, str, float, float]] = {
    "2093-3": (214, 14, -1.6, 0, "mg/dL", "mg/dL", 0, 200),
    "2085-9": (46, 4, 0, 0, "mg/dL", "mg/dL", 40, 999),
    "2571-8": (148, 22, -0.8, 0, "mg/dL", "mg/dL", 0, 150),
    "13457-7": (136, 12, -1.6, 0, "mg/dL", "mg/dL", 0, 100),
}

# What an old man comes for, and the code where it was looked up.
REASONS: tuple[tuple[Json, str], ...] = (
    (concept(snomed("444814009"), text="Sinus infection"), "A week of a blocked nose. Salt water, patience."),
    (concept(snomed("10509002"), text="Bronchitis"), "Cough for two weeks, lungs clear on listening."),
    (concept(icd10("M17.9"), text="Worn knees"), "Stairs hurt more than level ground. Exercises shown."),
    (concept(icd10("I10"), text="High blood pressure"), "Home readings looked over together."),
    (concept(text="Trouble sleeping"), "Up twice a night. Less tea in the evening."),
    (concept(text="Low mood after a funeral"), "Lost a friend from the choir. Talked; no medicine."),
    (concept(text="Dizzy when standing up"), "Pressure lower when standing. Rise slowly, drink more."),
    (concept(text="Forgetful with names"), "Worried about his memory. Screening was in the usual range."),
)


def history(me: str, days: Days) -> list[Resource]:
    """Observations, reports, visits, diagnoses and notes of thirty years."""
    chance = random.Random("walter")  # noqa: S311 - the same record on every start, nothing secret
    out: list[Resource] = []
    for number, ago in enumerate(VISITS):
        out += _visit(me, days, number, ago, chance)
        out += _vital_signs(me, days, ago, chance)
        out += _panel(me, days, ago, "walter-basic", "51990-0", BASIC, chance)
        if number % 2 == 0:
            out += _panel(me, days, ago, "walter-count", "58410-2", COUNT, chance)
        if number % 4 == 0:
            out += _panel(me, days, ago, "walter-lipids", "57698-3", LIPIDS, chance)
    for ago in HOME:
        out += _at_home(me, days, ago, chance)
    return [*out, *_colonoscopies(me, days)]


def _colonoscopies(me: str, days: Days) -> list[Resource]:
    """One at sixty-six, as a check, and one when his iron was low, each with what was found."""
    code = concept(snomed("73761001"), text="Colonoscopy")
    found = (
        (18 * 365, "Check for early signs of bowel cancer", "Nothing out of the ordinary was seen."),
        (8 * 365 - 40, "Low iron", "Two small polyps, both taken out. No bleeding was seen."),
    )
    out: list[Resource] = []
    for ago, reason, words in found:
        report = f"walter-report-colonoscopy-{ago}"
        out += [
            procedure(
                me,
                f"walter-procedure-colonoscopy-{ago}",
                code,
                when=days.moment(ago, "09:10"),
                performer=[{"actor": BAYVIEW}],
                reasonCode=[concept(text=reason)],
                report=[reference(f"DocumentReference/{report}", "Colonoscopy report")],
            ),
            document(
                me,
                report,
                "28570-0",
                [attachment(f"Colonoscopy.\n\n{words}\n".encode(), "text/plain", title="Colonoscopy report")],
                when=days.moment(ago, "15:00"),
                authors=[BAYVIEW],
            ),
        ]
    return out


def _visit(me: str, days: Days, number: int, ago: int, chance: random.Random) -> list[Resource]:
    reason, words = REASONS[chance.randrange(len(REASONS))]
    logical_id = f"walter-visit-{ago}"
    out = [
        encounter(
            me,
            logical_id,
            concept(snomed("185349003" if number % 4 == 0 else "185347001")),
            start=days.moment(ago, "10:30"),
            end=days.moment(ago, "11:05"),
            practitioner=PRIYA,
            reasonCode=[reason],
        ),
        condition(
            me,
            f"walter-diagnosis-{ago}",
            reason,
            recorded=days.day(ago),
            kind="encounter-diagnosis",
            clinical="active" if ago < 60 else "resolved",
            encounter=reference(f"Encounter/{logical_id}"),
            onsetDateTime=days.day(ago + 9),
            abatementDateTime=None if ago < 60 else days.day(ago - 14),
            recorder=PRIYA,
        ),
        document(
            me,
            f"walter-note-{ago}",
            "11506-3",
            [attachment(f"{reason['text']}.\n\n{words}\n".encode(), "text/plain", title="Visit note")],
            when=days.moment(ago, "12:00"),
            authors=[PRIYA],
            encounter=logical_id,
        ),
    ]
    return out


def _vital_signs(me: str, days: Days, ago: int, chance: random.Random) -> list[Resource]:
    when = days.moment(ago, "10:35")
    years_on = (VISITS[-1] - ago) / 365
    common: Json = {
        "when": when,
        "encounter": reference(f"Encounter/walter-visit-{ago}"),
        "performer": [HANNAH],
    }
    weight = round(84 + 6 * chance.random() - 0.25 * max(0.0, years_on - 15), 1)
    return [
        blood_pressure(
            me,
            f"walter-bp-{ago}",
            round(124 + 0.7 * years_on + chance.gauss(0, 7)),
            round(80 - 0.2 * years_on + chance.gauss(0, 5)),
            **common,
        ),
        vital(me, f"walter-pulse-{ago}", "8867-4", round(chance.gauss(72, 6)), **common),
        vital(me, f"walter-breathing-{ago}", "9279-1", chance.randint(12, 19), **common),
        vital(me, f"walter-temperature-{ago}", "8310-5", round(chance.gauss(36.6, 0.2), 1), **common),
        vital(me, f"walter-weight-{ago}", "29463-7", weight, **common),
        vital(me, f"walter-bmi-{ago}", "39156-5", round(weight / 1.76**2, 1), **common),
        oxygen_saturation(me, f"walter-oxygen-{ago}", chance.randint(94, 99), **common),
    ]


def _at_home(me: str, days: Days, ago: int, chance: random.Random) -> list[Resource]:
    when = days.moment(ago, f"07:{chance.randrange(10, 50)}")
    himself: Json = {"when": when, "performer": [reference(f"Patient/{me}", "Walter Adeyemi")]}
    return [
        blood_pressure(
            me, f"walter-home-bp-{ago}", round(chance.gauss(134, 9)), round(chance.gauss(76, 6)), **himself
        ),
        vital(me, f"walter-home-pulse-{ago}", "8867-4", round(chance.gauss(70, 6)), **himself),
    ]


def _panel(
    me: str,
    days: Days,
    ago: int,
    prefix: str,
    code: str,
    tests: dict[str, tuple[float, float, float, int, str, str, float, float]],
    chance: random.Random,
) -> list[Resource]:
    """One panel of a blood draw: its report and its results, flagged against their usual ranges."""
    when, issued = days.moment(ago, "10:50"), days.moment(ago - 1, "08:15")
    years_on = (VISITS[-1] - ago) / 365
    out: list[Resource] = []
    for test, (middle, spread, slope, digits, unit, ucum, low, high) in tests.items():
        value = round(middle + slope * years_on + chance.gauss(0, spread), digits)
        number = int(value) if digits == 0 else value
        flag = "L" if value < low else "H" if value > high else "N"
        out.append(
            laboratory(
                me,
                f"{prefix}-{test}-{ago}",
                test,
                when=when,
                flag=flag,
                issued=issued,
                valueQuantity=quantity(number, unit, ucum),
                referenceRange=usual(low or None, None if high == 999 else high, unit, ucum),
                performer=[TIDEWATER],
            )
        )
    report = laboratory_report(
        me,
        f"{prefix}-{ago}",
        code,
        when=when,
        issued=issued,
        results=[one["id"] for one in out],
        performer=[TIDEWATER],
        encounter=reference(f"Encounter/walter-visit-{ago}"),
    )
    return [report, *out]
