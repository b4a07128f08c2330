"""Every reading of a measure as a drawing needs it, whatever page its table is on. They are kept beside the pages.

A page words fifty rows; a drawing spans all that is loaded. So readings are read for it by themselves, and no more of
each than is drawn (`words.points`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter

import msgspec
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _now

from records.fhir import additions
from records.fhir.reading import NotReadable, read
from records.kinds.base import Known
from records.lists.choosing import Wish
from records.lists.entries import Entries
from records.lists.grouping import Grouped
from records.reading.known import known_for
from records.reading.places import Spot
from records.words.points import Point, PointReader
from records.words.rows import replace
from records.words.sections import Reach

Points = dict[Spot, Point]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[tuple[Spot, Point]]).decode

FEW, MANY = 6, 60
"""Readings in the small line of a measure, on the overview and in its section."""

_when = attrgetter("when")

REACHES = (1, 5, 10)
"""Years back from today that a link offers, where readings are older."""


def points_of(grouped: Grouped) -> tuple[Point, ...]:
    """The readings of a measure that are chosen, on all pages of their table.

    Raises:
        Gone: a page is no longer kept.
    """
    entries = grouped.entries
    every = every_point(entries, entries.look.series or "", grouped)
    return tuple(every[spot] for _slug, spot in grouped.places if spot is not None and spot in every)


def courses_of(grouped: Grouped, series: Iterable[str]) -> dict[str, list[Point]]:
    """The newest readings of each of these measures, oldest first, for a small line beside the newest.

    Raises:
        Gone: a page is no longer kept.
    """
    entries = grouped.entries
    most = FEW if entries.look.only_now else MANY
    courses = {
        name: sorted(entries.sifted.series[name], key=_when, reverse=True)[:most]
        for name in series
        if len(entries.sifted.series[name]) > 1
    }
    spots = [spot for course in courses.values() for spot in course]
    found = _read(entries, spots, grouped.known(known_for((), entries.source), spots)) if spots else {}
    return {name: [found[spot] for spot in reversed(course)] for name, course in courses.items()}


def every_point(entries: Entries, series: str, grouped: Grouped | None = None) -> Points:
    """All readings of one measure, by where they stand.

    Args:
        grouped: where readings hold others, as questionnaires their answers, the list that knows these.
    """
    spots, source = entries.sifted.series.get(series, ()), entries.source
    name = entries.name("points", series, get_language() or "", source.units)
    kept = source.keep.load(name)
    if kept is not None:
        found = dict(_decode(kept))
        if found.keys() >= set(spots):
            return found
    known = known_for((), source)
    if grouped is not None:
        known = grouped.known(known, spots)
    found = _read(entries, spots, known)
    entries.store(name, _encode(list(found.items())))
    return found


def _read(entries: Entries, spots: Iterable[Spot], known: Known) -> Points:
    kind, reader, found = (
        entries.kind,
        PointReader(entries.source.units if entries.kind.in_chosen_units else ""),
        {},
    )
    for spot, raw in entries.raws(spots).items():
        try:
            model, _set_aside = read(raw, kind.model)
            point = kind.to_point(model, reader, known)
        except NotReadable:
            point = Point()
        if point.numbers and additions.places(raw):
            point = replace(point, numbers=())  # what it means may be something else
        found[spot] = point
    return found


def reaches(entries: Entries, wish: Wish) -> tuple[Reach, ...]:
    """Links to how far back to look: all, and as many years as leave something out and something to see."""
    days = sorted(
        filter(None, map(entries.sifted.day, entries.sifted.series.get(entries.look.series or "", ())))
    )
    if len(days) < 3:
        return ()
    whole = {**wish.address, "from": "", "to": "", "year": ""}
    typed = wish.typed if not wish.year else ("", "year")
    found = [
        Reach(words=_now("All"), href=entries.here(**whole), is_here=typed == ("", "") and not wish.year)
    ]
    for years in REACHES:
        since = _years_back(timezone.localdate(), years).isoformat()
        within = sum(day >= since for day in days)
        if 2 <= within < len(days):
            words = ngettext("%d year", "%d years", years) % years
            href = entries.here(**{**whole, "from": since})
            found.append(Reach(words=words, href=href, is_here=typed == (since, "")))
    return tuple(found) if len(found) > 1 else ()


def _years_back(today: date, years: int) -> date:
    day = today.day if (today.month, today.day) != (2, 29) else 28
    return date(today.year - years, today.month, day)


def newest(entries: Entries, series: str) -> Sequence[Spot]:
    """The newest reading of a measure and the one before it."""
    return sorted(entries.sifted.series.get(series, ()), key=lambda spot: spot.when, reverse=True)[:2]
