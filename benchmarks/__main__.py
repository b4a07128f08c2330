"""`make bench`: measures, prints a table, and ends with 1 when a limit is broken."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
import time
from collections.abc import Sequence

from benchmarks import (
    charts,
    documents,
    long_page,
    long_section,
    one_wrong,
    overview,
    page_cost,
    peers,
    readers,
    search_cost,
    whole_record,
)
from benchmarks.figures import Benchmark, Figure
from benchmarks.fresh import fresh

BENCHMARKS: dict[str, Benchmark] = {
    module.BENCHMARK.name: module.BENCHMARK
    for module in (
        charts,
        overview,
        long_section,
        long_page,
        page_cost,
        documents,
        search_cost,
        readers,
        whole_record,
        one_wrong,
        peers,
    )
}
COLUMNS = "{:<52} {:>13} {:>30} {:>7} {:>7} {:>8}  {}"


def measure(name: str, quick: bool) -> list[dict[str, object]]:
    """One benchmark in this process; its figures as JSON allows."""
    return [dataclasses.asdict(figure) for figure in BENCHMARKS[name].run(quick)]


def line(figure: Figure) -> str:
    """One figure as a line of the table."""
    whole = figure.unit in {"rows", "requests"}
    digits = 0 if whole else 1

    def said(value: float) -> str:
        return f"{value:,.{digits}f} {figure.unit}"

    floor = f"{figure.floor_name} {said(figure.floor)}" if figure.floor is not None else "-"
    ratio = f"{figure.ratio:.2f}" if figure.floor is not None else f"{figure.ratio:g}"
    limit = f"{'≥' if figure.at_least else '≤'} {figure.limit:.3g}"
    best = f"{figure.best:.2f}" if figure.best is not None else ""
    verdict = "ok" if figure.holds else "NOT"
    return COLUMNS.format(figure.name, said(figure.figure), floor, ratio, best, limit, verdict)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs what is asked for, each benchmark in a process of its own.

    Returns:
        0 when every limit holds, else 1.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", action="append", choices=sorted(BENCHMARKS), help="one benchmark; may be repeated"
    )
    parser.add_argument("--quick", action="store_true", help="fewer repetitions")
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    broken = 0
    print(COLUMNS.format("", "measured", "beside", "ratio", "best", "limit", ""))
    for name in chosen.only or BENCHMARKS:
        print(f"{name}: {BENCHMARKS[name].says}", flush=True)
        for found in fresh("benchmarks.__main__", "measure", name=name, quick=chosen.quick):
            figure = Figure(**found)
            broken += not figure.holds
            print("  " + line(figure), flush=True)
    minutes, seconds = divmod(round(time.monotonic() - started), 60)
    verdict = "Every limit holds." if not broken else f"{broken} of the limits do NOT hold."
    print(f"{verdict} ({minutes} min {seconds} s; ratios are medians, best is that of the best single run)")
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    if load > cores:
        print(
            f"The machine is busy ({load:.1f} at work on {cores} cores). Waiting does not grow with that, computing"
            " does, so ratios to a request are too high. Measure again when it is quiet."
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
