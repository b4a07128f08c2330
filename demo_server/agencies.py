"""Two agencies under one host, as InSync has them: each with a FHIR base, issuer, key, tokens and records of its own.

The first stands where `make demo` has always had it, below `/fhir-request/`; the second below `/insync/prairie-200/`.
Their patients have the same ids on purpose: whoever mixes two agencies up shows one's record in the other's place.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from demo_server import config
from demo_server.people.base import Resource

FIRST, SECOND = "", "prairie-200"
NAMES = {FIRST: "Harbor Lane Behavioral Health", SECOND: "Prairie Star Recovery"}
_BELOW = f"/insync/{SECOND}/"
_NOT_THERE = frozenset({"AllergyIntolerance", "Goal"})
"""What the second agency has none of, so that its record can be told from the first one's at a look."""

_current: ContextVar[str] = ContextVar("agency", default=FIRST)

Made = TypeVar("Made")


def current() -> str:
    """The agency that this request is for."""
    return _current.get()


@contextmanager
def at(agency: str) -> Iterator[None]:
    """Whatever is asked meanwhile is asked of this agency."""
    before = _current.set(agency)
    try:
        yield
    finally:
        _current.reset(before)


def authorization_base() -> str:
    """Where the agency's authorization server stands, without a slash at the end."""
    below = _BELOW.rstrip("/") if current() else ""
    return f"{config.BASE_URL}{below}/smartauth/oauth"


def fhir_base() -> str:
    """The agency's FHIR base, with its slash."""
    return config.BASE_URL + (_BELOW if current() else "/fhir-request/")


def fhir_base_of(agency: str) -> str:
    """Another agency's."""
    with at(agency):
        return fhir_base()


class Each(Generic[Made]):
    """One of a thing for each agency, made when it is first asked for."""

    def __init__(self, make: Callable[[], Made]) -> None:
        self._make, self._made = make, dict[str, Made]()

    @property
    def own(self) -> Made:
        """That of the agency that this request is for."""
        made = self._made.get(current())
        return made if made is not None else self._made.setdefault(current(), self._make())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)


class Addressed:
    """Middleware: the address says which agency is asked; all that comes after is the same for both."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith(_BELOW):
            return self.get_response(request)
        rest = request.path_info.removeprefix(_BELOW)
        request.path_info = f"/{rest}" if rest.startswith("smartauth/") else f"/fhir-request/{rest}"
        with at(SECOND):
            return self.get_response(request)


def named(request: HttpRequest) -> dict[str, str]:
    """The context processor that gives every page the agency's name."""
    return {"agency_name": NAMES[current()]}


def resources_of(found: Iterable[Resource]) -> list[Resource]:
    """The resources of this request's agency: those of the first, or what the second wrote of the same ids."""
    if current() == FIRST:
        return list(found)
    return [_seconds(one) for one in found if one["resourceType"] not in _NOT_THERE]


def _seconds(resource: Resource) -> Resource:
    """The same resource, as the second agency has it: in its own name, and of somebody else of that name and id."""
    made = copy.deepcopy(resource)
    if made["resourceType"] == "Patient":
        for name in made.get("name") or []:
            name["family"] = f"{name.get('family', '')} of Prairie Star".strip()
            name.pop("text", None)
    if made["resourceType"] == "Organization" and made.get("name") == NAMES[FIRST]:
        made["name"] = NAMES[SECOND]
    return made


def portal_file(base_url: str) -> str:
    """The AGENCIES_FILE of a portal that serves both, whose demo server stands at an address without a slash."""
    common = f'[common]\nclient_id = "{config.CLIENT_ID}"\nclient_secret_env = "DEMO_CLIENT_SECRET"\n'
    first = (
        '[[agency]]\nslug = "harbor-lane"\nplain_callback = true\nphone = "804-555-0100"\n'
        f'name = "{NAMES[FIRST]}"\nfhir_base_url = "{base_url}/fhir-request/"\n'
        'place = "Quincy, Massachusetts"\nwebsite = "https://harborlane.example"\n'
        'hours = "Monday to Friday, 8 AM to 6 PM"\nhours_es = "De lunes a viernes, de 8 a. m. a 6 p. m."\n'
        'languages = ["English", "Español"]\ntime_zone = "America/New_York"\n'
    )
    second = (
        '[[agency]]\nslug = "prairie-star"\nphone = "785-555-0106"\n'
        f'name = "{NAMES[SECOND]}"\nfhir_base_url = "{base_url}{_BELOW}"\n'
        'place = "Salina, Kansas"\nwebsite = "https://prairiestar.example"\n'
        'hours = "Every day, 7 AM to 7 PM"\nhours_es = "Todos los días, de 7 a. m. a 7 p. m."\n'
        'time_zone = "America/Chicago"\nsections_off = ["documents"]\n'
    )
    return "\n".join((common, first, second))
