"""When the record server hangs: pages stand after their patience, and what is late arrives or is told."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from records.fetching import asking, chains
from records.kinds import KINDS
from records.pages import door
from records.pages.connecting import connect
from records.pages.turns import TURNS
from smart_auth.models import PatientSession
from tests.people import BASE, Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.sources import a_source
from tests.records.test_failure_matrix import words
from tests.resources import Json, allergy, bundle, patient


class Held:
    """Answers that come only when they may."""

    def __init__(self) -> None:
        self.may = threading.Event()

    def back(self, resource: Json) -> Callable[[dict[str, str]], Json]:
        """An answer that is held back."""

        def slowly(_query: dict[str, str]) -> Json:
            assert self.may.wait(20)
            return resource

        return slowly


@pytest.fixture
def held() -> Iterator[Held]:
    """What hangs; it does not outlast the test."""
    held = Held()
    yield held
    held.may.set()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page's patience is a tenth of a second, so that nobody has to wait for it to be over."""

    def connected(*what: Any, **how: Any) -> Any:
        return connect(*what, **{**how, "seconds": 0.1})

    monkeypatch.setattr(door, "connect", connected)


PART = {"HX-Request": "true"}


@pytest.mark.usefixtures("hurried")
def test_a_page_stands_without_the_name_that_hangs_and_the_name_comes_by_itself(
    reader: Person, server: RecordServer, held: Held
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    server.by("Patient/p1", held.back(patient()))

    for place in ("", "allergies/"):
        page = reader.read(place)
        assert "The name has not come yet" in page
        assert f'hx-get="/record/{reader.access}/whose/" hx-trigger="load, again"' in page
    late = reader.part("whose/")
    held.may.set()

    assert "The name has not come yet" in late
    assert "whose/" in late
    come = reader.part("whose/")
    assert "Lindqvist" in come
    assert "hx-get" not in come
    assert len(server.asked("Patient/p1")) == 1


@pytest.mark.usefixtures("hurried")
def test_an_entry_that_hangs_is_a_page_that_asks_again_and_leads_there(
    reader: Person, server: RecordServer, held: Held
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    entry = re.search(r'href="/record/[^/]+/(allergies/[\w-]{24,}/)"', reader.read("allergies/"))
    assert entry is not None
    server.by(f"AllergyIntolerance/{allergy()['id']}", held.back(allergy()))

    late = reader.get(entry[1])

    page = late.content.decode()
    assert (late.status_code, late["Retry-After"]) == (202, "2")
    assert f'hx-get="{reader.at(entry[1])}"' in page
    assert f'<a class="button" href="{reader.at(entry[1])}">Show it now</a>' in page
    assert "http-equiv" not in page
    held.may.set()
    assert "Penicillin" in reader.read(entry[1], headers={**PART, "HX-Target": "main"})
    assert len(server.asked(f"AllergyIntolerance/{allergy()['id']}")) == 1


@pytest.mark.usefixtures("hurried")
def test_a_list_that_hangs_goes_on_by_itself_and_is_asked_for_once(
    reader: Person, server: RecordServer, held: Held
) -> None:
    server.by("AllergyIntolerance", held.back(bundle(allergy())))

    pages = [reader.read("allergies/"), reader.part("allergies/rest/"), reader.part("allergies/block/")]
    held.may.set()

    for page in pages:
        assert 'hx-trigger="load, again"' in page
        assert not re.search(r"\bno(ne)?\b", words(page))
    assert "Penicillin" in reader.part("allergies/rest/")
    assert len(server.asked("AllergyIntolerance")) == 1


@pytest.mark.usefixtures("hurried")
def test_a_further_page_that_is_slow_is_kept_when_it_comes(
    reader: Person, server: RecordServer, held: Held
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(), next=f"{BASE}page?n=2"))
    server.by("page", held.back(bundle(allergy(id="a2", code={"text": "Latex"}))))

    pages = [reader.part("allergies/rest/") for _ in range(3)]
    held.may.set()

    assert all("The rest is on its way" in page and "Penicillin" in page for page in pages)
    assert "Latex" in reader.part("allergies/rest/")
    assert len(server.asked("page")) == 1


def test_a_further_page_that_never_comes_is_told_and_not_asked_for_for_ever(server: RecordServer) -> None:
    kind, source = KINDS["allergies"], a_source()
    server.arrange("AllergyIntolerance", bundle(allergy(), next=f"{BASE}page?n=2"))
    asking.first(kind, source)
    hurried = source.within(20)

    def never(_query: dict[str, str]) -> int:
        hurried.client.deadline._end = 0
        return 408

    server.by("page", never)

    found = asking.rest(kind, hurried)

    assert found.problem is not None
    assert found.problem.error == "NoAnswerInTime"


def test_a_link_that_has_expired_starts_its_search_anew(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(), next=f"{BASE}old?n=2"))
    server.also("AllergyIntolerance", bundle(allergy(), next=f"{BASE}new?n=2"))
    server.arrange("old", status=410)
    server.arrange("new", bundle(allergy(id="a2", code={"text": "Latex"})))

    page = reader.part("allergies/rest/")

    assert "Penicillin" in page
    assert "Latex" in page
    assert "not complete" not in words(page)
    assert (len(server.asked("old")), len(server.asked("AllergyIntolerance"))) == (1, 2)


