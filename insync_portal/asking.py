"""What the agency's sign-in page will ask a reader to allow, in words: said before they are sent there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.kinds import KINDS
from smart_auth.agency import Agency
from smart_auth.scopes import Granted, GrantedScopes, requested
from smart_auth.servers import Server

Words = str | Promise

_BESIDES: tuple[tuple[tuple[str, ...], Words], ...] = (
    (
        ("Practitioner", "Organization", "Location"),
        _("Names and numbers of the clinicians, organizations and places in it"),
    ),
    (("Provenance",), _("Who wrote each entry, and when")),
)
"""What is read along and has no section of its own."""


@dataclass(frozen=True)
class Part:
    """A part of the record. `partly`: only some of its entries are asked for."""

    title: Words
    partly: bool = False


@dataclass(frozen=True)
class Asking:
    """What is asked for, and for how long.

    Attributes:
        everything: the whole record in one word; `parts` then name what the portal shows of it.
        who: also who the reader is.
        stays: that the permission is renewed while they read. later: that it may be used while they are away.
        idle_minutes, life_hours: when the portal ends a sign-in by itself.
    """

    everything: bool
    parts: tuple[Part, ...]
    who: bool
    stays: bool
    later: bool
    idle_minutes: int
    life_hours: int


def asking(agencies: Iterable[Agency]) -> Asking:
    """What a sign-in asks for at an agency; of several, what any of them is asked for."""
    scopes = {scope for agency in agencies for scope in _scopes(agency.server)}
    asked = GrantedScopes(frozenset(scopes))
    return Asking(
        everything=not {"patient/*.read", "patient/*.rs", "patient/*.*"}.isdisjoint(scopes),
        parts=tuple(_parts(asked)),
        who="openid" in asked,
        stays=not {"online_access", "offline_access"}.isdisjoint(scopes),
        later="offline_access" in asked,
        idle_minutes=settings.SESSION_IDLE_SECONDS // 60,
        life_hours=max(1, settings.SESSION_COOKIE_AGE // 3600),
    )


def _scopes(server: Server) -> tuple[str, ...]:
    """As the settings have them. How they are spelled, for which a server would be asked, tells nothing here."""
    return requested(ehr_launch=False, scopes_supported=("online_access", ".read"), configured=server.scopes)


def _parts(asked: GrantedScopes) -> Iterator[Part]:
    for slug, kind in KINDS.items():
        found = asked.allows(kind.resource_type, "search" if kind.searches else "read")
        if found is not Granted.NONE and "/" not in slug:
            yield Part(kind.title, found is Granted.PARTIAL)
    for types, words in _BESIDES:
        if any(asked.allows(one, "read") is not Granted.NONE for one in types):
            yield Part(words)
