"""A long list cut into pages of fifty: which of its entries stand on one, and the words for where that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from records.lists.choosing import count_line, order_of
from records.lists.drawn import newest
from records.lists.entries import Place
from records.lists.grouping import Grouped
from records.reading.places import Sifted, Spot
from records.words.sections import Pages


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of a list.

    Attributes:
        grouped: the list.
        number, count: which page it is, from 1, and of how many.
        first, end: where in the list's places it begins and ends.
        latest: the newest readings of each measure, newest first, where they stand before the list.
    """

    grouped: Grouped
    number: int
    count: int
    first: int
    end: int
    latest: dict[str, list[Spot]] = field(default_factory=dict)

    @property
    def chosen(self) -> Sequence[Place]:
        """The places on it."""
        return self.grouped.places[self.first : self.end]

    @property
    def spots(self) -> list[Spot]:
        """Every entry that it needs: its own, what groups and measures need besides, statements, what is unreadable."""
        sifted, chosen = self.grouped.entries.sifted, self.chosen
        spots = dict.fromkeys(spot for _slug, spot in chosen if spot is not None)
        for more in (
            sifted.statements,
            sifted.unreadable,
            *self.latest.values(),
            self.grouped.besides(chosen),
        ):
            spots.update(dict.fromkeys(more))
        return list(spots)


def cut(grouped: Grouped) -> ListPage:
    """The page that is looked at; the last one, where its number is beyond it."""
    look, bounds = grouped.entries.look, grouped.cuts()
    number = max(1, min(look.number, len(bounds)))
    first, end = bounds[number - 1]
    return ListPage(grouped, number, len(bounds), first, end, _latest(grouped))


def _latest(grouped: Grouped) -> dict[str, list[Spot]]:
    """The newest readings of each measure, for a list that stands under its kind's headings whole; of one measure alone
    its newest and the one before."""
    kind, look = grouped.entries.kind, grouped.entries.look
    if look.series is not None:
        both = newest(grouped.entries, look.series)
        return {look.series: list(both)} if both else {}
    if kind.series is None or not grouped.by_heading or look.wish.is_part:
        return {}
    return newest_of_each(grouped.entries.sifted, look.rows)


_when = attrgetter("when")


def newest_of_each(sifted: Sifted, most: int) -> dict[str, list[Spot]]:
    """The newest reading of each of those measures that were taken last, by the name of each."""
    newest = {name: [max(spots, key=_when)] for name, spots in sifted.series.items() if spots}
    if sifted.alike:  # of questionnaires: single answers that stand by themselves are no measures
        newest = {name: spots for name, spots in newest.items() if name in sifted.alike}
        if all(len(sifted.series[name]) == 1 for name in newest):
            return {}  # the list says as much
    return dict(sorted(newest.items(), key=lambda item: item[1][0].when, reverse=True)[:most])


def pages_of(page: ListPage) -> Pages:
    """Where a page stands in its list, and the pages around it, without their addresses."""
    entries, places = page.grouped.entries, page.grouped.places
    before, shown, total = (
        sum(spot is not None for _slug, spot in part) for part in (places[: page.first], page.chosen, places)
    )
    at_least, top = not entries.is_complete, before + 1 if shown else 0
    order = order_of(entries.kind, entries.look.wish)
    said = count_line(top, before + shown, total, order=order, at_least=at_least)
    return Pages(
        first=top,
        last=before + shown,
        total=total,
        at_least=at_least,
        words="" if entries.look.only_now else said,
        order=entries.look.wish.order,
    )
