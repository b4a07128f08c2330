"""PDF: only whether it is one. It is shown by the browser's own viewer. ISO 32000-1, 7.5.2."""

from __future__ import annotations

_MARK = b"%PDF-"
_BEFORE = 1024
"""Readers take a file for a PDF if the mark stands this early; files from scanners often have something before it."""


def begins(content: bytes) -> bool:
    """Whether the bytes begin as a PDF does, but for blanks or a byte order mark."""
    return content[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\f\x00").startswith(_MARK)


def is_inside(content: bytes) -> bool:
    """Whether the mark stands a little later, and the end of a PDF at the end. For bytes that are nothing else."""
    return _MARK in content[: _BEFORE + len(_MARK)] and b"startxref" in content[-2048:]


def is_whole(content: bytes) -> bool:
    """Whether there is anything in it that a viewer could show: at least one object."""
    return b" obj" in content
