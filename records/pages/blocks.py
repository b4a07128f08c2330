"""The blocks of one overview as they are rendered: kept by what their answers say, so that after a refresh only those
are made anew whose entries changed. See decision 12.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from records.fetching import collected as collecting
from records.fetching.collected import Collected, Gone
from records.fetching.source import Source
from records.kinds.base import AnyKind
from records.lists.grouping import holding
from records.pages import made
from records.service.overview import Block, Rendering
from records.words.sections import Section
from smart_auth.access import Access


class Blocks(Rendering):
    """The blocks of one look at an overview. `rendered`: each by its slug."""

    def __init__(self, source: Source, access: Access) -> None:
        self.rendered: dict[str, SafeString] = {}
        self._source, self._access = source, access
        self._wanted: dict[str, _Wanted] = {}

    def meanwhile(self) -> None:
        _told = self._looking

    @functools.cached_property
    def _looking(self) -> bytes:
        """A block says neither whose record it is nor where the page stands."""
        return made.told_once(made.Looking.at(self._source, self._access))

    def as_before(self, kind: AnyKind, came: Collected, held: Collected | None) -> Section | None:
        """The same, with its rows in `rendered` alone."""
        every = [(kind, came)]
        together = holding(kind, self._source)
        if together is not None and held is not None:
            every.append((together, held))
        try:
            answers = [
                (collecting.question(one), collecting.alike(answer, one, self._source))
                for one, answer in every
            ]
        except Gone:
            return None
        told = tuple((name, said) for name, said in answers if said is not None)
        if len(told) < len(every):
            return None
        block = made.OverviewBlock(self._looking, told, kind.slug)
        used = {collecting.question(one): collecting.told(answer) for one, answer in every}
        self._wanted[kind.slug] = _Wanted(block, used, min(answer.asked_at for _kind, answer in every))
        found = made.load_block(block, self._source)
        if found is None:
            return None
        self.rendered[kind.slug] = found.rendered
        for question, said in used.items():
            self._source.made_of.note(question, said)
        self._source.made_of.take(found.oldest)
        return Section(
            slug=kind.slug,
            title=kind.title,
            plain=kind.plain,
            state=found.state,
            rest_href=found.rest_href,
            as_of=datetime.fromtimestamp(came.asked_at, UTC),
        )

    def put_down(self, block: Block) -> None:
        """Renders a block, and keeps it where the next look may have it as it is."""
        section, source = block.section, self._source
        html = render_to_string("records/block.html", {"block": block})
        self.rendered[section.slug] = html
        wanted, made_of = self._wanted.get(section.slug), source.made_of
        if wanted is None or not made.can_be_kept(section) or section.notices or not made_of.is_settled:
            return
        if wanted.used.items() <= made_of.answers.items():  # and of none that came meanwhile
            kept = made.MadeBlock(html + "", section.state, str(section.rest_href), wanted.oldest)
            made.store_block(wanted.block, kept, source)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A block that has to be made. `used`: the answers that it is to be made of, as they were told, by the question's
    name; `oldest`: when the oldest of them was asked for."""

    block: made.OverviewBlock
    used: dict[str, bytes]
    oldest: float
