"""Which agencies match what a person typed: a part of the name, the place or the web address. Nothing is kept."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from smart_auth.agency import Agency


def matching(agencies: Iterable[Agency], asked: str) -> list[Agency]:
    """The listed agencies in which every word stands, somewhere; those whose name begins so first."""
    words = wanted(asked)
    if not words:
        return []
    found = [one for one in agencies if one.is_listed and all(word in _searched(one) for word in words)]
    return sorted(found, key=lambda one: _rank(one, words))


def suggestion(agencies: Iterable[Agency], asked: str) -> str:
    """What may have been meant, where nothing matched: each word as the nearest one of an agency, or empty."""
    known = {word for one in agencies if one.is_listed for word in _searched(one).split() if len(word) > 2}
    meant = [next(iter(difflib.get_close_matches(word, known, 1, 0.75)), "") for word in wanted(asked)]
    return " ".join(meant) if meant and all(meant) else ""


def wanted(asked: str) -> list[str]:
    """The words that were typed, in the form that is compared. A web address counts by its host."""
    typed = asked.strip()
    if "://" in typed:
        typed = urlsplit(typed).hostname or ""
    return folded(typed.removeprefix("www.")).split()


def folded(text: str) -> str:
    """Without accents and case: "Peñasco" is found by "penasco"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(" " if one in ",;/" else one for one in plain if not unicodedata.combining(one))


def parts(text: str, words: Sequence[str]) -> list[tuple[str, bool]]:
    """A text cut into what was looked for (true) and what stands between. Words that only match folded stay whole."""
    low = text.casefold()
    if len(low) != len(text):
        return [(text, False)]
    marked = [False] * len(text)
    for word in words:
        at = low.find(word)
        while at >= 0:
            marked[at : at + len(word)] = [True] * len(word)
            at = low.find(word, at + 1)
    found: list[tuple[str, bool]] = []
    for letter, is_marked in zip(text, marked, strict=True):
        if found and found[-1][1] == is_marked:
            found[-1] = (found[-1][0] + letter, is_marked)
        else:
            found.append((letter, is_marked))
    return found


def site_of(agency: Agency) -> str:
    """Its web address as people say it: the host, without "www."."""
    return (urlsplit(agency.website).hostname or "").removeprefix("www.")


def _searched(agency: Agency) -> str:
    return folded(f"{agency.name} {agency.place} {site_of(agency)}")


def _rank(agency: Agency, words: Sequence[str]) -> tuple[bool, bool, str]:
    name = folded(agency.name)
    return (not name.startswith(words[0]), not all(word in name for word in words), name)
