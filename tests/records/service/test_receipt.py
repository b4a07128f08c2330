"""The completeness receipt: what was asked, what came, what is shown, what was set aside and why. It always adds up."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from demo_server.people import resources as demo_resources
from records.fetching.source import Sharing
from records.fhir import errors
from records.kinds import KINDS
from records.lists.whole import Whole
from records.service.receipt import Line, Receipt, receipt_of
from records.words.sections import Tally
from tests.peers.records_by_others import FOLDERS, records_in
from tests.people import Person
from tests.records.conftest import RecordServer
from tests.records.sources import Places, a_source
from tests.records.wholes import still_open, whole_of
from tests.resources import (
    Json,
    allergy,
    bundle,
    condition,
    condition_category,
    condition_verification,
    laboratory_result,
    medication_request,
    observation,
)


def receipt(*resources: Json, patient: str = "p1") -> Receipt:
    """The receipt of a record of these entries."""
    return receipt_of(whole_of(resources, a_source(patient=patient)), Places())


def line(found: Receipt, slug: str) -> Line:
    return next(one for one in found.lines if one.href == f"/{slug}/")


def of_whole(whole: Whole, slug: str) -> Line:
    return line(receipt_of(whole, Places()), slug)


def test_it_names_every_section_in_the_order_of_the_menu() -> None:
    assert [one.title for one in receipt().lines] == [kind.title for kind in KINDS.values()]


def test_received_is_shown_and_set_aside_with_the_reasons() -> None:
    found = receipt(
        medication_request(),
        medication_request(id="m2", status="entered-in-error"),
        medication_request(id="m3", subject={"reference": "Patient/p2"}),
        medication_request(),
        medication_request(id="m4", meta={"profile": [1] * 200}),
    )

    drugs = line(found, "medications")
    assert drugs.tally == Tally(
        received=5, shown=1, entered_in_error=1, another_patient=1, duplicate=1, unreadable=1, pages=1
    )
    assert list(map(str, drugs.reasons)) == [
        "1 removed by the clinic as a mistake",
        "1 not clearly about this patient",
        "1 could not be read",
        "1 came twice",
    ]
    assert (found.received, found.shown, found.set_aside) == (5, 1, 4)


def test_an_entry_that_several_sections_ask_for_counts_once_in_the_sum() -> None:
    found = receipt(
        condition(), condition(id="c2", category=[condition_category("encounter-diagnosis")]), observation()
    )

    assert (found.received, found.shown, found.set_aside) == (3, 3, 0)
    assert "1 belongs to another section" in map(str, line(found, "conditions").reasons)


def test_an_entry_taken_back_counts_once_in_the_section_where_it_would_stand() -> None:
    found = receipt(
        laboratory_result(status="entered-in-error"),
        condition(verificationStatus=condition_verification("entered-in-error")),
        observation(),
    )

    assert (found.received, found.shown, found.set_aside) == (3, 1, 2)
    assert [one.href for one in found.lines if one.tally.entered_in_error].__len__() == 2
    assert line(found, "laboratory").tally.entered_in_error == 1


def test_what_could_not_be_placed_counts_once_though_several_sections_ask_the_same() -> None:
    found = receipt(condition(), condition(id="c2", meta={"profile": [1] * 200}))

    assert (found.received, found.shown, found.set_aside) == (2, 1, 1)


# --- Each state
def test_a_section_that_is_not_shared_was_not_asked() -> None:
    part = whole_of([], a_source()).parts[0]

    found = of_whole(Whole((replace(part, sharing=Sharing.NONE, collected=None, sifted=None),)), "allergies")

    assert (str(found.asked), found.answered) == ("Not asked: not shared with this app", "")
    assert not found.is_whole


def test_a_section_that_failed_says_why_and_counts_nothing() -> None:
    part = whole_of([], a_source()).parts[0]
    error = errors.NotShared(status=403, resource_type="AllergyIntolerance")

    found = of_whole(Whole((replace(part, collected=None, sifted=None, error=error),)), "allergies")

    assert str(found.asked) == "Asked"
    assert str(found.answered)
    assert found.tally == Tally()
    assert not found.is_whole


def test_a_section_that_stopped_in_the_middle_says_so_and_counts_what_came() -> None:
    part = next(p for p in whole_of([allergy()], a_source()).parts if p.kind.slug == "allergies")
    error = errors.ServerTrouble(status=503, resource_type="AllergyIntolerance")

    found = of_whole(Whole((replace(part, error=error),)), "allergies")

    assert str(found.answered).startswith("In part, then: ")
    assert found.tally.shown == 1
    assert not found.is_whole


def test_a_section_of_which_more_is_on_its_way_says_so() -> None:
    part = next(p for p in whole_of([allergy()], a_source()).parts if p.kind.slug == "allergies")
    whole = Whole((still_open(part),))

    assert str(of_whole(whole, "allergies").answered) == "In part; the rest is on its way"
    assert receipt_of(whole, Places()).is_open


def test_a_section_of_which_nothing_came_yet_is_on_its_way() -> None:
    part = whole_of([], a_source()).parts[0]

    found = of_whole(Whole((replace(part, collected=None, sifted=None),)), "allergies")

    assert str(found.answered) == "Still on its way"


def test_a_section_that_is_shared_in_part_was_asked_for_in_part() -> None:
    part = replace(whole_of([], a_source()).parts[0], sharing=Sharing.PARTIAL)

    found = of_whole(Whole((part,)), "allergies")

    assert str(found.asked) == "Asked for part of it: only that was shared"
    assert not found.is_whole
    assert not receipt_of(Whole((part,)), Places()).is_complete


def test_a_section_that_was_asked_more_narrowly_says_so() -> None:
    part = next(p for p in whole_of([], a_source()).parts if p.kind.searches[0].fallbacks)
    assert part.collected is not None
    part.collected.form = 1

    (found,) = receipt_of(Whole((part,)), Places()).lines

    assert str(found.asked) == "Asked more narrowly, because the server refused the wider question"


def test_a_section_that_was_answered_fully_says_in_how_many_answers() -> None:
    found = line(receipt(allergy()), "allergies")

    assert (str(found.asked), str(found.answered)) == ("Asked", "Fully, in 1 answer")
    assert found.is_whole
    assert found.as_of is not None


# --- It adds up, for every record there is
def sums_up(found: Receipt, sent: list[Json]) -> None:
    """Every line adds up, and the sum is what was sent: nothing is lost, nothing counted twice."""
    asked = {kind.resource_type for kind in KINDS.values()}
    assert all(line.tally.adds_up for line in found.lines)
    assert found.received == sum(one["resourceType"] in asked for one in sent)
    assert found.received == found.shown + found.set_aside


def test_it_adds_up_for_every_record_of_the_demo_server() -> None:
    of_patient: dict[str, list[Json]] = defaultdict(list)
    for one in demo_resources(datetime.date(2026, 11, 24)):
        body = dict(one)
        subject = body.get("subject") or body.get("patient") or {}
        of_patient[str(subject.get("reference", "")).removeprefix("Patient/")].append(body)
        if body["resourceType"] == "Patient":
            of_patient[body["id"]].append(body)
    of_patient = {
        patient: sent
        for patient, sent in of_patient.items()
        if any(s["resourceType"] == "Patient" for s in sent)
    }

    for patient, sent in of_patient.items():
        sums_up(receipt(*sent, patient=patient), sent)

    assert len(of_patient) >= 5
    assert max(map(len, of_patient.values())) > 1000


@pytest.mark.parametrize("folder", FOLDERS)
def test_it_adds_up_for_every_record_by_others(folder: str, shared: Path) -> None:
    if not (shared / "data" / folder).is_dir():
        pytest.skip(f"the shared data holds no {folder}")
    records = records_in(shared / "data" / folder)

    for patient in list(records.of_patient):
        sent = list({(one["resourceType"], one["id"]): one for one in records.of_patient[patient]}.values())
        sums_up(receipt(*sent, patient=patient), sent)

    assert records.of_patient


# --- The page
def test_the_page_says_what_came_and_what_did_not(reader: Person, server: RecordServer) -> None:
    server.whole_record(
        MedicationRequest=[medication_request(), medication_request(id="m2", status="entered-in-error")]
    )
    server.arrange("AllergyIntolerance", status=403)

    page = reader.read("receipt/")

    assert "1 removed by the clinic as a mistake" in page
    assert "Received 2: 1 shown, 1 set aside." in page
    assert "Fully, in 1 answer" in page


def test_the_page_leads_to_every_section(reader: Person, server: RecordServer) -> None:
    server.whole_record()

    page = reader.read("receipt/")

    for kind in KINDS.values():
        assert f'href="/record/{reader.access}/{kind.slug}/"' in page


def test_a_list_of_several_answers_is_counted_over_all_of_them(reader: Person, server: RecordServer) -> None:
    server.whole_record()
    more = server.url("AllergyIntolerance/more")
    server.arrange("AllergyIntolerance", bundle(allergy(), next=more))
    server.arrange("AllergyIntolerance/more", bundle(allergy(id="a2")))

    page = reader.read("receipt/")

    assert "Fully, in 2 answers" in page


def test_what_the_cache_lost_is_told_as_our_fault_and_the_page_does_not_ask_again(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fetching.cache.Keep.load", lambda *_name: None)
    monkeypatch.setattr("records.fetching.chains.MOST_AT_HAND", 0)  # too long to stay in memory meanwhile
    server.whole_record(MedicationRequest=[medication_request()])
    server.arrange("AllergyIntolerance", bundle(allergy(), next=server.url("AllergyIntolerance/more")))
    server.arrange("AllergyIntolerance/more", bundle(allergy(id="a2")))

    page = reader.read("receipt/")

    assert page.count("Something went wrong on our side while this part was put together.") == 1
    assert "Still on its way" not in page
    assert "hx-trigger" not in page
