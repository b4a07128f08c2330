"""The key that signs id_tokens: made when the process starts, published as a JWK Set (RFC 7517)."""

from __future__ import annotations

from typing import Any

from joserfc.jwk import RSAKey

from demo_server.agencies import Each

ALGORITHM = "RS256"


def signing_key() -> RSAKey:
    """The private key of this request's agency, for this process; its `kid` is its RFC 7638 thumbprint."""
    return _KEYS.own


def _new() -> RSAKey:
    key = RSAKey.generate_key(2048, {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
    return key


_KEYS = Each(_new)


def jwk_set() -> dict[str, Any]:
    """The public half, as the JWKS endpoint hands it out."""
    return {"keys": [signing_key().as_dict(private=False)]}
