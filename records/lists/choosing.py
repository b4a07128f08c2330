"""A part of a long list: of one status, of one year, of a range of dates, or what is marked; and in which order.

Every entry is in exactly one part of each choice, those without a date too, so that the counts add up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir.elements import Observation
from records.kinds.base import AnyKind, Group, Heading, alike
from records.lists import date_range
from records.lists.reports import Held, Place
from records.reading.sifting import Sifted, Spot
from records.words.rows import Choice, Choices, DateRange, Row, RowGroup, Words, replace

Found = TypeVar("Found")

LONG = 20
"""Entries above which a list is parted by years."""

FEW = 8
"""Entries up to which a list offers no choice: it is seen at a glance."""

UNDATED = "undated"
_YEAR = re.compile(rf"\d{{4}}|{UNDATED}", re.ASCII)

NEWEST, OLDEST, BY_NAME = "newest", "oldest", "name"
ORDERS: dict[str, Words] = {
    NEWEST: _("Newest first"),
    OLDEST: _("Oldest first"),
    BY_NAME: _("By name, A to Z"),
}
OWN_ORDER = _("What matters most first")
"""The order of a kind that ranks its entries, before any date."""

COUNTED: dict[str, Words] = {
    NEWEST: _("%(first)s to %(last)s of %(total)s, newest first"),
    OLDEST: _("%(first)s to %(last)s of %(total)s, oldest first"),
    BY_NAME: _("%(first)s to %(last)s of %(total)s, by name"),
    "": _("%(first)s to %(last)s of %(total)s"),
}
COUNTED_SO_FAR: dict[str, Words] = {
    NEWEST: _("%(first)s to %(last)s of at least %(total)s, newest first"),
    OLDEST: _("%(first)s to %(last)s of at least %(total)s, oldest first"),
    BY_NAME: _("%(first)s to %(last)s of at least %(total)s, by name"),
    "": _("%(first)s to %(last)s of at least %(total)s"),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which part of a list is wished, and in which order; by default all of it, as the kind orders it.

    `status` and `year`: of a heading, of a year or "undated". `since` and `until`: dates of FHIR, as precise as typed.
    `marked`: only what is outside its usual range or marked as out of the ordinary. `order`: one of `ORDERS`. `typed`:
    the dates as they were typed, also where they are of no use; then `problem` says why.
    """

    status: str = ""
    year: str = ""
    since: str = ""
    until: str = ""
    marked: bool = False
    order: str = ""
    typed: tuple[str, str] = ("", "")
    problem: Words = ""

    @property
    def is_part(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.status or self.year or self.since or self.until or self.marked)

    @property
    def is_made(self) -> bool:
        """Whether anything was chosen or typed."""
        return self.is_part or bool(self.order or any(self.typed))

    @property
    def address(self) -> dict[str, str]:
        """The same as it stands in an address."""
        since, until = self.typed
        return {
            "status": self.status,
            "year": self.year,
            "from": since,
            "to": until,
            "marked": "yes" if self.marked else "",
            "sort": self.order,
        }


EVERYTHING = Wish()
"""All of a list, in the order of its kind."""


def wished(asked: Mapping[str, str], *, kind: AnyKind | None = None, one_measure: bool = False) -> Wish:
    """What an address wishes. What is no choice is left out; a date that is none is kept as typed, and explained.

    Args:
        asked: the query of the address.
        kind: whose list it is; None for the timeline, which has no statuses, marks and names.
        one_measure: it is the list of one measure alone, whose entries have one name.
    """
    typed = (
        asked.get("from", "").strip()[: date_range.LONGEST],
        asked.get("to", "").strip()[: date_range.LONGEST],
    )
    problem = date_range.problem(*typed)
    since, until = ("", "") if problem else map(date_range.understood, typed)
    order, status = asked.get("sort", ""), asked.get("status", "")
    usual = NEWEST if kind is None or kind.rank is alike else ""
    if order not in ORDERS or order == usual or (order == BY_NAME and (kind is None or one_measure)):
        order = ""
    return Wish(
        status=status if kind is not None and any(h.slug == status for h in kind.headings) else "",
        year=year_asked(asked.get("year", "")),
        since=since,
        until=until,
        marked=kind is not None and can_be_marked(kind) and asked.get("marked") == "yes",
        order=order,
        typed=typed,
        problem=problem,
    )


