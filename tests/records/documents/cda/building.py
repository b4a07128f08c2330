"""C-CDA documents of our own making, and how their words are read back, from the file and from the page."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

from records.documents.parts import Part
from records.documents.shown import Around
from records.documents.view import View, look_at
from records.documents.whose import Whose, of_record
from records.fhir.elements import HumanName, Identifier

DANIEL = (
    "<name><given>Daniel</given><family>Whitaker</family></name>",
    '<birthTime value="19680309"/>',
    '<id root="2.16.840.1.113883.19.5" extension="HL-1"/>',
)


def document(*sections: str, whose: tuple[str, str, str] = DANIEL, body: str = "", head: str = "") -> bytes:
    """A clinical document. `sections`: the inner XML of each; `whose`: name, birth time, id; `body`: in their place."""
    name, born, number = whose
    inner = body or "".join(f"<component><section>{one}</section></component>" for one in sections)
    wrapped = inner if body else f"<structuredBody>{inner}</structuredBody>"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<title>Summary</title><effectiveTime value="20240105"/>{head}
<recordTarget><patientRole>{number}<patient>{name}{born}</patient></patientRole></recordTarget>
<component>{wrapped}</component></ClinicalDocument>""".encode()


def section(text: str, title: str = "Medications", code: str = "10160-0") -> str:
    """The inside of a section with this narrative."""
    return f'<code code="{code}"/><title>{title}</title><text>{text}</text>'


def record(
    given: str = "Daniel", family: str = "Whitaker", born: str = "1968-03-09", number: str = "HL-1"
) -> Whose:
    """The patient of the record."""
    return of_record(
        [HumanName(given=[given], family=family)],
        born,
        [Identifier(system="urn:oid:2.16.840.1.113883.19.5", value=number)],
    )


def opened(content: bytes, whose: Whose | None = None) -> View:
    """The document as looked at by the patient."""
    return look_at(
        content, "application/hl7-cda+xml", "Summary", around=Around(lambda: whose or record(), "/raw/")
    )


def parts(content: bytes) -> tuple[Part, ...]:
    """The parts of the document as looked at."""
    paper = opened(content).paper
    assert paper is not None
    return paper.parts


def narrative(text: str) -> str:
    """The HTML of a narrative."""
    (part,) = parts(document(section(text)))
    return part.html


class _Words(HTMLParser):
    """The words of a page that are the document's; what we added has the class `ours`."""

    VOID = frozenset({"br", "img", "hr"})
    APART = frozenset(
        f"p div li td th tr caption table ul ol br hr img {' '.join(f'h{n}' for n in range(1, 7))}".split()
    )

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.ours: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.APART:
            self.words.append(" ")
        if tag not in self.VOID:
            self.ours.append("ours" in (dict(attrs).get("class") or "").split())

    def handle_endtag(self, tag: str) -> None:
        if tag in self.APART:
            self.words.append(" ")
        if tag not in self.VOID:
            self.ours.pop()

    def handle_data(self, data: str) -> None:
        if not any(self.ours):
            self.words.append(data)


def words_of_page(html: str) -> list[str]:
    """The document's words on a page, in order."""
    reader = _Words()
    reader.feed(html)
    reader.close()
    return "".join(reader.words).split()


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


_APART = frozenset(
    {"paragraph", "list", "item", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th", "br"}
    | {"title", "text", "renderMultiMedia", "p", "ul", "li", "h3", "div"}
)


def _told(element: ET.Element) -> str:
    apart = " " if _local(element) in _APART else ""
    inner = "".join(_told(child) + (child.tail or "") for child in element)
    return f"{apart}{element.text or ''}{inner}{apart}"


def _of_section(one: ET.Element) -> str:
    texts = "".join(_told(child) for child in one if _local(child) == "text")
    below = [s for c in one if _local(c) == "component" for s in c if _local(s) == "section"]
    titled = (
        "".join(_told(child) for child in s if _local(child) == "title") + _of_section(s) for s in below
    )
    return texts + " ".join(titled)


def words_of_file(content: bytes) -> list[list[str]]:
    """The words of each part of a file, read with another parser."""
    root = ET.fromstring(content.lstrip())  # noqa: S314  (our own files, and those of the shared data)
    bodies = (one for one in root.iter() if _local(one) == "structuredBody")
    found = [s for body in bodies for c in body for s in c if _local(s) == "section"]
    return [re.sub("[\u00ad\ufeff]", "", _of_section(one)).split() for one in found]
