"""How a medicine is taken: one line that is the whole instruction, and its parts. FHIR R4 Dosage.

`text` comes first, then each element whose numbers or words it does not hold, then what contradicts it, then what is
said to the patient: none takes the place of another. Several entries of `doseAndRate` are ways of saying one dose, and
different `sequence` numbers are steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from records.fhir.elements import CodeableConcept, Element, Quantity, Ratio
from records.kinds.doses import (
    DoseAndRate,
    amount_words,
    at_a_rate,
    at_a_time,
    in_a_time,
    quantity_words,
    ways,
)
from records.kinds.timing import Timing, how_often, timing_parts
from records.words import wording
from records.words.rows import Fact
from records.words.wording import Part


class Dosage(Element, frozen=True, kw_only=True):
    """FHIR R4 Dosage."""

    sequence: int | None = None
    text: str | None = None
    patientInstruction: str | None = None
    additionalInstruction: list[CodeableConcept] = []
    timing: Timing | None = None
    asNeededBoolean: bool | None = None
    asNeededCodeableConcept: CodeableConcept | None = None
    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    method: CodeableConcept | None = None
    doseAndRate: list[DoseAndRate] = []
    maxDosePerPeriod: Ratio | None = None
    maxDosePerAdministration: Quantity | None = None
    maxDosePerLifetime: Quantity | None = None


# ---------------------------------------------------------------- one line


def instruction(dosages: Sequence[Dosage]) -> str:
    """The whole instruction of a medicine on one line: its steps in their order, what is taken together side by side.

    FHIR R4 Dosage.sequence: different numbers follow each other, equal ones are concurrent, whatever their place.
    """
    told = [(dosage.sequence, dose_line(dosage)) for dosage in dosages]
    told = [(number, line) for number, line in told if line]
    told = [*((number, line.rstrip(_ENDS) or line) for number, line in told[:-1]), *told[-1:]]
    told = [
        (
            number,
            ngettext("%(line)s", "%(line)s (recorded %(count)d times)", count)
            % {"line": line, "count": count},
        )
        for (number, line), count in Counter(told).items()
    ]
    steps = sorted((one for one in told if one[0] is not None), key=lambda one: one[0] or 0)
    if len({number for number, _line in steps}) < 2:
        number = told[0][0] if len(dosages) == 1 and told else None
        said = "; ".join(line for _number, line in told)
        return (
            _now("step %(number)d: %(line)s") % {"number": number, "line": said}
            if number and number > 1
            else said
        )
    lines = [
        _together([line for _number, line in same]) for _, same in groupby(steps, key=lambda one: one[0])
    ]
    said = "; ".join(
        [_step(lines[0], _now("First: %s")), *(_step(line, _now("then: %s")) for line in lines[1:])]
    )
    unnumbered = [line for number, line in told if number is None]
    if not unnumbered:
        return said
    return _now("%(steps)s; besides, without a place among these steps: %(others)s") % {
        "steps": said,
        "others": _together(unnumbered),
    }


def in_order(dosages: Sequence[Dosage]) -> list[Dosage]:
    """Dosages in the order of their steps; those without a number last."""
    return sorted(dosages, key=lambda one: (one.sequence is None, one.sequence or 0))


def _together(lines: Sequence[str]) -> str:
    return (
        _now("%(one)s, together with %(others)s")
        % {
            "one": lines[0],
            "others": "; ".join(lines[1:]),
        }
        if len(lines) > 1
        else lines[0]
    )


_ENDS = ".,; "
_ORDER_WORDS = frozenset(
    ("first", "then", "next", "afterwards", "finally", "primero", "luego", "después", "finalmente")
)


def _step(line: str, words: str) -> str:
    """A step, said to be one unless its own first word says so."""
    first = line.split(maxsplit=1)[0].strip(".,:;").casefold()
    return line if first in _ORDER_WORDS else words % line


def dose_line(dosage: Dosage) -> str:
    """One Dosage whole, on one line."""
    text, told = _tidy(dosage.text), _tidy(dosage.patientInstruction)
    if text and told and wording.contains(wording.said_in(text), wording.said_in(told)):
        told = ""
    lead = text or told
    timing, others = timing_parts(dosage.timing)
    if not lead:
        said = ", ".join(_said_once(_parts(dosage, timing)))
        method = wording.words_of(dosage.method)
        if said and method:
            said = _now("%(method)s: %(line)s") % {"method": method, "line": said}
        return _also(said or method, [part.words for part in others])
    written = wording.said_in(f"{text}\n{told}")
    as_needed_said = wording.is_as_needed(written)
    parts = _parts(dosage, timing, after=True, as_needed_said=as_needed_said)
    added, against = wording.parted(written, parts)
    for some in wording.parted(written, others):
        against += some
    also = [part.words for part in against]
    if dosage.asNeededBoolean is False and dosage.asNeededCodeableConcept is None and as_needed_said:
        also.append(_now("not only if needed"))
    first = lead.rstrip(_ENDS) if added else lead
    line = _also(", ".join([first, *(part.words for part in added)]), also)
    if not text or not told:
        return line
    return _now("%(line)s; said to the patient: %(told)s") % {"line": line.rstrip(_ENDS), "told": told}


def _tidy(text: str | None) -> str:
    """A text on one line; empty where it holds no letter and no number."""
    said = " ".join((text or "").split())
    return said if any(map(str.isalnum, said)) else ""


def _also(line: str, others: Sequence[str]) -> str:
    if not others:
        return line
    return _now("%(line)s; also recorded: %(others)s") % {
        "line": line.rstrip(".,; "),
        "others": ", ".join(others),
    }


def _said_once(parts: Iterable[Part]) -> list[str]:
    """Parts in words, without a sentence of the record that says what those before it said: "as needed" twice."""
    said: list[str] = []
    for part in parts:
        repeats = part.is_sentence and bool(said)
        if not repeats or any(
            wording.parted(wording.said_in(", ".join(said)), [part._replace(is_sentence=False)])
        ):
            said.append(part.words)
    return said


def _parts(
    dosage: Dosage, timing: Iterable[Part], *, after: bool = False, as_needed_said: bool = False
) -> Iterator[Part]:
    """Each part in words. `after`: they follow a text, so that an amount must not read as one more to take."""
    if after:
        amounts, rates = ways(dosage.doseAndRate)
        for found, first in ((amounts, at_a_time), (rates, at_a_rate)):
            for at, way in enumerate(found):
                yield Part(first(way) if at == 0 else way.beside(), way.amount, is_common=True)
    else:
        yield from (Part(said) for said in amount_words(dosage.doseAndRate) if said)
    # Without a text the method stands before everything: "Apply: 1 patch".
    for concept in (dosage.route, dosage.site, dosage.method if after else None):
        said = wording.words_of(concept)
        if said:
            yield Part(said)
    yield from timing
    yield from _limits(dosage)
    needed = as_needed(dosage, already=as_needed_said)
    if needed:
        yield Part(needed, as_needed(dosage), is_sentence=not after)
    for concept in dosage.additionalInstruction:
        said = wording.words_of(concept)
        if said:
            yield Part(said, is_sentence=True)


def _limits(dosage: Dosage) -> Iterator[Part]:
    """What must not be exceeded: in a time, at a time, in a lifetime."""
    a_time = in_a_time(dosage.maxDosePerPeriod)
    if a_time:
        yield Part(_now("at most %s") % a_time)
    once = quantity_words(dosage.maxDosePerAdministration)
    if once:
        # Told also where a text has a limit of the same number: that one may be for a day.
        yield Part(_now("at most %s at a time") % once, f"max {once} single-dose")
    ever = quantity_words(dosage.maxDosePerLifetime)
    if ever:
        yield Part(_now("at most %s in a lifetime") % ever)


# ---------------------------------------------------------------- its parts


def amount(dosage: Dosage) -> str:
    """How much at a time, and how quickly."""
    return ", ".join(filter(None, amount_words(dosage.doseAndRate)))


_LEADING = frozenset({"for", "if", "when", "to", "para", "por", "si", "cuando"})


def as_needed(dosage: Dosage, *, already: bool = False) -> str:
    """Whether only when needed, and for what. A precondition that is there without words still is one.

    `already`: it has been said that it is only if needed, so that its reason alone is to be told.
    FHIR R4 Dosage.asNeeded[x].
    """
    reason = dosage.asNeededCodeableConcept
    if reason is None:
        return _now("if needed") if dosage.asNeededBoolean else ""
    words = wording.words_of(reason)
    said = wording.said_in(words)
    if wording.is_unknown(reason):
        return _now("if needed, for what is not known")
    if not words or wording.is_only_as_needed(said):
        return _now("if needed")
    if wording.is_as_needed(said):
        return words
    if words.split(maxsplit=1)[0].casefold() in _LEADING:
        return words if already else _now("if needed: %s") % words
    return pgettext("a reason", "for %s") % words if already else _now("if needed for %s") % words


def dosage_facts(dosage: Dosage, said: str, *, is_step: bool = False) -> Iterable[Fact | None]:
    """The parts of a dose; not the instruction that the entry's own line has `said` word for word."""
    if is_step and dosage.sequence is not None:
        yield Fact(label=_("Step"), value=str(dosage.sequence))
    if (dosage.text or "").strip() != said:
        yield wording.maybe(_("Instruction"), dosage.text, verbatim=True)
    if (dosage.patientInstruction or "").strip() not in {said, (dosage.text or "").strip()}:
        yield wording.maybe(_("Instruction to the patient"), dosage.patientInstruction, verbatim=True)
    yield wording.maybe(_("How much"), amount(dosage))
    yield wording.maybe(_("How often"), how_often(dosage.timing))
    yield wording.maybe(_("Only if needed"), as_needed(dosage))
    yield wording.maybe(_("How it is taken"), wording.words_of(dosage.route))
    yield wording.maybe(_("Where on the body"), wording.words_of(dosage.site))
    yield wording.maybe(_("Method"), wording.words_of(dosage.method))
    yield wording.maybe(_("At most"), ", ".join(part.words for part in _limits(dosage)))
    yield wording.maybe(_("Also"), wording.all_words_of(dosage.additionalInstruction))
