"""Vital signs in the units of the reader's choice, the recorded ones always beside them. UCUM; `ucumvert` knows it.

A converted value keeps the precision and the sense of the recorded one: 98.6 °F is 37.0 °C, 38 °C is 100.4 °F, 1 lb is
0.5 kg. Only temperatures, weights and lengths with a UCUM code are converted; anything else, and everything where
nothing was chosen, stays as it is.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.codes import UCUM
from records.fhir.elements import Quantity
from records.words import wording
from records.words.rows import Measure, Number, Words, replace

AS_RECORDED = ""
US = "us"
METRIC = "metric"

CHOICES: tuple[tuple[str, Words], ...] = (
    (AS_RECORDED, _("As recorded")),
    (US, _("°F, pounds and inches")),
    (METRIC, _("°C, kilograms and centimeters")),
)
"""The choices by their word for a form, in the order in which they are offered."""

PAIRS = (("[degF]", "Cel"), ("[lb_av]", "kg"), ("[in_i]", "cm"))
"""UCUM codes of the same thing, in US customary and in metric units."""

TARGETS = {US: {metric: us for us, metric in PAIRS}, METRIC: dict(PAIRS)}
SIGNS = {"[degF]": "°F", "Cel": "°C", "[lb_av]": "lb", "kg": "kg", "[in_i]": "in", "cm": "cm"}
MOST_PLACES = 6
"""Decimal places beyond which a number is left as recorded."""

_loading = threading.Lock()


class Line(NamedTuple):
    """A conversion: y = slope · x + offset."""

    slope: Decimal
    offset: Decimal


def cookie_name() -> str:
    """The cookie that holds the choice, as strict as the others."""
    return "__Host-units" if settings.IS_HTTPS else "portal_units"


def choice_of(cookies: Mapping[str, str]) -> str:
    """What was chosen; as recorded where nothing is, or nothing that there is."""
    said = cookies.get(cookie_name(), AS_RECORDED)
    return said if said in TARGETS else AS_RECORDED


def shown(measure: Measure, recorded: Quantity | None, choice: str) -> Measure:
    """A measure in the chosen units, with the recorded value beside it; the same one where nothing is to be converted.

    Args:
        recorded: the quantity that the measure is made of.
    """
    target = TARGETS.get(choice, {}).get(recorded.code or "") if recorded is not None else None
    if recorded is None or target is None or recorded.system != UCUM or len(measure.numbers) != 1:
        return measure
    number = measure.numbers[0]
    places = _places(number.value)
    if number.value is None or places is None:
        return measure
    line = conversion(recorded.code or "", target)
    converted = _rounded(_at(line, number.value), number.value, places, line)
    was = wording.beside(measure.value, measure.unit)
    return replace(
        measure,
        value=wording.comparator(recorded) + wording.number(converted),
        unit=SIGNS[target],
        recorded=_now("recorded: %s") % was,
        numbers=(
            Number(
                value=converted,
                comparator=number.comparator,
                low=_at(line, number.low) if number.low is not None else None,
                high=_at(line, number.high) if number.high is not None else None,
                flagged=number.flagged,
            ),
        ),
    )


def _places(value: Decimal | None) -> int | None:
    """How many decimal places a number was recorded with; None for one that is not to be converted."""
    exponent = value.as_tuple().exponent if value is not None else None
    if not isinstance(exponent, int) or value is None or value.adjusted() > MOST_PLACES:
        return None
    return max(0, -exponent) if -exponent <= MOST_PLACES else None


def _rounded(converted: Decimal, recorded: Decimal, places: int, line: Line) -> Decimal:
    """A converted number as precise as the recorded one: a whole number of one unit needs a tenth of the other.

    At least one decimal place, so that a fever stays one. Below ten, where a tenth is much, no fewer significant digits
    than were recorded; not of a temperature, whose zero is another one.
    """
    if not recorded and not line.offset:
        return converted.quantize(Decimal(1).scaleb(-places))
    places = max(places, 1)
    if not line.offset and converted and abs(converted) < 10:
        digits = len(recorded.as_tuple().digits)
        places = max(places, digits - 1 - converted.adjusted())
    return converted.quantize(Decimal(1).scaleb(-min(places, MOST_PLACES)), ROUND_HALF_UP)


def _at(line: Line, value: Decimal) -> Decimal:
    try:
        return (line.slope * value + line.offset).quantize(Decimal("1e-15"))
    except InvalidOperation:  # pragma: no cover - `_places` lets no such number through
        return value


def conversion(code: str, target: str) -> Line:
    """How to come from one UCUM unit to another. The registry of units is loaded when it is first needed."""
    with _loading:
        return _conversion(code, target)


@cache
def _conversion(code: str, target: str) -> Line:
    # Loading takes a second and ten megabytes: only where a reader chose units.
    from ucumvert import PintUcumRegistry

    registry = PintUcumRegistry(non_int_type=Decimal)
    units, wanted = registry.from_ucum(code).units, registry.from_ucum(target).units
    at_zero, at_one = (Decimal(registry.Quantity(Decimal(n), units).to(wanted).magnitude) for n in (0, 1))
    return Line(at_one - at_zero, at_zero)
