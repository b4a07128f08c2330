"""What the trail knows of somebody: over every key that is still listed, from the table or from lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from trail import pseudonyms
from trail.entries import NAMES, Entry, read_line
from trail.models import TrailEntry


@dataclass(frozen=True)
class Question:
    """Whose entries, and from when to when (aware; `until` itself is out). All that is given must hold; of several
    patients, readers or entries any one. Each of those is a pair of the server's FHIR base and a name as in
    `trail.entries.Who`. `agency` is the slug of one of several.
    """

    patients: tuple[tuple[str, str], ...] = ()
    readers: tuple[tuple[str, str], ...] = ()
    entries: tuple[tuple[str, str], ...] = ()
    agency: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def pseudonyms(self) -> dict[str, set[str]]:
        """What stands in the trail for those that are asked for, by the field that it stands in."""
        asked = {"patient": self.patients, "reader": self.readers, "entry": self.entries}
        return {
            sort: {name for server, one in named for name in pseudonyms.all_of(sort, server, one)}
            for sort, named in asked.items()
            if named
        }


def in_table(question: Question) -> Iterator[Entry]:
    """The entries of the table, the earliest first. Asks the database once, and holds no more than a part of them."""
    rows = TrailEntry.objects.order_by("at", "pk")
    for sort, names in question.pseudonyms.items():
        rows = rows.filter(**{f"{sort}__in": sorted(names)})
    if question.agency:
        rows = rows.filter(agency=question.agency)
    if question.since is not None:
        rows = rows.filter(at__gte=question.since)
    if question.until is not None:
        rows = rows.filter(at__lt=question.until)
    for row in rows.values(*NAMES).iterator(chunk_size=2000):
        yield Entry(**row)


@dataclass
class Lines:
    """The entries among lines, in their order. `strange`: how many lines held none."""

    question: Question
    strange: int = 0
    _names: dict[str, set[str]] = field(init=False)

    def __post_init__(self) -> None:
        self._names = self.question.pseudonyms

    def among(self, lines: Iterable[str]) -> Iterator[Entry]:
        """Those that were asked for."""
        for line in lines:
            entry = read_line(line)
            if entry is None:
                self.strange += bool(line.strip())
            elif self._is_asked_for(entry):
                yield entry

    def _is_asked_for(self, entry: Entry) -> bool:
        if self.question.agency and entry.agency != self.question.agency:
            return False
        since, until = self.question.since, self.question.until
        if (since is not None and entry.at < since) or (until is not None and entry.at >= until):
            return False
        return all(getattr(entry, sort) in names for sort, names in self._names.items())


def kept_since() -> datetime | None:
    """Since when the table holds entries in which people can be found again: under keys that are listed. None where it
    holds none yet."""
    names = [pseudonyms.name_of(key) for key in pseudonyms.listed()]
    return TrailEntry.objects.filter(key__in=names).order_by("at").values_list("at", flat=True).first()
