"""A browser that is signed in, without the way there: for tests of what comes after."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.test import Client

from smart_auth import people
from smart_auth.identity import Identity
from smart_auth.oauth import TokenResponse
from smart_auth.reader import Reader
from smart_auth.renewal import token_set
from smart_auth.servers import configured_server
from smart_auth.sessions import SessionStore


def open_record(
    client: Client,
    *,
    patient: str = "p1",
    scope: str = "openid fhirUser launch/patient patient/*.read",
    name: str = "Canary Lovelace",
    fhir_user: str = "Patient/p1",
    subject: str = "person-1",
    access_token: str = "access-canary-1",
    refresh_token: str = "",
    expires_in: int = 3600,
    signed_in_seconds_ago: float = 300,
) -> str:
    """Sign a client in. Returns the access id: the record is at `/record/<access id>/`.

    Needs the database. An empty `name` and `fhir_user` is a reader of whom nothing is known.
    """
    identity = Identity(issuer="test", subject=subject, reader=Reader(name=name, fhir_user=fhir_user))
    record = people.opened(configured_server(), patient=patient, scope=scope, identity=identity)
    payload = asdict(record) | {"signed_in_at": record.signed_in_at - signed_in_seconds_ago}
    response = TokenResponse(
        access_token=access_token,
        refresh_token=refresh_token,
        expires_in=expires_in,
        scope=scope,
        patient=patient,
        patient_is_malformed=False,
        id_token="",
    )
    session = SessionStore()
    session.replace(
        {"access": payload},
        asdict(
            token_set(
                record.id, response, token_endpoint=settings.INSYNC_TOKEN_URL, refresh_token=refresh_token
            )
        ),
    )
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""
    return record.id
