"""The session store: Django's database sessions, encrypted, with the tokens in a column of their own.

Two ways to write. An ordinary save (the middleware's) writes the payload, never the tokens. `locked` reads payload
and tokens under the row's lock and writes what changed: whatever must happen once (a launch used, a token rotated)
happens there, so that a page that is saved meanwhile cannot bring an old token back.
"""

from __future__ import annotations

import copy
import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, CreateError, SessionBase, UpdateError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import get_random_string

from smart_auth import ends, vault
from smart_auth.models import PatientSession

Payload = dict[str, Any]

WITHOUT_RECORD_SECONDS = 15 * 60
"""How long a session is kept in which nobody has signed in. A sign-in takes ten minutes at most; who comes back from
it later finds the session still there, to be told so. Anybody may begin one."""

SECONDS_BETWEEN_CLEARINGS = 60
_cleared: list[float] = []
"""When this process last deleted sessions that are over, by the steady clock."""


class SessionGone(Exception):
    """The session ended: signed out, replaced, or too old."""


@dataclass
class Held:
    """A session under its row's lock. What the holder changes here is stored when the lock is released."""

    payload: Payload
    tokens: Payload | None
    renewing_until: datetime | None


class SessionStore(SessionBase):
    """A session whose key the database knows only as a hash, and whose content only by its ciphertext."""

    def __init__(self, session_key: str | None = None, *, is_activity: bool = True) -> None:
        """The session of a key. Reading it puts its idle end off, unless `is_activity` is false."""
        super().__init__(session_key)
        self._is_activity = is_activity
        self._started: datetime | None = None
        self._sealed_tokens = ""
        self._outlived = False

    def asks_by_itself(self) -> None:
        """Reading it from now on is no activity: a page that loads a part of itself is nobody's click."""
        self._is_activity = False

    @classmethod
    def get_model_class(cls) -> type[PatientSession]:
        """The table, as Django's documentation of custom session models asks for."""
        return PatientSession

    # --- Life
    def get_expiry_date(self, **kwargs: Any) -> datetime:
        """When the session ends: idle for too long, or in the end of all, however busy it is."""
        return self._end(dict(self.items()))

    def _end(self, payload: Payload) -> datetime:
        now = timezone.now()
        idle = settings.SESSION_IDLE_SECONDS if "access" in payload else WITHOUT_RECORD_SECONDS
        longest = (self._started or now) + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return min(now + timedelta(seconds=idle), longest)

    def is_empty(self) -> bool:
        """Whether the middleware may delete the cookie.

        A key that no longer opens anything is left alone: the answer to an outdated request may arrive after
        the one that set the new cookie, and must not take that away.
        """
        return super().is_empty() and not self._outlived

    def load(self) -> Payload:
        row = PatientSession.objects.filter(
            session_key=_hash(self.session_key), expire_date__gt=timezone.now()
        ).first()
        try:
            payload = None if row is None else _open(row.session_data, _place(row, "session_data"))
        except vault.Unreadable:
            payload = None
        if row is None or payload is None:
            self._session_key = None
            self._outlived = True
            return {}
        self._started, self._sealed_tokens = row.started, row.tokens
        if self._is_activity:
            self._touch(row, payload)
        return payload

    def _touch(self, row: PatientSession, payload: Payload) -> None:
        """Put the idle end off, without a write for every request."""
        until = self._end(payload)
        if until - row.expire_date > timedelta(seconds=min(60, settings.SESSION_IDLE_SECONDS / 10)):
            PatientSession.objects.filter(pk=row.pk).update(expire_date=until)

    def seconds_left(self) -> int:
        """Until it ends if nothing is done any more; 0 where it is over. Asking is no activity."""
        row = PatientSession.objects.filter(session_key=_hash(self.session_key)).only("expire_date").first()
        return max(0, int((row.expire_date - timezone.now()).total_seconds())) if row is not None else 0

    # --- Tokens
    @property
    def was_outlived(self) -> bool:
        """Whether the browser came with the key of a session that is over."""
        self.keys()
        return self._outlived

    @property
    def tokens(self) -> Payload | None:
        """The tokens as they were when the session was read, or None."""
        self.keys()  # reads the session, if nobody has yet
        if not self._sealed_tokens or self.session_key is None:
            return None
        try:
            return _open(self._sealed_tokens, f"{_hash(self.session_key)}:tokens")
        except vault.Unreadable:
            return None

    @contextmanager
    def locked(self) -> Iterator[Held]:
        """The session as it stands in the database now, nobody else changing it until the block ends.

        Raises:
            SessionGone: there is no such session any more.

        An exception that leaves the block undoes the change. No request goes out while the lock is held.
        """
        with transaction.atomic():
            row = (
                PatientSession.objects.select_for_update()
                .filter(session_key=_hash(self.session_key), expire_date__gt=timezone.now())
                .first()
            )
            if row is None:
                raise SessionGone
            try:
                payload = _open(row.session_data, _place(row, "session_data"))
                tokens = _open(row.tokens, _place(row, "tokens")) if row.tokens else None
            except vault.Unreadable:
                raise SessionGone from None
            held = Held(payload, tokens, row.renewing_until)
            before = copy.deepcopy(held)
            yield held
            changes: dict[str, Any] = {}
            if held.payload != before.payload:
                changes["session_data"] = _seal(held.payload, _place(row, "session_data"))
            if held.tokens != before.tokens:
                changes["tokens"] = "" if held.tokens is None else _seal(held.tokens, _place(row, "tokens"))
            if held.renewing_until != before.renewing_until:
                changes["renewing_until"] = held.renewing_until
            if changes:
                PatientSession.objects.filter(pk=row.pk).update(**changes)
        self._started = row.started
        self._sealed_tokens = changes.get("tokens", row.tokens)
        self._session_cache = held.payload

    def is_renewing(self) -> bool:
        """Whether somebody is asking for new tokens just now. Takes no lock."""
        return PatientSession.objects.filter(
            session_key=_hash(self.session_key), renewing_until__gt=timezone.now()
        ).exists()

    def ensure(self) -> None:
        """Make sure that there is a row to lock."""
        self.keys()
        if self.session_key is None:
            self.create()

    def replace(self, payload: Payload, tokens: Payload | None) -> Payload | None:
        """Another session in the place of this one: new key, new content; the old key opens nothing any more.

        Returns the tokens as they stood in the old one at its end, or None.

        Raises:
            SessionGone: it ended meanwhile, signed out or replaced by another request. There is no new one then.
        """
        old, left = self.session_key, None
        now = timezone.now()
        while True:
            self._session_key = _new_key()
            self._started = now
            try:
                with transaction.atomic():
                    if old is not None:
                        left = self._take_away(old)
                    row = self._row(payload)
                    row.tokens = "" if tokens is None else _seal(tokens, _place(row, "tokens"))
                    row.save(force_insert=True)
            except IntegrityError:  # pragma: no cover - 165 random bits met twice
                continue
            except SessionGone:
                self._session_key, self._session_cache = None, {}
                self._sealed_tokens, self._outlived = "", True
                raise
            break
        self._sealed_tokens = row.tokens
        self._session_cache = payload
        self._outlived = False
        self.modified = True
        self.clear_expired()
        return left

    def _take_away(self, session_key: str) -> Payload | None:
        """Delete a session under its lock: the tokens it held, whatever renewed them last."""
        row = PatientSession.objects.select_for_update().filter(session_key=_hash(session_key)).first()
        if row is None or not PatientSession.objects.filter(pk=row.pk).delete()[0]:
            raise SessionGone
        try:
            return _open(row.tokens, _place(row, "tokens")) if row.tokens else None
        except vault.Unreadable:
            return None

    # --- What Django asks of a session store
    def exists(self, session_key: str) -> bool:
        return PatientSession.objects.filter(session_key=_hash(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = _new_key()
            try:
                self.save(must_create=True)
            except CreateError:  # pragma: no cover - 165 random bits met twice
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        """Write the payload. The tokens are not touched."""
        if self.session_key is None:
            return self.create()
        if must_create:
            self._session_cache = {}
            self._started, self._sealed_tokens, self._outlived = timezone.now(), "", False
            try:
                with transaction.atomic():
                    self._row({}).save(force_insert=True)
            except IntegrityError:
                raise CreateError from None
            self._clear_now_and_then()
            return None
        row = self._row(dict(self.items()))
        saved = PatientSession.objects.filter(pk=row.pk).update(
            session_data=row.session_data, expire_date=row.expire_date
        )
        if not saved:
            raise UpdateError
        return None

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key is not None:
            PatientSession.objects.filter(session_key=_hash(key)).delete()

    def flush(self) -> None:
        """End the session: row, content and cookie."""
        super().flush()
        self._sealed_tokens, self._outlived = "", False

    @classmethod
    def clear_expired(cls) -> None:
        # Everybody who signs in does this: two at once must neither wait for each other nor lock each other out.
        with transaction.atomic():
            over = PatientSession.objects.select_for_update(skip_locked=True).filter(
                expire_date__lt=timezone.now()
            )
            signed_in = list(over.exclude(tokens="")[:500])
            PatientSession.objects.filter(pk__in=[row.pk for row in signed_in]).delete()
            PatientSession.objects.filter(pk__in=over.filter(tokens="").values("pk")).delete()
        for row in signed_in:
            try:
                payload = _open(row.session_data, _place(row, "session_data"))
            except vault.Unreadable:
                payload = {}
            ends.closed_by_the_clock(payload, row.started, row.expire_date)

    @classmethod
    def _clear_now_and_then(cls) -> None:
        """Once a minute at most. Whatever anybody sets off to make new rows takes the old ones away."""
        now = time.monotonic()
        if not _cleared or now - _cleared[-1] >= SECONDS_BETWEEN_CLEARINGS:
            _cleared[:] = [now]
            cls.clear_expired()

    def encode(self, session_dict: dict[str, Any]) -> str:
        return _seal(session_dict, f"{_hash(self.session_key)}:session_data")

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        text = session_data.decode() if isinstance(session_data, bytes) else session_data
        try:
            return _open(text, f"{_hash(self.session_key)}:session_data")
        except vault.Unreadable:
            return {}

    def _row(self, payload: Payload) -> PatientSession:
        return PatientSession(
            session_key=_hash(self.session_key),
            session_data=self.encode(payload),
            expire_date=self._end(payload),
            started=self._started or timezone.now(),
        )


def session_of(request: HttpRequest) -> SessionStore:
    """A request's session, as what SESSION_ENGINE makes it."""
    return cast(SessionStore, request.session)


def _new_key() -> str:
    return get_random_string(32, VALID_KEY_CHARS)


def _hash(session_key: str | None) -> str:
    # A plain hash will do: the key is 165 random bits, which nobody guesses from it.
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def _place(row: PatientSession, column: str) -> str:
    return f"{row.pk}:{column}"


def _seal(content: Payload, place: str) -> str:
    return vault.seal(json.dumps(content, separators=(",", ":")).encode(), place=place)


def _open(sealed: str, place: str) -> Payload:
    content: Payload = json.loads(vault.unseal(sealed, place=place))
    return content
