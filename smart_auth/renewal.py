"""New tokens for old ones, exactly once however many threads, workers and machines race. RFC 6749, section 6.

A refresh token is used up by its first use; a second one may end the whole sign-in. So whoever wants to renew
takes a lease under the session's row lock, asks without holding the lock, and stores what came before anyone
uses it. Everybody else waits for that and reads the result.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from smart_auth import ends, identity, oauth, people
from smart_auth.discovery import discover
from smart_auth.errors import SignInFailed, SignInNeeded, TemporarilyUnavailable
from smart_auth.servers import Server
from smart_auth.sessions import Held, SessionGone, SessionStore
from trail.entries import Closed

log = logging.getLogger(__name__)

EARLY_SECONDS = 60
"""How long before its end a token is renewed."""

PAUSE_SECONDS = 5
"""How long nobody asks again after the authorization server had trouble, unless it names a time itself."""

MOST_UNKNOWN_OUTCOMES = 2
"""How often one refresh token may be sent where nobody knows what became of it."""

WAIT_SECONDS = 6.0
"""How long somebody else's renewal is waited for; then the part of the page that needs it says so."""

HARDLY_SECONDS = 0.5
"""The same for who has a token that is due and not over: a page can still be read with it."""

_POLL_SECONDS, _MOST_POLL_SECONDS = 0.05, 0.8
"""How soon somebody else's renewal is looked for, and how long the pauses grow: most take a fraction of a second, and
one that hangs must not be asked after by every tab twenty times a second."""


@dataclass(frozen=True)
class TokenSet:
    """The tokens of one access, as kept in their own column (sealed, never in clear).

    `token_endpoint` is where they came from: a refresh token goes nowhere else. `expires_at` and `not_before` are
    Unix time. `id_token` is the verified one that came last, or empty: signing out sends it back as a hint.
    `not_before`: nobody asks for new ones earlier. `unknown_outcomes` counts how often `refresh_token` was sent
    without an answer. `how`: the portal said who it is when these were given (`client_auth.choose`).
    """

    access: str
    token_endpoint: str
    access_token: str
    refresh_token: str
    expires_at: float
    id_token: str = ""
    not_before: float = 0
    unknown_outcomes: int = 0
    how: str = ""

    def __repr__(self) -> str:
        return f"<tokens of {self.access}>"

    def lasts(self, seconds: float) -> bool:
        """Whether the access token is good for that much longer."""
        return self.expires_at - time.time() > seconds


def token_set(
    access_id: str,
    response: oauth.TokenResponse,
    *,
    token_endpoint: str,
    id_token: str = "",
    refresh_token: str = "",
    how: str = "",
) -> TokenSet:
    """What is kept of a token response; the old refresh token where it brings no new one.

    Args:
        id_token: one that passed every check, or empty.
    """
    return TokenSet(
        access=access_id,
        token_endpoint=token_endpoint,
        access_token=response.access_token,
        refresh_token=response.refresh_token or refresh_token,
        expires_at=time.time() + response.expires_in,
        id_token=id_token,
        how=how,
    )


class SessionTokens:
    """The tokens of a request's access: read once with the session, renewed through it. Any thread may call."""

    def __init__(self, session_key: str, server: Server, tokens: TokenSet) -> None:
        self._session_key, self._server, self._tokens = session_key, server, tokens
        self._lock = threading.Lock()
        self._own_thread = threading.get_ident()

    def bearer(self) -> str:
        """See `Access.bearer`."""
        tokens = self._tokens
        if tokens.lasts(EARLY_SECONDS) or (not tokens.refresh_token and tokens.lasts(0)):
            return tokens.access_token
        waits = HARDLY_SECONDS if tokens.lasts(HARDLY_SECONDS * 10) else WAIT_SECONDS
        try:
            return self._renewed(tokens.access_token, waits)
        except TemporarilyUnavailable:
            if tokens.lasts(1):  # it is due, not over: the page can still be read with it
                return tokens.access_token
            raise

    def renew(self, seen: str) -> str:
        """See `Access.renew`."""
        return self._renewed(seen, WAIT_SECONDS)

    def _renewed(self, seen: str, waits: float) -> str:
        if not self._lock.acquire(timeout=waits):
            raise TemporarilyUnavailable("another renewal takes too long", retry_after=PAUSE_SECONDS)
        try:
            if self._tokens.access_token == seen:
                try:
                    self._tokens = renew_once(
                        self._session_key, self._server, replace(self._tokens), waits=waits
                    )
                finally:
                    if threading.get_ident() != self._own_thread:
                        connection.close()  # a pool's thread must not keep a database connection
            return self._tokens.access_token
        finally:
            self._lock.release()


def renew_once(session_key: str, server: Server, seen: TokenSet, *, waits: float = WAIT_SECONDS) -> TokenSet:
    """The tokens that came after `seen`: somebody else's, or new ones.

    Args:
        waits: seconds for somebody else's renewal.

    Raises:
        SignInNeeded: the session or its access is over, now also in the database.
        TemporarilyUnavailable: the authorization server has trouble; what is kept stays.
    """
    session = SessionStore(session_key)
    lease = timedelta(seconds=sum(server.timeout) + 35)
    give_up = time.monotonic() + waits
    pause = _POLL_SECONDS
    while True:
        if not session.is_renewing() and (tokens := _take_lease(session, seen, lease)) is not None:
            break
        if time.monotonic() > give_up:
            raise TemporarilyUnavailable("another renewal takes too long", retry_after=PAUSE_SECONDS)
        time.sleep(pause)
        pause = min(pause * 1.5, _MOST_POLL_SECONDS)
    if tokens.access_token != seen.access_token:
        return tokens
    try:
        return _renew(session, server, tokens)
    except BaseException:
        _release(session)
        raise


