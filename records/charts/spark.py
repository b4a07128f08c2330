"""The last readings of a measure as a small line beside its newest value."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _now

from records.charts.readings import is_drawable
from records.words import wording
from records.words.rows import Row, Spark


def sparkline(rows: Sequence[Row]) -> Spark | None:
    """The last readings as a small line; None where fewer than two have a number in the newest one's unit.

    Args:
        rows: oldest first. Of a blood pressure the upper number is drawn. Bounds ("< 5") are left out.
    """
    measures = [row.measure for row in rows if row.measure is not None and row.measure.numbers]
    if not measures:
        return None
    last = measures[-1]
    drawn = [
        m.numbers[0]
        for m in measures
        if m.unit == last.unit and is_drawable(m.numbers[0]) and not m.numbers[0].comparator
    ]
    values = [number.value for number in drawn if number.value is not None]
    if len(values) < 2 or drawn[-1] is not last.numbers[0]:
        return None
    low, high = min(values), max(values)
    step = 102 / (len(values) - 1)

    def place(value: Decimal) -> float:
        return 18.0 if low == high else 31 - 26 * float((value - low) / (high - low))

    points = [(5 + step * index, place(value)) for index, value in enumerate(values)]
    said = {
        "count": len(values),
        "of": len(rows),
        "first": wording.number(values[0]),
        "last": wording.number(values[-1]),
        "unit": last.unit,
    }
    is_all = len(values) == len(rows)
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
        points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points),
        last_x=f"{points[-1][0]:.1f}",
        last_y=f"{points[-1][1]:.1f}",
        words=(words % said).strip(),
    )
