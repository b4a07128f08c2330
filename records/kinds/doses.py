"""How much of a medicine at a time, and how quickly: FHIR R4 Dosage.doseAndRate and the amounts around it.

An entry of that list is a *way of saying* the dose, as ordered, as calculated from a weight, as tablets given. One is
said as the dose, the others beside it with what they are: three amounts in a row would be taken for three to take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.fhir.elements import CodeableConcept, Element, Quantity, Range, Ratio
from records.words import wording


class DoseAndRate(Element, frozen=True, kw_only=True):
    """FHIR R4 Dosage.doseAndRate."""

    type: CodeableConcept | None = None
    doseQuantity: Quantity | None = None
    doseRange: Range | None = None
    rateQuantity: Quantity | None = None
    rateRange: Range | None = None
    rateRatio: Ratio | None = None


_Plural = Callable[[int], str]
_TABLET: _Plural = lambda n: ngettext("%(number)s tablet", "%(number)s tablets", n)  # noqa: E731 (a table of them)
_CAPSULE: _Plural = lambda n: ngettext("%(number)s capsule", "%(number)s capsules", n)  # noqa: E731
_COUNTED: dict[str, _Plural] = {
    **dict.fromkeys(("tablet", "tablets", "tablet(s)", "tab", "tabs"), _TABLET),
    **dict.fromkeys(("capsule", "capsules", "capsule(s)"), _CAPSULE),
    **dict.fromkeys(("pill", "pills"), lambda n: ngettext("%(number)s pill", "%(number)s pills", n)),
    **dict.fromkeys(
        ("drop", "drops", "drop(s)"), lambda n: ngettext("%(number)s drop", "%(number)s drops", n)
    ),
    **dict.fromkeys(
        ("puff", "puffs", "puff(s)"), lambda n: ngettext("%(number)s puff", "%(number)s puffs", n)
    ),
    **dict.fromkeys(
        ("spray", "sprays", "spray(s)"), lambda n: ngettext("%(number)s spray", "%(number)s sprays", n)
    ),
    **dict.fromkeys(
        ("patch", "patches", "patch(es)"), lambda n: ngettext("%(number)s patch", "%(number)s patches", n)
    ),
    **dict.fromkeys(
        ("suppository", "suppositories"),
        lambda n: ngettext("%(number)s suppository", "%(number)s suppositories", n),
    ),
    **dict.fromkeys(
        ("application", "applications", "application(s)"),
        lambda n: ngettext("%(number)s application", "%(number)s applications", n),
    ),
    **dict.fromkeys(("dose", "doses"), lambda n: ngettext("%(number)s dose", "%(number)s doses", n)),
    **dict.fromkeys(
        ("unit", "units", "unit(s)"), lambda n: ngettext("%(number)s unit", "%(number)s units", n)
    ),
}
"""What is counted, as records write it, as one says it of one and of more."""


def _counted(number: str, quantity: Quantity) -> str:
    """A number of things, "2 tablets" for "2 Tablet"; empty where they are none of those that we know."""
    words = _COUNTED.get((quantity.unit or "").strip().casefold())
    if words is None or quantity.value is None:
        return ""
    return words(1 if 0 < quantity.value <= 1 else 2) % {"number": number}


def quantity_words(quantity: Quantity | None) -> str:
    """An amount with the digits of the record; a unit without a number says that the number is missing."""
    if quantity is None:
        return ""
    if quantity.value is None:
        unit = wording.unit(quantity)
        return _now("%s, how many is not recorded") % unit if unit else ""
    number = wording.comparator(quantity) + wording.number(quantity.value)
    return _counted(number, quantity) or wording.quantity(quantity)


def range_words(amounts: Range | None) -> str:
    """A range of amounts: "1 to 2 tablets", "2 tablets or less"."""
    if amounts is None:
        return ""
    low, high = amounts.low, amounts.high
    if low is not None and high is not None and low.value is not None and high.value is not None:
        same = (low.unit or "").strip().casefold() == (high.unit or "").strip().casefold()
        first = wording.comparator(low) + wording.number(low.value) if same else quantity_words(low)
        return _now("%(low)s to %(high)s") % {"low": first, "high": quantity_words(high)}
    if high is not None and high.value is not None:
        return _now("%s or less") % quantity_words(high)
    return _now("%s or more") % quantity_words(low) if low is not None and low.value is not None else ""


def in_a_time(ratio: Ratio | None) -> str:
    """An amount and the time that it is for: "8 tablets in 24 hours"."""
    if ratio is None:
        return ""
    amount = quantity_words(ratio.numerator)
    time = wording.duration(ratio.denominator) or quantity_words(ratio.denominator)
    if not amount and not time:
        return ""
    missing = str(wording.NOT_RECORDED)
    return _now("%(amount)s in %(time)s") % {"amount": amount or missing, "time": time or missing}


# ---------------------------------------------------------------- ways of saying one dose


class Way(NamedTuple):
    """One way of saying a dose or a rate. `kind` is "ordered", "calculated", "given", "" or the record's own word."""

    kind: str
    amount: str
    bare: bool = False

    @property
    def rank(self) -> int:
        """The lower, the better it is said as the dose: the one that was ordered first."""
        return {"ordered": 0, "": 1, "calculated": 3}.get(self.kind, 2)

    def beside(self) -> str:
        """How it is said beside another one: never without what it is."""
        match self.kind:
            case "ordered":
                return _now("ordered: %s") % self.amount
            case "calculated":
                return _now("calculated: %s") % self.amount
            case "given":
                return _now("given as %s") % self.amount
            case "":
                return _now("also recorded: %s") % self.amount
        return _now("%(kind)s: %(amount)s") % {"kind": self.kind, "amount": self.amount}

    def alone(self, amount: str) -> str:
        """How `amount`, its own words or more, is said as the dose itself."""
        if self.kind in {"ordered", "given", ""}:
            return amount
        if self.kind == "calculated":
            return _now("%s (calculated)") % amount
        return _now("%(amount)s (%(kind)s)") % {"amount": amount, "kind": self.kind}


