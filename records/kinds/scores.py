"""The total of a questionnaire: as large type, in a list, for a drawing. What it means is its authors' word alone."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.charts import CutMark, NamedRange, Score
from records.fhir.elements import Observation
from records.kinds.known import Known
from records.kinds.surveys import Filled, filled_in, number_of, sum_of
from records.words import flags, observing, wording
from records.words.instruments import by_panel
from records.words.points import Point, PointReader
from records.words.rows import Measure, Number, Telling, Words, replace


def total_measure(filled: Filled) -> Measure | None:
    """The recorded total as large type; None where no total is recorded."""
    total = filled.total
    if total is None:
        return None
    value, quantity = number_of(total), total.valueQuantity
    shown = flags.flag(total)
    if value is None:
        words = observing.value_words(total)
        return Measure(
            value=words or observing.absence(total),
            is_words=True,
            flag=shown,
            telling=Telling.SAID if words else Telling.ABSENT,
        )
    unit = wording.unit(quantity) if quantity is not None else ""
    most = filled.instrument.most if filled.instrument else 0
    return Measure(
        value=wording.number(value),
        unit=_now("of %d") % most if most else "" if unit.startswith("{") else unit,
        flag=shown,
        usual_range=flags.usual_range(total.referenceRange),
        in_words="" if shown else flags.interpretation_words(total.interpretation),
        numbers=() if total.modifierExtension else (Number(value=value),),
    )


def words_of_total(filled: Filled) -> Iterator[str]:
    """What the authors call the recorded total, and that its answers add up to another one."""
    total, instrument = number_of(filled.total), filled.instrument
    if total is None or instrument is None or (filled.total is not None and filled.total.modifierExtension):
        return
    band = instrument.band(total)
    if band is not None:
        yield str(band.words)
    elif instrument.bands:
        yield _now("beyond the totals of this questionnaire, 0 to %d") % instrument.most
    summed = sum_of(filled)
    if summed is not None and summed.value is not None and summed.value != total:
        yield _now("its answers add up to %s") % wording.number(summed.value)


def listed(filled: Filled, measure: Measure) -> str:
    """A total in one line of a list: "9 of 27, mild"."""
    return ", ".join([f"{measure.value} {measure.unit}".strip(), *words_of_total(filled)])


def listed_measure(filled: Filled, measure: Measure | None, line: Words) -> Measure:
    """A total for a table, what its authors call it beside it; where there is none, what else is known."""
    if measure is None:
        return Measure(value=line or _("No total is recorded"), is_words=True, telling=Telling.ABSENT)
    said = "; ".join(words_of_total(filled))
    if measure.flag is not None:
        return replace(measure, usual_range="; ".join(filter(None, (said, str(measure.usual_range)))))
    return replace(measure, in_words="; ".join(filter(None, (said, str(measure.in_words)))))


def to_point(observation: Observation, reader: PointReader, known: Known) -> Point:
    """A recorded total for a drawing; none where no total is recorded, or where it is awaited."""
    found = replace(reader.point(observation), numbers=(), unit="", value="")
    measure = total_measure(filled_in(observation, known))
    if measure is None or not measure.numbers:
        return found
    return replace(found, numbers=measure.numbers, unit=measure.unit)


def score_of(series: str) -> Score:
    """What is published of a questionnaire's totals, by the code of its panel."""
    instrument = by_panel(series)
    if instrument is None or not instrument.most:
        return Score()
    marks = tuple(CutMark(mark.value, str(mark.words)) for mark in instrument.marks)
    ranges = tuple(NamedRange(one.low, one.high, str(one.short or one.words)) for one in instrument.bands)
    return Score(instrument.most, () if marks else ranges, marks, instrument.published)
