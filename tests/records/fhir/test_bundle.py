"""A search's answer taken apart: its entries' own bytes, why each is there, and whose it is."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.fhir import errors
from records.fhir.bundle import Entry, Mode, Page, head, page
from records.fhir.compartment import is_id, is_of, labels, local, may_be_of, points_to
from records.fhir.elements import Head, Reference
from records.fhir.reading import NotReadable, read
from tests.people import BASE
from tests.resources import Json, allergy, bundle


def taken_apart(content: Any) -> Page:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return page(body, resource_type="AllergyIntolerance", base=BASE)


def head_of(**elements: Any) -> Head:
    return read(json.dumps({"resourceType": "Basic"} | elements).encode(), Head)[0]


def test_each_entry_keeps_its_own_bytes() -> None:
    odd = b'{"resourceType":"Basic", "id" : "b1","n": 7.20 , "n": 1e2}'
    found = taken_apart(b'{"resourceType":"Bundle","entry":[{"resource":' + odd + b"}]}")

    assert bytes(found.entries[0].raw) == odd


def test_a_page_says_what_follows_and_how_many_there_are() -> None:
    found = taken_apart(bundle(allergy(), next=f"{BASE}x?y", total=7))

    assert (found.next, found.total, len(found.entries), found.missing) == (f"{BASE}x?y", 7, 1, 0)


@pytest.mark.parametrize(
    ("search", "mode"),
    [
        ({"mode": "match"}, Mode.MATCH),
        ({"mode": "include"}, Mode.INCLUDE),
        ({"mode": "outcome"}, Mode.OUTCOME),
        ({"mode": "guess"}, Mode.MATCH),
        ({"mode": 5}, Mode.MATCH),
        ({}, Mode.MATCH),
        (None, Mode.MATCH),
        ("match", Mode.MATCH),
    ],
)
def test_why_an_entry_is_there_is_read_or_taken_for_a_match(search: Any, mode: Mode) -> None:
    found = taken_apart(bundle() | {"entry": [{"resource": allergy(), "search": search}]})

    assert [entry.mode for entry in found.entries] == [mode]


@pytest.mark.parametrize("name", ["fullUrl", "search", "link", "request"])
@pytest.mark.parametrize("value", [5, None, [], {}, [5], "text"])
def test_a_wrong_element_beside_a_resource_costs_nothing(name: str, value: Any) -> None:
    answer = bundle(allergy(), allergy(id="a2"))
    answer["entry"][0][name] = value

    assert len(taken_apart(answer).entries) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(odd=st.dictionaries(st.sampled_from(["total", "link", "type", "id", "meta", "signature"]), JSON))
def test_whatever_else_a_bundle_holds_its_entries_are_read(odd: Json) -> None:
    assert len(taken_apart(bundle(allergy(), allergy(id="a2")) | odd).entries) == 2


@given(entries=st.lists(JSON, max_size=5))
def test_every_entry_is_read_or_counted(entries: list[Any]) -> None:
    found = taken_apart({"resourceType": "Bundle", "entry": [*entries, {"resource": allergy()}]})

    assert len(found.entries) + found.missing == len(entries) + 1
    assert found.entries


@given(content=st.binary(max_size=60))
def test_any_bytes_are_a_page_or_an_error(content: bytes) -> None:
    with pytest.raises(errors.Unreadable):
        taken_apart(content)


@pytest.mark.parametrize(
    "issues",
    [
        [{"severity": "warning"}],
        [{"severity": "information"}, {"severity": "warning"}],
        [{"severity": "success"}],
        [{"severity": "fatal"}],
        [{}],
        [],
        None,
        "wrong",
    ],
)
def test_an_outcome_in_the_place_of_a_list_is_no_list_however_mild(issues: Any) -> None:
    with pytest.raises(errors.Unreadable):
        taken_apart({"resourceType": "OperationOutcome", "issue": issues})


# --- Whose it is
@pytest.mark.parametrize(
    ("elements", "is_theirs"),
    [
        ({"subject": {"reference": "Patient/p1"}}, True),
        ({"patient": {"reference": "Patient/p1"}}, True),
        ({"subject": {"reference": f"{BASE}Patient/p1"}}, True),
        ({"subject": {"reference": "Patient/p1/_history/7"}}, True),
        ({"subject": {"reference": "Patient/p1"}, "patient": {"reference": "Patient/p1"}}, True),
        ({"subject": {"reference": "Patient/p1"}, "patient": {"reference": "Patient/p2"}}, False),
        ({"resourceType": "Patient", "id": "p1"}, True),
        ({"resourceType": "Patient", "id": "p2"}, False),
        ({"resourceType": "Patient", "id": "p2", "subject": {"reference": "Patient/p1"}}, False),
        ({}, False),
        ({"subject": {}}, False),
        ({"subject": {"reference": "#p1"}}, False),
        ({"subject": {"reference": "p1"}}, False),
        ({"subject": {"reference": "/Patient/p1"}}, False),
        ({"subject": {"reference": "Patient/p1/"}}, False),
        ({"subject": {"reference": "Patient//p1"}}, False),
        ({"subject": {"reference": "patient/p1"}}, False),
        ({"subject": {"reference": "Patient/p1#x"}}, False),
        ({"subject": {"reference": "Patient?_id=p1"}}, False),
        ({"subject": {"reference": f"{BASE}{BASE}Patient/p1"}}, False),
        ({"subject": {"reference": "http://fhir.example/fhir-request/Patient/p1"}}, False),
        ({"subject": {"reference": "https://evil.example/fhir-request/Patient/p1"}}, False),
        ({"subject": {"reference": "urn:uuid:p1"}}, False),
        ({"subject": {"identifier": {"value": "p1"}, "type": "Patient"}}, False),
    ],
)
def test_a_resource_is_this_patients_where_it_says_so_in_so_many_words(
    elements: Json, is_theirs: bool
) -> None:
    assert is_of(head_of(**elements), patient="p1", base=BASE) == is_theirs


@pytest.mark.parametrize(
    ("full_url", "is_foreign"),
    [
        (f"{BASE}Basic/b1", False),
        (None, False),
        ("", False),
        ("Basic/b1", False),
        ("urn:uuid:9a1cd02e-6b1a-4f0e-8a55-2f2d7c1f9e11", False),
        ("http://fhir.example/fhir-request/Basic/b1", False),
        ("https://fhir.example:443/fhir-request/Basic/b1", False),
        ("https://FHIR.example/fhir-request/Basic/b1", False),
        ("https://other.example/fhir-request/Basic/b1", True),
        ("https://fhir.example/another/Basic/b1", True),
        ("https://fhir.example:8443/fhir-request/Basic/b1", True),
        ("https://fhir.example.evil.example/fhir-request/Basic/b1", True),
        ("https://fhir.example@evil.example/fhir-request/Basic/b1", True),
        ("//evil.example/fhir-request/Basic/b1", True),
        ("https://[evil/Basic/b1", True),
    ],
)
@pytest.mark.parametrize("spoilt", [{}, {"search": 5}])
def test_an_entry_is_foreign_where_its_address_is_another_servers(
    full_url: str | None, is_foreign: bool, spoilt: Json
) -> None:
    entry = {"fullUrl": full_url, "resource": {"resourceType": "Basic", "id": "b1"}} | spoilt

    assert taken_apart({"resourceType": "Bundle", "entry": [entry]}).entries[0].is_foreign == is_foreign


ELSEWHERE = "https://other.example/fhir/"


@pytest.mark.parametrize(
    ("written", "leads_to"),
    [
        ("Practitioner/d1", f"{ELSEWHERE}Practitioner/d1"),
        ("Practitioner/d1/_history/2", f"{ELSEWHERE}Practitioner/d1/_history/2"),
        (f"{BASE}Practitioner/d1", f"{BASE}Practitioner/d1"),
        ("https://third.example/Practitioner/d1", "https://third.example/Practitioner/d1"),
        ("#d1", "#d1"),
        ("urn:uuid:9a1cd02e", "urn:uuid:9a1cd02e"),
    ],
)
@pytest.mark.parametrize("escaped", [False, True])
@pytest.mark.parametrize("full_url", [f"{ELSEWHERE}Basic/b1", f"{ELSEWHERE}Basic/b1/_history/3"])
def test_a_relative_reference_of_a_foreign_entry_leads_to_its_own_server(
    written: str, leads_to: str, escaped: bool, full_url: str
) -> None:
    resource = {
        "resourceType": "Basic",
        "id": "b1",
        "author": {"reference": written, "display": 'Said "reference": "Practitioner/d1"'},
        "extension": [{"url": "x", "valueDecimal": 1.10, "valueReference": {"reference": written}}],
    }
    body = json.dumps({"resourceType": "Bundle", "entry": [{"fullUrl": full_url, "resource": resource}]})
    body = body.replace("/", "\\/") if escaped else body

    [entry] = page(body.encode(), resource_type="Basic", base=BASE).entries

    assert entry.is_foreign
    author, [extension] = {"reference": leads_to}, resource["extension"]
    assert json.loads(bytes(entry.raw)) == resource | {
        "author": resource["author"] | author,
        "extension": [extension | {"valueReference": author}],
    }


@pytest.mark.parametrize("full_url", [None, f"{BASE}Basic/b1", "urn:uuid:9a1cd02e"])
def test_an_entry_that_is_at_home_here_stays_as_it_was_sent(full_url: str | None) -> None:
    resource = {"resourceType": "Basic", "id": "b1", "author": {"reference": "Practitioner/d1"}}
    entry = {"fullUrl": full_url, "resource": resource}

    [found] = taken_apart({"resourceType": "Bundle", "entry": [entry]}).entries

    assert json.loads(bytes(found.raw)) == resource


INNER = "http://hapi-1:8080/fhir"


@pytest.mark.parametrize(
    ("own", "full_url", "is_foreign"),
    [
        (f"{INNER}/AllergyIntolerance?patient=p1", f"{INNER}/AllergyIntolerance/a1", False),
        (f"{INNER}/AllergyIntolerance/_search?patient=p1", f"{INNER}/AllergyIntolerance/a1", False),
        (f"{INNER}/AllergyIntolerance?patient=p1", f"{INNER}/AllergyIntolerance/a1/_history/2", False),
        (f"{INNER}?_getpages=7f3a&_bundletype=searchset", f"{INNER}/AllergyIntolerance/a1", False),
        ("http://hapi-1:8080/AllergyIntolerance?patient=p1", "http://hapi-1:8080/Practitioner/d1", False),
        (f"{INNER}/AllergyIntolerance?patient=p1", "https://third.example/fhir/AllergyIntolerance/a1", True),
        (f"{INNER}/AllergyIntolerance?patient=p1", "http://hapi-1:8080/other/AllergyIntolerance/a1", True),
        (f"{INNER}/AllergyIntolerance?patient=p1", "http://hapi-1/fhir/AllergyIntolerance/a1", True),
        ("http://hapi-1:8080/AllergyIntolerance?patient=p1", f"{INNER}/AllergyIntolerance/a1", True),
        ("http://name:pass@hapi-1/AllergyIntolerance", "http://name:pass@hapi-1/AllergyIntolerance/a1", True),
        ("ftp://hapi-1/AllergyIntolerance", "ftp://hapi-1/AllergyIntolerance/a1", True),
        ("http://[hapi/AllergyIntolerance", "http://[hapi/AllergyIntolerance/a1", True),
        ("AllergyIntolerance?patient=p1", f"{INNER}/AllergyIntolerance/a1", True),
        (f"{BASE}AllergyIntolerance?patient=p1", f"{INNER}/AllergyIntolerance/a1", True),
        (5, f"{INNER}/AllergyIntolerance/a1", True),
    ],
)
@pytest.mark.parametrize("spoilt", [{}, {"total": "some"}])
def test_an_entry_under_the_name_that_the_server_gives_itself_is_at_home_there(
    own: Any, full_url: str, is_foreign: bool, spoilt: Json
) -> None:
    """A server behind a proxy writes its inner address into every answer."""
    answer = bundle(allergy()) | {"link": [{"relation": "self", "url": own}]} | spoilt
    answer["entry"][0]["fullUrl"] = full_url

    assert taken_apart(answer).entries[0].is_foreign == is_foreign


@pytest.mark.parametrize(
    ("own", "other"),
    [
        (f"{INNER}/AllergyIntolerance?patient=p1", f"{INNER}/"),
        (f"{BASE}AllergyIntolerance?patient=p1", ""),
        ("http://fhir.example/fhir-request/AllergyIntolerance?patient=p1", ""),
        ("https://FHIR.example:443/fhir-request/AllergyIntolerance", ""),
        ("/fhir-request/AllergyIntolerance", ""),
    ],
)
def test_a_server_has_another_name_only_where_its_answer_gives_it_one(own: str, other: str) -> None:
    assert taken_apart(bundle(allergy()) | {"link": [{"relation": "self", "url": own}]}).other_name == other


@pytest.mark.parametrize(
    ("elements", "is_theirs"),
    [
        ({"subject": {"reference": f"{BASE}Patient/p1"}}, True),
        ({"subject": {"reference": "Patient/p1"}}, False),
        ({"subject": {"reference": f"{BASE}Patient/p1"}, "patient": {"reference": "Patient/p1"}}, False),
        ({"resourceType": "Patient", "id": "p1"}, False),
        ({}, False),
    ],
)
def test_a_relative_subject_of_a_foreign_entry_is_that_servers_patient(
    elements: Json, is_theirs: bool
) -> None:
    found = head_of(**elements)

    assert is_of(found, patient="p1", base=BASE, is_foreign=True) == is_theirs


@given(patient=st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True), other=st.text(min_size=1, max_size=70))
def test_no_other_id_is_taken_for_this_patients(patient: str, other: str) -> None:
    found = head_of(subject={"reference": f"Patient/{other}"})

    assert not is_of(found, patient=patient, base=BASE) or other.split("/_history/")[0] == patient


def test_what_cannot_be_read_is_theirs_only_where_its_subject_says_so() -> None:
    def raw(**odd: Any) -> bytes:
        return json.dumps(allergy(**odd) | {"meta": [5] * 99}).encode()

    assert may_be_of(raw(), patient="p1", base=BASE)
    assert not may_be_of(raw(patient={"reference": "Patient/p2"}), patient="p1", base=BASE)
    assert not may_be_of(raw(patient=None), patient="p1", base=BASE)
    assert not may_be_of(raw(patient="Patient/p1"), patient="p1", base=BASE)
    for content in (b"5", b"[]", b"null", b'"Patient/p1"', b"{", b""):
        assert not may_be_of(content, patient="p1", base=BASE)


def test_a_reference_leads_to_a_resource_of_this_server_or_nowhere() -> None:
    assert local(Reference(reference="Practitioner/dr1"), base=BASE) == ("Practitioner", "dr1")
    assert local(Reference(reference=f"{BASE}Practitioner/dr1"), base=BASE) == ("Practitioner", "dr1")
    assert local(Reference(reference="https://evil.example/Practitioner/dr1"), base=BASE) is None
    assert local(Reference(reference="Practitioner/../Patient"), base=BASE) is None
    assert local(Reference(display="Dr. Flores"), base=BASE) is None
    assert local(None, base=BASE) is None
    assert points_to(Reference(reference="Condition/c1"), "Condition", "c1", base=BASE)
    assert not points_to(Reference(reference="Condition/c1"), "Observation", "c1", base=BASE)


@pytest.mark.parametrize("value", ["a", "A-1.b", "x" * 64, "x" * 128, "with_underscore"])
def test_an_id_may_stand_in_an_address(value: str) -> None:
    assert is_id(value)


@pytest.mark.parametrize(
    "value", ["", ".", "..", "a/b", "a?b", "a#b", "a b", "ä", "x" * 129, "%2e", "a\n", "a\\b"]
)
def test_what_is_no_id_may_not(value: str) -> None:
    assert not is_id(value)


def test_a_head_is_read_around_what_is_wrong_and_not_at_all_where_it_is_no_object() -> None:
    wrong = Entry(raw=msgspec.Raw(b'{"resourceType":"Basic","id":"b1","status":5}'), mode=Mode.MATCH)
    assert (head(wrong, Head).id, head(wrong, Head).status) == ("b1", None)

    with pytest.raises(NotReadable):
        head(Entry(raw=msgspec.Raw(b"[]"), mode=Mode.MATCH), Head)


def test_security_labels_are_read() -> None:
    found = head_of(meta={"security": [{"code": "R"}]})

    assert [coding.code for coding in labels(found)] == ["R"]
    assert list(labels(head_of())) == []


# --- Memory
@pytest.mark.parametrize("part", [b"{}", b"[]", b'{"resource":{}}', b"[[]]"])
def test_an_answer_of_nothing_but_brackets_is_too_large_and_not_taken_apart(part: bytes) -> None:
    content = b'{"resourceType":"Bundle","entry":[' + b",".join([part] * 250_000) + b"]}"

    with pytest.raises(errors.TooLarge):
        taken_apart(content)


def test_a_crowd_of_entries_that_say_nothing_is_too_large_at_a_megabyte() -> None:
    crowd = b",".join([b'{"resource":{"resourceType":"Observation","id":"1"}}'] * 20_000)

    with pytest.raises(errors.TooLarge):
        taken_apart(b'{"resourceType":"Bundle","entry":[' + crowd + b"]}")


def test_many_small_lawful_entries_are_taken_apart_whole() -> None:
    small = json.dumps(
        {
            "fullUrl": "https://fhir.example/fhir-request/Location/1",
            "resource": {"resourceType": "Location", "id": "1", "name": "Ward"},
            "search": {"mode": "include"},
        }
    ).encode()

    assert (
        len(taken_apart(b'{"resourceType":"Bundle","entry":[' + b",".join([small] * 9_000) + b"]}").entries)
        == 9_000
    )


def test_a_long_lawful_answer_is_taken_apart_whole() -> None:
    entry = json.dumps(
        {"resource": allergy(note=[{"text": "x"} for _ in range(20)])} | {"search": {"mode": "match"}}
    ).encode()
    content = b'{"resourceType":"Bundle","entry":[' + b",".join([entry] * 8_000) + b"]}"
    assert content.count(b"{") > 200_000

    assert len(taken_apart(content).entries) == 8_000
