"""Lucía's measurements, questionnaires and screenings, and the labels of what is protected."""

from __future__ import annotations

from typing import Any

from demo_server.people.base import Resource
from demo_server.people.building import concept, quantity, reference
from demo_server.people.care import smoking
from demo_server.people.codes import observation_category, terminology
from demo_server.people.days import Days
from demo_server.people.measuring import (
    blood_pressure,
    laboratory,
    laboratory_report,
    observation,
    vital,
)
from demo_server.people.places import HANNAH, TIDEWATER
from demo_server.people.questionnaires import answer, audit_c, panel, phq9

Json = dict[str, Any]

RESTRICTED = terminology("v3-Confidentiality", "R")
SUBSTANCE_USE: list[Json] = [
    RESTRICTED,
    terminology("v3-ActCode", "ETH"),
    terminology("v3-ActCode", "42CFRPart2"),
]
PSYCHIATRY: list[Json] = [RESTRICTED, terminology("v3-ActCode", "PSY")]


def measures(me: str, days: Days) -> list[Resource]:
    """Vital signs, and the liver tests that Part 2 protects."""
    out: list[Resource] = []
    for ago, upper, lower, weight in (
        (15, 112, 70, 63.4),
        (43, 116, 74, 62.8),
        (120, 118, 72, 61.0),
        (425, 124, 80, 57.2),
    ):
        when = days.moment(ago, "09:50")
        out += [
            blood_pressure(me, f"lucia-bp-{ago}", upper, lower, when=when, performer=[HANNAH]),
            vital(me, f"lucia-weight-{ago}", "29463-7", weight, when=when, performer=[HANNAH]),
            vital(me, f"lucia-pulse-{ago}", "8867-4", 66 + ago % 8, when=when, performer=[HANNAH]),
        ]
    liver = [
        laboratory(
            me,
            f"lucia-liver-{code}",
            code,
            when=days.moment(43, "08:30"),
            flag=flag,
            security=SUBSTANCE_USE,
            valueQuantity=quantity(value, "U/L"),
            referenceRange=[{"high": quantity(high, "U/L")}],
            performer=[TIDEWATER],
        )
        for code, value, high, flag in (("1742-6", 31, 35, "N"), ("1920-8", 44, 35, "H"))
    ]
    report = laboratory_report(
        me,
        "lucia-report-liver",
        "24325-3",
        when=days.moment(43, "08:30"),
        issued=days.moment(42, "07:10"),
        results=[one["id"] for one in liver],
        performer=[TIDEWATER],
        security=SUBSTANCE_USE,
    )
    hidden = observation(
        me,
        "lucia-urine-screening",
        concept(text="Prueba de orina"),
        when=days.moment(120, "08:30"),
        category=[observation_category("laboratory")],
        profile="us-core-observation-lab",
        security=SUBSTANCE_USE,
        dataAbsentReason=concept(terminology("data-absent-reason", "masked")),
        performer=[TIDEWATER],
    )
    return [*out, report, *liver, hidden]


def answers(me: str, days: Days) -> list[Resource]:
    """Questionnaires and social screenings."""
    return [
        *phq9(
            me,
            "lucia-phq9-15",
            (1, 1, 1, 1, 0, 1, 0, 0, 0),
            when=days.moment(15, "09:40"),
            security=PSYCHIATRY,
        ),
        *phq9(
            me,
            "lucia-phq9-120",
            (2, 2, 1, 2, 1, 2, 1, 0, 0),
            when=days.moment(120, "09:40"),
            security=PSYCHIATRY,
        ),
        *phq9(
            me,
            "lucia-phq9-425",
            (3, 3, 2, 3, 2, 3, 2, 1, 2),
            when=days.moment(425, "09:40"),
            security=PSYCHIATRY,
        ),
        *audit_c(
            me,
            "lucia-auditc-120",
            (0, "LA15694-5", "LA6270-8"),
            0,
            when=days.moment(120, "09:44"),
            security=SUBSTANCE_USE,
        ),
        *panel(
            me,
            "lucia-ahc-120",
            "96777-8",
            [
                ("71802-3", answer("LA30189-7")),
                ("88122-7", answer("LA6729-3")),
                ("88123-5", answer("LA28398-8")),
                ("93030-5", answer("LA32-8")),
            ],
            when=days.moment(120, "09:47"),
            screening=True,
        ),
        *_hunger(me, days),
        smoking(me, "lucia-smoking", "266919005", when=days.moment(120, "09:49"), performer=[HANNAH]),
    ]


def _hunger(me: str, days: Days) -> list[Resource]:
    """The Hunger Vital Sign: two answers, and the risk that is worked out from them."""
    when = days.moment(120, "09:48")
    head, first, second, risk = panel(
        me,
        "lucia-hunger-120",
        "88121-9",
        [("88122-7", answer("LA6729-3")), ("88123-5", answer("LA28398-8")), ("88124-3", answer("LA19952-3"))],
        when=when,
        screening=True,
        performer=HANNAH,
    )
    risk["derivedFrom"] = [reference(f"Observation/{one['id']}") for one in (first, second)]
    return [head, first, second, risk]
