"""Additions that may change the meaning of what bears them. FHIR R4 Extensibility 2.4.0, modifierExtension.

The standard forbids to read past one that is not understood: it may turn "takes" into "does not take". The portal
understands none, so what bears one is shown as sent, and nothing is worked out from it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from records.fhir.reading import NotReadable, tree

NAME = "modifierExtension"
_WRITTEN = NAME.encode()


def places(raw: bytes | msgspec.Raw) -> list[str]:
    """The elements of an entry that bear one, each once: "dosageInstruction.timing"; "" is the entry itself.

    Quick where there is none, as in nearly all.
    """
    if _WRITTEN not in bytes(raw):
        return []
    try:
        left: list[tuple[Any, str]] = [(tree(raw), "")]
    except NotReadable:
        return []
    found: dict[str, None] = {}
    while left:
        one, path = left.pop()
        if isinstance(one, list):
            left += [(part, path) for part in reversed(one)]
        elif isinstance(one, dict):
            if one.get(NAME):
                found[path] = None
            left += [
                (value, f"{path}.{name}" if path else name)
                for name, value in reversed(one.items())
                if name != NAME
            ]
    return list(found)
