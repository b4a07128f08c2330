"""The overview: the first answer of every block side by side, with a deadline. What is late loads by itself."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from dataclasses import replace as with_other
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fetching import collected as collecting
from records.fetching.collected import Collected
from records.fetching.source import AccessOver, Sharing, Source
from records.fetching.under_way import FLIGHTS, answer, answer_in_full
from records.kinds.base import AnyKind
from records.lists.choosing import Look
from records.lists.entries import Wanted
from records.lists.grouping import holding
from records.reading.addresses import Addresses
from records.service.section import UNREADABLE, Asked, load_section
from records.words import notices
from records.words.rows import Notice, Row, Words, replace
from records.words.sections import RowGroup, Section, State

log = logging.getLogger("records.service.overview")

MOST_ON_PAPER = 100
"""Current entries of one kind on a printed overview. Who has more finds them counted on the sheet."""


@dataclass(frozen=True, slots=True)
class Block:
    """One block of the overview: a few rows of a section, and the way to all of it.

    `apart`: groups that stand before it as blocks of their own, whole: what is not to be taken. `on_screen`: how many
    of the other rows are seen there; those behind them are for paper. `left_out`: what a sheet leaves out.
    `is_short`: what a sheet must hold has not come in full.
    """

    title: Words
    section: Section
    more_href: str = ""
    more_words: Words = ""
    heading_note: Words = ""
    apart: tuple[RowGroup, ...] = ()
    on_screen: int = MOST_ON_PAPER
    left_out: tuple[Words, ...] = ()
    is_short: bool = False

    @property
    def _rows(self) -> tuple[Row, ...]:
        apart = {group.slug for group in self.apart}
        return tuple(row for group in self.section.groups if group.slug not in apart for row in group.rows)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows on the screen."""
        return self._rows[: self.on_screen]

    @property
    def rows_on_paper(self) -> tuple[Row, ...]:
        """The rows that only a printed sheet has besides."""
        return self._rows[self.on_screen :]


@dataclass(frozen=True, slots=True)
class Summary:
    """The blocks in order, and what is missing from them, for the one box at the top."""

    blocks: tuple[Block, ...]
    missing: tuple[Notice, ...]
    as_of: datetime | None


def load_summary(
    kinds: Iterable[AnyKind],
    *,
    source: Source,
    addresses: Addresses,
    patience: float,
    put_down: Callable[[Block], None] = lambda _block: None,
) -> Summary:
    """The blocks of those kinds that stand on the overview, each in its own state.

    Args:
        kinds: all kinds; those without a place on the overview are passed over.
        patience: seconds after which a block is late. It goes on loading, and `load_block` finds it.
        put_down: is given each block as soon as it is made, while answers to others are on their way.

    Raises:
        AccessOver: the sign-in ended.
    """
    shown = sorted((k for k in kinds if k.overview), key=lambda k: k.overview.order if k.overview else 0)
    asked = [
        kind
        for kind in shown
        if source.shares(kind.resource_type) is not Sharing.NONE and not _comes_afterwards(kind, source)
    ]
    # What is held together by another answer takes longest to put together: that other answer is asked for first.
    gathered = {kind.slug: _gather(kind, source) for kind in asked}
    asked.sort(key=lambda kind: gathered[kind.slug] is None)
    flying = {kind.slug: FLIGHTS.start(kind, source) for kind in asked}

    make = partial(_block, source=source, addresses=addresses)
    not_shared = [kind for kind in shown if source.shares(kind.resource_type) is Sharing.NONE]
    made = {kind.slug: make(kind) for kind in not_shared}
    for block in made.values():
        put_down(block)
    for kind in _as_they_come(shown, flying, gathered, patience):
        answered = partial(answer, flying[kind.slug], source)
        made[kind.slug] = make(kind, asked=Asked(answered, gathered[kind.slug]))
        put_down(made[kind.slug])
    for kind in shown:
        if kind.slug not in made:
            made[kind.slug] = _late(kind, addresses)
            put_down(made[kind.slug])
    blocks = tuple(made[kind.slug] for kind in shown)
    times = [block.section.as_of for block in blocks if block.section.as_of is not None]
    return Summary(blocks=blocks, missing=tuple(_missing(blocks)), as_of=min(times) if times else None)


