"""Where the authorization server is: explicit settings, then smart-configuration, then InSync's presets.

The document is read through a whitelist, key by key and type by type, and never handed to a library as it is:
a hostile or broken one must not be able to turn off PKCE or TLS verification, or send a code elsewhere.
SMART App Launch 2.2, "FHIR authorization endpoint and capabilities discovery"; OpenID Connect Discovery 1.0.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from smart_auth import shelf
from smart_auth.errors import Problem, SignInFailed
from smart_auth.servers import Server
from smart_auth.shelf import PATIENCE_SECONDS, NotHad, Shelf
from smart_auth.transport import MOST_BYTES, Unusable, fetch_json

log = logging.getLogger(__name__)

KEYS_REFETCH_SECONDS = 60.0
"""The least time between two fetches of the keys because of an unknown `kid`, or of a signature that failed."""

MOST_STATEMENT_BYTES = 8 * 1024 * 1024
"""The largest CapabilityStatement that is read: it names every search parameter of every type."""

OAUTH_URIS = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris"
_URI_NAMES = {
    "authorize": "authorization_endpoint",
    "token": "token_endpoint",
    "revoke": "revocation_endpoint",
}

_NO_DOCUMENT = ("status 4", "the answer is not JSON")
"""Of which failures the smart-configuration is not there, rather than its server in trouble."""


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
    token_endpoint_auth_methods: frozenset[str] = frozenset()
    token_endpoint_auth_signing_algs: frozenset[str] = frozenset()


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
    token_endpoint_auth_methods: frozenset[str] = frozenset()
    token_endpoint_auth_signing_algs: frozenset[str] = frozenset()
    end_session_endpoint: str = ""
    demonstration: bool = False


_shelf = Shelf()
_refetched: dict[str, float] = {}
"""When keys were last fetched anew because of a key that they did not hold, by address."""


def forget() -> None:
    """Drop everything fetched so far. For tests and for a changed configuration."""
    _shelf.clear()
    _refetched.clear()


def discover(server: Server, *, waits: float = PATIENCE_SECONDS) -> Endpoints:
    """The endpoints of a server: for each an explicit setting wins, then discovery, then the preset.

    Raises:
        SignInFailed: UNAVAILABLE where no authorization or token endpoint is known; MISCONFIGURED where the
            document names another issuer than the settings, or belongs to a demonstration while this is
            production.
    """
    document = _document(server, waits)
    if document.demonstration and server.is_production:
        log.error("the record server calls itself a demonstration; production does not sign in there")
        raise SignInFailed(Problem.MISCONFIGURED, "demonstration server in production")
    if server.issuer and document.issuer and document.issuer != server.issuer:
        log.error("smart-configuration names another issuer than INSYNC_ISSUER")
        raise SignInFailed(Problem.MISCONFIGURED, "issuer differs from INSYNC_ISSUER")
    issuer, jwks_uri = server.issuer or document.issuer, server.jwks_url or document.jwks_uri
    authorize, token = server.authorize_url, server.token_url
    authorize, token = authorize or document.authorization_endpoint, token or document.token_endpoint
    openid = _Document()
    if not (issuer and jwks_uri and authorize and token):
        openid = _openid_document(server, issuer, waits)
        issuer, jwks_uri = issuer or openid.issuer, jwks_uri or openid.jwks_uri
        authorize, token = authorize or openid.authorization_endpoint, token or openid.token_endpoint
    found = Endpoints(
        authorization_endpoint=authorize or server.preset_authorize_url,
        token_endpoint=token or server.preset_token_url,
        revocation_endpoint=server.revocation_url
        or document.revocation_endpoint
        or openid.revocation_endpoint,
        jwks_uri=jwks_uri,
        issuer=issuer,
        scopes_supported=document.scopes_supported or openid.scopes_supported,
        capabilities=document.capabilities,
        iss_parameter_supported=document.iss_parameter_supported or openid.iss_parameter_supported,
        token_endpoint_auth_methods=(
            document.token_endpoint_auth_methods or openid.token_endpoint_auth_methods
        ),
        token_endpoint_auth_signing_algs=(
            document.token_endpoint_auth_signing_algs or openid.token_endpoint_auth_signing_algs
        ),
    )
    if not (found.authorization_endpoint and found.token_endpoint):
        raise SignInFailed(Problem.UNAVAILABLE, "no authorization or token endpoint is known")
    return found


def end_session_endpoint(server: Server, *, waits: float = PATIENCE_SECONDS) -> str:
    """Where a browser signs out at the agency too: the setting, else what the server says, else empty.

    OpenID Connect RP-Initiated Logout 1.0, section 2.1. SMART's document may name it; OpenID's own is asked where it
    does not.
    """
    if server.end_session_url:
        return server.end_session_url
    document = _document(server, waits)
    if server.issuer and document.issuer and document.issuer != server.issuer:
        return ""
    if document.end_session_endpoint:
        return document.end_session_endpoint
    return _openid_document(server, server.issuer or document.issuer, waits).end_session_endpoint


def _document(server: Server, waits: float) -> _Document:
    """What the server says of SMART: its smart-configuration, or, where there is none, its CapabilityStatement."""
    url = server.fhir_base_url + ".well-known/smart-configuration"
    try:
        return _asked(server, url, url_base=server.fhir_base_url, waits=waits)
    except NotHad as reason:
        if not str(reason).startswith(_NO_DOCUMENT):
            return _Document()
    if server.authorize_url and server.token_url:
        return _Document()  # nothing is left to be found there
    return _fetched(server, server.fhir_base_url + "metadata", url_base=server.fhir_base_url, waits=waits)


def _openid_document(server: Server, issuer: str, waits: float) -> _Document:
    """The OpenID configuration, only for what smart-configuration left open. SMART App Launch 2.2, 5.1.3.

    It stands on the authorization base where the settings name one, else at the issuer, else on the FHIR base.
    """
    base = server.auth_base_url or issuer or server.fhir_base_url
    document = _fetched(
        server, base.rstrip("/") + "/.well-known/openid-configuration", url_base=base, waits=waits
    )
    if issuer and document.issuer and document.issuer != issuer:
        log.error("openid-configuration names another issuer than the one it was asked of")
        return _Document()
    return document


def _fetched(server: Server, url: str, *, url_base: str, waits: float) -> _Document:
    try:
        return _asked(server, url, url_base=url_base, waits=waits)
    except NotHad:
        return _Document()


def _asked(server: Server, url: str, *, url_base: str, waits: float) -> _Document:
    """One document.

    Raises:
        NotHad: it cannot be had, or not in time.
    """
    is_statement = url.endswith("/metadata")

    def fetch() -> _Document:
        try:
            found = fetch_json(
                url,
                timeout=server.timeout,
                proxy_url=server.proxy_url,
                accept="application/fhir+json" if is_statement else "application/json",
                most_bytes=MOST_STATEMENT_BYTES if is_statement else MOST_BYTES,
            )
            return _read(oauth_uris(found) if is_statement else found, server, url_base)
        except (requests.RequestException, Unusable) as error:
            reason = str(error) if isinstance(error, Unusable) else type(error).__name__
            log.warning("discovery: %s could not be read: %s", url.rpartition("/")[2], reason)
            raise NotHad(reason) from None

    key = (url, server.fhir_base_url, server.auth_hosts)
    # Of whoever waits as long: a sign-out, which hardly waits, says nothing of what a sign-in would get.
    document: _Document = _shelf.get(key, fetch, waits=waits, how=server.timeout)
    return document


def oauth_uris(statement: dict[str, Any]) -> dict[str, Any]:
    """What a CapabilityStatement says of SMART, under the names of a smart-configuration.

    `rest.security`, extension oauth-uris: how SMART App Launch 1.0 named the endpoints. 2.2 has it as deprecated.
    """
    found: dict[str, Any] = {}
    for rest in _objects(statement.get("rest")):
        security = rest.get("security")
        for extension in _objects(security.get("extension") if isinstance(security, dict) else None):
            if extension.get("url") == OAUTH_URIS:
                for one in _objects(extension.get("extension")):
                    found.setdefault(_URI_NAMES.get(str(one.get("url")), ""), one.get("valueUri"))
    found.pop("", None)
    return found


def _objects(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


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
        token_endpoint_auth_methods=words("token_endpoint_auth_methods_supported"),
        token_endpoint_auth_signing_algs=words("token_endpoint_auth_signing_alg_values_supported"),
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
    key = ("jwks", jwks_uri)
    keys: list[dict[str, Any]] | None = _shelf.known(key)
    anew = False
    if keys is not None:
        named = not kid or any(jwk.get("kid") == kid for jwk in keys)
        is_new = named if in_vain is None else keys != in_vain
        if (
            not is_new
            and shelf.clock() - _refetched.get(jwks_uri, -KEYS_REFETCH_SECONDS) >= KEYS_REFETCH_SECONDS
        ):
            _refetched[jwks_uri], anew = shelf.clock(), True

    def fetch() -> list[dict[str, Any]]:
        try:
            raw = fetch_json(jwks_uri, timeout=server.timeout, proxy_url=server.proxy_url).get("keys")
        except (requests.RequestException, Unusable) as error:
            log.warning("the keys of the authorization server could not be read: %s", type(error).__name__)
            raise NotHad("the keys could not be read") from None
        return [jwk for jwk in raw if isinstance(jwk, dict)] if isinstance(raw, list) else []

    try:
        found: list[dict[str, Any]] = _shelf.get(key, fetch, anew=anew)
    except NotHad as reason:
        raise SignInFailed(Problem.UNAVAILABLE, str(reason)) from None
    return found
