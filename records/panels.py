"""Results under their reports: which entries of one kind an entry of another holds together. DiagnosticReport.result.

The results are a section like any other. The reports are asked for beside them, and only give headings: where they
cannot be had, the results stand there all the same, and the page says why they are not put together.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records import flags, gathering
from records import harvest as harvesting
from records.fhir.bundle import local
from records.fhir.elements import Observation, Reference
from records.harvest import Harvest
from records.kinds import inside
from records.kinds.base import AnyKind, Panels
from records.observing import STATUS, measure
from records.presenting import Addresses, Found, entries_at, known_for, read_all, row_of, unreadable_row
from records.rows import Measure, Notice, Row, RowGroup, When, Words, replace
from records.sifting import Sifted, Spot
from records.source import THREADS, Sharing, Source
from records.standing import Reports

ORDERED = STATUS["registered"]
RANGE_ARROWS = frozenset({"up", "down"})

Place = tuple[str, Spot | None]
"""An entry under the heading of this slug; None for a heading that has none."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Entries that stand together: those of a report, or those of a set of results, whose own entry is the first.

    `spots` are in the order in which the report names them. `report` is its place in the harvest of the reports.
    `expected`: how many it names. `day`: its date as recorded, without the time.
    """

    slug: str
    when: str
    spots: tuple[Spot, ...]
    day: str = ""
    report: Spot | None = None
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """All entries of a kind, by what holds them, newest first; `loose` are those that nothing holds.

    `reports`: the harvest that `Panel.report` is a place in. `problem`: it could not be had. `is_digest`: only the
    newest few, for the overview. `has_foreign`: something of another patient came with the reports.
    """

    by: Panels
    panels: tuple[Panel, ...] = ()
    loose: tuple[Spot, ...] = ()
    reports: Harvest | None = None
    problem: bool = False
    is_digest: bool = False
    has_foreign: bool = False

    def places(self) -> list[Place]:
        """Every entry in the order of the page, with the slug of its heading; None for a report that holds none."""
        found: list[Place] = []
        for panel in self.panels:
            found += [(panel.slug, spot) for spot in panel.spots] or [(panel.slug, None)]
        return found + [(self.by.loose.slug, spot) for spot in self.loose]

    def newest(self, most: int) -> Held:
        """The newest reports, sets and single results."""
        singles = [
            Panel(slug=f"single-{n}", when=s.when, spots=(s,)) for n, s in enumerate(self.loose[:most])
        ]
        every = sorted((*self.panels, *singles), key=lambda panel: panel.when, reverse=True)
        return dataclasses.replace(self, panels=tuple(every[:most]), loose=(), is_digest=True)


def start(kind: AnyKind, source: Source) -> Future[Harvest] | None:
    """Asks for the reports, beside whatever else is being asked; None where they are not shared."""
    if kind.panels is None or source.shares(kind.panels.kind.resource_type) is Sharing.NONE:
        return None
    return THREADS.sections.submit(gathering.first, kind.panels.kind, source)


def hold(
    panels: Panels,
    sifted: Sifted,
    reports: Reports | None,
    source: Source,
    *,
    complete: bool,
    newest: int | None = None,
) -> Held:
    """Puts sifted entries under what holds them.

    Args:
        panels: which kind holds them.
        sifted: the entries.
        reports: as `standing.with_inside` gives them; None where they cannot be had.
        complete: whether all entries are there, so that a report without any really holds none of them.
        newest: for the overview, how many reports, sets and single entries are enough.
    """
    held = Held(panels, problem=reports is None)
    if reports is not None:
        found = tuple(_under_reports(panels, sifted, reports.sifted, source.base, complete))
        has_foreign = reports.sifted.tally.another_patient > 0
        held = Held(panels, panels=found, reports=reports.harvest, has_foreign=has_foreign)
    spots = sifted.ordered(panels.loose.slug)
    taken = {spot for panel in held.panels for spot in panel.spots}
    sets = tuple(_sets(sifted, [spot for spot in spots if spot not in taken], taken, source.base))
    taken.update(spot for one in sets for spot in one.spots)
    held = dataclasses.replace(
        held,
        panels=tuple(sorted((*held.panels, *sets), key=lambda panel: panel.when, reverse=True)),
        loose=tuple(spot for spot in spots if spot not in taken),
    )
    return held if newest is None else held.newest(newest)


def _under_reports(
    panels: Panels, sifted: Sifted, reports: Sifted, base: str, complete: bool
) -> Iterator[Panel]:
    """The reports that hold something here, or that belong here by their own kind. Each result stands once: under the
    newest report that names it."""
    taken: set[Spot] = set()
    ids = {spot: logical_id for logical_id, spot in reports.by_id.items()}
    found = sorted(
        ((spot, group) for group, spots in reports.groups.items() for spot in spots),
        key=lambda item: item[0].when,
        reverse=True,
    )
    for number, (spot, group) in enumerate(found, start=1):
        named = reports.members.get(spot, ())
        within = inside.holder(ids.get(spot), spot.page, spot.entry)
        pointed = (inside.pointed(one, within) for one in named)
        here = (*_within(pointed, sifted, taken, base), *_left(sifted.inside.get(within, ()), taken))
        # While not all results are there, an empty report may only be one whose results are still to come.
        if here or (group in panels.own and (complete or not named)):
            yield Panel(
                slug=f"report-{number}",
                when=spot.when,
                day=reports.day(spot),
                spots=here,
                report=spot,
                expected=max(len(named), len(here)),
            )


def _left(spots: Iterable[Spot], taken: set[Spot]) -> Iterator[Spot]:
    """What stands inside a report that does not name it."""
    for spot in spots:
        if spot not in taken:
            taken.add(spot)
            yield spot


def _within(named: Iterable[Reference], sifted: Sifted, taken: set[Spot], base: str) -> Iterator[Spot]:
    """The entries that are named, each followed by those that it names itself, in their order."""
    # Not by calling itself: a chain may be longer than Python lets calls stand in each other.
    below = [iter(named)]
    while below:
        for reference in below[-1]:
            spot = _named(reference, sifted, base)
            if spot is not None and spot not in taken:
                taken.add(spot)
                yield spot
                below.append(iter(sifted.members.get(spot, ())))
                break
        else:
            below.pop()


def _named(reference: Reference, sifted: Sifted, base: str) -> Spot | None:
    resource_type, _, logical_id = (reference.reference or "").partition("/")
    if resource_type == "Observation" and "/" not in logical_id:  # as nearly all are written
        return sifted.by_id.get(logical_id)
    target = local(reference, base=base)
    return sifted.by_id.get(target[1]) if target else None


def _sets(sifted: Sifted, spots: Sequence[Spot], taken: set[Spot], base: str) -> Iterator[Panel]:
    """Sets of results that no report holds: an Observation with others as its members."""
    taken = set(taken)
    heads = [spot for spot in spots if spot in sifted.members]
    inner: set[Spot | None] = set()
    for spot in heads:
        inner.update({_named(reference, sifted, base) for reference in sifted.members[spot]} - {spot})
    for number, spot in enumerate((spot for spot in heads if spot not in inner), start=1):
        here = tuple(_within(sifted.members[spot], sifted, taken | {spot}, base))
        if here:
            taken.update(here)
            yield Panel(slug=f"set-{number}", when=spot.when, day=sifted.day(spot), spots=(spot, *here))


# ---------------------------------------------------------------- pages


def cut(places: Sequence[Place], rows: int, held: Held | None) -> list[tuple[int, int]]:
    """Where each page begins and ends; there is always one.

    Pages are of `rows` places. What is held together is not torn in two where it fits on a page of its own, and the
    newest few of the overview are never.
    """
    if held is None:
        return [(n, min(n + rows, len(places))) for n in range(0, len(places), rows)] or [(0, 0)]
    bounds: list[tuple[int, int]] = []
    begin = end = 0
    for size in [len(list(group)) for _slug, group in itertools.groupby(places, key=lambda place: place[0])]:
        if held.is_digest:
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


# ---------------------------------------------------------------- headings


def groups(
    held: Held,
    chosen: Sequence[Place],
    places: Sequence[Place],
    rows: Mapping[Spot, Row],
    source: Source,
    addresses: Addresses,
) -> tuple[RowGroup, ...]:
    """The entries of a page under their headings; on the overview one line for each heading.

    Args:
        chosen: those of the page, of all `places`, which may leave out some of a report's.
        rows: of all that is chosen, and of `heads`.
    """
    by_slug: dict[str, list[Row]] = {}
    for slug, spot in chosen:
        by_slug.setdefault(slug, []).extend([rows[spot]] if spot is not None else [])
    here = [panel for panel in held.panels if panel.slug in by_slug]
    reports = report_rows(held, here, source, addresses)
    if held.is_digest:
        lines = tuple(_line(panel, rows, reports.get(panel.slug)) for panel in here)
        return (RowGroup(slug=held.by.loose.slug, title="", rows=lines, total=len(lines)),) if lines else ()
    totals = Counter(slug for slug, spot in places if spot is not None)
    made = [
        _group(panel, by_slug[panel.slug], rows, reports.get(panel.slug), totals[panel.slug])
        for panel in here
    ]
    loose = held.by.loose
    if loose.slug in by_slug:
        made.append(
            RowGroup(
                slug=loose.slug,
                title=_loose_title(held),
                rows=tuple(map(_dated, by_slug[loose.slug])),
                total=totals[loose.slug],
                are_results=True,
            )
        )
    return tuple(made)


def _loose_title(held: Held) -> Words:
    """What is said of entries without a report: only what is known."""
    if not held.panels or held.reports is None:
        return _("Every result")  # nothing to be told apart from
    return held.by.loose.title if held.reports.is_complete else _("Results whose report did not come, if any")


def heads(held: Held, chosen: Sequence[Place]) -> set[Spot]:
    """The entries that name the sets on a page, also where they themselves are left out of it."""
    slugs = {slug for slug, _spot in chosen}
    return {panel.spots[0] for panel in held.panels if panel.report is None and panel.slug in slugs}


def report_rows(
    held: Held,
    shown: Iterable[Panel],
    source: Source,
    addresses: Addresses,
    *,
    titles_only: bool = False,
) -> dict[str, Row]:
    """The reports behind these headings, as rows of their own section; `titles_only` as in `known_for`."""
    spots = {panel.slug: panel.report for panel in shown if panel.report is not None}
    if not spots or held.reports is None:
        return {}
    kind = held.by.kind
    raws = entries_at(spots.values(), partial(harvesting.page_at, held.reports, kind=kind, source=source))
    found = read_all(kind, raws)
    references = (r for one in found.values() if one for r in kind.references(one.model))
    known = known_for(references, source, titles_only=titles_only)
    rows: dict[str, Row] = {}
    for slug, spot in spots.items():
        entry = found[spot]
        rows[slug] = unreadable_row(raws[spot]) if entry is None else row_of(kind, entry, known, addresses)
    return rows


def _group(
    panel: Panel, here: Sequence[Row], rows: Mapping[Spot, Row], report: Row | None, total: int
) -> RowGroup:
    hidden = len(panel.spots) - total
    if report is None:
        title: Words = _("A set of results")
        if panel.spots and panel.spots[0] in rows:
            title = rows[panel.spots[0]].title
        return RowGroup(
            slug=panel.slug,
            title=title,
            rows=tuple(map(_dated, here)),
            total=total,
            hidden=hidden,
            are_results=True,
        )
    day = str(report.when.words) if report.when else ""
    return RowGroup(
        slug=panel.slug,
        title=report.title,
        sentence="" if panel.spots else _empty(panel),
        rows=tuple(_dated(row, day) for row in here),
        total=total,
        hidden=hidden,
        report=report,
    )


def _dated(row: Row, day: str = "") -> Row:
    """A row that says its date: that there is none, and not the one that its heading says already."""
    if row.when is None:
        return replace(row, when=When(words=_("Date not recorded")))
    return replace(row, when=None) if str(row.when.words) == day else row


def _empty(panel: Panel) -> Words:
    if panel.expected:
        return _("None of its results stand here: they did not come, or stand in another section or report.")
    return ""


# ---------------------------------------------------------------- the overview


def only_counted(held: Held | None, found: Mapping[Spot, Found | None]) -> dict[Spot, Row]:
    """Of entries that the overview only counts, under a report that stands there for them, what counting needs."""
    if held is None or not held.is_digest:
        return {}
    under = {spot for panel in held.panels if panel.report is not None for spot in panel.spots}
    read = ((spot, one.model) for spot, one in found.items() if one is not None and spot in under)
    return {
        spot: Row(title="", status=STATUS.get(model.status or ""), measure=_counted(model))
        for spot, model in read
    }


def _counted(observation: Observation) -> Measure:
    """Its measure where it may be out of the ordinary; of any other nothing is counted but that it is there."""
    return measure(observation) if observation.component or flags.flag(observation) else Measure(value="")


def _line(panel: Panel, rows: Mapping[Spot, Row], report: Row | None) -> Row:
    here = [rows[spot] for spot in panel.spots]
    if report is None:
        return here[0]
    counted = "" if report.status is ORDERED else count_words(panel, here)
    return replace(report, line=counted or report.line, verbatim="", asides=())


def count_words(panel: Panel, rows: Sequence[Row]) -> str:
    """How many results of a report are out of the ordinary, as far as they are there: "2 of 14 outside …".

    What was only ordered is no result yet, and is not counted.
    """
    flags = [row.measure.flag for row in rows if row.measure is not None and row.measure.flag is not None]
    total = max(panel.expected, len(rows)) - sum(row.status is ORDERED for row in rows)
    if not total:
        return ""
    if not flags:
        return ngettext("%d result", "%d results", total) % total
    said = {"count": len(flags), "total": total}
    if len(rows) < panel.expected:
        return _now("At least %(count)d of %(total)d marked as out of the ordinary") % said
    if all(flag.arrow in RANGE_ARROWS for flag in flags):
        return _now("%(count)d of %(total)d outside the usual range") % said
    return _now("%(count)d of %(total)d marked as out of the ordinary") % said


def not_grouped(held: Held) -> Notice:
    """That the reports could not be had, quietly: every result is there all the same."""
    return Notice(
        title=_("The reports themselves could not be had"),
        what_happened=held.by.missing,
        safe=_("No result is missing from the list because of it."),
        icon="info",
    )


def with_series(
    kind: AnyKind, rows: Mapping[Spot, Row], sifted: Sifted, addresses: Addresses, *, complete: bool
) -> dict[Spot, Row]:
    """The rows, each with the way to all results of the same test, where there are others; how many, if known."""
    found = dict(rows)
    for name, spots in sifted.series.items():
        if len(spots) > 1:
            href = addresses.series(kind, name)
            words: Words = _("All results of this test")
            if complete:
                words = ngettext("%d result of this test", "All %d results of this test", len(spots))
                words = words % len(spots)
            found.update(
                (spot, replace(rows[spot], series_href=href, series_words=words))
                for spot in spots
                if spot in rows
            )
    return found
