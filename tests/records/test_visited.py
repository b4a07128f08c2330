"""What came since a reader was last here is marked, and all that is kept for it is one row that names nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django.fixtures import Settings

from records.models import Visit
from records.pages.last_visit import DAYS_KEPT, since
from smart_auth import people
from smart_auth.identity import Identity
from smart_auth.reader import Reader
from smart_auth.servers import configured_server
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import Json, allergy, medication_request, observation

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
ME = "a" * 64


def changed(moment: datetime, version: str = "2") -> Json:
    return {"lastUpdated": moment.isoformat(), "versionId": version}


# --- Which visit
@pytest.mark.django_db
def test_the_first_visit_has_no_visit_before_it() -> None:
    assert since(ME, NOON) is None
    assert since(ME, NOON) is None


@pytest.mark.django_db
def test_a_visit_knows_when_the_one_before_it_began_for_as_long_as_it_lasts() -> None:
    since(ME, NOON)

    assert since(ME, NOON + DAY) == NOON
    assert since(ME, NOON + DAY) == NOON
    assert since(ME, NOON + 2 * DAY) == NOON + DAY


@pytest.mark.django_db
def test_signing_in_again_within_the_hour_is_the_same_visit() -> None:
    since(ME, NOON)
    since(ME, NOON + DAY)

    assert since(ME, NOON + DAY + HOUR / 2) == NOON
    assert since(ME, NOON + DAY + 2 * HOUR) == NOON + DAY


@pytest.mark.django_db
def test_an_older_sign_in_that_is_still_open_changes_nothing() -> None:
    since(ME, NOON)
    since(ME, NOON + DAY)

    assert since(ME, NOON) is None
    assert since(ME, NOON + DAY) == NOON


@pytest.mark.django_db
def test_readers_and_records_do_not_know_of_each_others_visits() -> None:
    since(ME, NOON)

    assert since("b" * 64, NOON + DAY) is None
    assert since(ME, NOON + DAY) == NOON


@pytest.mark.django_db
def test_where_it_is_not_known_who_reads_nothing_is_kept() -> None:
    assert since("", NOON) is None
    assert since("", NOON + DAY) is None
    assert not Visit.objects.exists()


@pytest.mark.django_db
def test_a_row_is_deleted_when_its_reader_was_not_here_for_a_long_time() -> None:
    now = timezone.now()
    since("b" * 64, now - timedelta(days=DAYS_KEPT + 1))
    since("c" * 64, now - timedelta(days=DAYS_KEPT - 1))

    since(ME, now)

    assert sorted(Visit.objects.values_list("reader", flat=True)) == [ME, "c" * 64]


# --- The key of a reader
def key(*, subject: str = "person-1", issuer: str = "https://issuer.example", patient: str = "p1") -> str:
    identity = Identity(issuer=issuer, subject=subject, reader=Reader(name="Canary", fhir_user=""))
    return people.opened(configured_server(), patient=patient, scope="", identity=identity).reader_key


def test_the_key_is_the_same_at_every_sign_in_and_another_for_each_reader_record_and_issuer() -> None:
    assert key() == key()
    assert len({key(), key(subject="person-2"), key(patient="p2"), key(issuer="https://other.example")}) == 4


def test_the_key_says_nothing_of_whom_it_is_and_takes_the_secret_of_the_portal(
    settings: Settings,
) -> None:
    before = key()
    settings.SECRET_KEY = "another" * 10

    assert len(before) == 64
    assert "person-1" not in before
    assert key() != before


def test_without_an_identity_there_is_no_key() -> None:
    assert people.opened(configured_server(), patient="p1", scope="", identity=None).reader_key == ""


# --- The pages
def visit(days_ago: float) -> Person:
    """The patient signs in, so long ago."""
    return sign_in(signed_in_seconds_ago=days_ago * 86400)


def record(server: RecordServer) -> None:
    """One entry changed yesterday, one that came yesterday, one of long ago, one that does not say."""
    yesterday, long_ago = timezone.now() - DAY, timezone.now() - 300 * DAY
    server.whole_record(
        MedicationRequest=[
            medication_request(
                id="m1", medicationCodeableConcept={"text": "Changed"}, meta=changed(yesterday)
            ),
            medication_request(
                id="m2", medicationCodeableConcept={"text": "Came"}, meta=changed(yesterday, "1")
            ),
            medication_request(
                id="m3", medicationCodeableConcept={"text": "Old"}, meta=changed(long_ago, "1")
            ),
            medication_request(id="m4", medicationCodeableConcept={"text": "Silent"}),
        ]
    )


def marks(page: str) -> dict[str, str]:
    """The mark of each row that has one."""
    found = {}
    for row in page.split('<li class="row"')[1:]:
        row = row.split("</li>")[0]
        if 'class="new"' in row:
            found[row.split("<bdi>")[1].split("</bdi>")[0]] = row.split('class="new">')[1].split("<")[0]
    return found


@pytest.mark.django_db
def test_nothing_is_marked_on_a_first_visit(server: RecordServer) -> None:
    record(server)

    page = visit(0).read("medications/")

    assert "Changed" in page
    assert marks(page) == {}


@pytest.mark.django_db
def test_what_came_or_changed_since_the_last_visit_is_marked_in_lists_and_on_the_timeline(
    server: RecordServer,
) -> None:
    record(server)
    visit(10).read("medications/")

    person = visit(0)

    expected = {"Changed": "New or changed", "Came": "New"}
    assert marks(person.read("medications/")) == expected
    assert marks(person.read("timeline/")) == expected


@pytest.mark.django_db
def test_the_marks_of_a_visit_stay_while_it_lasts_and_are_gone_at_the_next(server: RecordServer) -> None:
    record(server)
    visit(10).read("medications/")
    person = visit(0.5)

    first = marks(person.read("medications/"))
    cache.clear()
    again = marks(person.read("medications/"))
    later = marks(visit(0).read("medications/"))

    assert first == again == {"Changed": "New or changed", "Came": "New"}
    assert later == {}


@pytest.mark.django_db
def test_a_reading_and_the_overview_are_marked_too(server: RecordServer) -> None:
    yesterday = timezone.now() - DAY
    server.whole_record(
        Observation=[observation(meta=changed(yesterday))],
        AllergyIntolerance=[allergy(meta=changed(yesterday))],
    )
    visit(10).read("vitals/")

    person = visit(0)

    assert 'class="new">New or changed<' in person.read("vitals/")
    assert 'class="new">New or changed<' in person.read("")


@pytest.mark.django_db
@pytest.mark.parametrize("said", ["yesterday", "", "9999-99-99T00:00:00Z", "2999-01-01T00:00:00", 7])
def test_a_last_change_that_cannot_be_understood_marks_nothing(said: object, server: RecordServer) -> None:
    server.whole_record(
        AllergyIntolerance=[
            allergy(id="a1", meta={"lastUpdated": said}),
            allergy(id="a2", code={"text": "Latex"}, meta=changed(timezone.now())),
        ]
    )
    visit(10).read("allergies/")

    page = visit(0).read("allergies/")

    assert "Penicillin" in page
    assert list(marks(page)) == ["Latex"]


@pytest.mark.django_db
def test_what_is_kept_names_neither_the_reader_nor_the_patient(server: RecordServer) -> None:
    record(server)

    visit(0).read("medications/")

    (kept,) = Visit.objects.values()
    assert set(kept) == {"reader", "began", "before"}
    assert not {"p1", "person-1", "Canary"} & set(map(str, kept.values()))
