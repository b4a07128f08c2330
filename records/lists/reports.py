"""Results under their reports: which entries of one kind an entry of another holds together. DiagnosticReport.result.

The results are a section like any other. The reports are asked for beside them, and only give headings: where they
cannot be had, the results stand there all the same, and the page says why they are not put together.
"""

from __future__ import annotations

import dataclasses
import itertools
import logging
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fetching import collected as collecting
from records.kinds.base import Known, Panels
from records.lists.choosing import BY_NAME, OLDEST
from records.lists.entries import Entries, Place, Wanted
from records.lists.names import in_order, names_of, sortable
from records.lists.panels import Panel, sets, under_reports
from records.lists.report_rows import counted, dated, group_of, line_of
from records.reading.known import known_for
from records.reading.places import Spot
from records.reading.rows import Found, read_all, row_of, unreadable_row
from records.words.rows import Notice, Row, Words, replace
from records.words.sections import RowGroup

log = logging.getLogger("records.lists.reports")


@dataclass(frozen=True, slots=True)
class Reports:
    """All entries of a kind, by what holds them, newest first; `loose` are those that nothing holds. See
    `records.lists.grouping.Grouped`.

    `reports`: the entries that `Panel.report` is a place in; None where they could not be had.
    """

    entries: Entries
    by: Panels
    reports: Entries | None
    panels: tuple[Panel, ...] = ()
    loose: tuple[Spot, ...] = ()
    places: tuple[Place, ...] = ()

    @classmethod
    def of(cls, entries: Entries) -> Reports:
        """Puts the entries under what holds them; for the overview the newest reports, sets and single results."""
        by, sifted, base = entries.kind.panels, entries.sifted, entries.source.base
        assert by is not None  # noqa: S101 (only such kinds are grouped so)
        reports = _reports(entries, by)
        panels: tuple[Panel, ...] = ()
        if reports is not None:
            panels = tuple(under_reports(sifted, reports.sifted, base, by.own, complete=entries.is_complete))
        spots = sifted.ordered(by.loose.slug)
        taken = {spot for panel in panels for spot in panel.spots}
        together = tuple(sets(sifted, [spot for spot in spots if spot not in taken], taken, base))
        taken.update(spot for one in together for spot in one.spots)
        panels = tuple(sorted((*panels, *together), key=lambda panel: panel.when, reverse=True))
        loose = [spot for spot in spots if spot not in taken]
        found = cls(entries, by, reports)
        if not found.is_digest:
            return found._holding(panels, loose)
        most = entries.look.rows
        singles = [Panel(slug=f"single-{n}", when=s.when, spots=(s,)) for n, s in enumerate(loose[:most])]
        every = sorted((*panels, *singles), key=lambda panel: panel.when, reverse=True)
        return found._holding(every[:most], ())

    @property
    def is_digest(self) -> bool:
        """Whether only the newest few are shown, for the overview."""
        return self.entries.look.only_now

    def _holding(self, panels: Iterable[Panel], loose: Iterable[Spot]) -> Reports:
        """The same with these, in their order, and every entry of theirs."""
        panels, loose = tuple(panels), tuple(loose)
        places: list[Place] = []
        for panel in panels:
            places += [(panel.slug, spot) for spot in panel.spots] or [(panel.slug, None)]
        places += [(self.by.loose.slug, spot) for spot in loose]
        return dataclasses.replace(self, panels=panels, loose=loose, places=tuple(places))

    @property
    def by_heading(self) -> bool:
        return False

    def days(self) -> list[str]:
        """What a report holds stands with it, on the day of the report."""
        of_report, day = {panel.slug: panel.day for panel in self.panels}, self.entries.sifted.day
        return [of_report.get(slug) or (day(spot) if spot is not None else "") for slug, spot in self.places]

    def part(self, places: Sequence[Place]) -> Reports:
        return dataclasses.replace(self, places=tuple(places))

    def in_order(self, order: str) -> Reports:
        """The reports in another order, each kept as it is."""
        if order != BY_NAME:
            by_date = sorted(self.panels, key=lambda panel: panel.when, reverse=order != OLDEST)
            by_date.sort(key=lambda panel: not panel.when)
            return self._holding(by_date, in_order(self.loose, {}, order))
        heads = [panel.spots[0] for panel in self.panels if panel.report is None]
        names = names_of(self.entries, [*heads, *self.loose])
        rows = self._report_rows(self.panels, titles_only=True)

        def name(panel: Panel) -> tuple[bool, str]:
            row = rows.get(panel.slug)
            if row is None:
                return names[panel.spots[0]]
            return row.title_missing, sortable(str(row.title))

        newest = sorted(self.panels, key=lambda panel: panel.when, reverse=True)
        return self._holding(sorted(newest, key=name), in_order(self.loose, names, order))

    def cuts(self) -> list[tuple[int, int]]:
        """Pages are of `rows` places. What is held together is not torn in two where it fits on a page of its own, and
        the newest few of the overview are never."""
        rows, places = self.entries.look.rows, self.places
        bounds: list[tuple[int, int]] = []
        begin = end = 0
        for size in [
            len(list(same)) for _slug, same in itertools.groupby(places, key=lambda place: place[0])
        ]:
            if self.is_digest:
                end += size
                continue
            if end > begin and end - begin + size > rows and size <= rows:
                bounds.append((begin, end))
                begin = end
            end += size
            while end - begin > rows:
                bounds.append((begin, begin + rows))
                begin += rows
        return [*bounds, (begin, end)] if end > begin or not bounds else bounds

    def besides(self, chosen: Sequence[Place]) -> set[Spot]:
        """The entries that name the sets on a page, also where they themselves are left out of it."""
        slugs = {slug for slug, _spot in chosen}
        return {panel.spots[0] for panel in self.panels if panel.report is None and panel.slug in slugs}

    def known(self, known: Known, _spots: Sequence[Spot]) -> Known:
        return known

    def counted(self, found: Mapping[Spot, Found | None]) -> dict[Spot, Row]:
        """Of entries that the overview only counts, under a report that stands there for them, what counting needs."""
        if not self.is_digest:
            return {}
        under = {spot for panel in self.panels if panel.report is not None for spot in panel.spots}
        read = ((spot, one.model) for spot, one in found.items() if one is not None and spot in under)
        return {spot: counted(model) for spot, model in read}

    def finished(self, rows: dict[Spot, Row]) -> dict[Spot, Row]:
        """The rows, each with the way to all results of the same test, where there are others; how many, if known."""
        if self.is_digest:
            return rows
        entries, found = self.entries, dict(rows)
        for name, spots in entries.sifted.series.items():
            if len(spots) > 1:
                href = entries.addresses.series(entries.kind, name)
                words: Words = _("All results of this test")
                if entries.is_complete:
                    words = ngettext("%d result of this test", "All %d results of this test", len(spots))
                    words = words % len(spots)
                found.update(
                    (spot, replace(rows[spot], series_href=href, series_words=words))
                    for spot in spots
                    if spot in rows
                )
        return found

    def groups(self, chosen: Sequence[Place], rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
        """The entries of a page under their reports; on the overview one line for each."""
        by_slug: dict[str, list[Row]] = {}
        for slug, spot in chosen:
            by_slug.setdefault(slug, []).extend([rows[spot]] if spot is not None else [])
        here = [panel for panel in self.panels if panel.slug in by_slug]
        reports = self._report_rows(here)
        loose = self.by.loose
        if self.is_digest:
            lines = tuple(line_of(panel, rows, reports.get(panel.slug)) for panel in here)
            return (RowGroup(slug=loose.slug, title="", rows=lines, total=len(lines)),) if lines else ()
        totals = Counter(slug for slug, spot in self.places if spot is not None)
        made = [
            group_of(panel, by_slug[panel.slug], rows, reports.get(panel.slug), totals[panel.slug])
            for panel in here
        ]
        if loose.slug in by_slug:
            made.append(
                RowGroup(
                    slug=loose.slug,
                    title=self._loose_title(),
                    rows=tuple(map(dated, by_slug[loose.slug])),
                    total=totals[loose.slug],
                    are_results=True,
                )
            )
        return tuple(made)

    def _loose_title(self) -> Words:
        """What is said of entries without a report: only what is known."""
        if not self.panels or self.reports is None:
            return _("Every result")  # nothing to be told apart from
        return (
            self.by.loose.title
            if self.reports.is_complete
            else _("Results whose report did not come, if any")
        )

    def _report_rows(self, shown: Iterable[Panel], *, titles_only: bool = False) -> dict[str, Row]:
        """The reports behind these headings, as rows of their own section; `titles_only` as in `known_for`."""
        spots = {panel.slug: panel.report for panel in shown if panel.report is not None}
        reports = self.reports
        if not spots or reports is None:
            return {}
        raws = reports.raws(spots.values())
        found = read_all(reports.kind, raws)
        references = (r for one in found.values() if one for r in reports.kind.references(one.model))
        known = known_for(references, reports.source, titles_only=titles_only)
        rows: dict[str, Row] = {}
        for slug, spot in spots.items():
            entry = found[spot]
            rows[slug] = (
                unreadable_row(raws[spot])
                if entry is None
                else row_of(reports.kind, entry, known, reports.addresses)
            )
        return rows

    def notices(self) -> tuple[Notice, ...]:
        """That the reports could not be had, quietly: every result is there all the same."""
        if self.reports is not None or self.is_digest or not self.entries.sifted.tally.shown:
            return ()
        notice = Notice(
            title=_("The reports themselves could not be had"),
            what_happened=self.by.missing,
            safe=_("No result is missing from the list because of it."),
            icon="info",
        )
        return (notice,)

    def forget_withheld(self) -> None:
        if self.reports is not None and self.reports.sifted.tally.another_patient:
            collecting.forget(self.reports.kind, self.reports.source)


def _reports(entries: Entries, by: Panels) -> Entries | None:
    """The reports, each in its place; None where they cannot be had."""
    if entries.beside is None:
        return None
    wanted = Wanted(by.kind, entries.source, entries.addresses)
    return Entries.of(wanted, entries.beside.collected, entries.beside.sifted)
