"""Who opened this record here: the patient sees everybody's visits, everybody else their own."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as portal
from pytest_django import DjangoAssertNumQueries, Settings

from records.pages.looks import PAGES
from records.urls import urlpatterns
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import allergy, bundle
from trail import writing
from trail.entries import Event, Look, Who
from trail.models import TrailEntry

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 23, 15, 4, tzinfo=NEW_YORK)


@pytest.fixture(autouse=True)
def a_table(settings: Settings) -> None:
    settings.TRAIL = "table"


def looked(
    reader: str,
    relation: str,
    *sections: str,
    at: datetime = MONDAY,
    patient: str = "p1",
    outcome: str = "200",
) -> None:
    """A visit of somebody, a minute for each section."""
    who = Who(portal.INSYNC_FHIR_BASE_URL, patient, reader, relation, f"{reader}-{at:%d%H%M}"[-12:])
    for number, section in enumerate(sections):
        page = "section" if section not in {"overview", "search"} else section
        slug = section if page == "section" else ""
        look = Look(page, slug, "", outcome)
        writing.write(Event.LOOK, who, look=look, at=at + timedelta(minutes=number))


def visits(page: str) -> list[tuple[str, str, str]]:
    """Who, what and when of each row."""
    found = re.findall(
        r'<li class="row">.*?<bdi[^>]*>(.*?)</bdi>.*?<p>(.*?)</p>.*?<time datetime="([^"]*)"', page, re.DOTALL
    )
    return [(unescape(who), unescape(what), when) for who, what, when in found]


def test_the_patient_sees_who_opened_the_record_when_and_which_parts(
    reader: Person, server: RecordServer
) -> None:
    looked("Practitioner/7", "staff", "overview", "laboratory", "allergies", "laboratory")
    looked("RelatedPerson/3", "representative", "search", at=MONDAY + timedelta(days=1))
    looked("Patient/p2", "self", "goals", patient="p2")

    page = reader.read("opened/")

    assert visits(page) == [
        ("A representative", "Search", "2026-11-24T15:04-05:00"),
        (
            "Somebody who works at the agency",
            "Overview; Allergies and reactions; Laboratory results",
            "2026-11-23T15:04-05:00",
        ),
    ]
    assert "November 24, 2026" in page
    assert "3:04 PM to 3:07 PM" in page
    assert "Kept since November 23, 2026, each visit for 2,190 days." in page


def test_the_visit_that_looks_is_there_as_well_from_its_second_page_on(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    reader.read("allergies/")

    page = reader.read("opened/")

    ((who, what, _when),) = visits(page)
    assert (who, what) == ("The patient", "Allergies and reactions")
    assert "This sign-in" in page


def test_a_representative_sees_their_own_visits_alone(db: None, server: RecordServer) -> None:
    looked("RelatedPerson/3", "representative", "laboratory")
    looked("RelatedPerson/4", "representative", "goals")
    looked("Practitioner/7", "staff", "allergies")
    looked("Patient/p1", "self", "vitals")

    page = sign_in(fhir_user="RelatedPerson/3").read("opened/")

    assert [what for _who, what, _when in visits(page)] == ["Laboratory results"]
    assert "The patient sees the visits of everybody." in page


def test_who_is_not_known_is_shown_no_visit_and_told_why(db: None, server: RecordServer) -> None:
    looked("", "unknown", "laboratory")
    looked("Patient/p1", "self", "vitals")

    page = sign_in(fhir_user="", subject="").read("opened/")

    assert visits(page) == []
    assert "does not say who you are" in page


def test_what_was_not_shown_was_not_opened(reader: Person, server: RecordServer) -> None:
    looked("Practitioner/7", "staff", "laboratory")
    looked("Practitioner/8", "staff", "goals", outcome="failed")

    assert [what for _who, what, _when in visits(reader.read("opened/"))] == ["Laboratory results"]


def test_visits_of_before_a_change_of_keys_are_there_as_long_as_the_old_key_is_listed(
    reader: Person, server: RecordServer, settings: Settings
) -> None:
    old, new = bytes(range(32)), bytes(range(1, 33))
    settings.TRAIL_KEYS = [old]
    looked("Practitioner/7", "staff", "laboratory")
    settings.TRAIL_KEYS = [new, old]
    looked("Practitioner/7", "staff", "goals", at=MONDAY + timedelta(hours=2))

    assert len(visits(reader.read("opened/"))) == 2
    settings.TRAIL_KEYS = [new]
    page = reader.read("opened/")
    assert "Goals" in [what for _who, what, _when in visits(page)]
    assert "Laboratory results" not in [what for _who, what, _when in visits(page)]


def test_a_time_in_which_nothing_could_be_written_down_is_said(reader: Person, server: RecordServer) -> None:
    looked("Practitioner/7", "staff", "laboratory")
    writing.state.lost = 3
    looked("Practitioner/7", "staff", "laboratory", at=MONDAY + timedelta(hours=2))

    page = reader.read("opened/")

    assert "For a while visits could not be written down, until" in page
    assert "Some may be missing here." in page


def test_many_visits_are_parted_into_pages(
    reader: Person, server: RecordServer, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in range(60):
        looked("Practitioner/7", "staff", "laboratory", at=MONDAY + timedelta(hours=hour))

    reader.read("opened/")
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        first = reader.read("opened/")
    second = reader.read("opened/?page=2")

    assert "Visits 1 to 50" in first
    assert len(visits(first)) == 50
    assert len(visits(second)) == 11, "and this one"
    assert f'href="/record/{reader.access}/opened/?page=2"' in first
    assert f'href="/record/{reader.access}/opened/"' in second


@pytest.mark.parametrize(("kept", "there"), [("table", True), ("stream", False)])
def test_the_page_is_there_where_the_table_is_and_the_menu_says_so(
    reader: Person, server: RecordServer, settings: Settings, kept: str, there: bool
) -> None:
    settings.TRAIL = kept
    server.arrange("AllergyIntolerance", bundle(allergy()))

    page = reader.read("allergies/")

    assert ("Who opened this record here" in page) == there
    assert reader.get("opened/").status_code == (200 if there else 404)


def test_looking_at_the_page_asks_the_record_server_for_the_name_alone(
    reader: Person, server: RecordServer
) -> None:
    reader.read("opened/")

    assert {(request.path_url or "").split("/")[2] for request in server.asked()} == {"Patient"}
    assert TrailEntry.objects.latest("at").page == "looks"


def test_every_page_of_a_record_that_is_no_sections_own_has_a_name_in_the_list() -> None:
    nameless = {
        pattern.name
        for pattern in urlpatterns
        if "<kind:slug>" not in str(pattern.pattern) and pattern.name not in PAGES
    }

    assert nameless == {"current"}, "it leads on to the overview"
