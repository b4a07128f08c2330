"""What is told of an entry in every form that is read by people: the same facts in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _now

from records.takeaway.taken import Entry
from records.words.rows import Fact, Measure, Row


class Line(NamedTuple):
    """A label and a value; without a label it is a sentence of its own. `verbatim`: a clinician's own words."""

    label: str
    value: str
    verbatim: bool = False


def heading(row: Row) -> str:
    """What an entry is called."""
    return str(row.title)


def value_of(measure: Measure) -> str:
    """A value with its unit and, where it is marked, the word for that."""
    value = f"{measure.value} {measure.unit}".strip()
    return f"{value} ({measure.flag.words})" if measure.flag is not None else value


def lines(entry: Entry) -> Iterator[Line]:
    """Everything that an entry's page tells of it, but its name; what would be told twice, once."""
    yield from _first(entry.row)
    yield from map(_fact, entry.row.facts)
    yield from _answers(entry.row)
    for note in entry.row.notes:
        by = ", ".join(filter(None, (note.who, str(note.when.words) if note.when else "")))
        yield Line(_now("Note, %s") % by if by else _now("Note"), note.text, verbatim=True)
    for named in entry.row.unread:
        yield Line(_now("Could not be read"), str(named))
    yield from map(_fact, entry.protected)


def _first(row: Row) -> Iterator[Line]:
    """What a list shows of it, as far as no fact says the same."""
    seen = {str(fact.value) for fact in row.facts}
    if row.danger:
        yield Line("", str(row.danger))
    if row.addition:
        yield Line("", str(row.addition))
    if row.measure is not None:
        yield from _measure(row.measure)
    if row.line and str(row.line) not in seen:
        yield Line("", str(row.line))
    if row.verbatim:
        yield Line("", row.verbatim, verbatim=True)
    if row.status is not None and str(row.status.words) not in seen:
        yield Line(_now("Status"), str(row.status.words))
    if row.when is not None and str(row.when.words) not in seen:
        yield Line(str(row.when.label or _now("Date")), str(row.when.words))
    if row.who and str(row.who) not in seen:
        yield Line("", str(row.who))
    for aside in dict.fromkeys(map(str, (*row.asides, *row.caveats))):
        if aside not in seen:
            yield Line("", aside)


def _answers(row: Row) -> Iterator[Line]:
    for answer in row.answers:
        points = f" ({answer.points})" if answer.points else ""
        yield Line(str(answer.question), f"{answer.answer}{points}")
        if answer.addition:
            yield Line("", str(answer.addition))
    for said in row.answers_say:
        yield Line("", str(said))


def _fact(fact: Fact) -> Line:
    return Line(str(fact.label), str(fact.value), fact.verbatim)


def _measure(measure: Measure) -> Iterator[Line]:
    if str(measure.value):
        yield Line(_now("Value"), value_of(measure))
    if measure.in_words:
        yield Line(_now("In words"), str(measure.in_words))
    if measure.usual_range:
        yield Line("", str(measure.usual_range))
    if measure.recorded:
        yield Line(_now("As recorded"), str(measure.recorded))
