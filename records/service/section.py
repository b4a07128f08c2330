"""A section: one kind of record for one patient. The road of DEVELOPING.md from top to bottom.

No request, no settings, no session here. Partial success is said: what arrived is kept, what failed is explained,
what was set aside is counted.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from records import charts
from records.fetching import asking
from records.fetching import collected as collecting
from records.fetching.collected import Collected, Gone
from records.fetching.source import AccessOver, Sharing
from records.fetching.under_way import Late
from records.fhir import errors
from records.lists.choices import choose
from records.lists.drawn import courses_of, points_of, reaches
from records.lists.entries import Entries, Wanted
from records.lists.grouping import Beside, ask_beside, group
from records.lists.paging import ListPage, cut, pages_of
from records.lists.questions import questions_of
from records.lists.worded import word
from records.reading import contained, kept
from records.reading.places import Spot
from records.reading.rows import stated_rows
from records.words import notices
from records.words.rows import Notice, Row, replace
from records.words.sections import Choices, Latest, RowGroup, Section, State

log = logging.getLogger("records.service.section")

UNREADABLE = "unreadable"
GAINSAID = _(
    "The record also has entries that say otherwise. Both are shown; the agency can say which holds."
)


@dataclass(frozen=True)
class Asked:
    """A question that is asked: `answer` gives what has come of it, `beside` what holds its entries together."""

    answer: Callable[[], Collected]
    beside: Beside | None = None


def ask(wanted: Wanted, answer: Callable[[], Collected] | None = None) -> Asked:
    """A question, and beside it what holds its entries together.

    `answer`: gives what has come of it; by default what is kept, or the first answer.
    """
    kind, source = wanted.kind, wanted.source
    return Asked(answer or partial(asking.first, kind, source), ask_beside(kind, source))


def load_section(wanted: Wanted, asked: Asked | None = None) -> Section:
    """One kind of record for one patient.

    Args:
        wanted: what to ask, of whom, and which part is looked at; by default the first fifty rows.
        asked: the question, where it is asked already.

    Returns:
        the section in one of its states; upstream trouble is told in it, never raised.

    Raises:
        AccessOver: the sign-in ended, so there is no page to make.
    """
    kind, source = wanted.kind, wanted.source
    sharing = source.shared(kind)
    if sharing is Sharing.OFF:
        told = notices.switched_off(kind.title)
        return replace(_blank(wanted), state=State.SWITCHED_OFF, notices=(told,))
    if sharing is Sharing.NONE:
        return replace(_blank(wanted), state=State.NOT_SHARED, notices=(notices.not_shared(kind.title),))
    asked = asked or ask(wanted)
    try:
        try:
            section = _present(wanted, asked)
        except Gone:
            section = _present(wanted, _anew(wanted, asked))
    except errors.SignInExpired:
        raise AccessOver from None
    except Gone:
        log.error("section %s: the cache does not keep what it is given", kind.slug)
        lost = notices.unexpected(
            kind.title, retry_href=wanted.addresses.section(kind), request_id=source.request_id
        )
        return replace(_blank(wanted), notices=(lost,))
    except errors.UpstreamError as error:
        log.warning("section %s: %s", kind.slug, error)
        section = _instead(wanted, error)
    except Late:
        return replace(_blank(wanted), state=State.LATE, rest_href=wanted.rest(wanted.look.number))
    if sharing is Sharing.PARTIAL:
        section = replace(section, notices=(*section.notices, notices.partly_shared(kind.title)))
    return section


def _anew(wanted: Wanted, asked: Asked) -> Asked:
    """The question once more, and what was asked beside it: the cache lost a page of one or the other."""
    collecting.forget(wanted.kind, wanted.source)
    if wanted.kind.panels is not None:
        collecting.forget(wanted.kind.panels.kind, wanted.source)
    return Asked(asked.answer, ask_beside(wanted.kind, wanted.source))


def _present(wanted: Wanted, asked: Asked) -> Section:
    """The road of a section's page, from what came to what is shown."""
    entries = sifted(wanted, asked)
    grouped = group(entries)
    chosen, choices = choose(grouped)
    page = cut(chosen)
    rows = word(page)
    section = _section(page, rows, choices)
    if wanted.look.series is not None:
        section = replace(
            section,
            points=points_of(chosen),
            reaches=reaches(entries, wanted.look.wish),
            questions=questions_of(chosen),
        )
        if section.questions is not None and section.questions.apart:
            section = replace(section, groups=tuple(map(_helped_above, section.groups)))
    # Not before: what is shown of an answer is read from what is kept of it.
    if entries.sifted.tally.another_patient:
        collecting.forget(wanted.kind, wanted.source)
    grouped.forget_withheld()
    return _named_if_empty(section, entries)


