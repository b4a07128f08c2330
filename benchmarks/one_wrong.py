"""A list of fifty in which one entry has an element of the wrong shape: how many rows are shown."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import generated
from benchmarks.figures import Benchmark, Figure
from benchmarks.portal import portal

LIMITS = {"rows": 1.0}


def run(quick: bool) -> list[Figure]:
    """Each way to be wrong in a record of its own; counted on the page as it is sent."""
    del quick  # nothing is timed
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        generated.write_wrong(Path(folder))
        with portal(DEMO_DATA=folder) as here:
            for name in generated.WRONG:
                text = here.sign_in(f"one-wrong-{name}").get("vitals/").content.decode()
                rows = here.loaded[0].rows
                assert sum(bool(row.unread or row.verbatim) for row in rows) == 1, (
                    f"nothing wrong with {name}"
                )
                links = {row.href for row in rows}
                figures.append(
                    Figure(
                        name=f"rows beside a wrong {name}",
                        figure=sum(f'"{href}"' in text for href in links),
                        floor=generated.FEW,
                        floor_name="entries",
                        unit="rows",
                        limit=LIMITS["rows"],
                        at_least=True,
                    )
                )
    return figures


BENCHMARK = Benchmark(
    name="one-wrong",
    says="One wrong entry hides none.",
    limits=LIMITS,
    run=run,
)
