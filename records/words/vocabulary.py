"""Words that mean the same: brands and generics, abbreviations, lay words, English and Spanish. For search alone.

Two tables of ours: `medicine_names.tsv` (facts, built by `tools/medicine_names.py`) and `lay_words.tsv` (written here,
not reviewed by a clinician). An agency adds words of its own by a file in the second one's shape. Nothing is asked of
anybody, and nothing here is told of a record: these are only further words to look for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from django.utils.translation import get_language

MEDICINES = Path(__file__).with_name("medicine_names.tsv")
LAY_WORDS = Path(__file__).with_name("lay_words.tsv")
LOOK_ALIKES = Path(__file__).with_name("look_alikes.tsv")

ONE_WAY = "~"
"""Before a name that leads to the others of its line and is too wide to be looked for itself."""
SHORTEST = 3
"""Letters of a name that is looked for though another one was typed: "MI" and "PT" mean too much."""
MOST_WORDS = 6

_APART = re.compile(r"[^\w+]+")


def fold(text: str) -> str:
    """Text for comparing: without case and diacritics."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))


def words_in(text: str) -> tuple[str, ...]:
    """The words of a text, folded, without signs."""
    return tuple(filter(None, _APART.split(fold(text))))


@dataclass(frozen=True, slots=True)
class Meaning:
    """Names that mean the same.

    `where`: the slug of the kind where it would most likely stand. `names`: as written, the plainest first, of each
    language of the portal one after the other. `wide`: those of them that are not looked for themselves.
    """

    where: str
    names: tuple[str, ...]
    firsts: tuple[str, ...]
    wide: frozenset[str] = frozenset()
    is_medicine: bool = False

    def called(self, language: str) -> str:
        """How the portal calls it in a language: "en", "es"."""
        return self.firsts[-1] if language.startswith("es") else self.firsts[0]

    def looked_for(self) -> Iterator[tuple[str, ...]]:
        """The words of each name that is looked for."""
        for name in self.names:
            words = words_in(name)
            if name not in self.wide and sum(map(len, words)) >= SHORTEST:
                yield words


@dataclass(frozen=True)
class Vocabulary:
    """Meanings by the words of each of their names."""

    by_name: dict[tuple[str, ...], tuple[Meaning, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, meanings: Iterable[Meaning]) -> Vocabulary:
        """A vocabulary of these."""
        by_name: dict[tuple[str, ...], tuple[Meaning, ...]] = {}
        for meaning in meanings:
            for words in {words_in(name) for name in meaning.names}:
                if words:
                    by_name[words] = (*by_name.get(words, ()), meaning)
        return cls(by_name)

    @cached_property
    def single_words(self) -> tuple[str, ...]:
        """The names that are one word of four letters or more."""
        return tuple(name[0] for name in self.by_name if len(name) == 1 and len(name[0]) > SHORTEST)

    def generic(self, name: str) -> str:
        """The generic name of a medicine, or what was asked for where it is none."""
        found = [one for one in self.by_name.get(words_in(name), ()) if one.is_medicine]
        return found[0].firsts[0] if found else name

    def at(self, words: Sequence[str]) -> tuple[int, tuple[Meaning, ...]]:
        """How many of the first of these words are together a name, and what it means; 1 and nothing where none is.
        The longest name wins: "blood pressure" is not "blood"."""
        for count in range(min(MOST_WORDS, len(words)), 0, -1):
            found = self.by_name.get(tuple(words[:count]))
            if found:
                return count, found
        return 1, ()


def lay_words(lines: Iterable[str]) -> Iterator[Meaning]:
    """The meanings of a table: where, English names, Spanish names, parted by tabs, names by bars.

    Raises:
        ValueError: a line has another shape; the message says which.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.rstrip("\r\n").split("\t")
        if len(columns) not in {2, 3} or not all(columns[:2]):
            raise ValueError(f"line {number} is not: where, a tab, English names, a tab, Spanish names")
        languages = [list(filter(None, map(str.strip, one.split("|")))) for one in columns[1:]]
        written = [name for names in languages for name in names]
        yield Meaning(
            where=columns[0],
            names=tuple(name.removeprefix(ONE_WAY) for name in written),
            firsts=tuple(names[0].removeprefix(ONE_WAY) for names in languages if names),
            wide=frozenset(name.removeprefix(ONE_WAY) for name in written if name.startswith(ONE_WAY)),
        )


def medicines(lines: Iterable[str]) -> Iterator[Meaning]:
    """The meanings of the table of medicines: names parted by tabs, the generic one first."""
    for line in lines:
        if not line.startswith("#") and (names := tuple(filter(None, line.rstrip("\n").split("\t")))):
            yield Meaning("medications", names, names[:1], is_medicine=True)


@cache
def vocabulary(more: Path | None = None) -> Vocabulary:
    """The portal's own vocabulary, and what an agency adds to it. Read once.

    Raises:
        ValueError: the agency's file has another shape.
        OSError: it cannot be read.
    """
    tables = [*lay_words(LAY_WORDS.read_text("utf-8").splitlines())]
    tables += medicines(MEDICINES.read_text("utf-8").splitlines())
    if more is not None:
        tables += lay_words(more.read_text("utf-8").splitlines())
    return Vocabulary.of(tables)


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A medicine whose name is easily taken for another's. `purposes`: what it is mostly for, by language."""

    name: str
    purposes: tuple[str, str]

    @property
    def what_for(self) -> str:
        """What it is mostly for, in the reader's language: words of ours that no clinician has reviewed."""
        return self.purposes[(get_language() or "en").startswith("es")]


@cache
def look_alikes() -> dict[str, tuple[LookAlike, ...]]:
    """By each name, all of its group, itself among them."""
    found: dict[str, tuple[LookAlike, ...]] = {}
    for group in LOOK_ALIKES.read_text("utf-8").split("\n\n"):
        rows = [line.split("\t") for line in group.splitlines() if line and not line.startswith("#")]
        members = tuple(LookAlike(name, (english, spanish)) for name, english, spanish in rows)
        found.update((one.name, members) for one in members)
    return found
