"""The table of sessions. Django documentation, "Extending database-backed session engines"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

if TYPE_CHECKING:
    from smart_auth.sessions import SessionStore


class PatientSession(AbstractBaseSession):
    """One browser's session. Whoever reads this table can neither use a session nor learn whose it is.

    `session_key` is the SHA-256 of the key that the browser holds. `session_data` and `tokens` are sealed by
    `smart_auth.vault`; `tokens` is written under a row lock alone, never by an ordinary save. `started` bounds
    the session's life however busy it is. `renewing_until`: somebody is asking for new tokens until then.
    """

    session_key = models.CharField("SHA-256 of the session key", max_length=64, primary_key=True)
    tokens = models.TextField(default="", blank=True)
    started = models.DateTimeField()
    renewing_until = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractBaseSession.Meta):
        pass

    def __str__(self) -> str:
        return self.session_key[:8]

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        from smart_auth.sessions import SessionStore

        return SessionStore
