"""What the tests of signing in share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import responses
from django.core.management import call_command
from django.db import connection
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from smart_auth import discovery
from smart_auth.servers import Server, configured_server
from tests.smart_auth.agency import Agency


@pytest.fixture(autouse=True)
def portal(settings: Settings) -> None:
    """A portal whose record is one page that says what it was let see, and that has fetched nothing yet."""
    settings.ROOT_URLCONF = "tests.smart_auth.urls"
    discovery.forget()


@pytest.fixture
def agency() -> Iterator[Agency]:
    """The agency's server. A request that it does not know is an error, never a real one."""
    with responses.RequestsMock() as mock:
        yield Agency(mock)


@pytest.fixture
def server() -> Server:
    """The server of the settings."""
    return configured_server()


@pytest.fixture
def browser(db: None) -> Client:
    """A browser without a session."""
    return Client(raise_request_exception=True)


@pytest.fixture
def reader(browser: Client, agency: Agency) -> Client:
    """A browser that is signed in and reads the record of p1."""
    assert agency.sign_in(browser).status_code == 302
    return browser


@pytest.fixture
def database_file(
    tmp_path: Path, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A SQLite file as in the demo, for what only several connections show. The tests' own is in memory."""
    with django_db_blocker.unblock():
        place, kept = connection.settings_dict["NAME"], connection.connection
        connection.connection = None
        connection.settings_dict["NAME"] = str(tmp_path / "portal.sqlite3")
        try:
            call_command("migrate", verbosity=0)
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = place
            connection.connection = kept
