"""What a section says when there is nothing to list, from evidence; and what it never says."""

from __future__ import annotations

import re
import threading
from typing import Any

import pytest

from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.kinds.observed import CATEGORIES
from records.reading import known
from tests.people import BASE, sign_in
from tests.people import Person as Reader
from tests.records.conftest import RecordServer
from tests.records.test_failure_matrix import words
from tests.resources import (
    SUBJECT,
    Json,
    allergy,
    allergy_verification,
    bundle,
    coded,
    condition,
    condition_category,
    document_reference,
    medication_request,
    observation,
    practitioner,
)

SNOMED = "http://snomed.info/sct"
BUILDERS = {
    "AllergyIntolerance": allergy,
    "Condition": condition,
    "DocumentReference": document_reference,
    "MedicationRequest": medication_request,
    "Observation": observation,
}
LISTS = {slug: kind for slug, kind in KINDS.items() if kind.resource_type != "Patient"}
EVERY_KIND = pytest.mark.parametrize("kind", LISTS.values(), ids=LISTS)
"""Every kind that is a list; the patient is one resource, which has tests of its own."""


def one_of(kind: AnyKind, **odd: object) -> Json:
    """An entry of a kind: a valid one where there is a builder for it, else what every one has."""
    if kind.slug == "conditions/visit-diagnoses":
        odd.setdefault("category", [condition_category("encounter-diagnosis")])
    if kind.resource_type == "Observation" and kind.slug != "vitals":
        codes = CATEGORIES.get(kind.slug, ())
        odd.setdefault("category", [{"coding": [{"code": code}]} for code in codes[:1]])
    if kind.resource_type in BUILDERS:
        return BUILDERS[kind.resource_type](**odd)
    return {
        "resourceType": kind.resource_type,
        "id": "entry-1",
        "status": "completed",
        "code": {"text": "An entry"},
        "subject": SUBJECT,
        "patient": SUBJECT,
        **odd,
    }


def taken_back(kind: AnyKind) -> Json:
    """The same, marked as a mistake."""
    match kind.resource_type:
        case "AllergyIntolerance":
            return one_of(
                kind, clinicalStatus=None, verificationStatus=allergy_verification("entered-in-error")
            )
        case "Condition":
            code = coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "entered-in-error")
            return one_of(kind, clinicalStatus=None, verificationStatus=code)
    return one_of(kind, status="entered-in-error")


# --- Nothing came back
@EVERY_KIND
def test_an_empty_answer_is_told_as_nothing_came_back_and_never_as_none(
    reader: Reader, server: RecordServer, kind: AnyKind
) -> None:
    server.arrange(kind.resource_type, bundle())

    page = words(reader.read(f"{kind.slug}/"))

    assert "Nothing came back" in page
    assert str(kind.nothing_came_back) in page
    assert "That does not always mean" in page
    assert "could not be loaded" not in page


@EVERY_KIND
def test_what_was_taken_back_alone_leaves_a_list_that_says_why_it_is_empty(
    reader: Reader, server: RecordServer, kind: AnyKind
) -> None:
    server.arrange(kind.resource_type, bundle(taken_back(kind)))

    page = words(reader.read(f"{kind.slug}/"))

    assert "What came back is left out here, for the reasons below" in page
    assert "1 entry was removed by the clinic as a mistake" in page


@EVERY_KIND
def test_what_is_of_another_type_alone_is_nothing_of_this_kind(
    reader: Reader, server: RecordServer, kind: AnyKind
) -> None:
    server.arrange(kind.resource_type, bundle({"resourceType": "Basic", "id": "b1"}))

    page = words(reader.read(f"{kind.slug}/"))

    assert "Nothing came back" in page
    assert "for the reasons below" not in page


def test_what_belongs_to_the_other_list_of_one_search_is_nothing_of_this_one(
    reader: Reader, server: RecordServer
) -> None:
    server.arrange("Condition", bundle(condition(category=[condition_category("encounter-diagnosis")])))

    assert str(KINDS["conditions"].nothing_came_back) in words(reader.read("conditions/"))
    assert "Major depression" in reader.read("conditions/visit-diagnoses/")
    assert len(server.asked("Condition")) == 1


# --- Recorded as none
@pytest.mark.parametrize(
    ("slug", "entry", "said"),
    [
        ("allergies", allergy(code=coded(SNOMED, "716186003", "No known allergy")), "No known allergy"),
        (
            "conditions",
            condition(code=coded(SNOMED, "160245001", "No current problems or disability")),
            "No current problems or disability",
        ),
    ],
)
def test_none_is_said_where_the_record_says_it(
    reader: Reader, server: RecordServer, slug: str, entry: Json, said: str
) -> None:
    server.arrange(KINDS[slug].resource_type, bundle(entry))

    page = reader.read(f"{slug}/")

    assert said in words(page)
    assert "Nothing came back" not in page
    assert re.search(r">\s*none\s*</small>", page)


# --- Not shared
@EVERY_KIND
def test_what_was_not_granted_is_not_asked_for(db: None, server: RecordServer, kind: AnyKind) -> None:
    reader = sign_in(scope="openid launch/patient patient/Patient.read")

    page = words(reader.read(f"{kind.slug}/"))

    assert f"{kind.title}: not shared with this app" in page
    assert "There may be something in it" in page
    assert "Sign in again" in page
    assert not re.search(r"\b(no|none)\b", page, re.IGNORECASE)
    assert [request.url for request in server.asked()] == [f"{BASE}Patient/p1"]


