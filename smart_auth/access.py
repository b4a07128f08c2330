"""An Access: one patient's authorization, and the door that asks for it. All that `records` needs of smart_auth."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import wraps
from typing import Any, Protocol, cast

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import add_never_cache_headers

from smart_auth import agencies, confirming, pages, people, signing_out
from smart_auth.agencies import agency_of
from smart_auth.agency import Agency
from smart_auth.confirming import confirm_patient, no_patient_found, propose_patient
from smart_auth.errors import SignInNeeded, TemporarilyUnavailable
from smart_auth.reader import Reader, Relation, relation
from smart_auth.renewal import SessionTokens, TokenSet
from smart_auth.scopes import Granted, GrantedScopes
from smart_auth.servers import Server
from smart_auth.sessions import SessionStore, session_of
from smart_auth.signals import access_ended
from trail.entries import Event, Who
from trail.writing import write

log = logging.getLogger(__name__)

FRESH_SECONDS = 60
"""How long after signing in a refused token is more likely another agency's than an old one."""

__all__ = [
    "Access",
    "Agency",
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
    "agency_of",
    "confirm_patient",
    "current_access_id",
    "no_patient_found",
    "propose_patient",
    "unconfirmed_access",
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
    ago, so a 401 now means that the sign-in may belong to another agency. `reader_key` is the same whenever this reader
    opens this record, says nothing of either, and is empty where it is not known who reads. `signed_in_at`: aware.
    `who`: for the audit trail.
    """

    id: str
    agency: Agency = field(repr=False)
    patient: str = field(repr=False)
    reader: Reader = field(repr=False)
    relation: Relation
    granted: GrantedScopes = field(repr=False)
    key: bytes = field(repr=False)
    cache_id: str
    expires: datetime | None
    is_fresh: bool
    tokens: Tokens = field(repr=False, compare=False)
    reader_key: str = field(repr=False)
    signed_in_at: datetime
    is_confirmed: bool = field(default=True, kw_only=True)
    who: Who = field(repr=False)

    @property
    def server(self) -> Server:
        """The agency's server: the only one that the tokens may go to."""
        return self.agency.server

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

    def seen(request: PatientRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.access.is_confirmed:
            return confirming.to_confirm(request.access.id)
        return view(request, *args, **kwargs)

    return unconfirmed_access(wraps(view)(seen))


def unconfirmed_access(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same for the one view that may see an access before its reader has said that it is the right record."""

    @wraps(view)
    def wrapped(request: HttpRequest, access: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = _answer(view, request, access, *args, **kwargs)
        add_never_cache_headers(response)  # no-store and private among them
        return response

    return wrapped


def _answer(
    view: Callable[..., HttpResponseBase], request: HttpRequest, access_id: str, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    session = session_of(request)
    if "HX-Request" in request.headers:
        session.asks_by_itself()
    found = people.standing(dict(session.items()), access_id)
    opened = _open(session) if found is not people.Standing.NOBODY else None
    if opened is None:
        return _closed(request, session)
    if found is not people.Standing.CURRENT:
        write(Event.LOOK_REFUSED, opened.who, reason="another record")
        return pages.stale(request, opened.id, was_open=found is people.Standing.FORMER)
    asked = cast(PatientRequest, request)
    asked.access = opened
    agencies.about(request, opened.agency)
    opened.agency.tell_times()
    try:
        response = view(asked, *args, **kwargs)
    except SignInNeeded as over:
        log.info("access %s is over", opened.id)
        signing_out.end_access(session, by_the_agency=over.by_the_agency)
        # A token whose own time is over was not refused: it says nothing of another agency.
        in_its_time = opened.expires is None or opened.expires > datetime.now(UTC)
        return pages.sign_in_needed(request, ended=True, is_fresh=opened.is_fresh and in_its_time)
    except TemporarilyUnavailable as trouble:
        return pages.trouble(request, retry_after=trouble.retry_after)
    if not session.exists(session.session_key or ""):
        # Signed out while this was on its way: what came for the one who left is shown to nobody.
        log.info("access %s ended meanwhile: its page is thrown away", opened.id)
        response.close()
        return pages.sign_in_needed(request, ended=True)
    return response


def _closed(request: HttpRequest, session: SessionStore) -> HttpResponseBase:
    """The page of who has no record open: not signed in, or at an agency that was taken off the list since."""
    left = agencies.that_left(dict(session.items()))
    if left is None:
        return pages.sign_in_needed(request)
    if people.current(dict(session.items())) is not None:
        log.info("an access was closed: its agency has left")
        signing_out.end_access(session, left=[left.name, left.phone])
    agencies.about(request, left)
    return pages.agency_left(request, left.name)


def _open(session: SessionStore) -> Access | None:
    """The access that a session holds, or None where a part of it is missing or of another server."""
    record, kept = people.current(dict(session.items())), session.tokens
    if record is None or kept is None or session.session_key is None:
        return None
    tokens, agency = TokenSet(**kept), agencies.of_base(record.fhir_base_url)
    if agency is None or tokens.access != record.id:
        return None
    return Access(
        id=record.id,
        agency=agency,
        patient=record.patient,
        reader=record.reader,
        relation=relation(record.fhir_user, record.patient),
        granted=GrantedScopes.parse(record.scope),
        key=record.key_bytes,
        cache_id=record.cache_id,
        expires=None if tokens.refresh_token else datetime.fromtimestamp(tokens.expires_at, UTC),
        is_fresh=0 <= time.time() - record.signed_in_at < FRESH_SECONDS,
        tokens=SessionTokens(session.session_key, agency.server, tokens),
        reader_key=record.reader_key,
        signed_in_at=datetime.fromtimestamp(record.signed_in_at, UTC),
        is_confirmed=record.is_confirmed,
        who=record.who,
    )


def standing(request: HttpRequest, access_id: str) -> people.Standing:
    """What the address of an access is to this browser now. Asking is no activity: it puts no idle end off."""
    session = SessionStore(session_of(request).session_key, is_activity=False)
    return people.standing(dict(session.items()), access_id) if _open(session) else people.Standing.NOBODY


def current_access_id(request: HttpRequest) -> str | None:
    """The `<access>` of the record that this session has open, or None: for `/record/` and the page head."""
    if not hasattr(request, "session"):
        return None
    opened = _open(session_of(request))
    return opened.id if opened else None
