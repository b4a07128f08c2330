"""Web pages: cleaned by an allow-list of what carries meaning in a note, and nothing that loads, links or runs.

The sanitiser (nh3, the Rust ammonia on an HTML5 parser) has both the first and the last word. Between the two,
what its first run has put in order is renamed: headings so that the page keeps one outline, parts of a form to
what they say.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _now

from records.documents import text

MOST_CHARACTERS = 512 * 1024
MOST_TAGS = 20_000
"""The parser's work grows with the square of nesting: so many tags take about two seconds at the very worst."""

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_PARTS = "p br hr div ul ol li dl dt dd table caption thead tbody tfoot tr th td blockquote pre code"
_MARKED = "strong em b i u s sub sup"
_KEPT = {*_HEADINGS, *_PARTS.split(), *_MARKED.split()}
_BOXES = "section article main header footer aside nav address figure figcaption fieldset legend form center"
_BLOCKS = {*_BOXES.split(), "details", "summary"}
"""Boxes that part their text from what is beside them; they become plain `div`."""

_LEFT_OUT = {
    "img",
    "object",
    "embed",
    "video",
    "audio",
    "canvas",
    "iframe",
    "svg",
    "select",
    "button",
    "noscript",
}
"""What is not shown, and is said not to be."""

_WITH_CONTENT = {
    "script",
    "style",
    "title",
    "template",
    "svg",
    "math",
    "select",
    "noembed",
    "noframes",
    "noscript",
}
_KEPT_ATTRIBUTES: dict[str, set[str]] = {
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
    "ol": {"start"},
}
_KEPT_VALUES: dict[str, dict[str, set[str]]] = {
    "th": {"scope": {"row", "col", "rowgroup", "colgroup"}},
    **{tag: {"dir": {"ltr", "rtl", "auto"}} for tag in ("p", "div", "li", "td", "blockquote")},
}

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_EMBEDDED = re.compile(r"""(=\s*)(?:"\s*data:[^"<>]*"|'\s*data:[^'<>]*'|data:[^\s"'<>]*)""", re.IGNORECASE)
_LEFT_OUT_TAG = re.compile(r"<(?:" + "|".join(sorted(_LEFT_OUT)) + r")(?=[\s/>])", re.IGNORECASE)
_HEADING = re.compile(r"<(/?)h([1-6])>")
_BLOCK = re.compile(r"<(/?)(?:" + "|".join(sorted(_BLOCKS)) + r")>")
_FIELD = re.compile(r"<input([^>]*)>")
_IMAGE = re.compile(r"<img([^>]*)>")
_ATTRIBUTE = re.compile(r"([a-z]+)=\"([^\"]*)\"")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A web page's words as markup that can stand in ours.

    `is_incomplete`: pictures, fields or the like were left out. `is_empty`: nothing readable is left.
    """

    html: SafeString
    is_incomplete: bool = False
    is_empty: bool = False


class TooMuch(Exception):
    """Larger or more deeply nested than is taken apart."""


def charset(content: bytes) -> str:
    """The charset that a page says of itself in its first lines, else empty. HTML, 13.2.3.2."""
    found = _META_CHARSET.search(content[:2048])
    name = found[1].decode("ascii") if found else ""
    # Whoever could read this line did not read UTF-16.
    return "utf-8" if name.lower().startswith("utf-16") else name


def cleaned(source: str, *, characters: int = MOST_CHARACTERS, tags: int = MOST_TAGS) -> Cleaned:
    """A page of characters as harmless markup: headings from level two down, no link, no picture, no script.

    Raises:
        TooMuch: more `characters`, embedded pictures not counted, or `tags`.
    """
    source = _EMBEDDED.sub(r'\1""', source)
    if len(source) > characters or source.count("<") > tags:
        raise TooMuch
    ordered = nh3.clean(
        source,
        tags=_KEPT | _BLOCKS | {"input", "img"},
        clean_content_tags=_WITH_CONTENT,
        attributes={**_KEPT_ATTRIBUTES, "input": {"type", "checked", "value"}, "img": {"alt"}},
        tag_attribute_values=_KEPT_VALUES,
    )
    ordered = _BLOCK.sub(r"<\1div>", ordered)
    ordered = _IMAGE.sub(_picture_words, _FIELD.sub(_field_words, ordered))
    clean = nh3.clean(
        _outlined(ordered).translate(text.TURNING),
        tags=_KEPT,
        attributes=_KEPT_ATTRIBUTES,
        tag_attribute_values=_KEPT_VALUES,
        attribute_filter=_sensible,
    )
    return Cleaned(
        # The one place where a record's markup is trusted: it comes from the sanitiser, one line above.
        html=mark_safe(clean),  # noqa: S308  (nh3 has cleaned it)
        is_incomplete=_LEFT_OUT_TAG.search(source) is not None,
        is_empty=not html.unescape(_TAG.sub("", clean)).strip(),
    )


def _sensible(_tag: str, name: str, value: str) -> str | None:
    """Keeps a number that a table or list can have; drops any other."""
    if name in {"colspan", "rowspan", "start"}:
        return value if value.isascii() and value.isdigit() and 0 < len(value) <= 3 else None
    return value


def _outlined(ordered: str) -> str:
    """Headings renumbered below the page's own first one, in steps of one, however they were numbered."""
    above: list[int] = []
    open_levels: list[int] = []

    def renumbered(match: re.Match[str]) -> str:
        if match[1]:
            return f"</h{open_levels.pop() if open_levels else 2}>"
        level = int(match[2])
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        ours = min(1 + len(above), 6)
        open_levels.append(ours)
        return f"<h{ours}>"

    return _HEADING.sub(renumbered, ordered)


def _attributes(written: str) -> dict[str, str]:
    return dict(_ATTRIBUTE.findall(written))


def _field_words(match: re.Match[str]) -> str:
    """A field of a form as what it says: a box with or without its cross, or the value that was typed."""
    found = _attributes(match[1])
    kind = found.get("type", "text").lower()
    if kind in {"checkbox", "radio"}:
        return " ☒ " if "checked" in found else " ☐ "
    if kind in {"hidden", "password", "submit", "button", "reset", "image", "file"}:
        return ""
    return found.get("value", "")


def _picture_words(match: re.Match[str]) -> str:
    """A picture as the words that were given for it, if any."""
    alt = _attributes(match[1]).get("alt", "").strip()
    return html.escape(_now("[Picture: %s]")) % alt if alt else ""
