"""Which entries carry extra protection, by the labels in their own bytes, so that a file can leave them out."""

from __future__ import annotations

from records.fetching import collected as collecting
from records.fetching.source import Source
from records.kinds import inside
from records.lists.entries import Entries, Place
from records.lists.grouping import Grouped
from records.lists.whole import Whole
from records.reading.places import Spot
from records.reading.rows import id_of
from records.words import protection


class Protected:
    """Those of a record that came."""

    def __init__(self, whole: Whole, source: Source) -> None:
        """Looks at every entry once.

        Raises:
            Gone: a page is no longer kept.
        """
        self._ids: set[str] = set()
        self._spots: set[tuple[str, int, int]] = set()
        self._shown: set[tuple[str, int, int]] = set()
        for part in whole.parts:
            if part.collected is None or part.sifted is None:
                continue
            groups = part.sifted.groups.values()
            shown = {(spot.page, spot.entry) for spots in groups for spot in spots}
            shown |= {(spot.page, spot.entry) for spot in (*part.sifted.folded, *part.sifted.statements)}
            for number, page in collecting.pages_of(part.collected, part.kind, source):
                for index, entry in enumerate(page.entries):
                    if protection.is_protected(bytes(entry.raw)):
                        self._spots.add((part.kind.slug, number, index))
                        if (number, index) in shown:
                            self._shown.add((part.kind.slug, number, index))
                        logical_id = id_of(entry.raw)
                        if logical_id:
                            self._ids.add(f"{part.kind.resource_type}/{logical_id}")

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._shown)

    def is_id(self, name: str) -> bool:
        """Whether the entry of this type and id is one."""
        return name in self._ids

    def is_spot(self, entries: Entries, spot: Spot) -> bool:
        """Whether the entry at a place is one; what stands inside a report also where the report is."""
        if spot.page >= 0:
            return (entries.kind.slug, spot.page, spot.entry) in self._spots
        if protection.is_protected(bytes(entries.raws([spot])[spot])):
            return True
        beside, kind = entries.beside, entries.kind.panels
        if beside is None or kind is None:
            return True  # of what nothing is known, nothing goes to anybody else
        number = -spot.page - 1
        page = collecting.page_at(beside.collected, number, kind.kind, entries.source)
        owner = inside.listed(page, number).owners[spot.entry]
        return (kind.kind.slug, number, owner) in self._spots

    def covers(self, entries: Entries, place: Place, grouped: Grouped) -> bool:
        """Whether the entry of a place is one, or stands under a report that is one."""
        slug, spot = place
        report, panels = reports_of(grouped).get(slug), entries.kind.panels
        if report is not None and panels is not None:
            is_under_one = (panels.kind.slug, report.page, report.entry) in self._spots
            return is_under_one or (spot is not None and self.is_spot(entries, spot))
        return spot is not None and self.is_spot(entries, spot)


def reports_of(grouped: Grouped) -> dict[str, Spot]:
    """The places of the reports behind the headings of a list, in the list of reports; empty where none are."""
    panels = getattr(grouped, "panels", ())
    return {panel.slug: panel.report for panel in panels if panel.report is not None}
