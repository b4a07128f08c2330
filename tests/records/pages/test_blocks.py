"""Blocks of the overview that are kept by what their answers say: of just that, and of nothing else."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import msgspec
import pytest
from django.core.cache import cache

from records.fetching import collected as collecting
from records.fetching.cache import Keep
from records.fetching.collected import Chain, Collected, Problem
from records.fhir.bundle import page
from records.kinds import KINDS
from records.pages import made
from records.words.sections import State
from tests.people import BASE, Person, sign_in
from tests.records.conftest import RecordServer
from tests.records.sources import a_source
from tests.resources import Json, allergy, bundle, condition, observation, patient

pytestmark = pytest.mark.django_db
ALLERGIES = KINDS["allergies"]


@pytest.fixture
def reader(server: RecordServer) -> Person:
    """Somebody who has seen the overview once."""
    server.arrange("Patient/p1", patient(name=[{"text": "Ana Ruiz"}], birthDate="1968-03-09"))
    server.whole_record(AllergyIntolerance=[allergy()], Condition=[condition()], Observation=[observation()])
    person = sign_in()
    person.read()
    return person


def refreshed(person: Person, **how: Any) -> tuple[list[str], str]:
    """The overview after Refresh: which blocks were rendered for it, and what it says."""
    person.get("?refresh=yes")
    answer: Any = person.get("", **how)
    assert answer.status_code == 200
    made_anew = {
        one["block"].section.slug for one in answer.context if hasattr(one.get("block"), "rows_on_paper")
    }
    return sorted(made_anew), answer.content.decode()


def said(text: str) -> str:
    """A page without what is another at each look: form protection, and when it was asked for."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return re.sub(r"As of [^<]+", "", text)


def test_after_a_refresh_that_brings_nothing_new_the_page_says_the_same_and_no_block_is_made(
    reader: Person,
) -> None:
    first = said(refreshed(reader)[1])

    rendered, text = refreshed(reader)

    assert not set(rendered) & {"allergies", "conditions", "vitals"}
    assert said(text) == first
    assert "Penicillin" in text


