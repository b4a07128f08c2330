"""Addresses are put together by hand: each must lead where it says."""

from __future__ import annotations

import pytest
from django.urls import resolve

from records.kinds import KINDS
from records.pages.addresses import RecordAddresses
from records.pages.keys import Keys

ADDRESSES = RecordAddresses("access-1", Keys(bytes(range(32))))


def test_each_page_of_the_whole_record_stands_where_it_is_said_to() -> None:
    for name in ("overview", "timeline", "search", "units", "receipt", "people"):
        found = resolve(getattr(ADDRESSES, name)())
        assert (found.view_name, found.kwargs) == (f"records:{name}", {"access": "access-1"})


@pytest.mark.parametrize("slug", KINDS)
def test_each_page_of_a_section_stands_where_it_is_said_to(slug: str) -> None:
    kind = KINDS[slug]
    key = ADDRESSES.keys.make(kind.resource_type, "id-1")
    addresses = {
        "section": ADDRESSES.section(kind),
        "rest": ADDRESSES.rest(kind),
        "block": ADDRESSES.block(kind),
        "series": ADDRESSES.series(kind, "blood-pressure"),
        "entry": ADDRESSES.entry(kind, kind.resource_type, "id-1"),
        **{
            page: ADDRESSES.file(kind, key, 2, page)
            for page in ("file", "file-start", "file-view", "file-original")
        },
    }

    for name, address in addresses.items():
        found = resolve(address)
        assert (found.view_name, found.kwargs["slug"]) == (f"records:{name}", slug)

    assert ADDRESSES.keys.read(resolve(addresses["series"]).kwargs["name"]) == ("series", "blood-pressure")
    assert resolve(addresses["file"]).kwargs["key"] == key
    assert resolve(addresses["file"]).kwargs["number"] == 2


@pytest.mark.parametrize("named", ["Grip strength of the left hand", "weight", "http://loinc.org|44249-1"])
def test_a_measure_stands_behind_a_key(named: str) -> None:
    address = ADDRESSES.series(KINDS["vitals"], named)

    name = resolve(address).kwargs["name"]
    assert not any(word in address for word in ("strength", "weight", "44249"))
    assert ADDRESSES.keys.read(name) == ("series", *named.split("/"))


def test_what_is_asked_of_a_page_is_quoted() -> None:
    assert ADDRESSES.timeline(section="conditions/visit-diagnoses", year="2024", page="1") == (
        "/record/access-1/timeline/?section=conditions%2Fvisit-diagnoses&year=2024"
    )
