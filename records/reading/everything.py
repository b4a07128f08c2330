"""The generic walker: every element of a resource with a readable label, whatever its type and shape.

Nothing is left out by name. A few datatypes are put on one line because people read them so (a code, a quantity,
a name); whatever such a datatype holds beyond its known parts follows below it. FHIR R4 JSON, 2.6.2; datatypes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from records.fhir import additions
from records.words import wording
from records.words.labels import extension_label, label
from records.words.leaves import compact, leaf
from records.words.rows import Words
from records.words.tongues import reading_in, told

DEEPEST = 40
"""Nesting beyond this is said, not shown. FHIR has no such depth; a hostile answer may."""

SPOKEN = frozenset(
    {
        "text",
        "display",
        "title",
        "description",
        "comment",
        "patientInstruction",
        "valueString",
        "valueMarkdown",
    }
)
"""Elements that hold sentences of people: they are in the language of the resource, where it says which."""

MOST_LINES = 5_000
"""An entry with more elements than this is shown up to here, and says so."""


@dataclass(frozen=True, slots=True)
class Line:
    """One element: what it is called, what it says, how deep it stands. A heading has no value of its own.

    `anchor`: the fragment that leads to it, if it has one.
    """

    label: Words
    value: str
    depth: int
    is_heading: bool = False
    anchor: str = ""


def everything(tree: Any) -> list[Line]:
    """Every element of one resource, in the record's order.

    Args:
        tree: JSON as `records.fhir.reading.tree` gives it: dicts, lists, strings, `Decimal`, whatever its shape.

    Returns:
        Lines for a definition list. Dates are in words with no digit lost, attachments' data as size and SHA-256,
        narrative as its text. What is cut off is said in the last line. It never raises.
    """
    language = tree.get("language") if isinstance(tree, dict) else None
    with reading_in(language if isinstance(language, str) else None):
        return _lines(tree)


def _lines(tree: Any) -> list[Line]:
    lines: list[Line] = []
    anchors = 0
    for line in _members(tree, 0) if isinstance(tree, dict) else _element(_("Entry"), "", tree, 0, {}):
        if len(lines) == MOST_LINES:
            lines.append(
                Line(
                    label=_("And more"),
                    value=_now(
                        "This entry has more parts than this page shows. All stand in it as it was sent."
                    ),
                    depth=0,
                )
            )
            break
        if line.anchor:
            anchors += 1
            line = replace(line, anchor=line.anchor if anchors == 1 else f"{line.anchor}-{anchors}")
        lines.append(line)
    return lines


def _members(found: dict[str, Any], depth: int) -> Iterator[Line]:
    for name, value in found.items():
        if name == additions.NAME and value:
            for extension in value if isinstance(value, list) else [value]:
                first, *rest = _extension(name, extension, depth)
                yield replace(first, anchor=wording.ADDITION)
                yield from rest
        elif name == "extension" and isinstance(value, list):
            for extension in value:
                yield from _extension(name, extension, depth)
        elif name == "contained" and isinstance(value, list):
            for resource in value:
                yield from _contained(resource, depth)
        elif name.startswith("_") and len(name) > 1:
            yield from _beside(name, value, depth)
        elif isinstance(value, list):
            yield from _list(name, value, depth, found)
        else:
            yield from _element(_label_in(name, found), name, value, depth, found)


def _label_in(name: str, holder: dict[str, Any]) -> Words:
    """A label by what stands beside it: of a value that is there nothing says why it is not (obs-6)."""
    if name == "dataAbsentReason" and any(key.startswith("value") and holder[key] for key in holder):
        return _("Reason for a missing value")
    return label(name)


def _list(name: str, values: list[Any], depth: int, holder: dict[str, Any]) -> Iterator[Line]:
    if not values:
        yield from _element(label(name), name, None, depth, holder)
    elif all(not isinstance(value, dict | list) for value in values):
        said = [leaf(name, value, holder) for value in values if value is not None]
        yield Line(label=label(name), value="\n".join(said) or leaf(name, None, holder), depth=depth)
    else:
        for number, value in enumerate(values, start=1):
            words = label(name)
            if len(values) > 1 and isinstance(value, dict | list):
                words = _now("%(label)s (%(number)d of %(all)d)") % {
                    "label": words,
                    "number": number,
                    "all": len(values),
                }
            yield from _element(words, name, value, depth, holder)


def _element(words: Words, name: str, value: Any, depth: int, holder: dict[str, Any]) -> Iterator[Line]:
    if not value or not isinstance(value, dict | list):
        said = leaf(name, value, holder)
        yield Line(label=words, value=told(said) if value and name in SPOKEN else said, depth=depth)
    elif depth >= DEEPEST:
        yield Line(
            label=words,
            value=_now("More is nested here than this page shows. It stands in the entry as it was sent."),
            depth=depth,
        )
    elif isinstance(value, list):
        yield Line(label=words, value="", depth=depth, is_heading=True)
        for item in value:
            yield from _element(words, name, item, depth + 1, holder)
    else:
        said, rest = compact(value)
        yield Line(label=words, value=said, depth=depth, is_heading=not said)
        yield from _members(rest, depth + 1)


def _extension(name: str, extension: Any, depth: int) -> Iterator[Line]:
    """An extension by the last part of its address; the address itself below it."""
    if not isinstance(extension, dict) or not isinstance(extension.get("url"), str):
        yield from _element(label(name), name, extension, depth, {})
        return
    rest = dict(extension)
    url = rest.pop("url")
    words = extension_label(url)
    if name == additions.NAME:
        words = _now("%s (changes what the entry means)") % words
    values = [key for key in rest if key.startswith("value") and key != "value"]
    if len(values) == 1 and not isinstance(rest[values[0]], list) and depth < DEEPEST:
        value = rest.pop(values[0])
        yield from _element(words, values[0], value, depth, extension)
    else:
        yield Line(label=words, value="", depth=depth, is_heading=True)
    if depth >= DEEPEST:
        yield Line(
            label=words,
            value=_now("More is nested here than this page shows. It stands in the entry as it was sent."),
            depth=depth,
        )
        return
    yield from _members(rest, depth + 1)
    if ":" in url:
        yield Line(label=_("Defined at"), value=url, depth=depth + 1)
    elif not said_by(words, url):
        yield Line(label=_("Called"), value=url, depth=depth + 1)


def said_by(words: Words, name: str) -> bool:
    """Whether a label says a name in full already."""
    return str(words).casefold() == name.casefold()


def _contained(resource: Any, depth: int) -> Iterator[Line]:
    """A resource that stands within this one, by its type."""
    if not isinstance(resource, dict) or depth >= DEEPEST:
        yield from _element(label("contained"), "contained", resource, depth, {})
        return
    yield Line(label=label("contained"), value="", depth=depth, is_heading=True)
    yield from _members(resource, depth + 1)


def _beside(name: str, value: Any, depth: int) -> Iterator[Line]:
    """What stands beside a primitive: its id and extensions. A list goes with a list of primitives."""
    words = _now("%s (about this value)") % label(name[1:])
    if isinstance(value, list):
        for number, item in enumerate(value, start=1):
            if item is not None:
                numbered = _now("%(label)s (%(number)d of %(all)d)") % {
                    "label": words,
                    "number": number,
                    "all": len(value),
                }
                yield from _element(numbered if len(value) > 1 else words, name, item, depth, {})
    else:
        yield from _element(words, name, value, depth, {})
