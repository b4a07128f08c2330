"""Everything by date: the entries of all sections in one list, newest first, undated ones at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from records.fetching.source import Source
from records.lists import date_range
from records.lists.choosing import (
    EVERYTHING,
    NEWEST,
    OLDEST,
    UNDATED,
    Wish,
    count_line,
    dates_of,
    in_order,
    orders_of,
    year_words,
)
from records.lists.whole import Part, Whole, rows_at
from records.reading.addresses import Addresses
from records.reading.places import Spot
from records.words import protection
from records.words.ages import with_age
from records.words.rows import Row, Words, replace
from records.words.sections import NO_RANGE, DateRange, Pages, RowGroup

ROWS_A_PAGE = 50


class Place(NamedTuple):
    """One entry: when, of which part, where in it, and the year that is shown; empty where undated."""

    when: str
    part: int
    spot: Spot
    year: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """One page of it, `number`. `sections` and `years` are the choices, each with how many entries it has.

    `dates`, `orders` and `order` as in `rows.Choices`. `outside`: how many entries the choices leave out, among them
    `undated` because a range of dates is chosen. `is_made`: anything was chosen or typed.
    """

    groups: tuple[RowGroup, ...]
    pages: Pages
    sections: tuple[tuple[str, Words, int], ...]
    years: tuple[tuple[str, Words, int], ...]
    total: int
    number: int = 1
    dates: DateRange = NO_RANGE
    orders: tuple[tuple[str, Words], ...] = ()
    order: str = ""
    outside: int = 0
    undated: int = 0
    is_made: bool = False


@dataclass(frozen=True, slots=True)
class TimelineLook:
    """Which part of it is looked at.

    Attributes:
        section: a kind's slug; empty for all. What does not exist finds nothing.
        wish: its year, its range of dates, its order.
        number: the page, from 1; beyond the last one it is the last.
        born: a FHIR date, for how old a child was where that matters; None where it is not known.
    """

    section: str = ""
    wish: Wish = EVERYTHING
    number: int = 1
    born: str | None = None


def load_timeline(
    whole: Whole, *, source: Source, addresses: Addresses, look: TimelineLook | None = None
) -> Timeline:
    """One page of fifty, of all sections or one, of all years or one."""
    look = look or TimelineLook()
    parts, every, wish, section = whole.parts, _places(whole), look.wish, look.section
    if wish.order == OLDEST:
        every.sort(key=lambda place: (not place.when, place.when))
    places = [place for place in every if _touches(place, parts, wish)] if wish.since or wish.until else every
    of_year = [place for place in places if not wish.year or _year(place) == wish.year]
    of_section = [place for place in places if not section or parts[place.part].kind.slug == section]
    chosen = [place for place in of_year if not section or parts[place.part].kind.slug == section]
    counted, years = Counter(place.part for place in of_year), Counter(map(_year, of_section))
    number = max(1, min(look.number, -(-len(chosen) // ROWS_A_PAGE)))
    first = (number - 1) * ROWS_A_PAGE
    shown = chosen[first : first + ROWS_A_PAGE]
    rows = _rows(shown, whole, source, addresses, look.born)
    return Timeline(
        groups=_groups(shown, rows, Counter(map(_year, chosen)), wish),
        pages=_pages(first, len(shown), len(chosen), wish, at_least=whole.is_open),
        sections=tuple(
            (part.kind.slug, part.kind.title, counted[index])
            for index, part in enumerate(parts)
            if counted[index] or part.kind.slug == section
        ),
        years=tuple(
            (name, year_words(name), years[name])
            for name in sorted({*years, *filter(None, [wish.year])}, key=_year_order, reverse=True)
        ),
        total=len(every),
        number=number,
        dates=dates_of(wish),
        orders=orders_of(None),
        order=wish.order,
        outside=len(every) - len(chosen),
        undated=sum(not place.when for place in every) if wish.since or wish.until else 0,
        is_made=bool(section or wish.is_made),
    )


def _pages(before: int, shown: int, total: int, wish: Wish, *, at_least: bool) -> Pages:
    first, last = before + 1 if shown else 0, before + shown
    words = count_line(first, last, total, order=wish.order or NEWEST, at_least=at_least)
    return Pages(first=first, last=last, total=total, at_least=at_least, words=words, order=wish.order)


def _places(whole: Whole) -> list[Place]:
    found = []
    for index, part in enumerate(whole.parts):
        if part.sifted is None:
            continue
        spots = [
            *(spot for spots in part.sifted.groups.values() for spot in spots),
            *part.sifted.statements,
            *part.sifted.unreadable,
        ]
        found += [Place(spot.when, index, spot, part.sifted.year(spot)) for spot in spots]
    found.sort(key=lambda place: place.when, reverse=True)
    return found


def _touches(place: Place, parts: Sequence[Part], wish: Wish) -> bool:
    sifted = parts[place.part].sifted
    return sifted is not None and date_range.touches(sifted.day(place.spot), wish.since, wish.until)


def _year(place: Place) -> str:
    return place.year or UNDATED


def _year_order(name: str) -> str:
    return "" if name == UNDATED else name


def _rows(
    shown: list[Place], whole: Whole, source: Source, addresses: Addresses, born: str | None
) -> dict[Place, Row]:
    rows: dict[Place, Row] = {}
    for index in dict.fromkeys(place.part for place in shown):
        here = [place for place in shown if place.part == index]
        rows.update(_rows_of(whole.parts[index], here, source, addresses, born))
    return rows


def _rows_of(
    part: Part, places: list[Place], source: Source, addresses: Addresses, born: str | None
) -> dict[Place, Row]:
    found = rows_at(part, (place.spot for place in places), source, addresses)
    rows = {}
    for place in places:
        row = found[place.spot]
        kept = tuple(words for words in row.asides if words is protection.EXTRA or words in row.caveats)
        row = replace(row, asides=(part.kind.title, *kept), who="")
        rows[place] = with_age(row, born) if part.kind.with_ages else row
    return rows


def _groups(
    shown: list[Place], rows: dict[Place, Row], totals: Counter[str], wish: Wish
) -> tuple[RowGroup, ...]:
    of_years: dict[str, list[Place]] = {}
    for place in shown:
        of_years.setdefault(_year(place), []).append(place)
    return tuple(
        RowGroup(
            slug=f"year-{name}",
            title=year_words(name),
            rows=tuple(rows[place] for place in places),
            total=totals[name],
        )
        for name, places in in_order(of_years, wish)
    )
