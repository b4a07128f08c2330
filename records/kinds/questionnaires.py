"""Questionnaires and screenings: what was asked, what was answered, what it adds up to. FHIR R4 Observation; US Core
5.0.1 (Survey, SDOH Assessment).

A questionnaire is one row. Its answers come as members, as what a total is worked out from, or as components, and
are told on its page, question by question. An answer whose questionnaire did not come stands by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from records.fhir.elements import Observation, Reference, Valued
from records.kinds import observed
from records.kinds.base import Folding, Group, Heading, Kind, Known, OnOverview, Search, by_code, pointed
from records.kinds.scores import listed, listed_measure, score_of, to_point, total_measure
from records.kinds.surveys import (
    Filled,
    Sum,
    filled_in,
    id_of,
    number_of,
    points,
    says_something,
    sum_of,
)
from records.words import flags, observing, plain_names, self_harm, wording
from records.words.instruments import Instrument, band_words, instrument_of, is_total
from records.words.rows import Answer, Fact, Measure, Row, Telling, Words, replace

NAME_MISSING = _("Unnamed questionnaire")
QUESTION_MISSING = _("A question without a name")


class SurveyHead(observed.ObservedHead, frozen=True, kw_only=True):
    """What sorting needs, and what a questionnaire or a total names."""

    derivedFrom: list[Reference] = []


def members(head: SurveyHead) -> Sequence[Reference]:
    """What is told in an entry: its members, and what it is worked out from."""
    return [*head.hasMember, *head.derivedFrom]


def series(head: SurveyHead) -> str | None:
    """Which questionnaire an entry is of, or which question."""
    folding = folds(head)
    return folding.name if folding is not None else observed.name_by_code(head)


def folds(head: SurveyHead) -> Folding | None:
    """Which questionnaire an entry is, or is the total of; None for a single answer."""
    known = instrument_of(head.code)
    if known is not None:
        return Folding(known.panel, is_total(head.code))
    if not head.hasMember:
        return None
    name = observed.name_by_code(head)
    return Folding(name) if name is not None else None


# ---------------------------------------------------------------- words


def is_group(part: Valued) -> bool:
    """Whether a part of a questionnaire only holds questions together."""
    return isinstance(part, Observation) and bool(part.hasMember) and not says_something(part)


def answers_of(filled: Filled, known: Known) -> Iterator[Answer]:
    """Every question with its answer, both as recorded."""
    for part in (*filled.answers, *filled.derived, *((filled.total,) if filled.total is not None else ())):
        if is_group(part):
            continue  # a group of questions, which stand for themselves
        words = observing.value_words(part) if part is not filled.total else _total_words(filled)
        counted = points(part, filled.instrument) if part is not filled.total else None
        yield Answer(
            question=plain_names.named(part.code)[0] or QUESTION_MISSING,
            answer=words or observing.absence(part),
            telling=Telling.SAID if words else Telling.ABSENT,
            points=_points_words(counted) if counted is not None and words else "",
            id=(part.id or "") if isinstance(part, Observation) else "",
            addition=wording.MAY_MEAN_OTHER if part.modifierExtension else "",
            count=wording.number(counted) if words else "",
            is_total=part is filled.total,
            on_self_harm=self_harm.asks(part.code),
        )
    for reference in filled.missing:
        yield Answer(
            question=wording.reference_words(reference) or QUESTION_MISSING,
            answer=_("Its answer could not be had here"),
            telling=Telling.UNREAD,
            id=id_of(reference, known) or "",
        )


def _points_words(value: Decimal) -> str:
    said = {"number": wording.number(value)}
    return ngettext("%(number)s point", "%(number)s points", 1 if value == 1 else 2) % said


def sentences(filled: Filled) -> Iterator[Words]:
    """What is to be said of the answers together: the sum, what is missing, and what a score is not."""
    summed, total = sum_of(filled), number_of(filled.total)
    if summed is not None:
        yield from _sum_words(summed, total, has_answers=bool(filled.answers))
    if filled.total is not None or summed is not None:
        yield _("A score is not a diagnosis.")


def _sum_words(summed: Sum, total: Decimal | None, *, has_answers: bool) -> Iterator[Words]:
    if summed.value is not None:
        said = {"parts": wording.number(summed.value), "total": wording.number(total)}
        if total is None:
            yield _now("The answers add up to %(parts)s; no total is recorded.") % said
        elif summed.value == total:
            yield _now("The answers add up to %(parts)s, as the recorded total says.") % said
        else:
            yield _now("The parts add up to %(parts)s; the recorded total is %(total)s.") % said
        return
    if not has_answers:
        yield _("The answers themselves are not recorded here, so this page cannot add them up.")
        return
    if summed.absent:
        yield (
            ngettext(
                "%d question of this questionnaire has no answer here, so this page cannot add them up.",
                "%d questions of this questionnaire have no answer here, so this page cannot add them up.",
                summed.absent,
            )
            % summed.absent
        )
    if summed.unscored:
        yield (
            ngettext(
                "%d answer came without points, so this page cannot add them up.",
                "%d answers came without points, so this page cannot add them up.",
                summed.unscored,
            )
            % summed.unscored
        )


def range_of(filled: Filled) -> Words:
    """What the authors of the questionnaire call its recorded total; empty where there is none to speak of."""
    total, instrument = number_of(filled.total), filled.instrument
    if total is None or instrument is None or not instrument.bands:
        return ""
    if filled.total is not None and filled.total.modifierExtension:
        return ""
    band = instrument.band(total)
    if band is None:
        return (
            _now("The totals of this questionnaire go from 0 to %d, so no range is named.") % instrument.most
        )
    return band_words(instrument, band)


def _total_words(filled: Filled) -> str:
    """ "17 of 27"; empty where there is no value."""
    measure = total_measure(filled)
    if measure is None or measure.telling is not Telling.SAID:
        return ""
    return f"{measure.value} {measure.unit}".strip()


# ---------------------------------------------------------------- rows


def to_row(observation: Observation, known: Known) -> Row:
    """One questionnaire with its total and what the authors call it, or one answer that stands by itself."""
    filled = filled_in(observation, known)
    holds = bool(filled.answers or filled.derived or filled.missing)
    single = not holds and filled.instrument is None
    row = observed.to_row(observation, known)
    if single:
        return row
    performers = known.names(observation.performer, observation.contained)
    name, _recorded = plain_names.named(observation.code)
    parts = (*filled.answers, *filled.derived, observation)
    measure, last_time = total_measure(filled), _last_time(observation, known)
    row = replace(
        row,
        title=name or (filled.instrument.name if filled.instrument else NAME_MISSING),
        crisis=self_harm.speaks(parts),
    )
    if known.awaited and filled.missing:  # half of the answers must not look like all of them
        unread = Measure(value=known.awaited, is_words=True, telling=Telling.UNREAD)
        measure = None if known.whole else unread
        return replace(row, measure=measure, line=known.awaited, line_telling=Telling.UNREAD)
    return replace(
        row,
        measure=measure if known.whole else listed_measure(filled, measure, _line(filled)),
        line=_line(filled) if known.whole or measure is None else listed(filled, measure),
        asides=(_now("Last time: %s") % last_time,) if last_time else (),
        facts=known.facts(_facts(observation, filled, known, performers)),
        answers=tuple(answers_of(filled, known)) if known.whole else (),
        answers_say=tuple(sentences(filled)) if known.whole else (),
    )


def _line(filled: Filled) -> Words:
    """What the total means by its authors; else what was worked out from the answers, or how many there are."""
    said = range_of(filled)
    if said:
        return said
    for one in filled.derived:
        name = plain_names.named(one.code)[0] or QUESTION_MISSING
        return f"{name}: {observing.value_words(one) or observing.absence(one)}"
    asked = [part for part in filled.answers if says_something(part)]
    open_ones = sum(not observing.value_words(part) for part in asked)
    if not asked:
        no_total = filled.total is None and filled.instrument is not None and filled.instrument.total
        return _("No total is recorded") if no_total else ""
    count = ngettext("%d question", "%d questions", len(asked)) % len(asked)
    if not open_ones:
        return count
    unanswered = ngettext("%d without an answer", "%d without an answer", open_ones) % open_ones
    return f"{count}, {unanswered}"


def _last_time(observation: Observation, known: Known) -> str:
    """The total of the time before: "14 (October 15, 2026)"; empty where it is not loaded."""
    before = known.earlier.get(observation.id or "")
    total = number_of(filled_in(before, known).total) if before is not None else None
    if before is None or total is None:
        return ""
    said = {"total": wording.number(total), "day": wording.day(observing.taken(before))}
    return _now("%(total)s (%(day)s)") % said


def _facts(
    observation: Observation, filled: Filled, known: Known, performers: Words
) -> Iterator[Fact | None]:
    total, instrument = filled.total, filled.instrument
    if total is not None:
        words = observing.value_words(total) if total is observation else _total_words(filled)
        yield wording.fact(_("Recorded total"), words, absent=observing.absence(total))
    elif instrument is not None and instrument.total:
        yield wording.fact(_("Recorded total"), "")
    for said in (total, observation) if total is not observation else (total,):
        if said is not None:
            yield wording.maybe(
                _("What the record says of it"), flags.interpretation_words(said.interpretation)
            )
    yield wording.maybe(_("The time before"), _last_time(observation, known))
    if instrument is not None and instrument.bands:
        ranges = "\n".join(band_range(instrument))
        yield Fact(label=_("The authors’ ranges"), value=ranges)
        yield Fact(label=_("Published in"), value=instrument.published)
    if total is not observation:
        yield wording.maybe(_("Its own value"), observing.value_words(observation))
        yield from observing.absence_facts(observation)
    groups = (wording.words_of(part.code) for part in filled.answers if is_group(part))
    yield wording.maybe(_("Groups of questions"), "; ".join(filter(None, groups)))
    yield from observed.circumstances(observation, known, performers)
    others = [r for r in observation.derivedFrom if id_of(r, known) is None]
    yield wording.maybe(_("Worked out from"), known.names(others, observation.contained))
    yield wording.maybe(_("Number of the result"), observed.numbers_of(observation))
    yield plain_names.recorded_name(observation.code)


def band_range(instrument: Instrument) -> Iterator[str]:
    """Each range of an instrument: "15 to 19: moderately severe"."""
    for band in instrument.bands:
        if band.low == band.high:
            yield f"{band.low}: {band.words}"
        else:
            said = {"low": band.low, "high": band.high, "words": band.words}
            yield _now("%(low)d to %(high)d: %(words)s") % said


def details(observation: Observation) -> Iterable[Reference]:
    """The visit. What belongs to it is read with its own section."""
    return pointed(observation.encounter)


KIND = Kind(
    slug=observed.QUESTIONNAIRES,
    title=_("Questionnaires and screenings"),
    plain=_(
        "What was asked on forms and in talks, and the answers. The word beside a total is its authors’."
        " A score is not a diagnosis."
    ),
    nothing_came_back=_(
        "The agency’s system sent no questionnaires. That does not always mean that none were filled in."
    ),
    group=Group.MEASURES,
    order=40,
    resource_type="Observation",
    searches=(Search(parameters=(("category", "survey"),)),),
    model=Observation,
    head=SurveyHead,
    to_row=to_row,
    said=by_code(observing.STATUS),
    date_of=observed.date_of,
    place=observed.only(observed.QUESTIONNAIRES),
    references=observed.references,
    details=details,
    sort="-date",
    date_parameter="date",
    members=members,
    folds=folds,
    series=series,
    to_point=to_point,
    score=score_of,
    headings=(Heading("all", "", now=True),),
    overview=OnOverview(
        title=_("Latest questionnaires"), rows=3, order=52, more=_("All questionnaires and screenings")
    ),
)
