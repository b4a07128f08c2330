"""Renewals of one medicine, folded under the newest of them. No entry is dropped by it.

Each is an entry of its own that is counted, searched and linked like any other; it only stands inside another's row.
Only where they are on the page matters here; which are the same, a kind says (`Kind.same`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.lists.reports import Place
from records.reading.sifting import Sifted, Spot
from records.words.rows import Row, replace

DAY_SIGNS = 10


@dataclass(frozen=True, slots=True)
class Folded:
    """The places of a list with the same side by side. `under`: by the newest of them, the others, newest first."""

    places: list[Place]
    under: Mapping[Spot, Sequence[Spot]]

    def cut(self, rows: int) -> list[tuple[int, int]]:
        """Where each page begins and ends; there is always one. Pages are of `rows` entries, those that are folded
        counted; what is folded is never torn from the one that it stands under, so a page may hold less, or more."""
        bounds: list[tuple[int, int]] = []
        begin = end = 0
        while end < len(self.places):
            spot = self.places[end][1]
            size = 1 + (len(self.under.get(spot, ())) if spot is not None else 0)
            if end > begin and end - begin + size > rows:
                bounds.append((begin, end))
                begin = end
            end += size
        return [*bounds, (begin, end)]

    def rows(self, rows: Mapping[Spot, Row], sifted: Sifted, *, complete: bool) -> dict[Spot, Row]:
        """The rows of a page with those that are folded inside the others, and no more beside them. `complete`: none of
        the list is still to come."""
        found = dict(rows)
        for newest, others in self.under.items():
            if newest in rows:
                here = tuple(found.pop(spot) for spot in others)
                found[newest] = replace(
                    rows[newest],
                    others=here,
                    others_say=_say(newest, others, sifted, complete=complete),
                    others_differ=_differ(rows[newest], here),
                )
        return found


def fold(places: Sequence[Place], sifted: Sifted) -> Folded | None:
    """Puts renewals of one medicine side by side, where the newest of them stands.

    Args:
        places: of the list or the part of it that is shown, in its order.
        sifted: knows which entries are of the same (`Sifted.same`, newest first).

    Returns:
        None where no two of them are of the same.
    """
    here = {spot for _slug, spot in places if spot is not None}
    under: dict[Spot, list[Spot]] = {}
    for spots in sifted.same.values():
        chosen = [spot for spot in spots if spot in here]
        if len(chosen) > 1:
            under[chosen[0]] = chosen[1:]
    if not under:
        return None
    inner = {spot for others in under.values() for spot in others}
    together: list[Place] = []
    for slug, spot in places:
        if spot not in inner:
            together.append((slug, spot))
            together += [(slug, other) for other in under.get(spot, ())] if spot is not None else []
    return Folded(together, under)


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
