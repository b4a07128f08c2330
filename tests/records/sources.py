"""A source of a record without a browser: the real client, cache and gate, with keys of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from records.fetching.cache import CachedGate, Keep, ServerMemory
from records.fetching.source import Sharing, Source
from records.fhir.client import FhirClient
from records.fhir.deadline import Deadline
from records.kinds.base import AnyKind
from tests.people import BASE
from tests.resources import PATIENT


def a_source(
    *,
    base: str = BASE,
    patient: str = PATIENT,
    seconds: float = 20,
    shares: Callable[[str], Sharing] = lambda _type: Sharing.FULL,
) -> Source:
    """Another sign-in than any other."""
    cache_id = secrets.token_hex(8)
    client = FhirClient(
        base=base,
        bearer=lambda: "access-canary-1",
        renew=lambda _seen: "access-canary-2",
        gate=CachedGate(cache_id),
        deadline=Deadline(seconds),
    )
    return Source(
        client=client,
        patient=patient,
        shares=shares,
        keep=Keep(cache_id, secrets.token_bytes(32)),
        memory=ServerMemory(base),
    )


class Places:
    """Addresses for tests that look at no page."""

    def overview(self) -> str:
        return "/"

    def section(self, kind: AnyKind, **query: str) -> str:
        return f"/{kind.slug}/" + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")

    def rest(self, kind: AnyKind, **query: str) -> str:
        return f"/{kind.slug}/rest/"

    def block(self, kind: AnyKind, **query: Any) -> str:
        return f"/{kind.slug}/block/" + (f"?{urlencode(query)}" if query else "")

    def series(self, kind: AnyKind, name: str, **query: Any) -> str:
        return f"/{kind.slug}/measure/{name}/"

    def entry(self, kind: AnyKind, resource_type: str, logical_id: str) -> str:
        return f"/{kind.slug}/{resource_type}-{logical_id}/"
