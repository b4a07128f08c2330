"""The child of `beyond.py`: our own code on a file of unusual size, under the limits of `child.py`.

Takes a line of JSON and the file on standard input. It knows the sentences in two languages, and nothing else of the
portal: no settings of its environment, no secrets, no network.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHARACTERS = 4_000_000
TAGS = 200_000
DEEPEST = 20_000


def set_up(told: dict[str, Any]) -> None:
    """Django, as far as sentences and dates need it."""
    sys.setrecursionlimit(DEEPEST)
    import django
    from django.conf import settings
    from django.utils import translation

    settings.configure(
        USE_I18N=True,
        USE_TZ=True,
        TIME_ZONE=told["zone"],
        LOCALE_PATHS=[ROOT / "insync_portal" / "locale"],
        FORMAT_MODULE_PATH="insync_portal.formats",
    )
    django.setup()
    translation.activate(told["language"])


def c_cda(told: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """A clinical document."""
    import msgspec

    from records.documents import beyond
    from records.documents.cda import parsing, reading
    from records.documents.whose import Whose

    record = None
    if told.get("record") is not None:
        names, spoken, born, numbers = told["record"]
        pairs = frozenset((system, value) for system, value in numbers)
        record = Whose(frozenset(map(frozenset, names)), spoken, born, pairs)
    try:
        read = reading.read(content, record, told["raw_href"], parsing.IN_CHILD)
    except tuple(beyond.REFUSALS.values()) as refused:
        why = next(name for name, one in beyond.REFUSALS.items() if isinstance(refused, one))
        return {"read": {"why": why}}, []
    sent, pieces = beyond.sent(read)
    # Clean markup is a str of its own, which JSON does not know.
    return {"read": msgspec.to_builtins(sent, enc_hook=lambda one: "".join((one,)))}, pieces


def page(_told: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """A web page."""
    from records.documents import html

    try:
        found = html.cleaned(content.decode("utf-8", "replace"), characters=CHARACTERS, tags=TAGS)
    except html.TooMuch:
        return {"bad": "large"}, []
    said = {"is_incomplete": found.is_incomplete, "is_empty": found.is_empty}
    return said, [str(found.html).encode()]


def make(what: str, given: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """What is asked for, of standard input."""
    line, _, content = given.partition(b"\n")
    told = json.loads(line)
    set_up(told)
    return {"c-cda": c_cda, "html": page}[what](told, content)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from records.documents import child

    sys.exit(child.main(make))
