"""The answer of the authorization server: checked in order, state before all, and turned into an open record.

SMART App Launch 2.2, "Obtain access token"; RFC 6749, sections 4.1.2 and 10.12; RFC 9207 (`iss`).
"""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass

from django.http import QueryDict

from smart_auth import agencies, confirming, ends, identity, launch, oauth, people, renewal
from smart_auth.discovery import discover
from smart_auth.errors import Problem, SignInFailed
from smart_auth.scopes import GrantedScopes
from smart_auth.servers import Server
from smart_auth.sessions import SessionGone, SessionStore
from trail.entries import Closed, Event
from trail.writing import write

log = logging.getLogger(__name__)

MOST_CODE_CHARACTERS = 4096

_ERRORS = {
    "access_denied": Problem.DECLINED,
    "invalid_scope": Problem.SCOPE_REFUSED,
    "server_error": Problem.UNAVAILABLE,
    "temporarily_unavailable": Problem.UNAVAILABLE,
    "login_required": Problem.LOGIN_REQUIRED,
    "interaction_required": Problem.LOGIN_REQUIRED,
    "consent_required": Problem.LOGIN_REQUIRED,
    "account_selection_required": Problem.LOGIN_REQUIRED,
}
"""RFC 6749, section 4.1.2.1, and OpenID Connect Core 1.0, section 3.1.2.6. Others are not understood."""


@dataclass(frozen=True)
class Opened:
    """A sign-in that succeeded: the address to go to, and whether another record was wanted but the same came."""

    address: str
    access_id: str
    same_again: bool


def complete(session: SessionStore, server: Server, query: QueryDict) -> Opened:
    """Finish the sign-in that a callback's query belongs to. The session is replaced by a new one.

    A record that was open is closed by that, and not before: its tokens are revoked, its cache is wiped.

    Raises:
        SignInFailed: with the problem; nothing of a session that is signed in has changed then.
    """
    states = query.getlist("state")
    pending = launch.take(session, states[0] if len(states) == 1 else "")
    try:
        # Each agency has a callback of its own: an answer that comes to another's is not even looked at. RFC 9700, 2.1.
        if (pending.fhir_base_url, pending.client_id) != (server.fhir_base_url, server.client_id):
            raise SignInFailed(Problem.MIXED_UP, "of another agency, or the configuration changed meanwhile")
        code = _code(query, pending)
        response = oauth.exchange_code(
            server,
            pending.token_endpoint,
            code=code,
            code_verifier=pending.code_verifier,
            how=pending.how,
        )
        return _open(session, server, pending, response)
    except SignInFailed as failure:
        log.info("sign-in came to nothing: %s", failure)
        raise


def _code(query: QueryDict, pending: launch.Pending) -> str:
    """The authorization code of a well-formed answer from the issuer that was asked."""
    given = {name: query.getlist(name) for name in ("code", "error", "iss")}
    if any(len(values) > 1 for values in given.values()):
        raise SignInFailed(Problem.NOT_UNDERSTOOD, "a parameter is repeated")
    iss = next(iter(given["iss"]), None)
    if iss is None and pending.iss_parameter_supported:
        raise SignInFailed(Problem.MIXED_UP, "iss is missing although the server says it sends it")
    if iss is not None and iss != pending.issuer:
        raise SignInFailed(Problem.MIXED_UP, "iss is another issuer")
    if given["code"] and given["error"]:
        raise SignInFailed(Problem.NOT_UNDERSTOOD, "code and error at once")
    if given["error"]:
        # error_description and error_uri are the server's text, or anybody's: they are not even read.
        raise SignInFailed(_ERRORS.get(given["error"][0], Problem.NOT_UNDERSTOOD), "error from the server")
    code = next(iter(given["code"]), "")
    if not code or len(code) > MOST_CODE_CHARACTERS or not code.isprintable():
        raise SignInFailed(Problem.NOT_UNDERSTOOD, "no usable code")
    return code


