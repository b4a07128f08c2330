"""What a reader sees when the record server has trouble: the matrix of the contract, row by row, from outside."""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from django.test import Client

from records.fhir.client import FhirClient
from records.kinds import KINDS
from tests.people import BASE, Person, sign_in
from tests.records.conftest import RecordServer
from tests.resources import (
    SUBJECT,
    allergy,
    bundle,
    condition,
    document_reference,
    medication_request,
    observation,
    patient,
)
from tests.smart_auth.agency import SMART_CONFIGURATION, TOKEN

ALLERGIES = "AllergyIntolerance"
SAFE = "The record at the agency is safe"
OUTCOME = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}


def words(page: str) -> str:
    """A page's main part as a reader reads it."""
    main = re.search(r"<main.*</main>", page, re.DOTALL)
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", main[0] if main else page, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def says_no(page: str) -> bool:
    """Whether "no" or "none" stands in it as a word of its own."""
    return bool(re.search(r"\b(no|none)\b", words(page), re.IGNORECASE))


def failed(reader: Person, page: str = "allergies/") -> str:
    """A section's page that could not be loaded: it says so, that the record is safe, and never "no"."""
    text = reader.read(page)
    assert SAFE in words(text)
    assert not says_no(text)
    assert "Nothing came back" not in text
    return text


# --- A whole answer other than 200
@pytest.mark.parametrize(
    ("status", "what", "action"),
    [
        (400, "a problem on our side", "Try again"),
        (422, "a problem on our side", "Try again"),
        (403, "did not let this app read this part", "Ask the agency"),
        (404, "is not there", "ask the agency"),
        (410, "is not there", "ask the agency"),
        (408, "did not answer in time", "Try again"),
        (504, "did not answer in time", "Try again"),
        (429, "Too many requests", "Try again in 30 seconds"),
        (503, "cannot answer just now", "Try again in 30 seconds"),
        (500, "has a problem", "Wait some minutes"),
        (502, "has a problem", "Wait some minutes"),
        (599, "has a problem", "Wait some minutes"),
        (418, "could not read", "Try again"),
        (204, "could not read", "Try again"),
        (302, "could not read", "Try again"),
    ],
)
def test_each_status_says_what_happened_and_what_to_do(
    reader: Person, server: RecordServer, status: int, what: str, action: str
) -> None:
    server.arrange(ALLERGIES, OUTCOME, status=status, headers={"Retry-After": "30"})

    page = words(failed(reader))

    assert what in page
    assert action in page


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599, 403, 404])
def test_a_servers_own_word_is_asked_for_exactly_once(
    reader: Person, server: RecordServer, status: int
) -> None:
    server.arrange(ALLERGIES, OUTCOME, status=status)

    failed(reader)

    assert len(server.asked(ALLERGIES)) == 1


@pytest.mark.parametrize("trouble", [requests.ReadTimeout(), requests.ConnectTimeout(), 408])
def test_a_time_out_is_tried_once_more(reader: Person, server: RecordServer, trouble: Any) -> None:
    if isinstance(trouble, int):
        server.arrange(ALLERGIES, OUTCOME, status=trouble)
    else:
        server.arrange(ALLERGIES, trouble)
    server.also(ALLERGIES, bundle(allergy()))

    assert "Penicillin" in reader.read("allergies/")
    assert len(server.asked(ALLERGIES)) == 2


@pytest.mark.parametrize("trouble", [requests.ReadTimeout(), requests.ConnectionError("refused"), 408])
def test_after_a_second_time_out_the_reader_is_told(
    reader: Person, server: RecordServer, trouble: Any
) -> None:
    if isinstance(trouble, int):
        server.arrange(ALLERGIES, OUTCOME, status=trouble)
    else:
        server.arrange(ALLERGIES, trouble)

    failed(reader)

    assert len(server.asked(ALLERGIES)) == 2


def test_a_connection_that_breaks_off_is_not_called_insecure(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, requests.ConnectionError(ConnectionResetError(104, "Connection reset by peer")))

    page = words(failed(reader))

    assert "the connection to it broke off" in page
    assert "secure" not in page


def test_the_short_number_stands_openly_in_every_notice_and_the_servers_own_for_staff(
    reader: Person, server: RecordServer
) -> None:
    server.whole_record()
    server.arrange(ALLERGIES, OUTCOME, status=500, headers={"X-Request-Id": "theirs-7"})
    server.arrange("Condition", bundle(condition(subject={"reference": "Patient/p2"})))

    for page in ("", "allergies/", "conditions/"):
        answer = reader.get(page)
        openly = re.sub(r"<details.*?</details>", "", answer.content.decode(), flags=re.DOTALL)
        notices = len(re.findall(r'<div class="gap">\s*<h', openly))
        assert notices > 0
        assert openly.count(f"<code>{answer['X-Request-Id']}</code>") == notices
        assert "theirs-7" not in openly
    assert "<code>theirs-7</code>" in reader.read("allergies/")


def test_a_connection_that_is_not_secure_is_not_tried_again_nor_without_tls(
    reader: Person, server: RecordServer
) -> None:
    server.arrange(ALLERGIES, requests.exceptions.SSLError("certificate verify failed"))

    assert "A secure connection to the agency’s system could not be made" in failed(reader)
    assert [request.url for request in server.asked() if not (request.url or "").startswith("https:")] == []
    assert len(server.asked(ALLERGIES)) == 1


def test_a_redirect_is_not_followed(reader: Person, server: RecordServer) -> None:
    elsewhere = server.mock.get("https://elsewhere.example/AllergyIntolerance", json=bundle(allergy()))
    server.arrange(
        ALLERGIES, status=302, headers={"Location": "https://elsewhere.example/AllergyIntolerance"}
    )

    failed(reader)

    assert elsewhere.call_count == 0


