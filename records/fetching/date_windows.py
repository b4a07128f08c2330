"""Date windows: how the days of a long list are parted, and whether a page's dates fall as they should.

FHIR R4 search 3.1.1.4.6. Pure: nothing here asks anything.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date, timedelta

WINDOWS, MOST_WINDOWS = 12, 24
"""How many chains a long list is parted into: more where then each is one page."""


def descending(keys: Sequence[str]) -> bool:
    """Whether dates fall, as far as their precision tells. `keys`: as text that compares (`wording.sort_key`)."""
    return all(_not_before(a, b) for a, b in itertools.pairwise(keys))


def _not_before(a: str, b: str) -> bool:
    shorter = min(len(a), len(b), 10)
    return a[:shorter] >= b[:shorter]


def day_of(recorded: str) -> date | None:
    """The day that a recorded date names in its own offset; None where it is less precise, or no date."""
    try:
        found = date.fromisoformat(recorded[:10])
    except ValueError:
        return None
    return found if 1 < found.year < 9999 and len(recorded) >= 10 else None


def parts_for(total: int | None, page_size: int) -> int:
    """So many windows that each is likely to fit on one page of this size, a fifth being left for unevenness."""
    wished = -(-6 * (total or 0) // (5 * page_size)) if page_size else 0
    return max(WINDOWS, min(wished, MOST_WINDOWS))


def windows(lower: str, upper: str, parts: int = WINDOWS) -> list[tuple[str, ...]]:
    """Bounds that part the days from `lower` to `upper`, both included, without a hole between them.

    FHIR R4 search 3.1.1.4.6: `ge` and `lt` of the same day leave nothing out, whatever an entry's precision.
    """
    begin, end = date.fromisoformat(lower), date.fromisoformat(upper)
    days = (end - begin).days + 1
    parts = max(1, min(parts, days))
    cuts = [begin + timedelta(days=days * part // parts) for part in range(parts)]
    bounds = [(f"ge{a.isoformat()}", f"lt{b.isoformat()}") for a, b in itertools.pairwise(cuts)]
    return [*bounds, (f"ge{cuts[-1].isoformat()}", f"le{end.isoformat()}")]
