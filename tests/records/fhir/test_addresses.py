"""What a server calls itself, and what of it is read under our base: the relative part, and no trick with it."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.fhir.addresses import names_in, spellings, under_ours, with_our_references, within
from records.fhir.bundle import head, page
from records.fhir.compartment import is_of
from records.fhir.elements import Head
from tests.people import BASE
from tests.resources import allergy, bundle

INNER = "http://hapi-1:8080/fhir/"


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        (f"{BASE}Binary/1", f"{BASE}Binary/1"),
        (f"{INNER}Binary/1", f"{BASE}Binary/1"),
        (f"{INNER}Binary/1?x=1&y=%2F", f"{BASE}Binary/1?x=1&y=%2F"),
        (f"{INNER}Binary/1#page=2", f"{BASE}Binary/1"),
        (
            "http://hapi-1:8080/fhir?_getpages=7f&_count=50",
            "https://fhir.example/fhir-request?_getpages=7f&_count=50",
        ),
        ("http://HAPI-1:8080/fhir/Binary/1", f"{BASE}Binary/1"),
        ("http://fhir.example/fhir-request/Binary/1", f"{BASE}Binary/1"),
        ("http://fhir.example:80/fhir-request/Binary/1", f"{BASE}Binary/1"),
        ("http://hapi-1/fhir/Binary/1", None),
        ("https://hapi-1:8080/fhir/Binary/1", None),
        ("http://hapi-1:8080/fhirs/Binary/1", None),
        ("http://hapi-1:8080/other/Binary/1", None),
        ("http://hapi-1:8080.evil.example/fhir/Binary/1", None),
        ("http://hapi-1:8080@evil.example/fhir/Binary/1", None),
        ("http://me:you@hapi-1:8080/fhir/Binary/1", None),
        ("http://evil.example/?http://hapi-1:8080/fhir/Binary/1", None),
        (f"{INNER}../admin", None),
        (f"{INNER}%2e%2e/admin", None),
        (f"{INNER}%252e%252e/admin", None),
        (f"{INNER}Binary%2f1", None),
        (f"{INNER}Binary%5C..%5C1", None),
        (f"{INNER}Binary\\1", None),
        ("http://hapi-1:8080/%66hir/Binary/1", None),
        ("http://fhir.example:8443/fhir-request/Binary/1", None),
        ("http://fhir.example/other/Binary/1", None),
        ("Binary/1", None),
        ("http://[hapi/Binary/1", None),
    ],
)
def test_an_address_is_read_under_ours_by_its_relative_part_or_not_at_all(url: str, ours: str | None) -> None:
    assert under_ours(url, BASE, (INNER,)) == ours


@given(rest=st.text(st.characters(codec="ascii"), max_size=30))
def test_whatever_follows_the_inner_address_leads_nowhere_but_under_ours(rest: str) -> None:
    ours = under_ours(INNER + rest, BASE, (INNER,))

    if ours is not None:
        assert within(BASE, ours)
        assert urlsplit(ours).netloc == "fhir.example"
        assert ".." not in urlsplit(ours).path.split("/")


@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        (f"{INNER}Patient/p1", f"{BASE}Patient/p1"),
        (f"{INNER}Patient/p1/_history/2", f"{BASE}Patient/p1/_history/2"),
        (f"{INNER}Observation/{'e' * 88}", f"{BASE}Observation/{'e' * 88}"),
        ("http://fhir.example/fhir-request/Patient/p1", f"{BASE}Patient/p1"),
        (f"{INNER}tenant/Patient/p1", None),
        (f"{INNER}Patient?_id=p1", None),
        (f"{INNER}Patient/p1/extra", None),
        ("http://hapi-1:8080/fhirs/Patient/p1", None),
        ("https://third.example/fhir/Patient/p1", None),
        (f"https://third.example/?{INNER}Patient/p1", None),
        ("Patient/p1", None),
    ],
)
def test_a_reference_under_another_name_of_the_server_is_one_under_our_base(
    written: str, read_as: str | None, escaped: bool
) -> None:
    resource = {
        "author": [{"display": f'"reference": "{INNER}Patient/p1"', "reference": written}],
        "identifier": [{"system": f"{INNER}NamingSystem/n1", "value": "7.20"}],
    }
    raw = json.dumps(resource)
    raw = raw.replace("/", "\\/") if escaped else raw

    ours = with_our_references(raw.encode(), BASE, names_in(raw.encode(), BASE, (INNER,)))

    assert json.loads(ours) == resource | {
        "author": [resource["author"][0] | {"reference": read_as or written}]
    }


def test_a_base_in_the_clear_has_no_other_spelling() -> None:
    assert spellings("http://127.0.0.1:8001/fhir-request/") == ()
    assert "http://fhir.example:8443/fhir/" in spellings("https://fhir.example:8443/fhir/")


@pytest.mark.parametrize("full_url", [f"{INNER}AllergyIntolerance/a1", None, "urn:uuid:1"])
def test_an_entry_whose_subject_stands_under_the_servers_own_name_is_this_patients(
    full_url: str | None,
) -> None:
    answer = bundle(allergy(patient={"reference": f"{INNER}Patient/p1"}), next=f"{INNER[:-1]}?_getpages=2")
    answer["link"][0]["url"] = f"{INNER}AllergyIntolerance?patient=p1"
    answer["entry"][0]["fullUrl"] = full_url

    found = page(json.dumps(answer).encode(), resource_type="AllergyIntolerance", base=BASE)

    assert is_of(head(found.entries[0], Head), patient="p1", base=BASE)
    assert not is_of(head(found.entries[0], Head), patient="p2", base=BASE)
    assert found.next == "https://fhir.example/fhir-request?_getpages=2"


def test_a_subject_under_an_address_that_the_answer_does_not_call_its_own_stays_another_servers() -> None:
    answer = bundle(allergy(patient={"reference": f"{INNER}Patient/p1"}), next=f"{INNER[:-1]}?_getpages=2")

    found = page(json.dumps(answer).encode(), resource_type="AllergyIntolerance", base=BASE)

    assert not is_of(head(found.entries[0], Head), patient="p1", base=BASE)
    assert found.next == f"{INNER[:-1]}?_getpages=2"
