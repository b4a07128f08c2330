"""The trouble switches: what they bite and how often, what an app sees of them, and who sets them."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from demo_server.trouble import SWITCHES, BadSwitch, Switch, Switches, switch_from, token_trouble
from tests.demo_server.fhir_side import ORIGIN, Fhir, body_of, json_of, next_of

Serve = Callable[..., Fhir]
TEMPLATES = Path(__file__).parents[2] / "demo_server" / "templates"


def switches(*given: dict[str, Any]) -> Switches:
    one = Switches()
    one.replace(map(switch_from, given))
    return one


def test_a_switch_bites_its_own_type_only() -> None:
    set_ = switches({"kind": "status", "status": 503, "on": "AllergyIntolerance"})

    assert set_.take("status", "Observation", "search") is None
    assert set_.take("slow", "AllergyIntolerance", "search") is None
    taken = set_.take("status", "AllergyIntolerance", "search")
    assert taken is not None
    assert taken.status == 503


def test_a_switch_on_everything_bites_every_type() -> None:
    set_ = switches({"kind": "broken-json"})

    assert set_.take("broken-json", "Patient", "read")
    assert set_.take("broken-json", "Binary", "read")


def test_a_switch_may_be_for_further_pages_only() -> None:
    set_ = switches({"kind": "status", "interaction": "next"})

    assert set_.take("status", "Observation", "search") is None
    assert set_.take("status", "Observation", "next")


def test_a_switch_lets_the_first_ones_pass_and_then_wears_out() -> None:
    set_ = switches({"kind": "status", "after": 1, "times": 2})

    assert [bool(set_.take("status", "Goal", "read")) for _ in range(5)] == [False, True, True, False, False]
    assert (set_.all()[0]["after"], set_.all()[0]["times"]) == (0, 0)


def test_a_worn_out_switch_makes_room_for_the_next() -> None:
    set_ = switches({"kind": "status", "status": 500, "times": 1}, {"kind": "status", "status": 404})

    assert [one.status for _ in range(2) if (one := set_.take("status", "Goal"))] == [500, 404]


def test_whoever_hangs_is_let_go_when_the_switches_are_cleared() -> None:
    set_ = switches({"kind": "hang", "seconds": 600})
    taken = set_.take("hang", "Goal", "search")
    assert taken is not None
    waiting = threading.Thread(target=set_.wait, args=(taken,), daemon=True)

    waiting.start()
    waiting.join(0.05)
    assert waiting.is_alive()
    set_.clear()
    waiting.join(10)

    assert not waiting.is_alive()


@pytest.mark.parametrize(
    "given",
    [
        "status",
        {},
        {"kind": "earthquake"},
        {"kind": "status", "on": "Starship"},
        {"kind": "status", "status": 200},
        {"kind": "status", "status": "503"},
        {"kind": "status", "times": -1},
        {"kind": "status", "times": True},
        {"kind": "slow", "seconds": 6000},
        {"kind": "status", "interaction": "history"},
        {"kind": "status", "until": "tomorrow"},
    ],
)
def test_what_makes_no_sense_cannot_be_set(given: Any) -> None:
    with pytest.raises(BadSwitch):
        switch_from(given)


# --- What an app sees of it


def goals(number: int, patient: str = "me") -> list[dict[str, Any]]:
    return [
        {
            "resourceType": "Goal",
            "id": f"{patient}-{one}",
            "lifecycleStatus": "active",
            "description": {"text": "Sleep through the night"},
            "subject": {"reference": f"Patient/{patient}"},
            "target": [{"dueDate": f"20{one:02}-01-01"}],
        }
        for one in range(10, 10 + number)
    ]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 429, 500, 502, 503, 504])
def test_each_status_can_be_had(serve: Serve, status: int) -> None:
    server = serve(*goals(1))
    server.trouble({"kind": "status", "status": status, "on": "Goal", "retry_after": 30})

    for address in ("Goal?patient=me", "Goal/me-10"):
        answer = server.get(address)
        assert answer.status_code == status
        assert answer.headers["Retry-After"] == "30"
        assert json_of(answer)["resourceType"] == "OperationOutcome"
        assert ("WWW-Authenticate" in answer.headers) == (status == 401)
    assert server.get("Condition?patient=me").status_code == 200


def test_a_status_that_wears_out_gives_way_to_the_answer(serve: Serve) -> None:
    server = serve(*goals(1))
    server.trouble({"kind": "status", "status": 503, "times": 1})

    assert [server.get("Goal?patient=me").status_code for _ in range(2)] == [503, 200]


def test_the_second_page_alone_can_fail(serve: Serve) -> None:
    server = serve(*goals(2))
    server.trouble({"kind": "status", "status": 500, "interaction": "next"})

    following = next_of(server.bundle("Goal?patient=me&_count=1"))

    assert following is not None
    assert server.get(following).status_code == 500


def test_slow_is_late_and_complete(serve: Serve) -> None:
    server = serve(*goals(1))
    server.trouble({"kind": "slow", "seconds": 0.05})

    started = time.monotonic()

    assert server.ids("Goal?patient=me") == ["me-10"]
    assert time.monotonic() - started >= 0.05


def test_hanging_ends_without_the_answer(serve: Serve) -> None:
    server = serve(*goals(1))
    server.trouble({"kind": "hang", "seconds": 0.01})

    assert server.get("Goal?patient=me").status_code == 504


@pytest.mark.parametrize("address", ["Goal?patient=me", "Goal/me-10"])
def test_broken_json_breaks_off(serve: Serve, address: str) -> None:
    server = serve(*goals(1))
    server.trouble({"kind": "broken-json"})

    answer = server.get(address)

    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(body_of(answer))


def test_the_next_link_can_lead_elsewhere(serve: Serve) -> None:
    server = serve(*goals(1))
    server.trouble({"kind": "foreign-next", "url": "http://127.0.0.1:9/fhir-request?_getpages=1"})

    assert next_of(server.bundle("Goal?patient=me")) == "http://127.0.0.1:9/fhir-request?_getpages=1"


def test_the_next_link_can_lead_round_in_a_circle(serve: Serve) -> None:
    server = serve(*goals(3))
    server.trouble({"kind": "looping-next"})

    first = server.bundle("Goal?patient=me&_count=2")
    following = next_of(first)
    assert following is not None
    second = server.bundle(following)

    assert next_of(second) == following
    assert [one["fullUrl"] for one in second["entry"]] == [one["fullUrl"] for one in first["entry"]]


@pytest.mark.parametrize("others", [goals(1, patient="you"), []])
def test_another_patients_entry_can_stand_in_a_bundle(serve: Serve, others: list[dict[str, Any]]) -> None:
    server = serve(*goals(1), *others)
    server.trouble({"kind": "foreign-patient", "on": "Goal"})

    subjects = [one["resource"]["subject"]["reference"] for one in server.bundle("Goal?patient=me")["entry"]]

    assert subjects[0] == "Patient/me"
    assert subjects[1] not in ("", "Patient/me")


def test_a_file_can_be_refused(serve: Serve) -> None:
    server = serve()
    server.trouble({"kind": "refused-binary"})

    assert server.get("Binary/b").status_code == 403
    server.trouble()
    assert server.get("Binary/b").status_code == 404


def test_the_order_asked_for_can_be_ignored(serve: Serve) -> None:
    server = serve(*goals(12))
    asked = "Goal?patient=me&_sort=target-date"
    in_order = server.ids(asked)

    server.trouble({"kind": "ignored-sort"})

    assert sorted(server.ids(asked)) == in_order
    assert server.ids(asked) not in (in_order, in_order[::-1])


def test_the_token_endpoint_learns_what_to_answer(serve: Serve) -> None:
    serve().trouble({"kind": "token-status", "status": 500, "times": 1})

    taken = token_trouble()

    assert taken is not None
    assert taken.status == 500
    assert token_trouble() is None


# --- Setting it


def test_tests_set_and_clear_the_switches_by_json(serve: Serve) -> None:
    server = serve(*goals(1))
    address = f"{ORIGIN}/demo/trouble.json"

    answer = server.send(
        "PUT", address, json.dumps({"switches": [{"kind": "status", "on": "Goal", "status": 503}]})
    )
    troubled = server.get("Goal/me-10").status_code
    cleared = server.send("DELETE", address)

    assert json.loads(body_of(answer))["switches"][0]["status"] == 503
    assert troubled == 503
    assert json.loads(body_of(cleared)) == {"switches": []}
    assert server.get("Goal/me-10").status_code == 200


@pytest.mark.parametrize("body", ["{", "[]", "{}", '{"switches": [{"kind": "earthquake"}]}'])
def test_a_wrong_list_of_switches_changes_nothing(serve: Serve, body: str) -> None:
    server = serve(*goals(1))
    server.trouble({"kind": "status", "status": 503})

    answer = server.send("PUT", f"{ORIGIN}/demo/trouble.json", body)

    assert answer.status_code == 400
    assert server.get("Goal/me-10").status_code == 503


@pytest.fixture
def staff(serve: Serve, settings: Settings) -> Client:
    """Somebody who gives a demonstration, at a browser that the CSRF check applies to."""
    serve()
    settings.MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
    settings.CSRF_FAILURE_VIEW = (
        "django.views.csrf.csrf_failure"  # the demo server's; these are the portal's settings
    )
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [TEMPLATES], "APP_DIRS": False}
    ]
    return Client(enforce_csrf_checks=True)


def token_in(page: str) -> str:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    return found[1]


def test_staff_set_and_clear_a_switch_on_the_page(staff: Client) -> None:
    page = staff.get("/demo/trouble").content.decode()
    assert "Nothing. The server answers as it should." in page
    given = {
        "csrfmiddlewaretoken": token_in(page),
        "kind": "status",
        "on": "Goal",
        "status": "429",
        "retry_after": "30",
    }

    page = staff.post("/demo/trouble", given, follow=True).content.decode()
    assert "Answers with an error status" in page
    assert SWITCHES.take("status", "Goal") == Switch(kind="status", on="Goal", status=429, retry_after=30)

    page = staff.post(
        "/demo/trouble", {"csrfmiddlewaretoken": token_in(page), "clear": "yes"}, follow=True
    ).content.decode()
    assert "Nothing. The server answers as it should." in page
    assert SWITCHES.all() == []


def test_what_cannot_be_set_is_said_on_the_page(staff: Client) -> None:
    given = {
        "csrfmiddlewaretoken": token_in(staff.get("/demo/trouble").content.decode()),
        "kind": "slow",
        "seconds": "long",
    }

    page = staff.post("/demo/trouble", given)

    assert page.status_code == 400
    assert "seconds must be a number" in page.content.decode()


def test_a_page_elsewhere_cannot_set_a_switch(staff: Client) -> None:
    json_type = "application/json"

    assert staff.post("/demo/trouble", {"kind": "status"}).status_code == 403
    assert staff.post("/demo/trouble.json", '{"switches": []}', content_type=json_type).status_code == 405
    assert staff.put("/demo/trouble.json", '{"switches": []}', content_type="text/plain").status_code == 415
    assert staff.put("/demo/trouble.json", '{"switches": []}', content_type=json_type).status_code == 200
