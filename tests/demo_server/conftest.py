"""What the tests of the demo server share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pytest_django import Settings

from tests.demo_server.app import App
from tests.servers import start_demo_server

if TYPE_CHECKING:
    from tests.demo_server.fhir_side import Fhir


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[Callable[..., Fhir]]:
    """`serve(world)` or `serve(resource, …)` puts the FHIR side up; the troubles are cleared afterwards."""
    # Imported here: the tests of the people and of the sign-in need none of it.
    from demo_server import config, fhir, tokens
    from demo_server.search import Finder
    from demo_server.trouble import SWITCHES
    from demo_server.world import World
    from tests.demo_server.fhir_side import BASE, ORIGIN, Fhir

    settings.ROOT_URLCONF = "demo_server.fhir"
    settings.MIDDLEWARE = []
    monkeypatch.setattr(config, "BASE_URL", ORIGIN)

    def start(*given: Any) -> Fhir:
        world = given[0] if given and isinstance(given[0], World) else World((), given, base=BASE)
        server = Fhir()
        finder = Finder(world)
        monkeypatch.setattr(fhir, "world", lambda: world)
        monkeypatch.setattr(fhir, "finder", lambda: finder)
        monkeypatch.setattr(tokens, "token_for", server.token_for)
        return server

    yield start
    SWITCHES.clear()


@pytest.fixture(scope="session")
def demo_url() -> Iterator[str]:
    """The address of the real demo server, a process of its own, with its own people."""
    with start_demo_server() as base_url:
        yield base_url


@pytest.fixture
def app(demo_url: str) -> App:
    """An app that nobody has signed in to."""
    return App(demo_url)
