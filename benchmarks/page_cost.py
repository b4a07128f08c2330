"""What a page costs that asks the server nothing: processor time of the portal's worker, over HTTP.

Beside a bare view behind the same middleware, session and access check that sends as many bytes; and beside the same
page of another checkout, where `BEFORE` names one. Both portals stand at the same time before one demo server and are
asked in turn.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from benchmarks.figures import Benchmark, Figure
from tests.servers import ROOT, sign_in_over_http, start_demo_server

PERSON = "walter"
PAGES = {
    "": "overview",
    "allergies/": "section",
    "medications/": "section",
    "vitals/": "section",
    "laboratory/": "section",
    "documents/": "section",
    "timeline/": "timeline",
    "receipt/": "receipt",
}
LIMITS = {
    "overview": 0.20,
    "section": 0.30,
    "timeline": 0.20,
    "receipt": 0.30,
    "first look": 0.60,
    "beside a bare view": 4.0,
}
"""Of another checkout's time; where a bare view alone is more than half of that, twice the bare view."""


@dataclass
class Served:
    """A portal that runs, and somebody signed in at it. `record`: the address of the first page."""

    process: int
    browser: requests.Session
    record: str

    @classmethod
    def signed_in(cls, address: str, process: int) -> Served:
        """Signs in through the demo server's pages."""
        browser = requests.Session()
        browser.trust_env = False
        launch = browser.get(f"{address}/auth/launch/", allow_redirects=False, timeout=30)
        back = sign_in_over_http(launch.headers["Location"], PERSON)
        landed = browser.get(back, timeout=60)
        return cls(process, browser, landed.url)

    def cost(self, page: str) -> tuple[float, int]:
        """Seconds of processor time that a page takes, and how many bytes it has."""
        before = spent(self.process)
        size = self.look(page)
        return spent(self.process) - before, size

    def look(self, page: str) -> int:
        """Looks at a page, which must be a whole one; how many bytes it has."""
        answer = self.browser.get(self.record + page, timeout=60)
        assert answer.status_code == 200, f"{page} answered {answer.status_code}"
        return len(answer.content)

    def refresh(self) -> None:
        """Lets the next look at the overview ask the server anew."""
        answer = self.browser.get(f"{self.record}?refresh=yes", allow_redirects=False, timeout=60)
        assert answer.status_code == 302, f"Refresh answered {answer.status_code}"


def spent(process: int) -> float:
    """Processor time of all processes below one, in seconds."""
    total, waiting = 0, [process]
    while waiting:
        one = Path(f"/proc/{waiting.pop()}/task")
        for thread in one.glob("*"):
            try:
                total += int((thread / "schedstat").read_text().split()[0])
                waiting += map(int, (thread / "children").read_text().split())
            except OSError:
                continue  # it has just ended
    return total / 1e9


@contextmanager
def portal(checkout: Path, demo: str, port: int, *environment: str) -> Iterator[Served]:
    """A portal of a checkout on a port, with this environment, and somebody signed in at it."""
    with running(checkout, demo, port, *environment) as (address, process):
        yield Served.signed_in(address, process)


@contextmanager
def running(checkout: Path, demo: str, port: int, *environment: str) -> Iterator[tuple[str, int]]:
    """The same before anybody signs in: its address and its process."""
    script = str(ROOT / "benchmarks" / "served.py")
    with subprocess.Popen(
        [sys.executable, script, demo, str(port), *environment],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None and process.stdout is not None  # noqa: PT018
        try:
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.stdin.close()


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextmanager
def side_by_side(*environment: str) -> Iterator[tuple[Served, Served | None]]:
    """This checkout's portal, with what is added to its environment, and that of the checkout that `BEFORE` names, both
    signed in before one demo server."""
    before = os.environ.get("BEFORE", "")
    ports = free_ports(2)
    known = {
        "DEMO_ACCESS_TOKEN_SECONDS": "3600",
        "DEMO_REDIRECT_URIS": " ".join(f"http://localhost:{port}/auth/callback/" for port in ports),
    }
    with ExitStack() as until_the_end:
        demo = until_the_end.enter_context(start_demo_server(**known))
        now = until_the_end.enter_context(portal(ROOT, demo, ports[0], *environment))
        other = None
        if before:
            other = until_the_end.enter_context(portal(Path(before).resolve(), demo, ports[1]))
        yield now, other


def run(quick: bool) -> list[Figure]:
    """Each page in turn with what stands beside it, everything fetched before; medians."""
    looks = 7 if quick else 25
    with side_by_side("DJANGO_SETTINGS_MODULE=benchmarks.bare") as (now, other):
        figures: list[Figure] = []
        for page in (*PAGES, *PAGES):  # everything is fetched, and made once
            for one in filter(None, (now, other)):
                one.cost(page)
        for page, kind in PAGES.items():
            figures += _figures(page, kind, now, other, looks)
        if other is not None:
            figures.append(_first_look(now, other, looks))
        return figures


def _first_look(now: Served, other: Served, looks: int) -> Figure:
    """The overview after Refresh: every question is asked anew."""
    ours, theirs = [], []
    for _ in range(looks):
        for one, costs in ((now, ours), (other, theirs)):
            one.refresh()
            costs.append(one.cost("")[0])
    return Figure(
        name=f"overview after Refresh, beside {os.environ['BEFORE']}",
        figure=statistics.median(ours) * 1000,
        floor=statistics.median(theirs) * 1000,
        floor_name="there",
        unit="ms",
        limit=LIMITS["first look"],
    )


def _figures(page: str, kind: str, now: Served, other: Served | None, looks: int) -> Iterator[Figure]:
    _seconds, size = now.cost(page)
    ours, floor, theirs = [], [], []
    for _ in range(looks):
        ours.append(now.cost(page)[0])
        floor.append(now.cost(f"bare/?bytes={size}")[0])
        if other is not None:
            theirs.append(other.cost(page)[0])
    cost, least = statistics.median(ours), statistics.median(floor)
    name = page.strip("/") or "overview"
    yield Figure(
        name=f"{name} once more: CPU",
        figure=cost * 1000,
        floor=least * 1000,
        floor_name="bare view",
        unit="ms",
        limit=LIMITS["beside a bare view"],
    )
    if theirs:
        then = statistics.median(theirs)
        limit = LIMITS[kind]
        if least > then * limit / 2:
            limit = 2 * least / then
        yield Figure(
            name=f"{name} once more, beside {os.environ['BEFORE']}",
            figure=cost * 1000,
            floor=then * 1000,
            floor_name="there",
            unit="ms",
            limit=limit,
        )


BENCHMARK = Benchmark(
    name="page-cost",
    says="A page that asks nothing costs little more than its frame.",
    limits=LIMITS,
    run=run,
)
