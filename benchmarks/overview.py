"""The overview beside its slowest request, and what a second page asks."""

from __future__ import annotations

import time

from benchmarks.figures import Benchmark, Figure, settle, timed
from benchmarks.portal import portal

LATENCY_MS = 100
SECTIONS = ("allergies", "medications", "conditions", "vitals", "documents")
LIMITS = {"wall": 1.15, "asked again": 0}


def run(quick: bool) -> list[Figure]:
    """For a person with a short record and one with a long one, each page made from nothing."""
    from django.core.cache import cache

    figures: list[Figure] = []
    with portal(DEMO_LATENCY_MS=str(LATENCY_MS)) as here:
        for person in ("daniel", "walter"):
            reader = here.sign_in(person)
            for _ in range(2):  # loads templates and code, opens the connections
                cache.clear()
                reader.get()
            settle()
            pairs = []
            for _ in range(5 if quick else 15):
                cache.clear()
                here.asked.clear()
                started = time.perf_counter()
                reader.get()
                pairs.append((time.perf_counter() - started, here.asked.slowest()))
            asked = len(here.asked.requests)
            name = f"overview of {person}, {asked} requests side by side"
            figures.append(timed(name, pairs, beside="slowest request", limit=LIMITS["wall"]))
            for slug in SECTIONS:
                reader.get(f"{slug}/")
            here.asked.clear()
            for page in ("", *(f"{slug}/" for slug in SECTIONS)):
                reader.get(page)
            figures.append(
                Figure(
                    name=f"overview and {len(SECTIONS)} sections of {person} once more",
                    figure=len(here.asked.requests),
                    unit="requests",
                    limit=LIMITS["asked again"],
                )
            )
    return figures


BENCHMARK = Benchmark(
    name="overview",
    says="The overview takes as long as its slowest request; a second page asks nothing.",
    limits=LIMITS,
    run=run,
)
