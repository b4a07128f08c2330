"""That an open record was closed: told to whoever listens, and to the audit trail with by whom or what."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from smart_auth.people import OpenRecord, Payload, current
from smart_auth.signals import access_ended
from trail.entries import Closed, Event
from trail.writing import NOBODY, write


def closed(record: OpenRecord | None, by: Closed) -> None:
    """A record was closed just now. Not to be called while a row is locked."""
    if record is not None:
        access_ended.send(OpenRecord, cache_id=record.cache_id)
        write(Event.SIGN_OUT, record.who, reason=by)


def closed_by_the_clock(payload: Payload, started: datetime, ended: datetime) -> None:
    """A session with this payload (empty where no key opens it) ended by itself, and was found so only now."""
    record = current(payload)
    longest = started + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    reason = Closed.AGE if ended >= longest else Closed.IDLE
    write(Event.SIGN_OUT, record.who if record else NOBODY, reason=reason, at=ended)
