"""The overview: every block in its place and its own state, late ones by themselves, the broken one alone."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, as_completed

import pytest

from records.fetching.collected import Collected
from records.fetching.source import THREADS
from records.fetching.under_way import Flights
from records.kinds import KINDS
from records.lists.entries import Wanted
from records.service import overview as summaries
from records.service.overview import load_summary
from records.service.section import Asked, load_section
from records.words.sections import Section, State
from tests.people import BASE, Person
from tests.records.conftest import RecordServer
from tests.records.sources import Places, a_source
from tests.records.test_failure_matrix import words
from tests.resources import (
    Json,
    allergy,
    allergy_clinical,
    bundle,
    care_team,
    condition,
    medication_request,
    observation,
)

ON_OVERVIEW = sorted(
    (kind for kind in KINDS.values() if kind.overview),
    key=lambda kind: kind.overview.order if kind.overview else 0,
)
AT_ONCE = [kind for kind in ON_OVERVIEW if kind.overview and not kind.overview.afterwards]


def block_of(page: str, slug: str) -> str:
    """One block of the overview."""
    found = re.search(rf'<section class="block" id="block-{slug}".*?</section>', page, re.DOTALL)
    assert found
    return found[0]


def for_all_but_one(futures: Iterable[Future[Collected]], timeout: float) -> Iterator[Future[Collected]]:
    """Patience that ends when all but one have answered."""
    asked = list(futures)
    for done in as_completed(asked, timeout=10):
        yield done
        if sum(not future.done() for future in asked) == 1:
            raise TimeoutError


class Slow:
    """A resource type that answers only when it is let."""

    def __init__(self, server: RecordServer, resource_type: str, answer: Json) -> None:
        self.may = threading.Event()
        self.done = threading.Event()

        def wait(_query: dict[str, str]) -> Json:
            assert self.may.wait(10)
            self.done.set()
            return answer

        server.by(resource_type, wait)


@pytest.fixture
def slow(server: RecordServer) -> Iterator[Callable[[str, Json], Slow]]:
    made: list[Slow] = []

    def make(resource_type: str, answer: Json) -> Slow:
        made.append(Slow(server, resource_type, answer))
        return made[-1]

    yield make
    for one in made:
        one.may.set()
    THREADS.sections.submit(int).result(10)


def test_blocks_stand_in_their_order(server: RecordServer) -> None:
    server.whole_record()

    found = load_summary(reversed(KINDS.values()), source=a_source(), addresses=Places(), patience=10)

    assert [block.section.slug for block in found.blocks] == [kind.slug for kind in ON_OVERVIEW]
    assert len(server.asked()) <= 12


def test_every_block_of_an_empty_record_says_so(server: RecordServer) -> None:
    server.whole_record()

    found = load_summary(KINDS.values(), source=a_source(), addresses=Places(), patience=10)

    at_once = [block.section.state for block in found.blocks if block.section.state is not State.LATE]
    assert at_once == [State.NOTHING_CAME_BACK] * len(AT_ONCE)
    assert found.missing == ()
    assert found.as_of is not None


def test_a_late_block_is_marked_and_comes_later_without_being_asked_for_again(
    server: RecordServer, reader: Person, slow: Callable[[str, Json], Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "as_completed", for_all_but_one)
    server.whole_record(Condition=[condition()])
    late = slow("AllergyIntolerance", bundle(allergy()))

    first = reader.read()

    assert "Major depression" in first
    assert "Allergies: still loading" in words(first)
    assert f'hx-get="/record/{reader.access}/allergies/block/"' in first
    assert not re.search(r"\b(no|none)\b", words(block_of(first, "allergies")))

    late.may.set()
    assert "Penicillin" in reader.part("allergies/block/")
    assert len(server.asked("AllergyIntolerance")) == 1
    assert "Penicillin" in reader.read()
    assert len(server.asked("AllergyIntolerance")) == 1


def test_the_care_team_comes_after_the_page_with_a_first_contact_and_stays(
    server: RecordServer, reader: Person
) -> None:
    number = [{"system": "phone", "value": "804-555-0111", "use": "work"}]
    doctor = {"resourceType": "Practitioner", "id": "dr1", "name": [{"text": "Dr. A."}], "telecom": number}
    server.whole_record(CareTeam=[care_team()])
    server.arrange("Practitioner/dr1", doctor)

    first = reader.read()

    assert "Care team: still loading" in words(first)
    assert server.asked("CareTeam") == []
    late = words(reader.part("care-team/block/"))
    assert "First contact: Dr. Ana Flores, Phone: 804-555-0111 (work)" in late
    assert "First contact: Dr. Ana Flores, Phone: 804-555-0111 (work)" in words(reader.read())


def test_without_javascript_a_late_block_is_a_link_to_its_section(
    server: RecordServer, reader: Person, slow: Callable[[str, Json], Slow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "as_completed", for_all_but_one)
    server.whole_record()
    slow("AllergyIntolerance", bundle(allergy()))

    page = reader.read()

    block = block_of(page, "allergies")
    assert f'href="/record/{reader.access}/allergies/"' in block


def test_what_is_being_asked_is_not_asked_a_second_time(
    server: RecordServer, slow: Callable[[str, Json], Slow]
) -> None:
    late, source, flights = slow("AllergyIntolerance", bundle(allergy())), a_source(), Flights()
    kind = KINDS["allergies"]

    futures = [flights.start(kind, source) for _ in range(5)]
    late.may.set()

    assert {id(future) for future in futures} == {id(futures[0])}
    assert futures[0].result(10).is_complete
    assert len(server.asked("AllergyIntolerance")) == 1


def test_an_answer_that_is_there_at_once_holds_nobody_up(
    server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The future may be done before anybody could ask to be told."""
    done: Future[Collected] = Future()
    done.set_result(Collected(asked_at=0))

    class AtOnce:
        sections = type("Pool", (), {"submit": lambda *_what, **_how: done})()

    monkeypatch.setattr("records.fetching.under_way.THREADS", AtOnce)
    flights, started = Flights(), []
    thread = threading.Thread(
        target=lambda: started.append(flights.start(KINDS["allergies"], a_source())), daemon=True
    )

    thread.start()
    thread.join(5)

    assert started == [done]
    assert flights._flying == {}