_GIVEN = {"admin-amount", "admin amount", "administered amount", "given"}
"""What a large vendor calls the amount that is handed out, in tablets or milliliters."""


def _kind(concept: CodeableConcept | None) -> str:
    if concept is None:
        return ""
    said = [wording.words_of(concept), *(coding.code or "" for coding in concept.coding)]
    folded = {one.strip().casefold() for one in said}
    for kind in ("ordered", "calculated"):
        if kind in folded:
            return kind
    return "given" if folded & _GIVEN else said[0]


def ways(doses: Iterable[DoseAndRate]) -> tuple[list[Way], list[Way]]:
    """The ways in which the amount at a time is said, and those of the rate, the best of each first."""
    amounts: list[Way] = []
    rates: list[Way] = []
    for dose in doses:
        kind, quantity = _kind(dose.type), dose.doseQuantity
        bare = quantity is not None and quantity.value is not None and not wording.unit(quantity)
        amounts.append(Way(kind, quantity_words(quantity), bare))
        amounts.append(Way(kind, range_words(dose.doseRange)))
        rates += [
            Way(kind, said)
            for said in (
                wording.quantity(dose.rateQuantity),
                wording.range_words(dose.rateRange),
                in_a_time(dose.rateRatio),
            )
        ]
    return _distinct(amounts), _distinct(rates)


def _distinct(found: Iterable[Way]) -> list[Way]:
    best: dict[str, Way] = {}
    for way in sorted((way for way in found if way.amount), key=lambda way: way.rank):
        best.setdefault(way.amount, way)
    return list(best.values())


def at_a_time(way: Way) -> str:
    """An amount that is said to be one dose: "1, 2 times every day" could be read as a choice."""
    return way.alone(_now("%s at a time") % way.amount)


def at_a_rate(way: Way) -> str:
    """A speed, said to be one."""
    return way.alone(_now("at a rate of %s") % way.amount)


def _one(found: Sequence[Way], first: Callable[[Way], str]) -> str:
    if not found:
        return ""
    said = first(found[0])
    if len(found) == 1:
        return said
    others = "; ".join(way.beside() for way in found[1:])
    return _now("%(dose)s (%(others)s)") % {"dose": said, "others": others}


def amount_words(doses: Iterable[DoseAndRate]) -> Iterator[str]:
    """How much at a time, then how quickly: each once, with the other ways of saying it in brackets."""
    amounts, rates = ways(doses)
    yield _one(amounts, lambda way: at_a_time(way) if way.bare else way.alone(way.amount))
    yield _one(rates, at_a_rate)
