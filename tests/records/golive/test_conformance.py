"""The go-live probe: everything US Core makes a server answer is asked, and what is refused is told without a value."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from demo_server.catalogue import CATALOGUE
from records.golive.conformance import Outcome, State, client_for, run, table
from records.golive.us_core import QUESTIONS
from tests.conftest import SHARED
from tests.demo_server.app import App
from tests.people import BASE
from tests.records.conftest import RecordServer
from tests.resources import bundle, patient
from tests.servers import start_demo_server

SCOPES = " ".join(["openid", "fhirUser", "launch/patient", *(f"patient/{name}.read" for name in CATALOGUE)])
TOKEN = "access-canary-1"
"""What must never be seen again."""


@pytest.fixture(scope="module")
def demo() -> Iterator[App]:
    """The real demo server, and an app that nobody has signed in to."""
    with start_demo_server() as base_url:
        yield App(base_url)


@pytest.fixture(scope="module")
def token(demo: App) -> dict[str, Any]:
    """What Daniel's app is given for all that it may read."""
    return demo.tokens("daniel", scope=SCOPES)


@pytest.fixture(scope="module")
def outcomes(demo: App, token: dict[str, Any]) -> list[Outcome]:
    """What became of every question to the demo server."""
    return list(run(client_for(demo.fhir, token["access_token"]), token["patient"]))


# ---------------------------------------------------------------- against the demo server


def test_the_demo_server_answers_all_that_us_core_makes_a_server_answer(
    demo: App, outcomes: list[Outcome]
) -> None:
    # Daniel has no device; Walter has one, and no Medication that is only pointed to.
    other = App(demo.base)
    tokens = other.tokens("walter", scope=SCOPES)
    walters = list(run(client_for(other.fhir, tokens["access_token"]), tokens["patient"]))

    refused = {one.question.name: one.how for one in (*outcomes, *walters) if one.state is State.REFUSED}
    answered = {one.question for one in (*outcomes, *walters) if one.state is State.ANSWERED}

    assert refused == {}
    assert set(QUESTIONS) - answered == set()
    assert [one.question.name for one in outcomes if one.state is State.NOT_TRIED] == ["Device: read"]


def test_the_questions_find_what_they_ask_for(outcomes: list[Outcome]) -> None:
    found = [one.question.name for one in outcomes if one.how == "with entries"]

    assert "Patient: birthdate + name" in found
    assert "Observation (vital signs): patient + category + date" in found
    assert len(found) > len(outcomes) / 2


def test_the_table_tells_no_token_and_no_value_of_the_record(
    outcomes: list[Outcome], token: dict[str, Any]
) -> None:
    said = table(outcomes)

    assert "Patient: birthdate + name" in said
    assert "0 was refused" in said
    for value in (token["access_token"], token["patient"], "Whitaker", "Daniel", "1968"):
        assert value not in said


def test_the_command_prints_the_table(
    demo: App, token: dict[str, Any], settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.INSYNC_FHIR_BASE_URL = demo.fhir
    monkeypatch.setenv("A_TOKEN", token["access_token"])
    said = io.StringIO()

    call_command("conformance", "--token-env", "A_TOKEN", "--patient", token["patient"], stdout=said)

    assert "AllergyIntolerance: patient" in said.getvalue()
    assert token["access_token"] not in said.getvalue()


# ---------------------------------------------------------------- what is asked


def test_every_search_that_us_core_makes_a_server_answer_is_asked() -> None:
    facts = SHARED / "facts" / "us-core-5.0.1.json"
    if not facts.is_file():
        pytest.skip("the list of US Core 5.0.1 is not beside the project")
    profiles = json.loads(facts.read_text())["profiles"]
    wanted = {
        (profile["resource"], frozenset(search["params"]))
        for profile in profiles
        for search in profile["searches"]
        if search["expectation"] == "SHALL"
    }

    asked = {(one.resource_type, frozenset(name for name, _ in one.parameters)) for one in QUESTIONS}
    read = {one.resource_type for one in QUESTIONS if one.reads}

    assert wanted - asked == set()
    assert {profile["resource"] for profile in profiles} == read


# ---------------------------------------------------------------- what is refused


def asked_of(server: RecordServer) -> list[Outcome]:
    return list(run(client_for(BASE, TOKEN), "p1"))


def outcome_of(outcomes: list[Outcome], name: str) -> Outcome:
    return next(one for one in outcomes if one.question.name == name)


@pytest.fixture
def whole(server: RecordServer) -> RecordServer:
    """A record that holds nothing but its patient."""
    for name in CATALOGUE:
        server.arrange(name, bundle())
    server.arrange("Patient", bundle(patient()))
    return server


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "400, not understood"),
        (401, "401, the token is not taken"),
        (403, "403, not shared"),
        (404, "404, not there"),
        (500, "500, the server is in trouble"),
    ],
)
def test_a_refusal_says_how_and_what_the_reader_misses(whole: RecordServer, status: int, words: str) -> None:
    whole.arrange("AllergyIntolerance", status=status)

    outcomes = asked_of(whole)

    found = outcome_of(outcomes, "AllergyIntolerance: patient")
    assert found.is_failure
    assert found.how.startswith(words)
    assert "The section Allergies stays empty" in table(outcomes)
    assert outcome_of(outcomes, "Goal: patient").how == "nothing found"