def year_asked(value: str) -> str:
    """A year of an address, if it is one: four digits, or "undated"."""
    return value if _YEAR.fullmatch(value) else ""


def dates_of(wish: Wish) -> DateRange:
    """The range of dates of a wish, as its two fields show it."""
    since, until = wish.typed
    wrong_since, wrong_until = date_range.wrong(since, until)
    return DateRange(
        since=since,
        until=until,
        words=date_range.range_words(wish.since, wish.until),
        problem=wish.problem,
        wrong_since=wrong_since,
        wrong_until=wrong_until,
    )


def can_be_marked(kind: AnyKind) -> bool:
    """Whether entries of a kind are measured against a usual range, or marked by whoever measured them."""
    return issubclass(kind.model, Observation) and kind.group is Group.MEASURES and kind.folds is None


def year_words(name: str) -> Words:
    """A year, or that there is none."""
    return _("Without a date") if name == UNDATED else name


def orders_of(kind: AnyKind | None) -> tuple[tuple[str, Words], ...]:
    """The orders to choose from, the usual one first, by their words in an address; without a kind those by date."""
    if kind is None:
        return (("", ORDERS[NEWEST]), (OLDEST, ORDERS[OLDEST]))
    if kind.rank is not alike:
        return (("", OWN_ORDER), *ORDERS.items())
    return (("", ORDERS[NEWEST]), *((name, ORDERS[name]) for name in (OLDEST, BY_NAME)))


def count_line(first: int, last: int, total: int, *, order: str, at_least: bool) -> str:
    """ "1 to 50 of 1,143, oldest first"."""
    sentence = (COUNTED_SO_FAR if at_least else COUNTED)[order]
    numbers = {"first": first, "last": last, "total": total}
    return str(sentence) % {
        name: number_format(value, use_l10n=True, force_grouping=True) for name, value in numbers.items()
    }


def order_of(kind: AnyKind, wish: Wish) -> str:
    """The order of a list by a word of `ORDERS`; empty where the kind has one of its own."""
    return wish.order or (NEWEST if kind.rank is alike else "")


class Chooser:
    """The places of one list, with the day of each.

    Args:
        marks: of each entry whether it is marked, and None where that cannot be told; empty where nobody asked.
    """

    def __init__(
        self,
        kind: AnyKind,
        places: Sequence[Place],
        sifted: Sifted,
        held: Held | None,
        marks: Mapping[Spot, bool | None],
    ) -> None:
        self._kind, self._places, self._held, self._marks = kind, places, held, marks
        days = {panel.slug: panel.day for panel in held.panels} if held is not None else {}
        day = sifted.day
        # What a report holds stands with it, on the day of the report.
        self._days = [days.get(slug) or (day(spot) if spot is not None else "") for slug, spot in places]

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
        return not wish.status or self._held is not None or place[0] == wish.status

    def _fits(self, place: Place, day: str, wish: Wish) -> bool:
        """Whether it is in the range of dates, and marked if that is wished."""
        if (wish.since or wish.until) and not date_range.touches(day, wish.since, wish.until):
            return False
        return not wish.marked or (place[1] is not None and bool(self._marks.get(place[1])))

    def choices(self, wish: Wish, *, at_least: bool, one_measure: bool = False) -> Choices | None:
        """What there is to choose from, each with what is left of it under the other choices; None for a short list."""
        if len(self._places) <= FEW and not wish.is_made:
            return None
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
        headings = [h for h in self._kind.headings if statuses[h.slug] or h.slug == wish.status]
        named = sorted(
            {*(name for name, count in years.items() if count), *filter(None, [wish.year])},
            key=lambda name: "" if name == UNDATED else name,
            reverse=True,
        )
        return Choices(
            statuses=()
            if self._held is not None or len(self._kind.headings) == 1
            else tuple(Choice(h.slug, h.title, statuses[h.slug]) for h in headings),
            years=tuple(Choice(name, year_words(name), years[name]) for name in named),
            status=wish.status,
            year=wish.year,
            dates=dates_of(wish),
            can_be_marked=can_be_marked(self._kind),
            marked=wish.marked,
            orders=orders_of(None if one_measure else self._kind),
            order=wish.order,
            outside=every - inside,
            undated=undated if wish.since or wish.until else 0,
            untold=untold,
            at_least=at_least,
            is_made=wish.is_made,
        )


