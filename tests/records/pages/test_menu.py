"""The way to every section, with what is known of it."""

from __future__ import annotations

import re
from html import unescape

import pytest

from records.kinds import KINDS
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import allergy, bundle, coded

NONE = allergy(code=coded("http://snomed.info/sct", "716186003", "No known allergy"))


def links(page: str) -> dict[str, str]:
    """The menu's links by title, with what stands beside them."""
    nav = page[page.index('class="side links"') :].split("</nav>")[0]
    found = re.findall(r"<a [^>]*>([^<]*)(?:<small[^>]*>([^<]*)</small>)?</a>", nav)
    return {unescape(title).strip(): unescape(state).strip() for title, state in found}


def test_the_menu_leads_to_every_section_and_says_where_one_is(reader: Person, server: RecordServer) -> None:
    server.whole_record()

    page = reader.read("allergies/")

    assert set(links(page)) >= {"Overview", *(str(kind.title) for kind in KINDS.values())}
    here = re.findall(r'<a href="([^"]*)" aria-current="page"', page)
    assert set(here) == {f"/record/{reader.access}/allergies/"}


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (bundle(allergy()), 200, ""),
        (bundle(NONE), 200, "none"),
        (bundle(), 200, "nothing came back"),
        ({}, 500, "could not load"),
    ],
)
def test_the_menu_says_what_was_found(
    reader: Person, server: RecordServer, answer: object, status: int, words: str
) -> None:
    server.arrange("AllergyIntolerance", answer, status=status)

    assert links(reader.read("allergies/"))["Allergies and reactions"] == words


def test_what_was_not_granted_is_said_before_it_is_opened(db: None, server: RecordServer) -> None:
    reader = sign_in(scope="launch/patient patient/Patient.read patient/Condition.read")
    server.arrange("Condition", bundle())

    found = links(reader.read("conditions/"))

    assert found["Allergies and reactions"] == "not shared"
    assert found["Health conditions"] == "nothing came back"


def test_what_is_not_known_yet_is_not_said(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle())

    found = links(reader.read("allergies/"))

    assert found["Vital signs"] == ""
    assert found["Allergies and reactions"] == "nothing came back"


def test_a_failure_that_is_over_is_not_told_any_more(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", status=500)
    assert links(reader.read("allergies/"))["Allergies and reactions"] == "could not load"
    server.arrange("AllergyIntolerance", bundle(allergy()))

    assert links(reader.read("allergies/"))["Allergies and reactions"] == ""
