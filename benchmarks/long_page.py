"""A page over 10,000 kept Observations that shows fifty: its CPU and memory beside a bare parse of the same bytes."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks import generated
from benchmarks.figures import Benchmark, Figure, settle, timed
from benchmarks.portal import portal

SLUG = "vitals"
LIMITS = {"cpu": 2.0, "sift": 2.5, "memory": 1.0, "exact": 1.0}
PAGES = {"first page": "", "page 100": "?page=100"}


def run(quick: bool) -> list[Figure]:
    """The whole request, from the browser's question to the page: session, decryption, sifting, fifty rows, HTML."""
    runs = 3 if quick else 9
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
            many = f"{generated.MANY:,}"
            for name, query in PAGES.items():
                look = partial(reader.section, SLUG, query)
                pairs = [_beside_orjson(bodies, look) for _ in range(runs)]
                figures.append(
                    timed(f"{name} over {many}: CPU", pairs, beside="orjson.loads", limit=LIMITS["cpu"])
                )
            pairs = [_beside_orjson(bodies, partial(_sift, bodies, here.fhir_base)) for _ in range(runs)]
            figures.append(
                timed(
                    f"finding the places of {many}, once", pairs, beside="orjson.loads", limit=LIMITS["sift"]
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


def _beside_orjson(bodies: list[bytes], measured: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU of a call, and of parsing all pages one after the other, their objects dropped."""
    import orjson

    started = time.process_time()
    measured()
    figure = time.process_time() - started
    started = time.process_time()
    for body in bodies:
        orjson.loads(body)
    return figure, time.process_time() - started


def _sift(bodies: list[bytes], base: str) -> None:
    """What the list costs once, when it has arrived: every head read, held against the compartment and put in place."""
    from records.fhir.bundle import page
    from records.kinds import KINDS
    from records.reading.sifting import sift

    pages = (page(body, resource_type=KINDS[SLUG].resource_type, base=base) for body in bodies)
    found = sift(KINDS[SLUG], enumerate(pages), patient=generated.PATIENT, base=base)
    assert found.tally.shown == generated.MANY, f"{found.tally.shown} entries have a place"


BENCHMARK = Benchmark(
    name="long-page",
    says="A page over 10,000 Observations costs at most twice a bare parse of their bytes, and little memory.",
    limits=LIMITS,
    run=run,
)
