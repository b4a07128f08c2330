"""Opaque keys for addresses: an entry's type and id, encrypted under the access's own key.

Deterministic (AES-SIV, RFC 5297), so that the same entry has the same address all through a session, and
nothing has to be stored. In a browser's history it says nothing; in another session it opens nothing.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from records.fetching.cache import derive


class Keys:
    """Makes and reads the keys of one access."""

    def __init__(self, key: bytes) -> None:
        self._siv = AESSIV(derive(key, "entry addresses", length=64))

    def make(self, *parts: str) -> str:
        """An address part for type and id, or for whatever must not be read in an address."""
        sealed = self._siv.encrypt("/".join(parts).encode(), None)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def read(self, key: str) -> tuple[str, ...] | None:
        """What a key was made of; None where it is not one of this access's."""
        try:
            sealed = base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))
            return tuple(self._siv.decrypt(sealed, None).decode().split("/"))
        except (InvalidTag, ValueError, binascii.Error):
            return None
