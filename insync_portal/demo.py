"""Whom the demo server offers to sign in as. Nobody, outside the demo."""

from __future__ import annotations

import logging
from typing import TypedDict
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.cache import cache

from smart_auth.agency import Agency

log = logging.getLogger(__name__)

KEY = "demo-people"
SECONDS = 60
RETRY_SECONDS = 5
MOST = 50


class DemoPerson(TypedDict):
    """Someone invented whom a visitor of the demo can sign in as."""

    slug: str
    name: str
    says: str


def people(agency: Agency) -> list[DemoPerson]:
    """Whom the demo server offers at an agency, or an empty list outside the demo and where it does not answer.

    Kept for a minute; a failure for five seconds, so that a front page never waits long for a demo that is down.
    """
    if not settings.IS_DEMO:
        return []
    key = f"{KEY}:{agency.slug}"
    known: list[DemoPerson] | None = cache.get(key)
    if known is not None:
        return known
    try:
        found = _ask(agency)
        keep = SECONDS
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        log.warning("the demo server did not say who is there: %s", type(error).__name__)
        found, keep = [], RETRY_SECONDS
    cache.set(key, found, keep)
    return found


def _ask(agency: Agency) -> list[DemoPerson]:
    server = urlsplit(agency.server.fhir_base_url)
    with requests.Session() as session:
        session.trust_env = False  # a proxy of the environment has no business between the two
        answer = session.get(
            f"{server.scheme}://{server.netloc}/demo/people",
            params={"base": server.path} if agency.slug else {},
            timeout=1,
            allow_redirects=False,
        )
    answer.raise_for_status()
    return [
        DemoPerson(slug=str(person["slug"]), name=str(person["name"]), says=str(person["says"]))
        for person in answer.json()["people"][:MOST]
    ]
