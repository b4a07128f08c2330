"""What a list can be parted by besides state and date: of documents their kind and who wrote them (`Kind.facets`).

All entries of the list are read for it, each only in the few elements that it takes. An address names a part by a word
that says nothing: neither a document's kind nor an author's name stands in a browser's history.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import msgspec
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from records.fetching.read_along import is_outstanding
from records.fhir.compartment import local
from records.fhir.elements import Reference
from records.fhir.reading import NotReadable, read
from records.kinds.base import AnyKind, Facet, Known
from records.lists.entries import Entries
from records.lists.names import sortable
from records.reading.known import known_for
from records.reading.places import Spot
from records.words.sections import Choice, FacetChoices

GONE = _("One that is no longer in the list")
WORD = 12
"""Characters of a word for a part: enough to tell a list's parts from each other."""

_Read = dict[Spot, tuple[tuple[str, ...], ...]]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Read).decode


@dataclass(frozen=True, slots=True)
class Facets:
    """In which parts each entry stands. `parts`: of each entry, for each facet, the words for its parts in an address;
    an entry of several authors is in several. `called`: of each facet, what its parts are called."""

    facets: tuple[Facet, ...] = ()
    parts: Mapping[Spot, tuple[tuple[str, ...], ...]] = field(default_factory=dict)
    called: tuple[Mapping[str, str], ...] = ()

    def fits(self, spot: Spot | None, wish: Mapping[str, str]) -> list[bool]:
        """For each facet, whether an entry is in the part of it that is wished."""
        here = self.parts.get(spot) if spot is not None else None
        return [
            not wish.get(facet.name) or (here is not None and wish[facet.name] in here[number])
            for number, facet in enumerate(self.facets)
        ]

    def choices(self, counted: Sequence[Counter[str]], wish: Mapping[str, str]) -> tuple[FacetChoices, ...]:
        """What there is to choose from, by name; what is not recorded stands last."""
        found = []
        for facet, called, count in zip(self.facets, self.called, counted, strict=True):
            chosen = wish.get(facet.name, "")
            words = {**called, **({} if not chosen or chosen in called else {chosen: str(GONE)})}
            missing = str(facet.missing)
            names = sorted(words, key=lambda one: (words[one] == missing, sortable(words[one])))
            some = tuple(Choice(one, words[one], count[one]) for one in names if count[one] or one == chosen)
            found.append(
                FacetChoices(facet.name, facet.title, facet.every, some, chosen, words.get(chosen, ""))
            )
        return tuple(found)


def facets_of(entries: Entries, spots: Iterable[Spot]) -> Facets:
    """The parts in which these entries stand.

    Raises:
        Gone: a page is no longer kept.
    """
    facets = entries.kind.facets
    if not facets:
        return Facets()
    read = _read(entries, list(spots))
    words = [_Words(entries, facet) for facet in facets]
    parts = {
        spot: tuple(tuple(map(of.word, said)) for of, said in zip(words, here, strict=True))
        for spot, here in read.items()
    }
    return Facets(facets, parts, tuple(of.called for of in words))


class _Words:
    """The words for the parts of one facet."""

    def __init__(self, entries: Entries, facet: Facet) -> None:
        self._keep, self._facet = entries.source.keep, facet
        self._words: dict[str, str] = {}
        self._written: dict[str, Counter[str]] = {}

    def word(self, said: str) -> str:
        """The word for a part: the same for "Progress note" and "Progress Note"."""
        written = " ".join(said.split()) or str(self._facet.missing)
        plain = sortable(written)
        word = self._words.get(plain)
        if word is None:
            name = self._keep.name("facet", self._facet.name, plain)
            word = self._words[plain] = name.rpartition(":")[2][:WORD]
        self._written.setdefault(word, Counter())[written] += 1
        return word

    @property
    def called(self) -> Mapping[str, str]:
        """What each part is called: as it is mostly written."""
        return {word: written.most_common(1)[0][0] for word, written in self._written.items()}


def _read(entries: Entries, spots: list[Spot]) -> _Read:
    """What entries say of each facet; an empty word where one says nothing."""
    kind, name = entries.kind, entries.name("facets", get_language() or "")
    kept = entries.source.keep.load(name)
    found: _Read = _decode(kept) if kept is not None else {}
    if kept is not None and found.keys() >= set(spots):
        return found
    models = {spot: _model(kind, raw) for spot, raw in entries.raws(spots).items()}
    references = [r for one in models.values() if one is not None for r in kind.references(one)]
    known, is_late = _known(references, entries)
    found = {
        spot: tuple(
            tuple(map(str, facet.of(model, known))) or ("",) if model is not None else ("",)
            for facet in kind.facets
        )
        for spot, model in models.items()
    }
    if not is_late:
        entries.store(name, _encode(found))
    return found


def _model(kind: AnyKind, raw: msgspec.Raw) -> msgspec.Struct | None:
    try:
        return read(raw, kind.facets_model)[0]
    except NotReadable:
        return None


def _known(references: Iterable[Reference], entries: Entries) -> tuple[Known, bool]:
    """The names behind these references, as far as a page reads along; and whether some of them may still come."""
    source = entries.source
    once = {reference.reference: reference for reference in references if reference.reference}
    known = known_for(once.values(), source, entries.sifted.included)
    targets = {local(one, base=source.base) for one in once.values() if not one.display}
    is_late = any(t is not None and t not in known.resources and is_outstanding(t, source) for t in targets)
    return known, is_late
