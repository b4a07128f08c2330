"""Launches: what was sent to the authorization server and is waited for. At most five, ten minutes each, used once.

SMART App Launch 2.2, "Launch App: Standalone Launch" and "EHR Launch"; RFC 6749, section 10.12; RFC 9207.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import time
from dataclasses import asdict, dataclass
from typing import Any

from authlib.common.security import generate_token
from django.utils.http import url_has_allowed_host_and_scheme

from smart_auth import client_auth, oauth, scopes
from smart_auth.discovery import discover
from smart_auth.errors import Problem, SignInFailed
from smart_auth.servers import Server
from smart_auth.sessions import SessionGone, SessionStore

LASTS_SECONDS = 600
MOST_PENDING = 5
MOST_LAUNCH_CHARACTERS = 12 * 1024

_RECORD_PATH = re.compile(r"/record/[^/?#]+/(?P<rest>.*)", re.DOTALL)


@dataclass(frozen=True)
class Pending:
    """One authorization request that is waited for, as kept in the session (sealed, never in clear).

    `issuer` and `token_endpoint` bind the answer to the server that was asked. `subject` and `patient` are those
    of the record that was open before, where another was to be chosen. `how`: the portal says who it is at the token
    endpoint (`client_auth.choose`).
    """

    fhir_base_url: str
    client_id: str
    issuer: str
    token_endpoint: str
    iss_parameter_supported: bool
    scope: str
    nonce: str
    code_verifier: str
    return_path: str
    started_at: float
    subject: str = ""
    patient: str = ""
    how: str = ""

    @property
    def is_expired(self) -> bool:
        """Whether it has been open for longer than ten minutes."""
        return not 0 <= time.time() - self.started_at <= LASTS_SECONDS


@dataclass(frozen=True)
class Start:
    """What a launch is started with.

    Attributes:
        launch, iss: of an EHR launch (`iss` already found to be this server); both empty for a standalone one.
        login_hint: whom the agency's page may suggest; empty for nobody.
        return_path: a local path, already checked.
        subject, patient: of the record that is open now and is to be exchanged for another.
    """

    launch: str = ""
    iss: str = ""
    login_hint: str = ""
    return_path: str = ""
    subject: str = ""
    patient: str = ""


def begin(session: SessionStore, server: Server, start: Start) -> str:
    """Remember a launch in the session and return where the browser goes.

    Raises:
        SignInFailed: UNAVAILABLE or MISCONFIGURED.
    """
    endpoints = discover(server)
    asked = scopes.requested(
        ehr_launch=bool(start.launch),
        capabilities=endpoints.capabilities,
        scopes_supported=endpoints.scopes_supported,
        configured=server.scopes,
    )
    state, nonce, code_verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(24), generate_token(64)
    pending = Pending(
        fhir_base_url=server.fhir_base_url,
        client_id=server.client_id,
        issuer=endpoints.issuer,
        token_endpoint=endpoints.token_endpoint,
        iss_parameter_supported=endpoints.iss_parameter_supported,
        scope=" ".join(asked),
        nonce=nonce,
        code_verifier=code_verifier,
        return_path=start.return_path,
        started_at=time.time(),
        subject=start.subject,
        patient=start.patient,
        how=client_auth.choose(server, endpoints),
    )
    _remember(session, state, pending)
    request = oauth.AuthorizationRequest(
        scope=pending.scope,
        state=state,
        nonce=nonce,
        code_verifier=code_verifier,
        aud=start.iss or server.fhir_base_url,
        launch=start.launch,
        login_hint=start.login_hint,
    )
    return oauth.authorization_url(server, endpoints, request)


def _remember(session: SessionStore, state: str, pending: Pending) -> None:
    session.ensure()
    try:
        with session.locked() as held:
            waiting: dict[str, Any] = held.payload.get("pending", {})
            kept = {key: value for key, value in waiting.items() if _is_open(value)}
            kept[state] = asdict(pending)
            held.payload["pending"] = dict(list(kept.items())[-MOST_PENDING:])
    except SessionGone:
        # It ended between two statements. The reader starts once more, from a page that says so.
        raise SignInFailed(Problem.STATE_EXPIRED, "the session ended while starting") from None


def _is_open(kept: dict[str, Any]) -> bool:
    try:
        return not Pending(**kept).is_expired
    except TypeError:  # an older version of the portal kept it
        return False


def _mark(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()


def overtaken(payload: dict[str, Any]) -> list[str]:
    """The launches of a session that a sign-in overtakes: so that one who comes back from them is told so."""
    return [*payload.get("overtaken", []), *map(_mark, payload.get("pending", {}))][-MOST_PENDING:]


def take(session: SessionStore, state: str) -> Pending:
    """The launch of a `state`, which is thereby used: however many callbacks race, one gets it.

    Raises:
        SignInFailed: STATE_UNKNOWN, STATE_EXPIRED, OVERTAKEN or ALREADY_USED. Nothing else of the session changes.
    """
    if not state or len(state) > 200:
        raise SignInFailed(Problem.STATE_UNKNOWN, "no state")
    mark = _mark(state)
    try:
        with session.locked() as held:
            found = held.payload.get("pending", {}).pop(state, None)
            was_used = mark in held.payload.get("used", [])
            was_overtaken = mark in held.payload.get("overtaken", [])
            if found is not None:
                held.payload["used"] = [*held.payload.get("used", []), mark][-MOST_PENDING:]
    except SessionGone:
        raise SignInFailed(Problem.STATE_UNKNOWN, "no session") from None
    if found is None:
        if was_overtaken:
            raise SignInFailed(Problem.OVERTAKEN, "another sign-in succeeded meanwhile")
        raise SignInFailed(Problem.ALREADY_USED if was_used else Problem.STATE_UNKNOWN)
    if not _is_open(found):
        raise SignInFailed(Problem.STATE_EXPIRED)
    return Pending(**found)


def local_path(path: str) -> str:
    """The path where it is one of this portal's own, else empty. No host, no scheme, nothing a browser bends."""
    if (
        not path.startswith("/")
        or len(path) > 500
        or "\\" in path
        or not path.isprintable()
        or path.startswith("/auth/")
        or not url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    ):
        return ""
    return path


def return_address(path: str, access_id: str) -> str:
    """Where a reader goes after signing in: the page they came from, under the address of the record opened now."""
    if match := _RECORD_PATH.fullmatch(path):
        return f"/record/{access_id}/{match['rest']}"
    if path and not path.startswith("/record/"):
        return path
    return f"/record/{access_id}/"
