"""From an access to a source: where smart_auth's words become ours. The only room besides the views that knows both."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from records.fetching.cache import CachedGate, CachedRefusals, Keep, ServerMemory, ServerNames
from records.fetching.source import AccessOver, Sharing, Source
from records.fhir import errors
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from records.pages import last_visit
from smart_auth.access import Access, Granted, SignInNeeded, TemporarilyUnavailable
from upstream.circuit import Circuit

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

SHARING = {Granted.FULL: Sharing.FULL, Granted.PARTIAL: Sharing.PARTIAL, Granted.NONE: Sharing.NONE}
READ_ONLY = frozenset({"Medication", "Provenance"})
"""Types of which one asks by id alone, so the scope to read is enough."""
SINCE_SECONDS = 3600


def connect(access: Access, *, seconds: float, page_id: str = "-", units: str = "") -> Source:
    """The record that an access opens, for a page that waits at most so many seconds."""

    @functools.cache
    def shares(resource_type: str) -> Sharing:
        interaction = "read" if resource_type in READ_ONLY | {"Patient"} else "search"
        return SHARING[access.granted.allows(resource_type, interaction)]  # type: ignore[arg-type]  # both are words of it

    client = replace(
        client_of(access, seconds=seconds),
        page_id=page_id,
        own=f"Patient/{access.patient}" if shares("Patient") is not Sharing.NONE else "",
    )
    keep = Keep(access.cache_id, access.key)
    return Source(
        client=client,
        patient=access.patient,
        shares=shares,
        keep=keep,
        memory=ServerMemory(access.server.fhir_base_url),
        fresh_sign_in=access.is_fresh,
        since=_since(access, keep),
        units=units,
        off=access.agency.sections_off,
    )


def client_of(access: Access, *, seconds: float) -> FhirClient:
    """What asks the server with this access's token, and knows of no record yet."""
    timeouts = access.server.timeout
    return FhirClient(
        base=access.server.fhir_base_url,
        bearer=_in_our_words(access.bearer),
        renew=_in_our_words(access.renew),
        gate=CachedGate(access.cache_id),
        deadline=Deadline(seconds),
        connect_timeout=timeouts[0],
        read_timeout=timeouts[1],
        proxy_url=access.server.proxy_url,
        circuit=_circuit(access),
        names=ServerNames(access.server.fhir_base_url),
        can_renew=access.expires is None,
        refusals=CachedRefusals(access.cache_id),
        own_bases=access.server.own_base_urls,
    )


def _circuit(access: Access) -> Circuit:
    """The circuit of this access's server. Who met a failure is told apart by patients, and named by none."""
    return Circuit(
        store=cache,
        server=access.server.fhir_base_url,
        who=salted_hmac("circuit", access.patient).hexdigest()[:16],
        failures=settings.CIRCUIT_FAILURES,
        seconds=settings.CIRCUIT_SECONDS,
        trial=sum(access.server.timeout) + 5,
    )


def _since(access: Access, keep: Keep) -> datetime | None:
    """Since when this reader has not seen this record. The database is asked once in a while only."""
    name = keep.name("since")
    kept = keep.load(name)
    if kept is None:
        found = last_visit.since(access.reader_key, access.signed_in_at)
        kept = found.isoformat().encode() if found else b""
        keep.store(name, kept, SINCE_SECONDS)
    return datetime.fromisoformat(kept.decode()) if kept else None


def _in_our_words(call: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
    """The end of a sign-in ends the page; trouble of the authorization server is trouble of one section."""

    @functools.wraps(call)
    def wrapped(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
        try:
            return call(*args, **kwargs)
        except SignInNeeded as over:
            raise AccessOver from over
        except TemporarilyUnavailable as trouble:
            raise errors.Maintenance(
                status=None, resource_type="token", retry_after=int(trouble.retry_after)
            ) from trouble

    return wrapped
