"""How reports stand in a list of results: as headings over them, and on the overview as one line each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fhir.elements import Observation
from records.lists.panels import Panel
from records.reading.places import Spot
from records.words import flags, plain_names, wording
from records.words.observing import STATUS, measure
from records.words.rows import Measure, Row, When, Words, replace
from records.words.sections import RowGroup

ORDERED = STATUS["registered"]
RANGE_ARROWS = frozenset({"up", "down"})


def group_of(
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
            rows=tuple(map(dated, here)),
            total=total,
            hidden=hidden,
            are_results=True,
        )
    day = str(report.when.words) if report.when else ""
    return RowGroup(
        slug=panel.slug,
        title=report.title,
        sentence="" if panel.spots else _empty(panel),
        rows=tuple(dated(row, day) for row in here),
        total=total,
        hidden=hidden,
        report=report,
    )


def dated(row: Row, day: str = "") -> Row:
    """A row that says its date: that there is none, and not the one that its heading says already."""
    if row.when is None:
        return replace(row, when=When(words=_("Date not recorded")))
    return replace(row, when=None) if str(row.when.words) == day else row


def _empty(panel: Panel) -> Words:
    if panel.expected:
        return _("None of its results stand here: they did not come, or stand in another section or report.")
    return ""


def counted(observation: Observation) -> Row:
    """A result that is only counted: its measure where it may be out of the ordinary, and its name where it is; of any
    other nothing but that it is there."""
    found = measure(observation) if observation.component or flags.flag(observation) else Measure(value="")
    name = plain_names.named(observation.code)[0] if found.flag is not None else ""
    return Row(title=name, status=STATUS.get(observation.status or ""), measure=found)


def line_of(panel: Panel, rows: Mapping[Spot, Row], report: Row | None) -> Row:
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
        words = _now("At least %(count)d of %(total)d marked as out of the ordinary") % said
    elif all(flag.arrow in RANGE_ARROWS for flag in flags):
        words = _now("%(count)d of %(total)d outside the usual range") % said
    else:
        words = _now("%(count)d of %(total)d marked as out of the ordinary") % said
    named = marked_words(rows)
    return _now("%(label)s: %(value)s") % {"label": words, "value": named} if named else words


MOST_NAMED = 3
"""Marked results that a line names; the report has all."""


def marked_words(rows: Sequence[Row]) -> str:
    """The marked results of a report by name, value and flag, the gravest first: "Creatinine 1.4 mg/dL, High"."""
    found = [
        (
            row.measure.flag.critical,
            f"{row.title} {wording.beside(row.measure.value, row.measure.unit)}, {row.measure.flag.words}",
        )
        for row in rows
        if row.title and row.measure is not None and row.measure.flag is not None
    ]
    found.sort(key=lambda one: not one[0])
    said = "; ".join(words for _critical, words in found[:MOST_NAMED])
    more = len(found) - MOST_NAMED
    if more <= 0:
        return said
    return ngettext("%(said)s; and %(count)d more", "%(said)s; and %(count)d more", more) % {
        "said": said,
        "count": more,
    }
