"""How a child's measures stand among those of other children: the growth standards of WHO (2006) until the second
birthday, the charts of CDC (2000) from that day on, as CDC advises; beyond the 95th percentile of the BMI its extended
charts (2022).

`growth.tsv` holds the published parameters (`tools/growth_tables.py`). A percentile is a place in line and no grade.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from math import exp, log
from pathlib import Path
from statistics import NormalDist

from django.utils.translation import get_language
from django.utils.translation import gettext as _now

FEMALE, MALE = "female", "male"
WEIGHT, HEIGHT, BMI, HEAD, FOR_LENGTH = "weight", "height", "bmi", "head", "weight-for-length"
WHO, CDC = "who", "cdc"

MONTH = 365.25 / 12
LAST_MONTH = 240
CURVES = (5, 25, 50, 75, 95)

_normal = NormalDist()

METRIC = {
    **{"kg": 1.0, "g": 0.001, "lb": 0.45359237, "lbs": 0.45359237, "[lb_av]": 0.45359237},
    **{"pounds": 0.45359237, "oz": 0.028349523125, "[oz_av]": 0.028349523125},
    **{"cm": 1.0, "m": 100.0, "mm": 0.1, "in": 2.54, "inches": 2.54, "[in_i]": 2.54},
    **{"kg/m2": 1.0, "kg/m^2": 1.0, "kg/m²": 1.0},
}
"""How many kilograms, centimeters or kg/m² one of each unit is: the curves are put into the unit of the record."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """L, M and S of one age or length; of the BMI sigma and the 95th percentile too."""

    power: float
    middle: float
    spread: float
    sigma: float = 0.0
    p95: float = 0.0

    def percentile(self, value: float) -> float:
        """Where a value stands, 0 to 100. Cole and Green 1992; beyond the 95th of the BMI: CDC 2022."""
        if self.p95 and value > self.p95:
            return 90 + 10 * _normal.cdf((value - self.p95) / self.sigma)
        ratio = value / self.middle
        score = (
            (ratio**self.power - 1) / (self.power * self.spread) if self.power else log(ratio) / self.spread
        )
        return 100 * _normal.cdf(score)

    def value(self, percentile: float) -> float:
        """The value of a percentile."""
        if self.p95 and percentile > 95:
            return self.p95 + self.sigma * _normal.inv_cdf((percentile - 90) / 10)
        score = _normal.inv_cdf(percentile / 100)
        if not self.power:
            return self.middle * exp(self.spread * score)
        return float(self.middle * (1 + self.power * self.spread * score) ** (1 / self.power))


@cache
def _table() -> dict[tuple[str, str, str], tuple[list[float], list[Parameters]]]:
    found: dict[tuple[str, str, str], tuple[list[float], list[Parameters]]] = {}
    for line in (Path(__file__).parent / "growth.tsv").read_text(encoding="utf-8").splitlines():
        reference, measure, sex, at, *numbers = line.split("\t")
        places, parameters = found.setdefault((reference, measure, sex), ([], []))
        places.append(float(at))
        parameters.append(Parameters(*map(float, numbers)))
    return found


def _between(table: tuple[list[float], list[Parameters]], at: float) -> Parameters | None:
    """The parameters at a place, on the line between the two published around it; None outside them."""
    places, parameters = table
    if not places[0] <= at <= places[-1]:
        return None
    number = bisect_right(places, at)
    if number == len(places):
        return parameters[-1]
    one, other = parameters[number - 1], parameters[number]
    part = (at - places[number - 1]) / (places[number] - places[number - 1])

    def mixed(name: str) -> float:
        here, there = float(getattr(one, name)), float(getattr(other, name))
        return here + (there - here) * part

    return Parameters(*(mixed(name) for name in Parameters.__slots__))


# ---------------------------------------------------------------- of an age


def second_birthday(born: date) -> date:
    """The day from which on CDC's charts hold; of a child of February 29 that is March 1."""
    try:
        return born.replace(year=born.year + 2)
    except ValueError:
        return date(born.year + 2, 3, 1)


def reference_of(born: date, day: date) -> str:
    """WHO before the second birthday, CDC on it and after it."""
    return WHO if day < second_birthday(born) else CDC


