"""The end of an access, and of a session. RFC 7009; SMART App Launch 2.2, best practices on sign-out."""

from __future__ import annotations

import logging

from smart_auth import people, renewal
from smart_auth.servers import Server
from smart_auth.sessions import SessionGone, SessionStore
from smart_auth.signals import access_ended

log = logging.getLogger(__name__)


def end_access(session: SessionStore, *, revoke_at: Server | None = None) -> None:
    """Close the record that a session has open: first here, then at the server where `revoke_at` is given.

    Launches that are waited for stay. Nothing happens where no record is open.
    """
    if session.session_key is None:
        return
    try:
        with session.locked() as held:
            record = people.current(held.payload)
            kept = held.tokens
            people.close(held.payload)
            held.tokens, held.renewing_until = None, None
    except SessionGone:
        return
    if record is not None:
        access_ended.send(SessionStore, cache_id=record.cache_id)
    if kept is not None and revoke_at is not None:
        renewal.revoke(revoke_at, renewal.TokenSet(**kept))


def sign_out(session: SessionStore, server: Server) -> None:
    """End the session wholly. Trouble with the server's revocation does not stop it."""
    end_access(session, revoke_at=server)
    session.flush()
    log.info("signed out")
