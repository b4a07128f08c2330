"""A letter wrong: what may have been meant is suggested, and never a medicine that only looks like it."""

from __future__ import annotations

import random
import string

from records.service.search_terms import terms_of
from records.service.suggestions import Meant, meant
from records.words.vocabulary import vocabulary
from tests.records.words.test_vocabulary import PAIRS

ERRORS = 300


def misspelled(name: str, chance: random.Random) -> str:
    """The name with one letter left out, doubled, changed, or swapped with the next; never the first."""
    at = chance.randrange(1, len(name) - 1)
    kind = chance.choice(("left out", "doubled", "another", "swapped"))
    if kind == "left out":
        return name[:at] + name[at + 1 :]
    if kind == "doubled":
        return name[:at] + name[at] + name[at:]
    if kind == "another":
        return name[:at] + chance.choice(string.ascii_lowercase.replace(name[at], "")) + name[at + 1 :]
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def asked(typed: str, recorded: set[str]) -> Meant:
    (term,) = terms_of(typed, vocabulary())
    return meant([term], unknown=[term], recorded=recorded, known=vocabulary())


def test_of_300_words_with_a_letter_wrong_95_of_100_are_found_and_no_other_medicine_stands_first() -> None:
    """Names of medicines that are prescribed often, generics and brands, in a record that holds all of the generics."""
    chance = random.Random(16)  # the same errors at each run
    known = vocabulary()
    names = sorted({name.lower() for pair in PAIRS for name in pair if name.isalpha() and len(name) > 4})
    recorded = {generic for generic, _brand in PAIRS if generic.isalpha()}
    right, wrong = 0, []
    for _ in range(ERRORS):
        name = chance.choice(names)
        typed = misspelled(name, chance)
        generic = known.generic(name)
        (term,) = terms_of(typed, known)
        if term.meanings:  # spelled so elsewhere: it is looked for under its right name without a question
            first = known.generic(typed)
            right += first == generic
            wrong += [] if first == generic else [(name, typed, first)]
            continue
        answer = asked(typed, recorded)
        offered = [known.generic(one.word) for one in answer.suggestions]
        alike = {known.generic(one.name) for group in answer.alike for one in group.medicines}
        right += generic in offered or generic in alike
        medicines = [one for one in offered if any(m.is_medicine for m in known.at([one])[1])]
        if medicines and medicines[0] != generic:
            wrong.append((name, typed, medicines[0]))

    assert wrong == []
    assert right >= ERRORS * 0.95, right
