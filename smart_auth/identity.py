"""The id_token, validated in full: who signed in. OpenID Connect Core 1.0, sections 3.1.3.7 and 12.2.

Signature and form are joserfc's work. The claims are checked here, one by one, because what a library leaves out
when a setting is missing (issuer, authorized party, age, presence) must not depend on a setting.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
import time
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import BadSignatureError, JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

from smart_auth.discovery import Endpoints, signing_keys
from smart_auth.errors import Problem, SignInFailed
from smart_auth.reader import Reader
from smart_auth.servers import Server

log = logging.getLogger(__name__)

LEEWAY_SECONDS = 60
OLDEST_SECONDS = 600
MOST_CHARACTERS = 16 * 1024
MOST_KEYS_TRIED = 16
"""Of those that the issuer gives, where a token does not say which one signed it."""

_FHIR_USER = re.compile(
    r"(?:Patient|Practitioner|PractitionerRole|RelatedPerson|Person)/(?!\.{1,2}$)[A-Za-z0-9._-]{1,128}",
    re.ASCII,
)
"""FHIR ids have 64 characters at most, and a large vendor's 66 to 88."""


@dataclass(frozen=True)
class Identity:
    """Who signed in, by the authorization server's word: `issuer` and `subject` together are unique."""

    issuer: str
    subject: str
    reader: Reader


def identify(
    server: Server,
    endpoints: Endpoints,
    id_token: str,
    *,
    access_token: str,
    nonce: str | None,
) -> Identity:
    """Who signed in, from an id_token that passed every check.

    Args:
        nonce: the one that was sent; None for the id_token of a refresh, which need not carry any.

    Raises:
        SignInFailed: IDENTITY for a token that fails a check; UNAVAILABLE where the keys cannot be read. Without
            a known issuer or known keys nothing is verified, so nobody is signed in.
    """
    if not endpoints.issuer or not endpoints.jwks_uri:
        raise SignInFailed(Problem.UNAVAILABLE, "the issuer or the address of its keys is unknown")
    claims = _verified(server, endpoints, id_token)
    _check(claims, server, endpoints, access_token=access_token, nonce=nonce)
    return Identity(
        issuer=endpoints.issuer,
        subject=str(claims["sub"]),
        reader=Reader(name=_name(claims.get("name")), fhir_user=_fhir_user(claims, server)),
    )


class _Lenient(JWSRegistry):
    """Header members that are not understood are ignored; joserfc refuses them. RFC 7515, section 4.

    Of the header only `alg` and `kid` are used here, and `crit` is refused before (`_kid`). A chain of certificates in
    it is longer than the 512 bytes that joserfc allows; how long all of it may be is said above.
    """

    max_header_length = MOST_CHARACTERS

    def check_header(self, header: dict[str, Any]) -> None:
        """Nothing: see above."""


_REGISTRY = _Lenient(algorithms=["RS256"])


class _NotByThese(Exception):
    """None of the keys made the signature. The issuer may have changed its key since they were fetched."""


def _verified(server: Server, endpoints: Endpoints, id_token: str) -> dict[str, Any]:
    """The claims, where one of the issuer's keys signed them; the keys are looked at once more where none did."""
    kid = _kid(id_token)
    keys = signing_keys(server, endpoints.jwks_uri, kid=kid)
    try:
        return _signed_by_one_of(_candidates(keys, kid), id_token)
    except _NotByThese:
        fresh = signing_keys(server, endpoints.jwks_uri, kid=kid, in_vain=keys)
    try:
        return _signed_by_one_of(_candidates(fresh, kid) if fresh != keys else [], id_token)
    except _NotByThese:
        raise _failed("no key of the issuer made the signature") from None


def _candidates(keys: list[dict[str, Any]], kid: str) -> list[dict[str, Any]]:
    """The public keys that may have signed, each once: those of this name, else those without any.

    A member that is null counts as one that is not there.
    """
    usable = [
        jwk
        for jwk in keys
        if jwk.get("kty") == "RSA"
        and (jwk.get("use") or "sig") == "sig"
        and (jwk.get("alg") or "RS256") == "RS256"
    ]
    named = [jwk for jwk in usable if jwk.get("kid") == kid] or [jwk for jwk in usable if not jwk.get("kid")]
    found = {(str(jwk.get("n")), str(jwk.get("e"))): jwk for jwk in (named if kid else usable)}
    return list(found.values())[:MOST_KEYS_TRIED]


