"""The first sheet of a file: whose record, for whom, taken by whom, and what it covers."""

from __future__ import annotations

from typing import TypedDict

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _now
from django.utils.translation import pgettext

from records.fetching.source import Source
from records.kinds import KINDS
from records.lists.date_range import range_words
from records.service.patient import Fetched, person_of
from records.service.take import Order
from records.takeaway.taken import Cover


class Known(TypedDict):
    """What the worker knows and the record does not say. `relation`: self, representative, staff or unknown."""

    reader_name: str
    relation: str
    agency: str
    phone: str
    is_demo: bool
    language: str


def cover_of(order: Order, fetched: Fetched | None, source: Source, known: Known) -> Cover:
    """The first sheet, in the language that is active."""
    person = person_of(fetched, source, today=timezone.localdate())
    now = timezone.localtime()
    born = str(person.born)
    if born and person.age_words:
        born = f"{born} ({person.age_words})"
    return Cover(
        language=known["language"],
        name=str(person.name),
        born=". ".join(filter(None, (born, str(person.deceased)))),
        taken_by=taken_by(known, str(person.name)),
        taken_at=_now("%(day)s, %(time)s")
        % {
            "day": date_format(now, pgettext("day, a Django date format", "F j, Y")),
            "time": date_format(now, pgettext("clock time, a Django date format", "g:i A")),
        },
        agency=known["agency"],
        phone=known["phone"],
        covers=covers(order),
        for_whom=order.whom,
        is_for_other=order.is_for_other,
        with_protected=order.with_protected,
        is_demo=known["is_demo"],
        request_id=source.request_id,
    )


def taken_by(known: Known, patient: str) -> str:
    """Who took the file, as far as the sign-in says."""
    name = known["reader_name"]
    match known["relation"]:
        case "self":
            return _now("%s, the patient") % (name or patient)
        case "representative":
            return (
                _now("%s, a representative of the patient") % name
                if name
                else _now("a representative of the patient")
            )
        case "staff":
            return (
                _now("%s, of the agency’s staff") % name if name else _now("somebody of the agency’s staff")
            )
    return name or _now("whoever was signed in; the sign-in did not say who")


def covers(order: Order) -> str:
    """Which sections and dates were chosen."""
    kinds = order.kinds
    every = len(kinds) == len(KINDS)
    what = _now("All sections") if every else ", ".join(str(kind.title) for kind in kinds)
    dates = range_words(order.since, order.until)
    if not dates:
        return _now("%s; all years") % what
    return _now(
        "%(what)s; %(dates)s. What is current now of allergies, medications and conditions is in whatever its date, and"
        " so is what has no date."
    ) % {"what": what, "dates": dates}
