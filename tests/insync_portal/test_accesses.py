"""`manage.py accesses`: who opened a record, over days and changed keys, from the table and from lines."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as portal
from django.core.management import CommandError, call_command
from pytest_django import Settings

from smart_auth.agency import Agency
from smart_auth.servers import Server, configured_server
from trail import writing
from trail.entries import Entry, Event, Look, Who
from trail.models import TrailEntry

OLD, NEW = bytes(range(32)), bytes(range(1, 33))
NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2026, 11, 23, 23, 30, tzinfo=NEW_YORK)
TUESDAY = MONDAY + timedelta(hours=12)
READERS = {
    "Patient/maya": "self",
    "RelatedPerson/elena": "representative",
    "Practitioner/cole": "staff",
}


def listed(*arguments: str) -> str:
    out = io.StringIO()
    call_command("accesses", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def as_csv(*arguments: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(listed(*arguments, "--csv"))))


def who(reader: str, patient: str = "maya") -> Who:
    return Who(portal.INSYNC_FHIR_BASE_URL, patient, reader, READERS[reader], f"access-of-{reader[:7]}")


@pytest.fixture(params=["table", "lines"])
def three_readers(
    request: pytest.FixtureRequest, db: None, settings: Settings, trail: list[Entry], tmp_path: Path
) -> list[str]:
    """Two days of three readers, the key changed between them. Gives what the command has to be told to read."""
    settings.TRAIL = "table" if request.param == "table" else "stream"
    for day, keys in ((MONDAY, [OLD]), (TUESDAY, [NEW, OLD])):
        settings.TRAIL_KEYS = keys
        for number, reader in enumerate(READERS):
            at = day + timedelta(minutes=number)
            writing.write(Event.LOOK, who(reader), look=Look("section", "labs", "", "200"), at=at)
        other = who("Practitioner/cole", patient="mateo")
        writing.write(Event.LOOK, other, look=Look("entry", "notes", "DocumentReference/9", "200"), at=day)
    if request.param == "table":
        return []
    path = tmp_path / "trail.jsonl"
    path.write_text("".join(entry.line() for entry in trail) + "a line of another program\n")
    return ["--read", str(path)]


def test_a_patients_accesses_are_found_over_a_change_of_keys(three_readers: list[str]) -> None:
    found = as_csv("--patient", "maya", *three_readers)

    assert [row["relation"] for row in found] == ["self", "representative", "staff"] * 2
    assert len({row["key"] for row in found}) == 2
    assert len({row["patient"] for row in found}) == 2, "another pseudonym under each key"
    assert as_csv("--patient", "Patient/maya", *three_readers) == found
    assert as_csv("--patient", "nobody", *three_readers) == []


def test_a_readers_accesses_are_found_whosever_record_it_was(three_readers: list[str]) -> None:
    found = as_csv("--reader", "Practitioner/cole", *three_readers)

    assert len(found) == 4
    assert len(as_csv("--reader", "Practitioner/cole", "--patient", "mateo", *three_readers)) == 2
    assert len(as_csv("--reader", "Practitioner/cole", "--reader", "Patient/maya", *three_readers)) == 6


def test_the_accesses_to_one_entry_are_found(three_readers: list[str]) -> None:
    assert len(as_csv("--entry", "DocumentReference/9", *three_readers)) == 2
    assert as_csv("--entry", "DocumentReference/8", *three_readers) == []


def test_a_day_is_one_of_the_agencys(three_readers: list[str]) -> None:
    # 23:30 in New York is the next day in UTC already.
    monday = as_csv("--patient", "maya", "--since", "2026-11-23", "--until", "2026-11-23", *three_readers)
    tuesday = as_csv("--patient", "maya", "--since", "2026-11-24", *three_readers)

    assert len(monday) == 3
    assert len(tuesday) == 3
    assert monday[0]["at"] < tuesday[0]["at"]


def test_a_key_that_is_dropped_takes_the_way_back_with_it(
    three_readers: list[str], settings: Settings
) -> None:
    settings.TRAIL_KEYS = [NEW]

    assert len(as_csv("--patient", "maya", *three_readers)) == 3


def test_as_a_table_it_is_read_by_a_person_and_names_nobody(three_readers: list[str]) -> None:
    head, first, *_ = listed("--patient", "maya", *three_readers).splitlines()

    assert head.split() == ["at", "event", "relation", "reader", "what", "outcome", "request"]
    assert first.startswith("2026-11-23 23:30:00 EST  look   self            ")
    assert "section labs" in first
    assert "maya" not in first


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Say whose accesses"),
        (["--patient", "maya"], "TRAIL is stream: the trail goes to standard output"),
        (["--patient", "maya", "--since", "yesterday"], "--since is a day such as"),
        (["--patient", "maya", "--read", "/nowhere/trail.jsonl"], "cannot be read: No such file"),
    ],
)
def test_a_question_that_cannot_be_answered_says_what_to_do(arguments: list[str], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        listed(*arguments)


def test_without_a_key_of_its_own_there_is_a_trail_all_the_same(db: None, settings: Settings) -> None:
    settings.TRAIL, settings.TRAIL_KEYS = "table", []
    writing.write(Event.LOOK, who("Patient/maya"), look=Look("overview"))
    settings.TRAIL_KEYS = [NEW]
    writing.write(Event.LOOK, who("Patient/maya"), look=Look("overview"))

    assert len(as_csv("--patient", "maya")) == 2
    assert TrailEntry.objects.exclude(patient="").count() == 2


def test_in_a_portal_of_several_agencies_a_patients_number_is_one_agencys(
    db: None, settings: Settings
) -> None:
    settings.TRAIL = "table"
    north = Agency(slug="north", name="North", phone="1", server=at("https://north.example/"))
    south = Agency(slug="south", name="South", phone="2", server=at("https://south.example/"))
    settings.AGENCIES = (north, south)
    for agency in (north, south, south):
        one = Who(agency.server.fhir_base_url, "4711", "Patient/4711", "self", "access", agency.slug)
        writing.write(Event.LOOK, one, look=Look("overview"))

    assert [row["agency"] for row in as_csv("--patient", "4711", "--agency", "south")] == ["south", "south"]
    assert len(as_csv("--patient", "4711", "--agency", "north")) == 1
    assert len(as_csv("--since", "2020-01-01")) == 3
    assert len(as_csv("--since", "2020-01-01", "--agency", "south")) == 2
    with pytest.raises(CommandError, match="one of north, south"):
        listed("--patient", "4711")


def at(base: str) -> Server:
    return replace(configured_server(), fhir_base_url=base)