def _signed_by_one_of(keys: list[dict[str, Any]], id_token: str) -> dict[str, Any]:
    for jwk in keys:
        try:
            key = RSAKey.import_key({name: jwk[name] for name in ("kty", "n", "e")})
        except (JoseError, KeyError, ValueError, TypeError):
            continue  # no key at all
        try:
            return jwt.decode(id_token, key, registry=_REGISTRY).claims
        except BadSignatureError:
            continue
        except (JoseError, KeyError, ValueError, TypeError, RecursionError) as error:
            raise _failed(f"form: {type(error).__name__}") from None
    raise _NotByThese


def _kid(id_token: str) -> str:
    """The key id of the header, or empty; read before anything is verified: it only chooses among the issuer's keys.

    An extension that must be understood (`crit`) is refused, for none is. RFC 7515, section 4.1.11.
    """
    if len(id_token) > MOST_CHARACTERS or id_token.count(".") != 2:
        raise _failed("not a signed JWT")
    head = id_token.partition(".")[0]
    try:
        header = json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))
    except (ValueError, RecursionError):
        raise _failed("the header is not JSON") from None
    if not isinstance(header, dict) or header.get("alg") != "RS256":
        raise _failed("the algorithm is not RS256")
    if "crit" in header:
        raise _failed("the header names an extension that must be understood")
    kid = header.get("kid")
    if not isinstance(kid, str | None):
        raise _failed("the key id is not a string")
    return kid or ""


def _check(
    claims: dict[str, Any],
    server: Server,
    endpoints: Endpoints,
    *,
    access_token: str,
    nonce: str | None,
) -> None:
    now = time.time()
    if claims.get("iss") != endpoints.issuer:
        raise _failed("iss is another issuer")
    aud = claims.get("aud")
    if (aud if isinstance(aud, list) else [aud]) != [server.client_id]:
        raise _failed("aud is not this client alone")
    if "azp" in claims and claims["azp"] != server.client_id:
        raise _failed("azp is another client")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > 255:
        raise _failed("sub is missing")
    exp, iat, nbf = _number(claims.get("exp")), _number(claims.get("iat")), _number(claims.get("nbf", 0))
    if exp is None or exp <= now - LEEWAY_SECONDS:
        raise _failed("exp is missing or past")
    if iat is None or not now - OLDEST_SECONDS <= iat <= now + LEEWAY_SECONDS:
        raise _failed("iat is missing, old, or in the future")
    if nbf is None or nbf > now + LEEWAY_SECONDS:
        raise _failed("nbf is in the future")
    if nonce is not None and not _same(claims.get("nonce"), nonce):
        raise _failed("nonce is another one")
    if "at_hash" in claims and not _same(claims["at_hash"], _at_hash(access_token)):
        raise _failed("at_hash is of another access token")


def _number(value: object) -> float | None:
    """A NumericDate. RFC 7519, section 2. Python's JSON also reads NaN, which no comparison refuses, and Infinity."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value < 1e12 else None


def _same(found: object, expected: str) -> bool:
    return isinstance(found, str) and hmac.compare_digest(found.encode(), expected.encode())


def _at_hash(access_token: str) -> str:
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()


def _fhir_user(claims: dict[str, Any], server: Server) -> str:
    """`fhirUser` (or its older synonym `profile`) as a relative reference, or empty where it is none of ours.

    SMART App Launch 2.2, "Scopes for requesting identity data": relative, or absolute under the FHIR base.
    """
    value = claims.get("fhirUser", claims.get("profile"))
    if not isinstance(value, str) or not value:
        return ""
    relative = value.removeprefix(server.fhir_base_url)
    if _FHIR_USER.fullmatch(relative):
        return relative
    log.warning("fhirUser is no reference to a person on the record server; the reader counts as unknown")
    return ""


def _name(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in value).split())[:200]


def _failed(detail: str) -> SignInFailed:
    log.warning("id_token refused: %s", detail)
    return SignInFailed(Problem.IDENTITY, detail)
