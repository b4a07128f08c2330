"""From fetched pages to places in a list: whose each entry is, whether it counts, where it stands.

Only heads are decoded here, page by page; the rows of a page are read in full later (`records.service`).
Whatever arrives is counted once in the tally: shown, or set aside for one reason.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from records.fhir.bundle import NOT_OF_ONE_PATIENT, Entry, Mode, head, is_of, may_be_of, page
from records.fhir.elements import Head, Named, Reference
from records.fhir.reading import NotReadable, read
from records.kinds.base import AnyKind
from records.rows import Tally
from records.wording import sort_key

log = logging.getLogger("records.sifting")

READINGS = 6
"""How many readings of a series the first look shows."""


class Spot(NamedTuple):
    """Where one entry was found, and how it compares: greater is later within its rank."""

    when: str
    rank: int
    page: int
    entry: int


@dataclass(slots=True)
class Sifted:
    """All entries of a kind in their places.

    `by_id`: where each entry that is shown stands. `members`: what those that hold others together name.
    """

    tally: Tally = field(default_factory=Tally)
    groups: dict[str, list[Spot]] = field(default_factory=dict)
    series: dict[str, list[Spot]] = field(default_factory=dict)
    statements: list[Spot] = field(default_factory=list)
    statement_groups: dict[Spot, str | None] = field(default_factory=dict)
    unreadable: list[Spot] = field(default_factory=list)
    elsewhere: int = 0
    included: dict[tuple[str, str], Named] = field(default_factory=dict)
    by_id: dict[str, Spot] = field(default_factory=dict)
    members: dict[Spot, Sequence[Reference]] = field(default_factory=dict)
    has_warning: bool = False

    def ordered(self, group: str) -> list[Spot]:
        """One group's spots: rank first, then newest first, undated last."""
        spots = self.groups.get(group, [])
        spots.sort(key=_newest_first, reverse=True)
        return spots

    def settle_statements(self, contradicting: Iterable[str]) -> None:
        """Leaves the newest "none" as the statement of the list, unless it is contradicted by entries of the groups
        named; the others stand among the rows, so that none of them is dropped."""
        self.statements.sort(key=_newest_first, reverse=True)
        kept = 0 if any(self.groups.get(group) for group in contradicting) else 1
        for spot in self.statements[kept:]:
            self.groups.setdefault(self.statement_groups[spot] or "", []).append(spot)
        del self.statements[kept:]


def _newest_first(spot: Spot) -> tuple[int, str]:
    return -spot.rank, spot.when


def sift(kind: AnyKind, pages: Iterable[tuple[int, bytes]], *, patient: str, base: str) -> Sifted:
    """Puts every entry of the pages in its place.

    Args:
        pages: numbers and bytes of the pages, in the order in which they arrived.
        patient, base: whose record it is and the server's base, for the compartment check.
    """
    found = Sifted()
    seen: set[str] = set()
    for number, body in pages:
        answer = page(body, resource_type=kind.resource_type, base=base)
        found.tally.pages += 1
        found.tally.received += answer.missing
        found.tally.unreadable += answer.missing
        for index, entry in enumerate(answer.entries):
            if entry.mode is Mode.MATCH:
                _place(kind, entry, number, index, found, seen, patient, base)
            elif entry.mode is Mode.INCLUDE:
                _include(entry, found, patient, base)
            else:
                found.has_warning = True
    if found.tally.another_patient:
        log.warning(
            "security: %d entries of %s were not this patient's and were withheld",
            found.tally.another_patient,
            kind.resource_type,
        )
    return found


def _place(
    kind: AnyKind,
    entry: Entry,
    number: int,
    index: int,
    found: Sifted,
    seen: set[str],
    patient: str,
    base: str,
) -> None:
    tally = found.tally
    tally.received += 1
    try:
        first: Head = head(entry, kind.head)
    except NotReadable:
        tally.unreadable += 1
        # Without words on whose it is, it is counted, and not shown to anybody.
        if may_be_of(entry.raw, patient=patient, base=base):
            found.unreadable.append(Spot("", 0, number, index))
        return
    if first.resourceType == "OperationOutcome":
        tally.received -= 1
        found.has_warning = True
        return
    if first.resourceType != kind.resource_type:
        tally.other_type += 1
        return
    if not is_of(first, patient=patient, base=base):
        tally.another_patient += 1
        return
    if first.id is not None:
        if first.id in seen:
            tally.duplicate += 1
            return
        seen.add(first.id)
    if first.is_entered_in_error:
        tally.entered_in_error += 1
        return
    spot = Spot(sort_key(kind.date_of(first)), kind.rank(first), number, index)
    if kind.says_none(first):
        tally.shown += 1
        found.statements.append(spot)
        found.statement_groups[spot] = kind.place(first)
        return
    group = kind.place(first)
    if group is None:
        tally.elsewhere += 1
        return
    tally.shown += 1
    found.groups.setdefault(group, []).append(spot)
    if first.id is not None:
        found.by_id[first.id] = spot
    members = kind.members(first)
    if members:
        found.members[spot] = members
    if kind.series is not None:
        name = kind.series(first)
        if name is not None:
            found.series.setdefault(name, []).append(spot)


def _include(entry: Entry, found: Sifted, patient: str, base: str) -> None:
    try:
        first = head(entry, Head)
        if first.resourceType not in NOT_OF_ONE_PATIENT and not is_of(first, patient=patient, base=base):
            found.tally.another_patient += 1
            found.tally.received += 1
            return
        resource, _ = read(entry.raw, Named)
    except NotReadable:
        return  # it is only a name for something else, which then says that it has none
    if first.id:
        found.included[first.resourceType, first.id] = resource


def sound_sum(tally: Tally) -> bool:
    """Received = shown + set aside: holds for whatever a server sends."""
    return tally.received == (
        tally.shown
        + tally.elsewhere
        + tally.entered_in_error
        + tally.another_patient
        + tally.unreadable
        + tally.duplicate
        + tally.other_type
    )
