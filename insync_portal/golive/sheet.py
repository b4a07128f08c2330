"""What InSync's registration form asks for, filled in from the settings; what they do not say is left to be written.

The fields are those of InSync's public page for app registration: one registration for the sandbox, a second one for
production.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse

from smart_auth import scopes
from smart_auth.agency import Agency
from smart_auth.problems import COORDINATOR

BLANK = "______________________________"
PURPOSE = (
    "Patients read their own record, and representatives that of the person they care for. It only reads."
)
USERS = "Patients of the agency and their authorized representatives; staff, where InSync itself opens it."
DESCRIPTION = (
    "A confidential web application (SMART App Launch 2, authorization code with PKCE S256, standalone and EHR launch)."
    " It shows allergies, medications, conditions, results, notes and documents in plain words, in English and Spanish,"
    " and keeps no copy of a record: what a page fetched is kept for five minutes, encrypted."
)


def sheet(agencies: tuple[Agency, ...]) -> str:
    """Both forms, one under the other, as plain text."""
    return "\n".join(
        line
        for environment in ("sandbox", "production")
        for line in _form(environment, agencies, is_this=environment == settings.INSYNC_ENVIRONMENT)
    )


def _form(environment: str, agencies: tuple[Agency, ...], *, is_this: bool) -> Iterator[str]:
    """One form. `is_this`: the portal's settings are those of this environment; else its addresses are left open."""
    base = settings.PORTAL_BASE_URL if is_this else f"https://{BLANK}/"
    only = agencies[0] if len(agencies) == 1 else None
    yield f"Registration of an app with InSync: {environment}"
    yield f"To: {COORDINATOR}"
    if not is_this:
        yield f"(INSYNC_ENVIRONMENT is {settings.INSYNC_ENVIRONMENT}: addresses of {environment} are to be written in.)"
    yield ""
    yield _field("Company", only.name if only else BLANK)
    yield _field("Application", "InSync Portal")
    yield _field("Website", base)
    yield _field("Address", (str(only.address) if only else "") or BLANK)
    yield _field("Contact person", BLANK)
    yield _field("Telephone", (only.phone if only else "") or BLANK)
    yield _field("E-mail (changes are told there)", BLANK)
    yield _field("Kind of app", "confidential web application for patients, read only")
    for number, agency in enumerate(agencies):
        yield _field("" if number else "Redirect URI (callback)", urljoin(base, agency.callback_path))
    yield _field("EHR launch URL", urljoin(base, "auth/launch/"))
    yield _field("After signing out", urljoin(base, "signed-out/"))
    if settings.INSYNC_CLIENT_KEYS_FILE:
        yield _field("Client authentication", "private_key_jwt (ES384, RS384)")
        yield _field("JWKS URL", urljoin(base, reverse("smart_auth:keys").lstrip("/")))
    else:
        yield _field("Client authentication", settings.INSYNC_CLIENT_AUTH or "client secret (HTTP Basic)")
    for number, scope in enumerate(_scopes(agencies)):
        yield _field("" if number else "Scopes", scope)
    yield _field("Purpose", PURPOSE)
    yield _field("Users", USERS)
    yield _field("Description", DESCRIPTION)
    yield ""
    yield "To ask in the same letter:"
    yield "- the FHIR base of each agency, which is its own under one host;"
    yield "- the issuer of the id_tokens, and the address of the keys (JWKS) that sign them;"
    yield "- which scopes were registered, and whether launch/patient is among them;"
    yield "- how many requests a minute are welcome."
    yield ""


def _field(name: str, value: str) -> str:
    return f"{name + ':' if name else '':34}{value}"


def _scopes(agencies: tuple[Agency, ...]) -> tuple[str, ...]:
    """All that any agency is asked for, in their order; with `launch` for launches from InSync itself."""
    asked = [
        scope
        for agency in agencies
        for is_ehr in (False, True)
        for scope in scopes.requested(
            ehr_launch=is_ehr, scopes_supported=("online_access", ".read"), configured=agency.server.scopes
        )
    ]
    return tuple(dict.fromkeys(asked))
