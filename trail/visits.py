"""The looks at one record in the table, by sign-in: for whoever may see them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Min, QuerySet

from trail import pseudonyms
from trail.entries import Event, Who
from trail.models import TrailEntry

SHOWN = "200"
"""The outcome of a look at which something was seen."""


@dataclass(frozen=True)
class Looked:
    """At what: a page by the name of its address, and the slug of its kind."""

    page: str
    section: str


@dataclass(frozen=True)
class Visit:
    """One sign-in, from its first look to its last. `relation` is a word of `smart_auth.reader.Relation`."""

    access: str
    relation: str
    began: datetime
    ended: datetime
    looked: tuple[Looked, ...]


def visits(who: Who, *, of_all: bool, first: int, many: int) -> list[Visit]:
    """So many visits to a record from the first on, the latest before all. Asks the database twice.

    `of_all`: by whomever; else those of this reader alone, none where it is not known who reads.
    """
    looks = _looks(who, of_all=of_all)
    found = looks.values("access", "relation").annotate(began=Min("at"), ended=Max("at"))
    rows = list(found.order_by("-ended", "access")[first : first + many])
    of_each: dict[str, list[Looked]] = defaultdict(list)
    parts = looks.filter(access__in=[row["access"] for row in rows]).order_by("page", "section")
    for access, page, section in parts.values_list("access", "page", "section").distinct():
        of_each[access].append(Looked(page, section))
    return [Visit(**row, looked=tuple(of_each[row["access"]])) for row in rows]


def _looks(who: Who, *, of_all: bool) -> QuerySet[TrailEntry]:
    patients = list(pseudonyms.all_of("patient", who.server, who.patient))
    looks = TrailEntry.objects.filter(patient__in=patients, event=Event.LOOK.value, outcome=SHOWN)
    if of_all:
        return looks
    readers = [name for name in pseudonyms.all_of("reader", who.server, who.reader) if name]
    return looks.filter(reader__in=readers)


def gaps(most: int) -> list[datetime]:
    """When the trail could be written again after entries were lost to it, the latest first: looks may be missing."""
    told = TrailEntry.objects.filter(patient="", event=Event.GAP.value, reason__startswith="not kept")
    return list(told.order_by("-at").values_list("at", flat=True)[:most])