def test_after_a_refresh_the_page_says_the_new_time_and_has_a_form_protection_of_its_own(
    reader: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, now = refreshed(reader)[1], time.time()
    monkeypatch.setattr(time, "time", lambda: now + 120)
    after = refreshed(reader)[1]

    def times(text: str) -> list[str]:
        return re.findall(r"As of [^<]+", text)

    def tokens(text: str) -> set[str]:
        return set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', text))

    assert len(times(before)) == len(times(after)) == 1
    assert times(before) != times(after)
    assert tokens(before)
    assert not tokens(before) & tokens(after)
    assert said(before) == said(after)


def test_only_the_block_whose_entries_changed_is_made_anew(reader: Person, server: RecordServer) -> None:
    refreshed(reader)
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Walnuts"})))

    rendered, text = refreshed(reader)

    assert "allergies" in rendered
    assert "conditions" not in rendered
    assert "Walnuts" in text
    assert "Penicillin" not in text


def test_an_entry_that_is_gone_is_gone_from_the_block(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle())

    assert "Penicillin" not in refreshed(reader)[1]


def test_what_a_bundle_says_of_itself_makes_no_block_anew(reader: Person, server: RecordServer) -> None:
    refreshed(reader)
    server.arrange(
        "AllergyIntolerance",
        {**bundle(allergy()), "id": "another", "meta": {"lastUpdated": "2026-05-05T10:00:00Z"}},
    )

    assert "allergies" not in refreshed(reader)[0]


def test_a_block_is_in_the_language_of_the_look(reader: Person) -> None:
    spanish = {"headers": {"Accept-Language": "es"}}

    rendered, text = refreshed(reader, **spanish)

    assert "allergies" in rendered
    assert "Alergias" in text
    assert "Alergias" not in refreshed(reader)[1]


def test_another_sign_in_makes_its_own_blocks(reader: Person, server: RecordServer) -> None:
    second = sign_in()

    rendered, text = refreshed(second)

    assert "allergies" in rendered
    assert f"/record/{reader.access}/" not in text


def test_a_part_in_trouble_is_not_kept(reader: Person, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", status=503)
    assert "could not" in refreshed(reader)[1]
    server.arrange("AllergyIntolerance", bundle(allergy()))

    assert "could not" not in refreshed(reader)[1]


def test_what_is_another_patients_is_told_to_the_log_at_each_refresh(
    reader: Person, server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    foreign = allergy(id="theirs", patient={"reference": "Patient/other"}, code={"text": "Theirs"})
    server.arrange("AllergyIntolerance", bundle(allergy(), foreign))
    for _ in range(3):
        caplog.clear()
        assert "Theirs" not in refreshed(reader)[1]
        assert "security" in caplog.text


def test_after_signing_out_no_block_can_be_read(reader: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[str] = []
    original = Keep.store

    def noting(self: Keep, name: str, value: bytes, seconds: float = 300) -> None:
        stored.append(name)
        original(self, name, value, seconds)

    monkeypatch.setattr(Keep, "store", noting)
    second = sign_in()
    second.read()
    assert any(cache.get(name) for name in stored)

    second.browser.post("/auth/sign-out/")

    assert not any(cache.get(name) for name in stored)


def test_nothing_is_kept_longer_than_the_oldest_answer_of_a_part_allows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seconds: list[float] = []
    monkeypatch.setattr(Keep, "store", lambda _self, _name, _value, left: seconds.append(left))
    source, now = a_source(), time.time()
    block = made.OverviewBlock(b"", (("q", b"told"),), "allergies")
    asked = collecting.told(Collected(asked_at=now))
    page_of = made.Menu("a", (), "en", "1", "vitals", (), answers=(("q", asked),))

    made.store_block(block, made.MadeBlock("x", State.LOADED, "", oldest=now - 290), source)
    made.store(page_of, made.Made("x"), source)
    source.made_of.take(now - 290)
    made.store(page_of, made.Made("x"), source)
    made.store_block(block, made.MadeBlock("x", State.LOADED, "", oldest=now - 301), source)

    assert [round(left, -1) for left in seconds] == [10, 300, 10]


# ---------------------------------------------------------------- what is alike


def alike(body: Json, **changes: Any) -> bytes | None:
    source = a_source()
    raw = json.dumps(body).encode()
    collected = Collected(asked_at=time.time())
    name = collecting.store_page(source, collected.asked_at, raw)
    collected.add(name)
    collected.at_hand[name] = page(raw, resource_type="AllergyIntolerance", base=BASE)
    return collecting.alike(msgspec.structs.replace(collected, **changes), ALLERGIES, source)


ONE = bundle(allergy(), total=1)
OTHERS: dict[str, Json] = {
    "a word of an entry": bundle(allergy(code={"text": "Walnuts"}), total=1),
    "an entry more": bundle(allergy(), allergy(id="b"), total=1),
    "the order of entries": bundle(allergy(id="b"), allergy(), total=1),
    "how many there are": bundle(allergy(), total=2),
    "why an entry is there": {**ONE, "entry": [{**ONE["entry"][0], "search": {"mode": "include"}}]},
    "an entry that is empty": {**ONE, "entry": [*ONE["entry"], {}]},
    "another server's entry": {**ONE, "entry": [{**ONE["entry"][0], "fullUrl": "https://x.example/A/1"}]},
    "that there is more": {**ONE, "link": [{"relation": "next", "url": f"{BASE}?page=2"}]},
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_answers_that_differ_in_anything_are_not_alike(other: Json) -> None:
    assert alike(ONE) == alike(ONE)
    assert alike(other) is not None
    assert alike(other) != alike(ONE)


def test_what_is_known_of_a_question_beside_its_pages_is_part_of_it() -> None:
    known = {
        "total": 7,
        "in_order": True,
        "sortable": True,
        "form": 1,
        "lost": True,
        "astray": True,
        "short": 2,
    }
    found = {alike(ONE, **{name: value}) for name, value in known.items()}
    found |= {alike(ONE, open=[Chain(next="x")]), alike(ONE, checked="x"), alike(ONE)}

    assert len(found) == len(known) + 3
    assert alike(ONE, open=[Chain(next="x")]) == alike(ONE, open=[Chain(next="y")])
    assert alike(ONE, problem=Problem(error="NoAnswerInTime")) is None
