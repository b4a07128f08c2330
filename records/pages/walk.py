"""What every page that looks over the whole record begins with: all of it, as far as it comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from records.fetching.collected import Gone
from records.fetching.source import Source
from records.kinds import KINDS
from records.kinds.base import AnyKind
from records.lists.whole import Part, Whole, forget_gone, forget_withheld, load_whole, without_gone
from records.pages import made
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


def settled(whole: Whole, asked: Iterable[str], source: Source) -> made.Answers | None:
    """What such a page was made of, where the next look would be the same; None where more is to come, or something
    has to be told at each look: trouble, or what is another patient's."""
    if whole.is_open or any(map(_is_told_anew, whole.parts)):
        return None
    return made.answers_used(asked, source)


def _is_told_anew(part: Part) -> bool:
    return part.has_failed or (part.sifted is not None and bool(part.sifted.tally.another_patient))
