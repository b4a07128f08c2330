"""The completeness receipt: of every section, what was asked, what came, what is shown, what was set aside, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fetching import collected as collecting
from records.fetching import forms
from records.fetching.source import Sharing
from records.lists.whole import Part, Whole
from records.reading.addresses import Addresses
from records.service.opened import File
from records.words import notices
from records.words.rows import Words
from records.words.sections import Tally


@dataclass(frozen=True, slots=True)
class Line:
    """One section of the receipt. `reasons` say why entries are not among the shown ones, each with its number."""

    title: Words
    href: str
    asked: Words
    answered: Words
    tally: Tally = field(default_factory=Tally)
    reasons: tuple[Words, ...] = ()
    as_of: datetime | None = None
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """All sections, and their sums."""

    lines: tuple[Line, ...]
    received: int
    shown: int
    set_aside: int
    is_open: bool
    is_complete: bool
    not_opened: int = 0


def receipt_of(whole: Whole, addresses: Addresses, closed: Iterable[File] = ()) -> Receipt:
    """The receipt of what has come. Received = shown + of another section + set aside, in every line.

    `closed`: the files that were not opened, as they are about somebody else.
    """
    files = tuple(closed)
    lines = tuple(_line(part, addresses, files) for part in whole.parts)
    shown = sum(line.tally.shown for line in lines)
    # An entry taken back is counted in the section where it would stand. What could not be placed in any is counted
    # once for each question, though several sections ask the same one.
    own = sum(line.tally.shown + line.tally.entered_in_error for line in lines)
    unplaced = {collecting.question(part.kind): _unplaced(part) for part in whole.parts}
    received = own + sum(unplaced.values())
    return Receipt(
        lines=lines,
        received=received,
        shown=shown,
        set_aside=received - shown,
        is_open=whole.is_open,
        is_complete=whole.is_complete,
        not_opened=len(files),
    )


def _unplaced(part: Part) -> int:
    if part.sifted is None:
        return 0
    tally = part.sifted.tally
    return tally.another_patient + tally.unreadable + tally.duplicate + tally.other_type


def _line(part: Part, addresses: Addresses, closed: Iterable[File]) -> Line:
    href = addresses.section(part.kind)
    if part.sharing is Sharing.OFF:
        return Line(
            part.kind.title, href, asked=_("Not asked: the agency does not give it here"), answered=""
        )
    if part.sharing is Sharing.NONE:
        return Line(part.kind.title, href, asked=_("Not asked: not shared with this app"), answered="")
    if part.sifted is None or part.collected is None:
        answered: Words = _("Still on its way")
        if part.has_failed:
            answered = cause_of(part)
        return Line(part.kind.title, href, asked=_("Asked"), answered=answered)
    return Line(
        part.kind.title,
        href,
        asked=_asked(part),
        answered=_answered(part),
        tally=part.sifted.tally,
        reasons=(*reasons_of(part.sifted.tally), *_not_opened(part, closed)),
        as_of=part.as_of,
        is_whole=part.is_whole,
    )


def _not_opened(part: Part, closed: Iterable[File]) -> Iterator[Words]:
    """The files of entries that are shown, which were themselves not opened."""
    shown = part.sifted.by_id if part.sifted is not None else {}
    count = sum(file.resource_type == part.kind.resource_type and file.logical_id in shown for file in closed)
    if count:
        said = ngettext(
            "%d file was not opened: it is about somebody else",
            "%d files were not opened: they are about somebody else",
            count,
        )
        yield said % count


def _asked(part: Part) -> Words:
    if (
        part.collected is not None
        and part.collected.form
        and forms.is_narrower(part.kind, part.collected.form)
    ):
        return _("Asked more narrowly, because the server refused the wider question")
    return _("Asked for part of it: only that was shared") if part.sharing is Sharing.PARTIAL else _("Asked")


def _answered(part: Part) -> Words:
    if part.error is not None:
        return _now("In part, then: %s") % cause_of(part)
    if part.is_open:
        return _("In part; the rest is on its way")
    if part.collected is not None and part.collected.short:
        return notices.counted_more(part.collected.short)
    pages = part.sifted.tally.pages if part.sifted else 0
    return ngettext("Fully, in %d answer", "Fully, in %d answers", pages) % pages


def cause_of(part: Part) -> Words:
    """Why a section did not come, or not all of it."""
    title = part.kind.title
    return (notices.explain(part.error, title) if part.error else notices.unexpected(title)).what_happened


def reasons_of(tally: Tally) -> Iterator[Words]:
    """Why entries that came are not among the shown ones, each with its number."""
    for count, one, several in (
        (tally.elsewhere, _("%s belongs to another section"), _("%s belong to another section")),
        (
            tally.entered_in_error,
            _("%s removed by the clinic as a mistake"),
            _("%s removed by the clinic as mistakes"),
        ),
        (
            tally.another_patient,
            _("%s not clearly about this patient"),
            _("%s not clearly about this patient"),
        ),
        (tally.unreadable, _("%s could not be read"), _("%s could not be read")),
        (tally.duplicate, _("%s came twice"), _("%s came twice")),
        (
            tally.other_type,
            _("%s of a kind that was not asked for"),
            _("%s of a kind that was not asked for"),
        ),
    ):
        if count:
            yield (one if count == 1 else several) % number_format(count, force_grouping=True)
