"""Which portal made a page: another one's pages are made anew."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import django
from django.conf import settings


@functools.cache
def version() -> str:
    """Of code, templates and translations, by their content: another one makes its pages anew."""
    digest = hashlib.sha256(django.get_version().encode())
    root = Path(settings.BASE_DIR)
    for folder in ("records", "templates", "insync_portal", "upstream", "smart_auth"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".mo", ".tsv"}:
                digest.update(str(path.relative_to(root)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
