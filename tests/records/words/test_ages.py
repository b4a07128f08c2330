"""How old a child was on the day of a reading: exact to the day, and silent where it is not known or not a child."""

from __future__ import annotations

import pytest

from records.words.ages import age_at
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import immunization, observation, patient

BORN = "2022-01-31"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2022-01-31", "on the day of birth"),
        ("2022-02-01", "at 1 day"),
        ("2022-02-28", "at 28 days"),
        ("2022-03-01", "at 1 month"),
        ("2023-04-30", "at 14 months"),
        ("2023-12-31", "at 23 months"),
        ("2024-01-31", "at 2 years"),
        ("2024-04-30T23:30:00-05:00", "at 2 years 2 months"),
        ("2024-05-01", "at 2 years 3 months"),
        ("2025-02-28", "at 3 years"),
        ("2040-01-30", "at 17 years 11 months"),
        ("2040-01-31", ""),
        ("2022-01-30", ""),
        ("2024", ""),
        ("2024-05", ""),
        ("2024-02-30", ""),
        ("soon", ""),
        (None, ""),
    ],
)
def test_an_age_is_said_in_days_months_or_years_and_months(day: str | None, words: str) -> None:
    assert age_at(BORN, day) == words


@pytest.mark.parametrize("born", [None, "", "2022", "2022-01", "unknown"])
def test_without_a_full_birth_date_no_age_is_said(born: str | None) -> None:
    assert age_at(born, "2024-05-01") == ""
    assert age_at(BORN, "2024-05-01") != ""


def record(server: RecordServer, birth_date: str | None) -> None:
    server.whole_record(
        Observation=[observation(effectiveDateTime="2024-05-01T09:00:00-05:00")],
        Immunization=[immunization(occurrenceDateTime="2023-04-30")],
    )
    server.arrange("Patient/p1", patient(birthDate=birth_date))


def test_a_childs_readings_and_vaccines_say_how_old_it_was(reader: Person, server: RecordServer) -> None:
    record(server, BORN)

    assert reader.read("vitals/").count("at 2 years 3 months") == 2
    assert "at 2 years 3 months" in reader.read("vitals/measure/weight/")
    assert "at 14 months" in reader.read("immunizations/")


def test_the_timeline_says_it_beside_the_same_entries(reader: Person, server: RecordServer) -> None:
    record(server, BORN)

    page = words(reader.read("timeline/"))

    assert "at 2 years 3 months" in page.partition("May 1, 2024")[2]
    assert "at 14 months" in page.partition("April 30, 2023")[2]


@pytest.mark.parametrize("born", ["2022-02", None, "1968-03-09"])
def test_without_an_exact_birth_date_and_for_a_grown_up_the_timeline_says_no_age(
    reader: Person, server: RecordServer, born: str | None
) -> None:
    record(server, born)

    page = words(reader.read("timeline/"))

    assert "May 1, 2024" in page
    assert ", at " not in page


def test_a_grown_ups_readings_say_no_age(reader: Person, server: RecordServer) -> None:
    record(server, "1968-03-09")

    page = reader.read("vitals/")

    assert "72.5" in page
    assert ", at " not in page


def test_readings_are_there_where_the_patient_could_not_be_had(reader: Person, server: RecordServer) -> None:
    record(server, BORN)
    server.arrange("Patient/p1", status=503)

    page = reader.read("vitals/")

    assert "72.5" in page
    assert "at 2 years" not in page
