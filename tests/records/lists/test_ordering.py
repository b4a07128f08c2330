"""Marks, ranges of dates and orders of lists, as a reader asks for them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from django.utils.translation import override

from records.fetching import asking
from records.kinds import KINDS
from records.lists import names
from records.lists.entries import Wanted
from records.lists.names import sortable
from records.reading.rows import row_of
from records.service.section import load_section
from records.words.sections import Section
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.listed import choices, look, section
from tests.records.sources import Places, a_source
from tests.resources import (
    Json,
    allergy,
    bundle,
    coded,
    diagnostic_report,
    document_reference,
    laboratory_result,
    medication_request,
    observation,
)

HIGH = {"valueQuantity": {"value": 140, "unit": "mg/dL", "code": "mg/dL"}}
"""Above the usual range of `laboratory_result`: a flag that the portal works out."""

SAID_HIGH = {
    "interpretation": [coded("http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "H")]
}
"""The record's own word, on a value within the range."""

BARE = {"referenceRange": []}
"""Nothing tells whether it is in order."""


def of(*ids: str) -> list[Json]:
    return [{"reference": f"Observation/{one}"} for one in ids]


def ids(found: Section) -> list[str]:
    """The entries of a page by their ids, in order."""
    return [row.href.rstrip("/").rpartition("-")[2] for row in found.rows]


def titles(found: Section) -> list[str]:
    return [str(row.title) for row in found.rows]


def drug(number: int, name: str, **odd: Any) -> Json:
    return medication_request(id=f"m{number}", medicationCodeableConcept={"text": name}, **odd)


