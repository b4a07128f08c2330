"""Answers Prometheus: a process of its own beside the workers, so that a busy portal can still be watched.

python -m insync_portal.metrics_server HOST PORT. Sums up the files of PROMETHEUS_MULTIPROC_DIR, looks at the memory of
the workers, and ends with the process that started it.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

PROC = Path("/proc")


class Memory(Collector):
    """The resident memory of the workers: the children of a process, apart from this one. Nothing where there is no
    /proc."""

    def __init__(self, parent: int) -> None:
        self.parent = parent

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Bytes of the largest worker, of all together, and how many there are."""
        sizes = [_resident(pid) for pid in _children(self.parent) if pid != os.getpid()]
        told = {
            "insync_portal_worker_memory_bytes_max": ("Memory of the largest worker.", max(sizes, default=0)),
            "insync_portal_worker_memory_bytes_sum": (
                "Memory of all workers; what they share counts for each.",
                sum(sizes),
            ),
            "insync_portal_workers": ("Workers that are alive.", len(sizes)),
        }
        for name, (says, value) in told.items():
            yield GaugeMetricFamily(name, says, value=value)


def _children(parent: int) -> list[int]:
    found = []
    for task in PROC.glob(f"{parent}/task/*/children"):
        try:
            found += [int(pid) for pid in task.read_text().split()]
        except OSError:
            continue
    return found


def _resident(pid: int) -> int:
    try:
        pages = int((PROC / str(pid) / "statm").read_text().split()[1])
    except (OSError, IndexError, ValueError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> int:
    host, port, parent = sys.argv[1], int(sys.argv[2]), os.getppid()
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # it has no types
    registry.register(Memory(parent))
    try:
        start_http_server(port, addr=host, registry=registry)
    except OSError as error:
        print(f"METRICS_PORT: cannot listen on {host}:{port} ({error.strerror}).", file=sys.stderr)
        return 1
    while os.getppid() == parent:
        time.sleep(1)
    return 0


if __name__ == "__main__":
    sys.exit(main())
