"""Which characters the fonts of a PDF have, so that what none has becomes a mark that is seen and counted.

A PDF for everybody (PDF/UA) cannot be made of a character without a glyph. OpenType 1.9, "cmap", formats 4 and 12.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import fontpkg_source_sans_3
import fontpkg_source_serif_4

FOLDERS = tuple(
    str(Path(package.__file__).parent / "files")
    for package in (fontpkg_source_sans_3, fontpkg_source_serif_4)
    if package.__file__
)
MARK = "□"
_TABLE = 16


@cache
def covered() -> frozenset[int]:
    """The characters of the fonts that ship, each in both of them or in the other one's place."""
    found: set[int] = set()
    for folder in FOLDERS:
        for path in sorted(Path(folder).glob("*.ttf")):
            if "Italic" not in path.name:
                found.update(_characters(path.read_bytes()))
    return frozenset(found)


def _characters(font: bytes) -> Iterator[int]:
    """What a font's best map of characters names."""
    for number in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _sum, start, _length = struct.unpack_from(">4sLLL", font, 12 + _TABLE * number)
        if tag == b"cmap":
            for table in range(struct.unpack_from(">H", font, start + 2)[0]):
                _platform, _encoding, offset = struct.unpack_from(">HHL", font, start + 4 + 8 * table)
                yield from _mapped(font, start + offset)


def _mapped(font: bytes, at: int) -> Iterator[int]:
    form = struct.unpack_from(">H", font, at)[0]
    if form == 4:
        count = struct.unpack_from(">H", font, at + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", font, at + 14)
        starts = struct.unpack_from(f">{count}H", font, at + 16 + 2 * count)
        for first, last in zip(starts, ends, strict=True):
            if last != 0xFFFF:
                yield from range(first, last + 1)
    elif form == 12:
        for group in range(struct.unpack_from(">L", font, at + 12)[0]):
            first, last, _glyph = struct.unpack_from(">LLL", font, at + 16 + 12 * group)
            yield from range(first, last + 1)


class Marking:
    """Words made ready for a PDF. `count`: how many characters became a mark."""

    def __init__(self) -> None:
        self.count = 0
        self._known: dict[int, str] = {}

    def __call__(self, words: str) -> str:
        words = unicodedata.normalize("NFC", words)
        return words if words.isascii() and words.isprintable() else words.translate(self)

    def __getitem__(self, code: int) -> str:
        """For `str.translate`: asked for every character."""
        sign = chr(code)
        if code in covered() and unicodedata.category(sign) not in {"Cc", "Cf"}:
            return sign
        if sign in "\n\t":
            return "\n" if sign == "\n" else " "
        if unicodedata.category(sign) in {
            "Cc",
            "Cf",
        }:  # takes no room and has no shape: a direction, a soft hyphen
            return ""
        if unicodedata.category(sign) in {"Zs", "Zl", "Zp"}:
            return " "
        self.count += 1
        return MARK
