"""Fetching and reading 10,000 Observations beside fhirclient and fhirpy: same server, same questions, CPU alone.

Each reader runs in a process of its own and starts its clock after its imports. Each hands back how many entries it
read and the sum of their values, so that all have done the same.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import generated
from benchmarks.figures import Benchmark, Figure, settle
from benchmarks.fresh import fresh
from benchmarks.portal import portal

LIMITS = {"fhirclient": 0.25, "fhirpy": 0.25}
COUNT = "500"
Read = tuple[str | None, str | None, str, Decimal, str | None]
"""id, date, label, value, unit."""


def run(quick: bool) -> list[Figure]:
    """Medians of runs in turn."""
    with tempfile.TemporaryDirectory() as folder:
        generated.write_long(Path(folder))
        with portal(DEMO_DATA=folder) as here:
            here.sign_in(generated.PATIENT).get()
            where = {"base": here.fhir_base, "token": here.asked.token}
            turns = [
                {name: fresh(__name__, name, **where) for name in ("ours", *LIMITS)}
                for _ in range(1 if quick else 3)
            ]
    for turn in turns:
        assert {(one["count"], one["sum"]) for one in turn.values()} == {
            (generated.MANY, turn["ours"]["sum"])
        }, f"not all have read the same: {turn}"
    cpu = {name: statistics.median(turn[name]["cpu"] for turn in turns) for name in turns[0]}
    return [
        Figure(
            name=f"{generated.MANY:,} Observations fetched and read: CPU",
            figure=cpu["ours"] * 1000,
            floor=cpu[peer] * 1000,
            floor_name=peer,
            unit="ms",
            limit=limit,
        )
        for peer, limit in LIMITS.items()
    ]


def _told(read: Iterable[Read], started: float) -> dict[str, Any]:
    rows = list(read)
    return {
        "cpu": time.process_time() - started,
        "count": len(rows),
        "sum": f"{sum((row[3] for row in rows), Decimal()):.2f}",
    }


def ours(base: str, token: str) -> dict[str, Any]:
    """`records.fhir`: every page taken apart, every entry held against the compartment and read as a typed struct."""
    from benchmarks.long_section import AlwaysOpen
    from records.fhir.bundle import Page, head
    from records.fhir.client import FhirClient
    from records.fhir.compartment import is_of
    from records.fhir.deadline import Deadline
    from records.fhir.elements import Head, Observation
    from records.fhir.reading import read

    client = FhirClient(
        base=base,
        bearer=lambda: token,
        renew=lambda _seen: token,
        gate=AlwaysOpen(),
        deadline=Deadline(120),
        read_timeout=60,
    )

    def taken(answer: Page) -> Iterable[Read]:
        for entry in answer.entries:
            if not is_of(head(entry, Head), patient=generated.PATIENT, base=base):
                continue
            found, _set_aside = read(entry.raw, Observation)
            quantity, code = found.valueQuantity, found.code
            assert code is not None
            assert quantity is not None
            assert quantity.value is not None
            yield found.id, found.effectiveDateTime, code.text or "", quantity.value, quantity.unit

    def every() -> Iterable[Read]:
        query = [("patient", generated.PATIENT), ("category", "vital-signs"), ("_count", COUNT)]
        _body, answer = client.search("Observation", query)
        yield from taken(answer)
        while answer.next:
            _body, answer = client.follow(answer.next, "Observation")
            yield from taken(answer)

    settle()
    return _told(every(), time.process_time())


def fhirclient(base: str, token: str) -> dict[str, Any]:
    """SMART's Python client, following its own pages."""
    from fhirclient.client import FHIRClient  # type: ignore[import-untyped]  # it ships no types
    from fhirclient.models import bundle  # type: ignore[import-untyped]  # noqa: F401  (before the clock starts)
    from fhirclient.models.observation import Observation  # type: ignore[import-untyped]

    smart = FHIRClient(settings={"app_id": "benchmark", "api_base": base})
    smart.server.session.headers["Authorization"] = f"Bearer {token}"
    smart.server.session.trust_env = False

    def every() -> Iterable[Read]:
        where = {"patient": generated.PATIENT, "category": "vital-signs", "_count": COUNT}
        for found in Observation.where(where).perform_resources_iter(smart.server):
            quantity = found.valueQuantity
            yield (
                found.id,
                found.effectiveDateTime.as_json(),
                found.code.text,
                Decimal(str(quantity.value)),
                quantity.unit,
            )

    settle()
    return _told(every(), time.process_time())


def fhirpy(base: str, token: str) -> dict[str, Any]:
    """Beda's Python client, synchronous, following its own pages."""
    from fhirpy import SyncFHIRClient

    client = SyncFHIRClient(base.rstrip("/"), authorization=f"Bearer {token}")

    def every() -> Iterable[Read]:
        query = {"patient": generated.PATIENT, "category": "vital-signs"}
        for found in client.resources("Observation").search(**query).limit(int(COUNT)):
            quantity = found["valueQuantity"]
            yield (
                found["id"],
                found["effectiveDateTime"],
                found["code"]["text"],
                Decimal(str(quantity["value"])),
                quantity["unit"],
            )

    settle()
    return _told(every(), time.process_time())


BENCHMARK = Benchmark(
    name="peers",
    says="Reading costs a fraction of what the other Python clients take.",
    limits=LIMITS,
    run=run,
)
