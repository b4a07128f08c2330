"""Since when a reader has not seen a record: the beginning of the visit before this one.

Signing in again within the hour is the same visit, in another browser too, so the marks of a visit stay as they are
until it is over. The first visit has no marks.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from records.models import Visit

SAME_VISIT = timedelta(hours=1)
DAYS_KEPT = 400


def since(reader: str, signed_in_at: datetime) -> datetime | None:
    """When the visit before this one began; None on a first visit, and where the reader is not known.

    Args:
        reader: the keyed hash of reader and record, empty where the sign-in did not say who it was.
        signed_in_at: when this sign-in began (aware).
    """
    if not reader:
        return None
    visit, is_first = Visit.objects.get_or_create(reader=reader, defaults={"began": signed_in_at})
    if is_first:
        forget_old()
        return None
    if signed_in_at - visit.began <= SAME_VISIT:
        # An older sign-in that is still open has seen no more than its own visit had to show.
        return visit.before if visit.before is None or visit.before < signed_in_at else None
    # Of two pages that begin a visit at once, one writes; both know what was before.
    Visit.objects.filter(pk=visit.pk, began=visit.began).update(before=visit.began, began=signed_in_at)
    forget_old()
    return visit.began


def forget_old() -> None:
    """Deletes the rows of readers who were not here for a long time."""
    Visit.objects.filter(began__lt=timezone.now() - timedelta(days=DAYS_KEPT)).delete()
