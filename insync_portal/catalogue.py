"""What the portal says, gathered from code and templates, and the catalogues of its translations.

Works with Babel alone: GNU gettext need not be installed.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LOCALES = ROOT / "insync_portal" / "locale"
CODE = ("insync_portal", "smart_auth", "records")
TEMPLATES = ("templates",)
# The demo server speaks English alone.

# Which arguments are the sentence, as in Babel's own table.
Keywords = dict[str, tuple[int | tuple[int, str], ...] | None]
GETTEXT: Keywords = {
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
COMMENT_TAGS = ("Translators:",)


def said() -> Catalog:
    """Every sentence of the portal with the files that say it, without translations."""
    catalogue = Catalog()
    for path, source, keywords in _sources():
        found = extract("python", io.BytesIO(source), keywords, COMMENT_TAGS, {"encoding": "utf-8"}, True)
        for _line, message, comments, context in found:
            catalogue.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return catalogue


def _keywords(source: bytes) -> Keywords:
    """The functions that a module says things with: those of gettext, and the names it imports them by."""
    keywords: Keywords = {"_": None, **GETTEXT}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname and alias.name in GETTEXT:
                    keywords[alias.asname] = GETTEXT[alias.name]
    return keywords


def _sources() -> Iterator[tuple[str, bytes, Keywords]]:
    """Python to look through: the code as it is, templates turned into Python by Django."""
    for folder in CODE:
        for file in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in file.parts:
                source = file.read_bytes()
                yield file.relative_to(ROOT).as_posix(), source, _keywords(source)
    for folder in TEMPLATES:
        for file in sorted((ROOT / folder).rglob("*.html")):
            name = file.relative_to(ROOT).as_posix()
            yield (
                name,
                templatize(file.read_text(encoding="utf-8"), origin=name).encode(),
                {"_": None, **GETTEXT},
            )


def path(locale: str) -> Path:
    """Where the catalogue of a language stands."""
    return LOCALES / locale / "LC_MESSAGES" / "django.po"


def translated(locale: str) -> Catalog:
    """The catalogue of a language as it stands; empty where there is none yet."""
    if not path(locale).exists():
        return Catalog(
            locale=locale,
            header_comment=f"# What InSync Portal says ({locale}). `make messages` brings it up to date.",
            project="InSync Portal",
            version="1",
            msgid_bugs_address="none",
            last_translator="none",
            language_team="none",
            fuzzy=False,
        )
    with path(locale).open("rb") as file:
        return read_po(file, locale=locale)


def update(locale: str) -> tuple[int, int]:
    """Bring a catalogue to what is said today, keeping its translations.

    A sentence that nothing says any more goes; a new one stands without a translation. Nothing is guessed from a
    similar sentence: half a translation of a medical sentence is worse than English.

    Returns:
        How many sentences there are, and how many of them wait for a translation.
    """
    catalogue = translated(locale)
    catalogue.update(said(), no_fuzzy_matching=True, update_creation_date=False)
    catalogue.obsolete.clear()
    path(locale).parent.mkdir(parents=True, exist_ok=True)
    with path(locale).open("wb") as file:
        write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    waiting = missing(locale)
    return len(catalogue), len(waiting)


def missing(locale: str) -> list[str]:
    """The sentences that the portal says and a catalogue does not translate, in the order of the catalogue."""
    catalogue = translated(locale)
    waiting = []
    for message in said():
        if not message.id:
            continue
        known = catalogue.get(message.id, message.context)
        if known is None or known.fuzzy or not _whole(known):
            waiting.append(message.id if isinstance(message.id, str) else message.id[0])
    return waiting


def _whole(message: Message) -> bool:
    forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
    return bool(forms) and all(forms)