def sifted(wanted: Wanted, asked: Asked) -> Entries:
    """What was collected, each entry in its place; also what stands inside the entries that hold these together."""
    kind, source, collected = wanted.kind, wanted.source, asked.answer()
    source.made_of.note(collecting.question(kind), collecting.told(collected))
    found = kept.sifted(kind, source, collected)
    if kind.panels is None:
        return Entries.of(wanted, collected, found)
    beside = contained.come(kind.panels, asked.beside, source, brief=wanted.look.only_now)
    if beside is not None:
        source.made_of.note(collecting.question(kind.panels.kind), collecting.told(beside.collected))
    collected, beside = contained.with_inside(kind, found, collected, beside, source)
    return Entries.of(wanted, collected, found, beside)


def _instead(wanted: Wanted, error: errors.UpstreamError) -> Section:
    """What is shown when no answer came: what was there before, if it was to be renewed, else why there is nothing."""
    kind, cause = wanted.kind, _explained(wanted, error)
    refused = isinstance(error, errors.NotShared)
    before = None if refused else collecting.before(kind, wanted.source)
    if before is not None:
        try:
            section = _present(wanted, Asked(lambda: before))
        except Gone:
            log.info("section %s: what was there before is gone", kind.slug)
        else:
            notice = notices.not_renewed(kind.title, cause)
            return replace(section, notices=(notice, *section.notices), rest_href="")
    state = State.NOT_SHARED if refused else State.FAILED
    return replace(_blank(wanted), state=state, notices=(cause,), as_of=datetime.now(UTC))


def _explained(wanted: Wanted, error: errors.UpstreamError) -> Notice:
    source, kind = wanted.source, wanted.kind
    return notices.explain(
        error,
        what=kind.title,
        retry_href=wanted.addresses.section(kind, **wanted.look.wish.address),
        request_id=source.request_id,
        fresh_sign_in=source.fresh_sign_in,
    )


# ---------------------------------------------------------------- what a page shows


def _blank(wanted: Wanted) -> Section:
    """A section of which nothing is known yet."""
    kind = wanted.kind
    return Section(
        slug=kind.slug,
        title=kind.title,
        plain=kind.plain,
        state=State.FAILED,
        href=wanted.addresses.section(kind),
        as_table=kind.as_table,
    )


def _section(page: ListPage, rows: Mapping[Spot, Row], choices: Choices | None) -> Section:
    """All that a page shows of a list."""
    entries = page.grouped.entries
    collected, found = entries.collected, entries.sifted
    address = partial(entries.here, **entries.look.wish.address)
    has_older = page.number < page.count and not entries.look.only_now
    stated = stated_rows(rows, found, each_once=entries.look.only_now)
    return replace(
        _blank(entries),
        state=State.LOADED,
        groups=page.grouped.groups(page.chosen, rows) + _unreadable(entries, rows),
        statements=stated,
        stated=len(found.statements),
        gainsaid=GAINSAID if stated and found.is_gainsaid else "",
        latest=_latest(page, rows),
        notices=tuple(_notices(page)),
        set_aside=notices.set_aside(found.tally),
        tally=found.tally,
        pages=replace(
            pages_of(page),
            newer_href=address(page=str(page.number - 1)) if page.number > 1 else "",
            older_href=address(page=str(page.number + 1)) if has_older else "",
        ),
        choices=replace(choices, href=entries.here()) if choices is not None else None,
        rest_href=entries.rest(page.number) if collected.open and collected.problem is None else "",
        as_of=datetime.fromtimestamp(collected.asked_at, UTC),
    )


