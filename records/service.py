"""What the pages ask for: a section. Everything comes in, everything found goes out.

No request, no settings, no session here. Partial success is said: what arrived is kept, what failed is explained,
what was set aside is counted.
"""

from __future__ import annotations

import dataclasses
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import msgspec
from django.utils.translation import gettext_lazy as _

from records import charts, gathering, notices, panels, renewals, standing
from records import harvest as harvesting
from records.answers import with_answers
from records.arranging import Entries, arrange
from records.choosing import EVERYTHING, OLDEST, Wish, by_heading, by_year, count_line, order_of, sentence_of
from records.fhir import errors
from records.flights import Late
from records.harvest import Gone, Harvest
from records.kinds.base import AnyKind, Known
from records.panels import Held, Place
from records.presenting import (
    Addresses,
    Found,
    at_odds,
    entries_at,
    id_of,
    known_for,
    read_all,
    row_of,
    stated_rows,
    unreadable_row,
)
from records.rows import Latest, Notice, Pages, Row, RowGroup, Section, State, replace
from records.sifting import READINGS, Sifted, Spot
from records.source import AccessOver, Sharing, Source

log = logging.getLogger("records.service")

ROWS_A_PAGE = 50
GAINSAID = _(
    "The record also has entries that say otherwise. Both are shown; the agency can say which holds."
)
UNREADABLE = "unreadable"


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


def _is_brief(kind: AnyKind, look: Look) -> bool:
    """Whether rows wait for no names: those of the overview do not, but for blocks that come after it."""
    return look.only_now and not (kind.overview and kind.overview.afterwards)


def load_section(
    kind: AnyKind,
    *,
    source: Source,
    addresses: Addresses,
    look: Look | None = None,
    request_id: str = "",
    fetch: Callable[[], Harvest] | None = None,
    gather: Callable[[AnyKind, Source], Future[Harvest] | None] = panels.start,
) -> Section:
    """One kind of record for one patient.

    Args:
        kind, source: what to ask, and of whom.
        addresses: where things stand.
        look: which part of it; by default the first fifty rows.
        request_id: of this page, for staff.
        fetch: gives the harvest; by default what is kept, or the first answer.
        gather: asks for what holds the entries together, if anything does, while `fetch` is under way.

    Returns:
        the section in one of its states; upstream trouble is told in it, never raised.

    Raises:
        AccessOver: the sign-in ended, so there is no page to make.
    """
    look = look or Look()
    blank = Section(
        slug=kind.slug,
        title=kind.title,
        plain=kind.plain,
        state=State.FAILED,
        href=addresses.section(kind),
        as_table=kind.as_table,
    )
    sharing = source.shares(kind.resource_type)
    if sharing is Sharing.NONE:
        return replace(blank, state=State.NOT_SHARED, notices=(notices.not_shared(kind.title),))
    explain = partial(
        notices.explain,
        what=kind.title,
        retry_href=addresses.section(kind, **look.wish.address),
        request_id=request_id,
        fresh_sign_in=source.fresh_sign_in,
    )
    fetch = fetch or partial(gathering.first, kind, source)
    asked = gather(kind, source) if kind.panels is not None else None
    try:
        try:
            section = _present(kind, source, addresses, look, fetch(), asked, blank, explain)
        except Gone:
            harvesting.forget(kind, source)
            section = _present(kind, source, addresses, look, fetch(), asked, blank, explain)
    except errors.SignInExpired:
        raise AccessOver from None
    except Gone:
        log.error("section %s: the cache does not keep what it is given", kind.slug)
        return replace(
            blank, notices=(notices.unexpected(kind.title, retry_href=blank.href, request_id=request_id),)
        )
    except errors.UpstreamError as error:
        log.warning("section %s: %s", kind.slug, error)
        section = _instead(kind, source, addresses, look, error, blank, explain)
    except Late:
        return replace(blank, state=State.LATE, rest_href=_rest(kind, look, addresses))
    if sharing is Sharing.PARTIAL:
        section = replace(section, notices=(*section.notices, notices.partly_shared(kind.title)))
    return section


