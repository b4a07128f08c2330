"""Names to save a file under: safe on every system, and never a name from the record."""

from __future__ import annotations

import re
import unicodedata

_LONGEST_NAME = 80
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9 ._()-]+")
_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)


def file_name(title: str, extension: str) -> str:
    """A name to save a file under. `title` must be the kind of document, never a name from the record."""
    return clean_name(title, _LONGEST_NAME) + extension


def clean_name(name: str, longest: int = _LONGEST_NAME + 8) -> str:
    """A name without paths, quotes, controls and signs that turn the order of letters around; never empty."""
    kept = "".join(
        " " if c in '/\\:*?"<>|;%' or unicodedata.category(c)[0] in "CZ" else c
        for c in unicodedata.normalize("NFC", name)
    )
    short = " ".join(kept.split())[:longest].strip(" .")
    return "document" if not short or _DEVICES.match(short.partition(".")[0]) else short


def ascii_name(name: str) -> str:
    """The same in letters that every browser takes: accents dropped, what has no such letters left out."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    stem, dot, extension = plain.rpartition(".")
    kept = " ".join(_NOT_IN_NAMES.sub("_", stem if dot else plain).split()).strip(" ._")
    return f"{kept or 'document'}{dot}{_NOT_IN_NAMES.sub('', extension) if dot else ''}"
