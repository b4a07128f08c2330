"""What a reader is offered to take along: how much there is of each section, and what the choices come to."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _now

from records.fetching.source import Sharing, Source
from records.kinds.base import Group
from records.lists import date_range
from records.lists.whole import Part, Whole
from records.service.receipt import cause_of
from records.service.take import Order
from records.service.take_protected import Protected
from records.takeaway.forms import EVERY
from records.words.rows import Words


@dataclass(frozen=True, slots=True)
class Section:
    """One section to choose. `count`: None where it is not known. `gap`: why it cannot be chosen, or empty."""

    slug: str
    title: Words
    count: int | None
    is_chosen: bool
    at_least: bool = False
    gap: Words = ""
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Sections:
    """The sections of one group of the menu."""

    title: Words
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is, and what the choices come to.

    Attributes:
        chosen, total: entries. documents: of those chosen, how many documents there are.
        protected: how many entries carry extra protection; those are not among `total` where they are to stay out.
        mebibytes, sheets: about how much it will be; `sheets` 0 where the form has none.
        at_least: more may still arrive.
    """

    groups: tuple[Sections, ...]
    chosen: int
    total: int
    protected: int
    documents: int
    size_words: str
    sheets: int
    at_least: bool

    @property
    def expected(self) -> dict[str, int]:
        """How many entries of each section are to go in, where known."""
        return {
            one.slug: one.count
            for group in self.groups
            for one in group.sections
            if one.is_chosen and one.count is not None
        }


def offer(whole: Whole, order: Order, source: Source) -> Offer:
    """What there is to take, counted as far as it has come.

    Raises:
        Gone: a page is no longer kept.
    """
    protected = Protected(whole, source)
    sections = [(part, _section(part, order)) for part in whole.parts]
    left_out = protected.count if not order.with_protected else 0
    total = sum(one.count or 0 for _part, one in sections) - left_out
    chosen = sum(_chosen(part, order) for part, one in sections if one.is_chosen and not one.gap)
    chosen = max(0, chosen - left_out)
    form = EVERY[order.form]
    return Offer(
        groups=tuple(
            Sections(group.value, here)
            for group in Group
            if (here := tuple(one for part, one in sections if part.kind.group is group))
        ),
        chosen=chosen,
        total=total,
        protected=protected.count,
        documents=sum(one.count or 0 for part, one in sections if part.kind.slug == "documents"),
        size_words=_size(form.bytes_an_entry * chosen),
        sheets=-(-chosen // form.entries_a_sheet) if form.entries_a_sheet else 0,
        at_least=whole.is_open,
    )


def _size(size: int) -> str:
    """About how much, in a word: nobody is told a kilobyte that may be another one."""
    if size < 512 * 1024:
        return _now("less than 1 MB")
    return _now("%d MB") % max(1, round(size / 1024 / 1024))


def _section(part: Part, order: Order) -> Section:
    kind = part.kind
    is_chosen = kind.slug in order.sections
    if part.sharing is Sharing.NONE:
        return Section(kind.slug, kind.title, None, False, gap=_now("not shared at sign-in"), is_refused=True)
    if part.sifted is None:
        why = cause_of(part) if part.has_failed else ""
        return Section(kind.slug, kind.title, None, is_chosen, gap=why)
    count = part.sifted.tally.shown + len(part.sifted.unreadable)
    return Section(kind.slug, kind.title, count, is_chosen, at_least=part.is_open)


def _chosen(part: Part, order: Order) -> int:
    """How many entries of a section the chosen dates leave, about: reports are counted by their results."""
    sifted = part.sifted
    if sifted is None:
        return 0
    every = sifted.tally.shown + len(sifted.unreadable)
    if not (order.since or order.until):
        return every
    now = {heading.slug for heading in part.kind.headings if heading.now}
    whatever = part.kind.overview is not None and part.kind.overview.all_on_paper
    outside = sum(
        1
        for slug, spots in sifted.groups.items()
        for spot in spots
        if (day := sifted.day(spot))
        and not (whatever and slug in now)
        and not date_range.touches(day, order.since, order.until)
    )
    return max(0, every - outside)
