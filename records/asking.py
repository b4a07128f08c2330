"""In which forms a kind's question is asked: the full one first, then plainer ones for a server that answers 400."""

from __future__ import annotations

from dataclasses import dataclass

from records.kinds.base import AnyKind, Parameters


@dataclass(frozen=True, slots=True)
class Form:
    """One way to ask: several searches that together are the question, with or without order and page size."""

    searches: tuple[Parameters, ...]
    extras: bool


def forms(kind: AnyKind) -> list[Form]:
    """From the full question to the plainest: the next is tried where a server answers 400."""
    wished = tuple(search.parameters for search in kind.searches)
    plainer = [sets for search in kind.searches for sets in search.fallbacks]
    every = [wished, *plainer]
    return [Form(sets, extras=True) for sets in every] + [Form(sets, extras=False) for sets in every]


def is_narrower(kind: AnyKind, form: int) -> bool:
    """Whether a form of the question asks for less than the full one, and not only without order or page size."""
    return set(forms(kind)[form].searches) != set(forms(kind)[0].searches)
