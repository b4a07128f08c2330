"""Whose record it is: a name, a birth date and an age, each only as far as the record says it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
import requests

from records.fetching.source import Sharing
from records.fhir.reading import read
from records.service.patient import Patient, Person, fetch_person, person_of, told
from records.words.personal import age
from tests.people import Person as Reader
from tests.people import sign_in
from tests.records.conftest import RecordServer
from tests.records.sources import a_source
from tests.resources import allergy, bundle, patient

TODAY = date(2026, 11, 24)
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


def person(**odd: Any) -> Person:
    return told(read(json.dumps(patient(**odd)).encode(), Patient)[0], TODAY)


def test_a_person_is_named_and_dated() -> None:
    found = person()

    assert (found.name, found.born, found.age_words, found.deceased) == (
        "Maja Rose Lindqvist",
        "Born March 9, 1968",
        "58 years old",
        "",
    )


@pytest.mark.parametrize(
    ("born", "words"),
    [
        ("1968-11-24", "58 years old"),
        ("1968-11-25", "57 years old"),
        ("2025-11-24", "12 months old"),
        ("2024-11-25", "23 months old"),
        ("2024-11-24", "2 years old"),
        ("2026-10-24", "1 month old"),
        ("2026-11-24", "0 months old"),
        ("2024-02-29", "2 years old"),
        ("1920-01-01", "106 years old"),
        ("2027-01-01", ""),
        ("1968", ""),
        ("1968-03", ""),
        ("1968-02-30", ""),
        ("long ago", ""),
        (None, ""),
    ],
)
def test_an_age_is_told_only_of_a_whole_birth_date(born: str | None, words: str) -> None:
    assert age(born, TODAY) == words


@pytest.mark.parametrize(
    ("odd", "born"),
    [
        ({"birthDate": "1968"}, "Born 1968"),
        ({"birthDate": "1968-03"}, "Born March 1968"),
        ({"birthDate": None}, ""),
        (
            {"birthDate": None, "_birthDate": {"extension": [{"url": ABSENT, "valueCode": "masked"}]}},
            "Birth date: Hidden by the clinic",
        ),
        ({"birthDate": 1968}, ""),
    ],
)
def test_a_birth_date_is_as_precise_as_recorded(odd: dict[str, Any], born: str) -> None:
    assert person(**odd).born == born


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ({"deceasedBoolean": True}, "Has died"),
        ({"deceasedDateTime": "2020-05-04"}, "Died May 4, 2020"),
        ({"deceasedDateTime": "2020"}, "Died 2020"),
        ({"deceasedBoolean": False}, ""),
    ],
)
def test_a_death_is_told_and_then_no_age(odd: dict[str, Any], words: str) -> None:
    found = person(**odd)

    assert found.deceased == words
    assert bool(found.age_words) == (not words)


@pytest.mark.parametrize("names", [None, [], [{}], [{"use": "official"}], "Maja"])
def test_a_name_that_is_not_there_is_said_to_be_missing(names: Any) -> None:
    assert person(name=names).name == "Name not recorded"


def test_of_several_names_the_one_in_use_is_told() -> None:
    names = [
        {"use": "maiden", "text": "Maja Berg"},
        {"use": "official", "text": "Maja Ended", "period": {"end": "2010"}},
        {"use": "usual", "text": "Maja Lindqvist"},
    ]
    assert person(name=names).name == "Maja Lindqvist"


@pytest.mark.parametrize(
    ("periods", "told_as"),
    [
        (({"start": "2001"}, {"start": "2090-01-01"}), "First"),
        (({"start": "2090-01-01"}, {"start": "2001"}), "Second"),
        (({"end": "9999-12-31"}, {"end": "2010"}), "First"),
        (({"end": "2010"}, {"start": "1990", "end": "9999-12-31T23:59:59Z"}), "Second"),
        (({"end": "2010"}, {"end": "2090-06"}), "Second"),
        (({"start": "2090"}, {"end": "2010"}), "Second"),
        (({"start": "2090"}, {"start": "2091"}), "First"),
    ],
)
def test_the_name_of_today_is_one_that_has_begun_and_is_not_over(
    periods: tuple[dict[str, str], dict[str, str]], told_as: str
) -> None:
    names = [
        {"use": "official", "text": text, "period": period}
        for text, period in zip(("First", "Second"), periods, strict=True)
    ]

    assert person(name=names).name == told_as


def test_a_birth_date_that_also_stands_for_none_is_told_with_both_readings() -> None:
    found = person(birthDate="1900-01-01")

    assert found.born == "Born January 1, 1900 (many systems write this day where the date is not known)"
    assert found.age_words == ""
    assert person(birthDate="1900-01-02").age_words == "126 years old"
    assert person(birthDate="0001-01-01").born == "Birth date not given"


@pytest.mark.parametrize("deceased", ["9999-12-31", "0001-01-01T00:00:00Z", "2090-05-04"])
def test_nobody_has_died_on_a_day_that_stands_for_none_or_is_to_come(deceased: str) -> None:
    found = person(deceasedDateTime=deceased)

    assert found.deceased == ""
    assert found.age_words == "58 years old"


# --- Trouble
@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (403, "Name not shared with this app"),
        (404, "The name could not be loaded"),
        (500, "The name could not be loaded"),
        (b"{", "The name could not be loaded"),
        (b'{"resourceType": "OperationOutcome"}', "The name could not be loaded"),
        (json.dumps(patient(id="p2")).encode(), "The name could not be loaded"),
        (json.dumps(patient(id=None)).encode(), "The name could not be loaded"),
        (requests.ReadTimeout(), "The name could not be loaded"),
    ],
)
def test_trouble_with_the_name_is_said_in_its_place(
    reader: Reader, server: RecordServer, trouble: Any, words: str
) -> None:
    if isinstance(trouble, int):
        server.arrange("Patient/p1", status=trouble)
    else:
        server.arrange("Patient/p1", trouble)
    server.arrange("AllergyIntolerance", bundle(allergy()))

    page = reader.read("allergies/")

    assert words in page
    assert "Penicillin" in page
    assert "Lindqvist" not in page


def test_a_name_that_was_not_granted_is_not_asked_for(server: RecordServer) -> None:
    source = a_source(shares=lambda _type: Sharing.NONE)

    assert fetch_person(source) is None
    assert person_of(None, source, today=TODAY).name == "Name not shared with this app"
    assert server.asked() == []


def test_a_name_is_asked_for_once_in_five_minutes(server: RecordServer) -> None:
    source = a_source()

    assert fetch_person(source) == fetch_person(source)
    assert len(server.asked("Patient/p1")) == 1


# --- The banner
@pytest.mark.parametrize(
    ("fhir_user", "name", "words"),
    [
        ("Patient/p1", "Maja Lindqvist", "You are signed in as <bdi>Maja Lindqvist"),
        ("RelatedPerson/r1", "Canary Daughter", "You are looking at the record of"),
        ("Patient/p9", "Canary Other", "You are looking at the record of"),
        ("Practitioner/dr1", "Dr. Canary", "Staff view of the record of"),
        ("", "", "You are looking at this record"),
    ],
)
def test_the_banner_says_whose_record_it_is_and_who_reads_it(
    db: None, server: RecordServer, fhir_user: str, name: str, words: str
) -> None:
    server.whole_record()
    reader = sign_in(fhir_user=fhir_user, name=name)

    page = reader.read()

    assert words in page
    assert "Maja Rose Lindqvist" in page
    assert "Born March 9, 1968" in page
    assert name in page