def _instead(
    kind: AnyKind,
    source: Source,
    addresses: Addresses,
    look: Look,
    error: errors.UpstreamError,
    blank: Section,
    explain: Callable[[errors.UpstreamError], Notice],
) -> Section:
    """What is shown when no answer came: what was there before, if it was to be renewed, else why there is nothing."""
    cause = explain(error)
    refused = isinstance(error, errors.NotShared)
    kept = None if refused else harvesting.before(kind, source)
    if kept is not None:
        try:
            section = _present(kind, source, addresses, look, kept, None, blank, explain)
        except Gone:
            log.info("section %s: what was there before is gone", kind.slug)
        else:
            notice = notices.not_renewed(kind.title, cause)
            return replace(section, notices=(notice, *section.notices), rest_href="")
    state = State.NOT_SHARED if refused else State.FAILED
    return replace(blank, state=state, notices=(cause,), as_of=datetime.now(UTC))


def _present(
    kind: AnyKind,
    source: Source,
    addresses: Addresses,
    look: Look,
    harvest: Harvest,
    asked: Future[Harvest] | None,
    blank: Section,
    explain: Callable[[errors.UpstreamError], Notice],
) -> Section:
    sifted = standing.sifted(kind, source, harvest)
    held = None
    if kind.panels is not None:
        come = standing.come(kind.panels, asked, source, brief=look.only_now)
        harvest, reports = standing.with_inside(kind, sifted, harvest, come, source)
        if look.series is None:
            newest = look.rows if look.only_now else None
            complete = harvest.is_complete
            held = panels.hold(kind.panels, sifted, reports, source, complete=complete, newest=newest)
    places = held.places() if held is not None else _places(kind, sifted, look)
    choices = None
    if not look.only_now:
        entries = Entries(kind, source, sifted, harvest, addresses, one_measure=look.series is not None)
        at_least = not harvest.is_complete
        places, held, choices = arrange(entries, places, held, look.wish, at_least=at_least)
    folded = renewals.fold(places, sifted) if _may_fold(look) else None
    places = folded.places if folded else places
    cuts = folded.cut(look.rows) if folded else panels.cut(places, look.rows, held)
    look = dataclasses.replace(look, number=max(1, min(look.number, len(cuts))))
    chosen = places[slice(*cuts[look.number - 1])]
    series = {}
    if kind.series and kind.panels is None and look.series is None and not look.wish.is_part:
        series = _newest_of_each(sifted, look.rows)
    spots = {spot for _heading, spot in chosen if spot is not None}
    spots.update(sifted.statements, sifted.unreadable, *series.values())
    if held is not None:
        spots.update(panels.heads(held, chosen))
    raws = entries_at(spots, partial(harvesting.page_at, harvest, kind=kind, source=source))
    found = read_all(kind, raws)
    references = (r for entry in found.values() if entry is not None for r in kind.references(entry.model))
    known = known_for(references, source, sifted.included, titles_only=_is_brief(kind, look))
    known = with_answers(known, kind, spots, sifted, harvest, source, goes_on=not look.only_now)
    counted = panels.only_counted(held, found)
    rows = counted | {
        spot: _row(kind, spot, found[spot], raws[spot], sifted, known, addresses)
        for spot in spots
        if spot not in counted
    }
    rows |= {spot: at_odds(rows[spot], keys) for spot, keys in sifted.at_odds.items() if spot in rows}
    if held is not None and not held.is_digest:
        rows = panels.with_series(kind, rows, sifted, addresses, complete=harvest.is_complete)
    if folded:
        rows = folded.rows(rows, sifted, complete=harvest.is_complete)
    stated = stated_rows(rows, sifted, each_once=look.only_now)
    section = replace(
        blank,
        state=State.LOADED,
        groups=_groups(kind, chosen, places, rows, sifted, look, by_years=not folded)
        if held is None
        else panels.groups(held, chosen, places, rows, source, addresses) + _unreadable(sifted, rows, look),
        statements=stated,
        stated=len(sifted.statements),
        gainsaid=GAINSAID if stated and sifted.is_gainsaid else "",
        latest=_latest(kind, series, sifted, rows, harvest, addresses),
        notices=tuple(_notices(kind, sifted, held, harvest, explain, look, addresses)),
        set_aside=notices.set_aside(sifted.tally),
        tally=sifted.tally,
        pages=_pages(kind, look, places, cuts, harvest, addresses),
        choices=replace(choices, href=_here(kind, look, addresses)()) if choices is not None else None,
        rest_href=_rest(kind, look, addresses) if harvest.open and harvest.problem is None else "",
        as_of=datetime.fromtimestamp(harvest.asked_at, UTC),
    )
    # Not before: what is shown of an answer is read from what is kept of it.
    if sifted.tally.another_patient:
        harvesting.forget(kind, source)
    if held is not None and held.has_foreign:
        harvesting.forget(held.by.kind, source)
    return _named_if_empty(kind, section, sifted, harvest, look)


