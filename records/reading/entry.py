"""One entry by itself: its row, and what was read for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from records.kinds.base import Known
from records.reading.rows import Found
from records.words.rows import Row


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry read by its id. `raw` is what the server sent, `as_of` when (aware; None where that is forgotten).

    `found` is None where it could not be read; `known` is what was read along for it, with it.
    """

    row: Row
    raw: bytes
    found: Found | None
    as_of: datetime | None = None
    known: Known | None = None
