"""Many readers at once who click through sections: pages a second, and how long the slowest twentieth takes.

Two portals, this one and that of the checkout which `BEFORE` names, each with three workers and a Redis of its own,
stand before one demo server and are read in turn. Without `BEFORE`, or without Redis on this machine, nothing is
measured: there is nothing beside which a figure would say something.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path

from benchmarks.figures import Benchmark, Figure
from benchmarks.page_cost import Served, free_ports, running
from tests.servers import ROOT, start_demo_server
from tests.stores.throwaway import start_redis

PERSON = "walter"
SECTIONS = ("allergies/", "medications/", "conditions/", "vitals/", "laboratory/", "documents/", "visits/")
LIMITS = {"pages": 3.0, "p95": 1 / 3}


def run(quick: bool) -> list[Figure]:
    """Each portal in turn, everything fetched before."""
    before = os.environ.get("BEFORE", "")
    if not before or shutil.which("redis-server") is None:
        print("  not measured: BEFORE names no checkout, or there is no redis-server", file=sys.stderr)
        return []
    many, seconds, turns = (10, 3.0, 2) if quick else (50, 8.0, 3)
    ports = free_ports(2)
    known = {
        "DEMO_ACCESS_TOKEN_SECONDS": "3600",
        "DEMO_REDIRECT_URIS": " ".join(f"http://localhost:{port}/auth/callback/" for port in ports),
    }
    with ExitStack() as until_the_end:
        demo = until_the_end.enter_context(start_demo_server(**known))
        both: list[list[Served]] = []
        for checkout, port in zip((ROOT, Path(before).resolve()), ports, strict=True):
            cache = until_the_end.enter_context(start_redis())
            given = (f"CACHE_URL={cache}", "WEB_CONCURRENCY=3")
            address, process = until_the_end.enter_context(running(checkout, demo, port, *given))
            both.append(_readers(address, process, many))
        looks: list[list[tuple[float, float]]] = [[], []]
        for _ in range(turns):
            for readers, found in zip(both, looks, strict=True):
                found.append(_clicking(readers, seconds))
    ours, theirs = ([statistics.median(one) for one in zip(*found, strict=True)] for found in looks)
    beside = f"at {before}"
    return [
        Figure(
            name=f"{many} readers at once",
            figure=ours[0],
            floor=theirs[0],
            floor_name=beside,
            unit="pages/s",
            limit=LIMITS["pages"],
            at_least=True,
        ),
        Figure(
            name="of their pages the slowest twentieth (p95)",
            figure=ours[1] * 1000,
            floor=theirs[1] * 1000,
            floor_name=beside,
            unit="ms",
            limit=LIMITS["p95"],
        ),
    ]


def _readers(address: str, process: int, many: int) -> list[Served]:
    """So many sign-ins, each of whom has seen every section."""

    def one(_number: int) -> Served:
        reader = Served.signed_in(address, process)
        for section in SECTIONS * 2:
            reader.look(section)
        return reader

    with ThreadPoolExecutor(4) as pool:
        return list(pool.map(one, range(many)))


def _clicking(readers: list[Served], seconds: float) -> tuple[float, float]:
    """Pages a second, and the 95th percentile of their times in seconds."""
    times: list[float] = []
    begin = threading.Barrier(len(readers))

    def click(number: int) -> None:
        begin.wait()
        until = time.monotonic() + seconds
        for section in cycle(SECTIONS[number % len(SECTIONS) :] + SECTIONS[: number % len(SECTIONS)]):
            started = time.monotonic()
            if started >= until:
                return
            readers[number].look(section)
            times.append(time.monotonic() - started)

    with ThreadPoolExecutor(len(readers)) as pool:
        for done in [pool.submit(click, number) for number in range(len(readers))]:
            done.result()
    return len(times) / seconds, statistics.quantiles(times, n=20)[-1]


BENCHMARK = Benchmark(
    name="readers",
    says="Many readers at once are served three times as many pages as before pages were kept.",
    limits=LIMITS,
    run=run,
)
