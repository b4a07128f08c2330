"""Daniel's vital signs and laboratory results."""

from __future__ import annotations

import random

from demo_server.people.base import Resource
from demo_server.people.building import reference
from demo_server.people.days import Days
from demo_server.people.measuring import blood_pressure, oxygen_saturation, usual, vital
from demo_server.people.places import HANNAH

VISITS = (12, 40, 95, 150, 210, 275, 340, 410, 500, 590, 700, 760)


def measures(me: str, days: Days) -> list[Resource]:
    """Two years of vital signs, one set at each visit."""
    chance = random.Random("daniel")  # noqa: S311 - the same numbers on every start, nothing secret
    out: list[Resource] = []
    for index, ago in enumerate(VISITS):
        when = days.moment(ago, "09:20")
        by = {"performer": [HANNAH]}
        weight = round(96.4 - 0.4 * (len(VISITS) - index) + chance.uniform(-0.6, 0.6), 1)
        out += [
            blood_pressure(
                me,
                f"daniel-bp-{ago}",
                126 + index * 2 + chance.randint(-4, 4),
                78 + index + chance.randint(-3, 3),
                when=when,
                **by,
                **({"encounter": reference("Encounter/daniel-visit-psychiatry-12")} if ago == 12 else {}),
            ),
            vital(
                me,
                f"daniel-pulse-{ago}",
                "8867-4",
                chance.randint(64, 84),
                when=when,
                referenceRange=usual(60, 100, "beats/minute", "/min"),
                **by,
            ),
            vital(me, f"daniel-weight-{ago}", "29463-7", weight, when=when, **by),
            vital(me, f"daniel-bmi-{ago}", "39156-5", round(weight / 1.78**2, 1), when=when, **by),
        ]
        if index % 3 == 0:
            out += [
                vital(me, f"daniel-temperature-{ago}", "8310-5", 36.7, when=when, **by),
                vital(me, f"daniel-breathing-{ago}", "9279-1", chance.randint(13, 18), when=when, **by),
                vital(me, f"daniel-height-{ago}", "8302-2", 178, when=when, **by),
                oxygen_saturation(me, f"daniel-oxygen-{ago}", chance.randint(96, 99), when=when, **by),
            ]
    return out
