"""Where the trail is kept, and what becomes of an entry that cannot be."""

from __future__ import annotations

import errno
import logging
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from trail import keeping, writing
from trail.entries import Entry, Event, Look, Who, read_line
from trail.models import OnlyAddedTo, TrailEntry

WHO = Who("https://fhir.example/", "p1", "Patient/p1", "self", "access-1")


def look(section: str = "allergies") -> None:
    writing.write(Event.LOOK, WHO, look=Look("section", section, "", "200"))


@pytest.fixture
def lines(tmp_path: Path, settings: Settings) -> Path:
    """The file that the trail goes to."""
    settings.TRAIL_FILE = str(tmp_path / "trail.jsonl")
    return tmp_path / "trail.jsonl"


def read(path: Path) -> list[Entry]:
    found = [read_line(line) for line in path.read_text().splitlines()]
    return [entry for entry in found if entry is not None]


def test_a_file_is_added_to_and_readable_for_its_owner_alone(lines: Path) -> None:
    look()
    look("labs")

    assert [entry.section for entry in read(lines)] == ["allergies", "labs"]
    assert lines.stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_rotated_away_is_followed_by_another(lines: Path) -> None:
    look()
    lines.rename(lines.with_suffix(".1"))
    look("labs")

    assert [entry.section for entry in read(lines.with_suffix(".1"))] == ["allergies"]
    assert [entry.section for entry in read(lines)] == ["labs"]


def test_a_full_disk_stops_nobody_is_told_and_is_told_again_in_the_trail_itself(
    lines: Path, trail: list[Entry], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    look()
    real = os.write

    def full(descriptor: int, data: bytes) -> int:
        if data.startswith(b"torn"):
            raise AssertionError
        return real(descriptor, data[:10])

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        look("labs")
        disk.setattr(os, "write", _no_space)
        look("vitals")
    look("goals")

    assert [entry.section for entry in trail] == ["labs", "vitals"], "on standard error"
    assert [(entry.event, entry.section) for entry in read(lines)] == [
        ("look", "allergies"),
        ("look", "goals"),
        ("gap", ""),
    ]
    assert read(lines)[-1].outcome == "2"
    assert read(lines)[-1].reason.startswith("not kept since 20")
    told = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert told == ["the audit trail cannot be written (OSError): 1 so far went to standard error instead"]
    assert "2 entries went to standard error meanwhile" in caplog.text


def _no_space(descriptor: int, data: bytes) -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_where_standard_error_takes_nothing_either_the_page_goes_on_and_the_count_stands(
    monkeypatch: pytest.MonkeyPatch, trail: list[Entry], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(descriptor: int, line: str) -> None:
        raise BrokenPipeError

    put = keeping.put
    with monkeypatch.context() as pipes:
        pipes.setattr(keeping, "put", broken)
        look()
    assert keeping.put is put
    look("labs")

    assert [(entry.event, entry.section, entry.outcome) for entry in trail] == [
        ("look", "labs", "200"),
        ("gap", "", "1"),
    ]
    assert "standard error takes nothing either" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_table_that_refuses_stops_nobody_and_its_entries_go_to_standard_error(
    settings: Settings, trail: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRAIL = "table"

    def full(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as table:
        table.setattr(TrailEntry, "save", full)
        look()
    look("labs")

    assert [entry.section for entry in trail] == ["allergies"]
    assert list(TrailEntry.objects.order_by("pk").values_list("event", "section", "outcome")) == [
        ("look", "labs", "200"),
        ("gap", "", "1"),
    ]


@pytest.mark.django_db(transaction=True)
def test_nobody_changes_what_stands_in_the_table(settings: Settings) -> None:
    settings.TRAIL = "table"
    look()
    row = TrailEntry.objects.get()
    row.section = "labs"

    with pytest.raises(OnlyAddedTo):
        row.save()
    with pytest.raises(DatabaseError), transaction.atomic():
        TrailEntry.objects.update(section="labs")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE trail_trailentry SET patient = ''")

    assert TrailEntry.objects.get().section == "allergies"


@pytest.mark.django_db
def test_what_is_too_old_goes_when_somebody_signs_in(settings: Settings) -> None:
    settings.TRAIL, settings.TRAIL_DAYS = "table", 30
    old, young = timezone.now() - timedelta(days=31), timezone.now() - timedelta(days=29)
    for at in (old, young):
        writing.write(Event.SIGN_OUT, WHO, reason="idle", at=at)
    assert TrailEntry.objects.count() == 2

    writing.write(Event.SIGN_IN, WHO)

    assert list(TrailEntry.objects.order_by("at").values_list("event", flat=True)) == ["sign-out", "sign-in"]
    assert TrailEntry.objects.earliest("at").at == young


def test_a_line_comes_back_as_the_entry_that_it_was() -> None:
    entry = Entry(at=datetime(2026, 11, 29, 3, 4, 5, 678000, UTC), event="look", patient="ab", section="labs")

    assert (
        entry.line() == '{"at":"2026-11-29T03:04:05.678Z","event":"look","patient":"ab","section":"labs"}\n'
    )
    assert read_line(entry.line()) == entry


@pytest.mark.parametrize(
    "line", ["", "{}", "[1]", "null", '{"at":"soon","event":"look"}', '{"at":"2026-11-29"}']
)
def test_a_line_that_is_none_of_ours_is_no_entry(line: str) -> None:
    assert read_line(line) is None


def test_what_was_left_out_of_the_nameless_is_counted_in_the_next_minute(
    trail: list[Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(63):
        writing.write(Event.SIGN_IN_REFUSED, reason="state-unknown")
    look()
    writing.state.minute -= 61
    writing.write(Event.SIGN_IN_REFUSED, reason="state-unknown")

    assert len(trail) == 60 + 1 + 2
    assert [entry.event for entry in trail[-3:]] == ["look", "sign-in refused", "gap"]
    assert (trail[-1].outcome, trail[-1].reason) == ("3", "more than 60 nameless in a minute")
