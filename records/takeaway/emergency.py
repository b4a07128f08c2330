"""The emergency sheet: what is dangerous, what is current, who knows the patient; and the same for the wallet.

What does not fit goes on to a second sheet; nothing is dropped, and every list says how many there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _now

from records.takeaway import wordings
from records.takeaway.pdf import Json, compiled
from records.takeaway.taken import Entry, Group, Outcome, Part, Taken

PAGE = Path(__file__).with_name("emergency.typ")
SECTIONS = ("allergies", "medications", "conditions", "devices", "care-team")
"""What stands on it, by the slugs of kinds."""
OVER = frozenset({"past", "none", "ended", "prepared", "refuted"})
"""Headings of what is not so now, in sections that name none as current."""


def write(taken: Taken) -> Iterator[bytes]:
    """The sheet and the card."""
    danger: list[Json] = []
    lists: list[Json] = []
    for part in taken.parts:
        now = [
            said
            for group in part.groups()
            if _is_current(group, part)
            for entry in group.entries
            if not entry.is_folded
            for said in [_said(entry, in_full=not part.comes_first)]
        ]
        danger += [one for one in now if one["danger"]]
        lists.append(_list(part, taken.outcomes[-1], [one for one in now if not one["danger"]]))
    first = max(lists, key=lambda one: len(one["entries"]), default=None)
    lists.sort(key=lambda one: one is not first)
    yield compiled(_sheet(taken, danger, lists), PAGE)


def _is_current(group: Group, part: Part) -> bool:
    return group.now or (not part.comes_first and group.slug not in OVER and group.slug != "stated")


def _said(entry: Entry, *, in_full: bool) -> Json:
    """An entry in a line; of a device or a team `in_full` what is known of it, such as who is in it."""
    row = entry.row
    facts = "; ".join(f"{fact.label}: {fact.value}".replace("\n", ", ") for fact in row.facts)
    return {
        "t": str(row.title),
        "l": facts if in_full and facts else str(row.line),
        "w": str(row.when.words) if row.when is not None else "",
        "danger": str(row.danger),
    }


def _list(part: Part, outcome: Outcome, now: list[Json]) -> Json:
    says = list(part.says) if outcome.is_missing or not outcome.count else []
    if not now and not says:
        says = [_now("Nothing else that is current came.")]
    count = _now("all %d that are current") % len(now) if now else ""
    return {"title": part.title, "count": count, "entries": now, "says": says}


def _sheet(taken: Taken, danger: list[Json], lists: list[Json]) -> Json:
    cover = taken.cover
    missing = [one.title for one in taken.outcomes if one.is_missing]
    closing = [wordings.copy_sentence()]
    if missing:
        closing.append(_now("Missing on this sheet: %s. There may be some.") % ", ".join(missing))
    if cover.is_for_other and not cover.with_protected:
        closing.append(wordings.protection(cover))
    taken_by = _now("%(who)s, on %(when)s") % {"who": cover.taken_by, "when": cover.taken_at}
    words: dict[str, Any] = {
        "kind": _now("Emergency sheet"),
        "sheet": _now("Sheet %(number)s of %(total)s"),
        "danger": _now("Danger"),
        "hand": _now("By hand"),
        "hand_why": _now("the record has no place for these"),
        "lines": [_now("Call first"), _now("Telephone"), _now("Blood type"), _now("Something else")],
        "card": _now("For the wallet"),
        "cut": _now("Cut along the outer line, fold in the middle with the print outside."),
    }
    return {
        "title": _now("Emergency sheet of %s") % cover.name,
        "lang": cover.language,
        "name": cover.name,
        "born": cover.born,
        "agency": cover.agency,
        "head": ", ".join(filter(None, (cover.name, cover.born))),
        "foot": ", ".join(filter(None, (cover.agency, cover.phone))),
        "crisis": wordings.crisis(),
        "cautions": [
            *([next(iter(wordings.cautions(cover)))] if cover.is_demo else []),
            _now("Record of %(agency)s, taken by %(who)s.") % {"agency": cover.agency, "who": taken_by},
        ],
        "danger": danger,
        "lists": lists,
        "closing": closing,
        "words": words,
        "last": None,
    }
