"""What may have been meant where nothing was found: a letter wrong, or a medicine whose name looks like another's.

Nothing is applied by itself. Between medicines whose names look alike none is chosen: all are shown with what they are
for, or none is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from records.service.search_terms import Term
from records.words.vocabulary import LookAlike, Vocabulary, look_alikes, words_in

LEAST_LETTERS = 4
"""Of a word that may have a letter wrong; of shorter ones too many look alike."""
LONG = 8
"""Letters from which on two may be wrong."""
MOST_SHOWN = 3
_MOST_COMPARED = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Words to search for in the place of those that were typed."""

    instead_of: str
    word: str
    words: str


@dataclass(frozen=True, slots=True)
class Alike:
    """Medicines whose names look like what was typed, which one of them may be."""

    typed: str
    medicines: tuple[LookAlike, ...]


@dataclass(frozen=True, slots=True)
class Meant:
    """What may have been meant."""

    suggestions: tuple[Suggestion, ...] = ()
    alike: tuple[Alike, ...] = ()


NOTHING_MEANT = Meant()


def meant(
    terms: Iterable[Term], *, unknown: Iterable[Term], recorded: Iterable[str], known: Vocabulary
) -> Meant:
    """What may have been meant by terms that stand nowhere.

    Args:
        terms: all that was looked for.
        unknown: those of them that stand nowhere in the record.
        recorded: words that stand in the record, folded; they come first.
        known: the names that the portal knows.
    """
    asked, in_record = list(terms), frozenset(word for word in recorded if _may_be(word))
    suggestions: list[Suggestion] = []
    alike: list[Alike] = []
    for term in unknown:
        partners = look_alikes().get(known.generic(term.typed)) or look_alikes().get(term.typed)
        if partners is not None:
            if _stand_in(in_record, partners, known):
                alike.append(Alike(term.typed, partners))
        elif not term.meanings and " " not in term.typed and _may_be(term.typed):
            words = list(_near(term.typed, in_record, known))
            groups = {one for word in words if (one := look_alikes().get(known.generic(word)))}
            if groups:
                alike += [Alike(term.typed, group) for group in groups]
            elif _is_one_medicine(words, known):
                suggestions += [Suggestion(term.typed, word, _instead(asked, term, word)) for word in words]
    return Meant(tuple(suggestions[:MOST_SHOWN]), tuple(alike[:MOST_SHOWN]))


def _stand_in(in_record: frozenset[str], medicines: Iterable[LookAlike], known: Vocabulary) -> bool:
    """Whether one of these medicines is in the record, under any of its names."""
    for medicine in medicines:
        meanings = known.by_name.get(words_in(medicine.name), ())
        names = {medicine.name, *(name for one in meanings for name in one.names)}
        if not in_record.isdisjoint(names):
            return True
    return False


def _may_be(word: str) -> bool:
    return len(word) >= LEAST_LETTERS and word.isalpha()


def _near(typed: str, in_record: Iterable[str], known: Vocabulary) -> Iterator[str]:
    """The words nearest to what was typed: of the record, else of those that the portal knows."""
    farthest = 2 if len(typed) >= LONG else 1
    for words in (tuple(in_record), known.single_words):
        found = process.extract(
            typed, words, scorer=OSA.distance, score_cutoff=farthest, limit=_MOST_COMPARED
        )
        if found:
            least = min(distance for _word, distance, _at in found)
            yield from sorted(word for word, distance, _at in found if distance == least)[:MOST_SHOWN]
            return


def _is_one_medicine(words: Iterable[str], known: Vocabulary) -> bool:
    """Whether the words name at most one medicine: between two, none is suggested."""
    named = {
        known.generic(word)
        for word in words
        if any(one.is_medicine for one in known.by_name.get(words_in(word), ()))
    }
    return len(named) <= 1


def _instead(asked: Iterable[Term], term: Term, word: str) -> str:
    return " ".join(word if one is term else one.typed for one in asked)
