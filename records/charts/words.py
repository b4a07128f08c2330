"""What a drawing says, in words, and what it leaves out. It tells directions and never judges one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.charts import stretches
from records.charts.axes import Scale
from records.charts.ranges import Ranges
from records.charts.readings import Reading
from records.charts.scores import Score
from records.charts.shapes import Year
from records.words import wording
from records.words.points import CHANGED, UNSURE

MOST_LISTED = 6
"""Readings that are told in words where they are not drawn. The table has all of them."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a drawing: readings with a number, oldest first; all of its readings; those in other units or
    taken in other ways, `alone` without a drawing and `others` with one; stretches, where there are too many to draw
    each; of each line its ranges and its scale."""

    drawn: Sequence[Reading]
    readings: Sequence[Reading]
    alone: Sequence[Reading]
    others: Sequence[tuple[str, str]]
    spans: Sequence[stretches.Span]
    unit: str
    lines: tuple[int, ...]
    ranges: Sequence[Ranges]
    scales: Sequence[Scale]
    score: Score
    years: Sequence[Year] = ()
    curve_words: str = ""


def sentence(facts: Facts) -> str:
    """The drawing in one sentence: how many, since when, lowest, highest, latest."""
    drawn = facts.drawn
    first, last = drawn[0], drawn[-1]
    dates = _now("%(count)s, %(first)s to %(last)s") % {
        "count": stretches.counted(len(drawn)),
        "first": first.day,
        "last": last.day,
    }
    said = [dates]
    if len(facts.lines) == 2:
        for line, words in ((0, _now("upper number")), (1, _now("lower number"))):
            values = stretches.known(drawn, line)
            if values:
                said.append(f"{words} {_from_to(values)}")
    else:
        line = facts.lines[0]
        values = stretches.known(drawn, line)
        if values:
            said.append(_span(values, _bounds(drawn, line, "<", "≤"), _bounds(drawn, line, ">", "≥")))
    newest = _now("latest %(value)s") % {"value": last.said}
    return f"{'; '.join([*said, newest])}."


def direction(facts: Facts) -> str:
    """From where to where; empty where there are no two ends to tell."""
    if facts.spans:
        found = facts.years
        if len(found) > 1:
            said = {
                "first": found[-1].middle,
                "then": found[-1].name,
                "last": found[0].middle,
                "now": found[0].name,
                "unit": facts.unit,
            }
            return _now("Middle reading %(first)s in %(then)s, %(last)s in %(now)s (%(unit)s).") % said
    sure = [reading for reading in facts.drawn if reading.point.state != UNSURE]
    if len(sure) < 2:
        return ""
    first, last = sure[0], sure[-1]
    if (then := first.point.iso[:7]) == (now := last.point.iso[:7]):
        then, now = first.point.iso[:10], last.point.iso[:10]
    if then == now:
        return ""
    said = {"first": first.said, "then": wording.day(then), "last": last.said, "now": wording.day(now)}
    if first.said == last.said:
        return _now("%(first)s in %(then)s and in %(now)s.") % said if len(then) == 7 else ""
    if len(then) == 7:
        return _now("From %(first)s in %(then)s to %(last)s in %(now)s.") % said
    return _now("From %(first)s on %(then)s to %(last)s on %(now)s.") % said


# ---------------------------------------------------------------- what needs a word


def notes(facts: Facts) -> Iterator[str]:
    """What is drawn otherwise than as a dot on a line, and what is not drawn at all."""
    yield from _cut(facts.scales)
    if facts.others:
        yield _now(
            "Readings in another unit, or taken in another way, have a drawing of their own; nothing was converted."
        )
    yield from _long(facts)
    yield from _ranges(facts)
    yield from _score(facts.score)
    yield from _counted(facts)
    yield from _left_out(facts)


def _cut(scales: Sequence[Scale]) -> Iterator[str]:
    """That an axis of values does not begin at zero, where it does not."""
    cut = [scale for scale in scales if scale.is_cut]
    if len(cut) == 2:
        said = {"upper": cut[0].ticks[0].words, "lower": cut[1].ticks[0].words}
        yield (
            _now("Neither scale begins at zero: the upper begins at %(upper)s, the lower at %(lower)s.")
            % said
        )
        return
    for scale in cut:
        yield _now("The scale runs from %(low)s to %(high)s and does not begin at zero.") % {
            "low": scale.ticks[0].words,
            "high": scale.ticks[-1].words,
        }


def _long(facts: Facts) -> Iterator[str]:
    if not facts.spans:
        return
    yield _now(
        "There are more readings than can be drawn one by one. Each step is a stretch of time, from its lowest to its"
        " highest reading; the line goes through the middle one, which has as many above as below."
    )
    marked = sum(any(number.flagged for number in r.point.numbers) for r in facts.drawn)
    if marked:
        yield (
            ngettext(
                "%d reading is marked as out of the ordinary; the table says which.",
                "%d readings are marked as out of the ordinary; the table says which.",
                marked,
            )
            % marked
        )
    unsure = sum(r.point.state == UNSURE for r in facts.drawn)
    if unsure:
        yield (
            ngettext(
                "%d reading may still change and is not in the steps.",
                "%d readings may still change and are not in the steps.",
                unsure,
            )
            % unsure
        )


def _ranges(facts: Facts) -> Iterator[str]:
    for ranges in facts.ranges:
        if ranges.are_many:
            yield _now("The usual range changes from reading to reading; the table has each.")
            return
    of_each = [ranges for ranges in facts.ranges if len(ranges.runs) > 1]
    for ranges in of_each:
        said = [
            _now("%(range)s from %(first)s to %(last)s")
            % {"range": range_words(run.low, run.high), "first": run.first.day, "last": run.last.day}
            for run in ranges.runs
        ]
        yield _now("The usual range was recorded as %s.") % "; ".join(said)
    without = max((ranges.without for ranges in facts.ranges if ranges.runs), default=0)
    if without:
        yield (
            ngettext(
                "%d reading came without a usual range.", "%d readings came without a usual range.", without
            )
            % without
        )


def range_words(low: Decimal | None, high: Decimal | None) -> str:
    """A range: "60 to 110", "5 or less"."""
    said = {"low": wording.number(low), "high": wording.number(high)}
    if low is not None and high is not None:
        return _now("%(low)s to %(high)s") % said
    return _now("%(high)s or less") % said if high is not None else _now("%(low)s or more") % said


def _score(score: Score) -> Iterator[str]:
    if score.published:
        yield _now("Published in: %s.") % score.published.rstrip(".")


def _counted(facts: Facts) -> Iterator[str]:
    placed = [r for r in facts.drawn if r.is_placed]
    bounds = sum(any(n.comparator for n in r.point.numbers) for r in placed)
    months = sum(r.is_month for r in placed)
    changed = sum(r.point.state == CHANGED for r in placed)
    if bounds:
        yield ngettext(
            "%(count)d reading is known only to be above or below a number: an open arrow, not part of the line.",
            "%(count)d readings are known only to be above or below a number: open arrows, not part of the line.",
            bounds,
        ) % {"count": bounds}
    if changed and facts.spans:
        yield ngettext(
            "%(count)d reading was corrected later; the corrected number counts.",
            "%(count)d readings were corrected later; the corrected numbers count.",
            changed,
        ) % {"count": changed}
    if months:
        yield ngettext(
            "%(count)d reading is dated to the month only; it stands in the middle of the month.",
            "%(count)d readings are dated to the month only; they stand in the middle of the month.",
            months,
        ) % {"count": months}


def _left_out(facts: Facts) -> Iterator[str]:
    with_number = [r for r in facts.readings if r.has_number]
    undated = [r for r in with_number if not r.is_placed]
    without = len(facts.readings) - len(with_number)
    if undated:
        yield ngettext(
            "%(count)d reading has no exact date and is not drawn: %(values)s.",
            "%(count)d readings have no exact date and are not drawn: %(values)s.",
            len(undated),
        ) % {"count": len(undated), "values": _listed(undated)}
    if facts.alone:
        yield ngettext(
            "%(count)d reading in another unit, or taken in another way, is not drawn here: %(values)s.",
            "%(count)d readings in other units, or taken in other ways, are not drawn here: %(values)s.",
            len(facts.alone),
        ) % {"count": len(facts.alone), "values": _listed(facts.alone)}
    if without:
        yield ngettext(
            "%(count)d entry has no number to draw; the table shows it.",
            "%(count)d entries have no number to draw; the table shows them.",
            without,
        ) % {"count": without}


def _listed(readings: Sequence[Reading]) -> str:
    said = [f"{r.said} ({', '.join(filter(None, (r.day, r.point.how)))})" for r in readings[:MOST_LISTED]]
    return "; ".join([*said, "…"] if len(readings) > MOST_LISTED else said)


# ---------------------------------------------------------------- lowest and highest


def _from_to(values: Sequence[Decimal]) -> str:
    low, high = wording.number(min(values)), wording.number(max(values))
    return low if low == high else _now("%(low)s to %(high)s") % {"low": low, "high": high}


def _bounds(readings: Sequence[Reading], line: int, *signs: str) -> list[tuple[Decimal, str]]:
    """What is known only to be below, or only above, a number: the number, and how it is written."""
    return [
        (r.value(line), r.point.numbers[line].comparator)
        for r in readings
        if r.can_draw(line) and r.point.numbers[line].comparator in signs
    ]


def _span(
    values: Sequence[Decimal], less: Sequence[tuple[Decimal, str]], more: Sequence[tuple[Decimal, str]]
) -> str:
    """The lowest and the highest. A bound beyond all exact numbers is it; one among them leaves it unknown."""
    low, high = min(values), max(values)
    least, most = min(less, default=None), max(more, default=None)
    if least is None and most is None:
        if low == high:
            return _now("always %(value)s") % {"value": wording.number(low)}
        return _now("lowest %(low)s, highest %(high)s") % {
            "low": wording.number(low),
            "high": wording.number(high),
        }
    below = least is not None and least[0] <= low
    above = most is not None and most[0] >= high
    said = {
        "low": f"{least[1]} {wording.number(least[0])}" if least and below else wording.number(low),
        "high": f"{most[1]} {wording.number(most[0])}" if most and above else wording.number(high),
    }
    if (least is None or below) and (most is None or above):
        return _now("lowest %(low)s, highest %(high)s") % said
    return _now("lowest exact number %(low)s, highest exact number %(high)s") % {
        "low": wording.number(low),
        "high": wording.number(high),
    }
