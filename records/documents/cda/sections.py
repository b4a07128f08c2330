"""The parts of a document: headings, words, and which are read first. CDA Release 2.0, 4.3.1; C-CDA 2.1, chapter 2."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from records.documents.cda import entries, header
from records.documents.cda.narrative import Narrative
from records.documents.cda.parsing import Element, children, first, plain
from records.documents.cda.writing import escaped
from records.documents.parts import Part
from records.words.rows import Words

FIRST = {
    "48765-2": 1,  # allergies
    "10160-0": 2,  # medications
    "10183-2": 2,  # at discharge
    "75311-1": 2,  # at discharge
    "42346-7": 2,  # at admission
    "11450-4": 3,  # problems
    "30954-2": 4,  # results
}
"""LOINC codes of the parts that are read first."""

STORY = frozenset(
    {
        "8648-8",  # hospital course
        "10164-2",  # history of present illness
        "51848-0",  # assessment
        "51847-2",  # assessment and plan
        "18776-5",  # plan of treatment
        "8653-8",  # hospital discharge instructions
        "69730-0",  # instructions
        "42349-1",  # reason for referral
        "29299-5",  # reason for visit
        "46239-0",  # chief complaint and reason for visit
        "10154-3",  # chief complaint
        "61150-9",  # subjective
        "11488-4",  # consultation note
        "11506-3",  # progress note
        "34109-9",  # note
        "59776-5",  # procedure findings
        "29554-3",  # procedure description
        "18782-3",  # radiology study observation
        "19005-8",  # radiology impression
    }
)

NULL: dict[str, Words] = {
    "NI": _("The document says: no information."),
    "UNK": _("The document says: not known."),
    "NASK": _("The document says: not asked."),
    "ASKU": _("The document says: asked, but not known."),
    "NAV": _("The document says: not available at that time."),
    "NA": _("The document says: does not apply."),
    "MSK": _("The document says: withheld."),
    "NP": _("The document says: not present."),
    "OTH": _("The document says: other."),
}
"""NullFlavor of HL7 v3."""
NULL_ELSE = _("The document gives no words here.")
ONLY_CODES = _("The document gives no words here, only codes. They stand here as they are written.")
DEEPEST = 6


@dataclass(frozen=True, slots=True)
class _Words:
    html: str
    says: Words
    lines: tuple[str, ...]


def parts(root: Element, narrative: Narrative) -> tuple[Part, ...]:
    """The document's parts in the order of the file."""
    body = first(root, "component", "structuredBody")
    found = [one for component in children(body, "component") for one in children(component, "section")]
    return tuple(_part(number, section, narrative) for number, section in enumerate(found, start=1))


def _part(number: int, section: Element, narrative: Narrative) -> Part:
    code = first(section, "code")
    loinc = (code.get("code") or "").strip() if code is not None else ""
    title = _title(section)
    own = _own(section, title, narrative)
    below = "".join(_below(one, narrative, 3) for one in _subsections(section))
    html = own.html + below
    return Part(
        number=number,
        title=title,
        html=mark_safe(html),  # noqa: S308  (made by Narrative, and of escaped titles)
        says=own.says,
        lines=own.lines,
        is_first=loinc in FIRST and bool(html or own.lines),
        is_story=loinc in STORY,
    )


def _title(section: Element) -> str:
    return plain(first(section, "title")) or header.code_words(first(section, "code"))


def _subsections(section: Element) -> list[Element]:
    return [one for component in children(section, "component") for one in children(component, "section")]


def _own(section: Element, title: str, narrative: Narrative) -> _Words:
    """The words of a section itself; what is said where there are none."""
    made = [narrative.html(text, title) for text in children(section, "text")]
    html = "".join(made)
    protected = header.protected(section)
    if html:
        return _Words(html, protected, ())
    lines = entries.lines(section)
    if lines:
        return _Words("", ONLY_CODES, lines)
    flavor = (
        section.get("nullFlavor") or next((t.get("nullFlavor") for t in children(section, "text")), "") or ""
    )
    if not flavor and _subsections(section):
        return _Words("", protected, ())
    return _Words("", NULL.get(flavor, NULL_ELSE), ())


def _below(section: Element, narrative: Narrative, level: int) -> str:
    """A section within a section, under a heading of its own."""
    title = _title(section)
    own = _own(section, title, narrative)
    tag = f"h{min(level, DEEPEST)}"
    # A heading that is the code's own word and not the file's is ours.
    is_ours = "" if plain(first(section, "title")) else ' class="ours"'
    heading = f"<{tag}{is_ours}>{escaped(title)}</{tag}>" if title else ""
    says = f'<p class="ours fine">{escaped(str(own.says))}</p>' if own.says else ""
    items = "".join(f"<li>{escaped(line)}</li>" for line in own.lines)
    lines = f'<ul class="ours">{items}</ul>' if items else ""
    deeper = "".join(_below(one, narrative, level + 1) for one in _subsections(section))
    return SafeString(heading + says + own.html + lines + deeper)
