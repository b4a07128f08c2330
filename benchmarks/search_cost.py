"""What a search over thirty years costs: processor time of the portal's worker, over HTTP, everything fetched before.

Beside the same search of another checkout, where `BEFORE` names one.
"""

from __future__ import annotations

import os
import re
import statistics
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import Benchmark, Figure
from benchmarks.page_cost import Served, free_ports, portal, spent
from tests.servers import ROOT, start_demo_server

WORDS = ("warfarin", "blood pressure", "creatinine", "cough", "zzyzx")
LIMITS = {"beside another checkout": 0.5, "against the overview": 30.0}

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


def _cost(served: Served, words: str) -> float:
    """Seconds of processor time that a search takes."""
    page = served.browser.get(f"{served.record}search/", timeout=60)
    token = _TOKEN.search(page.text)
    assert token is not None
    before = spent(served.process)
    answer = served.browser.post(
        f"{served.record}search/",
        data={"csrfmiddlewaretoken": token[1], "words": words},
        headers={"Referer": f"{served.record}search/"},
        timeout=120,
    )
    assert answer.status_code == 200, answer.status_code
    return spent(served.process) - before


def run(quick: bool) -> list[Figure]:
    """Each search in turn with the other checkout's; medians."""
    looks = 5 if quick else 15
    other_checkout = os.environ.get("BEFORE", "")
    ports = free_ports(2)
    known = {
        "DEMO_ACCESS_TOKEN_SECONDS": "3600",
        "DEMO_REDIRECT_URIS": " ".join(f"http://localhost:{port}/auth/callback/" for port in ports),
    }
    with ExitStack() as until_the_end:
        demo = until_the_end.enter_context(start_demo_server(**known))
        now = until_the_end.enter_context(portal(ROOT, demo, ports[0]))
        other = None
        if other_checkout:
            other = until_the_end.enter_context(portal(Path(other_checkout).resolve(), demo, ports[1]))
        figures: list[Figure] = []
        for words in WORDS * 2:  # everything is fetched
            for one in filter(None, (now, other)):
                _cost(one, words)
        for words in WORDS:
            ours, theirs, overview = [], [], []
            for _ in range(looks):
                ours.append(_cost(now, words))
                overview.append(now.cost("")[0])
                if other is not None:
                    theirs.append(_cost(other, words))
            cost = statistics.median(ours)
            figures.append(
                Figure(
                    name=f"search for “{words}”: CPU",
                    figure=cost * 1000,
                    floor=statistics.median(overview) * 1000,
                    floor_name="overview once more",
                    unit="ms",
                    limit=LIMITS["against the overview"],
                )
            )
            if theirs:
                figures.append(
                    Figure(
                        name=f"search for “{words}”, beside {other_checkout}",
                        figure=cost * 1000,
                        floor=statistics.median(theirs) * 1000,
                        floor_name="there",
                        unit="ms",
                        limit=LIMITS["beside another checkout"],
                    )
                )
        return figures


BENCHMARK = Benchmark(
    name="search-cost",
    says="A search over thirty years costs at most half of what it did.",
    limits=LIMITS,
    run=run,
)
