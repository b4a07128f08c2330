"""What the shapes of a drawing mean: only those that occur in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.charts.shapes import KeyItem, Panel
from records.charts.words import Facts, range_words
from records.words.rows import Words

SHAPES: dict[str, Words] = {
    "diamond": _("Marked; the table says how"),
    "changed": _("Corrected later"),
    "unsure": _("May still change, or its status is not known"),
    "up": _("More than the number where it begins"),
    "down": _("Less than the number where it begins"),
}


def key(panels: Sequence[Panel], facts: Facts) -> Iterator[KeyItem]:
    """Each shape that occurs, with its words."""
    shapes = {mark.shape for panel in panels for mark in panel.marks}
    if facts.spans:
        yield KeyItem(
            "spread", _now("Middle reading of each stretch of time, between its lowest and its highest")
        )
    elif "dot" in shapes:
        yield KeyItem("dot", _now("One total") if facts.score.most else _now("One reading"))
    for shape, words in SHAPES.items():
        if shape in shapes:
            yield KeyItem(shape, str(words))
    if any(panel.dashed for panel in panels):
        yield KeyItem("gap", _now("No exact number in between, or no reading for a long time"))
    if facts.score.ranges:
        yield KeyItem("band", _now("Ranges that its authors published"))
    for mark in facts.score.marks:
        yield KeyItem(
            "edge", _now("From %(number)s on: %(words)s") % {"number": mark.value, "words": mark.words}
        )
    if any(panel.bands for panel in panels) and not facts.score.most:
        only = facts.ranges[0] if len(facts.ranges) == 1 and facts.ranges[0].is_one else None
        words = range_words(only.runs[0].low, only.runs[0].high) if only else ""
        yield KeyItem("band", _now("Usual range, %s") % words if words else _now("Usual range, as recorded"))
    if any(panel.curves for panel in panels):
        yield KeyItem("curve", facts.curve_words)
