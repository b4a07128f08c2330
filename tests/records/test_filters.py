"""A part of a long list: by status, by year; what is left out is counted, and every entry is in one part."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.utils.translation import override

from records.kinds import KINDS
from records.lists.choosing import LONG, UNDATED
from records.lists.entries import Wanted
from records.service.section import load_section
from records.words.sections import Section
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.listed import choices, look, section
from tests.records.sources import Places, a_source
from tests.resources import (
    Json,
    bundle,
    care_plan,
    device,
    diagnostic_report,
    document_reference,
    immunization,
    laboratory_result,
    medication_request,
    observation,
    procedure,
)


def drugs(taken: int, stopped: int, *, undated: int = 0) -> list[Json]:
    """Medications, every other one of 2023, and stopped ones of 2021."""
    return [
        *(medication_request(id=f"t{n}", authoredOn=f"{2023 + n % 2}-05-01") for n in range(taken)),
        *(medication_request(id=f"s{n}", status="stopped", authoredOn="2021-05-01") for n in range(stopped)),
        *(medication_request(id=f"u{n}", authoredOn=None) for n in range(undated)),
    ]


def years(found: Section) -> dict[str, int]:
    return {choice.name: choice.count for choice in choices(found).years}


def statuses(found: Section) -> dict[str, int]:
    return {choice.name: choice.count for choice in choices(found).statuses}


def test_a_short_list_offers_no_choice(server: RecordServer) -> None:
    assert section(server, "medications", *drugs(3, 2)).choices is None


def test_a_long_list_offers_each_status_and_each_year_with_its_count(server: RecordServer) -> None:
    found = section(server, "medications", *drugs(20, 10, undated=2))

    assert list(statuses(found).values()) == [22, 10]
    assert years(found) == {"2024": 10, "2023": 10, "2021": 10, UNDATED: 2}
    assert not choices(found).is_made


def test_a_status_shows_its_entries_alone_and_counts_what_is_outside(server: RecordServer) -> None:
    record = drugs(20, 10)
    all_of_them = section(server, "medications", *record)
    stopped = list(statuses(all_of_them))[1]

    found = section(server, "medications", *record, status=stopped)

    assert {group.slug for group in found.groups} <= {stopped, "year-2021"}
    assert (len(found.rows), found.pages.total, choices(found).outside) == (10, 10, 20)
    assert statuses(found) == statuses(all_of_them)
    assert years(found) == {"2021": 10}


def test_a_year_shows_its_entries_alone_and_counts_the_statuses_within_it(server: RecordServer) -> None:
    found = section(server, "medications", *drugs(20, 10), year="2023")

    assert len(found.rows) == 10
    assert list(statuses(found).values()) == [10]
    assert (choices(found).outside, years(found)) == (20, {"2024": 10, "2023": 10, "2021": 10})


def test_both_together_are_what_fits_both(server: RecordServer) -> None:
    record = drugs(20, 10)
    taken = next(iter(statuses(section(server, "medications", *record))))

    found = section(server, "medications", *record, status=taken, year="2021")

    assert (found.rows, found.pages.total, choices(found).outside) == ((), 0, 30)
    assert str(found.empty_words) == "Everything in this list is hidden by the choice above."


def test_what_has_no_date_can_be_chosen(server: RecordServer) -> None:
    assert len(section(server, "medications", *drugs(20, 0, undated=3), year=UNDATED).rows) == 3


@pytest.mark.parametrize("slug", ["medications", "documents", "vitals", "laboratory"])
def test_the_parts_of_a_section_add_up_to_the_whole(slug: str, server: RecordServer) -> None:
    dates = [f"{2010 + n % 9}-03-01" for n in range(30)]
    record = {
        "medications": drugs(20, 8, undated=2),
        "documents": [
            document_reference(id=f"d{n}", date=date, status=("current", "superseded")[n % 2])
            for n, date in enumerate(dates)
        ],
        "vitals": [observation(id=f"o{n}", effectiveDateTime=date) for n, date in enumerate(dates)],
        "laboratory": [laboratory_result(id=f"o{n}", effectiveDateTime=date) for n, date in enumerate(dates)],
    }[slug]

    whole = section(server, slug, *record)

    assert sum(years(whole).values()) == whole.pages.total == len(record)
    assert sum(statuses(whole).values()) in {0, len(record)}
    for year, count in years(whole).items():
        part = section(server, slug, *record, year=year)
        assert (part.pages.total, len(part.rows)) == (count, count)
        assert count + choices(part).outside == len(record)
    for status, count in statuses(whole).items():
        assert section(server, slug, *record, status=status).pages.total == count


def test_an_evening_before_new_year_is_in_the_year_of_the_record(server: RecordServer) -> None:
    record = [
        *(observation(id=f"o{n}", effectiveDateTime="2020-03-01") for n in range(LONG)),
        observation(id="eve", effectiveDateTime="2022-12-31T22:00:00-05:00"),
    ]

    assert years(section(server, "vitals", *record)) == {"2022": 1, "2020": LONG}


def test_what_a_report_holds_stays_with_it(server: RecordServer) -> None:
    record = [
        *(laboratory_result(id=f"o{n}", effectiveDateTime="2020-03-01") for n in range(LONG)),
        laboratory_result(id="late", effectiveDateTime="2021-01-02"),
        laboratory_result(id="early", effectiveDateTime="2020-12-30"),
        diagnostic_report(
            effectiveDateTime="2021-01-02",
            result=[{"reference": "Observation/early"}, {"reference": "Observation/late"}],
        ),
    ]

    found = section(server, "laboratory", *record, year="2021")

    assert len(found.rows) == 2
    assert choices(found).statuses == ()


def test_while_more_is_on_its_way_the_count_is_at_least(server: RecordServer) -> None:
    server.whole_record()
    more = server.url("MedicationRequest/more")
    server.arrange("MedicationRequest", bundle(*drugs(30, 0), next=more))
    server.arrange("MedicationRequest/more", bundle())

    found = load_section(Wanted(KINDS["medications"], a_source(), Places(), look("medications", year="2023")))

    assert choices(found).at_least
    assert found.rest_href


# --- By year
def test_a_long_list_of_one_status_is_parted_by_years(server: RecordServer) -> None:
    documents = [document_reference(id=f"d{n}", date=f"{2020 + n % 3}-03-01") for n in range(60)]

    first, second = (section(server, "documents", *documents, number=number) for number in (1, 2))

    assert [(group.slug, len(group.rows), group.total) for group in (*first.groups, *second.groups)] == [
        ("year-2022", 20, 20),
        ("year-2021", 20, 20),
        ("year-2020", 10, 20),
        ("year-2020", 10, 20),
    ]


def test_a_list_of_several_statuses_keeps_them_as_headings(server: RecordServer) -> None:
    documents = [document_reference(id=f"d{n}", status=("current", "superseded")[n % 2]) for n in range(40)]

    assert [group.slug for group in section(server, "documents", *documents).groups] == ["current", "older"]


def test_what_a_heading_says_of_its_entries_is_said_when_it_is_parted_by_years(server: RecordServer) -> None:
    drafts = [document_reference(id=f"d{n}", docStatus="preliminary", date="2020") for n in range(30)]

    (group,) = section(server, "documents", *drafts).groups

    assert "They may change." in str(group.sentence)


def test_a_table_of_readings_is_not_parted(server: RecordServer) -> None:
    readings = [observation(id=f"o{n}", effectiveDateTime=f"{2010 + n % 9}-03-01") for n in range(30)]

    assert [group.slug for group in section(server, "vitals", *readings).groups] == ["all"]


# --- What a heading says already
@pytest.mark.parametrize(
    ("slug", "entry", "said", "other"),
    [
        ("immunizations", immunization(), "Given", {"isSubpotent": True}),
        ("procedures", procedure(), "Done", {"status": "stopped"}),
        ("devices", device(), "In use", {"status": "unknown"}),
        ("care-plans", care_plan(status="on-hold"), "Paused", {"status": "revoked"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_state_in_the_word_of_its_heading_is_not_repeated_and_any_other_is_told(
    server: RecordServer, slug: str, entry: Json, said: str, other: Json, language: str
) -> None:
    with override(language):
        found = section(server, slug, entry, entry | other | {"id": "other"})

    same, odd = found.rows
    with override("en"):
        assert same.status is None
        assert str(found.groups[0].title) == said
        assert odd.status is not None
        assert str(odd.status.words) != said


def test_the_state_stays_on_the_entrys_own_page(reader: Person, server: RecordServer) -> None:
    server.whole_record(Immunization=[immunization()])
    server.arrange("Immunization/immunization-1", immunization())
    listed = reader.read("immunizations/")
    href = re.search(r'<h3[^>]*><a href="([^"]+)"', listed)
    assert href

    assert '<span class="status' not in listed
    assert re.search(r'<span class="status.*?<span>Given</span>', reader.read(href[1]), re.DOTALL)


# --- The page
def test_the_line_under_the_form_says_the_dates_and_that_only_marked_entries_are_shown(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(Observation=[laboratory_result(id=f"o{n}") for n in range(LONG)])
    only = "<p>Only what is outside the usual range or marked as out of the ordinary</p>"

    both, dates = (reader.read(f"laboratory/?from=2024{marked}") for marked in ("&marked=yes", ""))

    assert "<p>From 2024 on</p>" in both
    assert only in both
    assert "<p>From 2024 on</p>" in dates
    assert only not in dates


def test_the_page_narrows_by_what_stands_in_its_address_and_offers_all(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(MedicationRequest=drugs(20, 10))

    page = reader.read("medications/?year=2021")

    assert '<option value="2021" selected>2021 (10)</option>' in page
    assert "There are 20 entries outside this choice." in page
    assert page.count('<li class="row"') == 10


def test_turning_pages_keeps_the_choice(reader: Person, server: RecordServer) -> None:
    server.whole_record(MedicationRequest=drugs(140, 0))

    page = reader.read("medications/?year=2023")

    assert "?year=2023&amp;page=2" in page
    assert "1 to 50 of 70" in page


@pytest.mark.parametrize(
    "query", ["year=20%2B21", "year=abcd", "status=nothing", "year=", "year=%3Cscript%3E"]
)
def test_what_is_no_choice_shows_all(query: str, reader: Person, server: RecordServer) -> None:
    server.whole_record(MedicationRequest=drugs(20, 10))

    page = reader.read(f"medications/?{query}")

    assert page.count('<li class="row"') == 30
    assert "outside this choice" not in page
    assert not re.search(r"<option[^>]*selected>(?!All|English|Newest first)|<script>", page)


def test_the_choice_is_kept_while_the_rest_of_the_list_is_loaded(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record()
    more = server.url("MedicationRequest/more")
    server.arrange("MedicationRequest", bundle(*drugs(30, 0), next=more))
    server.arrange("MedicationRequest/more", bundle(*(d | {"id": d["id"] + "x"} for d in drugs(10, 0))))

    first = reader.read("medications/?year=2023")
    rest = reader.part("medications/rest/?year=2023")

    assert f'hx-get="{reader.at("medications/rest/")}?year=2023"' in first
    assert "There are at least 15 entries outside this choice, and more may come." in first
    assert "There are 20 entries outside this choice." in rest
    assert rest.count('<li class="row"') == 20


# ---------------------------------------------------------------- documents by kind and by author


def notes() -> list[Json]:
    """Twelve documents: by Okafor, by both, by a reference alone, by nobody; of two kinds, and of none."""
    okafor, reyes = {"display": "Tomas Okafor, MD"}, {"display": "Ana Reyes, LCSW"}
    return [
        *(
            document_reference(id=f"a{n}", type={"text": "Progress note"}, author=[okafor], date="2024-01-02")
            for n in range(5)
        ),
        *(
            document_reference(id=f"b{n}", type={"text": "progress  Note"}, author=[okafor, reyes])
            for n in range(3)
        ),
        *(document_reference(id=f"c{n}", type={"text": "Letter"}, author=[reyes]) for n in range(3)),
        document_reference(id="d", type=None, author=[]),
    ]


def facets(found: Section) -> dict[str, dict[str, int]]:
    return {
        one.name: {str(choice.words): choice.count for choice in one.choices} for one in choices(found).facets
    }


def part(found: Section, facet: str, words: str) -> str:
    """The word in an address for the part that is called so."""
    one = next(one for one in choices(found).facets if one.name == facet)
    return next(choice.name for choice in one.choices if str(choice.words) == words)


def source_of(server: RecordServer, *entries: Json) -> Callable[..., Section]:
    """Looks at the documents of one sign-in."""
    source = a_source()
    server.whole_record(DocumentReference=list(entries))
    return lambda **asked: load_section(
        Wanted(KINDS["documents"], source, Places(), look("documents", **asked))
    )


def test_documents_are_parted_by_their_kind_and_by_each_of_their_authors(server: RecordServer) -> None:
    found = section(server, "documents", *notes())

    assert facets(found) == {
        "type": {"Letter": 3, "Progress note": 8, "Kind not recorded": 1},
        "author": {"Ana Reyes, LCSW": 6, "Tomas Okafor, MD": 8, "Author not recorded": 1},
    }


def test_a_part_shows_its_documents_alone_and_each_choice_counts_what_the_others_leave(
    server: RecordServer,
) -> None:
    documents = source_of(server, *notes())
    every = documents()
    reyes, notes_ = part(every, "author", "Ana Reyes, LCSW"), part(every, "type", "Progress note")

    by_reyes, both = documents(author=reyes), documents(author=reyes, type=notes_)

    assert (by_reyes.pages.total, choices(by_reyes).outside) == (6, 6)
    assert facets(by_reyes) == {
        "type": {"Letter": 3, "Progress note": 3},
        "author": {"Ana Reyes, LCSW": 6, "Tomas Okafor, MD": 8, "Author not recorded": 1},
    }
    assert (both.pages.total, choices(both).outside) == (3, 9)
    assert facets(both)["author"] == {"Ana Reyes, LCSW": 3, "Tomas Okafor, MD": 8}
    assert documents(author=part(every, "author", "Author not recorded")).pages.total == 1


def test_neither_a_kind_nor_an_author_stands_in_an_address_and_each_sign_in_has_its_own_words(
    server: RecordServer,
) -> None:
    words = {part(source_of(server, *notes())(), "author", "Ana Reyes, LCSW") for _ in range(2)}

    assert len(words) == 2
    assert all(re.fullmatch("[0-9a-f]{12}", word) for word in words)


def test_a_part_that_is_no_longer_there_is_said_to_be_and_leads_back_to_all(server: RecordServer) -> None:
    found = section(server, "documents", *notes(), author="0123456789ab")

    assert str(found.empty_words) == "Everything in this list is hidden by the choice above."
    assert facets(found)["author"]["One that is no longer in the list"] == 0
    assert choices(found).is_made


def test_an_author_who_is_only_pointed_to_is_called_by_name(server: RecordServer) -> None:
    server.arrange(
        "Practitioner/7",
        {"resourceType": "Practitioner", "id": "7", "name": [{"text": "Lin Wu, NP"}]},
    )
    pointing = [document_reference(id=f"e{n}", author=[{"reference": "Practitioner/7"}]) for n in range(9)]

    assert facets(source_of(server, *pointing)())["author"] == {"Lin Wu, NP": 9}


def test_the_form_offers_both_without_javascript(reader: Person, server: RecordServer) -> None:
    server.whole_record(DocumentReference=notes())
    page = reader.read("documents/")
    word = re.search(r'<option value="([0-9a-f]{12})">Letter \(3\)', page)
    assert word is not None

    narrowed = reader.read(f"documents/?type={word[1]}")

    assert '<label for="author">Written by</label>' in page
    assert "Kind of document: <bdi>Letter</bdi>" in narrowed
    assert "There are 9 entries outside this choice." in narrowed