def by_year(
    kind: AnyKind,
    chosen: Sequence[Place],
    places: Sequence[Place],
    rows: Mapping[Spot, Row],
    sifted: Sifted,
    wish: Wish,
) -> tuple[RowGroup, ...] | None:
    """The rows of a page under their years, where a long list has one heading alone and stands by date alone."""
    slugs = {slug for slug, _spot in places}
    by_date = order_of(kind, wish) in {NEWEST, OLDEST}
    if len(places) <= LONG or len(slugs) != 1 or kind.as_table or not by_date:
        return None
    totals = Counter(sifted.year(spot) or UNDATED for _slug, spot in places if spot is not None)
    here = [spot for _slug, spot in chosen if spot is not None]
    sentence = next(heading.sentence for heading in kind.headings if heading.slug in slugs)
    groups: list[RowGroup] = []
    of_years: dict[str, list[Spot]] = {}
    for spot in here:
        of_years.setdefault(sifted.year(spot) or UNDATED, []).append(spot)
    for name, spots in in_order(of_years, wish):
        groups.append(
            RowGroup(
                slug=f"year-{name}",
                title=year_words(name),
                sentence="" if groups else sentence_of(sentence, wish),
                rows=tuple(rows[spot] for spot in spots),
                total=totals[name],
            )
        )
    return tuple(groups)


def in_order(of_years: Mapping[str, Found], wish: Wish) -> list[tuple[str, Found]]:
    """Years in the order of a list, undated last, each once: the evening of December 31 stands after a day recorded as
    January 1 alone, as its moment may be later."""
    years = sorted(of_years.keys() - {UNDATED}, reverse=wish.order != OLDEST)
    return [(name, of_years[name]) for name in (*years, UNDATED) if name in of_years]


def by_heading(
    kind: AnyKind,
    chosen: Sequence[Place],
    places: Sequence[Place],
    rows: Mapping[Spot, Row],
    wish: Wish,
) -> tuple[RowGroup, ...]:
    """The rows of a page under the kind's headings; in a long list by date, undated ones of each under their own.

    What is folded under another has no row of its own among `rows`.
    """
    part_undated = len(places) > LONG and order_of(kind, wish) in {NEWEST, OLDEST}
    totals = Counter((slug, bool(spot.when)) for slug, spot in places if spot is not None)
    found: list[RowGroup] = []
    for heading in kind.headings:
        here = [spot for slug, spot in chosen if slug == heading.slug and spot is not None]
        dated, undated = totals[heading.slug, True], totals[heading.slug, False]
        apart = part_undated and dated and undated
        first = [spot for spot in here if spot.when or not apart]
        if first:
            found.append(
                RowGroup(
                    slug=heading.slug,
                    title=heading.title,
                    sentence=sentence_of(heading.sentence, wish),
                    rows=tuple(under(heading, rows[spot]) for spot in first if spot in rows),
                    total=dated if apart else dated + undated,
                )
            )
        if len(first) < len(here):
            alone = len(kind.headings) == 1
            title = _now("%s: without a date") % heading.title if not alone else year_words(UNDATED)
            last = tuple(under(heading, rows[spot]) for spot in here if not spot.when)
            found.append(RowGroup(slug=f"{heading.slug}-undated", title=title, rows=last, total=undated))
    return tuple(found)


def under(heading: Heading, row: Row) -> Row:
    """A row for a list, without the status that its heading says already: "Current" under "Current"."""
    status = row.status
    if status is not None and ((status.plain and heading.now) or status in heading.says):
        return replace(row, status=None)
    return row


def sentence_of(sentence: Words, wish: Wish) -> Words:
    """What stands under a heading; where it only says the order, the order that was chosen."""
    if wish.order and str(sentence) == str(ORDERS[NEWEST]):
        return ORDERS[wish.order]
    return sentence
