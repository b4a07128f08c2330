"""XML: only what it is, never what is in it. No parser runs here, so no entity is ever expanded.

Reading C-CDA documents in the page is a later matter; until then they can be downloaded.
"""

from __future__ import annotations

import re

_NAME = re.compile(r"<(?:[\w.-]+:)?([A-Za-z_][\w.-]*)(?=[\s/>])", re.ASCII)


def after_prolog(start: str, *, doctype: bool = True) -> str:
    """What follows declarations, comments and, unless told otherwise, the document type. Empty where cut off."""
    at = 0
    while True:
        while at < len(start) and start[at].isspace():
            at += 1
        if start.startswith("<?", at):
            end = start.find("?>", at)
            step = 2
        elif start.startswith("<!--", at):
            end = start.find("-->", at)
            step = 3
        elif doctype and start[at : at + 9].upper() == "<!DOCTYPE":
            end, step = _doctype_end(start, at), 1
        else:
            return start[at:]
        if end < 0:
            return ""
        at = end + step


def _doctype_end(start: str, at: int) -> int:
    """Where a document type closes, past its internal subset."""
    close, subset = start.find(">", at), start.find("[", at)
    if 0 <= subset < close:
        inner = start.find("]", subset)
        return start.find(">", inner) if inner >= 0 else -1
    return close


def root(start: str) -> str | None:
    """The local name of the root element, in the case it is written in; None where none is seen."""
    found = _NAME.match(after_prolog(start))
    return found[1] if found else None


def is_closed(content: bytes, name: str) -> bool:
    """Whether bytes end with the root element's own end."""
    return f"{name}>".encode() in content[-1024:].replace(b"\x00", b"")
