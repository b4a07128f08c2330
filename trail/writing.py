"""How the trail is written: one entry an event, and nothing lost in silence.

What cannot be kept (a full disk, a table that refuses) goes to standard error as the same line of JSON; the log says
that it is so, the page goes on, and the trail itself says how many are missing as soon as it can be written again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.db import Error as DatabaseTrouble

from trail import keeping, now, pseudonyms
from trail.entries import Entry, Event, Look, Who

log = logging.getLogger(__name__)

SECONDS_BETWEEN_COMPLAINTS = 60
SECONDS_BETWEEN_CLEARINGS = 3600
NAMELESS_A_MINUTE = 60
"""Entries of nobody in particular that a process writes in a minute: anybody can make a sign-in fail."""


NOBODY = Who()


@dataclass
class State:
    """What this process knows of its own writing. Times are of the steady clock."""

    lost: int = 0
    lost_since: datetime | None = None
    complained: float = float("-inf")
    cleared: float = float("-inf")
    minute: float = float("-inf")
    nameless: int = 0
    left_out: int = 0
    left_out_before: int = 0
    lost_in_all: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


state = State()

heard: list[Callable[..., None]] = []
"""Who counts what is written: called with the event, its reason and `is_kept`."""


def write(
    event: Event,
    who: Who = NOBODY,
    *,
    look: Look | None = None,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Write one event. Never raises.

    Args:
        who: reader and record, as far as they are known.
        reason: why, in a word or a few, out of our own lists.
        at: when it happened, where that was not now: nobody's request is its own then.
    """
    if who.is_nobody and not _may_be_nameless():
        return
    is_kept = _keep(_entry(event, who, look or Look(), reason, at))
    for listener in heard:
        listener(event, reason, is_kept=is_kept)
    if event is Event.SIGN_IN:
        _clear_now_and_then()


def _entry(event: Event, who: Who, look: Look, reason: str, at: datetime | None) -> Entry:
    key = pseudonyms.listed()[0]
    asked = now.current() if at is None else now.Circumstances()
    return Entry(
        at=at or datetime.now(UTC),
        event=event.value,
        agency=who.agency,
        key=pseudonyms.name_of(key) if not who.is_nobody else "",
        patient=pseudonyms.pseudonym(key, "patient", who.server, who.patient),
        reader=pseudonyms.pseudonym(key, "reader", who.server, who.reader),
        relation=who.relation,
        access=who.access,
        page=look.page,
        section=look.section,
        entry=pseudonyms.pseudonym(key, "entry", who.server, look.entry),
        outcome=look.outcome,
        reason=reason,
        request=asked.request,
        address=asked.address,
    )


def _keep(entry: Entry) -> bool:
    """Whether it stands where it belongs."""
    try:
        keeping.keep(entry)
    except keeping.NotKept as trouble:
        _lose(entry, str(trouble))
        return False
    _tell_what_is_missing()
    return True


def _lose(entry: Entry, why: str) -> None:
    try:
        keeping.put(keeping.STANDARD_ERROR, entry.line())
    except OSError:
        why += ", and standard error takes nothing either"
    with state.lock:
        state.lost += 1
        state.lost_in_all += 1
        state.lost_since = state.lost_since or entry.at
        complains = time.monotonic() - state.complained >= SECONDS_BETWEEN_COMPLAINTS
        if complains:
            state.complained = time.monotonic()
        lost = state.lost
    if complains:
        log.error(
            "the audit trail cannot be written (%s): %d so far went to standard error instead", why, lost
        )


def _tell_what_is_missing() -> None:
    """What could not be written before, and what there was too much of: entries of their own."""
    if not (state.lost or state.left_out_before):
        return
    with state.lock:
        lost, since, state.lost, state.lost_since = state.lost, state.lost_since, 0, None
        left_out, state.left_out_before = state.left_out_before, 0
    if lost:
        log.warning("the audit trail is written again; %d entries went to standard error meanwhile", lost)
        since = since or datetime.now(UTC)
        reason = f"not kept since {since.isoformat(timespec='seconds')}"
        _keep(_entry(Event.GAP, NOBODY, Look(outcome=str(lost)), reason, datetime.now(UTC)))
    if left_out:
        reason = f"more than {NAMELESS_A_MINUTE} nameless in a minute"
        _keep(_entry(Event.GAP, NOBODY, Look(outcome=str(left_out)), reason, datetime.now(UTC)))


def _may_be_nameless() -> bool:
    with state.lock:
        if time.monotonic() - state.minute >= 60:
            state.minute, state.nameless = time.monotonic(), 0
            state.left_out_before, state.left_out = state.left_out_before + state.left_out, 0
        state.nameless += 1
        if state.nameless <= NAMELESS_A_MINUTE:
            return True
        state.left_out += 1
    return False


def _clear_now_and_then() -> None:
    """Once an hour at most, by whoever signs in: what is older than TRAIL_DAYS goes."""
    if settings.TRAIL != "table":
        return
    with state.lock:
        if time.monotonic() - state.cleared < SECONDS_BETWEEN_CLEARINGS:
            return
        state.cleared = time.monotonic()
    try:
        keeping.forget_old()
    except DatabaseTrouble as error:
        log.warning("old entries of the audit trail could not be taken away: %s", type(error).__name__)
