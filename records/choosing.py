"""A part of a long list: the entries of one status, of one year, or both; and a long list parted by years.

Every entry is in exactly one part of each choice, those without a date too, so that the counts add up.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from records.kinds.base import AnyKind, alike
from records.panels import Held, Place
from records.rows import Choice, Choices, Row, RowGroup, Words
from records.sifting import Sifted, Spot

LONG = 20
"""Entries above which a list can be narrowed, and is parted by years."""

UNDATED = "undated"
_YEAR = re.compile(rf"\d{{4}}|{UNDATED}", re.ASCII)


def year_asked(value: str) -> str:
    """A year of an address, if it is one: four digits, or "undated"."""
    return value if _YEAR.fullmatch(value) else ""


def status_asked(kind: AnyKind, value: str) -> str:
    """A heading of an address, if this kind has it."""
    return value if any(heading.slug == value for heading in kind.headings) else ""


def year_words(name: str) -> Words:
    """A year, or that there is none."""
    return _("Without a date") if name == UNDATED else name


class Chooser:
    """The places of one list, with the year of each."""

    def __init__(self, kind: AnyKind, places: Sequence[Place], sifted: Sifted, held: Held | None) -> None:
        self._kind, self._places, self._held = kind, places, held
        whens = {panel.slug: panel.when[:4] for panel in held.panels} if held is not None else {}
        year = sifted.year
        # What a report holds stands with it, in the year of the report.
        self._years = [
            (whens.get(slug) or (year(spot) if spot is not None else "")) or UNDATED for slug, spot in places
        ]

    @property
    def is_long(self) -> bool:
        """Whether there is so much that parts of it are worth a choice."""
        return len(self._places) > LONG

    def part(self, status: str, year: str) -> list[Place]:
        """The places of a choice; all of them where nothing is chosen."""
        return [
            place
            for place, its in zip(self._places, self._years, strict=True)
            if (not year or its == year) and (not status or self._held is not None or place[0] == status)
        ]

    def choices(self, status: str, year: str, *, at_least: bool) -> Choices | None:
        """What there is to choose from, each with what is left of it under the other choice; None for a short list."""
        if not self.is_long and not status and not year:
            return None
        statuses: Counter[str] = Counter()
        years: Counter[str] = Counter()
        inside = 0
        for (slug, spot), its in zip(self._places, self._years, strict=True):
            if spot is None:
                continue
            fits = not status or self._held is not None or slug == status
            if not year or its == year:
                statuses[slug] += 1
                inside += fits
            if fits:
                years[its] += 1
        every = sum(spot is not None for _slug, spot in self._places)
        headings = [h for h in self._kind.headings if statuses[h.slug] or h.slug == status]
        named = sorted({*years, *filter(None, [year])}, key=lambda n: "" if n == UNDATED else n, reverse=True)
        return Choices(
            statuses=()
            if self._held is not None or len(self._kind.headings) == 1
            else tuple(Choice(h.slug, h.title, statuses[h.slug]) for h in headings),
            years=tuple(Choice(name, year_words(name), years[name]) for name in named),
            status=status,
            year=year,
            outside=every - inside,
            at_least=at_least,
        )


def by_year(
    kind: AnyKind,
    chosen: Sequence[Place],
    places: Sequence[Place],
    rows: Mapping[Spot, Row],
    sifted: Sifted,
) -> tuple[RowGroup, ...] | None:
    """The rows of a page under their years, where a long list has one heading alone and stands by date alone."""
    slugs = {slug for slug, _spot in places}
    if len(places) <= LONG or len(slugs) != 1 or kind.as_table or kind.rank is not alike:
        return None
    totals = Counter(sifted.year(spot) or UNDATED for _slug, spot in places if spot is not None)
    here = [spot for _slug, spot in chosen if spot is not None]
    sentence = next(heading.sentence for heading in kind.headings if heading.slug in slugs)
    groups: list[RowGroup] = []
    for name, spots in groupby(here, key=lambda spot: sifted.year(spot) or UNDATED):
        groups.append(
            RowGroup(
                slug=f"year-{name}",
                title=year_words(name),
                sentence="" if groups else sentence,
                rows=tuple(rows[spot] for spot in spots),
                total=totals[name],
            )
        )
    return tuple(groups)