def test_links_that_expire_at_once_are_told_and_the_search_begins_anew_once(
    reader: Person, server: RecordServer
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(), next=f"{BASE}old?n=2"))
    server.arrange("old", status=410)

    page = words(reader.part("allergies/rest/"))

    assert "Penicillin" in page
    assert "this list is not complete" in page
    assert len(server.asked("AllergyIntolerance")) == 2


def test_further_pages_without_one_new_entry_end_soon(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(), next=f"{BASE}page?n=2"))
    server.by("page", lambda query: bundle(allergy(), next=f"{BASE}page?n={int(query['n']) + 1}"))

    assert "this list is not complete" in words(reader.part("allergies/rest/"))
    assert len(server.asked("page")) <= chains.MOST_WITHOUT_NEWS + 1


def test_one_sign_ins_pages_beyond_the_limit_are_answered_at_once_and_nobody_elses(
    reader: Person, server: RecordServer, settings: Settings
) -> None:
    settings.PAGES_OF_ONE_SIGN_IN = 2
    server.whole_record(AllergyIntolerance=[allergy()])
    other = sign_in()

    with ExitStack() as at_work:
        for _ in range(2):
            at_work.enter_context(TURNS.taken(reader.access))
        page, part = reader.get("allergies/"), reader.get("allergies/rest/", headers=PART)
        file = reader.get("allergies/")
        searched = reader.browser.post(reader.at("search/"), {"words": "Penicillin"})
        theirs = other.get("allergies/")

        assert (page.status_code, part.status_code, file.status_code) == (202, 202, 202)
        assert (part.content, part["Retry-After"]) == (b"", "2")
        assert "Show it now" in page.content.decode()
        assert searched.status_code == 200
        assert "Penicillin" in theirs.content.decode()
    assert "Penicillin" in reader.read("allergies/")


def test_beyond_the_share_of_threads_a_page_comes_at_once_with_what_is_known(
    reader: Person, server: RecordServer, settings: Settings, held: Held
) -> None:
    server.whole_record(MedicationRequest=[])
    server.arrange("AllergyIntolerance", bundle(allergy()))
    reader.read("allergies/")
    settings.PAGES_WAITING = 0
    server.by("Condition", held.back(bundle()))

    page = reader.read()
    part = reader.get("conditions/block/", headers=PART)

    assert "Penicillin" in page
    assert f'hx-get="{reader.at("conditions/block/")}"' in page
    assert part.status_code == 202


def test_a_turn_ends_with_its_page_whatever_becomes_of_it(reader: Person, settings: Settings) -> None:
    settings.PAGES_OF_ONE_SIGN_IN = 1
    for _ in range(3):
        assert reader.get("vitals/measure/nothing-there/x/").status_code == 404
        with pytest.raises(ZeroDivisionError), TURNS.taken("somebody"):
            raise ZeroDivisionError
    assert TURNS._of == {}
    assert TURNS._waiting == 0


def test_a_page_that_asks_by_itself_is_no_click(reader: Person, server: RecordServer) -> None:
    server.whole_record()
    soon = timezone.now() + timedelta(seconds=120)
    PatientSession.objects.update(expire_date=soon)

    reader.part("allergies/rest/")
    reader.part("allergies/block/")
    reader.part("whose/")

    assert PatientSession.objects.get().expire_date == soon
    reader.read("allergies/")
    assert PatientSession.objects.get().expire_date > soon
