"""Where every entry of a long list stands, kept beside its pages: sifting 10,000 heads costs more than a page of fifty.

What is kept is `Sifted`, encrypted like the pages and no longer than they. It belongs to exactly those pages: another
answer, another kind that asks the same, or a newer harvest has another name.
"""

from __future__ import annotations

import time

import msgspec

from records import harvest as harvesting
from records.cache import SECONDS_KEPT
from records.fhir.elements import Named
from records.harvest import Harvest
from records.kinds.base import AnyKind
from records.rows import Tally
from records.sifting import Sifted, Spot, sift
from records.source import Source

FEWEST_PAGES = 2
"""A list of one page is sifted as quickly as it would be looked up."""


class _Kept(msgspec.Struct, array_like=True):
    """`Sifted` in the form in which it is kept: a spot by its number where it stands a second time."""

    tally: Tally
    spots: list[Spot]
    groups: dict[str, list[int]]
    series: dict[str, list[int]]
    statements: list[int]
    statement_groups: list[tuple[int, str | None]]
    unreadable: list[int]
    elsewhere: int
    included: list[tuple[str, str, Named]]
    has_warning: bool


_decode = msgspec.msgpack.Decoder(_Kept).decode


def sifted(kind: AnyKind, source: Source, harvest: Harvest) -> Sifted:
    """All entries of a harvest in their places, as `sifting.sift` finds them; a copy of one's own.

    Raises:
        harvest.Gone: a page is no longer kept.
    """
    name = source.keep.name("sifted", kind.slug, *harvest.pages)
    kept = source.keep.load(name) if len(harvest.pages) >= FEWEST_PAGES else None
    if kept is not None:
        return _opened(_decode(kept))
    found = sift(kind, harvesting.contents(harvest, kind, source), patient=source.patient, base=source.base)
    # What came of another patient is told again at every look, and its pages are forgotten.
    if len(harvest.pages) >= FEWEST_PAGES and not found.tally.another_patient:
        left = SECONDS_KEPT - (time.time() - harvest.asked_at)
        source.keep.store(name, msgspec.msgpack.encode(_closed(found)), left)
    return found


def _closed(found: Sifted) -> _Kept:
    numbers: dict[Spot, int] = {}

    def of(spots: list[Spot]) -> list[int]:
        return [numbers.setdefault(spot, len(numbers)) for spot in spots]

    groups = {name: of(spots) for name, spots in found.groups.items()}
    series = {name: of(spots) for name, spots in found.series.items()}
    statements, unreadable = of(found.statements), of(found.unreadable)
    kept = [(numbers[spot], group) for spot, group in found.statement_groups.items()]
    return _Kept(
        tally=found.tally,
        spots=list(numbers),
        groups=groups,
        series=series,
        statements=statements,
        statement_groups=kept,
        unreadable=unreadable,
        elsewhere=found.elsewhere,
        included=[(*target, named) for target, named in found.included.items()],
        has_warning=found.has_warning,
    )


def _opened(kept: _Kept) -> Sifted:
    spots = kept.spots

    def of(numbers: list[int]) -> list[Spot]:
        return [spots[number] for number in numbers]

    return Sifted(
        tally=kept.tally,
        groups={name: of(numbers) for name, numbers in kept.groups.items()},
        series={name: of(numbers) for name, numbers in kept.series.items()},
        statements=of(kept.statements),
        statement_groups={spots[number]: group for number, group in kept.statement_groups},
        unreadable=of(kept.unreadable),
        elsewhere=kept.elsewhere,
        included={(a, b): named for a, b, named in kept.included},
        has_warning=kept.has_warning,
    )
