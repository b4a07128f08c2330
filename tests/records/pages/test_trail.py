"""What a page of a record leaves in the audit trail: who looked at which part, how it went, and nothing of it."""

from __future__ import annotations

import logging
import re

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import allergy, bundle
from trail.entries import Entry
from trail.models import TrailEntry


def looks(trail: list[Entry]) -> list[Entry]:
    return [entry for entry in trail if entry.event == "look"]


def test_each_look_at_a_record_leaves_an_entry_that_says_nothing_of_it(
    reader: Person, server: RecordServer, trail: list[Entry]
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Canary"})))
    page = reader.read("allergies/")
    entry = re.search(rf"/record/{reader.access}/(allergies/[\w-]{{24,}}/)", page)
    assert entry is not None
    server.arrange("AllergyIntolerance/a1", allergy(code={"text": "Canary"}))
    reader.get(entry[1])
    reader.get("allergies/?status=Canary")
    reader.get("allergies/" + "A" * 30 + "/file/1/")

    section, one, filtered, lost = looks(trail)
    assert (section.page, section.section, section.outcome) == ("section", "allergies", "200")
    assert (section.access, section.relation, section.entry) == (reader.access, "self", "")
    assert (one.page, one.section, one.outcome) == ("entry", "allergies", "200")
    assert re.fullmatch(r"[0-9a-f]{20}", one.entry)
    assert (filtered.page, filtered.section) == ("section", "allergies")
    assert (lost.page, lost.entry) == ("file", "")
    for said in trail:
        assert not re.search("canary|p1\b|Patient/|Lovelace|AAAA|allergies/", said.line(), re.IGNORECASE)
        assert entry[1].split("/")[1] not in said.line()


def test_the_words_of_a_search_stand_nowhere(
    reader: Person, server: RecordServer, trail: list[Entry]
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    reader.browser.post(reader.at("search/"), {"words": "Canarybird"})

    (look,) = looks(trail)
    assert (look.page, look.section, look.outcome) == ("search", "", "200")


def test_the_trail_is_written_whatever_the_log_leaves_out(
    reader: Person, server: RecordServer, trail: list[Entry]
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    logging.disable(logging.CRITICAL)
    try:
        reader.read("allergies/")
    finally:
        logging.disable(logging.NOTSET)

    assert [look.section for look in looks(trail)] == ["allergies"]


def test_an_entry_has_the_number_that_its_page_shows(
    reader: Person, server: RecordServer, trail: list[Entry]
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    answer = reader.get("allergies/")

    assert looks(trail)[-1].request == answer["X-Request-Id"]


def test_a_reader_and_a_patient_have_the_same_pseudonyms_at_each_sign_in_and_others_elsewhere(
    db: None, server: RecordServer, trail: list[Entry]
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange("Patient/p2", status=404)
    for patient, who in (
        ("p1", "Patient/p1"),
        ("p1", "Patient/p1"),
        ("p1", "Practitioner/7"),
        ("p2", "Practitioner/7"),
    ):
        sign_in(patient=patient, fhir_user=who).get("allergies/")

    own, again, staff, other = looks(trail)
    assert (again.patient, again.reader) == (own.patient, own.reader)
    assert again.access != own.access
    assert (staff.patient, staff.relation) == (own.patient, "staff")
    assert staff.reader != own.reader
    assert other.reader == staff.reader
    assert other.patient != own.patient
    assert len({own.patient, own.reader, staff.reader, other.patient}) == 4


def test_a_sign_in_that_ends_on_the_way_is_told_as_that(
    database_file: None, server: RecordServer, trail: list[Entry]
) -> None:
    reader = sign_in()
    server.arrange("Patient/p1", status=401)
    server.arrange("AllergyIntolerance", status=401)

    assert reader.get("allergies/").status_code == 401

    end, look = trail
    assert (look.event, look.outcome) == ("look", "sign-in over")
    assert (end.event, end.reason, end.access) == ("sign-out", "agency", reader.access)


def test_who_asks_at_the_address_of_another_record_is_told_as_refused(
    reader: Person, server: RecordServer, trail: list[Entry]
) -> None:
    assert reader.get("/record/elsewhere/allergies/").status_code == 409

    (refused,) = trail
    assert (refused.event, refused.reason, refused.section) == ("look refused", "another record", "")


def test_who_is_not_signed_in_has_looked_at_nothing(db: None, client: object, trail: list[Entry]) -> None:
    from django.test import Client

    assert Client().get("/record/elsewhere/allergies/").status_code == 401

    assert trail == []


def test_a_part_that_only_says_not_yet_is_no_look(
    reader: Person, server: RecordServer, trail: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    from records.pages import door
    from records.pages.turns import Turn

    server.arrange("AllergyIntolerance", bundle(allergy()))
    monkeypatch.setattr(door, "_answered", lambda _view, reading, *_args, **_kwargs: reading.later())
    part = reader.get("allergies/rest/", headers={"HX-Request": "true", "HX-Target": "rest"})
    whole = reader.get("allergies/")

    assert Turn.LATER
    assert (part.status_code, whole.status_code) == (202, 202)
    assert [look.page for look in looks(trail)] == ["section"]


def test_the_stream_asks_the_database_nothing_and_the_table_writes_once_a_page(
    reader: Person,
    server: RecordServer,
    settings: Settings,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    reader.read("allergies/")
    with django_assert_num_queries(2) as without:  # type: ignore[operator]  # the session, twice
        reader.get("allergies/")
    assert [query for query in without.captured_queries if "trail" in query["sql"]] == []

    settings.TRAIL = "table"
    with django_assert_num_queries(3) as written:  # type: ignore[operator]
        reader.get("allergies/")

    assert [query["sql"].split()[0] for query in written.captured_queries if "trail" in query["sql"]] == [
        "INSERT"
    ]
    assert TrailEntry.objects.get().section == "allergies"


def test_the_record_server_is_told_the_number_that_the_page_shows(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    answer = reader.get("allergies/")

    sent = server.asked()
    assert len(sent) >= 2
    assert {request.headers.get("X-Request-Id") for request in sent} == {answer["X-Request-Id"]}
