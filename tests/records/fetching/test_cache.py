"""What is kept for five minutes: noise to everybody but the one sign-in that fetched it."""

from __future__ import annotations

import os
import pickle
import time
from typing import Any

import pytest
from django.core.cache import cache
from hypothesis import given
from hypothesis import strategies as st

from records.fetching import sealing
from records.fetching.cache import SECONDS_KEPT, CachedGate, Keep, ServerMemory, derive
from records.kinds import KINDS
from tests.people import Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import allergy, bundle, patient

backend: Any = cache
"""The memory of this process, or Redis: `tests/stores`."""


def is_redis() -> bool:
    return hasattr(backend._cache, "get_client")


def stored() -> dict[str, Any]:
    """All that lies in the shared cache, by name."""
    if is_redis():
        names = [name.decode() for name in backend._cache.get_client().scan_iter()]
        return {name: backend._cache.get(name, None) for name in names}
    return {name: pickle.loads(value) for name, value in backend._cache.items()}  # noqa: S301


def let_pass(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """So much later. Redis has a clock of its own: there what is over by then is taken away."""
    now = time.time
    monkeypatch.setattr("time.time", lambda: now() + seconds)
    if is_redis():
        client = backend._cache.get_client()
        for name in client.scan_iter():
            if 0 <= client.pttl(name) <= seconds * 1000:  # what never ends says -1
                client.delete(name)


@pytest.fixture
def keep() -> Keep:
    return Keep("opaque", b"k" * 32)


def test_the_shared_cache_holds_noise_and_opaque_names(reader: Person, server: RecordServer) -> None:
    server.whole_record(AllergyIntolerance=[allergy(code={"text": "Canary allergy"})])
    server.arrange("Patient/p1", patient(name=[{"text": "Canary Patient"}]))
    assert "Canary allergy" in reader.read()
    for slug in KINDS:
        reader.read(f"{slug}/")

    kept = stored()

    assert len(kept) > 10
    for name, value in kept.items():
        said = name.encode() + (value if isinstance(value, bytes) else repr(value).encode())
        # Whole words and a whole date: "p1" or a year can stand in noise by chance.
        for canary in (b"Canary", b"canary", b"AllergyIntolerance", b"Patient", b"1968-03-09", b"allergies"):
            assert canary not in said


def test_another_key_reads_nothing(keep: Keep) -> None:
    name = keep.name("person")
    keep.store(name, b"a record")
    other = Keep(keep.cache_id, b"x" * 32)

    assert keep.load(name) == b"a record"
    assert other.load(name) is None
    assert other.name("person") != name


def test_a_value_moved_to_another_name_is_not_read(keep: Keep) -> None:
    one, two = keep.name("one"), keep.name("two")
    keep.store(one, b"a record")
    name = next(iter(stored()))
    cache.set(two, stored()[name])

    assert keep.load(one) == b"a record"
    assert keep.load(two) is None


@pytest.mark.parametrize("value", [b"", b"short", b"x" * 12, b"x" * 40, "text", 5, None])
def test_what_is_not_ours_is_nothing(keep: Keep, value: Any) -> None:
    cache.set(keep.name("one"), value)

    assert keep.load(keep.name("one")) is None


def test_equal_values_are_stored_as_different_noise(keep: Keep) -> None:
    keep.store(keep.name("one"), b"a record")
    first = dict(stored())
    keep.store(keep.name("one"), b"a record")

    assert stored() != first


@given(value=st.binary(max_size=300), parts=st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_what_is_stored_comes_back_as_it_was(value: bytes, parts: list[str]) -> None:
    keep = Keep("opaque", b"k" * 32)
    keep.store(keep.name(*parts), value)

    assert keep.load(keep.name(*parts)) == value


LONG = b'{"resourceType":"Observation","note":"' + bytes(range(32, 127)) * 60_000 + b'"}'


def test_a_large_value_comes_back_as_it_was_and_takes_less(keep: Keep) -> None:
    noise = os.urandom(sealing.LARGE + 3)
    for value in (LONG, noise):
        keep.store(keep.name("large"), value)
        assert keep.load(keep.name("large")) == value
        assert value[:1000] not in cache.get(keep.name("large"))
    keep.store(keep.name("large"), LONG)
    assert len(cache.get(keep.name("large"))) < len(LONG) / 10


@pytest.mark.parametrize("place", [0, 20, 5000, -1])
def test_a_large_value_that_was_tampered_with_cut_off_or_moved_is_nothing(keep: Keep, place: int) -> None:
    keep.store(keep.name("large"), LONG)
    sealed = bytearray(cache.get(keep.name("large")))
    cache.set(keep.name("other"), bytes(sealed))
    assert keep.load(keep.name("other")) is None
    cache.set(keep.name("large"), bytes(sealed[:40]))
    assert keep.load(keep.name("large")) is None
    cache.set(keep.name("large"), bytes(sealed[:20]))
    assert keep.load(keep.name("large")) is None

    sealed[place] ^= 1
    cache.set(keep.name("large"), bytes(sealed))
    assert keep.load(keep.name("large")) is None
    assert Keep("opaque", b"x" * 32).load(keep.name("large")) is None


def test_names_tell_their_parts_apart(keep: Keep) -> None:
    assert keep.name("ab", "c") != keep.name("a", "bc")


def test_nothing_is_kept_longer_than_five_minutes(keep: Keep, monkeypatch: pytest.MonkeyPatch) -> None:
    keep.store(keep.name("one"), b"a record")
    let_pass(monkeypatch, SECONDS_KEPT + 1)

    assert keep.load(keep.name("one")) is None


def test_forgotten_values_are_gone(keep: Keep) -> None:
    keep.store(keep.name("one"), b"1")
    keep.store(keep.name("two"), b"2")

    keep.forget(keep.name("one"))

    assert keep.load(keep.name("one")) is None
    assert keep.load(keep.name("two")) == b"2"


def test_a_lock_is_one_callers_until_it_is_freed(keep: Keep) -> None:
    assert keep.lock("rest", 60)
    assert not keep.lock("rest", 60)
    keep.unlock("rest")
    assert keep.lock("rest", 60)


def test_keys_for_two_purposes_are_two(keep: Keep) -> None:
    assert derive(b"k" * 32, "one") != derive(b"k" * 32, "two")
    assert "kkkk" not in repr(keep)


# --- Between sign-ins
def test_two_sign_ins_of_one_patient_share_nothing(db: None, server: RecordServer) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy()))
    sign_in().read("allergies/")
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Latex"})))

    assert "Latex" in sign_in().read("allergies/")


