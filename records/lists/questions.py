"""The questions of a questionnaire over time: what was answered the first time, a year ago, and the last time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from records.kinds.base import Known
from records.lists.answers import with_answers
from records.lists.grouping import Grouped
from records.reading.known import known_for
from records.reading.places import Spot
from records.reading.rows import read_all, row_of
from records.words import wording
from records.words.rows import Answer, Telling, Words
from records.words.sections import Item, Questions

YEAR = timedelta(days=365)


def questions_of(grouped: Grouped) -> Questions | None:
    """Questions and answers of up to three times; None for a kind without questions, and where no answers came.

    Raises:
        Gone: a page is no longer kept.
    """
    entries = grouped.entries
    kind, source = entries.kind, entries.source
    if kind.folds is None:
        return None
    spots = _chosen(sorted(filter(_day, entries.sifted.series.get(entries.look.series or "", ()))))
    known: Known = with_answers(known_for((), source, whole=True), spots, entries)
    found = read_all(kind, entries.raws(spots))
    columns: list[tuple[Words, Sequence[Answer]]] = []
    for spot in spots:
        one = found[spot]
        row = row_of(kind, one, known, entries.addresses) if one is not None else None
        told = [answer for answer in row.answers if not answer.is_total] if row is not None else []
        if told:
            columns.append((wording.day(entries.sifted.day(spot)), told))
    if not columns:
        return None
    are_points = any(answer.count for _day_words, answers in columns for answer in answers)
    asked: dict[str, Answer] = {}
    for _day_words, answers in reversed(columns):
        for answer in answers:
            asked.setdefault(str(answer.question), answer)
    items = [
        (
            answer.on_self_harm,
            Item(answer.question, tuple(_cell(name, answers) for _day_words, answers in columns)),
        )
        for name, answer in asked.items()
    ]
    return Questions(
        days=tuple(words for words, _answers in columns),
        items=tuple(item for is_apart, item in items if not is_apart),
        apart=tuple(item for is_apart, item in items if is_apart),
        are_points=are_points,
    )


def _day(spot: Spot) -> bool:
    return len(spot.when) >= 10


def _chosen(spots: Sequence[Spot]) -> list[Spot]:
    """The first, the last, and the one nearest to a year before the last; oldest first."""
    if len(spots) <= 3:
        return list(spots)
    last = date.fromisoformat(spots[-1].when[:10])
    between = min(spots[1:-1], key=lambda spot: abs(date.fromisoformat(spot.when[:10]) - (last - YEAR)))
    return [spots[0], between, spots[-1]]


def _cell(question: str, answers: Sequence[Answer]) -> Words:
    """What was answered that time: what it counts, else its words; empty where it was not asked."""
    for answer in answers:
        if str(answer.question) == question:
            return answer.count if answer.count and answer.telling is Telling.SAID else answer.answer
    return ""
