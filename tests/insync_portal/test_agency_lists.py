"""`manage.py agencies import`: a published list becomes a draft that the portal reads, and what is left out is told."""

from __future__ import annotations

import json
import tomllib
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from insync_portal import agencies_file, agency_lists

BASE = "https://fhir.insynchcs.com/insync/"
INSYNC = [
    {"organization": " Midwest Center (Production) ", "baseurl": f"\t{BASE}midwest-294/ "},
    {"organization": "Independent PS - Production", "baseurl": f"{BASE}independentps-200/"},
    {"organization": "InSync Sandbox", "baseurl": "https://api-cert-stage.insynchcs.com/fhir-request/"},
    {"organization": "Senior Connections Production", "baseurl": "   "},
    {"organization": "Midwest Center Production", "baseurl": f"{BASE}MIDWEST-294"},
    {"organization": "Peñasco “Río” \\ Production", "baseurl": f"{BASE}penasco-7/"},
    {},
    None,
]
BUNDLE = {
    "resourceType": "Bundle",
    "entry": [
        {
            "resource": {
                "resourceType": "Endpoint",
                "id": "e1",
                "address": "https://a.example/fhir",
                "managingOrganization": {"reference": "Organization/o1"},
            }
        },
        {
            "resource": {
                "resourceType": "Organization",
                "id": "o1",
                "name": "Harbor Lane",
                "telecom": [
                    {"system": "phone", "value": "617-555-0142"},
                    {"system": "url", "value": "https://h.example"},
                ],
                "address": [{"city": "Quincy", "state": "MA"}],
            }
        },
        {
            "resource": {
                "resourceType": "Endpoint",
                "id": "e2",
                "address": "https://b.example/fhir",
                "name": "Bay",
            }
        },
        {
            "resource": {
                "resourceType": "Organization",
                "id": "o3",
                "name": "Three",
                "endpoint": [{"reference": "urn:uuid:e3"}],
            }
        },
        {"resource": {"resourceType": "Endpoint", "id": "e3", "address": "https://c.example/fhir"}},
        {"resource": {"resourceType": "Endpoint", "id": "e4", "address": "http://d.example/fhir"}},
        {"fullUrl": "nothing"},
    ],
}


def drafted(found: object) -> list[dict[str, Any]]:
    """The agencies of the draft, as TOML has them."""
    read = tomllib.loads(agency_lists.toml(agency_lists.read(json.dumps(found))))["agency"]
    assert isinstance(read, list)
    return read


def test_insyncs_list_becomes_an_agency_for_each_production_base() -> None:
    found = drafted(INSYNC)

    assert [(one["slug"], one["name"], one["fhir_base_url"]) for one in found] == [
        ("midwest-center", "Midwest Center", f"{BASE}midwest-294/"),
        ("independent-ps", "Independent PS", f"{BASE}independentps-200/"),
        ("penasco-rio", "Peñasco “Río” \\", f"{BASE}penasco-7/"),
    ]


def test_what_is_left_out_is_counted_with_its_reason() -> None:
    assert agency_lists.read(json.dumps(INSYNC)).left_out == {
        "not called production": 1,
        "without a base": 3,
        "named before": 1,
    }


def test_a_list_that_calls_nothing_production_is_taken_whole() -> None:
    assert len(drafted([{"organization": "A", "baseurl": "https://a.example/"}])) == 1


def test_a_bundle_brings_name_telephone_place_and_website() -> None:
    found = drafted(BUNDLE)

    assert [one["name"] for one in found] == ["Harbor Lane", "Bay", "Three"]
    assert (found[0]["phone"], found[0]["place"], found[0]["website"]) == (
        "617-555-0142",
        "Quincy, MA",
        "https://h.example",
    )


def test_agencies_of_one_name_get_addresses_of_their_own() -> None:
    rows = [{"organization": "Bay", "baseurl": f"https://{letter}.example/"} for letter in "abc"]

    assert [one["slug"] for one in drafted(rows)] == ["bay", "bay-2", "bay-3"]


def test_every_key_of_a_draft_is_one_that_the_portal_reads() -> None:
    assert set(drafted(BUNDLE)[0]) <= agencies_file.KEYS


def test_names_that_would_end_a_string_or_a_line_stay_within_it() -> None:
    name = 'Bay" \n[[agency]]\nslug = "evil\x7f'

    (one,) = drafted([{"organization": name, "baseurl": "https://a.example/"}])

    assert one["name"].startswith('Bay" [[agency]]')


@pytest.mark.parametrize("content", ["", "{", "{}", "7", '"x"', '{"resourceType": "Patient"}', "[" * 100_000])
def test_what_is_no_list_is_told(tmp_path: Path, content: str) -> None:
    path = tmp_path / "list.json"
    path.write_text(content)

    with pytest.raises(CommandError, match="is no list of agencies"):
        call_command("agencies", "import", str(path))


def test_the_command_writes_the_draft_and_never_over_a_file(tmp_path: Path) -> None:
    path, out, told = tmp_path / "list.json", tmp_path / "agencies.toml", StringIO()
    path.write_text("\ufeff" + json.dumps(INSYNC), "utf-8")

    call_command("agencies", "import", str(path), output=str(out), stderr=told)

    assert len(tomllib.loads(out.read_text("utf-8"))["agency"]) == 3
    assert "3 agencies drafted. Left out: " in told.getvalue()
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("agencies", "import", str(path), output=str(out))


def test_a_list_without_a_base_drafts_nothing(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[{}]")

    with pytest.raises(CommandError, match="no agency with a base"):
        call_command("agencies", "import", str(path))