def _open(
    session: SessionStore, server: Server, pending: launch.Pending, response: oauth.TokenResponse
) -> Opened:
    # RFC 6749, section 5.1: without `scope`, what was asked was granted.
    scope = pending.scope if response.scope is None else response.scope
    who = _identity(server, pending, response, scope)
    patient, is_confirmed = _patient(server, response, who)
    record = people.opened(server, patient=patient, scope=scope, identity=who, is_confirmed=is_confirmed)
    tokens = renewal.token_set(
        record.id,
        response,
        token_endpoint=pending.token_endpoint,
        id_token=response.id_token if who else "",
        how=pending.how,
    )
    before = dict(session.items())
    replaced = people.current(before)
    former = [*before.get("former", []), *([replaced.id] if replaced else [])]
    # Nothing of the old session comes along but what is needed to refuse: used states, addresses of other records.
    payload = {
        "former": former[-people.MOST_FORMER :],
        "used": before.get("used", []),
        "overtaken": launch.overtaken(before),
    }
    people.put(payload, record)
    if (agency := agencies.of_base(record.fhir_base_url)) is not None:
        payload[people.AGENCY] = [agency.name, agency.phone]
    try:
        left = session.replace(payload, asdict(tokens))
    except SessionGone:
        # Signed out, or signed in, by another request: what came now must not undo that.
        renewal.revoke(server, tokens)
        raise SignInFailed(Problem.OVERTAKEN, "the session ended meanwhile") from None
    ends.closed(replaced, Closed.ANOTHER_SIGN_IN)
    former_agency = agencies.of_base(replaced.fhir_base_url) if replaced is not None else None
    if left is not None and former_agency is not None:
        _revoke(former_agency.server, renewal.TokenSet(**left), unless=tokens)
    log.info("signed in: access %s", record.id)
    if is_confirmed:
        write(Event.SIGN_IN, record.who)
    address = launch.return_address(pending.return_path, record.id)
    return Opened(
        address=address if is_confirmed else confirming.confirm_href(record.id),
        access_id=record.id,
        same_again=bool(pending.patient)
        and (pending.patient, pending.subject) == (record.patient, record.subject),
    )


def _patient(
    server: Server, response: oauth.TokenResponse, who: identity.Identity | None
) -> tuple[str, bool]:
    """Whose record it is, and whether the server said so. Empty where it has to be looked for.

    Raises:
        SignInFailed: NO_PATIENT, where nothing may be looked for.
    """
    if response.patient is not None:
        return response.patient, True
    if response.patient_is_malformed:
        raise SignInFailed(Problem.NO_PATIENT, "patient is no FHIR id")
    if not server.find_patient:
        raise SignInFailed(Problem.NO_PATIENT, "no patient in the token response")
    return _who_signed_in(who), False


def _who_signed_in(who: identity.Identity | None) -> str:
    """The logical id of who signed in, where that is a Patient; else empty, and a search has to find one."""
    resource_type, _, logical_id = (who.reader.fhir_user if who else "").partition("/")
    return logical_id if resource_type == "Patient" else ""


def _identity(
    server: Server, pending: launch.Pending, response: oauth.TokenResponse, scope: str
) -> identity.Identity | None:
    """Who signed in; None where that was neither granted nor told."""
    if not response.id_token:
        if "openid" in GrantedScopes.parse(scope):
            raise SignInFailed(Problem.IDENTITY, "openid was granted, but there is no id_token")
        return None
    return identity.identify(
        server,
        discover(server),
        response.id_token,
        access_token=response.access_token,
        nonce=pending.nonce,
    )


def _revoke(server: Server, tokens: renewal.TokenSet, *, unless: renewal.TokenSet) -> None:
    """Revoke tokens, unless the server gave one of them once more: that would end the sign-in that succeeded."""
    if tokens.access_token != unless.access_token and (
        not tokens.refresh_token or tokens.refresh_token != unless.refresh_token
    ):
        renewal.revoke(server, tokens)
