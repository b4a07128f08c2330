"""The registry of kinds: every module of this folder that has a `KIND`, or several `KINDS`, in the menu's order."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from records.kinds.base import AnyKind, Group


def _collect() -> dict[str, AnyKind]:
    found: list[AnyKind] = []
    for module in pkgutil.iter_modules(__path__):
        contents = vars(import_module(f"{__name__}.{module.name}"))
        found += contents.get("KINDS", ())
        if "KIND" in contents:
            found.append(contents["KIND"])
    groups = list(Group)
    found.sort(key=lambda kind: (groups.index(kind.group), kind.order))
    return {kind.slug: kind for kind in found}


KINDS = _collect()
"""Every kind by its slug."""
