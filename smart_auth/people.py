"""Whose record a session has open: one at a time, and the addresses of those it had open before.

An access is kept in the session's payload. Opening another record replaces it wholly; its address stays known
as a former one, so that a tab left open on it is refused with words and never shows somebody else's record.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import time
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from smart_auth.identity import Identity
from smart_auth.reader import Reader, relation
from smart_auth.servers import Server
from trail.entries import Who

MOST_FORMER = 20

Payload = dict[str, Any]


class Standing(Enum):
    """What an address of `/record/<access>/…` is to this session."""

    CURRENT = "current"
    FORMER = "former"
    UNKNOWN = "unknown"
    NOBODY = "nobody"
    """No record is open at all."""


@dataclass(frozen=True)
class OpenRecord:
    """The record that a session has open, as it is kept between requests (sealed, never in clear).

    `is_confirmed`: False while only a search, or who signed in, says which record it is (smart_auth.confirming);
    `patient` may be empty then. `scope` is what was granted. `key` is base64 of 32 random bytes. `signed_in_at` is Unix
    time.
    """

    id: str
    fhir_base_url: str
    patient: str
    scope: str
    name: str
    fhir_user: str
    issuer: str
    subject: str
    key: str
    signed_in_at: float
    is_confirmed: bool = True

    @property
    def reader(self) -> Reader:
        """Who signed in."""
        return Reader(name=self.name, fhir_user=self.fhir_user)

    @property
    def who(self) -> Who:
        """Reader and record, for the audit trail."""
        return Who(
            server=self.fhir_base_url,
            patient=self.patient,
            reader=self.fhir_user or self.subject,
            relation=relation(self.fhir_user, self.patient).value,
            access=self.id,
            agency=next((one.slug for one in settings.AGENCIES if one.server.is_iss(self.fhir_base_url)), ""),
        )

    @property
    def key_bytes(self) -> bytes:
        """The access's own key."""
        return base64.b64decode(self.key)

    @property
    def cache_id(self) -> str:
        """Opaque, and out of reach once the session is gone: it takes the access's own key to make it."""
        place = f"{self.id} {self.fhir_base_url}".encode()
        return hmac.new(self.key_bytes, place, hashlib.sha256).hexdigest()

    @property
    def reader_key(self) -> str:
        """The same reader of the same record at every sign-in, and nothing that says who; empty where it is not known.

        It takes the portal's SECRET_KEY to make it.
        """
        if not self.subject:
            return ""
        who = json.dumps([self.fhir_base_url, self.issuer, self.subject, self.patient])
        return salted_hmac("smart_auth.people.reader_key", who, algorithm="sha256").hexdigest()


def opened(
    server: Server, *, patient: str, scope: str, identity: Identity | None, is_confirmed: bool = True
) -> OpenRecord:
    """A record opened now, under a new address and a new key."""
    reader = identity.reader if identity else Reader(name="", fhir_user="")
    return OpenRecord(
        id=secrets.token_urlsafe(9),
        fhir_base_url=server.fhir_base_url,
        patient=patient,
        scope=scope,
        name=reader.name,
        fhir_user=reader.fhir_user,
        issuer=identity.issuer if identity else "",
        subject=identity.subject if identity else "",
        key=base64.b64encode(secrets.token_bytes(32)).decode(),
        signed_in_at=time.time(),
        is_confirmed=is_confirmed,
    )


def kept(record: OpenRecord) -> Payload:
    """A record as a session keeps it."""
    return asdict(record)


ENDED_BY_THE_AGENCY = "ended by the agency"
"""In a session without a record: its server did not take the sign-in any more."""


AGENCY = "agency"
"""In a session beside its record: name and telephone of the agency, for the day when it is on the list no more."""

LEFT = "agency that left"
"""The same, in a session whose record was closed for it."""


def current(payload: Payload) -> OpenRecord | None:
    """The record that is open, or None."""
    try:
        return OpenRecord(**payload["access"])
    except (KeyError, TypeError):  # none, or one that an older version of the portal kept
        return None


def standing(payload: Payload, access_id: str) -> Standing:
    """What an address is to this session."""
    record = current(payload)
    if record is None:
        return Standing.NOBODY
    if hmac.compare_digest(record.id.encode(), access_id.encode()):
        return Standing.CURRENT
    return Standing.FORMER if access_id in payload.get("former", []) else Standing.UNKNOWN


def put(payload: Payload, record: OpenRecord) -> None:
    """Make a record the open one."""
    close(payload)
    payload.pop(ENDED_BY_THE_AGENCY, None)
    payload.pop(LEFT, None)
    payload["access"] = asdict(record)


def close(payload: Payload) -> None:
    """No record is open any more. Its address becomes a former one."""
    record = current(payload)
    payload.pop("access", None)
    payload.pop(AGENCY, None)
    if record is not None:
        payload["former"] = [*payload.get("former", []), record.id][-MOST_FORMER:]
