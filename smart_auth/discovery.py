"""Where the authorization server is: explicit settings, then smart-configuration, then InSync's presets.

The document is read through a whitelist, key by key and type by type, and never handed to a library as it is:
a hostile or broken one must not be able to turn off PKCE or TLS verification, or send a code elsewhere.
SMART App Launch 2.2, "FHIR authorization endpoint and capabilities discovery"; OpenID Connect Discovery 1.0.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from smart_auth.errors import Problem, SignInFailed
from smart_auth.servers import Server
from smart_auth.transport import Unusable, fetch_json

log = logging.getLogger(__name__)

KEPT_SECONDS = 3600.0
"""How long a document is believed."""

FAILURE_KEPT_SECONDS = 15.0
"""How long nobody asks again after a failure, so that an outage is not made worse."""

KEYS_REFETCH_SECONDS = 60.0
"""The least time between two fetches of the keys because of an unknown `kid`, or of a signature that failed."""

_clock = time.monotonic


@dataclass(frozen=True)
class Endpoints:
    """Where to go, and what the server says it can do. An address that nobody named is empty."""

    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    jwks_uri: str
    issuer: str
    scopes_supported: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    iss_parameter_supported: bool = False


@dataclass(frozen=True)
class _Document:
    """What the whitelist let through."""

    authorization_endpoint: str = ""
    token_endpoint: str = ""
    revocation_endpoint: str = ""
    jwks_uri: str = ""
    issuer: str = ""
    scopes_supported: frozenset[str] = frozenset()
    capabilities: frozenset[str] = frozenset()
    iss_parameter_supported: bool = False
    end_session_endpoint: str = ""
    demonstration: bool = False


@dataclass
class _Kept:
    until: float
    value: Any


class _Shelf:
    """Documents by address, for this process, each fetched by one thread at a time."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.kept: dict[object, _Kept] = {}
        self.locks: dict[object, threading.Lock] = {}

    def lock_of(self, key: object) -> threading.Lock:
        with self.lock:
            return self.locks.setdefault(key, threading.Lock())

    def get(self, key: object) -> _Kept | None:
        kept = self.kept.get(key)
        return kept if kept is not None and kept.until > _clock() else None

    def put(self, key: object, value: Any, seconds: float) -> None:
        self.kept[key] = _Kept(_clock() + seconds, value)


_shelf = _Shelf()


def forget() -> None:
    """Drop everything fetched so far. For tests and for a changed configuration."""
    _shelf.kept.clear()


def discover(server: Server) -> Endpoints:
    """The endpoints of a server: for each an explicit setting wins, then discovery, then the preset.

    Raises:
        SignInFailed: UNAVAILABLE where no authorization or token endpoint is known; MISCONFIGURED where the
            document names another issuer than the settings, or belongs to a demonstration while this is
            production.
    """
    document = _document(server)
    if document.demonstration and server.is_production:
        log.error("the record server calls itself a demonstration; production does not sign in there")
        raise SignInFailed(Problem.MISCONFIGURED, "demonstration server in production")
    if server.issuer and document.issuer and document.issuer != server.issuer:
        log.error("smart-configuration names another issuer than INSYNC_ISSUER")
        raise SignInFailed(Problem.MISCONFIGURED, "issuer differs from INSYNC_ISSUER")
    issuer, jwks_uri = server.issuer or document.issuer, server.jwks_url or document.jwks_uri
    if not (issuer and jwks_uri):
        openid = _openid_document(server, issuer)
        issuer, jwks_uri = issuer or openid.issuer, jwks_uri or openid.jwks_uri
    found = Endpoints(
        authorization_endpoint=(
            server.authorize_url or document.authorization_endpoint or server.preset_authorize_url
        ),
        token_endpoint=server.token_url or document.token_endpoint or server.preset_token_url,
        revocation_endpoint=server.revocation_url or document.revocation_endpoint,
        jwks_uri=jwks_uri,
        issuer=issuer,
        scopes_supported=document.scopes_supported,
        capabilities=document.capabilities,
        iss_parameter_supported=document.iss_parameter_supported,
    )
    if not (found.authorization_endpoint and found.token_endpoint):
        raise SignInFailed(Problem.UNAVAILABLE, "no authorization or token endpoint is known")
    return found


def end_session_endpoint(server: Server) -> str:
    """Where a browser signs out at the agency too: the setting, else what the server says, else empty.

    OpenID Connect RP-Initiated Logout 1.0, section 2.1. SMART's document may name it; OpenID's own is asked where it
    does not.
    """
    if server.end_session_url:
        return server.end_session_url
    document = _document(server)
    if server.issuer and document.issuer and document.issuer != server.issuer:
        return ""
    if document.end_session_endpoint:
        return document.end_session_endpoint
    return _openid_document(server, server.issuer or document.issuer).end_session_endpoint


