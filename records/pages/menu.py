"""What stands around every page of a record: whose it is, and the way to every section, with what is known of it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

import msgspec
from django.utils.translation import gettext_lazy as _

from records.fetching.cache import SECONDS_KEPT
from records.fetching.source import Sharing, Source
from records.kinds.base import AnyKind, Group
from records.reading.addresses import Addresses
from records.service.patient import Person
from records.words.rows import Words
from records.words.sections import State

SAID: dict[State, Words] = {
    State.RECORDED_AS_NONE: _("none"),
    State.NOTHING_CAME_BACK: _("nothing came back"),
    State.NOT_SHARED: _("not shared"),
    State.SWITCHED_OFF: _("not given here"),
    State.FAILED: _("could not load"),
}
"""What the menu says of a section without rows. "None" only where the record itself does."""

FRESH = 60
"""Seconds in which what was found need not be noted again."""


@dataclass(frozen=True, slots=True)
class Banner:
    """Whose record this is and who reads it. `relation`: self, representative, staff or unknown. `late_href`: where the
    same comes from once the name has come; empty where it has."""

    name: Words
    born: Words
    age_words: Words
    deceased: Words
    relation: str
    reader_name: str
    overview_href: str
    switch_href: str
    search_href: str = ""
    late_href: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the menu. `is_gap`: its state is that something may be there and is not shown."""

    title: Words
    href: str
    current: bool = False
    state: Words = ""
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """A group of the menu."""

    title: Words
    links: tuple[Link, ...]


class OverviewAddress(Addresses, Protocol):
    """Addresses that know the overview too."""

    def overview(self) -> str:
        """The first page."""

    def timeline(self, **query: str) -> str:
        """Everything by date."""

    def people(self) -> str:
        """The people and places that the record names."""

    def looks(self) -> str:
        """Who opened this record here; empty where that is not kept."""

    def take(self, *parts: str) -> str:
        """Where a record is taken along."""


def banner(
    person: Person,
    *,
    relation: str,
    reader_name: str,
    overview_href: str,
    switch_href: str,
    search_href: str,
) -> Banner:
    """The banner of every page."""
    return Banner(
        name=person.name,
        born=person.born,
        age_words=person.age_words,
        deceased=person.deceased,
        relation=relation,
        reader_name=reader_name,
        overview_href=overview_href,
        switch_href=switch_href,
        search_href=search_href,
    )


def menu(
    kinds: Iterable[AnyKind], source: Source, addresses: OverviewAddress, *, current: str
) -> tuple[Links, ...]:
    """All sections in their groups; `current` is the slug of the page, empty for the overview."""
    known = states(source)
    first = Links(title="", links=(Link(_("Overview"), addresses.overview(), current=not current),))
    found = [first]
    every = list(kinds)
    for group in Group:
        links = tuple(
            _link(kind, _state(kind, source, known), addresses, current=current)
            for kind in every
            if kind.group is group
        )
        if group is Group.VISITS:
            timeline = Link(_("Timeline"), addresses.timeline(), current=current == "timeline")
            links = (*links, timeline)
        if group is Group.ABOUT:
            links = (*links, Link(_("People and places"), addresses.people(), current=current == "people"))
            links = (*links, Link(_("Take the record along"), addresses.take(), current=current == "take"))
            if href := addresses.looks():
                links = (*links, Link(_("Who opened this record here"), href, current=current == "looks"))
        if links:
            found.append(Links(title=group.value, links=links))
    return tuple(found)


def _link(kind: AnyKind, state: State | None, addresses: OverviewAddress, *, current: str) -> Link:
    return Link(
        title=kind.title,
        href=addresses.section(kind),
        current=kind.slug == current,
        state=SAID.get(state, "") if state else "",
        is_gap=state in {State.NOT_SHARED, State.SWITCHED_OFF, State.FAILED},
    )


def remember(source: Source, states: Mapping[str, str]) -> None:
    """Keeps what was found of sections, by slug the value of a `State`, so that the menu of the next page can say it.

    All of it is one value, read once a page. Of two pages at the same moment one may be forgotten: its line then says
    nothing until its section is looked at again.
    """
    now = time.time()
    before = _noted(source)
    fresh = {slug for slug, (said, at) in before.items() if states.get(slug) == said and now - at < FRESH}
    if fresh == states.keys():
        return
    noted = before | {slug: (said, now) for slug, said in states.items()}
    recent = {slug: said for slug, said in noted.items() if now - said[1] < SECONDS_KEPT}
    source.keep.store(source.keep.name("states"), msgspec.json.encode(recent))


def _noted(source: Source) -> dict[str, tuple[str, float]]:
    """What was found of each section, and when (seconds since 1970)."""
    kept = source.keep.load(source.keep.name("states"))
    return msgspec.json.decode(kept, type=dict[str, tuple[str, float]]) if kept else {}


def states(source: Source) -> dict[str, State]:
    """What was found of each section within the minutes that its entries are kept."""
    now = time.time()
    return {slug: State(said) for slug, (said, at) in _noted(source).items() if now - at < SECONDS_KEPT}


def _state(kind: AnyKind, source: Source, states: Mapping[str, State]) -> State | None:
    sharing = source.shared(kind)
    if sharing is Sharing.OFF:
        return State.SWITCHED_OFF
    return State.NOT_SHARED if sharing is Sharing.NONE else states.get(kind.slug)
