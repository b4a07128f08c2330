"""What the tests of signing in share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import responses
from django.test import Client
from pytest_django import Settings

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
