#!/bin/sh
# Runs a command with a complete environment like that of a real deployment, every value invented:
# sh tools/production_like.sh .venv/bin/python manage.py check --deploy
set -eu
random() { .venv/bin/python -c 'import secrets; print(secrets.token_urlsafe(48))'; }
SECRET_KEY=$(random)
SESSION_KEYS=$(.venv/bin/python -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())')
TRAIL_KEYS=$(.venv/bin/python -c 'import base64, secrets; print(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())')
INSYNC_CLIENT_SECRET=$(random)
export SECRET_KEY SESSION_KEYS TRAIL_KEYS INSYNC_CLIENT_SECRET
export INSYNC_ENVIRONMENT=production INSYNC_CLIENT_ID=check-deploy
export AGENCY_NAME="Harbor Lane Behavioral Health" AGENCY_PHONE=617-555-0142
export PORTAL_BASE_URL=https://records.example.org/ ALLOWED_HOSTS=records.example.org TRUST_PROXY=1
export DATABASE_URL=postgres://portal:portal@database.example.org:5432/portal
export CACHE_URL=redis://cache.example.org:6379/0 TIME_ZONE=America/New_York
unset DJANGO_SETTINGS_MODULE INSYNC_FHIR_BASE_URL INSYNC_AUTHORIZE_URL INSYNC_TOKEN_URL INSYNC_JWKS_URL \
	INSYNC_REVOCATION_URL INSYNC_END_SESSION_URL INSYNC_ISSUER INSYNC_AUTH_HOSTS INSYNC_PROXY_URL INSYNC_SCOPES \
	LOG_LEVEL WEB_CONCURRENCY 2>/dev/null || true
exec "$@"
