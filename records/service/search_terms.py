"""What a reader looks for: the words as typed, and the other names of what they mean (`records.words.vocabulary`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

from records.words.vocabulary import Meaning, Vocabulary, fold, words_in

SHORTEST_START = 5
"""Letters of another name that may be the beginning of a word; shorter ones must be a whole one: "ALT"."""

_QUOTES = dict.fromkeys(map(ord, '"“”„«»'), " ")
_LEAST_OF_PLURAL = 5


class Where(IntEnum):
    """Where in a text a word may stand."""

    ANYWHERE = 0
    START = 1
    WHOLE = 2


class Word(NamedTuple):
    """A word that is looked for, folded."""

    text: str
    where: Where = Where.ANYWHERE

    def at(self, folded: str, start: int = 0) -> int:
        """Where it stands in a folded text, from `start` on; -1 where it does not."""
        text, where = self
        at = folded.find(text, start)
        while at >= 0 and where:
            if not (at and folded[at - 1].isalnum()):
                end = at + len(text)
                if where is Where.START or end >= len(folded) or not folded[end].isalnum():
                    break
            at = folded.find(text, at + 1)
        return at

    def stands_in(self, folded: str) -> bool:
        """Whether it stands in a folded text."""
        return self.at(folded) >= 0


Way = tuple[Word, ...]
"""Words that must all be found, wherever they stand."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a search, or several that are one name. `typed`: folded; `written`: as it was typed. `ways`: what is
    looked for in its place, the words as typed first. `meanings`: what it is a name of."""

    typed: str
    ways: tuple[Way, ...]
    meanings: tuple[Meaning, ...] = ()
    written: str = ""

    @property
    def words(self) -> set[Word]:
        """All words of all ways."""
        return {word for way in self.ways for word in way}

    def stands_in(self, folded: str) -> bool:
        """Whether it, or another name of it, stands in a folded text."""
        return any(all(word.stands_in(folded) for word in way) for way in self.ways)


def terms_of(words: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    """The terms of what was typed: words parted by spaces, those that are a name together as one."""
    return tuple(_terms(words.translate(_QUOTES).split(), vocabulary))


def _terms(written: Sequence[str], vocabulary: Vocabulary) -> Iterator[Term]:
    typed, at = list(map(fold, written)), 0
    while at < len(typed):
        words = [words_in(word) for word in typed[at:]]
        plain = [one[0] if len(one) == 1 else " ".join(one) for one in words]
        count, meanings = vocabulary.at(plain)
        if not meanings and len(words[0]) > 1:  # "gad-7", "x-ray": one word as typed, two as a name
            meanings = vocabulary.by_name.get(words[0], ())
        here = typed[at : at + count]
        ways = [tuple(Word(word) for word in here)]
        ways += _other_names(here, meanings)
        if not meanings:
            ways += (
                [tuple(Word(one, Where.START) for one in singular)] if (singular := _singular(here)) else []
            )
        yield Term(" ".join(here), tuple(dict.fromkeys(ways)), meanings, " ".join(written[at : at + count]))
        at += count


def _other_names(typed: Sequence[str], meanings: Sequence[Meaning]) -> Iterator[Way]:
    own = tuple(word for one in typed for word in words_in(one))
    for meaning in meanings:
        for name in meaning.looked_for():
            if name != own:
                yield tuple(
                    Word(word, Where.START if len(word) >= SHORTEST_START else Where.WHOLE) for word in name
                )


def _singular(typed: Sequence[str]) -> list[str]:
    """A plural as one of them, in English and Spanish: "migraines", "allergies", "infecciones"; else nothing."""
    (word,) = typed
    if len(word) < _LEAST_OF_PLURAL or not word.isalpha():
        return []
    for ending, instead in (("ies", "y"), ("es", ""), ("s", "")):
        if word.endswith(ending) and not word.endswith("ss"):
            return [re.sub(f"{ending}$", instead, word)]
    return []
