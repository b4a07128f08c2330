"""A page over 10,000 kept Observations that shows fifty: its CPU and memory beside a bare parse of the same bytes."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from pathlib import Path

from benchmarks import generated
from benchmarks.figures import Benchmark, Figure, middle, settle
from benchmarks.portal import portal

SLUG = "vitals"
LIMITS = {"cpu": 2.0, "memory": 1.0, "exact": 1.0}
PAGES = {"first page": "", "page 100": "?page=100"}


def run(quick: bool) -> list[Figure]:
    """The whole request, from the browser's question to the page: session, decryption, sifting, fifty rows, HTML."""
    import orjson

    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        generated.write_long(Path(folder))
        with portal(DEMO_DATA=folder) as here:
            reader = here.sign_in(generated.PATIENT)
            here.asked.keep_bodies = True
            reader.section(SLUG)
            complete = reader.rest(SLUG)
            assert complete.tally.shown == generated.MANY, f"{complete.tally.shown} entries arrived"
            bodies = [body for body in here.asked.bodies if b'"searchset"' in body[:200]]
            size = sum(map(len, bodies))
            for query in PAGES.values():
                reader.section(SLUG, query)
            settle()
            here.asked.clear()
            for name, query in PAGES.items():
                pairs = []
                for _ in range(3 if quick else 9):
                    started = time.process_time()
                    reader.section(SLUG, query)
                    page = time.process_time() - started
                    started = time.process_time()
                    for body in bodies:
                        orjson.loads(body)
                    pairs.append((page, time.process_time() - started))
                figure, floor = middle(pairs)
                figures.append(
                    Figure(
                        name=f"{name} over {generated.MANY:,}: CPU",
                        figure=figure * 1000,
                        floor=floor * 1000,
                        floor_name="orjson.loads",
                        unit="ms",
                        limit=LIMITS["cpu"],
                    )
                )
            tracemalloc.start()
            before, _ = tracemalloc.get_traced_memory()
            section = reader.section(SLUG)
            _, peak = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert not here.asked.requests, "the page asked the server"
    exact = {generated.written_value(number) for number in range(generated.MANY - 50, generated.MANY)}
    values = [str(row.measure.value) for row in section.rows if row.measure is not None]
    return [
        *figures,
        Figure(
            name="memory at its peak",
            figure=(peak - before) / 1e6,
            floor=size / 1e6,
            floor_name="size of the JSON",
            unit="MB",
            limit=LIMITS["memory"],
        ),
        Figure(
            name="numbers with the record's own digits (72.20)",
            figure=sum(value in exact for value in values),
            floor=50,
            floor_name="rows",
            unit="rows",
            limit=LIMITS["exact"],
            at_least=True,
        ),
    ]


BENCHMARK = Benchmark(
    name="long-page",
    says="A page over 10,000 Observations costs at most twice a bare parse of their bytes, and little memory.",
    limits=LIMITS,
    run=run,
)
