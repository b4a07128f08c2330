"""What a drawing says, in words, and what it leaves out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.charts.axes import Scale
from records.charts.readings import Reading
from records.words import wording


def sentence(placed: Sequence[Reading], unit: str, *, is_pressure: bool) -> str:
    """The drawing in one sentence: how many, since when, lowest, highest, latest."""
    drawn = [r for r in placed if r.has_number]
    count = ngettext("%(count)d reading", "%(count)d readings", len(drawn)) % {"count": len(drawn)}
    first, last = drawn[0], drawn[-1]
    dates = _now("%(count)s, %(first)s to %(last)s") % {
        "count": count,
        "first": first.day,
        "last": last.day,
    }
    said = [dates]
    if is_pressure:
        for line, words in ((0, _now("upper number")), (1, _now("lower number"))):
            values = _values(drawn, line)
            if values:
                said.append(f"{words} {_from_to(values)}")
    else:
        values = _values(drawn, 0)
        if values:
            said.append(_span(values, _bounds(drawn, "<", "≤"), _bounds(drawn, ">", "≥")))
    newest = _now("latest %(value)s") % {"value": wording.beside(last.measure.value, unit)}
    return f"{'; '.join([*said, newest])}."


def cut(scale: Scale) -> Iterator[str]:
    """That the axis of values does not begin at zero, where it does not."""
    if scale.is_cut:
        yield _now("The scale runs from %(low)s to %(high)s and does not begin at zero.") % {
            "low": scale.ticks[0].words,
            "high": scale.ticks[-1].words,
        }


def notes(readings: Sequence[Reading], alone: Sequence[Reading], *, several: bool) -> Iterator[str]:
    """What is drawn otherwise than as a dot on a line, and what is not drawn at all.

    Args:
        readings: those of the drawing's unit, and those without a number.
        alone: readings in units that have no drawing.
        several: whether another unit has a drawing too.
    """
    with_number = [r for r in readings if r.has_number]
    bounds = sum(any(n.comparator for n in r.measure.numbers) for r in with_number if r.is_placed)
    months = sum(r.is_month for r in with_number)
    undated = [r for r in with_number if not r.is_placed]
    without = len(readings) - len(with_number)
    if several:
        yield _now("Readings in another unit have a drawing of their own; nothing was converted.")
    if bounds:
        yield ngettext(
            "%(count)d reading is known only to be above or below a number: an open arrow, not part of the line.",
            "%(count)d readings are known only to be above or below a number: open arrows, not part of the line.",
            bounds,
        ) % {"count": bounds}
    if months:
        yield ngettext(
            "%(count)d reading is dated to the month only; it stands in the middle of the month.",
            "%(count)d readings are dated to the month only; they stand in the middle of the month.",
            months,
        ) % {"count": months}
    if undated:
        yield ngettext(
            "%(count)d reading has no exact date and is not drawn: %(values)s.",
            "%(count)d readings have no exact date and are not drawn: %(values)s.",
            len(undated),
        ) % {
            "count": len(undated),
            "values": _listed(undated),
        }
    if alone:
        yield ngettext(
            "%(count)d reading in another unit is not drawn, and nothing was converted: %(values)s.",
            "%(count)d readings in other units are not drawn, and nothing was converted: %(values)s.",
            len(alone),
        ) % {"count": len(alone), "values": _listed(alone)}
    if without:
        yield ngettext(
            "%(count)d entry has no number to draw; the table shows it.",
            "%(count)d entries have no number to draw; the table shows them.",
            without,
        ) % {"count": without}


def _listed(readings: Sequence[Reading]) -> str:
    return "; ".join(f"{wording.beside(r.measure.value, r.measure.unit)} ({r.day})" for r in readings)


def _values(readings: Sequence[Reading], line: int) -> list[Decimal]:
    return [r.value(line) for r in readings if r.is_known(line)]


def _from_to(values: Sequence[Decimal]) -> str:
    low, high = wording.number(min(values)), wording.number(max(values))
    return low if low == high else _now("%(low)s to %(high)s") % {"low": low, "high": high}


def _bounds(readings: Sequence[Reading], *signs: str) -> list[tuple[Decimal, str]]:
    """What is known only to be below, or only above, a number: the number, and how it is written."""
    return [
        (r.value(0), r.measure.numbers[0].comparator)
        for r in readings
        if r.can_draw(0) and r.measure.numbers[0].comparator in signs
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
