"""The FHIR side over HTTP: who may read what, in which shape it comes, and how the server says no."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from demo_server import config, fhir
from demo_server.catalogue import CATALOGUE
from demo_server.paging import HELD_SECONDS, Pages
from demo_server.world import World
from tests.demo_server.fhir_side import BASE, Fhir, body_of, json_of, next_of

Serve = Callable[..., Fhir]


def patient(id: str, **elements: Any) -> dict[str, Any]:  # noqa: A002  # FHIR's own word
    return {"resourceType": "Patient", "id": id, **elements}


def goal(id: str, patient: str = "me", **elements: Any) -> dict[str, Any]:  # noqa: A002  # FHIR's own word
    return {
        "resourceType": "Goal",
        "id": id,
        "lifecycleStatus": "active",
        "description": {"text": "Sleep through the night"},
        "subject": {"reference": f"Patient/{patient}"},
        **elements,
    }


def document(patient: str, url: str) -> dict[str, Any]:
    return {
        "resourceType": "DocumentReference",
        "id": f"of-{patient}",
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "content": [{"attachment": {"contentType": "text/plain", "url": url}}],
    }


def binary(
    content_type: str = "text/plain; charset=utf-8", data: bytes = b"Gr\xc3\xbc\xc3\x9fe"
) -> dict[str, Any]:
    return {
        "resourceType": "Binary",
        "id": "b",
        "contentType": content_type,
        "data": base64.b64encode(data).decode(),
    }


# --- Reading


def test_the_patients_own_resource_is_read_by_its_id(serve: Serve) -> None:
    server = serve(goal("g", meta={"versionId": "7", "lastUpdated": "2024-05-01T10:00:00.5-04:00"}))

    answer = server.get("Goal/g")

    assert json_of(answer)["id"] == "g"
    assert answer.headers["ETag"] == 'W/"7"'
    assert answer.headers["Last-Modified"] == "Wed, 01 May 2024 14:00:00 GMT"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("length", [65, 88, 128])
def test_an_id_longer_than_fhirs_own_is_served_as_any_other(serve: Serve, length: int) -> None:
    long = "e" * length
    server = serve(goal(long), document("me", f"Binary/{long}"), {**binary(), "id": long})

    assert json_of(server.get(f"Goal/{long}"))["id"] == long
    assert json_of(server.get(f"Goal?patient=me&_id={long}"))["total"] == 1
    assert body_of(server.get(f"Binary/{long}"))


def test_another_patients_resource_is_forbidden_and_an_unknown_one_not_found(serve: Serve) -> None:
    server = serve(goal("mine"), goal("theirs", patient="you"), patient("you"))

    assert server.get("Goal/mine").status_code == 200
    for address, status, code in (
        ("Goal/theirs", 403, "forbidden"),
        ("Patient/you", 403, "forbidden"),
        ("Goal/nobodys", 404, "not-found"),
    ):
        answer = server.get(address)
        assert (answer.status_code, json_of(answer)["issue"][0]["code"]) == (status, code)
        assert b"Sleep" not in body_of(answer)


def test_a_resource_that_names_no_patient_is_nobodys_to_read(serve: Serve) -> None:
    server = serve({"resourceType": "Device", "id": "d"}, {"resourceType": "Practitioner", "id": "p"})

    assert server.get("Device/d").status_code == 403
    assert server.get("Practitioner/p").status_code == 200


def test_every_answer_has_a_request_id_of_its_own(serve: Serve) -> None:
    server = serve(goal("g"))

    ids = {
        server.get(address).headers["X-Request-Id"]
        for address in ("Goal/g", "Goal/g", "Goal/x", "Nonsense/1")
    }

    assert len(ids) == 4


# --- Tokens and scopes


@pytest.mark.parametrize("bearer", ["", "expired"])
@pytest.mark.parametrize("address", ["Goal/g", "Goal?patient=me", "Binary/b", "?_getpages=x", "Nonsense/1"])
def test_without_a_good_token_there_is_nothing(serve: Serve, bearer: str, address: str) -> None:
    server = serve(goal("g"))
    server.bearer = bearer

    answer = server.get(address)

    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
    assert json_of(answer)["issue"][0]["code"] == "login"


def test_a_token_counts_only_as_a_bearer_token(serve: Serve) -> None:
    server = serve(goal("g"))

    assert server.get("Goal/g", Authorization="Basic good").status_code == 401
    assert server.get("Goal/g", Authorization="bearer good").status_code == 200
    server.bearer = ""
    assert server.get("Goal/g?access_token=good").status_code == 401


@pytest.mark.parametrize(
    ("scopes", "read", "searched"),
    [
        ("patient/Goal.read", 200, 200),
        ("patient/*.read", 200, 200),
        ("patient/*.*", 200, 200),
        ("patient/Goal.rs", 200, 200),
        ("patient/Goal.cruds", 200, 200),
        ("patient/*.rs", 200, 200),
        ("patient/Goal.r", 200, 403),
        ("patient/Goal.s", 403, 200),
        ("patient/Goal.r patient/Goal.s", 200, 200),
        ("patient/Goal.c", 403, 403),
        ("patient/Goal.write", 403, 403),
        ("patient/Condition.read openid", 403, 403),
        ("user/Goal.read system/*.read", 403, 403),
        ("", 403, 403),
    ],
)
def test_a_scope_reaches_what_it_names(serve: Serve, scopes: str, read: int, searched: int) -> None:
    server = serve(goal("g"))
    server.scopes = scopes

    assert server.get("Goal/g").status_code == read
    assert server.get("Goal?patient=me").status_code == searched


# --- What is not offered


@pytest.mark.parametrize(
    "address",
    [
        "RelatedPerson/1",
        "PractitionerRole?practitioner=1",
        "Coverage?patient=me",
        "Nonsense/1",
        "Binary",
        "Goal/g/_history",
        "Goal/g/_history/1",
        "Goal/_history",
        "_history",
        "Goal/$validate",
        "Patient/me/$everything",
        "$meta",
        "Patient/me/Goal",
        "Medication?status=active",
        "Provenance?target=Goal/g",
        "",
        "goal/g",
        "Goal/an id",
    ],
)
def test_what_is_not_offered_is_not_found(serve: Serve, address: str) -> None:
    answer = serve(goal("g"), patient("me")).get(address)

    assert answer.status_code == 404
    assert json_of(answer)["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "Goal"),
        ("POST", "Goal/_search"),
        ("POST", ""),
        ("PUT", "Goal/g"),
        ("PATCH", "Goal/g"),
        ("DELETE", "Goal/g"),
        ("POST", "Patient/me/$everything"),
        ("POST", "metadata"),
    ],
)
def test_nothing_can_be_written(serve: Serve, method: str, address: str) -> None:
    answer = serve(goal("g")).send(method, address, "{}")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD"
    assert json_of(answer)["issue"][0]["code"] == "not-supported"


@pytest.mark.parametrize("accept", ["application/fhir+xml", "text/html", "application/json;q=0"])
def test_another_format_than_json_is_not_acceptable(serve: Serve, accept: str) -> None:
    server = serve(goal("g"))

    assert server.get("Goal/g", Accept=accept).status_code == 406
    assert server.get("Goal?patient=me&_format=xml").status_code == 406


@pytest.mark.parametrize(
    "accept", ["application/fhir+json", "application/json", "*/*", "text/html, */*;q=0.8"]
)
def test_json_comes_whenever_it_is_acceptable(serve: Serve, accept: str) -> None:
    server = serve(goal("g"))

    assert server.get("Goal/g", Accept=accept).status_code == 200
    assert server.get("Goal?patient=me&_format=application/fhir+json", Accept=accept).status_code == 200


def test_a_search_that_reaches_out_of_the_record_says_so_without_a_word_of_it(serve: Serve) -> None:
    answer = serve(goal("theirs", patient="you")).get("Goal?patient=you")

    assert (answer.status_code, json_of(answer)["issue"][0]["code"]) == (403, "forbidden")
    assert b"theirs" not in body_of(answer)


def test_an_unknown_parameter_is_refused_by_its_name(serve: Serve) -> None:
    answer = serve(goal("g")).get("Goal?patient=me&colour=blue")

    assert answer.status_code == 400
    assert "'colour'" in json_of(answer)["issue"][0]["diagnostics"]


def test_a_fault_of_the_servers_own_is_an_outcome_too(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(goal("g"))
    monkeypatch.setattr(fhir, "world", lambda: None)

    answer = server.get("Goal/g")

    assert (answer.status_code, json_of(answer)["issue"][0]["code"]) == (500, "exception")


# --- Bundles and pages


def test_a_search_answers_with_what_matches_and_where_it_stands(serve: Serve) -> None:
    provenance = {
        "resourceType": "Provenance",
        "id": "p",
        "target": [{"reference": "Goal/a"}],
        "recorded": "2024-05-01T10:00:00Z",
        "agent": [{"who": {"display": "Dr. Amara Osei"}}],
    }

    bundle = serve(goal("a"), goal("b"), goal("c", patient="you"), provenance).bundle(
        "Goal?patient=me&_revinclude=Provenance%3Atarget"
    )

    assert (bundle["type"], bundle["total"]) == ("searchset", 2)
    assert bundle["link"] == [
        {"relation": "self", "url": f"{BASE}Goal?patient=me&_revinclude=Provenance%3Atarget"}
    ]
    assert [(one["fullUrl"], one["search"]["mode"]) for one in bundle["entry"]] == [
        (f"{BASE}Goal/a", "match"),
        (f"{BASE}Goal/b", "match"),
        (f"{BASE}Provenance/p", "include"),
    ]


def test_nothing_found_is_a_bundle_without_entries(serve: Serve) -> None:
    bundle = serve(goal("theirs", patient="you")).bundle("Goal?patient=me")

    assert bundle["total"] == 0
    assert "entry" not in bundle


def test_a_count_comes_without_entries(serve: Serve) -> None:
    bundle = serve(goal("a"), goal("b")).bundle("Goal?patient=me&_summary=count")

    assert bundle["total"] == 2
    assert "entry" not in bundle


def test_the_pages_together_are_the_whole_each_entry_once(serve: Serve) -> None:
    server = serve(*(goal(f"g{number}") for number in range(7)))

    address: str | None = "Goal?patient=me&_count=3"
    pages = []
    while address:
        bundle = server.bundle(address)
        pages.append([one["resource"]["id"] for one in bundle["entry"]])
        assert bundle["total"] == 7
        address = next_of(bundle)

    assert pages == [["g0", "g1", "g2"], ["g3", "g4", "g5"], ["g6"]]


def test_the_next_link_stands_at_the_base_and_says_nothing_of_the_search(serve: Serve) -> None:
    bundle = serve(*(goal(f"g{number}") for number in range(3))).bundle("Goal?patient=me&_count=1")

    following = next_of(bundle)

    assert following is not None
    assert following.startswith("http://127.0.0.1:8001/fhir-request?_getpages=")
    assert "patient" not in following


def test_a_held_search_answers_only_its_own_patient(serve: Serve) -> None:
    server = serve(goal("g1"), goal("g2"))
    following = next_of(server.bundle("Goal?patient=me&_count=1"))
    assert following is not None
    assert server.get(following).status_code == 200

    server.patient = "you"
    answer = server.get(following)

    assert answer.status_code == 410
    assert b"g2" not in body_of(answer)


def test_a_held_search_is_over_after_ten_minutes(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(fhir, "PAGES", Pages(clock=lambda: now))
    server = serve(goal("g1"), goal("g2"))
    following = next_of(server.bundle("Goal?patient=me&_count=1"))
    assert following is not None

    now += HELD_SECONDS - 1
    assert server.get(following).status_code == 200
    now += 1
    assert server.get(following).status_code == 410


def test_a_held_search_needs_its_scope_still(serve: Serve) -> None:
    server = serve(goal("g1"), goal("g2"))
    following = next_of(server.bundle("Goal?patient=me&_count=1"))
    assert following is not None

    server.scopes = "patient/Condition.read"

    assert server.get(following).status_code == 403


@pytest.mark.parametrize("query", ["_getpages=guessed", "_getpages=", "patient=me"])
def test_the_base_answers_only_what_it_handed_out(serve: Serve, query: str) -> None:
    assert serve(goal("g")).get(f"{BASE[:-1]}?{query}").status_code in (404, 410)


def test_five_hundred_are_sent_where_more_are_asked_for(serve: Serve) -> None:
    server = serve(*(goal(f"g{number}") for number in range(501)))

    bundle = server.bundle("Goal?patient=me&_count=10000")

    assert (len(bundle["entry"]), bundle["total"]) == (500, 501)
    assert next_of(bundle)


# --- Files


def test_a_file_comes_as_its_own_bytes_with_its_own_type(serve: Serve) -> None:
    answer = serve(binary(), document("me", "Binary/b")).get("Binary/b", Accept="*/*")

    assert body_of(answer).decode() == "Grüße"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"] == "attachment"


def test_a_file_comes_as_fhir_where_fhir_is_asked_for(serve: Serve) -> None:
    answer = serve(binary(), document("me", f"{BASE}Binary/b")).get(
        "Binary/b", Accept="application/fhir+json"
    )

    found = json_of(answer)
    assert found["resourceType"] == "Binary"
    assert base64.b64decode(found["data"]).decode() == "Grüße"


def test_a_file_that_is_json_itself_comes_as_it_is(serve: Serve) -> None:
    server = serve(binary("application/json", b'{"a": 1}'), document("me", "Binary/b"))

    assert body_of(server.get("Binary/b", Accept="application/json, */*;q=0.8")) == b'{"a": 1}'
    assert json_of(server.get("Binary/b?_format=json"))["resourceType"] == "Binary"


def test_a_file_is_read_only_by_a_patient_whose_record_points_at_it(serve: Serve) -> None:
    server = serve(binary(), document("you", "Binary/b"))

    refused = server.get("Binary/b")
    server.patient = "you"

    assert refused.status_code == 403
    assert server.get("Binary/b").status_code == 200


def test_a_file_that_nobody_points_at_is_not_there(serve: Serve) -> None:
    assert serve(binary(), document("me", "Binary/other")).get("Binary/b").status_code == 404


@pytest.mark.parametrize(
    ("scopes", "status"),
    [
        ("patient/DocumentReference.rs", 200),
        ("patient/Binary.read", 200),
        ("patient/DiagnosticReport.read", 403),
    ],
)
def test_a_file_needs_the_scope_of_what_points_at_it(serve: Serve, scopes: str, status: int) -> None:
    server = serve(binary(), document("me", "Binary/b"))
    server.scopes = scopes

    assert server.get("Binary/b").status_code == status


def test_a_files_type_cannot_smuggle_a_header_in(serve: Serve) -> None:
    answer = serve(binary("text/plain\r\nSet-Cookie: a=b"), document("me", "Binary/b")).get("Binary/b")

    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert "Set-Cookie" not in answer.headers


# --- What it says of itself


def test_the_capability_statement_needs_no_token_and_lists_what_is_served(serve: Serve) -> None:
    server = serve()
    server.bearer = ""

    statement = json_of(server.get("metadata"))

    (rest,) = statement["rest"]
    listed = {one["type"]: one for one in rest["resource"]}
    assert set(listed) == {*CATALOGUE, "Binary"}
    assert [one["code"] for one in listed["Medication"]["interaction"]] == ["read"]
    assert {one["name"] for one in listed["CareTeam"]["searchParam"]} == {
        *("_id", "_lastUpdated", "patient", "role", "status")
    }
    assert listed["MedicationRequest"]["searchInclude"][1] == "MedicationRequest:medication"
    assert "look-alike" in statement["software"]["name"]
    addresses = rest["security"]["extension"][0]["extension"]
    assert {one["url"]: one["valueUri"] for one in addresses}["token"].endswith("/smartauth/oauth/token")


def test_the_capability_statement_is_json_only(serve: Serve) -> None:
    assert serve().get("metadata", Accept="application/fhir+xml").status_code == 406


def test_a_bundle_of_five_hundred_is_joined_and_not_written_anew(serve: Serve) -> None:
    world = World((), (goal(f"g{number}", note=[{"text": "1" * 50}]) for number in range(500)), base=BASE)

    answer = serve(world).get("Goal?patient=me&_count=500")

    one = world.get("Goal", "g499")
    assert one is not None
    assert one.body in body_of(answer)
    assert len(json.loads(body_of(answer))["entry"]) == 500


def test_each_answer_can_be_made_to_take_its_time(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(goal("g"))
    monkeypatch.setattr(config, "LATENCY_MS", 40)

    started = time.monotonic()

    assert server.get("Goal/g").status_code == 200
    assert time.monotonic() - started >= 0.04
