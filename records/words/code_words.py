"""Words for the codes of closed sets that came without a name: visit classes, routes, relations, vaccines, languages.

The table stands beside this file, `code_words.tsv`: English and Spanish of each code, its sources and licenses at its
head. `tools/code_words.py` keeps it. It is read once, when the first code without a name is met; a system is known
under its URL and under its OIDs. Languages come from the Unicode CLDR, as Babel brings it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.translation import get_language

TABLE = Path(__file__).with_name("code_words.tsv")
LANGUAGES, COUNTRIES = "urn:ietf:bcp:47", "urn:iso:std:iso:3166"
SAME = "="
"""In place of the Spanish: the name is the same in both languages."""


def said(system: str | None, code: str | None) -> str:
    """A code in the page's language, as a neighbor would say it; empty where the table does not have it.

    Args:
        system: its URL, `urn:oid:…`, or a bare OID.
    """
    if not system or not code:
        return ""
    spanish = (get_language() or "").startswith("es")
    if system == LANGUAGES:
        return _in(system, code, spanish) or _language(code, spanish)
    return _in(system.removeprefix("urn:oid:"), code, spanish)


def english(system: str | None, code: str | None) -> str:
    """A code's words in English, whatever the page's language; empty where the table does not have it."""
    return _in(system.removeprefix("urn:oid:"), code, spanish=False) if system and code else ""


def _language(tag: str, spanish: bool) -> str:
    """A language tag in words, "Spanish (Mexico)"; empty for what is no language. BCP 47."""
    first, *rest = tag.replace("_", "-").split("-")
    name = _in(LANGUAGES, first.lower(), spanish)
    parts = [
        _in(LANGUAGES, part.title(), spanish) or _in(COUNTRIES, part.upper(), spanish) or part
        for part in rest
    ]
    return f"{name} ({', '.join(parts)})" if name and parts else name


def _in(system: str, code: str, spanish: bool) -> str:
    english, _tab, translated = _table().get(system, {}).get(code, "").partition("\t")
    return translated if spanish and translated != SAME else english


@cache
def _table() -> dict[str, dict[str, str]]:
    """English and Spanish with a tab between, by code, by system: its URL without `urn:oid:`, and each of its OIDs."""
    table: dict[str, dict[str, str]] = {}
    words: dict[str, str] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        first, _tab, rest = line.partition("\t")
        if first == "@":
            system, oids, _source = rest.split("\t", 2)
            words = table.setdefault(system.removeprefix("urn:oid:"), {})
            table |= dict.fromkeys(oids.split(), words)
        elif not line.startswith("#"):
            words[first] = rest
    return table
