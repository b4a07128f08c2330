"""The whole record at once: every question once, to its end, and nothing asked that a section has."""

from __future__ import annotations

import pytest

from records.fhir import errors
from records.kinds import KINDS
from records.source import AccessOver, Sharing
from records.whole import Part, Whole, load_whole
from tests.records.conftest import RecordServer
from tests.records.sources import a_source
from tests.resources import allergy, bundle, condition, medication_request, patient

SOME = ("allergies", "medications", "conditions")


def part(whole: Whole, slug: str) -> Part:
    return next(one for one in whole.parts if one.kind.slug == slug)


def test_each_question_is_asked_once_though_several_sections_ask_it(server: RecordServer) -> None:
    server.whole_record(Condition=[condition()], Patient=[patient()])

    whole = load_whole(KINDS.values(), source=a_source(), patience=8)

    asked = [request.url for request in server.asked()]
    assert len(asked) == len(set(asked))
    assert part(whole, "conditions").sifted is not None
    assert whole.is_complete


def test_what_was_fetched_is_not_fetched_again(server: RecordServer) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    source = a_source()
    load_whole(KINDS.values(), source=source, patience=8)
    asked = len(server.asked())

    again = load_whole(KINDS.values(), source=source, patience=8)

    assert asked > 10
    assert len(server.asked()) == asked
    assert again.is_complete


def test_a_list_is_followed_to_its_end(server: RecordServer) -> None:
    server.whole_record()
    more = server.url("AllergyIntolerance/more")
    server.arrange("AllergyIntolerance", bundle(allergy(), next=more))
    server.arrange("AllergyIntolerance/more", bundle(allergy(id="a2")))

    found = part(load_whole(KINDS.values(), source=a_source(), patience=8), "allergies")

    assert found.sifted is not None
    assert found.sifted.tally.shown == 2
    assert not found.is_open


def test_a_section_that_fails_says_why_and_the_others_stand(server: RecordServer) -> None:
    server.whole_record(MedicationRequest=[medication_request()])
    server.arrange("AllergyIntolerance", status=403)

    whole = load_whole(KINDS.values(), source=a_source(), patience=8)

    assert isinstance(part(whole, "allergies").error, errors.NotShared)
    assert part(whole, "medications").sifted is not None
    assert not whole.is_complete
    assert not whole.is_open


def test_what_is_not_shared_is_not_asked(server: RecordServer) -> None:
    server.whole_record()
    source = a_source(shares=lambda kind: Sharing.NONE if kind == "AllergyIntolerance" else Sharing.FULL)

    whole = load_whole(KINDS.values(), source=source, patience=8)

    assert part(whole, "allergies").sharing is Sharing.NONE
    assert server.asked("AllergyIntolerance") == []
    assert server.asked("MedicationRequest")
    assert not whole.is_complete


def test_a_sign_in_that_ended_ends_the_page(server: RecordServer) -> None:
    server.whole_record()
    server.arrange("AllergyIntolerance", status=401)

    with pytest.raises((AccessOver, errors.SignInExpired)):
        load_whole(KINDS.values(), source=a_source(), patience=8)


def test_no_patience_gives_what_there_is_and_says_that_it_is_open(server: RecordServer) -> None:
    server.whole_record()
    kinds = [KINDS[slug] for slug in SOME]
    source = a_source()
    load_whole(kinds[:1], source=source, patience=8)

    whole = load_whole(kinds, source=source, patience=8)

    assert whole.is_complete
    assert whole.as_of is not None
