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
    chooser = Chooser(grouped, marks)
    choices = chooser.choices(wish, at_least=not entries.is_complete, one_measure=look.series is not None)
    return grouped.part(chooser.part(wish)) if wish.is_part else grouped, choices


class _Counted(NamedTuple):
    """How many entries each heading and each year has left under the other choices, and how many are left out: in all,
    for want of a date, and because nothing tells whether they are marked."""

    statuses: Counter[str]
    years: Counter[str]
    outside: int
    undated: int
    untold: int


class Chooser:
    """The places of one list, with the day of each.

    Args:
        marks: of each entry whether it is marked, and None where that cannot be told; empty where nobody asked.
    """

    def __init__(self, grouped: Grouped, marks: Mapping[Spot, bool | None]) -> None:
        self._kind, self._places = grouped.entries.kind, grouped.places
        self._by_heading, self._marks = grouped.by_heading, marks
        self._days = grouped.days()

    def part(self, wish: Wish) -> list[Place]:
        """The places of a wish; all of them where nothing is left out."""
        return [
            place
            for place, day in zip(self._places, self._days, strict=True)
            if self._fits(place, day, wish) and self._of_year(day, wish) and self._of_status(place, wish)
        ]

    def _of_year(self, day: str, wish: Wish) -> bool:
        return not wish.year or (day[:4] or UNDATED) == wish.year

    def _of_status(self, place: Place, wish: Wish) -> bool:
        return not wish.status or not self._by_heading or place[0] == wish.status

    def _fits(self, place: Place, day: str, wish: Wish) -> bool:
        """Whether it is in the range of dates, and marked if that is wished."""
        if (wish.since or wish.until) and not date_range.touches(day, wish.since, wish.until):
            return False
        return not wish.marked or (place[1] is not None and bool(self._marks.get(place[1])))

    def choices(self, wish: Wish, *, at_least: bool, one_measure: bool = False) -> Choices | None:
        """What there is to choose from, each with what is left of it under the other choices; None for a short list."""
        if len(self._places) <= FEW and not wish.is_made:
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
        for place, day in zip(self._places, self._days, strict=True) if wish.is_part else ():
            slug, spot = place
            if spot is None:
                continue
            every += 1
            if not self._fits(place, day, wish):
                undated += not day
                untold += wish.marked and self._marks.get(spot) is None
                continue
            of_year, of_status = self._of_year(day, wish), self._of_status(place, wish)
            statuses[slug] += of_year
            years[day[:4] or UNDATED] += of_status
            inside += of_year and of_status
        return _Counted(statuses, years, every - inside, undated, untold)
