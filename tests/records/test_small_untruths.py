"""Small sentences and names that were not so: counts of nothing, one wait told twice, two things of one name."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client

from records.kinds import KINDS
from records.service.search import Hits, Searched
from records.words.rows import Row, When
from records.words.sections import RowGroup, State, Tally
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.records.test_templates import listed, section
from tests.resources import Json, bundle, diagnostic_report, laboratory_result


def found(*hits: Hits) -> str:
    page = render_to_string("records/search.html", {"searched": Searched(hits=hits), "words": "x"})
    return words(page)


def test_a_search_that_found_only_the_name_of_a_part_counts_no_entries() -> None:
    by_name = Hits(KINDS["procedures"], "/procedures/", by_name=True)

    said = found(by_name)

    assert "0 entries" not in said
    assert "These words stand in the name of a part of the record." in said
    assert "All of Procedures" in said


def test_a_search_that_could_not_look_through_all_says_at_least_or_nothing_so_far() -> None:
    unsure = Hits(KINDS["procedures"], "/procedures/", at_least=True)
    sure = Hits(KINDS["visits"], "/visits/", rows=(Row(title="Visit"),), total=1)

    assert "Nothing with these words was found in what has been looked through." in found(unsure)
    assert "0 entries" not in found(unsure)
    assert "At least 1 entry found" in found(unsure, sure)
    assert "1 entry found" in found(sure)
    assert "At least" not in found(sure)


def test_one_late_section_is_one_wait_and_counts_nothing_yet() -> None:
    late = listed(section(State.LATE, rest_href="/rest/"))

    assert late.count('class="gap rest"') == 1
    assert "so far" not in words(late)
    assert "the agency’s system has not answered yet" in words(late)


@pytest.mark.parametrize(("received", "said"), [(0, False), (37, True)])
def test_what_has_come_is_counted_when_there_is_any(received: int, said: bool) -> None:
    growing = section(State.LOADED, rest_href="/rest/", tally=Tally(received=received, shown=received))

    told = words(listed(growing))

    assert ("37 so far." in told) is said
    assert "0 so far" not in told
    assert "The rest is on its way." in told


def names_of_regions(markup: str) -> list[str]:
    """The accessible name of each section that has one: what its `aria-labelledby` points to."""

    def named(one: str) -> str:
        there = re.search(rf'<(\w+)[^>]* id="{one}"[^>]*>(.*?)</\1>', markup, re.DOTALL)
        assert there, one
        return words(there[2]).strip()

    labels = re.findall(r'<section [^>]*aria-labelledby="([^"]+)"', markup)
    return [" ".join(map(named, label.split())) for label in labels]


def test_reports_of_one_name_and_day_have_names_of_their_own(reader: Person, server: RecordServer) -> None:
    def report(number: int) -> Json:
        return diagnostic_report(
            id=f"r{number}",
            code={"text": "Urine culture"},
            effectiveDateTime="2024-10-05",
            result=[{"reference": f"Observation/l{number}"}],
        )

    server.arrange("DiagnosticReport", bundle(*map(report, (1, 2, 3))))
    server.arrange("Observation", bundle(*(laboratory_result(id=f"l{number}") for number in (1, 2, 3))))

    names = names_of_regions(reader.read("laboratory/"))

    reports = [name for name in names if "Urine culture" in name]
    assert len(reports) == 3
    assert len(set(names)) == len(names)
    assert "2 of 3 of this name and day" in reports[1]


def test_a_report_alone_of_its_name_and_day_is_only_called_by_them() -> None:
    groups = tuple(
        RowGroup(f"r{number}", "Urine culture", report=Row(title="Urine culture", when=When(day)))
        for number, day in enumerate(("May 1, 2024", "May 2, 2024"))
    )

    markup = listed(section(groups=groups))

    assert len(set(names_of_regions(markup))) == 2
    assert "of this name and day" not in markup


def test_the_front_page_does_not_say_that_nothing_is_kept(client: Client, db: None) -> None:
    page = words(client.get("/").content.decode())

    assert "It keeps almost nothing" in page
    assert "It keeps nothing" not in page
    assert "under a number that names nobody" in page
