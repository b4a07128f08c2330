"""A record on paper: PDF/UA-1 by Typst. Tagged, with bookmarks, language and metadata; no library of the system.

The page is a program of its own (`record.typ`), and the record reaches it as data alone. A long record becomes several
files, each of which can be printed by itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import ngettext

from records.takeaway import told, wordings
from records.takeaway.blocks import blocks_of, paragraphs
from records.takeaway.glyphs import FOLDERS, Marking
from records.takeaway.taken import Cover, Document, Entry, Group, NextFile, Outcome, Part, Taken

PAGE = Path(__file__).with_name("record.typ")
TYPESETTER = Path(__file__).with_name("typeset.py")
PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "RAYON_NUM_THREADS", "MALLOC_ARENA_MAX")
PATIENCE = 300
"""Seconds that setting one file may take."""
SIGNS_A_FILE = 500_000
"""A file of so many characters has some 150 sheets, and setting it takes 300 MB."""
Json = dict[str, Any]


def write(taken: Taken) -> Iterator[bytes | NextFile]:
    """The file, or several where it is long: each is made as soon as it is full, so that one is held at a time."""
    number = 1
    first: Json = {"danger": [], "lists": []}
    for parts, is_last in _volumes(taken, first):
        if number > 1:
            yield NextFile(number)
        said = _now("Part %d of this record. The last sheet of the last part says what is in it.") % number
        if is_last:
            said = _now("Part %d of this record, the last one.") % number if number > 1 else ""
        yield compiled(_sheets(taken, first, parts, said, is_last=is_last))
        parts.clear()
        number += 1


def compiled(data: Json, page: Path = PAGE) -> bytes:
    """Data → PDF/UA-1, by the program of a page."""
    marking = Marking()
    ready = _marked(data, marking)
    if marking.count and ready["last"] is not None:
        ready["last"]["notes"].append(
            marking(
                ngettext(
                    "%d character that no font here has is marked □.",
                    "%d characters that no font here has are marked □.",
                    marking.count,
                )
                % marking.count
            )
        )
    return _typeset(page, json.dumps(ready, ensure_ascii=False).encode("utf-8", "replace"))


class NotSet(Exception):
    """The page could not be set. Nothing of it is quoted."""


def _typeset(page: Path, data: bytes) -> bytes:
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    done = subprocess.run(  # noqa: S603  (our own program; the record goes in by its pipe)
        [sys.executable, "-I", str(TYPESETTER), str(page), *FOLDERS],
        input=data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=PATIENCE,
        env=environment,
        check=False,
    )
    if done.returncode or not done.stdout:
        raise NotSet
    return done.stdout


def _marked(value: Any, marking: Marking) -> Any:
    match value:
        case str():
            return marking(value)
        case dict():
            return {name: _marked(one, marking) for name, one in value.items()}
        case list() | tuple():
            return [_marked(one, marking) for one in value]
    return value


# ---------------------------------------------------------------- gathering


def _volumes(taken: Taken, first: Json) -> Iterator[tuple[list[Json], bool]]:
    """The parts, in files of so many entries, and whether each is the last; `first` is filled with what stands on the
    first sheet. What does is never parted from it."""
    parts: list[Json] = []
    size = 0
    for part in taken.parts:
        made = _part(part)
        parts.append(made)
        now: list[Json] = []
        for group in part.groups():
            if size >= SIGNS_A_FILE and not part.comes_first:
                yield parts, False
                made, size = {**made, "says": [], "groups": []}, 0
                parts.append(made)
            _add(made, group, as_table=part.as_table)
            size += _signs(group)
            if part.comes_first:
                _note(first, now, group)
        if part.comes_first:
            first["lists"].append(_current(part, taken.outcomes[-1], now))
            first["lists"].sort(key=lambda one: len(one["entries"]), reverse=True)
    yield parts, True


def _current(part: Part, outcome: Outcome, now: list[Json]) -> Json:
    """What is current of a section, for the first sheet; else why nothing stands there."""
    return {
        "title": part.title,
        "count": _now("all %d that are current") % len(now) if now else "",
        "entries": now,
        "says": [*part.says] if outcome.is_missing or not outcome.count else _still(outcome, now),
    }


def _still(_outcome: Outcome, now: list[Json]) -> list[str]:
    return [] if now else [_now("Nothing current is recorded; what there is stands further on.")]


def _part(part: Part) -> Json:
    return {"title": part.title, "plain": part.plain, "says": list(part.says), "groups": [], "fresh": False}


def _signs(group: Group) -> int:
    """About how many characters a group is."""
    return sum(
        sum(len(line.label) + len(line.value) for line in told.lines(entry))
        + sum(len(document.text) + len(document.html) for document in entry.documents)
        for entry in group.entries
    )


def _add(made: Json, group: Group, *, as_table: bool) -> None:
    """A group, or more of the one before."""
    groups = made["groups"]
    if not groups or groups[-1]["slug"] != group.slug:
        groups.append(
            {
                "slug": group.slug,
                "title": group.title,
                "sentence": group.sentence,
                "report": _entry(group.report) if group.report is not None else None,
                "rows": [],
                "entries": [],
            }
        )
    if as_table:
        groups[-1]["rows"] += map(_reading, group.entries)
    else:
        groups[-1]["entries"] += map(_entry, group.entries)


def _note(first: Json, now: list[Json], group: Group) -> None:
    """What of a group belongs on the first sheet."""
    for entry in group.entries:
        row = entry.row
        said = {
            "t": str(row.title),
            "l": str(row.line),
            "w": str(row.when.words) if row.when is not None else "",
            "danger": str(row.danger),
        }
        if row.danger and group.now:
            first["danger"].append(said)
        elif group.now and not entry.is_folded:
            now.append(said)


def _lines(entry: Entry) -> list[list[Any]]:
    danger = str(entry.row.danger)
    return [
        [line.label, line.value, line.verbatim]
        for line in told.lines(entry)
        if not danger or line.label or line.value != danger
    ]


def _entry(entry: Entry) -> Json:
    return {
        "t": told.heading(entry.row),
        "danger": str(entry.row.danger),
        "l": _lines(entry),
        "docs": [_document(one) for one in entry.documents],
        "folded": entry.is_folded,
    }


def _reading(entry: Entry) -> Json:
    """An entry as a row of a table: what, the value, when, and the rest."""
    row = entry.row
    value = told.value_of(row.measure) if row.measure is not None else ""
    when = str(row.when.words) if row.when is not None else ""
    rest = [line for line in _lines(entry) if line[1] not in {value, when}]
    return {
        "t": told.heading(row),
        "v": value,
        "w": when,
        "flag": row.measure is not None and row.measure.flag is not None,
        "f": "; ".join(f"{label}: {said}" if label else said for label, said, _verbatim in rest),
        "docs": [_document(one) for one in entry.documents],
    }


def _document(document: Document) -> Json:
    return {
        "title": document.title,
        "about": document.about,
        "remark": document.remark,
        "why": document.why_not,
        "blocks": blocks_of(document.html) if document.html else paragraphs(document.text),
    }


# ---------------------------------------------------------------- what stands around it


def _sheets(taken: Taken, first: Json, parts: list[Json], volume: str, *, is_last: bool) -> Json:
    cover = taken.cover
    return {
        "title": wordings.title(cover),
        "lang": cover.language,
        "name": cover.name,
        "agency": cover.agency,
        "head": ", ".join(filter(None, (cover.name, cover.born))),
        "foot": ", ".join(filter(None, (cover.agency, cover.phone))),
        "crisis": wordings.crisis(),
        "pairs": [pair for pair in wordings.cover(cover) if pair[1] not in {cover.name, wordings.crisis()}],
        "cautions": list(_cautions(cover)),
        "first": first,
        "volume": volume,
        "parts": parts,
        "last": _last(taken) if is_last else None,
        "words": {
            "kind": _now("Health record"),
            "sheet": _now("Sheet %(number)s of %(total)s"),
            "danger": _now("Danger"),
            "contents": _now("In this record"),
            "readings": [_now("What"), _now("Value"), _now("Date"), _now("Further")],
            "last": wordings.last(),
            "tally": [_now("Section"), _now("In it"), _now("Of"), _now("Not in it, and why")],
        },
    }


def _cautions(cover: Cover) -> Iterator[tuple[str, bool]]:
    """Sentences, and whether each stands at the top."""
    for number, sentence in enumerate(wordings.cautions(cover)):
        yield sentence, cover.is_demo and number == 0


def _last(taken: Taken) -> Json:
    rows = []
    for one in taken.outcomes:
        is_all = one.total is not None and one.total == one.count
        total = _now("All") if is_all else _now("Not known") if one.total is None else str(one.total)
        why = "; ".join(one.reasons) or _now("Nothing left out")
        rows.append([one.title, _now("Not in it") if one.is_missing else str(one.count), total, why])
    count = sum(one.count for one in taken.outcomes)
    lead = ngettext(
        "So that nobody takes this record for more than it is. %d entry is in it.",
        "So that nobody takes this record for more than it is. %d entries are in it.",
        count,
    )
    return {
        "lead": lead % count,
        "rows": rows,
        "notes": [*taken.notes, *wordings.closing(taken.cover)],
    }