def _comes_afterwards(kind: AnyKind, source: Source) -> bool:
    """Whether a block is left to come by itself; what is kept already stands there at once."""
    return kind.overview is not None and kind.overview.afterwards and collecting.load(kind, source) is None


def _as_they_come(
    shown: Iterable[AnyKind],
    flying: Mapping[str, Future[Collected]],
    gathered: Mapping[str, Future[Collected] | None],
    patience: float,
) -> Iterator[AnyKind]:
    """The kinds whose answers are there, each as soon as it is: its block is made while others are on their way."""
    needed = {
        kind.slug: [asked for asked in (flying[kind.slug], gathered[kind.slug]) if asked is not None]
        for kind in shown
        if kind.slug in flying
    }
    left = [kind for kind in shown if kind.slug in needed]
    try:
        for _done in as_completed({asked for every in needed.values() for asked in every}, timeout=patience):
            ready = [kind for kind in left if all(asked.done() for asked in needed[kind.slug])]
            left = [kind for kind in left if not any(kind is one for one in ready)]
            yield from ready
    except TimeoutError:
        # What holds entries together may be late; they themselves need not be.
        yield from (kind for kind in left if flying[kind.slug].done())


def load_block(kind: AnyKind, *, source: Source, addresses: Addresses, in_full: bool = False) -> Block:
    """One block that was late: what is being asked is waited for, not asked again.

    Args:
        in_full: all entries are fetched, as far as there is time, so that all current ones can be printed.
    """
    answered = (
        partial(answer_in_full, kind, source)
        if in_full
        else partial(answer, FLIGHTS.start(kind, source), source)
    )
    found = _block(kind, source, addresses, Asked(answered, _gather(kind, source)))
    return with_other(found, section=replace(found.section, rest_href="")) if in_full else found


def _block(kind: AnyKind, source: Source, addresses: Addresses, asked: Asked | None = None) -> Block:
    assert kind.overview is not None  # noqa: S101 (only such kinds come here)
    try:
        rows = MOST_ON_PAPER if kind.overview.all_on_paper else kind.overview.rows
        section = load_section(Wanted(kind, source, addresses, Look(rows=rows, only_now=True)), asked)
    except AccessOver:
        raise
    except Exception as error:  # a mistake of ours in one block leaves the others standing
        log.error("block %s failed: %s", kind.slug, type(error).__name__)
        section = _broken(kind, source, addresses)
    if section.state is State.LATE:
        return _late(kind, addresses)
    if section.latest:
        section = replace(section, latest=section.latest[: kind.overview.rows])
    apart = _apart(kind, section)
    if apart and len(apart) == len(section.groups):
        section = replace(section, empty_words=_nothing_else(section))
    return Block(
        title=kind.overview.title,
        section=replace(section, rest_href=_goes_on(kind, section, addresses), set_aside=()),
        more_href=section.href if section.state is State.LOADED else "",
        more_words=_more(kind, section, apart),
        apart=apart,
        on_screen=kind.overview.rows,
        left_out=tuple(_left_out(kind, section)) if section.state is State.LOADED else (),
        is_short=kind.overview.all_on_paper and section.pages.at_least,
    )


def _gather(kind: AnyKind, source: Source) -> Future[Collected] | None:
    """What holds the entries of a block together: asked for with the blocks, so it is there or on its way."""
    other = holding(kind, source)
    return FLIGHTS.start(other, source) if other is not None else None


def _broken(kind: AnyKind, source: Source, addresses: Addresses) -> Section:
    href = addresses.section(kind)
    return Section(
        slug=kind.slug,
        title=kind.title,
        plain=kind.plain,
        state=State.FAILED,
        notices=(notices.unexpected(kind.title, retry_href=href, request_id=source.request_id),),
        href=href,
    )


