"""The portal's settings for tests: the real ones, with an environment of their own."""

from __future__ import annotations

import base64
import os

os.environ.update(
    INSYNC_ENVIRONMENT="sandbox",
    INSYNC_FHIR_BASE_URL="https://fhir.example/fhir-request/",
    INSYNC_AUTHORIZE_URL="https://fhir.example/smartauth/oauth/authorize",
    INSYNC_TOKEN_URL="https://fhir.example/smartauth/oauth/token",
    INSYNC_JWKS_URL="https://fhir.example/smartauth/oauth/jwks",
    INSYNC_REVOCATION_URL="https://fhir.example/smartauth/oauth/revoke",
    INSYNC_ISSUER="https://fhir.example/smartauth/oauth",
    INSYNC_CLIENT_ID="portal-under-test",
    INSYNC_CLIENT_SECRET="client-secret-under-test",
    AGENCY_NAME="Harbor Lane Behavioral Health",
    AGENCY_PHONE="617-555-0142",
    PORTAL_BASE_URL="http://localhost:8000/",
    ALLOWED_HOSTS="localhost,testserver",
    SECRET_KEY="tests-only-" + "".join(map(chr, range(97, 123))) + "".join(map(chr, range(65, 91))),
    SESSION_KEYS=base64.urlsafe_b64encode(bytes(range(32))).decode(),
)
for name in (
    "INSYNC_SCOPES",
    "INSYNC_AUTH_BASE_URL",
    "INSYNC_AUTH_HOSTS",
    "INSYNC_CA_FILE",
    "INSYNC_CLIENT_AUTH",
    "INSYNC_CLIENT_KEYS_FILE",
    "INSYNC_END_SESSION_URL",
    "INSYNC_FIND_PATIENT",
    "INSYNC_PROXY_URL",
):
    os.environ.pop(name, None)
# The embedded database and the memory of this process, or, where these are set, servers: `tests/stores`.
for name in ("CACHE_URL", "DATABASE_URL"):
    os.environ[name] = os.environ.get(f"TEST_{name}", "")

from insync_portal.settings import *  # noqa: E402, F403

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
