"""A section of 10,000 entries: how soon its first rows are there, and how soon all of it."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from benchmarks import generated
from benchmarks.figures import Benchmark, Figure, settle, timed
from benchmarks.portal import Portal, portal

LATENCY_MS = 100
SLUG, TYPE = "vitals", "Observation"
LIMITS = {"first rows": 1.3, "all": 1 / 3}


def run(quick: bool) -> list[Figure]:
    """First rows, then the rest as the page loads it, beside the same list by `next` links alone."""
    from django.core.cache import cache

    with tempfile.TemporaryDirectory() as folder:
        generated.write_long(Path(folder))
        with portal(DEMO_LATENCY_MS=str(LATENCY_MS), DEMO_DATA=folder) as here:
            reader = here.sign_in(generated.PATIENT)
            reader.section(SLUG)
            settle()
            first: list[tuple[float, float]] = []
            every: list[tuple[float, float]] = []
            for number in range(3 if quick else 9):
                cache.clear()
                here.asked.clear()
                started = time.perf_counter()
                reader.section(SLUG)
                first.append((time.perf_counter() - started, here.asked.first(TYPE)))
                if number % 3 == 0:  # the long ones less often
                    section = reader.rest(SLUG)
                    whole = time.perf_counter() - started
                    assert section.tally.shown == generated.MANY, f"{section.tally.shown} entries arrived"
                    every.append((whole, serial_chain(here)))
    many = f"{generated.MANY:,}"
    return [
        timed(f"first rows of {many}", first, beside="first search", limit=LIMITS["first rows"]),
        timed(f"all of {many}", every, beside="serial chain", limit=LIMITS["all"]),
    ]


def serial_chain(here: Portal) -> float:
    """Seconds to fetch the same list by following `next` page by page, with the portal's own client."""
    from records.fetching.asking import PAGE_SIZE
    from records.fhir.client import FhirClient
    from records.fhir.deadline import Deadline

    token = here.asked.token
    client = FhirClient(
        base=here.fhir_base,
        bearer=lambda: token,
        renew=lambda _seen: token,
        gate=AlwaysOpen(),
        deadline=Deadline(60),
    )
    asked = [
        ("patient", generated.PATIENT),
        ("category", "vital-signs"),
        ("_sort", "-date"),
        ("_count", str(PAGE_SIZE)),
    ]
    started = time.perf_counter()
    _body, answer = client.search(TYPE, asked)
    count = len(answer.entries)
    while answer.next:
        _body, answer = client.follow(answer.next, TYPE)
        count += len(answer.entries)
    assert count == generated.MANY, f"{count} entries in the serial chain"
    return time.perf_counter() - started


class AlwaysOpen:
    """A gate that nobody shuts."""

    def seconds_shut(self) -> int:
        """None."""
        return 0

    def shut_by(self) -> int:
        """By nothing."""
        return 0

    def shut(self, seconds: int, status: int) -> None:
        """Stays open."""


BENCHMARK = Benchmark(
    name="long-section",
    says="The first rows of a long section come with its first search, all of it within a third of the serial chain.",
    limits=LIMITS,
    run=run,
)
