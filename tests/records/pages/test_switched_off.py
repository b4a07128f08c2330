"""A section that its agency switched off: neither asked for nor silently missing, wherever a page would speak of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytest_django import Settings

from records.kinds import KINDS
from records.service.entry import NotHere, load_entry
from smart_auth.agencies import only
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.pages.test_menu import links
from tests.records.sources import Places, a_source

OFF = "allergies"
TITLE = "Allergies and reactions"


@pytest.fixture(autouse=True)
def switched_off(settings: Settings) -> None:
    """The agency of the settings, in a portal whose file switches one section off."""
    agency = only()
    assert agency is not None
    settings.AGENCIES = (replace(agency, slug="harbor", sections_off=frozenset({OFF})),)


def asked(server: RecordServer) -> list[str]:
    """The paths that were asked for."""
    return [str(call.request.path_url).split("?")[0].rpartition("/")[2] for call in server.mock.calls]


@pytest.mark.parametrize("place", ["allergies/", "", "search/?q=peanut", "timeline/", "receipt/"])
def test_no_page_asks_for_it_and_each_that_would_show_it_says_so(
    reader: Person, server: RecordServer, place: str
) -> None:
    server.whole_record()

    page = reader.read(place)

    assert "AllergyIntolerance" not in asked(server)
    assert "not given here" in page or "does not give" in page


def test_its_own_page_says_who_left_it_out_and_not_that_the_reader_did(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record()

    page = reader.read("allergies/")

    assert f"{TITLE}: not given here" in page
    assert "There may be something in it." in page
    assert "not shared" not in page.split("<main")[1]
    assert "Sign in again" not in page.split("<main")[1]


def test_the_menu_says_it_on_every_page(reader: Person, server: RecordServer) -> None:
    server.whole_record()

    assert links(reader.read("conditions/"))[TITLE] == "not given here"


def test_an_entry_of_it_is_not_read_by_its_address_either(server: RecordServer) -> None:
    source = replace(a_source(), off=frozenset({OFF}))

    with pytest.raises(NotHere) as told:
        load_entry(KINDS[OFF], "a1", source=source, addresses=Places())

    assert str(told.value.notice.title) == f"{TITLE}: not given here"
    assert not server.mock.calls


def test_what_is_kept_of_a_page_does_not_outlive_the_switch(
    reader: Person, server: RecordServer, settings: Settings
) -> None:
    server.whole_record()
    reader.read("conditions/")
    settings.AGENCIES = (replace(settings.AGENCIES[0], sections_off=frozenset({"conditions"})),)

    assert "Health conditions: not given here" in reader.read("conditions/")
