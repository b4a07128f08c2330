"""The words of a part as clean HTML. CDA Release 2.0, 4.3.5 (Section Narrative Block).

Every word of the file comes out once, in its order, whatever element it stands in. Only tags and attributes that are
written here come out; what is ours between them has the class `ours`. The standard's `styleCode`s are honored.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _now

from records.documents.cda.parsing import IN_WORKER, Element, Limits, TooMuch, local
from records.documents.cda.writing import escaped, written

_STYLES = {"bold": "strong", "italics": "i", "underline": "u", "emphasis": "em"}
_NUMBERED = {
    "arabic": "1",
    "littleroman": "i",
    "bigroman": "I",
    "littlealpha": "a",
    "bigalpha": "A",
}
_REVISED = {"delete": "del", "insert": "ins"}
_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass
class Narrative:
    """Makes HTML of one document's parts.

    Attributes:
        table: how a table is made (`tables.table`).
        picture: the address of the picture that an ID names, and what it is called; None where there is none.
        targets: the IDs that links and references of the document lead to.
        limits: how much is told.
        title: of the part that is made, for tables without a caption.
    """

    table: Callable[[Narrative, Element], None]
    picture: Callable[[str], tuple[str, str] | None]
    targets: dict[str, int]
    limits: Limits = IN_WORKER
    title: str = ""
    out: list[str] = field(default_factory=list)
    blocks: int = 0
    elements: int = 0
    depth: int = 0

    def html(self, element: Element, title: str) -> SafeString:
        """The words of a `text` element; empty where it holds nothing to read.

        Raises:
            TooMuch: more, or deeper, than a page should hold.
        """
        self.title, self.out, self.depth = title, [], 0
        self._flow(element)
        made = "".join(self.out)
        bare = re.sub(r"<(?!img)[^>]*>", "", made) if len(made) < 4000 else made
        # Made of the tags above and of escaped characters alone.
        return mark_safe(made) if bare.strip() else SafeString()  # noqa: S308  (tags of ours, escaped text)

    # ------------------------------------------------------------ how elements are gone through

    def one(self, element: Element) -> None:
        """One element, by its name; one of another name is only its words."""
        name = local(element)
        if not name:
            return
        self.elements += 1
        self.depth += 1
        if self.elements > self.limits.elements or self.depth > self.limits.depth:
            raise TooMuch
        make = _ELEMENTS.get(name)
        if make is None:
            self.within(element)
        else:
            make(self, element)
        self.depth -= 1

    def count(self) -> None:
        """One element more, that is gone through by another."""
        self.elements += 1
        if self.elements > self.limits.elements:
            raise TooMuch

    def within(self, element: Element) -> None:
        """What stands within an element, as it comes."""
        out = self.out
        if element.text:
            out.append(written(element.text))
        for child in element:
            self.one(child)
            if child.tail:
                out.append(written(child.tail))

    def _flow(self, element: Element) -> None:
        """What stands within an element: what is on no paragraph there gets one of its own."""
        loose: list[str] = []
        whole = self.out

        def close() -> None:
            if any(piece.strip() for piece in loose):
                whole.extend(("<p>", *loose, "</p>"))
            loose.clear()

        if element.text:
            loose.append(written(element.text))
        for child in element:
            before, self.out = self.blocks, []
            self.one(child)
            made, self.out = self.out, whole
            if self.blocks > before:
                close()
                whole.extend(made)
            else:
                loose.extend(made)
            if child.tail:
                loose.append(written(child.tail))
        close()

    def box(self, tag: str, element: Element, attributes: str = "") -> None:
        """An element with all that stands within."""
        self.out.append(f"<{tag}{attributes}>")
        self.within(element)
        self.out.append(f"</{tag}>")

    def is_block(self) -> None:
        """Says that what is written now stands on lines of its own."""
        self.blocks += 1

    def anchor(self, element: Element) -> str:
        """The id of an element that something leads to, else nothing."""
        found = element.get("ID") or element.get("id")
        return f' id="{anchor(found)}"' if found and found in self.targets else ""


def anchor(name: str) -> str:
    """The page's own id for an ID of the document."""
    return "in-" + _NAME.sub("-", name)[:80]


def targets_of(root: Element) -> dict[str, int]:
    """The IDs that links and footnote references lead to, each with its number in the order of footnotes."""
    named: dict[str, int] = {}
    for element in root.iter("{*}linkHtml", "{*}footnoteRef"):
        to = (element.get("IDREF") or (element.get("href") or "").partition("#")[2]).strip()
        is_within = local(element) == "footnoteRef" or (element.get("href") or "").startswith("#")
        if to and is_within:
            named[to] = 0
    for number, element in enumerate(root.iter("{*}footnote"), start=1):
        name = element.get("ID")
        if name in named:
            named[name] = number
    return named


# ---------------------------------------------------------------- elements


def _paragraph(narrative: Narrative, element: Element) -> None:
    before, whole, narrative.out = narrative.blocks, narrative.out, []
    narrative.within(element)
    made, narrative.out = narrative.out, whole
    # A paragraph cannot hold a list or a table, in HTML.
    tag = "div" if narrative.blocks > before else "p"
    narrative.out.extend((f"<{tag}{narrative.anchor(element)}>", *made, f"</{tag}>"))
    narrative.is_block()


def _content(narrative: Narrative, element: Element) -> None:
    tags = [_STYLES[one] for one in _styles(element) if one in _STYLES]
    revised = _REVISED.get(element.get("revised") or "")
    if revised:
        tags.append(revised)
    anchored = narrative.anchor(element)
    narrative.out.extend(f"<{tag}>" for tag in tags)
    if anchored:
        narrative.box("span", element, anchored)
    else:
        narrative.within(element)
    narrative.out.extend(f"</{tag}>" for tag in reversed(tags))


