"""Entries put in words for a file, with everything that an entry's own page tells, and the words of their documents."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.html import escape
from django.utils.translation import gettext as _now

from records.documents.parts import Paper
from records.documents.view import Opened
from records.documents.whose import Whose
from records.fetching.source import Source
from records.fetching.under_way import Late
from records.fhir.elements import Named, Observation, Reference
from records.kinds.base import AnyKind, Known
from records.kinds.known import note_authors
from records.lists.grouping import Grouped
from records.reading.known import known_for
from records.reading.places import Spot
from records.reading.rows import Found, at_odds, id_of, read_all, row_of, unreadable_row
from records.service.file import FILE_SECONDS, FilePage, read_here
from records.takeaway.taken import Document, Entry
from records.words import protection
from records.words.rows import Row, replace

AT_ONCE = 24
"""Resources read along with one question; an entry's page never needs as many."""


class Elsewhere:
    """Addresses for a file, in which nothing leads anywhere: an entry is told by its type and id."""

    def section(self, kind: AnyKind, **query: str) -> str:
        return ""

    def rest(self, kind: AnyKind, **query: str) -> str:
        return ""

    def block(self, kind: AnyKind, **query: str) -> str:
        return ""

    def series(self, kind: AnyKind, name: str, **query: str) -> str:
        return ""

    def entry(self, kind: AnyKind, resource_type: str, logical_id: str) -> str:
        return f"{resource_type}/{logical_id}"


@dataclass(frozen=True, slots=True)
class Worded:
    """Rows by their places, and what each was made of by its `href`, which is type and id here."""

    kind: AnyKind
    source: Source
    rows: dict[Spot, Row]
    found: dict[str, Found]


def worded(grouped: Grouped, spots: Sequence[Spot]) -> Worded:
    """These entries read in full and put in words, as on the section's page, with all the facts of their own pages.

    Raises:
        Gone: a page is no longer kept.
        AccessOver: the sign-in ended.
    """
    entries = grouped.entries
    kind, source = entries.kind, entries.source
    raws = entries.raws(spots)
    found = read_all(kind, raws)
    models = [one.model for one in found.values() if one is not None]
    known = grouped.known(known_in_full(list(_pointed(kind, models)), source, entries.sifted.included), spots)
    rows: dict[Spot, Row] = {}
    by_href: dict[str, Found] = {}
    for spot in dict.fromkeys(spots):
        one = found[spot]
        if one is None:
            logical_id = id_of(raws[spot])
            href = entries.addresses.entry(kind, kind.resource_type, logical_id) if logical_id else ""
            rows[spot] = replace(unreadable_row(raws[spot]), href=href)
            continue
        rows[spot] = row_of(kind, one, known, entries.addresses)
        if rows[spot].href:
            by_href[rows[spot].href] = one
    for spot, keys in entries.sifted.at_odds.items():
        if spot in rows:
            rows[spot] = at_odds(rows[spot], keys)
    return Worded(kind, source, grouped.finished(rows), by_href)


def _pointed(kind: AnyKind, models: Iterable[object]) -> Iterator[Reference]:
    for model in models:
        yield from kind.references(model)
        yield from kind.details(model)
        yield from note_authors(model)


def known_in_full(
    references: Sequence[Reference], source: Source, included: dict[tuple[str, str], Named]
) -> Known:
    """What entries point to, all of it, as for their own pages."""
    resources: dict[tuple[str, str], Named] = dict(included)
    observations: dict[tuple[str, str], Observation] = {}
    distinct = list({one.reference or id(one): one for one in references}.values())
    known = known_for((), source, included, whole=True)
    for first in range(0, len(distinct), AT_ONCE):
        known = known_for(distinct[first : first + AT_ONCE], source, resources, whole=True)
        resources.update(known.resources)
        observations.update(known.observations)
    return dataclasses.replace(known, resources=resources, observations=observations)


Documents = Callable[[Worded, Row], tuple[Document, ...]]


def entry_of(
    found: Worded, row: Row, documents: Documents | None = None, *, is_folded: bool = False
) -> Entry:
    """A row with what else goes along with it."""
    one = found.found.get(row.href)
    return Entry(
        row=row,
        raw=one.raw if one is not None else b"",
        protected=tuple(protection.facts(protection.labels_of(one.raw))) if one is not None else (),
        documents=documents(found, row) if documents is not None and row.files else (),
        is_folded=is_folded,
    )


# ---------------------------------------------------------------- documents


def documents_of(
    found: Worded, row: Row, how: str, whose: Callable[[], Whose | None]
) -> tuple[Document, ...]:
    """The files of an entry: their words where they can be set, else their names and why not.

    Args:
        how: "list" for their names alone, "full", or "originals" for their bytes besides.
    """
    one = found.found.get(row.href)
    attached = found.kind.attached(one.model) if one is not None else ()
    made: list[Document] = []
    for number, file in enumerate(row.files, start=1):
        about = ", ".join(filter(None, (str(file.format_words), str(file.size_words))))
        named = Document(title=str(file.title), about=about, why_not=str(file.problem))
        if how != "list" and one is not None and number <= len(attached) and not file.problem:
            named = _read(found, row, number, named, (how, whose))
        made.append(named)
    return tuple(made)


def _read(
    found: Worded, row: Row, number: int, named: Document, wish: tuple[str, Callable[[], Whose | None]]
) -> Document:
    how, whose = wish
    page = FilePage(href="", raw_href="", record=whose, seconds=FILE_SECONDS)
    model = found.found[row.href].model
    try:
        loaded = read_here(found.kind, row, model, number, source=found.source, page=page)
    except Late:
        return dataclasses.replace(named, why_not=_now("It did not come in time."))
    about = ", ".join(filter(None, (str(loaded.file.format_words), str(loaded.opened.view.size_words))))
    return _told(
        dataclasses.replace(named, about=about or named.about), loaded.opened, with_bytes=how == "originals"
    )


def _told(named: Document, opened: Opened, *, with_bytes: bool) -> Document:
    """What of a file can be set in words."""
    view, notice = opened.view, opened.view.notice
    said = (
        " ".join(filter(None, (str(notice.title), str(notice.what_happened)))) if notice is not None else ""
    )
    html = str(view.html) or (_of_paper(view.paper) if view.paper is not None else "")
    is_set = bool(html or view.text)
    why_not = "" if is_set else said
    if view.kind in {"pdf", "image", "pictures"}:
        why_not = _now(
            "Named only: it cannot be set in words. Read it in the portal, or take the original files along."
        )
    return dataclasses.replace(
        named,
        html=html,
        text=view.text,
        why_not=why_not,
        remark=said if is_set else "",
        content=opened.content if with_bytes and view.can_download else b"",
        file_name=view.file_name,
    )


def _of_paper(paper: Paper) -> str:
    """A document of parts as one piece of clean markup: each part's is clean already, the rest is escaped."""
    found = [f"<p>{escape(remark)}</p>" for remark in paper.remarks]
    if paper.title:
        found.append(f"<h3>{escape(paper.title)}</h3>")
    found += [f"<p>{escape(fact.label)}: {escape(fact.value)}</p>" for fact in paper.facts]
    for part in paper.parts:
        if part.title:
            found.append(f"<h4>{escape(part.title)}</h4>")
        if part.says:
            found.append(f"<p>{escape(part.says)}</p>")
        found.append(str(part.html))
        if part.lines:
            found.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in part.lines) + "</ul>")
    return "".join(found)
