"""Renewals of one medicine stand folded under the newest; each stays an entry of its own, and none is dropped."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string

from records.fetching import collected as collecting
from records.fetching.source import Source
from records.kinds import KINDS
from records.lists.choosing import ROWS_A_PAGE
from records.lists.entries import Wanted
from records.service.section import Asked, load_section
from records.words.rows import Row
from records.words.sections import Section
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.listed import look
from tests.records.sources import Places, a_source
from tests.resources import Json, bundle, coded, medication_request

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
NDC = "http://hl7.org/fhir/sid/ndc"
UNKNOWN = "http://terminology.hl7.org/CodeSystem/data-absent-reason"


def past(year: int, name: str = "Lisinopril 20 MG", **odd: Any) -> Json:
    """A finished prescription of a year."""
    told = {"status": "completed", "authoredOn": f"{year}-11-24", "medicationCodeableConcept": {"text": name}}
    return medication_request(**{"id": f"{name.split()[0].lower()}-{year}"} | told | odd)


def section(server: RecordServer, *entries: Json, source: Source | None = None, **asked: Any) -> Section:
    server.arrange("MedicationRequest", bundle(*entries))
    return load_section(
        Wanted(KINDS["medications"], source or a_source(), Places(), look("medications", **asked))
    )


def tops(found: Section) -> list[Row]:
    """The rows that stand by themselves."""
    return [row for group in found.groups for row in group.rows]


def ids(rows: Any) -> list[str]:
    return [row.href.removeprefix("/medications/MedicationRequest-").rstrip("/") for row in rows]


def test_renewals_stand_under_the_newest_with_how_many_and_of_when(server: RecordServer) -> None:
    years = [2012, 2019, 2016, 2020, 2013, 2014, 2015]

    (row,) = tops(section(server, *map(past, years)))

    assert ids([row]) == ["lisinopril-2020"]
    assert row.others_say == "6 earlier entries of the same medicine, 2012 to 2019"
    assert ids(row.others) == [f"lisinopril-{year}" for year in (2019, 2016, 2015, 2014, 2013, 2012)]


def test_one_renewal_is_told_as_one(server: RecordServer) -> None:
    (row,) = tops(section(server, past(2019), past(2018)))

    assert row.others_say == "1 earlier entry of the same medicine, 2018"


def test_two_of_one_day_are_not_said_to_be_earlier(server: RecordServer) -> None:
    (row,) = tops(section(server, past(2019), past(2019, id="again")))

    assert row.others_say == "1 more entry of the same medicine, 2019"


def test_what_is_not_a_past_one_is_never_folded(server: RecordServer) -> None:
    entries = [
        past(year, id=f"{status}-{year}", status=status)
        for status in ("active", "on-hold", "draft", "unknown")
        for year in (2018, 2019)
    ]

    found = section(server, *entries, past(2017), past(2016))

    assert sorted(len(row.others) for row in tops(found)) == [0] * 8 + [1]


@pytest.mark.parametrize(
    "odd",
    [
        {"medicationCodeableConcept": {"text": "Lisinopril 40 MG"}},
        {"status": "stopped"},
        {"statusReason": {"text": "Cough"}},
        {"reportedBoolean": True},
        {"doNotPerform": True},
        {"intent": "plan"},
        {"authoredOn": None},
        {"medicationCodeableConcept": None},
        {"medicationCodeableConcept": coded(RXNORM, "314077", "Lisinopril 20 MG")},
    ],
)
def test_what_differs_in_more_than_its_date_stands_by_itself(odd: Json, server: RecordServer) -> None:
    found = section(server, past(2020), past(2019), past(2018, **odd))

    assert sorted(len(row.others) for row in tops(found)) == [0, 1]
    assert "lisinopril-2018" in ids(tops(found))


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        ({"text": "Lisinopril"}, {"text": " LISINOPRIL "}),
        (coded(RXNORM, "314077", "Lisinopril 20 MG"), coded(RXNORM, "314077") | {"text": "Prinivil 20"}),
        (
            {"coding": [{"system": NDC, "code": "1"}, {"system": RXNORM, "code": "314077"}]},
            {"coding": [{"system": RXNORM, "code": "314077"}, {"system": NDC, "code": "2"}]},
        ),
    ],
)
def test_the_same_code_or_where_there_is_none_the_same_text_is_the_same_medicine(
    newer: Json, older: Json, server: RecordServer
) -> None:
    entries = (
        past(2019, medicationCodeableConcept=newer),
        past(2018, medicationCodeableConcept=older),
        past(2017, "Metformin"),
    )

    assert [len(row.others) for row in tops(section(server, *entries))] == [1, 0]


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (coded(RXNORM, "1"), coded(NDC, "1")),
        (coded(UNKNOWN, "unknown", "Unknown"), coded(UNKNOWN, "unknown", "Unknown")),
        ({"text": " "}, {"text": " "}),
    ],
)
def test_a_medicine_that_is_not_told_is_not_the_same_as_another(
    newer: Json, older: Json, server: RecordServer
) -> None:
    entries = past(2019, medicationCodeableConcept=newer), past(2018, medicationCodeableConcept=older)

    assert [len(row.others) for row in tops(section(server, *entries))] == [0, 0]


def test_one_code_under_which_two_strengths_are_written_is_not_one_medicine(server: RecordServer) -> None:
    entries = (
        past(2019 + n, medicationCodeableConcept=coded(RXNORM, "29046") | {"text": text})
        for n, text in enumerate(("Lisinopril 20 mg", "LISINOPRIL 20 MG TABLET", "Lisinopril 40 mg"))
    )

    rows = tops(section(server, *entries))

    assert [(str(row.title), len(row.others)) for row in rows] == [
        ("Lisinopril 40 mg", 0),
        ("LISINOPRIL 20 MG TABLET", 1),
    ]


def test_a_medication_that_is_pointed_to_is_known_by_its_own_code(server: RecordServer) -> None:
    def medication(name: str, code: str) -> Json:
        return {"resourceType": "Medication", "id": name, "code": coded(RXNORM, code, "Lisinopril")}

    entries = [
        past(
            2020 - n, medicationCodeableConcept=None, medicationReference={"reference": f"Medication/{name}"}
        )
        for n, name in enumerate(("m1", "m2", "m3"))
    ]
    found = bundle(*entries)
    found["entry"] += [
        {"resource": medication(name, code), "search": {"mode": "include"}}
        for name, code in (("m1", "314077"), ("m2", "314077"), ("m3", "311354"))
    ]
    server.arrange("MedicationRequest", found)

    rows = tops(load_section(Wanted(KINDS["medications"], a_source(), Places())))

    assert [len(row.others) for row in rows] == [1, 0]


def test_contained_medications_of_one_name_in_their_entries_are_told_apart(server: RecordServer) -> None:
    def contained(year: int, text: str) -> Json:
        medication = {"resourceType": "Medication", "id": "med", "code": {"text": text}}
        reference = {"reference": "#med"}
        return past(
            year, medicationCodeableConcept=None, medicationReference=reference, contained=[medication]
        )

    entries = contained(2020, "Lisinopril"), contained(2019, "Metformin"), contained(2018, "Lisinopril")

    assert [len(row.others) for row in tops(section(server, *entries))] == [1, 0]


def test_another_way_to_take_it_is_said_beside_the_fold_and_stands_in_it(server: RecordServer) -> None:
    twice = [{"text": "Take 1 tablet twice a day"}]

    (alike,) = tops(section(server, past(2020), past(2019)))
    (differing,) = tops(section(server, past(2020), past(2019, dosageInstruction=twice)))

    assert alike.others_differ == ""
    assert differing.others_differ == "How to take it is not the same in all of them."
    assert differing.others[0].line == "Take 1 tablet twice a day"


def test_every_entry_stands_once_on_some_page_and_pages_count_entries(server: RecordServer) -> None:
    names = [f"Drug{letter} 5 MG" for letter in "ABCDEFGHIJ"]
    entries = [past(year, name) for name in names for year in range(2000, 2013)]
    source = a_source()

    first = section(server, *entries, source=source)
    pages = [first]
    while pages[-1].pages.older_href:
        pages.append(section(server, *entries, source=source, number=len(pages) + 1))

    seen = [logical_id for page in pages for logical_id in ids(page.rows)]
    assert sorted(seen) == sorted(entry["id"] for entry in entries)
    at = 1
    for page in pages:
        assert (page.pages.first, page.pages.last) == (at, at + len(page.rows) - 1)
        assert page.pages.total == len(entries)
        assert sum(group.here for group in page.groups) == len(page.rows) <= ROWS_A_PAGE
        at = page.pages.last + 1
    assert at == len(entries) + 1


def test_a_fold_of_more_than_a_page_is_not_torn(server: RecordServer) -> None:
    entries = [past(1940 + n) for n in range(ROWS_A_PAGE + 20)]

    found = section(server, *entries, past(1930, "Metformin"))

    assert (found.pages.first, found.pages.last, found.pages.total) == (1, ROWS_A_PAGE + 20, len(entries) + 1)
    assert len(found.rows) == ROWS_A_PAGE + 20
    assert found.pages.older_href


def test_a_year_alone_folds_what_is_of_that_year(server: RecordServer) -> None:
    entries = [past(2000 + n) for n in range(25)] + [past(2010, id="spring", authoredOn="2010-03-01")]

    found = section(server, *entries, year="2010")

    (row,) = tops(found)
    assert row.others_say == "1 earlier entry of the same medicine, 2010"
    assert found.pages.total == 2


def test_where_the_oldest_are_wished_first_each_stands_in_its_year(server: RecordServer) -> None:
    entries = [past(2000 + n) for n in range(25)]

    oldest = section(server, *entries, sort="oldest")
    by_name = section(server, *entries, past(1999, "Aspirin"), sort="name")

    assert ids(tops(oldest)) == [f"lisinopril-{2000 + n}" for n in range(25)]
    assert ids(tops(by_name)) == ["aspirin-1999", "lisinopril-2024"]


def test_the_tally_counts_each_of_them_as_shown(server: RecordServer) -> None:
    taken_back = past(2010, status="entered-in-error")

    tally = section(server, past(2020), past(2019), past(2018), taken_back).tally

    assert (tally.received, tally.shown, tally.entered_in_error) == (4, 3, 1)


def test_while_more_is_to_come_the_number_is_said_to_be_so_far(server: RecordServer) -> None:
    source = a_source()
    section(server, past(2020), past(2019), source=source)
    collected = collecting.load(KINDS["medications"], source)
    assert collected is not None
    collected.open.append(collecting.Chain(next="https://fhir.example/fhir-request/?page=2"))

    found = load_section(Wanted(KINDS["medications"], source, Places()), Asked(lambda: collected))

    assert tops(found)[0].others_say == "So far: 1 earlier entry of the same medicine, 2019"


# --- The page
def test_the_page_links_each_of_them_and_a_search_finds_each(reader: Person, server: RecordServer) -> None:
    server.whole_record(MedicationRequest=[past(year) for year in range(2012, 2021)])

    page = reader.read("medications/")
    found = reader.browser.post(reader.at("search/"), {"words": "lisinopril"}).content.decode()

    fold = page[page.index("<details", page.index("<h1")) :]
    assert "8 earlier entries of the same medicine, 2012 to 2019" in fold
    assert len(set(re.findall(r'<h3><a href="([^"]*)"', page))) == 9
    assert "9 entries" in page
    assert "some on other pages" not in page
    assert "9 entries found" in found


def test_a_fold_in_which_something_is_new_stands_open(server: RecordServer) -> None:
    source = replace(a_source(), since=datetime(2026, 1, 1, tzinfo=UTC))
    new = {"lastUpdated": "2026-02-01T00:00:00Z"}

    quiet, told = tops(
        section(
            server,
            *(past(2020), past(2019), past(2020, "Metformin"), past(2019, "Metformin", meta=new)),
            source=source,
        )
    )

    assert '<details class="opens above others">' in render_to_string("components/row.html", {"row": quiet})
    assert '<details class="opens above others" open>' in render_to_string(
        "components/row.html", {"row": told}
    )