def months(born: date, day: date) -> float:
    """An age in months of the charts, which are a twelfth of 365.25 days."""
    return (day - born).days / MONTH


def parameters(measure: str, sex: str, born: date, day: date) -> Parameters | None:
    """What a measure of this day is held against; None where nothing is published for this age."""
    reference = reference_of(born, day)
    table = _table().get((reference, measure, sex))
    if table is None or day < born:
        return None
    # On the second birthday a child may be some hours short of the 24 months at which CDC's charts begin.
    at = float((day - born).days) if reference == WHO else max(months(born, day), 24.0)
    return _between(table, at) if at <= LAST_MONTH or reference == WHO else None


def percentile(measure: str, sex: str, born: date, day: date, value: float) -> float | None:
    """Where a measure (in kilograms, centimeters or kg/m²) stands among those of children of this age and sex."""
    held = parameters(measure, sex, born, day)
    return held.percentile(value) if held is not None and value > 0 else None


def for_length(sex: str, length: float, weight: float) -> float | None:
    """Where a weight stands among those of children of this length, lying, in centimeters."""
    held = _between(_table()[WHO, FOR_LENGTH, sex], length)
    return held.percentile(weight) if held is not None and weight > 0 else None


def curve(measure: str, sex: str, of: float, *, first: float, last: float) -> list[list[tuple[float, float]]]:
    """One percentile over ages in years: WHO's part until 2, CDC's from 2 on, each as points, as far as asked."""
    found = []
    for reference, unit, low, high in ((WHO, 365.25, 0.0, 2.0), (CDC, 12.0, 2.0, 20.0)):
        table = _table().get((reference, measure, sex))
        begin, end = max(first, low), min(last, high)
        if table is None or begin >= end:
            continue
        steps = [begin + (end - begin) * number / 40 for number in range(41)]
        points = [(age, held.value(of)) for age in steps if (held := _between(table, age * unit)) is not None]
        if len(points) > 1:
            found.append(points)
    return found


# ---------------------------------------------------------------- in words


def ordinal(number: int) -> str:
    """ "21st": English counts so; other languages say the number."""
    if (get_language() or "en").partition("-")[0] != "en":
        return str(number)
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def place_words(found: float) -> str:
    """A percentile: "57th percentile", "below the 1st percentile"."""
    if found < 1:
        return _now("below the %s percentile") % ordinal(1)
    if found >= 99:
        return _now("above the %s percentile") % ordinal(99)
    return _now("%s percentile") % ordinal(round(found))


def meaning(measure: str, sex: str, found: float) -> str:
    """The same in people: "of 100 girls of this age, 57 weigh less"."""
    of_girls, of_boys, fewer = _sentences()[measure]
    if found < 1:
        return fewer % 1
    return (of_girls if sex == FEMALE else of_boys) % min(round(found), 99)


def _sentences() -> dict[str, tuple[str, str, str]]:
    """For girls, for boys, and for fewer than one."""
    return {
        WEIGHT: (
            _now("of 100 girls of this age, %d weigh less"),
            _now("of 100 boys of this age, %d weigh less"),
            _now("of 100 children of this age and sex, fewer than %d weigh less"),
        ),
        HEIGHT: (
            _now("of 100 girls of this age, %d are shorter"),
            _now("of 100 boys of this age, %d are shorter"),
            _now("of 100 children of this age and sex, fewer than %d are shorter"),
        ),
        BMI: (
            _now("of 100 girls of this age, %d have a lower one"),
            _now("of 100 boys of this age, %d have a lower one"),
            _now("of 100 children of this age and sex, fewer than %d have a lower one"),
        ),
        HEAD: (
            _now("of 100 girls of this age, %d have a smaller head"),
            _now("of 100 boys of this age, %d have a smaller head"),
            _now("of 100 children of this age and sex, fewer than %d have a smaller head"),
        ),
        FOR_LENGTH: (
            _now("of 100 girls of this length, %d weigh less"),
            _now("of 100 boys of this length, %d weigh less"),
            _now("of 100 children of this length and sex, fewer than %d weigh less"),
        ),
    }
