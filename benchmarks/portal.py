"""The portal in this process, signed in at a real demo server process, and what its requests cost.

Settings are read once in a process, so a process opens one portal (`benchmarks.fresh`).
"""

from __future__ import annotations

import base64
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from tests.servers import sign_in_over_http, start_demo_server

if TYPE_CHECKING:
    from django.test import Client

    from records.words.sections import Section

HOST = "localhost:8000"


@dataclass
class Asked:
    """Every request that went to the record server: how long the portal waited for it, and what it was for."""

    requests: list[tuple[float, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    keep_bodies: bool = False
    token: str = field(default="", repr=False)

    def clear(self) -> None:
        """Forgets what was asked, before the next measurement."""
        self.requests.clear()
        self.bodies.clear()

    def slowest(self, resource_type: str = "") -> float:
        """Seconds of the longest wait, for one type or for any."""
        return max(seconds for seconds, name in self.requests if resource_type in {"", name})

    def first(self, resource_type: str) -> float:
        """Seconds of the wait that ended first, for one type."""
        return next(seconds for seconds, name in self.requests if name == resource_type)


@dataclass
class Portal:
    """A portal with its demo server at `fhir_base`. `asked` writes down each request to it.

    `loaded` holds the section that the latest page showed.
    """

    fhir_base: str
    asked: Asked = field(default_factory=Asked)
    loaded: list[Section] = field(default_factory=list)

    def sign_in(self, person: str, patient: str | None = None) -> Reader:
        """Signs a person in over HTTP, through the demo server's own pages."""
        from django.test import Client

        browser = Client(HTTP_HOST=HOST)
        launch = browser.get("/auth/launch/")
        back = sign_in_over_http(launch["Location"], person, patient)
        landed = browser.get(back.replace(f"http://{HOST}", ""))
        assert landed.status_code == 302, f"signing in ended with {landed.status_code}"
        return Reader(self, browser, landed["Location"].replace(f"http://{HOST}", ""))


@dataclass
class Reader:
    """A browser that is signed in. `overview` is the address of the first page, with a slash at its end."""

    portal: Portal
    browser: Client
    overview: str

    def get(self, path: str = "", **headers: str) -> Any:
        """The page at a path below the overview's address; it must be a whole one."""
        page = self.browser.get(self.overview + path, headers=headers or None)
        assert page.status_code == 200, f"{path or 'overview'} answered {page.status_code}"
        return page

    def section(self, slug: str, query: str = "", **headers: str) -> Section:
        """A section's page, made anew where one is kept; what stands on it."""
        self.portal.loaded.clear()
        with pages_made():
            self.get(f"{slug}/{query}", **headers)
        return self.portal.loaded[0]

    def rest(self, slug: str) -> Section:
        """Loads the rest of a section as its page does, until nothing is left; the last list."""
        for _ in range(20):
            section = self.section(slug, "rest/", HX_Request="true")
            if not section.rest_href:
                return section
        raise AssertionError(f"{slug} is not complete after twenty requests")


@contextmanager
def pages_made() -> Iterator[None]:
    """Within the block every page is made of the answers that are kept, though it may be kept itself."""
    from records.pages import made

    with patch.object(made, "load", lambda _page, _source: None):
        yield


@contextmanager
def portal(**demo: str) -> Iterator[Portal]:
    """The portal, set up in this process against a demo server with this environment, until the block ends."""
    from benchmarks.figures import settle

    with (
        tempfile.TemporaryDirectory() as folder,
        start_demo_server(**{"DEMO_ACCESS_TOKEN_SECONDS": "3600", **demo}) as server,
    ):
        for name in [name for name in os.environ if name.startswith("INSYNC_")]:
            del os.environ[name]
        os.environ.pop("CACHE_URL", None)
        os.environ.update(
            DJANGO_SETTINGS_MODULE="insync_portal.settings",
            INSYNC_ENVIRONMENT="demo",
            INSYNC_FHIR_BASE_URL=f"{server}/fhir-request/",
            INSYNC_CLIENT_ID="insync-portal-demo",
            INSYNC_CLIENT_SECRET="demo-secret-not-for-production",  # noqa: S106  (it opens invented records)
            PORTAL_BASE_URL=f"http://{HOST}/",
            ALLOWED_HOSTS="localhost",
            SECRET_KEY=base64.urlsafe_b64encode(os.urandom(48)).decode(),
            SESSION_KEYS=base64.urlsafe_b64encode(os.urandom(32)).decode(),
            DATABASE_URL=f"sqlite:///{Path(folder) / 'portal.sqlite3'}",
            LOG_LEVEL="ERROR",
        )
        import django

        django.setup()
        from django.conf import settings
        from django.core.management import call_command
        from django.db import connections

        # Of its own: another portal of this checkout may be serving the files that it has collected.
        settings.STATIC_ROOT = Path(folder) / "static"
        call_command("migrate", verbosity=0)
        call_command("collectstatic", verbosity=0, interactive=False)
        settle()
        here = Portal(fhir_base=f"{server}/fhir-request/")
        with _watched(here):
            yield here
        connections.close_all()


@contextmanager
def _watched(here: Portal) -> Iterator[None]:
    """Writes down each request of the FHIR client, measured where the portal waits for it, and each section shown."""
    from records.fhir.client import FhirClient
    from records.fhir.fetched import Fetched
    from records.pages import section as pages
    from records.service.section import load_section

    original, asked = FhirClient._once, here.asked

    def once(self: FhirClient, url: str, resource_type: str, token: str, *rest: Any, **named: Any) -> Fetched:
        started = time.perf_counter()
        try:
            fetched = original(self, url, resource_type, token, *rest, **named)
        finally:
            asked.requests.append((time.perf_counter() - started, resource_type))
        asked.token = token
        if asked.keep_bodies:
            asked.bodies.append(fetched.content)
        return fetched

    def load(*args: Any, **named: Any) -> Section:
        section = load_section(*args, **named)
        here.loaded[:] = [section]
        return section

    with patch.object(FhirClient, "_once", once), patch.object(pages, "load_section", load):
        yield
