"""The portal's own signing keys: a file of private JWKs, the public halves for the server, and their rotation.

RFC 7517; SMART App Launch 2.2, "Client Authentication: Asymmetric" (ES384 and RS384, `kid`, JWK Set URL).

Each key is at one stage. A new one is published before it signs, so that a server which keeps our keys for a while
knows it by then; a former one stays published until the next rotation, for what is still on its way.
"""

from __future__ import annotations

import functools
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

ALGORITHMS = ("ES384", "RS384")
"""The stronger and shorter one first: it is taken where the server takes both."""

NEXT, SIGNING, FORMER = "next", "signing", "former"
"""The stages of a key, in the order in which it passes them."""

_STAGES = (NEXT, SIGNING, FORMER)
STAGE = "stage"
"""The member that says so; it is in no public key."""
_RSA_BITS = 3072

_PUBLIC = ("kty", "kid", "use", "alg", "crv", "x", "y", "n", "e")
"""The members that say nothing private. RFC 7518, sections 6.2.1 and 6.3.1."""

Jwk = dict[str, Any]
PrivateKey = ECKey | RSAKey


class Unreadable(Exception):
    """The file of keys is not there or not what it should be. The message is a sentence, with nothing of a key."""


def load(path: str) -> list[Jwk]:
    """The private keys of a file, as JWKs with a `kid`, an `alg` and a stage.

    Raises:
        Unreadable: no file, not readable, or with something in it that is no such key.
    """
    try:
        found = json.loads(Path(path).read_text("utf-8"))
    except FileNotFoundError:
        raise Unreadable(f"{path} does not exist: `manage.py client_keys rotate` makes it.") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path} cannot be read ({type(error).__name__}).") from None
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or not keys:
        raise Unreadable(f"{path} holds no keys.")
    for jwk in keys:
        if not (
            isinstance(jwk, dict)
            and jwk.get("alg") in ALGORITHMS
            and isinstance(jwk.get("kid"), str)
            and jwk.get(STAGE) in _STAGES
            and _is_private(jwk)
        ):
            raise Unreadable(f"{path} holds something that is no private key for ES384 or RS384.")
    return keys


def _is_private(jwk: Jwk) -> bool:
    try:
        return _key(jwk).is_private
    except (JoseError, ValueError, TypeError, KeyError):
        return False


def _key(jwk: Jwk) -> PrivateKey:
    return _imported(
        json.dumps({name: value for name, value in jwk.items() if name != STAGE}, sort_keys=True)
    )


@functools.lru_cache(maxsize=16)
def _imported(said: str) -> PrivateKey:
    """A key of its JSON, looked at once: to see whether two large numbers are primes takes a third of a second."""
    jwk = members = json.loads(said)
    if jwk["alg"] == "RS384":
        return RSAKey.import_key(members)
    if jwk.get("crv") != "P-384":
        raise ValueError("ES384 needs the curve P-384")  # RFC 7518, section 3.4
    return ECKey.import_key(members)


def public(keys: list[Jwk]) -> dict[str, Any]:
    """The JWK Set that the server is told of. RFC 7517, section 5. Nothing private is in it."""
    return {"keys": [{name: jwk[name] for name in _PUBLIC if name in jwk} for jwk in keys]}


def signing(keys: list[Jwk], algorithm: str) -> PrivateKey:
    """The key that signs by an algorithm now.

    Raises:
        Unreadable: there is none.
    """
    for jwk in keys:
        if jwk[STAGE] == SIGNING and jwk["alg"] == algorithm:
            return _key(jwk)
    raise Unreadable(f"there is no key that signs {algorithm} now: `manage.py client_keys rotate` makes one.")


def rotated(keys: list[Jwk]) -> list[Jwk]:
    """The keys one rotation later, or the first ones: the next ones sign, those that signed are former, former ones go.

    Where there is none that could be next, a new one signs at once.
    """
    after: list[Jwk] = []
    for algorithm in ALGORITHMS:
        at = {jwk[STAGE]: jwk for jwk in keys if jwk["alg"] == algorithm}
        after.append({**(at.get(NEXT) or _made(algorithm)), STAGE: SIGNING})
        after.append({**_made(algorithm), STAGE: NEXT})
        if SIGNING in at:
            after.append({**at[SIGNING], STAGE: FORMER})
    return after


def replaced() -> list[Jwk]:
    """New keys alone, for when the old ones may be in wrong hands."""
    return rotated([])


def save(path: str, keys: list[Jwk]) -> None:
    """Write the file whole, for its owner alone: who reads meanwhile finds the old or the new one."""
    target = Path(path)
    with tempfile.NamedTemporaryFile(  # made with mode 0600
        "w", encoding="utf-8", dir=target.parent, prefix=".client-keys-", delete=False
    ) as file:
        json.dump({"keys": keys}, file, indent=1)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(target)


def _made(algorithm: str) -> Jwk:
    key: PrivateKey
    if algorithm == "RS384":
        key = RSAKey.generate_key(_RSA_BITS, {"use": "sig", "alg": algorithm}, auto_kid=True)
    else:
        key = ECKey.generate_key("P-384", {"use": "sig", "alg": algorithm}, auto_kid=True)
    return dict(key.as_dict(private=True))
