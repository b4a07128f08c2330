"""People who are signed in: a browser with a session as smart_auth makes it, for tests of what comes after."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.test import Client

from smart_auth.sessions import SessionStore
from tests.resources import PATIENT
from tests.smart_auth.signing_in import open_record

BASE = "https://fhir.example/fhir-request/"


@dataclass
class Person:
    """Somebody at a browser with a record open. Pages are named by what stands after `/record/<access>/`."""

    access: str
    browser: Client = field(repr=False)

    def at(self, page: str = "") -> str:
        """The address of a page of the open record."""
        return page if page.startswith("/") else f"/record/{self.access}/{page}"

    def get(self, page: str = "", **options: Any) -> HttpResponse:
        """The answer to a page of the open record, redirects not followed unless asked for."""
        answer = self.browser.get(self.at(page), **options)
        assert isinstance(answer, HttpResponse)
        return answer

    def read(self, page: str = "", **options: Any) -> str:
        """The text of a page, which must be there."""
        answer = self.get(page, follow=True, **options)
        assert answer.status_code == 200, answer.status_code
        return answer.content.decode()

    def part(self, page: str) -> str:
        """A part of a page, as htmx asks for it."""
        return self.read(page, headers={"HX-Request": "true"})

    @property
    def session(self) -> SessionStore:
        """What the server keeps of this browser."""
        return SessionStore(self.browser.cookies["portal_session"].value)


def sign_in(browser: Client | None = None, *, patient: str = PATIENT, **how: Any) -> Person:
    """Somebody who is signed in; `how` as in `open_record`. Needs the database."""
    browser = browser or Client()
    how.setdefault("fhir_user", f"Patient/{patient}")
    return Person(access=open_record(browser, patient=patient, **how), browser=browser)