def test_two_people_never_share_an_answer(server: RecordServer, slow: Callable[[str, Json], Slow]) -> None:
    late, flights = slow("AllergyIntolerance", bundle(allergy())), Flights()

    one, two = (flights.start(KINDS["allergies"], a_source()) for _ in range(2))
    late.may.set()

    assert one is not two
    assert one.result(10).pages != two.result(10).pages


@pytest.mark.parametrize("kind", AT_ONCE, ids=lambda kind: str(kind.slug))
def test_a_mistake_of_ours_breaks_its_block_alone(
    server: RecordServer, reader: Person, kind: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()], Condition=[condition()], Observation=[observation()])
    real = load_section

    def broken(wanted: Wanted, asked: Asked | None = None) -> Section:
        if wanted.kind is kind:
            raise ZeroDivisionError("canary")
        return real(wanted, asked)

    monkeypatch.setattr(summaries, "load_section", broken)

    page = words(reader.read())

    assert page.count("Something went wrong on our side") == 1
    assert "1 part is missing from this page" in page
    signs = {"allergies": "Penicillin", "conditions": "Major depression", "vitals": "72.5"}
    for slug, sign in signs.items():
        assert (sign in page) == (slug != getattr(kind, "slug", ""))


def test_what_stays_from_before_is_not_called_missing(server: RecordServer, reader: Person) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    assert "Penicillin" in words(reader.read())
    server.arrange("AllergyIntolerance", status=503)

    page = words(reader.read("?refresh=yes"))

    assert "1 part of this page could not be renewed" in page
    assert "Penicillin" in page
    assert "missing from this page" not in page
    assert "Only this page is incomplete" not in page


def test_what_is_missing_is_listed_at_the_top_once_each(server: RecordServer, reader: Person) -> None:
    server.whole_record()
    server.arrange("AllergyIntolerance", status=500)
    server.arrange("Condition", status=403)

    page = words(reader.read())

    assert "2 parts are missing from this page" in page
    assert "Allergies and reactions: could not be loaded" in page
    assert "Health conditions: not shared with this app" in page


def test_the_overview_says_how_many_more_there_are_only_as_far_as_it_knows(
    server: RecordServer, reader: Person
) -> None:
    many = [allergy(id=f"a{n}", code={"text": f"Thing {n}"}) for n in range(10)]
    server.whole_record(AllergyIntolerance=many)
    server.arrange("Condition", bundle(*(condition(id=f"c{n}") for n in range(10)), next=f"{BASE}more?n=2"))

    page = words(reader.read())

    assert "and 4 more" in page
    assert "and at least 4 more" in page
    assert server.asked("more") == []


@pytest.mark.parametrize("more", [None, f"{BASE}more?n=2"])
def test_a_block_without_anything_current_says_so(
    server: RecordServer, reader: Person, more: str | None
) -> None:
    past = allergy(clinicalStatus=allergy_clinical("resolved"))
    server.whole_record()
    server.arrange("AllergyIntolerance", bundle(past, next=more))

    page = reader.read()
    block = block_of(page, "allergies")

    assert "Nothing current" in words(block)
    assert "Nothing came back" not in words(block)
    assert f'href="/record/{reader.access}/allergies/"' in block


def test_the_overview_asks_for_no_names_beside_its_searches_and_the_section_does(
    server: RecordServer, reader: Person
) -> None:
    server.whole_record(Observation=[observation(performer=[{"reference": "Practitioner/dr"}])])
    server.arrange(
        "Practitioner/dr", {"resourceType": "Practitioner", "id": "dr", "name": [{"text": "Ann Lee"}]}
    )

    assert "Weight" in words(block_of(reader.read(), "vitals"))
    assert server.asked("Practitioner/dr") == []

    assert "Ann Lee" in reader.read("vitals/")
    assert len(server.asked("Practitioner/dr")) == 1


def test_a_medication_whose_name_stands_elsewhere_has_its_name_on_the_overview(
    server: RecordServer, reader: Person
) -> None:
    pointing = medication_request(
        medicationCodeableConcept=None, medicationReference={"reference": "Medication/m1"}
    )
    server.whole_record(MedicationRequest=[pointing])
    server.arrange(
        "Medication/m1", {"resourceType": "Medication", "id": "m1", "code": {"text": "Sertraline"}}
    )

    assert "Sertraline" in block_of(reader.read(), "medications")