def _unreadable(entries: Entries, rows: Mapping[Spot, Row]) -> tuple[RowGroup, ...]:
    if not entries.sifted.unreadable or entries.look.wish.is_part:
        return ()
    unread = tuple(rows[spot] for spot in entries.sifted.unreadable)
    return (RowGroup(slug=UNREADABLE, title=_("Could not be read"), rows=unread, total=len(unread)),)


def _helped_above(group: RowGroup) -> RowGroup:
    """Rows below the question on self-harm, where the way to help stands already."""
    return replace(group, rows=tuple(replace(row, crisis=False) for row in group.rows))


def _latest(page: ListPage, rows: Mapping[Spot, Row]) -> tuple[Latest, ...]:
    entries = page.grouped.entries
    courses = courses_of(page.grouped, page.latest) if entries.look.series is None else {}
    return tuple(
        Latest(
            row=rows[spots[0]],
            readings=tuple(rows[spot] for spot in reversed(spots)),
            count=len(entries.sifted.series[name]),
            at_least=not entries.is_complete,
            href=entries.addresses.series(entries.kind, name),
            spark=charts.sparkline(courses.get(name, ())),
        )
        for name, spots in page.latest.items()
    )


def _notices(page: ListPage) -> Iterator[Notice]:
    """What is not as it should be with a list that came."""
    entries = page.grouped.entries
    title, collected, tally = entries.kind.title, entries.collected, entries.sifted.tally
    if tally.another_patient:
        yield notices.mismatch(tally.another_patient)
    if collected.problem is not None:
        cause = _explained(entries, collected.problem.as_error(entries.kind.resource_type))
        retry_href = entries.rest(page.number) if collected.open else ""
        yield notices.incomplete(title, tally.shown, replace(cause, retry_href=retry_href))
    elif collected.astray:
        stray = errors.StrayLink(status=None, resource_type=entries.kind.resource_type)
        yield notices.incomplete(title, tally.shown, _explained(entries, stray))
    elif collected.short:
        yield notices.fewer_than_counted(title, collected.short)
    elif entries.sifted.has_warning:
        yield notices.may_be_incomplete(title)
    yield from page.grouped.notices()


def _named_if_empty(section: Section, entries: Entries) -> Section:
    """The honest word for a list without rows, from what is known: never "none" unless the record says so."""
    complete, only_now = entries.is_complete, entries.look.only_now
    if not section.groups and section.choices is not None and section.choices.outside:
        hidden = _("Everything in this list is hidden by the choice above.")
        so_far = _("Everything that has come so far is hidden by the choice above.")
        return replace(section, empty_words=hidden if complete else so_far)
    if section.groups or section.notices:
        return section
    if not complete:
        if not only_now or section.statements:
            return section
        return replace(
            section, empty_words=_("Nothing current is among the newest entries; there are other entries.")
        )
    if section.statements:
        return replace(section, state=State.RECORDED_AS_NONE) if entries.sifted.none_at_all else section
    if only_now and entries.sifted.tally.shown:
        return replace(section, empty_words=_("Nothing current came back; there are other entries."))
    if section.set_aside:
        empty = _("What came back is left out here, for the reasons below.")
        return replace(section, state=State.NOTHING_CAME_BACK, empty_words=empty)
    return replace(section, state=State.NOTHING_CAME_BACK, empty_words=entries.kind.nothing_came_back)