def _take_lease(session: SessionStore, seen: TokenSet, lease: timedelta) -> TokenSet | None:
    """The tokens as they stand now: `seen` itself with the lease taken, or its successors; None is "wait"."""
    try:
        with session.locked() as held:
            record = people.current(held.payload)
            tokens = TokenSet(**held.tokens) if held.tokens else None
            if tokens is None or record is None or record.id != seen.access:
                raise SignInNeeded
            if tokens.access_token != seen.access_token:
                return tokens
            if tokens.not_before > time.time():
                wait = int(tokens.not_before - time.time()) + 1
                raise TemporarilyUnavailable("paused after trouble", retry_after=wait)
            if held.renewing_until and held.renewing_until > timezone.now():
                return None
            if tokens.refresh_token and tokens.unknown_outcomes < MOST_UNKNOWN_OUTCOMES:
                held.renewing_until = timezone.now() + lease
                # Counted before it is sent: a process that dies meanwhile leaves the outcome unknown, too.
                tokens = replace(tokens, unknown_outcomes=tokens.unknown_outcomes + 1)
                held.tokens = asdict(tokens)
                return tokens
            ended = _end(held)
    except SessionGone:
        raise SignInNeeded from None
    ends.closed(ended, Closed.AGENCY)
    raise SignInNeeded(by_the_agency=True)


def _renew(session: SessionStore, server: Server, tokens: TokenSet) -> TokenSet:
    try:
        response = oauth.refresh(
            server, tokens.token_endpoint, refresh_token=tokens.refresh_token, how=tokens.how
        )
    except oauth.Refused as refusal:
        log.info("the refresh token was refused (%s): sign-in needed", refusal.code)
        _end_in(session)
        raise SignInNeeded(by_the_agency=True) from None
    except TemporarilyUnavailable as trouble:
        log.warning("tokens could not be renewed: %s", trouble)
        unknown = tokens.unknown_outcomes if isinstance(trouble, oauth.OutcomeUnknown) else 0
        pause = PAUSE_SECONDS if isinstance(trouble, oauth.OutcomeUnknown) else min(trouble.retry_after, 60)
        _store(session, replace(tokens, unknown_outcomes=unknown, not_before=time.time() + pause), None)
        trouble.retry_after = pause  # what the reader is told is when it is tried again
        raise
    fresh = token_set(
        tokens.access,
        response,
        token_endpoint=tokens.token_endpoint,
        # Where there was one before, `_same_record` holds the new one against it.
        id_token=(tokens.id_token and response.id_token) or tokens.id_token,
        refresh_token=tokens.refresh_token,
        how=tokens.how,
    )
    if not _same_record(session, server, response):
        _end_in(session)
        raise SignInNeeded(by_the_agency=True)
    if not _store(session, fresh, response.scope):
        # Signed out meanwhile: what came now must not outlive it.
        revoke(server, fresh)
        raise SignInNeeded
    return fresh


def revoke(server: Server, tokens: TokenSet) -> None:
    """Tell the authorization server that these tokens are done with. Trouble is logged, no more. What takes longer than
    a moment goes on behind: nobody who signs out waits for it."""
    behind = threading.Thread(target=_revoke, args=(server, tokens), daemon=True)
    behind.start()
    behind.join(HARDLY_SECONDS)


def _revoke(server: Server, tokens: TokenSet) -> None:
    try:
        endpoint = discover(server).revocation_endpoint
    except SignInFailed as failure:
        log.warning("revocation: %s", failure)
        return
    at = oauth.Revocation(endpoint, tokens.token_endpoint, tokens.how)
    oauth.revoke(server, at, refresh_token=tokens.refresh_token, access_token=tokens.access_token)


def _same_record(session: SessionStore, server: Server, response: oauth.TokenResponse) -> bool:
    """Whether the new tokens are for the same patient and, where they say so, the same reader."""
    record = people.current(dict(SessionStore(session.session_key).items()))
    if record is None:
        return True  # signed out meanwhile; storing will find that out
    if response.patient_is_malformed or (response.patient is not None and response.patient != record.patient):
        log.error("security: the renewed token is for another patient; the session was ended")
        return False
    if response.id_token and record.subject:
        try:
            who = identity.identify(
                server, discover(server), response.id_token, access_token=response.access_token, nonce=None
            )
        except SignInFailed as failure:
            log.error("security: the id_token of a renewal failed (%s); the session was ended", failure)
            return False
        if (who.issuer, who.subject) != (record.issuer, record.subject):
            log.error("security: the id_token of a renewal is another reader's; the session was ended")
            return False
    return True


def _store(session: SessionStore, tokens: TokenSet, scope: str | None) -> bool:
    """Keep tokens, and the scopes where the server named them anew. False where the access is over."""
    try:
        with session.locked() as held:
            record = people.current(held.payload)
            if record is None or record.id != tokens.access or held.tokens is None:
                return False
            held.tokens = asdict(tokens)
            held.renewing_until = None
            if scope:
                held.payload["access"]["scope"] = scope
            return True
    except SessionGone:
        return False


def _release(session: SessionStore) -> None:
    try:
        with session.locked() as held:
            held.renewing_until = None
    except SessionGone:
        pass


def _end(held: Held) -> people.OpenRecord | None:
    """Take the access out of a held session. Returns it, to be told of when the lock is released."""
    record = people.current(held.payload)
    people.close(held.payload)
    held.tokens, held.renewing_until = None, None
    return record


def _end_in(session: SessionStore) -> None:
    try:
        with session.locked() as held:
            ended = _end(held)
    except SessionGone:
        return
    ends.closed(ended, Closed.AGENCY)
