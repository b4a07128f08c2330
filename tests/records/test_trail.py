"""The trail: who opened which part of which record, when, and how it went, and nothing of what it says."""

from __future__ import annotations

import logging
import re

import pytest

from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import allergy, bundle


@pytest.fixture(autouse=True)
def listening(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "records.trail")


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.name == "records.trail"]


def test_each_look_at_a_record_leaves_a_line_that_says_nothing_of_it(
    reader: Person, server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Canary"})))
    page = reader.read("allergies/")
    entry = re.search(rf"/record/{reader.access}/(allergies/[\w-]{{24,}}/)", page)
    assert entry is not None
    server.arrange("AllergyIntolerance/a1", allergy(code={"text": "Canary"}))
    reader.get(entry[1])
    reader.get("allergies/?status=Canary")
    reader.get("allergies/" + "A" * 30 + "/file/1/")

    said = lines(caplog)
    opened, looked, _filtered, lost = said
    assert opened.startswith(f"section allergies of access {reader.access} by self ")
    assert opened.endswith(": 200")
    assert looked.startswith(f"entry allergies of access {reader.access} by self ")
    assert lost.startswith("file allergies of access ")
    for line in said:
        assert not re.search("canary|p1|Patient|Lovelace|AAAA", line, re.IGNORECASE)
        assert entry[1].split("/")[1] not in line


def test_a_reader_of_a_record_is_the_same_number_at_each_sign_in_and_another_one_elsewhere(
    db: None, server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    server.arrange("Patient/p2", status=404)

    for patient in ("p1", "p1", "p2"):
        sign_in(patient=patient).get("allergies/")

    first, again, other = (line.split(" by ")[1] for line in lines(caplog))
    assert re.fullmatch(r"self [0-9a-f]{16}: 200", first)
    assert again == first
    assert other != first


def test_a_sign_in_that_ends_on_the_way_is_told_as_that(
    database_file: None, server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    reader = sign_in()
    server.arrange("Patient/p1", status=401)
    server.arrange("AllergyIntolerance", status=401)

    assert reader.get("allergies/").status_code == 401

    assert lines(caplog)[-1].endswith(": sign-in over")


def test_who_is_not_let_in_has_looked_at_nothing(
    reader: Person, server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    assert reader.get("/record/elsewhere/allergies/").status_code == 409

    assert lines(caplog) == []