def _may_fold(look: Look) -> bool:
    """Whether the same may stand under the newest of them: not where the reader wishes the oldest first."""
    return look.series is None and not look.only_now and look.wish.order != OLDEST


def _rest(kind: AnyKind, look: Look, addresses: Addresses) -> str:
    """Where the rest is loaded from, so that the same part of the list is looked at afterwards."""
    query = {**look.wish.address, "page": str(look.number)}
    if look.series:
        return addresses.series(kind, look.series, **query)
    return addresses.rest(kind, **query)


def _here(kind: AnyKind, look: Look, addresses: Addresses) -> Callable[..., str]:
    """Gives the address of the list that is looked at."""
    return partial(addresses.series, kind, look.series) if look.series else partial(addresses.section, kind)


def _places(kind: AnyKind, sifted: Sifted, look: Look) -> list[Place]:
    """Every entry in the order of the page, with the slug of its heading."""
    if look.series is not None:
        spots = sorted(sifted.series.get(look.series, ()), key=lambda spot: spot.when, reverse=True)
        return [(kind.headings[0].slug, spot) for spot in spots]
    headings = [h for h in kind.headings if h.now or not look.only_now]
    return [(h.slug, spot) for h in headings for spot in sifted.ordered(h.slug)]


def _newest_of_each(sifted: Sifted, most: int) -> dict[str, list[Spot]]:
    newest = {
        name: sorted(spots, key=lambda spot: spot.when, reverse=True)[:READINGS]
        for name, spots in sifted.series.items()
    }
    return dict(sorted(newest.items(), key=lambda item: item[1][0].when, reverse=True)[:most])


def _row(
    kind: AnyKind,
    spot: Spot,
    found: Found | None,
    raw: msgspec.Raw,
    sifted: Sifted,
    known: Known,
    addresses: Addresses,
) -> Row:
    if found is not None:
        return row_of(kind, found, known, addresses)
    if spot not in sifted.unreadable:  # its head could be read, the rest could not
        sifted.tally.shown -= 1
        sifted.tally.unreadable += 1
    row = unreadable_row(raw)
    logical_id = id_of(raw)
    return replace(row, href=addresses.entry(kind, kind.resource_type, logical_id)) if logical_id else row


def _groups(
    kind: AnyKind,
    chosen: Sequence[Place],
    places: Sequence[Place],
    rows: dict[Spot, Row],
    sifted: Sifted,
    look: Look,
    *,
    by_years: bool,
) -> tuple[RowGroup, ...]:
    if not look.only_now and look.series is None:
        found = by_year(kind, chosen, places, rows, sifted, look.wish) if by_years else None
        if found is None:
            found = by_heading(kind, chosen, places, rows, look.wish)
        return found + _unreadable(sifted, rows, look)
    totals = Counter(slug for slug, _spot in places)
    return tuple(
        RowGroup(
            slug=heading.slug,
            title=heading.title,
            sentence=sentence_of(heading.sentence, look.wish),
            rows=tuple(rows[spot] for slug, spot in chosen if slug == heading.slug and spot in rows),
            total=totals[heading.slug],
        )
        for heading in kind.headings
        if any(slug == heading.slug for slug, _spot in chosen)
    ) + _unreadable(sifted, rows, look)