def _apart(kind: AnyKind, section: Section) -> tuple[RowGroup, ...]:
    """The groups that must not stand among the others: what is not to be taken is no medicine of now."""
    slugs = {heading.slug for heading in kind.headings if heading.apart}
    return tuple(group for group in section.groups if group.slug in slugs)


def _nothing_else(section: Section) -> Words:
    if section.pages.at_least:
        return _("Nothing else that is current is among the newest entries.")
    return _("Nothing else that is current came back.")


def _more(kind: AnyKind, section: Section, apart: Sequence[RowGroup] = ()) -> Words:
    """How many more there are, as far as that is known."""
    assert kind.overview is not None  # noqa: S101
    set_apart = sum(len(group.rows) for group in apart)
    left = section.pages.total - set_apart - min(len(section.rows) - set_apart, kind.overview.rows)
    if section.latest or kind.panels or left <= 0:
        return kind.overview.more
    if section.pages.at_least:
        return ngettext("and at least %d more", "and at least %d more", left) % left
    return ngettext("and %d more", "and %d more", left) % left


def _goes_on(kind: AnyKind, section: Section, addresses: Addresses) -> str:
    """Where the block comes from once more, when some of what must be on paper may not have come yet."""
    must_go_on = kind.overview is not None and kind.overview.all_on_paper and section.rest_href
    return addresses.block(kind, whole="yes") if must_go_on else ""


def _left_out(kind: AnyKind, section: Section) -> Iterator[Words]:
    """What of a section is not on a printed overview, counted."""
    assert kind.overview is not None  # noqa: S101
    if section.latest:
        here = len(section.latest)
    elif kind.panels:
        here = sum(row.measure is not None for row in section.rows)
    else:
        here = sum(len(group.rows) for group in section.groups if group.slug != UNREADABLE)
    left = section.tally.shown - here - section.stated
    if kind.overview.all_on_paper:
        yield from _current_left_out(section, section.pages.total - here, left)
    elif left > 0 and section.pages.at_least:
        yield (
            ngettext(
                "At least %d more entry of this part of the record is not on this sheet.",
                "At least %d more entries of this part of the record are not on this sheet.",
                left,
            )
            % left
        )
    elif left > 0:
        yield (
            ngettext(
                "%d more entry of this part of the record is not on this sheet.",
                "%d more entries of this part of the record are not on this sheet.",
                left,
            )
            % left
        )


def _current_left_out(section: Section, current: int, left: int) -> Iterator[Words]:
    """The same of a section whose current entries must all be there: `current` of them are not, `left` in all."""
    if section.pages.at_least:
        yield _("Not all entries had come when this sheet was printed. There may be more, also current ones.")
    if current > 0:
        yield (
            ngettext(
                "%d more current entry is not on this sheet.",
                "%d more current entries are not on this sheet.",
                current,
            )
            % current
        )
    left -= max(current, 0)
    if left > 0:
        yield (
            ngettext(
                "%d entry that is not known to be current is not on this sheet.",
                "%d entries that are not known to be current are not on this sheet.",
                left,
            )
            % left
        )


def _late(kind: AnyKind, addresses: Addresses) -> Block:
    assert kind.overview is not None  # noqa: S101
    section = Section(
        slug=kind.slug,
        title=kind.title,
        plain=kind.plain,
        state=State.LATE,
        href=addresses.section(kind),
        rest_href=addresses.block(kind),
    )
    return Block(title=kind.overview.title, section=section)


def _missing(blocks: Iterable[Block]) -> Iterable[Notice]:
    """One line for each block that is not whole; the block itself says the rest."""
    for block in blocks:
        # What is late comes by itself, and says so in its place.
        if block.section.notices:
            first = block.section.notices[0]
            href = f"#block-{block.section.slug}"
            yield Notice(title=first.title, retry_href=href, safe=notices.SAFE, stays=first.stays)
