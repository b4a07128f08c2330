"""Search, timeline and receipt over a thirty-year record, from cached bytes, beside a parse that keeps its objects."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

from benchmarks.figures import Benchmark, Figure, settle, timed
from benchmarks.portal import Reader, pages_made, portal

LIMITS = {"cpu": 4.0, "asked": 0}
ELDER = "walter"
WORDS = "blood pressure"
"""Words that stand in most of his entries: the dearest kind of search."""


def run(quick: bool) -> list[Figure]:
    """The whole request for each page, made anew, everything of the record having come before."""
    runs = 3 if quick else 7
    figures: list[Figure] = []
    with portal() as here:
        reader = here.sign_in(ELDER)
        here.asked.keep_bodies = True
        for _ in range(10):
            page = reader.get("receipt/").content.decode()
            if 'hx-get="' not in page:
                break
        bodies = [body for body in here.asked.bodies if b'"searchset"' in body[:200]]
        pages: dict[str, Callable[[], object]] = {
            "timeline": partial(reader.get, "timeline/"),
            "search": partial(_search, reader),
            "receipt": partial(reader.get, "receipt/"),
        }
        for page_of in pages.values():
            page_of()
        settle()
        here.asked.clear()
        for name, page_of in pages.items():
            pairs = [_beside_kept(bodies, page_of) for _ in range(runs)]
            figures.append(
                timed(f"{name} of the elder: CPU", pairs, beside="orjson, objects kept", limit=LIMITS["cpu"])
            )
        figures.append(
            Figure(
                name="questions asked meanwhile",
                figure=len(here.asked.requests),
                unit="requests",
                limit=LIMITS["asked"],
            )
        )
    return figures


def _search(reader: Reader) -> None:
    answer = reader.browser.post(f"{reader.overview}search/", {"words": WORDS})
    assert answer.status_code == 200, f"the search answered {answer.status_code}"


def _beside_kept(bodies: list[bytes], measured: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU of a call, and of parsing all pages with their objects kept."""
    import orjson

    with pages_made():
        started = time.process_time()
        measured()
        figure = time.process_time() - started
    started = time.process_time()
    kept = [orjson.loads(body) for body in bodies]
    floor = time.process_time() - started
    del kept
    return figure, floor


BENCHMARK = Benchmark(
    name="whole-record",
    says="Search, timeline and receipt over thirty years cost at most four times a parse of the same bytes.",
    limits=LIMITS,
    run=run,
)
