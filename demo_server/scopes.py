"""What a token's scopes reach. SMART App Launch 2.0, scopes for clinical data, and the v1 spelling."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SCOPE = re.compile(r"patient/(\*|[A-Za-z]+)\.(\*|read|c?r?u?d?s?)")


def reaches(scopes: Iterable[str], resource_type: str, interaction: str) -> bool:
    """Whether any scope lets the app `read` or `search` a type.

    `patient/X.read` and `patient/X.*` allow both; of version 2, `r` allows to read and `s` to search.
    """
    letter = "r" if interaction == "read" else "s"
    for scope in scopes:
        match = _SCOPE.fullmatch(scope)
        if match and match[1] in ("*", resource_type) and (match[2] in ("*", "read") or letter in match[2]):
            return True
    return False
