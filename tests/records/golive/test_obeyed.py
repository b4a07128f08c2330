"""What long lists stand on is proved by what comes and by what no longer comes: a 200 alone proves nothing."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from records.golive.conformance import client_for
from records.golive.obeyed import DATED, Obeyed, Proof, proofs_table, prove
from tests.demo_server.app import App
from tests.people import BASE
from tests.records.conftest import RecordServer
from tests.records.golive.test_conformance import SCOPES, TOKEN
from tests.resources import bundle
from tests.servers import start_demo_server

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def observation(number: int, code: str = "vital-signs") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"o{number}",
        "status": "final",
        "code": {"text": "Canary measure"},
        "subject": {"reference": "Patient/p1"},
        "effectiveDateTime": f"2024-0{number}-01",
        "category": [{"coding": [{"system": CATEGORY, "code": code}]}],
    }


LIST = [observation(2), observation(3, "laboratory"), observation(1)]


def answering(server: RecordServer, *ignored: str, nothing_for: str = "") -> None:
    """A server with three observations that obeys everything but what is named.

    Args:
        nothing_for: the parameter that it does not know, and answers with nothing.
    """

    def answer(query: dict[str, str]) -> Any:
        obeyed = {name: value for name, value in query.items() if name not in ignored}
        if nothing_for in query:
            return bundle()
        found = list(LIST)
        if "category" in obeyed:
            code = obeyed["category"].rpartition("|")[2]
            found = [one for one in found if one["category"][0]["coding"][0]["code"] == code]
        if obeyed.get("date", "").startswith("lt1800"):
            found = []
        if "_sort" in obeyed:
            found.sort(key=lambda one: one["effectiveDateTime"], reverse=obeyed["_sort"].startswith("-"))
        size, start = int(obeyed.get("_count", 50)), int(query.get("_page", 0))
        page = bundle(*found[start : start + size])
        if start + size < len(found) and "paging" not in ignored:
            page["link"] = [
                {"relation": "next", "url": f"{BASE}Observation?_count={size}&_page={start + size}"}
            ]
        return page

    for name in DATED:
        server.arrange(name, bundle())
    server.by("Observation", answer)


def proofs(server: RecordServer) -> dict[str, Proof]:
    """By parameter those of observations."""
    found = prove(client_for(BASE, TOKEN), "p1")
    return {one.parameter: one for one in found if one.resource_type == "Observation"}


def test_a_server_that_obeys_is_said_to(server: RecordServer) -> None:
    answering(server)

    found = proofs(server)

    assert {name: one.state for name, one in found.items()} == dict.fromkeys(
        ("_count", "paging", "_sort", "date", "category"), Obeyed.OBEYED
    )


@pytest.mark.parametrize("ignored", ["_count", "_sort", "date", "category"])
def test_a_parameter_that_changes_nothing_is_called_ignored(server: RecordServer, ignored: str) -> None:
    answering(server, ignored)

    found = proofs(server)

    assert found[ignored].state is Obeyed.IGNORED
    assert found[ignored].means
    others = {name for name, one in found.items() if one.state is Obeyed.IGNORED}
    assert others == {ignored}


@pytest.mark.parametrize("unknown", ["date", "category"])
def test_a_parameter_that_always_brings_nothing_is_called_ignored_too(
    server: RecordServer, unknown: str
) -> None:
    answering(server, nothing_for=unknown)

    assert proofs(server)[unknown].state is Obeyed.IGNORED


def test_a_server_without_a_next_page_is_a_grave_matter(server: RecordServer) -> None:
    answering(server, "paging")

    found = proofs(server)["paging"]

    assert found.state is Obeyed.IGNORED
    assert found.is_grave
    assert "no link to a next page" in found.came


def test_next_pages_that_go_in_a_circle_are_no_pages(server: RecordServer) -> None:
    answering(server)
    page = bundle(LIST[0])
    page["link"] = [{"relation": "next", "url": f"{BASE}Observation?again=1"}]
    server.by("Observation", lambda query: page)

    assert "bring nothing new" in proofs(server)["paging"].came


def test_a_record_that_holds_too_little_proves_nothing(server: RecordServer) -> None:
    for name in DATED:
        server.arrange(name, bundle())

    found = list(prove(client_for(BASE, TOKEN), "p1"))

    assert {one.state for one in found} == {Obeyed.NOT_TRIED}
    assert not any(one.is_grave for one in found)


def test_a_parameter_that_is_refused_is_called_so(server: RecordServer) -> None:
    answering(server)
    server.by("Observation", lambda query: 400 if "_sort" in query else bundle(*LIST))

    found = proofs(server)

    assert found["_sort"].state is Obeyed.REFUSED
    assert found["_sort"].came.startswith("400, not understood")


def test_the_table_tells_no_value_of_the_record(server: RecordServer) -> None:
    answering(server, "date")

    said = proofs_table(list(prove(client_for(BASE, TOKEN), "p1")))

    assert "Observation: date" in said
    for value in ("2024", "Canary", "vital-signs", "o2", TOKEN):
        assert value not in said


@pytest.fixture(scope="module")
def demo() -> Iterator[App]:
    """The real demo server."""
    with start_demo_server() as base_url:
        yield App(base_url)


def test_the_demo_server_obeys_all_that_is_asked_of_it(
    demo: App, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = demo.tokens("walter", scope=SCOPES)
    settings.INSYNC_FHIR_BASE_URL = demo.fhir
    monkeypatch.setenv("A_TOKEN", tokens["access_token"])
    said = io.StringIO()

    call_command("conformance", "--token-env", "A_TOKEN", "--patient", tokens["patient"], stdout=said)

    table = said.getvalue()[said.getvalue().index("What long lists stand on") :]
    assert "IGNORED" not in table
    assert "refused" not in table
    assert table.count("obeyed") > 15, table


def test_the_command_fails_where_a_list_would_lie(
    server: RecordServer, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(server, "paging")
    settings.INSYNC_FHIR_BASE_URL = BASE
    monkeypatch.setenv("A_TOKEN", TOKEN)

    with pytest.raises(CommandError, match="ignores something that lists stand on"):
        call_command("conformance", "--token-env", "A_TOKEN", "--patient", "p1", stdout=io.StringIO())
