"""The end of an access, and of a session. RFC 7009; OpenID Connect RP-Initiated Logout 1.0."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from django.core import signing

from smart_auth import discovery, ends, people, renewal
from smart_auth.oauth import REVOCATION_TIMEOUT
from smart_auth.servers import Server
from smart_auth.sessions import SessionGone, SessionStore
from trail.entries import Closed

log = logging.getLogger(__name__)

BACK_SECONDS = 600
"""How long the way over the agency's page may take for its end to be believed."""

_back = signing.TimestampSigner(salt="smart_auth.signing_out")


@dataclass(frozen=True)
class Farewell:
    """A form by which the browser signs out at the agency too. `fields` hold the id_token: for this form alone."""

    address: str
    fields: tuple[tuple[str, str], ...] = field(repr=False)

    @property
    def origin(self) -> str:
        """Where the form leads, without the path."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"


def end_access(
    session: SessionStore,
    *,
    revoke_at: Server | None = None,
    by_the_agency: bool = False,
    left: list[str] | None = None,
) -> renewal.TokenSet | None:
    """Close the record that a session has open: first here, then at the server where `revoke_at` is given.

    `by_the_agency`: the session remembers that it was so, for whatever page is asked for next.
    `left`: name and telephone of an agency that was taken off the list; remembered in the same way.
    Launches that are waited for stay. Nothing happens where no record is open. Returns the tokens that were kept.
    """
    if session.session_key is None:
        return None
    try:
        with session.locked() as held:
            record = people.current(held.payload)
            kept = held.tokens
            people.close(held.payload)
            if by_the_agency:
                held.payload[people.ENDED_BY_THE_AGENCY] = True
            if left is not None:
                held.payload[people.LEFT] = left
            held.tokens, held.renewing_until = None, None
    except SessionGone:
        return None
    ends.closed(record, Closed.AGENCY if by_the_agency else Closed.READER)
    tokens = renewal.TokenSet(**kept) if kept is not None else None
    if tokens is not None and revoke_at is not None:
        renewal.revoke(revoke_at, tokens)
    return tokens


def sign_out(session: SessionStore, server: Server | None) -> Farewell | None:
    """End the session wholly. Trouble with the server does not stop it, nor hold it up for long.

    None for the server of an agency that is not on the list any more.

    Returns what is left to do in the browser, where the agency's server says that it can be signed out of, too.
    """
    hurried = server and replace(
        server, connect_timeout=REVOCATION_TIMEOUT[0], read_timeout=REVOCATION_TIMEOUT[1]
    )
    tokens = end_access(session, revoke_at=hurried)
    session.flush()
    log.info("signed out")
    if hurried is None or tokens is None or not tokens.id_token:
        return None
    return _farewell(hurried, tokens.id_token)


def _farewell(server: Server, id_token: str) -> Farewell | None:
    """The logout request. OpenID Connect RP-Initiated Logout 1.0, section 2.

    `state` is signed and names nobody: coming back with it changes no more than the words of a page, so there is
    nothing to keep for it, and the session is gone.
    """
    address = discovery.end_session_endpoint(server, waits=renewal.HARDLY_SECONDS)
    if not address:
        return None
    fields = {
        "id_token_hint": id_token,
        "client_id": server.client_id,
        "post_logout_redirect_uri": server.post_logout_redirect_uri,
        "state": _back.sign(secrets.token_urlsafe(12)),
    }
    return Farewell(address, tuple(fields.items()))


def is_back(states: list[str]) -> bool:
    """Whether the browser comes back from the agency's page with the `state` that it was sent away with."""
    try:
        return len(states) == 1 and bool(_back.unsign(states[0], max_age=BACK_SECONDS))
    except signing.BadSignature:
        return False
