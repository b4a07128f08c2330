"""Which results stand together: those of a report, and those of a set of results that no report holds.

FHIR R4 DiagnosticReport.result, Observation.hasMember.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from records.fhir.compartment import local
from records.fhir.elements import Reference
from records.kinds import inside
from records.reading.places import Sifted, Spot


@dataclass(frozen=True, slots=True)
class Panel:
    """Entries that stand together: those of a report, or those of a set of results, whose own entry is the first.

    `spots` are in the order in which the report names them. `report` is its place in what was collected of the reports.
    `expected`: how many it names. `day`: its date as recorded, without the time.
    """

    slug: str
    when: str
    spots: tuple[Spot, ...]
    day: str = ""
    report: Spot | None = None
    expected: int = 0


def under_reports(
    entries: Sifted, reports: Sifted, base: str, own: Iterable[str], *, complete: bool
) -> Iterator[Panel]:
    """The reports that hold something here, or that belong here by their own kind. Each result stands once: under the
    newest report that names it.

    Args:
        own: the headings of reports that are shown even where none of what they hold is.
        complete: whether all entries are there, so that a report without any really holds none of them.
    """
    taken: set[Spot] = set()
    ids = {spot: logical_id for logical_id, spot in reports.by_id.items()}
    found = sorted(
        ((spot, group) for group, spots in reports.groups.items() for spot in spots),
        key=lambda item: item[0].when,
        reverse=True,
    )
    for number, (spot, group) in enumerate(found, start=1):
        named = reports.members.get(spot, ())
        within = inside.holder(ids.get(spot), spot.page, spot.entry)
        pointed = (inside.pointed(one, within) for one in named)
        here = (*_within(pointed, entries, taken, base), *_left(entries.inside.get(within, ()), taken))
        # While not all results are there, an empty report may only be one whose results are still to come.
        if here or (group in own and (complete or not named)):
            yield Panel(
                slug=f"report-{number}",
                when=spot.when,
                day=reports.day(spot),
                spots=here,
                report=spot,
                expected=max(len(named), len(here)),
            )


def sets(sifted: Sifted, spots: Sequence[Spot], taken: set[Spot], base: str) -> Iterator[Panel]:
    """Sets of results that no report holds: an Observation with others as its members."""
    taken = set(taken)
    heads = [spot for spot in spots if spot in sifted.members]
    inner: set[Spot | None] = set()
    for spot in heads:
        inner.update({_named(reference, sifted, base) for reference in sifted.members[spot]} - {spot})
    for number, spot in enumerate((spot for spot in heads if spot not in inner), start=1):
        here = tuple(_within(sifted.members[spot], sifted, taken | {spot}, base))
        if here:
            taken.update(here)
            yield Panel(slug=f"set-{number}", when=spot.when, day=sifted.day(spot), spots=(spot, *here))


def _left(spots: Iterable[Spot], taken: set[Spot]) -> Iterator[Spot]:
    """What stands inside a report that does not name it."""
    for spot in spots:
        if spot not in taken:
            taken.add(spot)
            yield spot


def _within(named: Iterable[Reference], sifted: Sifted, taken: set[Spot], base: str) -> Iterator[Spot]:
    """The entries that are named, each followed by those that it names itself, in their order."""
    # Not by calling itself: a chain may be longer than Python lets calls stand in each other.
    below = [iter(named)]
    while below:
        for reference in below[-1]:
            spot = _named(reference, sifted, base)
            if spot is not None and spot not in taken:
                taken.add(spot)
                yield spot
                below.append(iter(sifted.members.get(spot, ())))
                break
        else:
            below.pop()


def _named(reference: Reference, sifted: Sifted, base: str) -> Spot | None:
    resource_type, _, logical_id = (reference.reference or "").partition("/")
    if resource_type == "Observation" and "/" not in logical_id:  # as nearly all are written
        return sifted.by_id.get(logical_id)
    target = local(reference, base=base)
    return sifted.by_id.get(target[1]) if target else None
