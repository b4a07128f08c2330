"""A chart beside pygal's of the same readings: its time and its size."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from decimal import Decimal

from benchmarks import generated
from benchmarks.figures import Benchmark, Figure, settle, timed
from benchmarks.portal import portal

LIMITS = {"few": 1 / 3, "many": 0.1, "kilobytes": 25.0}
FEW, MANY = 300, 5_000
START = dt.datetime(1996, 1, 1, 9, tzinfo=dt.UTC)


def run(quick: bool) -> list[Figure]:
    """Few readings, each a mark, and many, as middles between their lowest and highest; no server is asked."""
    runs = 3 if quick else 9
    with portal():
        settle()
        return [*_drawings(FEW, LIMITS["few"], runs), *_drawings(MANY, LIMITS["many"], runs)]


def _drawings(count: int, limit: float, runs: int) -> list[Figure]:
    import pygal

    from records.charts import series_charts
    from records.words.points import Point
    from records.words.rows import Number

    moments = [START + dt.timedelta(days=generated.DAYS * number / count) for number in range(count)]
    values = [Decimal(400 + number * 7919 % 600) / 10 for number in range(count)]
    points = [
        Point(iso=f"{at:%Y-%m-%dT%H:%M:%S}", numbers=(Number(value),), unit="kg")
        for at, value in zip(moments, values, strict=True)
    ]
    pairs = list(zip(moments, map(float, values), strict=True))

    def ours() -> bytes:
        return str(series_charts(points)[0].svg).encode()

    def theirs() -> bytes:
        chart = pygal.DateTimeLine(js=[])
        chart.add("kg", pairs)
        return bytes(chart.render())

    ours(), theirs()
    measured = [(_seconds(ours), _seconds(theirs)) for _ in range(runs)]
    name = f"drawing of {count:,} readings"
    size, other = len(ours()) / 1000, len(theirs()) / 1000
    figures = [
        timed(f"{name}: CPU", measured, beside="pygal", limit=limit),
        Figure(name=f"{name}: size", figure=size, floor=other, floor_name="pygal", unit="kB", limit=limit),
    ]
    if count == MANY:
        figures.append(Figure(name=f"{name}: kB", figure=size, unit="kB", limit=LIMITS["kilobytes"]))
    return figures


def _seconds(call: Callable[[], object]) -> float:
    started = time.process_time()
    call()
    return time.process_time() - started


BENCHMARK = Benchmark(
    name="charts",
    says="A chart takes at most a third of pygal's time and bytes; of 5,000 readings a tenth, and 25 kB.",
    limits=LIMITS,
    run=run,
)
