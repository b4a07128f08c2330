"""Omar's times, lawful and easily told wrongly: in UTC, on days that stand for none, against a state."""

from __future__ import annotations

from demo_server.people.base import Resource
from demo_server.people.building import encounter, immunization, quantity
from demo_server.people.care import care_plan
from demo_server.people.days import Days
from demo_server.people.measuring import laboratory, vital


def times(me: str, days: Days) -> list[Resource]:
    """Evenings that are the next day in UTC, midnight for a day, a visit never closed, a plan without an end."""
    return [
        vital(me, "omar-weight-evening-in-utc", "29463-7", 81.4, when=f"{days.day(40)}T02:15:00Z"),
        laboratory(
            me,
            "omar-glucose-midnight-for-a-day",
            "2345-7",
            when=f"{days.day(41)}T00:00:00.000Z",
            valueQuantity=quantity(97, "mg/dL"),
        ),
        encounter(
            me,
            "omar-visit-never-closed",
            {"text": "Nurse visit"},
            start=f"{days.day(400)}T23:30:00Z",
            end=f"{days.day(399)}T00:15:00Z",
            status="arrived",
        ),
        immunization(
            me,
            "omar-vaccine-day-and-amount-not-known",
            "115",
            when="1900-01-01",
            updated=days.moment(30),
            doseQuantity=quantity(999, "mL"),
        ),
        care_plan(
            me,
            "omar-plan-without-an-end",
            "Sleep plan",
            "Up at seven, every day.",
            created=days.day(60),
            period={"start": days.day(60), "end": "9999-12-31"},
        ),
    ]