def test_the_overview_of_a_record_of_which_nothing_is_shared_asks_for_nothing(
    db: None, server: RecordServer
) -> None:
    page = words(sign_in(scope="openid launch/patient").read())

    assert "Name not shared with this app" in page
    assert "Allergies and reactions: not shared with this app" in page
    assert server.asked() == []


@EVERY_KIND
@pytest.mark.parametrize("scope", ["patient/{}.rs?category=a", "patient/{}.rs?code=b"])
def test_what_was_granted_in_part_says_so(db: None, server: RecordServer, kind: AnyKind, scope: str) -> None:
    reader = sign_in(scope="launch/patient patient/Patient.r " + scope.format(kind.resource_type))
    server.arrange(kind.resource_type, bundle(one_of(kind)))

    page = words(reader.read(f"{kind.slug}/"))

    assert f"{kind.title}: only partly shared" in page
    assert "Other entries may be missing here" in page


@EVERY_KIND
def test_a_list_that_is_empty_and_granted_in_part_is_not_called_empty_without_saying_so(
    db: None, server: RecordServer, kind: AnyKind
) -> None:
    reader = sign_in(scope=f"launch/patient patient/Patient.r patient/{kind.resource_type}.rs?category=a")
    server.arrange(kind.resource_type, bundle())

    page = words(reader.read(f"{kind.slug}/"))

    assert "only partly shared" in page
    assert "Nothing came back" in page


# --- Could not load
@EVERY_KIND
def test_what_could_not_be_loaded_says_what_happened_when_and_try_again(
    reader: Reader, server: RecordServer, kind: AnyKind
) -> None:
    server.arrange(kind.resource_type, status=500)

    page = reader.read(f"{kind.slug}/")

    assert f"{kind.title}: could not be loaded" in words(page)
    assert "As of" in words(page)
    assert f'href="/record/{reader.access}/{kind.slug}/"' in page
    assert "Try again" in page
    assert not re.search(r"\b(no|none)\b", words(page), re.IGNORECASE)


@EVERY_KIND
def test_entries_are_listed(reader: Reader, server: RecordServer, kind: AnyKind) -> None:
    server.arrange(kind.resource_type, bundle(one_of(kind)))

    page = words(reader.read(f"{kind.slug}/"))

    assert "Nothing came back" not in page
    assert "could not be loaded" not in page


@EVERY_KIND
def test_a_mistake_of_ours_in_one_entry_hides_no_other(
    reader: Reader, server: RecordServer, kind: AnyKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.arrange(kind.resource_type, bundle(one_of(kind, id="good"), one_of(kind, id="bad")))
    right = kind.to_row

    def wrong(model: Any, known: Any) -> Any:
        if getattr(model, "id", "") == "bad":
            raise ZeroDivisionError("canary")
        return right(model, known)

    monkeypatch.setitem(kind.__dict__, "to_row", wrong)

    page = words(reader.read(f"{kind.slug}/"))

    assert "An entry that could not be read" in page
    if not kind.as_table:  # a table has no room for the source; the entry's own page shows it
        assert '"id": "bad"' in page
    assert "could not be loaded" not in page


# --- Pages of a list
def test_a_list_stands_fifty_to_a_page(reader: Reader, server: RecordServer) -> None:
    entries = [
        document_reference(id=f"d{n}", date=f"2020-01-01T00:{n:02}:00Z", description=f"Number {n}.")
        for n in range(60)
    ]
    server.arrange("DocumentReference", bundle(*entries))

    first, second = words(reader.read("documents/")), words(reader.read("documents/?page=2"))

    assert "1 to 50 of 60" in first
    assert "51 to 60 of 60" in second
    assert len(server.asked("DocumentReference")) == 1


@pytest.mark.parametrize("page", ["99", "0", "-1", "x", "", "9" * 5000, "²", "1.5"])
def test_a_page_that_is_not_there_shows_one_that_is(reader: Reader, server: RecordServer, page: str) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))

    answer = reader.read(f"allergies/?page={page}")

    assert "Penicillin" in answer
    assert "Nothing came back" not in answer


def test_a_list_does_not_wait_long_for_names_and_has_them_at_the_next_look(
    reader: Reader, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_come, waited_out = threading.Event(), []

    def late(_query: dict[str, str]) -> Json | int:
        if may_come.wait(5):
            return practitioner(id="dr")
        waited_out.append(1)
        return 500

    server.by("Practitioner/dr", late)
    drug = medication_request(requester={"reference": "Practitioner/dr"})
    server.arrange("MedicationRequest", bundle(drug))
    monkeypatch.setattr(known, "NAMES_SECONDS", 0.05)

    first = reader.read("medications/")
    may_come.set()
    monkeypatch.setattr(known, "NAMES_SECONDS", 10)

    assert ("Sertraline" in first, "Ana Flores" in first, waited_out) == (True, False, [])
    assert "Ana Flores" in reader.read("medications/")


def test_what_has_only_just_come_is_shown_though_the_cache_keeps_nothing(
    reader: Reader, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fetching.cache.Keep.load", lambda *_name: None)
    server.arrange("AllergyIntolerance", bundle(allergy()))

    assert "Penicillin" in reader.read("allergies/")


def test_a_cache_that_loses_the_pages_of_a_long_list_is_a_failure_that_is_told(
    reader: Reader, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fetching.cache.Keep.load", lambda *_name: None)
    monkeypatch.setattr(
        "records.fetching.chains.MOST_AT_HAND", 0
    )  # a list too long to stay in memory meanwhile
    server.arrange("AllergyIntolerance", bundle(allergy(), next=f"{BASE}page?n=2"))
    server.arrange("page", bundle(allergy(id="a2")))

    assert "could not be loaded" in reader.part("allergies/rest/")
