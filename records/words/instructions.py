"""What an instruction already says, so that nothing of a dose is said twice and nothing is left out.

"Take 2 tabs po BID prn pain" and "2 tablets", "by mouth", "2 times every day", "if needed for pain" are read into the
same small facts, whichever language either is in. What is not understood is never taken for said: then a part is said
once more, which is clumsy, and harms nobody. FHIR R4 Dosage.text stands beside the elements that it is made of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from records.words.instruction_tokens import DASH, END, SLASH, is_number, tokens_of
from records.words.instruction_vocabulary import (
    AND_HALF,
    COUNTED,
    FOR,
    KNOWN,
    LASTING,
    MAX,
    MOMENTS,
    NOT,
    PART_OF_DAY,
    PER,
    PRN,
    ROUTES,
    SPANS,
    STOPS,
    TIME,
    TO,
    UNITS,
    UP_TO,
)

_LARGER = {"minute": (60, "hour"), "hour": (24, "day"), "day": (7, "week")}
_HOURS = {"minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 730, "year": 8766}
_STRUCTURE = frozenset({DASH, SLASH, TO, FOR, PER, TIME, UP_TO, LASTING, AND_HALF})
_REACH = 5
"""How many words a "not" or a "no more than" is taken to hold for."""


Fact = tuple[str, ...]


class Said(NamedTuple):
    """What a text says. `facts` such as ("amount", "2", "tablet"); `besides`, what else may be read from it, as the
    bare number 2; `words` and `flow` are its tokens in order, without its numbers and with all, each between blanks."""

    facts: frozenset[Fact]
    besides: frozenset[Fact]
    words: str
    flow: str


class Part(NamedTuple):
    """A part of an instruction in words, and the words that it is looked for by, if others. `is_sentence`: somebody's
    own sentence, which is told unless it stands there word for word. `is_common`: numbers and words that many entries
    share, of nobody in particular, so that how they are read may be kept."""

    words: str
    key: str = ""
    is_sentence: bool = False
    is_common: bool = False


def said_in(text: str) -> Said:
    """Reads a text. It is quick enough to be done for each row, and is not kept: it may say anything of anybody."""
    tokens = tokens_of(text)
    scan = _Scan(tokens)
    scan.run()
    words, flow = " ".join(scan.words), " ".join(_flow(tokens))
    return Said(frozenset(scan.facts), frozenset(scan.besides), f" {words} ", f" {flow} ")


def holds(text: Said, part: Said) -> bool:
    """Whether a text says all that a part of a dose says: each of its numbers and words."""
    if not part.facts:
        return contains(text, part)
    has_words = not part.words.isspace()
    return part.facts <= text.facts | text.besides and (not has_words or part.words in text.words)


def contains(text: Said, part: Said) -> bool:
    """Whether a text holds a whole sentence, word for word but for its spelling."""
    return not part.flow.isspace() and part.flow in text.flow


def contradicts(text: Said, part: Said) -> bool:
    """Whether a text says another number, or another way or time of day, where a part says one."""
    return any(_differs(fact, text.facts) for fact in part.facts - text.facts - text.besides)


def is_as_needed(said: Said) -> bool:
    """Whether a text says that something is taken only if needed."""
    return (PRN,) in said.facts


def is_only_as_needed(said: Said) -> bool:
    """Whether a text says that, and nothing else."""
    return said.facts == {(PRN,)} and said.words.split() == [PRN]


def _differs(fact: Fact, facts: frozenset[Fact]) -> bool:
    kind = fact[0]
    others = [one for one in facts if one[0] == kind]
    if kind in {"amount", "max"}:
        return any(one[2] == fact[2] for one in others)
    if kind == "count":
        return any(one[0] == "amount" and one[2] in COUNTED for one in facts)
    if kind == "often":
        return bool(others) and all(_rate(one) != _rate(fact) for one in others)
    if kind in {"for", LASTING}:
        return any(one[2] == fact[2] for one in others)
    if kind == "word":
        if fact[1] in ROUTES:
            return any(one[1] in ROUTES for one in others)
        days = {PART_OF_DAY[one[1]] for one in others if one[1] in PART_OF_DAY}
        return bool(days) and PART_OF_DAY.get(fact[1], min(days)) not in days
    return kind == "at" and bool(others)


def _rate(often: Fact) -> float | Fact:
    """Times an hour: every 12 hours is no other order than 2 times a day. What is no number stands for itself."""
    _kind, times, period, span = often
    try:
        return round(float(times) / (float(period) * _HOURS[span]), 6)
    except (ValueError, KeyError, ZeroDivisionError):
        return often


def _largest(number: str, span: str) -> tuple[str, str]:
    """A length of time in the largest unit that it is a whole number of: 72 hours are 3 days."""
    while span in _LARGER and number.isdecimal() and int(number) and int(number) % _LARGER[span][0] == 0:
        step, larger = _LARGER[span]
        number, span = str(int(number) // step), larger
    return number, span


def _flow(tokens: Iterable[str]) -> Iterator[str]:
    """Every token that says anything, those behind a "not" marked."""
    negated = 0
    for token in tokens:
        negated = _REACH + 1 if token == NOT else 0 if token == END else max(0, negated - 1)
        if token not in STOPS and token not in {END, DASH}:
            yield f"{NOT}:{token}" if negated and token != NOT else token


class _Scan:
    """One walk over the tokens of a text, with what has been met so far."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self.tokens = tokens
        self.facts: set[Fact] = set()
        self.besides: set[Fact] = set()
        self.words: list[str] = []
        self.times = ""
        self.limits: list[str] = []
        self.limit = self.negated = 0

    def run(self) -> None:
        """Fills `facts`, `besides` and `words`."""
        at = 0
        while at < len(self.tokens):
            token = self.tokens[at]
            self.limit, self.negated = max(0, self.limit - 1), max(0, self.negated - 1)
            if token == END:
                self.limit = self.negated = 0
            elif token == MAX:
                self.limit = _REACH + 1
                self.facts.add(("limit",))
            elif token[0] == "@":
                self.facts.add(("at", token[1:]))
            elif is_number(token):
                at = self._counted(at)
            elif token == SLASH and at + 1 < len(self.tokens) and self.tokens[at + 1] in SPANS:
                at += 1
                self._for_each(self.tokens[at])
            elif token not in STOPS and token not in _STRUCTURE:
                self._word(token)
            at += 1
        if self.times:
            self.facts.add(("times", self.times))
        # "1 or 2 tablets, no more than 8 a day": those are tablets too.
        units = {fact[2] for fact in self.facts if fact[0] == "amount"}
        self.besides.update(("max", number, unit) for number in self.limits for unit in units)

    def _for_each(self, span: str) -> None:
        """ "80 mL/h" tells a speed, "3 tablets/day" how often or at most."""
        if self.limit:
            self.facts.add(("max-in", "1", span))
        else:
            self.facts.add(("often", "1", "1", span) if span in {"day", "week"} else ("rate", span))

    def _word(self, token: str) -> None:
        if token == NOT:
            self.negated = _REACH + 1
        elif self.negated:
            token = f"{NOT}:{token}"
        if token not in self.words[-1:]:  # "oral (by mouth)"
            self.words.append(token)
        self.facts.add((PRN,) if token == PRN else ("word", token))

    def _before(self, at: int) -> str:
        """The last token before a place that says anything."""
        while at > 0 and self.tokens[at - 1] in STOPS:
            at -= 1
        return self.tokens[at - 1] if at > 0 else ""

    def _counted(self, at: int) -> int:
        """Reads a number with what it counts; returns the place of the last token that belongs to it."""
        number, before = self.tokens[at], self._before(at)
        end = at + 1
        while end < len(self.tokens) and self.tokens[end] in STOPS:
            end += 1
        counted = self.tokens[end] if end < len(self.tokens) else ""
        if counted in SPANS:
            self._span(number, counted, before)
            return end
        if counted == TIME or (
            counted == FOR and end + 1 < len(self.tokens) and self.tokens[end + 1] in {PER, SLASH}
        ):
            if self.times:
                self.facts.add(("times", self.times))
            self.times = f"0-{number}" if before == UP_TO and "-" not in number else number
            return end
        if self.limit and counted not in UNITS:
            self.limits.append(number)
        if not counted or counted in {END, SLASH, DASH, MAX, PER, FOR, TO, NOT} or is_number(counted):
            self.facts.add(("count", number))
            return at
        kind = "max" if self.limit else "not" if self.negated else "amount"
        if counted in UNITS or counted not in KNOWN:
            self.facts.add((kind, number, counted))
            if kind == "amount":
                self.besides.add(("count", number))
            return end
        # Spanish "antes de una comida" counts nothing.
        (self.besides if number == "1" and counted in MOMENTS else self.facts).add(("count", number))
        return at

    def _span(self, number: str, span: str, before: str) -> None:
        number, span = _largest(number, span)
        if self.limit:
            self.facts.add(("max-in", number, span))
            self.limit = 0
        elif before in {PER, SLASH}:
            self.facts.add(("often", self.times or "1", number, span))
            if self.times:
                self.besides.add(("times", self.times))
            self.times = ""
        elif before == LASTING:
            self.facts.add((LASTING, number, span))
        else:
            self.facts.add(("for" if before == FOR else "length", number, span))


def parted(text: Said, parts: Iterable[Part]) -> tuple[list[Part], list[Part]]:
    """The parts that a text, or several, does not say, and those that it contradicts."""
    added: list[Part] = []
    others: list[Part] = []
    for part in parts:
        said = (_common if part.is_common else said_in)(part.key or part.words)
        if contains(text, said) if part.is_sentence else holds(text, said):
            continue
        (others if not part.is_sentence and contradicts(text, said) else added).append(part)
    return added, others


_common = lru_cache(maxsize=1000)(said_in)
