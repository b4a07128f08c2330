"""The logs: one calm line an event, and nothing of a patient or a secret in it."""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import time
import warnings
from typing import Any

import pytest
import requests

from insync_portal import logs
from tests.conftest import Written, canaries

TOKEN = "mF_9B5f41JqM4mF9B5f41JqM0a8c"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJwMSJ9.c2lnbmF0dXJl"


def line(message: str, *args: object, error: BaseException | None = None) -> str:
    """What the log holds of one event."""
    info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("records.service.section", logging.WARNING, __file__, 1, message, args, info)
    return logs.OneLine().format(record)


@pytest.mark.parametrize(
    "message",
    [
        f"Authorization: Bearer {TOKEN}",
        f"authorization: basic {TOKEN}",
        f"access_token={TOKEN}&x=1",
        f"{{'access_token': '{TOKEN}'}}",
        f'{{"refresh_token": "{TOKEN}"}}',
        f"code_verifier={TOKEN}",
        f"the token {TOKEN} ended",
        f"GET https://fhir.example/Patient?name={TOKEN}",
        f"GET /auth/callback/?code={TOKEN}&state=x",
        f"code={TOKEN}",
    ],
)
def test_a_secret_never_reaches_the_log(message: str) -> None:
    written = line(f"before {message} after")

    assert TOKEN not in written
    assert "before" in written
    assert "[withheld]" in written


def test_an_id_token_never_reaches_the_log() -> None:
    written = line("got %s from the server", JWT)

    assert "got [withheld] from the server" in written
    assert "eyJ" not in written


def test_an_address_is_logged_without_its_query() -> None:
    written = line("asked https://fhir.example/Observation?patient=p1&code=85354-9 twice")

    assert "https://fhir.example/Observation?[withheld] twice" in written
    assert "p1" not in written


@pytest.mark.parametrize(
    "message",
    [
        "section allergies: AllergyIntolerance: 503 [H7K2-94QD]",
        "the token endpoint answered 400: invalid_grant",
        "status code: 404",
        "set aside in Observation: valueQuantity.value",
        "is this so? yes",
    ],
)
def test_ordinary_words_stay_as_they_are(message: str) -> None:
    assert line(message).endswith(message)


def test_an_event_is_one_line_whatever_it_quotes() -> None:
    written = line("agency said %s", "first\r\n2026-01-01 CRITICAL forged\x1b[31m\u2028line")

    assert "\n" not in written
    assert "\r" not in written
    assert "\x1b" not in written
    assert "forged" in written


def test_a_line_names_time_level_request_and_logger() -> None:
    with logs.request("H7K2-94QD"):
        within = line("hello")
    after = line("hello")

    stamp, level, request_id, rest = within.split(" ", 3)
    assert stamp.endswith("Z")
    assert (level, request_id, rest) == ("WARNING", "H7K2-94QD", "records.service.section: hello")
    assert after.split(" ")[2] == "-"


def test_an_exception_is_told_by_type_and_place_without_its_values() -> None:
    def read(value: str) -> None:
        raise ValueError(f"not a date: {value}")

    try:
        try:
            read("1984-02-17")
        except ValueError as error:
            raise KeyError("Amara Whitfield") from error
    except KeyError as error:
        written = line("could not", error=error)

    assert "KeyError at " in written
    assert "caused by ValueError at tests/insync_portal/test_logs.py:" in written
    assert " read" in written
    assert "1984-02" not in written
    assert "Whitfield" not in written


def test_an_exception_that_quotes_no_values_is_told_with_its_words() -> None:
    try:
        raise ConnectionRefusedError(111, "Connection refused")
    except ConnectionRefusedError as error:
        written = line("could not", error=error)

    assert "Connection refused" in written


def test_an_error_of_the_http_client_is_told_without_its_address() -> None:
    try:
        raise requests.ConnectionError("https://fhir.example/Patient/amara-whitfield")
    except requests.ConnectionError as error:
        written = line("could not", error=error)

    assert "ConnectionError at" in written
    assert "amara" not in written


def test_libraries_that_print_secrets_stay_quiet_at_debug(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    handlers, level, show = root.handlers[:], root.level, warnings.showwarning
    try:
        logs.configure({"level": "DEBUG"})
        root.handlers[0].setStream(sys.stderr)  # type: ignore[attr-defined]
        logging.getLogger("authlib.integrations").debug("code_verifier")
        logging.getLogger("urllib3.connectionpool").debug("GET /Patient/p1")
        logging.getLogger("urllib3.connection").warning("Failed to parse headers (url=/Patient/p1)")
        logging.getLogger("requests").debug("headers")
        logging.getLogger("django.db.backends").debug("SELECT session_key")
        logging.getLogger("records.service.section").debug("a line of ours")
    finally:
        root.handlers[:], root.level, warnings.showwarning = handlers, level, show

    written = capsys.readouterr().err
    assert "a line of ours" in written
    assert len(written.splitlines()) == 1


@pytest.mark.parametrize("line", ["/" * 60_000, "a/" * 30_000, "https://" * 8_000])
def test_a_line_of_slashes_costs_no_more_than_another(line: str) -> None:
    """Anybody can ask for such an address, and it is logged as not found."""
    started = time.process_time()

    logs.scrub(line)

    assert time.process_time() - started < 1


def test_queries_are_cut_off_wherever_an_address_ends() -> None:
    for line in (
        "GET https://a.example/b/c?d=secret",
        "/b?d=secret",
        "https://a.example?d=secret",
        "//?d=secret",
    ):
        assert "secret" not in logs.scrub(line)
        assert logs.scrub(line).startswith(line.partition("?")[0] + "?")


def test_what_the_whole_suite_logs_is_watched_for_canaries() -> None:
    written, log = Written(), logging.getLogger("records.watched")
    log.propagate = False  # away from the suite's own watch
    log.addHandler(written)
    log.debug("read a record")
    before = canaries(written.lines)

    log.debug("read the record of %s", "Canary Lovelace")
    log.removeHandler(written)

    assert before == []
    assert [line.split(" ", 3)[3] for line in canaries(written.lines)] == [
        "records.watched: read the record of Canary Lovelace"
    ]


def test_as_json_each_line_holds_the_same_and_no_secret_either() -> None:
    try:
        raise ValueError(f"Bearer {TOKEN}")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("records", logging.ERROR, __file__, 1, "asked /x?code=%s", (TOKEN,), info)

    with logs.request("H7K2-94QD"):
        written = logs.Json().format(record)
    said = json.loads(written)

    assert (said["level"], said["request"], said["logger"]) == ("ERROR", "H7K2-94QD", "records")
    assert said["message"].startswith("asked /x?[withheld] | ValueError at ")
    assert said["at"].endswith("Z")
    assert TOKEN not in written
    assert "\n" not in written


@pytest.mark.parametrize(
    ("chosen", "made"), [("json", logs.Json), ("text", logs.OneLine), (None, logs.OneLine)]
)
def test_the_form_of_the_log_is_a_choice(
    monkeypatch: pytest.MonkeyPatch, chosen: str | None, made: type[logging.Formatter]
) -> None:
    taken: list[dict[str, Any]] = []
    monkeypatch.setattr(logging.config, "dictConfig", taken.append)

    logs.configure({"level": "INFO"} | ({"format": chosen} if chosen else {}))

    assert taken[0]["formatters"]["one_line"] == {"()": made}
