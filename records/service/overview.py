"""The overview: the first answer of every block side by side, with a deadline. What is late loads by itself."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, as_completed
from dataclasses import dataclass
from dataclasses import replace as with_other
from datetime import datetime
from functools import partial

from django.utils.translation import gettext_lazy as _

from records.fetching import collected as collecting
from records.fetching.collected import Collected
from records.fetching.source import AccessOver, Source
from records.fetching.under_way import FLIGHTS, answer, answer_in_full
from records.kinds.base import AnyKind
from records.lists.choosing import Look
from records.lists.entries import Wanted
from records.lists.grouping import holding
from records.reading.addresses import Addresses
from records.service.left_out import left_out, more
from records.service.section import Asked, load_section
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


class Rendering:
    """What becomes of the blocks while a page is made; here nothing."""

    def meanwhile(self) -> None:
        """Called when all is asked for, and nothing needs to be done until something comes."""

    def as_before(self, kind: AnyKind, came: Collected, held: Collected | None) -> Section | None:
        """The section of a block that was made of answers that said the same; it is not made, nor put down.

        Args:
            held: what holds its entries together, where something does.
        """

    def put_down(self, block: Block) -> None:
        """Given each block as soon as it is made, while answers to others are on their way."""


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
    rendering: Rendering | None = None,
) -> Summary:
    """The blocks of those kinds that stand on the overview, each in its own state.

    Args:
        kinds: all kinds; those without a place on the overview are passed over.
        patience: seconds after which a block is late. It goes on loading, and `load_block` finds it.
        rendering: is told of each block, and may have it already.

    Raises:
        AccessOver: the sign-in ended.
    """
    shown = sorted((k for k in kinds if k.overview), key=lambda k: k.overview.order if k.overview else 0)
    asked = [
        kind for kind in shown if not source.shared(kind).is_closed and not _comes_afterwards(kind, source)
    ]
    # What is held together by another answer takes longest to put together: that other answer is asked for first.
    gathered = {kind.slug: _gather(kind, source) for kind in asked}
    asked.sort(key=lambda kind: gathered[kind.slug] is None)
    flying = {kind.slug: FLIGHTS.start(kind, source) for kind in asked}

    rendering = rendering or Rendering()
    rendering.meanwhile()
    make = partial(_block, source=source, addresses=addresses)
    made: dict[str, Block] = {}
    for kind in shown:
        if source.shared(kind).is_closed:
            made[kind.slug] = _put_down(make(kind), rendering)
    for kind in _as_they_come(shown, flying, gathered, patience):
        one, holding = flying[kind.slug], gathered[kind.slug]
        made[kind.slug] = _before(kind, one, holding, rendering) or _put_down(
            make(kind, asked=Asked(partial(answer, one, source), holding)), rendering
        )
    for kind in shown:
        if kind.slug not in made:
            made[kind.slug] = _put_down(_late(kind, addresses), rendering)
    blocks = tuple(made[kind.slug] for kind in shown)
    times = [block.section.as_of for block in blocks if block.section.as_of is not None]
    return Summary(blocks=blocks, missing=tuple(_missing(blocks)), as_of=min(times) if times else None)


def _put_down(block: Block, rendering: Rendering) -> Block:
    rendering.put_down(block)
    return block


def _before(
    kind: AnyKind, asked: Future[Collected], holding: Future[Collected] | None, rendering: Rendering
) -> Block | None:
    """A block that says what it said before, where its answers came and say the same."""
    assert kind.overview is not None  # noqa: S101
    every = [asked] if holding is None else [asked, holding]
    if not all(one.done() and one.exception() is None for one in every):
        return None
    section = rendering.as_before(kind, asked.result(), holding.result() if holding is not None else None)
    return Block(title=kind.overview.title, section=section) if section is not None else None


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
        more_words=more(kind, section, apart),
        apart=apart,
        on_screen=kind.overview.rows,
        left_out=tuple(left_out(kind, section)) if section.state is State.LOADED else (),
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


def _goes_on(kind: AnyKind, section: Section, addresses: Addresses) -> str:
    """Where the block comes from once more, when some of what must be on paper may not have come yet."""
    must_go_on = kind.overview is not None and kind.overview.all_on_paper and section.rest_href
    return addresses.block(kind, whole="yes") if must_go_on else ""


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
