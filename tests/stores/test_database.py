"""A database that hangs: who waits is told in time, through a pooler too, and what was asked is cancelled."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest
from django.db import OperationalError, transaction
from django.db.utils import ConnectionHandler
from pytest_django import DjangoDbBlocker, Settings

from insync_portal import env
from insync_portal.postgresql import base, waiting
from tests.stores.throwaway import Stores, hanging, start_pgbouncer

pytestmark = pytest.mark.stores


@pytest.fixture(autouse=True)
def unblocked(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database of these tests is not that of the others."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture(params=["alone", "behind PgBouncer"])
def database(
    request: pytest.FixtureRequest, stores: Stores, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ConnectionHandler]:
    """Connections as the portal makes them, each thread its own; waited for half a second."""
    settings.DATABASE_SECONDS = 0.5
    monkeypatch.setattr(base, "WAITING", waiting.Waiting())
    with stores.database() as past_the_portal:
        past_the_portal.execute("CREATE TABLE IF NOT EXISTS held (id integer PRIMARY KEY, word text)")
        past_the_portal.execute("INSERT INTO held VALUES (1, 'a'), (2, 'b') ON CONFLICT DO NOTHING")
    if request.param == "alone":
        yield connections_to(stores.database_url, monkeypatch)
        return
    if shutil.which("pgbouncer") is None:
        pytest.skip("this machine has no pgbouncer (apt-get install pgbouncer)")
    with start_pgbouncer(stores.database_url) as address:
        yield connections_to(address, monkeypatch)


def connections_to(address: str, monkeypatch: pytest.MonkeyPatch) -> ConnectionHandler:
    monkeypatch.setenv("DATABASE_URL", address)
    return ConnectionHandler({"default": env.database("DATABASE_URL", default="")})


def ask(database: ConnectionHandler, statement: str = "SELECT 1") -> object:
    connection = database["default"]
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()
    finally:
        connection.close_if_unusable_or_obsolete()  # as Django does after each request


def running(stores: Stores, statement: str) -> int:
    with stores.database() as past_the_portal:
        found = past_the_portal.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = %s", [statement]
        ).fetchone()
    assert found is not None
    return int(str(found[0]))


def test_a_statement_that_takes_too_long_is_given_up_and_cancelled(
    database: ConnectionHandler, stores: Stores
) -> None:
    long_one = "SELECT pg_sleep(40)"

    with pytest.raises(OperationalError, match="no answer"):
        ask(database, long_one)

    assert ask(database) == (1,)
    until = time.monotonic() + 10
    while running(stores, long_one) and time.monotonic() < until:
        time.sleep(0.02)
    assert not running(stores, long_one)


def test_a_row_that_somebody_holds_costs_seconds_and_holds_up_nobody_else(
    database: ConnectionHandler, stores: Stores
) -> None:
    with psycopg.connect(stores.database_url) as somebody:
        somebody.execute("SELECT * FROM held WHERE id = 1 FOR UPDATE")
        for _once_more in range(waiting.MOST_IN_VAIN + 1):
            with pytest.raises(OperationalError, match="no answer"), transaction_of(database):
                ask(database, "SELECT word FROM held WHERE id = 1 FOR UPDATE")
            assert ask(database, "SELECT word FROM held WHERE id = 2 FOR UPDATE") == ("b",)

    assert ask(database, "SELECT word FROM held WHERE id = 1 FOR UPDATE") == ("a",)


@contextmanager
def transaction_of(database: ConnectionHandler) -> Iterator[None]:
    connection = database["default"]
    connection.ensure_connection()
    connection.set_autocommit(False)
    try:
        yield
    finally:
        connection.close()


def test_where_the_server_hangs_a_few_wait_and_the_others_are_told_at_once(
    database: ConnectionHandler, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "PAUSE_SECONDS", 600)
    ask(database)

    def told(_number: int) -> str:
        try:
            ask(database)
        except OperationalError as error:
            return str(error).split(":")[0].split(" in ")[0]
        return "answered"

    with hanging(stores):
        first = [told(number) for number in range(waiting.MOST_IN_VAIN)]
        with ThreadPoolExecutor(40) as crowd:
            others = list(crowd.map(told, range(40)))

    assert first[0].startswith("no ")
    assert "answered" not in first
    assert others == ["not asked"] * 40
    monkeypatch.setattr(base.WAITING, "_next_try", 0)
    assert told(0) == "answered"  # one tries, and all are answered again
    assert told(0) == "answered"


def test_one_request_waits_so_long_in_all(
    database: ConnectionHandler, stores: Stores, settings: Settings
) -> None:
    settings.DATABASE_SECONDS = 30
    ask(database)

    with hanging(stores), waiting.at_most(0.3):
        for _statement in range(2):
            with pytest.raises(OperationalError):
                ask(database)
        with pytest.raises(OperationalError, match="waited long enough"):
            ask(database)

    assert ask(database) == (1,)


def test_while_many_wait_whoever_comes_hardly_waits(
    database: ConnectionHandler, stores: Stores, settings: Settings
) -> None:
    settings.DATABASE_SECONDS, settings.DATABASE_WAITING = 30, 1
    ask(database)
    done = threading.Event()

    def first() -> None:
        try:
            ask(database, "SELECT pg_sleep(600)")
        except OperationalError:
            done.set()

    waits = threading.Thread(target=first, daemon=True)
    waits.start()
    while not running(stores, "SELECT pg_sleep(600)"):
        time.sleep(0.01)

    with pytest.raises(OperationalError, match=r"no answer in 0\.5"):
        ask(database, "SELECT pg_sleep(500)")

    assert not done.is_set()
    with stores.database() as past_the_portal:
        past_the_portal.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(600)'"
        )
    assert done.wait(10)


def test_a_database_that_is_away_is_told_by_the_same_error(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "WAITING", waiting.Waiting())
    nobody = connections_to(stores.database_url.rpartition(":")[0] + ":1/portal", monkeypatch)

    with pytest.raises(OperationalError):
        ask(nobody)
    for _more in range(waiting.MOST_IN_VAIN - 1):
        with pytest.raises(OperationalError):
            ask(nobody)
    with pytest.raises(OperationalError, match="not asked"):
        ask(nobody)


def test_what_is_done_in_a_block_is_undone_where_an_answer_does_not_come(
    database: ConnectionHandler, stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "connections", database)
    with pytest.raises(OperationalError):
        change_and_wait(database)

    assert ask(database, "SELECT word FROM held WHERE id = 2 FOR UPDATE") == ("b",)


@transaction.atomic
def change_and_wait(database: ConnectionHandler) -> None:
    with database["default"].cursor() as cursor:
        cursor.execute("UPDATE held SET word = 'changed' WHERE id = 2")
        cursor.execute("SELECT pg_sleep(40)")
