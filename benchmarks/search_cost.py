"""What a search over thirty years costs: processor time of the portal's worker, over HTTP, everything fetched before.

Beside the same search of another checkout, where `BEFORE` names one.
"""

from __future__ import annotations

import os
import re
import statistics

from benchmarks.figures import Benchmark, Figure
from benchmarks.page_cost import Served, side_by_side, spent

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


def _figure(name: str, ours: list[float], floor: list[float], floor_name: str, limit: str) -> Figure:
    return Figure(
        name=name,
        figure=statistics.median(ours) * 1000,
        floor=statistics.median(floor) * 1000,
        floor_name=floor_name,
        unit="ms",
        limit=LIMITS[limit],
    )


def run(quick: bool) -> list[Figure]:
    """Each search in turn with the other checkout's; medians."""
    looks = 5 if quick else 15
    with side_by_side() as (now, other):
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
            figures.append(
                _figure(
                    f"search for “{words}”: CPU", ours, overview, "overview once more", "against the overview"
                )
            )
            if theirs:
                name = f"search for “{words}”, beside {os.environ['BEFORE']}"
                figures.append(_figure(name, ours, theirs, "there", "beside another checkout"))
        return figures


BENCHMARK = Benchmark(
    name="search-cost",
    says="A search over thirty years costs at most half of what it did.",
    limits=LIMITS,
    run=run,
)
