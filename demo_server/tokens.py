"""What apps were given: codes, access tokens and refresh tokens, held in the memory of this process.

An authorization is what one person allowed one app for one record. Code, access tokens and refresh
tokens all hang on it; when it is revoked, all of them are dead. A restart forgets everything.

RFC 6749 sections 4.1.2, 6 and 10.4; RFC 7009; RFC 9700 section 4.14.2 (rotation with reuse detection).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from demo_server import config
from demo_server.agencies import Each

ONLINE_SECONDS = 12 * 3600
OFFLINE_SECONDS = 90 * 24 * 3600


@dataclass(frozen=True)
class Token:
    """What an access token is good for. `person` is a slug, `expires_at` seconds since 1970."""

    scopes: frozenset[str]
    patient: str
    person: str
    expires_at: float


@dataclass(eq=False, kw_only=True)
class Authorization:
    """What a person allowed an app. `patient` is empty where no record was asked for.

    `scopes` keep the order in which the app asked. `ends_at` is when refreshing ends. `sid` names
    this one sign-in.
    """

    client_id: str
    person: str
    patient: str
    scopes: tuple[str, ...]
    redirect_uri: str
    code_challenge: str
    nonce: str
    authenticated_at: float
    sid: str = field(default_factory=lambda: secrets.token_urlsafe(12), init=False)
    revoked: bool = field(default=False, init=False)

    @property
    def may_refresh(self) -> bool:
        """Whether a refresh token belongs to it. SMART App Launch 2.2, scopes for refresh tokens."""
        return not {"online_access", "offline_access"}.isdisjoint(self.scopes)

    @property
    def ends_at(self) -> float:
        lasts = OFFLINE_SECONDS if "offline_access" in self.scopes else ONLINE_SECONDS
        return self.authenticated_at + lasts


@dataclass
class _Code:
    authorization: Authorization
    expires_at: float
    used: bool = False


@dataclass
class _Refresh:
    authorization: Authorization
    spent: bool = False


@dataclass
class _Access:
    authorization: Authorization
    token: Token
    revoked: bool = False


class Spent(Exception):
    """A code or refresh token came a second time, or what it belonged to is revoked."""


class Ledger:
    """Everything that was given out. Thread safe; each method is one step that nothing interrupts.

    Args:
        now: the clock, in seconds since 1970.
    """

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._codes: dict[str, _Code] = {}
        self._access: dict[str, _Access] = {}
        self._refresh: dict[str, _Refresh] = {}

    def add_code(self, code: str, authorization: Authorization) -> None:
        """Keep a code that was just made, for `DEMO_CODE_SECONDS`."""
        with self._lock:
            self._forget_what_is_over()
            self._codes[code] = _Code(authorization, self._now() + config.CODE_SECONDS)

    def redeem(self, code: str, client_id: str) -> Authorization | None:
        """The authorization behind a code, which is used from now on.

        A code that comes a second time revokes what it gave (RFC 6749 section 4.1.2). None for a code
        that is unknown, used, expired, or another client's.
        """
        with self._lock:
            found = self._codes.get(code)
            if found is None or found.authorization.client_id != client_id:
                return None
            if found.used:
                found.authorization.revoked = True
                return None
            found.used = True
            return found.authorization if self._now() < found.expires_at else None

    def issue(
        self, authorization: Authorization, scopes: tuple[str, ...], *, with_refresh: bool
    ) -> tuple[str, str | None]:
        """A new access token for `DEMO_ACCESS_TOKEN_SECONDS`, and a new refresh token where asked for.

        Raises:
            Spent: the authorization was revoked in the meantime.
        """
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        with self._lock:
            if authorization.revoked:
                raise Spent
            self._forget_what_is_over()
            token = Token(
                scopes=frozenset(scopes),
                patient=authorization.patient,
                person=authorization.person,
                expires_at=self._now() + config.ACCESS_TOKEN_SECONDS,
            )
            self._access[access] = _Access(authorization, token)
            if with_refresh:
                self._refresh[refresh] = _Refresh(authorization)
        return access, refresh if with_refresh else None

    def refreshable(self, refresh: str) -> Authorization | None:
        """The authorization behind a refresh token that is good. A spent one revokes it: somebody has a copy."""
        with self._lock:
            found = self._refresh.get(refresh)
            if found is None:
                return None
            if found.spent:
                found.authorization.revoked = True
            good = not found.authorization.revoked and self._now() < found.authorization.ends_at
            return found.authorization if good else None

    def spend(self, refresh: str) -> None:
        """Use a refresh token up.

        Raises:
            Spent: another request was quicker. Both may be the app, or one a thief: all is revoked.
        """
        with self._lock:
            found = self._refresh.get(refresh)
            if found is None or found.spent or found.authorization.revoked:
                if found is not None:
                    found.authorization.revoked = True
                raise Spent
            found.spent = True

    def token_for(self, bearer: str) -> Token | None:
        """What an access token is good for; None if it is unknown, expired or revoked."""
        with self._lock:
            found = self._access.get(bearer)
            if found is None or found.revoked or found.authorization.revoked:
                return None
            return found.token if self._now() < found.token.expires_at else None

    def owner(self, value: str) -> Authorization | None:
        """The authorization that an access or refresh token belongs to, dead or alive."""
        with self._lock:
            found = self._access.get(value) or self._refresh.get(value)
            return found.authorization if found else None

    def revoke(self, value: str) -> None:
        """An access token alone; with a refresh token, everything of its authorization. RFC 7009 section 2.1."""
        with self._lock:
            if access := self._access.get(value):
                access.revoked = True
            elif refresh := self._refresh.get(value):
                refresh.authorization.revoked = True

    def revoke_session(self, sid: str, client_id: str) -> None:
        """Everything that one sign-in gave to an app."""
        with self._lock:
            given = [
                *(one.authorization for one in self._codes.values()),
                *(one.authorization for one in self._access.values()),
                *(one.authorization for one in self._refresh.values()),
            ]
            for authorization in given:
                if (authorization.sid, authorization.client_id) == (sid, client_id):
                    authorization.revoked = True

    def _forget_what_is_over(self) -> None:
        """Drop what could only be refused anyway. Used codes stay ten minutes, so that a replay is noticed."""
        now = self._now()
        for code in [code for code, one in self._codes.items() if one.expires_at + 600 < now]:
            del self._codes[code]
        for value in [value for value, one in self._access.items() if one.token.expires_at < now]:
            del self._access[value]
        for value in [value for value, one in self._refresh.items() if one.authorization.ends_at < now]:
            del self._refresh[value]


LEDGER: Ledger = cast(Ledger, Each(Ledger))
"""The one ledger of this process."""


def token_for(bearer: str) -> Token | None:
    """What an access token is good for; None if it is unknown, expired or revoked."""
    return LEDGER.token_for(bearer)
