"""A list under the headings of its kind, a long one under its years: the plain way, from which the others differ."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.utils.translation import gettext as _now

from records.kinds.base import Heading, Known
from records.lists.choosing import BY_NAME, LONG, NEWEST, OLDEST, UNDATED, order_of, sentence_of, year_words
from records.lists.choosing import in_order as years_in_order
from records.lists.entries import Entries, Place
from records.lists.names import in_order, names_of
from records.reading.places import Spot
from records.reading.rows import Found
from records.words.rows import Notice, Row, replace
from records.words.sections import RowGroup


@dataclass(frozen=True, slots=True)
class Headings:
    """The entries of a list, heading after heading. See `records.lists.grouping.Grouped`."""

    entries: Entries
    places: tuple[Place, ...]

    @classmethod
    def of(cls, entries: Entries) -> Self:
        """Every entry; for the overview those of the headings that say what is so now, of a measure all of it."""
        look, sifted = entries.look, entries.sifted
        if look.series is not None:
            spots = sorted(sifted.series.get(look.series, ()), key=lambda spot: spot.when, reverse=True)
            return cls(entries, tuple((entries.kind.headings[0].slug, spot) for spot in spots))
        headings = [heading for heading in entries.kind.headings if heading.now or not look.only_now]
        return cls(entries, tuple((h.slug, spot) for h in headings for spot in sifted.ordered(h.slug)))

    @property
    def by_heading(self) -> bool:
        return True

    def days(self) -> list[str]:
        day = self.entries.sifted.day
        return [day(spot) if spot is not None else "" for _slug, spot in self.places]

    def part(self, places: Sequence[Place]) -> Self:
        return dataclasses.replace(self, places=tuple(places))

    def in_order(self, order: str) -> Self:
        spots = [spot for _slug, spot in self.places if spot is not None]
        names = names_of(self.entries, spots) if order == BY_NAME else {}
        found: list[Place] = []
        for slug, group in groupby(self.places, key=lambda place: place[0]):
            here = [spot for _slug, spot in group if spot is not None]
            found += [(slug, spot) for spot in in_order(here, names, order)]
        return self.part(found)

    def cuts(self) -> list[tuple[int, int]]:
        rows, every = self.entries.look.rows, len(self.places)
        return [(first, min(first + rows, every)) for first in range(0, every, rows)] or [(0, 0)]

    def besides(self, _chosen: Sequence[Place]) -> set[Spot]:
        return set()

    def known(self, known: Known, _spots: Sequence[Spot]) -> Known:
        return known

    def counted(self, _found: Mapping[Spot, Found | None]) -> dict[Spot, Row]:
        return {}

    def finished(self, rows: dict[Spot, Row]) -> dict[Spot, Row]:
        return rows

    def groups(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        look = self.entries.look
        if look.only_now or look.series is not None:
            return self._as_they_are(chosen, rows)
        return self._by_year(chosen, rows) or self._by_heading(chosen, rows)

    def notices(self) -> tuple[Notice, ...]:
        return ()

    def forget_withheld(self) -> None:
        return

    def _as_they_are(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        totals = Counter(slug for slug, _spot in self.places)
        return tuple(
            RowGroup(
                slug=heading.slug,
                title=heading.title,
                sentence=sentence_of(heading.sentence, self.entries.look.wish),
                rows=tuple(
                    rows[spot]
                    for slug, spot in chosen
                    if slug == heading.slug and spot is not None and spot in rows
                ),
                total=totals[heading.slug],
            )
            for heading in self.entries.kind.headings
            if any(slug == heading.slug for slug, _spot in chosen)
        )

    def _by_year(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        """Under their years, where a long list has one heading alone and stands by date alone."""
        kind, wish, sifted = self.entries.kind, self.entries.look.wish, self.entries.sifted
        slugs = {slug for slug, _spot in self.places}
        by_date = order_of(kind, wish) in {NEWEST, OLDEST}
        if len(self.places) <= LONG or len(slugs) != 1 or kind.as_table or not by_date:
            return ()
        totals = Counter(sifted.year(spot) or UNDATED for _slug, spot in self.places if spot is not None)
        here = [spot for _slug, spot in chosen if spot is not None]
        sentence = next(heading.sentence for heading in kind.headings if heading.slug in slugs)
        groups: list[RowGroup] = []
        of_years: dict[str, list[Spot]] = {}
        for spot in here:
            of_years.setdefault(sifted.year(spot) or UNDATED, []).append(spot)
        for name, spots in years_in_order(of_years, wish):
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

    def _by_heading(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        """Under the kind's headings; in a long list by date, undated ones of each under their own.

        What is folded under another has no row of its own among `rows`.
        """
        kind, wish = self.entries.kind, self.entries.look.wish
        part_undated = len(self.places) > LONG and order_of(kind, wish) in {NEWEST, OLDEST}
        totals = Counter((slug, bool(spot.when)) for slug, spot in self.places if spot is not None)
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
