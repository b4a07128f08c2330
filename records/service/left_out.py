"""What of a section is not in its block of the overview: counted, on the screen and on a printed sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.kinds.base import AnyKind
from records.service.section import UNREADABLE
from records.words.rows import Words
from records.words.sections import RowGroup, Section


def more(kind: AnyKind, section: Section, apart: Sequence[RowGroup] = ()) -> Words:
    """How many more there are, as far as that is known."""
    assert kind.overview is not None  # noqa: S101
    set_apart = sum(len(group.rows) for group in apart)
    left = section.pages.total - set_apart - min(len(section.rows) - set_apart, kind.overview.rows)
    if section.latest or kind.panels or left <= 0:
        return kind.overview.more
    if section.pages.at_least:
        return ngettext("and at least %d more", "and at least %d more", left) % left
    return ngettext("and %d more", "and %d more", left) % left


def left_out(kind: AnyKind, section: Section) -> Iterator[Words]:
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
