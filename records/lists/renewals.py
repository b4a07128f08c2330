"""Renewals of one medicine, folded under the newest of them. No entry is dropped by it.

Each is an entry of its own that is counted, searched and linked like any other; it only stands inside another's row.
Only where they are on the page matters here; which are the same, a kind says (`Kind.same`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.lists.choosing import OLDEST
from records.lists.entries import Entries, Place
from records.lists.headings import Headings
from records.reading.places import Sifted, Spot
from records.words.rows import Row, replace
from records.words.sections import RowGroup

DAY_SIGNS = 10


@dataclass(frozen=True, slots=True)
class Renewals(Headings):
    """A list under the headings of its kind, with the same side by side where the newest of them stands.

    `under`: by the newest of them, the others, newest first. Where the oldest entries are wished first nothing is
    folded, nor on the overview.
    """

    under: Mapping[Spot, Sequence[Spot]]

    @classmethod
    def of(cls, entries: Entries) -> Headings:  # type: ignore[override]  # plain where none fold
        return _folded(Headings.of(entries))

    def part(self, places: Sequence[Place]) -> Headings:  # type: ignore[override]
        return _folded(Headings(self.entries, tuple(places)))

    def cuts(self) -> list[tuple[int, int]]:
        """Pages are of `rows` entries, those that are folded counted; what is folded is never torn from the one that it
        stands under, so a page may hold less, or more."""
        bounds: list[tuple[int, int]] = []
        begin = end = 0
        while end < len(self.places):
            spot = self.places[end][1]
            size = 1 + (len(self.under.get(spot, ())) if spot is not None else 0)
            if end > begin and end - begin + size > self.entries.look.rows:
                bounds.append((begin, end))
                begin = end
            end += size
        return [*bounds, (begin, end)]

    def finished(self, rows: dict[Spot, Row]) -> dict[Spot, Row]:
        """The rows with those that are folded inside the others, and no more beside them."""
        found = dict(rows)
        for newest, others in self.under.items():
            if newest in rows:
                here = tuple(found.pop(spot) for spot in others)
                found[newest] = replace(
                    rows[newest],
                    others=here,
                    others_say=_say(newest, others, self.entries.sifted, complete=self.entries.is_complete),
                    others_differ=_differ(rows[newest], here),
                )
        return found

    def groups(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        return self._by_heading(chosen, rows)


def _folded(plain: Headings) -> Headings:
    """Renewals of one medicine side by side, where the newest of them stands; the list as it is where none are."""
    entries = plain.entries
    if entries.look.only_now or entries.look.wish.order == OLDEST:
        return plain
    here = {spot for _slug, spot in plain.places if spot is not None}
    under: dict[Spot, list[Spot]] = {}
    for spots in entries.sifted.same.values():
        chosen = [spot for spot in spots if spot in here]
        if len(chosen) > 1:
            under[chosen[0]] = chosen[1:]
    if not under:
        return plain
    inner = {spot for others in under.values() for spot in others}
    together: list[Place] = []
    for slug, spot in plain.places:
        if spot not in inner:
            together.append((slug, spot))
            together += [(slug, other) for other in under.get(spot, ())] if spot is not None else []
    return Renewals(entries, tuple(together), under)


def _say(newest: Spot, others: Sequence[Spot], sifted: Sifted, *, complete: bool) -> str:
    years = sorted({sifted.year(spot) for spot in others})
    span = years[0]
    if len(years) > 1:
        span = _now("%(start)s to %(end)s") % {"start": years[0], "end": years[-1]}
    if all(sifted.day(spot)[:DAY_SIGNS] < sifted.day(newest)[:DAY_SIGNS] for spot in others):
        words = ngettext(
            "%(count)d earlier entry of the same medicine, %(years)s",
            "%(count)d earlier entries of the same medicine, %(years)s",
            len(others),
        )
    else:
        words = ngettext(
            "%(count)d more entry of the same medicine, %(years)s",
            "%(count)d more entries of the same medicine, %(years)s",
            len(others),
        )
    words = words % {"count": len(others), "years": span}
    return words if complete else _now("So far: %s") % words


def _differ(newest: Row, others: Sequence[Row]) -> str:
    if all(str(one.line) == str(newest.line) for one in others):
        return ""
    return _now("How to take it is not the same in all of them.")
