"""How the portal says who it is at the token and the revocation endpoint.

RFC 6749, section 2.3.1 (Basic, and in the form); RFC 7523, section 2.2, and SMART App Launch 2.2, "Client
Authentication: Asymmetric" (`private_key_jwt`).
"""

from __future__ import annotations

import base64
import logging
import secrets
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_plus, urlencode

from joserfc import jwt

from smart_auth import client_keys
from smart_auth.discovery import Endpoints
from smart_auth.errors import Problem, SignInFailed
from smart_auth.servers import Server

log = logging.getLogger(__name__)

BASIC, POST, PRIVATE_KEY_JWT = "client_secret_basic", "client_secret_post", "private_key_jwt"
METHODS = (PRIVATE_KEY_JWT, BASIC, POST)
"""The strongest first. RFC 8414, section 2, names them so."""

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ASSERTION_SECONDS = 300
"""The most that SMART allows."""

Authenticate = Callable[[Any, str, str, Any, Any], tuple[str, Any, Any]]
"""Authlib's: of client, HTTP method, address, header fields and body the address, header fields and body to send."""


def choose(server: Server, endpoints: Endpoints) -> str:
    """The method, and for `private_key_jwt` its algorithm behind a blank: what is kept with a sign-in.

    The setting wins; else the strongest that the server names and for which there are credentials. A server that names
    none takes Basic (RFC 8414, section 2).
    """
    if server.client_auth:
        method = server.client_auth
    else:
        offered = endpoints.token_endpoint_auth_methods or frozenset({BASIC})
        ours = [method for method in METHODS if _has_credentials(server, method)]
        # One that it does not name is tried all the same where there is no other: its own refusal says more than ours.
        method = next((one for one in ours if one in offered), next(iter(ours), BASIC))
    if method != PRIVATE_KEY_JWT:
        return method
    taken = endpoints.token_endpoint_auth_signing_algs
    return (
        f"{method} {next((one for one in client_keys.ALGORITHMS if one in taken), client_keys.ALGORITHMS[0])}"
    )


def _has_credentials(server: Server, method: str) -> bool:
    return bool(server.client_keys_file if method == PRIVATE_KEY_JWT else server.client_secret)


def authenticate(server: Server, token_endpoint: str, chosen: str) -> Authenticate:
    """What signs a request.

    Args:
        token_endpoint: for whom an assertion is meant, also at the revocation endpoint.
        chosen: what `choose` said when the sign-in began; empty in one that an older version of the portal began. What
            is set now goes before it: a registration may have been changed since.

    Raises:
        SignInFailed: MISCONFIGURED, there is no key to sign with.
    """
    method, _, algorithm = chosen.partition(" ")
    if server.client_auth:
        method = server.client_auth
    elif method not in METHODS or not _has_credentials(server, method):
        method = next((one for one in (BASIC, PRIVATE_KEY_JWT) if _has_credentials(server, one)), BASIC)
    if method == POST:
        return _in_the_form(server)
    if method == PRIVATE_KEY_JWT:
        return _signed(server, token_endpoint, algorithm or client_keys.ALGORITHMS[0])
    return _basic


def _basic(auth: Any, method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
    """HTTP Basic with id and secret form-encoded first, which Authlib leaves out. RFC 6749, section 2.3.1."""
    pair = f"{quote_plus(auth.client_id)}:{quote_plus(auth.client_secret)}"
    headers["Authorization"] = "Basic " + base64.b64encode(pair.encode("ascii")).decode("ascii")
    return uri, headers, body


def _in_the_form(server: Server) -> Authenticate:
    def add(auth: Any, method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
        named = {"client_id": server.client_id, "client_secret": server.client_secret}
        return uri, headers, f"{body}&{urlencode(named)}"

    return add


def _signed(server: Server, token_endpoint: str, algorithm: str) -> Authenticate:
    try:
        key = client_keys.signing(client_keys.load(server.client_keys_file), algorithm)
    except client_keys.Unreadable as error:
        log.error("the portal cannot say who it is: %s", error)
        raise SignInFailed(Problem.MISCONFIGURED, "no key to sign with") from None

    def add(auth: Any, method: str, uri: str, headers: Any, body: Any) -> tuple[str, Any, Any]:
        now = int(time.time())
        claims = {
            "iss": server.client_id,
            "sub": server.client_id,
            "aud": token_endpoint,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(24),
        }
        header = {"alg": algorithm, "kid": str(key.kid), "typ": "JWT"}
        assertion = jwt.encode(header, claims, key, algorithms=[algorithm])
        named = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        return uri, headers, f"{body}&{urlencode(named)}"

    return add
