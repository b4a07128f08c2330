"""An Access: one patient's authorization, and the door that asks for it. All that `records` needs of smart_auth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Protocol

from django.http import HttpRequest, HttpResponseBase

from smart_auth.errors import SignInNeeded, TemporarilyUnavailable
from smart_auth.reader import Reader, Relation
from smart_auth.scopes import Granted, GrantedScopes
from smart_auth.servers import Server
from smart_auth.signals import access_ended

__all__ = [
    "Access",
    "Granted",
    "GrantedScopes",
    "PatientRequest",
    "Reader",
    "Relation",
    "Server",
    "SignInNeeded",
    "TemporarilyUnavailable",
    "access_ended",
    "access_required",
    "current_access_id",
]


class Tokens(Protocol):
    """Where an Access gets its access token from."""

    def bearer(self) -> str: ...

    def renew(self, seen: str) -> str: ...


@dataclass(frozen=True)
class Access:
    """One patient's authorization: which record, who reads it, what was granted, until when.

    `id` is opaque and stands in addresses. `patient` is the logical id of the token response. `key` is 32 random
    bytes of this access alone, for encrypting what is kept. `cache_id` is opaque and safe in cache keys. `expires`
    is when the access token ends where it cannot be renewed, else None. `is_fresh`: signed in less than a minute
    ago, so a 401 now means that the sign-in may belong to another agency.
    """

    id: str
    server: Server = field(repr=False)
    patient: str = field(repr=False)
    reader: Reader = field(repr=False)
    relation: Relation
    granted: GrantedScopes = field(repr=False)
    key: bytes = field(repr=False)
    cache_id: str
    expires: datetime | None
    is_fresh: bool
    tokens: Tokens = field(repr=False, compare=False)

    def bearer(self) -> str:
        """The access token, renewed first where it ends within a minute. Callable from any thread.

        Raises:
            SignInNeeded: it ended and cannot be renewed.
            TemporarilyUnavailable: it ended, and the authorization server has trouble.
        """
        return self.tokens.bearer()

    def renew(self, seen: str) -> str:
        """After a 401 on token `seen`: another token, asked for exactly once however many callers race.

        Raises: as `bearer`.
        """
        return self.tokens.renew(seen)


class PatientRequest(HttpRequest):
    """A request that passed `access_required`."""

    access: Access


def access_required(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let a view of `/record/<access>/…` see only the access that its address names.

    The wrapped view takes `access: str` from the address and puts `request.access` in its place. Without a
    session the answer is the sign-in page, with the way back; for the address of another record than the
    current one it is a refusal in words. Every answer is marked no-store. `SignInNeeded` and
    `TemporarilyUnavailable` raised in the view become pages.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, access: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        raise NotImplementedError

    return wrapped


def current_access_id(request: HttpRequest) -> str | None:
    """The `<access>` of the record that this session has open, or None: for `/record/` and the page head."""
    raise NotImplementedError
