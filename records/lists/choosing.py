"""A part of a long list: of one status, of one year, of a range of dates, or what is marked; and in which order.

Every entry is in exactly one part of each choice, those without a date too, so that the counts add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from records.fhir.elements import Observation
from records.kinds.base import AnyKind, Group, alike
from records.lists import date_range
from records.words.rows import Words
from records.words.sections import DateRange

Found = TypeVar("Found")

LONG = 20
"""Entries above which a list is parted by years."""

FEW = 8
"""Entries up to which a list offers no choice: it is seen at a glance."""

UNDATED = "undated"
_PART = re.compile(r"[0-9a-f]{12}", re.ASCII)
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
    the dates as they were typed, also where they are of no use; then `problem` says why. `facets`: of each that is
    wished (`Kind.facets`), its name and the word for the part.
    """

    status: str = ""
    year: str = ""
    since: str = ""
    until: str = ""
    marked: bool = False
    order: str = ""
    typed: tuple[str, str] = ("", "")
    problem: Words = ""
    facets: tuple[tuple[str, str], ...] = ()

    @property
    def is_part(self) -> bool:
        """Whether it leaves anything out."""
        return bool(self.status or self.year or self.since or self.until or self.marked or self.facets)

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
            **dict(self.facets),
        }


EVERYTHING = Wish()
"""All of a list, in the order of its kind."""


ROWS_A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Look:
    """Which part of a section is looked at.

    `number`: which page of fifty, from 1. `only_now` and `rows`: for the overview. `series`: one measure alone.
    `wish`: which part of it and in which order; of no effect on the overview.
    """

    number: int = 1
    rows: int = ROWS_A_PAGE
    only_now: bool = False
    series: str | None = None
    wish: Wish = EVERYTHING


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
        facets=tuple(_facets_asked(asked, kind)) if kind is not None and not one_measure else (),
    )


def _facets_asked(asked: Mapping[str, str], kind: AnyKind) -> Iterator[tuple[str, str]]:
    for facet in kind.facets:
        word = asked.get(facet.name, "")
        if _PART.fullmatch(word):
            yield facet.name, word


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


def in_order(of_years: Mapping[str, Found], wish: Wish) -> list[tuple[str, Found]]:
    """Years in the order of a list, undated last, each once: the evening of December 31 stands after a day recorded as
    January 1 alone, as its moment may be later."""
    years = sorted(of_years.keys() - {UNDATED}, reverse=wish.order != OLDEST)
    return [(name, of_years[name]) for name in (*years, UNDATED) if name in of_years]


def sentence_of(sentence: Words, wish: Wish) -> Words:
    """What stands under a heading; where it only says the order, the order that was chosen."""
    if wish.order and str(sentence) == str(ORDERS[NEWEST]):
        return ORDERS[wish.order]
    return sentence