def _styles(element: Element) -> list[str]:
    return (element.get("styleCode") or "").lower().split()


def _list(narrative: Narrative, element: Element) -> None:
    styles = _styles(element)
    numbered = next((_NUMBERED[one] for one in styles if one in _NUMBERED), "")
    is_ordered = (
        (element.get("listType") or "").lower() == "ordered" or local(element) == "ol" or bool(numbered)
    )
    tag = "ol" if is_ordered else "ul"
    narrative.is_block()
    opened = f'<{tag} type="{numbered}">' if numbered and numbered != "1" else f"<{tag}>"
    is_open = False
    for words, child in _pieces(element):
        is_item = child is not None and local(child) in {"item", "li"}
        if child is not None and local(child) == "caption" and not is_open:
            _caption(narrative, child)
            continue
        if not is_open:
            narrative.out.append(opened)
            is_open = True
        narrative.out.append("<li>" if is_item else '<li class="loose">')
        if child is None:
            narrative.out.append(written(words))
        elif is_item:
            narrative.within(child)
        else:
            narrative.one(child)
        narrative.out.append("</li>")
    if is_open:
        narrative.out.append(f"</{tag}>")


def _pieces(element: Element) -> list[tuple[str, Element | None]]:
    """Children of an element that should hold nothing else, and what words stand between them nevertheless."""
    found: list[tuple[str, Element | None]] = []
    if element.text and element.text.strip():
        found.append((element.text, None))
    for child in element:
        if local(child):
            found.append(("", child))
        if child.tail and child.tail.strip():
            found.append((child.tail, None))
    return found


def _caption(narrative: Narrative, element: Element) -> None:
    narrative.is_block()
    narrative.box("p", element, ' class="caption"')


def _item(narrative: Narrative, element: Element) -> None:
    narrative.is_block()
    narrative.box("div", element)


def _break(narrative: Narrative, element: Element) -> None:
    narrative.out.append("<br>")
    narrative.within(element)


def _rule(narrative: Narrative, element: Element) -> None:
    narrative.is_block()
    narrative.out.append("<hr>")
    narrative.within(element)


def _typed(narrative: Narrative, element: Element) -> None:
    narrative.is_block()
    narrative.out.extend(('<div class="as-typed">', escaped("".join(element.itertext())), "</div>"))


def _link(narrative: Narrative, element: Element) -> None:
    address = (element.get("href") or "").strip()
    name = address.removeprefix("#")
    if address.startswith("#") and name in narrative.targets:
        narrative.box("a", element, f' href="#{anchor(name)}"')
        return
    narrative.within(element)
    if address.lower().startswith(("https://", "http://", "mailto:", "tel:")) and address not in "".join(
        element.itertext()
    ):
        narrative.out.append(f' <span class="ours anywhere">({escaped(address[:500])})</span>')


def _footnote(narrative: Narrative, element: Element) -> None:
    number = narrative.targets.get(element.get("ID") or "", 0)
    narrative.out.append(f'<span class="footnote"{narrative.anchor(element)}>')
    if number:
        narrative.out.append(f'<sup class="ours">{number}</sup> ')
    narrative.within(element)
    narrative.out.append("</span>")


def _reference(narrative: Narrative, element: Element) -> None:
    name = element.get("IDREF") or ""
    number = narrative.targets.get(name, 0)
    if number:
        said = escaped(_now("Footnote %d") % number)
        narrative.out.append(
            f'<sup class="ours"><a href="#{anchor(name)}" aria-label="{said}">{number}</a></sup>'
        )
    narrative.within(element)


def _picture(narrative: Narrative, element: Element) -> None:
    for name in (element.get("referencedObject") or "").split():
        found = narrative.picture(name)
        if found is None:
            said = escaped(_now("[A picture that is not in the file]"))
            narrative.out.append(f'<span class="ours fine">{said}</span>')
            continue
        address, called = found
        alt = escaped(called or _now("Picture in the document"))
        narrative.out.append(f'<img src="{escaped(address)}" alt="{alt}" loading="lazy">')
    narrative.within(element)


def _marked(tag: str) -> Callable[[Narrative, Element], None]:
    return lambda narrative, element: narrative.box(tag, element)


def _table(narrative: Narrative, element: Element) -> None:
    narrative.is_block()
    narrative.table(narrative, element)


_ELEMENTS: dict[str, Callable[[Narrative, Element], None]] = {
    "paragraph": _paragraph,
    "content": _content,
    "br": _break,
    "list": _list,
    "item": _item,
    "caption": _caption,
    "table": _table,
    "sub": _marked("sub"),
    "sup": _marked("sup"),
    "linkHtml": _link,
    "footnote": _footnote,
    "footnoteRef": _reference,
    "renderMultiMedia": _picture,
    # Of a table, without one.
    **dict.fromkeys(("thead", "tbody", "tfoot", "tr", "td", "th"), _item),
    # HTML's, which some programs write in their place.
    **dict.fromkeys(("p", "div"), _paragraph),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "title"), _caption),
    **dict.fromkeys(("ul", "ol"), _list),
    "li": _item,
    "a": _link,
    "pre": _typed,
    "hr": _rule,
    **{
        name: _marked(tag)
        for name, tag in (("b", "strong"), ("strong", "strong"), ("i", "i"), ("em", "em"), ("u", "u"))
    },
}
