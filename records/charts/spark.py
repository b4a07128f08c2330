"""The last readings of a measure as a small line beside its newest value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _now

from records.charts.readings import is_drawable
from records.words import wording
from records.words.points import Point
from records.words.rows import Spark


def sparkline(points: Sequence[Point]) -> Spark | None:
    """The last readings as a small line; None where fewer than two have a number in the newest one's unit.

    Args:
        points: oldest first. Of a blood pressure the upper number is drawn. Bounds ("< 5") are left out.
    """
    measures = [point for point in points if point.numbers]
    if not measures:
        return None
    last = measures[-1]
    alike = (point for point in measures if (point.unit, point.how) == (last.unit, last.how))
    first = (point.numbers[0] for point in alike)
    drawn = [number for number in first if is_drawable(number) and not number.comparator]
    values = [number.value for number in drawn if number.value is not None]
    if len(values) < 2 or drawn[-1] is not last.numbers[0]:
        return None
    low, high = min(values), max(values)
    step = 102 / (len(values) - 1)

    def place(value: Decimal) -> float:
        return 18.0 if low == high else 31 - 26 * float((value - low) / (high - low))

    places = [(5 + step * index, place(value)) for index, value in enumerate(values)]
    said = {
        "count": len(values),
        "of": len(points),
        "first": wording.number(values[0]),
        "last": wording.number(values[-1]),
        "unit": last.unit,
    }
    is_all = len(values) == len(points)
    if len(last.numbers) == 2:
        words = (
            _now("Upper number, last %(count)d readings: %(first)s to %(last)s %(unit)s")
            if is_all
            else _now("Upper number, %(count)d of the last %(of)d readings: %(first)s to %(last)s %(unit)s")
        )
    elif is_all:
        words = _now("Last %(count)d readings: %(first)s to %(last)s %(unit)s")
    else:
        words = _now("%(count)d of the last %(of)d readings: %(first)s to %(last)s %(unit)s")
    return Spark(
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in places),
        last_x=f"{places[-1][0]:.1f}",
        last_y=f"{places[-1][1]:.1f}",
        words=(words % said).strip(),
    )