# --- 400
def test_a_refused_question_is_asked_more_plainly_and_the_plain_form_is_remembered(
    reader: Person, server: RecordServer
) -> None:
    server.by(ALLERGIES, lambda query: 400 if "_count" in query else bundle(allergy()))

    assert "Penicillin" in reader.read("allergies/")
    assert "Penicillin" in sign_in().read("allergies/")

    assert server.queries(ALLERGIES) == [
        {"patient": "p1", "_count": "500"},
        {"patient": "p1"},
        {"patient": "p1"},
    ]


def test_intents_that_a_server_does_not_take_are_narrowed_and_nothing_else(
    reader: Person, server: RecordServer
) -> None:
    server.by("MedicationRequest", lambda query: 400 if "proposal" in query.get("intent", "") else bundle())

    assert "Nothing came back" in reader.read("medications/")
    assert "order" in server.queries("MedicationRequest")[-1]["intent"]


# --- 401
def renewing(server: RecordServer, browser: Client, *tokens: str) -> Person:
    server.mock.get(SMART_CONFIGURATION, status=404)
    for number, token in enumerate(tokens):
        server.mock.post(
            TOKEN,
            json={
                "access_token": token,
                "token_type": "Bearer",
                "expires_in": 3600,
                "patient": "p1",
                "refresh_token": f"refresh-canary-{number + 2}",
            },
        )
    return sign_in(browser, refresh_token="refresh-canary-1")


def test_a_refused_token_is_renewed_once_and_the_question_asked_once_more(
    database_file: None, server: RecordServer
) -> None:
    reader = renewing(server, Client(), "access-canary-2")
    server.arrange(ALLERGIES, OUTCOME, status=401)
    server.also(ALLERGIES, bundle(allergy()))

    assert "Penicillin" in reader.read("allergies/")

    sent = [request.headers["Authorization"] for request in server.asked(ALLERGIES)]
    assert sent == ["Bearer access-canary-1", "Bearer access-canary-2"]


def test_a_renewed_token_that_is_refused_too_ends_in_the_sign_in_page(
    database_file: None, server: RecordServer
) -> None:
    reader = renewing(server, Client(), "access-canary-2", "access-canary-3")
    server.arrange("Patient/p1", OUTCOME, status=401)
    server.arrange(ALLERGIES, OUTCOME, status=401)

    answer = reader.get("allergies/")

    assert answer.status_code == 401
    assert "Sign in again" in answer.content.decode()
    assert len(server.asked(ALLERGIES)) == 2
    assert reader.session.tokens is None


def test_a_refused_token_that_cannot_be_renewed_ends_in_the_sign_in_page(
    database_file: None, server: RecordServer
) -> None:
    reader = sign_in()
    server.arrange("Patient/p1", OUTCOME, status=401)
    server.arrange(ALLERGIES, OUTCOME, status=401)

    answer = reader.get("allergies/")

    assert answer.status_code == 401
    assert f"/record/{reader.access}/allergies/" in unescape(answer.content.decode()).replace("%2F", "/")
    assert len(server.asked(ALLERGIES)) == 1


def test_a_token_that_is_refused_at_once_may_belong_to_another_agency(
    database_file: None, server: RecordServer
) -> None:
    reader = sign_in(signed_in_seconds_ago=1)
    server.arrange("Patient/p1", OUTCOME, status=401)
    server.arrange(ALLERGIES, OUTCOME, status=401)

    assert "another agency" in reader.get("allergies/").content.decode()


