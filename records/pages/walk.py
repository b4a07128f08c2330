"""What every page that looks over the whole record begins with: all of it, as far as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from records.fetching.collected import Gone
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists.whole import Whole, forget_gone, forget_withheld, load_whole, without_gone
from records.pages.door import Reading

Made = TypeVar("Made")

WHOLE_SECONDS = 10
PATIENCE = 6
"""Seconds that such a page waits for what has not been fetched yet; then it shows what there is and goes on."""


def walk(
    reading: Reading, make: Callable[[Whole], Made], kinds: Iterable[AnyKind] = KINDS.values()
) -> tuple[Whole, Made]:
    """The whole record and what is made of it. Where a page of it left the cache meanwhile, both once more; where it
    does so again, what is made of the others."""
    whole = load_whole(kinds, source=reading.source, patience=PATIENCE)
    try:
        made = make(whole)
    except Gone:
        forget_gone(whole, reading.source)
        whole = load_whole(kinds, source=reading.source, patience=PATIENCE)
        try:
            made = make(whole)
        except Gone:
            whole = without_gone(whole, reading.source)
            made = make(whole)
    forget_withheld(whole, reading.source)
    return whole, made