def text(page: str) -> str:
    """What a reader reads, without marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


# --- Marks
def test_marked_results_are_those_of_either_origin(server: RecordServer) -> None:
    record = [
        laboratory_result(id="usual"),
        laboratory_result(id="worked", **HIGH),
        laboratory_result(id="said", **SAID_HIGH),
        laboratory_result(id="bare", **BARE),
    ]

    found = section(server, "laboratory", *record, marked="yes")

    assert set(ids(found)) == {"worked", "said"}
    assert all(row.measure and row.measure.flag for row in found.rows)
    assert (choices(found).outside, choices(found).untold, found.pages.total) == (2, 1, 2)


def test_a_flag_on_one_number_of_a_blood_pressure_marks_the_reading(server: RecordServer) -> None:
    def part(code: str, value: int, **odd: Any) -> Json:
        return {
            "code": coded("http://loinc.org", code),
            "valueQuantity": {"value": value, "unit": "mm[Hg]"},
            **odd,
        }

    pressure = {"code": coded("http://loinc.org", "85354-9"), "valueQuantity": None}
    record = [
        observation(id="high", **pressure, component=[part("8480-6", 171, **SAID_HIGH), part("8462-4", 80)]),
        observation(id="usual", **pressure, component=[part("8480-6", 118), part("8462-4", 76)]),
        observation(id="weight"),
    ]

    assert ids(section(server, "vitals", *record, marked="yes")) == ["high"]


def test_a_name_written_with_escapes_is_read_all_the_same(reader: Person, server: RecordServer) -> None:
    page = json.dumps(bundle(laboratory_result(id="said", code={"text": "Iron"}, **SAID_HIGH, **BARE)))
    server.whole_record()
    escaped = page.replace('"interpretation"', '"\\u0069nterpretation"').encode()
    server.arrange("Observation", escaped)

    assert "Iron" in reader.read("laboratory/?marked=yes")


def test_a_panel_stays_with_its_marked_results_and_says_how_many_are_not_shown(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(
        Observation=[
            laboratory_result(id="a"),
            laboratory_result(id="b", **HIGH),
            laboratory_result(id="c"),
            laboratory_result(id="d", code={"text": "Iron"}),
        ],
        DiagnosticReport=[
            diagnostic_report(id="r1", result=of("a", "b", "c")),
            diagnostic_report(id="r2", code={"text": "Iron panel"}, result=of("d")),
        ],
    )

    page = reader.read("laboratory/?marked=yes")

    assert "Basic metabolic panel" in page
    assert "2 more results are not shown: they are not marked" in page
    assert "Iron" not in text(page)
    assert "There are 3 entries outside this choice." in page
    assert "not shown" not in text(reader.read("laboratory/"))


def test_a_set_of_results_keeps_its_name_while_it_is_not_marked_itself(server: RecordServer) -> None:
    record = [
        laboratory_result(id="set", code={"text": "Kidney set"}, valueQuantity=None, hasMember=of("a", "b")),
        laboratory_result(id="a"),
        laboratory_result(id="b", **HIGH),
    ]

    found = section(server, "laboratory", *record, marked="yes")

    assert [(str(g.title), g.total, g.hidden) for g in found.groups] == [("Kidney set", 1, 2)]


def test_where_nothing_is_marked_the_filter_is_said_to_hide_everything(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(Observation=[laboratory_result(id=f"o{n}") for n in range(12)])

    page = reader.read("laboratory/?marked=yes")

    assert "Everything in this list is hidden by the choice above." in page
    assert "There are 12 entries outside this choice." in page
    assert "Nothing came back" not in page
    assert page.count("Show everything") == 1


def test_where_there_is_nothing_no_filter_is_said_to_hide_it(reader: Person, server: RecordServer) -> None:
    server.whole_record()

    page = reader.read("laboratory/?marked=yes")

    assert "Nothing came back" in page
    assert "hidden by the choice" not in page


def test_marks_and_years_count_each_other(server: RecordServer) -> None:
    record = [
        laboratory_result(id=f"o{n}", effectiveDateTime=f"{2020 + n % 2}-03-01", **(HIGH if n < 5 else {}))
        for n in range(20)
    ]

    found = section(server, "laboratory", *record, marked="yes", year="2020")

    assert {choice.name: choice.count for choice in choices(found).years} == {"2020": 3, "2021": 2}
    assert (found.pages.total, choices(found).outside) == (3, 17)


def test_medicines_are_not_marked_and_not_asked_for_it(reader: Person, server: RecordServer) -> None:
    server.whole_record(MedicationRequest=[drug(n, "Zinc") for n in range(12)])

    page = reader.read("medications/?marked=yes")

    assert page.count('<li class="row"') == 12
    assert 'name="sort"' in page
    assert 'name="marked"' not in page


# --- Dates
def test_a_range_shows_what_touches_it_by_the_days_of_the_record(server: RecordServer) -> None:
    record = [
        observation(id="before", effectiveDateTime="2019-03-14T23:30:00-05:00"),  # already the 15th by UTC
        observation(id="evening", effectiveDateTime="2019-03-16T22:00:00-05:00"),  # already the 17th by UTC
        observation(id="month", effectiveDateTime="2019-03"),
        observation(id="year", effectiveDateTime="2019"),
        observation(id="after", effectiveDateTime="2019-04-01"),
        observation(id="undated", effectiveDateTime=None),
    ]

    found = section(server, "vitals", *record, since="3/15/2019", until="3/16/2019")

    assert set(ids(found)) == {"evening", "month", "year"}
    assert (choices(found).outside, choices(found).undated) == (3, 1)
    assert str(choices(found).dates.words) == "From March 15, 2019 to March 16, 2019"


def test_a_report_stands_in_the_range_of_its_own_day(server: RecordServer) -> None:
    record = [
        laboratory_result(id="a", effectiveDateTime="2019-12-31"),
        laboratory_result(id="b", effectiveDateTime="2020-01-02"),
        diagnostic_report(effectiveDateTime="2019-12-31T23:00:00-05:00", result=of("a", "b")),
    ]

    assert ids(section(server, "laboratory", *record, since="2019", until="2019")) == ["a", "b"]
    assert section(server, "laboratory", *record, since="2020").rows == ()


@pytest.mark.parametrize(
    ("query", "sentence", "kept"),
    [
        ("from=soon&to=2020", "“soon” was not understood as a date", ['value="soon"', 'value="2020"']),
        ("from=2021&to=2020", "The first date is after the last one", ['value="2021"', 'value="2020"']),
        ("to=2%2F30%2F2020", "“2/30/2020” was not understood as a date", ['value="2/30/2020"']),
        ("from=%22%3E%3Cscript%3E", "was not understood as a date", ['value="&quot;&gt;&lt;script&gt;"']),
    ],
)
def test_a_date_that_is_none_is_explained_and_kept_and_leaves_the_list_whole(
    query: str, sentence: str, kept: list[str], reader: Person, server: RecordServer
) -> None:
    server.whole_record(MedicationRequest=[drug(n, "Zinc", authoredOn=f"{2010 + n}") for n in range(12)])

    page = reader.read(f"medications/?{query}")

    assert sentence in page
    assert all(value in page for value in kept)
    assert 'aria-invalid="true"' in page
    assert page.count('<li class="row"') == 12
    assert "outside this choice" not in page
    assert "<script>" not in page


# --- Order
def test_the_newest_stand_first_unless_another_order_is_asked_for(server: RecordServer) -> None:
    record = [
        drug(1, "Zinc", authoredOn="2020"),
        drug(2, "Álamo", authoredOn="2022"),
        drug(3, "beech", authoredOn=None),
        drug(4, "Alder", authoredOn="2021"),
    ]

    def order(**asked: str) -> list[str]:
        return titles(section(server, "medications", *record, **asked))

    assert order() == ["Álamo", "Alder", "Zinc", "beech"]
    assert order(sort="oldest") == ["Zinc", "Alder", "Álamo", "beech"]
    assert order(sort="name") == ["Álamo", "Alder", "beech", "Zinc"]
    assert order(sort="sideways") == order(sort="newest") == order()


def test_what_is_past_stays_behind_what_is_current_in_every_order(server: RecordServer) -> None:
    record = [
        drug(1, "Aspirin", status="stopped", authoredOn="2010"),
        drug(2, "Zinc", authoredOn="2020"),
        drug(3, "Iron", authoredOn="2021"),
    ]

    assert titles(section(server, "medications", *record, sort="name")) == ["Iron", "Zinc", "Aspirin"]
    assert titles(section(server, "medications", *record, sort="oldest")) == ["Zinc", "Iron", "Aspirin"]


def test_allergies_keep_the_dangerous_ones_first_until_an_order_is_chosen(server: RecordServer) -> None:
    record = [
        allergy(id="a", code={"text": "Latex"}, criticality="high", recordedDate="2010"),
        allergy(id="b", code={"text": "Pollen"}, recordedDate="2020"),
        allergy(id="c", code={"text": "Aspirin"}, recordedDate="2015"),
    ]

    def order(**asked: str) -> list[str]:
        return titles(section(server, "allergies", *record, **asked))

    assert order() == ["Latex", "Pollen", "Aspirin"]
    assert order(sort="newest") == ["Pollen", "Aspirin", "Latex"]
    assert order(sort="oldest") == ["Latex", "Aspirin", "Pollen"]
    assert order(sort="name") == ["Aspirin", "Latex", "Pollen"]


def test_entries_of_one_name_stand_newest_first_and_those_without_one_last(server: RecordServer) -> None:
    record = [
        drug(1, "Iron", authoredOn="2019"),
        medication_request(id="m2", medicationCodeableConcept=None, authoredOn="2024"),
        drug(3, "Iron", authoredOn="2021"),
    ]

    assert ids(section(server, "medications", *record, sort="name")) == ["m3", "m1", "m2"]


def test_a_medicine_that_is_only_pointed_to_stands_under_its_name(server: RecordServer) -> None:
    pointed = [
        medication_request(
            id=f"p{n}",
            medicationCodeableConcept=None,
            medicationReference={"reference": f"Medication/med{n}"},
        )
        for n in (1, 2)
    ]
    for n, name in ((1, "Zinc"), (2, "Biotin")):
        server.arrange(
            f"Medication/med{n}", {"resourceType": "Medication", "id": f"med{n}", "code": {"text": name}}
        )

    found = section(server, "medications", *pointed, drug(3, "Iron"), sort="name")

    assert titles(found) == ["Biotin", "Iron", "Zinc"]


def test_reports_are_sorted_and_each_keeps_its_results_in_its_own_order(server: RecordServer) -> None:
    record = [
        laboratory_result(id="z", code={"text": "Zinc"}),
        laboratory_result(id="a", code={"text": "Albumin"}),
        laboratory_result(id="i", code={"text": "Iron"}),
        laboratory_result(id="l1", code={"text": "Lead"}, effectiveDateTime="2020"),
        laboratory_result(id="l2", code={"text": "Calcium"}, effectiveDateTime="2021"),
        diagnostic_report(
            id="r1", code={"text": "Trace panel"}, effectiveDateTime="2018", result=of("z", "a")
        ),
        diagnostic_report(id="r2", code={"text": "Iron panel"}, effectiveDateTime="2022", result=of("i")),
    ]

    def order(**asked: str) -> list[str]:
        return ids(section(server, "laboratory", *record, **asked))

    assert order() == ["i", "z", "a", "l2", "l1"]
    assert order(sort="oldest") == ["z", "a", "i", "l1", "l2"]
    assert order(sort="name") == ["i", "z", "a", "l2", "l1"]


def test_sorting_reports_by_name_asks_nothing_of_those_on_other_pages(server: RecordServer) -> None:
    numbers = range(60)
    record = [
        *(laboratory_result(id=f"o{n}") for n in numbers),
        *(
            diagnostic_report(
                id=f"r{n}",
                code={"text": f"Panel {n}"},
                effectiveDateTime=f"{2000 + n}",
                performer=[{"reference": f"Organization/lab{n}"}],
                result=of(f"o{n}"),
            )
            for n in numbers
        ),
    ]
    for n in numbers:
        server.arrange(
            f"Organization/lab{n}", {"resourceType": "Organization", "id": f"lab{n}", "name": "Lab"}
        )

    found = section(server, "laboratory", *record, sort="name")

    assert str(found.groups[0].title) == "Panel 0"
    assert server.asked("Organization/lab0")
    assert not server.asked("Organization/lab59")


def test_years_stand_in_the_order_chosen_with_the_undated_ones_last(server: RecordServer) -> None:
    record = [document_reference(id=f"d{n}", date=f"{2020 + n % 3}-03-01") for n in range(24)]
    record.append(document_reference(id="d-none", date=None))

    found = section(server, "documents", *record, sort="oldest")

    assert [group.slug for group in found.groups] == ["year-2020", "year-2021", "year-2022", "year-undated"]
    assert [group.slug for group in section(server, "documents", *record, sort="name").groups] == ["current"]


@pytest.mark.parametrize("sort", ["", "oldest"])
def test_undated_readings_stand_at_the_end_under_a_heading_of_their_own(
    sort: str, server: RecordServer
) -> None:
    record = [observation(id=f"o{n}", effectiveDateTime=f"{2000 + n}") for n in range(24)]
    record.insert(3, observation(id="none", effectiveDateTime=None))

    found = section(server, "vitals", *record, sort=sort)

    assert [(str(group.title), group.total) for group in found.groups] == [
        ("Every reading", 24),
        ("Without a date", 1),
    ]
    assert str(found.groups[0].sentence) == ("Oldest first" if sort else "Newest first")
    assert ids(found)[-1] == "none"


def test_under_several_headings_what_has_no_date_says_under_which(server: RecordServer) -> None:
    record = [drug(n, f"Drug {n}", authoredOn="2020") for n in range(24)]
    record += [
        drug(30 + n, "Zinc", status="stopped", authoredOn=date)
        for n, date in enumerate(["2021", "a while ago"])
    ]

    found = section(server, "medications", *record)

    assert [(str(group.title), group.total) for group in found.groups] == [
        ("Taking now", 24),
        ("Past", 1),
        ("Past: without a date", 1),
    ]


@pytest.mark.parametrize("slug", ["medications", "vitals", "laboratory", "documents"])
@pytest.mark.parametrize("sort", ["", "oldest", "name"])
def test_no_order_loses_or_doubles_an_entry(slug: str, sort: str, server: RecordServer) -> None:
    dates = [f"{2010 + n % 9}-03-01" if n % 7 else None for n in range(60)]
    record = {
        "medications": [drug(n, f"Drug {n % 5}", authoredOn=date) for n, date in enumerate(dates)],
        "documents": [document_reference(id=f"m{n}", date=date) for n, date in enumerate(dates)],
        "vitals": [observation(id=f"m{n}", effectiveDateTime=date) for n, date in enumerate(dates)],
        "laboratory": [
            *(laboratory_result(id=f"m{n}", effectiveDateTime=date) for n, date in enumerate(dates)),
            diagnostic_report(result=of("m1", "m2", "m3")),
        ],
    }[slug]

    found = [
        *ids(section(server, slug, *record, sort=sort)),
        *ids(section(server, slug, *record, sort=sort, number=2)),
    ]

    assert sorted(found) == sorted(f"m{n}" for n in range(60))


def test_names_sort_as_a_reader_expects() -> None:
    assert sorted(["Zinc", "émile", "Éclair", "ebb", "Drug 10", "drug 9"], key=sortable) == [
        "drug 9",
        "Drug 10",
        "ebb",
        "Éclair",
        "émile",
        "Zinc",
    ]
    with override("es"):
        assert sorted(["nube", "ñame", "Oso"], key=sortable) == ["nube", "ñame", "Oso"]


# --- The page
def test_every_choice_is_kept_while_pages_are_turned_the_rest_is_loaded_and_it_is_refreshed(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record()
    more = server.url("Observation/more")
    first = [
        laboratory_result(id=f"o{n}", effectiveDateTime=f"2019-03-{1 + n % 28:02}", **HIGH)
        for n in range(120)
    ]
    server.arrange("Observation", bundle(*first, next=more))
    server.arrange("Observation/more", bundle())
    query = "year=2019&amp;from=2019-03&amp;to=3%2F2019&amp;marked=yes&amp;sort=oldest"

    page = reader.read("laboratory/?" + query.replace("&amp;", "&"))
    part = reader.part("laboratory/rest/?" + query.replace("&amp;", "&"))

    assert f'hx-get="{reader.at("laboratory/rest/")}?{query}"' in page
    for each in (page, part):
        assert f'href="{reader.at("laboratory/")}?{query}&amp;page=2" rel="next">Newer' in each
        assert '<option value="oldest" selected>Oldest first</option>' in each
        assert 'value="3/2019"' in each
        assert re.search(r'name="marked" value="yes" checked', each)
    assert "1 to 50 of at least 120, oldest first" in page
    assert "1 to 50 of 120, oldest first" in part
    assert f'href="{reader.at("laboratory/")}?refresh=yes&amp;{query}"' in page
    refreshed = reader.get("laboratory/?refresh=yes&" + query.replace("&amp;", "&"))
    assert refreshed["Location"].endswith("/laboratory/?" + query.replace("&amp;", "&"))


def test_what_narrows_a_list_is_folded_until_something_is_chosen(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(MedicationRequest=[drug(n, "Zinc") for n in range(12)])

    def folded(query: str) -> bool:
        found = re.search(
            r'<details class="opens narrow on-screen"( open)?>', reader.read(f"medications/{query}")
        )
        assert found is not None
        return found[1] is None

    assert folded("")
    assert folded("?status=&year=&from=&to=&sort=")
    assert not folded("?sort=name")
    assert not folded("?from=soon")
    assert "Show everything" not in reader.read("medications/")


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_every_list_can_be_asked_for_in_every_way(slug: str, reader: Person, server: RecordServer) -> None:
    server.whole_record(
        Observation=[laboratory_result(), observation(id="o2")], MedicationRequest=[drug(1, "Zinc")]
    )

    for query in ("sort=name&marked=yes", "sort=oldest&from=2019", "sort=newest&to=x&year=undated"):
        assert "<h1" in reader.read(f"{slug}/?{query}")


# --- One measure
def readings(count: int) -> list[Json]:
    return [
        observation(
            id=f"o{n}",
            effectiveDateTime=f"{2010 + n}-03-01",
            referenceRange=[{"high": {"value": 75, "unit": "kg"}}],
            valueQuantity={"value": 70 + n, "unit": "kg", "code": "kg"},
        )
        for n in range(count)
    ]


def test_the_readings_of_one_measure_are_narrowed_and_sorted_too(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record(Observation=readings(12))

    page = reader.read("vitals/measure/weight/?from=2014&to=2018&marked=yes&sort=oldest")

    assert re.findall(r'<time datetime="(\d{4})-03-01">', page.partition("<tbody")[2]) == [
        "2016",
        "2017",
        "2018",
    ]
    assert "1 to 3 of 3, oldest first" in page
    assert "There are 9 entries outside this choice." in page
    assert "Only the readings chosen above" in page
    assert re.search(
        rf'<a class="act" href="{reader.at("vitals/measure/")}[^/"]+/">Show everything</a>', page
    )
    assert "By name" not in page


def test_a_measure_keeps_its_name_while_every_reading_is_hidden(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=readings(3))

    page = reader.read("vitals/measure/weight/?from=1990&to=1991")

    assert re.search(r"<h1[^>]*>Weight</h1>", page)
    assert "Everything in this list is hidden by the choice above." in page
    assert reader.get("vitals/measure/pulse/?from=1990").status_code == 404


def test_a_measure_is_refreshed_where_it_is_with_its_choice(reader: Person, server: RecordServer) -> None:
    server.whole_record(Observation=readings(3))

    page = reader.read("vitals/measure/weight/?from=2011")

    found = re.search(rf'href="({reader.at("vitals/measure/")}[^/"]+/)\?refresh=yes&amp;from=2011"', page)
    assert found
    there = reader.get("vitals/measure/weight/?refresh=yes&from=2011")["Location"]
    assert there == f"{found[1]}?from=2011"


# --- Kept
def test_names_of_a_long_list_are_found_once_in_each_language(
    server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = server.url("Observation/more")
    pulse = observation(id="p", code=coded("http://loinc.org", "8867-4", "Heart rate"))
    server.whole_record()
    server.arrange(
        "Observation",
        bundle(observation(id="w", code=coded("http://loinc.org", "29463-7", "Body weight")), next=more),
    )
    server.arrange("Observation/more", bundle(pulse))
    source, read = a_source(), []
    asking.rest(KINDS["vitals"], source)
    monkeypatch.setattr(names, "row_of", lambda *given: read.append(1) or row_of(*given))

    def order() -> list[str]:
        asked = look("vitals", sort="name")
        return ids(load_section(Wanted(KINDS["vitals"], source, Places(), asked)))

    assert (order(), order(), len(read)) == (["p", "w"], ["p", "w"], 2)
    with override("es"):
        assert order() == ["w", "p"]  # Peso, Pulso


@pytest.mark.parametrize(
    ("status", "looks_that_read"), [(404, 1), (500, 2)], ids=["it is not there", "it may come yet"]
)
def test_entries_without_a_name_are_read_again_only_while_a_name_may_come(
    status: int, looks_that_read: int, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = server.url("MedicationRequest/more")
    unnamed = medication_request(id="u", medicationCodeableConcept=None)
    pointing = medication_request(
        id="p", medicationCodeableConcept=None, medicationReference={"reference": "Medication/away"}
    )
    server.whole_record()
    server.arrange("MedicationRequest", bundle(unnamed, next=more))
    server.arrange("MedicationRequest/more", bundle(pointing))
    server.arrange("Medication/away", status=status)
    source, read = a_source(), []
    asking.rest(KINDS["medications"], source)
    monkeypatch.setattr(names, "row_of", lambda *given: read.append(1) or row_of(*given))

    for _look in range(2):
        asked = look("medications", sort="name")
        found = load_section(Wanted(KINDS["medications"], source, Places(), asked))
        assert set(ids(found)) == {"p", "u"}

    assert len(read) == 2 * looks_that_read