def test_a_token_refused_in_the_middle_of_a_list_drops_the_page(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("smart_auth.renewal.SessionTokens.renew", lambda *_seen: "access-canary-2")
    server.arrange(ALLERGIES, bundle(allergy(), next=f"{BASE}more?page=2"))
    server.arrange("more", OUTCOME, status=401)
    assert "Penicillin" in reader.read("allergies/")
    server.arrange("Patient/p1", OUTCOME, status=401)

    answer = reader.get("allergies/rest/")

    assert answer.status_code == 401
    assert "Penicillin" not in answer.content.decode()


@pytest.mark.parametrize("can_renew", [True, False])
def test_a_401_for_one_kind_alone_is_the_trouble_of_that_section(
    database_file: None, server: RecordServer, can_renew: bool
) -> None:
    reader = renewing(server, Client(), "access-canary-2", "access-canary-3") if can_renew else sign_in()
    server.whole_record(Condition=[condition()])
    server.arrange(ALLERGIES, OUTCOME, status=401)

    page = words(failed(reader))

    assert "takes this sign-in for the rest of the record" in page
    assert "Major depression" in reader.read("conditions/")
    assert "takes this sign-in for the rest" in reader.read()
    assert reader.session.tokens is not None
    # However often it is looked at: a token is not renewed again and again for what it is not about.
    assert len(server.asked(TOKEN)) == can_renew


def test_a_401_that_is_not_about_the_kind_any_more_ends_in_the_sign_in_page(
    database_file: None, server: RecordServer
) -> None:
    reader = sign_in()
    server.arrange(ALLERGIES, OUTCOME, status=401)
    failed(reader)
    server.arrange("Patient/p1", OUTCOME, status=401)

    assert reader.get("allergies/").status_code == 401


# --- asked anew
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_what_was_shown_stays_when_it_cannot_be_fetched_anew(
    reader: Person, server: RecordServer, status: int
) -> None:
    server.arrange(ALLERGIES, bundle(allergy()))
    assert "Penicillin" in reader.read("allergies/")
    server.arrange(ALLERGIES, OUTCOME, status=status)

    page = words(reader.read("allergies/?refresh=yes"))

    assert "Penicillin" in page
    assert "Allergies and reactions: could not be renewed" in page
    assert "What was fetched before is still shown" in page


def test_what_is_not_shared_any_more_is_not_shown_any_more(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, bundle(allergy()))
    assert "Penicillin" in reader.read("allergies/")
    server.arrange(ALLERGIES, OUTCOME, status=403)

    page = words(reader.read("allergies/?refresh=yes"))

    assert "not shared with this app" in page
    assert "Penicillin" not in page


def test_an_answer_that_comes_again_takes_the_place_of_what_was_kept(
    reader: Person, server: RecordServer
) -> None:
    server.arrange(ALLERGIES, bundle(allergy()))
    assert "Penicillin" in reader.read("allergies/")
    server.arrange(ALLERGIES, bundle(allergy(code={"text": "Latex"})))

    page = words(reader.read("allergies/?refresh=yes"))

    assert "Latex" in page
    assert "Penicillin" not in page


# --- 429, 503: the gate
@pytest.mark.parametrize("status", [429, 503])
def test_while_the_server_asks_for_a_pause_no_section_asks_anything(
    reader: Person, server: RecordServer, status: int
) -> None:
    server.whole_record()
    server.arrange(ALLERGIES, OUTCOME, status=status, headers={"Retry-After": "240"})
    failed(reader)
    asked = len(server.asked())

    for slug in KINDS:
        assert "Wait about 4 minutes" in words(failed(reader, f"{slug}/"))
    reader.read("")

    assert len(server.asked()) == asked


def test_a_pause_that_the_server_asks_for_is_told_as_one(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, OUTCOME, status=503, headers={"Retry-After": "240"})
    failed(reader)

    page = words(failed(reader, "conditions/"))

    assert "cannot answer just now" in page
    assert "Too many requests" not in page


def test_a_pause_is_of_one_sign_in_alone(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, OUTCOME, status=429, headers={"Retry-After": "240"})
    failed(reader)
    server.arrange(ALLERGIES, bundle(allergy()))

    assert "Penicillin" in sign_in().read("allergies/")


@pytest.mark.parametrize(
    ("retry_after", "words_of_it"),
    [
        ("0", "in 0 seconds"),
        ("1", "in 1 second."),
        ("60", "in 60 seconds"),
        ("90", "about 2 minutes"),
        ("999999999", "about 60 minutes"),
        ("9" * 5000, "about 60 minutes"),
        ("Fri, 31 Dec 9999 23:59:59 GMT", "about 60 minutes"),
        ("Thu, 01 Jan 1970 00:00:00 GMT", "in 0 seconds"),
        ("soon", "in a few minutes"),
        ("²", "in a few minutes"),
        ("-5", "in a few minutes"),
        (None, "in a few minutes"),
    ],
)
def test_whatever_stands_in_retry_after_is_told_in_words(
    reader: Person, server: RecordServer, retry_after: str | None, words_of_it: str
) -> None:
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    server.arrange(ALLERGIES, OUTCOME, status=429, headers=headers)

    assert words_of_it in words(failed(reader))


# --- 200, and yet nothing to read
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"5",
        b"<html><body>Log in</body></html>",
        b'{"resourceType": "Patient", "id": "p1"}',
        b'{"resourceType": "Bundle", "entry": {"resource": {}}}',
        b'{"resourceType": "Bundle", "entry": ' + b"[" * 100_000,
        b"\xff\xfe{}",
        b'{"resourceType": "OperationOutcome", "issue": [{"severity": "fatal"}]}',
        b'{"resourceType": "OperationOutcome", "issue": [{"severity": "error"}, {"severity": "warning"}]}',
        b'{"resourceType": "OperationOutcome"}',
        b'{"resourceType": "OperationOutcome", "issue": [{"severity": "warning"}]}',
        b'{"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]}',
    ],
    ids=range(15),
)
def test_an_answer_that_is_no_list_is_a_failure_and_never_an_empty_list(
    reader: Person, server: RecordServer, body: bytes
) -> None:
    server.arrange(ALLERGIES, body)

    assert "could not read" in failed(reader)
    assert len(server.asked(ALLERGIES)) == 1


def test_a_page_of_html_is_a_failure_whatever_it_holds(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, bundle(), headers={"Content-Type": "text/html"})
    server.mock.replace("GET", BASE + ALLERGIES, json=bundle(allergy()), content_type="text/html")

    failed(reader)


def test_an_outcome_in_the_place_of_a_list_takes_no_allergy_away(
    reader: Person, server: RecordServer
) -> None:
    server.arrange(ALLERGIES, bundle(allergy()))
    assert "Penicillin" in reader.read("allergies/")
    server.arrange(
        ALLERGIES,
        {"resourceType": "OperationOutcome", "issue": [{"severity": "information", "code": "informational"}]},
    )

    page = reader.read("allergies/?refresh=yes")

    assert "Penicillin" in page
    assert "could not be renewed" in page


@pytest.mark.parametrize("mode", ["outcome", "match", None])
def test_a_warning_beside_the_entries_says_that_some_may_be_missing(
    reader: Person, server: RecordServer, mode: str | None
) -> None:
    answer = bundle(allergy())
    answer["entry"].append(
        {"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning"}]}}
        | ({"search": {"mode": mode}} if mode else {})
    )
    server.arrange(ALLERGIES, answer)

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "some entries may be missing" in page


