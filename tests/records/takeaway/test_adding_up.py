"""Numbers add up: what the pages show of a record stands in each form that is read, entry by entry, fact by fact."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from records.lists.entries import Wanted
from records.service.section import load_section
from records.takeaway import text
from records.takeaway.taken import Taken
from records.words.rows import Row, Telling
from tests.records.sources import Places
from tests.records.taking import bare, demo_people, pages, record_of, taken, written


def read_text(made: Taken) -> str:
    return written(text.write(made)).decode("utf-8-sig")


FORMS: dict[str, Callable[[Taken], str]] = {"text": read_text}


def missing_from(words: str, row: Row) -> list[str]:
    """What an entry's page tells and these words lack."""
    told = [str(row.title), *(str(fact.value) for fact in row.facts), *(note.text for note in row.notes)]
    told += [str(answer.answer) for answer in row.answers if answer.telling is Telling.SAID]
    told += [str(row.danger)]
    if row.measure is not None:
        told.append(str(row.measure.value))
    return [one for one in told if bare(one) not in words]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("patient", sorted(demo_people()))
def test_every_fact_of_every_entry_stands_in_it(
    form: str, patient: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if len(demo_people()[patient]) > 2000:
        pytest.skip("the elder's is measured by the benchmark")
    source, whole = record_of(demo_people()[patient], patient, monkeypatch)
    made = taken(source)
    words = bare(FORMS[form](made))

    shown = list(pages(whole, source))

    lacking = {f"{slug} {row.href}": gone for slug, row in shown if (gone := missing_from(words, row))}
    assert lacking == {}
    sections = [load_section(Wanted(part.kind, source, Places())) for part in whole.parts]
    counts = {section.slug: section.tally.shown for section in sections}
    assert {one.slug: one.count for one in made.outcomes} == counts
    assert all(one.total == one.count for one in made.outcomes)
