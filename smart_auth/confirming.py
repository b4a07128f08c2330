"""A record that the token did not name: found by who signed in, or by one search, and opened only when the reader says
that it is the one.

SMART App Launch 2.2 has the patient in the token response; some servers leave it out where `launch/patient` is not
known to them. A mother who is a patient herself must not get her own record for her child's: so until she has confirmed
name and birth date, nothing but those is asked for. An operator has to wish it (`INSYNC_FIND_PATIENT`).
"""

from __future__ import annotations

import logging
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from smart_auth import agencies, pages, people, problems, signing_out
from smart_auth.errors import Problem
from smart_auth.sessions import SessionGone, SessionStore, session_of
from trail.entries import Event
from trail.writing import write

log = logging.getLogger(__name__)


def confirm_href(access_id: str) -> str:
    """Where the reader says whether it is the record that is wanted."""
    return f"/record/{access_id}/confirm/"


def to_confirm(access_id: str) -> HttpResponse:
    """The way there, in the place of any page of a record that is not confirmed."""
    return HttpResponseRedirect(confirm_href(access_id))


def propose_patient(request: HttpRequest, patient: str) -> None:
    """Remember which record was found, so that what is confirmed is what was shown."""
    _change(session_of(request), patient=patient, is_confirmed=False)


def confirm_patient(request: HttpRequest) -> bool:
    """The reader says that it is the record that is wanted. False where none was found, or the session ended."""
    record = _change(session_of(request), is_confirmed=True)
    if record is not None:
        log.info("confirmed: access %s", record.id)
        write(Event.SIGN_IN, record.who)
    return record is not None


def _change(
    session: SessionStore, *, is_confirmed: bool, patient: str | None = None
) -> people.OpenRecord | None:
    try:
        with session.locked() as held:
            record = people.current(held.payload)
            if record is None or record.is_confirmed:
                return None
            if patient is None and not record.patient:
                return None
            changed = replace(record, is_confirmed=is_confirmed, patient=patient or record.patient)
            held.payload["access"] = people.kept(changed)
            return changed
    except SessionGone:
        return None


def no_patient_found(request: HttpRequest, *, declined: bool = False) -> HttpResponse:
    """End the sign-in: no record is known to be meant, or (`declined`) the one that was found is not.

    Its tokens are given back. What the reader is told names nobody.
    """
    session = session_of(request)
    agency = agencies.agency_of(request)
    signing_out.end_access(session, revoke_at=agency.server if agency else None)
    if declined:
        return pages.told(request, problems.ANOTHER_RECORD)
    log.info("sign-in came to nothing: %s", Problem.NO_PATIENT.value)
    return pages.failed(request, Problem.NO_PATIENT, current=None)