def test_more_bytes_than_we_take_are_not_taken(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(FhirClient._get.__kwdefaults__ or {}, "most", 1000)
    server.arrange(ALLERGIES, bundle(*(allergy(id=f"a{n}") for n in range(50))))

    assert "more than this page can take" in failed(reader)


# --- Wrong elements around the entries
@pytest.mark.parametrize(
    "odd",
    [
        {"total": "12"},
        {"total": 1.5},
        {"total": None},
        {"link": None},
        {"link": {"relation": "next"}},
        {"link": [None, 5]},
        {"type": 5},
        {"link": [{"relation": "self", "url": 5}]},
    ],
)
def test_a_wrong_element_of_a_bundle_costs_no_entry(
    reader: Person, server: RecordServer, odd: dict[str, Any]
) -> None:
    server.arrange(ALLERGIES, bundle(allergy()) | odd)

    assert "Penicillin" in reader.read("allergies/")


@pytest.mark.parametrize("entry", [5, None, "text", [], {"resource": None}, {}, {"fullUrl": 7}])
def test_an_entry_without_a_resource_costs_no_other_and_is_counted(
    reader: Person, server: RecordServer, entry: Any
) -> None:
    answer = bundle(allergy(), allergy(id="a2", code={"text": "Latex"}))
    answer["entry"].insert(1, entry)
    server.arrange(ALLERGIES, answer)

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Latex" in page
    assert "1 entry could not be read" in page


def test_a_next_link_that_is_no_address_makes_the_list_incomplete(
    reader: Person, server: RecordServer
) -> None:
    server.arrange(ALLERGIES, bundle(allergy()) | {"link": [{"relation": "next", "url": 5}]})

    page = reader.read("allergies/rest/")

    assert "Penicillin" in page
    assert "this list is not complete" in page


# --- A long list that breaks off
def test_when_the_third_of_five_pages_fails_the_first_two_stay_and_the_rest_can_be_loaded(
    reader: Person, server: RecordServer
) -> None:
    server.arrange(ALLERGIES, bundle(allergy(), next=f"{BASE}page?n=2"))
    server.by(
        "page",
        lambda query: (
            500
            if query["n"] == "3"
            else bundle(allergy(id="a2", code={"text": "Latex"}), next=f"{BASE}page?n=3")
        ),
    )

    page = words(reader.read("allergies/rest/"))

    assert "Penicillin" in page
    assert "Latex" in page
    assert "this list is not complete" in page
    assert "2 entries arrived" in page
    assert "Load the rest" in page
    assert not re.search(r"\bno\b", page)

    server.by("page", lambda query: bundle(allergy(id=f"n{query['n']}", code={"text": "Nickel"})))
    again = words(reader.read("allergies/rest/"))
    assert "Nickel" in again
    assert "not complete" not in again
    assert [query["n"] for query in server.queries("page")] == ["2", "3", "3"]
    assert len(server.asked(ALLERGIES)) == 1


def test_an_empty_list_that_breaks_off_is_not_called_empty(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, bundle(next=f"{BASE}page?n=2"))
    server.arrange("page", OUTCOME, status=500)

    page = words(reader.read("allergies/rest/"))

    assert "this list is not complete" in page
    assert "Nothing came back" not in page
    assert not re.search(r"\bno(ne)?\b", page)


def test_a_circle_of_next_links_is_left(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, bundle(allergy(), next=f"{BASE}page?n=2"))
    server.by("page", lambda query: bundle(next=f"{BASE}page?n={5 - int(query['n'])}"))

    page = words(reader.read("allergies/rest/"))

    assert "Penicillin" in page
    assert "this list is not complete" in page
    assert "Load the rest" not in page
    assert len(server.asked("page")) == 2


def test_next_links_without_end_are_left(
    reader: Person, server: RecordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.fetching.asking.MOST_PAGES", 10)
    server.arrange(ALLERGIES, bundle(allergy(), next=f"{BASE}page?n=2"))
    server.by("page", lambda query: bundle(next=f"{BASE}page?n={int(query['n']) + 1}"))

    assert "this list is not complete" in reader.read("allergies/rest/")
    reader.read("allergies/rest/")
    assert len(server.asked("page")) <= 10


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/fhir-request/AllergyIntolerance?page=2",
        "https://fhir.example.evil.example/fhir-request/AllergyIntolerance",
        "https://evil.example/?https://fhir.example/fhir-request/",
        "https://evil.example/fhir.example/fhir-request/",
        "https://fhir.example:8443/fhir-request/AllergyIntolerance?page=2",
        "http://fhir.example:8080/fhir-request/AllergyIntolerance?page=2",
        "https://fhir.example@evil.example/fhir-request/x",
        "https://someone@fhir.example/fhir-request/x",
        "https://fhir.example\\@evil.example/fhir-request/x",
        "https://169.254.169.254/fhir-request/latest/meta-data",
        "https://127.0.0.1/fhir-request/x",
        "https://[::1]/fhir-request/x",
        "//evil.example/fhir-request/x",
        "https://fhir.example/admin",
        "https://fhir.example/fhir-request-other/x",
        "https://fhir.example/fhir-request/../admin",
        "https://fhir.example/fhir-request/%2e%2e/admin",
        "https://fhir.example/fhir-request/%252e%252e/admin",
        "../admin",
        "file:///etc/passwd",
        "https://fhir.example:99999/fhir-request/x",
        "https://fhir.example:0/fhir-request/x",
        "https://fhir.example/fhir-request/..;/admin",
        "https://fhir.example/fhir-request/..;a=b/admin",
        "https://fhir.example/fhir-request/%2e%2e%3b/admin",
        "https://fhir.example/fhir-request/.;x/admin",
        "https://fhir.example/fhir-request/%25252e%25252e/admin",
        "https://fhir.example/fhir-request/a%2f..%2f..%2fadmin",
        "https://fhir.example/fhir-request/a%5c..%5cadmin",
        "https://fhir.example/fhir-request/x%0d%0aHost:evil.example",
        "https://fhir.example/fhir-request/x\x7f",
        "https://fhir.example/fhir-request/x?n=2\x7f",
        "https://fhir.example/fhir-request/x\u0085",
        "https://fhir.example/fhir-request/x%C2%85",
        "https://fhir.example/fhir-request/x\r\nHost: evil.example",
    ],
)
def test_a_link_out_of_the_record_server_gets_no_request_and_is_told(
    reader: Person, server: RecordServer, link: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.arrange(ALLERGIES, bundle(allergy(), next=link))

    page = words(reader.read("allergies/rest/"))

    assert "Penicillin" in page
    assert "this list is not complete" in page
    assert len(server.asked()) == 2  # the patient, and the first page
    assert "security: a link out of the record server was not followed" in caplog.text


@pytest.mark.parametrize(
    "link",
    [
        "https://fhir.example/fhir-request/AllergyIntolerance;v=1?page=2",
        "https://fhir.example/fhir-request/a..b?page=2",
        "https://fhir.example/fhir-request/100%25?page=../../2",
        "https://fhir.example/fhir-request;jsessionid=1/x?page=2",
    ],
)
def test_a_link_that_only_looks_odd_is_followed_if_it_stays_below_the_base(
    reader: Person, server: RecordServer, link: str
) -> None:
    server.arrange(ALLERGIES, bundle(allergy(), next=link))
    server.arrange(link.split("?")[0], bundle(allergy(id="a2", code={"text": "Latex"})))

    is_below = link.startswith(f"{BASE}")
    assert ("Latex" in reader.read("allergies/rest/")) is is_below


@pytest.mark.parametrize("link", ["https://evil.example/fhir-request/x", "", "http://[", None])
def test_a_link_that_leads_away_or_in_a_circle_is_told_on_the_overview(
    reader: Person, server: RecordServer, link: str | None
) -> None:
    server.whole_record()

    def answer(query: dict[str, str]) -> Any:
        itself = f"{BASE}{ALLERGIES}?{urlencode(query)}"
        return bundle(allergy(), next=itself if link == "" else link)

    server.by(ALLERGIES, answer)

    page = words(reader.read())

    assert ("this list is not complete" in page) is (link is not None)
    assert "Penicillin" in page


def test_a_relative_next_link_is_followed(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, bundle(allergy(), next="page?n=2"))
    server.arrange("page", bundle(allergy(id="a2", code={"text": "Latex"})))

    assert "Latex" in reader.read("allergies/rest/")


# --- Somebody else's
THEIRS: dict[str, dict[str, Any] | None] = {
    "relative": {"reference": "Patient/p2"},
    "absolute": {"reference": f"{BASE}Patient/p2"},
    "a version": {"reference": "Patient/p2/_history/1"},
    "another server's p1": {"reference": "https://evil.example/fhir-request/Patient/p1"},
    "urn": {"reference": "urn:uuid:1a2b3c4d-0000-4000-8000-000000000000"},
    "contained": {"reference": "#p1"},
    "identifier only": {"identifier": {"value": "p1"}},
    "display only": {"display": "Maja Lindqvist"},
    "a longer id": {"reference": "Patient/p11"},
    "an id that ends so": {"reference": "Patient/xp1"},
    "another case": {"reference": "Patient/P1"},
    "another type": {"reference": "Group/p1"},
    "empty": {"reference": ""},
    "no text": {"reference": 5},
    "missing": None,
}


@pytest.mark.parametrize("subject", THEIRS.values(), ids=THEIRS.keys())
def test_another_patients_entry_is_hidden_told_logged_and_not_kept(
    reader: Person, server: RecordServer, subject: dict[str, Any] | None, caplog: pytest.LogCaptureFixture
) -> None:
    theirs = allergy(id="theirs", code={"text": "Foreign Canary"}, patient=subject)
    server.arrange(ALLERGIES, bundle(allergy(), theirs))

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Foreign Canary" not in page
    assert "1 entry did not match this record, so it is hidden" in page
    assert "security: 1 entries of AllergyIntolerance were not this patient's" in caplog.text
    assert len(server.asked(ALLERGIES)) == 1
    reader.read("allergies/")
    assert len(server.asked(ALLERGIES)) == 2


@pytest.mark.parametrize(
    "subject", [SUBJECT, {"reference": f"{BASE}Patient/p1"}, {"reference": "Patient/p1/_history/3"}]
)
def test_this_patients_entry_is_shown_however_it_names_them(
    reader: Person, server: RecordServer, subject: dict[str, Any]
) -> None:
    server.arrange(ALLERGIES, bundle(allergy(patient=subject)))

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "did not match" not in page


@pytest.mark.parametrize("total", ["true", "-1", "3.5", '"2"', "[]", "{}"])
def test_a_total_that_is_no_number_costs_no_entry(reader: Person, server: RecordServer, total: str) -> None:
    server.whole_record()
    body = json.dumps(bundle(allergy(), total=7)).replace('"total": 7', f'"total": {total}')
    server.arrange(ALLERGIES, body.encode())

    for page in ("allergies/", "allergies/", "timeline/"):
        assert "Penicillin" in reader.read(page)


def test_a_byte_that_is_no_utf_8_costs_no_entry(reader: Person, server: RecordServer) -> None:
    """Notes that an old system wrote in another alphabet's bytes."""
    server.whole_record()
    odd = json.dumps(allergy(id="odd", code={"text": "Se@os"})).replace("@", "\xf1").encode("latin-1")
    sound = json.dumps(bundle(allergy(), allergy(id="odd", code={"text": "Se@os"})), ensure_ascii=False)
    server.arrange(ALLERGIES, b"\xef\xbb\xbf" + sound.replace("@", "\xf1").encode("latin-1"))
    server.arrange(f"{ALLERGIES}/odd", odd)

    for page in ("allergies/", "", "timeline/"):
        text = reader.read(page)
        assert "Penicillin" in text
        assert "Se\ufffdos" in text
    entries = set(re.findall(r'href="(/record/[^"]+/allergies/[\w-]{24,}/)"', reader.read("allergies/")))
    server.arrange(f"{ALLERGIES}/{allergy()['id']}", allergy())
    assert len(entries) == 2
    assert any("Se\ufffdos" in reader.read(entry) for entry in entries)


def test_a_list_that_is_shorter_than_the_server_counted_says_so(reader: Person, server: RecordServer) -> None:
    server.whole_record()
    server.arrange(ALLERGIES, bundle(allergy(), total=3))

    page = words(reader.read("allergies/"))

    assert "Penicillin" in page
    assert "Allergies and reactions: some entries may be missing" in page
    assert "counted 2 entries more than it sent" in page
    assert "counted 2 entries more than it sent" in words(reader.read("receipt/"))


def test_an_empty_list_that_the_server_counted_is_not_called_empty(
    reader: Person, server: RecordServer
) -> None:
    server.arrange(ALLERGIES, bundle(total=1))

    page = words(reader.read("allergies/"))

    assert "counted 1 entry more than it sent" in page
    assert "sent no allergies" not in page


def test_an_entry_of_another_server_is_not_taken_for_this_patients(
    reader: Person, server: RecordServer, caplog: pytest.LogCaptureFixture
) -> None:
    """FHIR R4, Bundle, "references": `Patient/p1` in an entry of another server is that server's p1."""
    answer = bundle(allergy(), allergy(id="theirs", code={"text": "Foreign Canary"}))
    answer["entry"][1]["fullUrl"] = "https://other.example/fhir/AllergyIntolerance/theirs"
    server.arrange(ALLERGIES, answer)

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Foreign Canary" not in page
    assert "1 entry did not match this record, so it is hidden" in page
    assert "1 of them for their fullUrl" in caplog.text


def test_a_server_that_calls_itself_by_another_name_is_read_all_the_same(
    reader: Person, server: RecordServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy that it was not told of, a server writes its inner address into every answer."""
    monkeypatch.setattr("records.fhir.client._called_otherwise", set())
    inner = "http://hapi-1:8080/fhir"
    theirs = allergy(id="theirs", code={"text": "Foreign Canary"})
    answer = bundle(allergy(), theirs)
    answer["link"] = [{"relation": "self", "url": f"{inner}/AllergyIntolerance?patient=p1"}]
    answer["entry"][0]["fullUrl"] = f"{inner}/AllergyIntolerance/a1"
    answer["entry"][1]["fullUrl"] = "http://third.example/fhir/AllergyIntolerance/theirs"
    server.arrange(ALLERGIES, answer)
    prescribed = bundle(medication_request())
    prescribed["link"][0]["url"] = f"{inner}/MedicationRequest?patient=p1"
    server.arrange("MedicationRequest", prescribed)

    page = reader.read("allergies/")
    reader.read("medications/")

    assert "Penicillin" in page
    assert "Foreign Canary" not in page
    assert "1 entry did not match this record, so it is hidden" in page
    assert caplog.text.count("calls itself by another name") == 1
    assert "hapi-1" not in caplog.text


@pytest.mark.parametrize(
    ("own", "following"),
    [
        ("http://hapi-1:8080/fhir/AllergyIntolerance?patient=p1", "http://hapi-1:8080/fhir?_getpages=2"),
        (
            "http://fhir.example/fhir-request/AllergyIntolerance",
            "http://fhir.example/fhir-request?_getpages=2",
        ),
    ],
)
def test_the_link_to_the_next_page_is_followed_at_our_address_and_never_at_the_servers_other_one(
    reader: Person, server: RecordServer, own: str, following: str
) -> None:
    answer = bundle(allergy(), next=following)
    answer["link"][0]["url"] = own
    server.arrange(ALLERGIES, answer)
    server.arrange(BASE.removesuffix("/"), bundle(allergy(id="a2", code={"text": "Latex"})))

    page = words(reader.read("allergies/rest/"))

    assert "Latex" in page
    assert "this list is not complete" not in page
    assert all(str(request.url).startswith(BASE.removesuffix("/")) for request in server.asked())


def test_a_name_of_another_server_is_not_put_to_this_servers_reference(
    reader: Person, server: RecordServer
) -> None:
    doctor = {"resourceType": "Practitioner", "id": "d1", "name": [{"text": "Dr. Foreign Canary"}]}
    answer = bundle(medication_request(requester={"reference": "Practitioner/d1"}))
    answer["entry"].append(
        {
            "fullUrl": "https://other.example/Practitioner/d1",
            "resource": doctor,
            "search": {"mode": "include"},
        }
    )
    server.arrange("MedicationRequest", answer)
    server.arrange("Practitioner/d1", {**doctor, "name": [{"text": "Dr. Of Ours"}]})

    page = reader.read("medications/")

    assert "Dr. Of Ours" in page
    assert "Foreign Canary" not in page


@pytest.mark.parametrize(
    ("display", "said"), [("Dr. Elsewhere", "Dr. Elsewhere"), (None, "Recorded, details not available")]
)
def test_whom_an_entry_of_another_server_points_to_is_called_by_its_own_words_alone(
    reader: Person, server: RecordServer, display: str | None, said: str
) -> None:
    requester = {"reference": "Practitioner/d1"} | ({"display": display} if display else {})
    answer = bundle(medication_request(subject={"reference": f"{BASE}Patient/p1"}, requester=requester))
    answer["entry"][0]["fullUrl"] = "https://other.example/fhir/MedicationRequest/m1"
    server.whole_record()
    server.arrange("MedicationRequest", answer)
    ours = {"resourceType": "Practitioner", "id": "d1", "name": [{"text": "Dr. Of Ours"}]}
    server.arrange("Practitioner/d1", ours)

    page, people = reader.read("medications/"), reader.read("people/")

    assert "Sertraline" in page
    assert said in page
    assert "Medications" in people
    assert "Of Ours" not in page + people
    assert "Elsewhere" not in people
    assert server.asked("Practitioner/d1") == []


def test_what_belongs_to_two_patients_is_hidden(reader: Person, server: RecordServer) -> None:
    both = observation(subject=SUBJECT, patient={"reference": "Patient/p2"}, valueString="Foreign Canary")
    server.arrange("Observation", bundle(observation(id="o2"), both))

    page = reader.read("vitals/")

    assert "72.5" in page
    assert "Foreign Canary" not in page


def test_what_is_included_of_another_patient_is_hidden_too(reader: Person, server: RecordServer) -> None:
    answer = bundle(allergy(recorder={"reference": "Condition/c1"}))
    theirs = condition(id="c1", code={"text": "Foreign Canary"}, subject={"reference": "Patient/p2"})
    answer["entry"].append({"resource": theirs, "search": {"mode": "include"}})
    server.arrange(ALLERGIES, answer)
    server.arrange("Condition/c1", theirs)

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Foreign Canary" not in page
    assert "1 entry did not match this record" in page


def test_another_persons_patient_is_never_the_banners_name(reader: Person, server: RecordServer) -> None:
    server.arrange("Patient/p1", patient(id="p2", name=[{"text": "Foreign Canary"}]))
    server.arrange(ALLERGIES, bundle(allergy()))

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Foreign Canary" not in page
    assert "The name could not be loaded" in page


# --- Odd entries
def test_another_type_of_resource_is_left_out(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, bundle(allergy(), condition(code={"text": "Gout"})))

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Gout" not in page


def test_what_comes_twice_is_shown_once(reader: Person, server: RecordServer) -> None:
    server.arrange(ALLERGIES, bundle(allergy(), allergy(), next=f"{BASE}page?n=2"))
    server.arrange("page", bundle(allergy(), allergy(id="a2", code={"text": "Latex"})))

    page = words(reader.read("allergies/rest/"))

    assert page.count("Penicillin") == 1
    assert "Latex" in page


def test_an_entry_that_cannot_be_read_is_shown_as_it_was_sent_and_costs_no_other(
    reader: Person, server: RecordServer
) -> None:
    odd = allergy(id="odd", reaction=[5] * 80)
    server.arrange(ALLERGIES, bundle(allergy(), odd))

    page = words(reader.read("allergies/"))

    assert "Penicillin" in page
    assert "An entry that could not be read" in page
    assert '"id": "odd"' in page
    assert "1 entry could not be read" in page


def test_an_entry_that_says_nowhere_whose_it_is_is_counted_and_not_shown(
    reader: Person, server: RecordServer
) -> None:
    theirs = allergy(code={"text": "Foreign Canary"}, patient={"reference": "Patient/p2"})
    hidden = [theirs | {"meta": {"security": [5] * 80}}, [theirs], "Foreign Canary"]
    answer = bundle(allergy())
    answer["entry"] += [{"resource": resource} for resource in hidden]
    server.arrange(ALLERGIES, answer)

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Foreign Canary" not in page
    assert "3 entries could not be read" in page


def test_an_entry_taken_back_is_left_out_and_counted(reader: Person, server: RecordServer) -> None:
    taken_back = observation(id="o2", status="entered-in-error", valueString="Taken back")
    server.arrange("Observation", bundle(observation(), taken_back))

    page = reader.read("vitals/")

    assert "72.5" in page
    assert "Taken back" not in page
    assert "1 entry was removed by the clinic as a mistake" in page


@pytest.mark.parametrize("logical_id", ["x" * 5000, "a/b", "", "../x", "ä", 7, None])
def test_an_entry_with_an_odd_id_is_shown(reader: Person, server: RecordServer, logical_id: Any) -> None:
    server.arrange(ALLERGIES, bundle(allergy(id=logical_id), allergy(id="a2", code={"text": "Latex"})))

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "Latex" in page


# --- One section never takes another down
@pytest.mark.parametrize("trouble", [500, 403, 404, 429])
def test_a_block_that_comes_after_the_overview_says_in_its_place_that_it_failed(
    reader: Person, server: RecordServer, trouble: int
) -> None:
    server.whole_record(AllergyIntolerance=[allergy()])
    server.arrange("CareTeam", OUTCOME, status=trouble)

    page, late = words(reader.read()), words(reader.part("care-team/block/"))

    assert "Penicillin" in page
    assert "missing from this page" not in page
    assert "Care team" in late
    assert not re.search(r"\bnone?\b", late.casefold())
    assert "Nothing came back" not in late


@pytest.mark.parametrize("trouble", [500, 403, 404, 429, requests.ReadTimeout(), b"<html>"])
@pytest.mark.parametrize(
    "slug", [slug for slug, kind in KINDS.items() if kind.overview and not kind.overview.afterwards]
)
def test_one_failing_section_leaves_the_overview_standing(
    reader: Person, server: RecordServer, slug: str, trouble: Any
) -> None:
    kind = KINDS[slug]
    everything = {
        "AllergyIntolerance": [allergy()],
        "Condition": [condition()],
        "Observation": [observation()],
    }
    server.whole_record(**everything)
    if isinstance(trouble, int):
        server.arrange(kind.resource_type, OUTCOME, status=trouble)
    else:
        server.arrange(kind.resource_type, trouble)

    page = words(reader.read())

    shown = {"AllergyIntolerance": "Penicillin", "Condition": "Major depression", "Observation": "72.5"}
    for resource_type, sign in shown.items():
        if resource_type != kind.resource_type and trouble != 429:  # a 429 asks all of them to wait
            assert sign in page
    assert "missing from this page" in page
    assert str(kind.title) in page


def test_a_failing_patient_leaves_the_page_standing(reader: Person, server: RecordServer) -> None:
    server.arrange("Patient/p1", OUTCOME, status=500)
    server.arrange(ALLERGIES, bundle(allergy()))

    page = reader.read("allergies/")

    assert "Penicillin" in page
    assert "The name could not be loaded" in page
    assert len(server.asked("Patient/p1")) == 1


@pytest.mark.parametrize(
    ("status", "is_the_servers"),
    [(500, True), (502, True), (503, True), (504, True), (404, False), (403, False)],
)
def test_staff_find_the_request_number_and_the_coordinator_after_a_server_error(
    reader: Person, server: RecordServer, status: int, is_the_servers: bool
) -> None:
    """A file and an entry are told of as a list is."""
    headers = {"X-Request-Id": "theirs-4711"}
    letter = document_reference(content=[{"attachment": {"contentType": "text/plain", "url": "Binary/b1"}}])
    server.whole_record(DocumentReference=[letter])
    server.arrange("DocumentReference/document-1", letter)
    server.arrange("Binary/b1", OUTCOME, status=status, headers=headers)
    server.arrange(ALLERGIES, OUTCOME, status=status, headers=headers)
    entry = re.search(r'href="(/record/[^"]+/documents/[\w-]{24,}/)', reader.read("documents/"))
    assert entry is not None

    for page in (reader.get("allergies/").content.decode(), reader.read(f"{entry[1]}file/1/")):
        assert "theirs-4711" in page
        assert ("InSyncFHIRAppReg@qualifacts.com" in page) is is_the_servers


def test_a_request_number_that_has_not_the_form_of_one_is_not_shown(
    reader: Person, server: RecordServer
) -> None:
    server.arrange(ALLERGIES, OUTCOME, status=500, headers={"X-Request-Id": "Maja Lindqvist <b>"})

    answer = reader.get("allergies/")

    assert answer["X-Request-Id"] in answer.content.decode()
    assert "<b>" not in answer.content.decode()


# --- Logs
class Raw(logging.Handler):
    """Whatever any logger is given at DEBUG, before anything is taken out of it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(f"{record.name} {record.getMessage()} {record.args!r}")
        if record.exc_info:
            self.said.append("".join(traceback.format_exception(*record.exc_info)))


@pytest.fixture
def raw_log() -> Iterator[list[str]]:
    """All loggers at DEBUG, but for those that `insync_portal.logs` holds at WARNING because they would tell."""
    handler, root = Raw(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.said
    root.removeHandler(handler)
    root.setLevel(level)


def test_no_log_line_holds_a_name_an_id_a_date_a_token_or_a_value(
    db: None, server: RecordServer, raw_log: list[str]
) -> None:
    secret = "quicksilver"
    server.arrange(
        f"Patient/{secret}-id", patient(id=f"{secret}-id", name=[{"text": secret}], birthDate="1931-07-19")
    )
    ours = {"reference": f"Patient/{secret}-id"}
    entries = [
        allergy(id=f"{secret}-1", code={"text": secret}, patient=ours),
        allergy(id=f"{secret}-2", code={"text": secret}, patient={"reference": f"Patient/{secret}-other"}),
        allergy(id=f"{secret}-3", code={"text": 5, "coding": [{"display": [secret]}]}, patient=ours),
        allergy(id=f"{secret}-4", reaction=[secret] * 80, patient=ours),
        allergy(
            id=f"{secret}-5",
            recordedDate=secret,
            patient=ours,
            recorder={"reference": f"Practitioner/{secret}"},
        ),
    ]
    server.whole_record(Observation=[observation(valueString=secret, subject=ours)])
    server.arrange(ALLERGIES, bundle(*entries, next=f"https://evil.example/{secret}"))
    server.arrange(f"{ALLERGIES}/{secret}-1", entries[0])
    server.arrange(
        f"Practitioner/{secret}", f'{{"resourceType": "Practitioner", "id": "{secret}", "name": 5'.encode()
    )
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "diagnostics": secret}]}
    server.arrange("Condition", outcome, status=500)
    server.arrange("DocumentReference", f"<html>{secret}".encode())
    server.arrange("MedicationRequest", requests.ConnectionError(f"https://x/?patient={secret}"))
    reader = sign_in(patient=f"{secret}-id", access_token=f"{secret}-token", name=secret)

    pages = [reader.read(), *(reader.read(f"{slug}/") for slug in KINDS), reader.read("allergies/rest/")]
    for place in re.findall(r'href="([^"]*/allergies/[A-Za-z0-9_-]{24,}/)"', "".join(pages))[:3]:
        reader.read(place)

    assert secret in "".join(pages)
    assert any("section conditions" in line for line in raw_log)
    assert any("security:" in line for line in raw_log)
    year = re.compile(r"(?<![\d.])1931(?![\d.])")  # milliseconds have such digits, too
    assert [line for line in raw_log if secret in line or year.search(line)] == []