def test_what_only_the_portal_would_like_is_no_failure(whole: RecordServer) -> None:
    whole.by("Observation", lambda query: bundle() if "category" in query or "code" in query else 400)

    outcomes = asked_of(whole)

    found = outcome_of(outcomes, "Observation: patient")
    assert found.state is State.REFUSED
    assert not found.is_failure
    assert not any(one.is_failure for one in outcomes)


def test_nothing_more_is_asked_of_a_server_that_asks_for_a_pause(whole: RecordServer) -> None:
    whole.arrange("AllergyIntolerance", status=429, headers={"Retry-After": "60"})

    outcomes = asked_of(whole)

    assert outcome_of(outcomes, "AllergyIntolerance: patient").how == "429, the server asks for a pause"
    assert outcomes[-1].state is State.NOT_TRIED
    assert whole.asked("Goal") == []


def test_a_type_of_which_the_record_holds_nothing_is_not_said_to_be_refused(whole: RecordServer) -> None:
    found = outcome_of(asked_of(whole), "Medication: read")

    assert found.state is State.NOT_TRIED
    assert not found.is_failure


def test_the_token_goes_to_the_configured_server_alone(whole: RecordServer) -> None:
    whole.arrange(
        "AllergyIntolerance",
        bundle(
            {
                "resourceType": "AllergyIntolerance",
                "id": "a",
                "patient": {"reference": "https://evil.example/Patient/p1"},
            }
        ),
    )

    asked_of(whole)

    assert whole.asked()
    assert [one.url for one in whole.asked() if not str(one.url).startswith(BASE)] == []
    assert [one.url for one in whole.asked() if TOKEN in str(one.url)] == []


def test_a_server_that_calls_itself_by_another_name_is_told_with_what_that_means(whole: RecordServer) -> None:
    assert "by another name" not in table(asked_of(whole))
    answer = bundle(next="http://hapi-2:8080/fhir?_getpages=2")
    answer["link"][0]["url"] = "http://hapi-1:8080/fhir/Goal?patient=p1"
    whole.arrange("Goal", answer)

    said = table(asked_of(whole))

    assert (
        "The server calls itself by another name\n  http://hapi-1:8080/fhir/\n  for the reader: Nothing, where"
        in said
    )
    assert (
        "Links to the next page lead out of the configured address\n  for the reader: Long lists stay" in said
    )
    assert "p1" not in said


@pytest.mark.parametrize(
    ("token", "patient_id", "complaint"),
    [
        ("", "p1", "holds no access token"),
        (TOKEN, "p1/../p2", "not an id"),
        (TOKEN, "x" * 129, "underscores and points, at most 128"),
    ],
)
def test_the_command_asks_nothing_without_a_token_and_an_id(
    server: RecordServer, monkeypatch: pytest.MonkeyPatch, token: str, patient_id: str, complaint: str
) -> None:
    monkeypatch.setenv("CONFORMANCE_TOKEN", token)

    with pytest.raises(CommandError, match=complaint):
        call_command("conformance", "--patient", patient_id)

    assert server.asked() == []


def test_the_command_fails_where_something_that_must_be_answered_is_refused(
    whole: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFORMANCE_TOKEN", TOKEN)
    whole.arrange("Goal", status=403)
    said = io.StringIO()

    with pytest.raises(CommandError, match="refuses"):
        call_command("conformance", "--patient", "p1", stdout=said)

    assert "403, not shared" in said.getvalue()
    assert TOKEN not in said.getvalue()


def test_no_question_is_asked_twice() -> None:
    assert len({(one.name, one.parameters) for one in QUESTIONS}) == len(QUESTIONS)
