"""Names that say nothing: HMAC-SHA256 under keys of the trail's own (RFC 2104).

The newest of TRAIL_KEYS makes them; whoever looks somebody up asks for those of every key that is still listed. A key
that is dropped takes with it the way from a person to their lines. Behind those listed stands one that is made from
SECRET_KEY, so that a portal which sets none has a trail all the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator

from django.conf import settings

DIGITS = 20
"""80 bits: nobody meets another one's pseudonym by chance."""


def listed() -> list[bytes]:
    """Every key that can be looked up under, the one that writes first."""
    own = hmac.new(settings.SECRET_KEY.encode(), b"trail.pseudonyms", hashlib.sha256).digest()
    return [*settings.TRAIL_KEYS, own]


def name_of(key: bytes) -> str:
    """By which an entry says its key. It leads back to none."""
    return hashlib.sha256(b"name of a key of the trail" + key).hexdigest()[:8]


def pseudonym(key: bytes, sort: str, server: str, name: str) -> str:
    """A pseudonym of a patient, a reader or an entry of one server; empty for nobody."""
    if not name:
        return ""
    said = json.dumps([sort, server, name]).encode()
    return hmac.new(key, said, hashlib.sha256).hexdigest()[:DIGITS]


def all_of(sort: str, server: str, name: str) -> Iterator[str]:
    """What somebody or something is called under each key."""
    return (pseudonym(key, sort, server, name) for key in listed())
