"""A record taken along without a server and without a process of its own: every entry of a list goes into a form."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import msgspec
import pytest

from demo_server.people import resources as demo_resources
from records.fetching import collected as collecting
from records.fetching.source import Source
from records.kinds import KINDS
from records.lists.whole import Whole
from records.service.entry import load_entry
from records.service.take import Gathering, Order
from records.service.take_entries import Elsewhere
from records.takeaway.taken import Cover, Taken
from records.words.rows import Row
from tests.records.sources import a_source
from tests.records.wholes import whole_of
from tests.resources import Json

COVER = Cover(
    language="en",
    name="Ada Lovelace",
    born="Born December 10, 1990 (35 years old)",
    taken_by="Ada Lovelace, the patient",
    taken_at="November 24, 2026, 3:42 PM",
    agency="Harbor Lane Behavioral Health",
    phone="617-555-0142",
    covers="All sections; all years",
)

Answering = Callable[..., Source]


@cache
def demo_others() -> list[Json]:
    """What is of nobody: who treats, where, and what with."""
    return [
        dict(one)
        for one in demo_resources(datetime.date(2026, 11, 24))
        if one["resourceType"] in {"Practitioner", "Organization", "Location", "Medication"}
    ]


@cache
def demo_people() -> dict[str, list[Json]]:
    """What the demo server has of each of its people."""
    of_patient: dict[str, list[Json]] = defaultdict(list)
    for one in demo_resources(datetime.date(2026, 11, 24)):
        body = dict(one)
        subject = body.get("subject") or body.get("patient") or {}
        of_patient[str(subject.get("reference", "")).removeprefix("Patient/")].append(body)
        if body["resourceType"] == "Patient":
            of_patient[body["id"]].append(body)
    return {
        patient: sent
        for patient, sent in of_patient.items()
        if patient and any(one["resourceType"] == "Patient" for one in sent)
    }


def record_of(
    resources: Sequence[Json], patient: str, monkeypatch: pytest.MonkeyPatch
) -> tuple[Source, Whole]:
    """A record that has come whole; what it points to is read from the same resources, and nothing is asked."""
    source = a_source(patient=patient)
    whole = whole_of(resources, source)
    for part in whole.parts:
        if part.collected is not None:
            collecting.save(part.kind, source, part.collected)
    monkeypatch.setattr("records.fetching.read_along._read_checked", lambda _target, _source: None)
    for one in (*resources, *demo_others()):
        raw = msgspec.json.encode(one)
        source.keep.store(source.keep.name("entry", one["resourceType"], one["id"]), raw)
        source.keep.store(source.keep.name("along", one["resourceType"], one["id"]), raw)
    monkeypatch.setattr("records.service.take.load", lambda kinds, _source: only(whole, kinds))
    return source, whole


def only(whole: Whole, kinds: Iterable[Any]) -> Whole:
    wanted = [kind.slug for kind in kinds]
    return Whole(tuple(part for part in whole.parts if part.kind.slug in wanted))


def taken(source: Source, cover: Cover = COVER, **order: Any) -> Taken:
    """All of it, or what an order says."""
    order.setdefault("sections", tuple(KINDS))
    return Gathering(Order(**order), source).taken(cover)


def written(made: Iterator[bytes]) -> bytes:
    return b"".join(made)


def pages(whole: Whole, source: Source) -> Iterator[tuple[str, Row]]:
    """The page of every entry that has a row of its own, by the slug of its section: what an independent look finds."""
    for part in whole.parts:
        assert part.sifted is not None
        folded = set(part.sifted.folded)
        for logical_id, spot in part.sifted.by_id.items():
            if "#" not in logical_id and spot not in folded:
                yield (
                    part.kind.slug,
                    load_entry(part.kind, logical_id, source=source, addresses=Elsewhere()).row,
                )


def bare(text: str) -> str:
    """Words without the blanks, which every form sets otherwise."""
    return "".join(text.split())
