"""Plain text: which characters the bytes are, line ends kept, control characters made visible.

A charset is taken from a list: Python also knows codecs that are no charsets of files (`unicode_escape`, `idna`).
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, replace

from records.documents import unsaid

_CHARSETS = frozenset(
    [
        "utf-8",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "utf-32",
        "utf-32-le",
        "utf-32-be",
        "ascii",
        "iso8859-1",
        "iso8859-2",
        "iso8859-3",
        "iso8859-4",
        "iso8859-5",
        "iso8859-6",
        "iso8859-7",
        "iso8859-8",
        "iso8859-9",
        "iso8859-10",
        "iso8859-11",
        "iso8859-13",
        "iso8859-14",
        "iso8859-15",
        "iso8859-16",
        "cp437",
        "cp850",
        "cp1250",
        "cp1251",
        "cp1252",
        "cp1253",
        "cp1254",
        "cp1255",
        "cp1256",
        "cp1257",
        "cp1258",
        "mac-roman",
        "koi8-r",
        "koi8-u",
        "shift_jis",
        "cp932",
        "euc_jp",
        "iso2022_jp",
        "euc_kr",
        "cp949",
        "gb2312",
        "gbk",
        "gb18030",
        "big5",
        "tis-620",
    ]
)
_ONE_BYTE_WESTERN = frozenset({"ascii", "iso8859-1", "cp1252"})

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Byte order marks, the longer ones first where one begins with the other."""

_NEVER_IN_TEXT = bytes(b for b in range(32) if b not in b"\t\n\r\f\x0b\x1b\x1a\x08\x00")
_SAMPLE = 64 * 1024

_LINE_ENDS = re.compile("\r\n|\r|\u0085|\u2028")
_INVISIBLE: dict[int, str] = {
    **{code: chr(0x2400 + code) for code in range(32) if chr(code) not in "\t\n"},
    **dict.fromkeys(range(0x80, 0xA0), "�"),
    0x7F: "\u2421",
    0x0B: "\n",
    0x0C: "\n\n",
    0xFEFF: "",
}

TURNING = {code: f"[U+{code:04X}]" for code in (0x202D, 0x202E)}
"""Signs that turn the order of what follows around, which can make 15 read as 51. They are shown instead."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Characters, from which charset, and whether some bytes of it were no characters. `is_guessed`: it was not said
    which it is, and does not speak for itself."""

    text: str
    charset: str
    is_lossy: bool = False
    is_guessed: bool = False


def charset(name: str | None) -> str | None:
    """A charset's own name if it is one that files are written in; ISO 8859-1 means Windows 1252, as on the web."""
    if not name:
        return None
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    if found not in _CHARSETS:
        return None
    return "cp1252" if found in {"iso8859-1", "ascii"} else found


def decoded(content: bytes, said: str | None = None) -> Decoded:
    """The characters of bytes: by their byte order mark, the charset said, UTF-8; where none is said and it is no
    UTF-8, by that which fits (`unsaid.py`); else Windows 1252; else with gaps.

    Bytes that are said to be of one byte each, and are faultless UTF-8 beyond ASCII, are UTF-8: that does not
    happen by chance.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decode(content[len(mark) :], name)
    claimed = charset(said)
    names = (
        ["utf-8", "cp1252"] if claimed in {None, *_ONE_BYTE_WESTERN} else [str(claimed), "utf-8", "cp1252"]
    )
    if claimed is None:
        wide = _wide(content)
        if wide:
            names.insert(0, wide)
    for name in names:
        try:
            return Decoded(content.decode(name), name)
        except (UnicodeError, ValueError):
            if claimed is None and name == "utf-8":
                guessed, is_guess = unsaid.charset(content)
                found = _decode(content, guessed)
                if not found.is_lossy:
                    return replace(found, is_guessed=is_guess)
    return _decode(content, claimed or "utf-8")


def _decode(content: bytes, name: str) -> Decoded:
    try:
        return Decoded(content.decode(name), name)
    except (UnicodeError, ValueError):
        return Decoded(content.decode(name, errors="replace"), name, is_lossy=True)


def _wide(content: bytes) -> str | None:
    """UTF-16 without a mark: most of a western text's bytes on one side are zero."""
    sample = content[:4096]
    if len(sample) < 4 or len(content) % 2:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    return "utf-16-be" if even > half * 0.4 and odd < half * 0.05 else None


def is_text(content: bytes, said: str | None = None) -> bool:
    """Whether bytes look like something written rather than like a program's own data. `said`: their charset."""
    if not content:
        return False
    if (charset(said) or "").startswith(("utf-16", "utf-32")) and not decoded(content, said).is_lossy:
        return True
    sample = content[:_SAMPLE]
    if any(sample.startswith(mark) for mark, _name in _MARKS) or _wide(content):
        return True
    strange = len(sample) - len(sample.translate(None, _NEVER_IN_TEXT))
    nulls = sample.rstrip(b"\x00").count(0)
    few = max(1, len(sample) // 100)
    return strange <= few and nulls <= 2 * few and sample.strip(b"\x00") != b""


def readable(text: str) -> str:
    """Text for the page: line ends as one sort, control characters visible, padding at its end gone."""
    return _LINE_ENDS.sub("\n", text.rstrip("\x00\x1a")).translate(_INVISIBLE | TURNING)