def test_two_patients_of_one_id_on_two_servers_never_share(
    db: None, server: RecordServer, settings: Any
) -> None:
    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Here"})))
    here = sign_in()
    assert "Here" in here.read("allergies/")

    settings.INSYNC_FHIR_BASE_URL = "https://other.example/fhir/"
    answer = bundle(allergy(code={"text": "There"}))
    answer["entry"][0]["fullUrl"] = "https://other.example/fhir/AllergyIntolerance/a1"
    server.arrange("https://other.example/fhir/AllergyIntolerance", answer)
    server.arrange("https://other.example/fhir/Patient/p1", patient())
    there = sign_in()

    page = there.read("allergies/")
    assert "There" in page
    assert "Here" not in page
    assert here.get("allergies/").status_code == 401


def test_after_signing_out_nobody_reads_what_was_kept(reader: Person, server: RecordServer) -> None:
    from smart_auth import people

    server.arrange("AllergyIntolerance", bundle(allergy(code={"text": "Kept"})))
    assert "Kept" in reader.read("allergies/")
    kept = stored()
    record = people.current(dict(reader.session.items()))
    assert record is not None
    server.mock.get("https://fhir.example/fhir-request/.well-known/smart-configuration", status=404)
    server.mock.post("https://fhir.example/smartauth/oauth/revoke", status=200)

    reader.browser.post("/auth/sign-out/")

    assert reader.get("allergies/").status_code == 401
    assert people.current(dict(reader.session.items())) is None
    # What may be left in the cache is noise without the key, which was in the session alone.
    assert all(b"Kept" not in value for value in kept.values() if isinstance(value, bytes))


# --- The gate, and what servers do not answer
def test_a_gate_opens_again_when_its_time_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now, gate = time.time, CachedGate("opaque")
    assert gate.seconds_shut() == 0
    gate.shut(30, 429)
    assert 0 < gate.seconds_shut() <= 31
    assert gate.shut_by() == 429
    assert CachedGate("another").seconds_shut() == 0

    monkeypatch.setattr("time.time", lambda: now() + 31)
    assert gate.seconds_shut() == 0


def test_what_a_server_does_not_answer_is_remembered_for_it_alone() -> None:
    ServerMemory("https://one.example/").set("form", 2)

    assert ServerMemory("https://one.example/").get("form") == 2
    assert ServerMemory("https://one.example/").get("other") == 0
    assert ServerMemory("https://two.example/").get("form") == 0
