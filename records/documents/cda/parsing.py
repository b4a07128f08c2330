"""Bytes → a tree of elements. XML 1.0; nothing outside the bytes is ever read, no entity expanded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from records.documents import text

Element: TypeAlias = etree._Element


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a document is taken apart. `tags`: signs that begin one, which is quick to count; `elements` and
    `depth`: of what is told. `is_huge`: texts and depths are allowed that the parser refuses by itself."""

    bytes: int
    tags: int
    elements: int
    depth: int
    is_huge: bool = False


IN_WORKER = Limits(bytes=12 * 1024 * 1024, tags=200_000, elements=60_000, depth=60)
"""About a second at the very worst. Files within are most of so large a document."""
IN_CHILD = Limits(bytes=32 * 1024 * 1024, tags=2_000_000, elements=300_000, depth=200, is_huge=True)
"""In a process of its own, which is stopped after ten seconds (`apart.py`)."""

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_XML_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})


class NotXml(Exception):
    """Not well-formed, or cut off."""


class TooMuch(Exception):
    """Larger, or deeper, than is taken apart."""


class OwnRules(Exception):
    """It brings a document type with entities of its own, which are never expanded: its words would be missing."""


def parsed(content: bytes, limits: Limits = IN_WORKER) -> Element:
    """The root element, without comments and instructions.

    A byte order mark, blanks before the declaration, a wrong declaration of the encoding and the named characters of
    HTML are borne.

    Raises:
        NotXml, TooMuch, OwnRules: see above.
    """
    if len(content) > limits.bytes or content.count(b"<") > limits.tags:
        raise TooMuch
    plain = content.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"<!ENTITY" in plain[: 64 * 1024]:
        raise OwnRules
    try:
        root = etree.fromstring(plain, _parser(limits))
    except (etree.XMLSyntaxError, ValueError, LookupError) as problem:
        if _is_too_deep(problem):
            raise TooMuch from None
        root = _again(plain, limits)
    if mentions(content, "<!DOCTYPE") and next(root.iter(etree.Entity), None) is not None:
        raise OwnRules
    return root


def mentions(content: bytes, *words: str) -> bool:
    """Whether any of these words may stand in a file; going through all elements for them is dear."""
    return b"\x00" in content[:64] or any(word.encode() in content for word in words)


def _parser(limits: Limits, *, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=limits.is_huge,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )


def _is_too_deep(problem: Exception) -> bool:
    return "depth" in str(problem).lower()


def _again(content: bytes, limits: Limits) -> Element:
    """A second try with the characters that the bytes really are."""
    characters = text.decoded(content).text
    characters = _DECLARATION.sub("", characters, count=1)
    characters = _NAMED.sub(_character, characters)
    parser = _parser(limits, recover=True)
    try:
        root = etree.fromstring(characters.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as problem:
        raise TooMuch if _is_too_deep(problem) else NotXml from None
    # What is recovered from may be a name's prefix or a namespace, never words.
    wrong = [entry for entry in parser.error_log if entry.domain_name != "NAMESPACE"]
    if root is None or wrong:
        raise TooMuch if any("depth" in entry.message.lower() for entry in wrong) else NotXml
    return root


def _character(match: re.Match[str]) -> str:
    name = match[1]
    if name in _XML_OWN:
        return match[0]
    found = html.unescape(match[0])
    return found if found != match[0] else f"&amp;{name};"


_LOCAL: dict[str, str] = {}


def local(element: Element) -> str:
    """An element's name without its namespace; empty for what is no element."""
    tag = element.tag
    if not isinstance(tag, str):
        return ""
    known = _LOCAL.get(tag)
    if known is None:
        known = tag.rpartition("}")[2]
        if len(_LOCAL) < 2000:
            _LOCAL[tag] = known
    return known


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """The child elements of these names."""
    if element is not None:
        for child in element:
            if local(child) in names:
                yield child


def first(element: Element | None, *path: str) -> Element | None:
    """The first element along a path of names; None where there is none."""
    for name in path:
        element = next(children(element, name), None)
        if element is None:
            return None
    return element


def plain(element: Element | None) -> str:
    """All words within an element, blanks as one."""
    return "" if element is None else " ".join(" ".join(element.itertext()).split())


def is_document(root: Element) -> bool:
    """Whether it is a clinical document at all."""
    return local(root) == "ClinicalDocument"
