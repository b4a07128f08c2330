"""A list as its reader wishes it: narrowed, sorted, and what there is to choose from.

By status, year and date a list is narrowed and sorted by its heads alone. Only for marks and names are all its entries
read, and only where that is asked for. What was found is kept beside the pages, as their places are (`reading.kept`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from records.lists import date_range
from records.lists.choosing import (
    FEW,
    UNDATED,
    Wish,
    can_be_marked,
    dates_of,
    orders_of,
    year_words,
)
from records.lists.entries import Place
from records.lists.facets import Facets, facets_of
from records.lists.grouping import Grouped
from records.lists.out_of_ordinary import marks_of
from records.reading.places import Spot
from records.words.sections import Choice, Choices


def choose(grouped: Grouped) -> tuple[Grouped, Choices | None]:
    """The list as wished, and the choices there are; None for a short list, and for the overview, which has none.

    Raises:
        Gone: a page is no longer kept.
    """
    entries = grouped.entries
    look, wish = entries.look, entries.look.wish
    if look.only_now:
        return grouped, None
    spots = [spot for _slug, spot in grouped.places if spot is not None]
    marks = marks_of(entries, spots) if wish.marked else {}
    if wish.order:
        grouped = grouped.in_order(wish.order)
    chooser = Chooser(grouped, marks, facets_of(entries, spots) if _offers(grouped, wish) else Facets())
    choices = chooser.choices(wish, at_least=not entries.is_complete, one_measure=look.series is not None)
    return grouped.part(chooser.part(wish)) if wish.is_part else grouped, choices


def _offers(grouped: Grouped, wish: Wish) -> bool:
    """Whether there is something to choose from: a short list is seen at a glance."""
    return len(grouped.places) > FEW or wish.is_made


class _Counted(NamedTuple):
    """How many entries each heading, each year and each part by a facet has left under the other choices, and how many
    are left out: in all, for want of a date, and because nothing tells whether they are marked."""

    statuses: Counter[str]
    years: Counter[str]
    facets: list[Counter[str]]
    outside: int
    undated: int
    untold: int


class Chooser:
    """The places of one list, with the day of each.

    Args:
        marks: of each entry whether it is marked, and None where that cannot be told; empty where nobody asked.
        facets: in which parts each entry stands, for kinds that have such.
    """

    def __init__(self, grouped: Grouped, marks: Mapping[Spot, bool | None], facets: Facets) -> None:
        self._grouped, self._facets = grouped, facets
        self._kind, self._places = grouped.entries.kind, grouped.places
        self._by_heading, self._marks = grouped.by_heading, marks
        self._days = grouped.days()

    def part(self, wish: Wish) -> list[Place]:
        """The places of a wish; all of them where nothing is left out."""
        return [
            place
            for place, day in zip(self._places, self._days, strict=True)
            if self._fits(place, day, wish) and all(self._of_parts(place, day, wish))
        ]

    def _of_parts(self, place: Place, day: str, wish: Wish) -> list[bool]:
        """Whether it is of the status, of the year, and of the part by each facet."""
        by_facet = self._facets.fits(place[1], dict(wish.facets)) if self._facets.facets else ()
        return [self._of_status(place, wish), not wish.year or (day[:4] or UNDATED) == wish.year, *by_facet]

    def _of_status(self, place: Place, wish: Wish) -> bool:
        return not wish.status or not self._by_heading or place[0] == wish.status

    def _fits(self, place: Place, day: str, wish: Wish) -> bool:
        """Whether it is in the range of dates, and marked if that is wished."""
        if (wish.since or wish.until) and not date_range.touches(day, wish.since, wish.until):
            return False
        return not wish.marked or (place[1] is not None and bool(self._marks.get(place[1])))

    def choices(self, wish: Wish, *, at_least: bool, one_measure: bool = False) -> Choices | None:
        """What there is to choose from, each with what is left of it under the other choices; None for a short list."""
        if not _offers(self._grouped, wish):
            return None
        counted = self._count(wish)
        headings = [h for h in self._kind.headings if counted.statuses[h.slug] or h.slug == wish.status]
        named = sorted(
            {*(name for name, count in counted.years.items() if count), *filter(None, [wish.year])},
            key=lambda name: "" if name == UNDATED else name,
            reverse=True,
        )
        return Choices(
            statuses=()
            if not self._by_heading or len(self._kind.headings) == 1
            else tuple(Choice(h.slug, h.title, counted.statuses[h.slug]) for h in headings),
            years=tuple(Choice(name, year_words(name), counted.years[name]) for name in named),
            status=wish.status,
            year=wish.year,
            facets=self._facets.choices(counted.facets, dict(wish.facets)),
            dates=dates_of(wish),
            can_be_marked=can_be_marked(self._kind),
            marked=wish.marked,
            orders=orders_of(None if one_measure else self._kind),
            order=wish.order,
            outside=counted.outside,
            undated=counted.undated if wish.since or wish.until else 0,
            untold=counted.untold,
            at_least=at_least,
            is_made=wish.is_made,
        )

    def _count(self, wish: Wish) -> _Counted:
        statuses: Counter[str] = Counter()
        years: Counter[str] = Counter()
        facets: list[Counter[str]] = [Counter() for _facet in self._facets.facets]
        every = inside = undated = untold = 0
        if not wish.is_part:  # the quick way, for every look at a long list
            there = [
                (slug, day)
                for (slug, spot), day in zip(self._places, self._days, strict=True)
                if spot is not None
            ]
            every = inside = len(there)
            statuses.update(slug for slug, _day in there)
            years.update(day[:4] or UNDATED for _slug, day in there)
            for parts in self._facets.parts.values():
                for counter, here in zip(facets, parts, strict=True):
                    counter.update(here)
        for place, day in zip(self._places, self._days, strict=True) if wish.is_part else ():
            slug, spot = place
            if spot is None:
                continue
            every += 1
            if not self._fits(place, day, wish):
                undated += not day
                untold += wish.marked and self._marks.get(spot) is None
                continue
            of = self._of_parts(place, day, wish)
            misses = of.count(False)
            inside += not misses
            # Of each choice is counted what the others leave.
            statuses[slug] += misses == (not of[0])
            years[day[:4] or UNDATED] += misses == (not of[1])
            for counter, here, fits in zip(facets, self._facets.parts.get(spot, ()), of[2:], strict=False):
                counter.update(here if misses == (not fits) else ())
        return _Counted(statuses, years, facets, every - inside, undated, untold)
