"""What a session holds, encrypted at rest: AES-256-GCM under SESSION_KEYS, whose newest key writes and all read.

The associated data names the row and the column, so that nothing sealed for one place opens in another.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed by a key that is gone, for another place, or changed since."""


def seal(data: bytes, *, place: str) -> str:
    """Encrypt for one place ("row:column"). Returns URL-safe base64 text."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = AESGCM(settings.SESSION_KEYS[0]).encrypt(nonce, data, place.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(text: str, *, place: str) -> bytes:
    """What `seal` was given for the same place.

    Raises:
        Unreadable: no key of SESSION_KEYS opens it.
    """
    try:
        raw = base64.b64decode(text.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise Unreadable from None
    if len(raw) <= _NONCE_BYTES:
        raise Unreadable
    for key in settings.SESSION_KEYS:
        try:
            return AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], place.encode())
        except InvalidTag:
            continue
    raise Unreadable
