"""A large value, made small and sealed in pieces, so that it stands in memory once and not four times.

AES-256-GCM (NIST SP 800-38D) of the value as zlib makes it small. What is short is sealed in one go elsewhere.
"""

from __future__ import annotations

import io
import os
import zlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM

LARGE = 4 * 1024 * 1024
"""Bytes from which on it is done: a long record comes in pages of less, which are read often."""

PACKED = b"portal-packed-1:"
"""What a value begins with that was sealed here. A random nonce never does."""

_NONCE, _TAG = 12, 16
_PIECE = 1024 * 1024
_QUICKLY = 1


def packed(key: bytes, value: bytes, name: bytes) -> bytes:
    """A value sealed under a name."""
    nonce = os.urandom(_NONCE)
    sealing, packing = Cipher(AES256(key), GCM(nonce)).encryptor(), zlib.compressobj(_QUICKLY)
    sealing.authenticate_additional_data(PACKED + name)
    sealed = io.BytesIO()
    sealed.write(PACKED + nonce)
    view = memoryview(value)
    for start in range(0, len(view), _PIECE):
        sealed.write(sealing.update(packing.compress(view[start : start + _PIECE])))
    sealed.write(sealing.update(packing.flush()) + sealing.finalize() + sealing.tag)
    return sealed.getvalue()


def unpacked(key: bytes, sealed: bytes, name: bytes) -> bytes:
    """The value.

    Raises:
        cryptography.exceptions.InvalidTag: it was not sealed with this key under this name.
        ValueError: it was cut off.
    """
    view = memoryview(sealed)[len(PACKED) :]
    if len(view) < _NONCE + _TAG:
        raise ValueError
    nonce, body, tag = bytes(view[:_NONCE]), view[_NONCE:-_TAG], bytes(view[-_TAG:])
    _hold(key, name, nonce, body, tag)
    opening, unpacking, value = (
        Cipher(AES256(key), GCM(nonce)).decryptor(),
        zlib.decompressobj(),
        io.BytesIO(),
    )
    for start in range(0, len(body), _PIECE):
        value.write(unpacking.decompress(opening.update(body[start : start + _PIECE])))
    value.write(unpacking.flush())
    return value.getvalue()


def _hold(key: bytes, name: bytes, nonce: bytes, body: memoryview, tag: bytes) -> None:
    """Nothing is made large again that we have not made small ourselves.

    Raises:
        cryptography.exceptions.InvalidTag: it was not.
    """
    opening = Cipher(AES256(key), GCM(nonce, tag)).decryptor()
    opening.authenticate_additional_data(PACKED + name)
    for start in range(0, len(body), _PIECE):
        opening.update(body[start : start + _PIECE])
    opening.finalize()