def _document(server: Server) -> _Document:
    url = server.fhir_base_url + ".well-known/smart-configuration"
    return _fetched(server, url, url_base=server.fhir_base_url)


def _openid_document(server: Server, issuer: str) -> _Document:
    """The OpenID configuration, only for what smart-configuration left open. SMART App Launch 2.2, 5.1.3."""
    base = issuer or server.fhir_base_url
    document = _fetched(server, base.rstrip("/") + "/.well-known/openid-configuration", url_base=base)
    if issuer and document.issuer and document.issuer != issuer:
        log.error("openid-configuration names another issuer than the one it was asked of")
        return _Document()
    return document


def _fetched(server: Server, url: str, *, url_base: str) -> _Document:
    key = (url, server.fhir_base_url, server.auth_hosts)
    # Of whoever waits as long: a sign-out, which hardly waits, says nothing of what a sign-in would get.
    failed = (*key, server.timeout)
    with _shelf.lock_of(failed):
        if kept := _shelf.get(key) or _shelf.get(failed):
            document: _Document = kept.value
            return document
        try:
            document = _read(
                fetch_json(url, timeout=server.timeout, proxy_url=server.proxy_url), server, url_base
            )
        except (requests.RequestException, Unusable) as error:
            reason = str(error) if isinstance(error, Unusable) else type(error).__name__
            log.warning("discovery: %s could not be read: %s", url.rpartition("/")[2], reason)
            _shelf.put(failed, _Document(), FAILURE_KEPT_SECONDS)
            return _Document()
        _shelf.put(key, document, KEPT_SECONDS)
        return document


def _read(raw: dict[str, Any], server: Server, url_base: str) -> _Document:
    def endpoint(name: str) -> str:
        value = raw.get(name)
        if not isinstance(value, str) or not value or len(value) > 2000:
            return ""
        try:
            url = urljoin(url_base, value)
        except ValueError:
            url = ""
        if server.trusts(url):
            return url
        log.warning(
            "discovery: %s is on a host that is not allowed; INSYNC_AUTH_HOSTS names those that are", name
        )
        return ""

    def words(name: str) -> frozenset[str]:
        value = raw.get(name)
        return frozenset(w for w in value if isinstance(w, str)) if isinstance(value, list) else frozenset()

    # An issuer is compared as the string it is, so it is not resolved against anything. Where the settings name
    # one, any other is kept too, to be refused by `discover`.
    issuer = raw.get("issuer")
    known = isinstance(issuer, str) and (bool(server.issuer) or server.trusts(issuer))
    return _Document(
        authorization_endpoint=endpoint("authorization_endpoint"),
        token_endpoint=endpoint("token_endpoint"),
        revocation_endpoint=endpoint("revocation_endpoint"),
        jwks_uri=endpoint("jwks_uri"),
        issuer=str(issuer) if known else "",
        scopes_supported=words("scopes_supported"),
        capabilities=words("capabilities"),
        iss_parameter_supported=raw.get("authorization_response_iss_parameter_supported") is True,
        end_session_endpoint=endpoint("end_session_endpoint"),
        demonstration=raw.get("demonstration") is True,
    )


def signing_keys(
    server: Server, jwks_uri: str, *, kid: str, in_vain: list[dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """The public keys of the authorization server, as JWK objects.

    They are kept up to an hour. Where none of them carries `kid`, or those `in_vain` did not make a signature, they
    are fetched once more, at most once a minute: the server may have changed its key since, also under its old name.

    Raises:
        SignInFailed: UNAVAILABLE, the keys cannot be read. A token is never taken unverified instead.
    """
    key, limit = ("jwks", jwks_uri), ("refetched", jwks_uri)
    with _shelf.lock_of(key):
        kept = _shelf.get(key)
        if kept is not None:
            keys: list[dict[str, Any]] = kept.value
            named = not kid or any(jwk.get("kid") == kid for jwk in keys)
            if (named if in_vain is None else keys != in_vain) or _shelf.get(limit):
                return keys
            _shelf.put(limit, True, KEYS_REFETCH_SECONDS)
        if failed := _shelf.get(("failed", jwks_uri)):
            raise SignInFailed(Problem.UNAVAILABLE, str(failed.value))
        try:
            raw = fetch_json(jwks_uri, timeout=server.timeout, proxy_url=server.proxy_url).get("keys")
        except (requests.RequestException, Unusable) as error:
            log.warning("the keys of the authorization server could not be read: %s", type(error).__name__)
            _shelf.put(("failed", jwks_uri), "the keys could not be read", FAILURE_KEPT_SECONDS)
            raise SignInFailed(Problem.UNAVAILABLE, "the keys could not be read") from None
        keys = [jwk for jwk in raw if isinstance(jwk, dict)] if isinstance(raw, list) else []
        _shelf.put(key, keys, KEPT_SECONDS)
        return keys