def _unreadable(sifted: Sifted, rows: Mapping[Spot, Row], look: Look) -> tuple[RowGroup, ...]:
    if not sifted.unreadable or look.wish.is_part:
        return ()
    unread = tuple(rows[spot] for spot in sifted.unreadable)
    return (RowGroup(slug=UNREADABLE, title=_("Could not be read"), rows=unread, total=len(unread)),)


def _latest(
    kind: AnyKind,
    series: dict[str, list[Spot]],
    sifted: Sifted,
    rows: dict[Spot, Row],
    harvest: Harvest,
    addresses: Addresses,
) -> tuple[Latest, ...]:
    return tuple(
        Latest(
            row=rows[spots[0]],
            readings=tuple(rows[spot] for spot in reversed(spots)),
            count=len(sifted.series[name]),
            at_least=not harvest.is_complete,
            href=addresses.series(kind, name),
            spark=charts.sparkline([rows[spot] for spot in reversed(spots)]),
        )
        for name, spots in series.items()
    )


def _notices(
    kind: AnyKind,
    sifted: Sifted,
    held: Held | None,
    harvest: Harvest,
    explain: Callable[[errors.UpstreamError], Notice],
    look: Look,
    addresses: Addresses,
) -> Iterator[Notice]:
    if sifted.tally.another_patient:
        yield notices.mismatch(sifted.tally.another_patient)
    if harvest.problem is not None:
        cause = replace(
            explain(harvest.problem.as_error(kind.resource_type)),
            retry_href=_rest(kind, look, addresses) if harvest.open else "",
        )
        yield notices.incomplete(kind.title, sifted.tally.shown, cause)
    elif harvest.short:
        yield notices.fewer_than_counted(kind.title, harvest.short)
    elif sifted.has_warning:
        yield notices.may_be_incomplete(kind.title)
    if held is not None and held.problem and sifted.tally.shown and not look.only_now:
        yield panels.not_grouped(held)


def _pages(
    kind: AnyKind,
    look: Look,
    places: Sequence[Place],
    cuts: Sequence[tuple[int, int]],
    harvest: Harvest,
    addresses: Addresses,
) -> Pages:
    first, end = cuts[look.number - 1]
    before, shown, total = (
        sum(spot is not None for _slug, spot in part) for part in (places[:first], places[first:end], places)
    )
    address = partial(_here(kind, look, addresses), **look.wish.address)
    at_least, top, order = not harvest.is_complete, before + 1 if shown else 0, order_of(kind, look.wish)
    return Pages(
        first=top,
        last=before + shown,
        total=total,
        at_least=at_least,
        words=count_line(top, before + shown, total, order=order, at_least=at_least)
        if not look.only_now
        else "",
        order=look.wish.order,
        newer_href=address(page=str(look.number - 1)) if look.number > 1 else "",
        older_href=address(page=str(look.number + 1))
        if look.number < len(cuts) and not look.only_now
        else "",
    )


def _named_if_empty(kind: AnyKind, section: Section, sifted: Sifted, harvest: Harvest, look: Look) -> Section:
    """The honest word for a list without rows, from what is known: never "none" unless the record says so."""
    if not section.groups and section.choices is not None and section.choices.outside:
        hidden = _("Everything in this list is hidden by the choice above.")
        so_far = _("Everything that has come so far is hidden by the choice above.")
        return replace(section, empty_words=hidden if harvest.is_complete else so_far)
    if section.groups or section.notices:
        return section
    if not harvest.is_complete:
        if not look.only_now or section.statements:
            return section
        return replace(
            section, empty_words=_("Nothing current is among the newest entries; there are other entries.")
        )
    if sifted.none_at_all and section.statements:
        return replace(section, state=State.RECORDED_AS_NONE)
    if section.statements:
        return section
    if look.only_now and sifted.tally.shown:
        return replace(section, empty_words=_("Nothing current came back; there are other entries."))
    if section.set_aside:
        empty = _("What came back is left out here, for the reasons below.")
        return replace(section, state=State.NOTHING_CAME_BACK, empty_words=empty)
    return replace(section, state=State.NOTHING_CAME_BACK, empty_words=kind.nothing_came_back)
